"""New units."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.events import publish
from nennep.core.permissions import Permission
from nennep.organizations.choices import REASON_LIMIT, CellsCreated, CellType, UnitKind, Verb
from nennep.organizations.models import Organization, OrganizationPeriod
from nennep.organizations.queries import find_by_code, lock_units
from nennep.organizations.rules import UnitClosed, check_code, check_nesting, clean_name, refuse_future
from nennep.organizations.services.ancestry import write_ancestry
from nennep.organizations.services.history import record_change


class CodeTaken(DomainError):
    code = "unit_code_taken"
    message = _("Mã “%(code)s” đã có: %(name)s. Hãy chọn mã khác.")
    field = "code"


class ParentNotYetOpen(DomainError):
    code = "unit_parent_not_open"
    message = _("Đơn vị cấp trên thành lập ngày %(since)s. Hãy chọn ngày muộn hơn.")
    field = "on"


@dataclass(frozen=True, slots=True)
class UnitDetails:
    """What a new unit is. `cell_type` and `used_from` (see the model; the day of founding at the earliest) are for cells only."""

    code: str
    name: str
    kind: UnitKind
    cell_type: CellType | str = ""
    used_from: date | None = None

    def used_since(self, founded_on: date) -> date | None:
        """As it is kept of a unit founded on that day."""
        return max(self.used_from, founded_on) if self.used_from and self.kind == UnitKind.CELL else None


def create_organization(
    *,
    actor: Actor,
    parent: Organization | None,
    details: UnitDetails,
    on: date,
    now: datetime,
    reason: str = "",
) -> Organization:
    """A new unit below `parent` (a root of its own for None), with its first period.

    Raises NameMissing, BadCode, CodeTaken, BadNesting, UnitClosed or ParentNotYetOpen (of the parent), DateInFuture,
    NotAllowed. That the kind stands unusually in the tree is no error: `rules.is_unusual_nesting` tells it.
    """
    actor.require(Permission.ORGANIZATIONS_CHANGE, parent.path if parent else "")
    refuse_future(on, now.date())
    with transaction.atomic():
        (above,) = lock_units(parent) if parent else (None,)
        _check_parent(above, details.kind, on)
        unit = _insert(above, details, on, reason)
        record_change(Verb.CREATED, unit=unit, actor=actor, now=now, on=on)
        _announce_cells([unit], now)
    return unit


def _check_parent(parent: Organization | None, kind: str, on: date) -> None:
    check_nesting(kind=kind, parent_kind=parent.kind if parent else None)
    if parent and parent.closed_on:
        raise UnitClosed(on=f"{parent.closed_on:%d/%m/%Y}")
    if parent and on < parent.opened_on:
        raise ParentNotYetOpen(since=f"{parent.opened_on:%d/%m/%Y}")


def _insert(parent: Organization | None, details: UnitDetails, on: date, reason: str) -> Organization:
    code = details.code.strip()
    check_code(code)
    refuse_taken_code(code)
    unit = Organization(code=code, name=clean_name(details.name), kind=details.kind, opened_on=on)
    unit.cell_type = details.cell_type if details.kind == UnitKind.CELL else ""
    unit.used_from = details.used_since(on)
    if parent:
        Organization.objects.add_child(parent, instance=unit)
    else:
        Organization.objects.add_root(instance=unit)
    OrganizationPeriod.objects.create(
        organization=unit, name=unit.name, kind=unit.kind, parent=parent, valid_from=on, reason=reason[:REASON_LIMIT]
    )
    write_ancestry([unit.pk], below=False)
    return unit


def refuse_taken_code(code: str, *, besides: int | None = None) -> None:
    """Raise CodeTaken when another unit has this code, capitals or not."""
    taken = find_by_code(code=code)
    if taken is not None and taken.pk != besides:
        raise CodeTaken(code=code, name=taken.name)


def create_children(
    *, actor: Actor, parent: Organization, children: Iterable[UnitDetails], on: date, now: datetime
) -> list[Organization]:
    """Many new units directly below `parent` at once; those whose code exists are left as they are.

    For ready trees of thousands of units: one insert, one event for all. Codes and names are taken as they are.
    """
    actor.require(Permission.ORGANIZATIONS_CHANGE, parent.path)
    refuse_future(on, now.date())
    with transaction.atomic():
        (above,) = lock_units(parent)
        known = set(Organization.objects.values_list("code", flat=True))
        new = [item for item in children if item.code not in known]
        units = _insert_many(above, new, on, now)
        if units:
            record_change(Verb.IMPORTED, unit=above, actor=actor, now=now, on=on, count=len(units))
    return units


def _announce_cells(units: Iterable[Organization], now: datetime) -> None:
    cells = tuple(unit.pk for unit in units if unit.kind == UnitKind.CELL)
    if cells:
        publish(CellsCreated(cells, now))


def _insert_many(parent: Organization, new: list[UnitDetails], on: date, now: datetime) -> list[Organization]:
    batch = UnitBatch()
    units = [batch.place(parent, item, on) for item in new]
    batch.insert(now)
    return units


class UnitBatch:
    """New units that are given their places one by one and written together, at a few queries for each level of the tree.

    Upper units may be new ones of the same batch. The caller holds the lock on those that exist; codes are the caller's
    to keep apart.
    """

    def __init__(self) -> None:
        self._last: dict[str, int] = {}
        self._placed: list[tuple[Organization, Organization | None]] = []

    def place(self, parent: Organization | None, details: UnitDetails, on: date) -> Organization:
        """The unit at the end of its level, not written yet. Raises BadNesting, UnitClosed, ParentNotYetOpen."""
        _check_parent(parent, details.kind, on)
        above = parent.path if parent else ""
        depth = parent.depth + 1 if parent else 1
        unit = Organization(
            code=details.code,
            name=details.name,
            kind=details.kind,
            cell_type=details.cell_type if details.kind == UnitKind.CELL else "",
            opened_on=on,
            used_from=details.used_since(on),
            depth=depth,
            path=Organization._get_path(above, depth, self._next_number(parent)),  # noqa: SLF001  treebeard's own
        )
        self._placed.append((unit, parent))
        return unit

    def _next_number(self, parent: Organization | None) -> int:
        above = parent.path if parent else ""
        if above not in self._last:
            self._last[above] = _count_from(parent)
        self._last[above] += 1
        return self._last[above]

    def insert(self, now: datetime) -> list[Organization]:
        """Write the units level by level, their first periods, and the number of children of those above; tell of the cells.

        All in tree order.
        """
        placed = sorted(self._placed, key=lambda pair: pair[0].path)
        for depth in sorted({unit.depth for unit, _parent in placed}):
            Organization.objects.get_queryset().bulk_create([unit for unit, _parent in placed if unit.depth == depth])
        OrganizationPeriod.objects.bulk_create(
            OrganizationPeriod(
                organization=unit, name=unit.name, kind=unit.kind, parent=parent, valid_from=unit.opened_on
            )
            for unit, parent in placed
        )
        for pk, count in Counter(parent.pk for _unit, parent in placed if parent).items():
            Organization.objects.get_queryset().filter(pk=pk).update(numchild=F("numchild") + count)
        units = [unit for unit, _parent in placed]
        write_ancestry([unit.pk for unit in units], below=False)
        _announce_cells(units, now)
        return units


def _count_from(parent: Organization | None) -> int:
    """The number in the path of the last child, or of the last root; 0 without one."""
    if parent and parent.pk is None:
        return 0
    path, depth = (parent.path, parent.depth + 1) if parent else ("", 1)
    last = Organization.objects.get_queryset().filter(path__startswith=path, depth=depth).order_by("-path").first()
    return int(last.path[-Organization.steplen :], len(Organization.alphabet)) if last else 0
