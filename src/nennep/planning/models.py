"""Plans of visits: the problem as it stood, the solution, what persons want of it, who cannot go when."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from nennep.core.access import Actor
from nennep.core.fields import TypedLine
from nennep.core.models import FrozenModel, PublicIdModel
from nennep.core.permissions import Permission
from nennep.planning.choices import REASON_LIMIT, WORDS_LIMIT, PlanKind, PlanState, WishKind


class VisitPlanQuerySet(models.QuerySet["VisitPlan"]):
    def visible_to(self, actor: Actor) -> "VisitPlanQuerySet":
        """Plans of the units whose visits the actor plans."""
        return self.filter(actor.scope(Permission.VISITS_PLAN, "organization__path"))


class VisitPlan(PublicIdModel):
    """Who attends which meeting of a unit's cells in a year.

    `options` are the planner's choices (`rules/settings.py`), `problem` the problem as it was solved and `result`
    the plan, both in the form of docs/adr/0015. Ids in them are public ids. `based_on` is the published plan that a
    re-plan changes. `words` says how far the solver has come, or why it failed.
    """

    organization = models.ForeignKey("organizations.Organization", on_delete=models.CASCADE, related_name="visit_plans")
    kind = models.CharField(max_length=10, choices=PlanKind, default=PlanKind.YEAR)
    year = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=PlanState, default=PlanState.DRAFT)
    options = models.JSONField(default=dict)
    problem = models.JSONField(null=True)
    result = models.JSONField(null=True)
    words = models.CharField(max_length=WORDS_LIMIT, blank=True)
    based_on = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="replans")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    solved_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = VisitPlanQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=[PlanState.SOLVED, PlanState.PUBLISHED]) | Q(solved_at__isnull=False),
                name="visit_plan_solved_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.year} ({self.kind})"


class IssuedPlanQuerySet(models.QuerySet["IssuedPlan"]):
    def visible_to(self, actor: Actor) -> "IssuedPlanQuerySet":
        """Of the units whose visits the actor plans."""
        return self.filter(actor.scope(Permission.VISITS_PLAN, "plan__organization__path"))


class IssuedPlan(FrozenModel):
    """The list of visits of a plan as it was published (`rules/issued.py`): version `number` of its unit and year."""

    plan = models.OneToOneField(VisitPlan, on_delete=models.CASCADE, related_name="issued")
    number = models.PositiveIntegerField()

    objects = IssuedPlanQuerySet.as_manager()

    class Meta:
        ordering = ["plan"]
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="issued_plan_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.plan} v{self.number}"


class PlanWish(PublicIdModel):
    """What a person wants of a plan: keep a visit, or keep an official away from a day or a cell."""

    plan = models.ForeignKey(VisitPlan, on_delete=models.CASCADE, related_name="wishes")
    kind = models.CharField(max_length=12, choices=WishKind)
    official = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    cell = models.ForeignKey("organizations.Organization", on_delete=models.CASCADE, null=True, related_name="+")
    on = models.DateField(null=True)

    class Meta:
        ordering = ["plan", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "official", "cell", "on"], condition=Q(kind=WishKind.PIN), name="plan_pin_once"
            ),
            models.UniqueConstraint(
                fields=["plan", "official", "on"], condition=Q(kind=WishKind.FORBID_DAY), name="plan_forbidden_day_once"
            ),
            models.UniqueConstraint(
                fields=["plan", "official", "cell"],
                condition=Q(kind=WishKind.FORBID_CELL),
                name="plan_forbidden_cell_once",
            ),
            models.CheckConstraint(
                condition=Q(kind=WishKind.PIN, cell__isnull=False, on__isnull=False)
                | Q(kind=WishKind.FORBID_DAY, cell__isnull=True, on__isnull=False)
                | Q(kind=WishKind.FORBID_CELL, cell__isnull=False, on__isnull=True),
                name="plan_wish_shape",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.official}: {self.kind}"


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def visible_to(self, actor: Actor) -> "AbsenceQuerySet":
        """Absences noted by the units whose visits the actor plans."""
        return self.filter(actor.scope(Permission.VISITS_PLAN, "organization__path"))


class Absence(PublicIdModel):
    """An official cannot attend meetings from `first_day` to `last_day` (both included). Every later plan knows it."""

    organization = models.ForeignKey("organizations.Organization", on_delete=models.CASCADE, related_name="+")
    official = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences")
    first_day = models.DateField()
    last_day = models.DateField()
    reason = TypedLine(max_length=REASON_LIMIT, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="absence_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.official}: {self.first_day:%d/%m/%Y}"


class CellTraits(models.Model):
    """What only people know of a cell and a plan should: hard to reach, on the list of weak organisations, where it lies.

    Degrees north and east; both or none.
    """

    organization = models.OneToOneField(
        "organizations.Organization", on_delete=models.CASCADE, related_name="visit_traits"
    )
    is_remote = models.BooleanField(default=False)
    is_weak = models.BooleanField(default=False)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ["organization"]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="cell_position_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(self.organization)
