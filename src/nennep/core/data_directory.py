"""The directory with everything that an installation owns: its owner's alone, and in use by one server at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

OWNER_ALONE = 0o077  # bits that the group and others shall not have
DATABASE = "nennep.sqlite3"
SERVER_LOCK = "server.lock"
WORKER_LOCK = "worker.lock"


class DataInUse(Exception):
    """Another process that lives holds the lock."""


def secure(directory: Path) -> None:
    """Make the directory, and have it and the database in it readable by their owner alone.

    Uploads and whatever else lies in it are behind the directory's own mode. Raises OSError when it is somebody else's,
    ValueError when everybody may write there: such a directory has other uses.
    """
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    if directory.stat().st_mode & 0o002:
        raise ValueError(f"thư mục dữ liệu {directory} ai cũng ghi được, hãy chọn một thư mục riêng")
    _close(directory, 0o700)
    for path in directory.glob(f"{DATABASE}*"):
        _close(path, 0o600)


def holds_data(directory: Path) -> bool:
    """True when there is a database in the directory, or a key to one that lies elsewhere."""
    database = directory / DATABASE
    return (database.exists() and database.stat().st_size > 0) or any(directory.glob("secrets/*.key*"))


def _close(path: Path, mode: int) -> None:
    if path.stat().st_mode & OWNER_ALONE:
        path.chmod(mode)


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
