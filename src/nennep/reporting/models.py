"""Roll-ups as facts: one row per cell and month, folded upward into one row per unit and month."""

from django.db import models

from nennep.core.access import Actor
from nennep.core.permissions import Permission


class MonthFigures(models.Model):
    """The counts that both levels share. `month` is its first day; `dirty` rows are folded again before they are shown."""

    organization = models.ForeignKey("organizations.Organization", on_delete=models.CASCADE, related_name="+")
    month = models.DateField()
    cells = models.PositiveIntegerField(default=0)
    cells_met = models.PositiveIntegerField(default=0)
    cells_on_time = models.PositiveIntegerField(default=0)
    members = models.PositiveIntegerField(default=0)
    counted = models.PositiveIntegerField(default=0)
    present = models.PositiveIntegerField(default=0)
    excused = models.PositiveIntegerField(default=0)
    unexcused = models.PositiveIntegerField(default=0)
    thematic_meetings = models.PositiveIntegerField(default=0)
    tasks_due = models.PositiveIntegerField(default=0)
    tasks_done = models.PositiveIntegerField(default=0)
    dirty = models.BooleanField(default=False)

    class Meta:
        abstract = True
        ordering = ["organization", "month"]


class CellMonthQuerySet(models.QuerySet["CellMonth"]):
    def visible_to(self, actor: Actor) -> "CellMonthQuerySet":
        return self.filter(actor.scope(Permission.FIGURES_READ, "organization__path"))


class CellMonth(MonthFigures):
    """One cell in one month, counted from its own records; `cells` is 1."""

    objects = CellMonthQuerySet.as_manager()

    class Meta(MonthFigures.Meta):
        constraints = [models.UniqueConstraint(fields=["organization", "month"], name="cell_month_once")]

    def __str__(self) -> str:
        return f"{self.organization} {self.month:%m/%Y}"


class UnitMonthQuerySet(models.QuerySet["UnitMonth"]):
    def visible_to(self, actor: Actor) -> "UnitMonthQuerySet":
        return self.filter(actor.scope(Permission.FIGURES_READ, "organization__path"))


class UnitMonth(MonthFigures):
    """A unit above cells in one month: the sum of the CellMonths of the cells below it on the tree as it stood then."""

    objects = UnitMonthQuerySet.as_manager()

    class Meta(MonthFigures.Meta):
        constraints = [models.UniqueConstraint(fields=["organization", "month"], name="unit_month_once")]

    def __str__(self) -> str:
        return f"{self.organization} {self.month:%m/%Y}"
