"""What becomes of the trail when two records of members are merged (core/references.py)."""

from nennep.core.references import Stays, declare

declare(
    "audit.Reading.subject_id",
    names="members.Member",
    merged=Stays("nothing of the trail is rewritten; the member's own log reads the merged records' too"),
)
