"""Work of reporting in the background."""

from django_tasks import task

from nennep.core import clock
from nennep.core.access import Actor
from nennep.reporting import services


@task()
def fold_figures() -> None:
    """Fold the finished months that changed."""
    services.fold_figures(actor=Actor.system(), now=clock.now())
