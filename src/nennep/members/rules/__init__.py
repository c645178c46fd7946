"""Pure rules of members, split by noun."""

from nennep.members.rules.counting import attendance_base as attendance_base
from nennep.members.rules.counting import vote_base as vote_base
from nennep.members.rules.dating import date_problem as date_problem
from nennep.members.rules.dating import standing_after_return as standing_after_return
from nennep.members.rules.details import MemberDetails as MemberDetails
from nennep.members.rules.details import PrivateDetails as PrivateDetails
from nennep.members.rules.details import details_problem as details_problem
