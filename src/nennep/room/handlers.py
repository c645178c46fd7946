"""What the room tells pages of meetings."""

from nennep.meetings.queries import sources, suggestions
from nennep.members.services import register_last_seen, register_together
from nennep.room.queries.absences import suggest_by_absences
from nennep.room.queries.before import RoomSource, suggest_by_attendance
from nennep.room.queries.roll_call import find_last_seen, find_together

sources.register_source(RoomSource())
suggestions.register_source(suggest_by_attendance)
suggestions.register_source(suggest_by_absences)
register_last_seen(find_last_seen)
register_together(find_together)
