"""What the records of one meeting say for its score, frozen."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """What the records of one meeting say. Minutes and persons are counts; `window_kept` None where no day is set.

    `papers_on_time` None without papers; `filed_on_time` None while nothing was filed and it is not too late, False when it was
    filed late, or is not `filed` though it is too late; `last_duties` are the tasks of the time before that were due on the day of
    the meeting or settled. What stands at None below nobody has looked up, or no record knows.
    """

    held_on: str
    window_kept: bool | None
    minutes_long: int
    minutes_required: int
    counted: int
    present: int
    unexcused: int
    attendance_target: int
    prepared: bool
    announced: bool
    papers: int
    papers_on_time: bool | None
    items: int
    items_taken: int
    attending: int
    speakers: int
    praises: int
    reminders: int
    criticism_minutes: int
    last_duties: int
    last_duties_done: int
    concluded: bool
    minutes_approved: bool
    filed: bool
    filed_on_time: bool | None
    followed: bool = True
    speakers_target: int = 50
    papers_early: int | None = None  # papers of the meeting that were in time
    announced_in_time: bool | None = None
    prepared_after: bool = False  # the programme was agreed only when the meeting had begun
    announced_after: bool = False  # the call went out only when the meeting had begun
    streaks: int | None = None  # members excused more than `streak_max` times in a row in the year, until this meeting
    streak_max: int = 3
    committee_met: bool | None = None  # the committee's own meeting was closed before this one, with its minutes
    is_led_alone: bool = False  # nobody but the secretary leads the cell
    follower_told: bool | None = None
    has_theme: bool = False
    theme_taken: bool | None = None
    resolution_passed: bool | None = None
    approved_that_day: bool | None = None
    duties_given: int | None = None
    petitions_due: int | None = None
    petitions_answered: int = 0
    steps_in_order: bool | None = None  # by the clocks of the programme's items
    advice_due: int | None = None
    advice_taken_up: int = 0
