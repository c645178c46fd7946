"""PostgreSQL: until somebody waits for a lock of this transaction; two acts of which one waits for the other."""

from collections.abc import Callable
from threading import Thread
from time import monotonic

from django.db import connection, transaction

from nennep.core.errors import DomainError

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


def do_both(first: Callable[[], object], second: Callable[[], object]) -> tuple[str, bool]:
    """`second` begins while `first` is not committed: the code of its refusal ("" for none), and whether it waited."""
    codes: list[str] = []

    def follow() -> None:
        try:
            second()
            codes.append("")
        except DomainError as refusal:
            codes.append(refusal.code)
        finally:
            connection.close()

    thread = Thread(target=follow)
    with transaction.atomic():
        first()
        thread.start()
        waited = wait_until_waited_for(thread)
    thread.join(PATIENCE)
    return codes[0], waited
