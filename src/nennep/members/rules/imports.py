"""From which day on what an import makes may be kept."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from nennep.core.errors import DomainError


class UsedInFuture(DomainError):
    code = "used_in_future"
    message = _("Ngày này chưa tới. Chọn hôm nay hoặc một ngày đã qua.")
    field = "used_from"


class UsedBeforeUnit(DomainError):
    code = "used_before_unit"
    message = _("Đơn vị thành lập ngày %(since)s. Hãy chọn ngày ấy hoặc muộn hơn.")
    field = "used_from"


def require_used_from(day: date, *, opened_on: date, today: date) -> None:
    """Raises UsedInFuture; UsedBeforeUnit for a day before the unit was founded."""
    if day > today:
        raise UsedInFuture
    if day < opened_on:
        raise UsedBeforeUnit(since=f"{opened_on:%d/%m/%Y}")
