"""What of a plan still stands: which later plan replaced it, where the books differ from it, which promises are kept."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext

from nennep.planning.choices import PlanKind, PlanState
from nennep.planning.models import VisitPlan
from nennep.planning.queries.books import find_latest
from nennep.planning.rules.building import KnownVisit, PlanFacts, real_cell
from nennep.planning.rules.comparing import Exchange, PlannedVisit, find_changes
from nennep.planning.rules.plan import PlacedVisit
from nennep.planning.rules.problem import read_problem
from nennep.planning.rules.promises import PromiseState, check_promises, renew_problem


@dataclass(frozen=True, slots=True)
class Departure:
    """One visit in which the books are no longer as the published plan says: since when, and what became of it."""

    visit: PlannedVisit
    since: date | None
    what: str


def find_later(plan: VisitPlan, plans: Iterable[VisitPlan]) -> VisitPlan | None:
    """The plan of the year that was published next after this one: of a year's plans the newest alone is in force."""
    if plan.published_at is None:
        return None
    published = [one for one in plans if one.year == plan.year and one.published_at]
    later = [one for one in published if (one.published_at, one.pk) > (plan.published_at, plan.pk)]
    return min(later, key=lambda one: (one.published_at, one.pk), default=None)


def find_replacement(plan: VisitPlan) -> VisitPlan | None:
    """The plan that is in force after it, or came next. One query for a published plan, none for another."""
    if plan.published_at is None:
        return None
    published = VisitPlan.objects.filter(organization=plan.organization, year=plan.year, state=PlanState.PUBLISHED)
    return find_later(plan, published)


def place_visits(visits: Iterable[PlannedVisit | KnownVisit]) -> list[PlacedVisit]:
    """As the rules of plans know them."""
    return [PlacedVisit(visit.on, visit.official, visit.cell) for visit in visits]


def check_plan(
    plan: VisitPlan, facts: PlanFacts, visits: Sequence[PlannedVisit], *, in_force: bool
) -> tuple[PromiseState, ...]:
    """Of the books where the plan is in force, else of the plan; none of a plan whose problem was not kept."""
    if not plan.problem or any(real_cell(cell["id"]) != cell["id"] for cell in plan.problem["cells"]):
        return ()
    problem = read_problem(plan.problem)
    renewed = renew_problem(problem, meetings={cell.id: cell.meetings for cell in facts.cells}, books=facts.visits)
    result: Mapping[str, Any] = plan.result or {}
    return check_promises(
        renewed,
        place_visits(facts.visits if in_force else visits),
        levels=result["levels"],
        uneven=result.get("uneven"),
    )


def find_departures(facts: PlanFacts, visits: Sequence[PlannedVisit]) -> Iterator[Departure]:
    """Visits of the plan that are not in the books, and those in the books that are not of the plan. One query if any."""
    books = {PlannedVisit(visit.on, visit.official, visit.cell) for visit in facts.visits}
    different = sorted(set(visits) ^ books)
    rows = find_latest(different) if different else {}
    for visit in different:
        row = rows.get(visit)
        since = localdate(row.updated_at) if row else None
        yield Departure(visit, since, _say(visit in books, str(row.get_state_display()) if row else ""))


def _say(added: bool, state: str) -> str:  # noqa: FBT001  in the books, not of the plan
    return gettext("thêm ngoài bản này") if added else state or gettext("đã dời")


def list_changes(
    plan: VisitPlan, facts: PlanFacts, visits: Sequence[PlannedVisit], today: date
) -> tuple[Exchange, ...]:
    """What a solved plan would change in the books; nothing for a question and for what is published."""
    if plan.state != PlanState.SOLVED or plan.kind == PlanKind.WHAT_IF or not facts.visits:
        return ()
    return find_changes(facts.visits, visits, today=today)


def read_unmet(result: Mapping[str, Any]) -> dict[str, tuple[int, str]]:
    """Missing visits and the reason, by public id of official or cell; of a cell in quarters all of them together."""
    found: dict[str, tuple[int, str]] = {}
    for row in result.get("unmet", ()):
        key = row.get("official") or real_cell(row["cell"])
        missing, why = found.get(key, (0, ""))
        found[key] = (missing + row["missing"], why or row["why"])
    return found
