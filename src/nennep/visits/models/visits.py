"""One official, one meeting of one cell."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from nennep.core.access import Actor
from nennep.core.fields import TypedLine
from nennep.core.models import PublicIdModel
from nennep.core.permissions import Permission
from nennep.visits.choices import LIVE_STATES, LOCKED_STATES, OPEN_STATES, REASON_LIMIT, VisitState
from nennep.visits.models.offices import own


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, actor: Actor) -> "VisitQuerySet":
        """Visits to the cells whose visits the actor follows, and the actor's own."""
        return self.filter(actor.scope(Permission.VISITS_READ, "cell__path") | own(actor, "official"))

    def own_of(self, actor: Actor) -> "VisitQuerySet":
        """The actor's own visits: what an official may write."""
        return self.filter(own(actor, "official"))

    def live(self) -> "VisitQuerySet":
        """Still to come or attended: it takes a day and a place."""
        return self.filter(state__in=LIVE_STATES)

    def open(self) -> "VisitQuerySet":
        """Still to come."""
        return self.filter(state__in=OPEN_STATES)


class Visit(PublicIdModel):
    """One official attends one meeting of one cell.

    planned → confirmed (the cell's secretary has seen it) → attended (the roll call says so) | missed | substituted |
    cancelled. `meeting` is None until the cell has called the meeting of `planned_on`. `attended_on` is the day the
    meeting was held, `settled_on` the day it was known how the visit ended. `joint`: other officials may attend the same
    meeting. `substitute_for` is the visit this one replaces. `plan` names the published plan it came with.
    `missed_reason` empty on a missed visit: nobody said why. `guest_id` is the row of the room's list of guests
    (meetings) that stands for this visit; `reminded_on` the day the official was last reminded of its report.
    """

    official = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="visits")
    cell = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="visits")
    meeting = models.ForeignKey(
        "meetings.Meeting", on_delete=models.SET_NULL, null=True, blank=True, related_name="visits"
    )
    planned_on = models.DateField()
    state = models.CharField(max_length=12, choices=VisitState, default=VisitState.PLANNED)
    joint = models.BooleanField(default=False)
    substitute_for = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="substitutes"
    )
    plan = models.UUIDField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    attended_on = models.DateField(null=True, blank=True)
    attended_at = models.DateTimeField(null=True, blank=True)
    settled_on = models.DateField(null=True, blank=True)
    missed_reason = TypedLine(max_length=REASON_LIMIT, blank=True)
    guest_id = models.PositiveBigIntegerField(null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["planned_on", "pk"]
        indexes = [
            models.Index(fields=["cell", "planned_on"], name="visit_of_cell"),
            models.Index(fields=["official", "planned_on"], name="visit_of_official"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting"],
                condition=Q(state__in=LIVE_STATES, joint=False, meeting__isnull=False),
                name="visit_one_official_a_meeting",
            ),
            models.UniqueConstraint(
                fields=["cell", "planned_on"],
                condition=Q(state__in=LIVE_STATES, joint=False, meeting__isnull=True),
                name="visit_one_official_a_day_of_cell",
            ),
            models.UniqueConstraint(
                fields=["official", "planned_on"],
                condition=Q(state__in=LIVE_STATES),
                name="visit_one_a_day_of_official",
            ),
            models.CheckConstraint(
                condition=Q(state=VisitState.ATTENDED) ^ Q(attended_on__isnull=True), name="visit_attended_has_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.official}: {self.cell} {self.planned_on:%d/%m/%Y}"

    @property
    def locked(self) -> bool:
        """It happened, or the cell counts on it: a plan leaves it where it is."""
        return self.state in LOCKED_STATES
