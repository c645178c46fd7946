"""Who has nothing to do, who has too much, and what would fit (rules.md §6: no member without a task)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Min

from nennep.core.access import Actor
from nennep.core.periods import Month, Span
from nennep.core.permissions import Permission
from nennep.core.spans import SpanChoice, make_choice
from nennep.core.text import fold
from nennep.duties.choices import STANDING_DUTIES, DutyCategory, StandingDuty
from nennep.duties.models import Duty
from nennep.duties.queries.duties import DutyRow, get_cell, list_open_duties, list_staff
from nennep.duties.rules import OVERLOADED_ABOVE, find_median, is_idle, is_overloaded, order_standing_duties
from nennep.members.choices import Standing
from nennep.members.models import Member, Membership
from nennep.members.queries import tell_apart
from nennep.organizations.choices import CellType
from nennep.organizations.models import Organization
from nennep.organizations.queries import list_cells, list_cells_then

SUGGESTED = 2  # tasks proposed to one member: more is a list nobody reads


@dataclass(frozen=True, slots=True)
class WorkloadRow:
    """One active member: tasks under way (`tasks` to answer for, `helping`), age in years or None.

    `take_over` are running tasks of overloaded members, `standing` work that the cell always has: what is proposed to somebody
    without a task. Nothing about health is read.
    """

    member_id: UUID
    name: str
    age: int | None
    duties: tuple[DutyRow, ...]
    helping: int
    is_overloaded: bool
    take_over: tuple[DutyRow, ...]
    standing: tuple[tuple[int, StandingDuty], ...]

    @property
    def is_idle(self) -> bool:
        return is_idle(duties=len(self.duties), helping=self.helping)


@dataclass(frozen=True, slots=True)
class WorkloadPage:
    """How the work of a cell is shared out. `exempt` are names only: why somebody is exempt is nobody's business here."""

    cell: Organization
    rows: tuple[WorkloadRow, ...]
    exempt: tuple[str, ...]
    median: float
    may_write: bool

    @property
    def overloaded_above(self) -> int:
        """So many tasks to answer for are not too many yet."""
        return OVERLOADED_ABOVE

    @property
    def idle(self) -> tuple[WorkloadRow, ...]:
        return tuple(row for row in self.rows if row.is_idle)

    @property
    def overloaded(self) -> tuple[WorkloadRow, ...]:
        return tuple(row for row in self.rows if row.is_overloaded)


@dataclass(frozen=True, slots=True)
class CellCount:
    """Active members of one cell and how many of them have no task."""

    public_id: UUID
    name: str
    members: int
    idle: int


@dataclass(frozen=True, slots=True)
class UnitWorkload:
    """The cells below a unit, those with most members without a task first.

    All is as it was on the day `on`: today, or the last one of a span of time that is over (`is_past`).
    """

    unit: Organization
    cells: tuple[CellCount, ...]
    choice: SpanChoice
    on: date
    is_past: bool

    @property
    def idle(self) -> int:
        return sum(cell.idle for cell in self.cells)

    @property
    def with_idle(self) -> int:
        return sum(cell.idle > 0 for cell in self.cells)


def get_workload_page(*, actor: Actor, public_id: UUID, today: date) -> WorkloadPage:
    """How a cell's work is shared out today. Raises NotFound. Four queries."""
    cell = get_cell(actor=actor, public_id=public_id)
    duties = list_open_duties(actor=actor, organization=cell, today=today)
    memberships = Membership.objects.on(today).filter(
        organization=cell, standing__in=[*Standing.active(), Standing.EXEMPT]
    )
    unread = ("reason", "member__ethnic_group", "member__religion", "member__identity_number")
    people = list(memberships.select_related("member").defer(*unread).order_by("member__name_key", "member_id"))
    names = tell_apart(one.member for one in people)
    active = {one.member_id: one.member for one in people if Standing(one.standing).is_active}
    counts = Counter(row.assignee_id for row in duties)
    median = find_median(counts[member.public_id] for member in active.values())
    heavy = {key for key, count in counts.items() if is_overloaded(count, median=median)}
    spare = [row for row in duties if row.assignee_id in heavy and row.category == DutyCategory.AD_HOC]
    facts = _Facts(cell=cell, duties=duties, spare=spare, heavy=heavy, today=today)
    return WorkloadPage(
        cell=cell,
        rows=tuple(_make_row(member, names[member.pk], facts, place) for place, member in enumerate(active.values())),
        exempt=tuple(names[one.member_id] for one in people if one.member_id not in active),
        median=median,
        may_write=actor.may(Permission.DUTIES_WRITE, cell.path),
    )


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the rows of one cell are made of; `spare` are tasks that somebody else could take over."""

    cell: Organization
    duties: Sequence[DutyRow]
    spare: Sequence[DutyRow]
    heavy: set[UUID]
    today: date


def _make_row(member: Member, name: str, facts: _Facts, place: int) -> WorkloadRow:
    duties = tuple(row for row in facts.duties if row.assignee_id == member.public_id)
    helping = sum(member.public_id in row.helper_ids for row in facts.duties)
    age, idle = _find_age(member, facts.today), is_idle(duties=len(duties), helping=helping)
    return WorkloadRow(
        member_id=member.public_id,
        name=name,
        age=age,
        duties=duties,
        helping=helping,
        is_overloaded=member.public_id in facts.heavy,
        take_over=_pick_spare(facts.spare, place) if idle else (),
        standing=_list_standing(facts.cell, age)[:SUGGESTED] if idle else (),
    )


def _pick_spare(spare: Sequence[DutyRow], place: int) -> tuple[DutyRow, ...]:
    """Not the same task for everybody: each begins at another place of the list."""
    return (spare[place % len(spare)],) if spare else ()


def _list_standing(cell: Organization, age: int | None) -> tuple[tuple[int, StandingDuty], ...]:
    """Work of this type of cell with its place in STANDING_DUTIES, the most suitable first."""
    known = list_standing_duties(cell)
    return tuple((known.index(duty), duty) for duty in order_standing_duties(known, age=age))


def list_standing_duties(cell: Organization) -> tuple[StandingDuty, ...]:
    """Work that a cell of this type always has. A cell without a type is taken for a village."""
    kind = CellType(cell.cell_type) if cell.cell_type in CellType.values else CellType.VILLAGE
    return STANDING_DUTIES[kind]


def _find_age(member: Member, today: date) -> int | None:
    """In whole years where the day of birth is known, else by the year."""
    if member.born_on:
        return (
            today.year - member.born_on.year - ((today.month, today.day) < (member.born_on.month, member.born_on.day))
        )
    return today.year - member.born_year if member.born_year else None


def get_unit_workload(*, actor: Actor, public_id: UUID, today: date, span: Span | None = None) -> UnitWorkload:
    """How many members without a task each cell below a unit has, at the end of a span of time that is over as it was then.

    Raises NotFound. Four queries, of the past one more for each level of the tree.
    """
    unit, span = get_cell(actor=actor, public_id=public_id), span or Span(Month.of(today))
    on = span.reference_day(today)
    read = list_cells_then if on < today else list_cells
    cells = list(read(actor=actor, under=unit, on=on))
    staff = list_staff(cells=[cell.pk for cell in cells], on=on)
    rows = [
        CellCount(cell.public_id, cell.name, len(staff[cell.pk].members), len(staff[cell.pk].idle)) for cell in cells
    ]
    choice = make_choice(span, since=_find_first_month(unit, today), today=today)
    return UnitWorkload(unit, tuple(sorted(rows, key=lambda row: (-row.idle, fold(row.name)))), choice, on, on < today)


def _find_first_month(unit: Organization, today: date) -> Month:
    """The first month in which a task was given below the unit, this one when there is none. One query."""
    duties = Duty.objects.filter(organization__path__startswith=unit.path, given_on__lte=today).order_by()
    return Month.of(duties.aggregate(first=Min("given_on"))["first"] or today)
