"""What was asked in a cell, and what became of it, month by month: by what was done then, whatever followed."""

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext_lazy as _

from nennep.core.measures import Counted, Measure, declare_measures
from nennep.core.periods import Month
from nennep.petitions.queries.months import count_petitions_of


def _count_petitions(cells: Collection[int], month: Month, _day: date) -> Counted:
    return count_petitions_of(cells, month)


declare_measures(
    Measure(
        "petitions_raised",
        _("Kiến nghị đã nêu"),
        "Petitions raised in the month in the cell that had them then; opinions that ask for nothing are none.",
        "rules.md §7",
    ),
    Measure(
        "petitions_answered",
        _("Kiến nghị được trả lời"),
        "Petitions of the cell that had their first answer in the month; what was joined is answered with the other one.",
        "rules.md §7: answered is not solved",
    ),
    Measure(
        "petitions_answered_late",
        _("Kiến nghị trả lời trễ"),
        "Of `petitions_answered`, after the last day of the clock as it stood then.",
        "rules.md §7: 30, 60 or 90 working days by level (policy)",
    ),
    Measure(
        "petitions_solved",
        _("Kiến nghị đã khép lại"),
        "Petitions of the cell that were settled in the month: by its word, on the spot, or with a recorded reason.",
    ),
    Measure(
        "petitions_reopened",
        _("Kiến nghị mở lại"),
        "Petitions of the cell of which it said in the month that they are not settled, or only in part.",
    ),
    count=_count_petitions,
)
