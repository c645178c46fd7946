"""Looks at one uploaded file from standard input, in a process of its own: `python -m nennep.documents.importers.child NAME`.

The libraries work and allocate as the file says: two kilobytes of PDF are enough for minutes.
"""

import json
import sys

from nennep.core.confined import confine
from nennep.core.stamps import find_stamp
from nennep.documents.rules.content import find_fault, read_lines

MEMORY = 512 * 1024 * 1024
SECONDS = 3  # of processor time


def main() -> None:
    confine(memory=MEMORY, seconds=SECONDS)
    name, content = sys.argv[1], sys.stdin.buffer.read()
    fault = find_fault(name, content)
    stamp = "" if fault else find_stamp(read_lines(name, content))
    json.dump([fault, stamp], sys.stdout)


if __name__ == "__main__":
    main()
