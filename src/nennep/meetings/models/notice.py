"""The call to a meeting, and what members answered."""

from django.conf import settings
from django.db import models

from nennep.core.fields import TypedLine, TypedText
from nennep.core.models import PublicIdModel
from nennep.meetings.choices import MESSAGE_LIMIT, REASON_LIMIT, NoticeAnswer


class Notice(PublicIdModel):
    """One sending of the call with its papers. `recipients` = members it went to; `printed` = how many of them on paper."""

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="notices")
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    message = TypedText(blank=True, limit=MESSAGE_LIMIT)
    recipients = models.PositiveIntegerField()
    printed = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["sent_at", "pk"]

    def __str__(self) -> str:
        return f"{self.meeting} ({self.recipients})"


class NoticeReply(models.Model):
    """A member's answer; the last one counts. `recorded_by_name` when someone else wrote it down (G5)."""

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="replies")
    member = models.ForeignKey("members.Member", on_delete=models.CASCADE, related_name="+")
    answer = models.CharField(max_length=10, choices=NoticeAnswer)
    reason = TypedLine(max_length=REASON_LIMIT, blank=True)
    at = models.DateTimeField()
    recorded_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "member"], name="reply_once")]

    def __str__(self) -> str:
        return f"{self.member}: {self.answer}"
