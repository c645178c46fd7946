"""What the sides say of a rating after the review: proposal, appraisal, decision."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import record
from nennep.classification.choices import (
    NUMBER_LIMIT,
    REASON_LIMIT,
    CampaignState,
    CapGroup,
    RatingLevel,
    RatingState,
    Side,
    SubjectKind,
    Verb,
)
from nennep.classification.models import Campaign, Rating, RatingBallot, RatingComplaint, UnitReview, Verdict
from nennep.classification.queries.caps import group_of, read_caps, read_group_caps, read_leading
from nennep.classification.queries.doors import (
    lock_ratings,
    lock_units,
    require_decider,
    require_proposer,
    target_of,
)
from nennep.classification.queries.facts import YearFacts, make_evidence, read_facts, read_recorded
from nennep.classification.queries.order import list_before_decisions, list_before_proposal
from nennep.classification.queries.voters import find_voted
from nennep.classification.rules import Judgement, is_note_owed, judge, require_as_voted, require_points
from nennep.classification.rules.days import AHEAD, require_day
from nennep.classification.rules.figures import (
    AnswersImpossible,
    FiguresImpossible,
    FiguresMoved,
    list_stale,
    require_possible,
)
from nennep.classification.rules.points import keep_items, require_sheet_items
from nennep.classification.rules.steps import (
    ComplaintIsOpen,
    require_at,
    require_nobody_before,
    require_open,
    require_rated,
    require_reason,
)
from nennep.classification.services.stepping import go_to, lock_step
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.frozen import write_content
from nennep.core.typed import require_line, take_lines

_Alike: TypeAlias = tuple[CapGroup, int | None]  # of members also the cell, by id


class DecisionNeedsNumber(DomainError):
    code = "rating_decision_needs_number"
    message = _("Hãy ghi số và ngày của văn bản quyết định.")
    field = "number"


@dataclass(frozen=True, slots=True)
class Said:
    """What a side says: the level, points of 30 and 70 (None: those of the side before), why."""

    level: RatingLevel
    common: Decimal | None = None
    results: Decimal | None = None
    items: Mapping[str, Decimal] = field(default_factory=dict)
    reason: str = ""

    @property
    def has_points(self) -> bool:
        """Whether any were given: else those of the side before stand, line by line."""
        return bool(self.items) or self.common is not None or self.results is not None


def propose(*, actor: Actor, rating: Rating, said: Said, now: datetime) -> Rating:
    """The cell (or the unit itself) proposes a level to the one above, by the facts of that moment, which are kept.

    Raises OthersFirst (the group before members, members before their cell), VotedOtherwise, DifferingNeedsReason, FiguresMoved
    (the records beside what people gave are others by now), FiguresImpossible, RatingPointsOutOfRange, CampaignIsClosed,
    CampaignIsCancelled, NotToBeRated, StepTooEarly, StepTaken, NotAllowed.
    """
    require_proposer(actor, rating.organization)
    with transaction.atomic():
        locked = lock_step(rating)
        require_at(RatingState(locked.state), RatingState.reviewed())
        require_nobody_before(list_before_proposal(locked))
        ballot = RatingBallot.objects.filter(rating=locked).first()
        require_as_voted(said.level, find_voted(ballot, locked.campaign.rules), said.reason)
        _say(actor, locked, Side.PROPOSED, said, unit=locked.organization.name, now=now)
        go_to(locked, RatingState.PROPOSED)
        record(Verb.PROPOSED, actor=actor, target=target_of(locked), now=now, details={"level": said.level.value})
    return locked


def appraise(*, actor: Actor, rating: Rating, said: Said, now: datetime) -> Rating:
    """The level above looks at the proposal before it decides.

    Raises DifferingNeedsReason, FiguresImpossible, RatingPointsOutOfRange, CampaignIsClosed, NotToBeRated, StepTooEarly,
    StepTaken, NotAllowed.
    """
    require_decider(actor, rating.organization)
    with transaction.atomic():
        locked = lock_step(rating)
        require_at(RatingState(locked.state), (RatingState.PROPOSED,))
        _say(actor, locked, Side.APPRAISED, said, unit=locked.campaign.organization.name, now=now)
        go_to(locked, RatingState.APPRAISED)
        record(Verb.APPRAISED, actor=actor, target=target_of(locked), now=now, details={"level": said.level.value})
    return locked


@dataclass(frozen=True, slots=True)
class DecisionPaper:
    """The document of a decision."""

    number: str
    on: date


class CapNeedsNote(DomainError):
    code = "rating_cap_needs_note"
    message = _(
        "%(unit)s có %(excellent)s đảng viên hoàn thành xuất sắc, tỷ lệ cho phép nhiều nhất %(allowed)s. "
        "Hãy ghi chú lý do, cho đủ số đó, ở trang xếp loại của đơn vị rồi mới quyết định."
    )


class GroupCapNeedsNote(DomainError):
    code = "rating_group_cap_needs_note"
    message = _(
        "Nhóm “%(group)s” có %(excellent)s mục hoàn thành xuất sắc, tỷ lệ cho phép nhiều nhất %(allowed)s. "
        "Hãy ghi chú lý do, cho đủ số đó, ở trang của đợt rồi mới quyết định."
    )


def decide(*, actor: Actor, rating: Rating, said: Said, paper: DecisionPaper, now: datetime) -> Rating:
    """A unit above decides by its document. Two at once: the second is told that it is decided.

    Raises OthersFirst (lower before upper, the group before its head), ComplaintIsOpen, DecisionNeedsNumber, DayOutside,
    CapNeedsNote, GroupCapNeedsNote, DifferingNeedsReason, FiguresImpossible, RatingPointsOutOfRange, CampaignIsClosed, CampaignIsCancelled,
    NotToBeRated, StepTooEarly, StepTaken, NotAllowed.
    """
    require_decider(actor, rating.organization)
    with transaction.atomic():
        _decide_all(actor, [rating], {rating.pk: said}, paper=paper, now=now)
    return rating


def decide_as_proposed(*, actor: Actor, ratings: Iterable[Rating], paper: DecisionPaper, now: datetime) -> int:
    """Decide many as the last side said, by one document: all of them or none. Lower ones first, heads last.

    Returns how many. Raises what `decide` raises. The same number of queries for any number of them, but for the trail.
    """
    wanted = sorted(ratings, key=_decided_in_order)
    if not wanted:
        return 0
    units = list({one.organization_id: one.organization for one in wanted}.values())
    require_decider(actor, units[0])
    for unit in units[1:]:
        require_decider(actor, unit)
    with transaction.atomic():
        _decide_all(actor, wanted, {}, paper=paper, now=now)
    return len(wanted)


def _decide_all(
    actor: Actor, ratings: Sequence[Rating], said: Mapping[int, Said], *, paper: DecisionPaper, now: datetime
) -> None:
    """`said` by rating; who is not in it is decided as the last side said."""
    number = require_line(paper.number, DecisionNeedsNumber, limit=NUMBER_LIMIT, field="number") if ratings else ""
    locked = _lock_all(ratings)
    if RatingComplaint.objects.filter(rating__in=locked, settled_on=None).exists():
        raise ComplaintIsOpen
    require_nobody_before(list_before_decisions(locked))
    for one in locked:
        require_day(paper.on, first=one.reviewed_on or one.campaign.first_day, last=localdate(now) + AHEAD, field="on")
    verdicts = _say_all(actor, locked, said, now=now)
    for verdict in verdicts:
        verdict.document_number, verdict.document_on = number, paper.on
    Verdict.objects.bulk_create(verdicts)
    Rating.objects.filter(pk__in=[one.pk for one in locked]).update(state=RatingState.DECIDED)
    _require_cap(locked, verdicts)
    for verdict in verdicts:
        details = {"level": str(verdict.level)}
        record(Verb.DECIDED, actor=actor, target=target_of(verdict.rating), now=now, details=details)


def _lock_all(ratings: Sequence[Rating]) -> list[Rating]:
    """The units first, then the rows, read anew, in the order that was asked."""
    lock_units(ratings)
    rows = {one.pk: one for one in lock_ratings(ratings)}
    locked = [rows[one.pk] for one in ratings if one.pk in rows]
    for one in locked:
        require_open(CampaignState(one.campaign.state))
        require_rated(RatingState(one.state), one.get_not_rated_display())
        require_at(RatingState(one.state), RatingState.waiting())
    return locked


def _say_all(actor: Actor, ratings: Sequence[Rating], said: Mapping[int, Said], *, now: datetime) -> list[Verdict]:
    """What is decided of each, not yet kept. The ratings are of one round."""
    former: dict[int, Verdict] = {
        one.rating_id: one for one in Verdict.objects.filter(rating__in=ratings).order_by("pk")
    }
    if not ratings:
        return []
    facts = read_facts(campaign=ratings[0].campaign, ratings=ratings, today=localdate(now))
    unit = ratings[0].campaign.organization.name
    return [
        _make_verdict(
            actor,
            one,
            Side.DECIDED,
            said.get(one.pk) or _as_last_said(former.get(one.pk)),
            known=(former.get(one.pk), facts[one.pk]),
            unit=unit,
            now=now,
        )
        for one in ratings
    ]


def _require_cap(ratings: Sequence[Rating], verdicts: Sequence[Verdict]) -> None:
    """More excellent than the cap allows is no bar: but then there is a note for so many, in each group whose number is passed.

    It is asked for with every excellent one that passes what may be once all have a level, and with the last of a group,
    whatever its level. Raises CapNeedsNote for members of a cell, GroupCapNeedsNote for groups of the round (`CapGroup`).
    """
    if not ratings:
        return
    campaign = ratings[0].campaign
    best = {one.rating_id for one in verdicts if one.level == RatingLevel.EXCELLENT}
    leading = read_leading(campaign, sorted({one.organization_id for one in ratings if one.member_id}))
    passed: dict[_Alike, bool] = {}
    for one in ratings:
        group = group_of(one, leading)
        key = (group, one.organization_id if group == CapGroup.MEMBERS else None)
        passed[key] = passed.get(key, False) or one.pk in best
    _require_unit_caps(campaign, {unit: has_best for (_group, unit), has_best in passed.items() if unit})
    _require_group_caps(campaign, {group: has_best for (group, unit), has_best in passed.items() if unit is None})


def _require_unit_caps(campaign: Campaign, units: Mapping[int, bool]) -> None:
    """Of these cells, with whether one more of it is excellent now."""
    rows = UnitReview.objects.filter(campaign=campaign, organization__in=units).select_related(
        "campaign", "organization"
    )
    reviews = list(rows) if units else []
    caps = read_caps(reviews)
    for review in reviews:
        cap = caps[review.pk]
        if (units[review.organization_id] or not cap.undecided) and is_note_owed(cap, review.noted):
            raise CapNeedsNote(unit=review.organization.name, excellent=cap.excellent, allowed=cap.most)


def _require_group_caps(campaign: Campaign, groups: Mapping[CapGroup, bool]) -> None:
    """Of these groups of the round, with whether one more of it is excellent now."""
    for found in read_group_caps(campaign, list(groups)) if groups else ():
        check = found.check
        if (groups[found.group] or not check.undecided) and found.is_owed:
            raise GroupCapNeedsNote(group=found.group.label, excellent=check.excellent, allowed=check.most)


def _decided_in_order(rating: Rating) -> tuple[int, int, bool]:
    """Cells before what stands above; in each the group, members, the head, the organisation itself."""
    kinds = (SubjectKind.LEADERSHIP, SubjectKind.MEMBER, SubjectKind.CELL, SubjectKind.BASE)
    return (-rating.organization.depth, kinds.index(SubjectKind(rating.kind)), rating.is_head)


def _as_last_said(last: Verdict | None) -> Said:
    if last is None or not last.level:
        return Said(RatingLevel.SATISFACTORY)  # refused by its step: nothing was proposed
    return Said(RatingLevel(last.level), reason=last.reason)  # its points stand, line by line


def _last_verdict(rating: Rating) -> Verdict | None:
    return Verdict.objects.filter(rating=rating).order_by("-pk").first()


def _say(actor: Actor, rating: Rating, side: Side, said: Said, *, unit: str, now: datetime) -> Verdict:
    """Keep what the side says, with the facts of this moment and what followed from them."""
    facts = read_facts(campaign=rating.campaign, ratings=[rating], today=localdate(now))[rating.pk]
    known = (_last_verdict(rating), facts)
    verdict = _make_verdict(actor, rating, side, said, known=known, unit=unit, now=now)
    verdict.save()
    return verdict


def _make_verdict(  # who says what of whom, by what was known, for which unit, when
    actor: Actor,
    rating: Rating,
    side: Side,
    said: Said,
    *,
    known: tuple[Verdict | None, YearFacts],
    unit: str,
    now: datetime,
) -> Verdict:
    former, facts = known
    _require_current(rating, side, facts)
    common = said.common if said.common is not None or former is None else former.common
    results = said.results if said.results is not None or former is None else former.results
    require_points(common, results)
    require_sheet_items(said.items, rating.campaign.rules.sheets, rating.form)
    evidence = make_evidence(rating, facts)
    judgement = judge(_add_points(common, results), evidence, rating.campaign.rules, form=rating.form)
    reason = take_lines(said.reason, limit=REASON_LIMIT, field="reason")
    _require_reason(said, side, former, judgement)
    kept: dict[str, Any] = {
        "evidence": write_content(evidence),
        "judgement": write_content(judgement),
        "year": write_content(facts),
    }
    return Verdict(
        rating=rating,
        side=side,
        common=common,
        results=results,
        items=keep_items(said.items, former.items if former and not said.has_points else {}),
        level=said.level,
        reason=reason,
        facts=kept,
        by_name=actor.name,
        unit_name=unit,
        at=now,
    )


def _require_current(rating: Rating, side: Side, facts: YearFacts) -> None:
    """Figures that people gave still go with the records: a proposal waits for new ones where those moved, no side says the impossible.

    Raises FiguresMoved, FiguresImpossible.
    """
    moved = list_stale(rating.answers, rating.answers_beside, read_recorded(facts))
    if moved and side == Side.PROPOSED:
        raise FiguresMoved(subject=str(rating.subject), moves="; ".join(one.words for one in moved))
    try:
        require_possible(make_evidence(rating, facts))
    except AnswersImpossible as wrong:
        raise FiguresImpossible(subject=str(rating.subject), why=str(wrong)) from wrong


def _require_reason(said: Said, side: Side, former: Verdict | None, judgement: Judgement) -> None:
    """A proposal answers to the program's; an appraisal and a decision to the side before, whose reason stands."""
    if side == Side.PROPOSED or former is None or former.level != said.level:
        require_reason(said.level, judgement, said.reason)


def _add_points(common: Decimal | None, results: Decimal | None) -> Decimal | None:
    """Of 100; None while one of the two is not given."""
    return None if common is None or results is None else common + results
