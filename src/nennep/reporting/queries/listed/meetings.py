"""Cells that held the month's meeting, and those of them that kept the fixed day."""

from collections.abc import Container, Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nennep.core.wording import say_date
from nennep.meetings.queries.keeping import JudgedMonth, judge_meetings
from nennep.reporting.queries.listed.kinds import Figure, ListedFigure, Row, RowScope, Totals


def _show_met(totals: Totals) -> Figure:
    words = _("chi bộ đã họp") if totals.is_month else _("buổi thường kỳ đã họp")
    return Figure(totals.counts["cells_met"], totals.counts["cells"], words)


def _show_on_time(totals: Totals) -> Figure:
    words = _("họp đúng ngày quy định") if totals.is_month else _("buổi họp đúng ngày quy định")
    return Figure(totals.counts["cells_on_time"], totals.counts["cells"], words)


def _read_met(scope: RowScope) -> Iterable[Row]:
    judged = judge_meetings(list(scope.cells), scope.month)
    return _read_days(scope, judged, in_order=judged.met)


def _read_on_time(scope: RowScope) -> Iterable[Row]:
    judged = judge_meetings(list(scope.cells), scope.month)
    return _read_days(scope, judged, in_order=judged.on_time)


def _read_days(scope: RowScope, judged: JudgedMonth, *, in_order: Container[int]) -> Iterable[Row]:
    for cell in scope.cells:
        met = judged.met.get(cell)
        if cell not in judged.owing and not met:
            continue
        kept = _("đúng") if cell in judged.on_time else _("ngoài ngày") if met else "–"
        day = say_date(met[-1]) if met else _("chưa họp")
        yield scope.row(cell, day, kept, late=cell not in in_order)


_COLUMNS = (gettext_lazy("Ngày họp"), gettext_lazy("Đúng ngày quy định"))

MET = ListedFigure("da-hop", gettext_lazy("Chi bộ đã họp"), _show_met, _COLUMNS, _read_met)
ON_TIME = ListedFigure("dung-ngay", gettext_lazy("Họp đúng ngày quy định"), _show_on_time, _COLUMNS, _read_on_time)
