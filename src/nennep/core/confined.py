"""What a process that parses foreign bytes does first: it limits itself. Imports nothing slow."""

import os
import resource


def confine(*, memory: int, seconds: int) -> None:
    """At most `memory` bytes and `seconds` of processor time from now on, no core file, after everybody else's work.

    Past the memory Python raises MemoryError or the library aborts; past the time the kernel ends the process.
    """
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))  # the first ends with a signal of its own
