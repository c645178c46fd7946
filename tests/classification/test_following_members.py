"""Open rounds take along whoever comes, leaves or moves, without a new list; what was reviewed stays."""

from datetime import date, timedelta
from typing import Any

import pytest

from nennep.audit.models import AuditEvent
from nennep.classification import services
from nennep.classification.choices import CampaignState, NotRatedReason, Verb
from nennep.classification.models import Campaign, Rating, UnitReview
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.permissions import Permission
from nennep.members.choices import Ending, MembershipKind, Standing
from nennep.members.services import join_cell, leave, transfer
from nennep.organizations.models import Organization
from tests.classification.conftest import NOW, RatedVillage
from tests.factories.core import make_actor
from tests.factories.members import make_member, make_post
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def december(settings: Any) -> None:
    settings.NENNEP_CLOCK = NOW


def test_whoever_moves_within_the_tree_is_taken_along_at_once(village: RatedVillage) -> None:
    """With the form that they filled in; only a line of the trail where something changed."""
    village.write(village.rating(village.plain))
    state, others = village.rating(village.plain).state, Rating.objects.exclude(member=village.plain).count()
    other = make_unit("Chi bộ thôn Bản Mới", parent=village.commune)
    officer = make_actor(Permission.MEMBERS_WRITE, path=village.commune.path)
    transfer(actor=officer, member=village.plain, to=other, on=date(2026, 12, 1), now=NOW)
    moved = village.rating(village.plain)
    assert (moved.organization, moved.former_unit, moved.state) == (other, village.cell, state)
    assert Rating.objects.exclude(member=village.plain).count() == others
    assert UnitReview.objects.filter(campaign=village.campaign, organization=other).exists()
    renewed = AuditEvent.objects.filter(verb=Verb.RENEWED)
    assert [event.details for event in renewed] == [{"added": 0, "changed": 1}]


def test_whoever_leaves_or_comes_is_followed_unless_they_were_reviewed(village: RatedVillage) -> None:
    officer = make_actor(Permission.MEMBERS_WRITE, path=village.commune.path)
    newcomer = make_member("Sùng A Chu")
    join_cell(
        actor=officer,
        member=newcomer,
        organization=village.cell,
        kind=MembershipKind.OFFICIAL,
        standing=Standing.OFFICIAL,
        on=date(2026, 12, 2),
        now=NOW,
    )
    assert village.rating(newcomer).organization == village.cell
    leave(actor=officer, member=newcomer, ending=Ending.MOVED_OUT, on=date(2026, 12, 10), now=NOW)
    assert village.rating(newcomer).not_rated == NotRatedReason.GONE
    village.reviewed()
    leave(actor=officer, member=village.plain, ending=Ending.MOVED_OUT, on=date(2026, 12, 13), now=NOW)
    assert village.rating(village.plain).organization == village.cell
    assert village.rating(village.plain).not_rated == ""


def test_a_closed_round_and_one_of_an_earlier_day_follow_nobody(village: RatedVillage) -> None:
    other = make_unit("Chi bộ thôn Bản Mới", parent=village.commune)
    officer = make_actor(Permission.MEMBERS_WRITE, path=village.commune.path)
    Campaign.objects.update(state=CampaignState.CLOSED)
    transfer(actor=officer, member=village.plain, to=other, on=date(2026, 12, 1), now=NOW)
    assert village.rating(village.plain).organization == village.cell
    Campaign.objects.update(state=CampaignState.OPEN, cutoff_on=date(2026, 11, 30))
    system = Actor.system()
    members = frozenset({village.plain.pk})
    assert services.follow_members(actor=system, members=members, since=date(2026, 12, 1), now=NOW) == 0
    assert services.follow_members(actor=system, members=frozenset(), since=date(2026, 11, 1), now=NOW) == 0


def move_ahead(village: RatedVillage) -> Organization:
    """As the rows stand after a split that was planned."""
    day, other = date(2026, 12, 15), make_unit("Chi bộ thôn Bản Mới", parent=village.commune)
    former = village.plain.memberships.get(valid_to=None)
    village.plain.memberships.update(valid_to=day)
    facts = {"kind": former.kind, "standing": former.standing}
    village.plain.memberships.create(organization=other, valid_from=day, **facts)
    return other


@pytest.mark.parametrize(
    ("days", "followed"), [(0, False), (1, True), (8, True), (9, False)], ids=["before", "its day", "a week", "later"]
)
def test_a_move_that_stands_there_ahead_is_followed_on_its_day(
    village: RatedVillage, days: int, *, followed: bool
) -> None:
    """Also when nobody's server ran for a week."""
    other, moment = move_ahead(village), NOW + timedelta(days=days)
    assert [services.follow_days(actor=Actor.system(), now=moment) for _time in range(2)] == [int(followed), 0]
    assert village.rating(village.plain).organization == (other if followed else village.cell)


def test_whoever_takes_a_post_on_its_day_is_rated_as_its_holder(village: RatedVillage) -> None:
    end = date(2026, 12, 15)
    village.head.posts.filter(valid_to=None).update(valid_to=end)
    make_post(village.deputy, village.cell, valid_from=end)
    moments = (NOW, NOW + timedelta(days=1), NOW + timedelta(days=1))
    assert [services.follow_days(actor=Actor.system(), now=moment) for moment in moments] == [0, 2, 0]
    assert [village.rating(one).is_head for one in (village.head, village.deputy)] == [False, True]


def test_the_day_follows_what_open_rounds_look_at_and_nothing_else(village: RatedVillage) -> None:
    move_ahead(village)
    later = NOW + timedelta(days=2)
    for facts in ({"state": CampaignState.CLOSED}, {"state": CampaignState.OPEN, "cutoff_on": date(2026, 12, 8)}):
        Campaign.objects.update(**facts)
        assert services.follow_days(actor=Actor.system(), now=later) == 0
    with pytest.raises(NotAllowed):
        services.follow_days(actor=village.officer, now=later)


def test_nobody_but_the_program_follows_members(village: RatedVillage) -> None:
    members = frozenset({village.plain.pk})
    with pytest.raises(NotAllowed):
        services.follow_members(actor=village.officer, members=members, since=date(2026, 12, 1), now=NOW)
