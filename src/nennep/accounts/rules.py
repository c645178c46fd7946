"""Which role may do what: reviewed as code. Printed for people in docs/permissions.md."""

from collections.abc import Iterable
from dataclasses import dataclass

from nennep.accounts.choices import Role
from nennep.core.access import Grant
from nennep.core.permissions import Permission

_READ_CELL = frozenset({Permission.ORGANIZATIONS_READ, Permission.MEETINGS_READ, Permission.DOCUMENTS_READ})
_READ_ALL = _READ_CELL | {
    Permission.MEMBERS_READ,
    Permission.DUTIES_READ,
    Permission.SCORES_READ,
    Permission.FIGURES_READ,
    Permission.POLICIES_READ,
}
_RUN_CELL = _READ_ALL | {
    Permission.MEETINGS_PREPARE,
    Permission.MEETINGS_HOLD,
    Permission.DUTIES_WRITE,
    Permission.DOCUMENTS_WRITE,
    Permission.SCORES_WRITE,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.MEMBER: _READ_CELL,
    Role.COMMITTEE_MEMBER: _RUN_CELL,
    Role.SECRETARY: _RUN_CELL
    | {
        Permission.MEMBERS_WRITE,
        Permission.MEMBERS_READ_SENSITIVE,
        Permission.MEMBERS_IMPORT,
        Permission.MINUTES_APPROVE,
        Permission.MINUTES_CORRECT,
        Permission.ACCOUNTS_RESET,
        Permission.AUDIT_READ,
    },
    Role.OFFICIAL: _READ_ALL,
    Role.COMMUNE_OFFICER: _READ_ALL
    | {
        Permission.MEMBERS_WRITE,
        Permission.MEMBERS_READ_SENSITIVE,
        Permission.MEMBERS_IMPORT,
        Permission.ORGANIZATIONS_CHANGE,
        Permission.DOCUMENTS_WRITE,
        Permission.POLICIES_WRITE,
        Permission.ACCOUNTS_RESET,
        Permission.ACCOUNTS_GRANT,
        Permission.AUDIT_READ,
    },
    Role.PROVINCE_BOARD: _READ_ALL
    | {Permission.POLICIES_WRITE, Permission.ORGANIZATIONS_CHANGE, Permission.AUDIT_READ, Permission.ACCOUNTS_GRANT},
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.ORGANIZATIONS_READ,
            Permission.ORGANIZATIONS_CHANGE,
            Permission.ACCOUNTS_GRANT,
            Permission.ACCOUNTS_RESET,
            Permission.AUDIT_READ,
            Permission.POLICIES_READ,
        }
    ),
}


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role in force today, on the unit with this tree path."""

    role: Role
    path: str
    subtree: bool


def expand_grants(held: Iterable[HeldRole]) -> frozenset[Grant]:
    """Every permission that the held roles give, each on its unit."""
    return frozenset(
        Grant(permission, item.path, item.subtree) for item in held for permission in PERMISSIONS[item.role]
    )
