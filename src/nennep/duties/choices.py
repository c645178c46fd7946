"""Tasks given to members (rules.md §6), and the events by which higher contexts learn of them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nennep.core.events import Event
from nennep.organizations.choices import CellType

StrOrPromise = str | Promise


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

    @property
    def is_reportable(self) -> bool:
        """What a report may say; dropping a task is a decision of its own."""
        return self != DutyState.DROPPED


class OpeningState(TextChoices):
    """How a task stood when the month began, as the resolution's table prints it (forms.md §1)."""

    UNDER_WAY = "under_way", _("Đang triển khai")
    DATED = "dated", _("Có mốc thời hạn")
    REGULAR = "regular", _("Nhiệm vụ thường xuyên")
    UNDATED = "undated", _("Chưa xác định mốc")


@dataclass(frozen=True, slots=True)
class StandingDuty:
    """Work that a cell of this type always has for one more member. `near_home`: needs neither travel nor strength."""

    title: StrOrPromise
    category: DutyCategory
    near_home: bool = False


class Verb(TextChoices):
    GIVEN = "duties.given", _("giao nhiệm vụ")
    REPORTED = "duties.reported", _("báo kết quả nhiệm vụ")
    CHANGED = "duties.changed", _("sửa nhiệm vụ")
    HANDED_OVER = "duties.handed_over", _("chuyển nhiệm vụ cho người khác")
    DROPPED = "duties.dropped", _("thôi giao nhiệm vụ")


_NEWS = StandingDuty(_("Đọc, giới thiệu bản tin sinh hoạt chi bộ hằng tháng"), DutyCategory.REGULAR, near_home=True)
_YOUNG = StandingDuty(_("Giúp đỡ một quần chúng ưu tú hoặc đảng viên dự bị"), DutyCategory.REGULAR)
_INSPECT = StandingDuty(
    _("Theo dõi việc thực hiện nghị quyết, báo cáo tại kỳ sinh hoạt"), DutyCategory.SUPERVISION, near_home=True
)
STANDING_DUTIES: dict[CellType, tuple[StandingDuty, ...]] = {
    CellType.VILLAGE: (
        StandingDuty(_("Phụ trách, nắm tình hình nhóm hộ gần nhà"), DutyCategory.HOUSEHOLDS, near_home=True),
        StandingDuty(_("Vận động hộ dân giữ vệ sinh đường làng, ngõ xóm"), DutyCategory.HOUSEHOLDS),
        _YOUNG,
        _NEWS,
        _INSPECT,
    ),
    CellType.OFFICE: (
        StandingDuty(
            _("Theo dõi cải cách hành chính, thái độ phục vụ nhân dân của bộ phận"),
            DutyCategory.REGULAR,
            near_home=True,
        ),
        StandingDuty(_("Giữ liên hệ với chi bộ nơi cư trú"), DutyCategory.REGULAR),
        _YOUNG,
        _NEWS,
        _INSPECT,
    ),
    CellType.STATE_ENTERPRISE: (
        StandingDuty(_("Nắm tình hình việc làm, đời sống của một tổ sản xuất"), DutyCategory.REGULAR, near_home=True),
        _YOUNG,
        _NEWS,
        _INSPECT,
    ),
    CellType.PRIVATE_ENTERPRISE: (
        StandingDuty(
            _("Nắm tình hình hợp đồng, đời sống người lao động của một tổ"), DutyCategory.REGULAR, near_home=True
        ),
        _YOUNG,
        _NEWS,
    ),
    CellType.STUDENTS: (
        StandingDuty(_("Kèm một bạn học yếu, giữ nền nếp học tập của lớp"), DutyCategory.REGULAR, near_home=True),
        _YOUNG,
        _NEWS,
    ),
    CellType.ARMED_FORCES: (
        StandingDuty(_("Nắm tư tưởng, kỷ luật của một tiểu đội"), DutyCategory.REGULAR, near_home=True),
        _YOUNG,
        _NEWS,
    ),
}
TITLE_LIMIT = 300
TEXT_LIMIT = 2000


# ── events ────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class DutyChanged(Event):
    """A task was given, changed, reported, handed over or dropped.

    `months` are the first days of the months whose counts of tasks may have changed.
    """

    organization_id: int
    duty_id: int
    months: tuple[date, ...]
