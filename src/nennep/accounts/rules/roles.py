"""Which role may do what, and who may hand it out: reviewed as code. Printed for people in docs/permissions.md."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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
    Permission.PETITIONS_READ,
    Permission.VISITS_READ,
    Permission.RATINGS_READ,
}
_RUN_CELL = _READ_ALL | {
    Permission.MEETINGS_PREPARE,
    Permission.MEETINGS_HOLD,
    Permission.DUTIES_WRITE,
    Permission.DOCUMENTS_WRITE,
    Permission.SCORES_WRITE,
    Permission.PETITIONS_WRITE,
    Permission.RATINGS_WRITE,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.MEMBER: _READ_CELL | {Permission.POLICIES_READ},  # pages say by which rule, and everybody may read it
    Role.COMMITTEE_MEMBER: _RUN_CELL,
    Role.SECRETARY: _RUN_CELL
    | {
        Permission.MEMBERS_WRITE,
        Permission.MEMBERS_READ_SENSITIVE,
        Permission.MEMBERS_IMPORT,
        Permission.MINUTES_APPROVE,
        Permission.MINUTES_CORRECT,
        Permission.PETITIONS_SETTLE,
        Permission.ACCOUNTS_RESET,
        Permission.AUDIT_READ,
    },
    Role.STAND_IN: _RUN_CELL | {Permission.MINUTES_APPROVE, Permission.MINUTES_CORRECT, Permission.PETITIONS_SETTLE},
    Role.OFFICIAL: _READ_ALL | {Permission.PETITIONS_WRITE, Permission.ADVICE_WRITE},
    Role.COMMUNE_OFFICER: _READ_ALL
    | {
        Permission.MEMBERS_WRITE,
        Permission.MEMBERS_READ_SENSITIVE,
        Permission.MEMBERS_IMPORT,
        Permission.ORGANIZATIONS_CHANGE,
        Permission.DOCUMENTS_WRITE,
        Permission.PETITIONS_WRITE,
        Permission.PETITIONS_SETTLE,
        Permission.VISITS_PLAN,
        Permission.SCORES_CONFIRM,
        Permission.RATINGS_DECIDE,
        Permission.ADVICE_WRITE,
        Permission.POLICIES_WRITE,
        Permission.ACCOUNTS_RESET,
        Permission.ACCOUNTS_GRANT,
        Permission.AUDIT_READ,
    },
    Role.PROVINCE_BOARD: _READ_ALL
    | {
        Permission.DOCUMENTS_WRITE,
        Permission.PETITIONS_WRITE,
        Permission.PETITIONS_SETTLE,
        Permission.VISITS_PLAN,
        Permission.SCORES_CONFIRM,
        Permission.RATINGS_DECIDE,
        Permission.ADVICE_WRITE,
        Permission.POLICIES_WRITE,
        Permission.ORGANIZATIONS_CHANGE,
        Permission.AUDIT_READ,
        Permission.ACCOUNTS_GRANT,
        Permission.ACCOUNTS_RESET,
    },
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.ORGANIZATIONS_READ,
            Permission.ORGANIZATIONS_CHANGE,
            Permission.ACCOUNTS_GRANT,
            Permission.ACCOUNTS_RESET,
            Permission.AUDIT_READ,
            Permission.POLICIES_READ,
            Permission.SYSTEM_READ,
        }
    ),
}

# What is left to do with a unit that has ended (docs/adr/0006): its books are read, and what its last meetings left is
# finished. What is private of its members is read where they are now.
_ARCHIVE = frozenset(item for item in Permission if not item.is_write) - {Permission.MEMBERS_READ_SENSITIVE}
_MINUTES = frozenset({Permission.MEETINGS_HOLD, Permission.MINUTES_APPROVE, Permission.MINUTES_CORRECT})
_ENDED = _ARCHIVE | _MINUTES | {Permission.SCORES_WRITE}
# Who was secretary of a cell until it went on in another one keeps its books: what the cell did, petitions and tasks that ended with it
# among it; not records of persons and the trail. What goes on is read where it is now. The one place that says so.
_KEEPER = frozenset(
    {
        Permission.ORGANIZATIONS_READ,
        Permission.MEETINGS_READ,
        Permission.DOCUMENTS_READ,
        Permission.DUTIES_READ,
        Permission.FIGURES_READ,
        Permission.PETITIONS_READ,
        Permission.SCORES_READ,
    }
)
# Who finishes for a cell that was closed without a successor. Not the score: a cell scores itself.
_COMMITTEE = frozenset({Role.COMMUNE_OFFICER})

# What each role is, as its holder and whoever hands it out read it.
DESCRIPTIONS: dict[Role, str | Promise] = {
    Role.MEMBER: _(
        "Xem buổi sinh hoạt, tài liệu và nghị quyết của chi bộ mình; trả lời giấy mời; báo kết quả việc của mình. "
        "Không xem hồ sơ và nhiệm vụ của đồng chí khác."
    ),
    Role.COMMITTEE_MEMBER: _(
        "Cùng bí thư chuẩn bị, ghi chép buổi sinh hoạt, phân công và theo dõi nhiệm vụ. "
        "Chỉ thông qua biên bản của buổi mình chủ trì; không xem phần riêng tư của hồ sơ."
    ),
    Role.SECRETARY: _(
        "Lo trọn việc của chi bộ: danh sách đảng viên, lịch, chương trình, điểm danh, nghị quyết, biên bản, "
        "chấm điểm, mã đặt lại mật khẩu cho đảng viên của chi bộ."
    ),
    Role.STAND_IN: _(
        "Thay bí thư từ ngày đến ngày đã ghi: chuẩn bị, chủ trì, thông qua biên bản, ra nghị quyết, gửi, lưu, giải quyết kiến nghị. "
        "Tự hết vào ngày đã ghi; không sửa danh sách và phần riêng tư của hồ sơ."
    ),
    Role.OFFICIAL: _(
        "Xem công việc của các chi bộ được phân công theo dõi để dự sinh hoạt; báo cáo kết quả dự, ghi kiến nghị nghe được, góp ý. "
        "Không sửa gì của chi bộ."
    ),
    Role.COMMUNE_OFFICER: _(
        "Theo dõi mọi chi bộ của xã; giữ danh sách đơn vị và đảng viên; giao quyền trong xã; gửi tài liệu; "
        "chốt điểm buổi sinh hoạt. Không sửa biên bản và điểm tự chấm của chi bộ."
    ),
    Role.PROVINCE_BOARD: _("Xem số liệu toàn tỉnh, giữ cây đơn vị và bộ quy định, giao quyền cho cán bộ xã."),
    Role.ADMINISTRATOR: _(
        "Giữ máy chạy: tài khoản, quyền, cây đơn vị, nhật ký. Không xem hồ sơ đảng viên và nội dung sinh hoạt."
    ),
}

# Nobody resets the password of an equal or higher role.
_LOWEST_FIRST = (
    Role.MEMBER,
    Role.COMMITTEE_MEMBER,
    Role.STAND_IN,
    Role.SECRETARY,
    Role.OFFICIAL,
    Role.COMMUNE_OFFICER,
    Role.PROVINCE_BOARD,
    Role.ADMINISTRATOR,
)
_LENT = frozenset({Role.STAND_IN})  # follows from an absence that somebody notes (members), never handed out by itself
_CELL_ROLES = frozenset(Role.of_cell()) - _LENT
_GRANTABLE: dict[Role, frozenset[Role]] = {
    Role.COMMUNE_OFFICER: _CELL_ROLES | {Role.OFFICIAL},
    Role.PROVINCE_BOARD: _CELL_ROLES | {Role.OFFICIAL, Role.COMMUNE_OFFICER},
    Role.ADMINISTRATOR: frozenset(Role) - _LENT,
}


class Hold(Enum):
    """How a role holds a unit: one that exists, one that has ended, a cell that ended and left no successor.

    Or a cell that ended while its holder was its secretary, and that goes on where the holder is now.
    """

    EXISTING = auto()
    ENDED = auto()
    LEFT = auto()
    KEPT = auto()


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role in force today, on the unit with this tree path: given there, or on whoever keeps that unit's archive."""

    role: Role
    path: str
    subtree: bool
    hold: Hold = Hold.EXISTING

    @property
    def permissions(self) -> frozenset[Permission]:
        given = PERMISSIONS[self.role]
        if self.hold == Hold.EXISTING:
            return given
        if self.hold == Hold.KEPT:
            return given & _KEEPER
        closes = self.hold == Hold.LEFT and self.role in _COMMITTEE
        return (given & _ENDED) | (_MINUTES if closes else frozenset())


def roles_with(permission: Permission) -> tuple[Role, ...]:
    """Roles that carry the permission: a list of roles is never spelled elsewhere."""
    return tuple(role for role, permissions in PERMISSIONS.items() if permission in permissions)


def expand_grants(held: Iterable[HeldRole]) -> frozenset[Grant]:
    """Every permission that the held roles give, each on its unit."""
    return frozenset(Grant(permission, item.path, item.subtree) for item in held for permission in item.permissions)


def _reaches(item: HeldRole, path: str) -> bool:
    return path.startswith(item.path) if item.subtree else path == item.path


def grantable_roles(held: Iterable[HeldRole]) -> frozenset[Role]:
    """Roles that the holder of `held` may hand out somewhere."""
    return frozenset().union(*(_GRANTABLE.get(item.role, frozenset()) for item in held))


def may_grant(held: Iterable[HeldRole], *, role: Role, path: str, subtree: bool) -> bool:
    """True when one of `held` lets its holder hand out or take back `role` on the unit at `path` (and below it).

    Only downwards: a role of which the holder's own is in charge, on a unit inside their own, and nothing wider than
    what they hold. A role that a person does not hold and that is above theirs cannot pass through their hands.
    """
    return any(
        role in _GRANTABLE.get(item.role, frozenset()) and _reaches(item, path) and (item.subtree or not subtree)
        for item in held
    )


def may_reset(held: Iterable[HeldRole], *, target: Iterable[HeldRole], path: str) -> bool:
    """True when the holder of `held` may give a one-time code to somebody of the unit at `path` who holds `target`.

    For each role of the target the giver needs a higher role that may reset and reaches that role's unit; for a target
    without any role, one that reaches `path`. So a secretary helps the members of their own cell, and nobody who is also
    something elsewhere.
    """
    givers = [item for item in held if Permission.ACCOUNTS_RESET in PERMISSIONS[item.role]]
    roles = list(target) or [HeldRole(Role.MEMBER, path, subtree=False)]
    return all(
        any(_reaches(giver, item.path) and _outranks(giver.role, item.role) for giver in givers) for item in roles
    )


def _outranks(giver: Role, other: Role) -> bool:
    """An administrator may also help another administrator; there may be nobody above."""
    rank = _LOWEST_FIRST.index
    return rank(giver) > rank(other) or giver == Role.ADMINISTRATOR
