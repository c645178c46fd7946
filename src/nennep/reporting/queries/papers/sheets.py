"""Papers for before the meeting: the sheet to tick, the notice in large print."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.core.wording import say_weekday
from nennep.documents.models import Document
from nennep.duties.choices import DutyState
from nennep.duties.models import Duty
from nennep.meetings.models import Meeting
from nennep.meetings.queries.meeting import list_called
from nennep.members.choices import Standing
from nennep.members.models import Member
from nennep.members.queries import CellMember, list_cell_members
from nennep.policies.queries import rules_for
from nennep.policies.rules import RuleBook
from nennep.records.queries.leaders import read_leaders
from nennep.records.rules.minutes import NewDutyPart
from nennep.reporting.queries.papers import parts
from nennep.reporting.queries.papers.kinds import (
    Keeping,
    PaperFacts,
    PaperKind,
    PaperRequest,
    Readiness,
    is_over,
    keep_paper,
)
from nennep.reporting.queries.papers.presence import say_standing
from nennep.reporting.renderers.papers import Letterhead, Revision, Signature, Sitting


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A line of the attendance sheet; `note` such as `dự bị`, `được miễn` stands under the name."""

    name: str
    note: str = ""
    expected: bool = True


@dataclass(frozen=True, slots=True)
class AttendancePaper:
    """Phiếu điểm danh: printed before the meeting, ticked by hand, keyed back in one pass."""

    template: ClassVar = "attendance"
    letterhead: Letterhead
    subject: str
    sitting: Sitting
    rows: tuple[SheetRow, ...] = ()
    guest_lines: int = 3


@dataclass(frozen=True, slots=True)
class CalledPart:
    """Somebody who was called, by public id, with the tasks to report."""

    id: str
    name: str
    own_duties: tuple[NewDutyPart, ...] = ()


@dataclass(frozen=True, slots=True)
class NoticePaper:
    """Large print for members without a phone: when, where, what about, what to bring or prepare."""

    template: ClassVar = "notice"
    letterhead: Letterhead
    subject: str
    sitting: Sitting
    member: str = ""
    weekday: str = ""
    agenda: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    own_duties: tuple[NewDutyPart, ...] = ()
    signature: Signature = field(default_factory=Signature)
    message: str = ""
    revisions: tuple[Revision, ...] = ()
    called: tuple[CalledPart, ...] = ()  # of a notice that is kept: whom it went to; not printed


def build_attendance_sheet(request: PaperRequest) -> AttendancePaper:
    """Everybody on the rolls of the meeting's day, by given name; those who need not come are marked so.

    It names the standing of every member: raises NotFound for those who may not read members.
    """
    actor, meeting = request.actor, request.meeting
    if not actor.may(Permission.MEMBERS_READ, meeting.organization.path):
        raise NotFound
    day = parts.day_of(meeting)
    head = parts.build_letterhead(meeting, day)
    members = list_cell_members(organization_id=meeting.organization_id, on=day)
    rules = rules_for(organization=meeting.organization, on=day)
    return AttendancePaper(
        letterhead=head,
        subject=parts.say_short_subject(meeting),
        sitting=parts.build_call(meeting, head.issuer, read_leaders(meeting)),
        rows=tuple(_build_row(member, rules) for member in members),
    )


def _build_row(member: CellMember, rules: RuleBook) -> SheetRow:
    note = say_standing(Standing(member.standing), temporary=member.temporary)
    return SheetRow(member.label, note, expected=member.is_counted(rules))


def build_notice(request: PaperRequest) -> NoticePaper:
    """The call in large print; for one member with the tasks to report, or for the door of the village hall.

    Raises NotFound for a member who is not called.
    """
    meeting = request.meeting
    member = get_called_member(request, request.member) if request.member else None
    day = parts.day_of(meeting)
    head = parts.build_letterhead(meeting, day)
    leaders = read_leaders(meeting)
    return NoticePaper(
        letterhead=head,
        subject=f"dự {parts.say_short_subject(meeting)}",
        sitting=parts.build_call(meeting, head.issuer, leaders),
        member=member.full_name if member else "",
        weekday=say_weekday(day),
        message=parts.find_message(meeting),
        agenda=tuple(meeting.agenda.order_by("position", "pk").values_list("title", flat=True)),
        documents=list_documents(meeting),
        own_duties=_list_own(meeting, member) if member else (),
        called=_list_called(meeting) if request.actor.is_program else (),
        signature=parts.build_signature(leaders),
    )


def get_called_member(request: PaperRequest, public_id: UUID) -> Member:
    """A member of the meeting's cell whom the actor may see. Raises NotFound."""
    actor, meeting = request.actor, request.meeting
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


def _list_called(meeting: Meeting) -> tuple[CalledPart, ...]:
    """Everybody who was called, with the running tasks of each. Two queries and those of the roll."""
    members = list_called(meeting)
    duties = Duty.objects.filter(
        organization=meeting.organization, assignee__in=[one.member_id for one in members], state=DutyState.ONGOING
    )
    own: dict[int, tuple[NewDutyPart, ...]] = defaultdict(tuple)
    for duty in duties.order_by("due_on", "pk"):
        own[duty.assignee_id] += (name_own_duty(duty.words, duty.due_on),)
    return tuple(CalledPart(str(one.public_id), one.full_name, own[one.member_id]) for one in members)


def _say_places(paper: NoticePaper) -> Iterator[tuple[str, str]]:
    yield from parts.say_call_places(paper.sitting)
    yield "Lời nhắn", paper.message
    yield "Chương trình", parts.join_lines(paper.agenda)
    yield "Tài liệu gửi kèm", parts.join_lines(paper.documents)


def _pick_notice(paper: NoticePaper, request: PaperRequest) -> NoticePaper | None:
    """The notice of one member as it went out; None for somebody who was not called."""
    if request.member is None:
        return replace(paper, called=())
    found = next((one for one in paper.called if one.id == str(request.member)), None)
    return replace(paper, called=(), member=found.name, own_duties=found.own_duties) if found else None


def _describe_notice(_facts: PaperFacts) -> Readiness:
    return Readiness(ready=True, final=False)


def _describe_sheet(facts: PaperFacts) -> Readiness:
    return Readiness(ready=facts.may_read_members, final=False, note=_("Tờ trống để ký, đánh dấu bằng tay."))


NOTICE = PaperKind(
    "giay-moi",
    gettext_lazy("Giấy mời"),
    build_notice,
    _describe_notice,
    name_addressee=lambda paper: paper.member,
    keeping=Keeping(NoticePaper, _say_places, keep_paper, is_over, _pick_notice),
)


ATTENDANCE = PaperKind("phieu-diem-danh", gettext_lazy("Phiếu điểm danh"), build_attendance_sheet, _describe_sheet)
