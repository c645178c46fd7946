"""Keys of the rules that a policy pack may set (rules.md §13), and how sure their source is (§0.1)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nennep.core.events import Event


class Confidence(TextChoices):
    DOCUMENT = "P", _("Đọc trong chính văn bản")
    SECONDARY = "S", _("Theo báo, trang pháp luật")
    LOCAL = "L", _("Quy định của địa phương")
    WEAK = "Q", _("Theo tài liệu hỏi đáp, chưa đối chiếu văn bản")
    UNVERIFIED = "U", _("Chưa có nguồn")


class PolicyKey(TextChoices):
    """One key, one meaning; the label is what a page calls it."""

    FIXED_DAY = "meeting.fixed_day", _("Ngày sinh hoạt cố định")
    WINDOW_LAST_DAY = "meeting.fixed_day_window_last", _("Ngày cuối của thời gian được dời")
    MINUTES_REGULAR = "meeting.min_minutes.regular", _("Thời lượng tối thiểu, thường kỳ (phút)")
    MINUTES_COMBINED = (
        "meeting.min_minutes.combined",
        _("Thời lượng tối thiểu, thường kỳ gắn chuyên đề (phút)"),
    )
    THEMATIC_PER_QUARTER = "thematic.per_quarter_min", _("Số lần sinh hoạt chuyên đề tối thiểu mỗi quý")
    PAPERS_DAYS_BEFORE = "docs.upload_days_before", _("Gửi tài liệu trước buổi sinh hoạt (ngày)")
    FILING_DAYS_AFTER = "docs.result_upload_days_after", _("Gửi hồ sơ sau buổi sinh hoạt (ngày)")
    COMMITTEE_DAYS_BEFORE = "chiuy.days_before_min", _("Họp chi ủy trước buổi sinh hoạt (ngày)")
    SCORE_LEVELS = "score.levels", _("Ngưỡng điểm các mức Tốt, Khá, Trung bình")
    SCORE_SHEET = "score.sheet", _("Khung chấm điểm buổi sinh hoạt")
    SCORE_REPORT_WORKING_DAYS = "score.report_working_days", _("Báo cáo điểm tự chấm (ngày làm việc)")
    SCORE_OFFICIAL_SIDE = "score.official_side", _("Điểm chính thức của buổi sinh hoạt là")
    SCORE_CONFIRM_WORKING_DAYS = (
        "score.confirm_working_days",
        _("Cấp trên chốt điểm sau buổi sinh hoạt (ngày làm việc)"),
    )
    ATTENDANCE_TARGET = "attendance.target_pct", _("Tỷ lệ dự sinh hoạt cần đạt (%)")
    EXCUSED_STREAK = "attendance.excused_streak_max", _("Số lần vắng có lý do liên tiếp tối đa")
    REMOVAL_MONTHS = "attendance.removal_months", _("Số tháng bỏ sinh hoạt phải xem xét xóa tên")
    GROUP_MEETINGS_PER_YEAR = "group_meeting.max_per_year", _("Số lần sinh hoạt theo tổ tối đa mỗi năm")
    GROUP_MEETING_MEMBERS = "group_meeting.min_members", _("Số đảng viên tối thiểu để sinh hoạt theo tổ")
    ATTENDANCE_BASE = "attendance.base", _("Đảng viên tính vào tỷ lệ dự")
    VOTE_BASE = "vote.base", _("Đảng viên tính vào số để biểu quyết")
    OFFICIAL_MEMBERS_MIN = "cell.official_members_min", _("Số đảng viên chính thức tối thiểu của chi bộ")
    VOTE_ORDINARY = "vote.ordinary", _("Tỷ lệ thông qua nghị quyết")
    VOTE_MEMBERSHIP = "vote.membership", _("Tỷ lệ thông qua kết nạp, công nhận chính thức, xóa tên")
    COMMITTEE_FROM = "cell.committee_from", _("Số đảng viên chính thức từ đó chi bộ bầu chi ủy")
    SELF_CRITICISM_MINUTES = "agenda.self_criticism_minutes", _("Thời gian tự phê bình và phê bình (phút)")
    SPEAKERS_SHARE = "discussion.speakers_pct", _("Tỷ lệ đảng viên phát biểu được coi là nhiều (%)")
    AGENDA_TEMPLATE = "agenda.template", _("Mẫu chương trình sinh hoạt")
    PAPER_TEMPLATE = "paper.template", _("Thể thức văn bản")
    DAYS_OFF = "calendar.days_off", _("Ngày nghỉ thêm, ngày làm bù")
    PETITION_RESPONSE = "petition.response_working_days", _("Trả lời kiến nghị (ngày làm việc)")
    PETITION_PAUSE = "petition.pause_for_clarification", _("Chờ người nêu kiến nghị nói rõ")
    PETITION_EXTENSION = "petition.extension_days", _("Gia hạn trả lời kiến nghị (ngày làm việc)")
    PETITION_SILENT = (
        "petition.silent_meetings",
        _("Số kỳ sinh hoạt chi bộ chưa nói về trả lời kiến nghị thì nhắc bí thư"),
    )
    PETITION_BOUNCES = (
        "petition.bounces_before_rise",
        _("Số lần chuyển vì không thuộc thẩm quyền thì kiến nghị lên cấp trên"),
    )
    VISIT_OBLIGATIONS = "visit.obligations", _("Số lần cấp ủy viên phải dự sinh hoạt chi bộ mỗi năm")
    VISIT_REPORT_WORKING_DAYS = "visit.report_working_days", _("Báo cáo kết quả dự sinh hoạt (ngày làm việc)")
    VISIT_OWN_CELL_COUNTS = "visit.own_cell_counts", _("Dự ở chi bộ mình sinh hoạt có tính vào số lần")
    RATING_BANDS = "rating.bands", _("Xếp loại: điểm của các mức")
    RATING_EXCEED = "rating.exceed_pct", _("Xếp loại xuất sắc: nhiệm vụ vượt yêu cầu ít nhất (%)")
    RATING_LATE = "rating.late_pct_max", _("Xếp loại hoàn thành: nhiệm vụ chậm nhiều nhất (%)")
    RATING_UNDONE = "rating.undone_pct_max", _("Không hoàn thành khi nhiệm vụ chưa xong vượt quá (%)")
    RATING_UNIT_DONE = "rating.unit_done_pct_min", _("Không hoàn thành khi đơn vị lãnh đạo làm xong dưới (%)")
    RATING_CAP = "rating.cap_pct", _("Tỷ lệ xuất sắc nhiều nhất (%)")
    RATING_CAP_OUTSTANDING = "rating.cap_pct_outstanding", _("Tỷ lệ xuất sắc nhiều nhất ở nơi tiêu biểu (%)")
    RATING_CAP_BASE = "rating.cap_base", _("Tỷ lệ xuất sắc tính trên")
    RATING_CAP_ROUNDING = "rating.cap_rounding", _("Số lẻ của tỷ lệ xuất sắc")
    RATING_MIN_MONTHS = "rating.min_months_member", _("Xếp loại đảng viên vào Đảng từ đủ (tháng)")
    RATING_CUTOFF = "rating.cutoff_day", _("Ngày chốt danh sách xếp loại")
    RATING_MILESTONES = "rating.milestones", _("Các mốc kết thúc xếp loại")
    RATING_DRAFT_DAYS = "rating.draft_working_days_before", _("Gửi bản kiểm điểm trước hội nghị (ngày làm việc)")
    RATING_MEETING_DAYS = "rating.meeting_min_days", _("Hội nghị kiểm điểm tập thể ít nhất (ngày)")
    RATING_COMMENDED_YEARS = "rating.commended_years", _("Đề nghị cấp trên khen sau số năm xuất sắc liền")
    RATING_DUE = "rating.due", _("Hạn xếp loại ở từng cấp")
    RATING_SHEET = "rating.sheet", _("Mẫu chấm điểm xếp loại")


class OfficialSide(TextChoices):
    """Whose score is the score of a meeting (rules.md §2.6: a setting decides)."""

    SELF = "self", _("điểm chi bộ tự chấm")
    OFFICIAL = "official", _("điểm của cán bộ cấp trên dự; buổi không có cán bộ chấm thì điểm chi bộ tự chấm")
    COMMUNE = "commune", _("điểm cấp ủy cấp trên đã chốt")


class CapBase(TextChoices):
    """Of which members the share of the excellent is reckoned; the sources differ (addendum a.3)."""

    GOOD_ONLY = "good_only", _("số hoàn thành tốt nhiệm vụ")
    GOOD_PLUS_EXCELLENT = "good_plus_excellent", _("số hoàn thành tốt nhiệm vụ trở lên")


class CapRounding(TextChoices):
    FLOOR = "floor", _("bỏ phần lẻ")
    ROUND = "round", _("làm tròn")


class Office(TextChoices):
    """Offices whose holders owe visits to cells (rules.md §3.1): the names the provinces' regulations use."""

    STANDING_BOARD = "standing_board", _("Thường trực tỉnh ủy")
    STANDING_COMMITTEE = "standing_committee", _("Ủy viên Ban Thường vụ tỉnh ủy")
    PROVINCE_COMMITTEE_SECRETARY = "province_committee_secretary", _("Tỉnh ủy viên là bí thư cấp ủy cấp dưới")
    PROVINCE_COMMITTEE = "province_committee", _("Tỉnh ủy viên")
    DISTRICT_COMMITTEE = "district_committee", _("Huyện ủy viên, cấp ủy viên cấp trên trực tiếp cơ sở")
    COMMUNE_COMMITTEE = "commune_committee", _("Đảng ủy viên xã, phường")

    @property
    def personal_title(self) -> str | Promise:
        """What somebody who holds it is called: the label says for which level the regulation means it."""
        titles = {
            Office.PROVINCE_COMMITTEE_SECRETARY: _("Tỉnh ủy viên"),
            Office.DISTRICT_COMMITTEE: _("Cấp ủy viên"),
            Office.COMMUNE_COMMITTEE: _("Đảng ủy viên"),
        }
        return titles.get(self, self.label)

    @property
    def names_unit(self) -> bool:
        """Said with the unit whose committee it is; the others name their level themselves."""
        return self in {Office.DISTRICT_COMMITTEE, Office.COMMUNE_COMMITTEE}


class VisitArea(TextChoices):
    """Where the holder of an office attends, as the regulation says it."""

    FOLLOWED = "followed", _("chi bộ, địa bàn được phân công theo dõi")
    HEADED = "headed", _("chi bộ của đảng bộ mình đứng đầu")
    ANY_RESIDENTIAL = "any_residential", _("chi bộ khu dân cư bất kỳ")
    OWN_UNIT = "own_unit", _("chi bộ trong đảng bộ của cấp ủy mình")


class EvidenceKind(StrEnum):
    """What an evidence is: it says which scales can turn it into points."""

    SHARE = "share"  # a part of a whole, 0 to 100 percent and beyond
    MINUTES = "minutes"
    COUNT = "count"
    YES = "yes"  # yes or no
    WORDS = "words"  # told only

    @property
    def is_amount(self) -> bool:
        return self in {EvidenceKind.SHARE, EvidenceKind.MINUTES, EvidenceKind.COUNT}

    @property
    def is_condition(self) -> bool:
        """It may add, deduct or cap: a count is a yes from one on."""
        return self in {EvidenceKind.YES, EvidenceKind.COUNT}


class ScoreEvidence(TextChoices):
    """What the records know that a line of a score sheet may be about; the function of each is in assessments."""

    ON_THE_DAY = "on_the_day", _("họp trong những ngày quy định")
    MINUTES_LONG = "minutes_long", _("thời lượng buổi sinh hoạt")
    MINUTES_SHORT = "minutes_short", _("số phút thiếu so với quy định")
    LENGTH_SHARE = "length_share", _("thời lượng so với quy định")
    ATTENDANCE_SHARE = "attendance_share", _("tỷ lệ dự")
    UNEXCUSED = "unexcused", _("đảng viên vắng không lý do")
    EXCUSED_STREAK = "excused_streak", _("đảng viên vắng có lý do quá số lần liên tiếp cho phép")
    ITEMS = "items", _("số mục của chương trình")
    PROGRAMME_AGREED = "programme_agreed", _("đã thống nhất chương trình")
    COMMITTEE_MET = "committee_met_with_minutes", _("chi ủy đã họp, có biên bản")
    MEMBERS_TOLD = "members_told", _("đã báo đảng viên")
    NOTICE_IN_TIME = "notice_in_time", _("báo đảng viên đúng hạn")
    FOLLOWER_TOLD = "follower_told", _("cấp ủy viên theo dõi được báo lịch")
    PAPERS = "papers_on_app", _("tài liệu đưa lên ứng dụng")
    PAPERS_IN_TIME = "papers_in_time", _("mọi tài liệu đưa lên đúng hạn")
    PAPERS_IN_TIME_SHARE = "papers_in_time_share", _("tỷ lệ tài liệu đưa lên đúng hạn")
    STEPS_DONE_SHARE = "steps_done_share", _("tỷ lệ mục của chương trình đã bàn")
    STEPS_IN_ORDER = "steps_in_order", _("các mục bàn theo đúng thứ tự chương trình")
    DISCUSSION = "discussion", _("phát biểu, biểu dương, nhắc nhở")
    SPEAKERS_SHARE = "speakers_share", _("tỷ lệ đảng viên có mặt phát biểu")
    CRITICISM_MINUTES = "criticism_minutes", _("thời gian tự phê bình và phê bình")
    THEMED = "themed", _("đã bàn chuyên đề của tháng")
    REMARKS = "praise_or_reminders", _("số lần biểu dương, nhắc nhở")
    CONCLUSION = "conclusion", _("có kết luận")
    RESOLUTION_PASSED = "resolution_passed", _("đã thông qua nghị quyết")
    MINUTES_APPROVED = "minutes_approved", _("đã thông qua biên bản")
    MINUTES_READ = "minutes_read", _("thông qua biên bản ngay trong ngày họp")
    DUTIES_GIVEN = "tasks_given", _("nhiệm vụ giao trong buổi sinh hoạt")
    FILED_IN_TIME = "filed_in_time", _("gửi, lưu hồ sơ đúng hạn")
    LAST_DUTIES_DONE_SHARE = "last_duties_done_share", _("tỷ lệ nhiệm vụ kỳ trước đã xong")
    PETITIONS_ANSWERED = "petitions_answered", _("tỷ lệ kiến nghị đến hạn đã trả lời")
    ADVICE_TAKEN_UP = "advice_taken_up", _("tỷ lệ góp ý của cấp trên đã làm")

    @property
    def kind(self) -> EvidenceKind:
        return _KINDS.get(self, EvidenceKind.YES)

    @property
    def is_part(self) -> bool:
        """A share that is never more than the whole; a meeting may well be longer than it has to be."""
        return self.kind == EvidenceKind.SHARE and self != ScoreEvidence.LENGTH_SHARE


_KINDS = {
    ScoreEvidence.MINUTES_LONG: EvidenceKind.MINUTES,
    ScoreEvidence.MINUTES_SHORT: EvidenceKind.MINUTES,
    ScoreEvidence.CRITICISM_MINUTES: EvidenceKind.MINUTES,
    ScoreEvidence.LENGTH_SHARE: EvidenceKind.SHARE,
    ScoreEvidence.ATTENDANCE_SHARE: EvidenceKind.SHARE,
    ScoreEvidence.PAPERS_IN_TIME_SHARE: EvidenceKind.SHARE,
    ScoreEvidence.STEPS_DONE_SHARE: EvidenceKind.SHARE,
    ScoreEvidence.SPEAKERS_SHARE: EvidenceKind.SHARE,
    ScoreEvidence.LAST_DUTIES_DONE_SHARE: EvidenceKind.SHARE,
    ScoreEvidence.PETITIONS_ANSWERED: EvidenceKind.SHARE,
    ScoreEvidence.ADVICE_TAKEN_UP: EvidenceKind.SHARE,
    ScoreEvidence.UNEXCUSED: EvidenceKind.COUNT,
    ScoreEvidence.EXCUSED_STREAK: EvidenceKind.COUNT,
    ScoreEvidence.ITEMS: EvidenceKind.COUNT,
    ScoreEvidence.PAPERS: EvidenceKind.COUNT,
    ScoreEvidence.REMARKS: EvidenceKind.COUNT,
    ScoreEvidence.DUTIES_GIVEN: EvidenceKind.COUNT,
    ScoreEvidence.DISCUSSION: EvidenceKind.WORDS,
}

# Kinds of meeting that a sheet may be for, as meetings calls them; the rules whose value may be worth full points.
SCORED_KINDS = ("regular", "thematic", "combined", "extraordinary")
FULL_AT = (PolicyKey.ATTENDANCE_TARGET, PolicyKey.SPEAKERS_SHARE)


class SheetKind(StrEnum):
    """How a sheet is filled in: points, or yes and no for each line."""

    POINTS = "points"
    CHECKLIST = "checklist"


class SheetSide(StrEnum):
    """Who writes into a column of a sheet."""

    CELL = "cell"
    UPPER = "upper"


class Verb(TextChoices):
    LOADED = "policies.loaded", _("nạp quy định của Trung ương")
    PACK_APPLIED = "policies.pack_applied", _("áp dụng văn bản có sẵn")
    VERSION_ADDED = "policies.version_added", _("ban hành quy định của đơn vị")
    PACK_ENDED = "policies.pack_ended", _("thôi áp dụng văn bản có sẵn")
    PACK_RESUMED = "policies.pack_resumed", _("cho văn bản áp dụng tiếp")
    WITHDRAWN = "policies.withdrawn", _("rút quy định chưa tháng nào dùng")


NAME_LIMIT = 300
NUMBER_LIMIT = 100
ARTICLE_LIMIT = 100


@dataclass(frozen=True, slots=True)
class RulesChanged(Event):
    """Other rules hold for the unit and all below it from `since` on; `keys` are those that a document began or ceased to set."""

    organization_id: int
    since: date
    keys: frozenset[str]
