"""Who took the floor, who was praised or reminded."""

from django.db import models

from nennep.core.fields import TypedLine, TypedText
from nennep.meetings.choices import NOTE_LIMIT, TITLE_LIMIT
from nennep.room.choices import RemarkKind


class Speech(models.Model):
    """A member took the floor on an item (`count` times); `opinion` is what the minutes keep of it.

    `last_at` names the tap that Hoàn tác takes back.
    """

    item = models.ForeignKey("meetings.AgendaItem", on_delete=models.CASCADE, related_name="speeches")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    count = models.PositiveSmallIntegerField(default=1)
    opinion = TypedText(blank=True, limit=NOTE_LIMIT)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        db_table = "meetings_speech"
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
        db_table = "meetings_remark"
        ordering = ["meeting", "pk"]

    def __str__(self) -> str:
        return self.text
