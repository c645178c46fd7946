"""The state of an official on any day, from the raw facts: owed, done, planned, missed, reports (rules.md §3.2, G1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from nennep.core.periods import is_in_force
from nennep.visits.choices import OPEN_STATES, VisitState
from nennep.visits.rules.obligations import HeldOffice, ObligationsOf, Owed, count_owed


class VisitStanding(StrEnum):
    """How one visit stood on a day."""

    DONE = "done"
    OWN_CELL = "own_cell"  # attended in their own cell: a member's duty, not a visit
    PLANNED = "planned"
    UNSETTLED = "unsettled"  # its day is over and nobody said whether the official came
    MISSED_WITH_REASON = "missed_with_reason"
    MISSED = "missed"
    SUBSTITUTED = "substituted"


class ReportStanding(StrEnum):
    """How the report of an attended visit stood on a day; NONE where none is due."""

    NONE = "none"
    ON_TIME = "on_time"
    LATE = "late"
    WAITING = "waiting"
    OVERDUE = "overdue"

    @property
    def is_owed(self) -> bool:
        """Still to be sent."""
        return self in {ReportStanding.WAITING, ReportStanding.OVERDUE}


@dataclass(frozen=True, slots=True)
class CellStay:
    """The official belonged to a cell from a day on (half open)."""

    cell_id: int
    valid_from: date
    valid_to: date | None = None

    def covers(self, cell_id: int, day: date) -> bool:
        return cell_id == self.cell_id and is_in_force(day, valid_from=self.valid_from, valid_to=self.valid_to)


@dataclass(frozen=True, slots=True)
class VisitFact:
    """One visit as stored. `settled_on`: the day it was known how it ended; `report_due_on` only when attended."""

    public_id: UUID
    cell_id: int
    planned_on: date
    state: VisitState
    created_on: date
    attended_on: date | None = None
    settled_on: date | None = None
    missed_reason: str = ""
    report_due_on: date | None = None
    report_submitted_on: date | None = None


@dataclass(frozen=True, slots=True)
class LedgerFacts:
    """Everything raw about one official in one calendar year."""

    year: int
    holdings: tuple[HeldOffice, ...]
    obligations: ObligationsOf
    visits: tuple[VisitFact, ...]
    own_cells: tuple[CellStay, ...] = ()
    own_cell_counts: bool = False


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One visit and how it and its report stood on the day asked for."""

    visit: VisitFact
    standing: VisitStanding
    report: ReportStanding


@dataclass(frozen=True, slots=True)
class Ledger:
    """The state of one official on one day. Each figure counts rows of `rows`, so that it can open them."""

    on: date
    owed: Owed
    rows: tuple[LedgerRow, ...]

    def count(self, *standings: VisitStanding) -> int:
        return sum(row.standing in standings for row in self.rows)

    def count_reports(self, *standings: ReportStanding) -> int:
        return sum(row.report in standings for row in self.rows)

    @property
    def done(self) -> int:
        return self.count(VisitStanding.DONE)

    @property
    def planned(self) -> int:
        return self.count(VisitStanding.PLANNED)

    @property
    def unsettled(self) -> int:
        return self.count(VisitStanding.UNSETTLED)

    @property
    def missed_with_reason(self) -> int:
        return self.count(VisitStanding.MISSED_WITH_REASON)

    @property
    def missed(self) -> int:
        return self.count(VisitStanding.MISSED)

    @property
    def substituted(self) -> int:
        return self.count(VisitStanding.SUBSTITUTED)

    @property
    def own_cell(self) -> int:
        return self.count(VisitStanding.OWN_CELL)

    @property
    def reports_submitted(self) -> int:
        return self.count_reports(ReportStanding.ON_TIME, ReportStanding.LATE)

    @property
    def reports_late(self) -> int:
        """Sent after the last day, or not sent although it is over."""
        return self.count_reports(ReportStanding.LATE, ReportStanding.OVERDUE)

    @property
    def reports_overdue(self) -> int:
        return self.count_reports(ReportStanding.OVERDUE)

    @property
    def reports_waiting(self) -> int:
        return self.count_reports(ReportStanding.WAITING)

    @property
    def remaining(self) -> int | None:
        """Owed and not done yet; None when no number is owed."""
        return None if self.owed.count is None else max(0, self.owed.count - self.done)

    @property
    def uncovered(self) -> int | None:
        """Owed, neither done nor planned; None when no number is owed."""
        return None if self.remaining is None else max(0, self.remaining - self.planned)

    @property
    def behind(self) -> int:
        """How many visits the pace of the months that are over lacks; 0 when no number is owed."""
        return max(0, self.owed.by(self.on) - self.done)


def draw_ledger(facts: LedgerFacts, *, on: date) -> Ledger:
    """The state on that day of the year (a day of a later year: at its end). Visits of other years are left out.

    A visit attended or settled after `on` still counts as planned then; one that was made after `on` does not exist yet.
    An attended visit belongs to the year in which it took place, every other to the one it was planned for.
    """
    day = min(on, date(facts.year, 12, 31))
    owed = count_owed(facts.holdings, year=facts.year, obligations=facts.obligations)
    rows = [row for visit in facts.visits if (row := _row_of(visit, facts, day)) is not None]
    return Ledger(day, owed, tuple(sorted(rows, key=lambda row: (_day_of(row.visit, day), str(row.visit.public_id)))))


def _row_of(visit: VisitFact, facts: LedgerFacts, on: date) -> LedgerRow | None:
    if _day_of(visit, on).year != facts.year:
        return None
    standing = _standing_of(visit, facts, on)
    if standing is None:
        return None
    report = _report_of(visit, on) if standing == VisitStanding.DONE else ReportStanding.NONE
    return LedgerRow(visit, standing, report)


def _day_of(visit: VisitFact, on: date) -> date:
    return visit.attended_on if _was_attended(visit, on) and visit.attended_on else visit.planned_on


def _was_attended(visit: VisitFact, on: date) -> bool:
    return visit.state == VisitState.ATTENDED and visit.attended_on is not None and visit.attended_on <= on


def _standing_of(visit: VisitFact, facts: LedgerFacts, on: date) -> VisitStanding | None:
    if _was_attended(visit, on):
        own = not facts.own_cell_counts and is_own_cell(facts.own_cells, visit.cell_id, visit.attended_on or on)
        return VisitStanding.OWN_CELL if own else VisitStanding.DONE
    if visit.created_on > on:
        return None
    settled = visit.state not in (*OPEN_STATES, VisitState.ATTENDED) and (visit.settled_on or visit.planned_on) <= on
    if not settled:
        return VisitStanding.PLANNED if visit.planned_on >= on else VisitStanding.UNSETTLED
    if visit.state == VisitState.MISSED:
        return VisitStanding.MISSED_WITH_REASON if visit.missed_reason else VisitStanding.MISSED
    return VisitStanding.SUBSTITUTED if visit.state == VisitState.SUBSTITUTED else None


def _report_of(visit: VisitFact, on: date) -> ReportStanding:
    sent, due = visit.report_submitted_on, visit.report_due_on
    if sent is not None and sent <= on:
        return ReportStanding.LATE if due and sent > due else ReportStanding.ON_TIME
    return stand_unsent(due, on)


def stand_unsent(due: date | None, on: date) -> ReportStanding:
    """How a report that is not sent stands on a day: its last day is still in time."""
    return ReportStanding.OVERDUE if due and on > due else ReportStanding.WAITING


def is_own_cell(own_cells: Sequence[CellStay], cell_id: int, day: date) -> bool:
    """Whether the official belonged to that cell on that day (Kon Tum, 776-QĐ/TU: the meetings of one's own cell are a duty besides)."""
    return any(stay.covers(cell_id, day) for stay in own_cells)
