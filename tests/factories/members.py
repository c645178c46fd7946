"""Members for tests of every context."""

from datetime import date

from nennep.accounts.models import User
from nennep.core.text import name_sort_key
from nennep.members.choices import MembershipKind, PostKind, Standing
from nennep.members.models import Member, Membership, Post
from nennep.organizations.models import Organization

JOINED = date(2024, 1, 1)


def make_member(
    full_name: str = "Giàng A Páo",
    *,
    cell: Organization | None = None,
    standing: Standing = Standing.OFFICIAL,
    kind: MembershipKind = MembershipKind.OFFICIAL,
    user: User | None = None,
    valid_from: date = JOINED,
) -> Member:
    """A person, and with `cell` their membership of it from `valid_from` on."""
    member = Member.objects.create(full_name=full_name, name_key=name_sort_key(full_name), user=user)
    if cell is not None:
        make_membership(member, cell, standing=standing, kind=kind, valid_from=valid_from)
    return member


def make_membership(
    member: Member,
    cell: Organization,
    *,
    standing: Standing = Standing.OFFICIAL,
    kind: MembershipKind = MembershipKind.OFFICIAL,
    valid_from: date = JOINED,
    valid_to: date | None = None,
) -> Membership:
    return Membership.objects.create(
        member=member, organization=cell, standing=standing, kind=kind, valid_from=valid_from, valid_to=valid_to
    )


def make_post(
    member: Member,
    cell: Organization,
    kind: PostKind = PostKind.SECRETARY,
    *,
    valid_from: date = JOINED,
    valid_to: date | None = None,
) -> Post:
    return Post.objects.create(member=member, organization=cell, kind=kind, valid_from=valid_from, valid_to=valid_to)
