"""What becomes of rows of organizations when a unit ends (core/references.py)."""

from nennep.core.references import GOES_ON, HISTORY, SAME_PLACE, Stays, declare

declare("organizations.OrganizationPeriod.organization", merged=HISTORY, split=HISTORY, closed=HISTORY, moved=HISTORY)
declare(
    "organizations.OrganizationPeriod.parent",
    merged=Stays("the merger itself has moved the open units below; former periods are history"),
    split=GOES_ON,
    closed=Stays("a unit with open units below it is not closed"),
    moved=SAME_PLACE,
)
declare("organizations.Succession.predecessor", merged=HISTORY, split=HISTORY, closed=HISTORY, moved=HISTORY)
declare("organizations.Succession.successor", merged=HISTORY, split=HISTORY, closed=HISTORY, moved=HISTORY)
declare(
    "organizations.Term.organization",
    merged=Stays("the successor counts its papers by its own terms"),
    split=GOES_ON,
    closed=HISTORY,
    moved=SAME_PLACE,
)
