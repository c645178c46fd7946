"""Kinds of units, changes to them (rules.md §9.1), and what others are told of the changes."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from nennep.core.events import Event


class UnitKind(TextChoices):
    CENTRAL = "central", _("Trung ương")
    PROVINCE = "province", _("Đảng bộ tỉnh, thành phố")
    UPPER_DIRECT = "upper_direct", _("Đảng bộ cấp trên trực tiếp cơ sở")
    BASE = "base", _("Đảng bộ cơ sở")
    SUB = "sub", _("Đảng bộ bộ phận")
    CELL = "cell", _("Chi bộ")
    GROUP = "group", _("Tổ đảng")

    @classmethod
    def lowest(cls) -> tuple["UnitKind", ...]:
        """Cells and what is in them: below a cell stands nothing but groups."""
        return (cls.CELL, cls.GROUP)

    @classmethod
    def rating(cls) -> tuple["UnitKind", ...]:
        """Runs the yearly rating of the cells below it."""
        return (cls.UPPER_DIRECT, cls.BASE)

    @property
    def takes_over(self) -> bool:
        """Keeps the archive of what is closed below it; the committee of a part neither founds nor dissolves cells."""
        return self not in {UnitKind.SUB, UnitKind.GROUP}


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


class ChangeKind(TextChoices):
    """What may happen to a unit on a day, today or planned."""

    CREATE = "create", _("Lập đơn vị")
    RENAME = "rename", _("Đổi tên")
    MOVE = "move", _("Chuyển")
    MERGE = "merge", _("Sáp nhập")
    SPLIT = "split", _("Chia tách")
    CLOSE = "close", _("Giải thể")

    @classmethod
    def ending(cls) -> tuple["ChangeKind", ...]:
        """After which the unit is no more."""
        return (cls.MERGE, cls.CLOSE)

    @classmethod
    def regrouping(cls) -> tuple["ChangeKind", ...]:
        """After which members of the unit belong elsewhere, some of them or all."""
        return (*cls.ending(), cls.SPLIT)


class HolderFate(TextChoices):
    """What becomes of a role that somebody holds on a unit that ends."""

    DROP = "drop", _("Thôi quyền này")
    MOVE = "move", _("Giữ quyền này ở đơn vị nhận")


class ChangeState(TextChoices):
    """What became of a change that was planned for a later day."""

    WAITING = "waiting", _("Chờ đến ngày")
    DONE = "done", _("Đã thực hiện")
    CANCELLED = "cancelled", _("Đã hủy")


class Verb(TextChoices):
    PLANNED = "organizations.planned", _("định trước thay đổi đơn vị")
    PLAN_CANCELLED = "organizations.plan_cancelled", _("hủy thay đổi đơn vị đã định trước")
    CREATED = "organizations.created", _("lập đơn vị")
    RENAMED = "organizations.renamed", _("đổi tên đơn vị")
    MOVED = "organizations.moved", _("chuyển đơn vị")
    MERGED = "organizations.merged", _("sáp nhập đơn vị")
    SPLIT = "organizations.split", _("chia tách đơn vị")
    CLOSED = "organizations.closed", _("giải thể đơn vị")
    IMPORTED = "organizations.imported", _("nhập danh sách đơn vị")
    CHANGED = "organizations.changed", _("sửa thông tin đơn vị")
    TERM_STARTED = "organizations.term_started", _("bắt đầu nhiệm kỳ")


NAME_LIMIT = 200
CODE_LIMIT = 40
TERM_LIMIT = 60
REASON_LIMIT = 500
SAID_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class CellsCreated(Event):
    """New cells came into the tree, one by one or by an import."""

    organization_ids: tuple[int, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class UsageChanged(Event):
    """Another day from which the program keeps a cell, or another type: figures ask about other months, by other rules."""

    organization_id: int


@dataclass(frozen=True, slots=True)
class OrganizationRenamed(Event):
    """A unit has another name (or kind) from that day on."""

    organization_id: int
    on: date


@dataclass(frozen=True, slots=True)
class OrganizationMoved(Event):
    """A unit with all below it stands elsewhere in the tree from that day on. Its members stay in it."""

    organization_id: int
    on: date
    old_path: str
    new_path: str


@dataclass(frozen=True, slots=True)
class OrganizationMerged(Event):
    """`predecessor` ended on that day and went on in `successor`: whoever belonged to it now belongs there.

    Units below it have been moved already. No OrganizationClosed follows.
    """

    predecessor_id: int
    successor_id: int
    on: date
    at: datetime


@dataclass(frozen=True, slots=True)
class OrganizationSplit(Event):
    """`parts` were made out of `predecessor` on that day. Members are transferred by hand, one decision each."""

    predecessor_id: int
    part_ids: tuple[int, ...]
    on: date


@dataclass(frozen=True, slots=True)
class OrganizationClosed(Event):
    """A unit without members and open units below it ended on that day, without a successor."""

    organization_id: int
    on: date
    at: datetime


class Announcement(StrEnum):
    """What is told of a change: that it is planned, that it is no longer, that it happened, that its day came in vain."""

    PLANNED = "planned"
    CANCELLED = "cancelled"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ChangeAnnounced(Event):
    """A change of the units was planned, cancelled, made or could not be made; `said` in one sentence, with names.

    `unit_ids`: those whose people are to know. `planner_id`: the account that planned it, None for what happened at once.
    """

    announcement: Announcement
    unit_ids: tuple[int, ...]
    said: str
    on: date
    at: datetime
    planner_id: int | None = None
