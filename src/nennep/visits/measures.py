"""Officials attending a cell's meetings month by month."""

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext_lazy as _

from nennep.core.measures import Counted, Measure, declare_measures
from nennep.core.periods import Month
from nennep.visits.queries.tallies import count_visits


def _count_visits(cells: Collection[int], month: Month, _day: date) -> Counted:
    return count_visits(cells, month)


declare_measures(
    Measure(
        "visits_planned",
        _("Lượt dự sinh hoạt theo lịch"),
        "Visits with their day in the month: still to come, attended or missed. One that was called off, or that somebody else "
        "made in the place of the first, is none.",
        "rules.md §3: who attends how often is a policy",
    ),
    Measure("visits_made", _("Lượt cấp trên đã dự"), "Of `visits_planned`, attended."),
    Measure("visits_missed", _("Lượt cấp trên không dự"), "Of `visits_planned`, missed, with or without a reason."),
    Measure("visits_reported", _("Lượt dự đã báo cáo"), "Of `visits_made`, with the report sent."),
    count=_count_visits,
)
