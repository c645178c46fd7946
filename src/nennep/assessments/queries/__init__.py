"""Reading scores.

The facts of a meeting (`facts`), the rows behind them (`fact_rows`, `rows`), the cells' sheets (`sheets`), what no longer fits
them (`changes`), a sheet before it is used (`templates`), all sides of a meeting and which of them counts (`sides`), what meetings
ask (`asked`).
"""

from nennep.assessments.queries.asked import AssessmentsSource as AssessmentsSource
from nennep.assessments.queries.asked import has_scored_by as has_scored_by
from nennep.assessments.queries.asked import list_agreed as list_agreed
from nennep.assessments.queries.asked import list_scores as list_scores
from nennep.assessments.queries.asked import suggest_by_score as suggest_by_score
from nennep.assessments.queries.calibration import CalibrationPage as CalibrationPage
from nennep.assessments.queries.calibration import fill_rows as fill_rows
from nennep.assessments.queries.calibration import get_calibration as get_calibration
from nennep.assessments.queries.changes import ENDING as ENDING
from nennep.assessments.queries.changes import MovedFact as MovedFact
from nennep.assessments.queries.changes import UnsettledScore as UnsettledScore
from nennep.assessments.queries.changes import lines_of as lines_of
from nennep.assessments.queries.changes import list_changed as list_changed
from nennep.assessments.queries.changes import list_moved as list_moved
from nennep.assessments.queries.changes import list_stale as list_stale
from nennep.assessments.queries.changes import list_unsettled_scores as list_unsettled_scores
from nennep.assessments.queries.fact_rows import EvidenceRow as EvidenceRow
from nennep.assessments.queries.fact_rows import list_fact_rows as list_fact_rows
from nennep.assessments.queries.facts import Gathered as Gathered
from nennep.assessments.queries.facts import gather as gather
from nennep.assessments.queries.facts import gather_facts as gather_facts
from nennep.assessments.queries.facts import gather_one as gather_one
from nennep.assessments.queries.facts import has_theme as has_theme
from nennep.assessments.queries.facts import template_of as template_of
from nennep.assessments.queries.rows import LineRowsPage as LineRowsPage
from nennep.assessments.queries.rows import get_rows_page as get_rows_page
from nennep.assessments.queries.rows import keep_rows as keep_rows
from nennep.assessments.queries.sheets import GroupRow as GroupRow
from nennep.assessments.queries.sheets import ScoreItemRow as ScoreItemRow
from nennep.assessments.queries.sheets import SheetPage as SheetPage
from nennep.assessments.queries.sheets import find_sheet as find_sheet
from nennep.assessments.queries.sheets import get_meeting as get_meeting
from nennep.assessments.queries.sheets import get_sheet_page as get_sheet_page
from nennep.assessments.queries.sheets import lock_draft_of as lock_draft_of
from nennep.assessments.queries.sheets import lock_sheet as lock_sheet
from nennep.assessments.queries.sheets import say_levels as say_levels
from nennep.assessments.queries.sheets import say_of as say_of
from nennep.assessments.queries.sheets import say_span as say_span
from nennep.assessments.queries.sides import CountingScore as CountingScore
from nennep.assessments.queries.sides import GivenScore as GivenScore
from nennep.assessments.queries.sides import Sides as Sides
from nennep.assessments.queries.sides import find_visit_report as find_visit_report
from nennep.assessments.queries.sides import list_scored_since as list_scored_since
from nennep.assessments.queries.sides import list_untaken_reports as list_untaken_reports
from nennep.assessments.queries.sides import official_side_of as official_side_of
from nennep.assessments.queries.sides import read_sides as read_sides
from nennep.assessments.queries.sides import read_standing as read_standing
from nennep.assessments.queries.sides import say_official_side as say_official_side
from nennep.assessments.queries.templates import TemplatePage as TemplatePage
from nennep.assessments.queries.templates import get_template_page as get_template_page
from nennep.assessments.queries.templates import show_sheets as show_sheets
