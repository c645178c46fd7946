"""What is written when a role is given or taken back, and where the days of grants meet."""

from datetime import date, timedelta
from typing import Any

import pytest

from nennep.accounts import services
from nennep.accounts.choices import Role, Verb
from nennep.accounts.models import RoleGrant
from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def cell() -> Organization:
    return make_unit(parent=make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE))


@pytest.fixture
def officer(cell: Organization) -> Actor:
    user = make_user("Ma Thị Lan")
    commune = Organization.objects.get(path=cell.path[: -Organization.steplen])
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    return actor_of(user)


def give(actor: Actor, cell: Organization, user: Any, **facts: Any) -> RoleGrant:
    usual: dict[str, Any] = {"role": Role.SECRETARY, "subtree": False, "valid_from": TODAY}
    return services.grant_role(actor=actor, user=user, organization=cell, now=NOW, **(usual | facts))


def trail() -> list[tuple[str, Any]]:
    return list(AuditEvent.objects.order_by("pk").values_list("verb", "details"))


def test_a_grant_keeps_what_was_given_and_by_whom(officer: Actor, cell: Organization) -> None:
    user = make_user("Vàng A Tủa")
    give(officer, cell, user, role=Role.OFFICIAL, subtree=True, valid_to=TOMORROW)
    grant = RoleGrant.objects.get(user=user)
    assert (grant.role, grant.organization, grant.subtree) == (Role.OFFICIAL, cell, True)
    assert (grant.valid_from, grant.valid_to, grant.granted_by_id) == (TODAY, TOMORROW, officer.user_id)
    details = {"role": "official", "unit": cell.name, "subtree": True, "from": "2026-11-09", "to": "2026-11-10"}
    assert trail() == [(Verb.GRANTED, details)]
    event = AuditEvent.objects.get()
    assert (event.target_kind, event.target_id, event.target_label, event.unit_path) == (
        "accounts.user",
        str(user.public_id),
        "Vàng A Tủa",
        cell.path,
    )


def test_the_program_itself_hands_out_anything_and_people_what_their_roles_allow(cell: Organization) -> None:
    user = make_user()
    give(Actor.system(), cell, user, role=Role.ADMINISTRATOR)
    with pytest.raises(services.CannotGrant):
        give(Actor.visitor(), cell, user)
    with pytest.raises(services.CannotGrant):
        give(actor_of(make_user()), cell, user)
    alone = make_user()
    grant_role(alone, Role.COMMUNE_OFFICER, cell)
    with pytest.raises(services.CannotGrant):  # wider than the giver's own
        give(actor_of(alone), cell, user, subtree=True)


@pytest.mark.parametrize(
    ("former_end", "given"), [(TODAY, True), (TOMORROW, False), (None, False)], ids=["ended", "runs", "open"]
)
def test_the_same_role_is_given_again_from_the_day_the_former_ended(
    officer: Actor, cell: Organization, former_end: date | None, *, given: bool
) -> None:
    user = make_user()
    former = grant_role(user, Role.SECRETARY, cell)
    former.valid_to = former_end
    former.save()
    if given:
        give(officer, cell, user)
    else:
        with pytest.raises(services.AlreadyGranted):
            give(officer, cell, user)
    assert RoleGrant.objects.filter(user=user).count() == 1 + given
    followed = services.follow_role(
        actor=officer, user_id=user.pk, organization=cell, role=Role.MEMBER, on=TODAY, now=NOW
    )
    assert followed is not None
    other = make_user()
    give(officer, cell, other)
    give(officer, cell, user, role=Role.COMMITTEE_MEMBER)
    give(officer, make_unit("Chi bộ khác", parent=Organization.objects.get(path=cell.path[:4])), user)


@pytest.mark.parametrize(
    ("begins", "ends", "until"),
    [(date(2025, 1, 1), TODAY, TODAY), (TOMORROW, TODAY, TOMORROW), (TODAY, TODAY, TODAY)],
    ids=["running", "to begin", "begun today"],
)
def test_what_is_taken_back_ends_and_never_before_it_began(
    officer: Actor, cell: Organization, begins: date, ends: date, until: date
) -> None:
    user = make_user()
    grant = grant_role(user, Role.SECRETARY, cell, valid_from=begins)
    services.revoke_grant(actor=officer, grant=grant, on=ends, now=NOW)
    grant.refresh_from_db()
    assert grant.valid_to == until
    details = {"role": "secretary", "unit": cell.name, "subtree": False}
    days = {"from": begins.isoformat(), "to": until.isoformat()}
    assert trail() == [(Verb.REVOKED, details | days)]


def test_who_may_not_give_a_role_does_not_take_it_back(officer: Actor, cell: Organization) -> None:
    board = grant_role(make_user(), Role.PROVINCE_BOARD, cell)
    below = grant_role(make_user(), Role.OFFICIAL, Organization.objects.get(path=cell.path[:4]), subtree=True)
    own = RoleGrant.objects.get(user__full_name=officer.name)
    with pytest.raises(services.CannotGrant):
        services.revoke_grant(actor=officer, grant=board, on=TODAY, now=NOW)
    with pytest.raises(services.GrantToSelf):
        services.revoke_grant(actor=officer, grant=own, on=TODAY, now=NOW)
    services.revoke_grant(actor=officer, grant=below, on=TODAY, now=NOW)
    assert list(RoleGrant.objects.order_by("pk").values_list("valid_to", flat=True)) == [None, None, TODAY]


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.MEMBER, Role.COMMITTEE_MEMBER}])
def test_no_other_role_follows_by_itself(cell: Organization, role: Role) -> None:
    with pytest.raises(services.CannotGrant):
        services.follow_role(
            actor=Actor.system(), user_id=make_user().pk, organization=cell, role=role, on=TODAY, now=NOW
        )


@pytest.mark.parametrize("role", [Role.MEMBER, Role.COMMITTEE_MEMBER])
def test_a_role_that_follows_is_written_like_any_other(officer: Actor, cell: Organization, role: Role) -> None:
    user = make_user()
    services.follow_role(actor=officer, user_id=user.pk, organization=cell, role=role, on=TOMORROW, now=NOW)
    grant = RoleGrant.objects.get(user=user)
    assert (grant.role, grant.organization, grant.subtree, grant.valid_from) == (role, cell, False, TOMORROW)
    assert (grant.valid_to, grant.granted_by_id) == (None, officer.user_id)
    details = {"role": role, "unit": cell.name, "subtree": False, "from": "2026-11-10", "to": None}
    assert trail() == [(Verb.GRANTED, details)]


def test_roles_end_with_the_membership_in_its_unit_and_no_others(officer: Actor, cell: Organization) -> None:
    user, other = make_user(), make_user()
    elsewhere = make_unit("Chi bộ khác", parent=Organization.objects.get(path=cell.path[:4]))
    grants = [
        grant_role(user, Role.MEMBER, cell),
        grant_role(user, Role.COMMITTEE_MEMBER, cell, valid_from=TOMORROW),
        grant_role(user, Role.SECRETARY, cell),
        grant_role(user, Role.MEMBER, elsewhere),
        grant_role(other, Role.MEMBER, cell),
    ]
    facts: dict[str, Any] = {"user": user, "role": Role.MEMBER, "organization": cell, "valid_from": date(2025, 1, 1)}
    ended = [RoleGrant.objects.create(valid_to=day, **facts) for day in (TODAY, TOMORROW)]
    count = services.end_roles(
        actor=officer,
        user_id=user.pk,
        organization=cell,
        roles=[Role.MEMBER, Role.COMMITTEE_MEMBER],
        on=TODAY,
        now=NOW,
    )
    assert count == 3
    days = dict(RoleGrant.objects.values_list("pk", "valid_to"))
    assert [days[grant.pk] for grant in (*grants, *ended)] == [TODAY, TOMORROW, None, None, None, TODAY, TODAY]
    assert [verb for verb, _details in trail()] == [Verb.REVOKED] * 3
