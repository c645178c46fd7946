"""Kinds of units and of changes to them (rules.md §9.1)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class UnitKind(TextChoices):
    CENTRAL = "central", _("Trung ương")
    PROVINCE = "province", _("Đảng bộ tỉnh, thành phố")
    UPPER_DIRECT = "upper_direct", _("Đảng bộ cấp trên trực tiếp cơ sở")
    BASE = "base", _("Đảng bộ cơ sở")
    SUB = "sub", _("Đảng bộ bộ phận")
    CELL = "cell", _("Chi bộ")
    GROUP = "group", _("Tổ đảng")


class CellType(TextChoices):
    """The six types whose expected topics differ (forms.md §6)."""

    VILLAGE = "village", _("Thôn, tổ dân phố")
    OFFICE = "office", _("Cơ quan, đơn vị sự nghiệp")
    STATE_ENTERPRISE = "state_enterprise", _("Doanh nghiệp nhà nước")
    PRIVATE_ENTERPRISE = "private_enterprise", _("Doanh nghiệp tư nhân, có vốn nước ngoài")
    STUDENTS = "students", _("Học sinh, sinh viên")
    ARMED_FORCES = "armed_forces", _("Lực lượng vũ trang")


class SuccessionKind(TextChoices):
    MERGE = "merge", _("Sáp nhập, hợp nhất")
    SPLIT = "split", _("Chia, tách")


class Verb(TextChoices):
    CREATED = "organizations.created", _("lập đơn vị")
    RENAMED = "organizations.renamed", _("đổi tên đơn vị")
    MOVED = "organizations.moved", _("chuyển đơn vị")
    MERGED = "organizations.merged", _("sáp nhập đơn vị")
    SPLIT = "organizations.split", _("chia tách đơn vị")
    CLOSED = "organizations.closed", _("giải thể đơn vị")
    IMPORTED = "organizations.imported", _("nhập danh sách đơn vị")
    CHANGED = "organizations.changed", _("sửa thông tin đơn vị")


NAME_LIMIT = 200
CODE_LIMIT = 40
REASON_LIMIT = 500
