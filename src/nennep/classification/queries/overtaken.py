"""Decisions that something made doubtful after they were taken: what the level that decides owes a second look (HD 43; ADR 0031).

A complaint that was found right, a document of a listed case that was recorded since or that was dropped since though the lowest level
rests on it, something below that was rated anew since.
Rating anew answers them, and so does a sentence that says why the level stands (`LevelKept`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from nennep.classification.choices import ListedKind, RatingLevel, RatingState, Side, SubjectKind
from nennep.classification.models import Campaign, ListedCase, Rating, RatingComplaint, Verdict
from nennep.classification.queries.doors import cases_of
from nennep.classification.queries.facts import find_against
from nennep.classification.queries.order import rests_on
from nennep.classification.rules.steps import LookAgainFirst, ReratingOwed
from nennep.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Overtaken:
    """A decision, and what came after it. `upheld`: a complaint was found right; `cases`: how many documents were recorded since.

    `unfounded`: the lowest level was decided by a listed case that stands no more. `anew`: what it rests on and was rated anew since,
    by name. Notice and filing wait for all but that (`require_standing`).
    """

    rating: Rating
    upheld: bool = False
    cases: int = 0
    unfounded: bool = False
    anew: tuple[str, ...] = ()

    @property
    def is_waited_for(self) -> bool:
        return self.upheld or self.cases > 0 or self.unfounded

    @property
    def words(self) -> str:
        """Why, in one line without what is in the papers."""
        said = [
            _("khiếu nại được kết luận là đúng") if self.upheld else "",
            _("có văn bản kết luận ghi sau khi quyết định") if self.cases else "",
            _("trường hợp làm căn cứ xếp loại đã bỏ vì ghi nhầm") if self.unfounded else "",
            _("đã xếp loại lại %(names)s") % {"names": ", ".join(self.anew)} if self.anew else "",
        ]
        return "; ".join(one for one in said if one)


def list_overtaken(campaign: Campaign, *, unit: Organization | None = None) -> tuple[Overtaken, ...]:
    """Of a round, or of a unit in it, by the order of the tree and by name. Seven queries at most, however many ratings."""
    return _read(campaign, Q() if unit is None else Q(organization=unit))


def find_overtaken(rating: Rating) -> Overtaken | None:
    """Of one rating; None where its decision stands undoubted."""
    return next(iter(_read(rating.campaign, Q(pk=rating.pk))), None)


def require_standing(ratings: Sequence[Rating]) -> None:
    """Of these, of one round, no decision waits for a second look. Raises ReratingOwed, LookAgainFirst for the first that does."""
    if not ratings:
        return
    for one in _read(ratings[0].campaign, Q(pk__in=[rating.pk for rating in ratings])):
        if one.upheld:
            raise ReratingOwed(subject=one.rating.subject)
        if one.is_waited_for:
            raise LookAgainFirst(subject=one.rating.subject, why=one.words)


@dataclass(frozen=True, slots=True)
class _Decided:
    """A decided rating, its level, and when that was decided or last looked at again."""

    rating: Rating
    level: str
    seen_at: datetime


def _read(campaign: Campaign, among: Q) -> tuple[Overtaken, ...]:
    upheld = _list_upheld(campaign)
    cases = _list_cases(campaign)
    anew = _list_anew(campaign)
    listed = _list_decided_by_case(campaign)
    if not (upheld or cases or anew or listed):
        return ()
    decided = _list_decided(campaign, among & _concerned({*upheld, *listed}, cases, resting=bool(anew)))
    against = _list_against(campaign, decided, cases)
    found = [_look(one, upheld, against[one.rating.pk], anew) for one in decided]
    without = {one.rating.pk for one in decided if not any(_is_own(case, one.rating) for case in cases)}
    unkept = {one.rating.pk for one in decided if one.rating.kept_at is None}
    found = [replace(one, unfounded=one.rating.pk in listed & without & unkept) for one in found]
    return tuple(one for one in found if one.is_waited_for or one.anew)


def _list_decided_by_case(campaign: Campaign) -> frozenset[int]:
    """Ratings at the lowest level with a listed case when they were decided; not those rated anew, whose facts are former ones."""
    said = Verdict.objects.filter(
        side=Side.DECIDED,
        level=RatingLevel.UNSATISFACTORY,
        facts__evidence__listed=True,
        rating__campaign=campaign,
        rating__replaces=None,
        rating__state__in=RatingState.decided(),
    )
    return frozenset(said.order_by("pk").values_list("rating_id", flat=True))


def _list_upheld(campaign: Campaign) -> dict[int, list[RatingComplaint]]:
    """Complaints that were found right, by the rating they are about: of one that was rated anew they are answered."""
    rows = RatingComplaint.objects.filter(rating__campaign=campaign, upheld=True).exclude(
        rating__state=RatingState.REPLACED
    )
    found: dict[int, list[RatingComplaint]] = defaultdict(list)
    for one in rows.only("rating_id", "settled_on", "settled_at").order_by("pk"):
        found[one.rating_id].append(one)
    return found


def _list_cases(campaign: Campaign) -> list[ListedCase]:
    """Of whoever is rated in the round, and of units in it; one recorded before the moment was kept came after no decision."""
    members = Rating.objects.filter(campaign=campaign, member__isnull=False).values("member_id")
    mine = Q(member__in=members) | Q(breach_unit__path__startswith=campaign.organization.path)
    rows = cases_of(campaign).filter(mine).select_related("breach_unit")
    return list(rows.order_by("pk"))


def _list_anew(campaign: Campaign) -> list[tuple[Rating, datetime]]:
    """What was rated anew, with when."""
    rows = Rating.objects.current().filter(campaign=campaign, replaces__isnull=False)
    found = rows.select_related("organization", "member").with_moments()
    return [(one, one.decided_at) for one in found.order_by("member__name_key", "pk") if one.decided_at]


def _concerned(upheld: Collection[int], cases: Sequence[ListedCase], *, resting: bool) -> Q:
    """Which rows may be concerned at all: so that of three thousand a few are read."""
    which = Q(pk__in=list(upheld)) | Q(member__in={one.member_id for one in cases if one.member_id})
    which |= Q(member=None, organization__in={one.breach_unit_id for one in cases if one.member_id is None})
    if resting or any(ListedKind(one.kind).is_discipline for one in cases):
        which |= ~Q(kind=SubjectKind.MEMBER) | Q(is_head=True)
    return which


def _list_decided(campaign: Campaign, which: Q) -> list[_Decided]:
    """Those of them that are decided; of a decision of which nobody kept the moment nothing can be said."""
    rows = Rating.objects.filter(which, campaign=campaign, state__in=RatingState.decided()).with_levels().with_moments()
    named = rows.select_related("campaign__organization", "organization", "member")
    return [
        _Decided(one, one.decided_level or "", max(one.decided_at, one.kept_at or one.decided_at))
        for one in named.order_by("organization__path", "member__name_key", "pk")
        if one.decided_at
    ]


def _list_against(
    campaign: Campaign, decided: Sequence[_Decided], cases: Sequence[ListedCase]
) -> dict[int, list[ListedCase]]:
    """Cases that lower whoever is rated, by the rating.

    Their own where the level is not the lowest, discipline of those who lead and of units below where it is the highest.
    """
    ratings = [one.rating for one in decided]
    own = {one.pk: [case for case in cases if _is_own(case, one)] for one in ratings}
    barred = find_against(campaign, ratings, [case for case in cases if ListedKind(case.kind).is_discipline])
    found: dict[int, list[ListedCase]] = {}
    for one in decided:
        mine = [] if one.level == RatingLevel.UNSATISFACTORY else own[one.rating.pk]
        found[one.rating.pk] = [*mine, *(barred.get(one.rating.pk, ()) if one.level == RatingLevel.EXCELLENT else ())]
    return found


def _is_own(case: ListedCase, rating: Rating) -> bool:
    """As `list_cases` has them."""
    if rating.member_id:
        return case.member_id == rating.member_id
    return case.member_id is None and case.breach_unit_id == rating.organization_id


def _look(
    one: _Decided,
    upheld: dict[int, list[RatingComplaint]],
    against: Iterable[ListedCase],
    anew: Iterable[tuple[Rating, datetime]],
) -> Overtaken:
    return Overtaken(
        one.rating,
        upheld=any(_is_after(complaint, one.seen_at) for complaint in upheld.get(one.rating.pk, ())),
        cases=sum(case.recorded_at is not None and case.recorded_at > one.seen_at for case in against),
        anew=tuple(other.subject for other, at in anew if at > one.seen_at and rests_on(one.rating, other)),
    )


def _is_after(complaint: RatingComplaint, moment: datetime) -> bool:
    """Answered after that; of an answer of which nobody kept the moment, on a later day."""
    if complaint.settled_at is not None:
        return complaint.settled_at > moment
    return complaint.settled_on is not None and complaint.settled_on > localdate(moment)
