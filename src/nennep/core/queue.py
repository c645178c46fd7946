"""Background work: enqueued after the commit, by name, so that services need not import jobs."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.module_loading import import_string


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
