"""Which days the steps of a round may name: none before its period, none before the step it follows. Pure."""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from nennep.core.errors import DomainError
from nennep.core.wording import say_date

AHEAD = timedelta(days=31)  # a decision is printed here before it is signed
LATEST_AFTER = timedelta(days=183)  # a review meeting that is planned later belongs to another round


class DayOutside(DomainError):
    code = "rating_day_outside"
    message = _("Ngày này phải từ %(first)s đến %(last)s.")


def require_day(day: date | None, *, first: date, last: date, field: str) -> None:
    """Raises DayOutside beside its field; nothing for no day."""
    if day is not None and not first <= day <= last:
        raise DayOutside(first=say_date(first), last=say_date(last), field=field)
