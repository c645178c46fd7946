"""Kinds of papers that a cell may number (rules.md §10.2), and limits."""

from datetime import timedelta

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


class Verb(TextChoices):
    ADDED = "documents.added", _("đưa tài liệu lên")
    REPLACED = "documents.replaced", _("thay bản tài liệu")
    REMOVED = "documents.removed", _("rút tài liệu")
    RESTORED = "documents.restored", _("lấy lại tài liệu đã rút")
    NUMBERED = "documents.numbered", _("cấp số văn bản")
    DISTRIBUTED = "documents.distributed", _("gửi tài liệu xuống")
    RECEIVED = "documents.received", _("ghi nhận đã nhận tài liệu")
    REMINDED = "documents.reminded", _("nhắc mở tài liệu")


class DocumentTarget(TextChoices):
    """To whom below a paper is sent."""

    CHILDREN = "children", _("Các đơn vị trực thuộc trực tiếp")
    CELLS = "cells", _("Tất cả chi bộ bên dưới")
    TYPES = "types", _("Chi bộ theo loại hình")
    SINGLE = "single", _("Chọn từng đơn vị")


class DeliveryStep(TextChoices):
    """How far a sent paper has come in a unit; also the filter of the sender's list."""

    SENT = "sent", _("Chưa nhận")
    RECEIVED = "received", _("Đã nhận, chưa mở")
    OPENED = "opened", _("Đã mở")


DOCUMENT_ORIGIN = "documents.document"  # `origin_kind` of what was made from a paper, with its public id
SINGLE_LIMIT = 200  # how many units are offered one by one; more are offered by kind alone
REMIND_AGAIN = timedelta(hours=12)  # a unit is not reminded of the same paper sooner
TITLE_LIMIT = 300
NUMBER_LIMIT = 60
