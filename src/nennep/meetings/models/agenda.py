"""What is on the agenda, what was noted, who spoke, who was praised."""

from django.db import models
from django.db.models import Q

from nennep.core.fields import TypedLine, TypedText
from nennep.core.models import PublicIdModel
from nennep.meetings.choices import NOTE_LIMIT, TITLE_LIMIT, Phase, RemarkKind, Topic


class AgendaItem(PublicIdModel):
    """One item, in the order of `position` (1 is first). `minutes_planned` in minutes; notes are the course of the discussion.

    `origin_kind` + `origin_id` say what brought it onto the programme (a document, a petition, a theme of the plan); empty
    for what the template or a person put there.
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


class Speech(models.Model):
    """A member took the floor on an item (`count` times); `opinion` is what the minutes keep of it.

    `last_at` names the tap that Hoàn tác takes back.
    """

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="speeches")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    count = models.PositiveSmallIntegerField(default=1)
    opinion = TypedText(blank=True, limit=NOTE_LIMIT)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        ordering = ["item", "first_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["item", "member"], name="speech_once")]

    def __str__(self) -> str:
        return f"{self.member}: {self.count}"


class Remark(models.Model):
    """Praise or a reminder of one member, as the minutes and the resolution record it."""

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="remarks")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=RemarkKind)
    text = TypedLine(max_length=TITLE_LIMIT)
    duty = models.ForeignKey("duties.Duty", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["meeting", "pk"]

    def __str__(self) -> str:
        return self.text
