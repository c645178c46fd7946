"""Meetings of months that the program did not keep, as a book or a sheet tells them (docs/adr/0029).

Nothing here is called, scored, filed or owed: figures count `Meeting` alone.
"""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q

from nennep.core.access import Actor
from nennep.core.fields import EncryptedTextField, TypedLine
from nennep.core.models import PublicIdModel
from nennep.core.permissions import Permission
from nennep.meetings.choices import TITLE_LIMIT, MeetingKind
from nennep.room.choices import AttendanceState


class PastImportQuerySet(models.QuerySet["PastImport"]):
    def visible_to(self, actor: Actor) -> "PastImportQuerySet":
        """One's own uploads, and what was written into units where the actor may import."""
        written = actor.scope(Permission.MEMBERS_IMPORT, "organization__path") & Q(written_at__isnull=False)
        return self.filter(written | Q(uploaded_by_id=actor.user_id, uploaded_by__isnull=False))


class PastImport(PublicIdModel):
    """A sheet of past meetings that somebody uploaded for a unit: theirs alone until it is written.

    `content` (base64) and `mends` (JSON: what columns and marks mean) are emptied when it is written; `digest` knows the file again.
    `outcome` counts what was written. Taking it back deletes the row with its meetings.
    """

    organization = models.ForeignKey("organizations.Organization", on_delete=models.CASCADE, related_name="+")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    uploaded_by_name = models.CharField(max_length=200)
    uploaded_at = models.DateTimeField()
    name = TypedLine(max_length=TITLE_LIMIT)
    digest = models.CharField(max_length=64)
    content = EncryptedTextField(blank=True, default="")
    mends = EncryptedTextField(blank=True, default="")
    written_at = models.DateTimeField(null=True)
    outcome = models.JSONField(default=dict)

    objects = PastImportQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "digest"], condition=Q(written_at__isnull=False), name="past_file_written_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PastMeetingQuerySet(models.QuerySet["PastMeeting"]):
    def visible_to(self, actor: Actor) -> "PastMeetingQuerySet":
        return self.filter(actor.scope(Permission.MEETINGS_READ, "organization__path"))


class PastMeeting(PublicIdModel):
    """One meeting as the book of the cell has it. `month` is its first day; `held_on` is None where the book names only the month.

    Numbers are those of the book: None where it says nothing. `absent` are all who were expected and did not come.
    """

    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, related_name="past_meetings"
    )
    source = models.ForeignKey(PastImport, on_delete=models.CASCADE, related_name="meetings")
    month = models.DateField()
    held_on = models.DateField(null=True)
    kind = models.CharField(max_length=20, choices=MeetingKind)
    theme = TypedLine(max_length=TITLE_LIMIT, blank=True)
    present = models.PositiveSmallIntegerField(null=True)
    absent = models.PositiveSmallIntegerField(null=True)
    excused = models.PositiveSmallIntegerField(null=True)
    unexcused = models.PositiveSmallIntegerField(null=True)

    objects = PastMeetingQuerySet.as_manager()

    class Meta:
        ordering = ["month", "held_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "month"],
                condition=Q(kind__in=list(MeetingKind.monthly())),
                name="past_meeting_one_regular_a_month",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.held_on or self.month:%d/%m/%Y}"

    @property
    def counted(self) -> int | None:
        """Those who were expected; None where the book does not say who was absent."""
        return None if self.present is None or self.absent is None else self.present + self.absent

    @property
    def sort_day(self) -> date:
        return self.held_on or self.month


class PastMark(models.Model):
    """One member at a past meeting, as the grid of the book marks it."""

    meeting = models.ForeignKey(PastMeeting, on_delete=models.CASCADE, related_name="marks")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="past_marks")
    state = models.CharField(max_length=20, choices=AttendanceState)

    class Meta:
        ordering = ["meeting", "member__name_key", "member"]
        constraints = [models.UniqueConstraint(fields=["meeting", "member"], name="past_mark_once")]

    def __str__(self) -> str:
        return f"{self.member}: {self.state}"
