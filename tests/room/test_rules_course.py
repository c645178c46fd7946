"""What a meeting came to: the clock, the words, the work recorded elsewhere, and what comes after the closing."""

import pytest

from nennep.meetings.choices import Topic
from nennep.room.rules.course import ItemMark, trace_course


def mark(number: int, topic: Topic = Topic.OTHER, *, touched: bool = False, done: bool = False) -> ItemMark:
    return ItemMark(number, topic, touched, done)


TWO = (mark(1, touched=True), mark(2, touched=True))


@pytest.mark.parametrize(
    ("last", "told", "counted"),
    [
        (mark(3), False, 3),
        (mark(3, done=True), True, 3),
        (mark(3, touched=True), True, 3),
        (mark(3, Topic.SCORING), None, 2),
        (mark(3, Topic.SCORING, touched=True), True, 3),
    ],
    ids=["left", "done-elsewhere", "touched", "after-the-closing", "done-before-the-closing"],
)
def test_what_becomes_of_the_last_item(last: ItemMark, told: bool | None, counted: int) -> None:
    course = trace_course([*TWO, last])
    assert (course.tell(3), course.counted, course.followed) == (told, counted, True)
    assert course.left == (frozenset({3}) if told is False else frozenset())


@pytest.mark.parametrize(("touched", "followed", "left"), [(0, False, 0), (1, False, 0), (2, True, 1), (3, True, 0)])
def test_nothing_is_left_where_nobody_went_through_the_programme(touched: int, followed: bool, left: int) -> None:
    course = trace_course([mark(number, touched=number <= touched) for number in (1, 2, 3)])
    assert (course.followed, len(course.left), len(course.reached), course.counted) == (followed, left, touched, 3)


def test_what_was_recorded_elsewhere_is_nobody_going_through_the_programme() -> None:
    course = trace_course([mark(1, touched=True), mark(2, Topic.CONCLUSION, done=True), mark(3)])
    assert (sorted(course.reached), sorted(course.others), course.followed, course.tell(3)) == (
        [1, 2],
        [3],
        False,
        True,
    )


def test_a_programme_whose_every_item_was_done_was_followed() -> None:
    assert trace_course([mark(1, touched=True), mark(2, done=True)]).followed is True
    assert trace_course([]).counted == 0
