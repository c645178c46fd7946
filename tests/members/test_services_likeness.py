"""Somebody of the same name and birth elsewhere: the form says nothing, whoever sees both is asked."""

from datetime import date

import pytest
from django.test import Client

from nennep.accounts.choices import Role
from nennep.members import services
from nennep.members.models import Member
from nennep.members.rules import MemberDetails
from nennep.members.services.records import SimilarExists
from nennep.notifications.models import Notification
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.members import make_member
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db
BORN = date(1961, 2, 3)


@pytest.fixture
def province() -> Organization:
    return make_unit("Đảng bộ tỉnh", kind=UnitKind.PROVINCE)


def make_commune(province: Organization, name: str) -> Organization:
    return make_unit(name, kind=UnitKind.BASE, parent=province)


def make_known(cell: Organization) -> Member:
    known = make_member("Giàng A Páo", cell=cell)
    Member.objects.filter(pk=known.pk).update(born_on=BORN)
    return known


def create(cell: Organization, *, despite_similar: bool = False) -> Member:
    user = make_user("Vàng A Tủa")
    grant_role(user, Role.SECRETARY, cell)
    return services.create_member(
        actor=actor_of(user),
        organization=cell,
        details=MemberDetails("Giàng A Páo", born_on=BORN),
        joined_on=TODAY,
        despite_similar=despite_similar,
        now=NOW,
    )


@pytest.mark.parametrize("despite", [False, True], ids=["at-once", "with-the-tick"])
@pytest.mark.usefixtures("fixed_clock")
def test_of_somebody_elsewhere_the_form_says_nothing_and_the_commune_is_asked(
    province: Organization, *, despite: bool
) -> None:
    """Who reads the province alone is asked only when no commune sees both."""
    commune = make_commune(province, "Đảng bộ xã Một")
    mine, other = (make_unit(f"Chi bộ thôn {number}", parent=commune) for number in (1, 2))
    officer, board = make_user("Cán bộ xã"), make_user("Ban tỉnh")
    grant_role(officer, Role.COMMUNE_OFFICER, commune, subtree=True)
    grant_role(board, Role.PROVINCE_BOARD, province, subtree=True)
    known = make_known(other)
    new = create(mine, despite_similar=despite)
    (notice,) = Notification.objects.filter(kind="members.similar")
    assert (notice.user, notice.title) == (officer, "Có thể một đảng viên có hai hồ sơ")
    assert [name in notice.body for name in (mine.name, other.name, "Páo")] == [True, True, False]
    client = Client()
    client.force_login(officer)
    page = client.get(notice.url).content.decode()
    assert (str(new.public_id) in notice.url, str(known.public_id) in page) == (True, True)


def test_across_communes_the_province_is_asked(province: Organization) -> None:
    cells = [make_unit("Chi bộ", parent=make_commune(province, name)) for name in ("Xã Một", "Xã Hai")]
    board = make_user("Ban tỉnh")
    grant_role(board, Role.PROVINCE_BOARD, province, subtree=True)
    make_known(cells[0])
    create(cells[1])
    assert [notice.user for notice in Notification.objects.filter(kind="members.similar")] == [board]


def test_of_the_own_cell_the_form_says_it_and_nobody_is_asked(province: Organization) -> None:
    cell = make_unit("Chi bộ", parent=make_commune(province, "Xã Một"))
    grant_role(make_user("Cán bộ xã"), Role.COMMUNE_OFFICER, Organization.objects.get(name="Xã Một"), subtree=True)
    make_known(cell)
    with pytest.raises(SimilarExists):
        create(cell)
    create(cell, despite_similar=True)
    assert Notification.objects.filter(kind="members.similar").count() == 0
