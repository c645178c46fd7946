"""Changes of units that are planned for a later day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.core.text import fold
from nennep.organizations.choices import ChangeKind, SuccessionKind
from nennep.organizations.models import Organization, PlannedChange


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One change to come. `page` names the address of its form; `problem` says why its day came in vain."""

    public_id: UUID
    unit_id: UUID
    on: date
    said: str
    reason: str
    planner: str
    problem: str
    page: str
    may_change: bool


PAGES = {
    ChangeKind.CREATE: "organizations:create_child",
    ChangeKind.RENAME: "organizations:rename_unit",
    ChangeKind.MOVE: "organizations:move_unit",
    ChangeKind.MERGE: "organizations:merge_unit",
    ChangeKind.SPLIT: "organizations:split_unit",
    ChangeKind.CLOSE: "organizations:close_unit",
}


def list_planned(*, actor: Actor, organization: Organization) -> tuple[PlannedRow, ...]:
    """What is planned for the unit, for what stands below it, and what will come to it, in the order of the days. One query."""
    here = Q(organization__path__startswith=organization.path) | Q(target=organization)
    waiting = PlannedChange.objects.waiting().visible_to(actor).filter(here).select_related("organization")
    return tuple(_make_row(actor, planned) for planned in waiting)


def _make_row(actor: Actor, planned: PlannedChange) -> PlannedRow:
    return PlannedRow(
        public_id=planned.public_id,
        unit_id=planned.organization.public_id,
        on=planned.on,
        said=planned.said,
        reason=planned.reason,
        planner=planned.user_name,
        problem=planned.problem,
        page=PAGES[ChangeKind(planned.kind)],
        may_change=actor.may(Permission.ORGANIZATIONS_CHANGE, planned.organization.path),
    )


def get_planned(*, actor: Actor, public_id: UUID) -> PlannedChange:
    """A change that waits for its day. Raises NotFound, also once it happened or was called off."""
    waiting = PlannedChange.objects.waiting().visible_to(actor).select_related("organization", "target")
    found = waiting.filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def get_plan(*, actor: Actor, public_id: UUID) -> PlannedChange:
    """The same, whatever became of it. Raises NotFound."""
    rows = PlannedChange.objects.visible_to(actor).select_related("organization", "target")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def find_coming_end(organization: Organization) -> date | None:
    """The first day on which the unit will be no more, as far as that is planned. One query."""
    ending = PlannedChange.objects.waiting().filter(organization=organization, kind__in=ChangeKind.ending())
    return ending.values_list("on", flat=True).first()


@dataclass(frozen=True, slots=True)
class ComingUnit:
    """A unit that will be merged into another one from that day on; `public_id` where the reader may open its page."""

    name: str
    on: date
    public_id: UUID | None


def list_coming_units(*, actor: Actor, organization: Organization) -> tuple[ComingUnit, ...]:
    """What will be merged into the unit, as far as that is planned, in the order of the days. One query."""
    waiting = PlannedChange.objects.waiting().filter(target=organization, kind=ChangeKind.MERGE)
    return tuple(
        ComingUnit(
            one.organization.name,
            one.on,
            one.organization.public_id if actor.may(Permission.ORGANIZATIONS_READ, one.organization.path) else None,
        )
        for one in waiting.select_related("organization")
    )


@dataclass(frozen=True, slots=True)
class ComingSplit:
    """A split that waits for its day: `parts` are code and name of the units that will be made."""

    on: date
    parts: tuple[tuple[str, str], ...]

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(code for code, _name in self.parts)


def find_coming_split(organization: Organization) -> ComingSplit | None:
    """The next split of the unit that is planned. One query."""
    waiting = PlannedChange.objects.waiting().filter(organization=organization, kind=ChangeKind.SPLIT).first()
    if waiting is None:
        return None
    return ComingSplit(waiting.on, tuple((code, name) for code, name in waiting.details["parts"]))


@dataclass(frozen=True, slots=True)
class SplitPart:
    """A unit that was made out of another one on a day."""

    unit: Organization
    on: date


def list_split_parts(organization: Organization) -> dict[str, SplitPart]:
    """What was made of the unit by splitting it, by code. One query."""
    made = organization.successions.filter(kind=SuccessionKind.SPLIT).select_related("successor")
    return {row.successor.code: SplitPart(row.successor, row.happened_on) for row in made}


def list_regroupings(*, under: Organization, first: date, last: date) -> tuple[PlannedChange, ...]:
    """Mergers, splits and closings that are planned at and below the unit for these days, by day. One query.

    The caller has passed a door that shows what stands below the unit.
    """
    waiting = PlannedChange.objects.waiting().filter(kind__in=ChangeKind.regrouping(), on__range=(first, last))
    return tuple(waiting.filter(organization__path__startswith=under.path).select_related("organization"))


def list_concerned(
    *, units: Collection[Organization], words: Collection[str], until: date
) -> tuple[PlannedChange, ...]:
    """What is planned until that day for the units, for what stands above or below them, and what will come to them.

    Also whatever bears on those in turn, and what gives a unit one of the codes or names in `words`. In the order in which
    it will happen. One query.
    """
    waiting = PlannedChange.objects.waiting().filter(on__lte=until).select_related("organization", "target")
    left, meant = list(waiting), {fold(text) for text in words}
    coming, paths = list(left), {unit.path for unit in units}
    while near := [one for one in left if _bears_on(one, paths) or meant & _names_given(one)]:
        left = [one for one in left if one not in near]
        reached = {unit.path for one in near for unit in (one.organization, one.target) if unit}
        paths |= {path for path in reached if not any(known.startswith(path) for known in paths)}
    return tuple(one for one in coming if one not in left)


def _bears_on(planned: PlannedChange, paths: Collection[str]) -> bool:
    unit, target = planned.organization.path, planned.target.path if planned.target else None
    return any(
        unit.startswith(path) or path.startswith(unit) or (target is not None and target.startswith(path))
        for path in paths
    )


def _names_given(planned: PlannedChange) -> set[str]:
    """Codes and names that units will have by it, folded."""
    facts = planned.details
    given = [facts.get("code"), facts.get("name"), *(text for part in facts.get("parts", ()) for text in part)]
    return {fold(str(text)) for text in given if text}
