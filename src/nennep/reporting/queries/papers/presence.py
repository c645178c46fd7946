"""Bảng điểm danh: how everybody of the roll call stands once the meeting is opened."""

from datetime import time

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.meetings.models import Meeting
from nennep.members.choices import MembershipKind, Standing
from nennep.reporting.queries.papers import parts
from nennep.reporting.queries.papers.minutes import build_sitting
from nennep.reporting.renderers.papers import PresencePaper, PresenceRow
from nennep.room.choices import AttendanceState
from nennep.room.models import RollCallEntry


def build_presence(*, actor: Actor, meeting: Meeting) -> PresencePaper:
    """The roll call by given name, as it stands. Raises NotFound before the opening, and for who may not read members."""
    may_read = actor.may(Permission.MEMBERS_READ, meeting.organization.path)
    if meeting.opened_at is None or not may_read:
        raise NotFound
    head = parts.build_letterhead(meeting, parts.day_of(meeting))
    unread = ("member__ethnic_group", "member__religion", "member__identity_number")
    entries = meeting.roll_call.select_related("member").defer(*unread).order_by("member__name_key", "member_id")
    return PresencePaper(
        letterhead=head,
        subject=parts.say_subject(meeting),
        sitting=build_sitting(meeting, head.issuer, parts.read_posts(meeting)),
        rows=tuple(_build_row(entry) for entry in entries),
    )


def _build_row(entry: RollCallEntry) -> PresenceRow:
    return PresenceRow(
        name=entry.member.full_name,
        standing=say_standing(Standing(entry.standing), temporary=entry.temporary),
        state="" if entry.state == AttendanceState.UNMARKED else entry.get_state_display(),
        note="; ".join(filter(None, [entry.reason, *_say_times(entry.arrived_at, entry.left_at)])),
    )


def _say_times(arrived_at: time | None, left_at: time | None) -> list[str]:
    arrived = f"đến lúc {arrived_at:%H:%M}" if arrived_at else ""
    return [arrived, f"về lúc {left_at:%H:%M}" if left_at else ""]


def say_standing(standing: Standing, *, temporary: bool) -> str:
    """What stands in brackets behind a name: nothing for an official member of the cell."""
    if temporary:
        return str(MembershipKind.TEMPORARY.label).lower()
    said = {Standing.OFFICIAL: "", Standing.PROBATIONARY: "dự bị", Standing.EXEMPT: "miễn sinh hoạt"}
    return said.get(standing, str(standing.label).lower())
