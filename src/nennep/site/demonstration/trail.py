"""The traces of what was done: the audit trail of Lăng Can's last meetings, notices in the program."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from django.urls import reverse

from nennep.audit.models import AuditEvent
from nennep.core.wording import say_moment
from nennep.meetings.choices import Verb as MeetingVerb
from nennep.meetings.models import Meeting
from nennep.meetings.queries.meeting import list_called
from nennep.meetings.services.meeting import meeting_target
from nennep.notifications.models import Notification
from nennep.records.choices import Verb as RecordVerb
from nennep.room.choices import Verb as RoomVerb
from nennep.site.demonstration.members import NAM_CHA
from nennep.site.demonstration.tree import LANG_CAN_CODE

SHOWN = timedelta(days=70)


def write_trail(meetings: Iterable[Meeting], today: date) -> None:
    """Events of the meetings in Lăng Can of about two months."""
    recent = [
        meeting
        for meeting in meetings
        if meeting.closed_at
        and meeting.organization.code.startswith(f"{LANG_CAN_CODE}-")
        and today - meeting.planned_for.date() < SHOWN
    ]
    AuditEvent.objects.bulk_create((event for meeting in recent for event in _events(meeting)), batch_size=500)


def _events(meeting: Meeting) -> Iterator[AuditEvent]:
    steps: list[tuple[MeetingVerb | RoomVerb | RecordVerb, datetime | None]] = [
        (MeetingVerb.AGENDA_CHANGED, meeting.prepared_at),
        (MeetingVerb.ANNOUNCED, meeting.announced_at),
        (RoomVerb.OPENED, meeting.opened_at),
        (RoomVerb.CLOSED, meeting.closed_at),
        (RecordVerb.MINUTES_APPROVED, meeting.closed_at if meeting.filed_at else None),
        (RecordVerb.RESOLVED, meeting.closed_at if meeting.filed_at else None),
        (RecordVerb.FILED, meeting.filed_at),
    ]
    target = meeting_target(meeting)
    for verb, at in steps:
        if at is not None:
            yield AuditEvent(
                at=at,
                user_id=meeting.chair.user_id if meeting.chair else None,
                user_name=meeting.chair.full_name if meeting.chair else "",
                verb=verb,
                target_kind=target.kind,
                target_id=target.id,
                target_label=target.label,
                unit_path=target.unit_path,
            )


def write_notices(meetings: Iterable[Meeting]) -> None:
    """The calls to the last meetings of Nặm Chá, before those of its members who can sign in; read but for the last one."""
    called = [
        (meeting, meeting.announced_at)
        for meeting in meetings
        if meeting.announced_at and meeting.organization.name == NAM_CHA
    ][-3:]
    Notification.objects.bulk_create(
        Notification(
            user_id=one.user_id or 0,
            kind="meetings.announced",
            title=f"Mời dự sinh hoạt: {say_moment(meeting.planned_for)}",
            body=meeting.place,
            url=reverse("meetings:show_notice", args=[meeting.public_id]),
            created_at=announced_at,
            read_at=meeting.opened_at,
        )
        for meeting, announced_at in called
        for one in list_called(meeting)
        if one.user_id is not None
    )
