"""Reading the trail."""

from nennep.audit.models import AuditEvent, AuditEventQuerySet, Reading, ReadingQuerySet
from nennep.core.access import Actor


def list_events_of(*, actor: Actor, kind: str, target_id: str) -> AuditEventQuerySet:
    """Events about one thing, newest first, as far as the actor may see the trail of its unit."""
    return AuditEvent.objects.visible_to(actor).filter(target_kind=kind, target_id=target_id)


def list_events(*, actor: Actor) -> AuditEventQuerySet:
    """All events in the actor's units, newest first."""
    return AuditEvent.objects.visible_to(actor)


def list_readings_of(*, subject_kind: str, subject_id: str) -> ReadingQuerySet:
    """Who opened this personal file, newest first. The caller has passed the file's own door."""
    return Reading.objects.filter(subject_kind=subject_kind, subject_id=subject_id)
