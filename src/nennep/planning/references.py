"""What becomes of rows of planning when a unit ends (core/references.py)."""

from django.utils.translation import gettext_lazy as _

from nennep.core.references import GOES_ON, HISTORY, SAME_PLACE, Follows, Shown, Stays, declare

PLANNED_BEFORE = Stays("a plan says what was wished when it was made; the next one is made of the units of its day")

declare("planning.VisitPlan.organization", merged=HISTORY, split=GOES_ON, closed=HISTORY, moved=SAME_PLACE)
declare(
    "planning.PlanWish.cell", merged=PLANNED_BEFORE, split=PLANNED_BEFORE, closed=PLANNED_BEFORE, moved=PLANNED_BEFORE
)
declare(
    "planning.Absence.organization",
    shown=Shown(_("Lịch vắng của cấp ủy viên")),
    merged=Follows(),
    split=GOES_ON,
    closed=HISTORY,
    moved=SAME_PLACE,
)
declare(
    "planning.CellTraits.organization",
    merged=Stays("how hard the successor is to reach is known of the successor itself"),
    split=GOES_ON,
    closed=HISTORY,
    moved=SAME_PLACE,
)
