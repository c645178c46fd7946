"""Who led the cell on the day of a meeting: read from its posts until the minutes keep it."""

from collections.abc import Sequence

from django.utils import translation

from nennep.meetings.models import Meeting
from nennep.members.choices import PostKind
from nennep.members.queries import PostHolder, posts_on
from nennep.records.rules.minutes import LeadersPart, MinutesContent


def read_leaders(meeting: Meeting) -> LeadersPart:
    """By the posts held on the day of the meeting, in Vietnamese. Without a named chair, the secretary presides. One query."""
    return make_leaders(posts_on(meeting.organization_id, meeting.held_on), chair_id=meeting.chair_id)


def leaders_of(meeting: Meeting, content: MinutesContent) -> LeadersPart:
    """As the minutes keep them; for minutes of a program that did not keep them, one query."""
    return content.leaders or read_leaders(meeting)


def make_leaders(posts: Sequence[PostHolder], *, chair_id: int | None = None) -> LeadersPart:
    """From the posts of one cell on one day, the highest first. No query."""
    secretary = _find_holder(posts, PostKind.SECRETARY)
    presides = chair_id or (secretary.member_id if secretary else None)
    held = next((post for post in posts if post.member_id == presides), None)
    deputy = _find_holder(posts, PostKind.DEPUTY_SECRETARY)
    with translation.override("vi"):
        return LeadersPart(
            secretary=secretary.full_name if secretary else "",
            deputy=deputy.full_name if deputy else "",
            has_committee=_find_holder(posts, PostKind.COMMITTEE_MEMBER) is not None,
            chair_post=f"{held.kind.label} Chi bộ" if held else "",
        )


def _find_holder(posts: Sequence[PostHolder], kind: PostKind) -> PostHolder | None:
    return next((post for post in posts if post.kind == kind), None)
