"""Whom the board looks at first, and why."""

from datetime import date

import pytest

from nennep.visits.choices import Office, VisitState
from nennep.visits.rules.ledger import draw_ledger
from nennep.visits.rules.risk import Risk, RiskKind, RiskLevel, find_risks, level_of, rank
from tests.factories.ledgers import JULY, JUNE, MARCH, MAY, YEAR, facts_of, held, visit


def test_reasons_come_gravest_first() -> None:
    ledger = draw_ledger(facts_of(visit(MARCH), visit(MAY, VisitState.MISSED)), on=date(YEAR, 11, 22))
    risks = find_risks(ledger, in_office=True, assigned=False)
    assert risks == (
        Risk(RiskKind.REPORT_OVERDUE, 1, 1),
        Risk(RiskKind.MISSED_WITHOUT_REASON, 1, 1),
        Risk(RiskKind.SHORT, 2, 1),
        Risk(RiskKind.NO_ASSIGNMENT, 1, 1),
    )
    assert level_of(risks) == RiskLevel.URGENT


OCTOBER, DECEMBER = date(YEAR, 10, 3), date(YEAR, 12, 3)
REPORTED = [visit(day, report_submitted_on=day) for day in (MARCH, MAY)]


@pytest.mark.parametrize(
    ("on", "done", "reasons"),
    [
        (date(YEAR, 9, 3), 0, [Risk(RiskKind.BEHIND, 2, 3)]),  # three without a date, three months: not short
        (OCTOBER, 0, [Risk(RiskKind.SHORT, 3, 2)]),  # three, two months: short is said, not behind besides
        (OCTOBER, 1, [Risk(RiskKind.BEHIND, 1, 2)]),
        (OCTOBER, 2, [Risk(RiskKind.UNCOVERED, 1, 2)]),
        (DECEMBER, 2, [Risk(RiskKind.SHORT, 1, 0)]),
        (date(YEAR, 1, 3), 0, [Risk(RiskKind.UNCOVERED, 3, 11)]),
    ],
)
def test_one_reason_says_that_visits_are_missing(on: date, done: int, reasons: list[Risk]) -> None:
    """Three a year are owed: short before behind before merely without a date."""
    ledger = draw_ledger(facts_of(*REPORTED[:done]), on=on)
    assert find_risks(ledger, in_office=True, assigned=True) == tuple(reasons)
    assert find_risks(ledger, in_office=False, assigned=True) == ()


def test_late_reports_are_counted_beside_overdue_ones() -> None:
    late = visit(MARCH, report_submitted_on=MAY)
    ledger = draw_ledger(facts_of(late, visit(MAY), visit(MAY, VisitState.MISSED, missed_reason="Bận")), on=JULY)
    assert find_risks(ledger, in_office=False, assigned=False) == (
        Risk(RiskKind.REPORT_OVERDUE, 1, 5),
        Risk(RiskKind.LATE_REPORTS, 1, 5),
        Risk(RiskKind.MISSED_WITH_REASON, 1, 5),
    )


def test_an_office_without_a_rule_is_a_reason_while_it_is_held() -> None:
    unruled = (held(Office.COMMUNE_COMMITTEE, date(2021, 1, 1)),)
    ledger = draw_ledger(facts_of(visit(MAY, VisitState.PLANNED), holdings=unruled), on=JUNE)
    unsettled, no_rule = Risk(RiskKind.UNSETTLED, 1, 6), Risk(RiskKind.NO_RULE, 1, 6)
    assert find_risks(ledger, in_office=True, assigned=True) == (unsettled, no_rule)
    assert find_risks(ledger, in_office=False, assigned=True) == (unsettled,)
    assert level_of((no_rule,)) == RiskLevel.WATCH
    assert level_of((no_rule, unsettled)) == RiskLevel.THIS_WEEK
    assert level_of(()) == RiskLevel.FINE


def test_a_rank_is_level_then_reasons_then_cases_then_name() -> None:
    urgent = Risk(RiskKind.REPORT_OVERDUE, 2)
    assert rank((urgent, Risk(RiskKind.SHORT, 1), Risk(RiskKind.LATE_REPORTS, 4)), "a") == (0, -2, -3, "a")
    assert rank((), "b") == (3, 0, 0, "b")


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
