"""Members: sex, membership, standing, posts (rules.md §1.2, §1.8, §5)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from nennep.core.events import Event

AHEAD_LIMIT_DAYS = 366  # how far ahead an absence or a post is settled


class Sex(TextChoices):
    MALE = "male", _("Nam")
    FEMALE = "female", _("Nữ")


class MembershipKind(TextChoices):
    """OFFICIAL: on the rolls of this cell. TEMPORARY: sits here for a while, on the rolls of another (rules.md §5.5)."""

    OFFICIAL = "official", _("Sinh hoạt chính thức")
    TEMPORARY = "temporary", _("Sinh hoạt tạm thời")


class Standing(TextChoices):
    OFFICIAL = "official", _("Đảng viên chính thức")
    PROBATIONARY = "probationary", _("Đảng viên dự bị")
    EXEMPT = "exempt", _("Miễn công tác và sinh hoạt")
    ELSEWHERE = "elsewhere", _("Sinh hoạt tạm thời nơi khác")
    SUSPENDED = "suspended", _("Đình chỉ sinh hoạt")
    SPECIAL_DUTY = "special_duty", _("Làm nhiệm vụ đặc biệt")

    @property
    def is_active(self) -> bool:
        """Sits with the cell and works in it: is called to its meetings and may be given a task."""
        return self in {Standing.OFFICIAL, Standing.PROBATIONARY}

    @property
    def is_away(self) -> bool:
        """On the rolls, and not in the cell's meetings for a while: elsewhere, on duty, or barred from them."""
        return self in {Standing.ELSEWHERE, Standing.SPECIAL_DUTY, Standing.SUSPENDED}

    @classmethod
    def active(cls) -> tuple["Standing", ...]:
        return tuple(standing for standing in cls if standing.is_active)

    @classmethod
    def away(cls) -> tuple["Standing", ...]:
        return tuple(standing for standing in cls if standing.is_away)


class Ending(TextChoices):
    """Why a membership row ended; empty for a change of standing."""

    MOVED = "moved", _("Chuyển sinh hoạt đến chi bộ khác")
    MOVED_OUT = "moved_out", _("Chuyển đi nơi khác")
    RETURNED = "returned", _("Hết thời gian sinh hoạt tạm thời")
    UNIT_CHANGED = "unit_changed", _("Chi bộ sáp nhập, giải thể")
    DECEASED = "deceased", _("Từ trần")
    WITHDREW = "withdrew", _("Xin ra khỏi Đảng")
    REMOVED = "removed", _("Xóa tên")
    EXPELLED = "expelled", _("Khai trừ")


class PostKind(TextChoices):
    SECRETARY = "secretary", _("Bí thư")
    DEPUTY_SECRETARY = "deputy_secretary", _("Phó bí thư")
    COMMITTEE_MEMBER = "committee_member", _("Chi ủy viên")
    GROUP_HEAD = "group_head", _("Tổ trưởng tổ đảng")

    @property
    def signs(self) -> bool:
        """Signs what the cell sends out, the secretary before the deputy."""
        return self in {PostKind.SECRETARY, PostKind.DEPUTY_SECRETARY}

    @property
    def may_stand_in(self) -> bool:
        """Does the secretary's work while the secretary is away."""
        return self in {PostKind.DEPUTY_SECRETARY, PostKind.COMMITTEE_MEMBER}

    @classmethod
    def committee(cls) -> tuple["PostKind", ...]:
        """Those that lead a unit together, the highest first."""
        return (cls.SECRETARY, cls.DEPUTY_SECRETARY, cls.COMMITTEE_MEMBER)


class Reach(TextChoices):
    """How papers and notices reach this member."""

    APP = "app", _("Điện thoại")
    EMAIL = "email", _("Thư điện tử")
    SMS = "sms", _("Tin nhắn")
    PRINT = "print", _("Bản in chữ to")


class Verb(TextChoices):
    CREATED = "members.created", _("lập hồ sơ đảng viên")
    CHANGED = "members.changed", _("sửa hồ sơ đảng viên")
    STANDING_CHANGED = "members.standing_changed", _("đổi tư cách sinh hoạt")
    TRANSFERRED = "members.transferred", _("chuyển sinh hoạt")
    LEFT = "members.left", _("ra khỏi danh sách")
    POST_GIVEN = "members.post_given", _("giao chức vụ")
    POST_ENDED = "members.post_ended", _("thôi chức vụ")
    POST_PLANNED = "members.post_planned", _("định trước việc giao chức vụ")
    POST_PLAN_CANCELLED = "members.post_plan_cancelled", _("hủy việc giao chức vụ đã định trước")
    PARTS_CHOSEN = "members.parts_chosen", _("chọn ai sang chi bộ mới khi chia tách")
    STAND_IN_BEGUN = "members.stand_in_begun", _("giao thay bí thư")
    STAND_IN_ENDED = "members.stand_in_ended", _("thôi thay bí thư")
    IMPORTED = "members.imported", _("nhập danh sách đảng viên")
    MERGED = "members.merged", _("gộp hồ sơ trùng")
    ACCOUNT_OPENED = "members.account_opened", _("mở tài khoản cho đảng viên")


@dataclass(frozen=True, slots=True)
class MembersMerged(Event):
    """What pointed at the member `dropped_id` now belongs to `kept_id`: the higher contexts move their rows."""

    kept_id: int
    dropped_id: int


@dataclass(frozen=True, slots=True)
class StandInBegun(Event):
    """Somebody does the work of the cell's secretary, the member `secretary_id`, from a day until before another."""

    organization_id: int
    secretary_id: int
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class MembershipsChanged(Event):
    """Where members belong, or how, changed from that day on: counts of that day and later are stale."""

    members: frozenset[int]
    since: date


COUNTED_FIELDS = frozenset({"sex", "born_on", "born_year"})  # of the records: figures of every month follow them


@dataclass(frozen=True, slots=True)
class MemberCorrected(Event):
    """`fields` of the member's record say something else now; they were always so."""

    member_id: int
    fields: frozenset[str]


# How somebody leaves the rolls by a decision; the other endings follow from transfers and from changes of units.
LEAVINGS = (Ending.MOVED_OUT, Ending.DECEASED, Ending.WITHDREW, Ending.REMOVED, Ending.EXPELLED)


class ImportState(TextChoices):
    """REVIEWED: being looked at. QUEUED, RUNNING: a job writes. WRITTEN: what could be written is. FAILED: nothing was."""

    REVIEWED = "reviewed", _("Đang xem lại")
    QUEUED = "queued", _("Chờ ghi")
    RUNNING = "running", _("Đang ghi")
    WRITTEN = "written", _("Đã ghi")
    FAILED = "failed", _("Không ghi được")

    @property
    def is_in_work(self) -> bool:
        """The job has it, or will have it next."""
        return self in ImportState.in_work()

    @staticmethod
    def in_work() -> frozenset["ImportState"]:
        return frozenset({ImportState.QUEUED, ImportState.RUNNING})


CODES_AT_ONCE = 100  # each takes a slow digest: a sheet of a hundred is ready in some seconds
IMPORT_DAYS = 7  # for how long an uploaded file is kept
IMPORT_AT_ONCE = 500  # persons; more are written in the background
NAME_LIMIT = 120
CARD_LIMIT = 20
TEXT_LIMIT = 200
IDENTITY_PURPOSE = "identity_number"
NUMBERS = "members.numbers"  # the lock shared by whoever gives a number, held alone by an import of many
