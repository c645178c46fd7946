"""Who came to the meetings of a month, for many cells at once."""

from collections.abc import Collection

from django.db.models import Count, Q

from nennep.core.measures import Counted
from nennep.core.periods import Month
from nennep.meetings.choices import MeetingKind
from nennep.meetings.models import Meeting
from nennep.room.choices import AttendanceState
from nennep.room.models import RollCallEntry


def count_roll_calls(cells: Collection[int], month: Month) -> Counted:
    """By cell, over the held regular and combined meetings of the month."""
    monthly = Meeting.objects.held().of_month(month.first_day).filter(kind__in=MeetingKind.monthly())
    entries = RollCallEntry.objects.filter(meeting__in=monthly.filter(organization__in=cells), counted=True)
    rows = (
        entries.order_by()
        .values_list("meeting__organization_id")
        .annotate(
            all=Count("pk"),
            there=Count("pk", filter=Q(state__in=AttendanceState.there())),
            excused=Count("pk", filter=Q(state=AttendanceState.EXCUSED)),
            unexcused=Count("pk", filter=Q(state=AttendanceState.UNEXCUSED)),
        )
    )
    return {
        cell: {"counted": counted, "present": there, "excused": excused, "unexcused": unexcused}
        for cell, counted, there, excused, unexcused in rows
    }
