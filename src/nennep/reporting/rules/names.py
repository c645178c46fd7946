"""How units, months and spans of time are called where many stand under each other."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nennep.core.periods import Month, Span


def shorten_cell(name: str) -> str:
    """`Chi bộ thôn Nặm Chá` is `Nặm Chá` on a list of cells; `Chi bộ Trạm Y tế xã` is `Trạm Y tế xã`."""
    short = re.sub(r"^Chi bộ (?:thôn |xóm )?", "", name).strip()
    return short[:1].upper() + short[1:] if short else name


def say_days(count: int) -> str:
    return ngettext("%(count)s ngày", "%(count)s ngày", count) % {"count": count}


def say_months(count: int) -> str:
    return ngettext("%(count)s tháng", "%(count)s tháng", count) % {"count": count}


def say_month(month: Month) -> str:
    return _("tháng %(number)s") % {"number": month.number}


def say_quarter(month: Month) -> str:
    roman = ("I", "II", "III", "IV")[month.quarter - 1]
    return _("Quý %(roman)s") % {"roman": roman}


def say_span(span: Span) -> str:
    """`Tháng 11/2026`, `Quý IV/2026`, `Năm 2026`."""
    values = {"number": span.first.number, "quarter": say_quarter(span.first), "year": span.first.year}
    if span.is_month:
        return _("Tháng %(number)s/%(year)s") % values
    return (_("%(quarter)s/%(year)s") if span.size == 3 else _("Năm %(year)s")) % values
