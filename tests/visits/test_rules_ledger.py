"""How visits and their reports stood on any day; and a naive recount beside it."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.visits.choices import Office, VisitState
from nennep.visits.rules.ledger import CellStay, ReportStanding, VisitFact, VisitStanding, draw_ledger
from tests.factories.ledgers import (
    JULY,
    JUNE,
    MARCH,
    MAY,
    YEAR,
    facts_of,
    held,
    visit,
)


def test_each_visit_stands_in_one_place() -> None:
    ledger = draw_ledger(
        facts_of(
            visit(MARCH, report_submitted_on=MARCH),
            visit(MAY, VisitState.MISSED, missed_reason="Chống lũ"),
            visit(MAY, VisitState.MISSED),
            visit(MAY, VisitState.SUBSTITUTED),
            visit(MAY, VisitState.CANCELLED),
            visit(MAY, VisitState.PLANNED),
            visit(JULY, VisitState.CONFIRMED),
        ),
        on=JUNE,
    )
    counted = [
        ledger.done,
        ledger.missed_with_reason,
        ledger.missed,
        ledger.substituted,
        ledger.unsettled,
        ledger.planned,
    ]
    assert (counted, ledger.remaining, ledger.uncovered) == ([1, 1, 1, 1, 1, 1], 2, 1)


def test_on_an_earlier_day_it_stood_as_it_was_known_then() -> None:
    facts = facts_of(visit(MAY), visit(JULY, VisitState.MISSED, settled_on=JUNE, missed_reason="Đi công tác"))
    standings = {day: [row.standing for row in draw_ledger(facts, on=day).rows] for day in (MARCH, MAY, JUNE)}
    assert standings == {
        MARCH: [VisitStanding.PLANNED, VisitStanding.PLANNED],
        MAY: [VisitStanding.DONE, VisitStanding.PLANNED],
        JUNE: [VisitStanding.DONE, VisitStanding.MISSED_WITH_REASON],
    }


def test_a_visit_to_the_own_cell_never_counts_unless_the_policy_says_so() -> None:
    stay = (CellStay(7, date(2020, 1, 1), JUNE),)
    ledger = draw_ledger(facts_of(visit(MAY), visit(JULY), own_cells=stay), on=date(YEAR, 12, 31))
    assert (ledger.done, ledger.own_cell, ledger.count_reports(ReportStanding.OVERDUE)) == (1, 1, 1)
    assert draw_ledger(facts_of(visit(MAY), own_cells=stay, own_cell_counts=True), on=JULY).done == 1


@pytest.mark.parametrize(
    ("sent", "on", "standing"),
    [
        (None, MAY, ReportStanding.WAITING),
        (None, MAY + timedelta(days=7), ReportStanding.WAITING),
        (None, MAY + timedelta(days=8), ReportStanding.OVERDUE),
        (MAY + timedelta(days=7), JUNE, ReportStanding.ON_TIME),
        (MAY + timedelta(days=8), JUNE, ReportStanding.LATE),
        (JUNE, MAY + timedelta(days=9), ReportStanding.OVERDUE),
    ],
)
def test_a_report_is_late_after_its_last_day(sent: date | None, on: date, standing: ReportStanding) -> None:
    ledger = draw_ledger(facts_of(visit(MAY, report_submitted_on=sent)), on=on)
    assert [row.report for row in ledger.rows] == [standing]


def test_a_visit_attended_after_new_year_belongs_to_the_year_it_took_place_in() -> None:
    late = visit(date(YEAR, 12, 30), attended_on=date(YEAR + 1, 1, 2))
    assert draw_ledger(facts_of(late), on=date(YEAR + 1, 3, 1)).planned == 0
    assert draw_ledger(facts_of(late), on=date(YEAR + 1, 3, 1)).unsettled == 1
    assert draw_ledger(facts_of(late, year=YEAR + 1), on=date(YEAR + 1, 3, 1)).done == 1


@pytest.mark.parametrize(("until", "standing"), [(MAY, VisitStanding.DONE), (date(YEAR, 5, 4), VisitStanding.OWN_CELL)])
def test_the_own_cell_ends_before_its_last_day(until: date, standing: VisitStanding) -> None:
    """Half open: who left on the day of the visit no longer belonged to the cell."""
    stays = (CellStay(7, MARCH, until), CellStay(8, MARCH))
    assert [row.standing for row in draw_ledger(facts_of(visit(MAY), own_cells=stays), on=JUNE).rows] == [standing]


@pytest.mark.parametrize(
    ("planned_on", "standing"),
    [(MAY, VisitStanding.UNSETTLED), (JUNE, VisitStanding.PLANNED), (JULY, VisitStanding.PLANNED)],
)
def test_a_visit_is_still_to_come_on_its_own_day(planned_on: date, standing: VisitStanding) -> None:
    rows = draw_ledger(facts_of(visit(planned_on, VisitState.CONFIRMED)), on=JUNE).rows
    assert [row.standing for row in rows] == [standing]


@pytest.mark.parametrize(("created_on", "count"), [(JUNE, 1), (date(YEAR, 6, 4), 0)])
def test_a_visit_exists_from_the_day_it_was_made(created_on: date, count: int) -> None:
    assert draw_ledger(facts_of(visit(JULY, VisitState.PLANNED, created_on=created_on)), on=JUNE).planned == count


@pytest.mark.parametrize(("on", "missed"), [(MARCH, 0), (MAY, 1)])
def test_how_a_visit_ended_without_a_day_is_known_on_its_day(on: date, missed: int) -> None:
    assert draw_ledger(facts_of(visit(MAY, VisitState.MISSED, settled_on=None)), on=on).missed == missed


def test_reports_are_counted_by_how_they_came() -> None:
    week, day = timedelta(days=7), timedelta(days=1)
    ledger = draw_ledger(
        facts_of(
            visit(MARCH, report_submitted_on=MARCH),
            visit(MAY, report_submitted_on=MAY + week),
            visit(MAY, report_submitted_on=MAY + week + day),
            visit(date(YEAR, 5, 20)),
            visit(date(YEAR, 5, 21)),
            visit(date(YEAR, 5, 22)),
            visit(JUNE),
            visit(JULY, VisitState.MISSED),
        ),
        on=JUNE,
    )
    assert (ledger.reports_submitted, ledger.reports_late, ledger.reports_overdue, ledger.reports_waiting) == (
        3,
        4,
        3,
        1,
    )
    assert (ledger.done, ledger.own_cell, ledger.remaining, ledger.uncovered, ledger.behind) == (7, 0, 0, 0, 0)


def test_visits_are_in_the_order_of_their_days() -> None:
    """The day on which it took place, else the one it was planned for."""
    moved = visit(MARCH, attended_on=JUNE, public_id=UUID(int=1))
    second = visit(MAY, public_id=UUID(int=3))
    first = visit(MAY, public_id=UUID(int=2))
    rows = draw_ledger(facts_of(moved, second, first), on=JULY).rows
    assert [row.visit for row in rows] == [first, second, moved]


def test_a_day_of_attending_counts_only_while_the_visit_is_attended() -> None:
    """Somebody else was named after all: the day that was noted first says nothing any more."""
    taken_back = visit(MARCH, VisitState.SUBSTITUTED, attended_on=MARCH)
    ledger = draw_ledger(facts_of(taken_back), on=JULY)
    assert ([row.standing for row in ledger.rows], ledger.done) == ([VisitStanding.SUBSTITUTED], 0)


def test_without_a_number_nothing_remains_and_nobody_is_behind() -> None:
    unnumbered = (held(Office.STANDING_BOARD, date(2021, 1, 1)),)
    ledger = draw_ledger(facts_of(holdings=unnumbered), on=JULY)
    assert (ledger.remaining, ledger.uncovered, ledger.behind) == (None, None, 0)


def test_a_day_of_a_later_year_is_the_end_of_the_year() -> None:
    assert draw_ledger(facts_of(), on=date(YEAR + 1, 1, 1)).on == date(YEAR, 12, 31)
    assert draw_ledger(facts_of(), on=MAY).on == MAY


# ── a naive recount ───────────────────────────────────────────────────────────

# Few days, so that two of them are often the same one: every rule here turns on one.
days = st.sampled_from(
    [
        date(YEAR - 1, 12, 31),
        MAY,
        MAY + timedelta(days=7),
        MAY + timedelta(days=8),
        date(YEAR, 12, 31),
        date(YEAR + 1, 1, 1),
    ]
)


@st.composite
def visits(draw: st.DrawFn) -> VisitFact:
    state = draw(st.sampled_from(list(VisitState)))
    planned = draw(days)
    attended = draw(days) if state == VisitState.ATTENDED else None
    return VisitFact(
        public_id=UUID(int=draw(st.integers(0, 2**64))),
        cell_id=draw(st.integers(1, 3)),
        planned_on=planned,
        state=state,
        created_on=draw(days),
        attended_on=attended,
        settled_on=None if state in {VisitState.PLANNED, VisitState.CONFIRMED} else attended or draw(days),
        missed_reason=draw(st.sampled_from(["", "Đi công tác"])),
        report_due_on=attended + timedelta(days=7) if attended else None,
        report_submitted_on=draw(st.none() | days) if attended else None,
    )


@given(st.lists(visits(), max_size=8), st.lists(st.builds(CellStay, st.integers(1, 3), days, st.none() | days)), days)
def test_the_state_on_any_day_agrees_with_a_naive_recount(
    raw: list[VisitFact], stays: list[CellStay], on: date
) -> None:
    day = min(on, date(YEAR, 12, 31))
    tally = dict.fromkeys(VisitStanding, 0)
    reports = dict.fromkeys(ReportStanding, 0)
    for item in raw:
        if item.attended_on and item.attended_on <= day:
            if item.attended_on.year != YEAR:
                continue
            own = [
                stay
                for stay in stays
                if stay.cell_id == item.cell_id
                and stay.valid_from <= item.attended_on
                and (stay.valid_to is None or stay.valid_to > item.attended_on)
            ]
            tally[VisitStanding.OWN_CELL if own else VisitStanding.DONE] += 1
            if not own:
                reports[_naive_report(item, day)] += 1
            continue
        if item.planned_on.year != YEAR or item.created_on > day:
            continue
        settled = item.attended_on is None and item.settled_on is not None and item.settled_on <= day
        if not settled:
            tally[VisitStanding.PLANNED if item.planned_on >= day else VisitStanding.UNSETTLED] += 1
        elif item.state == VisitState.MISSED:
            tally[VisitStanding.MISSED_WITH_REASON if item.missed_reason else VisitStanding.MISSED] += 1
        elif item.state == VisitState.SUBSTITUTED:
            tally[VisitStanding.SUBSTITUTED] += 1
    ledger = draw_ledger(facts_of(*raw, own_cells=tuple(stays)), on=on)
    assert {standing: ledger.count(standing) for standing in VisitStanding} == tally
    counted = {standing: ledger.count_reports(standing) for standing in ReportStanding}
    assert counted | {ReportStanding.NONE: 0} == reports
    assert ledger.remaining == max(0, 3 - tally[VisitStanding.DONE])


def _naive_report(item: VisitFact, day: date) -> ReportStanding:
    assert item.report_due_on
    if item.report_submitted_on and item.report_submitted_on <= day:
        return ReportStanding.LATE if item.report_submitted_on > item.report_due_on else ReportStanding.ON_TIME
    return ReportStanding.OVERDUE if day > item.report_due_on else ReportStanding.WAITING
