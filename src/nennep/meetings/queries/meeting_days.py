"""On which days many cells meet in a year, for whoever plans around their meetings."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.timezone import localdate

from nennep.core.periods import Month
from nennep.meetings.choices import MeetingKind, MeetingState
from nennep.meetings.models import Meeting
from nennep.meetings.queries.routine import read_day_rules
from nennep.meetings.rules.schedule import find_meeting_day
from nennep.organizations.models import Organization


def list_meeting_days(*, cells: Sequence[Organization], year: int) -> dict[int, list[date]]:
    """Days of the year by the cell's id: those that are called, and the usual day of months that are not planned yet.

    Four queries, for any number of cells.
    """
    called = Meeting.objects.filter(organization__in=cells, month__year=year).exclude(state=MeetingState.CANCELLED)
    days: dict[int, set[date]] = defaultdict(set)
    planned: dict[int, set[date]] = defaultdict(set)
    for cell, moment, month, kind in called.order_by().values_list("organization_id", "planned_for", "month", "kind"):
        days[cell].add(localdate(moment))
        if MeetingKind(kind).is_monthly:
            planned[cell].add(month)
    for cell, day, month in _usual_days(cells, year):
        if month not in planned[cell]:
            days[cell].add(day)
    return {cell.pk: sorted(day for day in days[cell.pk] if day.year == year) for cell in cells}


def _usual_days(cells: Sequence[Organization], year: int) -> Iterable[tuple[int, date, date]]:
    """Cell, day and month of the regular meetings of a year by the fixed day of each cell."""
    months = list(Month(year, 1).through(Month(year, 12)))
    for month, rules in read_day_rules(cells=cells, months=months).items():
        for cell, rule in rules.items():
            yield cell, find_meeting_day(month, rule), month.first_day
