"""The yearly rating of the demonstration's commune: that of 2025 finished, that of 2026 begun. Invented people only."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from nennep.classification.choices import CampaignState, RatingLevel, RatingState, Side, SubjectKind
from nennep.classification.models import Campaign, Rating, UnitReview, Verdict
from nennep.classification.services import Opening, open_campaign
from nennep.core.access import Actor
from nennep.organizations.models import Organization

SEED, DOCUMENT, BATCH = 366, "118-QĐ/ĐU", 1000
EXCELLENT_OF_HUNDRED = 15  # of the members of a cell: within the cap


def write_rounds(*, commune_code: str, now: datetime) -> None:
    """Where the year before is over, its round too; this year's is opened and nobody has written a form yet."""
    random = Random(SEED)  # noqa: S311  a demonstration needs no secrecy
    commune = Organization.objects.get_queryset().get(code=commune_code)
    year = now.year
    opened = now.replace(year=year - 1, month=12, day=1)
    past = _open(commune, year - 1, opened)
    _finish(past, opened + timedelta(days=20), random)
    _open(commune, year, now)


def _open(commune: Organization, year: int, at: datetime) -> Campaign:
    opening = Opening(year, date(year, 12, 31))
    return open_campaign(actor=Actor.system(), organization=commune, opening=opening, now=at)


def _finish(campaign: Campaign, at: datetime, random: Random) -> None:
    """Every unit met, proposed, and was told what was decided; the round is closed."""
    held = at.date() - timedelta(days=12)
    days = {"meeting_on": held, "held_on": held, "drafts_sent_on": held - timedelta(days=7)}
    UnitReview.objects.filter(campaign=campaign).update(**days)
    rated = Rating.objects.filter(campaign=campaign).exclude(state=RatingState.NOT_RATED)
    verdicts: list[Verdict] = []
    for unit in sorted({one.organization_id for one in rated}):
        mine = list(rated.filter(organization=unit).select_related("organization").order_by("kind", "pk"))
        people = [one for one in mine if one.kind == SubjectKind.MEMBER]
        best = {one.pk for one in random.sample(people, len(people) * EXCELLENT_OF_HUNDRED // 100)}
        for one in mine:
            level = RatingLevel.EXCELLENT if one.pk in best else RatingLevel.GOOD
            verdicts.extend(_say(one, level, campaign, at))
    Verdict.objects.bulk_create(verdicts, batch_size=BATCH)
    told = {"state": RatingState.FILED, "reviewed_on": held, "announced_on": at.date(), "filed_on": at.date()}
    rated.update(**told)
    Campaign.objects.filter(pk=campaign.pk).update(state=CampaignState.CLOSED, closed_on=at.date())


def _say(rating: Rating, level: RatingLevel, campaign: Campaign, at: datetime) -> Iterator[Verdict]:
    common, results = (Decimal(28), Decimal(64)) if level == RatingLevel.EXCELLENT else (Decimal(25), Decimal(57))
    for side, unit in (
        (Side.SELF, rating.organization),
        (Side.PROPOSED, rating.organization),
        (Side.DECIDED, campaign.organization),
    ):
        decided = {"document_number": DOCUMENT, "document_on": at.date()} if side == Side.DECIDED else {}
        yield Verdict(
            rating=rating,
            side=side,
            common=common,
            results=results,
            level=level,
            at=at,
            by_name=unit.name,
            unit_name=unit.name,
            **decided,
        )
