"""Append-only: what was done, and who read whose personal file. Text ids, so deleting data never breaks history."""

from django.db import models

from nennep.core.access import Actor
from nennep.core.models import PublicIdModel
from nennep.core.permissions import Permission


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def visible_to(self, actor: Actor) -> "AuditEventQuerySet":
        return self.filter(actor.scope(Permission.AUDIT_READ, "unit_path"))


class AuditEvent(PublicIdModel):
    """One acknowledged change: who, what, on which thing, in which unit (tree path on that day), with what details."""

    at = models.DateTimeField(db_index=True)
    user_id = models.BigIntegerField(null=True)
    user_name = models.CharField(max_length=200)
    verb = models.CharField(max_length=60)
    target_kind = models.CharField(max_length=60)
    target_id = models.CharField(max_length=60)
    target_label = models.CharField(max_length=300)
    unit_path = models.CharField(max_length=255, blank=True)
    on_behalf_of = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["target_kind", "target_id"], name="audit_event_target"),
            models.Index(fields=["unit_path", "at"], name="audit_event_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.user_name} {self.verb} {self.target_label}"


class ReadingQuerySet(models.QuerySet["Reading"]):
    def visible_to(self, actor: Actor) -> "ReadingQuerySet":
        """Readings in units whose trail the actor may see; a person's own log is `queries.list_readings_of`."""
        return self.filter(actor.scope(Permission.AUDIT_READ, "unit_path"))


class Reading(models.Model):
    """One opening of a personal file: who read which part of whose file, and when. Its subject may see it."""

    at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True)
    user_name = models.CharField(max_length=200)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    unit_path = models.CharField(max_length=255, blank=True)
    part = models.CharField(max_length=200)

    objects = ReadingQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["subject_kind", "subject_id", "at"], name="audit_reading_subject")]

    def __str__(self) -> str:
        return f"{self.user_name}: {self.part}"
