"""Locks by name that are let go with the transaction, for what no row stands for.

SQLite has one writer at a time (a transaction begins IMMEDIATE), so there is nothing to wait for and nobody to keep out.
"""

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


def _ask(function: str, name: str) -> object:
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [crc32(name.encode())])
        return cursor.fetchone()[0]
