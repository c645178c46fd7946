"""What needs attention as rows: found with each fold and each day, grouped for units above, in words for the cells of a page."""

from datetime import date, timedelta
from typing import Any

import pytest

from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.services import close_organization
from nennep.reporting.choices import AttentionKind
from nennep.reporting.models import Attention
from nennep.reporting.queries.attention import (
    count_needing,
    get_attention_page,
    group_attention,
    word_attention,
)
from nennep.reporting.rules.triage import Level
from nennep.reporting.services import fold_figures, outdate_months, refresh_attention
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.factories.reporting import make_meeting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
SYSTEM = Actor.system()
DAY = timedelta(days=1)
NOT_MET, FILING = AttentionKind.NOT_MET, AttentionKind.FILING_LATE


@pytest.fixture
def province() -> Organization:
    """Two communes: nobody met in the first one's two cells; the only one of the second, in use since November, did."""
    province = make_unit("Đảng bộ tỉnh", kind=UnitKind.PROVINCE)
    first, second = (make_unit(f"Đảng bộ xã {n}", kind=UnitKind.BASE, parent=province) for n in "AB")
    for number in (1, 2):
        make_unit(f"Chi bộ thôn A{number}", parent=first)
    good = make_unit("Chi bộ thôn B1", parent=second)
    make_meeting(good, date(2026, 11, 3))
    Organization.objects.filter(pk=good.pk).update(used_from=date(2026, 11, 1))
    return province


def reader_of(unit: Organization) -> Actor:
    return make_actor(Permission.FIGURES_READ, path=unit.path)


def rows() -> list[tuple[str, str, int, date]]:
    found = Attention.objects.order_by("organization__name", "kind")
    return list(found.values_list("organization__name", "kind", "level", "since"))


def find(*kinds: str) -> list[tuple[str, str]]:
    return [(name, kind) for name, kind, _level, _since in rows() if kind in kinds]


def test_every_cell_is_looked_at_and_a_second_look_changes_nothing(province: Organization) -> None:
    refresh_attention(actor=SYSTEM, now=NOW)
    assert find(NOT_MET) == [("Chi bộ thôn A1", "not_met"), ("Chi bộ thôn A2", "not_met")]
    before = list(Attention.objects.order_by("pk").values())
    assert refresh_attention(actor=SYSTEM, now=NOW) == len(before)
    assert list(Attention.objects.order_by("pk").values()) == before


def test_only_the_program_looks(province: Organization) -> None:
    with pytest.raises(NotAllowed):
        refresh_attention(actor=reader_of(province), now=NOW)


def test_what_changes_is_found_with_the_fold(province: Organization) -> None:
    fold_figures(actor=SYSTEM, now=NOW)
    refresh_attention(actor=SYSTEM, now=NOW)
    cell = Organization.objects.get(name="Chi bộ thôn A1")
    for month in (10, 11):
        make_meeting(cell, date(2026, month, 5))
    outdate_months(actor=SYSTEM, organization_ids=[cell.pk], months=[Month(2026, 11)])
    assert find(NOT_MET) == [("Chi bộ thôn A1", "not_met"), ("Chi bộ thôn A2", "not_met")]
    fold_figures(actor=SYSTEM, now=NOW)
    assert find(NOT_MET) == [("Chi bộ thôn A2", "not_met")]
    assert ("Chi bộ thôn A1", "filing_late") in find(FILING)


def test_the_age_counts_from_the_day_it_began_and_the_level_follows_the_days(province: Organization) -> None:
    """Papers of a meeting of 3 November are due on the 5th; late for more than seven days they are looked at at once."""
    for after, level in ((7, Level.WEEK), (8, Level.NOW)):
        now = NOW.replace(month=11, day=5) + after * DAY
        refresh_attention(actor=SYSTEM, now=now)
        (row,) = Attention.objects.filter(kind=FILING, organization__name="Chi bộ thôn B1")
        assert (row.level, row.since) == (level, date(2026, 11, 5))


def test_of_a_cell_that_ended_nothing_is_left(province: Organization) -> None:
    refresh_attention(actor=SYSTEM, now=NOW)
    cell = Organization.objects.get(name="Chi bộ thôn A1")
    close_organization(actor=SYSTEM, organization=cell, on=TODAY, reason="Hết đảng viên", now=NOW)
    fold_figures(actor=SYSTEM, now=NOW)
    assert {name for name, _kind, _level, _since in rows()} == {"Chi bộ thôn A2", "Chi bộ thôn B1"}


def test_the_same_fault_of_several_communes_is_one_line(province: Organization) -> None:
    refresh_attention(actor=SYSTEM, now=NOW)
    line = group_attention(actor=reader_of(province), unit=province, today=TODAY)[0]
    assert (line.kind, line.level, line.cells, line.units) == (NOT_MET, Level.NOW, 2, 1)
    assert (line.most, line.days) == ((("Đảng bộ xã A", 2),), (TODAY - line.oldest).days)
    first = Organization.objects.get(name="Đảng bộ xã A")
    assert count_needing(actor=reader_of(province), unit=province)[first.path] == 2


def test_nobody_reads_beyond_their_units(province: Organization) -> None:
    refresh_attention(actor=SYSTEM, now=NOW)
    second = Organization.objects.get(name="Đảng bộ xã B")
    assert NOT_MET not in {line.kind for line in group_attention(actor=reader_of(second), unit=province, today=TODAY)}
    assert group_attention(actor=Actor(None, "", frozenset()), unit=province, today=TODAY) == ()


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"loai": "not_met"}, ["Chi bộ thôn A1", "Chi bộ thôn A2"]),
        ({"loai": "not_met", "muc": "3"}, []),
        ({"loai": "not_met", "muc": "1", "lau": "30"}, ["Chi bộ thôn A1", "Chi bộ thôn A2"]),
        ({"loai": "filing_late", "lau": "30"}, []),
        ({"loai": "filing_late"}, ["Chi bộ thôn B1"]),
    ],
)
def test_a_filter_is_a_filter(province: Organization, asked: dict[str, str], names: list[str]) -> None:
    refresh_attention(actor=SYSTEM, now=NOW)
    page = get_attention_page(actor=reader_of(province), unit=province, asked=asked, today=TODAY)
    assert [row.organization.name for row in page.found] == names


def test_what_the_address_says_wrongly_is_no_filter(province: Organization) -> None:
    refresh_attention(actor=SYSTEM, now=NOW)
    asked = {"loai": "x", "muc": "9", "noi": "../..", "lau": "-1"}
    page = get_attention_page(actor=reader_of(province), unit=province, asked=asked, today=TODAY)
    assert page.found.count() == Attention.objects.count()
    second = Organization.objects.get(name="Đảng bộ xã B")
    page = get_attention_page(
        actor=reader_of(province), unit=province, asked={"noi": str(second.public_id)}, today=TODAY
    )
    assert {row.organization.name for row in page.found} == {"Chi bộ thôn B1"}


@pytest.mark.parametrize("cells", [1, 3])
def test_a_page_costs_the_same_whatever_stands_below(cells: int, django_assert_num_queries: Any) -> None:
    province = make_unit("Đảng bộ tỉnh", kind=UnitKind.PROVINCE)
    for number in range(cells):
        commune = make_unit(f"Đảng bộ xã {number}", kind=UnitKind.BASE, parent=province)
        make_member("Lò Thị Kiều", cell=make_unit(f"Chi bộ thôn {number}", parent=commune))
    refresh_attention(actor=SYSTEM, now=NOW)
    actor = reader_of(province)
    with django_assert_num_queries(2):
        assert group_attention(actor=actor, unit=province, today=TODAY)[0].cells == cells
    found = list(get_attention_page(actor=actor, unit=province, asked={"loai": "not_met"}, today=TODAY).found)
    with django_assert_num_queries(13):
        words = word_attention(found, TODAY)
    assert [row.finding.kind for row in words if row.finding] == [NOT_MET] * cells
