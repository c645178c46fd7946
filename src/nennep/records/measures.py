"""What stays of a cell's meetings month by month."""

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext_lazy as _

from nennep.core.measures import Counted, Measure, declare_measures
from nennep.core.periods import Month
from nennep.records.queries.kept import count_kept


def _count_kept(cells: Collection[int], month: Month, _day: date) -> Counted:
    return count_kept(cells, month)


declare_measures(
    Measure(
        "minutes_approved",
        _("Biên bản đã duyệt"),
        "Of `cells_met`, meetings whose minutes were approved.",
        "Điều lệ Đảng, Điều 22; HD 01-HD/TW",
    ),
    Measure("filed", _("Hồ sơ đã gửi"), "Of `cells_met`, meetings whose papers were sent up and archived."),
    Measure(
        "filed_in_time",
        _("Gửi hồ sơ đúng hạn"),
        "Of `filed`, on or before the last day that the policy of the day of the meeting gives.",
        "HD 42-HD/BTCTW: within two days",
    ),
    count=_count_kept,
)
