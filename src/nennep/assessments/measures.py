"""Scores of a cell's meetings month by month. Points are counted in hundredths, so that sums of halves stay exact."""

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext_lazy as _

from nennep.assessments.queries.sums import count_scores
from nennep.core.measures import Counted, Measure, declare_measures
from nennep.core.periods import Month


def _count_scores(cells: Collection[int], month: Month, _day: date) -> Counted:
    return count_scores(cells, month)


declare_measures(
    Measure(
        "scored",
        _("Buổi đã có điểm"),
        "Of `cells_met`, meetings with a score that counts, by whichever side the policy calls official.",
        "HD 42-HD/BTCTW; KH 08-KH/ĐU",
    ),
    Measure("points", _("Tổng điểm (phần trăm điểm)"), "Sum of the scores of `scored`, in hundredths of a point."),
    Measure("graded_good", _("Buổi xếp loại Tốt"), "Of `scored`, by the levels of the sheet or policy of its day."),
    Measure("graded_fair", _("Buổi xếp loại Khá"), "Of `scored`, likewise."),
    Measure("graded_average", _("Buổi xếp loại Trung bình"), "Of `scored`, likewise."),
    Measure("graded_poor", _("Buổi xếp loại Kém"), "Of `scored`, likewise."),
    Measure("self_scored", _("Buổi chi bộ tự chấm"), "Of `cells_met`, meetings whose own score the cell agreed."),
    Measure("self_points", _("Tổng điểm tự chấm (phần trăm điểm)"), "Sum of these, in hundredths of a point."),
    Measure(
        "upper_scored", _("Buổi cấp trên chấm"), "Of `cells_met`, meetings that the committee above scored itself."
    ),
    Measure("upper_points", _("Tổng điểm cấp trên chấm (phần trăm điểm)"), "Sum of these, in hundredths of a point."),
    count=_count_scores,
)
