"""Every write to accounts, split by noun: users, grants, codes."""

from nennep.accounts.services.codes import CannotReset as CannotReset
from nennep.accounts.services.codes import CodeRefused as CodeRefused
from nennep.accounts.services.codes import WeakPassword as WeakPassword
from nennep.accounts.services.codes import issue_code as issue_code
from nennep.accounts.services.codes import redeem_code as redeem_code
from nennep.accounts.services.codes import remove_second_factor as remove_second_factor
from nennep.accounts.services.grants import AlreadyGranted as AlreadyGranted
from nennep.accounts.services.grants import CannotGrant as CannotGrant
from nennep.accounts.services.grants import GrantDates as GrantDates
from nennep.accounts.services.grants import GrantToSelf as GrantToSelf
from nennep.accounts.services.grants import LastAdministrator as LastAdministrator
from nennep.accounts.services.grants import end_roles as end_roles
from nennep.accounts.services.grants import follow_role as follow_role
from nennep.accounts.services.grants import grant_role as grant_role
from nennep.accounts.services.grants import revoke_grant as revoke_grant
from nennep.accounts.services.office import Person as Person
from nennep.accounts.services.office import Terms as Terms
from nennep.accounts.services.office import grant_on_terms as grant_on_terms
from nennep.accounts.services.office import issue_office_code as issue_office_code
from nennep.accounts.services.office import open_office_account as open_office_account
from nennep.accounts.services.second_factor import rotate_second_factors as rotate_second_factors
from nennep.accounts.services.users import UsernameTaken as UsernameTaken
from nennep.accounts.services.users import create_user as create_user
from nennep.accounts.services.users import deactivate_user as deactivate_user
from nennep.accounts.services.users import reactivate_user as reactivate_user
