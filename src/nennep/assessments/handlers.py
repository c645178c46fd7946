"""What meetings ask of score sheets: items for the next programme."""

from nennep.assessments.queries import suggest_by_score
from nennep.meetings.queries.suggestions import register_source

register_source(suggest_by_score)
