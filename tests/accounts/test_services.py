from datetime import date, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import MD5PasswordHasher

from nennep.accounts import services
from nennep.accounts.choices import CODE_ALPHABET, CODE_TRIES, Role, Verb
from nennep.accounts.models import OneTimeCode, RoleGrant, User
from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.permissions import Permission
from nennep.organizations.models import Organization
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "mua-xuan-nam-cha-2027"


@pytest.fixture
def officer(commune: Organization) -> Actor:
    user = make_user("Ma Thị Lan")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    return actor_of(user)


def member_of(cell: Organization) -> User:
    user = make_user("Giàng A Páo")
    grant_role(user, Role.MEMBER, cell)
    return user


def test_an_account_takes_the_phone_number_then_the_given_name(secretary: Actor, cell: Organization) -> None:
    names = [
        services.create_user(
            actor=secretary, unit_path=cell.path, full_name="Giàng A Páo", phone=phone, now=NOW
        ).username
        for phone in ("0912 345 678", "0912345678", "")
    ]
    assert names == ["0912345678", "pao1", "pao2"]
    assert not User.objects.get(username="pao1").has_usable_password()


def test_accounts_are_made_only_in_ones_own_unit(secretary: Actor) -> None:
    with pytest.raises(NotAllowed):
        services.create_user(actor=secretary, unit_path=make_unit("Nơi khác").path, full_name="X Y", now=NOW)


def test_a_chosen_name_is_taken_once(officer: Actor, commune: Organization) -> None:
    services.create_user(actor=officer, unit_path=commune.path, full_name="A B", username="Lan.Ma", now=NOW)
    with pytest.raises(services.UsernameTaken):
        services.create_user(actor=officer, unit_path=commune.path, full_name="A B", username="lan.ma ", now=NOW)


def test_a_code_sets_a_password_once(secretary: Actor, cell: Organization) -> None:
    user = member_of(cell)
    code = services.issue_code(actor=secretary, user=user, unit_path=cell.path, now=NOW)
    assert code not in OneTimeCode.objects.get().code_hash
    redeemed = services.redeem_code(username=user.username.upper(), code=code.lower(), password=NEW_PASSWORD, now=NOW)
    assert redeemed.check_password(NEW_PASSWORD)
    with pytest.raises(services.CodeRefused):
        services.redeem_code(username=user.username, code=code, password=NEW_PASSWORD, now=NOW)
    assert list(AuditEvent.objects.values_list("verb", "unit_path")) == [
        ("accounts.code_used", cell.path),
        ("accounts.code_issued", cell.path),
    ]


def test_a_code_is_kept_as_its_hash_for_three_days(secretary: Actor, cell: Organization) -> None:
    user = member_of(cell)
    code = services.issue_code(actor=secretary, user=user, unit_path=cell.path, now=NOW)
    assert (len(code), set(code) <= set(CODE_ALPHABET)) == (8, True)
    row = OneTimeCode.objects.get()
    assert (row.user, row.issued_at, row.issued_by_id) == (user, NOW, secretary.user_id)
    assert row.expires_at == NOW + timedelta(hours=72)
    services.redeem_code(username=user.username, code=code, password=NEW_PASSWORD, now=NOW + timedelta(hours=1))
    services.issue_code(actor=secretary, user=user, unit_path=cell.path, now=NOW + timedelta(hours=2))
    used, fresh = OneTimeCode.objects.order_by("pk")
    assert (used.used_at, used.tries, fresh.used_at) == (NOW + timedelta(hours=1), 0, None)
    user.refresh_from_db()
    assert user.check_password(NEW_PASSWORD)


def test_the_newest_code_counts_and_the_one_that_was_used_stays_used(secretary: Actor, cell: Organization) -> None:
    user = member_of(cell)
    facts: dict[str, Any] = {"user": user, "unit_path": cell.path}
    old = services.issue_code(actor=secretary, now=NOW, **facts)
    services.redeem_code(username=user.username, code=old, password=NEW_PASSWORD, now=NOW)
    new = services.issue_code(actor=secretary, now=NOW + timedelta(hours=1), **facts)
    later = NOW + timedelta(hours=2)
    with pytest.raises(services.CodeRefused):
        services.redeem_code(username=user.username, code=old, password=NEW_PASSWORD, now=later)
    assert list(OneTimeCode.objects.order_by("pk").values_list("tries", flat=True)) == [0, 1]
    assert services.redeem_code(username=user.username, code=new, password=NEW_PASSWORD, now=later) == user


def test_a_locked_account_is_not_opened_by_a_code(secretary: Actor, cell: Organization) -> None:
    user = member_of(cell)
    code = services.issue_code(actor=secretary, user=user, unit_path=cell.path, now=NOW)
    User.objects.filter(pk=user.pk).update(is_active=False)
    with pytest.raises(services.CodeRefused):
        services.redeem_code(username=user.username, code=code, password=NEW_PASSWORD, now=NOW)
    assert OneTimeCode.objects.get().used_at is None


def test_who_holds_no_role_any_more_uses_a_code_all_the_same(cell: Organization) -> None:
    user = make_user()
    code = services.issue_code(actor=Actor.system(), user=user, unit_path=cell.path, now=NOW)
    services.redeem_code(username=user.username, code=code, password=NEW_PASSWORD, now=NOW)
    events = AuditEvent.objects.order_by("pk").values_list("verb", "user_id", "target_id", "unit_path")
    assert list(events) == [
        (Verb.CODE_ISSUED, None, str(user.public_id), cell.path),
        (Verb.CODE_USED, user.pk, str(user.public_id), ""),
    ]


def test_a_weak_password_says_why(secretary: Actor, cell: Organization) -> None:
    user = member_of(cell)
    code = services.issue_code(actor=secretary, user=user, unit_path=cell.path, now=NOW)
    with pytest.raises(services.WeakPassword, match="Mật khẩu") as refused:
        services.redeem_code(username=user.username, code=code, password="12345", now=NOW)
    assert refused.value.field == "password"
    User.objects.filter(pk=user.pk).update(email="pao.lang.can@example.vn")
    with pytest.raises(services.WeakPassword):  # too much like the address
        services.redeem_code(username=user.username, code=code, password="pao.lang.can@example.vn", now=NOW)


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("Nguyễn Thị Hương", id="as-written"),
        pytest.param("nguyễn thị hương", id="small-letters"),
        pytest.param("NGUYEN THI HUONG", id="without-diacritics"),
        pytest.param("nguyenthihuong", id="without-spaces"),
        pytest.param("NguyenThiHuong1", id="with-a-digit"),
    ],
)
def test_ones_name_is_no_password(secretary: Actor, cell: Organization, password: str) -> None:
    user = member_of(cell)
    User.objects.filter(pk=user.pk).update(full_name="Nguyễn Thị Hương")
    code = services.issue_code(actor=secretary, user=user, unit_path=cell.path, now=NOW)
    with pytest.raises(services.WeakPassword, match="quá giống Họ và tên"):
        services.redeem_code(username=user.username, code=code, password=password, now=NOW)
    services.redeem_code(username=user.username, code=code, password="thac ban gioc mua xuan", now=NOW)


def test_a_code_ends_after_three_days(secretary: Actor, cell: Organization) -> None:
    user = member_of(cell)
    code = services.issue_code(actor=secretary, user=user, unit_path=cell.path, now=NOW)
    with pytest.raises(services.CodeRefused):
        services.redeem_code(username=user.username, code=code, password=NEW_PASSWORD, now=NOW + timedelta(hours=72))


def test_wrong_tries_are_counted_and_end_the_code(secretary: Actor, cell: Organization) -> None:
    user = member_of(cell)
    code = services.issue_code(actor=secretary, user=user, unit_path=cell.path, now=NOW)
    for _try in range(CODE_TRIES):
        with pytest.raises(services.CodeRefused):
            services.redeem_code(username=user.username, code="AAAA-AAAA", password=NEW_PASSWORD, now=NOW)
    with pytest.raises(services.CodeRefused):
        services.redeem_code(username=user.username, code=code, password=NEW_PASSWORD, now=NOW)


def test_a_weak_password_costs_no_try(secretary: Actor, cell: Organization) -> None:
    user = member_of(cell)
    code = services.issue_code(actor=secretary, user=user, unit_path=cell.path, now=NOW)
    with pytest.raises(services.WeakPassword):
        services.redeem_code(username=user.username, code=code, password="12345", now=NOW)
    assert OneTimeCode.objects.get().tries == 0
    services.redeem_code(username=user.username, code=code, password=NEW_PASSWORD, now=NOW)


def test_a_new_code_replaces_the_old(secretary: Actor, cell: Organization) -> None:
    user = member_of(cell)
    old = services.issue_code(actor=secretary, user=user, unit_path=cell.path, now=NOW)
    services.issue_code(actor=secretary, user=user, unit_path=cell.path, now=NOW)
    with pytest.raises(services.CodeRefused):
        services.redeem_code(username=user.username, code=old, password=NEW_PASSWORD, now=NOW)


def test_nobody_learns_that_an_account_does_not_exist() -> None:
    with pytest.raises(services.CodeRefused):
        services.redeem_code(username="khong-co", code="ABCD2345", password=NEW_PASSWORD, now=NOW)


class CountingHasher(MD5PasswordHasher):
    """Says how much hashing an answer costs."""

    count = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).count += 1
        return super().encode(password, salt)


@pytest.mark.parametrize("case", ["stranger", "without_code", "wrong", "expired", "tried_out"])
def test_every_refusal_of_a_code_takes_as_long(secretary: Actor, cell: Organization, settings: Any, case: str) -> None:
    user = member_of(cell)
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    if case != "without_code":
        services.issue_code(actor=secretary, user=user, unit_path=cell.path, now=NOW)
    if case == "tried_out":
        OneTimeCode.objects.update(tries=CODE_TRIES)
    CountingHasher.count = 0
    with pytest.raises(services.CodeRefused):
        services.redeem_code(
            username="khong-co" if case == "stranger" else user.username,
            code="AAAA-AAAA",
            password=NEW_PASSWORD,
            now=NOW + timedelta(hours=72) if case == "expired" else NOW,
        )
    assert CountingHasher.count == 1


def test_a_secretary_cannot_reset_somebody_higher_or_elsewhere(secretary: Actor, cell: Organization) -> None:
    official = member_of(cell)
    grant_role(official, Role.OFFICIAL, make_unit("Nơi khác"))
    with pytest.raises(services.CannotReset):
        services.issue_code(actor=secretary, user=official, unit_path=cell.path, now=NOW)
    elsewhere = make_unit("Nơi khác nữa")
    with pytest.raises(NotAllowed):
        services.issue_code(actor=secretary, user=member_of(elsewhere), unit_path=elsewhere.path, now=NOW)


def test_a_second_factor_is_removed_by_those_who_may_reset(secretary: Actor, cell: Organization) -> None:
    user, other = member_of(cell), member_of(cell)
    for one in (user, other):
        Authenticator.objects.create(user=one, type=Authenticator.Type.TOTP, data={})
    official = member_of(cell)
    grant_role(official, Role.OFFICIAL, make_unit("Nơi khác"))
    with pytest.raises(services.CannotReset):
        services.remove_second_factor(actor=secretary, user=official, unit_path=cell.path, now=NOW)
    with pytest.raises(NotAllowed):
        services.remove_second_factor(actor=actor_of(other), user=user, unit_path=cell.path, now=NOW)
    services.remove_second_factor(actor=secretary, user=user, unit_path=cell.path, now=NOW)
    assert [row.user for row in Authenticator.objects.all()] == [other]
    event = AuditEvent.objects.get()
    assert (event.verb, event.target_id, event.unit_path) == (
        Verb.SECOND_FACTOR_REMOVED,
        str(user.public_id),
        cell.path,
    )


def test_a_lost_phone_is_forgotten(secretary: Actor, cell: Organization) -> None:
    user = member_of(cell)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    assert services.remove_second_factor(actor=secretary, user=user, unit_path=cell.path, now=NOW) == 1
    assert not Authenticator.objects.filter(user=user).exists()


def test_an_officer_hands_out_and_takes_back(officer: Actor, cell: Organization) -> None:
    user = make_user()
    grant = services.grant_role(
        actor=officer, user=user, role=Role.SECRETARY, organization=cell, subtree=False, valid_from=TODAY, now=NOW
    )
    assert actor_of(user).may(Permission.MEETINGS_HOLD, cell.path)
    services.revoke_grant(actor=officer, grant=grant, on=TODAY, now=NOW)
    assert not actor_of(user).may(Permission.MEETINGS_HOLD, cell.path)
    assert list(AuditEvent.objects.values_list("verb", flat=True)) == ["accounts.revoked", "accounts.granted"]


def test_a_grant_begins_and_ends_on_its_days(officer: Actor, cell: Organization) -> None:
    user = make_user()
    services.grant_role(
        actor=officer,
        user=user,
        role=Role.OFFICIAL,
        organization=cell,
        subtree=False,
        valid_from=date(2026, 12, 1),
        valid_to=date(2026, 12, 31),
        now=NOW,
    )
    days = [date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 30), date(2026, 12, 31)]
    assert [actor_of(user, day).may(Permission.MEETINGS_READ, cell.path) for day in days] == [False, True, True, False]


def test_what_is_refused_when_handing_out(officer: Actor, commune: Organization, cell: Organization) -> None:
    user = make_user()

    def grant(target: User, role: Role, unit: Organization, valid_to: date | None = None) -> None:
        services.grant_role(
            actor=officer,
            user=target,
            role=role,
            organization=unit,
            subtree=False,
            valid_from=TODAY,
            valid_to=valid_to,
            now=NOW,
        )

    with pytest.raises(services.CannotGrant):
        grant(user, Role.PROVINCE_BOARD, commune)
    with pytest.raises(services.CannotGrant):
        grant(user, Role.SECRETARY, make_unit("Nơi khác"))
    with pytest.raises(services.GrantToSelf):
        grant(User.objects.get(full_name="Ma Thị Lan"), Role.SECRETARY, cell)
    with pytest.raises(services.GrantDates):
        grant(user, Role.SECRETARY, cell, TODAY)
    grant(user, Role.SECRETARY, cell)
    with pytest.raises(services.AlreadyGranted):
        grant(user, Role.SECRETARY, cell)
    assert RoleGrant.objects.filter(user=user).count() == 1


def test_the_last_administrator_stays(commune: Organization) -> None:
    first, second = make_user("Quản Trị Một"), make_user("Quản Trị Hai")
    grants = [grant_role(user, Role.ADMINISTRATOR, commune, subtree=True) for user in (first, second)]
    with pytest.raises(services.GrantToSelf):
        services.revoke_grant(actor=actor_of(first), grant=grants[0], on=TODAY, now=NOW)
    services.deactivate_user(actor=actor_of(first), user=second, now=NOW)
    with pytest.raises(services.LastAdministrator):
        services.revoke_grant(actor=Actor.system(), grant=grants[0], on=TODAY, now=NOW)
    services.reactivate_user(actor=actor_of(first), user=second, now=NOW)
    services.revoke_grant(actor=actor_of(second), grant=grants[0], on=TODAY, now=NOW)
    assert not actor_of(first).grants


def test_locking_needs_charge_of_every_role(officer: Actor, cell: Organization) -> None:
    user = member_of(cell)
    services.deactivate_user(actor=officer, user=user, now=NOW)
    assert not User.objects.get(pk=user.pk).is_active
    board = make_user()
    grant_role(board, Role.PROVINCE_BOARD, cell)
    with pytest.raises(services.CannotGrant):
        services.deactivate_user(actor=officer, user=board, now=NOW)


def test_membership_brings_its_role_and_takes_it_along(officer: Actor, cell: Organization) -> None:
    user = make_user()
    services.follow_role(actor=officer, user_id=user.pk, organization=cell, role=Role.MEMBER, on=TODAY, now=NOW)
    assert (
        services.follow_role(actor=officer, user_id=user.pk, organization=cell, role=Role.MEMBER, on=TODAY, now=NOW)
        is None
    )
    assert actor_of(user).may(Permission.MEETINGS_READ, cell.path)
    ended = services.end_roles(
        actor=officer, user_id=user.pk, organization=cell, roles=[Role.MEMBER, Role.SECRETARY], on=TODAY, now=NOW
    )
    assert ended == 1
    assert not actor_of(user).grants
