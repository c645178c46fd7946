"""What people ask for and what became of it (rules.md §7), and the events by which higher contexts learn of it."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from nennep.core.events import Event


class PetitionField(TextChoices):
    LAND = "land", _("Đất đai, xây dựng")
    ROADS = "roads", _("Đường, điện, nước, công trình")
    LIVELIHOOD = "livelihood", _("Sản xuất, đời sống, chính sách")
    ORDER = "order", _("An ninh trật tự")
    ENVIRONMENT = "environment", _("Môi trường")
    CULTURE = "culture", _("Văn hóa, y tế, giáo dục")
    PARTY = "party", _("Xây dựng Đảng")
    OTHER = "other", _("Việc khác")


class PetitionState(TextChoices):
    """An answer is not yet a solution: the cell says at its next meeting whether the matter is settled."""

    OPEN = "open", _("Chưa trả lời")
    CLARIFYING = "clarifying", _("Chờ người nêu nói rõ")
    PROMISED = "promised", _("Đã hẹn ngày giải quyết")
    ANSWERED = "answered", _("Đã trả lời")
    SOLVED = "solved", _("Đã giải quyết")
    OPINION = "opinion", _("Ý kiến, chưa đọc")
    READ = "read", _("Ý kiến đã đọc")
    WITHDRAWN = "withdrawn", _("Thôi kiến nghị")
    JOINED = "joined", _("Đã gộp vào kiến nghị khác")

    @classmethod
    def unanswerable(cls) -> tuple["PetitionState", ...]:
        """Nobody owes an answer of its own."""
        return (cls.OPINION, cls.READ, cls.WITHDRAWN, cls.JOINED)


HIDDEN_ASKER = _("Chi bộ nói thay người nêu")


class Word(TextChoices):
    """What the cell that asked says of an answer at its next meeting."""

    SATISFIED = "satisfied", _("Đã giải quyết xong")
    PARTLY = "partly", _("Được một phần")
    NOT = "not", _("Chưa được")


class WorkList(TextChoices):
    """One list of what a unit has to do with petitions; the value stands in addresses."""

    TO_ANSWER = "cho-tra-loi", _("Cần trả lời")
    MINE = "toi-xu-ly", _("Tôi đang xử lý")
    THIS_WEEK = "tuan-nay", _("Đến hạn 7 ngày tới")
    OVERDUE = "qua-han", _("Quá hạn")
    PROMISED = "da-hen", _("Đã hẹn")
    PROMISE_BROKEN = "qua-hen", _("Quá hẹn")
    OUTSIDE = "o-ngoai", _("Đang ở nơi ngoài")
    CLARIFYING = "cho-noi-ro", _("Chờ nói rõ")
    BOUNCED = "bi-tra", _("Bị chuyển trả")
    RISEN = "tu-len", _("Tự chuyển lên")
    WORD = "cho-chi-bo", _("Chờ chi bộ")
    OPINIONS = "y-kien", _("Ý kiến chưa đọc")
    BELOW = "ben-duoi", _("Ở bên dưới")


class BoardFigure(TextChoices):
    """One figure of the board's view; the value stands in addresses."""

    RAISED = "da-neu", _("Đã nêu")
    ON_SPOT = "tai-cho", _("Giải quyết tại chỗ")
    DUE = "den-han", _("Đến hạn")
    IN_TIME = "dung-han", _("Trả lời đúng hạn")
    LATE = "tre-han", _("Trả lời trễ")
    OVERDUE = "qua-han", _("Lỡ hạn, chưa trả lời")
    SOLVED = "da-xong", _("Đã khép lại")
    SATISFIED = "chi-bo-xac-nhan", _("Chi bộ xác nhận xong")
    WAITING = "dang-cho", _("Đang chờ")


class BoardTally(StrEnum):
    """What is counted of a petition; figures of the board are sums of tallies (docs/adr/0034). The value is stored.

    `ENDED` has the days to the first answer; `MISSED` is unanswered with a last day that went by, `RUNNING` unanswered without one.
    """

    RAISED = "raised"
    ON_SPOT = "on_spot"
    ENDED = "ended"
    UNANSWERED = "unanswered"
    IN_TIME = "in_time"
    LATE = "late"
    MISSED = "missed"
    RUNNING = "running"
    SOLVED = "solved"
    SATISFIED = "satisfied"
    WAITING = "waiting"

    @property
    def is_by_day(self) -> bool:
        """Counted by the day, not by the month: what waits, and what was answered before its last day, is compared with today."""
        return self in {BoardTally.UNANSWERED, BoardTally.RUNNING, BoardTally.WAITING, BoardTally.IN_TIME}

    @property
    def is_of_raising(self) -> bool:
        """Counted where the cell stood when it asked; the others where it stood when the matter was settled, or stands."""
        return self in {BoardTally.RAISED, BoardTally.ON_SPOT, BoardTally.ENDED, BoardTally.UNANSWERED}


class BoardGroup(TextChoices):
    """By what the board's view is divided."""

    FIELD = "linh-vuc", _("Lĩnh vực")
    UNIT = "don-vi", _("Đơn vị")
    BODY = "noi", _("Nơi ngoài hệ thống")


FLOW = "dong"  # the sums of where petitions go, beside those of `BoardGroup`


class StepKind(TextChoices):
    NOTED = "noted", _("ghi nhận")
    PASSED_ON = "passed_on", _("chuyển")
    MERGED = "merged", _("sáp nhập, kiến nghị chuyển theo")
    ANSWERED = "answered", _("trả lời")
    SOLVED = "solved", _("xác nhận đã giải quyết")
    REOPENED = "reopened", _("mở lại")
    WITHDRAWN = "withdrawn", _("thôi kiến nghị")
    JOINED = "joined", _("gộp hai kiến nghị cùng việc")
    SEPARATED = "separated", _("tách kiến nghị đã gộp")
    EXTENDED = "extended", _("gia hạn trả lời")
    ASKED = "asked", _("hỏi thêm người nêu")
    CLARIFIED = "clarified", _("đã rõ, tính hạn tiếp")
    BOUNCED = "bounced", _("không thuộc thẩm quyền, chuyển")
    RISEN = "risen", _("tự chuyển lên cấp trên")
    ROUTED = "routed", _("gửi nơi ngoài hệ thống")
    ENDED = "ended", _("nơi giải quyết kết thúc hoạt động, trở lại")
    DONE = "done", _("báo đã làm xong")
    PARTLY = "partly", _("được một phần, mở lại")
    READ = "read", _("đã đọc")
    RECOUNTED = "recounted", _("tính lại hạn vì ngày nghỉ đã sửa")
    CORRECTED = "corrected", _("sửa lại hạn đã tính sai")

    @property
    def starts_clock(self) -> bool:
        """From its day on whoever holds the petition has the whole time again."""
        return self in {StepKind.NOTED, StepKind.PASSED_ON, StepKind.REOPENED, StepKind.PARTLY}

    @property
    def keeps_last_day(self) -> bool:
        """The last day of the clock is kept with it as it stood: a list of days off corrected later changes it no more."""
        return self in _KEEPING


_KEEPING = {
    *(StepKind.PASSED_ON, StepKind.REOPENED, StepKind.PARTLY),
    *(StepKind.ANSWERED, StepKind.EXTENDED, StepKind.RISEN),
}


COUNTED_ANEW = frozenset({StepKind.RECOUNTED, StepKind.CORRECTED})  # by the program: nobody did anything
HANDED_ON = frozenset({StepKind.PASSED_ON, StepKind.MERGED, StepKind.BOUNCED, StepKind.RISEN})  # it lies elsewhere then
SENDING = (
    StepKind.PASSED_ON,
    StepKind.BOUNCED,
    StepKind.RISEN,
    StepKind.ROUTED,
)  # somebody else is to answer from then on


class StepPaper(TextChoices):
    """What goes out with a step; the value ends its address."""

    SLIP = "phieu-chuyen", _("Phiếu chuyển")
    REPLY = "cong-van-tra-loi", _("Công văn trả lời")
    EXTENSION = "thong-bao-gia-han", _("Thông báo gia hạn")


STEP_PAPERS = {
    StepKind.PASSED_ON: StepPaper.SLIP,
    StepKind.BOUNCED: StepPaper.SLIP,
    StepKind.ROUTED: StepPaper.SLIP,
    StepKind.ANSWERED: StepPaper.REPLY,
    StepKind.EXTENDED: StepPaper.EXTENSION,
}


class PracticeKind(TextChoices):
    """What stands in the library: how a petition was settled, or what a cell does well."""

    ANSWER = "answer", _("Cách đã giải quyết")
    INITIATIVE = "initiative", _("Sáng kiến")


class PracticeState(TextChoices):
    PROPOSED = "proposed", _("Chờ duyệt")
    PUBLISHED = "published", _("Đã đăng")
    DECLINED = "declined", _("Không đăng")


class Shelf(TextChoices):
    """One part of the library; the value stands in addresses."""

    PUBLISHED = "", _("Đang dùng")
    PROPOSED = "cho-duyet", _("Chờ duyệt")
    RETIRED = "da-thoi", _("Đã thôi dùng")


class Verb(TextChoices):
    NOTED = "petitions.noted", _("ghi kiến nghị")
    PASSED_ON = "petitions.passed_on", _("chuyển kiến nghị")
    ANSWERED = "petitions.answered", _("trả lời kiến nghị")
    SOLVED = "petitions.solved", _("xác nhận kiến nghị đã giải quyết")
    REOPENED = "petitions.reopened", _("mở lại kiến nghị")
    WITHDRAWN = "petitions.withdrawn", _("thôi kiến nghị")
    JOINED = "petitions.joined", _("gộp hai kiến nghị")
    SEPARATED = "petitions.separated", _("tách kiến nghị đã gộp")
    EXTENDED = "petitions.extended", _("gia hạn trả lời kiến nghị")
    ASKED = "petitions.asked", _("hỏi thêm người nêu kiến nghị")
    CLARIFIED = "petitions.clarified", _("nói rõ kiến nghị")
    RISEN = "petitions.risen", _("kiến nghị tự chuyển lên cấp trên")
    ROUTED = "petitions.routed", _("gửi kiến nghị cho nơi ngoài hệ thống")
    DONE = "petitions.done", _("báo kiến nghị đã làm xong")
    READ = "petitions.read", _("đọc ý kiến")
    BODY_WRITTEN = "petitions.body_written", _("ghi nơi giải quyết ngoài hệ thống")
    BODY_ENDED = "petitions.body_ended", _("nơi giải quyết ngoài hệ thống kết thúc hoạt động")
    EXPORTED = "petitions.exported", _("tải danh sách kiến nghị")
    FILE_ATTACHED = "petitions.file_attached", _("kèm tệp vào kiến nghị")
    FILE_REMOVED = "petitions.file_removed", _("bỏ tệp kèm của kiến nghị")
    FILE_RESTORED = "petitions.file_restored", _("khôi phục tệp kèm của kiến nghị")
    FILE_OPENED = "petitions.file_opened", _("mở tệp kèm của kiến nghị")
    RECOUNTED = "petitions.recounted", _("tính lại hạn trả lời vì ngày nghỉ đã sửa")
    CORRECTED = "petitions.corrected", _("sửa lại hạn trả lời đã tính sai")
    PRACTICE_PROPOSED = "petitions.practice_proposed", _("đề xuất sáng kiến")
    PRACTICE_PUBLISHED = "petitions.practice_published", _("đăng cách làm hay vào thư viện")
    PRACTICE_DECLINED = "petitions.practice_declined", _("không đăng sáng kiến")
    PRACTICE_RETIRED = "petitions.practice_retired", _("thôi dùng cách làm trong thư viện")
    PRACTICE_THANKED = "petitions.practice_thanked", _("cảm ơn cách làm trong thư viện")
    FOLLOWED = "petitions.followed", _("chuyển kiến nghị theo đơn vị sáp nhập, giải thể")


RUNNING = (PetitionState.OPEN, PetitionState.CLARIFYING)  # nobody has answered
SPOKEN_TO = (PetitionState.PROMISED, PetitionState.ANSWERED)  # answered, and the cell has not given its word
UNANSWERED = (*RUNNING, PetitionState.JOINED)  # joined ones until the one answer is there
OPINIONS = (PetitionState.OPINION, PetitionState.READ)
WAITING = (*RUNNING, *SPOKEN_TO)  # not settled yet
UNSETTLED = (*WAITING, PetitionState.OPINION)
TEXT_LIMIT = 2000
NAME_LIMIT = 200
PLACE_LIMIT = 120
TITLE_LIMIT = 200
ASKERS_LIMIT = 40
CONTACT_LIMIT = 300
LETTER_LIMIT = 100
VIEW_NAME_LIMIT = 60
VIEWS_LIMIT = 10  # of one person in one unit: they stand above the lists of a page
FILES_LIMIT = 10  # that go with one petition
WORD_LIMIT = 20  # letters of a word that is searched


# ── events ────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class PetitionChanged(Event):
    """A petition was noted, passed on, answered, settled, reopened or withdrawn."""

    organization_id: int
    petition_id: int


PETITION = "petitions.petition"  # the kind of origin of a file that goes with one
MEETING = "meetings.meeting"  # the kind of origin of what was asked for in one
FIRST_LISTS = (
    WorkList.TO_ANSWER,
    WorkList.MINE,
    WorkList.THIS_WEEK,
    WorkList.OVERDUE,
    WorkList.BELOW,
)  # the others are folded
