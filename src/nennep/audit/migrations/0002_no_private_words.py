"""The trail of before held what people wrote and members' names (docs/adr/0028): both go, what happened stays."""

from typing import Any

from django.db import migrations

# Named by their id from now on: who may see them reads their name of today.
PRIVATE = [
    "members.member",
    "petitions.petition",
    "duties.duty",
    "documents.document",
    "meetings.advice",
    "visits.commentbankentry",
    "notifications.delivery",
]
# Details in which such words stood, by the contexts that wrote them.
SAID = {
    "meetings": frozenset(
        {"title", "place", "reason", "member", "item", "subject", "removed", "expected", "withdrawn", "added", "guest"}
    ),
    "duties": frozenset({"reason", "title"}),
    "visits": frozenset({"reason"}),
}
SOMEBODY = "members.member/"


def forget_words(apps: Any, _schema_editor: Any) -> None:
    events = apps.get_model("audit", "AuditEvent")._base_manager
    events.filter(target_kind="visits.comment").update(target_kind="visits.commentbankentry")
    events.filter(target_kind__in=PRIVATE).update(target_label="")
    named = events.exclude(on_behalf_of="").exclude(verb__startswith="documents.")
    named.update(on_behalf_of=SOMEBODY)
    for context, keys in SAID.items():
        for event in events.filter(verb__startswith=f"{context}.").exclude(details={}).iterator():
            kept = _without(event.details, keys)
            if kept != event.details:
                events.filter(pk=event.pk).update(details=kept)


def _without(details: dict[str, Any], keys: frozenset[str]) -> dict[str, Any]:
    """Numbers and flags stay, whatever they are called; what stood before is itself such details."""
    return {
        key: _without(value, keys) if isinstance(value, dict) else value
        for key, value in details.items()
        if key not in keys or not isinstance(value, str)
    }


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunPython(forget_words, migrations.RunPython.noop)]
