"""A unit is told what it still owes, once a day."""

from datetime import timedelta

import pytest

from nennep.accounts.choices import Role
from nennep.classification.models import Rating
from nennep.classification.services import NothingOwedToRemindOf, RemindedToday, remind_unit
from nennep.core.errors import NotAllowed
from nennep.notifications.models import Notification
from tests.classification.conftest import NOW, RatedVillage
from tests.factories.accounts import grant_role, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(village: RatedVillage) -> int:
    user = make_user("Giàng A Páo")
    grant_role(user, Role.SECRETARY, village.cell)
    return user.pk


def test_the_cell_is_reminded_once_a_day(village: RatedVillage, secretary: int) -> None:
    assert remind_unit(actor=village.officer, review=village.review, now=NOW) == 1
    told = Notification.objects.get()
    assert (told.user_id, told.title) == (secretary, "Xếp loại năm 2026: còn 5 mục chưa đề nghị")
    with pytest.raises(RemindedToday):
        remind_unit(actor=village.officer, review=village.review, now=NOW)
    remind_unit(actor=village.officer, review=village.review, now=NOW + timedelta(days=1))


def test_nobody_is_reminded_of_nothing_and_no_cell_reminds(village: RatedVillage, secretary: int) -> None:
    with pytest.raises(NotAllowed):
        remind_unit(actor=village.secretary, review=village.review, now=NOW)
    Rating.objects.filter(not_rated="").update(state="decided")
    with pytest.raises(NothingOwedToRemindOf):
        remind_unit(actor=village.officer, review=village.review, now=NOW)
    assert not Notification.objects.exists()
