"""Reading the trail."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max

from nennep.audit.choices import say_details, verb_label
from nennep.audit.models import AuditEvent, AuditEventQuerySet, Reading, ReadingQuerySet
from nennep.core.access import Actor

EVENTS_OF_A_PAGE = 50


def list_events_of(*, actor: Actor, kind: str, target_id: str) -> AuditEventQuerySet:
    """Events about one thing, newest first, as far as the actor may see the trail of its unit."""
    return AuditEvent.objects.visible_to(actor).filter(target_kind=kind, target_id=target_id)


def list_events(*, actor: Actor) -> AuditEventQuerySet:
    """All events in the actor's units, newest first."""
    return AuditEvent.objects.visible_to(actor)


def list_readings_of(*, subject_kind: str, subject_ids: Collection[str]) -> ReadingQuerySet:
    """Who opened this personal file, by whatever ids it had, newest first. The caller has passed the file's own door."""
    return Reading.objects.filter(subject_kind=subject_kind, subject_id__in=subject_ids)


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One event as people read it: when, who, did what, to what, with what said about it."""

    at: datetime
    user_name: str
    on_behalf_of: str
    verb: str
    target: str
    notes: tuple[tuple[str, str], ...]


def read_trail_page(*, actor: Actor, path: str, page: str | int = 1) -> Page[TrailRow]:
    """What happened in the unit at `path` and below it, newest first. Two queries."""
    events = AuditEvent.objects.visible_to(actor).filter(unit_path__startswith=path)
    found = Paginator(events, EVENTS_OF_A_PAGE).get_page(page)
    rows = [
        TrailRow(
            at=event.at,
            user_name=event.user_name,
            on_behalf_of=event.on_behalf_of,
            verb=verb_label(event.verb),
            target=event.target_label,
            notes=tuple(say_details(event.details)),
        )
        for event in found
    ]
    return cast("Page[TrailRow]", Page(rows, found.number, found.paginator))


@dataclass(frozen=True, slots=True)
class Changes:
    """How often something happened to a thing, and when the last time."""

    count: int
    last_at: datetime


def count_changes(*, kinds: Iterable[str], target_ids: Iterable[str], verbs: Iterable[str]) -> dict[str, Changes]:
    """By target: events of these verbs. One query, whoever asks: says neither who nor what."""
    events = AuditEvent.objects.filter(target_kind__in=list(kinds), target_id__in=list(target_ids))
    events = events.filter(verb__in=list(verbs))
    rows = events.order_by("target_id").values_list("target_id").annotate(many=Count("pk"), last=Max("at"))
    return {target: Changes(many, last) for target, many, last in rows}
