"""The six steps of the month."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nennep.meetings.choices import MeetingState
from nennep.records.rules.cycle import CycleFacts, Step, build_steps
from tests.factories.core import NOW, VIETNAM

FRESH = CycleFacts(
    planned_for=NOW + timedelta(days=3),
    state=MeetingState.PLANNED,
    prepared_at=None,
    announced_at=None,
    opened_at=None,
    closed_at=None,
    concluded_at=None,
    scored_at=None,
    filed_at=None,
    papers_days_before=1,
    filing_days_after=2,
)
HELD = replace(FRESH, state=MeetingState.HELD, opened_at=NOW, closed_at=NOW)
MAYBE = st.one_of(st.none(), st.just(NOW))


def states(facts: CycleFacts, now: datetime = NOW) -> list[str]:
    return [line.state.value for line in build_steps(facts, now)]


def test_a_fresh_month() -> None:
    assert states(FRESH) == ["now", "later", "later", "later", "later", "later"]
    lines = build_steps(FRESH, NOW)
    assert lines[1].deadline == datetime(2026, 11, 11, 23, 59, 59, tzinfo=VIETNAM)
    assert lines[5].deadline.date() == (NOW + timedelta(days=5)).date()


def test_the_mockup() -> None:
    facts = replace(FRESH, prepared_at=NOW)
    assert states(facts) == ["done", "now", "later", "later", "later", "later"]


def test_a_meeting_is_late_when_its_day_is_over_not_at_its_hour() -> None:
    line = build_steps(FRESH, NOW)[2]
    assert line.deadline == FRESH.planned_for
    assert line.late_from == FRESH.planned_for.replace(hour=23, minute=59, second=59)


def test_a_held_meeting_was_prepared_and_announced() -> None:
    assert states(HELD) == ["done", "done", "done", "now", "later", "later"]


def test_what_is_late_is_late_even_behind_the_next_step() -> None:
    assert states(FRESH, FRESH.planned_for - timedelta(hours=2)) == ["now", "late", "later", "later", "later", "later"]
    midnight = FRESH.planned_for.replace(hour=0)
    assert states(FRESH, midnight - timedelta(seconds=1)) == ["now", "later", "later", "later", "later", "later"]
    assert states(FRESH, midnight) == ["now", "late", "later", "later", "later", "later"]
    assert states(FRESH, NOW + timedelta(days=10)) == ["done", "done", "now", "late", "late", "late"]


def test_an_hour_before_the_meeting_the_room_is_next() -> None:
    assert states(FRESH, FRESH.planned_for - timedelta(hours=1)) == ["done", "done", "now", "later", "later", "later"]


def test_a_month_that_is_through() -> None:
    facts = replace(HELD, concluded_at=NOW, scored_at=NOW, filed_at=NOW)
    assert states(facts) == ["done"] * 6


@given(st.tuples(MAYBE, MAYBE, MAYBE, MAYBE, MAYBE), st.sampled_from([FRESH, HELD]), st.integers(-5, 20))
def test_at_most_one_step_is_next_and_it_is_the_first_open_one(
    moments: tuple[datetime | None, ...], facts: CycleFacts, days: int
) -> None:
    prepared, announced, concluded, scored, filed = moments
    facts = replace(
        facts,
        prepared_at=prepared,
        announced_at=announced,
        concluded_at=concluded,
        scored_at=scored,
        filed_at=filed,
    )
    lines = build_steps(facts, NOW + timedelta(days=days))
    current = next((line for line in lines if not line.is_done), None)
    assert [line.step for line in lines] == list(Step)
    assert [line for line in lines if line.state == "now"] == ([current] if current else [])


@pytest.mark.parametrize(
    ("step", "deadline"),
    [
        (Step.PREPARE, datetime(2026, 11, 11, 23, 59, 59, tzinfo=VIETNAM)),
        (Step.ANNOUNCE, datetime(2026, 11, 11, 23, 59, 59, tzinfo=VIETNAM)),
        (Step.MEET, NOW + timedelta(days=3)),
        (Step.CONCLUDE, datetime(2026, 11, 14, 23, 59, 59, tzinfo=VIETNAM)),
        (Step.SCORE, datetime(2026, 11, 14, 23, 59, 59, tzinfo=VIETNAM)),
        (Step.FILE, datetime(2026, 11, 14, 23, 59, 59, tzinfo=VIETNAM)),
    ],
)
def test_each_step_has_its_deadline(step: Step, deadline: datetime) -> None:
    assert build_steps(FRESH, NOW)[step - 1].deadline == deadline


def test_what_follows_the_meeting_is_due_by_the_day_it_was_opened() -> None:
    moved = replace(HELD, opened_at=NOW + timedelta(days=1))
    assert build_steps(moved, NOW)[5].deadline == datetime(2026, 11, 12, 23, 59, 59, tzinfo=VIETNAM)


def test_a_step_is_late_after_its_last_second() -> None:
    last = datetime(2026, 11, 11, 23, 59, 59, tzinfo=VIETNAM)  # of HELD: opened on the 9th, two days to send
    assert states(HELD, last)[3:] == ["now", "later", "later"]
    assert states(HELD, last + timedelta(seconds=1))[3:] == ["now", "late", "late"]


@pytest.mark.parametrize(("before", "first"), [(timedelta(hours=1), "done"), (timedelta(hours=1, seconds=1), "now")])
def test_people_gather_an_hour_before(before: timedelta, first: str) -> None:
    assert states(FRESH, FRESH.planned_for - before)[0] == first


def test_each_step_says_when_it_was_done() -> None:
    moments = [NOW + timedelta(minutes=number) for number in range(6)]
    names = ("prepared_at", "announced_at", "closed_at", "concluded_at", "scored_at", "filed_at")
    facts = replace(HELD, **dict(zip(names, moments, strict=True)))  # type: ignore[arg-type]
    lines = build_steps(facts, NOW)
    assert [line.done_at for line in lines] == moments
    going_on = replace(facts, state=MeetingState.OPEN, concluded_at=None, scored_at=None, filed_at=None)
    assert states(going_on) == ["done", "done", "now", "later", "later", "later"]
