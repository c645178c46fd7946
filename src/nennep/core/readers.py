"""Foreign bytes are parsed in a process of its own (`core.confined`), so that a hostile file costs one refusal.

The process gets nothing of our environment: no password of a database, no address of a gateway.
"""

import os
import signal
import subprocess
import sys
from threading import BoundedSemaphore
from typing import IO, Any

from django.utils.translation import gettext_lazy as _

from nennep.core.errors import DomainError

AT_ONCE = 1 if os.cpu_count() == 1 else 2  # readers of this process; one more file waits, and no other
WAIT_SECONDS = 20  # that it waits for its turn

# Each file holds a thread of the web server: with more of them here there would be none for pages (serve.THREADS).
_seats = BoundedSemaphore(AT_ONCE + 1)
_turns = BoundedSemaphore(AT_ONCE)


class ReadersBusy(DomainError):
    code = "readers_busy"
    message = _("Máy chủ đang đọc nhiều tệp khác. Đồng chí đợi một phút rồi gửi lại.")
    field = "file"


class ReaderFailed(Exception):
    """The reader ended without an answer. `out_of_time`, `out_of_memory`: it came to its limit."""

    def __init__(self, *, out_of_time: bool = False, out_of_memory: bool = False) -> None:
        super().__init__("time" if out_of_time else "memory" if out_of_memory else "failed")
        self.out_of_time, self.out_of_memory = out_of_time, out_of_memory


def ask_reader(module: str, *arguments: str, source: bytes | IO[bytes], seconds: int) -> bytes:
    """What `python -m module arguments` answers about `source`, its standard input; within `seconds`.

    Raises ReaderFailed; ReadersBusy when too many others are being read.
    """
    if not _seats.acquire(blocking=False):
        raise ReadersBusy
    try:
        if not _turns.acquire(timeout=WAIT_SECONDS):
            raise ReadersBusy
        try:
            return _run(module, arguments, source, seconds)
        finally:
            _turns.release()
    finally:
        _seats.release()


def _run(module: str, arguments: tuple[str, ...], source: bytes | IO[bytes], seconds: int) -> bytes:
    given: dict[str, Any] = {"input": source} if isinstance(source, bytes) else {"stdin": source}
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"}
    try:
        done: subprocess.CompletedProcess[bytes] = subprocess.run(  # noqa: S603  (our own modules, no shell)
            [sys.executable, "-m", module, *arguments],
            **given,
            capture_output=True,
            check=False,
            env=environment,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired as error:
        raise ReaderFailed(out_of_time=True) from error
    if done.returncode == 0:
        return done.stdout
    aborted = done.returncode in {-signal.SIGABRT, -signal.SIGKILL} or b"MemoryError" in done.stderr
    raise ReaderFailed(out_of_time=done.returncode == -signal.SIGXCPU, out_of_memory=aborted)
