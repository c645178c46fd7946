"""The directory with everything that an installation owns: its owner's alone, and in use by one server at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

SERVER_LOCK = "server.lock"
WORKER_LOCK = "worker.lock"


class DataInUse(Exception):
    """Another process that lives holds the lock."""


@contextmanager
def hold_lock(name: str) -> Iterator[None]:
    """Hold the lock file `name` of the data directory; raises DataInUse, without waiting, when another process does.

    The kernel lets it go when the process ends, however it ends. Processes that we start do not inherit it.
    """
    descriptor = os.open(settings.NENNEP_DATA_DIR / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise DataInUse(name) from error
    else:
        yield
    finally:
        os.close(descriptor)
