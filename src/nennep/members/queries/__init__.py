"""Every read of members, split by noun: records (one person), roster (a cell on a day).

What only imports read stands in `import_files` and `imports`: whoever counts members does not load it.
"""

from nennep.members.models import Member as Member
from nennep.members.queries.pages import CellMembersPage as CellMembersPage
from nennep.members.queries.pages import RecordPage as RecordPage
from nennep.members.queries.pages import find_members as find_members
from nennep.members.queries.pages import get_cell_page as get_cell_page
from nennep.members.queries.pages import get_record_page as get_record_page
from nennep.members.queries.pages import get_writable_cell as get_writable_cell
from nennep.members.queries.pages import get_writable_record as get_writable_record
from nennep.members.queries.pages import list_file_readings as list_file_readings
from nennep.members.queries.planned_posts import get_planned_post as get_planned_post
from nennep.members.queries.records import DuplicateUnclear as DuplicateUnclear
from nennep.members.queries.records import PrivatePart as PrivatePart
from nennep.members.queries.records import find_by_identity as find_by_identity
from nennep.members.queries.records import find_duplicate as find_duplicate
from nennep.members.queries.records import find_forwarding as find_forwarding
from nennep.members.queries.records import find_own_member as find_own_member
from nennep.members.queries.records import fits_hash_key as fits_hash_key
from nennep.members.queries.records import follow_merges as follow_merges
from nennep.members.queries.records import get_member as get_member
from nennep.members.queries.records import get_members as get_members
from nennep.members.queries.records import get_own_member as get_own_member
from nennep.members.queries.records import get_post as get_post
from nennep.members.queries.records import get_private_part as get_private_part
from nennep.members.queries.records import get_unit as get_unit
from nennep.members.queries.records import get_units as get_units
from nennep.members.queries.records import holds_identities as holds_identities
from nennep.members.queries.records import keep_visible as keep_visible
from nennep.members.queries.records import list_sharers as list_sharers
from nennep.members.queries.records import list_similar as list_similar
from nennep.members.queries.records import may_read_private as may_read_private
from nennep.members.queries.records import member_target as member_target
from nennep.members.queries.records import private_values as private_values
from nennep.members.queries.records import target_of as target_of
from nennep.members.queries.records import unit_of as unit_of
from nennep.members.queries.records import unit_path_of as unit_path_of
from nennep.members.queries.records import unit_paths_of as unit_paths_of
from nennep.members.queries.roster import CellMember as CellMember
from nennep.members.queries.roster import MemberCount as MemberCount
from nennep.members.queries.roster import PostHolder as PostHolder
from nennep.members.queries.roster import count_members as count_members
from nennep.members.queries.roster import count_residents as count_residents
from nennep.members.queries.roster import list_addressees as list_addressees
from nennep.members.queries.roster import list_cell_members as list_cell_members
from nennep.members.queries.roster import posts_of_units as posts_of_units
from nennep.members.queries.roster import posts_on as posts_on
from nennep.members.queries.roster import secretaries_on as secretaries_on
from nennep.members.queries.roster import secretary_on as secretary_on
from nennep.members.queries.roster import tell_apart as tell_apart
from nennep.members.queries.stand_ins import StandInPage as StandInPage
from nennep.members.queries.stand_ins import StandInRow as StandInRow
from nennep.members.queries.stand_ins import find_stand_in as find_stand_in
from nennep.members.queries.stand_ins import get_stand_in as get_stand_in
from nennep.members.queries.stand_ins import get_stand_in_page as get_stand_in_page
