"""One paper of each kind: full of everything, and with nothing but what it must have."""

from datetime import date

from nennep.reporting.queries.papers.brief import BriefPaper
from nennep.reporting.queries.papers.committee import CommitteeConclusionPaper, CommitteeProgrammePaper
from nennep.reporting.queries.papers.minutes import MinutesPaper
from nennep.reporting.queries.papers.pack import PackPaper, PackPart
from nennep.reporting.queries.papers.petition_reports import PetitionReportPaper
from nennep.reporting.queries.papers.petitions import ExtensionPaper, PetitionFacts, ReplyPaper, SlipPaper
from nennep.reporting.queries.papers.presence import PresencePaper
from nennep.reporting.queries.papers.programme import ProgrammePaper
from nennep.reporting.queries.papers.rating_forms import (
    CollectiveReviewPaper,
    MemberReviewPaper,
    OwnRatingPaper,
    ReratingPaper,
)
from nennep.reporting.queries.papers.rating_lists import DossierPaper, RatingSummaryPaper, ReviewMinutesPaper
from nennep.reporting.queries.papers.report import ReportPaper
from nennep.reporting.queries.papers.resolution import ResolutionPaper
from nennep.reporting.queries.papers.score import ScorePaper
from nennep.reporting.queries.papers.sheets import AttendancePaper, NoticePaper
from nennep.reporting.queries.papers.spans import UnitReportPaper
from nennep.reporting.queries.papers.visit_report import VisitReportPaper
from nennep.reporting.queries.papers.years import ThemePlanPaper
from nennep.reporting.renderers.papers import NOBODY, Letterhead
from nennep.reporting.renderers.word import Paper
from tests.factories import meeting_papers, papers, rating_papers


def make_full_papers() -> tuple[Paper, ...]:
    """One of each kind, full of everything."""
    return (
        papers.make_resolution(),
        papers.make_minutes(),
        papers.make_attendance_paper(),
        papers.make_notice(),
        papers.make_brief_paper(),
        papers.make_visit_report(),
        meeting_papers.make_presence(),
        meeting_papers.make_score_paper(),
        meeting_papers.make_report(),
        meeting_papers.make_programme(),
        meeting_papers.make_pack(),
        meeting_papers.make_committee_programme(),
        meeting_papers.make_committee_conclusion(),
        meeting_papers.make_theme_plan(),
        meeting_papers.make_book(),
        meeting_papers.make_unit_report(),
        *meeting_papers.make_petition_papers(),
        rating_papers.make_member_review(),
        rating_papers.make_collective_review(),
        rating_papers.make_own_rating(),
        rating_papers.make_rerating(),
        rating_papers.make_review_minutes(),
        rating_papers.make_dossier_list(),
        rating_papers.make_rating_summary(),
    )


def make_bare_papers() -> tuple[Paper, ...]:
    """The least that each paper can be printed from."""
    head, sitting = Letterhead("", "Chi bộ thôn Nặm Chá", "", date(2026, 11, 3)), papers.make_bare_sitting()
    months, day = ("tháng 10", "tháng 11"), date(2026, 12, 16)
    asked = PetitionFacts("Chi bộ thôn Nặm Chá", "Sửa cầu", date(2026, 11, 3), "việc khác")
    return (
        ResolutionPaper(head, "lãnh đạo thực hiện nhiệm vụ tháng 11", sitting, *months),
        MinutesPaper(head, "sinh hoạt chi bộ", sitting, papers.make_content(attendance=NOBODY)),
        AttendancePaper(head, "sinh hoạt thường kỳ", sitting),
        NoticePaper(head, "dự sinh hoạt", sitting),
        BriefPaper(head, "Chi bộ thôn Nặm Chá", "Chưa có buổi sinh hoạt nào."),
        VisitReportPaper(head, "dự sinh hoạt", "Tôi dự sinh hoạt."),
        PresencePaper(head, "sinh hoạt thường kỳ", sitting),
        ScorePaper(head, "kỳ sinh hoạt", sitting),
        ReportPaper(head, "kết quả sinh hoạt", sitting),
        ProgrammePaper(head, "sinh hoạt thường kỳ", sitting, "Quyết nghị nhiệm vụ tháng 11"),
        PackPaper(head, "dự sinh hoạt", sitting, parts=(PackPart(),)),
        CommitteeProgrammePaper(head, "họp chi ủy", sitting, *months, cell_meeting_at=papers.HELD_AT),
        CommitteeConclusionPaper(head, "họp chi ủy", sitting, *months),
        ThemePlanPaper(head, "sinh hoạt chuyên đề năm 2026", 2026),
        UnitReportPaper(head, "kết quả sinh hoạt chi bộ năm 2026"),
        SlipPaper(head, "kiến nghị của Chi bộ", "Đảng ủy xã", asked, day),
        ReplyPaper(head, "V/v trả lời kiến nghị", "Chi bộ", asked, "Sẽ sửa"),
        ExtensionPaper(head, "gia hạn trả lời kiến nghị", "Chi bộ", asked, "Chờ khảo sát", day),
        PetitionReportPaper(head, "kết quả giải quyết kiến nghị quý IV năm 2026"),
        MemberReviewPaper(head, "năm 2026", "Mẫu 2C", "Lò Văn Bình"),
        CollectiveReviewPaper(head, "chi bộ năm 2026", "Chi bộ thôn Nặm Chá"),
        OwnRatingPaper(head, "năm 2026", "Lò Văn Bình"),
        ReratingPaper(head, "xếp loại lại", "ĐẢNG ỦY", "Lò Văn Bình", "năm 2026"),
        ReviewMinutesPaper(head, "hội nghị kiểm điểm", "Chi bộ thôn Nặm Chá"),
        DossierPaper(head, "kiểm điểm năm 2026"),
        RatingSummaryPaper(head, "kết quả xếp loại năm 2026"),
    )
