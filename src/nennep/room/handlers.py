"""What the room does when records of members are merged, and what it tells pages of meetings."""

from nennep.core.access import Actor
from nennep.core.events import subscribe
from nennep.meetings.queries import sources, suggestions
from nennep.members.choices import MembersMerged
from nennep.room.queries.before import RoomSource, suggest_by_attendance
from nennep.room.services import merging

sources.register_source(RoomSource())
suggestions.register_source(suggest_by_attendance)


@subscribe(MembersMerged)
def move_to_kept_record(event: MembersMerged) -> None:
    merging.follow_member_merge(actor=Actor.system(), kept_id=event.kept_id, dropped_id=event.dropped_id)
