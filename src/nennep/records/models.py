"""What stays of a meeting: its resolution, its minutes. Tables are called as they were in `meetings` (docs/adr/0024)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext

from nennep.core.fields import TypedLine, TypedText
from nennep.core.models import FrozenModel, PublicIdModel
from nennep.meetings.choices import NOTE_LIMIT, REASON_LIMIT
from nennep.records.rules.minutes import MinutesContent


class Resolution(PublicIdModel):
    """The monthly resolution: its number in the term, its own texts; everything else is read from the meeting's records."""

    meeting = models.OneToOneField("meetings.Meeting", on_delete=models.CASCADE, related_name="resolution")
    term = models.ForeignKey("organizations.Term", on_delete=models.PROTECT, null=True, related_name="+")
    number = models.PositiveIntegerField()
    issued_on = models.DateField()
    thinking = TypedText(blank=True, limit=NOTE_LIMIT)
    shortcomings = TypedText(blank=True, limit=NOTE_LIMIT)
    directions = TypedText(blank=True, limit=NOTE_LIMIT)

    class Meta:
        db_table = "meetings_resolution"
        ordering = ["issued_on", "number"]

    def __str__(self) -> str:
        return f"{self.number:02d}-NQ/CB"


class MinutesVersion(PublicIdModel, FrozenModel):
    """The approved minutes as they were read out: `content` is the whole paper as data, `sha256` of its canonical JSON.

    Version 1 locks the roll call; later versions carry the reason of the correction. Append-only.
    """

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="minutes_versions")
    number = models.PositiveIntegerField()
    reason = TypedLine(max_length=REASON_LIMIT, blank=True)
    approved_at = models.DateTimeField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    approved_by_name = models.CharField(max_length=200)

    class Meta:
        db_table = "meetings_minutesversion"
        ordering = ["meeting", "number"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="minutes_version_once"),
            models.CheckConstraint(condition=Q(number=1) | ~Q(reason=""), name="minutes_correction_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.meeting} v{self.number}"

    def read_minutes(self) -> MinutesContent:
        """The minutes that were approved. Raises ContentChanged, ContentUnreadable."""
        day = f"{self.meeting.held_on:%d/%m/%Y}"
        name = gettext("Biên bản ngày %(day)s, bản %(number)s") % {"day": day, "number": self.number}
        return self.read(MinutesContent, name=name)
