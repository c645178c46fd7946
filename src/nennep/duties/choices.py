"""Tasks given to members (rules.md §6), and the events by which higher contexts learn of them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from nennep.core.events import Event


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


class OpeningState(TextChoices):
    """How a task stood when the month began, as the resolution's table prints it (forms.md §1)."""

    UNDER_WAY = "under_way", _("Đang triển khai")
    DATED = "dated", _("Có mốc thời hạn")
    REGULAR = "regular", _("Nhiệm vụ thường xuyên")
    UNDATED = "undated", _("Chưa xác định mốc")


class Verb(TextChoices):
    GIVEN = "duties.given", _("giao nhiệm vụ")
    REPORTED = "duties.reported", _("báo kết quả nhiệm vụ")
    CHANGED = "duties.changed", _("sửa nhiệm vụ")
    HANDED_OVER = "duties.handed_over", _("chuyển nhiệm vụ cho người khác")
    DROPPED = "duties.dropped", _("thôi giao nhiệm vụ")


TITLE_LIMIT = 300
TEXT_LIMIT = 2000


# ── events ────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class DutyChanged(Event):
    """A task was given, changed, reported, handed over or dropped.

    `months` are the first days of the months whose counts of due and done tasks may be other ones now.
    """

    organization_id: int
    duty_id: int
    months: tuple[date, ...]
