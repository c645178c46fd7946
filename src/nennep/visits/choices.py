"""Officials attending cells (rules.md §3): kinds, states, limits, verbs. Offices are policy: `policies/choices.py`."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from nennep.core.events import Event
from nennep.policies.choices import Office as Office
from nennep.policies.choices import VisitArea as VisitArea


class AssignTo(TextChoices):
    """Which cells an official is given at once."""

    UNFOLLOWED = "unfollowed", _("Chi bộ chưa ai theo dõi")
    TYPES = "types", _("Mọi chi bộ theo loại hình")
    SINGLE = "single", _("Từng chi bộ")


CELLS_OFFERED = 200  # how many are offered one by one; of more only those whom nobody follows, and by type


class AssignmentKind(TextChoices):
    FOLLOW = "follow", _("Theo dõi chi bộ")
    AREA = "area", _("Phụ trách địa bàn")


class VisitState(TextChoices):
    PLANNED = "planned", _("Dự kiến")
    CONFIRMED = "confirmed", _("Chi bộ đã nhận lịch")
    ATTENDED = "attended", _("Đã dự")
    MISSED = "missed", _("Không dự")
    SUBSTITUTED = "substituted", _("Có người dự thay")
    CANCELLED = "cancelled", _("Đã thôi")

    @property
    def chip(self) -> str:
        """As the style sheet names it (core/templatetags/nn.py)."""
        return {"planned": "later", "confirmed": "done", "attended": "done", "missed": "late"}.get(self.value, "")


# A visit that is still to come or has happened: it takes the official's day and the meeting's place.
LIVE_STATES = (VisitState.PLANNED, VisitState.CONFIRMED, VisitState.ATTENDED)
# Still to come.
OPEN_STATES = (VisitState.PLANNED, VisitState.CONFIRMED)
# What a planner may not move: it happened, or the cell counts on it.
LOCKED_STATES = (VisitState.CONFIRMED, VisitState.ATTENDED)


class SpeakerKind(TextChoices):
    MEMBER = "member", _("Đảng viên")
    COMMITTEE = "committee", _("Chi ủy, bí thư")
    RESIDENT = "resident", _("Người dân")
    CELL = "cell", _("Chung của chi bộ")


class OpinionOutcome(TextChoices):
    SETTLED_ON_SPOT = "settled_on_spot", _("Giải quyết tại chỗ")
    PASSED_ON = "passed_on", _("Chuyển cấp có thẩm quyền")
    NOTED = "noted", _("Ghi nhận")
    OPINION = "opinion", _("Chỉ là ý kiến")  # nothing is asked for: read, and no time runs


class Verb(TextChoices):
    OFFICE_HELD = "visits.office_held", _("ghi chức vụ cấp ủy")
    OFFICE_ENDED = "visits.office_ended", _("kết thúc chức vụ cấp ủy")
    ASSIGNED = "visits.assigned", _("phân công theo dõi chi bộ")
    ASSIGNMENT_ENDED = "visits.assignment_ended", _("thôi phân công theo dõi")
    HANDED_OVER = "visits.handed_over", _("bàn giao việc theo dõi chi bộ")
    PLANNED = "visits.planned", _("xếp lịch dự sinh hoạt")
    PUBLISHED = "visits.published", _("ban hành lịch dự sinh hoạt")
    CONFIRMED = "visits.confirmed", _("nhận lịch dự sinh hoạt")
    ATTENDED = "visits.attended", _("ghi đã dự sinh hoạt")
    MISSED = "visits.missed", _("ghi không dự sinh hoạt")
    SUBSTITUTED = "visits.substituted", _("cử người dự thay")
    MOVED = "visits.moved", _("dời lịch dự sinh hoạt")
    CANCELLED = "visits.cancelled", _("thôi lịch dự sinh hoạt")
    REPORT_STARTED = "visits.report_started", _("bắt đầu báo cáo dự sinh hoạt")
    REPORT_SUBMITTED = "visits.report_submitted", _("gửi báo cáo dự sinh hoạt")
    FILE_ATTACHED = "visits.file_attached", _("kèm tệp vào ý kiến của báo cáo dự sinh hoạt")
    FILE_REMOVED = "visits.file_removed", _("bỏ tệp kèm của ý kiến trong báo cáo dự sinh hoạt")
    REPORT_SUPPLEMENTED = "visits.report_supplemented", _("bổ sung báo cáo dự sinh hoạt")
    COMMENT_KEPT = "visits.comment_kept", _("thêm câu góp ý mẫu")


REASON_LIMIT = 300
TEXT_LIMIT = 4000
NAME_LIMIT = 200
OPINION_LIMIT = 1000
COMMENT_LIMIT = 500
CODE_LIMIT = 20  # of a line or group of a score sheet
OPINIONS_LIMIT = 50
DRAFT_FILES_DAYS = 60  # that files wait with a report which nobody sends, before its writer is told that they go
DRAFT_FILES_NOTICE_DAYS = 14  # from then until they go
REMOVED_FILES_DAYS = 30  # that a file taken out of a draft is still there, in no list
# A meeting is not improved by a long list: the official says at most three things (G13).
COMMENTS_PER_VISIT = 3
MAX_SCORE = 100


@dataclass(frozen=True, slots=True)
class VisitChanged(Event):
    """A visit of the cell was planned, moved or settled; `days`: the day it is planned for, and that before."""

    organization_id: int
    days: frozenset[date]


@dataclass(frozen=True, slots=True)
class VisitReported(Event):
    """An official sent the report of a visit; it is final."""

    report_id: int
    at: datetime
