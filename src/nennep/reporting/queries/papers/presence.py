"""Bảng điểm danh: how everybody of the roll call stands once the meeting is opened."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import time
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.meetings.models import Meeting
from nennep.members.choices import MembershipKind, Standing
from nennep.records.queries.minutes import get_minutes
from nennep.records.rules.corrections import number_places
from nennep.reporting.queries.papers import parts
from nennep.reporting.queries.papers.kinds import Keeping, PaperFacts, PaperKind, PaperRequest, Readiness, is_filed
from nennep.reporting.queries.papers.minutes import build_sitting, renew_sitting
from nennep.reporting.renderers.papers import Letterhead, Revision, Sitting
from nennep.room.choices import AttendanceState
from nennep.room.models import RollCallEntry


@dataclass(frozen=True, slots=True)
class PresenceRow:
    """How one member stands in the roll call: `state` in words, `note` a reason or the time of coming or leaving."""

    name: str
    standing: str = ""
    state: str = ""
    note: str = ""
    id: str = ""  # of the entry; not printed


@dataclass(frozen=True, slots=True)
class PresencePaper:
    """Bảng điểm danh: how everybody of the roll call stands once the meeting is held."""

    template: ClassVar = "presence"
    letterhead: Letterhead
    subject: str
    sitting: Sitting
    rows: tuple[PresenceRow, ...] = ()
    revisions: tuple[Revision, ...] = ()


def build_presence(request: PaperRequest) -> PresencePaper:
    """The roll call by given name, as it stands. Raises NotFound before the opening, and for those who may not read members."""
    actor, meeting = request.actor, request.meeting
    may_read = actor.may(Permission.MEMBERS_READ, meeting.organization.path)
    if meeting.opened_at is None or not may_read:
        raise NotFound
    head = parts.build_letterhead(meeting, parts.day_of(meeting))
    unread = ("member__ethnic_group", "member__religion", "member__identity_number")
    entries = meeting.roll_call.select_related("member").defer(*unread).order_by("member__name_key", "member_id")
    return PresencePaper(
        letterhead=head,
        subject=parts.say_subject(meeting),
        sitting=build_sitting(meeting, head.issuer),
        rows=tuple(_build_row(entry) for entry in entries),
    )


def _build_row(entry: RollCallEntry) -> PresenceRow:
    standing, state = say_standing(Standing(entry.standing), temporary=entry.temporary), _say_state(entry)
    return PresenceRow(
        name=entry.member.full_name,
        standing="" if standing == state.lower() else standing,
        state=state,
        note=_say_note(entry),
        id=str(entry.public_id),
    )


def _say_note(entry: RollCallEntry) -> str:
    return "; ".join(filter(None, [entry.reason, *_say_times(entry.arrived_at, entry.left_at)]))


def _say_state(entry: RollCallEntry) -> str:
    return "" if entry.state == AttendanceState.UNMARKED else str(entry.get_state_display())


def _say_times(arrived_at: time | None, left_at: time | None) -> list[str]:
    arrived = f"đến lúc {arrived_at:%H:%M}" if arrived_at else ""
    return [arrived, f"về lúc {left_at:%H:%M}" if left_at else ""]


def say_standing(standing: Standing, *, temporary: bool) -> str:
    """What stands in brackets behind a name: nothing for an official member of the cell."""
    if temporary:
        return str(MembershipKind.TEMPORARY.label).lower()
    said = {Standing.OFFICIAL: "", Standing.PROBATIONARY: "dự bị", Standing.EXEMPT: "miễn sinh hoạt"}
    return said.get(standing, str(standing.label).lower())


def _renew_presence(paper: PresencePaper, meeting: Meeting) -> PresencePaper:
    """The people as they stood on the list; how each of them attended, as it was corrected."""
    entries = {str(entry.public_id): entry for entry in meeting.roll_call.order_by("pk")}
    rows = (_renew_row(row, entries[row.id]) if row.id in entries else row for row in paper.rows)
    content = get_minutes(actor=Actor.system(), meeting=meeting)
    return replace(paper, sitting=renew_sitting(paper.sitting, content), rows=tuple(rows))


def _renew_row(row: PresenceRow, entry: RollCallEntry) -> PresenceRow:
    return replace(row, state=_say_state(entry), note=_say_note(entry))


def _say_places(paper: PresencePaper) -> Iterator[tuple[str, str]]:
    yield from parts.say_sitting_places(paper.sitting)
    yield from number_places((row.name, ", ".join(filter(None, [row.state, row.note]))) for row in paper.rows)


def _describe_presence(facts: PaperFacts) -> Readiness:
    ready = facts.opened and facts.may_read_members
    return Readiness(
        ready=ready, final=ready and facts.held, note="" if facts.opened else _("Buổi sinh hoạt chưa khai mạc.")
    )


PRESENCE = PaperKind(
    "bang-diem-danh",
    gettext_lazy("Bảng điểm danh"),
    build_presence,
    _describe_presence,
    keeping=Keeping(PresencePaper, _say_places, _renew_presence, is_filed),
)
