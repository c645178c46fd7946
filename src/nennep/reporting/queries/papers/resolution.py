"""Nghị quyết lãnh đạo thực hiện nhiệm vụ tháng … (forms.md §1)."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.periods import Month
from nennep.meetings.choices import MeetingKind
from nennep.meetings.choices import Topic as AgendaTopic
from nennep.meetings.models import Meeting
from nennep.policies.queries import rules_for
from nennep.records.models import Resolution
from nennep.records.queries.leaders import leaders_of
from nennep.records.queries.minutes import get_minutes
from nennep.records.rules.corrections import number_places, say_vote
from nennep.records.rules.minutes import ItemPart, LastDutyPart, MinutesContent, NewDutyPart, RemarkPart, VotePart
from nennep.records.rules.resolution import leave_out_said
from nennep.reporting.queries.papers import parts
from nennep.reporting.queries.papers.kinds import Keeping, PaperFacts, PaperKind, PaperRequest, Readiness, is_filed
from nennep.reporting.queries.papers.minutes import read_sitting, renew_sitting, say_next_sitting
from nennep.reporting.renderers.papers import (
    Letterhead,
    Revision,
    SelfScore,
    Shortcoming,
    Signature,
    Sitting,
    TopicLine,
    Work,
)
from nennep.reporting.renderers.wording import format_long_day, format_symbol, split_lines
from nennep.reporting.rules.papers import say_time_left, split_shortcomings, split_topics
from nennep.visits.models import Assignment


@dataclass(frozen=True, slots=True)
class CarriedPart:
    """A task of before that was not finished: it goes on with whom, and until `when`, in words."""

    title: str
    assignee: str
    helper: str
    when: str


@dataclass(frozen=True, slots=True)
class ResolutionPaper:
    """Nghị quyết lãnh đạo thực hiện nhiệm vụ tháng … (forms.md §1)."""

    template: ClassVar = "resolution"
    letterhead: Letterhead
    subject: str
    sitting: Sitting
    past_label: str
    next_label: str
    monthly: bool = True  # of a month's own meeting; another one judges no month, and plans none
    past: Work = field(default_factory=Work)
    last_duties: tuple[LastDutyPart, ...] = ()
    praised: tuple[RemarkPart, ...] = ()
    reminded: tuple[RemarkPart, ...] = ()
    shortcomings: tuple[Shortcoming, ...] = ()
    next: Work = field(default_factory=Work)
    carried: tuple[CarriedPart, ...] = ()
    duties: tuple[NewDutyPart, ...] = ()
    reported_at: str = ""
    conclusion: str = ""
    follow_up: str = ""
    partners: str = "Ban công tác Mặt trận và các đoàn thể"
    report_days: int = 2
    score: SelfScore | None = None
    vote: VotePart | None = None
    recipients: tuple[str, ...] = ()
    signature: Signature = field(default_factory=Signature)
    revisions: tuple[Revision, ...] = ()
    # Of the annex of opinions; without self-criticism: the paper goes up and is posted, and that stays in the cell.
    items: tuple[ItemPart, ...] = ()

    @property
    def has_past(self) -> bool:
        """Anything to say of the month that is over."""
        return any((self.past.is_filled, self.last_duties, self.praised, self.reminded, self.shortcomings))

    @property
    def has_next(self) -> bool:
        """Anything to say of the month to come."""
        return any((self.next.is_filled, self.carried, self.duties, split_lines(self.conclusion)))


_STUDY = {AgendaTopic.STUDY}
_NEWS = {AgendaTopic.BULLETIN}
# Steps of the meeting itself, and what has a place of its own in the paper: no headings of point 2.
_NO_TOPICS = (
    _NEWS
    | _STUDY
    | {
        AgendaTopic.OPENING,
        AgendaTopic.LAST_MONTH,
        AgendaTopic.PETITIONS,
        AgendaTopic.NEXT_MONTH,
        AgendaTopic.PRAISE,
        AgendaTopic.SELF_CRITICISM,
        AgendaTopic.UPPER_WORDS,
        AgendaTopic.CONCLUSION,
        AgendaTopic.SCORING,
    }
)


def get_resolution(meeting: Meeting) -> Resolution:
    """Raises NotFound while the meeting has none."""
    found = Resolution.objects.filter(meeting=meeting).first()
    if found is None:
        raise NotFound
    return found


def build_resolution(request: PaperRequest) -> ResolutionPaper:
    """The resolution with its own texts; everything else is what the minutes of the meeting say. Raises NotFound."""
    meeting = request.meeting
    resolution = get_resolution(meeting)
    content = get_minutes(actor=Actor.system(), meeting=meeting)
    month = Month.of(meeting.month)
    head = parts.build_letterhead(meeting, resolution.issued_on, format_symbol(resolution.number, "NQ"))
    leaders = leaders_of(meeting, content)
    return ResolutionPaper(
        letterhead=head,
        subject=_say_subject(meeting, month),
        sitting=read_sitting(meeting, content),
        past_label=parts.say_month(month.plus(-1)),
        next_label=parts.say_month(month),
        monthly=MeetingKind(meeting.kind).is_monthly,
        reported_at=say_next_sitting(content),
        follow_up=f"{leaders.deputy}, Phó bí thư" if leaders.deputy else "",
        partners="Ban công tác Mặt trận và các đoàn thể" if parts.is_village(meeting) else "các đoàn thể",
        report_days=rules_for(organization=meeting.organization, on=parts.day_of(meeting)).filing_days_after,
        score=parts.build_score(meeting),
        recipients=_list_recipients(meeting, head.upper, resolution.issued_on),
        signature=parts.build_signature(leaders),
        **_read_body(resolution, content, themes_apart=MeetingKind(meeting.kind).is_monthly),
    )


def _read_body(
    resolution: Resolution, content: MinutesContent, *, themes_apart: bool, study_apart: bool = True
) -> dict[str, Any]:
    """What the cell resolved: the resolution's own texts, and what the minutes of the meeting say.

    `themes_apart`: a theme is nothing that was done last month, so it stands with what is to be done (forms.md §1, I.2).
    `study_apart`: what was noted on the study of Hồ Chí Minh has a letter of its own; before, it stood below the current affairs.
    """
    directions = resolution.directions
    ahead = _list_themes(content, directions) if themes_apart else ()
    return {
        "past": Work(
            _join(content, _NEWS if study_apart else _NEWS | _STUDY),
            resolution.thinking,
            _list_topics(content, directions, themes=not themes_apart),
            _join(content, _STUDY) if study_apart else "",
        ),
        "last_duties": content.last_duties,
        "praised": content.praised,
        "reminded": content.reminded,
        "shortcomings": tuple(Shortcoming(*pair) for pair in split_shortcomings(resolution.shortcomings)),
        "next": Work(topics=(*(TopicLine(*pair) for pair in split_topics(directions)), *ahead)),
        "carried": tuple(_carry_on(duty, content) for duty in content.last_duties if duty.goes_on),
        "duties": content.duties,
        "conclusion": leave_out_said(content.conclusion, directions),
        "vote": content.resolution_vote,
        "items": tuple(item for item in content.items if item.topic != AgendaTopic.SELF_CRITICISM),
    }


def _carry_on(duty: LastDutyPart, content: MinutesContent) -> CarriedPart:
    when = say_time_left(duty.due, duty.opening, on=content.opened.date())
    return CarriedPart(duty.title, duty.assignee, duty.helper, when)


def _renew_resolution(paper: ResolutionPaper, meeting: Meeting) -> ResolutionPaper:
    """Head, recipients and signature stay as the paper went out, and its themes and what was studied where they stood."""
    content = get_minutes(actor=Actor.system(), meeting=meeting)
    titles = {item.title for item in content.items if item.topic == AgendaTopic.THEME}
    themes_apart = paper.monthly and not any(line.heading in titles for line in paper.past.topics)
    study_apart = bool(paper.past.study) or not set(split_lines(_join(content, _STUDY))) & set(
        split_lines(paper.past.current_affairs)
    )
    return replace(
        paper,
        sitting=renew_sitting(paper.sitting, content),
        score=parts.build_score(meeting) or paper.score,
        **_read_body(get_resolution(meeting), content, themes_apart=themes_apart, study_apart=study_apart),
    )


def _say_places(paper: ResolutionPaper) -> Iterator[tuple[str, str]]:
    yield from parts.say_sitting_places(paper.sitting)
    yield "Biểu quyết nghị quyết", say_vote(paper.vote) if paper.vote else ""
    yield "Thời sự, học tập", paper.past.current_affairs
    yield "Học tập và làm theo", paper.past.study
    yield "Tư tưởng", paper.past.opinion
    yield from parts.say_topic_places("Đánh giá", paper.past.topics)
    yield from parts.say_duty_places(paper.duties, paper.last_duties)
    yield from number_places((f"Nhiệm vụ tiếp tục: {duty.title}", duty.when) for duty in paper.carried)
    yield from parts.say_remark_places(paper.praised + paper.reminded)
    yield "Hạn chế, khuyết điểm", parts.join_lines(f"{one.text} {one.cause}".strip() for one in paper.shortcomings)
    yield from parts.say_topic_places("Phương hướng", paper.next.topics)
    yield "Kết luận của người chủ trì", paper.conclusion
    yield from parts.say_score_places(paper.score)
    yield (
        "Phụ lục ý kiến",
        parts.join_lines(f"{one.name}: {one.opinion}" for item in paper.items for one in item.opinions),
    )


def _say_subject(meeting: Meeting, month: Month) -> str:
    if meeting.kind == MeetingKind.THEMATIC and meeting.theme:
        return f"về chuyên đề {meeting.theme}"
    if not MeetingKind(meeting.kind).is_monthly:
        return f"về nội dung {parts.say_kind(meeting)} {format_long_day(meeting.held_on)}"
    return f"lãnh đạo thực hiện nhiệm vụ {parts.say_month(month)}"


def _join(content: MinutesContent, topics: set[AgendaTopic]) -> str:
    said = (item.conclusion or item.note for item in content.items if item.topic in topics)
    return "\n".join(dict.fromkeys(line for text in said for line in text.splitlines()))


def _list_topics(content: MinutesContent, directions: str, *, themes: bool) -> tuple[TopicLine, ...]:
    """The headings that were touched: what was concluded or noted on each; nothing that the directions or a heading before it say.

    `themes`: with what was talked about on a theme.
    """
    left_out = _NO_TOPICS if themes else _NO_TOPICS | {AgendaTopic.THEME}
    touched = [item for item in content.items if item.topic not in left_out]
    said: dict[str, str] = {}
    for item in touched:
        said.setdefault(leave_out_said(item.conclusion, directions) or item.note, item.title)
    return tuple(TopicLine(heading, text) for text, heading in said.items() if text)


def _list_themes(content: MinutesContent, directions: str) -> tuple[TopicLine, ...]:
    """What the cell came to on its theme, or what was noted where it came to nothing; not what the directions say."""
    items = [item for item in content.items if item.topic == AgendaTopic.THEME]
    concluded = [(item.conclusion, item.title) for item in items if item.conclusion]
    said: dict[str, str] = {}
    for text, title in concluded or [(item.note, item.title) for item in items]:
        said.setdefault(leave_out_said(text, directions), title)
    return tuple(TopicLine(heading, text) for text, heading in said.items() if text)


def _list_recipients(meeting: Meeting, upper: str, on: date) -> tuple[str, ...]:
    """The order of forms.md §1; whoever of the committee above follows the cell is named. One query."""
    carrying_out = (
        "Ban công tác Mặt trận, các đoàn thể (để thực hiện)"
        if parts.is_village(meeting)
        else "Các đoàn thể (để thực hiện)"
    )
    above = (f"{upper} (để báo cáo)",) if upper else ()
    followers = Assignment.objects.on(on).filter(organization=meeting.organization).select_related("official")
    names = (assignment.official.full_name for assignment in followers.order_by("valid_from", "pk"))
    in_charge = tuple(f"Đồng chí {name} (phụ trách Chi bộ)" for name in dict.fromkeys(names) if name)
    return (*above, *in_charge, carrying_out, "Các đồng chí đảng viên", "Sổ tay đảng viên điện tử")


def _describe_resolution(facts: PaperFacts) -> Readiness:
    issued = bool(facts.number)
    return Readiness(ready=issued, final=issued, note=f"{facts.number}." if issued else _("Chưa ra nghị quyết."))


RESOLUTION = PaperKind(
    "nghi-quyet",
    gettext_lazy("Nghị quyết"),
    build_resolution,
    _describe_resolution,
    keeping=Keeping(ResolutionPaper, _say_places, _renew_resolution, is_filed, before_filing=True),
)
