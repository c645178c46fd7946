"""A plan as rows of a sheet: one visit a row, by day."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from nennep.core.sheets.writer import Value
from nennep.planning.queries.plans import PlanPage

PLAN_COLUMNS = (_("Ngày"), _("Cán bộ"), _("Chức vụ"), _("Chi bộ"), _("Ghi chú"))


def plan_rows(page: PlanPage) -> Iterator[tuple[Value, ...]]:
    """The visits of the plan; where the books have departed from it, the note says what became of the visit."""
    offices = {row.facts.id: row.facts.office_name for row in page.officials}
    offices |= {visit.official: visit.office for visit in page.issued.visits} if page.issued else {}
    became = {(row.visit.on, row.visit.official, row.visit.cell): row.what for row in page.departures}
    for month in page.months:
        for visit in month.visits:
            note = became.get((visit.on, visit.official, visit.cell), "")
            yield visit.on, visit.official_name, offices.get(visit.official, ""), visit.cell_name, note
