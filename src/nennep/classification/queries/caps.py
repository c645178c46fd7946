"""How many of each group alike in position are excellent by what the last side said, and how many may be: pages and decisions ask here."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from django.db.models import Q
from django.utils.translation import gettext as _

from nennep.classification.choices import CapGroup, RatingLevel, RatingState, Side, SubjectKind
from nennep.classification.models import Campaign, CapNote, CapNoted, Rating, RatingQuerySet, UnitReview
from nennep.classification.queries.doors import deciding_path
from nennep.classification.rules import CapCheck, FormerNote, NotedCap, check_cap, find_cap_group, is_note_owed
from nennep.members.queries import posts_of_units
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization

Place: TypeAlias = tuple[int, int | None]  # a unit and a member of it, by id


@dataclass(frozen=True, slots=True)
class GroupCap:
    """One group of a round with its cap, why it is passed and for how many that holds; `may_note`: the reader says why.

    `former`: what was said before, the newest first.
    """

    group: CapGroup
    check: CapCheck
    note: str
    noted: NotedCap | None = None
    may_note: bool = False
    former: tuple[FormerNote, ...] = ()

    @property
    def is_owed(self) -> bool:
        return is_note_owed(self.check, self.noted)

    @property
    def chip(self) -> str:
        """`data-state` of the chip; empty while the cap is kept."""
        if not self.check.over:
            return ""
        return "late" if self.is_owed else "due"

    @property
    def words(self) -> str:
        if self.is_owed:
            return _("Vượt, cần ghi lý do")
        return _("Đang vượt, còn mục chưa có mức") if self.check.unsaid and self.noted is None else _("Vượt")


def read_cap(review: UnitReview) -> CapCheck:
    """Of the members without a leading post that are rated in the unit. Two queries."""
    return read_caps([review])[review.pk]


def read_caps(reviews: Sequence[UnitReview]) -> dict[int, CapCheck]:
    """The same of several units of one round, by the review. Two queries, none for none."""
    if not reviews:
        return {}
    campaign, units = reviews[0].campaign, [review.organization_id for review in reviews]
    rows = Rating.objects.current().filter(campaign=campaign, organization__in=units, kind=SubjectKind.MEMBER)
    leading = read_leading(campaign, units)
    alike: dict[int, list[Rating]] = defaultdict(list)
    for rating in _with_levels(rows):
        if group_of(rating, leading) == CapGroup.MEMBERS:
            alike[rating.organization_id].append(rating)
    return {
        review.pk: _check(
            alike[review.organization_id], campaign, outstanding=review.outstanding, noted_at=_noted_at(review)
        )
        for review in reviews
    }


def make_cap(review: UnitReview, members: Iterable[Rating]) -> CapCheck:
    """The same of rows that were read with their levels; who leads is in a group of the round (`CapGroup`). One query."""
    leading = read_leading(review.campaign, [review.organization_id])
    alike = [one for one in members if group_of(one, leading) == CapGroup.MEMBERS]
    return _check(alike, review.campaign, outstanding=review.outstanding, noted_at=_noted_at(review))


def read_group_caps(campaign: Campaign, groups: Collection[CapGroup]) -> tuple[GroupCap, ...]:
    """Groups of a round that are reckoned beyond one cell, those in which somebody is rated. Four queries, four more for bases."""
    found: dict[CapGroup, list[Rating]] = defaultdict(list)
    for group, rating in _list_alike(campaign, groups):
        found[group].append(rating)
    notes = {note.group: note for note in CapNote.objects.filter(campaign=campaign)}
    return tuple(_make_group(campaign, group, found[group], notes.get(group)) for group in groups if group in found)


def read_leading(campaign: Campaign, units: Collection[int]) -> frozenset[Place]:
    """Who holds a post that leads one of these units on the round's day. One query, none for no unit.

    The post decides among whom somebody is alike, never the form, which people may choose (rules.md §4.6 no. 1).
    """
    posts = posts_of_units(units, campaign.cutoff_on) if units else {}
    return frozenset((unit, one.member_id) for unit, holders in posts.items() for one in holders if one.kind.signs)


def check_group(campaign: Campaign, group: CapGroup, *, outstanding: bool) -> CapCheck:
    """What the cap of one group comes to, were it an outstanding one or not. Three queries, four more for bases."""
    alike = [rating for _group, rating in _list_alike(campaign, [group])]
    return _check(alike, campaign, outstanding=outstanding)


def group_of(rating: Rating, leading: Collection[Place] = frozenset()) -> CapGroup:
    """Among whom it is alike; of members it takes who leads (`read_leading`)."""
    return find_cap_group(
        kind=SubjectKind(rating.kind),
        leads=(rating.organization_id, rating.member_id) in leading,
        is_cell=rating.organization.is_cell,
    )


def _make_group(campaign: Campaign, group: CapGroup, alike: Collection[Rating], note: CapNote | None) -> GroupCap:
    noted_at = _noted_at(note) if note else None
    check = _check(alike, campaign, outstanding=note is not None and note.outstanding, noted_at=noted_at)
    if note is None:
        return GroupCap(group, check, "")
    return GroupCap(group, check, note.note, note.noted, former=note.former)


def _noted_at(kept: CapNoted) -> datetime | None:
    """When the note that holds was written; None without one, and where nobody kept the moment."""
    return kept.noted_at if kept.noted else None


def _check(
    alike: Collection[Rating], campaign: Campaign, *, outstanding: bool, noted_at: datetime | None = None
) -> CapCheck:
    counts = Counter(last_level(one) for one in alike)
    return check_cap(
        good=counts[RatingLevel.GOOD.value],
        excellent=counts[RatingLevel.EXCELLENT.value],
        rated=len(alike),
        unsaid=counts[None],
        undecided=sum(not RatingState(one.state).is_decided for one in alike),
        rules=campaign.rules,
        outstanding=outstanding,
        anew=sum(_is_explained(one, noted_at) for one in alike),
    )


def _is_explained(rating: Rating, noted_at: datetime | None) -> bool:
    """Made excellent by a re-rating, whose reason stands for the note; one before the note is among those that this names."""
    if rating.replaces_id is None or last_level(rating) != RatingLevel.EXCELLENT:
        return False
    is_later = noted_at is None or rating.decided_at is None or rating.decided_at > noted_at
    return is_later and rating.replaced_level != RatingLevel.EXCELLENT


def _list_alike(campaign: Campaign, groups: Collection[CapGroup]) -> list[tuple[CapGroup, Rating]]:
    """Ratings of the round in these groups; of bases those of all rounds of the same time that the same unit decides."""
    units = UnitReview.objects.filter(campaign=campaign).order_by("pk").values_list("organization_id", flat=True)
    leading = read_leading(campaign, list(units))
    beyond_cells = ~Q(kind=SubjectKind.MEMBER) | Q(member__in={member for _unit, member in leading})
    mine = _with_levels(Rating.objects.current().filter(beyond_cells, campaign=campaign))
    rows = [(group_of(one, leading), one) for one in mine]
    if any(group.is_of_bases for group in groups):
        rows = [row for row in rows if not row[0].is_of_bases]
        rows += [(group_of(one), one) for one in _list_bases(campaign)]
    return [row for row in rows if row[0] in groups]


def _list_bases(campaign: Campaign) -> list[Rating]:
    """Base organisations and their committees, of every round of the year or quarter, that one unit decides about."""
    above = deciding_path(campaign.organization)
    of_time = Rating.objects.standing().filter(campaign__year=campaign.year, campaign__quarter=campaign.quarter)
    found = _with_levels(of_time.filter(organization__path__startswith=above).exclude(kind=SubjectKind.MEMBER))
    deciding = set(
        Organization.objects.get_queryset()
        .filter(path__startswith=above, kind__in=[kind for kind in UnitKind if kind.takes_over])
        .order_by("path")
        .values_list("path", flat=True)
    )
    return [one for one in found if group_of(one).is_of_bases and _nearest(one.organization.path, deciding) == above]


def _nearest(path: str, deciding: Collection[str]) -> str:
    """The longest of the paths above that decides."""
    return max((one for one in deciding if path.startswith(one) and path != one), key=len, default="")


def _with_levels(ratings: RatingQuerySet) -> RatingQuerySet:
    return (
        ratings.exclude(state=RatingState.NOT_RATED)
        .select_related("organization")
        .with_levels()
        .with_moments()
        .order_by("pk")
    )


def last_level(rating: Rating) -> str | None:
    """What the last side above the person said; None while nobody has."""
    said = (getattr(rating, f"{side.value}_level") for side in Side.from_above())
    return next((level for level in said if level), None)
