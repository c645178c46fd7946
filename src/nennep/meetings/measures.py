"""What is counted of a cell's meetings month by month."""

from collections.abc import Collection
from datetime import date

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from nennep.core.measures import Counted, Measure, declare_measures
from nennep.core.periods import Month
from nennep.meetings.choices import MeetingKind
from nennep.meetings.models import Meeting
from nennep.meetings.queries.keeping import count_papers, judge_meetings


def _count_meetings(cells: Collection[int], month: Month, _day: date) -> Counted:
    judged = judge_meetings(cells, month)
    return {
        cell: {"cells": 1, "cells_met": int(cell in judged.met), "cells_on_time": int(cell in judged.on_time)}
        for cell in judged.owing | set(judged.met)
    }


def _count_themes(cells: Collection[int], month: Month, _day: date) -> Counted:
    held = Meeting.objects.held().of_month(month.first_day).filter(kind__in=MeetingKind.themed())
    rows = held.filter(organization__in=cells).order_by().values_list("organization_id").annotate(count=Count("pk"))
    return {cell: {"thematic_meetings": count} for cell, count in rows}


def _count_papers(cells: Collection[int], month: Month, _day: date) -> Counted:
    return count_papers(cells, month)


declare_measures(
    Measure(
        "cells",
        _("Chi bộ phải họp"),
        "Cells that held a regular or combined meeting for the month, or owed one: those that were there, and used the program, "
        "from their meeting day to the last day on time.",
        "Điều lệ Đảng, Điều 22; HD 42-HD/BTCTW",
    ),
    Measure(
        "cells_met", _("Chi bộ đã họp"), "Of `cells`, those that held at least one regular or combined meeting for it."
    ),
    Measure(
        "cells_on_time",
        _("Họp đúng ngày quy định"),
        "Of `cells_met`, those held on the fixed day or within the days to which it may be moved (policy), or not owed.",
    ),
    count=_count_meetings,
)
declare_measures(
    Measure(
        "thematic_meetings",
        _("Buổi sinh hoạt chuyên đề"),
        "Thematic and combined meetings held for the month.",
        "HD 42-HD/BTCTW: at least one a quarter",
    ),
    count=_count_themes,
)
declare_measures(
    Measure(
        "papers_sent",
        _("Buổi có gửi giấy mời, tài liệu"),
        "Of `cells_met`, meetings whose notice and papers went out, at whatever time.",
    ),
    Measure(
        "papers_in_time",
        _("Gửi giấy mời, tài liệu đúng hạn"),
        "Of `papers_sent`, on or before the last day that the policy of the meeting's day gives.",
        "HD 42-HD/BTCTW: at least one day before",
    ),
    count=_count_papers,
)
