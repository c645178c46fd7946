"""The personal record: making it, correcting it, opening it."""

from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import record, record_reading
from nennep.core.access import Actor
from nennep.core.crypto import keyed_hash
from nennep.core.errors import DomainError, NotAllowed
from nennep.core.events import publish
from nennep.core.locks import share_lock, take_lock
from nennep.core.permissions import Permission
from nennep.core.text import name_sort_key
from nennep.core.typed import take_name
from nennep.core.wording import for_records
from nennep.members.choices import (
    IDENTITY_PURPOSE,
    NAME_LIMIT,
    NUMBERS,
    MemberCorrected,
    MembershipKind,
    Reach,
    Standing,
    Verb,
)
from nennep.members.models import Member
from nennep.members.queries import keep_visible, list_sharers, list_similar, may_read_private, target_of, unit_path_of
from nennep.members.rules import MemberDetails, PrivateDetails, details_problem
from nennep.members.services.likeness import ask_about
from nennep.members.services.membership_rows import lock_person
from nennep.members.services.memberships import join_cell
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_organization


class CardTaken(DomainError):
    code = "card_taken"
    message = _("Số thẻ này đã có ở hồ sơ khác. Hãy kiểm tra lại số thẻ, hoặc gộp hai hồ sơ.")
    field = "card_number"


class IdentityTaken(DomainError):
    code = "identity_taken"
    message = _("Số định danh này đã có ở hồ sơ khác. Hãy kiểm tra lại số, hoặc gộp hai hồ sơ.")
    field = "identity_number"


class BadDates(DomainError):
    """`field` differs: see `rules.details_problem`."""

    code = "bad_dates"
    message = _("Các ngày không khớp nhau: sinh, rồi kết nạp, rồi công nhận chính thức, đều không sau hôm nay.")


class SimilarExists(DomainError):
    code = "similar_exists"
    message = _("Đã có hồ sơ cùng tên, cùng ngày sinh: %(name)s. Nếu đúng là người khác, hãy đánh dấu bên dưới.")
    field = "despite_similar"


def create_member(
    *,
    actor: Actor,
    organization: Organization,
    details: MemberDetails,
    joined_on: date,
    standing: Standing = Standing.OFFICIAL,
    kind: MembershipKind = MembershipKind.OFFICIAL,
    despite_similar: bool = False,
    now: datetime,
) -> Member:
    """Make a record and its membership of the cell from `joined_on` on (kind TEMPORARY: a guest from outside).

    Namesakes are looked for under the lock of the cell: of two taps on one button the second finds the record of the first.
    Of one whom the actor may not see, by name or by card, the actor learns nothing: whoever sees both is asked whether they
    are one person.
    Raises NotAllowed; BadDates, CardTaken, SimilarExists (unless `despite_similar`) and what `join_cell` raises.
    """
    actor.require(Permission.MEMBERS_WRITE, organization.path)
    _check(details, today=localdate(now))
    with transaction.atomic():
        cell = lock_organization(organization)
        similar = list_similar(full_name=details.full_name, born_on=details.born_on, born_year=details.born_year)
        seen = keep_visible(actor=actor, members=similar)
        if seen and not despite_similar:
            raise SimilarExists(name=seen[0].full_name)
        member = Member(**_values(details))
        hidden = _require_free_card(actor, member)
        member.save()
        record(Verb.CREATED, actor=actor, target=target_of(member, organization.path), now=now)
        join_cell(actor=actor, member=member, organization=cell, kind=kind, standing=standing, on=joined_on, now=now)
        ask_about(actor=actor, member=member, others=[*hidden, *(one for one in similar if one not in seen)], now=now)
    return member


def _check(details: MemberDetails, *, today: date) -> None:
    field = details_problem(details, today=today)
    if field:
        raise BadDates(field=field)


def _require_free_card(actor: Actor, member: Member) -> list[Member]:
    """Those who bear the same card and whom the actor may not see: a refusal would say that they are members.

    Raises CardTaken where the actor sees one of them.
    """
    if member.card_number:
        share_lock(NUMBERS)
        take_lock(f"members.card.{member.card_number}")  # of two who give one card at once the second sees the first
    same = [one for one in list_sharers(member) if one.card_number and one.card_number == member.card_number]
    if keep_visible(actor=actor, members=same):
        raise CardTaken
    return same


def _values(details: MemberDetails) -> dict[str, object]:
    name = take_name(details.full_name, limit=NAME_LIMIT, field="full_name")
    return asdict(details) | {"full_name": name, "name_key": name_sort_key(name)}


def change_member(*, actor: Actor, member: Member, details: MemberDetails, now: datetime) -> Member:
    """Correct the open part of a record; the audit event names the fields, not their contents.

    Raises NotAllowed; BadDates, CardTaken.
    """
    path = _require_write(actor, member)
    _check(details, today=localdate(now))
    with transaction.atomic():
        locked = lock_person(member.pk)
        changed = _assign(locked, _values(details))
        hidden = _require_free_card(actor, locked) if "card_number" in changed else []
        _save(locked, changed, actor=actor, path=path, now=now)
        ask_about(actor=actor, member=locked, others=hidden, now=now)
    return locked


def change_private(*, actor: Actor, member: Member, details: PrivateDetails, now: datetime) -> Member:
    """Correct the sensitive part. Needs the right to read it as well. Raises NotAllowed; IdentityTaken."""
    path = _require_write(actor, member)
    actor.require(Permission.MEMBERS_READ_SENSITIVE, path)
    with transaction.atomic():
        locked = lock_person(member.pk)
        digits = details.identity_number.replace(" ", "")
        hashed = keyed_hash(digits, purpose=IDENTITY_PURPOSE)
        values = asdict(details) | {"identity_number": digits, "identity_hash": hashed}
        changed = _assign(locked, values)
        hidden = _require_free_identity(actor, locked) if "identity_hash" in changed else []
        _save(locked, changed, actor=actor, path=path, now=now)
        ask_about(actor=actor, member=locked, others=hidden, now=now)
    return locked


def _require_free_identity(actor: Actor, member: Member) -> list[Member]:
    """As `_require_free_card`, for whoever reads the number of the other."""
    if member.identity_hash:
        share_lock(NUMBERS)
        take_lock(f"members.identity.{member.identity_hash}")
    same = [one for one in list_sharers(member) if one.identity_hash and one.identity_hash == member.identity_hash]
    if any(may_read_private(actor=actor, member=one) for one in same):
        raise IdentityTaken
    return same


def change_contact(*, actor: Actor, member: Member, phone: str, email: str, reach: Reach, now: datetime) -> Member:
    """A member corrects how papers reach them; their own record only. Raises NotAllowed."""
    if actor.user_id is None or member.user_id != actor.user_id:
        raise NotAllowed
    with transaction.atomic():
        locked = lock_person(member.pk)
        changed = _assign(locked, {"phone": phone, "email": email, "reach": reach})
        _save(locked, changed, actor=actor, path=unit_path_of(locked), now=now)
    return locked


def _assign(member: Member, values: dict[str, object]) -> list[str]:
    """Set what differs; the names of those fields."""
    changed = [name for name, value in values.items() if getattr(member, name) != value]
    for name in changed:
        setattr(member, name, values[name])
    return changed


def _save(member: Member, changed: list[str], *, actor: Actor, path: str, now: datetime) -> None:
    if not changed:
        return
    member.save(update_fields=changed)
    shown = {field.name for field in fields(MemberDetails)} | {field.name for field in fields(PrivateDetails)}
    details = {"fields": sorted(shown.intersection(changed))}
    record(Verb.CHANGED, actor=actor, target=target_of(member, path), now=now, details=details)
    publish(MemberCorrected(member.pk, frozenset(changed)))


def _require_write(actor: Actor, member: Member) -> str:
    path = unit_path_of(member)
    actor.require(Permission.MEMBERS_WRITE, path)
    return path


def log_opening(*, actor: Actor, member: Member, part: Callable[[], str], now: datetime) -> None:
    """Write down that `actor` opened a part of somebody's file, which `part` names; opening one's own leaves no line.

    The caller shows the part only after this returns.
    """
    if actor.user_id is None or member.user_id != actor.user_id:
        target = target_of(member, unit_path_of(member))
        record_reading(actor=actor, subjects=[target], part=for_records(part), now=now)
