from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.organizations.choices import UnitKind
from nennep.organizations.rules import (
    BadCode,
    BadNesting,
    DateOutOfOrder,
    Period,
    UnitClosed,
    ancestor_paths,
    change_period,
    check_code,
    check_nesting,
    end_periods,
    is_unusual_nesting,
    outermost_paths,
    period_on,
    stands_below,
)

BEGIN = date(2020, 1, 1)
DAYS = st.integers(0, 40).map(lambda days: BEGIN + timedelta(days=days))
CHANGES = st.lists(st.tuples(DAYS, st.sampled_from("ABCD")), max_size=12)


def first(parent: int | None = None, name: str = "Cũ") -> Period:
    return Period(BEGIN, None, name, UnitKind.CELL, parent)


@given(CHANGES, st.none() | DAYS)
def test_periods_never_overlap_and_cover_the_whole_life(changes: list[tuple[date, str]], end: date | None) -> None:
    """The history equals a naive replay: on each day the last accepted change of or before that day holds."""
    periods, replay = [first()], [(BEGIN, "Cũ")]
    for on, name in changes:
        try:
            periods = change_period(periods, on=on, name=name)
        except DateOutOfOrder:
            assert on < replay[-1][0]
        else:
            replay.append((on, name))
    if end is not None and end > replay[-1][0]:
        periods = end_periods(periods, on=end)
    else:
        end = None
    assert periods[0].valid_from == BEGIN
    assert periods[-1].valid_to == end
    for before, after in pairwise(periods):
        assert before.valid_from < after.valid_from == before.valid_to
    for offset in range(-1, 45):
        day = BEGIN + timedelta(days=offset)
        expected = [name for on, name in replay if on <= day and (end is None or day < end)]
        holding = [period.name for period in periods if period.covers(day)]
        assert holding == expected[-1:]
        found = period_on(periods, day)
        assert ([found.name] if found else []) == expected[-1:]


def test_an_ended_unit_does_not_change_and_lives_at_least_a_day() -> None:
    with pytest.raises(DateOutOfOrder):
        end_periods([first()], on=BEGIN)
    ended = end_periods([first()], on=date(2026, 1, 1))
    with pytest.raises(UnitClosed):
        change_period(ended, on=date(2026, 6, 1), name="Mới")
    with pytest.raises(UnitClosed):
        end_periods(ended, on=date(2026, 6, 1))


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), DAYS), max_size=25),
)
def test_no_accepted_move_makes_a_ring_on_any_day(moves: list[tuple[int, int, date]]) -> None:
    histories = {unit: [first(name=str(unit))] for unit in range(5)}
    for unit, parent, on in moves:
        if stands_below(histories, unit=parent, above=unit, since=on):
            continue
        try:
            histories[unit] = change_period(histories[unit], on=on, parent=parent)
        except DateOutOfOrder:
            continue
    for offset in range(45):
        day = BEGIN + timedelta(days=offset)
        for history in histories.values():
            steps, above = 0, period_on(history, day)
            while above is not None and above.parent is not None:
                above = period_on(histories[above.parent], day)
                steps += 1
                assert steps <= len(histories)


def test_a_former_place_below_counts_from_its_days_on() -> None:
    moved_out = [Period(BEGIN, date(2020, 2, 1), "Y", "base", 1), Period(date(2020, 2, 1), None, "Y", "base", None)]
    histories = {1: [first(name="X")], 2: moved_out}
    assert stands_below(histories, unit=2, above=1, since=date(2020, 1, 31))
    assert not stands_below(histories, unit=2, above=1, since=date(2020, 2, 1))
    assert stands_below(histories, unit=1, above=1, since=date(2020, 2, 1))


@pytest.mark.parametrize(
    "code", ["38", "38.168", "38.168.053.000.001", "LB", "CB-05/1"[:5], "LB.05.01", "xã1", "123", "a" * 40]
)
def test_a_good_code(code: str) -> None:
    check_code(code)


@pytest.mark.parametrize("code", ["", "38.16", "38.168.053.000.001.002", "3.168", "LB 05", "a" * 41, "CB/05", "50%"])
def test_a_bad_code(code: str) -> None:
    with pytest.raises(BadCode) as refused:
        check_code(code)
    assert refused.value.details == {"code": code[:40]}


@pytest.mark.parametrize(
    ("kind", "parent"),
    [
        (UnitKind.CELL, None),
        (UnitKind.CELL, UnitKind.BASE),
        (UnitKind.CELL, UnitKind.PROVINCE),
        (UnitKind.BASE, UnitKind.BASE),
        (UnitKind.GROUP, UnitKind.CELL),
    ],
)
def test_a_place_that_may_be(kind: UnitKind, parent: UnitKind | None) -> None:
    check_nesting(kind=kind, parent_kind=parent)


@pytest.mark.parametrize(
    ("kind", "parent"),
    [
        (UnitKind.GROUP, None),
        (UnitKind.GROUP, UnitKind.BASE),
        (UnitKind.GROUP, UnitKind.GROUP),
        (UnitKind.CELL, UnitKind.CELL),
        (UnitKind.CELL, UnitKind.GROUP),
    ],
)
def test_a_place_that_would_be_false(kind: UnitKind, parent: UnitKind | None) -> None:
    with pytest.raises(BadNesting):
        check_nesting(kind=kind, parent_kind=parent)


HIGHEST_FIRST = [
    UnitKind.CENTRAL,
    UnitKind.PROVINCE,
    UnitKind.UPPER_DIRECT,
    UnitKind.BASE,
    UnitKind.SUB,
    UnitKind.CELL,
]


@pytest.mark.parametrize("kind", HIGHEST_FIRST)
def test_a_unit_stands_usually_below_every_higher_one_and_no_other(kind: UnitKind) -> None:
    usual = [parent for parent in HIGHEST_FIRST if not is_unusual_nesting(kind=kind, parent_kind=parent)]
    assert usual == HIGHEST_FIRST[: HIGHEST_FIRST.index(kind)]
    assert not is_unusual_nesting(kind=kind, parent_kind=None)
    assert not is_unusual_nesting(kind=UnitKind.GROUP, parent_kind=kind)
    assert not is_unusual_nesting(kind=kind, parent_kind=UnitKind.GROUP)


def test_paths() -> None:
    assert ancestor_paths("000100020003") == ["0001", "00010002", "000100020003"]
    assert outermost_paths(["00010002", "0001", "0002", "00010003"]) == ["0001", "0002"]
    assert outermost_paths(["", "0001"]) == [""]
    assert outermost_paths(["0001", "00020001", "0002", "00030001"]) == ["0001", "0002", "00030001"]
