"""Units of the Party: a tree of today, and the dated periods and successions it came from."""

from datetime import date

from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from nennep.core.access import Actor
from nennep.core.fields import TypedLine
from nennep.core.models import DatedModel, PublicIdModel
from nennep.core.permissions import Permission
from nennep.organizations.choices import (
    CODE_LIMIT,
    NAME_LIMIT,
    REASON_LIMIT,
    SAID_LIMIT,
    TERM_LIMIT,
    CellType,
    ChangeKind,
    ChangeState,
    SuccessionKind,
    UnitKind,
)


class OrganizationQuerySet(MP_NodeQuerySet, models.QuerySet["Organization"]):
    def visible_to(self, actor: Actor) -> "OrganizationQuerySet":
        return self.filter(actor.scope(Permission.ORGANIZATIONS_READ, "path"))

    def open_on(self, day: date) -> "OrganizationQuerySet":
        """Units that existed on that day."""
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=day), opened_on__lte=day)

    def cells(self) -> "OrganizationQuerySet":
        return self.filter(kind=UnitKind.CELL)


class OrganizationManager(MP_NodeManager, models.Manager["Organization"]):
    """Depth-first order of the tree, as treebeard wants it."""

    def get_queryset(self) -> OrganizationQuerySet:
        return OrganizationQuerySet(self.model, using=self._db).order_by("path")

    def visible_to(self, actor: Actor) -> OrganizationQuerySet:
        return self.get_queryset().visible_to(actor)

    def open_on(self, day: date) -> OrganizationQuerySet:
        return self.get_queryset().open_on(day)


class Organization(MP_Node, PublicIdModel):
    """A unit as it is today. `name`, `kind` and the place in the tree repeat its current period.

    `closed_on` is the first day on which it no longer exists, `kept_by` whoever keeps its archive since then: the unit it was
    merged into, as far as that goes, or the committee that closed it (docs/adr/0006). `cell_type` is set on cells only, and so
    is `used_from`: the day from which the program keeps a cell that is older; what it did before is on paper.
    """

    code = TypedLine(_("Mã"), max_length=CODE_LIMIT, unique=True)
    name = TypedLine(_("Tên"), max_length=NAME_LIMIT)
    kind = models.CharField(_("Loại"), max_length=20, choices=UnitKind)
    cell_type = models.CharField(_("Loại hình chi bộ"), max_length=20, choices=CellType, blank=True)
    opened_on = models.DateField(_("Ngày thành lập"))
    used_from = models.DateField(_("Dùng chương trình từ ngày"), null=True, blank=True)
    closed_on = models.DateField(_("Ngày giải thể"), null=True, blank=True)
    kept_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, editable=False, related_name="keeps")
    regulations_title = TypedLine(_("Quy chế làm việc"), max_length=NAME_LIMIT, blank=True)
    regulations_issued_on = models.DateField(_("Ngày ban hành quy chế"), null=True, blank=True)

    objects = OrganizationManager()

    class Meta:
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gt=F("opened_on")),
                name="organization_closed_after_opened",
            ),
            models.CheckConstraint(
                condition=Q(cell_type="") | Q(kind=UnitKind.CELL), name="organization_cell_type_on_cells"
            ),
            models.CheckConstraint(
                condition=Q(kept_by=None) | Q(closed_on__isnull=False), name="organization_kept_once_closed"
            ),
            models.CheckConstraint(
                condition=Q(used_from=None) | Q(kind=UnitKind.CELL, used_from__gte=F("opened_on")),
                name="organization_used_from_on_cells",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_cell(self) -> bool:
        return self.kind == UnitKind.CELL

    @property
    def counted_from(self) -> date:
        """The first day that figures ask about: that of founding, or the later one from which the program is used."""
        return self.used_from or self.opened_on


class OrganizationPeriod(DatedModel):
    """What a unit was called, what kind it was and where it stood, from a day on (half open)."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="periods")
    name = TypedLine(max_length=NAME_LIMIT)
    kind = models.CharField(max_length=20, choices=UnitKind)
    parent = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", null=True)
    reason = TypedLine(max_length=REASON_LIMIT, blank=True)

    class Meta:
        ordering = ["organization", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "valid_from"], name="period_one_start"),
            models.UniqueConstraint(fields=["organization"], condition=Q(valid_to=None), name="period_one_open"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="period_to_after_from"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.valid_from})"


class Ancestry(DatedModel):
    """`ancestor` stood `distance` steps above `unit`, 0 for the unit itself, from a day on (half open): derived from the periods.

    Who stood above a unit, and all that stood below one, on any day, by one index: docs/adr/0036.
    """

    unit = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="above", db_index=False)
    ancestor = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="below", db_index=False)
    distance = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["unit", "distance", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "ancestor", "distance", "valid_from"], name="ancestry_once"),
        ]
        indexes = [models.Index(fields=["ancestor", "valid_from", "unit"], name="ancestry_below")]

    def __str__(self) -> str:
        return f"{self.ancestor_id} > {self.unit_id} ({self.valid_from})"


class FormerCellType(models.Model):
    """The type that a cell had before `until`, the first day of a month; its months are judged by it (half open)."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="former_types")
    cell_type = models.CharField(max_length=20, choices=CellType, blank=True)
    until = models.DateField()

    class Meta:
        ordering = ["organization", "until"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "until"], name="former_type_one_end"),
        ]

    def __str__(self) -> str:
        return f"{self.cell_type} ({self.until})"


class Succession(models.Model):
    """On that day `predecessor` went on as (part of) `successor`."""

    predecessor = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="successions")
    successor = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="origins")
    kind = models.CharField(max_length=10, choices=SuccessionKind)
    happened_on = models.DateField()
    reason = TypedLine(max_length=REASON_LIMIT)

    class Meta:
        ordering = ["happened_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor", "happened_on"], name="succession_once"),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"


class PlannedChangeQuerySet(models.QuerySet["PlannedChange"]):
    def visible_to(self, actor: Actor) -> "PlannedChangeQuerySet":
        """What is planned for a unit that the actor may read, or will come to one."""
        here, there = (
            actor.scope(Permission.ORGANIZATIONS_READ, name) for name in ("organization__path", "target__path")
        )
        return self.filter(here | there)

    def waiting(self) -> "PlannedChangeQuerySet":
        """In the order in which they will happen: on one day new units come first, for what goes to them."""
        founding_first = Case(When(kind=ChangeKind.CREATE, then=0), default=1)
        return self.filter(state=ChangeState.WAITING).order_by("on", founding_first, "pk")


class PlannedChange(PublicIdModel):
    """What is to happen to a unit on a later day, as `services.UnitChange` says it. The day's work carries it out.

    `target` is the unit it goes to, where that exists already. `problem` says why its day came in vain; it is tried again daily.
    """

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="planned_changes")
    target = models.ForeignKey(Organization, on_delete=models.CASCADE, null=True, related_name="planned_arrivals")
    kind = models.CharField(max_length=10, choices=ChangeKind)
    on = models.DateField()
    reason = TypedLine(max_length=REASON_LIMIT)
    details = models.JSONField(default=dict)
    said = models.CharField(max_length=SAID_LIMIT)
    state = models.CharField(max_length=10, choices=ChangeState, default=ChangeState.WAITING)
    problem = models.CharField(max_length=SAID_LIMIT, blank=True)
    user_id = models.BigIntegerField(null=True)
    user_name = models.CharField(max_length=NAME_LIMIT)
    planned_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    objects = PlannedChangeQuerySet.as_manager()

    class Meta:
        ordering = ["on", "pk"]
        indexes = [models.Index(fields=["state", "on"], name="planned_change_due")]

    def __str__(self) -> str:
        return self.said


class Term(DatedModel):
    """The term of a unit's committee (nhiệm kỳ): numbers of papers run through it (rules.md §10.2)."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="terms")
    name = TypedLine(max_length=TERM_LIMIT)

    class Meta:
        ordering = ["organization", "valid_from"]
        constraints = [models.UniqueConstraint(fields=["organization", "valid_from"], name="term_one_start")]

    def __str__(self) -> str:
        return self.name
