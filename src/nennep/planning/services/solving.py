"""Having a plan solved in the background, and telling how far it has come."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.findings import Finding
from nennep.core.permissions import Permission
from nennep.core.queue import enqueue_on_commit, take_up
from nennep.planning.choices import SOLVING_STATES, WORDS_LIMIT, PlanState, Verb
from nennep.planning.models import VisitPlan
from nennep.planning.queries.facts import gather_facts
from nennep.planning.queries.plans import list_wishes, lock_plan, plan_target, read_wishes
from nennep.planning.rules.building import build_problem
from nennep.planning.rules.plan import SolverProgress
from nennep.planning.rules.problem import read_problem
from nennep.planning.rules.settings import PlanSettings

_JOB = "nennep.planning.jobs.solve_plan"


class NobodyToSend(DomainError):
    code = "plan_nobody_to_send"
    message = gettext_lazy("Chưa có cán bộ nào có chức vụ cấp ủy ở đây. Hãy ghi chức vụ, phân công trước khi xếp lịch.")


class NoCells(DomainError):
    code = "plan_no_cells"
    message = gettext_lazy("Đơn vị chưa có chi bộ nào để dự.")


def queue_plan(*, actor: Actor, plan: VisitPlan, now: datetime) -> VisitPlan:
    """Freeze the problem as the ledger has it now and have it solved. A solution that was there goes.

    Raises NobodyToSend, NoCells, PlanIsSolving, PlanIsPublished, MalformedProblem (a fault of ours, never of data).
    """
    with transaction.atomic():
        locked = lock_plan(actor=actor, plan=plan)
        locked.problem = _make_problem(locked, now)
        locked.state, locked.result, locked.words = PlanState.QUEUED, None, ""
        locked.save(update_fields=["problem", "state", "result", "words"])
        enqueue_on_commit(_JOB, plan_id=locked.pk)
    return locked


def _make_problem(plan: VisitPlan, now: datetime) -> dict[str, Any]:
    facts = gather_facts(organization=plan.organization, year=plan.year, today=localdate(now))
    if not facts.officials:
        raise NobodyToSend
    if not facts.cells:
        raise NoCells
    problem = build_problem(facts, PlanSettings.from_json(plan.options), read_wishes(list_wishes(plan)))
    read_problem(problem)
    return problem


def solve_plan(*, actor: Actor, plan: VisitPlan, now: datetime) -> VisitPlan:
    """Solve a queued plan; one that is running or solved already is left alone. SolverProgress is written as it comes.

    Whatever goes wrong leaves the plan FAILED with a sentence, and raises so that the job shows it too.
    """
    from nennep.planning.solver import solve

    actor.require(Permission.VISITS_PLAN, plan.organization.path)
    claimed = VisitPlan.objects.filter(pk=plan.pk, state=PlanState.QUEUED).update(state=PlanState.RUNNING)
    if not claimed:
        return plan
    try:
        result = solve(read_problem(plan.problem), report=_tell(plan.pk)).to_json()
    except Exception:
        _finish(plan, PlanState.FAILED, words=_("Có lỗi khi xếp lịch. Hãy thử lại; nếu vẫn lỗi, báo quản trị."))
        raise
    with transaction.atomic():
        _finish(plan, PlanState.SOLVED, result=result, solved_at=now)
        record(Verb.SOLVED, actor=actor, target=plan_target(plan), now=now, details={"visits": len(result["visits"])})
    return plan


def reconcile_plans(*, actor: Actor, now: datetime) -> list[Finding]:  # noqa: ARG001  on whose behalf, when
    """Plans that a process left in the middle.

    One whose job is back in the queue waits again; one that waits without a job gets it; one that was running and has no
    job any more is FAILED, so that it may be changed, discarded or solved again.
    """
    actor.require_program()
    with transaction.atomic():
        found = VisitPlan.objects.select_for_update().filter(state__in=SOLVING_STATES)
        rows = ((pk, state == PlanState.RUNNING) for pk, state in found.values_list("pk", "state"))
        count = take_up(_JOB, "plan_id", rows, wait=_wait_again, fail=_stop)
    return [Finding("planning.VisitPlan.state", count, mended=True)] if count else []


def _wait_again(plan_id: int) -> None:
    VisitPlan.objects.filter(pk=plan_id).update(state=PlanState.QUEUED, words="")


def _stop(plan_id: int) -> None:
    words = _("Việc xếp lịch bị ngắt giữa chừng. Hãy xếp lại.")
    VisitPlan.objects.filter(pk=plan_id).update(state=PlanState.FAILED, words=words)


def _finish(plan: VisitPlan, state: PlanState, **fields: object) -> None:
    for name, value in ({"state": state, "words": ""} | fields).items():
        setattr(plan, name, value)
    plan.save(update_fields=["state", "words", *fields])


def _tell(plan_id: int) -> Callable[[SolverProgress], None]:
    def tell(progress: SolverProgress) -> None:
        numbers = {"level": progress.level, "left": progress.levels.owed, "seconds": int(progress.seconds)}
        words = _("Đang xét mức %(level)s trên 4, đã %(seconds)s giây; còn thiếu %(left)s lượt dự.") % numbers
        VisitPlan.objects.filter(pk=plan_id).update(words=words[:WORDS_LIMIT])

    return tell
