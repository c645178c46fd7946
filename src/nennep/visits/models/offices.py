"""Who holds which office, and who follows which cells."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from nennep.core.access import Actor
from nennep.core.fields import TypedLine
from nennep.core.models import DatedModel, PublicIdModel
from nennep.core.permissions import Permission
from nennep.visits.choices import REASON_LIMIT, AssignmentKind, Office


def own(actor: Actor, field: str) -> Q:
    """Rows whose user (`field`) is the actor; none for the system and visitors."""
    return Q(pk__in=[]) if actor.user_id is None else Q(**{field: actor.user_id})


class OfficeHoldingQuerySet(models.QuerySet["OfficeHolding"]):
    def visible_to(self, actor: Actor) -> "OfficeHoldingQuerySet":
        """Offices of the committees whose visits the actor plans, and the actor's own: officials do not see each other's."""
        return self.filter(actor.scope(Permission.VISITS_PLAN, "organization__path") | own(actor, "official"))

    def on(self, day: date) -> "OfficeHoldingQuerySet":
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)

    def in_period(self, first: date, after: date) -> "OfficeHoldingQuerySet":
        """In force on at least one day from `first` until before `after`."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=first), valid_from__lt=after)


class OfficeHolding(DatedModel, PublicIdModel):
    """A user holds an office of the committee of `organization` from a day on (half open): what visits are owed by.

    Somebody may hold several at once; which one counts on a day: `visits/rules/ledger.py`.
    """

    official = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="offices")
    office = models.CharField(max_length=40, choices=Office)
    organization = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="offices")

    objects = OfficeHoldingQuerySet.as_manager()

    class Meta:
        ordering = ["official", "valid_from", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["official", "office", "organization"], condition=Q(valid_to=None), name="office_held_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="office_to_after_from"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.official}: {self.office}"


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, actor: Actor) -> "AssignmentQuerySet":
        """Assignments to the units whose visits the actor follows, and the actor's own."""
        return self.filter(actor.scope(Permission.VISITS_READ, "organization__path") | own(actor, "official"))

    def on(self, day: date) -> "AssignmentQuerySet":
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)

    def in_period(self, first: date, after: date) -> "AssignmentQuerySet":
        """In force on at least one day from `first` until before `after`."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=first), valid_from__lt=after)


class Assignment(DatedModel, PublicIdModel):
    """An official attends a cell, or the cells below a unit, from a day on (half open).

    Never the official's own cell. `handed_over_from` is the former official's assignment that this one goes on with.
    """

    official = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    organization = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="assignments")
    kind = models.CharField(max_length=10, choices=AssignmentKind)
    reason = TypedLine(max_length=REASON_LIMIT, blank=True)
    handed_over_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="handed_over_to"
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["organization__path", "valid_from", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["official", "organization"], condition=Q(valid_to=None), name="assignment_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="assignment_to_after_from"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.official}: {self.organization}"
