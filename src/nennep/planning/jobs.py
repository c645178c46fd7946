"""Work of planning in the background."""

from django_tasks import task

from nennep.accounts.queries import get_actor
from nennep.core import clock
from nennep.planning.queries.plans import find_plan
from nennep.planning.services.solving import solve_plan as solve_plan_service


@task()
def solve_plan(*, plan_id: int) -> None:
    """Solve a plan with the rights that its author has now."""
    plan = find_plan(plan_id=plan_id)
    if plan is not None and plan.created_by_id is not None:
        actor = get_actor(user_id=plan.created_by_id, today=clock.today())
        solve_plan_service(actor=actor, plan=plan, now=clock.now())
