"""Work in the background that belongs to no single context."""

from django_tasks import task

from nennep.core import clock
from nennep.site.daily import run_day


@task()
def run_daily() -> None:
    """Enqueued by `nennep serve` at the start and at every change of day."""
    run_day(now=clock.now())
