"""Nghị quyết lãnh đạo thực hiện nhiệm vụ tháng … (forms.md §1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.periods import Month
from nennep.meetings.choices import MeetingKind
from nennep.meetings.choices import Topic as AgendaTopic
from nennep.meetings.models import AgendaItem, Meeting
from nennep.members.choices import PostKind
from nennep.organizations.choices import CellType
from nennep.policies.queries import rules_for
from nennep.records.models import Resolution
from nennep.reporting.queries.papers import parts
from nennep.reporting.renderers.papers import DutyRow, Opinion, ResolutionPaper, Shortcoming, Topic, Work
from nennep.reporting.renderers.wording import format_symbol
from nennep.reporting.rules.papers import split_shortcomings, split_topics
from nennep.room.choices import RemarkKind
from nennep.room.queries.outcome import list_last_tasks
from nennep.visits.models import Assignment

Agenda = Sequence[tuple[AgendaItem, tuple[Opinion, ...]]]

_NEWS = {AgendaTopic.BULLETIN, AgendaTopic.STUDY}
# Steps of the meeting itself, and what has a place of its own in the paper: no headings of point 2.
_NO_TOPICS = _NEWS | {
    AgendaTopic.OPENING,
    AgendaTopic.LAST_MONTH,
    AgendaTopic.PETITIONS,
    AgendaTopic.NEXT_MONTH,
    AgendaTopic.SELF_CRITICISM,
    AgendaTopic.CONCLUSION,
    AgendaTopic.SCORING,
}


@dataclass(frozen=True, slots=True)
class _Remarks:
    praised: tuple[str, ...]
    reminded: tuple[str, ...]


def get_resolution(meeting: Meeting) -> Resolution:
    """Raises NotFound while the meeting has none."""
    found = Resolution.objects.filter(meeting=meeting).first()
    if found is None:
        raise NotFound
    return found


def build_resolution(*, meeting: Meeting) -> ResolutionPaper:
    """The resolution with its own texts; everything else is read from the meeting's records. Raises NotFound."""
    resolution = get_resolution(meeting)
    month = Month.of(meeting.month)
    head = parts.build_letterhead(meeting, resolution.issued_on, format_symbol(resolution.number, "NQ"))
    posts, agenda, remarks = parts.read_posts(meeting), parts.list_agenda(meeting), _list_remarks(meeting)
    deputy = next((post for post in posts if post.kind == PostKind.DEPUTY_SECRETARY), None)
    return ResolutionPaper(
        letterhead=head,
        subject=_say_subject(meeting, month),
        sitting=parts.build_sitting(meeting, head.issuer, posts),
        past_label=parts.say_month(month.plus(-1)),
        next_label=parts.say_month(month),
        past=Work(_join(agenda, _NEWS), resolution.thinking, _list_topics(agenda)),
        duty_rows=_list_duty_rows(meeting),
        praised=remarks.praised,
        reminded=remarks.reminded,
        shortcomings=tuple(Shortcoming(*pair) for pair in split_shortcomings(resolution.shortcomings)),
        next=Work(topics=tuple(Topic(*pair) for pair in split_topics(resolution.directions))),
        new_duties=parts.list_new_duties(meeting),
        conclusion=meeting.conclusion,
        follow_up=f"{deputy.full_name}, Phó bí thư" if deputy else "",
        report_days=rules_for(organization=meeting.organization, on=parts.day_of(meeting)).filing_days_after,
        score=parts.build_score(meeting),
        vote=parts.choose_vote(parts.list_votes(meeting)),
        recipients=_list_recipients(meeting, head.upper, resolution.issued_on),
        signature=parts.build_signature(posts),
        opinions=tuple(opinion for _, opinions in agenda for opinion in opinions),
    )


def _say_subject(meeting: Meeting, month: Month) -> str:
    if meeting.kind == MeetingKind.THEMATIC and meeting.theme:
        return f"về chuyên đề {meeting.theme}"
    return f"lãnh đạo thực hiện nhiệm vụ {parts.say_month(month)}"


def _join(agenda: Agenda, topics: set[AgendaTopic]) -> str:
    return "\n".join(item.conclusion or item.note for item, _ in agenda if item.topic in topics)


def _list_topics(agenda: Agenda) -> tuple[Topic, ...]:
    """The headings that were touched: items on which something was concluded or noted."""
    touched = [item for item, _ in agenda if item.topic not in _NO_TOPICS]
    return tuple(Topic(item.title, item.conclusion or item.note) for item in touched if item.conclusion or item.note)


def _list_duty_rows(meeting: Meeting) -> tuple[DutyRow, ...]:
    """The table that fills itself. It is the cell's paper, whoever prints it: so it is read by the program itself."""
    rows = list_last_tasks(actor=Actor.system(), meeting=meeting)
    return tuple(DutyRow(row.title, str(row.opening.label), row.result) for row in rows)


def _list_remarks(meeting: Meeting) -> _Remarks:
    """Praise and reminders with their names. One query."""
    said: dict[str, list[str]] = {RemarkKind.PRAISE: [], RemarkKind.REMINDER: []}
    for remark in meeting.remarks.select_related("member").order_by("pk"):
        said[remark.kind].append(f"đồng chí {remark.member.full_name}{', ' if remark.text else ''}{remark.text}")
    return _Remarks(tuple(said[RemarkKind.PRAISE]), tuple(said[RemarkKind.REMINDER]))


def _list_recipients(meeting: Meeting, upper: str, on: date) -> tuple[str, ...]:
    """The order of forms.md §1; who of the committee above follows the cell is named. One query."""
    village = meeting.organization.cell_type in {CellType.VILLAGE, ""}
    carrying_out = "Ban công tác Mặt trận, các đoàn thể (để thực hiện)" if village else "Các đoàn thể (để thực hiện)"
    above = (f"{upper} (để báo cáo)",) if upper else ()
    followers = Assignment.objects.on(on).filter(organization=meeting.organization).select_related("official")
    names = (assignment.official.full_name for assignment in followers.order_by("valid_from", "pk"))
    in_charge = tuple(f"Đồng chí {name} (phụ trách Chi bộ)" for name in dict.fromkeys(names) if name)
    return (*above, *in_charge, carrying_out, "Các đồng chí đảng viên", "Sổ tay đảng viên điện tử")
