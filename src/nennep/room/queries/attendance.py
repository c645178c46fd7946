"""Who came to the meetings of a month, for many cells at once."""

from collections.abc import Collection, Iterable
from datetime import timedelta

from django.db.models import Count, F, Q

from nennep.core.measures import Counted
from nennep.core.periods import Month
from nennep.meetings.choices import MeetingKind
from nennep.meetings.models import Meeting
from nennep.meetings.models.meeting import MeetingQuerySet
from nennep.room.choices import AttendanceState, RemarkKind
from nennep.room.models import Remark, RollCallEntry, Speech


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
            online=Count("pk", filter=Q(state=AttendanceState.ONLINE)),
            excused=Count("pk", filter=Q(state=AttendanceState.EXCUSED)),
            unexcused=Count("pk", filter=Q(state=AttendanceState.UNEXCUSED)),
        )
    )
    return {
        cell: {
            "counted": counted,
            "present": there,
            "present_online": online,
            "excused": excused,
            "unexcused": unexcused,
        }
        for cell, counted, there, online, excused, unexcused in rows
    }


def count_course(cells: Collection[int], month: Month) -> Counted:
    """By cell, over the same meetings: how long they were, who took the floor, who was praised or reminded."""
    monthly = Meeting.objects.held().of_month(month.first_day).filter(kind__in=MeetingKind.monthly())
    found: dict[int, dict[str, int]] = {
        cell: {"meeting_minutes": (closed - opened) // timedelta(minutes=1)}
        for cell, opened, closed in monthly.filter(organization__in=cells, opened_at__lt=F("closed_at"))
        .order_by()
        .values_list("organization_id", "opened_at", "closed_at")
        if opened and closed
    }
    for name, rows in _count_people(monthly.filter(organization__in=cells)).items():
        for cell, count in rows:
            found.setdefault(cell, {})[name] = count
    return found


def _count_people(meetings: MeetingQuerySet) -> dict[str, Iterable[tuple[int, int]]]:
    """Pairs of cell and count. A cell has one such meeting a month: whoever spoke twice is one speaker."""
    speeches = Speech.objects.filter(item__meeting__in=meetings).order_by()
    remarks = Remark.objects.filter(meeting__in=meetings).order_by()
    by_cell = remarks.values_list("meeting__organization_id")
    return {
        "speakers": speeches.values_list("item__meeting__organization_id").annotate(
            count=Count("member", distinct=True)
        ),
        "praised": by_cell.filter(kind=RemarkKind.PRAISE).annotate(count=Count("pk")),
        "reminded": by_cell.filter(kind=RemarkKind.REMINDER).annotate(count=Count("pk")),
    }
