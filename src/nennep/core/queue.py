"""Background work: enqueued after the commit, by name, so that services need not import jobs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.module_loading import import_string
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from nennep.core.http import tell_discreetly
from nennep.core.locks import is_alive

STARTS = 3  # that one job gets: what ends its worker each time would end every worker


@dataclass(frozen=True, slots=True)
class UnfinishedJob:
    """A job that waits for its turn, or is running."""

    ids: dict[str, Any]
    is_running: bool


def enqueue(job: str, **ids: Any) -> None:
    """Enqueue the job `nennep.<context>.jobs.<name>` now. Named, so that the caller need not import the work."""
    import_string(job).enqueue(**ids)


def enqueue_on_commit(job: str, **ids: Any) -> None:
    """Enqueue the job `nennep.<context>.jobs.<name>` (a `django_tasks` task) once the transaction is safe.

    `ids` are JSON values, keyword only: a job loads what it needs itself.
    """
    transaction.on_commit(lambda: enqueue(job, **ids))


def enqueue_later(job: str, *, at: datetime, **ids: Any) -> bool:
    """Enqueue the job for that moment; False when the queue knows no later (it runs at once, as in tests)."""
    function = import_string(job)
    if not function.get_backend().supports_defer:
        return False
    function.using(run_after=at).enqueue(**ids)
    return True


def list_unfinished(job: str) -> list[UnfinishedJob]:
    """All jobs of this name that are still to come or running. One query."""
    unfinished = DBTaskResult.objects.filter(
        task_path=job, status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING]
    )
    return [
        UnfinishedJob(ids=arguments["kwargs"], is_running=status == TaskResultStatus.RUNNING)
        for status, arguments in unfinished.values_list("status", "args_kwargs")
    ]


def take_up(
    job: str,
    key: str,
    rows: Iterable[tuple[int, bool]],
    *,
    wait: Callable[[int], object],
    fail: Callable[[int], object],
) -> int:
    """Put right the rows of work that a process left in the middle; how many. Inside the caller's transaction, which locks them.

    `rows`: the id of each, and whether it says that it runs; the job names it as `key`. One whose job is back in the queue
    waits again (`wait`); one that waits without a job gets it; one that was running and has no job any more ends (`fail`).
    """
    jobs = {one.ids[key]: one.is_running for one in list_unfinished(job)}
    count = 0
    for pk, says_running in rows:
        runs = jobs.get(pk)
        if runs is None and not says_running:
            enqueue_on_commit(job, **{key: pk})
        elif runs is None:
            fail(pk)
        elif says_running and not runs:
            wait(pk)
        else:
            continue
        count += 1
    return count


@transaction.atomic
def take_up_interrupted() -> int:
    """Put jobs whose worker died back into the queue; how many. On SQLite only for those who know that no worker lives.

    One that was started `STARTS` times is given up: it is FAILED, and what it worked on is for the reconciliation.
    """
    interrupted = DBTaskResult.objects.select_for_update().filter(status=TaskResultStatus.RUNNING)
    starts = [(job.pk, len(job.worker_ids)) for job in interrupted if not _is_in_hand(job)]
    again = [pk for pk, count in starts if count < STARTS]
    given_up = [pk for pk, count in starts if count >= STARTS]
    DBTaskResult.objects.filter(pk__in=given_up).update(status=TaskResultStatus.FAILED, finished_at=Now())
    return DBTaskResult.objects.filter(pk__in=again).update(status=TaskResultStatus.READY)


def keep_discreetly(instance: DBTaskResult[Any, Any], **_signal: Any) -> None:
    """What is kept of a job that failed tells as little as a log does. Before a row of the queue is saved."""
    instance.traceback = tell_discreetly(instance.traceback)


def name_worker(worker_id: str) -> str:
    """Under which a worker shows its life (core/locks)."""
    return f"worker {worker_id}"


def _is_in_hand(job: DBTaskResult[Any, Any]) -> bool:
    return bool(job.worker_ids) and is_alive(name_worker(job.worker_ids[-1]))
