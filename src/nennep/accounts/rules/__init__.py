"""Pure rules of accounts: which role may do what, who may hand out which, names to sign in with, one-time codes."""

from nennep.accounts.rules.codes import code_problem as code_problem
from nennep.accounts.rules.codes import format_code as format_code
from nennep.accounts.rules.codes import normalize_code as normalize_code
from nennep.accounts.rules.passwords import is_like as is_like
from nennep.accounts.rules.passwords import list_password_forms as list_password_forms
from nennep.accounts.rules.passwords import normalize_password as normalize_password
from nennep.accounts.rules.roles import DESCRIPTIONS as DESCRIPTIONS
from nennep.accounts.rules.roles import PERMISSIONS as PERMISSIONS
from nennep.accounts.rules.roles import HeldRole as HeldRole
from nennep.accounts.rules.roles import Hold as Hold
from nennep.accounts.rules.roles import expand_grants as expand_grants
from nennep.accounts.rules.roles import grantable_roles as grantable_roles
from nennep.accounts.rules.roles import may_grant as may_grant
from nennep.accounts.rules.roles import may_reset as may_reset
from nennep.accounts.rules.roles import roles_with as roles_with
from nennep.accounts.rules.usernames import normalize_username as normalize_username
from nennep.accounts.rules.usernames import propose_username as propose_username
