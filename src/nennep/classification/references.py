"""What becomes of ratings when two records of members are merged, or a unit ends (core/references.py)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from nennep.core.references import GOES_ON, HISTORY, SAME_PLACE, Follows, Shown, Stays, declare


def say_campaign(row: Any) -> str:
    return str(row.campaign)


declare("classification.Rating.member", shown=Shown(_("Kết quả xếp loại"), say_campaign), merged=Follows())
declare("classification.ListedCase.member", shown=Shown(_("Trường hợp phải xếp không hoàn thành")), merged=Follows())
declare(
    "classification.Campaign.organization",
    merged=Stays("a round is finished, or closed, where it was opened; the successor opens its own"),
    split=GOES_ON,
    closed=HISTORY,
    moved=SAME_PLACE,
)
declare(
    "classification.UnitReview.organization",
    merged=Stays("the meeting of that unit; the successor holds its own"),
    split=GOES_ON,
    closed=HISTORY,
    moved=SAME_PLACE,
)
declare(
    "classification.Rating.organization",
    merged=Stays(
        "rated where it was on the cut-off day; whoever is not yet reviewed is put into the unit of that day (renew_subjects)"
    ),
    split=GOES_ON,
    closed=HISTORY,
    moved=SAME_PLACE,
)
for name in ("Rating.former_unit", "Rating.temporary_unit", "ListedCase.breach_unit", "ListedCase.deciding_unit"):
    declare(f"classification.{name}", merged=HISTORY, split=HISTORY, closed=HISTORY, moved=HISTORY)
