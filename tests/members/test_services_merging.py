"""What an interruption left with a record that was merged is carried out again."""

from datetime import date

import pytest

from nennep.core import events
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.findings import Finding
from nennep.core.permissions import Permission
from nennep.members import services
from nennep.members.choices import MembershipKind, MembersMerged, PostKind
from nennep.members.models import Member, Membership, Post
from nennep.organizations.models import Organization
from tests.factories.core import NOW, make_actor
from tests.factories.members import make_member, make_membership, make_post

pytestmark = pytest.mark.django_db


def test_rows_that_still_name_a_merged_record_go_to_the_kept_one(
    cell: Organization, other: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[MembersMerged] = []
    monkeypatch.setitem(events._handlers, MembersMerged, [heard.append])
    keep, drop = make_member("A"), make_member("B")
    settled, gone = make_member("C", cell=other), make_member("D")
    Member.objects.filter(pk=drop.pk).update(merged_into=keep)
    Member.objects.filter(pk=gone.pk).update(merged_into=settled)
    membership = make_membership(drop, cell)
    post = make_post(drop, cell, PostKind.GROUP_HEAD)
    with pytest.raises(NotAllowed):
        services.reconcile_merges(actor=make_actor(*Permission, user_id=7), now=NOW)
    found = services.reconcile_merges(actor=Actor.system(), now=NOW)
    assert sorted(found, key=lambda one: one.what) == [
        Finding("members.Membership.member", 1, mended=True),
        Finding("members.Post.member", 1, mended=True),
    ]
    assert (Membership.objects.get(pk=membership.pk).member, Post.objects.get(pk=post.pk).member) == (keep, keep)
    assert heard == [MembersMerged(kept_id=keep.pk, dropped_id=drop.pk)]
    assert services.reconcile_merges(actor=Actor.system(), now=NOW) == []
    assert len(heard) == 1


def test_only_the_program_moves_rows_between_records(cell: Organization) -> None:
    keep, drop = make_member("A"), make_member("B", cell=cell)
    for step in (services.take_memberships, services.take_posts):
        with pytest.raises(NotAllowed):
            step(actor=make_actor(*Permission, user_id=7), kept_id=keep.pk, dropped_id=drop.pk)
    assert Membership.objects.get().member == drop


@pytest.mark.parametrize("kept_is_guest", [True, False])
def test_a_guest_record_of_who_is_at_home_there_leaves_the_days_before(cell: Organization, kept_is_guest: bool) -> None:
    guest, home = make_member("Lò Thị Kiều"), make_member("Lò Thị Kiều")
    make_membership(guest, cell, kind=MembershipKind.TEMPORARY, valid_from=date(2026, 1, 1))
    make_membership(home, cell, valid_from=date(2026, 3, 1))
    keep, drop = (guest, home) if kept_is_guest else (home, guest)
    services.merge_members(actor=Actor.system(), keep=keep, drop=drop, now=NOW)
    rows = Membership.objects.filter(member=keep).order_by("valid_from").values_list("kind", "valid_from", "valid_to")
    assert list(rows) == [
        ("temporary", date(2026, 1, 1), date(2026, 3, 1)),
        ("official", date(2026, 3, 1), None),
    ]
