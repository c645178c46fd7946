"""Work of petitions in the background."""

from django_tasks import task

from nennep.core import clock
from nennep.core.access import Actor
from nennep.petitions import services


@task()
def recount_clocks(*, organization_id: int) -> None:
    """Count open clocks below a unit anew after a list of days off was corrected."""
    services.recount_clocks(actor=Actor.system(), organization_id=organization_id, now=clock.now())
