"""Figures of a year come out of rows: the article on Bắc Sơn, 33 of 55 base organisations at the top, 85 % of members good or better."""

from fractions import Fraction

import pytest

from nennep.classification.choices import NotRatedReason, RatingLevel, RatingState, SubjectKind
from nennep.classification.models import Rating
from nennep.classification.queries.figures import count_levels, list_rated
from nennep.core.permissions import Permission
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from tests.factories.classification import make_campaign, make_rating, settle
from tests.factories.core import make_actor
from tests.factories.members import make_member
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db

YEAR = 2017


@pytest.fixture
def district() -> Organization:
    """Fifty-five base organisations; twenty members in one cell, and three who are not rated."""
    district = make_unit("Đảng bộ huyện Bắc Sơn", kind=UnitKind.UPPER_DIRECT)
    campaign = make_campaign(district, year=YEAR)
    for number in range(55):
        base = make_unit(f"Đảng bộ cơ sở {number}", kind=UnitKind.BASE, parent=district)
        rating = make_rating(campaign, base, kind=SubjectKind.BASE)
        settle(rating, RatingLevel.EXCELLENT if number < 33 else RatingLevel.SATISFACTORY)
    cell = make_unit("Chi bộ", parent=base)
    levels = [RatingLevel.EXCELLENT] * 3 + [RatingLevel.GOOD] * 14 + [RatingLevel.SATISFACTORY] * 3
    for number, level in enumerate(levels):
        settle(make_rating(campaign, cell, make_member(f"Người {number}", cell=cell)), level)
    for reason in NotRatedReason.of_text():
        member = make_member("Người khác", cell=cell)
        make_rating(campaign, cell, member, state=RatingState.NOT_RATED, not_rated=reason)
    return district


def test_bac_son_comes_out_of_its_rows(district: Organization) -> None:
    reader = make_actor(Permission.RATINGS_READ, path=district.path)
    bases = count_levels(actor=reader, organization=district, year=YEAR, kind=SubjectKind.BASE)
    members = count_levels(actor=reader, organization=district, year=YEAR, kind=SubjectKind.MEMBER)
    assert (bases.levels[RatingLevel.EXCELLENT], bases.rated) == (33, 55)
    assert members.good_or_better == Fraction(85, 100)
    assert (members.total, members.rated, members.undecided) == (23, 20, 0)
    assert members.not_rated == dict.fromkeys(NotRatedReason.of_text(), 1)


def test_figures_count_what_is_decided_of_what_may_be_seen(district: Organization) -> None:
    reader = make_actor(Permission.RATINGS_READ, path=district.path)
    elsewhere = make_actor(Permission.RATINGS_READ, path=make_unit(kind=UnitKind.BASE).path)
    Rating.objects.filter(kind=SubjectKind.BASE).update(state=RatingState.PROPOSED)
    found = count_levels(actor=reader, organization=district, year=YEAR, kind=SubjectKind.BASE)
    assert (found.rated, found.undecided, found.good_or_better) == (0, 55, None)
    assert list_rated(actor=reader, organization=district, year=YEAR, kind=SubjectKind.BASE).count() == found.total
    assert count_levels(actor=elsewhere, organization=district, year=YEAR, kind=SubjectKind.BASE).total == 0
