"""Rounds of ratings for tests."""

from datetime import date
from decimal import Decimal
from typing import Any

from nennep.classification.choices import RatedForm, RatingLevel, RatingState, Side, SubjectKind
from nennep.classification.models import Campaign, Rating, Verdict
from nennep.classification.rules import find_period, keep_rules
from nennep.core.frozen import hash_content, write_content
from nennep.members.models import Member
from nennep.organizations.models import Organization
from nennep.policies.queries import rules_for
from tests.factories.core import NOW, TODAY


def make_campaign(unit: Organization, *, year: int = 2026, quarter: int | None = None) -> Campaign:
    content = write_content(keep_rules(rules_for(organization=unit, on=TODAY)))
    return Campaign.objects.create(
        organization=unit,
        year=year,
        quarter=quarter,
        cutoff_on=date(year, 12, 31),
        last_day=find_period(year, quarter)[1],
        opened_on=TODAY,
        opened_by_name="Người thử",
        content=content,
        sha256=hash_content(content),
    )


def make_rating(campaign: Campaign, unit: Organization, member: Member | None = None, **fields: Any) -> Rating:
    kind = SubjectKind.MEMBER if member else SubjectKind.CELL
    form = RatedForm.OUTSIDE if member else RatedForm.COLLECTIVE
    return Rating.objects.create(
        **{"campaign": campaign, "organization": unit, "member": member, "kind": kind, "form": form, **fields}
    )


def make_verdict(rating: Rating, side: Side, level: RatingLevel = RatingLevel.GOOD, **fields: Any) -> Verdict:
    facts = {"common": Decimal(25), "results": Decimal(60), "by_name": "Người thử", "at": NOW, **fields}
    return Verdict.objects.create(rating=rating, side=side, level=level, **facts)


def settle(rating: Rating, level: RatingLevel, state: RatingState = RatingState.DECIDED) -> Rating:
    """As if it had gone all the way."""
    for side in (Side.SELF, Side.PROPOSED, Side.DECIDED):
        make_verdict(rating, side, level)
    rating.state = state
    rating.announced_on = TODAY if state.step > RatingState.DECIDED.step else None
    rating.save(update_fields=["state", "announced_on"])
    return rating
