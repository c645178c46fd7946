"""Papers that can be taken, and what the trail says of it."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Paper(TextChoices):
    """The value stands in the address: `…/nghi-quyet.docx`."""

    RESOLUTION = "nghi-quyet", _("Nghị quyết")
    MINUTES = "bien-ban", _("Biên bản")
    ATTENDANCE = "phieu-diem-danh", _("Phiếu điểm danh")
    NOTICE = "giay-moi", _("Giấy mời")


class Verb(TextChoices):
    PAPER_TAKEN = "reporting.paper_taken", _("tải văn bản của buổi sinh hoạt")
    TABLE_TAKEN = "reporting.table_taken", _("tải bảng chi bộ theo tháng")
    REMINDED = "reporting.reminded", _("nhắc bí thư")
