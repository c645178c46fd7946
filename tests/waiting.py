"""PostgreSQL: until somebody waits for a lock of this transaction."""

from threading import Thread
from time import monotonic

from django.db import connection

PATIENCE = 30  # seconds, for a machine that is busy
WAITING = "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)"  # pg_stat_activity stands still in a transaction


def wait_until_waited_for(thread: Thread) -> bool:
    """True once a lock is waited for; False when `thread` has ended without, or at the end of patience."""
    deadline = monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while thread.is_alive() and monotonic() < deadline:
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return True
    return False
