"""Until which day something of a meeting must be done (HD 42-HD/BTCTW; how many days is a policy).

Deadlines are days, not moments: what is done at any hour of the last day is in time. Papers of a meeting at 19:30 that go
out at 22:00 on the evening before are one day early enough, whatever is asked and wherever it is shown.
"""

from datetime import date, datetime, time, timedelta


def find_committee_day(meeting_on: date, *, days_before: int | None) -> date:
    """The last day on which the committee meets in time; the meeting's own day where no policy asks for days in between."""
    return meeting_on - timedelta(days=days_before or 0)


def find_papers_day(meeting_on: date, *, days_before: int) -> date:
    """The last day on which notice and papers go out in time."""
    return meeting_on - timedelta(days=days_before)


def find_filing_day(held_on: date, *, days_after: int) -> date:
    """The last day for sending and posting what the meeting made: minutes, resolution, score."""
    return held_on + timedelta(days=days_after)


def end_of_day(day: date, *, like: datetime) -> datetime:
    """The last second of the day, in the time zone of `like`."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=like.tzinfo)
