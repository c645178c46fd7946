"""What a sheet in work follows and what it keeps: its records, its lines, the sheet of its kind of meeting."""

from decimal import Decimal

import pytest

from nennep.assessments import queries, services
from nennep.assessments.choices import Grade, SheetState
from nennep.assessments.models import ScoreSheet
from nennep.assessments.services import Decision
from nennep.duties.choices import DutyState
from nennep.meetings.choices import MeetingKind
from nennep.meetings.models import Meeting
from tests.assessments.test_services import started
from tests.factories.cells import make_cell
from tests.factories.core import NOW, TODAY
from tests.factories.duties import make_duty
from tests.factories.meetings import make_held_meeting, make_secretary
from tests.factories.policies import make_pack

pytestmark = pytest.mark.django_db


def test_a_sheet_keeps_the_lines_it_was_begun_by() -> None:
    """Another document holds for the day of the meeting since: what was scored keeps its own."""
    meeting, _actor, sheet = started(make_cell())
    ScoreSheet.objects.filter(pk=sheet.pk).update(template_code="an-phu-2025")
    sheet.refresh_from_db()
    assert "4.2" in {line.code for line in queries.lines_of(meeting, sheet)}
    assert queries.lines_of(meeting)[0].code == "c1"


def test_a_sheet_in_work_says_what_the_records_say_otherwise_since() -> None:
    meeting, actor, sheet = started(make_cell())
    assert queries.list_changed(meeting=meeting, sheet=sheet, today=TODAY) == ()
    make_duty(meeting.organization, meeting.roll_call.order_by("pk")[0].member, state=DutyState.DONE, settled_on=TODAY)
    (changed,) = queries.list_changed(meeting=meeting, sheet=sheet, today=TODAY)
    assert (changed.before, changed.after) == (
        "Tháng trước không giao nhiệm vụ",
        "Xong 1/1 nhiệm vụ (100,0%): gợi ý 30,0",
    )
    page = queries.get_sheet_page(actor=actor, meeting_id=meeting.public_id, today=TODAY)
    assert page.changed == (changed,)
    services.propose_again(actor=actor, sheet=sheet, now=NOW)
    assert queries.list_changed(meeting=meeting, sheet=sheet, today=TODAY) == ()


CHECKLIST = {
    "code": "bang",
    "title": "Bảng kiểm",
    "kind": "checklist",
    "groups": [
        {
            "code": "g",
            "title": "G",
            "items": [
                {"code": "1", "title": "Đúng ngày", "evidence": "on_the_day", "yes": True},
                {"code": "2", "title": "Điều hành tốt"},
                {"code": "3", "title": "Có kết luận", "evidence": "conclusion", "yes": True},
            ],
        }
    ],
}


@pytest.mark.parametrize(("good", "grade"), [(90, Grade.FAIR), (60, Grade.GOOD)])
def test_a_sheet_with_levels_of_its_own_is_agreed_by_them(good: int, grade: Grade) -> None:
    """Two of three lines: 66.67 of 100."""
    cell = make_cell()
    levels = {"good": good, "fair": 50, "average": 30}
    make_pack({"score.sheet": CHECKLIST | {"levels": levels}}, organization=cell)
    _meeting, actor, sheet = started(cell)
    given = {code: Decision(Decimal(points), "Chi bộ bàn") for code, points in (("1", 0), ("2", 1), ("3", 1))}
    services.score_items(actor=actor, sheet=sheet, decisions=given, to_mend="", now=NOW)
    agreed = services.agree_sheet(actor=actor, sheet=sheet, now=NOW)
    assert (agreed.total, agreed.grade) == (Decimal("66.67"), grade)


def test_a_checklist_is_agreed_with_the_share_of_its_lines() -> None:
    cell = make_cell()
    make_pack({"score.sheet": CHECKLIST}, organization=cell)
    _meeting, actor, sheet = started(cell)
    one, nothing = Decimal(1), Decimal(0)
    assert list(sheet.items.values_list("code", "maximum", "points")) == [
        ("1", one, nothing),
        ("2", one, None),
        ("3", one, one),
    ]
    services.score_items(actor=actor, sheet=sheet, decisions={"2": Decision(Decimal(1))}, to_mend="", now=NOW)
    agreed = services.agree_sheet(actor=actor, sheet=sheet, now=NOW)
    assert (agreed.total, agreed.grade) == (Decimal("66.67"), Grade.AVERAGE)


def test_each_kind_of_meeting_is_scored_by_its_own_sheet() -> None:
    cell = make_cell()
    lines = [{"code": "1", "title": "A", "max": 100}]
    sheets = [
        {"code": code, "title": code, "applies_to": kinds, "groups": [{"code": "g", "title": "G", "items": lines}]}
        for code, kinds in (("bieu-1", ["regular", "combined"]), ("bieu-2", ["thematic"]))
    ]
    make_pack({"score.sheet": {"sheets": sheets}}, organization=cell)
    meeting = make_held_meeting(cell)
    Meeting.objects.filter(pk=meeting.pk).update(kind=MeetingKind.THEMATIC)
    sheet = services.start_sheet(actor=make_secretary(cell), meeting=Meeting.objects.get(), now=NOW)
    assert sheet.template_code == "bieu-2"


def test_points_that_differ_from_the_records_by_more_than_half_a_point_have_their_reason() -> None:
    """The records propose 3 for c1: half a point more needs no word, a whole one does."""
    _meeting, actor, sheet = started(make_cell())
    proposed = {item.code: item.proposed for item in sheet.items.all()}
    decisions = {code: Decision(Decimal(1) if points is None else points) for code, points in proposed.items()}
    for points in ("4", "2"):
        decisions["c1"] = Decision(Decimal(points))
        services.score_items(actor=actor, sheet=sheet, decisions=decisions, to_mend="", now=NOW)
        with pytest.raises(services.DifferenceUnexplained) as refused:
            services.agree_sheet(actor=actor, sheet=sheet, now=NOW)
        assert "Đúng ngày, đủ thời lượng" in str(refused.value)
    decisions["c1"] = Decision(Decimal("3.5"))
    services.score_items(actor=actor, sheet=sheet, decisions=decisions, to_mend="", now=NOW)
    assert services.agree_sheet(actor=actor, sheet=sheet, now=NOW).state == SheetState.AGREED
