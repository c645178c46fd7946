"""From which month on a cell is asked about: neither before it was founded or came into the program, nor after it ended."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.core.access import Actor
from nennep.core.answers import SEAL
from nennep.core.measures import Counts
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
from nennep.organizations.rules import list_moved_months
from nennep.organizations.services import (
    MetBeforeUse,
    UnitSettings,
    change_settings,
    foresee_settings,
)
from nennep.reporting.choices import AttentionKind
from nennep.reporting.queries.cell import get_cell_page
from nennep.reporting.queries.commune import get_commune_page
from nennep.reporting.queries.figures import get_figures
from nennep.reporting.queries.listed.meetings import MET
from nennep.reporting.queries.listed.themes import THEMES
from nennep.reporting.queries.rows import get_rows_page
from tests.factories.accounts import grant_role, make_user
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.duties import make_duty
from tests.factories.meetings import make_held_meeting
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.factories.reporting import make_meeting

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()
OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


def reader(unit: Organization) -> Actor:
    return make_actor(Permission.FIGURES_READ, Permission.ORGANIZATIONS_READ, path=unit.path, subtree=True)


def figures(unit: Organization, month: Month) -> Counts:
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
    assert [counts["cells"] for counts in before] == [1] * 11


@pytest.mark.django_db
def test_a_cell_that_came_after_the_days_of_the_month_is_not_called_late(commune: Organization) -> None:
    """TODAY is the 9th, the last day on time was the 7th."""
    import_people(commune)
    counts, page = figures(commune, NOVEMBER), get_commune_page(actor=reader(commune), unit=commune, today=TODAY)
    assert (counts["cells"], counts["members"]) == (0, 1)
    kinds = {row.finding.kind for level in page.levels for row in level.rows}
    assert AttentionKind.NOT_MET not in kinds
    for measure in (MET, THEMES):
        rows = get_rows_page(actor=reader(commune), unit=commune, span=Span(NOVEMBER), measure=measure, today=TODAY)
        assert rows.rows == ()
    assert [square.mark.sign for square in page.groups[0].rows[0].squares] == [""] * 12


@pytest.mark.django_db
def test_what_was_held_all_the_same_counts_and_is_not_late(commune: Organization) -> None:
    cell = make_unit(parent=commune, opened_on=date(2026, 11, 6))
    make_held_meeting(cell)
    counts = figures(commune, NOVEMBER)
    assert (counts["cells"], counts["cells_met"], counts["cells_on_time"]) == (1, 1, 1)


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
    assert [figures(commune, month)["cells"] for month in (OCTOBER, NOVEMBER)] == [0, 1]
    change_settings(actor=SYSTEM, organization=cell, settings=UnitSettings(cell.code, CellType.VILLAGE), now=NOW)
    assert [figures(commune, month)["cells"] for month in (OCTOBER, NOVEMBER)] == [1, 1]


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
    assert (counts["cells"], counts["cells_met"]) == (1, 1)


@pytest.mark.django_db
def test_a_cell_ended_before_its_meeting_leaves_no_gap(commune: Organization) -> None:
    make_held_meeting(make_unit(parent=commune))
    make_unit(parent=commune, closed_on=NOVEMBER.first_day + timedelta(days=1))
    counts = figures(commune, NOVEMBER)
    assert (counts["cells"], counts["cells_met"]) == (1, 1)
    assert Meeting.objects.count() == 1


def settings(unit: Organization, used_from: date | None) -> UnitSettings:
    return UnitSettings(code=unit.code, cell_type=unit.cell_type, used_from=used_from)


def test_another_first_day_is_shown_before_it_moves_finished_months(commune: Organization) -> None:
    """Both ways, with what each month gains or loses; seeing it changes nothing."""
    cell = make_unit("Chi bộ thôn Bản Khiển", parent=commune, cell_type=CellType.VILLAGE, opened_on=date(2020, 1, 1))
    member = make_member("Ma Công Lập", cell=cell)
    make_duty(cell, member, given_on=date(2026, 8, 1), due_on=date(2026, 10, 20))
    change_settings(actor=SYSTEM, organization=cell, settings=settings(cell, date(2026, 11, 1)), now=NOW)
    cell.refresh_from_db()
    before = [figures(commune, month) for month in (Month(2026, 9), OCTOBER)]
    earlier = settings(cell, date(2026, 9, 10))
    shown = foresee_settings(actor=SYSTEM, organization=cell, settings=earlier, now=NOW)
    assert [(one.label, one.count, one.names) for one in shown.effects] == [
        (
            "Tháng đã qua sẽ tính thêm chi bộ này",
            2,
            (
                "09/2026: không họp, 1 đảng viên, 0 nhiệm vụ đến hạn",
                "10/2026: không họp, 1 đảng viên, 1 nhiệm vụ đến hạn",
            ),
        )
    ]
    assert "số liệu 2 tháng đã qua của Đảng bộ xã Lăng Can" in shown.asked
    assert "01/11/2026" in shown.undo
    cell.refresh_from_db()
    assert (cell.used_from, [figures(commune, month) for month in (Month(2026, 9), OCTOBER)]) == (
        date(2026, 11, 1),
        before,
    )
    change_settings(actor=SYSTEM, organization=cell, settings=earlier, now=NOW)
    cell.refresh_from_db()
    assert [figures(commune, month)["tasks_due"] for month in (Month(2026, 9), OCTOBER)] == [0, 1]
    later = foresee_settings(actor=SYSTEM, organization=cell, settings=settings(cell, date(2026, 11, 1)), now=NOW)
    assert [(one.label, one.names) for one in later.effects] == [
        ("Tháng đã qua sẽ thôi tính chi bộ này", shown.effects[0].names)
    ]


@pytest.mark.parametrize(
    ("used_from", "months"),
    [
        (date(2026, 11, 5), ()),
        (date(2026, 10, 31), (OCTOBER,)),
        (date(2026, 12, 1), ()),
        (date(2026, 8, 1), (Month(2026, 8), Month(2026, 9), OCTOBER)),
    ],
)
def test_only_months_that_are_over_are_moved(commune: Organization, used_from: date, months: tuple[Month, ...]) -> None:
    cell = make_unit("Chi bộ thôn Bản Khiển", parent=commune, cell_type=CellType.VILLAGE, opened_on=date(2020, 1, 1))
    Organization.objects.filter(pk=cell.pk).update(used_from=date(2026, 11, 1))
    cell.refresh_from_db()
    assert list_moved_months(cell, used_from, today=TODAY) == months


def test_the_page_asks_before_finished_months_move(commune: Organization, client: Client, fixed_clock: None) -> None:
    cell = make_unit("Chi bộ thôn Bản Khiển", parent=commune, cell_type=CellType.VILLAGE, opened_on=date(2020, 1, 1))
    Organization.objects.filter(pk=cell.pk).update(used_from=date(2026, 11, 1))
    officer = make_user("Vũ Thị Minh Nguyệt")
    grant_role(officer, Role.COMMUNE_OFFICER, commune, subtree=True)
    client.force_login(officer)
    address = reverse("organizations:change_settings", args=[cell.public_id])
    typed = {"code": cell.code, "cell_type": cell.cell_type, "used_from": "01/10/2026"}
    asked = client.post(address, typed)
    cell.refresh_from_db()
    assert (asked.status_code, cell.used_from) == (200, date(2026, 11, 1))
    assert "10/2026: không họp, 0 đảng viên, 0 nhiệm vụ đến hạn" in asked.content.decode()
    assert client.post(address, typed | {SEAL: asked.context["seal"]}).status_code == 302
    cell.refresh_from_db()
    assert cell.used_from == date(2026, 10, 1)
    straight = client.post(address, typed | {"code": "BK-01"})
    assert (straight.status_code, Organization.objects.get(pk=cell.pk).code) == (302, "BK-01")


def test_figures_say_whom_they_leave_out(commune: Organization) -> None:
    make_unit("Chi bộ thôn Nặm Chá", parent=commune, cell_type=CellType.VILLAGE)
    late = make_unit("Chi bộ thôn Bản Khiển", parent=commune, cell_type=CellType.VILLAGE)
    Organization.objects.filter(pk=late.pk).update(used_from=date(2026, 11, 20))

    def left_out(span: Span) -> tuple[tuple[str, date], ...]:
        return get_commune_page(actor=SYSTEM, unit=commune, today=TODAY, span=span).not_used_yet

    named = (("Chi bộ thôn Bản Khiển", date(2026, 11, 20)),)
    assert [left_out(span) for span in (Span(OCTOBER), Span(NOVEMBER), Span.parse("2026"))] == [named, (), named]
    own = get_cell_page(actor=SYSTEM, unit=late, today=TODAY, span=Span(OCTOBER))
    assert (own.figures["members"], own.not_used_yet) == (0, named)


def test_being_on_time_is_counted_of_the_months_owed(commune: Organization) -> None:
    """One held of two, the other called off. Months before the program was used are not counted, nor one not over yet."""
    cell = make_unit("Chi bộ thôn Nặm Chá", parent=commune)
    Organization.objects.filter(pk=cell.pk).update(used_from=date(2026, 10, 1))
    make_meeting(cell, date(2026, 11, 3))
    make_meeting(cell, date(2026, 10, 5))
    Meeting.objects.filter(organization=cell, month=date(2026, 10, 1)).update(
        state="cancelled", cancelled_reason="Mưa lũ", opened_at=None, closed_at=None
    )
    page = get_cell_page(actor=reader(commune), unit=cell, today=TODAY)
    assert (page.on_time, page.months_met, page.months_due) == (1, 1, 2)
