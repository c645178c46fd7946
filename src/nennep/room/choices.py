"""In the room: roll call, guests, votes, notes (rules.md §1, forms.md §6); events.

Verbs keep the names under which the trail has known them since they stood in `meetings`.
"""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from nennep.meetings.choices import MeetingEvent


class AttendanceState(TextChoices):
    UNMARKED = "unmarked", _("Chưa ghi")
    PRESENT = "present", _("Có mặt")
    ONLINE = "online", _("Dự trực tuyến")
    LATE = "late", _("Đến muộn")
    LEFT_EARLY = "left_early", _("Về sớm")
    EXCUSED = "excused", _("Vắng có lý do")
    UNEXCUSED = "unexcused", _("Vắng không lý do")
    EXEMPT = "exempt", _("Miễn sinh hoạt")
    ELSEWHERE = "elsewhere", _("Sinh hoạt tạm thời nơi khác")
    SPECIAL_DUTY = "special_duty", _("Làm nhiệm vụ đặc biệt")
    SUSPENDED = "suspended", _("Đình chỉ sinh hoạt")

    @property
    def is_there(self) -> bool:
        """In the room or connected, if only for a part: they may speak and they count as having attended."""
        return self in {
            AttendanceState.PRESENT,
            AttendanceState.ONLINE,
            AttendanceState.LATE,
            AttendanceState.LEFT_EARLY,
        }

    @property
    def is_absent(self) -> bool:
        """Was expected and did not come, with a reason or without."""
        return self in {AttendanceState.EXCUSED, AttendanceState.UNEXCUSED}

    @property
    def is_partial(self) -> bool:
        """There for a part of the meeting: when they came or left is written down."""
        return self in {AttendanceState.LATE, AttendanceState.LEFT_EARLY}

    @property
    def is_by_standing(self) -> bool:
        """Nobody asks whether they come: it follows from how they belong to the cell."""
        return self in {
            AttendanceState.EXEMPT,
            AttendanceState.ELSEWHERE,
            AttendanceState.SPECIAL_DUTY,
            AttendanceState.SUSPENDED,
        }

    @classmethod
    def there(cls) -> tuple["AttendanceState", ...]:
        return tuple(state for state in cls if state.is_there)

    @classmethod
    def absent(cls) -> tuple["AttendanceState", ...]:
        return tuple(state for state in cls if state.is_absent)

    @classmethod
    def by_standing(cls) -> tuple["AttendanceState", ...]:
        return tuple(state for state in cls if state.is_by_standing)


class NoteModule(TextChoices):
    """Sentences that stand in every minutes book; one tap puts them at the end of a note."""

    AGREED = "agreed", _("Chi bộ thống nhất.")
    COMMITTEE = "committee", _("Giao chi ủy xem xét.")
    NO_OTHER = "no_other", _("Không có ý kiến khác.")


class RemarkKind(TextChoices):
    PRAISE = "praise", _("Biểu dương")
    REMINDER = "reminder", _("Nhắc nhở")


class MarkMethod(TextChoices):
    """How somebody's attendance came into the roll call."""

    TAP = "tap", _("Bấm trên máy")
    CODE = "code", _("Mã trong phòng họp")
    SHEET = "sheet", _("Nhập từ phiếu giấy")


class GuestKind(TextChoices):
    OFFICIAL = "official", _("Cán bộ cấp trên về dự")
    GUEST = "guest", _("Khách mời")


class GuestState(TextChoices):
    EXPECTED = "expected", _("Sẽ dự")
    PRESENT = "present", _("Có mặt")
    ABSENT = "absent", _("Không đến")


class VoteMajority(TextChoices):
    """Which of the two rules carries a vote (rules.md §1.7): `vote.ordinary` or `vote.membership`, whatever parts they ask for."""

    ORDINARY = "ordinary", _("Việc thông thường")
    MEMBERSHIP = "two_thirds", _("Kết nạp, công nhận, xóa tên đảng viên")


class VoteMethod(TextChoices):
    HANDS = "hands", _("Biểu quyết giơ tay")
    BALLOT = "ballot", _("Bỏ phiếu kín")


class Verb(TextChoices):
    OPENED = "meetings.opened", _("khai mạc buổi sinh hoạt")
    ROLL_CALLED = "meetings.roll_called", _("điểm danh")
    NOTED = "meetings.noted", _("ghi diễn biến")
    VOTED = "meetings.voted", _("ghi biểu quyết")
    CLOSED = "meetings.closed", _("bế mạc buổi sinh hoạt")
    CODE_SHOWN = "meetings.code_shown", _("mở mã điểm danh")
    GUEST_MARKED = "meetings.guest_marked", _("ghi khách, cán bộ về dự")
    BALLOT_COUNTED = "meetings.ballot_counted", _("kiểm phiếu")
    OPINION_RESERVED = "meetings.opinion_reserved", _("ghi ý kiến bảo lưu")
    MODE_CHOSEN = "meetings.mode_chosen", _("chọn hình thức sinh hoạt")
    PAST_WRITTEN = "meetings.past_written", _("nhập các buổi trước từ sổ")
    PAST_TAKEN_BACK = "meetings.past_taken_back", _("bỏ lần nhập các buổi trước")


PAST_ROWS = 6_000  # of one sheet of past meetings: eighty cells for six years, understood within seconds at each look
PAST_KEPT_DAYS = 7  # for how long an uploaded sheet of past meetings waits to be written
PAST_HEADS = 2_000  # more than a cell ever had: such a number is a slip of the hand
UNUSUAL_MINUTES = 240  # a meeting that lasted longer is asked about
CODE_TRIES = 5  # wrong codes a member may type in one meeting; then somebody marks them by hand


# ── events ────────────────────────────────────────────────────────────────────


class MeetingOpened(MeetingEvent):
    """The roll call stands, the meeting goes on."""


class RollCallChanged(MeetingEvent):
    """Somebody's attendance was marked or corrected."""


class MeetingHeld(MeetingEvent):
    """The meeting was closed."""


@dataclass(frozen=True)
class OfficialMarked(MeetingEvent):
    """The cell said whether an expected official came. `origin` is what expected them (a visit), as Guest keeps it."""

    guest_id: int
    origin_kind: str
    origin_id: str
    present: bool
