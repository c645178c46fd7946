from datetime import date
from typing import Any

import pytest

from nennep.core.access import Actor
from nennep.organizations.choices import UnitKind
from nennep.policies.choices import Confidence, PolicyKey
from nennep.policies.queries import read_rules_page, rules_for, rules_for_many
from nennep.policies.services import load_central_packs
from tests.factories.core import NOW, TODAY
from tests.factories.organizations import make_unit
from tests.factories.policies import make_pack

pytestmark = pytest.mark.django_db

DAY = PolicyKey.FIXED_DAY.value


def test_today_the_central_packs_apply_with_their_sources(django_assert_num_queries: Any) -> None:
    load_central_packs(actor=Actor.system(), now=NOW)
    cell = make_unit()
    with django_assert_num_queries(1):
        book = rules_for(organization=cell, on=TODAY)
    assert (book.fixed_day, book.window_last_day, book.minutes_regular, book.minutes_combined) == (3, 7, 90, 120)
    assert (book.thematic_per_quarter, book.papers_days_before, book.filing_days_after) == (1, 1, 2)
    assert (book.attendance_target, book.excused_streak_max, book.removal_months) == (90, 3, 3)
    assert (book.group_meetings_per_year, book.group_meeting_members, book.official_members_min) == (3, 50, 3)
    assert (book.committee_days_before, book.score_report_working_days) == (None, None)
    assert (book.score_levels.good, book.score_levels.fair, book.score_levels.average) == (90, 70, 50)
    assert [(group.code, group.maximum) for group in book.score_sheet.groups] == [
        ("c1", 5),
        ("c2", 5),
        ("c3", 10),
        ("c4", 40),
        ("c5", 5),
        ("c6", 30),
        ("c7", 5),
    ]
    assert book.vote_ordinary.passes(in_favour=13, base=25)
    assert not book.vote_ordinary.passes(in_favour=13, base=26)
    assert book.paper_template == "HD05-2026"
    source = book.source("attendance.target_pct")
    assert source is not None
    assert (source.document_number, source.confidence) == ("42-HD/BTCTW", Confidence.SECONDARY)
    assert source.pack_id is not None
    assert book.source("chiuy.days_before_min") is None


def test_a_closed_period_is_judged_by_the_packs_of_its_date() -> None:
    load_central_packs(actor=Actor.system(), now=NOW)
    cell = make_unit()
    books = [rules_for(organization=cell, on=day) for day in (date(2025, 10, 27), date(2025, 10, 28))]
    assert [book.attendance_target for book in books] == [85, 90]
    early = rules_for(organization=cell, on=date(2026, 5, 26))
    assert early.paper_template == "HD36-2018"


def test_before_the_first_document_the_value_has_no_source() -> None:
    load_central_packs(actor=Actor.system(), now=NOW)
    source = rules_for(organization=make_unit(), on=date(2025, 1, 1)).source(DAY)
    assert source is not None
    assert source.confidence == Confidence.UNVERIFIED


def test_an_installation_without_packs_has_the_delivered_rules() -> None:
    book = rules_for(organization=make_unit(), on=TODAY)
    source = book.source(DAY)
    assert book.fixed_day == 3
    assert source is not None
    assert (source.document_number, source.pack_id) == ("50-CT/TW", None)


def test_the_nearest_unit_wins_then_the_newest_pack(django_assert_num_queries: Any) -> None:
    load_central_packs(actor=Actor.system(), now=NOW)
    province = make_unit(kind=UnitKind.PROVINCE)
    commune, sister = make_unit(parent=province, kind=UnitKind.BASE), make_unit(parent=province, kind=UnitKind.BASE)
    cell, other = make_unit(parent=commune), make_unit(parent=sister)
    make_pack({DAY: 5}, organization=province, valid_from=date(2026, 6, 1), code="tinh")
    make_pack({DAY: 4}, organization=province, valid_from=date(2026, 2, 1), code="tinh-cu")
    make_pack({DAY: 2}, organization=commune, valid_from=date(2026, 1, 1), valid_to=date(2026, 11, 9), code="xa")
    with django_assert_num_queries(2):
        books = rules_for_many(organizations=[cell, other, province], on=date(2026, 11, 8))
    assert [books[unit.pk].fixed_day for unit in (cell, other, province)] == [2, 5, 5]
    assert rules_for(organization=cell, on=date(2026, 11, 9)).fixed_day == 5
    assert rules_for(organization=cell, on=date(2026, 1, 31)).fixed_day == 2
    assert rules_for(organization=other, on=date(2026, 1, 31)).fixed_day == 3


def test_a_path_that_only_begins_alike_is_no_ancestor() -> None:
    units = [make_unit(kind=UnitKind.BASE) for _ in range(3)]
    make_pack({DAY: 9}, organization=units[0])
    assert rules_for(organization=make_unit(parent=units[1]), on=TODAY).fixed_day == 3


def test_the_page_of_rules_costs_two_queries(django_assert_num_queries: Any) -> None:
    load_central_packs(actor=Actor.system(), now=NOW)
    cell = make_unit()
    with django_assert_num_queries(2):
        page = read_rules_page(actor=Actor.system(), organization=cell, on=TODAY, today=TODAY)
    assert [row.key for row in page.rows] == PolicyKey.values
    assert page.may_write


@pytest.mark.parametrize("packs", [1, 3])
def test_packs_of_the_unit_cost_three_queries_more_however_many(packs: int, django_assert_num_queries: Any) -> None:
    load_central_packs(actor=Actor.system(), now=NOW)
    commune = make_unit("Đảng bộ xã", kind=UnitKind.BASE)
    make_unit(parent=commune)
    for number in range(packs):
        make_pack({DAY: 5}, organization=commune, valid_from=date(2026, 1, 1 + number), code=f"xa-{number}")
    with django_assert_num_queries(5):
        page = read_rules_page(actor=Actor.system(), organization=commune, on=TODAY, today=TODAY)
    assert [pack.may_withdraw for pack in page.packs] == [False] * packs
