"""Who can sign in to the demonstration: one person per role, all with the same printed password."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password

from nennep.accounts.choices import Role
from nennep.accounts.models import RoleGrant, User
from nennep.organizations.models import Organization
from nennep.site.demonstration.members import NAM_CHA, Roll
from nennep.site.demonstration.tree import LANG_CAN_CODE, ROOT_CODE, TERM_FROM

PASSWORD = "nen-nep-2026"  # noqa: S105  the demonstration's, printed for everybody


@dataclass(frozen=True, slots=True)
class Account:
    """A demonstration account: what to sign in with, whose it is, which role on which unit, what to look at."""

    username: str
    full_name: str
    role: Role
    unit_code: str
    look_at: str
    post: int | None = None  # place among the members of Nặm Chá; None: no member, and the role covers the subtree


ACCOUNTS = (
    Account("bi-thu", "", Role.SECRETARY, NAM_CHA, "Tháng này còn việc gì, phòng họp, biên bản", post=0),
    Account("pho-bi-thu", "", Role.COMMITTEE_MEMBER, NAM_CHA, "Cùng chuẩn bị, ghi hộ đảng viên", post=1),
    Account("dang-vien", "", Role.MEMBER, NAM_CHA, "Buổi sinh hoạt tới, nhiệm vụ của tôi", post=4),
    Account("cap-uy", "Lương Quốc Hưng", Role.OFFICIAL, LANG_CAN_CODE, "Các chi bộ được phân công theo dõi"),
    Account("can-bo-xa", "Vũ Thị Minh Nguyệt", Role.COMMUNE_OFFICER, LANG_CAN_CODE, "Chi bộ nào cần tôi"),
    Account("ban-to-chuc", "Đỗ Quang Khải", Role.PROVINCE_BOARD, ROOT_CODE, "Cả 24 tổ chức, 136 chi bộ"),
    Account("quan-tri", "Trần Hữu Nghị", Role.ADMINISTRATOR, ROOT_CODE, "Đơn vị, tài khoản, nhật ký"),
)


def open_accounts(rolls: list[Roll], today: date) -> None:
    """Create the users, their grants, and tie those of Nặm Chá to their records as members.

    The other secretaries of Lăng Can have accounts too, so that they can be reminded; nobody can sign in with them.
    """
    nam_cha = next(roll for roll in rolls if roll.plan.organization.name == NAM_CHA)
    password = make_password(PASSWORD)
    for account in ACCOUNTS:
        member = nam_cha.people[account.post].member if account.post is not None else None
        user = User.objects.create(
            username=account.username,
            full_name=member.full_name if member else account.full_name,
            password=password,
        )
        _grant(user, account, today)
        if member:
            member.user = user
            member.save(update_fields=["user"])
    _open_secretaries([roll for roll in rolls if roll.plan.is_lang_can and roll != nam_cha], today)


def _open_secretaries(rolls: list[Roll], today: date) -> None:
    for roll in rolls:
        secretary = roll.people[0].member
        secretary.user = User.objects.create(
            username=secretary.phone, full_name=secretary.full_name, phone=secretary.phone, password=make_password(None)
        )
        secretary.save(update_fields=["user"])
        RoleGrant.objects.create(
            user=secretary.user,
            role=Role.SECRETARY,
            organization=roll.plan.organization,
            valid_from=max(TERM_FROM, date(today.year - 1, 1, 1)),
        )


def _grant(user: User, account: Account, today: date) -> None:
    RoleGrant.objects.create(
        user=user,
        role=account.role,
        organization=find_unit(account.unit_code),
        subtree=account.post is None,
        valid_from=date(today.year - 1, 1, 1),
    )


def find_unit(code_or_name: str) -> Organization:
    """A unit by its code, or Nặm Chá by its name."""
    by_name = code_or_name == NAM_CHA
    found: Organization = Organization.objects.get(**{"name" if by_name else "code": code_or_name})
    return found


def are_open() -> bool:
    """True when this installation is the demonstration: all its accounts are there."""
    return User.objects.filter(username__in=[account.username for account in ACCOUNTS]).count() == len(ACCOUNTS)


def describe() -> str:
    """The table that `make run` prints."""
    lines = [f"Tài khoản trình diễn, mật khẩu chung: {PASSWORD}", ""]
    lines += [f"  {account.username:<12} {account.role.label:<44} {account.look_at}" for account in ACCOUNTS]
    return "\n".join(lines) + "\n"
