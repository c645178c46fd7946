"""How units end: merged into another, split into several, closed."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from nennep.core.access import Actor
from nennep.core.errors import Conflict, DomainError
from nennep.core.events import load_handlers, publish
from nennep.core.findings import Finding
from nennep.core.permissions import Permission
from nennep.core.previews import Effect
from nennep.core.references import Change, Ended, follow, follow_again
from nennep.organizations.choices import (
    OrganizationClosed,
    OrganizationMerged,
    OrganizationSplit,
    SuccessionKind,
    Verb,
)
from nennep.organizations.models import Organization, OrganizationPeriod, Succession
from nennep.organizations.queries import find_keeper_above, list_ended, lock_units, read_history
from nennep.organizations.rules import DateOutOfOrder, UnitClosed, clean_reason, end_periods, refuse_future
from nennep.organizations.services.changes import find_last_met, put_under, refuse_finished
from nennep.organizations.services.creation import UnitDetails, create_organization
from nennep.organizations.services.history import record_change, write_history

UNIT = "organizations.Organization"
CountResidents = Callable[[int, date], int]
FindBusy = Callable[[int, date], str]
ListLeft = Callable[[Actor, Organization], Sequence[Effect]]
_resident_counts: list[CountResidents] = []
_busy: list[FindBusy] = []
_left: list[ListLeft] = []


class HasOpenUnits(DomainError):
    code = "unit_has_open_units"
    message = _("Còn %(count)s đơn vị trực thuộc vào ngày ấy. Hãy chuyển hoặc giải thể chúng trước, hoặc sáp nhập.")


class MetSinceEnd(DomainError):
    code = "unit_met_since_end"
    message = _(
        "%(unit)s đã họp ngày %(met)s, nên chưa kết thúc trước đó. Hãy chọn ngày từ %(met)s; "
        "ngày ghi trong quyết định thì nêu ở lý do."
    )
    field = "on"


class HasMembers(DomainError):
    code = "unit_has_members"
    message = _("Còn %(count)s đảng viên vào ngày ấy. Hãy chuyển sinh hoạt trước, hoặc sáp nhập vào chi bộ khác.")


class HasOpenMeeting(Conflict):
    code = "unit_has_open_meeting"
    message = _("%(unit)s còn %(meeting)s. Hãy kết thúc buổi ấy trước, rồi mới sáp nhập hoặc giải thể.")


class MergedIntoItself(DomainError):
    code = "unit_merged_into_itself"
    message = _("Không sáp nhập một đơn vị vào chính nó hoặc vào đơn vị ở dưới nó.")
    field = "successor"


class KindsDiffer(DomainError):
    code = "unit_kinds_differ"
    message = _("Chỉ sáp nhập chi bộ với chi bộ, đảng bộ với đảng bộ.")
    field = "successor"


class SuccessorNotYetOpen(DomainError):
    code = "unit_successor_not_open"
    message = _("Đơn vị nhận sáp nhập thành lập ngày %(since)s. Hãy chọn ngày muộn hơn.")
    field = "on"


class PartsMissing(DomainError):
    code = "unit_parts_missing"
    message = _("Hãy ghi mã và tên của ít nhất một đơn vị mới.")
    field = "parts"


def register_resident_count(count: CountResidents) -> None:
    """A higher context says how many people still belong to a unit on a day; such a unit is not closed."""
    if count not in _resident_counts:
        _resident_counts.append(count)


def register_busy(find: FindBusy) -> None:
    """A higher context names the meeting that is going on in a unit on a day, nothing for none.

    Such a unit does not end: nobody could close it.
    """
    if find not in _busy:
        _busy.append(find)


def register_left(find: ListLeft) -> None:
    """A higher context says what a unit that has just ended leaves unfinished, as far as the reader may see it."""
    if find not in _left:
        _left.append(find)


def list_left(*, actor: Actor, organization: Organization) -> tuple[Effect, ...]:
    """What the unit that has ended leaves for others to finish: nothing of it goes anywhere, nor is it lost."""
    load_handlers()
    return tuple(effect for find in _left for effect in find(actor, organization))


def merge_organization(
    *, actor: Actor, organization: Organization, successor: Organization, on: date, reason: str, now: datetime
) -> Organization:
    """`organization` ends on that day and goes on in `successor`: units below it move there, and so does what points at it.

    What follows and what stays with the ended unit is decided in `references.py` of each context. Raises MergedIntoItself,
    KindsDiffer, UnitClosed, SuccessorNotYetOpen, HasOpenMeeting, ReasonMissing, DateInFuture, DateOutOfOrder, NotAllowed. Publishes
    OrganizationMerged. Returns the successor.
    """
    for unit in (organization, successor):
        actor.require(Permission.ORGANIZATIONS_CHANGE, unit.path)
    reason = clean_reason(reason)
    refuse_future(on, now.date())
    with transaction.atomic():
        ending, heir = lock_units(organization, successor)
        _check_merge(ending, heir, on)
        _refuse_busy(ending, now.date())
        _refuse_met(ending, on, now.date())
        for child in _open_children(ending):
            put_under(child, heir, on=on, reason=reason)
            heir.refresh_from_db()
        ending.refresh_from_db()
        _end(ending, on, reason, keeper=heir)
        _link(SuccessionKind.MERGE, ending, heir, on=on, reason=reason)
        record_change(Verb.MERGED, unit=ending, actor=actor, now=now, on=on, successor=heir.name, reason=reason)
        record_change(Verb.MERGED, unit=heir, actor=actor, now=now, on=on, predecessor=ending.name, reason=reason)
        follow(UNIT, Ended(Change.MERGED, ending.pk, heir.pk, on=on, now=now))
        _refuse_busy(ending, now.date())
        publish(OrganizationMerged(ending.pk, heir.pk, on, now))
    return heir


def _check_merge(ending: Organization, heir: Organization, on: date) -> None:
    if heir.path.startswith(ending.path):
        raise MergedIntoItself
    if ending.is_cell != heir.is_cell:
        raise KindsDiffer
    if heir.closed_on:
        raise UnitClosed(on=f"{heir.closed_on:%d/%m/%Y}")
    if on < heir.opened_on:
        raise SuccessorNotYetOpen(since=f"{heir.opened_on:%d/%m/%Y}")
    if ending.successions.filter(successor=heir, happened_on=on).exists():  # split off on that very day
        raise DateOutOfOrder(since=f"{on:%d/%m/%Y}")


def _refuse_met(unit: Organization, on: date, today: date) -> None:
    """A cell that met after that day had not ended; of others below it the months that are over stay where they were counted."""
    refuse_finished(unit, on, today)
    if unit.is_cell and (met := find_last_met(unit, on + timedelta(days=1), date.max)):
        raise MetSinceEnd(unit=unit.name, met=f"{met:%d/%m/%Y}")


def _refuse_busy(unit: Organization, today: date) -> None:
    """Before anything follows, to say who may close it, and after: calling meetings off waits for one that is just being opened."""
    load_handlers()
    for find in _busy:
        if meeting := find(unit.pk, today):
            raise HasOpenMeeting(unit=unit.name, meeting=meeting)


def split_organization(
    *, actor: Actor, organization: Organization, parts: Sequence[UnitDetails], on: date, reason: str, now: datetime
) -> list[Organization]:
    """New units are made out of `organization`, beside it; it goes on, and closes later when nobody is left in it.

    Members are transferred by hand: which of them goes where is a decision, not a rule. Raises PartsMissing,
    everything create_organization raises, ReasonMissing, DateOutOfOrder, UnitClosed, NotAllowed. Publishes OrganizationSplit.
    """
    actor.require(Permission.ORGANIZATIONS_CHANGE, organization.path)
    reason = clean_reason(reason)
    if not parts:
        raise PartsMissing
    with transaction.atomic():
        (unit,) = lock_units(organization)
        if unit.closed_on:
            raise UnitClosed(on=f"{unit.closed_on:%d/%m/%Y}")
        if on < unit.opened_on:
            raise DateOutOfOrder(since=f"{unit.opened_on:%d/%m/%Y}")
        refuse_finished(unit, on, now.date())
        parent = Organization.objects.get_parent(unit)
        new = [
            create_organization(actor=actor, parent=parent, details=part, on=on, now=now, reason=reason)
            for part in parts
        ]
        for part in new:
            _link(SuccessionKind.SPLIT, unit, part, on=on, reason=reason)
        names = [part.name for part in new]
        record_change(Verb.SPLIT, unit=unit, actor=actor, now=now, on=on, parts=names, reason=reason)
        follow(UNIT, Ended(Change.SPLIT, unit.pk, None, on=on, now=now))
        publish(OrganizationSplit(unit.pk, tuple(part.pk for part in new), on))
    return new


def close_organization(
    *, actor: Actor, organization: Organization, on: date, reason: str, now: datetime
) -> Organization:
    """The unit ends on that day without a successor.

    Raises HasOpenUnits, HasMembers, HasOpenMeeting, UnitClosed, ReasonMissing, DateInFuture, DateOutOfOrder, NotAllowed. Publishes
    OrganizationClosed.
    """
    actor.require(Permission.ORGANIZATIONS_CHANGE, organization.path)
    reason = clean_reason(reason)
    refuse_future(on, now.date())
    with transaction.atomic():
        (unit,) = lock_units(organization)
        _check_empty(unit, on)
        _refuse_busy(unit, now.date())
        _refuse_met(unit, on, now.date())
        _end(unit, on, reason, keeper=find_keeper_above(unit))
        record_change(Verb.CLOSED, unit=unit, actor=actor, now=now, on=on, reason=reason)
        follow(UNIT, Ended(Change.CLOSED, unit.pk, None, on=on, now=now))
        _refuse_busy(unit, now.date())
        publish(OrganizationClosed(unit.pk, on, now))
    return unit


def reconcile_endings(*, actor: Actor, now: datetime) -> list[Finding]:
    """Carry out again what is decided for units that were merged or closed, in the order in which they ended.

    Nothing is left to do but what an interrupted older version has left; figures since then are counted anew.
    """
    actor.require_program()
    found: list[Finding] = []
    for ended in list_ended(now=now):
        findings = follow_again(UNIT, ended)
        if any(finding.mended for finding in findings):
            with transaction.atomic():
                publish(OrganizationClosed(ended.former_id, ended.on, now))
        found += findings
    return found


def hand_archives_on(*, actor: Actor, organization_id: int) -> int:
    """What a closed unit kept of others goes to whoever keeps its own archive; how many archives went."""
    actor.require_program()
    closed = Organization.objects.get_queryset().get(pk=organization_id)
    kept = Organization.objects.get_queryset().filter(kept_by=closed)
    return kept.update(kept_by=closed.kept_by_id)


def _check_empty(unit: Organization, on: date) -> None:
    below = OrganizationPeriod.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), parent=unit)
    units = below.values("organization").distinct().count()
    if units:
        raise HasOpenUnits(count=units)
    if residents := count_residents(unit, on):
        raise HasMembers(count=residents)


def count_residents(unit: Organization, on: date) -> int:
    """How many people belong to the unit itself on that day, as those who keep them say."""
    load_handlers()
    return sum(count(unit.pk, on) for count in _resident_counts)


def _open_children(unit: Organization) -> list[Organization]:
    children = Organization.objects.get_children(unit).filter(closed_on=None)
    return list(children.select_for_update(no_key=True).order_by("path"))


def _end(unit: Organization, on: date, reason: str, *, keeper: Organization | None) -> None:
    before = read_history(unit)
    write_history(unit, before, end_periods(before, on=on), reason)
    unit.closed_on, unit.kept_by = on, keeper
    unit.save(update_fields=["closed_on", "kept_by"])


def _link(kind: SuccessionKind, predecessor: Organization, successor: Organization, *, on: date, reason: str) -> None:
    Succession.objects.create(predecessor=predecessor, successor=successor, kind=kind, happened_on=on, reason=reason)
