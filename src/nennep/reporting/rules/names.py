"""How units and months are called where many stand under each other."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nennep.core.periods import Month


def say_days(count: int) -> str:
    return ngettext("%(count)s ngày", "%(count)s ngày", count) % {"count": count}


def say_months(count: int) -> str:
    return ngettext("%(count)s tháng", "%(count)s tháng", count) % {"count": count}


def say_month(month: Month) -> str:
    return _("tháng %(number)s") % {"number": month.number}
