"""Who came to a cell's meetings of a month."""

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext_lazy as _

from nennep.core.measures import Counted, Measure, declare_measures
from nennep.core.periods import Month
from nennep.room.queries.attendance import count_course, count_roll_calls


def _count_roll_calls(cells: Collection[int], month: Month, _day: date) -> Counted:
    return count_roll_calls(cells, month)


def _count_course(cells: Collection[int], month: Month, _day: date) -> Counted:
    return count_course(cells, month)


declare_measures(
    Measure(
        "counted",
        _("Lượt đảng viên phải dự"),
        "Sum of those who had to come, over the roll calls of the month's regular and combined meetings.",
        "HD 42-HD/BTCTW",
    ),
    Measure("present", _("Lượt dự"), "Of `counted`: there, online, late or gone early."),
    Measure("present_online", _("Lượt dự trực tuyến"), "Of `present`: connected from elsewhere.", "HD 03-HD/TW"),
    Measure("excused", _("Vắng có lý do"), "Of `counted`: absent with a reason."),
    Measure("unexcused", _("Vắng không lý do"), "Of `counted`: absent without a reason."),
    count=_count_roll_calls,
)
declare_measures(
    Measure(
        "meeting_minutes",
        _("Số phút sinh hoạt"),
        "Whole minutes from opening to closing of the month's held regular or combined meeting.",
        "HD 42-HD/BTCTW",
    ),
    Measure(
        "speakers",
        _("Đảng viên phát biểu"),
        "Members who took the floor at least once at that meeting, as the room noted it.",
        "HD 42-HD/BTCTW: at least half of those who came",
    ),
    Measure("praised", _("Lượt biểu dương"), "Praises noted at that meeting."),
    Measure("reminded", _("Lượt nhắc nhở"), "Reminders noted at that meeting."),
    count=_count_course,
)
