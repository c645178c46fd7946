"""What follows in open rounds is the program's alone; a preview counts whoever would be rated; a count is taken back alone."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from nennep.classification import services
from nennep.classification.models import Campaign, Rating, RatingBallot
from nennep.classification.queries.pages import get_campaign_page, get_rated_unit_page
from nennep.classification.services import Opening
from nennep.classification.services.following import follow_units, take_ratings
from nennep.core.access import Actor, Grant
from nennep.core.permissions import Permission
from nennep.organizations.choices import ChangeKind
from nennep.organizations.models import Organization
from nennep.organizations.rules import UnitClosed
from nennep.organizations.services import UnitChange, foresee_change
from tests.classification.conftest import NOW, RatedVillage
from tests.factories.classification import make_rating
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.program_alone import refuse_person

pytestmark = pytest.mark.django_db
ORGANIZATIONS_READ, ORGANIZATIONS_CHANGE = Permission.ORGANIZATIONS_READ, Permission.ORGANIZATIONS_CHANGE


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


def test_a_merger_says_what_it_leaves_of_a_running_round_and_who_finishes_it(village: RatedVillage) -> None:
    """The list is cut off by then: the ratings stay where they were, and nobody is reminded there any more."""
    heir, now = make_unit("Chi bộ thôn Làng Chùa", parent=village.commune), NOW.replace(year=2027, month=1, day=20)
    change = UnitChange(ChangeKind.MERGE, village.cell, date(2027, 1, 15), "Sáp nhập thôn", {"successor": heir.code})
    label = "Mục xếp loại của đợt đang làm để lại đơn vị này (cấp trên làm nốt)"
    left = [one for one in foresee_change(actor=Actor.system(), change=change, now=now).effects if one.label == label]
    owed = Rating.objects.filter(organization=village.cell).exclude(state="not_rated").count()
    assert [(one.count, one.names, one.unnamed) for one in left] == [(owed, (f"Xếp loại năm 2026 ({owed})",), 0)]
    blind = Actor(None, "Ma Văn Kín", frozenset(Grant(one, "") for one in (ORGANIZATIONS_READ, ORGANIZATIONS_CHANGE)))
    seen = [one for one in foresee_change(actor=blind, change=change, now=now).effects if one.label == label]
    assert [(one.count, one.names) for one in seen] == [(owed, ())]
    Organization.objects.filter(pk=village.cell.pk).update(closed_on=date(2027, 1, 15))
    with pytest.raises(UnitClosed):
        services.remind_unit(actor=village.officer, review=village.review, now=now)
    page = get_campaign_page(actor=village.officer, public_id=village.campaign.public_id, today=now.date())
    owes = [unit.owes for unit in page.units if unit.ended_on]
    assert owes == [f"Đơn vị kết thúc ngày 15/01/2027, còn {owed} mục chưa đề nghị: cấp trên làm nốt"]
    ids = {"campaign_id": village.campaign.public_id, "unit_id": village.cell.public_id}
    unit = get_rated_unit_page(actor=village.officer, **ids, today=now.date())
    assert (unit.finisher, unit.may_write) == (village.commune, True)
    Rating.objects.filter(organization=village.cell).update(state="not_rated", not_rated="gone")
    unit = get_rated_unit_page(actor=village.officer, **ids, today=now.date())
    assert (unit.finisher, unit.may_write) == (None, False)


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
