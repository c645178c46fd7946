"""PostgreSQL undoes one of two transactions that wait for each other: whoever it hits is told to try again."""

from threading import Event, Thread

import pytest
from django.db import OperationalError, connection, transaction
from django.test import RequestFactory

from nennep.core.error_pages import show_if_busy
from nennep.core.locks import take_lock
from tests.waiting import PATIENCE, wait_until_waited_for


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_deadlock_is_a_busy_database(rf: RequestFactory) -> None:
    met: list[OperationalError] = []
    holds = Event()

    def follow() -> None:
        try:
            with transaction.atomic():
                take_lock("second")
                holds.set()
                take_lock("first")
        except OperationalError as error:
            met.append(error)
        finally:
            connection.close()

    thread = Thread(target=follow)
    try:
        with transaction.atomic():
            take_lock("first")
            thread.start()
            assert holds.wait(PATIENCE)
            assert wait_until_waited_for(thread)
            take_lock("second")
    except OperationalError as error:
        met.append(error)
    thread.join(PATIENCE)
    assert [getattr(error.__cause__, "sqlstate", "") for error in met] == ["40P01"]
    answer = show_if_busy(rf.get("/"), met[0])
    assert answer is not None
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert show_if_busy(rf.get("/"), OperationalError("gone")) is None
