"""Pure rules of tasks."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.duties.choices import DutyCategory, DutyState, OpeningState
from nennep.duties.rules import (
    DutyCounts,
    count_days_late,
    count_months,
    find_months,
    find_opening_state,
    is_left_over,
    is_silent_standing_duty,
    prefers_near_home,
    say_due,
    say_result,
)

DAY = date(2026, 11, 3)


@pytest.mark.parametrize(
    ("category", "due_on", "carried_over", "state"),
    [
        (DutyCategory.REGULAR, None, False, OpeningState.REGULAR),
        (DutyCategory.REGULAR, DAY, True, OpeningState.REGULAR),
        (DutyCategory.AD_HOC, DAY, True, OpeningState.UNDER_WAY),
        (DutyCategory.AD_HOC, None, True, OpeningState.UNDER_WAY),
        (DutyCategory.AD_HOC, DAY, False, OpeningState.DATED),
        (DutyCategory.HOUSEHOLDS, None, False, OpeningState.UNDATED),
    ],
)
def test_opening_state(category: DutyCategory, due_on: date | None, carried_over: bool, state: OpeningState) -> None:
    assert find_opening_state(category, due_on, carried_over=carried_over) == state


@pytest.mark.parametrize(
    ("given_on", "months"),
    [
        (date(2026, 12, 1), 1),
        (date(2026, 11, 1), 1),
        (date(2026, 10, 3), 1),
        (date(2026, 9, 3), 2),
        (date(2025, 11, 3), 12),
    ],
)
def test_count_months(given_on: date, months: int) -> None:
    assert count_months(given_on, DAY) == months


@pytest.mark.parametrize(
    ("due_on", "state", "settled_on", "days"),
    [
        (date(2026, 10, 25), DutyState.ONGOING, None, 9),
        (date(2026, 10, 25), DutyState.DONE, date(2026, 10, 27), 2),
        (date(2026, 10, 25), DutyState.DONE, date(2026, 10, 20), 0),
        (DAY, DutyState.ONGOING, None, 0),
        (None, DutyState.ONGOING, None, 0),
        (date(2026, 10, 25), DutyState.DROPPED, DAY, 0),
    ],
)
def test_days_late(due_on: date | None, state: DutyState, settled_on: date | None, days: int) -> None:
    assert count_days_late(due_on, state, settled_on, DAY) == days


def test_result_in_words() -> None:
    assert say_result(DutyState.ONGOING, 60, "180/300 m, chờ xi măng.") == "Đang làm, 60%. 180/300 m, chờ xi măng."
    assert say_result(DutyState.DONE, 100, "") == "Hoàn thành"
    assert say_result(DutyState.ONGOING, 0, "") == "Đang làm"
    assert say_result(DutyState.ONGOING, 1, "") == "Đang làm, 1%"


@pytest.mark.parametrize(
    ("state", "percent", "note", "late", "words"),
    [
        (DutyState.ONGOING, 0, "", 0, "Chưa báo cáo"),
        (DutyState.ONGOING, 0, "", 1, "Chưa báo cáo, quá hạn 1 ngày"),
        (DutyState.ONGOING, 1, "", 1, "Đang làm, 1%"),
        (DutyState.ONGOING, 0, "Chờ xi măng", 1, "Đang làm. Chờ xi măng"),
        (DutyState.DONE, 100, "", 0, "Hoàn thành"),
        (DutyState.DONE, 100, "", 1, "Hoàn thành muộn"),
        (DutyState.DONE, 100, "12/12 hộ", 22, "Hoàn thành muộn. 12/12 hộ"),
        (DutyState.NOT_DONE, 40, "", 22, "Không hoàn thành"),
    ],
    ids=["not due", "late", "percent known", "words known", "done", "done late", "done late, words known", "not done"],
)
def test_what_nobody_reported_is_not_said(state: DutyState, percent: int, note: str, late: int, words: str) -> None:
    assert say_result(state, percent, note, reported=False, days_late=late) == words


def test_due_in_words() -> None:
    assert say_due(DAY) == "Hạn 03/11/2026"
    assert say_due(None) == "Chưa xác định mốc"


def test_months_are_sorted_and_named_once() -> None:
    days = [date(2026, 11, 20), None, date(2026, 10, 1), date(2026, 11, 3)]
    assert find_months(days) == (date(2026, 10, 1), date(2026, 11, 1))


@given(due=st.integers(1, 500), data=st.data())
def test_share_is_a_percentage(due: int, data: st.DataObject) -> None:
    done = data.draw(st.integers(0, due))
    share = DutyCounts(due, done).share
    assert share is not None
    assert 0 <= share <= 100


@pytest.mark.parametrize(("due", "done", "share"), [(4, 0, 0), (4, 1, 25), (4, 4, 100)])
def test_share_of_four_tasks(due: int, done: int, share: float) -> None:
    assert DutyCounts(due, done).share == share


def test_nothing_due_has_no_share() -> None:
    assert DutyCounts().share is None


@pytest.mark.parametrize("category", DutyCategory.values)
def test_only_standing_work_can_be_silent(category: str) -> None:
    """Work of the day is in the table whether somebody spoke of it or not."""
    silent = is_silent_standing_duty(
        DutyCategory(category), due_on=None, settled_on=None, given_before=True, reported=False
    )
    assert silent is (category != DutyCategory.AD_HOC)


@pytest.mark.parametrize(
    ("due_on", "settled_on", "given_before", "reported"),
    [(DAY, None, True, False), (None, DAY, True, False), (None, None, False, False), (None, None, True, True)],
    ids=["has a date", "is settled", "is new", "was spoken of"],
)
def test_one_thing_to_say_brings_standing_work_into_the_table(
    due_on: date | None, settled_on: date | None, *, given_before: bool, reported: bool
) -> None:
    assert not is_silent_standing_duty(
        DutyCategory.HOUSEHOLDS, due_on=due_on, settled_on=settled_on, given_before=given_before, reported=reported
    )


@pytest.mark.parametrize(("age", "near"), [(64, False), (65, True), (None, False)])
def test_work_near_home_is_for_people_of_65_and_older(age: int | None, *, near: bool) -> None:
    assert prefers_near_home(age) is near


@pytest.mark.parametrize(
    ("was", "state", "note", "left_over"),
    [
        (DutyState.ONGOING, DutyState.DONE, "88%, còn 9 hộ", True),
        (DutyState.ONGOING, DutyState.DONE, "đủ 12 hộ", False),
        (DutyState.ONGOING, DutyState.ONGOING, "88%, còn 9 hộ", False),
        (DutyState.ONGOING, DutyState.NOT_DONE, "88%, còn 9 hộ", False),
        (DutyState.DONE, DutyState.DONE, "88%, còn 9 hộ", False),
    ],
)
def test_words_of_a_task_under_way_do_not_stand_behind_done(
    was: DutyState, state: DutyState, note: str, *, left_over: bool
) -> None:
    assert is_left_over(note, "88%, còn 9 hộ", was=was, state=state) is left_over
