"""Every write to members, split by noun: records, memberships, posts, merging, accounts; imports."""

from nennep.members.services.accounts import help_in as help_in
from nennep.members.services.accounts import issue_member_code as issue_member_code
from nennep.members.services.accounts import link_user as link_user
from nennep.members.services.accounts import open_account as open_account
from nennep.members.services.import_files import apply_file as apply_file
from nennep.members.services.import_files import discard_file as discard_file
from nennep.members.services.import_files import mend_file as mend_file
from nennep.members.services.import_files import upload_file as upload_file
from nennep.members.services.import_files import write_file as write_file
from nennep.members.services.import_files import write_queued_file as write_queued_file
from nennep.members.services.imports import apply_import as apply_import
from nennep.members.services.memberships import change_standing as change_standing
from nennep.members.services.memberships import follow_merge as follow_merge
from nennep.members.services.memberships import join_cell as join_cell
from nennep.members.services.memberships import leave as leave
from nennep.members.services.memberships import return_home as return_home
from nennep.members.services.memberships import transfer as transfer
from nennep.members.services.memberships import transfer_temporarily as transfer_temporarily
from nennep.members.services.merging import merge_members as merge_members
from nennep.members.services.posts import end_post as end_post
from nennep.members.services.posts import give_post as give_post
from nennep.members.services.records import change_contact as change_contact
from nennep.members.services.records import change_member as change_member
from nennep.members.services.records import change_private as change_private
from nennep.members.services.records import create_member as create_member
from nennep.members.services.records import log_opening as log_opening
