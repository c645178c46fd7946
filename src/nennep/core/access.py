"""Who acts, and on which part of the tree: plain values, no database."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from django.db.models import Q

from nennep.core.errors import NotAllowed
from nennep.core.permissions import Permission


@dataclass(frozen=True, slots=True)
class Grant:
    """One permission on one unit, named by its tree path; with `subtree` also on everything below it."""

    permission: Permission
    path: str
    subtree: bool = True

    def covers(self, permission: Permission, path: str) -> bool:
        if permission != self.permission:
            return False
        return path.startswith(self.path) if self.subtree else path == self.path


@dataclass(frozen=True, slots=True)
class Actor:
    """The person (or the system itself) on whose behalf something happens.

    Frozen and passed by hand: never a global. `user_id` is None only for the system and for visitors;
    `name` is what the audit trail prints. `tree_paths` name the units of the grants in force today.
    """

    user_id: int | None
    name: str
    grants: frozenset[Grant] = field(default_factory=frozenset)

    @classmethod
    def system(cls, name: str = "Nền Nếp") -> Self:
        """The program itself: commands and jobs that no person asked for. Holds everything, everywhere."""
        return cls(user_id=None, name=name, grants=frozenset(Grant(item, "") for item in Permission))

    @classmethod
    def visitor(cls) -> Self:
        """Somebody who has not signed in: holds nothing."""
        return cls(user_id=None, name="")

    @property
    def is_program(self) -> bool:
        """The program itself acts, see `system`."""
        return self == Actor.system(self.name)

    def may(self, permission: Permission, path: str) -> bool:
        """True when a grant of `permission` covers the unit with tree path `path`."""
        return any(grant.covers(permission, path) for grant in self.grants)

    def may_below(self, permission: Permission, path: str) -> bool:
        """True when a grant of `permission` covers the unit with tree path `path` and whatever stands below it."""
        return any(grant.subtree and grant.covers(permission, path) for grant in self.grants)

    def may_somewhere(self, permission: Permission) -> bool:
        return any(grant.permission == permission for grant in self.grants)

    def require(self, permission: Permission, path: str) -> None:
        """Raise NotAllowed unless `may(permission, path)`."""
        if not self.may(permission, path):
            raise NotAllowed(permission=permission, path=path)

    def require_below(self, permission: Permission, path: str) -> None:
        """Raise NotAllowed unless `may_below(permission, path)`."""
        if not self.may_below(permission, path):
            raise NotAllowed(permission=permission, path=path)

    def require_program(self) -> None:
        """Raise NotAllowed unless the program itself acts: for what follows from records, which no person starts."""
        if not self.is_program:
            raise NotAllowed

    def scope(self, permission: Permission, path_field: str) -> Q:
        """The rows whose unit path (`path_field`, such as `organization__path`) this actor may use so.

        An actor without any grant gets a condition that no row meets.
        """
        return any_path(path_field, (grant for grant in self.grants if grant.permission == permission))


def any_path(path_field: str, grants: Iterable[Grant]) -> Q:
    """Rows that at least one of `grants` covers; none at all when there is no grant."""
    condition = Q(pk__in=[])
    for grant in grants:
        lookup = f"{path_field}__startswith" if grant.subtree else path_field
        condition |= Q(**{lookup: grant.path})
    return condition
