"""The matrix and the figures count the same cells in each month: a square is blank just when no figure asks about it."""

from datetime import date

import pytest

from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingState
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.reporting.queries.commune import CommunePage, get_commune_page
from nennep.reporting.queries.figures import get_figures
from nennep.reporting.rules.matrix import Letter
from tests.factories.core import TODAY, make_actor
from tests.factories.meetings import at, make_meeting
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db

MISSING = {Letter.NOT_MET, Letter.NOT_DUE}


def hold(cell: Organization, first: Month, last: Month) -> None:
    for month in first.through(last):
        day = at(month.first_day.replace(day=3))
        make_meeting(cell, planned_for=day, state=MeetingState.HELD, opened_at=day, closed_at=day)


@pytest.fixture
def province() -> Organization:
    """Two communes; TODAY is 9 November 2026, the last day on time was the 7th."""
    province = make_unit("Đảng bộ tỉnh", kind=UnitKind.PROVINCE)
    commune = make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE, parent=province)
    make_unit("Chi bộ chưa ghi buổi nào", parent=commune)
    hold(make_unit("Chi bộ ghi từ tháng 9", parent=commune), Month(2026, 9), Month(2026, 10))
    hold(
        make_unit("Chi bộ lập giữa tháng 7", parent=commune, opened_on=date(2026, 7, 4)),
        Month(2026, 9),
        Month(2026, 11),
    )
    make_unit("Chi bộ lập đúng ngày họp", parent=commune, opened_on=date(2026, 6, 3))
    used = make_unit("Chi bộ dùng từ giữa tháng 5", parent=commune)
    Organization.objects.filter(pk=used.pk).update(used_from=date(2026, 5, 15))
    hold(used, Month(2026, 8), Month(2026, 8))
    other = make_unit("Đảng bộ xã Thượng Lâm", kind=UnitKind.BASE, parent=province)
    ended = make_unit("Chi bộ kết thúc giữa hạn", parent=other, closed_on=date(2026, 8, 5))
    hold(ended, Month(2026, 3), Month(2026, 8))
    make_unit("Chi bộ kết thúc sau hạn", parent=other, closed_on=date(2026, 9, 8))
    return province


def show(unit: Organization) -> CommunePage:
    rights = (Permission.FIGURES_READ, Permission.ORGANIZATIONS_READ)
    return get_commune_page(actor=make_actor(*rights, path=unit.path, subtree=True), unit=unit, today=TODAY)


def test_as_many_squares_are_missing_and_filled_as_the_figures_count(province: Organization) -> None:
    for unit in Organization.objects.exclude(kind=UnitKind.CELL):
        page = show(unit)
        rows = [row for group in page.groups for row in group.rows]
        for index, month in enumerate(page.months):
            counts = get_figures(organization=unit, month=month, today=TODAY)
            letters = [row.squares[index].mark.letter for row in rows]
            missing = sum(letter in MISSING for letter in letters)
            assert (month, missing) == (month, counts["cells"] - counts["cells_met"])
            assert (month, sum(letter != Letter.NONE for letter in letters)) == (month, counts["cells"])


@pytest.mark.parametrize(
    ("name", "signs"),
    [
        pytest.param("Chưa ghi buổi nào", "XXXXXXXXXXXX", id="no meeting row"),
        pytest.param("Ghi từ tháng 9", "XXXXXXXXXCCX", id="entered later"),
        pytest.param("Lập giữa tháng 7", "        XCCC", id="founded in the middle"),
        pytest.param("Lập đúng ngày họp", "      XXXXXX", id="founded on the day"),
        pytest.param("Dùng từ giữa tháng 5", "      XXCXXX", id="used from the middle"),
        pytest.param("Kết thúc giữa hạn", "XXXCCCCCC   ", id="ended before the last day"),
        pytest.param("Kết thúc sau hạn", "XXXXXXXXXX  ", id="ended after the last day"),
    ],
)
def test_a_cell_is_asked_about_from_the_day_that_figures_ask(province: Organization, name: str, signs: str) -> None:
    """From December 2025 to November 2026; C is held and not scored."""
    rows = [row for group in show(province).groups for row in group.rows]
    (row,) = [row for row in rows if row.name == name]
    assert [square.mark.letter for square in row.squares] == [sign.strip() for sign in signs]
