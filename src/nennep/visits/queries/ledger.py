"""The ledger of officials: what the rules need, read at once for many officials. Pages: `board`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.timezone import localdate

from nennep.accounts.models import User
from nennep.core.periods import Month
from nennep.policies.queries import RuleBook, rules_for_days
from nennep.visits.choices import Office, VisitArea, VisitState
from nennep.visits.models import Assignment, OfficeHolding, Visit
from nennep.visits.queries.facts import own_cells_of
from nennep.visits.queries.lists import VisitLine, read_with_lines
from nennep.visits.rules.ledger import (
    Ledger,
    LedgerFacts,
    ReportStanding,
    VisitFact,
    VisitStanding,
    draw_ledger,
    stand_unsent,
)
from nennep.visits.rules.obligations import MIDDLE_DAY, HeldOffice, Minima, find_line
from nennep.visits.rules.risk import Risk, RiskLevel, find_risks, level_of
from nennep.visits.rules.wording import say_owed, say_part, say_report, say_risk


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One visit as the ledger counts it, with what lists show of it."""

    line: VisitLine
    standing: VisitStanding
    report: ReportStanding

    @property
    def report_words(self) -> str:
        return say_report(self.report, due_on=self.line.report_due_on, sent_on=self.line.submitted_on)


@dataclass(frozen=True, slots=True)
class OfficialLedger:
    """One official on one day: offices and assignments of that day, the ledger of its year, why to look."""

    user: User
    on: date
    offices: tuple[OfficeHolding, ...]
    assignments: tuple[Assignment, ...]
    ledger: Ledger
    lines: tuple[LedgerLine, ...]
    risks: tuple[Risk, ...]

    @property
    def level(self) -> RiskLevel:
        return level_of(self.risks)

    @property
    def offices_now(self) -> tuple[OfficeHolding, ...]:
        return tuple(held for held in self.offices if held.covers(self.on))

    @property
    def office_names(self) -> str:
        """Offices of the day; those of the year for somebody who left."""
        return ", ".join(dict.fromkeys(held.get_office_display() for held in self.offices_now or self.offices))

    @property
    def owed_words(self) -> str:
        return say_owed(self.ledger.owed)

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(say_part(part) for part in self.ledger.owed.parts)

    @property
    def reasons(self) -> tuple[str, ...]:
        return tuple(say_risk(risk) for risk in self.risks)

    @property
    def slots(self) -> tuple[str, ...]:
        """One state a visit for the row of slots: done first, then planned, then still owed without a date."""
        done, planned = self.ledger.done, self.ledger.planned
        return ("done",) * done + ("planned",) * planned + ("owed",) * (self.ledger.uncovered or 0)


def ledger_of(*, official: User, on: date) -> OfficialLedger:
    """The state of one official on that day. Six queries. The caller has passed the official's door."""
    return read_ledgers(officials=[official], on=on)[0]


def list_former_years(*, official: User, on: date) -> tuple[int, ...]:
    """The years before that of the day in which the official had a visit, the newest first. One query."""
    found = Visit.objects.filter(official=official, planned_on__year__lt=on.year).exclude(state=VisitState.CANCELLED)
    return tuple(sorted({day.year for day in found.dates("planned_on", "year")}, reverse=True))


def list_unsent_before(*, official: User, on: date) -> tuple[LedgerLine, ...]:
    """Visits of former years whose report is still owed on that day, the oldest first: the year may end, the report does not.

    One query, and six for each such year. The caller has passed the official's door.
    """
    unsent = Visit.objects.filter(Q(report=None) | Q(report__submitted_at=None), official=official)
    former = unsent.filter(state=VisitState.ATTENDED, attended_on__year__lt=on.year, planned_on__year__lt=on.year)
    years = sorted({day.year for day in former.values_list("attended_on", flat=True) if day})
    lines = (line for year in years for line in ledger_of(official=official, on=date(year, 12, 31)).lines)
    return tuple(
        replace(line, report=stand_unsent(line.line.report_due_on, on)) for line in lines if line.report.is_owed
    )


def read_ledgers(*, officials: Iterable[User], on: date) -> list[OfficialLedger]:
    """The state of many officials on that day, in the order given. Six queries, whatever their number."""
    users = list(officials)
    ids = [user.pk for user in users]
    holdings, books = _read_offices(ids, on)
    visits, lines = _read_visits(ids, on.year)
    own, following = own_cells_of(ids), _read_assignments(ids, on)
    result = []
    for user in users:
        held = holdings.get(user.pk, ())
        facts = LedgerFacts(
            year=on.year,
            holdings=tuple(_plain(item) for item in held),
            obligations=_minima_of(held, books),
            visits=tuple(visits.get(user.pk, ())),
            own_cells=own.get(user.pk, ()),
            own_cell_counts=any(_book_on(item, books, on).visit_own_cell_counts for item in held),
        )
        state = _state_of(user, held, following.get(user.pk, ()), ledger=draw_ledger(facts, on=on), lines=lines)
        needs = any(_needs_assignment(item, books, on) for item in held if item.covers(on))
        result.append(_with_risks(state, needs_assignment=needs))
    return result


def _state_of(
    user: User,
    held: Sequence[OfficeHolding],
    following: Sequence[Assignment],
    *,
    ledger: Ledger,
    lines: Mapping[UUID, VisitLine],
) -> OfficialLedger:
    return OfficialLedger(
        user=user,
        on=ledger.on,
        offices=tuple(held),
        assignments=tuple(following),
        ledger=ledger,
        lines=tuple(LedgerLine(lines[row.visit.public_id], row.standing, row.report) for row in ledger.rows),
        risks=(),
    )


def _with_risks(state: OfficialLedger, *, needs_assignment: bool) -> OfficialLedger:
    assigned = bool(state.assignments) or not needs_assignment
    return replace(state, risks=find_risks(state.ledger, in_office=bool(state.offices_now), assigned=assigned))


_Books = Mapping[date, Mapping[int, RuleBook]]


def _read_offices(ids: Sequence[int], on: date) -> tuple[dict[int, list[OfficeHolding]], _Books]:
    """Offices of the year by user id, and the rules of their units on the 15th of each month and on the day."""
    first, after = date(on.year, 1, 1), date(on.year + 1, 1, 1)
    found = OfficeHolding.objects.in_period(first, after).filter(official_id__in=ids).select_related("organization")
    holdings: dict[int, list[OfficeHolding]] = defaultdict(list)
    for held in found.order_by("valid_from", "pk"):
        holdings[held.official_id].append(held)
    units = {held.organization_id: held.organization for group in holdings.values() for held in group}
    days = [date(on.year, number, MIDDLE_DAY) for number in range(1, 13)] + [on]
    return holdings, rules_for_days(organizations=units.values(), days=days)


def _plain(held: OfficeHolding) -> HeldOffice:
    return HeldOffice(Office(held.office), held.organization_id, held.valid_from, held.valid_to)


def _book_on(held: OfficeHolding, books: _Books, on: date) -> RuleBook:
    return books[on][held.organization_id]


def _needs_assignment(held: OfficeHolding, books: _Books, on: date) -> bool:
    """Whether the document sends the holder to assigned cells; elsewhere (own unit, any cell) none is needed."""
    lines = {line.office: line for line in _book_on(held, books, on).visit_obligations or ()}
    found = find_line(Office(held.office), {office: line.min_per_year for office, line in lines.items()})
    return found is not None and lines[found].area == VisitArea.FOLLOWED


def _minima_of(held: Sequence[OfficeHolding], books: _Books) -> dict[tuple[int, Month], Minima]:
    """Yearly minima by office, for each unit and month."""
    result: dict[tuple[int, Month], Minima] = {}
    for day, by_unit in books.items():
        if day.day != MIDDLE_DAY:
            continue
        for item in held:
            lines = by_unit[item.organization_id].visit_obligations or ()
            result[item.organization_id, Month.of(day)] = {line.office: line.min_per_year for line in lines}
    return result


def _read_visits(ids: Sequence[int], year: int) -> tuple[dict[int, list[VisitFact]], dict[UUID, VisitLine]]:
    """Visits planned for or attended in the year: as the rules take them, by user id, and as lists show them."""
    of_year = Q(planned_on__year=year) | Q(attended_on__year=year)
    visits = Visit.objects.filter(of_year, official_id__in=ids).exclude(state=VisitState.CANCELLED)
    facts: dict[int, list[VisitFact]] = defaultdict(list)
    lines: dict[UUID, VisitLine] = {}
    for visit, line in read_with_lines(visits.order_by("planned_on", "pk")):
        lines[visit.public_id] = line
        facts[visit.official_id].append(_fact(visit, line))
    return facts, lines


def _fact(visit: Visit, line: VisitLine) -> VisitFact:
    return VisitFact(
        public_id=visit.public_id,
        cell_id=visit.cell_id,
        planned_on=visit.planned_on,
        state=line.state,
        created_on=localdate(visit.created_at),
        attended_on=visit.attended_on,
        settled_on=visit.settled_on,
        missed_reason=visit.missed_reason,
        report_due_on=line.report_due_on,
        report_submitted_on=line.submitted_on,
    )


def _read_assignments(ids: Sequence[int], on: date) -> dict[int, list[Assignment]]:
    rows: dict[int, list[Assignment]] = defaultdict(list)
    found = Assignment.objects.on(on).filter(official_id__in=ids).select_related("organization")
    for assignment in found.order_by("organization__path", "pk"):
        rows[assignment.official_id].append(assignment)
    return rows
