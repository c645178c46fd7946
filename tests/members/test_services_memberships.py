"""Where changes of membership meet: the same day, the end of a cell, rights in two units, and what the trail says."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from nennep.accounts.choices import Role
from nennep.accounts.models import RoleGrant
from nennep.audit.models import AuditEvent
from nennep.core import events
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.permissions import Permission
from nennep.members import services
from nennep.members.choices import Ending, MembershipKind, MembershipsChanged, PostKind, Standing, Verb
from nennep.members.models import Member, Membership, Post
from nennep.members.services.membership_rows import FutureDate, MembershipNeedsCell, NotAMember, OutOfOrder, SameCell
from nennep.members.services.memberships import AlreadyMember
from nennep.members.services.stays import CannotGoElsewhere
from nennep.organizations.models import Organization
from tests.factories.accounts import grant_role, make_user
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.members import JOINED, make_member, make_membership, make_post
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
MARCH, MAY = date(2026, 3, 1), date(2026, 5, 1)


def rows_of(member: Member) -> list[tuple[Any, ...]]:
    rows = Membership.objects.filter(member=member).order_by("valid_from", "kind")
    return [(row.organization.name, row.kind, row.standing, row.valid_from, row.valid_to, row.ending) for row in rows]


def trail() -> list[tuple[str, Any]]:
    return list(AuditEvent.objects.order_by("pk").values_list("verb", "details"))


def writer(*units: Organization) -> Actor:
    actors = [make_actor(Permission.MEMBERS_WRITE, path=unit.path, subtree=False) for unit in units]
    return Actor(None, "Người ghi", frozenset().union(*(actor.grants for actor in actors)))


def facts_of(cell: Organization, row: Membership) -> dict[str, str]:
    return {
        "unit": cell.name,
        "kind": row.kind,
        "standing": row.standing,
        "from": row.valid_from.isoformat(),
        "ending": row.ending,
    }


def join(actor: Actor, member: Member, cell: Organization, on: date = MARCH, **facts: Any) -> Membership:
    usual = {"kind": MembershipKind.OFFICIAL, "standing": Standing.OFFICIAL}
    return services.join_cell(actor=actor, member=member, organization=cell, on=on, now=NOW, **(usual | facts))


def test_who_joins_is_written_down_with_decision_and_role(cell: Organization) -> None:
    user = make_user()
    member = make_member(user=user)
    row = join(writer(cell), member, cell, standing=Standing.PROBATIONARY, decision="12-QĐ/ĐU")
    assert rows_of(member) == [(cell.name, "official", "probationary", MARCH, None, "")]
    assert row.decision == "12-QĐ/ĐU"
    assert trail()[-1] == (Verb.TRANSFERRED, facts_of(cell, row))
    event = AuditEvent.objects.get(verb=Verb.TRANSFERRED)
    assert (event.target_kind, event.target_id, event.unit_path) == (
        "members.member",
        str(member.public_id),
        cell.path,
    )
    grant = RoleGrant.objects.get(user=user)
    assert (grant.role, grant.organization, grant.valid_from, grant.subtree) == (Role.MEMBER, cell, MARCH, False)


@pytest.mark.parametrize(("on", "joined"), [(MARCH - DAY, True), (MARCH, False), (MARCH + DAY, False)])
def test_a_cell_takes_members_until_the_day_before_it_closes(cell: Organization, on: date, *, joined: bool) -> None:
    Organization.objects.filter(pk=cell.pk).update(closed_on=MARCH)
    cell.refresh_from_db()
    member = make_member()
    if joined:
        join(writer(cell), member, cell, on)
    else:
        with pytest.raises(MembershipNeedsCell):
            join(writer(cell), member, cell, on)
    assert len(rows_of(member)) == joined


@pytest.mark.parametrize(("on", "joined"), [(MARCH - DAY, False), (MARCH, True)])
def test_a_cell_takes_members_from_the_day_it_opens(commune: Organization, on: date, *, joined: bool) -> None:
    young, member = make_unit("Chi bộ mới", parent=commune, opened_on=MARCH), make_member()
    if joined:
        join(writer(young), member, young, on)
    else:
        with pytest.raises(MembershipNeedsCell):
            join(writer(young), member, young, on)
    assert len(rows_of(member)) == joined


def test_joining_is_for_writers_of_the_cell_and_not_before_the_last_end(
    commune: Organization, cell: Organization, other: Organization
) -> None:
    member = make_member()
    make_membership(member, other, valid_to=MARCH)
    with pytest.raises(NotAllowed):
        join(writer(other), member, cell)
    with pytest.raises(MembershipNeedsCell):
        join(writer(commune), member, commune)
    with pytest.raises(OutOfOrder, match="01/03/2026"):
        join(writer(cell), member, cell, MARCH - DAY)
    with pytest.raises(FutureDate):
        join(writer(cell), member, cell, TODAY + DAY)
    join(writer(cell), member, cell, MARCH)
    with pytest.raises(AlreadyMember):
        join(writer(cell), member, cell, MAY)
    guest = join(writer(other), member, other, MAY, kind=MembershipKind.TEMPORARY)  # of another kind: both may run
    assert (guest.valid_from, trail()[-1][1]["kind"]) == (MAY, "temporary")


def test_a_change_of_standing_keeps_reason_and_decision_and_ends_a_stay(
    officer: Actor, cell: Organization, other: Organization
) -> None:
    member = make_member(cell=cell)
    services.transfer_temporarily(actor=officer, member=member, to=other, on=MARCH, decision="5-QĐ", now=NOW)
    changed = services.change_standing(
        actor=officer, member=member, standing=Standing.SUSPENDED, on=MAY, reason="a", decision="6-QĐ", now=NOW
    )
    assert rows_of(member) == [
        (cell.name, "official", "official", JOINED, MARCH, ""),
        (cell.name, "official", "elsewhere", MARCH, MAY, ""),
        (other.name, "temporary", "official", MARCH, MAY, "returned"),
        (cell.name, "official", "suspended", MAY, None, ""),
    ]
    assert (changed.reason, changed.decision) == ("a", "6-QĐ")
    decisions = Membership.objects.order_by("pk").values_list("decision", flat=True)
    assert list(decisions) == ["", "5-QĐ", "5-QĐ", "6-QĐ"]
    assert trail()[-1] == (Verb.STANDING_CHANGED, facts_of(cell, changed))


def test_who_stays_elsewhere_stays_when_that_is_written_again(
    officer: Actor, cell: Organization, other: Organization
) -> None:
    member = make_member(cell=cell)
    services.transfer_temporarily(actor=officer, member=member, to=other, on=MARCH, now=NOW)
    services.change_standing(actor=officer, member=member, standing=Standing.ELSEWHERE, on=MAY, now=NOW)
    assert Membership.objects.filter(kind=MembershipKind.TEMPORARY, valid_to=None).count() == 1


CHANGES: dict[str, Callable[[Actor, Member, Organization], Any]] = {
    "standing": lambda actor, member, _to: services.change_standing(
        actor=actor, member=member, standing=Standing.EXEMPT, on=MARCH, now=NOW
    ),
    "stay": lambda actor, member, to: services.transfer_temporarily(
        actor=actor, member=member, to=to, on=MARCH, now=NOW
    ),
    "transfer": lambda actor, member, to: services.transfer(actor=actor, member=member, to=to, on=MARCH, now=NOW),
    "leaving": lambda actor, member, _to: services.leave(
        actor=actor, member=member, ending=Ending.REMOVED, on=MARCH, now=NOW
    ),
}


@pytest.mark.parametrize(
    ("change", "rights"), [*((name, "there") for name in CHANGES), ("stay", "here"), ("transfer", "here")]
)
def test_changes_are_written_by_writers_of_every_cell_they_touch(
    cell: Organization, other: Organization, change: str, rights: str
) -> None:
    member = make_member(cell=cell)
    with pytest.raises(NotAllowed):
        CHANGES[change](writer(cell if rights == "here" else other), member, other)
    assert rows_of(member) == [(cell.name, "official", "official", JOINED, None, "")]


def test_coming_home_is_written_by_writers_of_the_own_cell(cell: Organization, other: Organization) -> None:
    member = make_member(cell=cell)
    services.transfer_temporarily(actor=writer(cell), member=member, to=None, on=MARCH, now=NOW)
    with pytest.raises(NotAllowed):
        services.return_home(actor=writer(other), member=member, on=MAY, now=NOW)


def test_a_transfer_on_the_day_of_joining_corrects_the_row(
    officer: Actor, cell: Organization, other: Organization
) -> None:
    member = make_member(cell=cell, valid_from=MARCH)
    moved = services.transfer(actor=officer, member=member, to=other, on=MARCH, decision="7-QĐ", now=NOW)
    assert rows_of(member) == [(other.name, "official", "official", MARCH, None, "")]
    assert moved.decision == "7-QĐ"
    assert trail()[-1] == (Verb.TRANSFERRED, facts_of(other, moved))
    with pytest.raises(OutOfOrder):
        services.transfer(actor=officer, member=member, to=cell, on=MARCH - DAY, now=NOW)


def test_a_transfer_from_a_stay_brings_the_standing_of_home_along(
    officer: Actor, cell: Organization, other: Organization
) -> None:
    third = make_unit("Chi bộ thôn Ba", parent=Organization.objects.get(path=cell.path[:4]))
    member = make_member(cell=cell, standing=Standing.PROBATIONARY)
    Member.objects.filter(pk=member.pk).update(official_on=MAY)
    services.transfer_temporarily(actor=officer, member=member, to=other, on=MARCH, now=NOW)
    services.transfer(actor=officer, member=member, to=third, on=MAY, now=NOW)
    assert rows_of(member) == [
        (cell.name, "official", "probationary", JOINED, MARCH, ""),
        (cell.name, "official", "elsewhere", MARCH, MAY, "moved"),
        (other.name, "temporary", "probationary", MARCH, MAY, "returned"),
        (third.name, "official", "official", MAY, None, ""),
    ]


def test_a_stay_says_where_and_is_of_somebody_active(officer: Actor, cell: Organization, other: Organization) -> None:
    user = make_user()
    member = make_member(cell=cell, user=user)
    home = services.transfer_temporarily(actor=officer, member=member, to=other, on=MARCH, now=NOW)
    assert trail()[-1] == (Verb.TRANSFERRED, facts_of(cell, home) | {"to": other.name})
    assert RoleGrant.objects.get(user=user).organization == other
    for standing in set(Standing) - {Standing.OFFICIAL, Standing.PROBATIONARY}:
        with pytest.raises(CannotGoElsewhere):
            services.transfer_temporarily(
                actor=officer, member=make_member("X", cell=cell, standing=standing), to=None, on=MARCH, now=NOW
            )
    outside = make_member("Y", cell=cell)
    home = services.transfer_temporarily(actor=officer, member=outside, to=None, on=MARCH, now=NOW)
    assert trail()[-1] == (Verb.TRANSFERRED, facts_of(cell, home) | {"to": ""})
    with pytest.raises(SameCell):
        services.transfer_temporarily(actor=officer, member=make_member("Z", cell=cell), to=cell, on=MARCH, now=NOW)
    with pytest.raises(NotAMember):
        services.transfer_temporarily(actor=officer, member=make_member("W"), to=cell, on=MARCH, now=NOW)


def test_a_stay_begins_when_the_last_one_has_ended(officer: Actor, cell: Organization, other: Organization) -> None:
    member = make_member(cell=cell)
    make_membership(member, other, kind=MembershipKind.TEMPORARY, valid_from=MARCH, valid_to=MAY)
    with pytest.raises(OutOfOrder, match="01/05/2026"):
        services.transfer_temporarily(actor=officer, member=member, to=other, on=MAY - DAY, now=NOW)
    with pytest.raises(OutOfOrder, match="01/01/2024"):
        services.transfer_temporarily(
            actor=officer, member=make_member("X", cell=cell), to=other, on=JOINED - DAY, now=NOW
        )
    services.transfer_temporarily(actor=officer, member=member, to=other, on=MAY, now=NOW)


def test_coming_home_is_written_down(officer: Actor, cell: Organization, other: Organization) -> None:
    user = make_user()
    member = make_member(cell=cell, user=user, standing=Standing.PROBATIONARY)
    services.transfer_temporarily(actor=officer, member=member, to=other, on=MARCH, decision="5-QĐ", now=NOW)
    with pytest.raises(OutOfOrder):
        services.return_home(actor=officer, member=member, on=MARCH - DAY, now=NOW)
    back = services.return_home(actor=officer, member=member, on=MAY, now=NOW)
    assert (back.standing, back.decision, back.reason) == (Standing.PROBATIONARY, "", "")
    assert rows_of(member)[1:3] == [
        (cell.name, "official", "elsewhere", MARCH, MAY, "returned"),
        (other.name, "temporary", "probationary", MARCH, MAY, "returned"),
    ]
    assert trail()[-1] == (Verb.STANDING_CHANGED, facts_of(cell, back))
    assert RoleGrant.objects.get(user=user, organization=other).valid_to == MAY


def test_the_standing_before_an_exemption_does_not_come_back_from_a_later_stay(
    secretary: Actor, cell: Organization
) -> None:
    """Of several active standings before, the latest holds again."""
    member = make_member(cell=cell, standing=Standing.PROBATIONARY)
    for standing, on in ((Standing.OFFICIAL, date(2025, 1, 1)), (Standing.EXEMPT, date(2025, 6, 1))):
        services.change_standing(actor=secretary, member=member, standing=standing, on=on, now=NOW)
    services.change_standing(actor=secretary, member=member, standing=Standing.ELSEWHERE, on=MARCH, now=NOW)
    assert services.return_home(actor=secretary, member=member, on=MAY, now=NOW).standing == Standing.OFFICIAL


@pytest.mark.parametrize("ending", [Ending.DECEASED, Ending.EXPELLED])
def test_who_leaves_leaves_posts_roles_and_stays(
    officer: Actor, cell: Organization, other: Organization, ending: Ending
) -> None:
    user = make_user()
    member = make_member(cell=cell, user=user)
    for role in (Role.MEMBER, Role.COMMITTEE_MEMBER, Role.SECRETARY, Role.OFFICIAL):
        grant_role(user, role, cell)
    services.transfer_temporarily(actor=officer, member=member, to=other, on=MARCH, now=NOW)
    posts = [
        make_post(member, cell),
        make_post(member, cell, PostKind.GROUP_HEAD, valid_from=TODAY),
        make_post(member, cell, PostKind.COMMITTEE_MEMBER, valid_to=MARCH),
        make_post(member, other, PostKind.GROUP_HEAD),
    ]
    row = services.leave(actor=officer, member=member, ending=ending, on=MAY, decision="8-QĐ", now=NOW)
    row.refresh_from_db()
    assert (row.valid_to, row.ending, row.decision) == (MAY, ending, "8-QĐ")
    stay = Membership.objects.get(kind=MembershipKind.TEMPORARY)
    assert (stay.valid_to, stay.ending) == (MAY, ending)
    days = dict(Post.objects.values_list("pk", "valid_to"))
    assert [days[post.pk] for post in posts] == [MAY, TODAY, MARCH, MAY]
    running = RoleGrant.objects.filter(user=user, valid_to=None)
    assert list(running.values_list("role", flat=True)) == [Role.OFFICIAL]
    assert trail()[-1] == (Verb.LEFT, facts_of(cell, row))


def test_who_leaves_takes_nobody_elses_post_along(secretary: Actor, cell: Organization) -> None:
    going, staying = make_member("Lò Thị Kiều", cell=cell), make_member("Giàng A Páo", cell=cell)
    for member, kind in ((going, PostKind.COMMITTEE_MEMBER), (staying, PostKind.SECRETARY)):
        make_post(member, cell, kind)
    services.leave(actor=secretary, member=going, ending=Ending.MOVED_OUT, on=MAY, now=NOW)
    posts = Post.objects.order_by("pk").values_list("member__full_name", "valid_to")
    assert list(posts) == [("Lò Thị Kiều", MAY), ("Giàng A Páo", None)]


def test_who_leaves_without_a_decision_keeps_the_one_of_the_row(secretary: Actor, cell: Organization) -> None:
    member = make_member(cell=cell)
    Membership.objects.update(decision="1-QĐ")
    services.leave(actor=secretary, member=member, ending=Ending.MOVED_OUT, on=MARCH, now=NOW)
    assert Membership.objects.get().decision == "1-QĐ"
    with pytest.raises(NotAMember):
        services.leave(actor=secretary, member=member, ending=Ending.MOVED_OUT, on=MAY, now=NOW)


def test_leaving_is_not_before_joining(secretary: Actor, cell: Organization) -> None:
    member = make_member(cell=cell, valid_from=MARCH)
    with pytest.raises(OutOfOrder):
        services.leave(actor=secretary, member=member, ending=Ending.MOVED_OUT, on=MARCH - DAY, now=NOW)
    with pytest.raises(FutureDate):
        services.leave(actor=secretary, member=member, ending=Ending.MOVED_OUT, on=TODAY + DAY, now=NOW)
    services.leave(actor=secretary, member=member, ending=Ending.MOVED_OUT, on=MARCH, now=NOW)
    assert rows_of(member) == [(cell.name, "official", "official", MARCH, MARCH, "moved_out")]


def test_members_of_a_merged_cell_move_once_and_not_before_they_came(
    officer: Actor, cell: Organization, other: Organization
) -> None:
    here, late, gone = (make_member(name) for name in ("A", "B", "C"))
    make_membership(here, cell)
    make_membership(late, cell, valid_from=TODAY)
    make_membership(gone, cell, valid_to=MARCH)
    merge: dict[str, Any] = {"predecessor_id": cell.pk, "successor_id": other.pk, "on": MAY, "now": NOW}
    with pytest.raises(NotAllowed):
        services.follow_merge(actor=officer, **merge)
    assert services.follow_merge(actor=Actor.system(), **merge) == 2
    assert rows_of(here)[1] == (other.name, "official", "official", MAY, None, "")
    assert rows_of(late) == [(other.name, "official", "official", TODAY, None, "")]
    assert rows_of(gone) == [(cell.name, "official", "official", JOINED, MARCH, "")]
    assert [verb for verb, _details in trail()] == [Verb.TRANSFERRED] * 2
    assert services.follow_merge(actor=Actor.system(), **merge) == 0


def test_what_is_old_by_a_change_is_told_since_which_day(
    officer: Actor, cell: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[MembershipsChanged] = []
    monkeypatch.setitem(events._handlers, MembershipsChanged, [heard.append])
    member = make_member()
    join(officer, member, cell)
    services.change_standing(actor=officer, member=member, standing=Standing.EXEMPT, on=MAY, now=NOW)
    services.leave(actor=officer, member=member, ending=Ending.DECEASED, on=TODAY, now=NOW)
    assert heard == [MembershipsChanged(frozenset({member.pk}), since=day) for day in (MARCH, MAY, TODAY)]
