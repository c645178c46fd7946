"""When a meeting was closed before it was opened again."""

from django.conf import settings
from django.db import models


class FormerClosing(models.Model):
    """A closing that was taken back: when the meeting had ended by it, when it was opened again and by whom. Append-only.

    The closing that counts stands on the meeting (`Meeting.closed_at`).
    """

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="former_closings")
    closed_at = models.DateTimeField()
    reopened_at = models.DateTimeField()
    reopened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    reopened_by_name = models.CharField(max_length=200)

    class Meta:
        ordering = ["reopened_at", "pk"]

    def __str__(self) -> str:
        return f"{self.meeting}: {self.closed_at}"
