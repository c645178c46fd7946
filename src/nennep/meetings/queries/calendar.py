"""Meetings as entries of a calendar."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Q, Sum
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from nennep.audit.queries import Changes, count_changes
from nennep.core.calendar import CalendarEntry
from nennep.core.ids import made_at
from nennep.core.periods import is_in_force
from nennep.meetings.choices import MeetingState, Verb
from nennep.meetings.models import Meeting
from nennep.meetings.queries.agenda import ORIGIN_KIND
from nennep.members.choices import Standing
from nennep.members.models import Membership

USUAL_MINUTES = 90  # ours: a calendar wants an end also where no programme says one
# The programme decides when a meeting ends, and its kind what it is called.
_CHANGING = (Verb.MOVED, Verb.CANCELLED, Verb.SCHEDULED, Verb.ROUTINE_CHANGED, Verb.AGENDA_CHANGED)


def list_calendar_entries(user_id: int, since: datetime) -> list[CalendarEntry]:
    """Meetings of the cells in which this user sits as a member on the meeting's day, called off ones too. Three queries.

    A source of `core.calendar`: the caller has passed the door of the user's own feed.
    """
    sittings = _list_sittings(user_id, since)
    meetings = Meeting.objects.filter(
        organization__in={cell for cell, _since, _until in sittings}, planned_for__gte=since
    )
    found = [
        meeting
        for meeting in meetings.select_related("organization").annotate(minutes=Sum("agenda__minutes_planned"))
        if any(
            cell == meeting.organization_id and is_in_force(meeting.day, valid_from=start, valid_to=end)
            for cell, start, end in sittings
        )
    ]
    changes = _count_changes(found)
    return [_make_entry(meeting, changes) for meeting in found]


def make_calendar_entry(meeting: Meeting) -> CalendarEntry:
    """One meeting that the reader has found through its door. Two queries."""
    counted = Meeting.objects.select_related("organization").annotate(minutes=Sum("agenda__minutes_planned"))
    found = counted.get(pk=meeting.pk)
    return _make_entry(found, _count_changes([found]))


def _list_sittings(user_id: int, since: datetime) -> list[tuple[int, date, date | None]]:
    """Cells in which the member sits, from a day on (half open)."""
    rows = Membership.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=localdate(since)), member__user_id=user_id
    ).exclude(standing__in=Standing.away())
    return list(rows.order_by("pk").values_list("organization_id", "valid_from", "valid_to"))


def _count_changes(meetings: Iterable[Meeting]) -> dict[str, Changes]:
    """Changes of the meetings, and of the routine of their cells."""
    ids = {str(meeting.public_id) for meeting in meetings}
    ids |= {str(meeting.organization.public_id) for meeting in meetings}
    return count_changes(kinds=[ORIGIN_KIND, "organizations.organization"], target_ids=ids, verbs=_CHANGING)


def _make_entry(meeting: Meeting, changes: dict[str, Changes]) -> CalendarEntry:
    own = [changes[key] for key in (str(meeting.public_id), str(meeting.organization.public_id)) if key in changes]
    minutes = meeting.minutes or USUAL_MINUTES  # type: ignore[attr-defined]  # annotated above
    cancelled = meeting.state == MeetingState.CANCELLED
    title = f"{meeting.get_kind_display()}, {meeting.organization.name}"
    return CalendarEntry(
        uid=f"meeting-{meeting.public_id}@nennep",
        title=_("Không họp: %(what)s") % {"what": title} if cancelled else title,
        begins=meeting.planned_for,
        ends=meeting.planned_for + timedelta(minutes=minutes),
        changed_at=max([change.last_at for change in own] + [made_at(meeting.public_id)]).replace(microsecond=0),
        place=meeting.place,
        url=reverse("meetings:show_notice", args=[meeting.public_id]),
        sequence=sum(change.count for change in own),
        cancelled=cancelled,
    )
