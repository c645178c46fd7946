"""Posts: who may hold one, which one takes the place of which, the roles that follow, and what the trail says."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from nennep.accounts.choices import Role
from nennep.accounts.models import RoleGrant, User
from nennep.audit.models import AuditEvent
from nennep.core import events
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.findings import Finding
from nennep.core.permissions import Permission
from nennep.members import services
from nennep.members.choices import Ending, MembershipKind, MembersMerged, PostKind, Standing, Verb
from nennep.members.models import Member, Post
from nennep.members.queries import find_unled_post
from nennep.members.services.membership_rows import FutureDate, OutOfOrder
from nennep.members.services.posts import CannotHoldPost, NoSecretaryAccount, PostEnded
from nennep.notifications.models import Notification
from nennep.organizations.models import Organization
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.members import JOINED, make_member, make_membership, make_post

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
MARCH = date(2026, 3, 1)
SECRETARY, DEPUTY, COMMITTEE, HEAD = PostKind


def give(actor: Actor, member: Member, unit: Organization, kind: PostKind, on: date = MARCH) -> Post:
    return services.give_post(actor=actor, member=member, organization=unit, kind=kind, on=on, now=NOW)


def writer(unit: Organization) -> Actor:
    return make_actor(Permission.MEMBERS_WRITE, path=unit.path)


def running() -> list[tuple[str, str]]:
    rows = Post.objects.filter(valid_to=None).order_by("pk").select_related("member")
    return [(row.member.full_name, row.kind) for row in rows]


def test_what_is_written_when_a_post_is_given_and_ended(cell: Organization) -> None:
    member = make_member(cell=cell)
    make_post(make_member("Người khác", cell=cell), cell)
    post = give(writer(cell), member, cell, HEAD)
    assert (post.member, post.organization, post.kind, post.valid_from) == (member, cell, HEAD, MARCH)
    services.end_post(actor=writer(cell), post=post, on=TODAY, now=NOW)
    details = {"post": "group_head", "unit": cell.name, "from": "2026-03-01"}
    assert list(AuditEvent.objects.order_by("pk").values_list("verb", "details")) == [
        (Verb.POST_GIVEN, details | {"to": None}),
        (Verb.POST_ENDED, details | {"to": "2026-11-09"}),
    ]
    event = AuditEvent.objects.latest("pk")
    assert (event.target_id, event.unit_path) == (str(member.public_id), cell.path)


def test_posts_are_given_and_ended_by_writers_of_the_unit(cell: Organization, other: Organization) -> None:
    member = make_member(cell=cell)
    with pytest.raises(NotAllowed):
        give(writer(other), member, cell, HEAD)
    post = make_post(member, cell)
    with pytest.raises(NotAllowed):
        services.end_post(actor=writer(other), post=post, on=TODAY, now=NOW)


@pytest.mark.parametrize(
    ("on", "refusal"), [(JOINED - DAY, OutOfOrder), (JOINED, None), (TODAY, None), (TODAY + DAY, FutureDate)]
)
def test_a_post_ends_between_its_beginning_and_today(
    cell: Organization, on: date, refusal: type[Exception] | None
) -> None:
    post = make_post(make_member(cell=cell), cell)
    if refusal is not None:
        with pytest.raises(refusal):
            services.end_post(actor=writer(cell), post=post, on=on, now=NOW)
        return
    assert services.end_post(actor=writer(cell), post=post, on=on, now=NOW).valid_to == on
    with pytest.raises(PostEnded):
        services.end_post(actor=writer(cell), post=post, on=on, now=NOW)


def test_only_an_official_member_of_the_unit_on_that_day_holds_a_post(
    commune: Organization, cell: Organization, other: Organization
) -> None:
    joined_later = make_member("A", cell=cell, valid_from=MARCH + DAY)
    left = make_member("B")
    make_membership(left, cell, valid_to=MARCH)
    guest = make_member("C", cell=cell, kind=MembershipKind.TEMPORARY)
    others = [make_member("D", cell=cell, standing=one) for one in Standing if one != Standing.OFFICIAL]
    for member in (joined_later, left, guest, *others, make_member("E", cell=other), make_member("F")):
        with pytest.raises(CannotHoldPost):
            give(writer(cell), member, cell, HEAD)
    give(writer(commune), make_member("G", cell=cell), commune, HEAD)  # a unit above cells takes members from below
    give(writer(cell), joined_later, cell, HEAD, MARCH + DAY)
    assert running() == [("G", HEAD), ("A", HEAD)]


@pytest.mark.parametrize(
    ("held", "given", "left"),
    [
        (SECRETARY, SECRETARY, [("B", SECRETARY)]),
        (DEPUTY, DEPUTY, [("A", DEPUTY), ("B", DEPUTY)]),
        (SECRETARY, DEPUTY, [("A", SECRETARY), ("B", DEPUTY)]),
        (DEPUTY, SECRETARY, [("A", DEPUTY), ("B", SECRETARY)]),
        (HEAD, HEAD, [("A", HEAD), ("B", HEAD)]),
    ],
)
def test_one_secretary_and_as_many_others_as_are_elected(
    cell: Organization, held: PostKind, given: PostKind, left: list[tuple[str, str]]
) -> None:
    give(writer(cell), make_member("A", cell=cell), cell, held)
    give(writer(cell), make_member("B", cell=cell), cell, given, TODAY)
    assert running() == left


@pytest.mark.parametrize(
    ("held", "given", "left"),
    [
        (SECRETARY, SECRETARY, [SECRETARY]),
        (SECRETARY, DEPUTY, [DEPUTY]),
        (DEPUTY, COMMITTEE, [COMMITTEE]),
        (COMMITTEE, SECRETARY, [SECRETARY]),
        (HEAD, SECRETARY, [HEAD, SECRETARY]),
        (SECRETARY, HEAD, [SECRETARY, HEAD]),
        (HEAD, HEAD, [HEAD]),
    ],
)
def test_a_member_holds_one_leading_post_in_a_unit(
    cell: Organization, held: PostKind, given: PostKind, left: list[PostKind]
) -> None:
    member = make_member("A", cell=cell)
    give(writer(cell), member, cell, held)
    give(writer(cell), member, cell, given, TODAY)
    assert running() == [("A", kind) for kind in left]
    ended = Post.objects.exclude(valid_to=None)
    assert {post.valid_to for post in ended} <= {TODAY}


def test_posts_in_another_unit_run_on(commune: Organization, cell: Organization) -> None:
    member = make_member("A", cell=cell)
    give(writer(commune), member, commune, SECRETARY)
    give(writer(cell), member, cell, SECRETARY, TODAY)
    assert running() == [("A", SECRETARY), ("A", SECRETARY)]


def test_a_former_post_is_not_ended_before_it_began(cell: Organization) -> None:
    give(writer(cell), make_member("A", cell=cell), cell, SECRETARY, TODAY)
    with pytest.raises(OutOfOrder, match="09/11/2026"):
        give(writer(cell), make_member("B", cell=cell), cell, SECRETARY, TODAY - DAY)
    assert running() == [("A", SECRETARY)]


@pytest.mark.parametrize(
    ("kind", "role"),
    [(SECRETARY, Role.SECRETARY), (DEPUTY, Role.COMMITTEE_MEMBER), (COMMITTEE, Role.COMMITTEE_MEMBER), (HEAD, None)],
)
def test_the_role_of_a_post_comes_and_goes_with_it(
    officer: Actor, cell: Organization, kind: PostKind, role: Role | None
) -> None:
    user = make_user()
    member = make_member(cell=cell, user=user)
    grant_role(user, Role.MEMBER, cell)
    post = give(officer, member, cell, kind)
    facts = RoleGrant.objects.filter(user=user).exclude(role=Role.MEMBER)
    expected = [] if role is None else [(role, cell.pk, MARCH, False)]
    assert list(facts.values_list("role", "organization_id", "valid_from", "subtree")) == expected
    services.end_post(actor=officer, post=post, on=TODAY, now=NOW)
    assert list(facts.values_list("valid_to", flat=True)) == [TODAY] * len(expected)
    assert RoleGrant.objects.get(user=user, role=Role.MEMBER).valid_to is None


def test_a_post_of_a_unit_above_cells_brings_no_role(officer: Actor, commune: Organization, cell: Organization) -> None:
    user = make_user()
    give(officer, make_member(cell=cell, user=user), commune, DEPUTY)
    give(officer, make_member("Không tài khoản", cell=cell), cell, DEPUTY)
    assert RoleGrant.objects.filter(user=user).count() == 0


def test_the_role_of_secretary_follows_only_who_hands_out_roles_and_is_somebody_else(cell: Organization) -> None:
    user = make_user("Vàng A Tủa")
    member = make_member(cell=cell, user=user)
    give(writer(cell), member, cell, SECRETARY)
    assert not RoleGrant.objects.filter(user=user).exists()
    officer_user = make_user()
    grant_role(officer_user, Role.COMMUNE_OFFICER, Organization.objects.get(path=cell.path[:4]), subtree=True)
    own = make_member("Chính mình", cell=cell, user=officer_user)
    give(actor_of(officer_user), own, cell, SECRETARY, TODAY)
    assert not RoleGrant.objects.filter(role=Role.SECRETARY).exists()


def runs(user: User, cell: Organization, on: date = TODAY) -> bool:
    return actor_of(user, today=on).may(Permission.MINUTES_APPROVE, cell.path)


@pytest.fixture
def old(cell: Organization) -> User:
    user = make_user("Ma Công Lập")
    make_post(make_member("Ma Công Lập", cell=cell, user=user), cell)
    grant_role(user, Role.SECRETARY, cell)
    return user


@pytest.fixture
def new(cell: Organization) -> Member:
    return make_member("Vàng A Tủa", cell=cell, user=make_user("Vàng A Tủa"))


def test_a_secretary_who_names_the_successor_runs_the_cell_until_the_role_is_given(
    officer: Actor, cell: Organization, old: User, new: Member
) -> None:
    """Somebody runs the cell on every day; those above are asked, and one tap is enough."""
    assert new.user is not None
    post = give(actor_of(old), new, cell, SECRETARY, TODAY)
    assert (runs(old, cell), runs(new.user, cell)) == (True, False)
    asked = Notification.objects.filter(kind="members.secretary_role")
    assert list(asked.values_list("user_id", flat=True)) == [officer.user_id]
    assert find_unled_post(actor=officer, member=new, today=TODAY) == post
    assert find_unled_post(actor=actor_of(old), member=new, today=TODAY) is None
    with pytest.raises(NotAllowed):
        services.give_secretary_role(actor=actor_of(old), post=post, now=NOW)
    services.give_secretary_role(actor=officer, post=post, now=NOW)
    assert (runs(old, cell), runs(new.user, cell)) == (False, True)
    assert find_unled_post(actor=officer, member=new, today=TODAY) is None


def test_an_officer_who_names_the_successor_gives_the_role_along(
    officer: Actor, cell: Organization, old: User, new: Member
) -> None:
    assert new.user is not None
    give(officer, new, cell, SECRETARY, TODAY)
    assert (runs(old, cell), runs(new.user, cell)) == (False, True)
    assert not Notification.objects.filter(kind="members.secretary_role").exists()


def _ask_for_successor(officer: Actor, post: Post, new: Member) -> None:
    assert post.member.user is not None
    named = give(actor_of(post.member.user), new, post.organization, SECRETARY, TODAY)
    services.give_secretary_role(actor=officer, post=named, now=NOW)


WAYS_OUT: dict[str, Callable[[Actor, Post, Member], object]] = {
    "ends": lambda officer, post, _new: services.end_post(actor=officer, post=post, on=TODAY, now=NOW),
    "successor": lambda officer, post, new: give(officer, new, post.organization, SECRETARY, TODAY),
    "asked": _ask_for_successor,
}


@pytest.mark.parametrize("way", list(WAYS_OUT))
def test_whoever_gives_the_office_back_is_still_a_member(
    officer: Actor, cell: Organization, old: User, new: Member, way: str
) -> None:
    """And reads what members read, however the office ended; who belongs to the cell no more reads nothing."""
    post = Post.objects.get(member__user=old)
    WAYS_OUT[way](officer, post, new)
    held = RoleGrant.objects.on(TODAY).filter(user=old).values_list("role", "organization_id")
    assert sorted(held) == [(Role.MEMBER, cell.pk)]
    services.leave(actor=officer, member=post.member, ending=Ending.MOVED_OUT, on=TODAY, now=NOW)
    assert not RoleGrant.objects.on(TODAY).filter(user=old).exists()


def test_a_member_without_the_role_of_one_gets_it_once(cell: Organization, old: User, new: Member) -> None:
    """Where nobody took it back by hand, of accounts that are open, of people who belong to a cell."""
    assert new.user is not None
    system, closed, gone, taken = Actor.system(), make_user("Khóa"), make_user("Đã đi"), make_user("Đã thu")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    make_member("Khóa", cell=cell, user=closed)
    make_member("Đã đi", user=gone)
    make_member("Đã thu", cell=cell, user=taken)
    RoleGrant.objects.filter(pk=grant_role(taken, Role.MEMBER, cell).pk).update(valid_to=TODAY)
    assert services.reconcile_roles(actor=system, now=NOW) == [Finding("accounts.RoleGrant.user", 2, mended=True)]
    given = RoleGrant.objects.on(TODAY).filter(role=Role.MEMBER).order_by("user_id")
    assert list(given.values_list("user_id", "organization_id")) == [(old.pk, cell.pk), (new.user.pk, cell.pk)]
    assert services.reconcile_roles(actor=system, now=NOW) == []
    with pytest.raises(NotAllowed):
        services.reconcile_roles(actor=writer(cell), now=NOW)


def test_the_role_is_given_to_a_running_secretary_with_an_account(officer: Actor, cell: Organization) -> None:
    post = give(officer, make_member("Không tài khoản", cell=cell), cell, SECRETARY)
    with pytest.raises(NoSecretaryAccount):
        services.give_secretary_role(actor=officer, post=post, now=NOW)
    services.end_post(actor=officer, post=post, on=TODAY, now=NOW)
    with pytest.raises(PostEnded):
        services.give_secretary_role(actor=officer, post=post, now=NOW)


def test_a_secretary_named_again_holds_the_role_from_the_new_day(officer: Actor, cell: Organization) -> None:
    user = make_user()
    member = make_member(cell=cell, user=user)
    former = grant_role(user, Role.SECRETARY, cell)
    give(officer, member, cell, SECRETARY, TODAY)
    former.refresh_from_db()
    days = RoleGrant.objects.filter(user=user, role=Role.SECRETARY).order_by("pk").values_list("valid_from", "valid_to")
    assert (former.valid_to, list(days)[1:]) == (TODAY, [(TODAY, None)])


def test_what_a_duplicate_gives_and_what_it_loses(
    officer: Actor, cell: Organization, other: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[MembersMerged] = []
    monkeypatch.setitem(events._handlers, MembersMerged, [heard.append])
    user = make_user()
    keep, drop = make_member("A", cell=cell, valid_from=MARCH), make_member("A", user=user)
    kept_fields = {"sex": "male", "phone": "1", "email": "a@example.vn", "note": "giữ"}
    Member.objects.filter(pk=keep.pk).update(**kept_fields)
    gained: dict[str, Any] = {
        "born_on": date(1961, 2, 3),
        "born_year": 1961,
        "education": "12/12",
        "card_number": "77",
        "admitted_on": date(1990, 1, 1),
        "official_on": date(1991, 1, 1),
        "ethnic_group": "Mông",
        "religion": "Không",
        "identity_number": "010",
        "identity_hash": "h",
    }
    Member.objects.filter(pk=drop.pk).update(**gained, sex="female", phone="2", email="b@example.vn", note="bỏ")
    until_march = make_membership(drop, other, valid_to=MARCH)
    overlapping = make_membership(drop, cell, valid_from=TODAY)
    stay = make_membership(drop, other, kind=MembershipKind.TEMPORARY, valid_from=TODAY)
    posts = [
        make_post(drop, cell, HEAD, valid_from=MARCH),
        make_post(drop, other, HEAD, valid_from=MARCH),
        make_post(drop, cell, COMMITTEE, valid_from=MARCH),
        make_post(drop, cell, HEAD, valid_from=JOINED, valid_to=MARCH),
    ]
    own = make_post(keep, cell, HEAD, valid_from=MARCH)
    services.merge_members(actor=officer, keep=keep, drop=drop, now=NOW)
    keep.refresh_from_db()
    drop.refresh_from_db()
    assert {name: getattr(keep, name) for name in gained | kept_fields} == gained | kept_fields
    assert (keep.user, drop.user, drop.merged_into) == (user, None, keep)
    assert (drop.card_number, drop.identity_number, drop.identity_hash) == ("", "", "")
    kept_rows = set(keep.memberships.values_list("pk", flat=True))
    assert {until_march.pk, stay.pk} < kept_rows
    assert overlapping.pk not in kept_rows
    assert set(Post.objects.values_list("pk", "member_id")) == {
        (own.pk, keep.pk),
        *((post.pk, keep.pk) for post in posts[1:]),
    }
    event = AuditEvent.objects.get(verb=Verb.MERGED)
    assert event.target_id == str(keep.public_id)
    assert heard == [MembersMerged(kept_id=keep.pk, dropped_id=drop.pk)]
    assert event.details == {"memberships": 2, "posts": 3, "dropped": str(drop.public_id)}


@pytest.mark.parametrize(
    ("name", "value"), [("sex", "male"), ("phone", "0912345678"), ("email", "a@example.vn"), ("note", "Tổ 2")]
)
def test_what_the_record_lacks_comes_from_the_duplicate(
    officer: Actor, cell: Organization, name: str, value: str
) -> None:
    keep, drop = make_member("A", cell=cell), make_member("A", cell=cell)
    Member.objects.filter(pk=drop.pk).update(**{name: value})
    assert getattr(services.merge_members(actor=officer, keep=keep, drop=drop, now=NOW), name) == value
    keep.refresh_from_db()
    assert getattr(keep, name) == value


@pytest.mark.parametrize("writes", ["keep", "drop"])
def test_merging_needs_the_right_to_write_both(cell: Organization, other: Organization, writes: str) -> None:
    keep, drop = make_member("A", cell=cell), make_member("B", cell=other)
    with pytest.raises(NotAllowed):
        services.merge_members(actor=writer(cell if writes == "keep" else other), keep=keep, drop=drop, now=NOW)
