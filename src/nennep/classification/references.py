"""What becomes of ratings when two records of members are merged, or a unit ends (core/references.py)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from nennep.classification import services
from nennep.core.access import Actor
from nennep.core.references import GOES_ON, HISTORY, SAME_PLACE, ByService, Ended, Follows, Shown, Stays, declare


def say_campaign(row: Any) -> str:
    return str(row.campaign)


def follow_units(ended: Ended) -> int:
    units = [pk for pk in (ended.former_id, ended.successor_id) if pk]
    return services.follow_units(actor=Actor.system(), unit_ids=units, now=ended.now)


def take_ratings(ended: Ended) -> int:
    return services.take_ratings(actor=Actor.system(), former_id=ended.former_id, heir_id=ended.heir_id, now=ended.now)


declare(
    "classification.Rating.member",
    shown=Shown(_("Kết quả xếp loại"), say_campaign, ("campaign",)),
    merged=ByService(take_ratings),
)
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
    shown=Shown(_("Mục xếp loại của đợt đang làm"), say_campaign, ("campaign",)),
    merged=ByService(follow_units),
    split=ByService(follow_units),
    closed=ByService(follow_units),
    moved=ByService(follow_units),
)
for name in ("Rating.former_unit", "Rating.temporary_unit", "ListedCase.breach_unit", "ListedCase.deciding_unit"):
    declare(f"classification.{name}", merged=HISTORY, split=HISTORY, closed=HISTORY, moved=HISTORY)
