"""Who sees which rating, what a row cannot be, what becomes of it when a record is merged."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from nennep.classification.choices import RatingLevel, RatingState, Side
from nennep.classification.models import Campaign, Rating, RatingText, Verdict
from nennep.core.errors import DomainError
from nennep.core.frozen import ContentChanged
from nennep.core.permissions import Permission
from nennep.core.references import Change, Ended, follow
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from tests.factories.accounts import make_user
from tests.factories.classification import make_campaign, make_rating, make_verdict, settle
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.members import make_member
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Bắc Sơn", kind=UnitKind.BASE)


@pytest.fixture
def cell(commune: Organization) -> Organization:
    return make_unit(parent=commune)


def test_a_rating_is_seen_by_readers_of_its_unit_and_by_the_person_rated(
    commune: Organization, cell: Organization
) -> None:
    user, campaign = make_user(), make_campaign(commune)
    mine = make_rating(campaign, cell, make_member(cell=cell, user=user))
    other = make_rating(campaign, cell, make_member("Lò Thị Mẩy", cell=cell))
    reader = make_actor(Permission.RATINGS_READ, path=cell.path)
    outsider = make_actor(Permission.RATINGS_READ, path=make_unit(parent=commune).path)
    subject = make_actor(Permission.MEETINGS_READ, path=cell.path, user_id=user.pk)
    seen = [list(Rating.objects.visible_to(one)) for one in (reader, subject, outsider)]
    assert seen == [[mine, other], [mine], []]
    assert [list(Campaign.objects.visible_to(one)) for one in (reader, subject, outsider)] == [
        [campaign],
        [campaign],
        [],
    ]


def test_a_member_stands_once_in_a_round_and_a_replaced_rating_beside_its_heir(
    commune: Organization, cell: Organization
) -> None:
    campaign, member = make_campaign(commune), make_member(cell=cell)
    first = make_rating(campaign, cell, member)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_rating(campaign, cell, member)
    first.state = RatingState.REPLACED
    first.save()
    again = make_rating(campaign, cell, member, replaces=first, rerating_number="12-QĐ/ĐU", rerating_on=TODAY)
    assert list(Rating.objects.current()) == [again]


@pytest.mark.parametrize(
    "fields",
    [
        {"state": RatingState.NOT_RATED},
        {"not_rated": "new"},
        {"rerating_number": "", "replaces": True},
    ],
)
def test_what_a_rating_cannot_be(commune: Organization, cell: Organization, fields: dict[str, Any]) -> None:
    campaign = make_campaign(commune)
    if "replaces" in fields:
        fields["replaces"] = make_rating(campaign, commune)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_rating(campaign, cell, make_member(cell=cell), **fields)


@pytest.mark.parametrize("points", [{"common": 31}, {"results": 71}, {"common": -1}])
def test_the_database_refuses_points_over_the_maximum(
    commune: Organization, cell: Organization, points: dict[str, int]
) -> None:
    rating = make_rating(make_campaign(commune), cell)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_verdict(rating, Side.SELF, RatingLevel.GOOD, **points)


def test_levels_of_every_side_are_read_along(commune: Organization, cell: Organization) -> None:
    rating = make_rating(make_campaign(commune), cell)
    make_verdict(rating, Side.SELF, RatingLevel.EXCELLENT)
    make_verdict(rating, Side.PROPOSED, RatingLevel.GOOD)
    found = Rating.objects.with_levels().get()
    assert (found.self_level, found.proposed_level, found.decided_level) == ("excellent", "good", None)


def test_words_about_a_person_are_not_in_the_database_in_the_clear(commune: Organization, cell: Organization) -> None:
    rating = make_rating(make_campaign(commune), cell, make_member(cell=cell))
    RatingText.objects.create(rating=rating, section="faults", text="Nóng tính")
    make_verdict(rating, Side.PROPOSED, reason="Có đơn thư đang xác minh")
    stored = [
        *RatingText.objects.extra(select={"raw": "text"}).values_list("raw", flat=True),
        *Verdict.objects.extra(select={"raw": "reason"}).values_list("raw", flat=True),
    ]
    assert not any("Nóng" in one or "đơn" in one for one in stored)
    assert RatingText.objects.get().text == "Nóng tính"


def test_a_round_whose_kept_rules_were_changed_past_the_program_is_refused(commune: Organization) -> None:
    campaign = make_campaign(commune)
    assert campaign.rules.exceed_pct == 30
    campaign.content["exceed_pct"] = 5
    with pytest.raises(ContentChanged):
        _ = campaign.rules


def test_ratings_follow_a_record_that_is_merged_but_not_where_the_other_has_one(
    commune: Organization, cell: Organization
) -> None:
    last, this = make_campaign(commune, year=2025), make_campaign(commune)
    kept, dropped = make_member(cell=cell), make_member("Giàng A Páo", cell=None)
    old = settle(make_rating(last, cell, dropped), RatingLevel.GOOD)
    double, mine = make_rating(this, cell, dropped), make_rating(this, cell, kept)
    follow("members.Member", Ended(Change.MERGED, dropped.pk, kept.pk, TODAY, NOW))
    owners = {rating.pk: rating.member for rating in Rating.objects.all()}
    assert owners == {old.pk: kept, double.pk: dropped, mine.pk: kept}


def test_a_secret_stamp_is_refused_in_an_encrypted_text(commune: Organization) -> None:
    rating = make_rating(make_campaign(commune), commune)
    with pytest.raises(DomainError):
        RatingText.objects.create(rating=rating, section="faults", text="TỐI MẬT")
