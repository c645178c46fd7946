"""What follows in open rounds is the program's alone; a preview counts whoever would be rated; a count is taken back alone."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from nennep.classification import services
from nennep.classification.models import Campaign, Rating, RatingBallot
from nennep.classification.services import Opening
from nennep.classification.services.following import follow_units, take_ratings
from tests.classification.conftest import NOW, RatedVillage
from tests.factories.classification import make_rating
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.program_alone import refuse_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("service", [follow_units, take_ratings])
def test_nobody_starts_what_follows(service: Callable[..., Any]) -> None:
    refuse_person(service)


def test_who_would_not_be_rated_is_named_and_not_counted(village: RatedVillage) -> None:
    def act() -> Campaign:
        opening = Opening(2027, date(2027, 12, 31))
        return services.open_campaign(actor=village.officer, organization=village.commune, opening=opening, now=NOW)

    found = services.foresee_opening(actor=village.officer, organization=village.commune, act=act)
    assert [(one.label, one.count) for one in found.effects if one.label == "Đảng viên"] == [("Đảng viên", 3)]
    assert Campaign.objects.count() == 1


def test_a_count_that_is_taken_back_takes_no_other_with_it(village: RatedVillage) -> None:
    other = make_unit("Chi bộ thôn Làng Chùa", parent=village.commune)
    rows = [
        make_rating(village.campaign, other, make_member("Tráng A Lử", cell=other)),
        village.rating(village.plain),
    ]
    for one in rows:
        RatingBallot.objects.create(rating=one, good=1, voters=1, base=1)
    Rating.objects.filter(member=village.plain).update(state="voted")
    services.take_back(actor=village.secretary, rating=village.rating(village.plain), reason="Nhầm", now=NOW)
    assert [one.rating_id for one in RatingBallot.objects.all()] == [rows[0].pk]
