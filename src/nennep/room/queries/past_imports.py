"""Sheets of past meetings: who may open one, and what writing it would do."""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from nennep.core.access import Actor
from nennep.core.crypto import keyed_hash
from nennep.core.errors import NotFound
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.core.sheets.cells import Workbook
from nennep.core.sheets.columns import words_of
from nennep.core.sheets.reader import read_bytes
from nennep.core.text import name_key
from nennep.meetings.choices import MeetingKind, MeetingState
from nennep.meetings.models import Meeting
from nennep.members.models import Membership
from nennep.organizations.models import Organization
from nennep.room.choices import PAST_KEPT_DAYS, AttendanceState
from nennep.room.importers.past_shapes import BookMeeting, PastBook, PastFault, PastMends
from nennep.room.importers.past_sheets import understand_past
from nennep.room.models import PastImport, PastMeeting
from nennep.room.rules.past import KeptSince, PastFacts, find_crowded_months, find_fault

_KIND_WORDS = re.compile(r"^((chi bo|cb|thon|ban|xom|ap|buon|to dan pho|tdp|khu pho|khu) )+")
_MARK_PURPOSE = "room.past_plan"


@dataclass(frozen=True, slots=True)
class NewMeeting:
    """One meeting to write: its facts, and the members whose marks are known by name."""

    facts: PastFacts
    marks: tuple[tuple[int, AttendanceState], ...]


@dataclass(frozen=True, slots=True)
class CellBook:
    """What the book has for one cell. `cell` None: nobody knows which is meant by `named`. `standing`: meetings that are kept already.

    With `faults` nothing of the cell is written. `strangers` are names that no member of the cell has: they count, unnamed.
    """

    cell: Organization | None
    named: str
    new: tuple[NewMeeting, ...]
    standing: int
    faults: tuple[PastFault, ...]
    strangers: tuple[str, ...]
    people: int

    @property
    def is_written(self) -> bool:
        return self.cell is not None and bool(self.new) and not self.faults

    @property
    def label(self) -> str:
        return self.cell.name if self.cell else self.named

    @property
    def first(self) -> PastFacts:
        return min((row.facts for row in self.new), key=lambda facts: facts.last_day)

    @property
    def last(self) -> PastFacts:
        return max((row.facts for row in self.new), key=lambda facts: facts.last_day)


@dataclass(frozen=True, slots=True)
class PastReview:
    """What a sheet says, cell by cell, and what writing it would do."""

    file: PastImport
    book: Workbook
    understood: PastBook
    cells: tuple[CellBook, ...]

    @property
    def written(self) -> list[CellBook]:
        return [cell for cell in self.cells if cell.is_written]

    @property
    def held_back(self) -> list[CellBook]:
        return [cell for cell in self.cells if cell.faults]

    @property
    def to_write(self) -> int:
        """Meetings."""
        return sum(len(cell.new) for cell in self.written)

    @property
    def kept_until(self) -> datetime:
        return expiry_of(self.file)

    @property
    def mark(self) -> str:
        """Sent along when it is written: what was shown is what is written. Keyed, as it names members."""
        written = [(cell.cell.pk, cell.new) for cell in self.written if cell.cell]
        return keyed_hash(repr(written), purpose=_MARK_PURPOSE)


def expiry_of(file: PastImport) -> datetime:
    return file.uploaded_at + timedelta(days=PAST_KEPT_DAYS)


def get_past_import(*, actor: Actor, public_id: UUID, now: datetime) -> PastImport:
    """An upload of the actor's own that waits, or one that was written where the actor may import. Raises NotFound."""
    file = PastImport.objects.visible_to(actor).filter(public_id=public_id).select_related("organization").first()
    if file is None or not actor.may(Permission.MEMBERS_IMPORT, file.organization.path):
        raise NotFound
    if file.written_at is None and expiry_of(file) <= now:
        raise NotFound
    return file


def list_past_imports(*, actor: Actor, now: datetime) -> QuerySet[PastImport]:
    """What waits for the actor and what was written, newest first; the last fifty. One query."""
    fresh = Q(written_at__isnull=False) | Q(uploaded_at__gt=now - timedelta(days=PAST_KEPT_DAYS))
    rows = PastImport.objects.visible_to(actor).filter(fresh).select_related("organization")
    return rows.defer("content", "mends").order_by("-uploaded_at", "-pk")[:50]


def read_past_mends(file: PastImport) -> PastMends:
    return PastMends(**json.loads(file.mends or "{}"))


def read_past_review(file: PastImport, *, on: date) -> PastReview:
    """What the sheet means on that day. Raises SheetRefused. The caller has passed the file's door."""
    book = read_bytes(base64.b64decode(file.content))
    understood = understand_past(book, today=on, mends=read_past_mends(file), hint=file.name)
    return PastReview(file, book, understood, _plan(file.organization, understood, on))


def _plan(unit: Organization, book: PastBook, today: date) -> tuple[CellBook, ...]:
    by_words: dict[str, list[BookMeeting]] = {words: [] for words in book.faults}
    for meeting in book.meetings:
        by_words.setdefault(meeting.cell, []).append(meeting)
    known = _Known(unit)
    by_cell: dict[int | str, _Told] = {}
    for words, meetings in by_words.items():
        cell = known.find(words)
        told = by_cell.setdefault(cell.pk if cell else words, _Told(cell, words))
        told.meetings.extend(meetings)
        told.faults.extend(book.faults.get(words, ()))
    planner = _Planner([told.cell.pk for told in by_cell.values() if told.cell], today)
    return tuple(planner.plan(told) for told in by_cell.values())


@dataclass(frozen=True, slots=True)
class _Told:
    """What the book tells under the words for one cell."""

    cell: Organization | None
    words: str
    meetings: list[BookMeeting] = field(default_factory=list)
    faults: list[PastFault] = field(default_factory=list)

    def refuse(self, code: str) -> CellBook:
        """All of it stays out."""
        places: list[PastFault | BookMeeting] = [*self.faults, *self.meetings]
        where = places[0]  # there is one: the words stand somewhere
        fault = PastFault(where.sheet, where.row, where.column, self.words, code)
        return CellBook(self.cell, self.words, (), 0, (fault, *self.faults), (), 0)


class _Known:
    """The cells that a book may name."""

    def __init__(self, unit: Organization) -> None:
        cells = Organization.objects.get_queryset().cells().filter(path__startswith=unit.path)
        self._cells = [(words_of(cell.name), cell) for cell in cells]
        self._only = unit if unit.is_cell else None

    def find(self, words: str) -> Organization | None:
        """The cell that the words name: exactly, else the longest name that stands in them; the unit itself where it is a cell."""
        if self._only:
            return self._only
        said = words_of(words)
        for exact in (
            [cell for name, cell in self._cells if said and name == said],
            [cell for name, cell in self._cells if _bare(said) and _bare(name) == _bare(said)],
        ):
            if exact:
                return exact[0] if len(exact) == 1 else None
        within = sorted((name for name, _cell in self._cells if name and f" {name} " in f" {said} "), key=len)
        named = [cell for name, cell in self._cells if within and name == within[-1]]
        return named[0] if len(named) == 1 else None


def _bare(words: str) -> str:
    """A name without the words for what it is: `Chi bộ thôn Nặm Chá` and `Nặm Chá` are one."""
    return _KIND_WORDS.sub("", words)


_People = Mapping[int, Mapping[str, list[tuple[int, int | None]]]]


def _read_people(cells: Iterable[int]) -> _People:
    """Everybody who ever belonged to each cell, by the key of the name: the member and the year of birth. One query."""
    rows = Membership.objects.filter(organization__in=list(cells), member__merged_into=None).order_by("member_id")
    fields = ("organization_id", "member_id", "member__full_name", "member__born_year", "member__born_on")
    found: dict[int, dict[str, list[tuple[int, int | None]]]] = {}
    for cell, member, name, year, day in rows.values_list(*fields).distinct():
        named = found.setdefault(cell, {}).setdefault(name_key(name), [])
        if (person := (member, year or (day.year if day else None))) not in named:
            named.append(person)
    return found


def _read_kept_months(cells: Iterable[int]) -> set[tuple[int, date]]:
    """Months for which the program has a monthly meeting of its own. One query."""
    rows = Meeting.objects.filter(organization__in=list(cells), kind__in=MeetingKind.monthly())
    return set(rows.exclude(state=MeetingState.CANCELLED).order_by().values_list("organization_id", "month"))


def _read_past(cells: Iterable[int]) -> dict[int, list[PastFacts]]:
    """What earlier books brought, by cell. One query."""
    found: dict[int, list[PastFacts]] = {}
    for row in PastMeeting.objects.filter(organization__in=list(cells)).order_by("month", "pk"):
        numbers = (row.present, row.absent, row.excused, row.unexcused)
        facts = PastFacts(Month.of(row.month), row.held_on, MeetingKind(row.kind), row.theme, *numbers)
        found.setdefault(row.organization_id, []).append(facts)
    return found


class _Planner:
    """What of the book is new for each cell, and what is wrong with it. Three queries, however many cells."""

    def __init__(self, cells: Sequence[int], today: date) -> None:
        self._today = today
        self._people, self._kept_here, self._past = _read_people(cells), _read_kept_months(cells), _read_past(cells)

    def plan(self, told: _Told) -> CellBook:
        cell = told.cell
        if cell is None:
            return told.refuse("past_cell_unknown")
        if cell.closed_on is not None:
            return told.refuse("past_cell_ended")
        known = self._past.get(cell.pk, [])
        fresh = [meeting for meeting in told.meetings if meeting.facts not in known]
        crowded = find_crowded_months([*(meeting.facts for meeting in fresh), *known])
        faults = [*told.faults, *self._find_faults(cell, fresh, crowded)]
        matched = _Matcher(self._people.get(cell.pk, {}))
        new = [NewMeeting(meeting.facts, matched.take(meeting, faults)) for meeting in fresh]
        return CellBook(
            cell=cell,
            named=told.words,
            new=tuple(sorted(new, key=lambda row: (row.facts.last_day, row.facts.kind))),
            standing=len(told.meetings) - len(fresh),
            faults=tuple(faults),
            strangers=tuple(matched.strangers),
            people=len(matched.seen),
        )

    def _find_faults(
        self, cell: Organization, meetings: Iterable[BookMeeting], crowded: frozenset[Month]
    ) -> Iterator[PastFault]:
        since = KeptSince(_founded(cell), cell.counted_from)
        for meeting in meetings:
            facts = meeting.facts
            code = find_fault(facts, since, self._today)
            if not code and facts.kind.is_monthly:
                is_kept = (cell.pk, facts.month.first_day) in self._kept_here
                code = "past_kept_here" if is_kept else "past_two_monthly" if facts.month in crowded else ""
            if code:
                when = f"{facts.on:%d/%m/%Y}" if facts.on else f"{facts.month.first_day:%m/%Y}"
                yield PastFault(meeting.sheet, meeting.row, meeting.column, when, code)


def _founded(cell: Organization) -> date | None:
    """None where it was made from a list, which says since when the program is used, not when the cell was founded."""
    return None if cell.used_from == cell.opened_on else cell.opened_on


class _Matcher:
    """Finds the members of one cell whom its grid names."""

    def __init__(self, people: Mapping[str, list[tuple[int, int | None]]]) -> None:
        self._people = people
        self.seen: set[int] = set()
        self.strangers: dict[str, None] = {}

    def take(self, meeting: BookMeeting, faults: list[PastFault]) -> tuple[tuple[int, AttendanceState], ...]:
        """The marks of known members; a person twice, and a name that two bear, go to the faults."""
        taken: dict[int, AttendanceState] = {}
        for mark in meeting.marks:
            found = self._people.get(name_key(mark.name), [])
            if mark.born_year and len(found) > 1:
                found = [one for one in found if one[1] == mark.born_year]
            if len(found) > 1:
                _blame(faults, PastFault(meeting.sheet, mark.row, "", mark.name, "past_two_of_a_name"))
            elif not found:
                self.strangers[mark.name] = None
            elif found[0][0] in taken:
                _blame(faults, PastFault(meeting.sheet, mark.row, "", mark.name, "past_person_twice"))
            else:
                taken[found[0][0]] = mark.state
        self.seen |= set(taken)
        return tuple(sorted(taken.items()))


def _blame(faults: list[PastFault], fault: PastFault) -> None:
    """Once for a row: it is the same for each of its meetings."""
    if fault not in faults:
        faults.append(fault)
