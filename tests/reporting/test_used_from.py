"""From which month on a cell is asked about: neither before it was founded or came into the program, nor after it ended."""

from datetime import date, timedelta

import pytest

from nennep.core.access import Actor
from nennep.core.periods import Month, Span
from nennep.core.permissions import Permission
from nennep.core.sheets.cells import Row, Sheet, Workbook
from nennep.meetings.models import Meeting
from nennep.meetings.queries.keeping import owes_meeting
from nennep.meetings.rules.schedule import DayRule
from nennep.meetings.services.schedule import ensure_schedule
from nennep.members.importers.rosters import understand
from nennep.members.services import apply_import
from nennep.organizations.choices import CellType, UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.services import MetBeforeUse, UnitSettings, change_settings
from nennep.reporting.queries.commune import get_commune_page
from nennep.reporting.queries.figures import get_figures
from nennep.reporting.queries.measures.meetings import MET
from nennep.reporting.queries.measures.themes import THEMES
from nennep.reporting.queries.rows import get_rows_page
from nennep.reporting.rules.figures import MonthCounts
from nennep.reporting.rules.triage import Kind
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.meetings import make_held_meeting
from tests.factories.organizations import make_unit
from tests.factories.reporting import make_meeting

SYSTEM = Actor.system()
OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


def reader(unit: Organization) -> Actor:
    return make_actor(Permission.FIGURES_READ, Permission.ORGANIZATIONS_READ, path=unit.path, subtree=True)


def figures(unit: Organization, month: Month) -> MonthCounts:
    return get_figures(organization=unit, month=month, today=TODAY)


def import_people(unit: Organization) -> None:
    lines: list[Row] = [["Họ và tên", "Ngày sinh", "Chi bộ"], ["Giàng A Páo", "02/03/1975", "Chi bộ thôn Thử Một"]]
    roster = understand(Workbook("csv", (Sheet("DS", lines),)), today=TODAY)
    apply_import(actor=SYSTEM, organization=unit, roster=roster, now=NOW)


@pytest.mark.parametrize(
    ("since", "until", "owes"),
    [
        pytest.param(date(2026, 11, 3), None, True, id="founded on the day of the meeting"),
        pytest.param(date(2026, 11, 4), None, False, id="founded the day after"),
        pytest.param(date(2020, 1, 1), date(2026, 11, 8), True, id="ended after the last day on time"),
        pytest.param(date(2020, 1, 1), date(2026, 11, 7), False, id="ended on the last day on time"),
    ],
)
def test_a_month_is_owed_by_who_was_there_through_its_days(since: date, until: date | None, owes: bool) -> None:
    assert owes_meeting(NOVEMBER, since=since, until=until, rule=DayRule(3, 7)) is owes


@pytest.mark.django_db
def test_an_import_changes_no_figure_of_a_month_that_is_over(commune: Organization) -> None:
    make_held_meeting(make_unit(parent=commune))
    months = [NOVEMBER.plus(-ago) for ago in range(1, 12)]
    before = [figures(commune, month) for month in months]
    import_people(commune)
    assert [figures(commune, month) for month in months] == before
    assert [counts.cells for counts in before] == [1] * 11


@pytest.mark.django_db
def test_a_cell_that_came_after_the_days_of_the_month_is_not_called_late(commune: Organization) -> None:
    """TODAY is the 9th, the last day on time was the 7th."""
    import_people(commune)
    counts, page = figures(commune, NOVEMBER), get_commune_page(actor=reader(commune), unit=commune, today=TODAY)
    assert (counts.cells, counts.members) == (0, 1)
    kinds = {row.finding.kind for level in page.levels for row in level.rows}
    assert Kind.NOT_MET not in kinds
    for measure in (MET, THEMES):
        rows = get_rows_page(actor=reader(commune), unit=commune, span=Span(NOVEMBER), measure=measure, today=TODAY)
        assert rows.rows == ()
    assert [square.mark.sign for square in page.groups[0].rows[0].squares] == [""] * 12


@pytest.mark.django_db
def test_what_was_held_all_the_same_counts_and_is_not_late(commune: Organization) -> None:
    cell = make_unit(parent=commune, opened_on=date(2026, 11, 6))
    make_held_meeting(cell)
    counts = figures(commune, NOVEMBER)
    assert (counts.cells, counts.cells_met, counts.cells_on_time) == (1, 1, 1)


@pytest.mark.django_db
def test_no_meeting_is_planned_for_a_month_whose_days_are_over(commune: Organization) -> None:
    cell = make_unit(parent=commune, opened_on=TODAY)
    planned = ensure_schedule(actor=SYSTEM, organization=cell, year=2026, now=NOW)
    assert [meeting.month for meeting in planned] == [date(2026, 12, 1)]


@pytest.mark.django_db
def test_months_before_a_cell_is_used_are_none_of_its_figures(commune: Organization) -> None:
    cell = make_unit(parent=commune)
    make_held_meeting(cell)
    settings = UnitSettings(cell.code, CellType.VILLAGE, used_from=date(2026, 11, 1))
    change_settings(actor=SYSTEM, organization=cell, settings=settings, now=NOW)
    assert [figures(commune, month).cells for month in (OCTOBER, NOVEMBER)] == [0, 1]
    change_settings(actor=SYSTEM, organization=cell, settings=UnitSettings(cell.code, CellType.VILLAGE), now=NOW)
    assert [figures(commune, month).cells for month in (OCTOBER, NOVEMBER)] == [1, 1]


@pytest.mark.django_db
@pytest.mark.parametrize(("day", "allowed"), [(date(2026, 10, 31), True), (date(2026, 11, 1), False)])
def test_a_month_that_was_met_for_stays_counted(commune: Organization, day: date, *, allowed: bool) -> None:
    cell = make_unit(parent=commune)
    make_meeting(cell, date(2026, 10, 3))
    settings = UnitSettings(cell.code, CellType.VILLAGE, used_from=day)
    if allowed:
        change_settings(actor=SYSTEM, organization=cell, settings=settings, now=NOW)
    else:
        with pytest.raises(MetBeforeUse) as refused:
            change_settings(actor=SYSTEM, organization=cell, settings=settings, now=NOW)
        assert (refused.value.field, "31/10/2026" in str(refused.value)) == ("used_from", True)
    counts = figures(commune, OCTOBER)
    assert (counts.cells, counts.cells_met) == (1, 1)


@pytest.mark.django_db
def test_a_cell_ended_before_its_meeting_leaves_no_gap(commune: Organization) -> None:
    make_held_meeting(make_unit(parent=commune))
    make_unit(parent=commune, closed_on=NOVEMBER.first_day + timedelta(days=1))
    counts = figures(commune, NOVEMBER)
    assert (counts.cells, counts.cells_met) == (1, 1)
    assert Meeting.objects.count() == 1
