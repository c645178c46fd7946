"""Rules that change: the book of a unit on a day, the shape of every value, its words."""

from nennep.policies.rules.books import Rule as Rule
from nennep.policies.rules.books import RuleBook as RuleBook
from nennep.policies.rules.books import Source as Source
from nennep.policies.rules.books import build_rule_book as build_rule_book
from nennep.policies.rules.dating import Stay as Stay
from nennep.policies.rules.dating import has_judged as has_judged
from nennep.policies.rules.dating import may_have_judged as may_have_judged
from nennep.policies.rules.shapes import InvalidValue as InvalidValue
from nennep.policies.rules.shapes import read_value as read_value
from nennep.policies.rules.values import Band as Band
from nennep.policies.rules.values import CountedStandings as CountedStandings
from nennep.policies.rules.values import MinutesRange as MinutesRange
from nennep.policies.rules.values import Obligation as Obligation
from nennep.policies.rules.values import ResponseDays as ResponseDays
from nennep.policies.rules.values import ScoreLevels as ScoreLevels
from nennep.policies.rules.values import ScoreSheetTemplate as ScoreSheetTemplate
from nennep.policies.rules.values import SheetGroup as SheetGroup
from nennep.policies.rules.values import SheetItem as SheetItem
from nennep.policies.rules.values import VoteThreshold as VoteThreshold
from nennep.policies.rules.wording import say_document as say_document
from nennep.policies.rules.wording import say_obligation as say_obligation
from nennep.policies.rules.wording import say_source as say_source
from nennep.policies.rules.wording import say_threshold as say_threshold
from nennep.policies.rules.wording import say_value as say_value
