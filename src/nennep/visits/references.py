"""What becomes of assignments and visits when a unit ends (core/references.py)."""

from nennep.core.access import Actor
from nennep.core.references import GOES_ON, HISTORY, SAME_PLACE, ByService, Ended, Ends, Follows, Stays, declare
from nennep.visits.queries.facts import get_unit_of_event
from nennep.visits.services.units import follow_unit_end


def end_unit(ended: Ended) -> int:
    heir = get_unit_of_event(ended.successor_id) if ended.successor_id else None
    return follow_unit_end(
        actor=Actor.system(), organization_id=ended.former_id, successor=heir, on=ended.on, now=ended.now
    )


declare("visits.CommentBankEntry.organization", merged=Follows(), split=GOES_ON, closed=HISTORY, moved=SAME_PLACE)
declare("visits.OfficeHolding.organization", merged=Ends(days=1), split=GOES_ON, closed=Ends(days=1), moved=SAME_PLACE)
for name in ("Assignment.organization", "Visit.cell"):
    declare(
        f"visits.{name}",
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
