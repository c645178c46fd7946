"""What higher contexts know of a meeting and pages of meetings show.

A higher context overrides what it knows and registers it in `handlers.py`: `register_source(RoomSource())`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from nennep.core.events import load_handlers
from nennep.meetings.models import Meeting


@dataclass(frozen=True, slots=True)
class GuestNames:
    """Who came (before the meeting: who is to come) as papers name them, `; ` between: officials from above, other guests."""

    officials: str
    guests: str


class MeetingSource:
    """What a higher context may know of a meeting; this one knows nothing, and is what stands without it."""

    def name_guests(self, meeting: Meeting) -> GuestNames | None:  # noqa: ARG002  overridden
        """Guests that are more than the meeting's own two texts; None when this context keeps none."""
        return None

    def list_shortcomings(self, meeting: Meeting) -> tuple[str, ...]:  # noqa: ARG002  overridden
        """What the last resolution before the meeting says is lacking, one line each."""
        return ()

    def list_remarked(self, organization_ids: Iterable[int], *, since: date) -> set[int]:  # noqa: ARG002  overridden
        """Cells that praised or reminded somebody at a meeting of the months from `since` on."""
        return set()

    def is_built_on(self, meeting: Meeting) -> bool:  # noqa: ARG002  overridden
        """Something was settled that counts on the meeting's records as they stand: it cannot be opened again."""
        return False


_sources: list[MeetingSource] = []


def register_source(source: MeetingSource) -> None:
    """Called once per context; a second source of the same kind is the first one."""
    if all(type(one) is not type(source) for one in _sources):
        _sources.append(source)


def name_guests(meeting: Meeting) -> GuestNames:
    """From the context that keeps guests; without one, what older meetings kept as text. One query."""
    load_handlers()
    known = (source.name_guests(meeting) for source in _sources)
    return next((names for names in known if names), GuestNames(meeting.upper_guest, meeting.guests))


def list_shortcomings(meeting: Meeting) -> tuple[str, ...]:
    load_handlers()
    return tuple(line for source in _sources for line in source.list_shortcomings(meeting))


def list_remarked(organization_ids: Iterable[int], *, since: date) -> set[int]:
    load_handlers()
    ids = list(organization_ids)
    return set().union(*(source.list_remarked(ids, since=since) for source in _sources))


def is_built_on(meeting: Meeting) -> bool:
    """Minutes, a resolution or a score of the meeting are settled."""
    load_handlers()
    return any(source.is_built_on(meeting) for source in _sources)
