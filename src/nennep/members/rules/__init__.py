"""Pure rules of members, split by noun."""

from nennep.members.rules.counting import attendance_base as attendance_base
from nennep.members.rules.counting import vote_base as vote_base
