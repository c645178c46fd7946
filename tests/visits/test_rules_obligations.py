"""What is owed in a year, by the offices held; and a naive recount beside it."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.visits.choices import Office
from nennep.visits.rules.obligations import HeldOffice, OwedKind, OwedPart, count_owed
from tests.factories.ledgers import (
    COMMUNE,
    KON_TUM,
    PROVINCE,
    SON_LA,
    YEAR,
    all_year,
    held,
    owed,
)


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


@pytest.mark.parametrize(("day", "kind"), [(14, OwedKind.NO_OFFICE), (15, OwedKind.NO_RULE)])
@pytest.mark.parametrize("month", [1, 12])
def test_an_office_of_one_day_is_in_the_year_when_that_day_is_a_15th(month: int, day: int, kind: OwedKind) -> None:
    since = date(YEAR, month, day)
    assert owed(held(Office.COMMUNE_COMMITTEE, since, since + timedelta(days=1))).kind == kind


def test_of_equal_offices_the_higher_counts_and_of_two_units_the_first() -> None:
    everywhere = {**all_year(dict.fromkeys(Office, 2)), **all_year(dict.fromkeys(Office, 2), COMMUNE)}
    since = date(2021, 1, 1)
    holdings = [
        held(Office.COMMUNE_COMMITTEE, since),
        held(Office.PROVINCE_COMMITTEE, since, unit=PROVINCE),
        held(Office.PROVINCE_COMMITTEE, since, unit=COMMUNE),
    ]
    result = count_owed(holdings, year=YEAR, obligations=everywhere)
    assert result.parts == (OwedPart(Office.PROVINCE_COMMITTEE, COMMUNE, 12, 2),)
    assert result.count == 2


@pytest.mark.parametrize(("month", "pace"), [(1, 0), (2, 0), (3, 1), (5, 2), (12, 5)])
def test_the_pace_is_what_the_months_that_are_over_owe(month: int, pace: int) -> None:
    """Six a year are one every two months; the month that runs is not over."""
    yearly = owed(held(Office.DISTRICT_COMMITTEE, date(2021, 1, 1)), minima=KON_TUM)
    assert yearly.by(date(YEAR, month, 28)) == pace


def test_without_a_document_nothing_is_owed_by_number() -> None:
    assert owed(held(Office.COMMUNE_COMMITTEE, date(2021, 1, 1))).kind == OwedKind.NO_RULE
    assert owed(held(Office.COMMUNE_COMMITTEE, date(2021, 1, 1), unit=COMMUNE), minima={}).count is None


middles = st.sampled_from(
    [date(YEAR - 1, 12, 1)] + [date(YEAR, month, day) for month in (1, 7, 12) for day in (14, 15, 16)]
)
offices = st.builds(
    HeldOffice,
    st.sampled_from([Office.STANDING_BOARD, Office.STANDING_COMMITTEE, Office.PROVINCE_COMMITTEE]),
    st.sampled_from([COMMUNE, PROVINCE]),
    middles,
    st.none() | middles,
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
