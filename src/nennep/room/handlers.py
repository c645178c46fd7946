"""What the room tells pages of meetings."""

from nennep.meetings.queries import sources, suggestions
from nennep.room.queries.absences import suggest_by_absences
from nennep.room.queries.before import RoomSource, suggest_by_attendance

sources.register_source(RoomSource())
suggestions.register_source(suggest_by_attendance)
suggestions.register_source(suggest_by_absences)
