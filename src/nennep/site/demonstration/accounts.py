"""Who can sign in to the demonstration: one person per role, all with the same printed password."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password
from django.db.models import Q

from nennep.accounts.choices import Role
from nennep.accounts.models import RoleGrant, User
from nennep.organizations.models import Organization
from nennep.site.demonstration.members import NAM_CHA, Roll
from nennep.site.demonstration.tree import FOLLOWED, LANG_CAN_CODE, ROOT_CODE, TERM_FROM

PASSWORD = "nen-nep-2026"  # noqa: S105  the demonstration's, printed for everybody


@dataclass(frozen=True, slots=True)
class Account:
    """A demonstration account: what to sign in with, whose it is, which role on which units, what to look at.

    Units by code or name. `is_member`: a member of Nặm Chá; the role of the others covers what is below their units.
    """

    username: str
    full_name: str
    role: Role
    units: tuple[str, ...]
    look_at: str
    is_member: bool = False


ACCOUNTS = (
    Account(
        "bi-thu",
        "Ma Công Lập",
        Role.SECRETARY,
        (NAM_CHA,),
        "Tháng này còn việc gì, phòng họp, biên bản",
        is_member=True,
    ),
    Account(
        "pho-bi-thu", "Nguyễn Thị Thu Huyền", Role.COMMITTEE_MEMBER, (NAM_CHA,), "Cùng chuẩn bị, ghi hộ", is_member=True
    ),
    Account("dang-vien", "Lý Thị Mỷ", Role.MEMBER, (NAM_CHA,), "Buổi sinh hoạt tới, nhiệm vụ của tôi", is_member=True),
    Account("cap-uy", "Lương Quốc Hưng", Role.OFFICIAL, FOLLOWED, "Năm chi bộ được phân công theo dõi"),
    Account("can-bo-xa", "Vũ Thị Minh Nguyệt", Role.COMMUNE_OFFICER, (LANG_CAN_CODE,), "Chi bộ nào cần tôi"),
    Account("ban-to-chuc", "Đỗ Quang Khải", Role.PROVINCE_BOARD, (ROOT_CODE,), "Cả 24 tổ chức, 136 chi bộ"),
    Account("quan-tri", "Trần Hữu Nghị", Role.ADMINISTRATOR, (ROOT_CODE,), "Đơn vị, tài khoản, nhật ký"),
)


def open_accounts(rolls: list[Roll], today: date) -> None:
    """Create the users, their grants, and tie those of Nặm Chá to their records as members.

    The other secretaries of Lăng Can have accounts too, so that they can be reminded; nobody can sign in with them.
    """
    nam_cha = next(roll for roll in rolls if roll.plan.organization.name == NAM_CHA)
    password = make_password(PASSWORD)
    members = {person.member.full_name: person.member for person in nam_cha.people}
    for account in ACCOUNTS:
        user = User.objects.create(username=account.username, full_name=account.full_name, password=password)
        _grant(user, account, today)
        if account.is_member:
            member = members[account.full_name]
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
        since = max(TERM_FROM, date(today.year - 1, 1, 1))
        for role in (Role.SECRETARY, Role.MEMBER):
            RoleGrant.objects.create(
                user=secretary.user, role=role, organization=roll.plan.organization, valid_from=since
            )


def _grant(user: User, account: Account, today: date) -> None:
    since = date(today.year - 1, 1, 1)
    for unit in Organization.objects.filter(Q(code__in=account.units) | Q(name__in=account.units)).order_by("path"):
        for role in sorted({account.role, Role.MEMBER} if account.is_member else {account.role}):
            RoleGrant.objects.create(
                user=user, role=role, organization=unit, subtree=not account.is_member, valid_from=since
            )


def are_open() -> bool:
    """True when this installation is the demonstration: all its accounts are there."""
    return User.objects.filter(username__in=[account.username for account in ACCOUNTS]).count() == len(ACCOUNTS)


def describe() -> str:
    """The table that `make run` prints."""
    lines = [f"Tài khoản trình diễn, mật khẩu chung: {PASSWORD}", ""]
    lines += [f"  {account.username:<12} {account.role.label:<44} {account.look_at}" for account in ACCOUNTS]
    return "\n".join(lines) + "\n"
