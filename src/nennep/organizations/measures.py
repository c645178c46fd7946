"""The cells themselves."""

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext_lazy as _

from nennep.core.measures import Counted, Measure, declare_measures
from nennep.core.periods import Month


def _count_cells(cells: Collection[int], _month: Month, _day: date) -> Counted:
    """Whoever counts asks for those that stood there in the month."""
    return {cell: {"cells_there": 1} for cell in cells}


declare_measures(
    Measure(
        "cells_there",
        _("Chi bộ"),
        "Cells that existed, and used the program, on at least one day of the month.",
        adds_up=False,
    ),
    count=_count_cells,
)
