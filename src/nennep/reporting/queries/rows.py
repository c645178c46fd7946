"""The rows that a figure was made of: every figure opens them (interface.md, rule 5)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.periods import Month
from nennep.core.text import fold
from nennep.core.wording import say_date, say_percent
from nennep.duties.choices import DutyState
from nennep.duties.models import Duty
from nennep.meetings.choices import MeetingKind
from nennep.meetings.models import Meeting
from nennep.organizations.models import Organization
from nennep.policies.queries import rules_for
from nennep.reporting.choices import Rows
from nennep.reporting.queries.figures import count_cells, list_cells_of_month
from nennep.reporting.rules.figures import MonthCounts
from nennep.reporting.rules.names import shorten_cell
from nennep.room.choices import AttendanceState
from nennep.room.models import RollCallEntry


@dataclass(frozen=True, slots=True)
class Row:
    """One line: the cell it belongs to, then the values of the columns.

    `late` puts it before those in order; among these a lower `rank` (such as a share in percent) comes first.
    """

    cell: UUID
    name: str
    values: tuple[str, ...]
    late: bool = False
    rank: float = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it is printed: each value with the heading of its column."""

    cell: UUID
    name: str
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RowsPage:
    """`names_members`: opening it goes into the trail."""

    unit: Organization
    month: Month
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    names_members: bool = False

    @property
    def lines(self) -> Sequence[Line]:
        return [Line(row.cell, row.name, tuple(zip(self.columns, row.values, strict=True))) for row in self.rows]


@dataclass(frozen=True, slots=True)
class _Scope:
    actor: Actor
    unit: Organization
    month: Month
    cells: Mapping[int, tuple[UUID, str]]
    today: date

    def row(self, cell: int, *values: str, late: bool = False, rank: float = 0) -> Row:
        public_id, name = self.cells[cell]
        return Row(public_id, shorten_cell(name), values, late, rank)


def get_rows_page(*, actor: Actor, unit: Organization, month: Month, what: Rows, today: date) -> RowsPage:
    """The rows behind one figure of a unit and month, those that need somebody first. Queries do not grow with cells."""
    title, columns, read = _KINDS[what]()
    cells = list_cells_of_month(under=unit, month=month, today=today)
    names = {cell.id: cell.name for cell in cells}
    ids = Organization.objects.filter(pk__in=list(names)).values_list("pk", "public_id")
    scope = _Scope(actor, unit, month, {pk: (public_id, names[pk]) for pk, public_id in ids}, today)
    rows = sorted(read(scope), key=lambda row: (not row.late, row.rank, fold(row.name)))
    return RowsPage(unit, month, title, columns, tuple(rows), names_members=what in {Rows.UNEXCUSED, Rows.TASKS})


def read_kind(text: str) -> Rows:
    """Raises NotFound for a kind that does not exist."""
    if text not in Rows.values:
        raise NotFound
    return Rows(text)


_Reader = Callable[[_Scope], Iterable[Row]]
_Kind = tuple[str, tuple[str, ...], _Reader]


def _met() -> _Kind:
    return _("Chi bộ đã họp"), (_("Ngày họp"), _("Đúng ngày quy định")), _read_met


def _on_time() -> _Kind:
    return _("Họp đúng ngày quy định"), (_("Ngày họp"), _("Đúng ngày quy định")), _read_on_time


def _attendance() -> _Kind:
    columns = (_("Phải dự"), _("Có mặt"), _("Vắng có lý do"), _("Vắng không lý do"), _("Tỷ lệ dự"))
    return _("Đảng viên dự sinh hoạt"), columns, _read_attendance


def _unexcused() -> _Kind:
    return _("Vắng không lý do"), (_("Đảng viên"), _("Buổi")), _read_unexcused


def _tasks() -> _Kind:
    return _("Nhiệm vụ đến hạn"), (_("Nhiệm vụ"), _("Người làm"), _("Hạn"), _("Kết quả")), _read_tasks


def _themes() -> _Kind:
    return _("Sinh hoạt chuyên đề"), (_("Chuyên đề"), _("Ngày họp")), _read_themes


_KINDS: Mapping[Rows, Callable[[], _Kind]] = {
    Rows.MET: _met,
    Rows.ON_TIME: _on_time,
    Rows.ATTENDANCE: _attendance,
    Rows.UNEXCUSED: _unexcused,
    Rows.TASKS: _tasks,
    Rows.THEMES: _themes,
}


def _count(scope: _Scope) -> dict[int, MonthCounts]:
    return count_cells(cells=list(scope.cells), month=scope.month, today=scope.today)


def _read_met(scope: _Scope) -> Iterable[Row]:
    return _read_days(scope, lambda counts: not counts.cells_met)


def _read_on_time(scope: _Scope) -> Iterable[Row]:
    return _read_days(scope, lambda counts: not counts.cells_on_time)


def _read_days(scope: _Scope, is_late: Callable[[MonthCounts], bool]) -> Iterable[Row]:
    days: dict[int, str] = {}
    held = Meeting.objects.held().of_month(scope.month.first_day).filter(kind__in=MeetingKind.monthly())
    for meeting in held.filter(organization__in=list(scope.cells)):
        days[meeting.organization_id] = say_date(meeting.held_on)
    for cell, counts in _count(scope).items():
        kept = _("đúng") if counts.cells_on_time else _("ngoài ngày") if counts.cells_met else "–"
        yield scope.row(cell, days.get(cell, _("chưa họp")), kept, late=is_late(counts))


def _read_attendance(scope: _Scope) -> Iterable[Row]:
    target = rules_for(organization=scope.unit, on=min(scope.month.last_day, scope.today)).attendance_target
    for cell, counts in _count(scope).items():
        numbers = (counts.counted, counts.present, counts.excused, counts.unexcused)
        share = counts.attendance_percent
        low = share is not None and share < target
        values = (*map(str, numbers), say_percent(share))
        yield scope.row(
            cell, *values, late=low or counts.unexcused > 0, rank=float(share if share is not None else 100)
        )


def _read_unexcused(scope: _Scope) -> Iterable[Row]:
    held = Meeting.objects.visible_to(scope.actor).held().of_month(scope.month.first_day)
    entries = RollCallEntry.objects.filter(
        meeting__in=held.filter(kind__in=MeetingKind.monthly(), organization__in=list(scope.cells)),
        counted=True,
        state=AttendanceState.UNEXCUSED,
    )
    for entry in entries.select_related("meeting", "member").order_by("member__name_key", "pk"):
        day = say_date(entry.meeting.held_on)
        yield scope.row(entry.meeting.organization_id, entry.member.full_name, day)


def _read_tasks(scope: _Scope) -> Iterable[Row]:
    due = Duty.objects.visible_to(scope.actor).filter(
        organization__in=list(scope.cells), due_on__range=(scope.month.first_day, scope.month.last_day)
    )
    duties = due.exclude(state=DutyState.DROPPED).select_related("assignee").order_by("due_on", "pk")
    for duty in duties:
        overdue = duty.state == DutyState.ONGOING and duty.due_on is not None and duty.due_on < scope.today
        yield scope.row(
            duty.organization_id,
            duty.title,
            duty.assignee.full_name,
            say_date(duty.due_on),
            str(duty.get_state_display()),
            late=overdue or duty.state == DutyState.NOT_DONE,
        )


def _read_themes(scope: _Scope) -> Iterable[Row]:
    """The quarter's, because the duty is one a quarter; cells that still owe theirs first."""
    first = Month(scope.month.year, scope.month.quarter * 3 - 2)
    held = Meeting.objects.held().filter(
        month__range=(first.first_day, first.plus(2).first_day),
        kind__in=MeetingKind.themed(),
        organization__in=list(scope.cells),
    )
    done = set()
    for meeting in held.order_by("planned_for", "pk"):
        done.add(meeting.organization_id)
        day = say_date(meeting.held_on)
        yield scope.row(meeting.organization_id, meeting.theme or str(meeting.get_kind_display()), day)
    for cell in scope.cells:
        if cell not in done:
            yield scope.row(cell, _("chưa sinh hoạt chuyên đề"), "–", late=True)
