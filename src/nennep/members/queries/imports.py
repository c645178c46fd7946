"""What an import is compared with, and the files that wait to be imported."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import Count, Q

from nennep.core.access import Actor, any_path
from nennep.core.crypto import keyed_hash
from nennep.core.errors import NotAllowed
from nennep.core.permissions import Permission
from nennep.members.choices import IDENTITY_PURPOSE, MembershipKind
from nennep.members.importers.columns import RECORDED, SENSITIVE
from nennep.members.importers.plans import make_plan
from nennep.members.importers.records import Decisions, ImportPlan, Known, KnownCell, KnownMember
from nennep.members.importers.shapes import Roster
from nennep.members.models import Member, Membership, Post
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization

_MARK_PURPOSE = "members.import_plan"
_BATCH = 5_000  # numbers asked for at once: SQLite takes 32,766 in one statement
_HELD = tuple(column.key for column in RECORDED if column.key not in SENSITIVE)
_FIELDS = ("id", "public_id", "identity_hash", "born_year", *_HELD)


def may_import(actor: Actor) -> Q:
    """Units of whose whole roster the actor may say who is on it: a grant on a unit above cells alone holds no members."""
    wide = (grant for grant in actor.grants if grant.permission == Permission.MEMBERS_IMPORT and grant.subtree)
    return any_path("path", wide) | (actor.scope(Permission.MEMBERS_IMPORT, "path") & Q(kind=UnitKind.CELL))


def require_import(actor: Actor, organization: Organization) -> None:
    """Raise NotAllowed unless the actor may import into this unit and the cells below it."""
    actor.require(Permission.MEMBERS_IMPORT, organization.path)
    if not organization.is_cell and not actor.may_below(Permission.MEMBERS_IMPORT, organization.path):
        raise NotAllowed


def plan_import(
    *, actor: Actor, organization: Organization, roster: Roster, on: date, decisions: Decisions | None = None
) -> ImportPlan:
    """What importing `roster` into the unit would do on that day. Writes nothing; the caller has passed the unit's door.

    Of members outside the unit only those whom the actor may see are known to it.
    """
    known = _read_known(actor, organization, roster, on)
    return make_plan(roster, known, hashed=hash_identity, sensitive=_read_sensitive, decisions=decisions)


def mark_plan(plan: ImportPlan) -> str:
    """`rows:…`, the same for two plans that write the same over the same records.

    Keyed: it goes through the browser, and a plan names what not everybody may read of a record.
    """
    written = [entry for entry in plan.entries if entry.action != "unchanged"]
    return f"{plan.rows}:{keyed_hash(repr((plan.new_cells, written)), purpose=_MARK_PURPOSE)}"


def hash_identity(number: str) -> str:
    """The stored, searchable form of an identity number."""
    return keyed_hash(number, purpose=IDENTITY_PURPOSE)


def _read_known(actor: Actor, organization: Organization, roster: Roster, on: date) -> Known:
    units = Organization.objects.open_on(on).cells().filter(path__startswith=organization.path)
    cells = [KnownCell(pk, name) for pk, name in units.values_list("pk", "name")]
    inside = list(_members_inside(organization, on))
    seen = {member.id for member in inside}
    outside = [member for member in _members_with_numbers(actor, roster) if member.id not in seen]
    unit_cell = KnownCell(organization.pk, organization.name) if organization.is_cell else None
    return Known(cells, [*inside, *outside], _running_posts(organization), unit_cell, organization.name)


def _members_inside(organization: Organization, on: date) -> Iterator[KnownMember]:
    rows = (
        Membership.objects.on(on)
        .filter(kind=MembershipKind.OFFICIAL, organization__path__startswith=organization.path)
        .filter(member__merged_into=None)
        .order_by("member_id")
        .values_list(*(f"member__{name}" for name in _FIELDS), "organization_id", "organization__name", "standing")
    )
    for row in rows.iterator(chunk_size=_BATCH):
        *values, cell_id, cell, standing = row
        yield _known_member(values, cell_id, cell, standing)


def _known_member(
    values: Sequence[Any], cell_id: int | None, cell: str, standing: str, *, inside: bool = True
) -> KnownMember:
    """From the values of `_FIELDS`."""
    pk, public_id, identity_hash, born_year, *held = values
    record = dict(zip(_HELD, held, strict=True))
    return KnownMember(pk, str(public_id), identity_hash, born_year, record, cell_id, cell, standing, inside)


def _members_with_numbers(actor: Actor, roster: Roster) -> Iterator[KnownMember]:
    """Members anywhere whose card or identity number stands in the file, and whom the actor may see."""
    if not Member.objects.exists():
        return
    cards = [person.card_number for person in roster.people if person.card_number]
    hashes = [hash_identity(person.identity_number) for person in roster.people if person.identity_number]
    for name, numbers in (("card_number", cards), ("identity_hash", hashes)):
        for batch in _batches(numbers):
            members = Member.objects.visible_to(actor).filter(**{f"{name}__in": batch})
            rows = members.order_by("pk").values_list(*_FIELDS)
            for row in rows:
                yield _known_member(row, None, "", "", inside=False)


def list_number_sharers(ids: Sequence[int]) -> list[tuple[Member, list[Member]]]:
    """Those of these members whose card or identity number another record bears too, with those records. Five queries a batch."""
    found: dict[Member, list[Member]] = defaultdict(list)
    for start in range(0, len(ids), _BATCH):
        members = Member.objects.filter(pk__in=ids[start : start + _BATCH])
        for name in ("card_number", "identity_hash"):
            mine = members.exclude(**{name: ""})
            shared = (
                Member.objects.filter(merged_into=None, **{f"{name}__in": mine.values(name)})
                .order_by()
                .values(name)
                .annotate(bearers=Count("pk"))
                .filter(bearers__gt=1)
            )
            for member in mine.filter(**{f"{name}__in": shared.values(name)}).order_by("pk"):
                others = Member.objects.filter(merged_into=None, **{name: getattr(member, name)}).exclude(pk=member.pk)
                found[member] += others.order_by("pk")
    return list(found.items())


def _batches(numbers: Iterable[str]) -> Iterator[list[str]]:
    iterator = iter(numbers)
    while batch := list(islice(iterator, _BATCH)):
        yield batch


def _running_posts(organization: Organization) -> dict[tuple[int, int], frozenset[str]]:
    posts: dict[tuple[int, int], set[str]] = defaultdict(set)
    rows = Post.objects.filter(valid_to=None, organization__path__startswith=organization.path).order_by("pk")
    for unit, member, kind in rows.values_list("organization_id", "member_id", "kind"):
        posts[unit, member].add(kind)
    return {key: frozenset(kinds) for key, kinds in posts.items()}


def _read_sensitive(ids: Sequence[int]) -> Mapping[int, Mapping[str, str]]:
    """The encrypted part of the records of members whom the file names."""
    read: dict[int, Mapping[str, str]] = {}
    for start in range(0, len(ids), _BATCH):
        rows = Member.objects.filter(pk__in=ids[start : start + _BATCH]).order_by("pk")
        for row in rows.values("pk", *SENSITIVE):
            read[row.pop("pk")] = row
    return read
