"""What a visit problem may say and what a plan is called, by name."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

LARGEST_NUMBER = 1_000_000  # of visits, priorities and limits: more is a slip of the hand
LONGEST_ID = 200
KILOMETRES_PER_EXCESS_VISIT = 20  # what a visit beyond an official's minimum costs, in kilometres
DEFAULT_SECONDS = 50.0  # for a search that has no end of its own


class Mode(TextChoices):
    """`free`: any official attends any meeting of a cell; `follower`: one official makes all visits of a cell."""

    FREE = "free", _("Đi linh hoạt")
    FOLLOWER = "follower", _("Theo dõi cố định")


class PlanStatus(TextChoices):
    """`optimal`: every level is proven; `feasible`: the plan is valid, its distance to the bounds is stated."""

    OPTIMAL = "optimal", _("Tốt nhất, đã chứng minh")
    FEASIBLE = "feasible", _("Dùng được, chưa chứng minh là tốt nhất")


class PlanKind(TextChoices):
    YEAR = "year", _("Lịch năm")
    REPLAN = "replan", _("Điều chỉnh")
    WHAT_IF = "what_if", _("Thử phương án")


class PlanState(TextChoices):
    """A draft becomes queued, running, solved; then it is published, or a newer one replaces it."""

    DRAFT = "draft", _("Đang soạn")
    QUEUED = "queued", _("Chờ xếp lịch")
    RUNNING = "running", _("Đang xếp lịch")
    SOLVED = "solved", _("Đã xếp, chưa ban hành")
    FAILED = "failed", _("Không xếp được")
    PUBLISHED = "published", _("Đã ban hành")

    @property
    def chip(self) -> str:
        """As the style sheet names it (core/templatetags/nn.py)."""
        return {"solved": "due", "failed": "late", "published": "done"}.get(self.value, "later")


class WishKind(TextChoices):
    """What a person wants of the next solution."""

    PIN = "pin", _("Giữ buổi này")
    FORBID_DAY = "forbid_day", _("Không đi ngày này")
    FORBID_CELL = "forbid_cell", _("Không đi chi bộ này")


class Promise(TextChoices):
    """What a plan promises (rules/promises.py), in the order in which a page says it."""

    OWED = "owed", _("Lượt đi theo nghĩa vụ không kém lúc xếp")
    WANTED = "wanted", _("Lượt các chi bộ được dự không kém lúc xếp")
    MEETING = "meeting", _("Ngày dự là ngày chi bộ họp")
    AREA = "area", _("Đúng địa bàn được phân công, không dự ở chi bộ của mình")
    FREE_DAY = "free_day", _("Không vào ngày bận đã ghi")
    LIMITS = "limits", _("Mỗi ngày một buổi, mỗi tháng không quá mức")
    ALONE = "alone", _("Mỗi buổi một cán bộ")
    KEPT = "kept", _("Buổi đã giữ, đã nhận vẫn còn")
    FOLLOWER = "follower", _("Mỗi chi bộ một người theo dõi, không ai quá số chi bộ")
    QUARTERS = "quarters", _("Bốn quý đều như lúc xếp")


class Verb(TextChoices):
    DRAFTED = "planning.drafted", _("soạn lịch dự sinh hoạt")
    SETTINGS_CHANGED = "planning.settings_changed", _("sửa cách xếp lịch dự sinh hoạt")
    WISHED = "planning.wished", _("ghim, loại một buổi dự")
    SOLVED = "planning.solved", _("xếp lịch dự sinh hoạt")
    PUBLISHED = "planning.published", _("ban hành lịch dự sinh hoạt")
    ABSENCE_NOTED = "planning.absence_noted", _("ghi ngày cán bộ bận")
    TRAITS_CHANGED = "planning.traits_changed", _("ghi đặc điểm chi bộ")
    DISCARDED = "planning.discarded", _("bỏ bản lịch")


REASON_LIMIT = 300
WORDS_LIMIT = 500
SOLVING_STATES = (PlanState.QUEUED, PlanState.RUNNING)
