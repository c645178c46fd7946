"""Kinds of papers that a cell may number (rules.md §10.2), and limits."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PaperType(TextChoices):
    """The symbol is what stands in the number: `Số 05-NQ/CB`."""

    RESOLUTION = "NQ", _("Nghị quyết")
    DECISION = "QD", _("Quyết định")
    CONCLUSION = "KL", _("Kết luận")
    NOTICE = "TB", _("Thông báo")
    REPORT = "BC", _("Báo cáo")
    PLAN = "KH", _("Kế hoạch")
    PROGRAMME = "CTr", _("Chương trình")
    PROPOSAL = "TTr", _("Tờ trình")
    LETTER = "CV", _("Công văn")
    MINUTES = "BB", _("Biên bản")
    BULLETIN = "bulletin", _("Bản tin sinh hoạt chi bộ")
    OTHER = "other", _("Tài liệu khác")


class FileFault(TextChoices):
    """Why a file is not taken."""

    SUFFIX = "suffix", _("loại tệp này không nhận")
    CONTENT = "content", _("nội dung không đúng loại tệp")
    BROKEN = "broken", _("tệp hỏng")
    LOCKED = "locked", _("tệp có mật khẩu")
    BOMB = "bomb", _("tệp nén quá lớn")


class Verb(TextChoices):
    ADDED = "documents.added", _("đưa tài liệu lên")
    REPLACED = "documents.replaced", _("thay bản tài liệu")
    REMOVED = "documents.removed", _("rút tài liệu")
    RESTORED = "documents.restored", _("lấy lại tài liệu đã rút")
    NUMBERED = "documents.numbered", _("cấp số văn bản")


TITLE_LIMIT = 300
NUMBER_LIMIT = 60
UPLOAD_SUFFIXES = frozenset(
    {
        ".pdf",
        ".doc",
        ".docx",
        ".xls",
        ".xlsx",
        ".ods",
        ".odt",
        ".ppt",
        ".pptx",
        ".jpg",
        ".jpeg",
        ".png",
        ".txt",
    }
)
