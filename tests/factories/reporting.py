"""A month of a cell for tests of reports: meetings that were held, their roll calls, tasks."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from nennep.assessments.choices import Grade, SheetState
from nennep.assessments.models import ScoreItem, ScoreSheet
from nennep.core.access import Actor
from nennep.core.frozen import hash_content
from nennep.core.periods import Month
from nennep.meetings.choices import MeetingKind, MeetingState, Topic
from nennep.meetings.models import AgendaItem, Meeting, Premeeting
from nennep.members.choices import Standing
from nennep.members.models import Member
from nennep.organizations.models import Organization
from nennep.records.models import MinutesVersion, Resolution
from nennep.records.queries.minutes import build_minutes
from nennep.room.choices import AttendanceState, RemarkKind
from nennep.room.models import Remark, RollCallEntry, Speech, Vote
from tests.factories.assessments import stand
from tests.factories.core import VIETNAM
from tests.factories.duties import make_duty
from tests.factories.members import make_member, make_post

USUAL = (
    *("cells", "cells_met", "cells_on_time", "members", "counted", "present", "excused", "unexcused"),
    *("thematic_meetings", "tasks_due", "tasks_done", "tasks_late", "tasks_postponed"),
)


def usual(counts: Mapping[str, int]) -> dict[str, int]:
    """The counts of a month that tests write by hand, without zeros."""
    return {name: counts[name] for name in USUAL if counts[name]}


def by_hand(*counts: int) -> dict[str, int]:
    """The same, given in this order."""
    return {name: count for name, count in zip(USUAL, counts, strict=False) if count}


def evening(day: date) -> datetime:
    return datetime.combine(day, time(19, 30), VIETNAM)


def make_meeting(
    cell: Organization,
    day: date,
    *,
    kind: MeetingKind = MeetingKind.REGULAR,
    state: MeetingState = MeetingState.HELD,
    month: Month | None = None,
) -> Meeting:
    """A meeting at 19:30 of that day; a held one was open for two hours."""
    held = state == MeetingState.HELD
    return Meeting.objects.create(
        organization=cell,
        kind=kind,
        state=state,
        month=(month or Month.of(day)).first_day,
        planned_for=evening(day),
        opened_at=evening(day) if held else None,
        closed_at=evening(day) + timedelta(hours=2) if held else None,
    )


def mark_present(
    meeting: Meeting, members: Iterable[Member], states: Iterable[AttendanceState], *, counted: bool = True
) -> None:
    """One entry of the roll call for each member, in the state of the same position."""
    for member, state in zip(members, states, strict=True):
        RollCallEntry.objects.create(
            meeting=meeting,
            member=member,
            standing=Standing.OFFICIAL if counted else Standing.EXEMPT,
            counted=counted,
            votes=counted,
            state=state,
        )


def make_full_month(cell: Organization) -> Meeting:
    """A meeting of November 2026 with everything a paper can print, and the one of October before it."""
    members = {name: make_member(name, cell=cell) for name in ("Ma Công Lập", "Hoàng Thị Ngọc Trâm", "Quan Thị Biên")}
    secretary, taker, absent = members.values()
    make_post(secretary, cell)
    make_meeting(cell, date(2026, 10, 5))
    make_duty(cell, absent, "Vận động bảo hiểm y tế", percent=88, result="còn 9 hộ")
    meeting = make_meeting(cell, date(2026, 11, 3))
    meeting.chair, meeting.minute_taker, meeting.place = secretary, taker, "Nhà văn hóa thôn"
    meeting.upper_guest, meeting.conclusion = "Lương Quốc Hưng, Đảng ủy viên", "Làm mương trước 20/11."
    meeting.save()
    mark_present(meeting, members.values(), [AttendanceState.PRESENT, AttendanceState.LATE, AttendanceState.EXCUSED])
    make_premeeting(meeting, secretary, taker)
    _fill_outcome(meeting, secretary, absent)
    return meeting


def make_premeeting(meeting: Meeting, *members: Member, concluded: bool = True) -> Premeeting:
    """The committee met five days before."""
    held_at = meeting.planned_for - timedelta(days=5)
    premeeting = Premeeting.objects.create(
        meeting=meeting,
        held_at=held_at,
        place="Nhà văn hóa thôn",
        last_month="Đã trồng 12 ha ngô.",
        conclusion="Thống nhất nội dung sinh hoạt.",
        concluded_at=held_at + timedelta(hours=1) if concluded else None,
    )
    premeeting.present.set(members)
    return premeeting


def _fill_outcome(meeting: Meeting, secretary: Member, absent: Member) -> None:
    cell, at = meeting.organization, meeting.planned_for
    item = AgendaItem.objects.create(
        meeting=meeting, position=1, topic=Topic.ECONOMY_ORDER, title="Sản xuất vụ đông", note="Đã trồng 12 ha ngô."
    )
    AgendaItem.objects.create(meeting=meeting, position=2, topic=Topic.BULLETIN, title="Thời sự", note="Bản tin 11.")
    Speech.objects.create(item=item, member=secretary, opinion="Đề nghị cấp xi măng.", first_at=at, last_at=at)
    Vote.objects.create(meeting=meeting, subject="Nghị quyết tháng 11", base=3, in_favour=2, passed=True, at=at)
    Remark.objects.create(meeting=meeting, member=secretary, kind=RemarkKind.PRAISE, text="vận động hiến đất")
    make_duty(
        cell,
        absent,
        "Làm mương",
        origin_kind="meetings.meeting",
        origin_id=str(meeting.public_id),
        given_on=date(2026, 11, 3),
        due_on=date(2026, 11, 20),
    )
    Resolution.objects.create(
        meeting=meeting,
        number=5,
        issued_on=date(2026, 11, 4),
        thinking="Đảng viên yên tâm.",
        shortcomings="- Mương chậm. Nguyên nhân: thiếu xi măng",
        directions="Thủy lợi: xong mương\nTrồng ngô đông",
    )
    content = build_minutes(actor=Actor.system(), meeting=meeting).to_content()
    MinutesVersion.objects.create(
        meeting=meeting,
        number=1,
        content=content,
        sha256=hash_content(content),
        approved_at=at,
        approved_by_name=secretary.full_name,
    )
    sheet = stand(
        ScoreSheet.objects.create(
            meeting=meeting, template_code="khac", state=SheetState.AGREED, total=90, grade=Grade.GOOD, agreed_at=at
        )
    )
    ScoreItem.objects.create(sheet=sheet, code="c1", position=1, maximum=100, points=90)
