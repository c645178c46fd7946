"""Jobs are named, started after the commit, and put off only by a queue that can."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django_tasks import task

from nennep.core.queue import enqueue, enqueue_later, enqueue_on_commit
from tests.factories.core import NOW

JOB = f"{__name__}.note_number"
DUMMY = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
_noted: list[int] = []


@task()
def note_number(*, number: int) -> None:
    _noted.append(number)


@pytest.fixture
def noted() -> Iterator[list[int]]:
    _noted.clear()
    yield _noted
    _noted.clear()


def test_a_job_runs_with_its_ids(noted: list[int]) -> None:
    enqueue(JOB, number=1)
    assert noted == [1]


@pytest.mark.django_db(transaction=True)
def test_a_job_waits_for_the_commit(noted: list[int]) -> None:
    with transaction.atomic():
        enqueue_on_commit(JOB, number=1)
        assert noted == []
    assert noted == [1]


def test_a_queue_that_knows_no_later_says_so_and_runs_nothing(noted: list[int]) -> None:
    assert (enqueue_later(JOB, at=NOW, number=1), noted) == (False, [])


def test_a_queue_that_knows_a_later_gets_the_moment(noted: list[int], settings: Any) -> None:
    settings.TASKS = DUMMY
    assert (enqueue_later(JOB, at=NOW, number=1), noted) == (True, [])
    backend: Any = note_number.get_backend()
    (result,) = backend.results
    assert (result.task.run_after, result.kwargs) == (NOW, {"number": 1})
