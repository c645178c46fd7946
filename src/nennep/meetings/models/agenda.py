"""What is on the agenda, what was noted, and the programme before."""

from django.db import models
from django.db.models import Q

from nennep.core.fields import TypedLine, TypedText
from nennep.core.models import PublicIdModel
from nennep.meetings.choices import NOTE_LIMIT, TITLE_LIMIT, Phase, Topic


class AgendaItem(PublicIdModel):
    """One item, in the order of `position` (1 is first). `minutes_planned` in minutes; notes are the course of the discussion.

    `origin_kind` + `origin_id` say what brought it onto the programme (a document, a petition, a theme of the plan); empty
    for what the template or a person put there. `discussed`: who closed the meeting said so of an item that nobody had taken up.
    """

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="agenda")
    position = models.PositiveSmallIntegerField()
    phase = models.CharField(max_length=20, choices=Phase, default=Phase.PROCEEDINGS)
    topic = models.CharField(max_length=20, choices=Topic, default=Topic.OTHER)
    title = TypedLine(max_length=TITLE_LIMIT)
    minutes_planned = models.PositiveSmallIntegerField(default=10)
    presenter = models.ForeignKey("members.Member", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    note = TypedText(blank=True, limit=NOTE_LIMIT, draft=True)
    conclusion = TypedText(blank=True, limit=NOTE_LIMIT)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    discussed = models.BooleanField(default=False)
    note_version = models.PositiveIntegerField(default=0)
    origin_kind = models.CharField(max_length=60, blank=True)
    origin_id = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["meeting", "position", "pk"]
        indexes = [models.Index(fields=["origin_kind", "origin_id"], name="agenda_origin")]
        constraints = [
            models.CheckConstraint(condition=Q(position__gte=1), name="agenda_position_from_one"),
            models.CheckConstraint(condition=Q(minutes_planned__lte=480), name="agenda_minutes"),
        ]

    def __str__(self) -> str:
        return self.title


class FormerAgenda(models.Model):
    """The programme before the last change that took items off; it comes back until anything else is changed.

    `items`: the rows in their order, by the names of their columns. `prepared_at` is the meeting's then, `revision` the one that
    the change gave it.
    """

    meeting = models.OneToOneField("meetings.Meeting", on_delete=models.CASCADE, related_name="former_agenda")
    items = models.JSONField()
    prepared_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField()

    class Meta:
        ordering = ["meeting"]

    def __str__(self) -> str:
        return f"{self.meeting}: {len(self.items)}"
