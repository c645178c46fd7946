"""Reading the trail."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.apps import apps
from django.core.paginator import Page, Paginator
from django.db.models import Count, Max

from nennep.audit.choices import KEY_SEPARATOR, say_details, verb_label
from nennep.audit.models import AuditEvent, AuditEventQuerySet, Reading, ReadingQuerySet
from nennep.core.access import Actor
from nennep.core.wording import say_date

EVENTS_OF_A_PAGE = 50
NAME_LIMIT = 100  # letters of a text that say which one it is


def list_events_of(*, actor: Actor, kind: str, target_id: str) -> AuditEventQuerySet:
    """Events about one thing, newest first, as far as the actor may see the trail of its unit."""
    return AuditEvent.objects.visible_to(actor).filter(target_kind=kind, target_id=target_id)


def list_events(*, actor: Actor) -> AuditEventQuerySet:
    """All events in the actor's units, newest first."""
    return AuditEvent.objects.visible_to(actor)


def was_done_by(*, actor: Actor, kind: str, target_id: str, verb: str, details: Mapping[str, str | int]) -> bool:
    """Whether it was this person who did that, with these details. One query; tells a person only of own acts."""
    events = AuditEvent.objects.filter(user_id=actor.user_id, target_kind=kind, target_id=target_id, verb=verb)
    return events.filter(**{f"details__{name}": value for name, value in details.items()}).exists()


def was_done(*, kind: str, target_id: str, verb: str, details: Mapping[str, str]) -> bool:
    """Whether somebody did that with the thing, with these details. One query. For the program, which tells nobody who."""
    events = AuditEvent.objects.filter(target_kind=kind, target_id=target_id, verb=verb)
    return events.filter(**{f"details__{name}": value for name, value in details.items()}).exists()


def tell_last_act(*, kind: str, target_id: str) -> str:
    """`Hà Thị Thu: thôi lịch dự, 03/11/2026`: what was done last with a thing; empty when nothing is written down. One query.

    For whoever may change that thing and comes too late; the caller has passed its door.
    """
    event = AuditEvent.objects.filter(target_kind=kind, target_id=target_id).order_by("-at", "-pk").first()
    if event is None:
        return ""
    return f"{event.user_name}: {verb_label(event.verb)}, {say_date(event.at)}"


def find_newest_moment() -> datetime | None:
    """When the last change was written down, by the clock of then; None in an empty trail. One query."""
    return AuditEvent.objects.order_by("-at").values_list("at", flat=True).first()


def list_readings_of(*, subject_kind: str, subject_ids: Collection[str]) -> ReadingQuerySet:
    """Who opened this personal file, by whatever ids it had, newest first. The caller has passed the file's own door."""
    return Reading.objects.filter(subject_kind=subject_kind, subject_id__in=subject_ids)


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One event as people read it: when, who, did what, to what, with what said about it.

    `target` and `on_behalf_of` are empty where the reader may not see the thing or the person; `is_on_behalf` says that there
    was one.
    """

    at: datetime
    user_name: str
    is_on_behalf: bool
    on_behalf_of: str
    verb: str
    target: str
    notes: tuple[tuple[str, str], ...]


def read_trail_page(*, actor: Actor, path: str, page: str | int = 1) -> Page[TrailRow]:
    """What happened in the unit at `path` and below it, newest first. Two queries, and one for each kind of private thing."""
    events = AuditEvent.objects.visible_to(actor).filter(unit_path__startswith=path)
    found = Paginator(events, EVENTS_OF_A_PAGE).get_page(page)
    names = _find_names(actor, list(found))
    rows = [
        TrailRow(
            at=event.at,
            user_name=event.user_name,
            is_on_behalf=bool(event.on_behalf_of),
            on_behalf_of=_say_name(event.on_behalf_of, names),
            verb=verb_label(event.verb),
            target=event.target_label or names.get(_key_of(event), ""),
            notes=tuple(say_details(event.details)),
        )
        for event in found
    ]
    return cast("Page[TrailRow]", Page(rows, found.number, found.paginator))


def _find_names(actor: Actor, events: Iterable[AuditEvent]) -> dict[str, str]:
    """What the things that these events do not name are called today, by key, as far as the actor may see each of them."""
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    for event in events:
        keys = [] if event.target_label else [_key_of(event)]
        for kind, separator, public_id in (key.partition(KEY_SEPARATOR) for key in (*keys, event.on_behalf_of)):
            if separator and _is_id(public_id):
                wanted[kind].add(public_id)
    return {
        f"{kind}{KEY_SEPARATOR}{thing.public_id}": str(thing)[:NAME_LIMIT]
        for kind, ids in wanted.items()
        for thing in _find_visible(actor, kind, ids)
    }


def _find_visible(actor: Actor, kind: str, ids: Collection[str]) -> Iterable[Any]:
    """Those of the things that the actor may see; none of a kind that nobody sees, or whose table is gone."""
    try:
        things: Any = apps.get_model(kind).objects
    except LookupError:
        return ()
    found: Iterable[Any] = things.visible_to(actor).filter(public_id__in=ids) if hasattr(things, "visible_to") else ()
    return found


def _key_of(event: AuditEvent) -> str:
    return f"{event.target_kind}{KEY_SEPARATOR}{event.target_id}"


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def _say_name(key: str, names: dict[str, str]) -> str:
    """Who is named is named; somebody kept by key has the name that the reader may see."""
    return names.get(key, "") if KEY_SEPARATOR in key else key


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
