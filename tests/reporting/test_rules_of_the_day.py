"""History stands still: a rule that changes this month changes no word about the months before."""

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from nennep.assessments.choices import Grade, SheetState
from nennep.assessments.models import ScoreSheet
from nennep.assessments.queries import gather_facts, get_sheet_page
from nennep.core.access import Actor
from nennep.core.periods import Month, Span
from nennep.meetings.choices import MeetingKind
from nennep.meetings.models import Meeting
from nennep.meetings.queries.notice import get_notice_page
from nennep.meetings.queries.schedule import get_year_plan
from nennep.meetings.queries.themes import get_theme_plan, list_commune_themes
from nennep.meetings.services.routine import RoutineTooEarly, set_routine
from nennep.organizations.choices import CellType, UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.services import UnitSettings, change_settings, move_organization
from nennep.records.queries.filing import get_filing_page
from nennep.reporting.choices import AttentionKind
from nennep.reporting.models import UnitMonth
from nennep.reporting.queries import papers as kinds
from nennep.reporting.queries.brief import get_brief
from nennep.reporting.queries.cell import get_cell_page
from nennep.reporting.queries.facts import read_cells
from nennep.reporting.queries.listed import LISTED
from nennep.reporting.queries.papers import find_paper
from nennep.reporting.queries.rows import get_rows_page
from nennep.reporting.renderers.word import render_paper
from nennep.reporting.rules.triage import find_exceptions
from nennep.reporting.services.figures import rebuild_figures
from nennep.room.choices import AttendanceState
from tests.factories.assessments import stand
from tests.factories.core import NOW, TODAY
from tests.factories.meetings import at
from tests.factories.members import make_member, make_post
from tests.factories.organizations import make_unit
from tests.factories.policies import make_pack
from tests.factories.reporting import make_meeting, mark_present

pytestmark = pytest.mark.django_db

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
SYSTEM = Actor.system()
# Every number that a page judges a month by, and each of them another one than before.
NEW_RULES: dict[str, Any] = {
    "meeting.fixed_day": 1,
    "meeting.fixed_day_window_last": 2,
    "meeting.min_minutes.regular": 200,
    "docs.upload_days_before": 7,
    "docs.result_upload_days_after": 28,
    "attendance.target_pct": 50,
    "score.levels": {"good": 60, "fair": 40, "average": 20},
    "thematic.per_quarter_min": 3,
}


@pytest.fixture
def cell() -> Organization:
    """In August a theme; in October and two days ago 60 % present, on time, scored 72, nothing filed."""
    province = make_unit("Đảng bộ tỉnh", kind=UnitKind.PROVINCE)
    commune = make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE, parent=province)
    cell = make_unit(parent=commune, cell_type=CellType.VILLAGE)
    members = [make_member(f"Ma Văn {number}", cell=cell) for number in range(5)]
    make_post(members[0], cell)
    make_meeting(cell, date(2026, 8, 3), kind=MeetingKind.COMBINED)
    states = [AttendanceState.PRESENT] * 3 + [AttendanceState.EXCUSED] * 2
    mark_present(hold(cell, date(2026, 10, 5)), members, states)
    mark_present(hold(cell, date(2026, 11, 7)), members, states)
    return cell


def hold(cell: Organization, day: date) -> Meeting:
    meeting = make_meeting(cell, day)
    stand(
        ScoreSheet.objects.create(
            meeting=meeting,
            template_code="khac",
            state=SheetState.AGREED,
            total=Decimal(72),
            grade=Grade.FAIR,
            agreed_at=meeting.closed_at,
        )
    )
    return meeting


def meeting_of(month: Month) -> Meeting:
    return Meeting.objects.get(month=month.first_day)


def tell_last_month(cell: Organization) -> dict[str, Any]:
    """All that screens, reports, figures and scores say about October, and the quarter before."""
    unit, meeting = Organization.objects.get(depth=1), meeting_of(OCTOBER)
    (record,) = read_cells(cells=[cell], today=TODAY)
    themes, plan = get_theme_plan(cell, 2026, today=TODAY), get_year_plan(**asked(cell), year=2026, today=TODAY)
    page = get_cell_page(actor=SYSTEM, unit=cell, today=TODAY)
    rebuild_figures(actor=SYSTEM, months=[OCTOBER], now=NOW)
    return {
        "months": [item for item in record.months if item.facts.month <= OCTOBER],
        "filing": [row for row in find_exceptions(record.facts) if row.kind == AttentionKind.FILING_LATE],
        "goals": [(chart.goals[0].value, chart.goals[0].until >= OCTOBER) for chart in (page.attendance, page.scores)],
        "figures": list(
            UnitMonth.objects.filter(month=OCTOBER.first_day).order_by("organization").values_list("counts", flat=True)
        ),
        "rows": [get_rows_page(**viewed(unit), span=Span(OCTOBER), measure=measure).rows for measure in LISTED],
        "brief": get_brief(actor=SYSTEM, cell=cell.public_id, now=NOW).facts.months[:-1],
        "themes": [quarter for quarter in themes.quarters if quarter.quarter < 4],
        "gaps": [gap for row in list_commune_themes(**viewed(unit), year=2026).rows for gap in row.gaps if gap != "IV"],
        "plan": [row for row in plan.rows if row.meeting.month <= OCTOBER.first_day],
        "quarters": [quarter for quarter in plan.quarters if quarter.quarter < 4],
        "score": gather_facts(meeting=meeting, today=meeting.held_on),
        "sheet": get_sheet_page(actor=SYSTEM, meeting_id=meeting.public_id).levels,
        "filed": get_filing_page(actor=SYSTEM, public_id=meeting.public_id, now=NOW).deadline,
        "papers due": get_notice_page(actor=SYSTEM, meeting=meeting, today=NOW.date()).papers_due,
        "papers": [render_paper(find_paper(actor=SYSTEM, meeting=meeting, kind=kind, member="")) for kind in PRINTED],
    }


COUNTED = ("organization", "cells_met", "cells_on_time", "counted", "present")
PRINTED = (kinds.MINUTES, kinds.REPORT, kinds.SCORE)


def asked(cell: Organization) -> dict[str, Any]:
    return {"actor": SYSTEM, "organization": cell}


def viewed(unit: Organization) -> dict[str, Any]:
    return {"actor": SYSTEM, "unit": unit, "today": TODAY}


def test_a_rule_of_this_month_says_nothing_else_about_last_month(cell: Organization) -> None:
    before = tell_last_month(cell)
    make_pack(NEW_RULES, valid_from=NOVEMBER.first_day)
    after = tell_last_month(cell)
    assert {name: (before[name], after[name]) for name in before if before[name] != after[name]} == {}


def change_routine(cell: Organization, *, fixed_day: int | None = None, hour: int = 19, place: str = "") -> None:
    write: dict[str, Any] = {"actor": SYSTEM, "organization": cell, "now": NOW}
    how: dict[str, Any] = {"fixed_day": fixed_day, "starts_at": time(hour, 30), "place": place}
    for month in (Month(2025, 12), OCTOBER, NOVEMBER):
        with pytest.raises(RoutineTooEarly):
            set_routine(since=month, **how, **write)
    set_routine(since=NOVEMBER.plus(1), **how, **write)


def change_type(cell: Organization, cell_type: CellType) -> None:
    settings = UnitSettings(cell.code, cell_type)
    change_settings(actor=SYSTEM, organization=cell, settings=settings, now=NOW)


def move(cell: Organization) -> None:
    """To a commune that has had rules of its own all the time."""
    other = make_unit("Đảng bộ xã Thượng Lâm", kind=UnitKind.BASE, parent=Organization.objects.get(depth=1))
    make_pack(NEW_RULES, organization=other, valid_from=date(2020, 1, 1))
    move_organization(actor=SYSTEM, organization=cell, parent=other, on=date(2026, 11, 8), reason="Sắp xếp", now=NOW)


CHANGES = [
    pytest.param(partial(change_routine, fixed_day=1), id="an earlier day"),
    pytest.param(partial(change_routine, fixed_day=20), id="a later day"),
    pytest.param(partial(change_routine, hour=7), id="another hour"),
    pytest.param(partial(change_routine, place="Nhà văn hóa"), id="another place"),
    *(
        pytest.param(partial(change_type, cell_type=kind), id=f"another type, {kind.name}")
        for kind in CellType
        if kind != CellType.VILLAGE
    ),
    pytest.param(move, id="another unit above"),
]


@pytest.mark.parametrize("day", [pytest.param(3, id="a Saturday"), pytest.param(20, id="past the window")])
@pytest.mark.parametrize("change", CHANGES)
def test_nor_does_what_the_cell_changes_itself(
    cell: Organization, change: Callable[[Organization], None], day: int
) -> None:
    Meeting.objects.filter(month=OCTOBER.first_day).update(
        planned_for=at(date(2026, 10, day)), opened_at=at(date(2026, 10, day)), closed_at=at(date(2026, 10, day), 21)
    )
    before = tell_last_month(cell)
    change(cell)
    after = tell_last_month(Organization.objects.get(pk=cell.pk))
    assert {name: (before[name], after[name]) for name in before if before[name] != after[name]} == {}


def test_it_is_what_this_month_is_judged_by(cell: Organization) -> None:
    """So that the test above compares something: on the very first day each number is the new one."""
    make_pack(NEW_RULES, valid_from=NOVEMBER.first_day)
    (record,) = read_cells(cells=[cell], today=TODAY)
    october, november = record.months[-2:]
    assert [item.facts.limits.attendance_target for item in (october, november)] == [90, 50]
    assert [item.facts.limits.filing_days_after for item in (october, november)] == [2, 28]
    assert [item.facts.limits.papers_days_before for item in (october, november)] == [1, 7]
    assert [item.facts.last_day for item in (october, november)] == [date(2026, 10, 7), date(2026, 11, 2)]
    assert [item.mark.off_day for item in (october, november)] == [False, True]
    (late,) = [row for row in find_exceptions(record.facts) if row.kind == AttentionKind.FILING_LATE]
    assert (late.title, late.why) == ("Đã họp 05/10, chưa có biên bản", "Hạn 2 ngày sau buổi sinh hoạt.")
    page = get_cell_page(actor=SYSTEM, unit=cell, today=TODAY)
    assert [(goal.value, goal.until) for goal in page.attendance.goals] == [(90, OCTOBER), (50, NOVEMBER)]
    assert [quarter.owed for quarter in get_year_plan(**asked(cell), year=2026, today=TODAY).quarters] == [1, 1, 1, 3]


def test_attendance_is_judged_cell_by_cell(cell: Organization) -> None:
    """A cell with a rule of its own is not late by the rule of the commune."""
    rows = get_rows_page(**viewed(Organization.objects.get(depth=1)), span=Span(NOVEMBER), measure=LISTED[2]).rows
    assert [(row.values[-1], row.late) for row in rows] == [("60,0%", True)]
    make_pack({"attendance.target_pct": 60}, organization=cell)
    rows = get_rows_page(**viewed(Organization.objects.get(depth=1)), span=Span(NOVEMBER), measure=LISTED[2]).rows
    assert [row.late for row in rows] == [False]
