"""Calendars that other programs read (iCalendar, RFC 5545 and 7986). The one door to the library that writes them.

Contexts with dates register a source in `handlers.py`; the private feed asks them all:

    register_calendar(list_calendar_entries)   # (user_id, since) -> entries of this user that end after `since`
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from nennep.core.events import load_handlers

if TYPE_CHECKING:
    from icalendar import Alarm, Event, Timezone

ZONE = "Asia/Ho_Chi_Minh"
_OFFSET = timedelta(hours=7)
_REFRESH = timedelta(hours=6)
_REMIND_BEFORE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """Something with a beginning and an end. `uid` never changes; `sequence` grows when date, hours, place or state change.

    `url` is a local address such as `/sinh-hoat/…`. Nothing stands in it but what it is called, when and where: calendars lie in clouds.
    """

    uid: str
    title: str
    begins: datetime
    ends: datetime
    changed_at: datetime
    place: str = ""
    url: str = ""
    sequence: int = 0
    cancelled: bool = False


CalendarSource = Callable[[int, datetime], Sequence[CalendarEntry]]
_sources: list[CalendarSource] = []


def register_calendar(source: CalendarSource) -> None:
    """Called once per context; a source registered twice counts once."""
    if source not in _sources:
        _sources.append(source)


def list_entries(*, user_id: int, since: datetime) -> list[CalendarEntry]:
    """What all contexts know of the user's dates, by beginning."""
    load_handlers()
    found = (entry for source in _sources for entry in source(user_id, since))
    return sorted(found, key=lambda entry: (entry.begins, entry.uid))


def write_calendar(entries: Iterable[CalendarEntry], *, name: str, address: str) -> bytes:
    """The file; `address` is what local addresses of entries begin with.

    The same entries give the same bytes: DTSTAMP is when each changed last, never the time of writing.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Nen Nep//VI")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", ZONE)
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    calendar.add_component(_make_zone())
    for entry in entries:
        calendar.add_component(_make_event(entry, address))
    return bytes(calendar.to_ical(sorted=False))


def _make_zone() -> "Timezone":
    """Vietnam has had one time without summer time since 1975."""
    from icalendar import Timezone, TimezoneStandard

    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", ZONE)
    standard.add("dtstart", datetime(1975, 6, 13))  # noqa: DTZ001  local time by definition (RFC 5545 §3.6.5)
    standard.add("tzoffsetfrom", _OFFSET)
    standard.add("tzoffsetto", _OFFSET)
    standard.add("tzname", "+07")
    zone.add_component(standard)
    return zone


def _make_event(entry: CalendarEntry, address: str) -> "Event":
    from icalendar import Event

    zone = ZoneInfo(ZONE)
    event = Event()
    facts: dict[str, Any] = {
        "uid": entry.uid,
        "dtstamp": entry.changed_at.astimezone(ZoneInfo("UTC")),
        "last-modified": entry.changed_at.astimezone(ZoneInfo("UTC")),
        "sequence": entry.sequence,
        "summary": entry.title,
        "dtstart": entry.begins.astimezone(zone),
        "dtend": entry.ends.astimezone(zone),
        "location": entry.place,
        "url": urljoin(address, entry.url) if entry.url else "",
        "class": "PRIVATE",
        "status": "CANCELLED" if entry.cancelled else "CONFIRMED",
        "transp": "TRANSPARENT" if entry.cancelled else "OPAQUE",
    }
    for field, value in facts.items():
        if value != "":
            event.add(field, value)
    if not entry.cancelled:
        event.add_component(_make_alarm(entry.title))
    return event


def _make_alarm(title: str) -> "Alarm":
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", -_REMIND_BEFORE)
    return alarm
