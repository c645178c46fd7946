"""Writing the trail. Other contexts call these inside the transaction of the change itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat, Substr

from nennep.audit.choices import KEY_SEPARATOR
from nennep.audit.models import AuditEvent, Reading
from nennep.core.access import Actor


@dataclass(frozen=True, slots=True)
class Target:
    """What an event is about: the thing of this `kind` (a model such as `meetings.meeting`) with the public id `id`, in a unit.

    `label` is what everybody who reads the trail may know it by: a unit, a meeting by its day, an account. It stays empty for
    whoever is a member and for what somebody wrote: who may see the thing reads its name of today (`queries`).
    """

    kind: str
    id: str
    label: str = ""
    unit_path: str = ""

    @property
    def key(self) -> str:
        """How the trail keeps somebody on whose behalf something was done: never by name, unless everybody may know it."""
        return self.label or f"{self.kind}{KEY_SEPARATOR}{self.id}"


def record(
    verb: str,
    *,
    actor: Actor,
    target: Target,
    now: datetime,
    details: Mapping[str, Any] | None = None,
    on_behalf_of: Target | None = None,
) -> AuditEvent:
    """Append one event. `details` are ids, numbers, days and codes: nobody's name and nothing that was said (ADR 0028)."""
    return AuditEvent.objects.create(
        at=now,
        user_id=actor.user_id,
        user_name=actor.name,
        verb=verb,
        target_kind=target.kind,
        target_id=target.id,
        target_label=target.label[:300],
        unit_path=target.unit_path,
        on_behalf_of=on_behalf_of.key if on_behalf_of else "",
        details=dict(details or {}),
    )


def record_reading(*, actor: Actor, subjects: Iterable[Target], part: str, now: datetime) -> None:
    """Append one reading per subject: `actor` opened `part` of their files. An empty list writes nothing."""
    Reading.objects.bulk_create(
        Reading(
            at=now,
            user_id=actor.user_id,
            user_name=actor.name,
            subject_kind=subject.kind,
            subject_id=subject.id,
            unit_path=subject.unit_path,
            part=part,
        )
        for subject in subjects
    )


def follow_unit(*, former_path: str, path: str) -> None:
    """A unit moved in the tree: the addresses of what happened in it and below it move along, the events stay as they are.

    So those above it see its trail, and a unit that later takes over the old path does not inherit it.
    """
    _readdress(AuditEvent.objects.filter(unit_path__startswith=former_path), former_path, path)
    _readdress(Reading.objects.filter(unit_path__startswith=former_path), former_path, path)


def _readdress(rows: QuerySet[Any], former_path: str, path: str) -> None:
    rows.update(unit_path=Concat(Value(path), Substr(F("unit_path"), len(former_path) + 1)))
