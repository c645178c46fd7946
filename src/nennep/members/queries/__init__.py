"""Every read of members, split by noun: records (one person), roster (a cell on a day), imports."""

from nennep.members.queries.records import find_own_member as find_own_member
from nennep.members.queries.records import get_member as get_member
from nennep.members.queries.records import get_own_member as get_own_member
from nennep.members.queries.roster import CellMember as CellMember
from nennep.members.queries.roster import MemberCount as MemberCount
from nennep.members.queries.roster import PostHolder as PostHolder
from nennep.members.queries.roster import count_members as count_members
from nennep.members.queries.roster import list_cell_members as list_cell_members
from nennep.members.queries.roster import posts_on as posts_on
from nennep.members.queries.roster import secretaries_on as secretaries_on
from nennep.members.queries.roster import secretary_on as secretary_on
