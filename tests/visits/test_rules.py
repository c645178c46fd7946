"""What is owed, how visits stood on any day, whom to look at first: pure rules, and a naive recount beside them."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.core.periods import Month
from nennep.visits.choices import Office, VisitState
from nennep.visits.rules.ledger import CellStay, LedgerFacts, ReportStanding, Standing, VisitFact, draw_ledger
from nennep.visits.rules.obligations import HeldOffice, ObligationsOf, Owed, OwedKind, OwedPart, count_owed
from nennep.visits.rules.risk import Level, Risk, RiskKind, find_risks, level_of, rank
from nennep.visits.rules.wording import say_report

YEAR = 2026
COMMUNE, PROVINCE = 1, 2
KON_TUM = {Office.PROVINCE_COMMITTEE: 2, Office.DISTRICT_COMMITTEE: 6, Office.COMMUNE_COMMITTEE: 6}
SON_LA: dict[Office, int | None] = {
    Office.STANDING_BOARD: None,
    Office.STANDING_COMMITTEE: 2,
    Office.PROVINCE_COMMITTEE_SECRETARY: None,
    Office.PROVINCE_COMMITTEE: 3,
}


def all_year(minima: Any, unit: int = PROVINCE) -> ObligationsOf:
    return {(unit, Month(YEAR, number)): minima for number in range(1, 13)}


def held(office: Office, since: date, until: date | None = None, unit: int = PROVINCE) -> HeldOffice:
    return HeldOffice(office, unit, since, until)


def owed(*holdings: HeldOffice, minima: Any = SON_LA, unit: int = PROVINCE) -> Owed:
    return count_owed(holdings, year=YEAR, obligations=all_year(minima, unit))


def test_a_whole_year_owes_the_minimum() -> None:
    result = owed(held(Office.PROVINCE_COMMITTEE, date(2021, 1, 1)))
    assert (result.kind, result.count) == (OwedKind.NUMBER, 3)
    assert result.parts == (OwedPart(Office.PROVINCE_COMMITTEE, PROVINCE, 12, 3),)


@pytest.mark.parametrize(("months", "count"), [(1, 0), (2, 1), (4, 1), (5, 1), (6, 2), (9, 2), (10, 3), (12, 3)])
def test_a_part_of_the_year_owes_its_twelfths_rounded_half_up(months: int, count: int) -> None:
    assert owed(held(Office.PROVINCE_COMMITTEE, date(YEAR, 13 - months, 1))).count == count


def test_a_change_of_office_in_mid_year_adds_both_parts_before_rounding() -> None:
    before = held(Office.STANDING_COMMITTEE, date(2021, 1, 1), date(YEAR, 7, 1))
    after = held(Office.PROVINCE_COMMITTEE, date(YEAR, 7, 1))
    result = owed(before, after)
    assert (result.count, sum(result.monthly)) == (3, Fraction(5, 2))  # 6·2/12 + 6·3/12 = 2.5
    assert [(part.months, part.min_per_year) for part in result.parts] == [(6, 2), (6, 3)]


def test_the_month_belongs_to_who_holds_the_office_on_its_15th() -> None:
    assert sum(owed(held(Office.PROVINCE_COMMITTEE, date(YEAR, 12, 15))).monthly) == Fraction(3, 12)
    assert owed(held(Office.PROVINCE_COMMITTEE, date(YEAR, 12, 16))).kind == OwedKind.NO_OFFICE


def test_of_two_offices_the_greater_minimum_counts() -> None:
    both = owed(
        held(Office.DISTRICT_COMMITTEE, date(2021, 1, 1)),
        held(Office.PROVINCE_COMMITTEE, date(2021, 1, 1)),
        minima=KON_TUM,
    )
    assert (both.count, both.parts[0].office) == (6, Office.DISTRICT_COMMITTEE)


def test_an_office_without_a_number_owes_no_number_rather_than_none() -> None:
    result = owed(held(Office.STANDING_BOARD, date(2021, 1, 1)))
    assert (result.kind, result.count, result.parts[0].min_per_year) == (OwedKind.NO_NUMBER, None, None)


def test_a_higher_office_falls_under_the_line_of_its_committee() -> None:
    offices = (Office.STANDING_BOARD, Office.STANDING_COMMITTEE, Office.PROVINCE_COMMITTEE_SECRETARY)
    assert [owed(held(office, date(2021, 1, 1)), minima=KON_TUM).count for office in offices] == [2, 2, 2]


def test_without_a_document_nothing_is_owed_by_number() -> None:
    assert owed(held(Office.COMMUNE_COMMITTEE, date(2021, 1, 1))).kind == OwedKind.NO_RULE
    assert owed(held(Office.COMMUNE_COMMITTEE, date(2021, 1, 1), unit=COMMUNE), minima={}).count is None


def visit(on: date, state: VisitState = VisitState.ATTENDED, **changes: Any) -> VisitFact:
    facts: dict[str, Any] = {"public_id": uuid4(), "cell_id": 7, "created_on": date(YEAR, 1, 1)}
    if state == VisitState.ATTENDED:
        facts |= {"attended_on": on, "settled_on": on, "report_due_on": on + timedelta(days=7)}
    elif state not in {VisitState.PLANNED, VisitState.CONFIRMED}:
        facts |= {"settled_on": on}
    return VisitFact(**(facts | {"planned_on": on, "state": state} | changes))


def facts_of(*visits: VisitFact, **changes: Any) -> LedgerFacts:
    holdings = (held(Office.PROVINCE_COMMITTEE, date(2021, 1, 1)),)
    facts: dict[str, Any] = {"holdings": holdings, "obligations": all_year(SON_LA), "visits": visits}
    return LedgerFacts(**({"year": YEAR} | facts | changes))


MARCH, MAY, JUNE, JULY = (date(YEAR, month, 3) for month in (3, 5, 6, 7))


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
        MARCH: [Standing.PLANNED, Standing.PLANNED],
        MAY: [Standing.DONE, Standing.PLANNED],
        JUNE: [Standing.DONE, Standing.MISSED_WITH_REASON],
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


# ── a naive recount ───────────────────────────────────────────────────────────

days = st.dates(date(YEAR - 1, 11, 1), date(YEAR + 1, 2, 1))
offices = st.builds(
    HeldOffice,
    st.sampled_from([Office.STANDING_BOARD, Office.STANDING_COMMITTEE, Office.PROVINCE_COMMITTEE]),
    st.sampled_from([COMMUNE, PROVINCE]),
    days,
    st.none() | days,
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


@given(st.lists(offices, max_size=4))
def test_what_is_owed_agrees_with_counting_month_by_month(holdings: list[HeldOffice]) -> None:
    total = Fraction(0)
    for number in range(1, 13):
        day = date(YEAR, number, 15)
        minima = [
            SON_LA[item.office] or 0
            for item in holdings
            if item.organization_id == PROVINCE
            and item.valid_from <= day
            and not (item.valid_to and item.valid_to <= day)
        ]
        total += Fraction(max(minima, default=0), 12)
    result = owed(*holdings)
    if result.kind == OwedKind.NUMBER:
        assert result.count == int(total + Fraction(1, 2))
    else:
        assert (result.count, total == 0) == (None, True)
    assert sum(result.monthly) == total


@given(st.lists(visits(), max_size=8), st.lists(st.builds(CellStay, st.integers(1, 3), days, st.none() | days)), days)
def test_the_state_on_any_day_agrees_with_a_naive_recount(
    raw: list[VisitFact], stays: list[CellStay], on: date
) -> None:
    day = min(on, date(YEAR, 12, 31))
    tally = dict.fromkeys(Standing, 0)
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
            tally[Standing.OWN_CELL if own else Standing.DONE] += 1
            if not own:
                reports[_naive_report(item, day)] += 1
            continue
        if item.planned_on.year != YEAR or item.created_on > day:
            continue
        settled = item.attended_on is None and item.settled_on is not None and item.settled_on <= day
        if not settled:
            tally[Standing.PLANNED if item.planned_on >= day else Standing.UNSETTLED] += 1
        elif item.state == VisitState.MISSED:
            tally[Standing.MISSED_WITH_REASON if item.missed_reason else Standing.MISSED] += 1
        elif item.state == VisitState.SUBSTITUTED:
            tally[Standing.SUBSTITUTED] += 1
    ledger = draw_ledger(facts_of(*raw, own_cells=tuple(stays)), on=on)
    assert {standing: ledger.count(standing) for standing in Standing} == tally
    counted = {standing: ledger.count_reports(standing) for standing in ReportStanding}
    assert counted | {ReportStanding.NONE: 0} == reports
    assert ledger.remaining == max(0, 3 - tally[Standing.DONE])


def _naive_report(item: VisitFact, day: date) -> ReportStanding:
    assert item.report_due_on
    if item.report_submitted_on and item.report_submitted_on <= day:
        return ReportStanding.LATE if item.report_submitted_on > item.report_due_on else ReportStanding.ON_TIME
    return ReportStanding.OVERDUE if day > item.report_due_on else ReportStanding.WAITING


# ── whom to look at first ─────────────────────────────────────────────────────


def test_reasons_come_gravest_first() -> None:
    ledger = draw_ledger(facts_of(visit(MARCH), visit(MAY, VisitState.MISSED)), on=date(YEAR, 11, 22))
    risks = find_risks(ledger, in_office=True, assigned=False)
    assert risks == (
        Risk(RiskKind.REPORT_OVERDUE, 1, 1),
        Risk(RiskKind.MISSED_WITHOUT_REASON, 1, 1),
        Risk(RiskKind.SHORT, 2, 1),
        Risk(RiskKind.NO_ASSIGNMENT, 1, 1),
    )
    assert level_of(risks) == Level.URGENT


def test_somebody_in_order_has_no_reason() -> None:
    done = [visit(day, report_submitted_on=day) for day in (MARCH, MAY, JUNE)]
    assert find_risks(draw_ledger(facts_of(*done), on=JULY), in_office=True, assigned=True) == ()


def test_who_left_office_with_visits_to_come_comes_first() -> None:
    left = facts_of(visit(JULY, VisitState.PLANNED), holdings=(held(Office.PROVINCE_COMMITTEE, date(2021, 1, 1), MAY),))
    risks = find_risks(draw_ledger(left, on=JUNE), in_office=False, assigned=False)
    assert [(risk.kind, risk.count) for risk in risks] == [(RiskKind.LEFT_OFFICE, 1)]


def test_officials_are_ranked_by_level_then_weight_then_name() -> None:
    urgent, watch = (Risk(RiskKind.REPORT_OVERDUE, 1),), (Risk(RiskKind.LATE_REPORTS, 4),)
    keys = [rank(watch, "a"), rank(urgent, "b"), rank((), "a"), rank((Risk(RiskKind.REPORT_OVERDUE, 3),), "c")]
    assert sorted(range(4), key=lambda index: keys[index]) == [3, 1, 0, 2]


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (ReportStanding.NONE, ""),
        (ReportStanding.WAITING, "Hạn 15/11/2026"),
        (ReportStanding.ON_TIME, "Gửi 12/11/2026"),
        (ReportStanding.LATE, "Gửi chậm 12/11/2026, hạn 15/11/2026"),
        (ReportStanding.OVERDUE, ""),
    ],
    ids=["none", "waiting", "on time", "late", "overdue"],
)
def test_the_report_of_a_visit_is_said_with_its_days(standing: ReportStanding, words: str) -> None:
    assert say_report(standing, due_on=date(YEAR, 11, 15), sent_on=date(YEAR, 11, 12)) == words
