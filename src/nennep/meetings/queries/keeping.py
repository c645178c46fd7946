"""Whether a meeting was held when it had to be: asked by reports about months that are over."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.utils.timezone import localdate

from nennep.core.measures import Counted
from nennep.core.periods import Month
from nennep.meetings.choices import MeetingKind
from nennep.meetings.models import Meeting
from nennep.meetings.queries.routine import read_day_rules
from nennep.meetings.rules.deadlines import find_papers_day
from nennep.meetings.rules.schedule import DatePosition, DayRule, find_meeting_day, place_date
from nennep.organizations.models import Organization
from nennep.policies.queries import RuleBook, rules_for_days


@cache
def keeps_window(day: date, *, month: Month, rule: DayRule) -> bool:
    """True on the fixed day of `month` (or the day a holiday pushes it to) and on the days it may be moved to."""
    return place_date(day, month=month, rule=rule) != DatePosition.OUTSIDE


@cache
def find_window_end(month: Month, rule: DayRule) -> date:
    """The last day on which the regular meeting of `month` is on time."""
    days = [month.last_day.replace(day=number) for number in range(month.last_day.day, 0, -1)]
    return next(day for day in days if place_date(day, month=month, rule=rule) != DatePosition.OUTSIDE)


@cache
def owes_meeting(month: Month, *, since: date, until: date | None, rule: DayRule) -> bool:
    """Whether the cell was there from its meeting day of `month` to the last day on time.

    One that came (`since`) or ended (`until`, half open) in between may have met; nobody can say that it was late or missing.
    """
    last_day = find_window_end(month, rule)
    return since <= find_meeting_day(month, rule) and (until is None or until > last_day)


@dataclass(frozen=True, slots=True)
class JudgedMonth:
    """Of some cells in one month: days of their regular and combined meetings, who owed one, who held one on time."""

    met: Mapping[int, Sequence[date]]
    owing: frozenset[int]
    on_time: frozenset[int]


def judge_meetings(cells: Collection[int], month: Month) -> JudgedMonth:
    """By the policy, routine and type of the month's first day. What was not owed is not late. A few queries, however many cells."""
    met = list_days_met(cells, month)
    units = list(Organization.objects.filter(pk__in=list(cells)))
    rules = read_day_rules(cells=units, months=[month])[month]
    owing, on_time = set(), set()
    for unit in units:
        days, rule = met.get(unit.pk, []), rules[unit.pk]
        if owes_meeting(month, since=unit.counted_from, until=unit.closed_on, rule=rule):
            owing.add(unit.pk)
            days = [day for day in days if keeps_window(day, month=month, rule=rule)]
        if days:
            on_time.add(unit.pk)
    return JudgedMonth(met, frozenset(owing), frozenset(on_time))


def count_papers(cells: Collection[int], month: Month) -> Counted:
    """Of the held regular and combined meetings: those whose notice and papers went out, and those where they did in time."""
    held = Meeting.objects.held().of_month(month.first_day).filter(kind__in=MeetingKind.monthly())
    sent = list(
        held.filter(organization__in=cells, announced_at__isnull=False).select_related("organization").order_by("pk")
    )
    books = rules_for_days(organizations={one.organization for one in sent}, days={one.day for one in sent})
    return {one.organization_id: _judge_papers(one, books[one.day][one.organization_id]) for one in sent}


def _judge_papers(meeting: Meeting, rules: RuleBook) -> dict[str, int]:
    """By the rules of the day for which it was called."""
    last_day = find_papers_day(meeting.day, days_before=rules.papers_days_before)
    in_time = meeting.announced_at is not None and localdate(meeting.announced_at) <= last_day
    return {"papers_sent": 1, "papers_in_time": int(in_time)}


def list_days_met(cells: Collection[int], month: Month) -> Mapping[int, list[date]]:
    """Days of the held regular and combined meetings for the month: those on which they were opened."""
    held = Meeting.objects.held().of_month(month.first_day).filter(kind__in=MeetingKind.monthly())
    rows = held.filter(organization__in=cells).order_by("planned_for", "pk")
    days: dict[int, list[date]] = defaultdict(list)
    for cell, opened, planned in rows.values_list("organization_id", "opened_at", "planned_for"):
        days[cell].append(localdate(opened or planned))
    return dict(days)
