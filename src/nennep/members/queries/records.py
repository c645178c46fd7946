"""One person's record: doors, likeness, identity number."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from nennep.accounts.models import User as User
from nennep.audit.services import Target
from nennep.core.access import Actor
from nennep.core.crypto import keyed_hash
from nennep.core.errors import DomainError, NotFound
from nennep.core.permissions import Permission
from nennep.core.text import name_sort_key
from nennep.members.choices import IDENTITY_PURPOSE, MembershipKind
from nennep.members.models import Member, Membership, Post
from nennep.members.rules import PrivateDetails
from nennep.organizations.models import Organization as Organization
from nennep.organizations.queries import paths_above

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def get_member(*, actor: Actor, public_id: UUID) -> Member:
    """A member the actor may see: of the actor's units now or formerly, or the actor. Raises NotFound."""
    member = Member.objects.visible_to(actor).select_related("user").filter(public_id=public_id).first()
    if member is None:
        raise NotFound
    return member


def find_forwarding(*, actor: Actor, public_id: UUID) -> UUID | None:
    """Where the record went on that was merged away, for those who may see the one that is kept; None for every other.

    Two queries at most.
    """
    row = Member.objects.filter(public_id=public_id, merged_into__isnull=False).select_related("merged_into").first()
    while row is not None and row.merged_into is not None:
        row = row.merged_into
    if row is None or not Member.objects.visible_to(actor).filter(pk=row.pk).exists():
        return None
    return row.public_id


def find_own_member(*, actor: Actor) -> Member | None:
    """The record of the acting person; None for officers who are not members here."""
    return None if actor.user_id is None else Member.objects.filter(user_id=actor.user_id).first()


def get_own_member(*, actor: Actor) -> Member:
    """The record of the acting person. Raises NotFound when the account belongs to no member."""
    member = find_own_member(actor=actor)
    if member is None:
        raise NotFound
    return member


def get_post(*, actor: Actor, member: Member, post_id: int) -> Post:
    """A post of the member in the actor's units. Raises NotFound."""
    posts = Post.objects.visible_to(actor).select_related("organization", "member")
    post = posts.filter(member=member, pk=post_id).first()
    if post is None:
        raise NotFound
    return post


def unit_of(member: Member) -> Organization | None:
    """The cell whose secretary answers for this record: of the running official membership, else of the latest one."""
    rows = Membership.objects.filter(member=member).select_related("organization")
    row = (
        rows.filter(kind=MembershipKind.OFFICIAL, valid_to=None).first()
        or rows.filter(valid_to=None).first()
        or rows.order_by("-valid_to", "-pk").first()
    )
    return row.organization if row else None


def unit_path_of(member: Member) -> str:
    """Tree path of `unit_of`; empty for somebody without any membership."""
    unit = unit_of(member)
    return unit.path if unit else ""


def unit_paths_of(member_ids: Iterable[int]) -> dict[int, str]:
    """`unit_path_of` of many, by the member's own id. One query."""
    rows = Membership.objects.filter(member_id__in=list(member_ids)).select_related("organization")
    # As `unit_of` chooses: the last row written wins, so what it prefers comes last.
    ended = sorted((row for row in rows if row.valid_to), key=lambda row: (row.valid_to, row.pk))
    running = sorted(
        (row for row in rows if not row.valid_to), key=lambda row: (row.kind == MembershipKind.OFFICIAL, -row.pk)
    )
    return {row.member_id: row.organization.path for row in [*ended, *running]}


def get_unit(unit_id: int) -> Organization:
    """A unit known from an event or one of our rows, whatever the actor may read."""
    return Organization.objects.get_queryset().get(pk=unit_id)


def get_members(public_ids: Iterable[str]) -> list[Member]:
    """The members with these public ids, by given name. The caller has passed the door of their cell."""
    return list(Member.objects.filter(public_id__in=list(public_ids)).order_by("name_key", "pk"))


def follow_merges(ids: Iterable[int | None]) -> dict[int, int]:
    """Whose record each of these is today: its own, or the one that took it over. For ids that were kept as values. One query."""
    wanted = {pk for pk in ids if pk is not None}
    rows = Member.objects.filter(pk__in=wanted).values_list("pk", "merged_into_id")
    return {pk: merged_into or pk for pk, merged_into in rows}


def list_above_both(one: Organization, other: Organization) -> list[int]:
    """Ids of the units at or above both, the lowest first. One query."""
    both = set(paths_above(one)).intersection(paths_above(other))
    return list(Organization.objects.filter(path__in=both).order_by("-depth").values_list("pk", flat=True))


def get_units(ids: Iterable[int]) -> dict[int, Organization]:
    """The same of several at once, by id."""
    return Organization.objects.in_bulk(list(ids))


def target_of(member: Member, path: str) -> Target:
    """The member as the trail knows them, by id alone, in the unit with this tree path."""
    return member_target(member.public_id, path)


def member_target(public_id: UUID | str, path: str = "") -> Target:
    """The same of a member who is known by public id."""
    return Target("members.member", str(public_id), unit_path=path)


def list_similar(*, full_name: str, born_on: date | None, born_year: int | None) -> list[Member]:
    """People of the same name and birth date (or year), anywhere; none when no birth is given to compare."""
    if born_on is None and born_year is None:
        return []
    year = born_on.year if born_on else born_year
    births = Q(born_on=None, born_year=year) | Q(born_on__isnull=False, born_on=born_on)
    if born_on is None:
        births |= Q(born_on__year=year)
    return list(Member.objects.filter(births, name_key=name_sort_key(full_name), merged_into=None))


def list_sharers(member: Member) -> list[Member]:
    """Other records with the card or the identity number of this one, anywhere. One query where it has one of them."""
    same = Q()
    if member.card_number:
        same |= Q(card_number=member.card_number)
    if member.identity_hash:
        same |= Q(identity_hash=member.identity_hash)
    return list(Member.objects.filter(same, merged_into=None).exclude(pk=member.pk).order_by("pk")) if same else []


def keep_visible(*, actor: Actor, members: Iterable[Member]) -> list[Member]:
    """Those whom the actor may see: of somebody elsewhere nobody learns by a form that they are a member."""
    return list(Member.objects.visible_to(actor).filter(pk__in=[member.pk for member in members]))


def find_by_identity(*, actor: Actor, number: str) -> Member | None:
    """The member with this identity number, where the actor may read the sensitive part; compared by keyed hash."""
    hashed = keyed_hash(number.replace(" ", ""), purpose=IDENTITY_PURPOSE)
    within = Membership.objects.filter(actor.scope(Permission.MEMBERS_READ_SENSITIVE, "organization__path"))
    members = Member.objects.visible_to(actor).filter(pk__in=within.values("member_id"), identity_hash=hashed)
    return members.first() if hashed else None


class DuplicateUnclear(DomainError):
    code = "duplicate_unclear"
    message = _("Không tìm thấy hồ sơ ấy trong các chi bộ của đồng chí. Hãy xem lại số thẻ, hoặc địa chỉ trang.")
    field = "duplicate"


def holds_identities() -> bool:
    """True when any identity number is kept, whoever's."""
    return Member.objects.exclude(identity_hash="").exists()


def fits_hash_key() -> bool:
    """False when the identity number kept last is not found by its hash: it was made with a different key."""
    last = Member.objects.exclude(identity_hash="").order_by("-pk").only("identity_hash", "identity_number").first()
    return last is None or last.identity_hash == keyed_hash(last.identity_number, purpose=IDENTITY_PURPOSE)


def find_duplicate(*, actor: Actor, keep: Member, text: str) -> Member:
    """A record by its card number, which `keep` may bear too, or by the address of its page. Raises DuplicateUnclear."""
    found = _UUID.search(text)
    condition = Q(public_id=found.group()) if found else Q(card_number=text.strip())
    members = list(Member.objects.visible_to(actor).filter(condition).order_by("pk"))
    member = next((one for one in members if one != keep), next(iter(members), None))
    if member is None:
        raise DuplicateUnclear
    return member


@dataclass(frozen=True, slots=True)
class PrivatePart:
    """The sensitive part of a file, with the reasons of changes of standing by membership id."""

    details: PrivateDetails
    reasons: dict[int, str]


def may_read_private(*, actor: Actor, member: Member) -> bool:
    """The member themselves, and whoever holds the right where the member's secretary sits."""
    if actor.user_id is not None and member.user_id == actor.user_id:
        return True
    unit = unit_of(member)
    return unit is not None and actor.may(Permission.MEMBERS_READ_SENSITIVE, unit.path)


def get_private_part(*, actor: Actor, member: Member) -> PrivatePart:
    """What `may_read_private` allows; the caller logs the opening first. Raises NotFound otherwise."""
    if not may_read_private(actor=actor, member=member):
        raise NotFound
    details = PrivateDetails(member.ethnic_group, member.religion, member.identity_number)
    reasons = {row.pk: row.reason for row in Membership.objects.filter(member=member).order_by("pk") if row.reason}
    return PrivatePart(details, reasons)


def private_values(part: PrivatePart) -> dict[str, str]:
    """The sensitive part as the first values of its form."""
    return asdict(part.details)
