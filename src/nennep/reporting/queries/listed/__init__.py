"""The figures of the commune's page, in its order. Each of them opens its rows (interface.md, rule 5)."""

from nennep.reporting.queries.listed.attendance import ATTENDANCE, UNEXCUSED
from nennep.reporting.queries.listed.duties import DUTIES
from nennep.reporting.queries.listed.meetings import MET, ON_TIME
from nennep.reporting.queries.listed.themes import THEMES

LISTED = (MET, ON_TIME, ATTENDANCE, UNEXCUSED, DUTIES, THEMES)
# Those that the page of one cell shows beside its members and its score: the other ones say little of a single cell.
OF_A_CELL = (ATTENDANCE, DUTIES)
