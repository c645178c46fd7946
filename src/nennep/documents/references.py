"""What becomes of rows of documents when a unit ends (core/references.py)."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from nennep.core.references import GOES_ON, HISTORY, SAME_PLACE, Ended, Follows, Shown, Stays, declare


def not_received(_ended: Ended) -> Q:
    return Q(received_at=None)


declare("documents.Document.organization", merged=HISTORY, split=GOES_ON, closed=HISTORY, moved=SAME_PLACE)
declare("documents.Distribution.from_unit", merged=HISTORY, split=GOES_ON, closed=HISTORY, moved=SAME_PLACE)
declare(
    "documents.Distribution.to_unit",
    shown=Shown(_("Tài liệu chưa nhận")),
    merged=Follows(not_received),
    split=GOES_ON,
    closed=Stays("who sent it sees that nobody was left to receive it"),
    moved=SAME_PLACE,
)
declare(
    "documents.NumberSequence.organization",
    merged=Stays("the successor counts its own papers"),
    split=GOES_ON,
    closed=HISTORY,
    moved=SAME_PLACE,
)
