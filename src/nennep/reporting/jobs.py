"""Work of reporting in the background."""

from django_tasks import task

from nennep.accounts.queries import get_actor
from nennep.core import clock
from nennep.core.access import Actor
from nennep.reporting import services
from nennep.reporting.queries.papers.round_forms import find_job_forms


@task()
def fold_figures() -> None:
    """Fold the finished months that changed."""
    services.fold_figures(actor=Actor.system(), now=clock.now())


@task()
def make_round_forms(*, forms_id: int) -> None:
    """Make the forms of a round with the rights that whoever asked has now."""
    forms = find_job_forms(forms_id=forms_id)
    if forms is not None and forms.asked_by_id is not None:
        actor = get_actor(user_id=forms.asked_by_id, today=clock.today())
        services.make_round_forms(actor=actor, forms=forms, now=clock.now())
