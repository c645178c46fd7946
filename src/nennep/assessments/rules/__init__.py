"""Scores from facts: the evidence, the points that a sheet gives for it, the total, the level. Pure."""

from nennep.assessments.rules.evidence import EVIDENCE as EVIDENCE
from nennep.assessments.rules.evidence import FoundValue as FoundValue
from nennep.assessments.rules.evidence import Rows as Rows
from nennep.assessments.rules.evidence import find as find
from nennep.assessments.rules.example import EXAMPLE as EXAMPLE
from nennep.assessments.rules.facts import MeetingFacts as MeetingFacts
from nennep.assessments.rules.judging import Proposal as Proposal
from nennep.assessments.rules.judging import find_grade as find_grade
from nennep.assessments.rules.judging import find_total as find_total
from nennep.assessments.rules.judging import is_in_range as is_in_range
from nennep.assessments.rules.judging import needs_reason as needs_reason
from nennep.assessments.rules.judging import propose as propose
from nennep.assessments.rules.judging import share_of as share_of
from nennep.assessments.rules.judging import sum_points as sum_points
from nennep.assessments.rules.pointers import list_pointers as list_pointers
from nennep.assessments.rules.sides import Scored as Scored
from nennep.assessments.rules.sides import choose_side as choose_side
from nennep.assessments.rules.sides import differs_from_cell as differs_from_cell
from nennep.assessments.rules.sides import find_distance as find_distance
from nennep.assessments.rules.sides import find_gap as find_gap
from nennep.assessments.rules.sides import find_mean as find_mean
from nennep.assessments.rules.sides import name_official_side as name_official_side
from nennep.assessments.rules.sides import sum_by_group as sum_by_group
