"""Chương trình sinh hoạt chi bộ (forms.md §4): the agreed items with their hours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import ClassVar

from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nennep.core.errors import NotFound
from nennep.core.periods import Month
from nennep.core.wording import lower_start, say_weekday
from nennep.meetings.choices import MeetingKind, Phase, Topic
from nennep.meetings.models import AgendaItem, Meeting
from nennep.records.queries.leaders import read_leaders
from nennep.records.rules.corrections import number_places
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
from nennep.reporting.renderers.papers import Letterhead, Revision, Signature, Sitting
from nennep.reporting.renderers.wording import format_symbol


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A line of a programme: when (`19:30–19:40`), what, who. A heading has only its words."""

    title: str
    time: str = ""
    presenter: str = ""
    number: str = ""
    heading: bool = False


@dataclass(frozen=True, slots=True)
class ProgrammePaper:
    """Chương trình sinh hoạt chi bộ (forms.md §4). `minutes_planned` of all items."""

    template: ClassVar = "programme"
    letterhead: Letterhead
    subject: str
    sitting: Sitting
    purpose: str
    weekday: str = ""
    minutes_planned: int = 0
    guests: tuple[str, ...] = ()
    rows: tuple[ItemLine, ...] = ()
    signature: Signature = field(default_factory=Signature)
    revisions: tuple[Revision, ...] = ()


def build_programme(request: PaperRequest) -> ProgrammePaper:
    """The programme as it is planned, from the hour the meeting is called for. Raises NotFound while it has no item."""
    meeting = request.meeting
    items = list(meeting.agenda.select_related("presenter").order_by("position", "pk"))
    if not items:
        raise NotFound
    head = parts.build_letterhead(meeting, _day_of_issue(meeting), format_symbol(None, "CTr"))
    leaders = read_leaders(meeting)
    begins = localtime(meeting.planned_for)
    return ProgrammePaper(
        letterhead=head,
        subject=parts.say_subject(meeting),
        sitting=parts.build_call(meeting, head.issuer, leaders),
        purpose=_say_purpose(meeting, items),
        weekday=say_weekday(begins.date()),
        minutes_planned=sum(item.minutes_planned for item in items),
        guests=parts.list_guest_names(meeting),
        rows=tuple(_list_lines(items, begins)),
        signature=parts.build_signature(leaders),
    )


def _day_of_issue(meeting: Meeting) -> date:
    """It goes out with the notice, and may have got items after it was agreed."""
    agreed = meeting.announced_at or meeting.prepared_at
    return localdate(agreed) if agreed else meeting.day


def _say_purpose(meeting: Meeting, items: Sequence[AgendaItem]) -> str:
    month = Month.of(meeting.month)
    monthly = (
        f"Đánh giá kết quả lãnh đạo thực hiện nhiệm vụ {parts.say_month(month.plus(-1))}; thảo luận, quyết nghị "
        f"nhiệm vụ {parts.say_month(month)}; nâng cao chất lượng sinh hoạt chi bộ"
    )
    theme = f"Thảo luận, quyết nghị chuyên đề: {meeting.theme}" if meeting.theme else "Thảo luận, quyết nghị chuyên đề"
    called_for = "; ".join(lower_start(item.title) for item in items if item.phase == Phase.PROCEEDINGS)
    said = {
        MeetingKind.THEMATIC: theme,
        MeetingKind.COMBINED: f"{monthly}. {theme}",
        MeetingKind.EXTRAORDINARY: f"Thảo luận, quyết nghị {called_for or 'nội dung họp bất thường'}",
    }
    return said.get(MeetingKind(meeting.kind), monthly)


def _list_lines(items: Sequence[AgendaItem], begins: datetime) -> Iterator[ItemLine]:
    """Items under the headings of their phases, each with the time from its beginning to its end."""
    number = 0
    for phase, members in groupby(items, key=lambda item: item.phase):
        yield ItemLine(str(Phase(phase).label), heading=True)
        for item in members:
            number, ends = number + 1, begins + timedelta(minutes=item.minutes_planned)
            hours = f"{begins:%H:%M}–{ends:%H:%M}" if item.minutes_planned else f"{begins:%H:%M}"
            yield ItemLine(item.title, hours, _name_presenter(item), str(number))
            begins = ends


def _name_presenter(item: AgendaItem) -> str:
    """Who was named; where nobody was, whose part such an item is."""
    if item.presenter:
        return item.presenter.full_name
    return "Các đồng chí đảng viên" if item.topic == Topic.SELF_CRITICISM else "Chủ trì"


def _say_places(paper: ProgrammePaper) -> Iterator[tuple[str, str]]:
    yield from parts.say_call_places(paper.sitting)
    yield "Khách mời", parts.join_lines(paper.guests)
    yield from number_places(
        (f"Mục: {row.title}", f"{row.time} {row.presenter}") for row in paper.rows if not row.heading
    )


def _describe_programme(facts: PaperFacts) -> Readiness:
    return Readiness(
        ready=facts.has_items, final=facts.has_items, note="" if facts.has_items else _("Chương trình chưa có mục nào.")
    )


PROGRAMME = PaperKind(
    "chuong-trinh",
    gettext_lazy("Chương trình sinh hoạt"),
    build_programme,
    _describe_programme,
    keeping=Keeping(ProgrammePaper, _say_places, keep_paper, is_over),
)
