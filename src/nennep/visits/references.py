"""What becomes of assignments and visits when a unit ends (core/references.py)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from nennep.core.access import Actor
from nennep.core.references import GOES_ON, HISTORY, SAME_PLACE, ByService, Ended, Ends, Follows, Shown, Stays, declare
from nennep.core.wording import say_short_date
from nennep.visits.queries.facts import get_unit_of_event
from nennep.visits.services.units import follow_unit_end


def end_unit(ended: Ended) -> int:
    heir = get_unit_of_event(ended.successor_id) if ended.successor_id else None
    return follow_unit_end(
        actor=Actor.system(), organization_id=ended.former_id, successor=heir, on=ended.on, now=ended.now
    )


def say_official(row: Any) -> str:
    return str(row.official)


def say_visit(visit: Any) -> str:
    return f"{visit.official} ({say_short_date(visit.planned_on)})"


declare(
    "visits.CommentBankEntry.organization",
    shown=Shown(_("Câu nhận xét mẫu")),
    merged=Follows(),
    split=GOES_ON,
    closed=HISTORY,
    moved=SAME_PLACE,
)
declare(
    "visits.OfficeHolding.organization",
    shown=Shown(_("Chức danh thôi giữ"), say_official),
    merged=Ends(days=1),
    split=GOES_ON,
    closed=Ends(days=1),
    moved=SAME_PLACE,
)
for name, shown in (
    ("Assignment.organization", Shown(_("Phân công theo dõi"), say_official)),
    (
        "Visit.cell",
        Shown(_("Lượt cấp ủy viên dự đã định (chuyển sang chi bộ nhận, không chuyển được thì thôi)"), say_visit),
    ),
):
    declare(
        f"visits.{name}",
        shown=shown,
        merged=ByService(end_unit),
        split=GOES_ON,
        closed=ByService(end_unit),
        moved=SAME_PLACE,
    )
declare(
    "visits.VisitOpinion.passed_to",
    merged=Stays("what was passed on is a petition, which follows; the report says where it went then"),
    split=HISTORY,
    closed=HISTORY,
    moved=HISTORY,
)
