"""Work of meetings in the background."""

from django_tasks import task

from nennep.core import clock
from nennep.core.access import Actor
from nennep.meetings.services import schedule


@task()
def plan_cells(*, organization_ids: list[int]) -> None:
    """Plan the meetings that new cells lack."""
    schedule.plan_cells(actor=Actor.system(), organization_ids=organization_ids, now=clock.now())
