"""What is counted of a cell's tasks month by month."""

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext_lazy as _

from nennep.core.measures import Counted, Measure, declare_measures
from nennep.core.periods import Month
from nennep.duties.queries import count_duties


def _count_duties(cells: Collection[int], month: Month, _day: date) -> Counted:
    found = count_duties(organization_ids=cells, month=month)
    return {
        cell: {
            "tasks_due": counts.due,
            "tasks_done": counts.done,
            "tasks_late": counts.late,
            "tasks_postponed": counts.postponed,
        }
        for cell, counts in found.items()
    }


declare_measures(
    Measure(
        "tasks_due",
        _("Nhiệm vụ đến hạn"),
        "Tasks with a due date in the month, those too that were put off later, without those taken back by its end.",
    ),
    Measure("tasks_done", _("Nhiệm vụ xong đúng hạn"), "Of `tasks_due`, done by then, in time."),
    Measure(
        "tasks_late",
        _("Nhiệm vụ xong muộn"),
        "Tasks done in the month past their date, also when that lay in an earlier month.",
    ),
    Measure(
        "tasks_postponed", _("Nhiệm vụ lùi hạn"), "Of `tasks_due`, put off to a later day by the end of the month."
    ),
    count=_count_duties,
)
