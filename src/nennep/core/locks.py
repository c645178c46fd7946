"""Locks by name, for what no row stands for: let go with the transaction, or with the block or process that holds them.

SQLite has one writer at a time (a transaction begins IMMEDIATE), and one worker in a data directory: there is nothing to wait
for and nobody to keep out. Several servers work on one PostgreSQL.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from zlib import crc32

from django.db import connection


def share_lock(name: str) -> None:
    """Hold the lock together with others who share it; whoever wants it alone stays out until all have ended."""
    _ask("pg_advisory_xact_lock_shared", name)


def take_lock(name: str) -> None:
    """Wait until nobody holds the lock, then hold it alone."""
    _ask("pg_advisory_xact_lock", name)


def try_lock(name: str) -> bool:
    """Hold the lock alone if nobody else holds it; False, without waiting, when somebody does."""
    return _ask("pg_try_advisory_xact_lock", name) is not False


def read_version() -> int | None:
    """A number that has changed once somebody else has written (SQLite); None where many write at once.

    What is long to count is counted before the transaction, which would keep all others from writing meanwhile; and
    counted again within it when the number moved.
    """
    if connection.vendor != "sqlite":
        return None
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA data_version")
        version: int = cursor.fetchone()[0]
    return version


def _ask(function: str, name: str) -> object:
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [crc32(name.encode())])
        return cursor.fetchone()[0]


@contextmanager
def hold_alone(name: str) -> Iterator[bool]:
    """Hold the lock for as long as the block lasts, across transactions; False, without waiting, when somebody else does."""
    if connection.vendor != "postgresql":
        yield True
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [session_key(name)])
        held = bool(cursor.fetchone()[0])
    try:
        yield held
    finally:
        if held:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [session_key(name)])


@contextmanager
def show_life(name: str) -> Iterator[None]:
    """Hold the lock by a connection of its own, which ends with the process however it ends: others see who lives."""
    if connection.vendor != "postgresql":
        yield
        return
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [session_key(name)])
        yield
    finally:
        own.close()


def is_alive(name: str) -> bool:
    """Whether a process shows its life under this name. Within a transaction, which holds the lock if nobody does.

    False without PostgreSQL: whoever asks has the data directory for itself.
    """
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [session_key(name)])
        return not cursor.fetchone()[0]


def knows_who_lives() -> bool:
    """Whether `is_alive` is to be believed of other processes."""
    return connection.vendor == "postgresql"


def session_key(name: str) -> int:
    """The lock's number, of 64 bits: two of many deliveries hardly ever share one."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True)
