"""Who led the cell on the day of a meeting: read from its posts until the minutes keep it."""

from collections.abc import Sequence

from django.utils import translation

from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.members.choices import PostKind
from nennep.members.models import Member
from nennep.members.queries import PostHolder, posts_on
from nennep.records.rules.minutes import LeadersPart, MinutesContent
from nennep.room.choices import AttendanceState


def read_leaders(meeting: Meeting) -> LeadersPart:
    """By the posts held on the day of the meeting, in Vietnamese. Without a named chair presides who stands in, else the secretary.

    A deputy signs who stands in for the secretary that day, or who chairs because the secretary is away: before the meeting, who
    is named to chair it. One query, two where a deputy chairs. No source says how another member of the committee signs: what
    such a one prepares the secretary signs.
    """
    posts = posts_on(meeting.organization_id, meeting.held_on)
    secretary, deputies = _find_holder(posts, PostKind.SECRETARY), _list_deputies(posts)
    if any(deputy.stands_in for deputy in deputies):
        return make_leaders(posts, chair_id=meeting.chair_id, deputy_signs=True)
    chairs = any(deputy.member_id == meeting.chair_id for deputy in deputies)
    away = chairs and secretary is not None and _is_away(meeting, secretary.member_id)
    return make_leaders(posts, chair_id=meeting.chair_id, deputy_signs=away)


def _list_deputies(posts: Sequence[PostHolder]) -> list[PostHolder]:
    return [post for post in posts if post.kind == PostKind.DEPUTY_SECRETARY]


def _is_away(meeting: Meeting, member_id: int) -> bool:
    """By the roll call; until there is one nobody else would be named to chair."""
    if meeting.state == MeetingState.PLANNED:
        return True
    return meeting.roll_call.filter(member=member_id, state__in=AttendanceState.absent()).exists()


def may_finish(actor: Actor, meeting: Meeting) -> bool:
    """Approve the minutes and give the resolution its number: the secretary, and who chaired this meeting. At most one query."""
    path = meeting.organization.path
    if actor.may(Permission.MINUTES_APPROVE, path):
        return True
    return actor.may(Permission.MEETINGS_HOLD, path) and meeting.chair is not None and _is(actor, meeting.chair)


def _is(actor: Actor, member: Member) -> bool:
    return member.user_id is not None and member.user_id == actor.user_id


def leaders_of(meeting: Meeting, content: MinutesContent) -> LeadersPart:
    """As the minutes keep them; for minutes of a program that did not keep them, one query."""
    return content.leaders or read_leaders(meeting)


def make_leaders(
    posts: Sequence[PostHolder], *, chair_id: int | None = None, deputy_signs: bool = False
) -> LeadersPart:
    """From the posts of one cell on one day, the highest first. No query."""
    secretary = _find_holder(posts, PostKind.SECRETARY)
    lent = next((post.member_id for post in posts if post.stands_in), None)
    presides = chair_id or lent or (secretary.member_id if secretary else None)
    held = next((post for post in posts if post.member_id == presides), None)
    deputies = _list_deputies(posts)
    deputy = min(deputies, key=lambda post: (not post.stands_in, post.member_id != chair_id), default=None)
    with translation.override("vi"):
        return LeadersPart(
            secretary=secretary.full_name if secretary else "",
            deputy=deputy.full_name if deputy else "",
            has_committee=_find_holder(posts, PostKind.COMMITTEE_MEMBER) is not None,
            chair_post=f"{held.kind.label} Chi bộ" if held else "",
            deputy_signs=deputy_signs,
            presides=held.full_name if held else "",
        )


def _find_holder(posts: Sequence[PostHolder], kind: PostKind) -> PostHolder | None:
    return next((post for post in posts if post.kind == kind), None)
