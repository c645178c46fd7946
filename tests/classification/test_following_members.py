"""Open rounds take along whoever comes, leaves or moves, without a new list; what was reviewed stays."""

from datetime import date
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
from tests.classification.conftest import NOW, RatedVillage
from tests.factories.core import make_actor
from tests.factories.members import make_member
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


def test_nobody_but_the_program_follows_members(village: RatedVillage) -> None:
    members = frozenset({village.plain.pk})
    with pytest.raises(NotAllowed):
        services.follow_members(actor=village.officer, members=members, since=date(2026, 12, 1), now=NOW)
