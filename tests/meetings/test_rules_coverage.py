"""What the map of contents says, and that it says nothing it is not sure of."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.core.periods import Month
from nennep.meetings.choices import Topic
from nennep.meetings.rules.coverage import (
    LONGEST,
    CoverageFault,
    CoverageList,
    CoverageWarning,
    Drop,
    ItemFacts,
    MonthTime,
    add_minutes,
    count_months_since,
    find_coverage_warnings,
    find_drop,
    read_coverage_list,
    spend_minutes,
)
from nennep.organizations.choices import CellType
from nennep.policies.importers.pack_files import read_central_packs
from tests.factories.core import NOW

TEMPLATE = [rule.value for pack in read_central_packs() for rule in pack.rules if rule.key == "agenda.template"][-1]
OFFICE = read_coverage_list(TEMPLATE, "office")
WORK = {"political_task": 60, "last_month": 20, "bulletin": 10}
WHOLE = dict.fromkeys(OFFICE.expected, 10)
MONTHS = list(Month(2025, 12).through(Month(2026, 11)))


def clocked(topic: str, planned: int, taken: int | None, *, words: bool = False) -> ItemFacts:
    end = None if taken is None else NOW + timedelta(minutes=taken)
    return ItemFacts(topic, planned, None if taken is None else NOW, end, words)


def year(*minutes: dict[str, int] | None) -> list[MonthTime]:
    """The last months of twelve; None: not held; months before them were not held either."""
    listed = [None] * (12 - len(minutes)) + list(minutes)
    return [MonthTime(month, held is not None, held or {}) for month, held in zip(MONTHS, listed, strict=True)]


def faults(months: list[MonthTime], *, is_office: bool = True) -> list[CoverageFault]:
    return [warning.fault for warning in find_coverage_warnings(months, OFFICE, is_office=is_office)]


def test_the_clock_counts_where_it_was_used() -> None:
    items = [
        clocked("bulletin", 10, 12),
        clocked("study", 10, None),
        clocked("next_month", 20, None, words=True),
        clocked("praise", 5, 0),
    ]
    assert spend_minutes(items, closed_at=None) == [10, 10, 20, 5]
    items[0] = clocked("bulletin", 10, 25)
    assert spend_minutes(items, closed_at=None) == [25, 0, 20, 1]


def test_a_clock_tapped_through_afterwards_is_none() -> None:
    assert spend_minutes([clocked("bulletin", 10, 0), clocked("study", 20, 0)], closed_at=NOW) == [10, 20]


def test_a_clock_that_nobody_stopped_ends_with_the_meeting() -> None:
    running = ItemFacts("study", 10, NOW, None)
    assert spend_minutes([running], closed_at=NOW + timedelta(minutes=25)) == [25]
    assert spend_minutes([running], closed_at=NOW + timedelta(days=2)) == [LONGEST]


@given(st.lists(st.tuples(st.integers(0, 480), st.none() | st.integers(0, 3000), st.booleans())))
def test_minutes_are_sane_whatever_the_clock_says(items: list[tuple[int, int | None, bool]]) -> None:
    facts = [clocked("other", planned, taken, words=words) for planned, taken, words in items]
    minutes = spend_minutes(facts, closed_at=None)
    assert len(minutes) == len(items)
    assert all(0 <= taken <= max(LONGEST, planned) for taken, (planned, _, _) in zip(minutes, items, strict=True))


def test_half_a_year_of_nothing_but_work_is_said_of_an_office() -> None:
    assert faults(year(*[WORK] * 6)) == [CoverageFault.ONLY_WORK, CoverageFault.NO_CRITICISM]
    assert faults(year(*[WORK] * 6), is_office=False) == [CoverageFault.NO_CRITICISM]
    assert faults(year(*[WORK] * 5)) == [CoverageFault.NO_CRITICISM]


@pytest.mark.parametrize("topic", ["study", "theme", "recruitment", "other"])
def test_one_month_with_something_else_is_enough(topic: str) -> None:
    months = year(*[WORK] * 5, {**WORK, topic: 10})
    assert CoverageFault.ONLY_WORK not in faults(months)


def test_months_without_a_meeting_do_not_hide_it() -> None:
    assert CoverageFault.ONLY_WORK in faults(year(WORK, WORK, None, WORK, WORK, None, WORK, WORK))


def test_a_topic_is_missed_only_where_the_year_is_known() -> None:
    partly = {topic: minutes for topic, minutes in WHOLE.items() if topic != "integrity"}
    said = find_coverage_warnings(year(*[partly] * 12), OFFICE, is_office=True)
    assert [(warning.fault, warning.topic, warning.months) for warning in said] == [
        (CoverageFault.UNTOUCHED, "integrity", 12)
    ]
    assert find_coverage_warnings(year(*[partly] * 9), OFFICE, is_office=True) == []
    assert find_coverage_warnings(year(*[partly] * 12), OFFICE, is_office=True, touched={"integrity"}) == []
    assert find_coverage_warnings(year(*[WHOLE] * 12), OFFICE, is_office=True) == []


def test_self_criticism_is_missed_once() -> None:
    without = {topic: minutes for topic, minutes in WHOLE.items() if topic != "self_criticism"}
    assert faults(year(*[without] * 12)) == [CoverageFault.NO_CRITICISM]


def test_nothing_is_said_of_a_cell_that_is_new() -> None:
    assert faults(year()) == []
    assert faults(year(WORK, WORK)) == []


@pytest.mark.parametrize("cell_type", [kind.value for kind in CellType])
def test_every_type_of_cell_has_a_list(cell_type: str) -> None:
    wanted = read_coverage_list(TEMPLATE, cell_type)
    assert len(wanted.own) >= 4
    assert set(wanted.expected) | wanted.work | wanted.building <= set(Topic.values)
    assert not wanted.work & wanted.building


def test_a_template_without_the_list_warns_of_no_topic() -> None:
    old = CoverageList((), (), frozenset(), frozenset())
    assert read_coverage_list({"topics": {}}, "office") == old
    assert [warning.fault for warning in find_coverage_warnings(year(*[WORK] * 12), old, is_office=True)] == [
        CoverageFault.NO_CRITICISM
    ]


def test_how_long_ago_a_topic_was() -> None:
    months = year({"unity": 10}, None, {"study": 5}, {"bulletin": 5})
    assert [count_months_since(months, topic) for topic in ("bulletin", "study", "unity", "reform")] == [0, 1, 2, None]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([95, 95, 95], None),
        ([95, 95, 95, 89], Drop(89, 95)),
        ([10, 95, 95, 95, 89], Drop(89, 95)),
        ([95, 95, 95, 91], None),
        ([80, 80, 80, 95], None),
    ],
)
def test_a_figure_that_fell(values: list[float], expected: Drop | None) -> None:
    assert find_drop(values, by=5) == expected


def test_minutes_add_up() -> None:
    assert add_minutes([("study", 5), ("unity", 3), ("study", 4)]) == {"study": 9, "unity": 3}


@pytest.mark.parametrize(("taken", "spent"), [(3, [10, 20]), (10, [10, 0]), (9, [10, 20])])
def test_a_clock_that_counted_a_third_of_the_plan_was_used(taken: int, spent: list[int]) -> None:
    """Thirty minutes are planned: ten are a third."""
    items = [clocked("bulletin", 10, taken), clocked("study", 20, None)]
    assert spend_minutes(items, closed_at=None) == spent


def test_a_clock_is_read_in_whole_minutes_and_never_backwards() -> None:
    seconds = [ItemFacts("study", 1, NOW, NOW + timedelta(seconds=second)) for second in (29, 31, 90)]
    assert spend_minutes(seconds, closed_at=None) == [1, 1, 2]
    backwards = [clocked("study", 0, -5), clocked("unity", 1, 5)]
    assert spend_minutes(backwards, closed_at=None) == [1, 5]
    assert spend_minutes([ItemFacts("study", 10, NOW, None)], closed_at=None) == [10]
    assert spend_minutes([ItemFacts("study", 10, None, NOW)], closed_at=NOW) == [10]


@pytest.mark.parametrize(("known", "said"), [(9, 0), (10, 1)])
def test_what_is_missing_is_said_from_ten_months_on(known: int, said: int) -> None:
    partly = {topic: minutes for topic, minutes in WHOLE.items() if topic != "integrity"}
    assert len(find_coverage_warnings(year(*[partly] * known), OFFICE, is_office=True)) == said


def test_three_meetings_without_criticism_in_a_row_are_said_with_how_many() -> None:
    without = {topic: minutes for topic, minutes in WHOLE.items() if topic != "self_criticism"}
    assert faults(year(*[without] * 2)) == []
    assert faults(year(WHOLE, without, without)) == []
    assert find_coverage_warnings(year(WHOLE, *[without] * 3), OFFICE, is_office=True) == [
        CoverageWarning(CoverageFault.NO_CRITICISM, 3)
    ]
    # Ten months without it: said once, as criticism, not as a topic besides.
    assert faults(year(*[without] * 10)) == [CoverageFault.NO_CRITICISM]


def test_only_work_is_said_of_the_last_six_meetings() -> None:
    assert find_coverage_warnings(year({"study": 5}, *[WORK | {"self_criticism": 5}] * 6), OFFICE, is_office=True) == []
    found = find_coverage_warnings(year({"study": 5}, *[WORK] * 6), OFFICE, is_office=True)
    assert found[0] == CoverageWarning(CoverageFault.ONLY_WORK, 6)
    assert CoverageFault.ONLY_WORK not in faults(year(*[WORK] * 5, {"praise": 5}))  # no work either


def test_a_topic_in_any_held_month_is_touched() -> None:
    partly = {topic: minutes for topic, minutes in WHOLE.items() if topic != "integrity"}
    assert find_coverage_warnings(year(WHOLE, *[partly] * 11), OFFICE, is_office=True) == []


def test_a_fall_of_exactly_so_many_points_is_one() -> None:
    assert find_drop([95, 95, 95, 90], by=5) == Drop(90, 95)
    assert find_drop([90, 96, 93, 88], by=5) == Drop(88, 93)
    assert find_drop([95, 95, 95, 90.1], by=5) is None


def test_minutes_of_some_topics_of_a_month() -> None:
    month = MonthTime(MONTHS[0], is_held=True, minutes={"study": 5, "unity": 3, "praise": 1})
    assert (month.of({"study", "unity"}), month.of(()), month.of({"other"})) == (8, 0, 0)
