"""What becomes of rows of accounts when a unit ends (core/references.py)."""

from nennep.core.references import GOES_ON, SAME_PLACE, Stays, declare

declare(
    "accounts.RoleGrant.organization",
    merged=Stays(
        "whoever holds it until a later day reads and finishes there; those who run the successor are appointed"
    ),
    split=GOES_ON,
    closed=Stays("whoever holds it until a later day reads and finishes there"),
    moved=SAME_PLACE,
)
