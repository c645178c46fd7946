from datetime import date
from functools import partial

import pytest

from nennep.accounts.choices import Role
from nennep.accounts.services import GrantToSelf
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.permissions import Permission
from nennep.members import queries, services
from nennep.members.choices import PostKind, Standing
from nennep.members.models import Member, Membership, Post
from nennep.members.services.accounts import AccountTaken, HasAccount, NoAccount
from nennep.members.services.membership_rows import OutOfOrder
from nennep.members.services.merging import AlreadyMerged, SameRecord, TwoAccounts
from nennep.members.services.posts import CannotHoldPost, PostEnded
from nennep.notifications.models import Notification
from nennep.organizations.models import Organization
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.members import make_member, make_membership, make_post

pytestmark = pytest.mark.django_db
WRITE = (Permission.MEMBERS_READ, Permission.MEMBERS_WRITE)
MARCH, MAY = date(2026, 3, 1), date(2026, 5, 1)


def rows_of(member: Member) -> list[tuple[str, str, str, date, date | None, str]]:
    rows = Membership.objects.filter(member=member).order_by("valid_from", "kind")
    return [(r.organization.name, r.kind, r.standing, r.valid_from, r.valid_to, r.ending) for r in rows]


def test_one_secretary_at_a_time(officer: Actor, cell: Organization) -> None:
    old_user, new_user = make_user("Cũ"), make_user("Mới")
    old, new = make_member("Vàng A Tủa", cell=cell, user=old_user), make_member(cell=cell, user=new_user)
    grant_role(old_user, Role.SECRETARY, cell)
    give = partial(services.give_post, actor=officer, organization=cell, kind=PostKind.SECRETARY, now=NOW)
    give(member=old, on=MARCH)
    give(member=new, on=TODAY)
    holder = queries.secretary_on(cell.pk, TODAY)
    assert holder is not None
    assert holder.member_id == new.pk
    assert actor_of(new_user).may(Permission.MINUTES_APPROVE, cell.path)
    assert not actor_of(old_user).may(Permission.MINUTES_APPROVE, cell.path)
    with pytest.raises(OutOfOrder):
        give(member=old, on=MAY)


def test_a_secretary_names_a_deputy_but_hands_on_no_secretarys_rights(secretary: Actor, cell: Organization) -> None:
    user = make_user()
    member = make_member(cell=cell, user=user)
    give = partial(services.give_post, actor=secretary, organization=cell, member=member, now=NOW)
    give(kind=PostKind.DEPUTY_SECRETARY, on=MARCH)
    assert actor_of(user).may(Permission.MEETINGS_PREPARE, cell.path)
    post = give(kind=PostKind.SECRETARY, on=TODAY)
    assert Post.objects.filter(valid_to=None).get() == post
    assert not actor_of(user).may(Permission.MINUTES_APPROVE, cell.path)


def test_who_cannot_hold_a_post(secretary: Actor, cell: Organization, other: Organization) -> None:
    young = make_member("Vàng Thị Mỷ", cell=cell, standing=Standing.PROBATIONARY)
    stranger = make_member("X", cell=other)
    for member in (young, stranger):
        with pytest.raises(CannotHoldPost):
            services.give_post(
                actor=secretary, member=member, organization=cell, kind=PostKind.GROUP_HEAD, on=MARCH, now=NOW
            )


def test_a_post_ends_once(secretary: Actor, cell: Organization) -> None:
    post = make_post(make_member(cell=cell), cell, PostKind.GROUP_HEAD)
    services.end_post(actor=secretary, post=post, on=MARCH, now=NOW)
    with pytest.raises(PostEnded):
        services.end_post(actor=secretary, post=post, on=MAY, now=NOW)


def test_a_duplicate_gives_what_the_record_lacks(officer: Actor, cell: Organization, other: Organization) -> None:
    keep, drop = make_member(cell=cell, valid_from=MAY), make_member(cell=cell, valid_from=MAY)
    make_membership(drop, other, valid_from=date(2020, 1, 1), valid_to=MARCH)
    Member.objects.filter(pk=drop.pk).update(card_number="77", phone="0912345678", religion="Không")
    Member.objects.filter(pk=keep.pk).update(phone="0987654321")
    merged = services.merge_members(actor=officer, keep=keep, drop=drop, now=NOW)
    assert (merged.card_number, merged.phone, merged.religion) == ("77", "0987654321", "Không")
    assert [(row[0], row[3]) for row in rows_of(keep)] == [(other.name, date(2020, 1, 1)), (cell.name, MAY)]
    assert rows_of(drop) == []
    assert drop not in Member.objects.visible_to(officer)


def test_what_merging_refuses(officer: Actor, secretary: Actor, cell: Organization, other: Organization) -> None:
    keep, drop = make_member(cell=cell, user=make_user()), make_member(cell=other, user=make_user())
    with pytest.raises(SameRecord):
        services.merge_members(actor=officer, keep=keep, drop=keep, now=NOW)
    with pytest.raises(NotAllowed):
        services.merge_members(actor=secretary, keep=keep, drop=drop, now=NOW)
    with pytest.raises(TwoAccounts):
        services.merge_members(actor=officer, keep=keep, drop=drop, now=NOW)


def test_an_account_is_opened_with_its_role_and_first_code(secretary: Actor, cell: Organization) -> None:
    member = make_member(cell=cell)
    user, code = services.open_account(actor=secretary, member=member, now=NOW)
    assert len(code) == 8
    assert actor_of(user).may(Permission.MEETINGS_READ, cell.path)
    with pytest.raises(HasAccount):
        services.open_account(actor=secretary, member=member, now=NOW)


def test_a_further_code_tells_the_member(secretary: Actor, cell: Organization) -> None:
    user = make_user()
    member = make_member(cell=cell, user=user)
    services.issue_member_code(actor=secretary, member=member, lost_phone=True, now=NOW)
    assert Notification.objects.get().user == user
    with pytest.raises(NoAccount):
        services.issue_member_code(actor=secretary, member=make_member("X", cell=cell), now=NOW)


def test_an_account_is_one_persons(officer: Actor, cell: Organization) -> None:
    user = make_user()
    services.link_user(actor=officer, member=make_member(cell=cell), user=user, now=NOW)
    with pytest.raises(AccountTaken):
        services.link_user(actor=officer, member=make_member("X", cell=cell), user=user, now=NOW)


def test_nobody_takes_a_record_and_its_roles_for_oneself(commune: Organization, cell: Organization) -> None:
    """Linking hands out roles: officers who name their own account would put themselves into the cell's committee."""
    user = make_user("Ma Thị Lan")
    grant_role(user, Role.PROVINCE_BOARD, commune, subtree=True)
    deputy = make_member("Lý Thị Hoa", cell=cell)
    make_post(deputy, cell, PostKind.DEPUTY_SECRETARY)
    with pytest.raises(GrantToSelf):
        services.link_user(actor=actor_of(user), member=deputy, user=user, now=NOW)
    assert not actor_of(user).may(Permission.MEETINGS_HOLD, cell.path)


def test_two_who_merge_two_records_into_each_other_lose_nobody(officer: Actor, cell: Organization) -> None:
    one, two = make_member(cell=cell), make_member(cell=cell)
    services.merge_members(actor=officer, keep=one, drop=two, now=NOW)
    with pytest.raises(AlreadyMerged):
        services.merge_members(actor=Actor.system(), keep=two, drop=one, now=NOW)
    assert list(Member.objects.visible_to(officer)) == [one]


def test_an_account_opened_later_gets_the_roles_of_its_posts(
    officer: Actor, secretary: Actor, cell: Organization
) -> None:
    deputy, head = make_member("Lý Thị Hoa", cell=cell), make_member("Giàng A Páo", cell=cell)
    make_post(deputy, cell, PostKind.DEPUTY_SECRETARY)
    make_post(head, cell)
    helped, _code = services.open_account(actor=secretary, member=deputy, now=NOW)
    assert actor_of(helped).may(Permission.MEETINGS_PREPARE, cell.path)
    led, _code = services.open_account(actor=officer, member=head, now=NOW)
    assert actor_of(led).may(Permission.MINUTES_APPROVE, cell.path)
