"""What records tell pages of meetings."""

from nennep.meetings.queries.sources import register_source
from nennep.records.queries.resolution import RecordsSource

register_source(RecordsSource())
