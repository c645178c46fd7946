"""A round on one page: counts made of its rows, who owes what, who is commended for how many years running."""

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.classification.choices import NotRatedReason, RatingLevel, RatingState, SubjectKind
from nennep.classification.models import Campaign, Rating, RatingComplaint, UnitReview
from nennep.classification.queries.roll_up import OWING_SHOWN, get_roll_up
from nennep.classification.rules import count_years_running
from nennep.core.errors import NotFound
from nennep.core.frozen import hash_content
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.cells import join_cell
from tests.factories.classification import make_campaign, make_rating, settle
from tests.factories.core import NOW
from tests.factories.organizations import make_unit
from tests.factories.people import client_of
from tests.factories.policies import make_pack
from tests.markup import squeeze


@pytest.mark.parametrize(
    ("years", "running"),
    [
        ((), 0),
        ((2025,), 0),
        ((2026,), 1),
        ((2026, 2024), 1),
        ((2026, 2025, 2024, 2023), 4),
        ((2026, 2025, 2024, 2023, 2022), 5),
        ((2027, 2026), 1),
    ],
)
def test_years_run_backwards_without_a_gap(years: Collection[int], running: int) -> None:
    assert count_years_running(years, until=2026) == running


@given(st.sets(st.integers(2018, 2030)))
def test_as_many_years_run_as_a_walk_finds(years: set[int]) -> None:
    expected = next(number for number in range(20) if 2026 - number not in years)
    assert count_years_running(years, until=2026) == expected


@dataclass
class Commune:
    """A commune of two cells whose officer runs the rounds."""

    unit: Organization
    first: Organization
    second: Organization
    officer: User

    def round(self, year: int = 2026, quarter: int | None = None) -> Campaign:
        return make_campaign(self.unit, year=year, quarter=quarter)


@pytest.fixture
def commune(fixed_clock: object, db: None) -> Commune:
    unit = make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)
    first, second = (make_unit(name, parent=unit) for name in ("Chi bộ thôn Nặm Chá", "Chi bộ thôn Làng Chùa"))
    officer = make_user("Hà Thị Thu")
    grant_role(officer, Role.COMMUNE_OFFICER, unit, subtree=True)
    return Commune(unit, first, second, officer)


def open_page(commune: Commune, campaign: Campaign) -> Any:
    return get_roll_up(actor=actor_of(commune.officer), public_id=campaign.public_id)


def test_each_kind_has_a_line_made_of_its_ratings(commune: Commune) -> None:
    campaign = commune.round()
    people = [join_cell(commune.first, f"Đảng viên {number}") for number in range(6)]
    levels = (RatingLevel.EXCELLENT, RatingLevel.GOOD, RatingLevel.SATISFACTORY)
    for member, level in zip(people, levels, strict=False):
        settle(make_rating(campaign, commune.first, member), level)
    make_rating(campaign, commune.first, people[3], state=RatingState.PROPOSED)
    make_rating(campaign, commune.first, people[4], state=RatingState.NOT_RATED, not_rated=NotRatedReason.NEW)
    make_rating(campaign, commune.first, people[5], state=RatingState.NOT_RATED, not_rated=NotRatedReason.GONE)
    settle(make_rating(campaign, commune.second), RatingLevel.UNSATISFACTORY)
    member, cell = open_page(commune, campaign).lines
    assert (member.count.total, member.levels, member.count.undecided, member.not_rated) == (5, (1, 1, 1, 0), 1, 1)
    assert (member.count.rated, member.count.good_or_better) == (3, Fraction(2, 3))
    assert (cell.kind, cell.levels, cell.good_or_better_percent) == (SubjectKind.CELL.label, (0, 0, 0, 1), 0)


def test_the_page_says_a_share_that_is_no_whole_percent(commune: Commune) -> None:
    """Two of three are 66,67%."""
    campaign = commune.round()
    people = [join_cell(commune.first, f"Đảng viên {number}") for number in range(3)]
    levels = (RatingLevel.EXCELLENT, RatingLevel.GOOD, RatingLevel.SATISFACTORY)
    for member, level in zip(people, levels, strict=True):
        settle(make_rating(campaign, commune.first, member), level)
    officer = make_user("Vũ Thị Minh Nguyệt")
    grant_role(officer, Role.COMMUNE_OFFICER, commune.unit, subtree=True)
    page = client_of(officer).get(reverse("classification:show_roll_up", args=[campaign.public_id]))
    assert (page.status_code, "66,67%" in page.content.decode()) == (200, True)


def test_who_still_owes_something_is_named(commune: Commune) -> None:
    campaign = commune.round()
    for unit, state in ((commune.first, RatingState.DRAFTING), (commune.second, RatingState.DECIDED)):
        UnitReview.objects.create(campaign=campaign, organization=unit)
        make_rating(campaign, unit, state=state)
    page = open_page(commune, campaign)
    assert ([unit.name for unit in page.owing], page.owing_count) == ([commune.first.name], 1)
    for number in range(OWING_SHOWN):
        unit = make_unit(f"Chi bộ {number}", parent=commune.unit)
        UnitReview.objects.create(campaign=campaign, organization=unit)
        make_rating(campaign, unit, state=RatingState.PROPOSED)
    page = open_page(commune, campaign)
    assert (len(page.owing), page.owing_count) == (OWING_SHOWN, OWING_SHOWN + 1)


def rate(commune: Commune, rating: Rating, years: Collection[int], level: RatingLevel = RatingLevel.EXCELLENT) -> None:
    """The same subject in earlier years."""
    for year in years:
        known = Campaign.objects.filter(organization=commune.unit, year=year).first() or commune.round(year)
        settle(make_rating(known, rating.organization, rating.member, kind=rating.kind), level)


def test_five_years_running_with_the_highest_level_are_said(commune: Commune) -> None:
    campaign = commune.round()
    names = ("Lò Thị An", "Lò Văn Bình", "Lò Văn Chi")
    best = [
        settle(make_rating(campaign, commune.first, join_cell(commune.first, name)), RatingLevel.EXCELLENT)
        for name in names
    ]
    rate(commune, best[0], range(2022, 2026))
    rate(commune, best[1], (2022, 2024, 2025))
    rate(commune, best[2], (2025,), RatingLevel.GOOD)
    settle(make_rating(campaign, commune.second), RatingLevel.EXCELLENT)
    page = open_page(commune, campaign)
    assert [(one.subject, one.years, one.is_long) for one in page.commendations] == [
        ("Lò Thị An", 5, True),
        ("Lò Văn Bình", 3, False),
        ("Lò Văn Chi", 1, False),
        (commune.second.name, 1, False),
    ]
    assert page.long_count == 1


def test_how_many_years_it_takes_is_said_by_the_rules_the_round_was_opened_under(commune: Commune) -> None:
    """Three in this place from now on: rounds opened before keep their five."""
    before = commune.round(2025)
    make_pack({"rating.commended_years": 3}, organization=commune.unit)
    campaign = commune.round()
    best = settle(make_rating(campaign, commune.first, join_cell(commune.first, "Lò Thị An")), RatingLevel.EXCELLENT)
    rate(commune, best, (2023, 2024, 2025))
    pages = [open_page(commune, one) for one in (before, campaign)]
    assert [(page.commended_years, [(one.years, one.is_long) for one in page.commendations]) for page in pages] == [
        (5, [(3, False)]),
        (3, [(3, True)]),
    ]


def test_only_what_was_decided_and_still_holds_is_commended(commune: Commune) -> None:
    campaign = commune.round()
    people = [join_cell(commune.first, name) for name in ("Lò Thị An", "Lò Văn Bình", "Lò Văn Chi")]
    replaced = settle(make_rating(campaign, commune.first, people[0]), RatingLevel.EXCELLENT, RatingState.REPLACED)
    anew = {"replaces": replaced, "rerating_number": "12-QĐ/ĐU", "rerating_on": NOW.date()}
    settle(make_rating(campaign, commune.first, people[0], **anew), RatingLevel.GOOD)
    settle(make_rating(campaign, commune.first, people[1]), RatingLevel.EXCELLENT, RatingState.PROPOSED)
    held = settle(make_rating(campaign, commune.first, people[2]), RatingLevel.EXCELLENT)
    complaint = RatingComplaint.objects.create(
        rating=held, received_on=NOW.date(), text="Chưa đúng", by_name="Lò Văn D"
    )
    (one,) = open_page(commune, campaign).commendations
    assert (one.subject, one.is_held_back) == ("Lò Văn Chi", True)
    complaint.settled_on, complaint.upheld = NOW.date(), False
    complaint.save()
    assert open_page(commune, campaign).commendations[0].is_held_back is False


def test_years_of_a_member_count_wherever_they_sat(commune: Commune) -> None:
    member = join_cell(commune.second, "Lò Thị An")
    elsewhere = make_unit("Đảng bộ xã khác", kind=UnitKind.BASE)
    settle(make_rating(make_campaign(elsewhere, year=2025), elsewhere, member), RatingLevel.EXCELLENT)
    quarter = make_campaign(elsewhere, year=2024, quarter=1)
    settle(make_rating(quarter, elsewhere, member), RatingLevel.EXCELLENT)
    campaign = commune.round()
    settle(make_rating(campaign, commune.first, member), RatingLevel.EXCELLENT)
    assert [one.years for one in open_page(commune, campaign).commendations] == [2]


def test_nothing_is_commended_for_a_quarter(commune: Commune) -> None:
    campaign = commune.round(quarter=1)
    settle(make_rating(campaign, commune.first), RatingLevel.EXCELLENT)
    assert open_page(commune, campaign).commendations == ()
    page = client_of(commune.officer).get(reverse("classification:show_roll_up", args=[campaign.public_id]))
    assert "Đề nghị xét khen thưởng" not in page.content.decode()


def test_who_reads_one_cell_does_not_read_the_round(commune: Commune) -> None:
    campaign = commune.round()
    secretary = make_user()
    grant_role(secretary, Role.SECRETARY, commune.first)
    make_rating(campaign, commune.first)
    with pytest.raises(NotFound):
        get_roll_up(actor=actor_of(secretary), public_id=campaign.public_id)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries(commune: Commune, django_assert_num_queries: Any, rows: int) -> None:
    campaign = commune.round()
    for number in range(rows):
        member = join_cell(commune.first, f"Đảng viên {number}")
        rate(commune, settle(make_rating(campaign, commune.first, member), RatingLevel.EXCELLENT), (2025,))
    client, address = client_of(commune.officer), reverse("classification:show_roll_up", args=[campaign.public_id])
    client.get(address)
    with django_assert_num_queries(9):
        page = squeeze(client.get(address).content.decode())
    assert page.count("2 năm liền") == rows


def test_a_round_opened_before_a_pack_said_so_counts_five_years(commune: Commune) -> None:
    campaign = commune.round()
    content = {key: value for key, value in campaign.content.items() if key != "commended_years"}
    Campaign.objects.filter(pk=campaign.pk).update(content=content, sha256=hash_content(content))
    assert open_page(commune, campaign).commended_years == 5
