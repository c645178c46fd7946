"""What a service left behind for people: the trail and the notices."""

from nennep.audit.models import AuditEvent
from nennep.notifications.models import Notification


def list_trail(context: str) -> list[tuple[str, dict[str, object]]]:
    """(verb, details) of every change that this context wrote down, the oldest first."""
    events = AuditEvent.objects.filter(verb__startswith=f"{context}.").order_by("pk")
    return list(events.values_list("verb", "details"))


def list_notices() -> list[tuple[str, str]]:
    """(full name, title) of every notice, by name and then in order."""
    return list(Notification.objects.order_by("user__full_name", "pk").values_list("user__full_name", "title"))
