"""Tasks with their date in the month, and those that were done late in it, as they stood when it ended."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nennep.core.wording import say_date
from nennep.duties.models import Duty
from nennep.duties.queries import JudgedDuty, judge_duties
from nennep.members.models import Member
from nennep.reporting.queries.listed.kinds import Figure, ListedFigure, Row, RowScope, Totals


def _show_duties(totals: Totals) -> Figure:
    """`5/8 nhiệm vụ đến hạn xong đúng hạn, 1 xong muộn, 2 lùi hạn`: what did not happen is not said."""
    counts, words = totals.counts, [_("nhiệm vụ đến hạn xong đúng hạn")]
    if counts["tasks_late"]:
        words.append(_("%(count)s xong muộn") % {"count": counts["tasks_late"]})
    if counts["tasks_postponed"]:
        words.append(_("%(count)s lùi hạn") % {"count": counts["tasks_postponed"]})
    return Figure(counts["tasks_done"], counts["tasks_due"], ", ".join(words))


def _read_duties(scope: RowScope) -> Iterable[Row]:
    found = judge_duties(organization_ids=scope.cells, month=scope.month)
    ids = [judged.duty.pk for judged in found]
    seen = set(Duty.objects.visible_to(scope.actor).filter(pk__in=ids).values_list("pk", flat=True))
    doers = {judged.duty.assignee_id for judged in found if judged.duty.pk in seen}
    names = dict(Member.objects.filter(pk__in=doers).values_list("pk", "full_name"))
    for judged in found:
        due = judged.month.due.due_on if judged.month.due else judged.duty.due_on
        missed = not judged.month.done and not judged.month.postponed
        yield scope.row(
            judged.organization_id,
            judged.duty.title,
            names.get(judged.duty.assignee_id, ""),
            say_date(due),
            _say_outcome(judged),
            late=missed and (judged.month.late or judged.month.given_up or (due is not None and due < scope.today)),
            hidden=judged.duty.pk not in seen,
        )


def _say_outcome(judged: JudgedDuty) -> str:
    month = judged.month
    words = [_("lùi hạn")] if month.postponed else []
    if month.late:
        words.append(_("xong muộn"))
    elif month.done:
        words.append(_("xong đúng hạn"))
    elif month.given_up:
        words.append(_("không hoàn thành"))
    return ", ".join(words) or _("chưa xong")


DUTIES = ListedFigure(
    "nhiem-vu",
    gettext_lazy("Nhiệm vụ đến hạn"),
    _show_duties,
    (gettext_lazy("Nhiệm vụ"), gettext_lazy("Người làm"), gettext_lazy("Hạn"), gettext_lazy("Kết quả")),
    _read_duties,
    names_members=True,
)
