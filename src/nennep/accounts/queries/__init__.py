"""Reading accounts, split by noun: actors (who acts), users and their grants, codes."""

from nennep.accounts.queries.actors import Organization as Organization
from nennep.accounts.queries.actors import build_actor as build_actor
from nennep.accounts.queries.actors import get_actor as get_actor
from nennep.accounts.queries.actors import has_other_administrator as has_other_administrator
from nennep.accounts.queries.actors import held_roles as held_roles
from nennep.accounts.queries.users import get_grant as get_grant
from nennep.accounts.queries.users import get_user as get_user
from nennep.accounts.queries.users import list_users as list_users
from nennep.accounts.queries.users import user_rows as user_rows
