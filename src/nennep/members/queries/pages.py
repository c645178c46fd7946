"""What the pages of members show, each as one value."""

from dataclasses import dataclass
from datetime import date
from itertools import islice
from uuid import UUID

from nennep.accounts.choices import Role
from nennep.accounts.queries import held_or_coming_roles
from nennep.audit.models import ReadingQuerySet
from nennep.audit.queries import list_readings_of
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed, NotFound
from nennep.core.permissions import Permission
from nennep.core.text import fold
from nennep.members.choices import MembershipKind, PostKind, Standing
from nennep.members.models import Member, Membership, Post
from nennep.members.queries.planned_posts import PlannedPostRow, list_planned_posts
from nennep.members.queries.records import get_member, may_read_private, unit_of
from nennep.members.queries.roster import CellMember, list_cell_members
from nennep.organizations.models import Organization
from nennep.organizations.queries import find_coming_split, get_organization, refuse_ended

FOUND_LIMIT = 40


@dataclass(frozen=True, slots=True)
class StandingTab:
    """One filter above the list: `key` empty means everybody."""

    key: str
    label: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class MemberLine:
    """One person in the list of a cell."""

    public_id: UUID
    full_name: str
    standing_label: str
    standing: Standing
    temporary: bool
    posts: str
    official_on: date | None
    admitted_on: date | None
    reach_label: str
    has_account: bool


@dataclass(frozen=True, slots=True)
class CellMembersPage:
    """The members of a cell on a day, filtered; `total` before filtering. `may_cancel` what was planned, also after the cell's end.

    `splits_on`: the day on which the cell will be split, as far as that is planned.
    """

    cell: Organization
    lines: tuple[MemberLine, ...]
    tabs: tuple[StandingTab, ...]
    total: int
    may_write: bool
    may_cancel: bool
    may_import: bool
    may_reset: bool
    may_search_identity: bool
    planned: tuple[PlannedPostRow, ...] = ()
    splits_on: date | None = None


@dataclass(frozen=True, slots=True)
class FoundMember:
    """Somebody whose name was looked for, and the cell of today; one line for each cell somebody sits in."""

    public_id: UUID
    full_name: str
    cell: str


def find_members(*, actor: Actor, words: str, on: date) -> tuple[FoundMember, ...]:
    """Members of today in scope whose name holds all words, diacritics and capitals aside; the first 40 by given name. One query."""
    wanted = fold(words).split()
    if not wanted:
        return ()
    rows = (
        Membership.objects.visible_to(actor)
        .on(on)
        .order_by("member__name_key", "member_id", "pk")
        .values_list("member__public_id", "member__full_name", "organization__name")
    )
    hits = (row for row in rows.iterator() if all(word in fold(row[1]) for word in wanted))
    return tuple(FoundMember(*row) for row in islice(hits, FOUND_LIMIT))


def get_cell_page(*, actor: Actor, public_id: UUID, on: date, search: str = "", standing: str = "") -> CellMembersPage:
    """Raises NotFound when the cell is missing or the actor may not read its members."""
    cell = get_organization(actor=actor, public_id=public_id)
    if not actor.may(Permission.MEMBERS_READ, cell.path):
        raise NotFound
    members = list_cell_members(organization_id=cell.pk, on=on)
    words = fold(search)
    shown = [
        item for item in members if _tab_key(item) == (standing or _tab_key(item)) and words in fold(item.full_name)
    ]
    return CellMembersPage(
        cell=cell,
        lines=tuple(_line(item) for item in shown),
        tabs=_tabs(members, standing),
        total=len(members),
        may_write=cell.closed_on is None and actor.may(Permission.MEMBERS_WRITE, cell.path),
        may_cancel=actor.may(Permission.MEMBERS_WRITE, cell.path),
        may_import=actor.may(Permission.MEMBERS_IMPORT, cell.path),
        may_reset=actor.may(Permission.ACCOUNTS_RESET, cell.path),
        may_search_identity=actor.may(Permission.MEMBERS_READ_SENSITIVE, cell.path),
        planned=list_planned_posts(cell=cell),
        splits_on=coming.on if (coming := find_coming_split(cell)) else None,
    )


def _tab_key(item: CellMember) -> str:
    return str(MembershipKind.TEMPORARY if item.temporary else item.standing)


def _tabs(members: list[CellMember], current: str) -> tuple[StandingTab, ...]:
    """Only the standings that occur, in the order of the choices, guests last."""
    counts: dict[str, int] = {}
    for item in members:
        counts[_tab_key(item)] = counts.get(_tab_key(item), 0) + 1
    labels = {str(key): str(label) for key, label in (*Standing.choices, *MembershipKind.choices[1:])}
    return tuple(StandingTab(key, label, counts[key], key == current) for key, label in labels.items() if key in counts)


def _line(item: CellMember) -> MemberLine:
    return MemberLine(
        public_id=item.public_id,
        full_name=item.full_name,
        standing_label=str(item.standing.label),
        standing=item.standing,
        temporary=item.temporary,
        posts=", ".join(str(post.label) for post in item.posts),
        official_on=item.official_on,
        admitted_on=item.admitted_on,
        reach_label=str(item.reach.label),
        has_account=item.user_id is not None,
    )


@dataclass(frozen=True, slots=True)
class MembershipLine:
    """One row of the history, newest first; `reason` only with the sensitive part."""

    pk: int
    unit_name: str
    kind_label: str
    standing_label: str
    temporary: bool
    valid_from: date
    valid_to: date | None
    ending_label: str
    decision: str


@dataclass(frozen=True, slots=True)
class PostLine:
    pk: int
    label: str
    unit_name: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class RecordPage:
    """One person's record without its sensitive part, and what the reader may do with it.

    `is_past`: the person sits in other cells now. The reader sees who it is, and of the history what was in the reader's
    units; the record is read where they are.
    """

    member: Member
    unit: Organization | None
    memberships: tuple[MembershipLine, ...]
    posts: tuple[PostLine, ...]
    own: bool
    is_past: bool
    belongs: bool
    elsewhere: bool
    may_write: bool
    may_read_private: bool
    may_read_log: bool
    may_reset: bool
    may_link: bool
    merged: tuple[str, ...] = ()


def get_record_page(*, actor: Actor, public_id: UUID) -> RecordPage:
    """Raises NotFound."""
    member = get_member(actor=actor, public_id=public_id)
    unit = unit_of(member)
    path = unit.path if unit else ""
    rows = list(_memberships(member))
    own = actor.user_id is not None and member.user_id == actor.user_id
    running = [row for row in rows if row.valid_to is None]
    here = [row for row in rows if actor.may(Permission.MEMBERS_READ, row.organization.path)]
    is_past = not own and not any(row.valid_to is None or row.organization == unit for row in here)
    posts = _posts(member)
    if is_past:
        rows, unit = here, here[0].organization
        posts = [post for post in posts if actor.may(Permission.MEMBERS_READ, post.organization.path)]
    return RecordPage(
        member=member,
        unit=unit,
        memberships=tuple(_membership_line(row) for row in rows),
        posts=tuple(_post_line(row) for row in posts),
        own=own,
        is_past=is_past,
        belongs=bool(running),
        elsewhere=any(row.standing == Standing.ELSEWHERE for row in running),
        may_write=actor.may(Permission.MEMBERS_WRITE, path),
        may_read_private=may_read_private(actor=actor, member=member),
        may_read_log=own or actor.may(Permission.AUDIT_READ, path),
        may_reset=actor.may(Permission.ACCOUNTS_RESET, path),
        may_link=member.user_id is None and actor.may(Permission.ACCOUNTS_GRANT, path),
        merged=() if is_past else _list_merged(member),
    )


def find_unled_post(*, actor: Actor, member: Member, today: date) -> Post | None:
    """The post of secretary whose holder's account does not run the cell yet, for whoever may let it; None for all others.

    At most two queries.
    """
    if member.user_id is None or member.user_id == actor.user_id:
        return None
    posts = Post.objects.filter(member=member, kind=PostKind.SECRETARY, valid_to=None).select_related("organization")
    led = [
        one for one in posts if one.organization.is_cell and actor.may(Permission.ACCOUNTS_GRANT, one.organization.path)
    ]
    if not led:
        return None
    roles = held_or_coming_roles(user_id=member.user_id, today=today)
    held = {one.path for one in roles if one.role == Role.SECRETARY}
    return next((one for one in led if one.organization.path not in held), None)


def _list_merged(member: Member) -> tuple[str, ...]:
    """The names of records that were merged into this one. One query."""
    return tuple(member.merged_from.order_by("name_key", "pk").values_list("full_name", flat=True))


def get_writable_record(*, actor: Actor, public_id: UUID) -> RecordPage:
    """The record, for whoever may change it. Raises NotFound, or NotAllowed for those who only read it."""
    page = get_record_page(actor=actor, public_id=public_id)
    if not page.may_write:
        raise NotAllowed
    return page


def get_writable_cell(*, actor: Actor, public_id: UUID) -> Organization:
    """The cell, for whoever may add members. Raises NotFound, or NotAllowed for those who only read it; UnitHasEnded."""
    cell = get_organization(actor=actor, public_id=public_id)
    if not actor.may(Permission.MEMBERS_READ, cell.path):
        raise NotFound
    actor.require(Permission.MEMBERS_WRITE, cell.path)
    refuse_ended(cell)
    return cell


def _memberships(member: Member) -> list[Membership]:
    rows = Membership.objects.filter(member=member).select_related("organization").defer("reason")
    return list(rows.order_by("-valid_from", "-pk"))


def _posts(member: Member) -> list[Post]:
    return list(Post.objects.filter(member=member).select_related("organization").order_by("-valid_from", "-pk"))


def _membership_line(row: Membership) -> MembershipLine:
    return MembershipLine(
        pk=row.pk,
        unit_name=row.organization.name,
        kind_label=row.get_kind_display(),
        standing_label=row.get_standing_display(),
        temporary=row.kind == MembershipKind.TEMPORARY,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        ending_label=row.get_ending_display(),
        decision=row.decision,
    )


def _post_line(row: Post) -> PostLine:
    return PostLine(row.pk, str(PostKind(row.kind).label), row.organization.name, row.valid_from, row.valid_to)


def list_file_readings(*, actor: Actor, member: Member) -> ReadingQuerySet:
    """Who opened this file, newest first: for the member, and for whoever may read the trail there. Raises NotFound."""
    own = actor.user_id is not None and member.user_id == actor.user_id
    unit = unit_of(member)
    if not own and not actor.may(Permission.AUDIT_READ, unit.path if unit else ""):
        raise NotFound
    merged = Member.objects.filter(merged_into=member).order_by("pk").values_list("public_id", flat=True)
    ids = [str(public_id) for public_id in (member.public_id, *merged)]
    return list_readings_of(subject_kind="members.member", subject_ids=ids)
