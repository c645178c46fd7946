"""Every read of members, split by noun: records (one person), roster (a cell on a day), imports."""

from nennep.members.queries.imports import hash_identity as hash_identity
from nennep.members.queries.imports import plan_import as plan_import
from nennep.members.queries.records import Organization as Organization
from nennep.members.queries.records import PrivatePart as PrivatePart
from nennep.members.queries.records import User as User
from nennep.members.queries.records import find_by_identity as find_by_identity
from nennep.members.queries.records import find_own_member as find_own_member
from nennep.members.queries.records import find_similar as find_similar
from nennep.members.queries.records import get_member as get_member
from nennep.members.queries.records import get_own_member as get_own_member
from nennep.members.queries.records import get_post as get_post
from nennep.members.queries.records import get_private_part as get_private_part
from nennep.members.queries.records import get_unit as get_unit
from nennep.members.queries.records import may_read_private as may_read_private
from nennep.members.queries.records import target_of as target_of
from nennep.members.queries.records import unit_of as unit_of
from nennep.members.queries.records import unit_path_of as unit_path_of
from nennep.members.queries.roster import CellMember as CellMember
from nennep.members.queries.roster import MemberCount as MemberCount
from nennep.members.queries.roster import PostHolder as PostHolder
from nennep.members.queries.roster import count_members as count_members
from nennep.members.queries.roster import count_residents as count_residents
from nennep.members.queries.roster import list_cell_members as list_cell_members
from nennep.members.queries.roster import posts_on as posts_on
from nennep.members.queries.roster import secretaries_on as secretaries_on
from nennep.members.queries.roster import secretary_on as secretary_on
