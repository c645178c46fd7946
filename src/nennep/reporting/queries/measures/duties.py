"""Tasks with their date in the month."""

from collections.abc import Collection, Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nennep.core.periods import Month
from nennep.core.wording import say_date
from nennep.duties.choices import DutyState
from nennep.duties.queries import count_duties, list_due
from nennep.reporting.queries.measures.kinds import Figure, Measure, Row, RowScope, Totals
from nennep.reporting.rules.figures import MonthCounts


def _count_duties(cells: Collection[int], month: Month) -> Mapping[int, MonthCounts]:
    found = count_duties(organization_ids=cells, month=month)
    return {cell: MonthCounts(tasks_due=counts.due, tasks_done=counts.done) for cell, counts in found.items()}


def _show_duties(totals: Totals) -> Figure:
    return Figure(totals.counts.tasks_done, totals.counts.tasks_due, _("nhiệm vụ đến hạn đã xong"))


def _read_duties(scope: RowScope) -> Iterable[Row]:
    due = list_due(organization_ids=scope.cells, month=scope.month)
    seen = set(due.visible_to(scope.actor).values_list("pk", flat=True))
    for duty in due.select_related("assignee").order_by("due_on", "pk"):
        overdue = duty.state == DutyState.ONGOING and duty.due_on is not None and duty.due_on < scope.today
        yield scope.row(
            duty.organization_id,
            duty.title,
            duty.assignee.full_name,
            say_date(duty.due_on),
            str(duty.get_state_display()),
            late=overdue or duty.state == DutyState.NOT_DONE,
            hidden=duty.pk not in seen,
        )


DUTIES = Measure(
    "nhiem-vu",
    gettext_lazy("Nhiệm vụ đến hạn"),
    _show_duties,
    (gettext_lazy("Nhiệm vụ"), gettext_lazy("Người làm"), gettext_lazy("Hạn"), gettext_lazy("Kết quả")),
    _read_duties,
    count=_count_duties,
    names_members=True,
)
