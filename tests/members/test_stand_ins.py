"""The secretary is away for some weeks: a deputy or committee member does the work, and it ends by itself."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import RoleGrant, User
from nennep.accounts.queries import build_actor
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.permissions import Permission
from nennep.members import services
from nennep.members.choices import PostKind
from nennep.members.models import Member, StandIn
from nennep.members.queries import find_stand_in, posts_on
from nennep.members.services.stand_ins import CannotStandIn, StandInBegins, StandInOver, StandInTaken, StandInTooFar
from nennep.notifications.models import Notification
from nennep.organizations.models import Organization
from nennep.organizations.services import merge_organization
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.members import make_member, make_post

pytestmark = pytest.mark.django_db
SINCE, LAST = TODAY + timedelta(days=2), TODAY + timedelta(days=30)


@pytest.fixture
def deputy_user(cell: Organization) -> User:
    user = make_user("Triệu Văn Sính")
    grant_role(user, Role.COMMITTEE_MEMBER, cell)
    return user


@pytest.fixture
def deputy(cell: Organization, deputy_user: User) -> Member:
    member = make_member("Triệu Văn Sính", cell=cell, user=deputy_user)
    make_post(member, cell, PostKind.DEPUTY_SECRETARY)
    return member


def begin(actor: Actor, cell: Organization, member: Member, since: date = SINCE, last: date = LAST) -> StandIn:
    return services.begin_stand_in(
        actor=actor, organization=cell, member_id=member.pk, since=since, last_day=last, now=NOW
    )


def may_approve(user: User, cell: Organization, day: date) -> bool:
    return build_actor(user=user, today=day).may(Permission.MINUTES_APPROVE, cell.path)


def at_noon(day: date) -> datetime:
    return NOW + (day - TODAY)


def test_the_work_is_lent_for_these_days_and_ends_by_itself(
    secretary: Actor, cell: Organization, deputy: Member, deputy_user: User
) -> None:
    begin(secretary, cell, deputy)
    days = [SINCE - timedelta(days=1), SINCE, LAST, LAST + timedelta(days=1)]
    assert [may_approve(deputy_user, cell, day) for day in days] == [False, True, True, False]
    assert [find_stand_in(organization_id=cell.pk, on=day) is not None for day in days] == [False, True, True, False]
    assert [posts_on(cell.pk, day)[0].stands_in for day in days] == [False, True, True, False]


def test_the_list_and_the_private_part_are_not_lent(
    secretary: Actor, cell: Organization, deputy: Member, deputy_user: User
) -> None:
    begin(secretary, cell, deputy)
    lent = build_actor(user=deputy_user, today=SINCE)
    wanted = (Permission.PETITIONS_SETTLE, Permission.MEMBERS_WRITE, Permission.MEMBERS_READ_SENSITIVE)
    assert [lent.may(permission, cell.path) for permission in wanted] == [True, False, False]


def test_it_ends_early_and_what_was_to_come_never_begins(
    officer: Actor, cell: Organization, deputy: Member, deputy_user: User
) -> None:
    running = begin(officer, cell, deputy, since=TODAY)
    services.end_stand_in(actor=officer, stand_in=running, now=at_noon(SINCE))
    assert [may_approve(deputy_user, cell, day) for day in (TODAY, SINCE)] == [True, False]
    coming = begin(officer, cell, deputy, since=LAST + timedelta(days=5), last=LAST + timedelta(days=9))
    services.end_stand_in(actor=officer, stand_in=coming, now=NOW)
    assert not may_approve(deputy_user, cell, LAST + timedelta(days=6))
    with pytest.raises(StandInOver):
        services.end_stand_in(actor=officer, stand_in=coming, now=NOW)


def test_nobody_else_lends_it_and_nobody_takes_it(
    cell: Organization, other: Organization, deputy: Member, deputy_user: User
) -> None:
    stranger = make_user("Nông Văn Xa")
    grant_role(stranger, Role.SECRETARY, other)
    for actor in (actor_of(deputy_user), actor_of(stranger)):
        with pytest.raises(NotAllowed):
            begin(actor, cell, deputy)
    grant_role(deputy_user, Role.COMMUNE_OFFICER, cell)
    with pytest.raises(CannotStandIn):
        begin(actor_of(deputy_user), cell, deputy)


@pytest.mark.parametrize("kind", [None, PostKind.GROUP_HEAD, PostKind.SECRETARY])
def test_only_a_deputy_or_committee_member_stands_in(
    secretary: Actor, cell: Organization, kind: PostKind | None
) -> None:
    member = make_member("Lý Thị Mỷ", cell=cell)
    if kind:
        make_post(member, cell, kind)
    with pytest.raises(CannotStandIn):
        begin(secretary, cell, member)


def test_it_begins_today_at_the_earliest_and_days_do_not_overlap(
    secretary: Actor, cell: Organization, deputy: Member
) -> None:
    for since, last in ((TODAY - timedelta(days=1), LAST), (LAST, SINCE)):
        with pytest.raises(StandInBegins):
            begin(secretary, cell, deputy, since, last)
    begin(secretary, cell, deputy)
    with pytest.raises(StandInTaken):
        begin(secretary, cell, deputy, LAST, LAST + timedelta(days=3))
    begin(secretary, cell, deputy, LAST + timedelta(days=1), LAST + timedelta(days=3))
    assert StandIn.objects.count() == 2


def test_nobody_stands_in_for_years(secretary: Actor, cell: Organization, deputy: Member) -> None:
    furthest = TODAY + timedelta(days=366)
    for last in (furthest + timedelta(days=1), date.max):
        with pytest.raises(StandInTooFar):
            begin(secretary, cell, deputy, last=last)
    begin(secretary, cell, deputy, last=furthest)


def test_ending_one_absence_leaves_the_others_of_the_same_person(
    secretary: Actor, cell: Organization, deputy: Member, deputy_user: User
) -> None:
    first = begin(secretary, cell, deputy)
    later = LAST + timedelta(days=5)
    second = begin(secretary, cell, deputy, later, later + timedelta(days=9))
    services.end_stand_in(actor=secretary, stand_in=first, now=NOW)
    assert [may_approve(deputy_user, cell, day) for day in (SINCE, later)] == [False, True]
    services.end_stand_in(actor=secretary, stand_in=second, now=NOW)
    assert not may_approve(deputy_user, cell, later)


@pytest.mark.parametrize(
    ("kind", "goes_on"), [(PostKind.COMMITTEE_MEMBER, True), (PostKind.GROUP_HEAD, True), (PostKind.SECRETARY, False)]
)
def test_another_post_that_lets_them_stand_in_ends_nothing(
    officer: Actor, cell: Organization, deputy: Member, deputy_user: User, kind: PostKind, *, goes_on: bool
) -> None:
    make_post(make_member("Ma Công Lập", cell=cell), cell)
    begin(officer, cell, deputy)
    services.give_post(actor=officer, member=deputy, organization=cell, kind=kind, on=TODAY, now=NOW)
    assert (find_stand_in(organization_id=cell.pk, on=SINCE) is not None) == goes_on
    grant = RoleGrant.objects.get(user=deputy_user, role=Role.STAND_IN)
    assert ((grant.valid_to or date.max) > SINCE) == goes_on


@pytest.mark.parametrize("ends", [PostKind.SECRETARY, PostKind.DEPUTY_SECRETARY])
def test_it_ends_with_the_post_of_either(
    officer: Actor, cell: Organization, deputy: Member, deputy_user: User, ends: PostKind
) -> None:
    head = make_member("Ma Công Lập", cell=cell)
    posts = {PostKind.SECRETARY: make_post(head, cell), PostKind.DEPUTY_SECRETARY: deputy.posts.get()}
    begin(officer, cell, deputy, since=TODAY)
    services.end_post(actor=officer, post=posts[ends], on=SINCE, now=at_noon(SINCE))
    assert [may_approve(deputy_user, cell, day) for day in (TODAY, SINCE)] == [True, False]


def test_it_ends_when_its_holder_leaves_and_when_the_cell_is_merged(
    officer: Actor, cell: Organization, other: Organization, deputy: Member
) -> None:
    begin(officer, cell, deputy, since=TODAY)
    merge_organization(actor=officer, organization=cell, successor=other, on=TODAY, reason="NQ 01", now=NOW)
    assert find_stand_in(organization_id=cell.pk, on=SINCE) is None


def test_an_account_opened_meanwhile_gets_the_role(officer: Actor, cell: Organization) -> None:
    member = make_member("Lò Văn Én", cell=cell)
    make_post(member, cell, PostKind.COMMITTEE_MEMBER)
    begin(officer, cell, member)
    assert not RoleGrant.objects.filter(role=Role.STAND_IN).exists()
    user = make_user("Lò Văn Én")
    services.link_user(actor=officer, member=member, user=user, now=NOW)
    assert may_approve(user, cell, SINCE)


def test_who_stands_in_is_told(secretary: Actor, cell: Organization, deputy: Member, deputy_user: User) -> None:
    begin(secretary, cell, deputy)
    notice = Notification.objects.get()
    assert (notice.user_id, notice.title) == (
        deputy_user.pk,
        f"Đồng chí được giao thay bí thư từ {SINCE:%d/%m/%Y} đến hết {LAST:%d/%m/%Y}",
    )
    assert deputy.user_id == deputy_user.pk


@pytest.mark.usefixtures("fixed_clock")
def test_the_page_lends_it_and_the_home_says_so(cell: Organization, deputy: Member, deputy_user: User) -> None:
    user = make_user("Ma Công Lập")
    grant_role(user, Role.SECRETARY, cell)
    client = Client()
    client.force_login(user)
    address = reverse("members:choose_stand_in", args=[cell.public_id])
    assert "Triệu Văn Sính, Phó bí thư" in client.get(address).content.decode()
    typed = {"member": str(deputy.pk), "since": f"{TODAY:%d/%m/%Y}", "last_day": "cuối tháng"}
    assert client.post(address, typed).status_code == 422
    assert client.post(address, typed | {"last_day": f"{LAST:%d/%m/%Y}"}).status_code == 302
    client.force_login(deputy_user)
    home = client.get(reverse("home")).content.decode()
    assert f"làm thay đến hết {LAST:%d/%m/%Y}" in home
