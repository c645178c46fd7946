"""A whole second month: what the first meeting gave fills the second one's table, and the secretary types no row of it."""

from datetime import date

import pytest

from nennep.accounts.choices import Role
from nennep.assessments.models import ScoreItem
from nennep.assessments.services import start_sheet
from nennep.duties.choices import DutyState
from nennep.duties.models import Duty, DutyReport
from nennep.duties.services import DutyDetails, DutyProgress, report_duty
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.organizations.models import Organization
from nennep.records.queries.minutes import get_minutes_page
from nennep.records.queries.resolution import get_resolution_page
from nennep.room.choices import AttendanceState
from nennep.room.queries.outcome import get_outcome
from nennep.room.services.outcome import close_meeting, give_duty
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.cells import join_cell, make_cell
from tests.factories.meetings import at, make_entry, make_meeting

pytestmark = pytest.mark.django_db
FIRST, SECOND = date(2026, 10, 5), date(2026, 11, 5)


def open_meeting(cell: Organization, day: date) -> Meeting:
    return make_meeting(cell, planned_for=at(day), state=MeetingState.OPEN, opened_at=at(day))


def test_the_second_month_fills_itself() -> None:
    cell = make_cell()
    secretary, owner = make_user("Ma Công Lập"), make_user("Lý Thị Mỷ")
    grant_role(secretary, Role.SECRETARY, cell)
    actor = actor_of(secretary)
    mo = join_cell(cell, "Lý Thị Mỷ", user_id=owner.pk)
    phuc, oanh, ghen = (join_cell(cell, name) for name in ("Ma Đình Phúc", "Hoàng Văn Oanh", "Bàn Thị Ghến"))
    first = open_meeting(cell, FIRST)
    for details in (
        DutyDetails("Vận động 12 hộ hiến đất", mo, due_on=date(2026, 10, 31)),
        DutyDetails("Làm 300 m mương", phuc, helpers=(oanh, ghen), due_on=date(2026, 10, 25)),
        DutyDetails("Dọn nhà văn hóa", ghen),
    ):
        give_duty(actor=actor, meeting=first, details=details, now=at(FIRST))
    reasons = dict.fromkeys(("meeting.conclusion", "meeting.min_minutes.regular", "meeting.roll_call"), "Họp ngắn")
    close_meeting(actor=actor, meeting=first, reasons=reasons, now=at(FIRST, hour=22))
    land, ditch, hall = Duty.objects.order_by("pk")
    told = DutyProgress(DutyState.DONE, note="12/12 hộ, 640 m²")
    report_duty(actor=actor_of(owner), duty=land, progress=told, now=at(date(2026, 10, 20)))
    reported_rows = DutyReport.objects.count()
    half = DutyProgress(DutyState.ONGOING, percent=60, note="180/300 m, chờ xi măng")
    report_duty(actor=actor, duty=ditch, progress=half, now=at(date(2026, 10, 28)))
    assert (reported_rows, DutyReport.objects.get(duty=ditch).on_behalf) == (1, True)

    second = open_meeting(cell, SECOND)
    for member in (mo, phuc, oanh, ghen):
        make_entry(second, member, AttendanceState.PRESENT)
    rows_before = Duty.objects.count()
    outcome = get_outcome(actor=actor, meeting=second)
    table = [
        (line.duty.title, line.duty.opening.label, line.duty.result, line.duty.month_count)
        for line in outcome.last_duties
    ]
    assert [(title, str(state), result, months) for title, state, result, months in table] == [
        ("Làm 300 m mương", "Có mốc thời hạn", "Đang làm, 60%. 180/300 m, chờ xi măng", 1),
        ("Vận động 12 hộ hiến đất", "Có mốc thời hạn", "Hoàn thành. 12/12 hộ, 640 m²", 1),
        ("Dọn nhà văn hóa", "Chưa xác định mốc", "Chưa báo cáo", 1),
    ]
    assert outcome.last_duties[0].duty.helpers == ("Bàn Thị Ghến", "Hoàng Văn Oanh")
    report_duty(actor=actor, duty=ditch, progress=DutyProgress(DutyState.DONE), now=at(SECOND, hour=20))
    close_meeting(actor=actor, meeting=second, reasons=reasons, now=at(SECOND, hour=22))
    paper = get_minutes_page(actor=actor, public_id=second.public_id).paper
    assert [task.title for task in paper.last_duties] == [title for title, *_rest in table]
    assert len(get_resolution_page(actor=actor, public_id=second.public_id).outcome.last_duties) == 3
    assert Duty.objects.count() == rows_before  # nothing was typed a second time
    start_sheet(actor=actor, meeting=Meeting.objects.get(pk=second.pk), now=at(SECOND, hour=23))
    assert ScoreItem.objects.get(code="c6").proposed is not None

    third = open_meeting(cell, date(2026, 12, 3))
    left = get_outcome(actor=actor, meeting=third).last_duties
    assert [(line.duty.title, line.duty.month_count) for line in left] == [
        ("Dọn nhà văn hóa", 2),
    ]
    assert hall.state == DutyState.ONGOING
