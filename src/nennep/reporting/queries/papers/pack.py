"""Tập tài liệu chữ to (G5): what a member without a phone takes home on paper."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import ClassVar

from django.utils.text import Truncator
from django.utils.translation import gettext_lazy

from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.core.wording import lower_start, say_date, say_weekday
from nennep.duties.choices import DutyState
from nennep.duties.models import Duty
from nennep.meetings.choices import MeetingKind
from nennep.meetings.models import Meeting
from nennep.meetings.queries.meeting import list_called
from nennep.members.choices import Reach
from nennep.members.queries import CellMember
from nennep.organizations.queries import list_joined, unit_as_of
from nennep.petitions.choices import PetitionState
from nennep.petitions.queries import PetitionRow, list_asked
from nennep.records.models import Resolution
from nennep.records.queries.leaders import read_leaders
from nennep.records.queries.minutes import get_minutes
from nennep.records.queries.resolution import number_of
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
from nennep.reporting.queries.papers.sheets import get_called_member, list_documents, name_own_duty
from nennep.reporting.renderers.papers import Letterhead, Revision, Signature, Sitting
from nennep.reporting.rules.papers import fit_lines, measure_large, split_topics


@dataclass(frozen=True, slots=True)
class PackPart:
    """What one member takes home on paper; `own_duties` are to be reported. Without a name it is for everybody."""

    member: str = ""
    own_duties: tuple[NewDutyPart, ...] = ()
    id: str = ""  # of the member; not printed
    petitions: tuple[str, ...] = ()  # what became of what the member asked by name


@dataclass(frozen=True, slots=True)
class PackPaper:
    """Tập tài liệu chữ to: for each member notice, programme, last month's resolution in short, own tasks and petitions (G5)."""

    template: ClassVar = "pack"
    letterhead: Letterhead
    subject: str
    sitting: Sitting
    weekday: str = ""
    parts: tuple[PackPart, ...] = ()
    agenda: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    last_resolution: str = ""
    last_directions: tuple[str, ...] = ()
    last_duties: tuple[NewDutyPart, ...] = ()
    signature: Signature = field(default_factory=Signature)
    message: str = ""
    last_left: int = 0  # tasks and directions for which there is no room
    revisions: tuple[Revision, ...] = ()


LINES = 8  # of last month's resolution: what fits a page that can be read without glasses
ASKED, WORDS = 3, 30  # petitions of one member, and words of each and of its answer
TWO_PAGES = 965.0  # points that head, place, answer and headings leave on the two sides of a sheet


def build_pack(request: PaperRequest) -> PackPaper:
    """For one member, or for everybody who gets papers in print; for nobody in particular when there is no such member.

    Raises NotFound when the member is not called. The tasks of each stand on their own pages only; an actor who may not read members
    gets no pages of others.
    """
    meeting = request.meeting
    day = meeting.day
    head, leaders = parts.build_letterhead(meeting, day), read_leaders(meeting)
    last = _find_last_resolution(meeting)
    paper = PackPaper(
        letterhead=head,
        subject=f"dự {parts.say_short_subject(meeting)}",
        sitting=parts.build_call(meeting, head.issuer, leaders),
        weekday=say_weekday(day),
        message=parts.find_message(meeting),
        parts=_build_parts(request),
        agenda=tuple(meeting.agenda.order_by("position", "pk").values_list("title", flat=True)),
        documents=list_documents(meeting),
        last_resolution=_name_resolution(last, meeting) if last else "",
        last_directions=_say_directions(last),
        last_duties=_list_last_duties(last),
        signature=parts.build_signature(leaders),
    )
    return _fit_two_pages(paper)


def _fit_two_pages(paper: PackPaper) -> PackPaper:
    """One sheet of paper for everybody, also for whoever has the most tasks to report; what has no room is counted."""
    own = max(sum(map(measure_large, _list_lines(part))) for part in paper.parts)
    around = (*paper.agenda, *paper.documents, *paper.message.splitlines(), paper.sitting.place)
    directions, duties = paper.last_directions, paper.last_duties
    lines = (*directions, *(f"{duty.title}: đồng chí {duty.assignee} (hạn {duty.due_on})" for duty in duties))
    fitting = fit_lines(lines, room=TWO_PAGES - own - sum(map(measure_large, around)))
    return replace(
        paper,
        last_directions=directions[:fitting],
        last_duties=duties[: max(0, fitting - len(directions))],
        last_left=len(lines) - fitting,
    )


def _build_parts(request: PaperRequest) -> tuple[PackPart, ...]:
    actor, meeting = request.actor, request.meeting
    if request.member is not None:
        found = get_called_member(request, request.member)
        return (_make_part(meeting, found.full_name, found.pk, str(found.public_id)),)
    if not actor.may(Permission.MEMBERS_READ, meeting.organization.path):
        return (PackPart(),)
    printed = [one for one in list_called(meeting) if one.reach == Reach.PRINT]
    return tuple(_build_printed(meeting, printed)) or (PackPart(),)


def _list_lines(part: PackPart) -> Iterator[str]:
    yield from (duty.title for duty in part.own_duties)
    yield from part.petitions


def _make_part(meeting: Meeting, name: str, member: int, public_id: str) -> PackPart:
    own, asked = _list_own(meeting, [member]), _say_asked(meeting, [member])
    return PackPart(name, own[member], public_id, asked[member])


def _build_printed(meeting: Meeting, members: list[CellMember]) -> Iterable[PackPart]:
    keys = [member.member_id for member in members]
    own, asked = _list_own(meeting, keys), _say_asked(meeting, keys)
    return [PackPart(one.label, own[one.member_id], str(one.public_id), asked[one.member_id]) for one in members]


def _say_asked(meeting: Meeting, members: list[int]) -> dict[int, tuple[str, ...]]:
    """The course of what each asked, in plain words, by member; the longest waiting first."""
    asked = list_asked(members, cell=meeting.organization, today=meeting.day)
    return {member: tuple(map(_say_course, rows[:ASKED])) for member, rows in asked.items()}


def _say_course(row: PetitionRow) -> str:
    text = Truncator(row.text.rstrip(".")).words(WORDS)
    return f"{text}: {_say_state(row)}"


def _say_state(row: PetitionRow) -> str:
    answer = Truncator(row.answer.rstrip(".")).words(WORDS)
    if row.state == PetitionState.OPEN:
        return f"đang ở {row.holder}, hạn trả lời {say_date(row.due_on)}"
    if row.state == PetitionState.CLARIFYING:
        return f"{row.holder} hỏi thêm, xin đồng chí nói rõ với bí thư"
    if row.state == PetitionState.ANSWERED:
        return f"{row.answered_by} trả lời “{answer}”; chi bộ cho ý kiến tại buổi này"
    if row.state == PetitionState.PROMISED:
        return f"{row.answered_by} trả lời “{answer}”; {lower_start(row.promise_words)}"
    return _ENDED.get(row.state, "đã khép lại")


_ENDED = {PetitionState.SOLVED: "đã giải quyết xong", PetitionState.JOINED: "đã gộp với kiến nghị cùng việc"}


def _list_own(meeting: Meeting, members: list[int]) -> dict[int, tuple[NewDutyPart, ...]]:
    """Running tasks of these members by member. One query."""
    own: dict[int, tuple[NewDutyPart, ...]] = defaultdict(tuple)
    duties = Duty.objects.filter(organization=meeting.organization, assignee__in=members, state=DutyState.ONGOING)
    for duty in duties.order_by("due_on", "pk"):
        own[duty.assignee_id] += (name_own_duty(duty.title, duty.due_on),)
    return own


def _find_last_resolution(meeting: Meeting) -> Resolution | None:
    """Of the month before: what an extraordinary meeting resolved since is no resolution of a month."""
    earlier = Resolution.objects.filter(
        meeting__organization=meeting.organization,
        meeting__planned_for__lt=meeting.planned_for,
        meeting__kind__in=MeetingKind.monthly(),
    )
    return earlier.select_related("meeting__organization").order_by("-meeting__planned_for", "-pk").first()


def _name_resolution(last: Resolution, meeting: Meeting) -> str:
    """`số 04-NQ/CB, ngày 05/10/2026`; with whose it is, when others have joined the cell since then. At most two queries."""
    named = f"số {number_of(last)}, ngày {say_date(last.issued_on)}"
    cell = meeting.organization
    joined = list_joined(organization=cell, after=last.issued_on, until=meeting.day)
    then = unit_as_of(organization=cell, on=last.issued_on) if joined else None
    return (
        f"{named}, của {then.name if then else cell.name} trước khi hợp nhất với {', '.join(joined)}"
        if joined
        else named
    )


def _say_directions(last: Resolution | None) -> tuple[str, ...]:
    topics = split_topics(last.directions) if last else ()
    return tuple(f"{heading}: {text}" if text else heading for heading, text in topics[:LINES])


def _list_last_duties(last: Resolution | None) -> tuple[NewDutyPart, ...]:
    """What the resolution says is to be done: what goes on of before, then what last month's minutes say was given."""
    if last is None:
        return ()
    content = get_minutes(actor=Actor.system(), meeting=last.meeting)
    carried = (
        NewDutyPart(row.title, row.assignee, row.helper, row.due_on) for row in content.last_duties if row.goes_on
    )
    return (*carried, *content.duties)[:LINES]


def _say_places(paper: PackPaper) -> Iterator[tuple[str, str]]:
    yield from parts.say_call_places(paper.sitting)
    yield "Lời nhắn", paper.message
    yield "Chương trình", parts.join_lines(paper.agenda)
    yield "Tài liệu gửi kèm", parts.join_lines(paper.documents)


def _pick_pack(paper: PackPaper, request: PaperRequest) -> PackPaper | None:
    """The pages of one member as they went out, None without such pages; of others only for those who may read members."""
    if request.member is not None:
        own = tuple(part for part in paper.parts if part.id == str(request.member))
        return replace(paper, parts=own) if own else None
    may_read = request.actor.may(Permission.MEMBERS_READ, request.meeting.organization.path)
    return paper if may_read else replace(paper, parts=(PackPart(),))


def _describe_pack(_facts: PaperFacts) -> Readiness:
    return Readiness(ready=True, final=False)


def _name_addressee(paper: PackPaper) -> str:
    return paper.parts[0].member if len(paper.parts) == 1 else ""


PACK = PaperKind(
    "tap-chu-to",
    gettext_lazy("Tập tài liệu chữ to"),
    build_pack,
    _describe_pack,
    name_addressee=_name_addressee,
    keeping=Keeping(PackPaper, _say_places, keep_paper, is_over, _pick_pack),
)
