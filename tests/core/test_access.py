from collections.abc import Callable

import pytest
from django.db.models import Q
from hypothesis import given
from hypothesis import strategies as st

from nennep.core.access import Actor, Grant, any_path
from nennep.core.errors import NotAllowed
from nennep.core.permissions import Permission

READ, CHANGE = Permission.ORGANIZATIONS_READ, Permission.ORGANIZATIONS_CHANGE
PATHS = st.sampled_from(["", "0001", "0002", "00010001", "00010002", "000100010001"])
GRANTS = st.builds(Grant, st.sampled_from([READ, CHANGE]), PATHS, st.booleans())


@pytest.mark.parametrize(
    ("subtree", "path", "covered"),
    [
        (True, "0001", True),
        (True, "00010001", True),
        (True, "0002", False),
        (True, "", False),
        (False, "0001", True),
        (False, "00010001", False),
        (False, "", False),
    ],
)
def test_a_grant_covers_its_unit_and_only_with_its_subtree_what_is_below(
    *, subtree: bool, path: str, covered: bool
) -> None:
    assert Grant(READ, "0001", subtree).covers(READ, path) is covered
    assert not Grant(READ, "0001", subtree).covers(CHANGE, path)


def test_a_grant_holds_for_what_is_below_when_nothing_else_is_said() -> None:
    assert Grant(READ, "0001").covers(READ, "00010001")


@given(st.frozensets(GRANTS, max_size=3), st.sampled_from([READ, CHANGE]), PATHS)
def test_an_actor_may_what_one_of_the_grants_covers(
    grants: frozenset[Grant], permission: Permission, path: str
) -> None:
    actor = Actor(1, "Người thử", grants)
    expected = any(
        grant.permission == permission and (path[: len(grant.path)] if grant.subtree else path) == grant.path
        for grant in grants
    )
    assert actor.may(permission, path) is expected
    assert actor.may_somewhere(permission) is (permission in {grant.permission for grant in grants})
    assert _refuses(lambda: actor.require(permission, path)) is not expected


def _refuses(ask: Callable[[], None]) -> bool:
    try:
        ask()
    except NotAllowed:
        return True
    return False


def test_the_system_may_everything_everywhere_and_a_visitor_nothing() -> None:
    system, visitor = Actor.system(), Actor.visitor()
    assert [(item, system.may(item, ""), system.may(item, "0001")) for item in Permission] == [
        (item, True, True) for item in Permission
    ]
    assert [item for item in Permission if visitor.may_somewhere(item)] == []
    assert (system.user_id, system.name, visitor.user_id, visitor.name) == (None, "Nền Nếp", None, "")


def test_the_scope_holds_the_rows_of_that_permission_only() -> None:
    grants = frozenset({Grant(READ, "0001", subtree=False), Grant(CHANGE, "0002")})
    actor = Actor(1, "Người thử", grants)
    assert actor.scope(READ, "unit__path") == Q(pk__in=[]) | Q(unit__path="0001")
    assert actor.scope(CHANGE, "unit__path") == Q(pk__in=[]) | Q(unit__path__startswith="0002")
    assert actor.scope(Permission.POLICIES_WRITE, "unit__path") == any_path("unit__path", []) == Q(pk__in=[])


def test_only_the_program_passes_for_the_program() -> None:
    everything = Actor.system().grants
    people = [Actor.visitor(), Actor(None, "Nền Nếp", frozenset(list(everything)[1:])), Actor(1, "Nền Nếp", everything)]
    assert [actor.is_program for actor in people] == [False, False, False]
    assert Actor.system("Cài đặt").is_program
    Actor.system().require_program()
    for actor in people:
        with pytest.raises(NotAllowed):
            actor.require_program()


def test_permissions_to_see_are_no_permissions_to_write() -> None:
    assert sorted(permission for permission in Permission if not permission.is_write) == [
        "audit.read",
        "documents.read",
        "duties.read",
        "figures.read",
        "meetings.read",
        "members.read",
        "members.read_sensitive",
        "organizations.read",
        "petitions.read",
        "policies.read",
        "ratings.read",
        "scores.read",
        "system.read",
        "visits.read",
    ]
