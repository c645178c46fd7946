"""Yearly rating: levels, steps, kinds of subjects (rules.md §4, addendum (a))."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from nennep.core.events import Event


class RatingLevel(TextChoices):
    """The four levels of 366-QĐ/TW, the highest first."""

    EXCELLENT = "excellent", _("Hoàn thành xuất sắc nhiệm vụ")
    GOOD = "good", _("Hoàn thành tốt nhiệm vụ")
    SATISFACTORY = "satisfactory", _("Hoàn thành nhiệm vụ")
    UNSATISFACTORY = "unsatisfactory", _("Không hoàn thành nhiệm vụ")

    @property
    def rank(self) -> int:
        """3 for the highest, 0 for the lowest."""
        return 3 - list(RatingLevel).index(self)

    @property
    def is_good_or_better(self) -> bool:
        return self in {RatingLevel.EXCELLENT, RatingLevel.GOOD}

    @classmethod
    def good_or_better(cls) -> tuple["RatingLevel", ...]:
        return tuple(level for level in cls if level.is_good_or_better)


class SubjectKind(TextChoices):
    """What is rated; the order in one unit: the collective before the individuals, all before the organisation."""

    MEMBER = "member", _("Đảng viên")
    LEADERSHIP = "leadership", _("Tập thể lãnh đạo")
    CELL = "cell", _("Chi bộ")
    BASE = "base", _("Tổ chức cơ sở đảng")

    @property
    def is_collective(self) -> bool:
        return self != SubjectKind.MEMBER

    @property
    def is_organisation(self) -> bool:
        return self in {SubjectKind.CELL, SubjectKind.BASE}

    @classmethod
    def collectives(cls) -> tuple["SubjectKind", ...]:
        return tuple(kind for kind in cls if kind.is_collective)

    @classmethod
    def organisations(cls) -> tuple["SubjectKind", ...]:
        return tuple(kind for kind in cls if kind.is_organisation)


class CapGroup(TextChoices):
    """Groups alike in position and function, inside which the cap is reckoned (366-QĐ/TW, Article 11; rules.md §4.5).

    The text leaves the groups to the level that decides. Ours: members without a leading post, cell by cell (addendum a.3);
    whoever leads a cell (form 2A) among their like in the round; the committees of cells, and cells, under one unit; the
    committees of base organisations, and these, under the unit that decides about them.
    """

    MEMBERS = "members", _("Đảng viên không giữ chức vụ")
    LEADERS = "leaders", _("Bí thư, phó bí thư các chi bộ")
    COMMITTEES = "committees", _("Cấp ủy các chi bộ")
    CELLS = "cells", _("Các chi bộ")
    BASE_COMMITTEES = "base_committees", _("Cấp ủy các tổ chức cơ sở đảng")
    BASES = "bases", _("Các tổ chức cơ sở đảng")

    @property
    def is_of_bases(self) -> bool:
        """Decided a level above the round."""
        return self in {CapGroup.BASE_COMMITTEES, CapGroup.BASES}

    @classmethod
    def of_round(cls) -> tuple["CapGroup", ...]:
        """Those in which a round is looked at as a whole, by its own unit."""
        return (cls.LEADERS, cls.COMMITTEES, cls.CELLS)

    @classmethod
    def above_round(cls) -> tuple["CapGroup", ...]:
        return tuple(group for group in cls if group.is_of_bases)


class RatedForm(TextChoices):
    """The form of the review: 01 collectives; 2A leaders, 2B others in the system, 2C those outside of it."""

    COLLECTIVE = "01", _("Mẫu 01 (tập thể)")
    LEADER = "2A", _("Mẫu 2A (lãnh đạo, quản lý)")
    STAFF = "2B", _("Mẫu 2B (không giữ chức vụ)")
    OUTSIDE = "2C", _("Mẫu 2C (ngoài hệ thống chính trị)")

    @classmethod
    def of_members(cls) -> tuple["RatedForm", ...]:
        return tuple(form for form in cls if form != RatedForm.COLLECTIVE)


class RatingState(TextChoices):
    """The steps of a.5 in their order. Beside them: not rated at all, and re-rated by another row."""

    OPENED = "opened", _("Chưa kiểm điểm")
    DRAFTING = "drafting", _("Đã viết bản kiểm điểm")
    COMMENTED = "commented", _("Đã lấy ý kiến nhận xét")
    REVIEWED = "reviewed", _("Đã kiểm điểm tại hội nghị")
    VOTED = "voted", _("Đã bỏ phiếu")
    PROPOSED = "proposed", _("Đã đề nghị lên cấp trên")
    APPRAISED = "appraised", _("Đã thẩm định")
    DECIDED = "decided", _("Đã quyết định")
    ANNOUNCED = "announced", _("Đã thông báo")
    FILED = "filed", _("Đã lưu hồ sơ")
    NOT_RATED = "not_rated", _("Không xếp loại")
    REPLACED = "replaced", _("Đã xếp loại lại")

    @property
    def step(self) -> int:
        """Which step it stands on; -1 beside the steps."""
        return -1 if self in {RatingState.NOT_RATED, RatingState.REPLACED} else list(RatingState).index(self)

    @property
    def is_settled(self) -> bool:
        """Decided, or nothing to decide: its values never change in place."""
        return self.step < 0 or self.step >= RatingState.DECIDED.step

    @property
    def is_decided(self) -> bool:
        return self.step >= RatingState.DECIDED.step

    @property
    def chip(self) -> str:
        """`data-state` of the chip."""
        if self.step <= 0:
            return ""
        return "done" if self.is_settled else "due"

    @classmethod
    def settled(cls) -> tuple["RatingState", ...]:
        return tuple(state for state in cls if state.is_settled)

    @classmethod
    def decided(cls) -> tuple["RatingState", ...]:
        return tuple(state for state in cls if state.is_decided)

    @classmethod
    def before_review(cls) -> tuple["RatingState", ...]:
        """The form may still be written."""
        return tuple(state for state in cls if 0 <= state.step < cls.REVIEWED.step)

    @classmethod
    def reviewed(cls) -> tuple["RatingState", ...]:
        """May be proposed."""
        return (cls.REVIEWED, cls.VOTED)

    @classmethod
    def waiting(cls) -> tuple["RatingState", ...]:
        """With the level that decides."""
        return (cls.PROPOSED, cls.APPRAISED)

    @classmethod
    def waited_for(cls) -> tuple["RatingState", ...]:
        """The steps by which others go on, the last one first."""
        return (cls.DECIDED, cls.PROPOSED)

    @classmethod
    def before_proposal(cls) -> tuple["RatingState", ...]:
        """Still with the cell."""
        return tuple(state for state in cls if 0 <= state.step < cls.PROPOSED.step)


class NotRatedReason(TextChoices):
    """366-QĐ/TW, Article 5: who is not reviewed and rated. Then: who or what is listed but no subject of this round any more."""

    EXEMPT = "exempt", _("Được miễn công tác và sinh hoạt")
    SUSPENDED = "suspended", _("Bị đình chỉ sinh hoạt")
    NEW = "new", _("Mới vào Đảng, chưa đủ thời gian")
    GONE = "gone", _("Không còn sinh hoạt trong các đơn vị của đợt này")
    ENDED = "ended", _("Đơn vị hoặc cấp ủy không còn trong đợt này")
    ELSEWHERE = "elsewhere", _("Đã kiểm điểm trong đợt của đơn vị khác")
    DOUBLE = "double", _("Hồ sơ trùng, đã gộp")

    @property
    def is_of_text(self) -> bool:
        """One of the document's own, which reports upward count; the others are nobody of this round."""
        return self in {NotRatedReason.EXEMPT, NotRatedReason.SUSPENDED, NotRatedReason.NEW}

    @classmethod
    def of_text(cls) -> tuple["NotRatedReason", ...]:
        return tuple(reason for reason in cls if reason.is_of_text)

    @classmethod
    def outside(cls) -> tuple["NotRatedReason", ...]:
        return tuple(reason for reason in cls if not reason.is_of_text)


class Gap(TextChoices):
    """A case that no level's text covers, or that nobody told enough about; a person decides, with a reason."""

    NOT_MET = "not_met", _("Điểm ở mức %(band)s nhưng chưa đủ điều kiện của mức ấy")
    UNDONE = "undone", _("Còn nhiệm vụ chưa xong mà chưa quá mức phải xếp không hoàn thành")
    LATE = "late", _("Nhiệm vụ chậm nhiều hơn tỷ lệ của mức hoàn thành nhiệm vụ")
    UNKNOWN = "unknown", _("Chưa có số liệu nhiệm vụ để xét điều kiện")


class Condition(TextChoices):
    """What a level asks for besides points."""

    ALL_DONE = "all_done", _("Xong mọi nhiệm vụ")
    ON_TIME = "on_time", _("Đúng tiến độ")
    LATE_FEW = "late_few", _("Số nhiệm vụ chậm trong mức cho phép")
    EXCEEDED = "exceeded", _("Đủ tỷ lệ nhiệm vụ vượt yêu cầu")
    FAULTS_MENDED = "faults_mended", _("Đã khắc phục hết hạn chế của kỳ trước")
    NO_DISCIPLINE = "no_discipline", _("Không thành viên, đơn vị trực thuộc nào bị kỷ luật")


class LowestCause(TextChoices):
    """Why the text itself gives the lowest level."""

    POINTS = "points", _("Điểm dưới mức hoàn thành nhiệm vụ")
    UNDONE = "undone", _("Số nhiệm vụ chưa xong vượt mức cho phép")
    UNIT = "unit", _("Đơn vị lãnh đạo chưa làm xong đủ tỷ lệ")
    LISTED = "listed", _("Thuộc trường hợp đã ghi kèm văn bản kết luận")


class CampaignState(TextChoices):
    OPEN = "open", _("Đang làm")
    CLOSED = "closed", _("Đã kết thúc")
    CANCELLED = "cancelled", _("Đã hủy")

    @property
    def chip(self) -> str:
        """`data-state` of the chip."""
        return {CampaignState.CLOSED: "done", CampaignState.CANCELLED: "late"}.get(self, "due")


class LateKind(TextChoices):
    """Steps of a round that have a day (43-HD/BTCTW, section 4; the unit's own): who owes them in `queries.late`."""

    REVIEW = "review", _("Họp kiểm điểm")
    PROPOSE = "propose", _("Đề nghị")
    DECIDE = "decide", _("Quyết định")
    ABOVE = "above", _("Cấp trên quyết định")

    @property
    def days(self) -> tuple[str, ...]:
        """The days of the calendar that it has, by name, the first one first; a review's is the unit's own."""
        return {
            LateKind.PROPOSE: ("cell_due", "closing"),
            LateKind.DECIDE: ("base_due", "closing"),
            LateKind.ABOVE: ("province_due", "closing"),
        }.get(self, ())

    @property
    def is_of_unit(self) -> bool:
        """Done on the unit's page in the round."""
        return self in {LateKind.REVIEW, LateKind.PROPOSE}


class CommentSource(TextChoices):
    """Who outside the review says something in writing."""

    RESIDENCE = "residence", _("Cấp ủy nơi cư trú")
    TEMPORARY_CELL = "temporary_cell", _("Chi bộ nơi sinh hoạt tạm thời")
    FORMER_CELL = "former_cell", _("Chi bộ trước khi chuyển đến")
    MASS_ORGANISATION = "mass_organisation", _("Mặt trận, đoàn thể")


class Side(TextChoices):
    """Who says which points and which level, one after the other."""

    SELF = "self", _("Tự đánh giá")
    PROPOSED = "proposed", _("Đề nghị")
    APPRAISED = "appraised", _("Thẩm định")
    DECIDED = "decided", _("Quyết định")

    @classmethod
    def from_above(cls) -> tuple["Side", ...]:
        """Those above the person rated, the last one first."""
        return cls.DECIDED, cls.APPRAISED, cls.PROPOSED


class FormSection(TextChoices):
    """Parts of the forms 01, 2A, 2B, 2C that are written in words, in their order (addendum a.6)."""

    MERITS = "merits", _("Ưu điểm: phẩm chất, kỷ luật, nguyên tắc, quy chế làm việc")
    DUTIES = "duties", _("Kết quả thực hiện nhiệm vụ, chỉ tiêu được giao")
    PLEDGE = "pledge", _("Thực hiện cam kết tu dưỡng, rèn luyện trong năm")
    BUILDING = "building", _("Xây dựng Đảng, kiểm tra, giám sát, phòng chống tham nhũng")
    LEADING = "leading", _("Kết quả lãnh đạo, chỉ đạo đơn vị")
    FAULTS = "faults", _("Hạn chế, khuyết điểm và nguyên nhân")
    MENDED = "mended", _("Kết quả khắc phục hạn chế của kỳ trước")
    EXPLAINED = "explained", _("Giải trình những vấn đề được gợi ý")
    RESPONSIBILITY = "responsibility", _("Trách nhiệm của tập thể, cá nhân")
    PLANS = "plans", _("Phương hướng, biện pháp khắc phục")

    def belongs_to(self, form: RatedForm) -> bool:
        """A pledge is a person's, building the Party a collective's; leading, responsibility are asked of groups and who leads."""
        led = {RatedForm.COLLECTIVE, RatedForm.LEADER}
        only = {
            FormSection.PLEDGE: set(RatedForm.of_members()),
            FormSection.BUILDING: {RatedForm.COLLECTIVE},
            FormSection.LEADING: led,
            FormSection.RESPONSIBILITY: led,
        }
        return self not in only or form in only[self]


class ListedKind(TextChoices):
    """Cases of 366-QĐ/TW, Article 11, that lead to the lowest level once a competent body has said so in a document."""

    DECLINE = "decline", _("Kết luận suy thoái về tư tưởng chính trị, đạo đức, lối sống")
    BREACH = "breach", _("Vi phạm liên quan công việc, bị kỷ luật từ khiển trách trở lên")
    FORBIDDEN = "forbidden", _("Vi phạm những điều đảng viên không được làm, trách nhiệm nêu gương")
    LOW_CONFIDENCE = "low_confidence", _("Tín nhiệm thấp qua lấy phiếu")
    CORRUPTION = "corruption", _("Để xảy ra tham nhũng, lãng phí bị xử lý kỷ luật ở đơn vị")
    DISUNITY = "disunity", _("Kết luận mất đoàn kết, sai phạm về công tác cán bộ")
    INDICATORS = "indicators", _("Không đạt các chỉ tiêu kinh tế - xã hội chủ yếu")

    @property
    def is_discipline(self) -> bool:
        """Its words say that somebody was disciplined: it bars those above it from the highest level too."""
        return self in {ListedKind.BREACH, ListedKind.CORRUPTION}

    @classmethod
    def of_discipline(cls) -> tuple["ListedKind", ...]:
        return tuple(kind for kind in cls if kind.is_discipline)


@dataclass(frozen=True, slots=True)
class RatingTold(Event):
    """The result was told to whoever was rated, or it was decided anew: its papers stand from now on."""

    rating_id: int
    at: datetime


class RatingFigure(TextChoices):
    """What conditions are judged by; the first four the records know of whoever has tasks, the others people say."""

    TOTAL = "total", _("Nhiệm vụ được giao trong kỳ")
    DONE = "done", _("Đã hoàn thành")
    LATE = "late", _("Hoàn thành nhưng chậm")
    EXCEEDED = "exceeded", _("Hoàn thành vượt yêu cầu")
    FAULTS = "faults", _("Hạn chế kỳ trước phải khắc phục")
    MENDED = "mended", _("Hạn chế đã khắc phục")
    UNIT_TOTAL = "unit_total", _("Nhiệm vụ của đơn vị do mình lãnh đạo")
    UNIT_DONE = "unit_done", _("Đơn vị đã hoàn thành")

    @classmethod
    def recorded(cls) -> tuple["RatingFigure", ...]:
        return (cls.TOTAL, cls.DONE, cls.LATE, cls.EXCEEDED)


class Verb(TextChoices):
    OPENED = "classification.opened", _("mở đợt xếp loại")
    RENEWED = "classification.renewed", _("cập nhật danh sách xếp loại")
    CLOSED = "classification.closed", _("kết thúc đợt xếp loại")
    REOPENED = "classification.reopened", _("mở lại đợt xếp loại")
    CANCELLED = "classification.cancelled", _("hủy đợt xếp loại mở nhầm")
    RESTORED = "classification.restored", _("khôi phục đợt xếp loại")
    CUTOFF_MOVED = "classification.cutoff_moved", _("đổi ngày chốt danh sách xếp loại")
    REVIEW_SET = "classification.review_set", _("định ngày hội nghị kiểm điểm")
    REVIEW_HELD = "classification.review_held", _("ghi hội nghị kiểm điểm")
    FORM_WRITTEN = "classification.form_written", _("viết bản kiểm điểm")
    ANSWERED = "classification.answered", _("bổ sung số liệu để xếp loại")
    COMMENTED = "classification.commented", _("ghi ý kiến nhận xét")
    COUNTED = "classification.counted", _("ghi kết quả bỏ phiếu xếp loại")
    PROPOSED = "classification.proposed", _("đề nghị mức xếp loại")
    APPRAISED = "classification.appraised", _("thẩm định mức xếp loại")
    DECIDED = "classification.decided", _("quyết định mức xếp loại")
    ANNOUNCED = "classification.announced", _("thông báo kết quả xếp loại")
    FILED = "classification.filed", _("lưu hồ sơ xếp loại")
    TAKEN_BACK = "classification.taken_back", _("lùi một bước xếp loại")
    COMPLAINED = "classification.complained", _("ghi khiếu nại về xếp loại")
    COMPLAINT_SETTLED = "classification.complaint_settled", _("trả lời khiếu nại về xếp loại")
    LEVEL_KEPT = "classification.level_kept", _("xem lại, giữ mức xếp loại")
    RATED_ANEW = "classification.rated_anew", _("xếp loại lại")
    CASE_RECORDED = "classification.case_recorded", _("ghi trường hợp phải xếp không hoàn thành")
    CASE_DROPPED = "classification.case_dropped", _("bỏ trường hợp đã ghi nhầm")
    CAP_NOTED = "classification.cap_noted", _("ghi chú về tỷ lệ xuất sắc")
    REMINDED = "classification.reminded", _("nhắc việc xếp loại")


NAME_LIMIT = 200
NUMBER_LIMIT = 100
REASON_LIMIT = 1000
TEXT_LIMIT = 8000
COMMON_MAX, RESULTS_MAX = 30, 70
