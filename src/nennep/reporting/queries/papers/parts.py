"""What several papers share: the head, the sitting with its roll call, tasks, votes, the score."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby

from django.db.models import Q, QuerySet
from django.utils import timezone

from nennep.assessments.choices import SheetState
from nennep.assessments.models import ScoreItem, ScoreSheet
from nennep.core.periods import Month
from nennep.duties.choices import DutyState
from nennep.duties.models import Duty
from nennep.meetings import models as meetings
from nennep.meetings.choices import AttendanceState
from nennep.members.choices import PostKind
from nennep.members.queries import PostHolder, posts_on
from nennep.organizations.models import Organization
from nennep.organizations.queries import breadcrumb, unit_as_of
from nennep.policies.queries import rules_for
from nennep.reporting.queries.figures import THERE, local_day
from nennep.reporting.renderers.papers import (
    Absence,
    Attendance,
    Letterhead,
    NewDuty,
    Opinion,
    ScoreLine,
    SelfScore,
    Signature,
    Sitting,
    Vote,
)
from nennep.reporting.rules.papers import find_place, name_committee


def local_time(moment: datetime) -> datetime:
    """The hour on the wall in Vietnam."""
    return moment.astimezone(timezone.get_current_timezone())


def day_of(meeting: meetings.Meeting) -> date:
    """The day it was opened, or is called for."""
    return local_day(meeting.opened_at or meeting.planned_for)


def build_letterhead(meeting: meetings.Meeting, issued_on: date, symbol: str = "") -> Letterhead:
    """The cell and the committee above it as they were called on the day of the paper. Four queries."""
    cell = unit_as_of(organization=meeting.organization, on=issued_on)
    above = [crumb.name for crumb in breadcrumb(meeting.organization)[:-1]][::-1]
    if cell is not None and cell.parent_id is not None:
        parent = unit_as_of(organization=Organization(pk=cell.parent_id), on=issued_on)
        above = [parent.name, *above] if parent else above
    return Letterhead(
        upper=name_committee(above[0]) if above else "",
        issuer=cell.name if cell else meeting.organization.name,
        place=find_place(above),
        issued_on=issued_on,
        symbol=symbol,
    )


def build_sitting(meeting: meetings.Meeting, cell: str, posts: Sequence[PostHolder]) -> Sitting:
    """When, where, under whom, with whom. Without a named chair, the secretary presides."""
    secretary = next((post for post in posts if post.kind == PostKind.SECRETARY), None)
    chair_id = meeting.chair_id or (secretary.member_id if secretary else None)
    post = next((post for post in posts if post.member_id == chair_id), None)
    chair = meeting.chair.full_name if meeting.chair else (secretary.full_name if secretary else "")
    opened, closed = meeting.opened_at, meeting.closed_at
    return Sitting(
        cell=cell,
        kind=f"{say_kind(meeting)} {say_month(Month.of(meeting.month))}",
        started_at=local_time(opened or meeting.planned_for),
        place=meeting.place,
        ended_at=local_time(closed) if closed else None,
        minutes_long=int((closed - opened).total_seconds() // 60) if opened and closed else None,
        chair=chair,
        chair_post=f"{PostKind(post.kind).label} Chi bộ" if post else "",
        minute_taker=meeting.minute_taker.full_name if meeting.minute_taker else "",
        attendance=build_attendance(meeting),
    )


def say_kind(meeting: meetings.Meeting) -> str:
    """`sinh hoạt thường kỳ`: the kind inside a sentence."""
    label = meeting.get_kind_display()
    return label[:1].lower() + label[1:]


def say_month(month: Month) -> str:
    return f"tháng {month.number} năm {month.year}"


def build_attendance(meeting: meetings.Meeting) -> Attendance:
    """The roll call as it stands; frozen once the minutes are approved. One query."""
    entries = list(meeting.roll_call.select_related("member").order_by("member__name_key", "member_id"))
    counted = [entry for entry in entries if entry.counted]
    absent = [entry for entry in counted if entry.state in {AttendanceState.EXCUSED, AttendanceState.UNEXCUSED}]
    guests = f"{meeting.upper_guest}\n{meeting.guests}".replace(";", "\n").splitlines()
    return Attendance(
        called=len(counted),
        present=sum(entry.state in THERE for entry in counted),
        excused=sum(entry.state == AttendanceState.EXCUSED for entry in absent),
        unexcused=sum(entry.state == AttendanceState.UNEXCUSED for entry in absent),
        exempt=sum(entry.state == AttendanceState.EXEMPT for entry in entries if not entry.counted),
        absences=tuple(
            Absence(entry.member.full_name, entry.reason, excused=entry.state == AttendanceState.EXCUSED)
            for entry in absent
        ),
        guests=tuple(guest.strip() for guest in guests if guest.strip()),
    )


def list_agenda(meeting: meetings.Meeting) -> list[tuple[meetings.AgendaItem, tuple[Opinion, ...]]]:
    """The items in their order, each with the opinions that were written down. Two queries."""
    items = list(meeting.agenda.order_by("position", "pk"))
    speeches = (
        meetings.Speech.objects.filter(item__in=items)
        .exclude(opinion="")
        .select_related("member")
        .order_by("item_id", "first_at", "pk")
    )
    spoken = {
        item: tuple(Opinion(speech.member.full_name, speech.opinion) for speech in group)
        for item, group in groupby(speeches, key=lambda speech: speech.item_id)
    }
    return [(item, spoken.get(item.pk, ())) for item in items]


def list_new_duties(meeting: meetings.Meeting) -> tuple[NewDuty, ...]:
    """Tasks given by this meeting, or on its day without naming another origin; taken back ones left out. One query."""
    by_meeting = Q(origin_id=str(meeting.public_id)) | Q(origin_id="", given_on=day_of(meeting))
    duties = Duty.objects.filter(by_meeting, organization=meeting.organization).exclude(state=DutyState.DROPPED)
    reported = f"kỳ sinh hoạt {say_month(Month.of(meeting.month).plus(1))}"
    return tuple(
        NewDuty(
            title=duty.title,
            lead=duty.assignee.full_name,
            helpers=(duty.helper.full_name,) if duty.helper else (),
            due_on=duty.due_on,
            reported_at=reported,
        )
        for duty in duties.select_related("assignee", "helper").order_by("pk")
    )


def list_votes(meeting: meetings.Meeting) -> tuple[Vote, ...]:
    """One query."""
    return tuple(
        Vote(vote.subject, vote.in_favour, vote.base, vote.against, vote.other)
        for vote in meeting.votes.order_by("at", "pk")
    )


def build_score(meeting: meetings.Meeting) -> SelfScore | None:
    """The agreed self-score by groups of its sheet; None while it is not agreed. Up to three queries."""
    sheet = ScoreSheet.objects.filter(meeting=meeting, state=SheetState.AGREED).first()
    if sheet is None or sheet.total is None:
        return None
    items = list(sheet.items.order_by("position"))
    return SelfScore(
        lines=_group_lines(meeting, sheet, items),
        total=sheet.total,
        maximum=sum((item.maximum for item in items), start=type(sheet.total)()),
        level=sheet.get_grade_display(),
        to_mend=sheet.to_mend,
    )


def _group_lines(meeting: meetings.Meeting, sheet: ScoreSheet, items: Sequence[ScoreItem]) -> tuple[ScoreLine, ...]:
    """One line a group where the sheet of the policy is still the one scored by; one line an item otherwise."""
    template = rules_for(organization=meeting.organization, on=day_of(meeting)).score_sheet
    titles = {item.code: group.title for group in template.groups for item in group.items}
    if template.code != sheet.template_code:
        titles = {}
    lines: list[ScoreLine] = []
    for title, group in groupby(items, key=lambda item: titles.get(item.code, item.code)):
        members = list(group)
        zero = type(members[0].maximum)()
        points = sum((item.points or zero for item in members), start=zero)
        lines.append(ScoreLine(str(title), points, sum((item.maximum for item in members), start=zero)))
    return tuple(lines)


def build_signature(posts: Sequence[PostHolder]) -> Signature:
    """The secretary, or the deputy where the post is vacant. A cell without a committee always signs for the cell."""
    signer = next((post for post in posts if post.kind in {PostKind.SECRETARY, PostKind.DEPUTY_SECRETARY}), None)
    has_committee = any(post.kind == PostKind.COMMITTEE_MEMBER for post in posts)
    return Signature(
        on_behalf="" if has_committee else "T/M CHI BỘ",
        post=PostKind(signer.kind).label.upper() if signer else "BÍ THƯ",
        name=signer.full_name if signer else "",
    )


def read_posts(meeting: meetings.Meeting) -> list[PostHolder]:
    """Posts of the cell on the day of the meeting. One query."""
    return posts_on(meeting.organization_id, day_of(meeting))


def with_people(found: QuerySet[meetings.Meeting]) -> QuerySet[meetings.Meeting]:
    return found.select_related("organization", "chair", "minute_taker")
