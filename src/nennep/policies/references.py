"""What becomes of rows of policies when a unit ends (core/references.py)."""

from nennep.core.references import GOES_ON, HISTORY, SAME_PLACE, Stays, declare

declare(
    "policies.PolicyPack.organization",
    merged=Stays("the rules of the successor hold for what came to it; past months are judged by the former ones"),
    split=GOES_ON,
    closed=HISTORY,
    moved=SAME_PLACE,
)
