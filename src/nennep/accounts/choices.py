"""Roles and limits. What each role may do: `accounts/rules.py`."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    MEMBER = "member", _("Đảng viên")
    SECRETARY = "secretary", _("Bí thư chi bộ")
    COMMITTEE_MEMBER = "committee_member", _("Phó bí thư, chi ủy viên")
    STAND_IN = "stand_in", _("Thay bí thư trong thời gian vắng")
    OFFICIAL = "official", _("Cấp ủy viên được phân công dự sinh hoạt")
    COMMUNE_OFFICER = "commune_officer", _("Cán bộ Ban Xây dựng Đảng xã")
    PROVINCE_BOARD = "province_board", _("Ban Tổ chức tỉnh ủy")
    ADMINISTRATOR = "administrator", _("Quản trị hệ thống")

    @property
    def runs_cell(self) -> bool:
        """Prepares and holds the meetings of a cell."""
        return self in {Role.SECRETARY, Role.COMMITTEE_MEMBER, Role.STAND_IN}

    @property
    def is_of_cell(self) -> bool:
        """Follows from belonging to a cell, and ends with it."""
        return self.runs_cell or self == Role.MEMBER

    @property
    def reaches_below(self) -> bool:
        """Looks after whatever stands below the unit on which it is held, unless somebody says otherwise."""
        return not self.is_of_cell

    @classmethod
    def of_cell(cls) -> tuple["Role", ...]:
        return tuple(role for role in cls if role.is_of_cell)


class GrantReach(TextChoices):
    """How far a role reaches that is given on a form."""

    BY_ROLE = "", _("Theo vai trò: cán bộ và cấp ủy cả các đơn vị trực thuộc, vai trò trong chi bộ chỉ đơn vị này")
    BELOW = "below", _("Cả các đơn vị trực thuộc")
    ITSELF = "itself", _("Chỉ đơn vị này")


class Verb(TextChoices):
    USER_CREATED = "accounts.user_created", _("tạo tài khoản")
    GRANTED = "accounts.granted", _("giao quyền")
    REACH_CHANGED = "accounts.reach_changed", _("đổi phạm vi của quyền")
    REVOKED = "accounts.revoked", _("thu quyền")
    CODE_ISSUED = "accounts.code_issued", _("cấp mã đặt lại mật khẩu")
    CODE_USED = "accounts.code_used", _("dùng mã đặt lại mật khẩu")
    DEACTIVATED = "accounts.deactivated", _("khóa tài khoản")
    REACTIVATED = "accounts.reactivated", _("mở lại tài khoản")
    SECOND_FACTOR_REMOVED = "accounts.second_factor_removed", _("bỏ xác thực hai bước")


USERNAME_LIMIT = 60
NAME_LIMIT = 200
CODE_VALID_HOURS = 72
CODE_TRIES = 5
CODE_LENGTH = 8
CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without 0 and O, 1 and I
