"""What papers are handed out as, their way into a meeting, and what the trail says of papers and lists."""

from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Form(TextChoices):
    """What a paper is handed out as; the value ends its address and its file name."""

    WORD = "docx", "Word"
    PDF = "pdf", "PDF"


class Link(TextChoices):
    """The way of a paper into a cell's meeting, link by link; each ends at what its label says (seed 004: papers come late)."""

    COMMITTEE = "committee", _("Đảng ủy nhận")
    RECEIVED = "received", _("Bí thư nhận")
    OPENED = "opened", _("Mở đọc")
    AGENDA = "agenda", _("Vào chương trình")
    DISCUSSED = "discussed", _("Bàn trong sinh hoạt")


class FormsState(TextChoices):
    """How far the forms of a round are that somebody asked for."""

    QUEUED = "queued", _("Chờ làm")
    RUNNING = "running", _("Đang làm")
    MADE = "made", _("Đã làm")
    FAILED = "failed", _("Không làm được")

    @classmethod
    def in_work(cls) -> tuple["FormsState", ...]:
        return (cls.QUEUED, cls.RUNNING)

    @classmethod
    def finished(cls) -> tuple["FormsState", ...]:
        return (cls.MADE, cls.FAILED)


class AttentionKind(TextChoices):
    """What is wrong with a cell, in the order of risk within a level (rules/triage.py). The trail keeps the values."""

    LEFT_OPEN = "left_open", _("Buổi họp đã mở, chưa bế mạc")
    NOT_MET = "not_met", _("Chưa họp trong hạn")
    ATTENDANCE = "attendance", _("Tỷ lệ dự dưới mức")
    POOR_SCORE = "poor_score", _("Buổi sinh hoạt loại Kém")
    FILING_LATE = "filing_late", _("Chậm biên bản, điểm, hồ sơ")
    PAPERS_LATE = "papers_late", _("Giấy mời, tài liệu gửi muộn")
    DUTIES_OVERDUE = "tasks_overdue", _("Nhiệm vụ quá hạn")
    THEME_MISSING = "theme_missing", _("Quý này chưa sinh hoạt chuyên đề")
    WITHOUT_DUTY = "without_task", _("Nhiều đảng viên chưa có nhiệm vụ")


class Verb(TextChoices):
    PAPER_TAKEN = "reporting.paper_taken", _("tải văn bản của buổi sinh hoạt")
    BUNDLE_TAKEN = "reporting.bundle_taken", _("tải tập hồ sơ của buổi sinh hoạt")
    YEAR_PAPER_TAKEN = "reporting.year_paper_taken", _("tải văn bản năm của chi bộ")
    TABLE_TAKEN = "reporting.table_taken", _("tải bảng, báo cáo của đơn vị")
    PETITION_PAPER_TAKEN = "reporting.petition_paper_taken", _("tải văn bản của kiến nghị")
    PETITION_REPORT_ISSUED = "reporting.petition_report_issued", _("chốt báo cáo kiến nghị")
    RATING_PAPER_TAKEN = "reporting.rating_paper_taken", _("tải văn bản xếp loại")
    LIST_READ = "reporting.list_read", _("xem danh sách đảng viên của số liệu")
    REMINDED = "reporting.reminded", _("nhắc bí thư")


FORMS_KEPT = timedelta(days=7)  # that the forms of a round may be taken once they are made
LATENCY_DAYS = 180  # that the pages of papers on their way look back
BATCH = 500  # cells that are counted at once
ROWS_LOCK = (
    "reporting.figures"  # held by the one who changes kept rows; those who only put something into the queue take none
)
