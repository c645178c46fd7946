"""The month as a line of six steps: what is done, what is next, until when (interface.md rule 2, HD 42-HD/BTCTW)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nennep.meetings.choices import MeetingState
from nennep.meetings.rules.deadlines import end_of_day, find_filing_day, find_papers_day

GATHERING = timedelta(hours=1)  # ours: people are on their way


class Step(IntEnum):
    """The six steps, numbered as people count them."""

    PREPARE = 1
    ANNOUNCE = 2
    MEET = 3
    CONCLUDE = 4
    SCORE = 5
    FILE = 6


STEPS_LEFT: dict[Step, Promise | str] = {
    Step.PREPARE: _("chuẩn bị"),
    Step.ANNOUNCE: _("thông báo"),
    Step.MEET: _("họp"),
    Step.CONCLUDE: _("nghị quyết, biên bản"),
    Step.SCORE: _("chấm điểm"),
    Step.FILE: _("gửi, lưu"),
}


class StepState(StrEnum):
    """A step's state as the style sheet names it."""

    DONE = "done"
    NOW = "now"
    LATE = "late"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class CycleFacts:
    """When each step was done (None: not yet) and what the rules say about deadlines.

    `planned_for` and `opened_at` are moments in Vietnamese time; days are counts.
    """

    planned_for: datetime
    state: MeetingState
    prepared_at: datetime | None
    announced_at: datetime | None
    opened_at: datetime | None
    closed_at: datetime | None
    concluded_at: datetime | None
    scored_at: datetime | None
    filed_at: datetime | None
    papers_days_before: int
    filing_days_after: int


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step: its state, when it was done, its deadline as a moment."""

    step: Step
    state: StepState
    done_at: datetime | None
    deadline: datetime

    @property
    def is_done(self) -> bool:
        return self.state == StepState.DONE

    @property
    def late_from(self) -> datetime:
        """After it the step is late. People gather after the hour: a meeting is late when its day is over."""
        if self.step == Step.MEET:
            return end_of_day(self.deadline.date(), like=self.deadline)
        return self.deadline


def build_steps(facts: CycleFacts, now: datetime) -> tuple[StepLine, ...]:
    """The six lines in order; the first that is not done is NOW, later ones are LATE when their time has passed.

    A meeting that was held was prepared and announced, whatever was written down of it. From GATHERING before its hour
    nobody sends papers any more: the room is next, or moving the day.
    """
    lines: list[StepLine] = []
    deadlines = _deadlines(facts)
    is_due = facts.opened_at is not None or now >= facts.planned_for - GATHERING
    for step in Step:
        done_at = _done_at(facts, step)
        done = done_at is not None or (step < Step.MEET and is_due)
        is_first_open = not done and all(line.is_done for line in lines)
        line = StepLine(step, StepState.LATER, done_at, deadlines[step])
        lines.append(replace(line, state=_state(done, is_first_open, line.late_from, now)))
    return tuple(lines)


def _done_at(facts: CycleFacts, step: Step) -> datetime | None:
    return {
        Step.PREPARE: facts.prepared_at,
        Step.ANNOUNCE: facts.announced_at,
        Step.MEET: facts.closed_at if facts.state == MeetingState.HELD else None,
        Step.CONCLUDE: facts.concluded_at,
        Step.SCORE: facts.scored_at,
        Step.FILE: facts.filed_at,
    }[step]


def _deadlines(facts: CycleFacts) -> dict[Step, datetime]:
    planned, held = facts.planned_for.date(), (facts.opened_at or facts.planned_for).date()
    papers = end_of_day(find_papers_day(planned, days_before=facts.papers_days_before), like=facts.planned_for)
    filing = end_of_day(find_filing_day(held, days_after=facts.filing_days_after), like=facts.planned_for)
    return {
        Step.PREPARE: papers,
        Step.ANNOUNCE: papers,
        Step.MEET: facts.planned_for,
        Step.CONCLUDE: filing,
        Step.SCORE: filing,
        Step.FILE: filing,
    }


def _state(done: bool, is_first_open: bool, late_from: datetime, now: datetime) -> StepState:  # noqa: FBT001  two facts of one step
    if done:
        return StepState.DONE
    if is_first_open:
        return StepState.NOW
    return StepState.LATE if now > late_from else StepState.LATER
