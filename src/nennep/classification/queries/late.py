"""Days of a round that passed with something owed: whose step it is, for homes and for the notice of the daily work."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nennep.classification.choices import CampaignState, LateKind, RatingState
from nennep.classification.models import Campaign, CampaignQuerySet, Rating, UnitReview
from nennep.classification.rules import RoundCalendar, find_calendar
from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.core.wording import say_date
from nennep.organizations.models import Organization

_Counts = Mapping[int, Counter[RatingState]]  # by unit


@dataclass(frozen=True, slots=True)
class LateStep:
    """A step that somebody owes in an open round after its day; `review` is that of its unit, `owed` how many ratings it is about.

    `days`: those that passed, the first one first, each with what it is called in the round.
    """

    kind: LateKind
    campaign: Campaign
    review: UnitReview
    owed: int
    days: tuple[tuple[str, date], ...]

    @property
    def due(self) -> date:
        """The first day that passed."""
        return self.days[0][1]

    @property
    def keys(self) -> frozenset[str]:
        """What is told once: a day that was moved has a key of its own."""
        return frozenset(f"{self.kind.value} {name} {day.isoformat()}" for name, day in self.days)

    @property
    def words(self) -> str:
        """`Xếp loại năm 2026: còn 28 mục chưa đề nghị, hạn 10/12/2026`."""
        values = {"round": self.campaign.title, "count": self.owed, "day": say_date(self.due)}
        if self.kind == LateKind.REVIEW:
            return _("%(round)s: chưa ghi đã họp kiểm điểm, định ngày %(day)s") % values
        if self.kind == LateKind.PROPOSE:
            said = "%(round)s: còn %(count)s mục chưa đề nghị, hạn %(day)s"
            return ngettext(said, said, self.owed) % values
        return (
            ngettext(
                "%(round)s: còn %(count)s mục chưa quyết định, hạn %(day)s",
                "%(round)s: còn %(count)s mục chưa quyết định, hạn %(day)s",
                self.owed,
            )
            % values
        )


@dataclass(frozen=True, slots=True)
class LateLine:
    """What a home says of a round whose day passed: `campaign` None leads to the list of rounds, `unit` to the unit's page in it."""

    words: str
    due: date
    campaign: Campaign | None = None
    unit: Organization | None = None


def list_late_steps(*, today: date) -> list[LateStep]:
    """Of all open rounds, whoever owes them. Three queries."""
    return _list_late(list(_open_rounds()), today)


def list_late_in_cell(*, actor: Actor, cell: Organization, today: date) -> tuple[LateLine, ...]:
    """What a cell owes after its day, one line for a round; nothing for whoever may not write there. Three queries, one without a round."""
    if not actor.may(Permission.RATINGS_WRITE, cell.path):
        return ()
    found = _list_late(list(_open_rounds().filter(reviews__organization=cell)), today, unit=cell)
    last = {one.campaign.pk: one for one in found}  # what comes after the review says more
    return tuple(LateLine(one.words, one.due, one.campaign, cell) for one in last.values())


def list_late_rounds(*, actor: Actor, unit: Organization, today: date) -> tuple[LateLine, ...]:
    """Of a unit above cells: its own rounds, then in one line those below it. For whoever reads its ratings.

    Four queries at most, one without a round.
    """
    if not actor.may(Permission.RATINGS_READ, unit.path):
        return ()
    rounds = list(_open_rounds().filter(organization__path__startswith=unit.path))
    own = _list_late([one for one in rounds if one.organization_id == unit.pk], today)
    lines = [_say_round(steps) for steps in _group(own) if any(one.kind != LateKind.ABOVE for one in steps)]
    return (*lines, *_say_below([one for one in rounds if one.organization_id != unit.pk], today))


def _group(steps: Sequence[LateStep]) -> list[list[LateStep]]:
    found: dict[int, list[LateStep]] = defaultdict(list)
    for one in steps:
        found[one.campaign.pk].append(one)
    return list(found.values())


def _say_round(steps: Sequence[LateStep]) -> LateLine:
    """What its unit owes, the last step of it; else how many units below have not proposed, or not said that they met."""
    campaign = steps[0].campaign
    mine = [one for one in steps if one.review.organization_id == campaign.organization_id]
    own = next((one for one in reversed(mine) if one.kind != LateKind.ABOVE), None)
    if own is not None:
        return LateLine(own.words, own.due, campaign)
    units = {one.review.organization_id for one in steps}
    words = ngettext("%(round)s: %(count)s đơn vị quá hạn", "%(round)s: %(count)s đơn vị quá hạn", len(units)) % {
        "round": campaign.title,
        "count": len(units),
    }
    return LateLine(words, min(one.due for one in steps), campaign)


def _say_below(below: Sequence[Campaign], today: date) -> tuple[LateLine, ...]:
    late = find_late_days(below, today=today)
    if not late:
        return ()
    words = ngettext(
        "%(count)s đợt xếp loại của cấp dưới quá hạn", "%(count)s đợt xếp loại của cấp dưới quá hạn", len(late)
    )
    return (LateLine(words % {"count": len(late)}, min(late.values())),)


def find_late_days(rounds: Sequence[Campaign], *, today: date) -> dict[int, date]:
    """Of open rounds of a year in which something is undecided after the day of the base, that day by the round's id.

    One query, none before that day.
    """
    days = {one.pk: find_calendar(one.rules, one.year).base_due for one in rounds if one.is_open and not one.quarter}
    passed = [pk for pk, day in days.items() if day < today]
    if not passed:
        return {}
    owing = Rating.objects.current().filter(campaign__in=passed).exclude(state__in=RatingState.settled())
    late = owing.order_by("campaign_id").values_list("campaign_id", flat=True).distinct()
    return {pk: days[pk] for pk in late}


def _open_rounds() -> CampaignQuerySet:
    return Campaign.objects.filter(state=CampaignState.OPEN).select_related("organization").order_by("pk")


def _list_late(found: Sequence[Campaign], today: date, *, unit: Organization | None = None) -> list[LateStep]:
    """Of these rounds, or of one unit in them, in the order of the tree. Two queries, none without a round."""
    if not found:
        return []
    rows = Rating.objects.current().filter(campaign__in=found)
    reviews = UnitReview.objects.filter(campaign__in=found).select_related("organization")
    if unit is not None:
        rows, reviews = rows.filter(organization=unit), reviews.filter(organization=unit)
    counts: dict[int, dict[int, Counter[RatingState]]] = defaultdict(lambda: defaultdict(Counter))
    fields = ("campaign_id", "organization_id", "state")
    for campaign, place, state, number in rows.order_by().values_list(*fields).annotate(number=Count("pk")):
        counts[campaign][place][RatingState(state)] = number
    by_round: dict[int, list[UnitReview]] = defaultdict(list)
    for review in reviews.order_by("organization__path", "pk"):
        by_round[review.campaign_id].append(review)
    return [step for one in found for step in _find_late(one, by_round[one.pk], counts[one.pk], today)]


def _find_late(campaign: Campaign, reviews: Sequence[UnitReview], counts: _Counts, today: date) -> Iterator[LateStep]:
    calendar = None if campaign.quarter else find_calendar(campaign.rules, campaign.year)
    for review in reviews:
        owed = _count_owed(campaign, review, counts)
        for kind in LateKind:
            named = _list_days(kind, calendar, review) if owed[kind] else {}
            passed = tuple((name, day) for name, day in named.items() if day is not None and day < today)
            if passed:
                yield LateStep(kind, campaign, review, owed[kind], passed)


def _list_days(kind: LateKind, calendar: RoundCalendar | None, review: UnitReview) -> dict[str, date | None]:
    """By when the step is to be done, by the names of these days: a quarter has none but the unit's own."""
    if kind == LateKind.REVIEW:
        return {"meeting_on": review.meeting_on}
    if calendar is None:
        return {}
    names = kind.days if review.organization.is_cell or kind != LateKind.PROPOSE else LateKind.DECIDE.days
    return {name: getattr(calendar, name) for name in names}


def _count_owed(campaign: Campaign, review: UnitReview, counts: _Counts) -> Counter[LateKind]:
    """How many ratings each step of the unit is about.

    The round's own unit decides what is below, as closing counts it (`list_owed`); after that it proposes its own, which the level
    above decides.
    """
    mine = counts.get(review.organization_id, Counter())
    before = _sum(mine, RatingState.before_proposal())
    unreviewed = 0 if review.held_on else _sum(mine, RatingState.before_review())
    if review.organization_id != campaign.organization_id:
        return Counter({LateKind.REVIEW: unreviewed, LateKind.PROPOSE: before})
    undecided = [state for state in RatingState if not state.is_settled]
    below = sum(_sum(states, undecided) for unit, states in counts.items() if unit != review.organization_id)
    waiting = _sum(mine, RatingState.waiting())
    own = 0 if below else before
    return Counter(
        {LateKind.REVIEW: unreviewed, LateKind.PROPOSE: own, LateKind.DECIDE: below, LateKind.ABOVE: waiting}
    )


def _sum(states: Counter[RatingState], wanted: Sequence[RatingState]) -> int:
    return sum(states[state] for state in wanted)
