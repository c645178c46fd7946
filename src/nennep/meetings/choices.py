"""Meetings: kinds, modes, states, roll call, agenda topics (rules.md §1, forms.md §4 and §6); events.

The events stand at the end: higher contexts subscribe to them (core/events.py).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from nennep.core.events import Event


class MeetingKind(TextChoices):
    REGULAR = "regular", _("Sinh hoạt thường kỳ")
    THEMATIC = "thematic", _("Sinh hoạt chuyên đề")
    COMBINED = "combined", _("Sinh hoạt thường kỳ gắn chuyên đề")
    EXTRAORDINARY = "extraordinary", _("Sinh hoạt bất thường")

    @property
    def is_monthly(self) -> bool:
        """A regular meeting of the cell, which is held once a month, with a theme or without."""
        return self in {MeetingKind.REGULAR, MeetingKind.COMBINED}

    @property
    def is_themed(self) -> bool:
        return self in {MeetingKind.THEMATIC, MeetingKind.COMBINED}

    @classmethod
    def monthly(cls) -> tuple["MeetingKind", ...]:
        return tuple(kind for kind in cls if kind.is_monthly)

    @classmethod
    def themed(cls) -> tuple["MeetingKind", ...]:
        return tuple(kind for kind in cls if kind.is_themed)


class MeetingMode(TextChoices):
    IN_PERSON = "in_person", _("Trực tiếp")
    ONLINE = "online", _("Trực tuyến")
    HYBRID = "hybrid", _("Trực tiếp và trực tuyến")
    BY_GROUP = "by_group", _("Theo tổ đảng")

    @property
    def may_be_followed(self) -> bool:
        """From elsewhere: only where all, or some, do not sit in the room."""
        return self in {MeetingMode.ONLINE, MeetingMode.HYBRID}


class MeetingState(TextChoices):
    PLANNED = "planned", _("Chưa họp")
    OPEN = "open", _("Đang họp")
    HELD = "held", _("Đã họp")
    CANCELLED = "cancelled", _("Không họp")

    @property
    def chip(self) -> str:
        """As the style sheet names it (core/templatetags/nn.py)."""
        return {"planned": "later", "open": "due", "held": "done", "cancelled": ""}[self.value]

    @property
    def has_begun(self) -> bool:
        """It was opened: the roll call stands."""
        return self in {MeetingState.OPEN, MeetingState.HELD}

    @property
    def is_ahead(self) -> bool:
        """It is still to come, or goes on."""
        return self in {MeetingState.PLANNED, MeetingState.OPEN}

    @classmethod
    def begun(cls) -> tuple["MeetingState", ...]:
        return tuple(state for state in cls if state.has_begun)

    @classmethod
    def ahead(cls) -> tuple["MeetingState", ...]:
        return tuple(state for state in cls if state.is_ahead)


class NoticeAnswer(TextChoices):
    COMING = "coming", _("Sẽ dự")
    ONLINE = "online", _("Dự trực tuyến")
    EXCUSED = "excused", _("Xin vắng")


class Phase(TextChoices):
    OPENING = "opening", _("Mở đầu")
    PROCEEDINGS = "proceedings", _("Tiến hành")
    CLOSING = "closing", _("Kết thúc")


class Topic(TextChoices):
    """What an agenda item is about; the content coverage counts minutes per topic (G8)."""

    OPENING = "opening", _("Khai mạc, điểm danh, thông qua chương trình")
    BULLETIN = "bulletin", _("Thời sự, bản tin sinh hoạt chi bộ, văn bản mới")
    STUDY = "study", _("Học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh")
    LAST_MONTH = "last_month", _("Kết quả thực hiện nghị quyết tháng trước")
    PETITIONS = "petitions", _("Trả lời kiến nghị")
    NEXT_MONTH = "next_month", _("Nhiệm vụ tháng tới, phân công")
    THEME = "theme", _("Chuyên đề")
    POLITICAL_TASK = "political_task", _("Nhiệm vụ chính trị của đơn vị")
    UNITY = "unity", _("Chủ trương, chính sách, đoàn kết")
    ECONOMY_ORDER = "economy_order", _("Kinh tế, an ninh trật tự, tiêu chí địa bàn")
    DEMOCRACY = "democracy", _("Dân chủ ở cơ sở")
    INTEGRITY = "integrity", _("Chống lãng phí, tham nhũng, tiêu cực")
    REFORM = "reform", _("Cải cách hành chính, chuyển đổi số")
    WORKERS = "workers", _("Đời sống, việc làm, đoàn thể")
    DISCIPLINE = "discipline", _("Kỷ luật, nền nếp, điều lệnh")
    LEARNING = "learning", _("Học tập, nghiên cứu, rèn luyện")
    VOLUNTEERING = "volunteering", _("Hoạt động tình nguyện, xã hội")
    RECRUITMENT = "recruitment", _("Phát triển đảng viên")
    INSPECTION = "inspection", _("Kiểm tra, giám sát")
    SELF_CRITICISM = "self_criticism", _("Tự phê bình và phê bình")
    PRAISE = "praise", _("Biểu dương, nhắc nhở")
    UPPER_WORDS = "upper_words", _("Ý kiến của cấp trên")
    CONCLUSION = "conclusion", _("Kết luận, biểu quyết nghị quyết")
    SCORING = "scoring", _("Chấm điểm buổi sinh hoạt, thông qua biên bản")
    OTHER = "other", _("Nội dung khác")


class AdviceState(TextChoices):
    """What became of a comment that somebody gave the cell (G13)."""

    OPEN = "open", _("Chưa trả lời")
    TAKEN_UP = "taken_up", _("Đã làm")
    PARTLY = "partly", _("Làm được một phần")
    NOT_TAKEN = "not_taken", _("Chưa làm")

    @property
    def chip(self) -> str:
        """As the style sheet names it (core/templatetags/nn.py)."""
        return {"open": "later", "taken_up": "done", "partly": "due", "not_taken": "late"}[self.value]


class ThemeState(TextChoices):
    PLANNED = "planned", _("Trong kế hoạch")
    DROPPED = "dropped", _("Thôi")


class Verb(TextChoices):
    SCHEDULED = "meetings.scheduled", _("lập lịch sinh hoạt")
    MOVED = "meetings.moved", _("dời ngày sinh hoạt")
    CANCELLED = "meetings.cancelled", _("ghi không họp")
    AGENDA_CHANGED = "meetings.agenda_changed", _("sửa chương trình")
    ANNOUNCED = "meetings.announced", _("gửi thông báo, tài liệu")
    ANSWERED = "meetings.answered", _("trả lời giấy mời")
    DEPARTED = "meetings.departed", _("ghi lý do khác quy định")
    PREMEETING_SAVED = "meetings.premeeting_saved", _("ghi họp chi ủy")
    THEME_PLANNED = "meetings.theme_planned", _("sửa kế hoạch chuyên đề")
    ADVISED = "meetings.advised", _("góp ý cho chi bộ")
    ADVICE_ANSWERED = "meetings.advice_answered", _("trả lời góp ý")
    ROUTINE_CHANGED = "meetings.routine_changed", _("sửa ngày sinh hoạt cố định")


TITLE_LIMIT = 300
PLACE_LIMIT = 200
MESSAGE_LIMIT = 1000  # of a notice
REASON_LIMIT = 500
NOTE_LIMIT = 20000
CELLS_OF_A_JOB = 20  # planned by one job in the background
TAPPED_TWICE = timedelta(minutes=1)  # the same sent again within this time was not meant twice


# ── events ────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class MeetingEvent(Event):
    """Something about one meeting; `month` is the first day of the month it counts for."""

    organization_id: int
    meeting_id: int
    month: date


@dataclass(frozen=True)
class MeetingAnnounced(MeetingEvent):
    """The members were called: programme and notice went out, for the first time or once more."""

    at: datetime


@dataclass(frozen=True)
class CommitteeConcluded(MeetingEvent):
    """The committee agreed what the cell shall talk about."""

    at: datetime


class MeetingScheduled(MeetingEvent):
    """A meeting was planned, moved, cancelled or restored."""


@dataclass(frozen=True)
class MeetingsMoved(Event):
    """Meetings to come moved to another day with a rule, many at once. None of them is over, nothing counted them yet."""

    meeting_ids: tuple[int, ...]


@dataclass(frozen=True)
class RoutineChanged(Event):
    """From that month on the cell has another fixed day, hour or place of its own, or none any more."""

    organization_id: int
    since: date


@dataclass(frozen=True)
class AdviceAnswered(MeetingEvent):
    """The cell said at a meeting what became of a comment."""

    advice_id: int
