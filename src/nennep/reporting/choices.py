"""Papers that can be taken, and what the trail says of it."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Paper(TextChoices):
    """The value stands in the address: `…/nghi-quyet.docx`, `…/nghi-quyet.pdf`."""

    RESOLUTION = "nghi-quyet", _("Nghị quyết")
    MINUTES = "bien-ban", _("Biên bản")
    ATTENDANCE = "phieu-diem-danh", _("Phiếu điểm danh")
    NOTICE = "giay-moi", _("Giấy mời")


class Form(TextChoices):
    """What a paper is handed out as; the value ends its address and its file name."""

    WORD = "docx", "Word"
    PDF = "pdf", "PDF"


class Rows(TextChoices):
    """Lists behind the figures; the value stands in the address."""

    MET = "da-hop", _("Chi bộ đã họp")
    ON_TIME = "dung-ngay", _("Họp đúng ngày quy định")
    ATTENDANCE = "du-hop", _("Đảng viên dự sinh hoạt")
    UNEXCUSED = "vang-khong-ly-do", _("Vắng không lý do")
    TASKS = "nhiem-vu", _("Nhiệm vụ đến hạn")
    THEMES = "chuyen-de", _("Sinh hoạt chuyên đề")


class Verb(TextChoices):
    PAPER_TAKEN = "reporting.paper_taken", _("tải văn bản của buổi sinh hoạt")
    TABLE_TAKEN = "reporting.table_taken", _("tải bảng chi bộ theo tháng")
    LIST_READ = "reporting.list_read", _("xem danh sách đảng viên của số liệu")
    REMINDED = "reporting.reminded", _("nhắc bí thư")
