"""Template tags of meetings: `{% load meetings %}`."""

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def say_document(number: str) -> str:
    """`42-HD/BTCTW` as people say it: `Hướng dẫn 42-HD/BTCTW`. Numbers without a known symbol stay as they are."""
    kinds = {
        "CT": _("Chỉ thị"),
        "HD": _("Hướng dẫn"),
        "KH": _("Kế hoạch"),
        "KL": _("Kết luận"),
        "NQ": _("Nghị quyết"),
        "QĐ": _("Quy định"),
    }
    symbol = number.partition("/")[0].rpartition("-")[2]
    return f"{kinds[symbol]} {number}" if symbol in kinds else number
