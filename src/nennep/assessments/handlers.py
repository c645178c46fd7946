"""What meetings ask of score sheets: items for the next programme, whether a score is settled."""

from nennep.assessments.queries import AssessmentsSource, suggest_by_score
from nennep.meetings.queries import sources, suggestions

sources.register_source(AssessmentsSource())
suggestions.register_source(suggest_by_score)
