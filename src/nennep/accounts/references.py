"""What becomes of rows of accounts when a unit ends (core/references.py)."""

from nennep.core.references import GOES_ON, SAME_PLACE, Stays, declare

declare(
    "accounts.RoleGrant.organization",
    merged=Stays("whoever ran the unit goes on reading its books; those who run the successor are appointed"),
    split=GOES_ON,
    closed=Stays("whoever ran the unit goes on reading its books"),
    moved=SAME_PLACE,
)
