"""Somebody of the same name and birth elsewhere: the form says nothing, whoever sees both is asked."""

from datetime import date

import pytest
from django.test import Client

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.core.access import Actor
from nennep.core.crypto import keyed_hash
from nennep.core.sheets.reader import read_bytes
from nennep.members import services
from nennep.members.choices import IDENTITY_PURPOSE
from nennep.members.importers.rosters import understand
from nennep.members.models import Member
from nennep.members.queries.records import find_duplicate
from nennep.members.rules import MemberDetails, PrivateDetails
from nennep.members.services.records import CardTaken, IdentityTaken, SimilarExists
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


# ── numbers that stand in a record elsewhere ──────────────────────────────────
CARD, IDENTITY = "12345678", "008061000123"


@pytest.fixture
def cells(province: Organization) -> tuple[Organization, Organization]:
    """Of two communes; the board of the province sees both."""
    board = make_user("Ban tỉnh")
    grant_role(board, Role.PROVINCE_BOARD, province, subtree=True)
    one, other = (make_unit("Chi bộ", parent=make_commune(province, name)) for name in ("Xã Một", "Xã Hai"))
    return one, other


def make_holder(cell: Organization) -> Member:
    """Somebody elsewhere with both numbers."""
    known = make_member("Vàng Thị Mỷ", cell=cell)
    hashed = keyed_hash(IDENTITY, purpose=IDENTITY_PURPOSE)
    Member.objects.filter(pk=known.pk).update(card_number=CARD, identity_number=IDENTITY, identity_hash=hashed)
    return known


def secretary_of(cell: Organization) -> Actor:
    user = make_user("Vàng A Tủa")
    grant_role(user, Role.SECRETARY, cell)
    return actor_of(user)


def write_number(actor: Actor, cell: Organization, how: str) -> Member:
    """Each way in which a number comes into a record."""
    details = MemberDetails("Giàng A Páo", card_number=CARD)
    if how == "created":
        return services.create_member(actor=actor, organization=cell, details=details, joined_on=TODAY, now=NOW)
    if how == "imported":
        book = read_bytes(f"Họ và tên,Năm sinh,Số thẻ đảng viên\nGiàng A Páo,1961,{CARD}\n".encode())
        roster = understand(book, today=TODAY)
        plan = services.apply_import(actor=actor, organization=cell, roster=roster, now=NOW)
        assert (plan.problems, len(plan.entries)) == ((), 1)
        return Member.objects.get(full_name="Giàng A Páo")
    member = make_member("Giàng A Páo", cell=cell)
    if how == "changed":
        return services.change_member(actor=actor, member=member, details=details, now=NOW)
    return services.change_private(
        actor=actor, member=member, details=PrivateDetails(identity_number=IDENTITY), now=NOW
    )


WAYS = ("created", "changed", "private", "imported")


@pytest.mark.parametrize("how", WAYS)
def test_a_number_of_somebody_elsewhere_is_taken_and_whoever_sees_both_is_asked(
    cells: tuple[Organization, Organization], how: str
) -> None:
    cell, other = cells
    make_holder(other)
    member = write_number(secretary_of(cell), cell, how)
    member.refresh_from_db()
    assert (member.card_number or member.identity_number) in {CARD, IDENTITY}
    (notice,) = Notification.objects.filter(kind="members.similar")
    assert str(notice.user) == "Ban tỉnh"
    assert [word in notice.title + notice.body for word in (CARD, IDENTITY, "Mỷ", "Páo")] == [False] * 4


@pytest.mark.parametrize(("how", "error"), [("created", CardTaken), ("changed", CardTaken), ("private", IdentityTaken)])
def test_a_number_of_somebody_in_the_own_cell_is_refused(
    cells: tuple[Organization, Organization], how: str, error: type[Exception]
) -> None:
    cell, _other = cells
    make_holder(cell)
    with pytest.raises(error):
        write_number(secretary_of(cell), cell, how)
    assert not Notification.objects.filter(kind="members.similar").exists()


def test_saving_a_record_again_asks_nobody_anew(cells: tuple[Organization, Organization]) -> None:
    cell, other = cells
    make_holder(other)
    actor = secretary_of(cell)
    member = write_number(actor, cell, "created")
    details = MemberDetails("Giàng A Páo", card_number=CARD, education="12/12")
    services.change_member(actor=actor, member=member, details=details, now=NOW)
    assert Notification.objects.filter(kind="members.similar").count() == 1


def test_two_records_of_one_number_are_merged(cells: tuple[Organization, Organization]) -> None:
    cell, other = cells
    known = make_holder(other)
    member = write_number(secretary_of(cell), cell, "created")
    board = actor_of(User.objects.get(full_name="Ban tỉnh"))
    assert find_duplicate(actor=board, keep=member, text=CARD) == known
    kept = services.merge_members(actor=Actor.system(), keep=member, drop=known, now=NOW)
    assert (kept.card_number, kept.identity_number) == (CARD, IDENTITY)
    assert Member.objects.filter(card_number=CARD).count() == 1
