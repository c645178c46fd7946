"""The meeting itself, the routine it follows, and departures from rules."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q

from nennep.core.access import Actor
from nennep.core.fields import TypedLine, TypedText
from nennep.core.models import PublicIdModel
from nennep.core.periods import day_of
from nennep.core.permissions import Permission
from nennep.meetings.choices import (
    NOTE_LIMIT,
    PLACE_LIMIT,
    REASON_LIMIT,
    TITLE_LIMIT,
    MeetingKind,
    MeetingMode,
    MeetingState,
)


class MeetingRoutine(models.Model):
    """When and where a cell usually meets. `fixed_day` None follows the policy (day 3, Chỉ thị 50-CT/TW).

    It holds for the month of `since` (its first day; None: whichever came before) and later ones, until another begins.
    """

    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.CASCADE, related_name="meeting_routines"
    )
    since = models.DateField(null=True, blank=True)
    fixed_day = models.PositiveSmallIntegerField(null=True, blank=True)
    starts_at = models.TimeField()
    place = TypedLine(max_length=PLACE_LIMIT, blank=True)

    class Meta:
        ordering = ["organization", "since"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "since"], name="routine_one_start"),
            models.UniqueConstraint(fields=["organization"], condition=Q(since=None), name="routine_one_from_ever"),
            models.CheckConstraint(
                condition=Q(fixed_day=None) | Q(fixed_day__gte=1, fixed_day__lte=28), name="routine_fixed_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization}: {self.fixed_day}"


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, actor: Actor) -> "MeetingQuerySet":
        return self.filter(actor.scope(Permission.MEETINGS_READ, "organization__path"))

    def of_month(self, first_day: date) -> "MeetingQuerySet":
        return self.filter(month=first_day)

    def held(self) -> "MeetingQuerySet":
        return self.filter(state=MeetingState.HELD)


class Meeting(PublicIdModel):
    """One meeting of one cell.

    `month` is the first day of the month it counts for; `planned_for` the date and time it is called for.
    `unit_lineage` = ids of the cell's ancestors and itself, root first, joined by dots, as on the day it was opened.
    Steps of the month: prepared_at (agenda agreed), announced_at (notice and papers out), opened_at/closed_at (the meeting),
    minutes approved (MinutesVersion) and resolution, score (assessments), filed_at (sent and archived).
    `mode_reason` and `mode_approved_by` say why another mode than in person, and who allowed it (HD 03-HD/TW).
    `code_secret` makes the rotating codes of the roll call; empty while none is shown.
    `revision` grows with every change in the room: devices ask for what is newer.
    """

    organization = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="meetings")
    unit_lineage = models.CharField(max_length=255, blank=True)
    kind = models.CharField(max_length=20, choices=MeetingKind, default=MeetingKind.REGULAR)
    mode = models.CharField(max_length=20, choices=MeetingMode, default=MeetingMode.IN_PERSON)
    state = models.CharField(max_length=20, choices=MeetingState, default=MeetingState.PLANNED)
    mode_reason = TypedLine(max_length=REASON_LIMIT, blank=True)
    mode_approved_by = TypedLine(max_length=TITLE_LIMIT, blank=True)
    month = models.DateField()
    planned_for = models.DateTimeField()
    place = TypedLine(max_length=PLACE_LIMIT, blank=True)
    theme = TypedLine(max_length=TITLE_LIMIT, blank=True)
    chair = models.ForeignKey("members.Member", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    minute_taker = models.ForeignKey(
        "members.Member", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    upper_guest = TypedLine(max_length=TITLE_LIMIT, blank=True)
    guests = TypedLine(max_length=TITLE_LIMIT, blank=True)
    fee_note = TypedLine(max_length=TITLE_LIMIT, blank=True)
    conclusion = TypedText(blank=True, limit=NOTE_LIMIT)
    prepared_at = models.DateTimeField(null=True, blank=True)
    announced_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    filed_at = models.DateTimeField(null=True, blank=True)
    cancelled_reason = TypedLine(max_length=REASON_LIMIT, blank=True)
    code_secret = models.CharField(max_length=64, blank=True)
    revision = models.PositiveIntegerField(default=0)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["planned_for", "pk"]
        indexes = [models.Index(fields=["organization", "month"], name="meeting_of_month")]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "month"],
                condition=Q(kind__in=list(MeetingKind.monthly())) & ~Q(state=MeetingState.CANCELLED),
                name="meeting_one_regular_a_month",
            ),
            models.CheckConstraint(
                condition=~Q(state=MeetingState.HELD) | Q(closed_at__isnull=False),
                name="meeting_held_is_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.planned_for:%d/%m/%Y}"

    @property
    def day(self) -> date:
        """The day it is called for, in Vietnam."""
        return day_of(self.planned_for)

    @property
    def held_on(self) -> date:
        """The day it was opened, in Vietnam; before that, the day it is called for."""
        return day_of(self.opened_at or self.planned_for)


class RuleDeparture(models.Model):
    """A person went ahead although a rule advises against it, and why (principle 2: warn, don't block)."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="departures")
    rule_key = models.CharField(max_length=60)
    reason = TypedLine(max_length=REASON_LIMIT)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=200)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "rule_key"], name="departure_once")]

    def __str__(self) -> str:
        return f"{self.rule_key}: {self.reason}"
