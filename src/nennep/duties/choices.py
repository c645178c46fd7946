"""Tasks given to members (rules.md §6)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DutyCategory(TextChoices):
    REGULAR = "regular", _("Nhiệm vụ thường xuyên")
    AD_HOC = "ad_hoc", _("Nhiệm vụ đột xuất")
    HOUSEHOLDS = "households", _("Phụ trách hộ, nhóm hộ")
    SUPERVISION = "supervision", _("Kiểm tra, giám sát")


class DutyState(TextChoices):
    ONGOING = "ongoing", _("Đang làm")
    DONE = "done", _("Hoàn thành")
    NOT_DONE = "not_done", _("Không hoàn thành")
    DROPPED = "dropped", _("Thôi giao")


class Verb(TextChoices):
    GIVEN = "duties.given", _("giao nhiệm vụ")
    REPORTED = "duties.reported", _("báo kết quả nhiệm vụ")
    CHANGED = "duties.changed", _("sửa nhiệm vụ")
    DROPPED = "duties.dropped", _("thôi giao nhiệm vụ")


TITLE_LIMIT = 300
TEXT_LIMIT = 2000
