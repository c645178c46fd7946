"""Reading accounts, split by noun: actors (who acts), users and their grants, codes."""

from nennep.accounts.models import User as User
from nennep.accounts.queries.actors import Hat as Hat
from nennep.accounts.queries.actors import build_actor as build_actor
from nennep.accounts.queries.actors import find_actor as find_actor
from nennep.accounts.queries.actors import get_actor as get_actor
from nennep.accounts.queries.actors import has_other_administrator as has_other_administrator
from nennep.accounts.queries.actors import held_or_coming_roles as held_or_coming_roles
from nennep.accounts.queries.actors import held_roles as held_roles
from nennep.accounts.queries.actors import list_hats as list_hats
from nennep.accounts.queries.actors import list_users_running as list_users_running
from nennep.accounts.queries.actors import list_users_who_may as list_users_who_may
from nennep.accounts.queries.codes import CodeRow as CodeRow
from nennep.accounts.queries.codes import PrintedCode as PrintedCode
from nennep.accounts.queries.codes import describe_code as describe_code
from nennep.accounts.queries.codes import list_open_codes as list_open_codes
from nennep.accounts.queries.units import UnitUnclear as UnitUnclear
from nennep.accounts.queries.units import find_unit as find_unit
from nennep.accounts.queries.units import list_unit_labels as list_unit_labels
from nennep.accounts.queries.users import UserRow as UserRow
from nennep.accounts.queries.users import UserUnclear as UserUnclear
from nennep.accounts.queries.users import find_user as find_user
from nennep.accounts.queries.users import get_grant as get_grant
from nennep.accounts.queries.users import get_user as get_user
from nennep.accounts.queries.users import list_users as list_users
from nennep.accounts.queries.users import unit_path_of_user as unit_path_of_user
from nennep.accounts.queries.users import user_rows as user_rows
