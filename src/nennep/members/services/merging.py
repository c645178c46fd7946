"""Two records of one person become one."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.accounts.choices import Role
from nennep.accounts.services import end_roles
from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import Conflict, DomainError
from nennep.core.events import load_handlers, publish
from nennep.core.findings import Finding
from nennep.core.permissions import Permission
from nennep.core.previews import Effect, Preview, foresee, list_named
from nennep.core.references import Change, Ended, find_pointed_at, follow, follow_again
from nennep.core.wording import say_date
from nennep.members.choices import MembershipKind, MembersMerged, Verb
from nennep.members.models import Member, Membership, Post
from nennep.members.queries import target_of, unit_of, unit_path_of
from nennep.members.rules import free_spans
from nennep.members.services.accounts import give_roles
from nennep.members.services.membership_rows import lock_people
from nennep.organizations.models import Organization

MEMBER = "members.Member"
# What the record that is kept has of its own in any case; every other column it takes over where it is empty.
_OWN = {"id", "public_id", "full_name", "name_key", "reach", "merged_into"}
# What two records of one person have alike.
_COMPARED = {
    "born_on": _("Ngày sinh"),
    "born_year": _("Năm sinh"),
    "sex": _("Giới tính"),
    "card_number": _("Số thẻ đảng viên"),
    "admitted_on": _("Ngày kết nạp"),
}
_FILLED = tuple(field.attname for field in Member._meta.concrete_fields if field.name not in _OWN)  # noqa: SLF001  Django's own way


class SameRecord(DomainError):
    code = "same_record"
    message = _("Hai hồ sơ này là một. Hãy chọn hồ sơ trùng khác.")
    field = "duplicate"


class AlreadyMerged(Conflict):
    code = "already_merged"
    message = _("Người khác vừa gộp một trong hai hồ sơ này. Hãy mở lại hồ sơ còn giữ.")


# Of two members: the last day on which both were at one meeting; None for none.
FindTogether = Callable[[int, int], date | None]
_find_together: list[FindTogether] = []


class TwoPeople(DomainError):
    code = "two_people"
    message = _("Hai đồng chí này cùng có mặt ở buổi sinh hoạt ngày %(met)s, nên là hai người, không gộp được.")
    field = "duplicate"


def register_together(find: FindTogether) -> None:
    """A higher context knows who was at one meeting with whom: those are not one person."""
    if find not in _find_together:
        _find_together.append(find)


class TwoAccounts(DomainError):
    code = "two_accounts"
    message = _("Cả hai hồ sơ đều có tài khoản. Hãy khóa một tài khoản và bỏ gắn trước khi gộp.")


def merge_members(*, actor: Actor, keep: Member, drop: Member, now: datetime) -> Member:
    """Let `keep` take over what `drop` has.

    That is: each detail that `keep` lacks, memberships and posts for days on which `keep` has none, and what points at
    `drop` anywhere (`references.py` of each context). The account's roles follow. `drop` stays in the database, marked,
    seen by nobody. Publishes MembersMerged.
    Needs the right to write for both. Raises NotAllowed; SameRecord, AlreadyMerged, TwoAccounts, TwoPeople.
    """
    for member in (keep, drop):
        actor.require(Permission.MEMBERS_WRITE, unit_path_of(member))
    if keep.pk == drop.pk:
        raise SameRecord
    with transaction.atomic():
        kept, dropped = lock_people(keep, drop)
        if kept.merged_into_id or dropped.merged_into_id:
            raise AlreadyMerged  # of two people who merge A into B and B into A at once, one would make both disappear
        if kept.user_id is not None and dropped.user_id is not None:
            raise TwoAccounts
        _refuse_together(kept, dropped)
        listed = _list_cells(dropped)
        _move_details(kept, dropped)
        today = localdate(now)
        counts = follow(MEMBER, Ended(Change.MERGED, dropped.pk, kept.pk, on=today, now=now))
        moved = {"memberships": counts["members.Membership.member"], "posts": counts["members.Post.member"]}
        target = target_of(kept, unit_path_of(kept))
        record(Verb.MERGED, actor=actor, target=target, now=now, details=moved | {"dropped": str(dropped.public_id)})
        _follow_roles(kept, listed, actor=actor, now=now)
        publish(MembersMerged(kept_id=kept.pk, dropped_id=dropped.pk))
    return kept


def _refuse_together(kept: Member, dropped: Member) -> None:
    load_handlers()
    days = [met for find in _find_together if (met := find(kept.pk, dropped.pk))]
    if days:
        raise TwoPeople(met=f"{max(days):%d/%m/%Y}")


def foresee_merge(*, actor: Actor, keep: Member, drop: Member, now: datetime) -> Preview:
    """What merging the two records would move; nothing is done. Raises what `merge_members` raises."""
    for member in (keep, drop):
        actor.require(Permission.MEMBERS_WRITE, unit_path_of(member))
    ended = Ended(Change.MERGED, drop.pk, keep.pk, on=localdate(now), now=now)
    effects = foresee(
        lambda: merge_members(actor=actor, keep=keep, drop=drop, now=now), actor=actor, target=MEMBER, ended=ended
    )
    effects = (*_list_contradictions(keep, drop), *_tell_account(drop), *effects)
    asked = _("Gộp hồ sơ của đồng chí %(dropped)s vào hồ sơ của đồng chí %(kept)s; chỉ hồ sơ sau còn lại.")
    return Preview(asked % {"dropped": _tell(drop), "kept": _tell(keep)}, effects, name=drop.full_name)


def _list_contradictions(keep: Member, drop: Member) -> tuple[Effect, ...]:
    """What is known of both and differs, with both values: what the record that is kept has then stays."""
    pairs = [(label, getattr(keep, field), getattr(drop, field)) for field, label in _COMPARED.items()]
    names = [
        f"{label}: {_say(kept)} / {_say(other)}" for label, kept, other in pairs if kept and other and kept != other
    ]
    return list_named(str(_("Hai hồ sơ khác nhau, xem lại có phải một người không")), names)


def _say(value: object) -> str:
    return say_date(value) if isinstance(value, date) else str(value)


def _tell_account(drop: Member) -> tuple[Effect, ...]:
    """Who signs in with it opens the kept record from then on."""
    label = str(_("Tài khoản đăng nhập chuyển sang hồ sơ còn lại"))
    return list_named(label, [drop.user.username] if drop.user else [])


def _tell(member: Member) -> str:
    """The name, with the year of birth and the cell that tell a namesake apart."""
    year = member.born_on.year if member.born_on else member.born_year
    unit = unit_of(member)
    known = ", ".join(str(fact) for fact in (year, unit) if fact)
    return f"{member.full_name} ({known})" if known else member.full_name


def reconcile_merges(*, actor: Actor, now: datetime) -> list[Finding]:
    """Carry out again what is decided for merged records that something still points at; see `reconcile_endings`."""
    actor.require_program()
    heirs = dict(Member.objects.exclude(merged_into=None).order_by("pk").values_list("pk", "merged_into_id"))
    left = sorted(find_pointed_at(MEMBER, list(heirs)))
    today = localdate(now)
    found: list[Finding] = []
    for pk in left:
        findings = follow_again(MEMBER, Ended(Change.MERGED, pk, heirs[pk], on=today, now=now))
        if heirs[pk] and any(finding.mended for finding in findings):
            with transaction.atomic():
                publish(MembersMerged(kept_id=heirs[pk], dropped_id=pk))
        found += findings
    return found


def _move_details(kept: Member, dropped: Member) -> None:
    """Unique values leave the duplicate before the record takes them."""
    values = {name: getattr(kept, name) or getattr(dropped, name) for name in _FILLED}
    if kept.born_year and values["born_on"] and values["born_on"].year != kept.born_year:
        values["born_on"] = None  # the duplicate's date contradicts the year that is kept
    dropped.card_number = dropped.identity_number = dropped.identity_hash = ""
    dropped.user, dropped.merged_into = None, kept
    dropped.save()
    for name, value in values.items():
        setattr(kept, name, value)
    kept.save(update_fields=list(_FILLED))


def take_memberships(*, actor: Actor, kept_id: int, dropped_id: int) -> int:
    """The kept record takes over memberships for those days on which it has none of its kind; returns how many rows.

    A stay in the cell where the one person is at home, by the other record, is none. A step of merging, which has asked;
    for `references.py`.
    """
    actor.require_program()
    own = list(Membership.objects.filter(member_id=kept_id))
    rows = Membership.objects.filter(member_id=dropped_id)
    taken = sum(_take(row, [one for one in own if one.kind == row.kind], kept_id) for row in rows)
    _drop_stays_at_home(kept_id)
    return taken


def _drop_stays_at_home(member_id: int) -> None:
    rows = list(Membership.objects.filter(member_id=member_id))
    for stay in (row for row in rows if row.kind == MembershipKind.TEMPORARY):
        home = [row for row in rows if row.kind != stay.kind and row.organization_id == stay.organization_id]
        if home:
            _take(stay, home, member_id)


def take_posts(*, actor: Actor, kept_id: int, dropped_id: int) -> int:
    """Posts for those days on which the kept record did not hold the same in the same unit; as `take_memberships`."""
    actor.require_program()
    own = list(Post.objects.filter(member_id=kept_id))
    rows = Post.objects.filter(member_id=dropped_id)
    return sum(_take(row, [one for one in own if _same_post(one, row)], kept_id) for row in rows)


def _same_post(one: Post, other: Post) -> bool:
    return (one.kind, one.organization_id) == (other.kind, other.organization_id)


def _take(row: Membership | Post, own: Sequence[Membership | Post], kept_id: int) -> bool:
    """Give the kept record the days of `row` that none of `own` has; False, and the row is gone, when there are none."""
    left = free_spans((row.valid_from, row.valid_to), [(one.valid_from, one.valid_to) for one in own])
    if not left:
        row.delete()
        return False
    row.member_id = kept_id
    for since, until in left:
        row.valid_from, row.valid_to = since, until
        row.save()
        row.pk = None  # the next span is a row of its own
    return True


def _list_cells(member: Member) -> dict[int, Organization]:
    running = Membership.objects.filter(member=member, valid_to=None).select_related("organization")
    return {row.organization_id: row.organization for row in running}


def _follow_roles(kept: Member, left: Mapping[int, Organization], *, actor: Actor, now: datetime) -> None:
    """The account has the roles of the cells where the person is now, and none of those of which it was listed wrongly.

    Nobody gains roles by merging their own record.
    """
    if kept.user_id is None or kept.user_id == actor.user_id:
        return
    stays = _list_cells(kept)
    for pk, cell in left.items():
        if pk not in stays:
            end_roles(
                actor=actor, user_id=kept.user_id, organization=cell, roles=Role.of_cell(), on=localdate(now), now=now
            )
    give_roles(actor=actor, member=kept, now=now)
