"""Backups that were tried, good or not."""

from django.db import models
from django.db.models import Q

from nennep.core.models import PublicIdModel
from nennep.operations.choices import ERROR_LIMIT, FILE_NAME_LIMIT


class BackupRun(PublicIdModel):
    """One attempt, written when it had ended. `error` is empty when the backup is good; `size` in bytes.

    Of where it lies only the file's name is kept: the place is the machine's own affair.
    """

    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    file_name = models.CharField(max_length=FILE_NAME_LIMIT, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    parts = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=ERROR_LIMIT, blank=True)

    class Meta:
        ordering = ["-ended_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(error="") ^ Q(file_name=""), name="backup_good_or_says_why"),
        ]

    def __str__(self) -> str:
        return self.file_name or self.error
