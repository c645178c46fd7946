"""What papers are handed out as, their way into a meeting, and what the trail says of papers and lists."""

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


LATENCY_DAYS = 180  # that the pages of papers on their way look back
