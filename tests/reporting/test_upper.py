"""The screen of a unit above communes: its units as rows, whose figures add up to its own."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from nennep.accounts.choices import Role
from nennep.core.access import Actor
from nennep.core.measures import add_counts, list_measures
from nennep.core.periods import Month, Span
from nennep.core.permissions import Permission
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.services import merge_organization, move_organization
from nennep.reporting.queries.table import make_upper_table
from nennep.reporting.queries.upper import UpperPage, get_upper_page, is_above_communes
from nennep.reporting.rules.charts import draw_spark
from nennep.reporting.rules.shares import BANDS, SHARES, find_band
from nennep.reporting.services import rebuild_figures, refresh_attention
from nennep.room.choices import AttendanceState
from tests.factories.accounts import grant_role, make_user
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.factories.reporting import make_meeting, mark_present

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
SYSTEM = Actor.system()
YEAR, NOVEMBER = Span(Month(2026, 1), 12), Span(Month(2026, 11))


def make_commune(province: Organization, name: str, cells: int = 1) -> Organization:
    """A commune whose cells met in October; half of the two members of each came."""
    commune = make_unit(f"Đảng bộ xã {name}", kind=UnitKind.BASE, parent=province)
    for number in range(cells):
        hold(make_unit(f"Chi bộ thôn {name}{number}", parent=commune))
    return commune


def hold(cell: Organization, day: date = date(2026, 10, 3)) -> None:
    members = [make_member(f"Đảng viên {number}", cell=cell) for number in range(2)]
    mark_present(make_meeting(cell, day), members, [AttendanceState.PRESENT, AttendanceState.EXCUSED])


@pytest.fixture
def province() -> Organization:
    return make_unit("Đảng bộ tỉnh", kind=UnitKind.PROVINCE)


def open_page(unit: Organization, span: Span | None = None, order: str = "") -> UpperPage:
    actor = make_actor(Permission.FIGURES_READ, path=unit.path)
    return get_upper_page(actor=actor, unit=unit, today=TODAY, span=span, order=order)


def require_sums(page: UpperPage) -> None:
    total, adding = add_counts(row.counts for row in page.rows), list_measures()
    assert {name: total[name] for name, one in adding.items() if one.adds_up} == {
        name: page.counts[name] for name, one in adding.items() if one.adds_up
    }


def test_rows_are_the_units_below_then_the_cells_directly_below(province: Organization) -> None:
    make_commune(province, "B"), make_commune(province, "A", cells=2)
    for number in range(2):
        hold(make_unit(f"Chi bộ trực thuộc {number}", parent=province))
    page = open_page(province, YEAR)
    assert [(row.name, row.counts["cells_met"], row.shares["du"]) for row in page.rows] == [
        ("Đảng bộ xã A", 2, 50.0),
        ("Đảng bộ xã B", 1, 50.0),
        ("Chi bộ trực thuộc 0", 1, 50.0),
        ("Chi bộ trực thuộc 1", 1, 50.0),
    ]
    assert (page.children, page.counts["cells_there"]) == (2, 5)
    require_sums(page)


def test_a_unit_that_moved_counts_where_it_stood(province: Organization) -> None:
    nation = make_unit("Trung ương", kind=UnitKind.CENTRAL)
    north, south = (make_unit(f"Đảng bộ tỉnh {n}", kind=UnitKind.PROVINCE, parent=nation) for n in "BN")
    commune = make_commune(north, "A")
    move_organization(actor=SYSTEM, organization=commune, parent=south, on=date(2026, 11, 1), reason="Sắp xếp", now=NOW)
    left, came = open_page(north, YEAR), open_page(south, YEAR)
    assert [(row.name, row.is_there, row.counts["cells_met"]) for row in left.rows] == [("Đảng bộ xã A", False, 1)]
    assert [(row.name, row.is_there, row.counts["cells_met"]) for row in came.rows] == [("Đảng bộ xã A", True, 0)]
    for page in (left, came, open_page(nation, YEAR)):
        require_sums(page)
    assert open_page(north, NOVEMBER).rows == ()


def test_a_merged_unit_keeps_its_row_for_the_months_that_it_had(province: Organization) -> None:
    ended, heir = make_commune(province, "A"), make_commune(province, "B")
    merge_organization(
        actor=SYSTEM, organization=ended, successor=heir, on=date(2026, 11, 1), reason="Sáp nhập", now=NOW
    )
    page = open_page(province, YEAR)
    assert [(row.name, row.is_there, row.counts["cells_met"]) for row in page.rows] == [
        ("Đảng bộ xã A", False, 1),
        ("Đảng bộ xã B", True, 1),
    ]
    require_sums(page)


def test_units_are_sorted_by_a_share_or_by_who_needs_somebody(province: Organization) -> None:
    make_commune(province, "A")
    idle = make_unit("Đảng bộ xã B", kind=UnitKind.BASE, parent=province)
    make_unit("Chi bộ thôn B0", parent=idle)
    make_unit("Đảng bộ xã C", kind=UnitKind.BASE, parent=province)
    refresh_attention(actor=SYSTEM, now=NOW)
    by_met = open_page(province, Span(Month(2026, 10)), "hop")
    assert [(row.name, row.shares["hop"]) for row in by_met.rows] == [
        ("Đảng bộ xã B", 0.0),
        ("Đảng bộ xã A", 100.0),
        ("Đảng bộ xã C", None),
    ]
    by_need = open_page(province, order="can")
    assert [(row.name, row.needing) for row in by_need.rows] == [
        ("Đảng bộ xã A", 1),
        ("Đảng bộ xã B", 1),
        ("Đảng bộ xã C", 0),
    ]


def test_figures_stand_beside_a_year_before_and_the_middle_of_their_sisters() -> None:
    nation = make_unit("Trung ương", kind=UnitKind.CENTRAL)
    provinces = [make_unit(f"Đảng bộ tỉnh {n}", kind=UnitKind.PROVINCE, parent=nation) for n in range(4)]
    for one in provinces[:3]:
        make_commune(one, f"{one.pk}-")
    october, first = Span(Month(2026, 10)), provinces[0]
    cell = Organization.objects.get(kind=UnitKind.CELL, path__startswith=first.path)
    hold(cell, date(2025, 10, 3))
    page = open_page(first, october)
    attendance = next(one for one in page.headlines if one.share.key == "du")
    assert (attendance.value, attendance.part, attendance.whole, attendance.before) == (50.0, 1, 2, 50.0)
    assert (page.sisters, attendance.sisters) == (3, None)  # one of the three has no figure: two would tell each other
    make_commune(provinces[3], "D")
    attendance = next(one for one in open_page(first, october).headlines if one.share.key == "du")
    assert attendance.sisters == 50.0


@pytest.mark.parametrize(
    ("value", "label"),
    [
        (100, "95–100%"),
        (95, "95–100%"),
        (94.9, "90–95%"),
        (90, "90–95%"),
        (80, "80–90%"),
        (79.9, "60–80%"),
        (0, "< 60%"),
    ],
)
def test_bands_are_closed_below(value: float, label: str) -> None:
    assert find_band(value).label == label
    assert [band.least for band in BANDS] == [95, 90, 80, 60, 0]


def test_a_line_breaks_where_a_month_has_no_figure() -> None:
    assert draw_spark([0, 100, None, 50]) == ("2,18 24.7,2", "69,10 71,10")
    assert draw_spark([None, None]) == ()
    assert draw_spark([150]) == ("1,2 3,2",)


def test_the_month_in_progress_has_a_figure_and_no_place_on_the_line(province: Organization) -> None:
    """It has met for little yet: the line would fall to nothing at the beginning of every month."""
    make_commune(province, "A")
    page = open_page(province)
    (row,) = page.rows
    assert (page.months[-1], row.shares["hop"]) == (Month(2026, 10), 0.0)
    assert row.sparks["hop"] == draw_spark([0.0] * 10 + [100.0])


def test_the_spreadsheet_has_parts_and_wholes(province: Organization) -> None:
    make_commune(province, "A")
    table = make_upper_table(open_page(province, Span(Month(2026, 10))))
    (line,) = table.rows
    assert len(table.header) == len(line) == 3 + 3 * len(SHARES) + 1
    assert line[:6] == ("Đảng bộ xã A", 1, 2, 100.0, 1, 1)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("kept", [True, False])
def test_queries_do_not_grow_with_what_stands_below(
    province: Organization, count: int, kept: bool, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        make_commune(province, str(number), cells=count)
    if kept:
        rebuild_figures(actor=SYSTEM, months=[Month(2026, 11).plus(-n) for n in range(24)], now=NOW)
        with django_assert_max_num_queries(20):
            assert len(open_page(province).rows) == count


def test_the_page_is_light_and_opens_what_may_be_opened(province: Organization, client: Client) -> None:
    for number in range(31):
        make_commune(province, f"{number:02d}")
    user = make_user("Ban Tổ chức")
    grant_role(user, Role.PROVINCE_BOARD, province, subtree=True)
    client.force_login(user)
    answer = client.get(f"/bao-cao/don-vi/{province.public_id}/?ky=2026-10")
    assert answer.status_code == 200
    assert len(answer.content) < 150_000
    assert answer.content.decode().count('class="nn-spark"') == 30 * len(SHARES)
    assert client.get(f"/bao-cao/don-vi/{province.public_id}/bang.xlsx?ky=2026-10").status_code == 200


def test_a_commune_keeps_its_own_screen(province: Organization) -> None:
    commune = make_commune(province, "A")
    assert (is_above_communes(province), is_above_communes(commune)) == (True, False)
