"""A cell on a day: who belongs to it, in which standing, who holds which post. Callers have passed the cell's own door."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable

from nennep.accounts.choices import Role
from nennep.accounts.models import RoleGrant
from nennep.core.columns import count_rows
from nennep.members.choices import MembershipKind, PostKind, Reach, Standing
from nennep.members.models import Member, Membership, Post, PostQuerySet, StandIn
from nennep.members.rules import has_vote, is_counted
from nennep.notifications.choices import Addressee
from nennep.policies.rules import RuleBook


@dataclass(frozen=True, slots=True)
class CellMember:
    """One member of a cell on one day, without anything sensitive.

    `standing` and `kind` are those of that day in that cell; `temporary` means: sits here for a while, on the rolls of
    another cell. `posts` are those held in this cell, highest first. `user_id` is None without an account.
    `label` tells people of the same name apart (`tell_apart`).
    """

    member_id: int
    public_id: UUID
    full_name: str
    label: str
    name_key: str
    standing: Standing
    kind: MembershipKind
    posts: tuple[PostKind, ...]
    admitted_on: date | None
    official_on: date | None
    reach: Reach
    user_id: int | None

    @property
    def temporary(self) -> bool:
        return self.kind == MembershipKind.TEMPORARY

    def is_counted(self, rules: RuleBook) -> bool:
        """In the denominator of attendance, by the rules of that day."""
        return is_counted(self.standing, self.kind, rules.attendance_base)

    def has_vote(self, rules: RuleBook) -> bool:
        """In the base of a vote even when absent, by the rules of that day."""
        return has_vote(self.standing, self.kind, rules.vote_base)


@dataclass(frozen=True, slots=True)
class PostHolder:
    """Who holds a post in a unit on a day. `label` is what tells a namesake apart: the name with the year of birth.

    `stands_in`: does the work of the secretary, who is away.
    """

    organization_id: int
    kind: PostKind
    member_id: int
    public_id: UUID
    full_name: str
    label: str
    user_id: int | None
    stands_in: bool = False


@dataclass(frozen=True, slots=True)
class MemberCount:
    """Members of one unit on a day. `total` are those on its rolls; `temporary` sit here besides."""

    total: int
    official: int
    probationary: int
    exempt: int
    temporary: int


def list_cell_members(*, organization_id: int, on: date) -> list[CellMember]:
    """Everybody who belongs to the cell on that day, sorted by given name. Two queries."""
    holders = posts_on(organization_id, on)
    return _read_cell(list(_sitting([organization_id], on)), [(one.member_id, one.kind) for one in holders])


def list_members_of_cells(organization_ids: Iterable[int], on: date) -> dict[int, list[CellMember]]:
    """`list_cell_members` of many cells, by the cell's id. One query: each membership comes once for each post held there."""
    units: dict[int, dict[int, Membership]] = {unit: {} for unit in organization_ids}
    posts: dict[int, list[tuple[int, PostKind]]] = defaultdict(list)
    held = Q(member__posts__valid_to=None) | Q(member__posts__valid_to__gt=on)
    here = Q(member__posts__organization__in=list(units), member__posts__valid_from__lte=on)
    rows = _sitting(units, on).annotate(post=FilteredRelation("member__posts", condition=held & here))
    for row in rows.annotate(post_kind=F("post__kind"), post_unit=F("post__organization_id")):
        units[row.organization_id].setdefault(row.pk, row)
        if row.post_unit == row.organization_id:
            posts[row.organization_id].append((row.member_id, PostKind(row.post_kind)))
    return {unit: _read_cell(list(found.values()), posts[unit]) for unit, found in units.items()}


def _sitting(organization_ids: Iterable[int], on: date) -> QuerySet[Membership]:
    """Who belongs to these cells on that day, by given name."""
    found = Membership.objects.on(on).filter(organization_id__in=list(organization_ids)).select_related("member")
    hidden = ("reason", "member__ethnic_group", "member__religion", "member__identity_number")
    return found.defer(*hidden).order_by("member__name_key", "member_id")


def _read_cell(memberships: Sequence[Membership], holders: Iterable[tuple[int, PostKind]]) -> list[CellMember]:
    posts: dict[int, list[PostKind]] = defaultdict(list)
    for member, kind in sorted(holders, key=lambda one: list(PostKind).index(one[1])):
        posts[member].append(kind)
    listed = _list_once(memberships)
    labels = tell_apart(item.member for item in listed)
    return [_cell_member(item, tuple(posts[item.member_id]), labels[item.member_id]) for item in listed]


def _list_once(memberships: Sequence[Membership]) -> list[Membership]:
    """Whom an older program wrote down as a guest in their own cell is at home there, once."""
    home = {item.member_id for item in memberships if item.kind == MembershipKind.OFFICIAL}
    return [item for item in memberships if item.kind == MembershipKind.OFFICIAL or item.member_id not in home]


def list_addressees(members: Iterable[CellMember]) -> list[Addressee]:
    """How to reach these members: what `notifications.services.reach_people` asks for, in the same order. One query."""
    people = list(members)
    rows = Member.objects.filter(pk__in=[one.member_id for one in people]).values_list("pk", "phone", "email")
    contacts = {pk: (phone, email) for pk, phone, email in rows}
    return [
        Addressee(
            user_id=one.user_id,
            reach=str(one.reach),
            name=one.label,
            phone=contacts[one.member_id][0],
            email=contacts[one.member_id][1],
            person_id=str(one.public_id),
        )
        for one in people
    ]


def tell_apart(members: Iterable[Member]) -> dict[int, str]:
    """Each one's name by id; those who share a name with another of these also get their year of birth."""
    people = {member.pk: member for member in members}
    bearers = Counter(member.full_name for member in people.values())
    return {
        pk: _with_year(member) if bearers[member.full_name] > 1 else member.full_name for pk, member in people.items()
    }


def _with_year(member: Member) -> str:
    return _label(member.full_name, member.born_on, member.born_year)


def _label(full_name: str, born_on: date | None, born_year: int | None) -> str:
    year = born_on.year if born_on else born_year
    return f"{full_name} ({year})" if year else full_name


def _cell_member(membership: Membership, posts: tuple[PostKind, ...], label: str) -> CellMember:
    member = membership.member
    return CellMember(
        member_id=member.pk,
        public_id=member.public_id,
        full_name=member.full_name,
        label=label,
        name_key=member.name_key,
        standing=Standing(membership.standing),
        kind=MembershipKind(membership.kind),
        posts=posts,
        admitted_on=member.admitted_on,
        official_on=member.official_on,
        reach=Reach(member.reach),
        user_id=member.user_id,
    )


def posts_on(organization_id: int, on: date) -> list[PostHolder]:
    """Posts held in the unit on that day: secretary, deputies, committee members, group heads; each by given name."""
    return posts_of_units([organization_id], on)[organization_id]


def posts_of_units(organization_ids: Iterable[int], on: date) -> dict[int, list[PostHolder]]:
    """`posts_on` of many units, by the unit's id; an empty list where nobody holds a post. One query."""
    units: dict[int, list[PostHolder]] = {unit: [] for unit in organization_ids}
    for holder in sorted(_holders(Post.objects.on(on).filter(organization_id__in=list(units)), on), key=_rank):
        units[holder.organization_id].append(holder)
    return units


def secretary_on(organization_id: int, on: date) -> PostHolder | None:
    """The secretary on that day; None when the post is vacant."""
    return secretaries_on([organization_id], on).get(organization_id)


def secretaries_on(organization_ids: Iterable[int], on: date) -> dict[int, PostHolder]:
    """The secretaries of many units on that day, by the unit's id. One query."""
    posts = Post.objects.on(on).filter(organization_id__in=list(organization_ids), kind=PostKind.SECRETARY)
    return {holder.organization_id: holder for holder in _holders(posts, on)}


def _holders(posts: PostQuerySet, on: date) -> list[PostHolder]:
    away = StandIn.objects.on(on).filter(organization=OuterRef("organization"), member=OuterRef("member"))
    person = (f"member__{name}" for name in ("public_id", "full_name", "user_id", "born_on", "born_year"))
    rows = posts.annotate(stands_in=Exists(away)).order_by("member__name_key", "pk")
    return [
        PostHolder(unit, PostKind(kind), member_id, public_id, name, _label(name, born_on, born_year), user_id, lent)
        for unit, kind, member_id, lent, public_id, name, user_id, born_on, born_year in rows.values_list(
            "organization_id", "kind", "member_id", "stands_in", *person
        )
    ]


def _rank(holder: PostHolder) -> int:
    return list(PostKind).index(holder.kind)


def rolls_column() -> Combinable:
    """How many are on the rolls of the cell of each row on its `held_day` (`count_members`, total), for a query of meetings."""
    begun = Membership.objects.filter(Q(valid_to=None) | Q(valid_to__gt=OuterRef("held_day")))
    mine = begun.filter(
        organization=OuterRef("organization_id"), valid_from__lte=OuterRef("held_day"), kind=MembershipKind.OFFICIAL
    )
    return count_rows(mine, "organization")


def count_members(*, path: str, on: date) -> dict[int, MemberCount]:
    """Members on that day by unit id, for the units at and below the tree path `path`. One query; empty units are left out."""
    rows = (
        Membership.objects.on(on)
        .filter(organization__path__startswith=path)
        .order_by("organization_id")
        .values_list("organization_id")
        .annotate(
            total=Count("pk", filter=Q(kind=MembershipKind.OFFICIAL)),
            official=_count(Standing.OFFICIAL),
            probationary=_count(Standing.PROBATIONARY),
            exempt=_count(Standing.EXEMPT),
            temporary=Count("pk", filter=Q(kind=MembershipKind.TEMPORARY)),
        )
    )
    return {unit: MemberCount(*counts) for unit, *counts in rows}


def _count(standing: Standing) -> Count:
    return Count("pk", filter=Q(kind=MembershipKind.OFFICIAL, standing=standing))


def count_stranded() -> int:
    """Memberships that go on in units that have ended. One query."""
    return Membership.objects.filter(valid_to=None).exclude(organization__closed_on=None).count()


def list_memberships_without_role(*, on: date) -> list[Membership]:
    """Of people whose account may be used and never had the role of a member there. One query."""
    role = RoleGrant.objects.filter(
        user=OuterRef("member__user"), organization=OuterRef("organization"), role=Role.MEMBER
    )
    rows = Membership.objects.on(on).filter(~Exists(role), valid_to=None, member__user__is_active=True)
    return list(rows.select_related("member", "organization").order_by("pk"))


def count_residents(organization_id: int, on: date) -> int:
    """How many people belong to the unit on that day or later: a unit with residents is not closed."""
    rows = Membership.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), organization_id=organization_id)
    return rows.values("member_id").distinct().count()
