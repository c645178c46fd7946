"""Plans as pages show them: the door, the list of a unit, one plan by day, by official and by cell."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from nennep.audit.services import Target
from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.organizations.models import Organization as Organization
from nennep.organizations.queries import get_organization
from nennep.planning.choices import PlanKind, PlanState, PlanStatus, WishKind
from nennep.planning.models import CellTraits, PlanWish
from nennep.planning.models import VisitPlan as VisitPlan
from nennep.planning.queries.facts import gather_facts
from nennep.planning.queries.issued import find_issued
from nennep.planning.queries.standing import (
    Departure,
    check_plan,
    find_departures,
    find_later,
    find_replacement,
    list_changes,
    place_visits,
    read_unmet,
)
from nennep.planning.rules.building import (
    CellInput,
    CellWant,
    OfficialFacts,
    PlanFacts,
    Wish,
    owed_of,
    real_cell,
    want_of,
)
from nennep.planning.rules.comparing import Exchange, PlannedVisit, PlanReach, measure_reach
from nennep.planning.rules.issued import IssuedList
from nennep.planning.rules.promises import PromiseState, is_fulfilled
from nennep.planning.rules.reasons import UNASSIGNED, say_again
from nennep.planning.rules.settings import PlanSettings
from nennep.planning.rules.spread import count_quarters
from nennep.planning.rules.state import require_changeable


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One plan in the list of a unit; `levels` are the numbers of the solution, empty before it.

    `replaced_by`: the plan of the same year that was published later and is in force instead, or the one after this.
    """

    public_id: UUID
    kind: PlanKind
    year: int
    state: PlanState
    visits: int
    levels: tuple[int, ...]
    replaced_by: VisitPlan | None


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit of a plan with the names to print; `is_pinned` by a person, `is_locked` because the books say so."""

    on: date
    official: str
    official_name: str
    cell: str
    cell_name: str
    is_locked: bool
    is_pinned: bool

    @property
    def address(self) -> str:
        """The query string with which the page that moves the visit is opened."""
        return urlencode({"can-bo": self.official, "chi-bo": self.cell, "ngay": self.on.isoformat()})


@dataclass(frozen=True, slots=True)
class OfficialRow:
    """One official: visits owed and planned, and why some are missing."""

    facts: OfficialFacts
    owed: int
    visits: tuple[VisitRow, ...]
    missing: int
    why: str


@dataclass(frozen=True, slots=True)
class CellRow:
    """One cell: how many visits it shall see and why, those that are planned, and why some are missing.

    `is_unassigned`: it lacks them because it is in nobody's area.
    """

    facts: CellInput
    want: CellWant
    visits: tuple[VisitRow, ...]
    missing: int
    why: str
    is_unassigned: bool = False


@dataclass(frozen=True, slots=True)
class MonthRows:
    """The visits of one month by day."""

    first_day: date
    visits: tuple[VisitRow, ...]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change against the books: who goes instead, or on which other day."""

    before: VisitRow | None
    after: VisitRow | None

    @property
    def is_substitute(self) -> bool:
        """Somebody else goes in place of the one who had been asked."""
        return bool(self.before and self.after and self.before.official != self.after.official)


@dataclass(frozen=True, slots=True)
class DepartureRow:
    """One visit in which the books are no longer as the published plan says: since when, and what became of it."""

    visit: VisitRow
    since: date | None
    what: str


@dataclass(frozen=True)
class PlanPage:
    """One plan with everything that its page shows. `status` None before it is solved; `bounds` proven for each level.

    `replaced_by`: the plan that was published after it, so that this one is no longer in force. `quarters`: visits of each.
    `departures`: where the books differ from the plan in force; `ignores_wishes`: it was solved before a person's wish.
    `issued`: the list as it was published, whose visits and names the page shows; None before, and of older programs.
    """

    plan: VisitPlan
    settings: PlanSettings
    officials: tuple[OfficialRow, ...]
    cells: tuple[CellRow, ...]
    months: tuple[MonthRows, ...]
    changes: tuple[ChangeRow, ...]
    wishes: tuple[PlanWish, ...]
    reach: PlanReach
    status: PlanStatus | None
    levels: tuple[int, ...]
    bounds: tuple[int, ...]
    replaced_by: VisitPlan | None
    quarters: tuple[int, ...]
    departures: tuple[DepartureRow, ...]
    promises: tuple[PromiseState, ...]
    ignores_wishes: bool
    issued: IssuedList | None = None

    @property
    def stands(self) -> bool:
        """Whether what was proven of the plan may still be said: it is as it was solved, and keeps what it promised."""
        return not (self.replaced_by or self.departures or self.ignores_wishes or self.broken_promises)

    @property
    def broken_promises(self) -> list[PromiseState]:
        return [state for state in self.promises if state.broken]

    @property
    def differs_since(self) -> date | None:
        return min((row.since for row in self.departures if row.since), default=None)

    @cached_property
    def missing_cells(self) -> list[CellRow]:
        return [row for row in self.cells if row.missing]

    @property
    def unassigned_cells(self) -> int:
        """How many lack visits because they are in nobody's area, to whom the page offers to give them."""
        return sum(row.is_unassigned for row in self.missing_cells)

    @cached_property
    def missing_officials(self) -> list[OfficialRow]:
        return [row for row in self.officials if row.missing]

    @cached_property
    def visit_count(self) -> int:
        return sum(len(row.visits) for row in self.months)

    @property
    def may_change(self) -> bool:
        return self.plan.state in {PlanState.DRAFT, PlanState.SOLVED, PlanState.FAILED}

    @property
    def may_publish(self) -> bool:
        return self.plan.state == PlanState.SOLVED and self.plan.kind != PlanKind.WHAT_IF


def get_planning_unit(*, actor: Actor, public_id: UUID) -> Organization:
    """A unit above cells whose visits the actor plans. Raises NotFound."""
    unit = get_organization(actor=actor, public_id=public_id)
    if unit.is_cell or not actor.may(Permission.VISITS_PLAN, unit.path):
        raise NotFound
    return unit


def list_planning_units(*, actor: Actor) -> list[Organization]:
    """Where planning begins: units above cells whose visits the actor plans, uppermost first. One query."""
    paths = {grant.path for grant in actor.grants if grant.permission == Permission.VISITS_PLAN and grant.subtree}
    units = Organization.objects.filter(path__in=paths).order_by("path")
    return [unit for unit in units if not unit.is_cell]


def get_plan(*, actor: Actor, public_id: UUID) -> VisitPlan:
    """A plan with its unit. Raises NotFound when missing or out of the actor's scope. One query."""
    plans = VisitPlan.objects.visible_to(actor).select_related("organization", "based_on")
    plan = plans.filter(public_id=public_id).first()
    if plan is None:
        raise NotFound
    return plan


def list_plans(*, organization: Organization) -> list[PlanRow]:
    """The unit's plans, newest first. The caller has passed the unit's door. One query."""
    plans = list(VisitPlan.objects.filter(organization=organization)[:50])
    return [_read_row(plan, find_later(plan, plans)) for plan in plans]


def _read_row(plan: VisitPlan, replaced_by: VisitPlan | None) -> PlanRow:
    result: Mapping[str, Any] = plan.result or {}
    return PlanRow(
        public_id=plan.public_id,
        kind=PlanKind(plan.kind),
        year=plan.year,
        state=PlanState(plan.state),
        visits=len(result.get("visits", ())),
        levels=tuple(result.get("levels", ())),
        replaced_by=replaced_by,
    )


def list_wishes(plan: VisitPlan) -> list[PlanWish]:
    return list(plan.wishes.select_related("official", "cell").order_by("pk"))


def read_wishes(wishes: Iterable[PlanWish]) -> list[Wish]:
    """Wishes as the rules know them."""
    return [
        Wish(
            kind=WishKind(wish.kind),
            official=str(wish.official.public_id),
            cell=str(wish.cell.public_id) if wish.cell else "",
            on=wish.on,
        )
        for wish in wishes
    ]


def read_visits(plan: VisitPlan) -> list[PlannedVisit]:
    """The visits of a solved plan, by day; none before."""
    rows = (plan.result or {}).get("visits", ())
    visits = (PlannedVisit(date.fromisoformat(row["date"]), row["official"], real_cell(row["cell"])) for row in rows)
    return sorted(visits)


def get_plan_page(*, plan: VisitPlan, today: date) -> PlanPage:
    """What the page of a plan shows; the number of queries does not grow with cells or officials.

    Raises ContentChanged, ContentUnreadable for a published plan that is not what was published any more.
    """
    facts = gather_facts(organization=plan.organization, year=plan.year, today=today)
    settings, wishes = PlanSettings.from_json(plan.options), list_wishes(plan)
    issued = find_issued(plan)
    visits = [one.planned for one in issued.visits] if issued else read_visits(plan)
    names = _Names(facts, read_wishes(wishes), issued)
    rows = [names.row(visit) for visit in visits]
    result: Mapping[str, Any] = plan.result or {}
    why = read_unmet(result)
    replaced_by = find_replacement(plan)
    in_force = plan.state == PlanState.PUBLISHED and replaced_by is None
    return PlanPage(
        plan=plan,
        settings=settings,
        officials=tuple(_official_row(one, settings, rows, why) for one in facts.officials),
        cells=tuple(_cell_row(one, settings, rows, why) for one in facts.cells),
        months=_group_by_month(rows),
        changes=tuple(names.change(change) for change in list_changes(plan, facts, visits, today)),
        wishes=tuple(wishes),
        reach=measure_reach((cell.id for cell in facts.cells), visits),
        status=PlanStatus(result["status"]) if result else None,
        levels=tuple(result.get("levels", ())),
        bounds=tuple(result.get("bounds", ())),
        replaced_by=replaced_by,
        quarters=count_quarters(place_visits(visits)),
        departures=tuple(names.departure(one) for one in find_departures(facts, visits)) if in_force else (),
        promises=check_plan(plan, facts, visits, in_force=in_force) if result else (),
        ignores_wishes=bool(result) and not all(is_fulfilled(wish, visits) for wish in read_wishes(wishes)),
        issued=issued,
    )


class _Names:
    """Puts names to the ids of visits, those that were published where they were, and says what is fixed."""

    def __init__(self, facts: PlanFacts, wishes: Iterable[Wish], issued: IssuedList | None) -> None:
        listed = issued.visits if issued else ()
        self._officials = {one.id: one.name for one in facts.officials}
        self._officials |= {one.official: one.official_name for one in listed}
        self._cells = {one.id: one.name for one in facts.cells} | {one.cell: one.cell_name for one in listed}
        self._locked = {(visit.official, visit.cell, visit.on) for visit in facts.visits if visit.locked}
        self._pinned = {(wish.official, wish.cell, wish.on) for wish in wishes if wish.kind == WishKind.PIN}

    def row(self, visit: PlannedVisit) -> VisitRow:
        key = (visit.official, visit.cell, visit.on)
        return VisitRow(
            on=visit.on,
            official=visit.official,
            official_name=self._officials.get(visit.official, "–"),
            cell=visit.cell,
            cell_name=self._cells.get(visit.cell, "–"),
            is_locked=key in self._locked,
            is_pinned=key in self._pinned,
        )

    def departure(self, one: Departure) -> DepartureRow:
        return DepartureRow(self.row(one.visit), one.since, one.what)

    def change(self, change: Exchange) -> ChangeRow:
        return ChangeRow(
            self.row(change.before) if change.before else None, self.row(change.after) if change.after else None
        )


def _official_row(
    facts: OfficialFacts, settings: PlanSettings, rows: Sequence[VisitRow], why: Mapping[str, tuple[int, str]]
) -> OfficialRow:
    missing, words = why.get(facts.id, (0, ""))
    mine = tuple(row for row in rows if row.official == facts.id)
    return OfficialRow(facts, owed_of(facts, settings), mine, missing, say_again(words))


def _cell_row(
    facts: CellInput, settings: PlanSettings, rows: Sequence[VisitRow], why: Mapping[str, tuple[int, str]]
) -> CellRow:
    missing, words = why.get(facts.id, (0, ""))
    mine = tuple(row for row in rows if row.cell == facts.id)
    return CellRow(facts, want_of(facts, settings), mine, missing, say_again(words), words == UNASSIGNED)


def _group_by_month(rows: Iterable[VisitRow]) -> tuple[MonthRows, ...]:
    months: dict[Month, list[VisitRow]] = defaultdict(list)
    for row in rows:
        months[Month.of(row.on)].append(row)
    return tuple(MonthRows(month.first_day, tuple(visits)) for month, visits in sorted(months.items()))


def find_plan(*, plan_id: int) -> VisitPlan | None:
    """The plan that a job is about, or None when it was thrown away. For jobs only. One query."""
    return VisitPlan.objects.select_related("organization").filter(pk=plan_id).first()


def find_published_plan(*, organization: Organization, year: int) -> VisitPlan | None:
    """The newest published plan of the unit for a year. The caller has passed the unit's door. One query."""
    plans = VisitPlan.objects.filter(organization=organization, year=year, state=PlanState.PUBLISHED)
    return plans.order_by("-published_at", "-pk").first()


def get_cell_traits(*, actor: Actor, public_id: UUID) -> CellTraits:
    """What is known of a cell whose visits the actor plans; an unsaved row when nothing is yet. Raises NotFound."""
    cell = get_organization(actor=actor, public_id=public_id)
    if not cell.is_cell or not actor.may(Permission.VISITS_PLAN, cell.path):
        raise NotFound
    return CellTraits.objects.filter(organization=cell).first() or CellTraits(organization=cell)


def lock_plan(*, actor: Actor, plan: VisitPlan) -> VisitPlan:
    """The row reloaded with its unit, locked until the end of the transaction, for those who may still change it.

    Raises NotFound when it is gone, NotAllowed, PlanIsSolving, PlanIsPublished.
    """
    rows = VisitPlan.objects.select_for_update(of=("self",)).select_related("organization")
    locked = rows.filter(pk=plan.pk).first()
    if locked is None:
        raise NotFound
    actor.require(Permission.VISITS_PLAN, locked.organization.path)
    require_changeable(locked.state)
    return locked


def plan_target(plan: VisitPlan) -> Target:
    """What the trail calls a plan."""
    label = f"{plan.organization.name}, {plan.year}"
    return Target("planning.plan", str(plan.public_id), label, plan.organization.path)
