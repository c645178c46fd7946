"""A round on one page: how each kind of subjects was rated, who still owes what, whom and what to commend."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from nennep.classification.choices import NotRatedReason, RatingLevel, RatingState, Side, SubjectKind
from nennep.classification.models import Campaign, Rating, RatingComplaint, RatingQuerySet
from nennep.classification.queries.doors import get_round
from nennep.classification.queries.figures import DECIDED_LEVEL, LevelCount, tally_levels
from nennep.classification.queries.round_units import RoundUnitRow, list_round_units
from nennep.classification.rules import count_years_running
from nennep.core.access import Actor

OWING_SHOWN = 30  # units that still owe something, in the order of the tree


@dataclass(frozen=True, slots=True)
class KindLine:
    """How far the ratings of one kind of subjects are."""

    kind: str
    count: LevelCount

    @property
    def levels(self) -> tuple[int, ...]:
        """Those decided, the highest level first."""
        return tuple(self.count.levels.values())

    @property
    def not_rated(self) -> int:
        return sum(self.count.not_rated.values())

    @property
    def good_or_better_percent(self) -> Fraction | None:
        share = self.count.good_or_better
        return None if share is None else 100 * share


@dataclass(frozen=True, slots=True)
class Commendation:
    """Somebody or something rated with the highest level, for `years` years running with this one.

    `is_long`: proposed to the level above as well. `is_held_back`: a complaint about the rating is open; nothing is proposed until
    it is answered.
    """

    public_id: UUID
    subject: str
    unit: str
    kind: str
    years: int
    is_long: bool
    is_held_back: bool


@dataclass(frozen=True, slots=True)
class RollUp:
    """Of a round: a line for each kind, the units that owe something (`owing` of `owing_count`), whom to commend."""

    campaign: Campaign
    lines: tuple[KindLine, ...]
    owing: tuple[RoundUnitRow, ...]
    owing_count: int
    commendations: tuple[Commendation, ...]

    @property
    def commended_years(self) -> int:
        return self.campaign.rules.commended_years

    @property
    def long_count(self) -> int:
        return sum(one.is_long for one in self.commendations)


def get_roll_up(*, actor: Actor, public_id: UUID) -> RollUp:
    """For those who read the round as a whole. Raises NotFound. A constant number of queries.

    Of a round of a quarter nothing is commended: HD 06-HD/TW (9/6/2025), item 19, speaks of years.
    """
    campaign = get_round(actor=actor, public_id=public_id)
    ratings = Rating.objects.current().filter(campaign=campaign)
    owing = tuple(unit for unit in list_round_units(campaign, ratings, ()) if unit.with_cell + unit.waiting)
    return RollUp(
        campaign=campaign,
        lines=_count_kinds(ratings),
        owing=owing[:OWING_SHOWN],
        owing_count=len(owing),
        commendations=() if campaign.quarter else _list_commendations(campaign, ratings),
    )


def _count_kinds(ratings: RatingQuerySet) -> tuple[KindLine, ...]:
    """One query. Who turned out to be no subject of the round is in no line."""
    found = ratings.exclude(not_rated__in=NotRatedReason.outside()).with_levels().order_by("pk")
    rows: dict[str, list[tuple[str, str, str | None]]] = defaultdict(list)
    for kind, *row in found.values_list("kind", "state", "not_rated", DECIDED_LEVEL):
        rows[kind].append((row[0], row[1], row[2]))
    return tuple(KindLine(str(kind.label), tally_levels(rows[kind])) for kind in SubjectKind if kind in rows)


def _list_commendations(campaign: Campaign, ratings: RatingQuerySet) -> tuple[Commendation, ...]:
    """By unit and given name: nobody is ranked. Two queries."""
    of_it = Q(rating=OuterRef("pk")) | Q(rating__replaced_by=OuterRef("pk"))
    complaint = RatingComplaint.objects.filter(of_it, settled_on=None)
    best = _with_highest(ratings).annotate(has_complaint=Exists(complaint)).select_related("organization", "member")
    rows = list(best.order_by("organization__path", "kind", "member__name_key", "pk"))
    years = _list_years(campaign, rows)
    needed = campaign.rules.commended_years
    return tuple(
        _commend(rating, count_years_running(years[_key(rating)], until=campaign.year), needed) for rating in rows
    )


def _with_highest(ratings: RatingQuerySet) -> RatingQuerySet:
    decided = ratings.filter(state__in=RatingState.decided())
    return decided.filter(verdicts__side=Side.DECIDED, verdicts__level=RatingLevel.EXCELLENT)


def _list_years(campaign: Campaign, rows: Iterable[Rating]) -> dict[tuple[str, int], set[int]]:
    """Years with the highest level of each subject, this one too; of any round, for members move."""
    years: dict[tuple[str, int], set[int]] = {_key(rating): {campaign.year} for rating in rows}
    span = range(campaign.year - campaign.rules.commended_years + 1, campaign.year)
    earlier = _with_highest(Rating.objects.current()).filter(campaign__quarter=None, campaign__year__in=span)
    people = Q(member__in=Rating.objects.filter(campaign=campaign).values("member"))
    units = Q(member=None, organization__in=Rating.objects.filter(campaign=campaign).values("organization"))
    found = earlier.filter(people | units).order_by("pk")
    for kind, member, unit, year in found.values_list("kind", "member_id", "organization_id", "campaign__year"):
        if (key := (kind, member or unit)) in years:
            years[key].add(year)
    return years


def _key(rating: Rating) -> tuple[str, int]:
    return rating.kind, rating.member_id or rating.organization_id


def _commend(rating: Rating, years: int, needed: int) -> Commendation:
    return Commendation(
        public_id=rating.public_id,
        subject=rating.subject,
        unit=rating.organization.name,
        kind=rating.get_kind_display(),
        years=years,
        is_long=years >= needed,
        is_held_back=rating.has_complaint,  # type: ignore[attr-defined]  # annotated above
    )
