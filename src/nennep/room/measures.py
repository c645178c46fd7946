"""Who came to a cell's meetings of a month."""

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext_lazy as _

from nennep.core.measures import Counted, Measure, declare_measures
from nennep.core.periods import Month
from nennep.room.queries.attendance import count_roll_calls


def _count_roll_calls(cells: Collection[int], month: Month, _day: date) -> Counted:
    return count_roll_calls(cells, month)


declare_measures(
    Measure(
        "counted",
        _("Lượt đảng viên phải dự"),
        "Sum of those who had to come, over the roll calls of the month's regular and combined meetings.",
        "HD 42-HD/BTCTW",
    ),
    Measure("present", _("Lượt dự"), "Of `counted`: there, online, late or gone early."),
    Measure("excused", _("Vắng có lý do"), "Of `counted`: absent with a reason."),
    Measure("unexcused", _("Vắng không lý do"), "Of `counted`: absent without a reason."),
    count=_count_roll_calls,
)
