"""Who was there."""

from django.conf import settings
from django.db import models

from nennep.core.fields import TypedLine
from nennep.core.models import PublicIdModel
from nennep.meetings.choices import REASON_LIMIT
from nennep.room.choices import AttendanceState, MarkMethod


class RollCallEntry(PublicIdModel):
    """One member in the roll call of one meeting.

    `counted` = in the denominator of attendance, `votes` = in the base of a vote; both are derived from the membership on the
    meeting's date (rules.md §1.7–1.8) and frozen when the minutes are approved. `standing` is the standing on that date.
    `method` says how the state came in.
    `claimed_at`: somebody whom a person had marked absent typed the room's code then; the chair accepts it by a tap.
    `code_tries` counts the wrong codes this member typed in this meeting.
    The `previous_…` are what stood there before the last tap: what Hoàn tác brings back.
    """

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="roll_call")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="roll_calls")
    standing = models.CharField(max_length=20)
    temporary = models.BooleanField(default=False)
    counted = models.BooleanField()
    votes = models.BooleanField()
    state = models.CharField(max_length=20, choices=AttendanceState, default=AttendanceState.UNMARKED)
    reason = TypedLine(max_length=REASON_LIMIT, blank=True)
    previous_state = models.CharField(max_length=20, choices=AttendanceState, blank=True)
    previous_reason = models.CharField(max_length=REASON_LIMIT, blank=True)
    previous_arrived_at = models.TimeField(null=True, blank=True)
    previous_left_at = models.TimeField(null=True, blank=True)
    arrived_at = models.TimeField(null=True, blank=True)
    left_at = models.TimeField(null=True, blank=True)
    method = models.CharField(max_length=10, choices=MarkMethod, default=MarkMethod.TAP)
    claimed_at = models.DateTimeField(null=True, blank=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    marked_at = models.DateTimeField(null=True, blank=True)
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        db_table = "meetings_rollcallentry"
        ordering = ["meeting", "member__name_key", "member"]
        constraints = [models.UniqueConstraint(fields=["meeting", "member"], name="roll_call_once")]

    def __str__(self) -> str:
        return f"{self.member}: {self.state}"
