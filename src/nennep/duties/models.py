"""Tasks: who does what by when, and what came of it. The origin is kept as kind + id text (a meeting, a programme)."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from nennep.core.access import Actor
from nennep.core.fields import TypedLine, TypedText
from nennep.core.models import PublicIdModel
from nennep.core.permissions import Permission
from nennep.duties.choices import TEXT_LIMIT, TITLE_LIMIT, DutyCategory, DutyState


class DutyQuerySet(models.QuerySet["Duty"]):
    def visible_to(self, actor: Actor) -> "DutyQuerySet":
        """Tasks of the actor's units, and those the actor does or helps with."""
        return self.filter(actor.scope(Permission.DUTIES_READ, "organization__path") | _own(actor.user_id))

    def with_reported(self) -> "DutyQuerySet":
        """Each with `is_reported`: somebody said how it goes since it was given."""
        said = {"is_reported": Exists(DutyReport.objects.filter(duty=OuterRef("pk")))}  # declared on the model
        return self.annotate(**said)

    def own(self, user_id: int) -> "DutyQuerySet":
        """Tasks that this user does or helps with."""
        return self.filter(_own(user_id))


def _own(user_id: int | None) -> Q:
    if user_id is None:
        return Q(pk__in=[])
    helped = Duty.helpers.through.objects.filter(member__user_id=user_id)
    return Q(assignee__user_id=user_id) | Q(pk__in=helped.values("duty_id"))


class Duty(PublicIdModel):
    """One task of one member in one cell.

    `assignee` answers for it, `helpers` do it too. `due_on` None means no date was set ("chưa xác định mốc").
    `result` is the latest state in words; `percent` 0 to 100. `settled_on` is the day the state became final.
    A `mistaken` one was dropped because it had never been given: no month counts it.
    """

    organization = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="duties")
    origin_kind = models.CharField(max_length=60, blank=True)
    origin_id = models.CharField(max_length=60, blank=True)
    title = TypedLine(max_length=TITLE_LIMIT)
    category = models.CharField(max_length=20, choices=DutyCategory, default=DutyCategory.AD_HOC)
    assignee = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="duties")
    helpers = models.ManyToManyField("members.Member", related_name="helped_duties", blank=True)
    given_on = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=DutyState, default=DutyState.ONGOING)
    percent = models.PositiveSmallIntegerField(default=0)
    result = TypedText(blank=True, limit=TEXT_LIMIT)
    settled_on = models.DateField(null=True, blank=True)
    exceeded = models.BooleanField(default=False)
    mistaken = models.BooleanField(default=False)

    is_reported: bool  # where it was read by `with_reported`
    settled_at: datetime | None  # in the month's table alone: when it was first said to be settled

    objects = DutyQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["organization", "due_on"], name="duty_of_unit"),
            models.Index(fields=["origin_kind", "origin_id"], name="duty_origin"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(percent__lte=100), name="duty_percent"),
            models.CheckConstraint(
                condition=Q(state=DutyState.ONGOING) ^ Q(settled_on__isnull=False),
                name="duty_settled_when_final",
            ),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """The task in one line, as every list, page and paper says it: what belongs to it besides the title stands here."""
        return self.title


class FormerDueDate(models.Model):
    """A date that a task of that unit had before another one was set on the day `until`: its month keeps it."""

    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="former_due_dates")
    organization = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    until = models.DateField()

    class Meta:
        ordering = ["until", "pk"]
        indexes = [models.Index(fields=["organization", "due_on"], name="former_due_date_of_unit")]
        constraints = [models.UniqueConstraint(fields=["duty", "until"], name="former_due_date_once_a_day")]

    def __str__(self) -> str:
        return f"{self.due_on} ({self.until})"


class DutyReport(PublicIdModel):
    """What somebody said of a task's progress. Append-only; `on_behalf` when written down for the member (G5)."""

    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="reports")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=200)
    on_behalf = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=DutyState)
    percent = models.PositiveSmallIntegerField(default=0)
    note = TypedText(blank=True, limit=TEXT_LIMIT)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.duty}: {self.state}"
