"""What becomes of rows of organizations when a unit ends (core/references.py)."""

from django.utils.translation import gettext_lazy as _

from nennep.core.access import Actor
from nennep.core.references import GOES_ON, HISTORY, SAME_PLACE, ByService, Ended, Follows, Shown, Stays, declare
from nennep.organizations import services


def hand_on(ended: Ended) -> int:
    return services.hand_archives_on(actor=Actor.system(), organization_id=ended.former_id)


declare(
    "organizations.Organization.kept_by",
    shown=Shown(_("Đơn vị trước đây mà hồ sơ lưu ở đây"), str),
    merged=Follows(),
    split=Stays("an archive is not divided: the unit that was split goes on and keeps what it kept"),
    closed=ByService(hand_on),
    moved=SAME_PLACE,
)

declare("organizations.OrganizationPeriod.organization", merged=HISTORY, split=HISTORY, closed=HISTORY, moved=HISTORY)
declare(
    "organizations.OrganizationPeriod.parent",
    merged=Stays("the merger itself has moved the open units below; former periods are history"),
    split=GOES_ON,
    closed=Stays("a unit with open units below it is not closed"),
    moved=SAME_PLACE,
)
for name in ("unit", "ancestor"):
    declare(f"organizations.Ancestry.{name}", merged=HISTORY, split=HISTORY, closed=HISTORY, moved=HISTORY)
declare("organizations.FormerCellType.organization", merged=HISTORY, split=HISTORY, closed=HISTORY, moved=HISTORY)
declare("organizations.Succession.predecessor", merged=HISTORY, split=HISTORY, closed=HISTORY, moved=HISTORY)
declare("organizations.Succession.successor", merged=HISTORY, split=HISTORY, closed=HISTORY, moved=HISTORY)
for name, why in {
    "organization": "whoever planned it is told on its day that it cannot be done; it is planned anew",
    "target": "on its day it goes to whatever the target was merged into",
}.items():
    declare(
        f"organizations.PlannedChange.{name}",
        merged=Stays(why),
        split=GOES_ON,
        closed=Stays("whoever planned it is told on its day that it cannot be done"),
        moved=SAME_PLACE,
    )
declare(
    "organizations.Term.organization",
    merged=Stays("the successor counts its papers by its own terms"),
    split=GOES_ON,
    closed=HISTORY,
    moved=SAME_PLACE,
)
