"""What a cell's book says of meetings before the program, and who came over the years."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.core.wording import say_date
from nennep.meetings.choices import MeetingKind, MeetingState
from nennep.meetings.models import Meeting
from nennep.members.models import Membership
from nennep.organizations.models import Organization
from nennep.room.choices import AttendanceState
from nennep.room.importers.past_shapes import PastFault
from nennep.room.importers.past_words import MESSAGES
from nennep.room.models import PastImport, PastMark, PastMeeting, RollCallEntry
from nennep.room.queries.past_imports import CellBook, PastReview

SHOWN = 100  # rows of one kind on a page
NAMED = 12  # names in one sentence


@dataclass(frozen=True, slots=True)
class FaultRow:
    """Where in the file something is wrong, what stands there, and what is wrong."""

    where: str
    value: str
    words: str | Promise
    cell: str


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One cell of the book in numbers and names."""

    book: CellBook
    span: str
    attended: int
    strangers: str


@dataclass(frozen=True, slots=True)
class PastReviewPage:
    """`faults` has the first hundred, `more_faults` counts the others."""

    cells: tuple[ReviewRow, ...]
    more_cells: int
    faults: tuple[FaultRow, ...]
    more_faults: int
    unused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PastRow:
    """One past meeting in a list."""

    cell: str
    when: str
    kind: str
    theme: str
    present: int | None
    counted: int | None
    excused: int | None
    unexcused: int | None
    named: int


@dataclass(frozen=True, slots=True)
class Brought:
    """What a written file brought: the first hundred of its meetings."""

    rows: tuple[PastRow, ...]
    more: int
    cells: tuple[Organization, ...]


def say_when(month: date, on: date | None) -> str:
    """The day, or the month alone."""
    return say_date(on) if on else _("tháng %(month)s, không rõ ngày") % {"month": f"{month:%m/%Y}"}


def show_review(review: PastReview) -> PastReviewPage:
    """The review in words. No query."""
    faults = [_fault_row(fault, cell) for cell in review.cells for fault in cell.faults]
    unused = [
        " ".join(
            filter(
                None, (table.sheet, _("cột %(letter)s “%(label)s”") % {"letter": column.letter, "label": column.label})
            )
        )
        for table in review.understood.tables
        for column in table.unused
    ]
    rows = [_review_row(cell) for cell in review.cells]
    return PastReviewPage(
        cells=tuple(rows[:SHOWN]),
        more_cells=len(rows[SHOWN:]),
        faults=tuple(faults[:SHOWN]),
        more_faults=len(faults[SHOWN:]),
        unused=tuple(unused),
    )


def _review_row(book: CellBook) -> ReviewRow:
    facts = [new.facts for new in book.new]
    span = ""
    if facts:
        ends = [say_when(one.month.first_day, one.on) for one in (book.first, book.last)]
        span = " – ".join(dict.fromkeys(ends))
    names = ", ".join(book.strangers[:NAMED])
    more = f" (+{len(book.strangers) - NAMED})" if len(book.strangers) > NAMED else ""
    return ReviewRow(book, span, sum(one.present or 0 for one in facts), names + more)


def _fault_row(fault: PastFault, cell: CellBook) -> FaultRow:
    place = [fault.sheet, _("dòng %(row)s") % {"row": fault.row} if fault.row else ""]
    place.append(_("cột %(letter)s") % {"letter": fault.column} if fault.column else "")
    return FaultRow(", ".join(filter(None, place)), fault.value[:80], MESSAGES[fault.code], cell.label)


def list_brought(*, file: PastImport) -> Brought:
    """The meetings of a written file whose door the caller has passed. Two queries."""
    rows = list(
        PastMeeting.objects.filter(source=file)
        .select_related("organization")
        .order_by("organization__path", "month", "pk")
    )
    cells = {row.organization_id: row.organization for row in rows}
    return Brought(_past_rows(rows[:SHOWN]), len(rows[SHOWN:]), tuple(cells.values())[:SHOWN])


def list_past_meetings(*, actor: Actor, organization: Organization, year: int) -> tuple[PastRow, ...]:
    """The year's meetings of the book, in order. Two queries."""
    rows = PastMeeting.objects.visible_to(actor).filter(organization=organization, month__year=year)
    return _past_rows(sorted(rows.select_related("organization"), key=lambda row: (row.sort_day, row.pk)))


def find_first_past_year(*, actor: Actor, organization: Organization) -> int | None:
    """The year of the earliest meeting of the book; None without one. One query."""
    rows = PastMeeting.objects.visible_to(actor).filter(organization=organization).order_by("month")
    first = rows.values_list("month", flat=True).first()
    return first.year if first else None


def find_last_past_year(*, actor: Actor, organization: Organization) -> int | None:
    """The year of the latest meeting of the book; None without one. One query."""
    rows = PastMeeting.objects.visible_to(actor).filter(organization=organization).order_by("-month")
    last = rows.values_list("month", flat=True).first()
    return last.year if last else None


def _past_rows(rows: Sequence[PastMeeting]) -> tuple[PastRow, ...]:
    named = Counter(
        PastMark.objects.filter(meeting__in=[row.pk for row in rows]).order_by().values_list("meeting_id", flat=True)
    )
    return tuple(
        PastRow(
            cell=row.organization.name,
            when=say_when(row.month, row.held_on),
            kind=row.get_kind_display(),
            theme=row.theme,
            present=row.present,
            counted=row.counted,
            excused=row.excused,
            unexcused=row.unexcused,
            named=named[row.pk],
        )
        for row in rows
    )


# ── who came over the years ───────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class YearRow:
    """One year of a cell: meetings and how many were there of those who had to be. `past`: meetings that come from the book."""

    year: int
    meetings: int
    past: int
    present: int
    counted: int

    @property
    def share(self) -> float | None:
        return 100 * self.present / self.counted if self.counted else None


@dataclass(frozen=True, slots=True)
class AttendancePerson:
    """One member in the chosen year."""

    member_id: UUID
    name: str
    there: int
    excused: int
    unexcused: int
    past: int

    @property
    def expected(self) -> int:
        return self.there + self.excused + self.unexcused


@dataclass(frozen=True, slots=True)
class AttendanceBook:
    """The page Dự họp qua các năm. `people` are named to those who read the cell's members alone."""

    cell: Organization
    year: int
    years: tuple[YearRow, ...]
    people: tuple[AttendancePerson, ...]
    more: int
    may_read_people: bool
    may_import: bool


def get_attendance_book(*, actor: Actor, public_id: UUID, year: int) -> AttendanceBook:
    """The cell's monthly and other meetings by year, the book's among them, and the members of one year. Raises NotFound.

    Six queries, however many years. Nothing here is owed or judged: it says what was.
    """
    scope = actor.scope(Permission.MEETINGS_READ, "path")
    cell = Organization.objects.get_queryset().cells().filter(scope, public_id=public_id).first()
    if cell is None:
        raise NotFound
    may_read = actor.may(Permission.MEMBERS_READ, cell.path)
    people = _list_people(cell, year) if may_read else []
    return AttendanceBook(
        cell=cell,
        year=year,
        years=_list_years(cell),
        people=tuple(people[:SHOWN]),
        more=len(people[SHOWN:]),
        may_read_people=may_read,
        may_import=actor.may(Permission.MEMBERS_IMPORT, cell.path) and cell.closed_on is None,
    )


def _list_years(cell: Organization) -> tuple[YearRow, ...]:
    meetings, past, present, counted = Counter[int](), Counter[int](), Counter[int](), Counter[int]()
    for month in Meeting.objects.held().filter(organization=cell).order_by().values_list("month", flat=True):
        meetings[month.year] += 1
    marks = RollCallEntry.objects.filter(meeting__organization=cell, meeting__state=MeetingState.HELD, counted=True)
    for month, state in marks.order_by().values_list("meeting__month", "state"):
        counted[month.year] += 1
        present[month.year] += AttendanceState(state).is_there
    for row in PastMeeting.objects.filter(organization=cell):
        year = row.month.year
        meetings[year] += 1
        past[year] += 1
        if row.counted is not None:
            present[year] += row.present or 0
            counted[year] += row.counted
    return tuple(
        YearRow(year, meetings[year], past[year], present[year], counted[year])
        for year in sorted(meetings, reverse=True)
    )


def _list_people(cell: Organization, year: int) -> list[AttendancePerson]:
    here = Membership.objects.filter(organization=cell).values("member_id")
    fields = ("member__public_id", "member__full_name", "member__name_key", "state")
    kept = RollCallEntry.objects.filter(
        member__in=here,
        meeting__organization=cell,
        meeting__state=MeetingState.HELD,
        meeting__month__year=year,
        counted=True,
    )
    past = PastMark.objects.filter(member__in=here, meeting__organization=cell, meeting__month__year=year)
    names: dict[UUID, tuple[str, str]] = {}
    states: dict[UUID, Counter[AttendanceState]] = {}
    from_book: Counter[UUID] = Counter()
    for is_past, rows in ((False, kept), (True, past)):
        for member, name, key, state in rows.order_by().values_list(*fields):
            names[member] = (key, name)
            states.setdefault(member, Counter())[AttendanceState(state)] += 1
            from_book[member] += is_past
    people = [
        AttendancePerson(
            member,
            names[member][1],
            sum(found[state] for state in AttendanceState.there()),
            found[AttendanceState.EXCUSED],
            found[AttendanceState.UNEXCUSED],
            from_book[member],
        )
        for member, found in states.items()
    ]
    return sorted(people, key=lambda row: names[row.member_id])


PastMarkRow = tuple[UUID, str, Month, AttendanceState]


def list_past_marks(*, cell: Organization, members: QuerySet[Any, Any], since: date, until: date) -> list[PastMarkRow]:
    """Marks of the book at monthly meetings of these months, in their order: member, name, month, state. One query."""
    rows = PastMark.objects.filter(
        member__in=members,
        meeting__organization=cell,
        meeting__kind__in=MeetingKind.monthly(),
        meeting__month__range=(since, until),
    ).order_by("member__name_key", "member_id", "meeting__month", "pk")
    fields = ("member__public_id", "member__full_name", "meeting__month", "state")
    return [
        (person, name, Month.of(month), AttendanceState(state))
        for person, name, month, state in rows.values_list(*fields)
    ]
