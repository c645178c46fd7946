"""What the room of meetings held tells pages of meetings to come."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from nennep.core.origins import Origin
from nennep.core.wording import say_percent
from nennep.meetings.choices import MeetingKind, MeetingState, Topic
from nennep.meetings.models import Meeting
from nennep.meetings.queries.sources import GuestNames, MeetingSource
from nennep.meetings.queries.suggestions import FELL_BY, FIGURE, Suggestion, SuggestionContext
from nennep.meetings.rules.coverage import find_drop
from nennep.room.choices import AttendanceState
from nennep.room.models import Remark, RollCallEntry
from nennep.room.queries.guests import name_guests


class RoomSource(MeetingSource):
    """Guests of the list, praise and reminders."""

    def name_guests(self, meeting: Meeting) -> GuestNames:
        return name_guests(meeting)

    def list_remarked(self, organization_ids: Iterable[int], *, since: date) -> set[int]:
        """Cells that praised or reminded somebody at a meeting of the months from `since` on. One query."""
        remarks = Remark.objects.filter(meeting__organization_id__in=list(organization_ids), meeting__month__gte=since)
        return set(remarks.order_by().values_list("meeting__organization_id", flat=True).distinct())


def suggest_by_attendance(asked: SuggestionContext) -> Iterator[Suggestion]:
    """Attendance, when it fell."""
    drop = find_drop(list_attendance(asked.meeting), by=FELL_BY)
    if drop is not None:
        yield Suggestion(
            origin=Origin(FIGURE, "attendance"),
            title="Nền nếp dự sinh hoạt của đảng viên",
            topic=Topic.DISCIPLINE,
            minutes=10,
            reason=_("Tỷ lệ dự buổi trước %(now)s, ba buổi trước đó %(before)s")
            % {"now": say_percent(drop.now), "before": say_percent(drop.before)},
        )


def list_attendance(meeting: Meeting) -> list[float]:
    """Attendance of the last four monthly meetings held before this one, in percent, oldest first. One query."""
    there = Q(state__in=AttendanceState.there())
    rows = (
        RollCallEntry.objects.filter(
            meeting__organization_id=meeting.organization_id,
            meeting__state=MeetingState.HELD,
            meeting__kind__in=MeetingKind.monthly(),
            meeting__planned_for__lt=meeting.planned_for,
            counted=True,
        )
        .exclude(state=AttendanceState.UNMARKED)
        .values(held=F("meeting__planned_for"))
        .annotate(all=Count("pk"), came=Count("pk", filter=there))
        .order_by("-held")[:4]
    )
    return [100 * row["came"] / row["all"] for row in reversed(rows)]
