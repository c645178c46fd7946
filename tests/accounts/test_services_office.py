"""Accounts: made, locked, opened, given a first role and code, helped back in."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator

from nennep.accounts import services
from nennep.accounts.choices import Role, Verb
from nennep.accounts.models import OneTimeCode, RoleGrant, User
from nennep.accounts.services import Person, Terms
from nennep.audit.models import AuditEvent
from nennep.core import crypto
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.permissions import Permission
from nennep.core.typed import TextTooLong
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db

TOMORROW = TODAY + timedelta(days=1)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


@pytest.fixture
def cell(commune: Organization) -> Organization:
    return make_unit(parent=commune)


@pytest.fixture
def officer(commune: Organization) -> Actor:
    user = make_user("Ma Thị Lan")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    return actor_of(user)


def trail() -> list[tuple[str, str, str]]:
    rows = AuditEvent.objects.order_by("pk").values_list("verb", "target_label", "unit_path")
    return list(rows)


@pytest.mark.parametrize("permission", [Permission.ACCOUNTS_GRANT, Permission.ACCOUNTS_RESET])
def test_an_account_is_made_by_whoever_hands_out_roles_or_codes(cell: Organization, permission: Permission) -> None:
    actor = make_actor(permission, path=cell.path)
    made = services.create_user(
        actor=actor,
        unit_path=cell.path,
        full_name=" Vàng  A Tủa ",
        phone="0912345678",
        email="tua@example.vn",
        username=" Vang.Tua ",
        now=NOW,
    )
    user = User.objects.get()
    assert (user, user.full_name, user.phone, user.email) == (made, "Vàng A Tủa", "0912345678", "tua@example.vn")
    assert (user.username, user.has_usable_password(), user.is_active) == ("vang.tua", False, True)
    assert trail() == [(Verb.USER_CREATED, "Vàng A Tủa", cell.path)]
    event = AuditEvent.objects.get()
    assert (event.target_kind, event.target_id) == ("accounts.user", str(user.public_id))


def test_a_name_has_at_most_200_letters(officer: Actor, cell: Organization) -> None:
    services.create_user(actor=officer, unit_path=cell.path, full_name="x" * 200, username="a", now=NOW)
    with pytest.raises(TextTooLong) as refused:
        services.create_user(actor=officer, unit_path=cell.path, full_name="x" * 201, username="b", now=NOW)
    assert refused.value.field == "full_name"


def test_an_account_is_locked_and_opened_again(officer: Actor, cell: Organization) -> None:
    user = make_user("Giàng A Páo")
    grant_role(user, Role.MEMBER, cell)
    for change, active in ((services.deactivate_user, False), (services.reactivate_user, True)):
        change(actor=officer, user=user, now=NOW)
        user.refresh_from_db()
        assert user.is_active is active
    assert trail() == [
        (Verb.DEACTIVATED, "Giàng A Páo", cell.path),
        (Verb.REACTIVATED, "Giàng A Páo", cell.path),
    ]


def test_who_may_not_hand_out_its_roles_does_not_lock_an_account(
    officer: Actor, commune: Organization, cell: Organization
) -> None:
    higher, both, former, nobody = (make_user(name) for name in ("A", "B", "C", "D"))
    grant_role(higher, Role.PROVINCE_BOARD, commune, subtree=True)
    grant_role(both, Role.MEMBER, cell)
    grant_role(both, Role.MEMBER, make_unit("Nơi khác"))
    ended = grant_role(former, Role.PROVINCE_BOARD, commune)
    ended.valid_to = TODAY
    ended.save()
    for user in (higher, both):
        with pytest.raises(services.CannotGrant):
            services.deactivate_user(actor=officer, user=user, now=NOW)
    with pytest.raises(services.GrantToSelf):
        services.deactivate_user(actor=officer, user=User.objects.get(full_name=officer.name), now=NOW)
    for user in (former, nobody):  # without a role they belong to nobody below the top
        with pytest.raises(NotAllowed):
            services.deactivate_user(actor=officer, user=user, now=NOW)
        services.deactivate_user(actor=make_actor(Permission.ACCOUNTS_GRANT), user=user, now=NOW)
    services.deactivate_user(actor=Actor.system(), user=higher, now=NOW)
    assert list(User.objects.filter(is_active=True)) == [User.objects.get(full_name=officer.name), both]


def test_the_last_administrator_is_not_locked(commune: Organization) -> None:
    last, former, locked = (make_user(name) for name in ("A", "B", "C"))
    for user in (last, former, locked):
        grant_role(user, Role.ADMINISTRATOR, commune, subtree=True)
    RoleGrant.objects.filter(user=former).update(valid_to=TODAY)
    services.deactivate_user(actor=Actor.system(), user=locked, now=NOW)
    with pytest.raises(services.LastAdministrator):
        services.deactivate_user(actor=Actor.system(), user=last, now=NOW)
    services.reactivate_user(actor=Actor.system(), user=last, now=NOW)  # nobody is lost by opening
    services.deactivate_user(actor=Actor.system(), user=former, now=NOW)  # no administrator any more
    services.reactivate_user(actor=Actor.system(), user=locked, now=NOW)
    services.deactivate_user(actor=Actor.system(), user=last, now=NOW)
    assert list(User.objects.filter(is_active=True)) == [locked]


def test_an_account_for_an_office_comes_with_its_role_and_code(officer: Actor, cell: Organization) -> None:
    person = Person("Vàng A Tủa", "0912345678", "tua@example.vn", "tua")
    terms = Terms(Role.OFFICIAL, cell, True, YESTERDAY, TOMORROW)
    user, code = services.open_office_account(actor=officer, person=person, terms=terms, now=NOW)
    user.refresh_from_db()
    assert (user.full_name, user.phone, user.email, user.username) == (
        "Vàng A Tủa",
        "0912345678",
        "tua@example.vn",
        "tua",
    )
    grant = RoleGrant.objects.get(user=user)
    assert (grant.role, grant.organization, grant.subtree) == (Role.OFFICIAL, cell, True)
    assert (grant.valid_from, grant.valid_to) == (YESTERDAY, TOMORROW)
    assert services.redeem_code(username="tua", code=code, password="mua-xuan-nam-cha-2027", now=NOW) == user
    assert [verb for verb, _label, _path in trail()] == [
        Verb.USER_CREATED,
        Verb.GRANTED,
        Verb.CODE_ISSUED,
        Verb.CODE_USED,
    ]


def test_an_account_for_an_office_is_made_whole_or_not_at_all(officer: Actor, cell: Organization) -> None:
    person = Person("Vàng A Tủa")
    before = User.objects.count()
    with pytest.raises(NotAllowed):
        services.open_office_account(
            actor=make_actor(Permission.ACCOUNTS_RESET, path=cell.path),
            person=person,
            terms=Terms(Role.SECRETARY, cell, False, TODAY),
            now=NOW,
        )
    with pytest.raises(services.CannotGrant):
        services.open_office_account(
            actor=officer, person=person, terms=Terms(Role.PROVINCE_BOARD, cell, False, TODAY), now=NOW
        )
    assert (User.objects.count(), trail()) == (before, [])


@pytest.mark.parametrize("lost_phone", [False, True])
def test_somebody_in_office_gets_a_code_from_their_latest_unit(
    officer: Actor, cell: Organization, *, lost_phone: bool
) -> None:
    user = make_user()
    grant_role(user, Role.SECRETARY, cell)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    code = services.issue_office_code(actor=officer, user=user, lost_phone=lost_phone, now=NOW)
    assert OneTimeCode.objects.get().user == user
    assert Authenticator.objects.count() == int(not lost_phone)
    verbs = [Verb.CODE_ISSUED, Verb.SECOND_FACTOR_REMOVED][: 1 + lost_phone]
    assert [(verb, path) for verb, _label, path in trail()] == [(verb, cell.path) for verb in verbs]
    services.redeem_code(username=user.username, code=code, password="mua-xuan-nam-cha-2027", now=NOW)


def test_a_second_factor_stays_unless_the_phone_is_lost(officer: Actor, cell: Organization) -> None:
    user = make_user()
    grant_role(user, Role.SECRETARY, cell)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    services.issue_office_code(actor=officer, user=user, now=NOW)
    assert Authenticator.objects.count() == 1


def test_seeds_are_encrypted_anew_and_passkeys_left_alone() -> None:
    user, other = make_user(), make_user()
    kinds: list[tuple[Any, str, dict[str, str]]] = [
        (user, Authenticator.Type.TOTP, {"secret": crypto.encrypt("a")}),
        (other, Authenticator.Type.RECOVERY_CODES, {"seed": crypto.encrypt("b")}),
        (user, Authenticator.Type.WEBAUTHN, {"credential": "c"}),
    ]
    before = [data for _user, _kind, data in kinds]
    for one, kind, data in kinds:
        Authenticator.objects.create(user=one, type=kind, data=data)
    assert services.rotate_second_factors(actor=Actor.system()) == 2
    after = [row.data for row in Authenticator.objects.order_by("pk")]
    assert [old == new for old, new in zip(before, after, strict=True)] == [False, False, True]
    assert (crypto.decrypt(after[0]["secret"]), crypto.decrypt(after[1]["seed"])) == ("a", "b")
