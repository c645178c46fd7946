"""What the pages of ratings show: rounds, a unit in a round, one rating, a person's own. Lists stand by given name, never by points."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from nennep.classification.choices import (
    CampaignState,
    CapGroup,
    RatingLevel,
    RatingState,
    Side,
    SubjectKind,
)
from nennep.classification.models import (
    Campaign,
    CapNote,
    Rating,
    RatingComplaint,
    RatingQuerySet,
    UnitReview,
    Verdict,
)
from nennep.classification.queries.caps import GroupCap, check_group, make_cap, read_group_caps
from nennep.classification.queries.doors import (
    find_decider,
    get_campaign,
    get_round,
    get_unit_of_round,
    is_untold,
    may_decide,
    may_propose,
)
from nennep.classification.queries.late import find_late_days
from nennep.classification.queries.order import list_owed
from nennep.classification.queries.overtaken import Overtaken, list_overtaken
from nennep.classification.queries.round_units import RoundUnitRow, list_round_units
from nennep.classification.queries.told import OPEN_TO_SUBJECT, list_standing, say_state
from nennep.classification.rules import (
    CapCheck,
    KeptRules,
    RoundCalendar,
    find_calendar,
    find_drafts_day,
    is_note_owed,
    is_too_short,
    keep_rules,
)
from nennep.core.access import Actor, any_path
from nennep.core.permissions import Permission
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.policies.queries import rules_for


@dataclass(frozen=True, slots=True)
class RatingRow:
    """One rating in a list. `level` is what the last side said, `side` which one that is; empty while nobody has.

    `is_untold`: it is the reader's own, and they were not told yet.
    """

    public_id: UUID
    name: str
    kind: str
    state: RatingState
    level: str
    side: str
    note: str
    is_untold: bool = False

    @property
    def state_words(self) -> str:
        return say_state(self.state, is_untold=self.is_untold)[0]

    @property
    def chip(self) -> str:
        return say_state(self.state, is_untold=self.is_untold)[1]


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """The round as the committee sees it. `rules_moved`: other rules hold by now, the round stays with its own.

    `left`: what closing waits for, by the condition that closing asks (`list_owed`); `own_left`: of the unit itself, which the
    level above decides and closing does not wait for. `untold`: decided below, and kept from those rated until it is announced.
    `calendar` has the days of a year: no document names those of a quarter.
    `caps`: groups alike in position that are reckoned beyond one cell. `overtaken`: decisions that wait for a second look.
    """

    campaign: Campaign
    calendar: RoundCalendar | None
    rules: KeptRules
    units: tuple[RoundUnitRow, ...]
    levels: tuple[tuple[str, int], ...]
    complaints: int
    rules_moved: bool
    may_run: bool
    may_renew: bool
    left: int
    own_left: int
    untold: int
    caps: tuple[GroupCap, ...]
    overtaken: tuple[Overtaken, ...]
    today: date

    @property
    def late(self) -> frozenset[str]:
        """Which days of `calendar` passed with something owed: a cell's proposals, decisions below, then also the unit's own."""
        if self.calendar is None or not self.campaign.is_open:
            return frozenset()
        owed = {
            "cell_due": any(one.is_cell and one.with_cell for one in self.units),
            "base_due": self.left > 0,
            "province_due": self.left + self.own_left > 0,
            "closing": self.left + self.own_left > 0,
        }
        return frozenset(name for name, owes in owed.items() if owes and getattr(self.calendar, name) < self.today)

    @property
    def may_decide(self) -> bool:
        """About what is below."""
        return self.may_run

    @property
    def is_cutoff_movable(self) -> bool:
        return self.may_renew and self.campaign.is_open


@dataclass(frozen=True, slots=True)
class RatedUnitPage:
    """A unit in a round: its people by given name, the group, the unit itself; what its cap comes to. `due` is of a year alone.

    `overtaken`: decisions that wait for a second look by `decider`, the unit that decides; for those who write or decide here.
    `finisher`: who finishes what a unit left that has ended; None for one that is there or left nothing, and once the round is over.
    """

    campaign: Campaign
    review: UnitReview
    unit: Organization
    members: tuple[RatingRow, ...]
    collectives: tuple[RatingRow, ...]
    not_rated: tuple[RatingRow, ...]
    drafts_day: date | None
    drafts_late: bool
    is_short: bool
    due: date | None
    cap: CapCheck
    without_form: int
    to_review: int
    to_propose: int
    today: date
    may_write: bool
    may_decide: bool
    may_run: bool
    decidable: int
    tellable: int
    overtaken: tuple[Overtaken, ...]
    decider: Organization | None
    finisher: Organization | None

    @property
    def is_late(self) -> bool:
        """The day passed on which the unit should have proposed, and it still owes some."""
        owes = self.without_form + self.to_review + self.to_propose > 0
        return owes and self.campaign.is_open and self.due is not None and self.due < self.today

    @property
    def is_note_owed(self) -> bool:
        return is_note_owed(self.cap, self.review.noted)


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round in the list: whoever may not open the whole of it goes to `units`, those of theirs in it. `late`: its day, once passed."""

    campaign: Campaign
    is_whole: bool
    units: tuple[Organization, ...]
    late: date | None = None


def list_campaigns(*, actor: Actor, today: date) -> tuple[RoundRow, ...]:
    """The rounds the actor may see, the newest first, each with what they may open of it. Three queries, one more once a day passed."""
    found = list(Campaign.objects.visible_to(actor).select_related("organization")[:50])
    whole = {one.pk for one in found if actor.may(Permission.RATINGS_READ, one.organization.path)}
    units: dict[int, list[Organization]] = defaultdict(list)
    narrow = UnitReview.objects.visible_to(actor).filter(campaign__in=[one.pk for one in found if one.pk not in whole])
    for review in narrow.select_related("organization").order_by("organization__path")[:UNITS_SHOWN]:
        units[review.campaign_id].append(review.organization)
    late = find_late_days([one for one in found if one.pk in whole], today=today)
    return tuple(RoundRow(one, one.pk in whole, tuple(units[one.pk]), late.get(one.pk)) for one in found)


UNITS_SHOWN = 100


def list_units_to_open(*, actor: Actor, today: date) -> tuple[Organization, ...]:
    """Where the actor may open a round, which is about everything below."""
    wide = [grant for grant in actor.grants if grant.permission == Permission.RATINGS_DECIDE and grant.subtree]
    units = Organization.objects.get_queryset().open_on(today).filter(kind__in=UnitKind.rating())
    return tuple(units.filter(any_path("path", wide))[:50])


def list_own_ratings(*, actor: Actor) -> tuple[RatingRow, ...]:
    """The acting person's own ratings, the newest first; what was decided and not told yet is kept from them (`is_untold`).

    Of a rating that was decided anew the told one stands until the new one is told.
    """
    if actor.user_id is None:
        return ()
    own = Rating.objects.filter(member__user_id=actor.user_id).exclude(campaign__state=CampaignState.CANCELLED)
    mine = list(_rows(own).order_by("-campaign__year", "-pk"))
    return tuple(
        replace(_row(rating, title=str(rating.campaign.title), is_untold=is_untold(actor, rating)), state=state)
        for rating, state in list_standing(actor, mine)
    )


def get_campaign_page(*, actor: Actor, public_id: UUID, today: date) -> CampaignPage:
    """Raises NotFound for those who may only see a rating of their own in it. A constant number of queries."""
    campaign = get_round(actor=actor, public_id=public_id)
    unit = campaign.organization
    rules = campaign.rules
    ratings = Rating.objects.current().filter(campaign=campaign)
    of_these = Q(rating__in=ratings) | Q(rating__replaced_by__in=ratings)  # also of what still stands for the person
    decided = Verdict.objects.filter(rating__in=ratings, side=Side.DECIDED, rating__kind=SubjectKind.MEMBER)
    levels = Counter(decided.values_list("level", flat=True))
    overtaken = () if campaign.is_cancelled else list_overtaken(campaign)
    return CampaignPage(
        campaign=campaign,
        calendar=None if campaign.quarter else find_calendar(rules, campaign.year),
        rules=rules,
        units=list_round_units(campaign, ratings, overtaken),
        levels=tuple((str(level.label), levels[level.value]) for level in RatingLevel),
        complaints=RatingComplaint.objects.filter(of_these, settled_on=None).count(),
        rules_moved=campaign.is_open and rules.differs_from(keep_rules(rules_for(organization=unit, on=today))),
        may_run=actor.may(Permission.RATINGS_DECIDE, unit.path),
        may_renew=actor.may_below(Permission.RATINGS_DECIDE, unit.path),
        left=list_owed(campaign).count(),
        own_left=ratings.filter(organization=unit).exclude(state__in=RatingState.settled()).count(),
        untold=ratings.filter(state=RatingState.DECIDED, replaces=None).exclude(organization=unit).count(),
        caps=_list_caps(actor, campaign),
        overtaken=overtaken,
        today=today,
    )


def _list_caps(actor: Actor, campaign: Campaign) -> tuple[GroupCap, ...]:
    """Groups of the round, and of bases for those who decide about these: whose figures come from other rounds too."""
    above = CapGroup.above_round() if may_decide(actor, campaign.organization) else ()
    found = read_group_caps(campaign, (*CapGroup.of_round(), *above))
    runs = campaign.is_open and actor.may(Permission.RATINGS_DECIDE, campaign.organization.path)
    return tuple(replace(one, may_note=runs or (campaign.is_open and one.group.is_of_bases)) for one in found)


def get_rated_unit_page(*, actor: Actor, campaign_id: UUID, unit_id: UUID, today: date) -> RatedUnitPage:
    """A unit in a round, for those who may read its ratings. Raises NotFound. A constant number of queries."""
    campaign = get_campaign(actor=actor, public_id=campaign_id)
    review = get_unit_of_round(actor=actor, campaign=campaign, public_id=unit_id)
    unit, rules = review.organization, campaign.rules
    found = list(_rows(Rating.objects.current().filter(campaign=campaign, organization=unit)))
    rows = [(rating, _row(rating)) for rating in found]
    rated = [(rating, row) for rating, row in rows if rating.state != RatingState.NOT_RATED]
    drafts = find_drafts_day(review.meeting_on, rules.draft_working_days) if review.meeting_on else None
    calendar = find_calendar(rules, campaign.year)
    left = any(not RatingState(rating.state).is_settled for rating, _row in rated)
    written = [state for state in RatingState.before_review() if state != RatingState.OPENED]
    overtaken = () if campaign.is_cancelled else list_overtaken(campaign, unit=unit)
    waiting = {one.rating.pk for one in overtaken if one.is_waited_for}
    concerns = may_propose(actor, unit) or may_decide(actor, unit)
    return RatedUnitPage(
        campaign=campaign,
        review=review,
        unit=unit,
        members=tuple(row for rating, row in rated if rating.member_id),
        collectives=tuple(row for rating, row in rated if not rating.member_id),
        not_rated=tuple(row for rating, row in rows if rating.state == RatingState.NOT_RATED),
        drafts_day=drafts,
        drafts_late=drafts is not None and (review.drafts_sent_on or today) > drafts,
        is_short=is_too_short(is_cell=unit.is_cell, days=review.days, rules=rules),
        due=None if campaign.quarter else calendar.cell_due if unit.is_cell else calendar.base_due,
        cap=make_cap(review, [rating for rating, _row in rated if rating.member_id]),
        without_form=sum(rating.state == RatingState.OPENED for rating, _row in rated),
        to_review=sum(rating.state in written for rating, _row in rated),
        to_propose=sum(rating.state in RatingState.reviewed() for rating, _row in rated),
        today=today,
        may_write=may_propose(actor, unit) and not (unit.closed_on and not left),
        may_decide=may_decide(actor, unit),
        may_run=actor.may(Permission.RATINGS_DECIDE, campaign.organization.path),
        decidable=sum(rating.state in RatingState.waiting() for rating, _row in rated),
        tellable=sum(rating.state == RatingState.DECIDED and rating.pk not in waiting for rating, _row in rated),
        overtaken=overtaken if concerns else (),
        decider=find_decider(unit) if overtaken else None,
        finisher=find_decider(unit) if unit.closed_on and left and campaign.is_open else None,
    )


def _rows(ratings: RatingQuerySet) -> RatingQuerySet:
    named = ratings.select_related("campaign__organization", "organization", "member", "former_unit", "temporary_unit")
    return named.with_levels().with_moments().order_by("member__name_key", "kind", "pk")


def _row(rating: Rating, *, title: str = "", is_untold: bool = False) -> RatingRow:
    read = OPEN_TO_SUBJECT if is_untold else tuple(Side)
    sides = [(side, getattr(rating, f"{side.value}_level")) for side in reversed(read)]
    side, level = next(((side, level) for side, level in sides if level), (None, ""))
    return RatingRow(
        public_id=rating.public_id,
        name=title or rating.subject,
        kind=rating.get_kind_display(),
        state=RatingState(rating.state),
        level=str(RatingLevel(level).label) if level else "",
        side=str(side.label) if side else "",
        note=_note_of(rating),
        is_untold=is_untold,
    )


def _note_of(rating: Rating) -> str:
    if rating.not_rated:
        return rating.get_not_rated_display()
    if rating.former_unit:
        return _("Từ %(unit)s chuyển đến trong kỳ: cần nhận xét của nơi đó") % {"unit": rating.former_unit.name}
    if rating.temporary_unit:
        return _("Đang sinh hoạt tạm thời ở %(unit)s: cần nhận xét của nơi đó") % {"unit": rating.temporary_unit.name}
    return ""


def list_history(*, actor: Actor, organization: Organization) -> tuple[RatingRow, ...]:
    """How the unit itself was rated over the years, the newest first: what was decided, by which round."""
    mine = Rating.objects.visible_to(actor).standing().filter(organization=organization, member=None)
    settled = _rows(mine.filter(state__in=RatingState.decided())).order_by("-campaign__year", "kind", "-pk")
    return tuple(_row(rating, title=f"{rating.campaign.title}: {rating.subject}") for rating in settled[:100])


def list_decidable(*, campaign: Campaign, organization: Organization) -> list[Rating]:
    """What waits for a decision in the unit."""
    waiting = Rating.objects.filter(campaign=campaign, organization=organization, state__in=RatingState.waiting())
    return list(waiting.select_related("campaign__organization", "organization", "member").order_by("pk"))


def list_tellable(*, campaign: Campaign, organization: Organization) -> list[Rating]:
    """What was decided in the unit and not told yet, in an open round, and does not wait for a second look."""
    if not campaign.is_open:
        return []
    waiting = [one.rating.pk for one in list_overtaken(campaign, unit=organization) if one.is_waited_for]
    mine = Rating.objects.filter(campaign=campaign, organization=organization, state=RatingState.DECIDED)
    decided = mine.exclude(pk__in=waiting)
    return list(decided.select_related("campaign__organization", "organization", "member").order_by("pk"))


def read_cap_note(campaign: Campaign, group: CapGroup) -> tuple[CapCheck, dict[str, Any]]:
    """What the cap of a group comes to, and what the form of its note opens with: as many as there are now."""
    note = CapNote.objects.filter(campaign=campaign, group=group).first()
    check = check_group(campaign, group, outstanding=note is not None and note.outstanding)
    said = {"note": note.note, "outstanding": note.outstanding} if note else {}
    return check, {"excellent": check.excellent, **said}


def propose_opening(today: date) -> dict[str, Any]:
    """The round of this year; the day of the list is left to the rules unless somebody names one (`find_cutoff`)."""
    return {"year": today.year}
