"""A change of a unit as one value: what somebody asks for on a page, foreseen before it is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.events import publish
from nennep.core.permissions import Permission
from nennep.core.previews import Effect, Preview, foresee, list_named
from nennep.core.references import Change, Ended
from nennep.core.wording import for_records
from nennep.organizations.choices import Announcement, ChangeAnnounced, ChangeKind, HolderFate, UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.queries import list_children, list_meant
from nennep.organizations.services.changes import move_organization, rename_organization
from nennep.organizations.services.creation import UnitDetails, create_organization
from nennep.organizations.services.endings import (
    UNIT,
    close_organization,
    count_residents,
    list_left,
    merge_organization,
    split_organization,
)
from nennep.organizations.services.holders import Settling, find_holders, settle_holders


class NoSuchUnit(DomainError):
    code = "unit_no_such_code"
    message = gettext_lazy("Không có đơn vị nào mang mã hoặc tên “%(code)s” trong phạm vi của đồng chí. Hãy xem lại.")


class UnitMistyped(NoSuchUnit):
    code = "unit_mistyped"
    message = gettext_lazy("Không có đơn vị nào mang mã hoặc tên “%(code)s”. Gần giống: %(units)s. Hãy ghi mã.")


class UnitOfSeveral(NoSuchUnit):
    code = "unit_of_several"
    message = gettext_lazy("Có hơn một đơn vị tên “%(code)s”: %(units)s. Hãy ghi mã.")


class NoSuchParent(NoSuchUnit):
    field = "parent"


class NoSuchSuccessor(NoSuchUnit):
    field = "successor"


@dataclass(frozen=True, slots=True)
class UnitChange:
    """What is to happen to `unit` on that day; `details` in JSON values.

    By kind: create `code`, `name`, `kind`, `cell_type`, `used_from` (below `unit`); rename `name`; move `parent`; merge `successor` (a code
    or a whole name) and `roles`, what becomes of each role on the unit; close `roles`; split `parts`, pairs of code and name.
    `target`: the unit that `parent` or `successor` was found to mean, whatever they may mean later.
    """

    kind: ChangeKind
    unit: Organization
    on: date
    reason: str
    details: Mapping[str, Any] = field(default_factory=dict)
    target: Organization | None = None


def make_change(*, actor: Actor, change: UnitChange, now: datetime) -> Organization:
    """Carry the change out; the unit to show afterwards. Raises NoSuchUnit and what the service of its kind raises.

    Publishes ChangeAnnounced, beside the events of that service.
    """
    actor.require(Permission.ORGANIZATIONS_CHANGE, change.unit.path)
    with transaction.atomic():
        said = for_records(lambda: say_change(actor=actor, change=change))
        target = find_target(actor=actor, change=change)
        shown = _ACTS[change.kind](actor, change, now)
        touched = tuple({unit.pk for unit in (change.unit, target) if unit})
        publish(ChangeAnnounced(Announcement.DONE, touched, said, change.on, now))
    return shown


def foresee_now(*, actor: Actor, change: UnitChange, now: datetime) -> Preview:
    """What the change would bring, in numbers and names; nothing is done. Raises what `make_change` raises."""
    actor.require(Permission.ORGANIZATIONS_CHANGE, change.unit.path)
    heir = _target(actor, change, "successor", NoSuchSuccessor) if change.kind == ChangeKind.MERGE else None
    ended = Ended(_FOLLOWING[change.kind], change.unit.pk, heir.pk if heir else None, on=change.on, now=now)
    children = [unit.name for unit in list_children(actor=actor, organization=change.unit, on=change.on)]
    left: list[Effect] = []

    def act() -> None:
        make_change(actor=actor, change=change, now=now)
        if change.kind in _ENDINGS:
            left.extend(list_left(actor=actor, organization=change.unit))

    effects = foresee(act, actor=actor, target=UNIT, ended=ended)
    effects = (*_read_below(change, children), *effects, *left, *_read_roles(actor, change, heir))
    if change.kind == ChangeKind.MOVE:
        return Preview(say_change(actor=actor, change=change), effects, undo=str(MOVED_BACK))
    return Preview(say_change(actor=actor, change=change), effects, name=change.unit.name)


MOVED_BACK = gettext_lazy("Chuyển nhầm thì chuyển lại ở trang này với cùng ngày; lịch sử ghi theo lần sau.")


def _read_below(change: UnitChange, children: list[str]) -> tuple[Effect, ...]:
    if change.kind == ChangeKind.SPLIT:
        return list_named(str(_("Đơn vị mới")), [name for _code, name in change.details["parts"]])
    found = list_named(str(_("Đơn vị trực thuộc chuyển theo")), children)
    residents = count_residents(change.unit, change.on) if change.kind == ChangeKind.MOVE else 0
    return (*found, Effect(str(_("Đảng viên chuyển theo")), residents)) if residents else found


def _read_roles(actor: Actor, change: UnitChange, heir: Organization | None) -> tuple[Effect, ...]:
    """Who drops a role with the unit, and who keeps it at the successor."""
    if "roles" not in change.details:
        return ()
    fates = change.details["roles"]
    told = [
        (holder.words, fates.get(holder.key, holder.usual) if heir else HolderFate.DROP)
        for holder in find_holders(actor=actor, organization=change.unit, on=change.on)
    ]
    labels = {HolderFate.DROP: _("Quyền thôi giữ"), HolderFate.MOVE: _("Quyền giữ ở đơn vị nhận")}
    return tuple(
        effect
        for fate, label in labels.items()
        for effect in list_named(str(label), [words for words, found in told if found == fate])
    )


def say_change(*, actor: Actor, change: UnitChange) -> str:
    """The change in one sentence, with the names behind codes. Raises NoSuchUnit."""
    facts = {"unit": change.unit.name, "code": change.unit.code, "day": f"{change.on:%d/%m/%Y}"}
    if change.kind == ChangeKind.MERGE:
        heir = _target(actor, change, "successor", NoSuchSuccessor)
        facts |= {"other": heir.name, "other_code": heir.code}
        return _("Sáp nhập %(unit)s (%(code)s) vào %(other)s (%(other_code)s) từ ngày %(day)s.") % facts
    if change.kind == ChangeKind.MOVE:
        parent = _target(actor, change, "parent", NoSuchParent)
        facts |= {"other": parent.name, "other_code": parent.code}
        return _("Chuyển %(unit)s (%(code)s) về %(other)s (%(other_code)s) từ ngày %(day)s.") % facts
    if change.kind == ChangeKind.SPLIT:
        return _("Chia tách %(unit)s (%(code)s) từ ngày %(day)s; đơn vị này vẫn tiếp tục.") % facts
    if change.kind == ChangeKind.CREATE:
        facts |= {"other": change.details["name"], "other_code": change.details["code"]}
        return _("Lập %(other)s (%(other_code)s) trực thuộc %(unit)s từ ngày %(day)s.") % facts
    if change.kind == ChangeKind.RENAME:
        facts |= {"other": change.details["name"]}
        return _("Đổi tên %(unit)s (%(code)s) thành %(other)s từ ngày %(day)s.") % facts
    return _("Giải thể %(unit)s (%(code)s) từ ngày %(day)s.") % facts


def find_target(*, actor: Actor, change: UnitChange) -> Organization | None:
    """The unit that it goes to; None for a change that goes nowhere. Raises NoSuchUnit."""
    if change.kind == ChangeKind.MERGE:
        return _target(actor, change, "successor", NoSuchSuccessor)
    return _target(actor, change, "parent", NoSuchParent) if change.kind == ChangeKind.MOVE else None


def _target(actor: Actor, change: UnitChange, name: str, missing: type[NoSuchUnit]) -> Organization:
    if change.target is not None:
        return change.target
    text = str(change.details[name])
    meant = list_meant(actor=actor, text=text, besides=change.unit.pk)
    if len(meant.units) == 1:
        return meant.units[0]
    if not meant.units and not meant.near:
        raise missing(code=text)
    named = "; ".join(f"{unit.name} ({unit.code})" for unit in meant.units or meant.near)
    raise (UnitOfSeveral if meant.units else UnitMistyped)(field=missing.field, code=text, units=named)


def _create(actor: Actor, change: UnitChange, now: datetime) -> Organization:
    facts = change.details
    used_from = date.fromisoformat(facts["used_from"]) if facts.get("used_from") else None
    details = UnitDetails(facts["code"], facts["name"], UnitKind(facts["kind"]), facts.get("cell_type", ""), used_from)
    return create_organization(
        actor=actor, parent=change.unit, details=details, on=change.on, now=now, reason=change.reason
    )


def _rename(actor: Actor, change: UnitChange, now: datetime) -> Organization:
    name = change.details["name"]
    return rename_organization(
        actor=actor, organization=change.unit, name=name, on=change.on, reason=change.reason, now=now
    )


def _move(actor: Actor, change: UnitChange, now: datetime) -> Organization:
    parent = _target(actor, change, "parent", NoSuchParent)
    return move_organization(
        actor=actor, organization=change.unit, parent=parent, on=change.on, reason=change.reason, now=now
    )


def _merge(actor: Actor, change: UnitChange, now: datetime) -> Organization:
    heir = _target(actor, change, "successor", NoSuchSuccessor)
    with transaction.atomic():
        heir = merge_organization(
            actor=actor, organization=change.unit, successor=heir, on=change.on, reason=change.reason, now=now
        )
        _settle(actor, change, heir, now)
    return heir


def _split(actor: Actor, change: UnitChange, now: datetime) -> Organization:
    unit = change.unit
    parts = [UnitDetails(code, name, UnitKind(unit.kind), unit.cell_type) for code, name in change.details["parts"]]
    split_organization(actor=actor, organization=unit, parts=parts, on=change.on, reason=change.reason, now=now)
    return unit


def _close(actor: Actor, change: UnitChange, now: datetime) -> Organization:
    with transaction.atomic():
        unit = close_organization(actor=actor, organization=change.unit, on=change.on, reason=change.reason, now=now)
        _settle(actor, change, None, now)
    return unit


def _settle(actor: Actor, change: UnitChange, heir: Organization | None, now: datetime) -> None:
    """What becomes of the roles on the unit, where somebody was asked."""
    if "roles" in change.details:
        settling = Settling(change.unit, heir, change.details["roles"], change.on, now)
        settle_holders(actor=actor, settling=settling)


_ACTS: dict[ChangeKind, Callable[[Actor, UnitChange, datetime], Organization]] = {
    ChangeKind.CREATE: _create,
    ChangeKind.RENAME: _rename,
    ChangeKind.MOVE: _move,
    ChangeKind.MERGE: _merge,
    ChangeKind.SPLIT: _split,
    ChangeKind.CLOSE: _close,
}
_ENDINGS = {ChangeKind.MERGE, ChangeKind.CLOSE}
# What happens to whatever points at the unit; a name and a new unit below change nothing of it.
_FOLLOWING = {
    ChangeKind.MOVE: Change.MOVED,
    ChangeKind.MERGE: Change.MERGED,
    ChangeKind.SPLIT: Change.SPLIT,
    ChangeKind.CLOSE: Change.CLOSED,
}
