"""How units and months are called where many stand under each other."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nennep.core.periods import Month


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
