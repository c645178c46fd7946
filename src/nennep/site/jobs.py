"""Work in the background that belongs to no single context."""

from django_tasks import task

from nennep.core import clock
from nennep.site.daily import do_day_work


@task()
def do_daily() -> None:
    """Enqueued by `nennep serve` at the start and at every change of day."""
    do_day_work(now=clock.now())
