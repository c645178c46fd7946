"""Who is rated in a round, in which unit, by which form; read at once for all of it."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from nennep.classification.choices import CampaignState, NotRatedReason, RatedForm, RatingState, SubjectKind
from nennep.classification.models import Campaign, Rating
from nennep.classification.rules import KeptRules, find_not_rated
from nennep.classification.rules.forms import find_form, has_committee, is_head
from nennep.members.choices import MembershipKind, PostKind, Standing
from nennep.members.models import Membership, Post
from nennep.members.queries import posts_of_units
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.queries import paths_above


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody or something to be rated, as of the cut-off day; `not_rated` says why it is not."""

    kind: SubjectKind
    organization_id: int
    form: RatedForm
    member_id: int | None = None
    name: str = ""
    head: bool = False
    former_unit_id: int | None = None
    temporary_unit_id: int | None = None
    not_rated: NotRatedReason | None = None


_Held = Mapping[int, Mapping[int, list[PostKind]]]


@dataclass(frozen=True, slots=True)
class _Round:
    campaign: Campaign
    cells: list[Organization]
    on: date
    min_months: int
    members: Collection[int] | None  # of these alone


def list_round_cells(organization: Organization, on: date) -> list[Organization]:
    """The cells whose members are rated in a round of this unit: all below a base organisation, its own below an upper one."""
    cells = Organization.objects.get_queryset().open_on(on).cells().filter(path__startswith=organization.path)
    if organization.kind == UnitKind.UPPER_DIRECT:
        cells = cells.filter(depth=organization.depth + 1)
    return list(cells)


def list_subjects(
    *, campaign: Campaign, rules: KeptRules, today: date, members: Collection[int] | None = None
) -> list[Subject]:
    """Everybody and everything to be rated, members of a unit by given name; or some members. Six queries, whatever their number.

    Who was reviewed in another round of the same time is not rated once more.
    """
    on = min(campaign.cutoff_on, today)
    cells = list_round_cells(campaign.organization, on)
    units = cells if campaign.organization.is_cell else [*cells, campaign.organization]
    posts = posts_of_units([unit.pk for unit in units], on)
    held: dict[int, dict[int, list[PostKind]]] = defaultdict(lambda: defaultdict(list))
    for unit, holders in posts.items():
        for holder in holders:
            held[unit][holder.member_id].append(holder.kind)
    kinds = {unit.pk: [holder.kind for holder in posts[unit.pk]] for unit in units}
    found = list(_members(_Round(campaign, cells, on, rules.min_months, members), held))
    if members is None:
        found += [subject for cell in cells for subject in _of_cell(cell, kinds[cell.pk])]
        found += _of_base(campaign.organization)
    elsewhere = _read_elsewhere(campaign)
    return [replace(one, not_rated=NotRatedReason.ELSEWHERE) if key_of(one) in elsewhere else one for one in found]


def key_of(one: Rating | Subject) -> tuple[str, int, bool]:
    """Who or what it is, in any round."""
    return (str(one.kind), one.member_id or one.organization_id, one.member_id is None)


def _read_elsewhere(campaign: Campaign) -> set[tuple[str, int, bool]]:
    """What was reviewed in other rounds of the same year or quarter."""
    rows = Rating.objects.standing().filter(campaign__year=campaign.year, campaign__quarter=campaign.quarter)
    begun = rows.exclude(campaign=campaign).exclude(state__in=(RatingState.NOT_RATED, *RatingState.before_review()))
    return {key_of(one) for one in begun.only("kind", "member_id", "organization_id")}


def _of_cell(cell: Organization, posts: list[PostKind]) -> Iterator[Subject]:
    if has_committee(posts):
        yield Subject(SubjectKind.LEADERSHIP, cell.pk, RatedForm.COLLECTIVE)
    yield Subject(SubjectKind.CELL, cell.pk, RatedForm.COLLECTIVE)


def _of_base(unit: Organization) -> Iterator[Subject]:
    if unit.kind == UnitKind.BASE:
        yield Subject(SubjectKind.LEADERSHIP, unit.pk, RatedForm.COLLECTIVE)
        yield Subject(SubjectKind.BASE, unit.pk, RatedForm.COLLECTIVE)


def _members(round_: "_Round", held: _Held) -> Iterator[Subject]:
    types = {cell.pk: cell.cell_type for cell in round_.cells}
    here = Membership.objects.on(round_.on).filter(organization_id__in=list(types))
    here = here if round_.members is None else here.filter(member_id__in=list(round_.members))
    rows = here.filter(kind=MembershipKind.OFFICIAL).order_by("organization__path", "member__name_key", "member_id")
    former = _read_former(round_.campaign, here.values("member_id"))
    temporary = _read_temporary(here.values("member_id"), round_.on)
    fields = ("organization_id", "member_id", "member__full_name", "standing", "member__admitted_on")
    for unit, member, name, standing, admitted in rows.values_list(*fields):
        posts = held[unit].get(member, [])
        elsewhere = [other for other in former[member] if other != unit]
        yield Subject(
            SubjectKind.MEMBER,
            unit,
            find_form(posts=posts, cell_type=types[unit]),
            member_id=member,
            name=name,
            head=is_head(posts),
            former_unit_id=elsewhere[-1] if elsewhere else None,
            temporary_unit_id=temporary.get(member),
            not_rated=find_not_rated(
                standing=Standing(standing),
                admitted_on=admitted,
                cutoff=round_.campaign.cutoff_on,
                min_months=round_.min_months,
            ),
        )


def _read_former(campaign: Campaign, members: QuerySet[Membership, Any]) -> dict[int, list[int]]:
    """Where members sat whose row ended in what is looked back on, the last one last."""
    ended = Membership.objects.filter(
        member_id__in=members,
        kind=MembershipKind.OFFICIAL,
        valid_to__gt=campaign.first_day,
        valid_to__lte=campaign.cutoff_on,
    ).order_by("valid_to", "pk")
    found: dict[int, list[int]] = defaultdict(list)
    for member, unit in ended.values_list("member_id", "organization_id"):
        found[member].append(unit)
    return found


def _read_temporary(members: QuerySet[Membership, Any], on: date) -> dict[int, int]:
    rows = Membership.objects.on(on).filter(member_id__in=members, kind=MembershipKind.TEMPORARY).order_by("pk")
    return dict(rows.values_list("member_id", "organization_id"))


def list_breach_units(rating: Rating) -> list[Organization]:
    """Where a breach of whoever is rated may have been done; the unit in which it is rated first.

    Of a member also every cell they belonged to in the period, and every unit in which they held a post then: a breach counts
    where it was done, though it was punished elsewhere (addendum a.1). Two queries, none of a unit.
    """
    if rating.member_id is None:
        return [rating.organization]
    campaign = rating.campaign
    in_period = Q(valid_to=None) | Q(valid_to__gt=campaign.first_day)
    places = [
        row.organization
        for kind in (Membership, Post)
        for row in kind.objects.filter(in_period, member=rating.member_id, valid_from__lte=campaign.last_day)
        .select_related("organization")
        .order_by("valid_from", "pk")
    ]
    return list(dict.fromkeys([rating.organization, *places]))


def list_rounds_of(members: Collection[int], *, since: date) -> list[Campaign]:
    """Open rounds that look at that day or a later one and rate these members, or stand above a cell of theirs. Three queries, or one."""
    found = list_rounds_since(since)
    if not found:
        return []
    paths = list(
        Organization.objects.filter(memberships__member__in=list(members))
        .distinct()
        .order_by("pk")
        .values_list("path", flat=True)
    )
    rated = set(
        Rating.objects.current()
        .filter(member_id__in=list(members))
        .order_by("pk")
        .values_list("campaign_id", flat=True)
    )
    return [one for one in found if one.pk in rated or any(path.startswith(one.organization.path) for path in paths)]


def list_rounds_since(since: date) -> list[Campaign]:
    """Open rounds that look at that day or a later one. One query."""
    rounds = Campaign.objects.filter(state=CampaignState.OPEN, cutoff_on__gte=since)
    return list(rounds.select_related("organization").order_by("pk"))


def list_moved(unit: Organization, *, since: date, until: date) -> frozenset[int]:
    """Members who came to a cell of the unit, left one, took a post there or gave one back, on one of these days. One query."""
    days = Q(valid_from__range=(since, until)) | Q(valid_to__range=(since, until))
    which = Q(organization__path__startswith=unit.path) & days
    rows = [kind.objects.order_by().filter(which).values_list("member_id") for kind in (Membership, Post)]
    return frozenset(member for (member,) in rows[0].union(rows[1]))


def list_rounds_beside(campaign: Campaign) -> list[Campaign]:
    """Open rounds of the same time in which somebody is not rated because they were reviewed in another one. One query."""
    beside = Campaign.objects.filter(state=CampaignState.OPEN, year=campaign.year, quarter=campaign.quarter)
    waiting = beside.filter(ratings__not_rated=NotRatedReason.ELSEWHERE).exclude(pk=campaign.pk)
    return list(waiting.distinct().order_by("pk"))


def list_open_rounds(unit_ids: Collection[int]) -> list[Campaign]:
    """Open rounds that rate one of the units, or stand above it."""
    units = Organization.objects.get_queryset().filter(pk__in=unit_ids)
    above = {path for unit in units for path in paths_above(unit)}
    concerned = Q(ratings__organization__in=units) | Q(organization__path__in=above)
    return list(Campaign.objects.filter(concerned, state=CampaignState.OPEN).distinct().order_by("pk"))
