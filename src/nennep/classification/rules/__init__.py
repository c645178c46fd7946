"""Yearly rating, pure: levels, the cap, who is rated where, the calendar, the order of the steps, ballots."""

from nennep.classification.rules.ballots import Tally as Tally
from nennep.classification.rules.ballots import find_passed as find_passed
from nennep.classification.rules.ballots import require_tally as require_tally
from nennep.classification.rules.calendar import RoundCalendar as RoundCalendar
from nennep.classification.rules.calendar import find_calendar as find_calendar
from nennep.classification.rules.calendar import find_drafts_day as find_drafts_day
from nennep.classification.rules.calendar import is_too_short as is_too_short
from nennep.classification.rules.caps import CapCheck as CapCheck
from nennep.classification.rules.caps import CapLine as CapLine
from nennep.classification.rules.caps import check_cap as check_cap
from nennep.classification.rules.commending import count_years_running as count_years_running
from nennep.classification.rules.kept import KeptRules as KeptRules
from nennep.classification.rules.kept import RuleSource as RuleSource
from nennep.classification.rules.kept import keep_rules as keep_rules
from nennep.classification.rules.levels import Evidence as Evidence
from nennep.classification.rules.levels import Judgement as Judgement
from nennep.classification.rules.levels import find_band as find_band
from nennep.classification.rules.levels import judge as judge
from nennep.classification.rules.points import RatingPointsOutOfRange as RatingPointsOutOfRange
from nennep.classification.rules.points import WeightsNotFull as WeightsNotFull
from nennep.classification.rules.points import require_points as require_points
from nennep.classification.rules.points import share_weights as share_weights
from nennep.classification.rules.points import weigh_duties as weigh_duties
from nennep.classification.rules.subjects import find_not_rated as find_not_rated
