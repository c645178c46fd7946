"""What the page of one visit shows."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.visits.choices import OPEN_STATES, VisitState
from nennep.visits.models import Visit
from nennep.visits.queries.doors import get_visit, may_read_report
from nennep.visits.queries.lists import VisitLine, may_read_reason, read_lines


@dataclass(frozen=True, slots=True)
class VisitPage:
    """One visit, who replaced whom, and what the reader may do with it.

    `plans`: whoever plans the visits of its cell, in whatever state it is.
    `reads_reason`: whether the reader is told why it was missed; elsewhere `line` has no reason.
    """

    visit: Visit
    line: VisitLine
    reads_reason: bool
    replaces: str
    replaced_by: tuple[VisitLine, ...]
    is_own: bool
    plans: bool
    may_confirm: bool
    may_miss: bool
    may_plan: bool
    may_substitute: bool
    may_attend: bool
    may_read_report: bool


def get_visit_page(*, actor: Actor, public_id: UUID, today: date) -> VisitPage:
    """The visit with what came of it. Five queries at most. Raises NotFound."""
    visit = get_visit(actor=actor, public_id=public_id)
    line = read_lines(Visit.objects.filter(pk=visit.pk))[0]
    reads_reason = may_read_reason(actor, visit)
    former = Visit.objects.select_related("official").filter(substitutes=visit).first()
    is_own = actor.user_id == visit.official_id
    plans = actor.may(Permission.VISITS_PLAN, visit.cell.path)
    told = visit.state == VisitState.MISSED and visit.planned_on >= today
    return VisitPage(
        visit=visit,
        line=line if reads_reason else replace(line, missed_reason=""),
        reads_reason=reads_reason,
        replaces=str(former.official) if former else "",
        replaced_by=tuple(read_lines(Visit.objects.filter(substitute_for=visit).order_by("pk"))),
        is_own=is_own,
        plans=plans,
        may_confirm=visit.state == VisitState.PLANNED and actor.may(Permission.MEETINGS_PREPARE, visit.cell.path),
        may_miss=(is_own or plans)
        and (visit.state in OPEN_STATES or (visit.state == VisitState.MISSED and not visit.missed_reason)),
        may_plan=plans and visit.state in OPEN_STATES,
        may_substitute=plans and (visit.state in OPEN_STATES or told),
        may_attend=plans and visit.planned_on <= today and visit.state in (*OPEN_STATES, VisitState.MISSED),
        may_read_report=may_read_report(actor, visit),
    )
