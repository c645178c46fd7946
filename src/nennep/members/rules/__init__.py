"""Pure rules of members, split by noun."""

from nennep.members.rules.counting import has_vote as has_vote
from nennep.members.rules.counting import is_counted as is_counted
from nennep.members.rules.dating import date_problem as date_problem
from nennep.members.rules.dating import free_spans as free_spans
from nennep.members.rules.dating import standing_after_return as standing_after_return
from nennep.members.rules.details import MemberDetails as MemberDetails
from nennep.members.rules.details import PrivateDetails as PrivateDetails
from nennep.members.rules.details import details_problem as details_problem
