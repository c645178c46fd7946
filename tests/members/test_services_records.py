"""Records and accounts of members: which rights, which fields, what stays, what the trail says."""

from dataclasses import asdict
from datetime import date
from typing import Any

import pytest
from allauth.mfa.models import Authenticator

from nennep.accounts.choices import Role
from nennep.accounts.choices import Verb as AccountVerb
from nennep.accounts.models import OneTimeCode, RoleGrant, User
from nennep.accounts.services import GrantToSelf
from nennep.audit.models import AuditEvent, Reading
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.permissions import Permission
from nennep.core.typed import TextTooLong
from nennep.members import services
from nennep.members.choices import MembershipKind, PostKind, Reach, Standing, Verb
from nennep.members.models import Member
from nennep.members.rules import MemberDetails, PrivateDetails
from nennep.members.services.accounts import HasAccount
from nennep.members.services.records import BadDates, CardTaken
from nennep.notifications.models import Notification
from nennep.organizations.models import Organization
from tests.factories.accounts import actor_of, make_user
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.members import make_member, make_membership, make_post

pytestmark = pytest.mark.django_db

MARCH = date(2026, 3, 1)
WHOLE = MemberDetails(
    full_name="Giàng A Páo",
    sex="male",
    born_on=date(1961, 2, 3),
    born_year=1961,
    phone="0912345678",
    email="pao@example.vn",
    reach=Reach.SMS,
    education="12/12",
    card_number="38.1",
    admitted_on=date(1990, 1, 1),
    official_on=date(1991, 1, 1),
    note="Tổ 2",
)


def writer(unit: Organization, *more: Permission) -> Actor:
    return make_actor(Permission.MEMBERS_WRITE, *more, path=unit.path)


def create(actor: Actor, cell: Organization, details: MemberDetails = WHOLE, **facts: Any) -> Member:
    return services.create_member(actor=actor, organization=cell, details=details, joined_on=MARCH, now=NOW, **facts)


def trail() -> list[tuple[str, Any]]:
    return list(AuditEvent.objects.order_by("pk").values_list("verb", "details"))


def test_a_record_keeps_every_detail(cell: Organization) -> None:
    create(writer(cell), cell, kind=MembershipKind.TEMPORARY, standing=Standing.PROBATIONARY)
    member = Member.objects.get()
    assert {name: getattr(member, name) for name in asdict(WHOLE)} == asdict(WHOLE)
    row = member.memberships.get()
    assert (row.organization, row.kind, row.standing, row.valid_from) == (cell, "temporary", "probationary", MARCH)
    events = AuditEvent.objects.order_by("pk").values_list("verb", "target_id", "unit_path")
    assert list(events) == [(verb, str(member.public_id), cell.path) for verb in (Verb.CREATED, Verb.TRANSFERRED)]


def test_a_name_has_at_most_120_letters(cell: Organization) -> None:
    create(writer(cell), cell, MemberDetails("x" * 120))
    with pytest.raises(TextTooLong) as refused:
        create(writer(cell), cell, MemberDetails("x" * 121))
    assert refused.value.field == "full_name"


def test_members_are_sorted_by_their_given_name(cell: Organization) -> None:
    member = create(writer(cell), cell, MemberDetails("Vàng A Tủa"))
    services.change_member(actor=writer(cell), member=member, details=MemberDetails("Tủa Văn Anh"), now=NOW)
    create(writer(cell), cell, MemberDetails("Anh Văn Bình"))
    assert [one.full_name for one in Member.objects.order_by("name_key")] == ["Tủa Văn Anh", "Anh Văn Bình"]


def test_a_correction_writes_what_differs(cell: Organization, other: Organization) -> None:
    member = create(writer(cell), cell)
    AuditEvent.objects.all().delete()
    changed = MemberDetails(**(asdict(WHOLE) | {"phone": "0987654321", "note": ""}))
    for _turn in range(2):
        services.change_member(actor=writer(cell), member=member, details=changed, now=NOW)
    member.refresh_from_db()
    assert (member.phone, member.note, member.email) == ("0987654321", "", "pao@example.vn")
    assert trail() == [(Verb.CHANGED, {"fields": ["note", "phone"]})]
    assert AuditEvent.objects.get().unit_path == cell.path
    with pytest.raises(NotAllowed):
        services.change_member(actor=writer(other), member=member, details=WHOLE, now=NOW)
    with pytest.raises(BadDates):
        services.change_member(
            actor=writer(cell), member=member, details=MemberDetails("X", official_on=date(2030, 1, 1)), now=NOW
        )
    with pytest.raises(CardTaken):
        services.change_member(
            actor=make_actor(Permission.MEMBERS_WRITE, Permission.MEMBERS_READ, path=cell.path),
            member=make_member("Y", cell=cell),
            details=MemberDetails("Y", card_number="38.1"),
            now=NOW,
        )


def test_the_private_part_needs_both_rights(cell: Organization) -> None:
    member = make_member(cell=cell)
    private = PrivateDetails("Mông", "Không", "010 061")
    for actor in (writer(cell), make_actor(Permission.MEMBERS_READ_SENSITIVE, path=cell.path)):
        with pytest.raises(NotAllowed):
            services.change_private(actor=actor, member=member, details=private, now=NOW)
    actor = writer(cell, Permission.MEMBERS_READ_SENSITIVE)
    for _turn in range(2):
        services.change_private(actor=actor, member=member, details=private, now=NOW)
    member.refresh_from_db()
    assert (member.ethnic_group, member.religion, member.identity_number) == ("Mông", "Không", "010061")
    assert trail() == [(Verb.CHANGED, {"fields": ["ethnic_group", "identity_number", "religion"]})]
    services.change_private(actor=actor, member=member, details=PrivateDetails("Mông", "Không"), now=NOW)
    member.refresh_from_db()
    assert (member.identity_number, member.identity_hash) == ("", "")
    services.change_private(actor=actor, member=make_member("X", cell=cell), details=PrivateDetails(), now=NOW)


def test_a_member_writes_the_own_address_and_nothing_else(cell: Organization) -> None:
    user = make_user()
    member = make_member(cell=cell, user=user)
    facts: dict[str, Any] = {"phone": "1", "email": "a@example.vn", "reach": Reach.EMAIL, "now": NOW}
    services.change_contact(actor=actor_of(user), member=member, **facts)
    member.refresh_from_db()
    assert (member.phone, member.email, member.reach) == ("1", "a@example.vn", "email")
    assert trail() == [(Verb.CHANGED, {"fields": ["email", "phone", "reach"]})]
    assert AuditEvent.objects.get().unit_path == cell.path
    for actor in (make_actor(Permission.MEMBERS_WRITE), actor_of(make_user())):
        with pytest.raises(NotAllowed):
            services.change_contact(actor=actor, member=member, **facts)
    with pytest.raises(NotAllowed):  # nobody is signed in, and the record has no account
        services.change_contact(actor=make_actor(), member=make_member("X", cell=cell), **facts)


def test_what_the_program_itself_opens_is_logged_too(cell: Organization) -> None:
    member = make_member(cell=cell)
    services.log_opening(actor=Actor.system(), member=member, part=lambda: "Phần riêng tư", now=NOW)
    reading = Reading.objects.get()
    assert (reading.at, reading.user_id, reading.subject_id) == (NOW, None, str(member.public_id))


# ── accounts ──────────────────────────────────────────────────────────────────


def test_an_account_opened_for_a_member_has_address_and_roles(
    secretary: Actor, cell: Organization, other: Organization
) -> None:
    member = create(secretary, cell)
    make_membership(member, other, kind=MembershipKind.TEMPORARY, valid_to=MARCH)
    AuditEvent.objects.all().delete()
    user, code = services.open_account(actor=secretary, member=member, now=NOW)
    assert (user.full_name, user.username, user.phone, user.email) == (
        "Giàng A Páo",
        "0912345678",
        "0912345678",
        "pao@example.vn",
    )
    grants = RoleGrant.objects.filter(user=user).values_list("role", "organization_id", "valid_from")
    assert list(grants) == [(Role.MEMBER, cell.pk, TODAY)]
    assert OneTimeCode.objects.get().user == user
    assert len(code) == 8
    assert (Verb.ACCOUNT_OPENED, {"username": "0912345678"}) in trail()
    member.refresh_from_db()
    assert member.user == user


def test_accounts_are_opened_and_codes_given_by_those_who_may_reset(cell: Organization) -> None:
    member, helped = make_member(cell=cell), make_member("X", cell=cell, user=make_user())
    for actor in (writer(cell), make_actor(Permission.ACCOUNTS_GRANT, path=cell.path)):
        with pytest.raises(NotAllowed):
            services.open_account(actor=actor, member=member, now=NOW)
        with pytest.raises(NotAllowed):
            services.issue_member_code(actor=actor, member=helped, now=NOW)
    with pytest.raises(NotAllowed):
        services.link_user(
            actor=make_actor(Permission.ACCOUNTS_RESET, path=cell.path), member=member, user=make_user(), now=NOW
        )
    assert User.objects.count() == 2


def test_an_account_that_is_linked_gets_the_roles_that_follow(officer: Actor, cell: Organization) -> None:
    member, user = make_member(cell=cell), make_user()
    make_post(member, cell, PostKind.COMMITTEE_MEMBER, valid_from=MARCH)
    make_post(member, cell, PostKind.SECRETARY, valid_to=MARCH)
    services.link_user(actor=officer, member=member, user=user, now=NOW)
    member.refresh_from_db()
    grants = RoleGrant.objects.filter(user=user).order_by("pk").values_list("role", "valid_from", "granted_by_id")
    assert member.user == user
    assert list(grants) == [
        (Role.MEMBER, TODAY, officer.user_id),
        (Role.COMMITTEE_MEMBER, MARCH, officer.user_id),
    ]
    assert trail()[-1] == (Verb.ACCOUNT_OPENED, {"username": user.username})
    assert AuditEvent.objects.latest("pk").unit_path == cell.path
    with pytest.raises(HasAccount):
        services.link_user(actor=officer, member=member, user=make_user(), now=NOW)
    with pytest.raises(GrantToSelf):
        services.link_user(
            actor=officer, member=make_member("X", cell=cell), user=User.objects.get(full_name=officer.name), now=NOW
        )


@pytest.mark.parametrize("lost_phone", [False, True])
def test_a_code_for_a_member_is_told_in_the_program(secretary: Actor, cell: Organization, *, lost_phone: bool) -> None:
    user = make_user()
    member = make_member(cell=cell, user=user)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    code = services.issue_member_code(actor=secretary, member=member, lost_phone=lost_phone, now=NOW)
    told = Notification.objects.get()
    assert (told.user, told.kind, told.created_at) == (user, "members.code_issued", NOW)
    assert told.title == "Vàng A Tủa đã cấp cho đồng chí mã đặt lại mật khẩu"
    assert told.body == "Nếu đồng chí không nhờ, hãy báo ngay cho chi ủy."
    assert (OneTimeCode.objects.get().user, len(code)) == (user, 8)
    assert Authenticator.objects.count() == int(not lost_phone)
    assert set(AuditEvent.objects.values_list("unit_path", flat=True)) == {cell.path}


def test_a_second_factor_stays_unless_the_phone_is_lost(secretary: Actor, cell: Organization) -> None:
    user = make_user()
    member = make_member(cell=cell, user=user)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    services.issue_member_code(actor=secretary, member=member, now=NOW)
    assert services.help_in(actor=secretary, member=member, now=NOW)[0] == user
    assert Authenticator.objects.count() == 1
    services.help_in(actor=secretary, member=member, lost_phone=True, now=NOW)
    assert Authenticator.objects.count() == 0


def test_who_has_no_account_is_helped_in_with_a_new_one(secretary: Actor, cell: Organization) -> None:
    member = make_member(cell=cell)
    user, code = services.help_in(actor=secretary, member=member, now=NOW)
    member.refresh_from_db()
    assert (member.user, len(code), Notification.objects.count()) == (user, 8, 0)
    again, other_code = services.help_in(actor=secretary, member=member, now=NOW)
    assert (again, code == other_code, User.objects.filter(member=member).count()) == (user, False, 1)
    verbs = AuditEvent.objects.filter(verb=AccountVerb.CODE_ISSUED).count()
    assert verbs == 2
