"""The approved minutes of every filed meeting, in the very form that the service stores."""

from collections.abc import Iterable, Iterator

from nennep.core.access import Actor
from nennep.meetings.models import Meeting, MinutesVersion
from nennep.meetings.queries.minutes import build_minutes
from nennep.meetings.rules.minutes import hash_content


def approve_all(meetings: Iterable[Meeting]) -> None:
    """Version 1 of the minutes of each filed meeting, approved at its closing by its chair."""
    MinutesVersion.objects.bulk_create(_versions(meetings), batch_size=500)


def _versions(meetings: Iterable[Meeting]) -> Iterator[MinutesVersion]:
    actor = Actor.system()
    for meeting in meetings:
        if meeting.filed_at is None or meeting.closed_at is None:
            continue
        content = build_minutes(actor=actor, meeting=meeting).to_content()
        yield MinutesVersion(
            meeting=meeting,
            number=1,
            content=content,
            sha256=hash_content(content),
            approved_at=meeting.closed_at,
            approved_by_name=meeting.chair.full_name if meeting.chair else "",
        )
