"""What the daily reconciliation found: rows that do not agree with what happened."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """`count` rows of `what` (a reference, a table, where a person will look); `mended`: put right, else somebody has to see to it."""

    what: str
    count: int
    mended: bool
