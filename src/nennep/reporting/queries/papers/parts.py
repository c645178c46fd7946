"""What several papers share: the head, the sitting with its roll call, tasks, votes, the score."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from nennep.assessments.choices import SheetState
from nennep.assessments.models import ScoreItem, ScoreSheet
from nennep.assessments.queries import template_of
from nennep.core.periods import Month
from nennep.core.wording import format_month, say_moment
from nennep.meetings import models as meetings
from nennep.meetings.choices import MeetingMode
from nennep.members.choices import PostKind
from nennep.organizations.choices import CellType
from nennep.organizations.models import Organization
from nennep.organizations.queries import breadcrumb, list_above_as_of, unit_as_of
from nennep.policies.queries import rules_for
from nennep.policies.rules import SheetGroup
from nennep.records.queries.minutes import build_attendance
from nennep.records.rules.corrections import number_places, say_attendance, say_duty
from nennep.records.rules.minutes import LastDutyPart, LeadersPart, NewDutyPart, RemarkPart, call_guests, split_guests
from nennep.reporting.models import IssuedPaper
from nennep.reporting.renderers.papers import Letterhead, ScoreLine, SelfScore, Signature, Sitting, TopicLine
from nennep.reporting.renderers.wording import format_number
from nennep.reporting.rules.papers import find_place, name_committee
from nennep.room.choices import GuestKind, GuestState
from nennep.room.queries.guests import list_guests


def day_of(meeting: meetings.Meeting) -> date:
    """The day it was opened, or is called for."""
    return meeting.held_on


def is_village(meeting: meetings.Meeting) -> bool:
    """Only a village has a front committee of its own; a cell of no known type is taken for one."""
    return meeting.organization.cell_type in {CellType.VILLAGE, ""}


def build_letterhead(meeting: meetings.Meeting, issued_on: date, symbol: str = "") -> Letterhead:
    """The head of a paper of this meeting's cell."""
    return build_unit_letterhead(meeting.organization, issued_on, symbol)


def build_unit_letterhead(organization: Organization, issued_on: date, symbol: str = "") -> Letterhead:
    """The cell and the units above it as they were called, and stood, on the day of the paper.

    As they are today where nothing is known of that day; in the layout that the unit's rules name. One query for each level,
    and that of the rules.
    """
    cell = unit_as_of(organization=organization, on=issued_on)
    above = [unit.name for unit in list_above_as_of(unit=cell, on=issued_on)] if cell else []
    above = above or [crumb.name for crumb in breadcrumb(organization)[:-1]][::-1]
    return Letterhead(
        upper=name_committee(above[0]) if above else "",
        issuer=cell.name if cell else organization.name,
        place=find_place(above),
        issued_on=issued_on,
        symbol=symbol,
        guidance=rules_for(organization=organization, on=issued_on).paper_template,
    )


def build_open_sitting(meeting: meetings.Meeting, cell: str, leaders: LeadersPart) -> Sitting:
    """A meeting that has no minutes yet: when, where, under whom, with whom."""
    return Sitting(
        cell=cell,
        kind=say_subject(meeting),
        started_at=localtime(meeting.opened_at or meeting.planned_for),
        place=meeting.place,
        chair=meeting.chair.full_name if meeting.chair else leaders.default_chair,
        chair_post=leaders.chair_post,
        minute_taker=meeting.minute_taker.full_name if meeting.minute_taker else "",
        fee_note=meeting.fee_note,
        mode=say_mode(meeting.get_mode_display()),
        attendance=build_attendance(meeting),
        guests=list_guest_names(meeting),
    )


def build_call(meeting: meetings.Meeting, cell: str, leaders: LeadersPart) -> Sitting:
    """When and where the cell is called to, before anything happened."""
    return Sitting(
        cell=cell,
        kind=say_subject(meeting),
        started_at=localtime(meeting.planned_for),
        place=meeting.place,
        chair=meeting.chair.full_name if meeting.chair else leaders.default_chair,
        chair_post=leaders.chair_post,
        minute_taker=meeting.minute_taker.full_name if meeting.minute_taker else "",
    )


def say_mode(label: str) -> str:
    """How the cell met, in words inside a sentence; empty for in person, which papers take for granted."""
    return "" if label == str(MeetingMode.IN_PERSON.label) else label[:1].lower() + label[1:]


def say_kind(meeting: meetings.Meeting) -> str:
    """`sinh hoạt thường kỳ`: the kind inside a sentence."""
    label = meeting.get_kind_display()
    return label[:1].lower() + label[1:]


def say_subject(meeting: meetings.Meeting) -> str:
    """`sinh hoạt thường kỳ tháng 11 năm 2026`."""
    return f"{say_kind(meeting)} {say_month(Month.of(meeting.month))}"


def say_short_subject(meeting: meetings.Meeting) -> str:
    """`sinh hoạt thường kỳ tháng 11/2026`, for large print."""
    return f"{say_kind(meeting)} tháng {format_month(meeting.month.month)}/{meeting.month.year}"


def say_month(month: Month) -> str:
    return f"tháng {format_month(month.number)} năm {month.year}"


def list_guest_names(meeting: meetings.Meeting) -> tuple[str, ...]:
    """Who comes without being a member, each once: written in words, or in the list of guests. One query."""
    listed = [guest for guest in list_guests(meeting) if guest.state != GuestState.ABSENT]
    officials = (guest.name for guest in listed if guest.kind == GuestKind.OFFICIAL)
    others = (guest.name for guest in listed if guest.kind != GuestKind.OFFICIAL)
    return call_guests([*split_guests(meeting.upper_guest), *officials], [*split_guests(meeting.guests), *others])


def find_message(meeting: meetings.Meeting) -> str:
    """The secretary's words with the newest notice; empty when none was sent. One query."""
    newest = meeting.notices.order_by("-sent_at", "-pk").first()
    return newest.message if newest else ""


SCORE_ADDRESS = "phieu-tu-cham-diem"


@dataclass(frozen=True, slots=True)
class _KeptScore:
    """What other papers take of a score sheet that was kept."""

    self_score: SelfScore | None = None
    agreed_at: datetime | None = None


def build_score(meeting: meetings.Meeting) -> SelfScore | None:
    """The self-score as the cell agreed on it last, also while it scores once more; None before. Up to four queries.

    Raises ContentChanged, ContentUnreadable.
    """
    return read_agreement(meeting)[0]


def read_agreement(meeting: meetings.Meeting) -> tuple[SelfScore | None, datetime | None]:
    """`build_score`, and when the cell agreed on it; None also where a sheet kept long ago does not say. Up to five queries."""
    issued = IssuedPaper.objects.filter(meeting=meeting, kind=SCORE_ADDRESS).order_by("-number").first()
    kept = issued.read(_KeptScore, name=_("Phiếu tự chấm điểm")) if issued else _KeptScore()
    if kept.self_score:
        return kept.self_score, kept.agreed_at
    sheet = ScoreSheet.objects.filter(meeting=meeting, state=SheetState.AGREED).first()
    return read_score(meeting), sheet.agreed_at if sheet else None


def read_score(meeting: meetings.Meeting) -> SelfScore | None:
    """The agreed self-score by groups of its sheet; None while it is not agreed. Up to three queries."""
    sheet = ScoreSheet.objects.filter(meeting=meeting, state=SheetState.AGREED).first()
    if sheet is None or sheet.total is None:
        return None
    items = list(sheet.items.order_by("position"))
    return SelfScore(
        lines=_group_lines(meeting, sheet, items),
        total=sheet.total,
        maximum=Decimal(100),
        level=sheet.get_grade_display(),
        to_mend=sheet.to_mend,
    )


def _group_lines(meeting: meetings.Meeting, sheet: ScoreSheet, items: Sequence[ScoreItem]) -> tuple[ScoreLine, ...]:
    """One line per group where the policy's sheet is still the one scored by; one line per item otherwise."""
    rules = rules_for(organization=meeting.organization, on=day_of(meeting))
    template = template_of(meeting, rules, sheet)
    groups = {item.code: group for group in template.groups for item in group.items}
    if template.code != sheet.template_code:
        groups = {}
    lines: list[ScoreLine] = []
    for title, scored in groupby(items, key=lambda item: _title_of(groups, item)):
        members = list(scored)
        points = sum((item.points or Decimal(0) for item in members), start=Decimal(0))
        maximum = sum((item.maximum for item in members), start=Decimal(0))
        if group := groups.get(members[0].code):
            points, maximum = group.hold(points), min(maximum, Decimal(group.maximum))
        lines.append(ScoreLine(title, points, maximum))
    return tuple(lines)


def _title_of(groups: Mapping[str, SheetGroup], item: ScoreItem) -> str:
    return groups[item.code].full_title if item.code in groups else item.code


def say_sitting_places(sitting: Sitting) -> Iterator[tuple[str, str]]:
    """What of the sitting a correction may change."""
    yield "Khai mạc", say_moment(sitting.started_at)
    yield "Bế mạc", say_moment(sitting.ended_at) if sitting.ended_at else ""
    yield from say_attendance(sitting.attendance)
    yield "Đảng phí", sitting.fee_note


def say_call_places(sitting: Sitting) -> Iterator[tuple[str, str]]:
    """When and where the cell is called to, and under whom."""
    yield "Thời gian", say_moment(sitting.started_at)
    yield "Địa điểm", sitting.place
    yield "Chủ trì", sitting.chair


def say_topic_places(half: str, topics: Iterable[TopicLine]) -> Iterator[tuple[str, str]]:
    """The headings of one half of a resolution."""
    return number_places((f"{half}: {topic.heading}", topic.text or topic.heading) for topic in topics)


def say_duty_places(given: Iterable[NewDutyPart], last: Iterable[LastDutyPart]) -> Iterator[tuple[str, str]]:
    """Tasks given, and what became of those of the month before."""
    yield from number_places((f"Nhiệm vụ: {duty.title}", say_duty(duty)) for duty in given)
    yield from number_places((f"Nhiệm vụ tháng trước: {duty.title}", duty.result) for duty in last)


def say_remark_places(remarks: Iterable[RemarkPart]) -> Iterator[tuple[str, str]]:
    """Who was praised and reminded, and of what."""
    return number_places((f"{remark.kind}: {remark.name}", remark.text) for remark in remarks)


def say_score_places(score: SelfScore | None) -> Iterator[tuple[str, str]]:
    """The sum of the self-score and its level."""
    yield "Tự chấm điểm", f"{format_number(score.total)} điểm, {score.level}" if score else ""
    yield "Nội dung cần khắc phục", score.to_mend if score else ""


def join_lines(texts: Iterable[str]) -> str:
    """Texts, each on a line of its own."""
    return "\n".join(texts)


def build_signature(leaders: LeadersPart) -> Signature:
    """The secretary; the deputy where the post is vacant, or who chaired while the secretary was away.

    A cell without a committee always signs for the cell, and a deputy always for it: nobody in a committee signs K/T.
    """
    stands_in = bool(leaders.deputy) and (leaders.deputy_signs or not leaders.secretary)
    post = PostKind.DEPUTY_SECRETARY if stands_in else PostKind.SECRETARY
    return Signature(
        on_behalf="" if leaders.has_committee and not leaders.deputy_signs else "T/M CHI BỘ",
        post=post.label.upper(),
        name=leaders.deputy if stands_in else leaders.secretary,
    )
