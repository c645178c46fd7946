"""Papers for before the meeting: the sheet to tick, the notice in large print."""

from datetime import date
from uuid import UUID

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.core.wording import say_weekday
from nennep.documents.models import Document
from nennep.duties.choices import DutyState
from nennep.duties.models import Duty
from nennep.meetings.models import Meeting
from nennep.members.choices import Standing
from nennep.members.models import Member
from nennep.members.queries import CellMember, list_cell_members
from nennep.records.rules.minutes import NewDutyPart
from nennep.reporting.queries.papers import parts
from nennep.reporting.queries.papers.presence import say_standing
from nennep.reporting.renderers.papers import AttendancePaper, NoticePaper, RollRow


def build_attendance_sheet(*, actor: Actor, meeting: Meeting) -> AttendancePaper:
    """Everybody on the rolls of the meeting's day, by given name; those who need not come are marked so.

    It names the standing of every member: raises NotFound for who may not read members.
    """
    if not actor.may(Permission.MEMBERS_READ, meeting.organization.path):
        raise NotFound
    day = parts.day_of(meeting)
    head = parts.build_letterhead(meeting, day)
    members = list_cell_members(organization_id=meeting.organization_id, on=day)
    return AttendancePaper(
        letterhead=head,
        subject=parts.say_short_subject(meeting),
        sitting=parts.build_call(meeting, head.issuer, parts.read_posts(meeting)),
        rows=tuple(_build_row(member) for member in members),
    )


def _build_row(member: CellMember) -> RollRow:
    note = say_standing(Standing(member.standing), temporary=member.temporary)
    return RollRow(member.label, note, expected=member.counted)


def build_notice(*, meeting: Meeting, member: Member | None) -> NoticePaper:
    """The call in large print; for one member with the tasks to report, or for the door of the village hall."""
    day = parts.day_of(meeting)
    head = parts.build_letterhead(meeting, day)
    posts = parts.read_posts(meeting)
    return NoticePaper(
        letterhead=head,
        subject=f"dự {parts.say_short_subject(meeting)}",
        sitting=parts.build_call(meeting, head.issuer, posts),
        member=member.full_name if member else "",
        weekday=say_weekday(day),
        agenda=tuple(meeting.agenda.order_by("position", "pk").values_list("title", flat=True)),
        documents=list_documents(meeting),
        own_duties=_list_own(meeting, member) if member else (),
        signature=parts.build_signature(posts),
    )


def get_called_member(*, actor: Actor, meeting: Meeting, public_id: UUID) -> Member:
    """A member of the meeting's cell whom the actor may see. Raises NotFound."""
    of_cell = {
        item.member_id for item in list_cell_members(organization_id=meeting.organization_id, on=parts.day_of(meeting))
    }
    member = Member.objects.visible_to(actor).filter(public_id=public_id, pk__in=of_cell).first()
    if member is None:
        raise NotFound
    return member


def list_documents(meeting: Meeting) -> tuple[str, ...]:
    """Titles of what goes with the call. One query."""
    attached = Document.objects.filter(origin_id=str(meeting.public_id), removed_at=None)
    return tuple(attached.order_by("created_at", "pk").values_list("title", flat=True))


def _list_own(meeting: Meeting, member: Member) -> tuple[NewDutyPart, ...]:
    duties = Duty.objects.filter(organization=meeting.organization, assignee=member, state=DutyState.ONGOING)
    return tuple(name_own_duty(duty.words, duty.due_on) for duty in duties.order_by("due_on", "pk"))


def name_own_duty(title: str, due_on: date | None) -> NewDutyPart:
    """A task of the reader: nobody needs to be named."""
    return NewDutyPart(title, "", "", due_on.isoformat() if due_on else "")
