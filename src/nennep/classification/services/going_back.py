"""The way back: one step of a rating is taken back with a reason, and what it had said is kept."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import record
from nennep.classification.choices import REASON_LIMIT, RatingLevel, RatingState, Side, Verb
from nennep.classification.models import Rating, RatingBallot, StepUndone, Verdict
from nennep.classification.queries.doors import lock_units, require_decider, require_proposer, target_of
from nennep.classification.queries.order import list_resting
from nennep.classification.rules.steps import (
    StepStands,
    find_former_state,
    find_taken_away,
    require_nothing_on_it,
)
from nennep.classification.services.stepping import go_to, lock_step
from nennep.core.access import Actor
from nennep.core.typed import ReasonMissing, require_line


def take_back(*, actor: Actor, rating: Rating, reason: str, now: datetime) -> Rating:
    """Take the last step back, as long as the next level has not acted on it: by whoever may do that step.

    What it had said (level, points, number and day of a decision, by whom; the votes; the day) goes into `StepUndone`, the
    trail has it without words; the standing sides are then those before it. A re-rating's filing is taken back too, its
    decision is not.

    Raises ReasonMissing, StepStands (announced, decided by a re-rating, or others went on by it: the cell by its members', the
    base by its cells'; HD 43, §3), CampaignIsClosed, CampaignIsCancelled, NotAllowed.
    """
    _require_owner_of_step(actor, rating)
    with transaction.atomic():
        lock_units([rating], with_base=True)  # what rests on it may not go on meanwhile
        locked = lock_step(rating, goes_on=True)
        _require_owner_of_step(actor, locked)
        why = require_line(reason, ReasonMissing, limit=REASON_LIMIT, field="reason")
        state = RatingState(locked.state)
        if locked.replaces_id is not None and state == RatingState.DECIDED:
            raise StepStands(why=_("đã quyết định xếp loại lại"))
        ballot = RatingBallot.objects.filter(rating=locked).first()
        former = find_former_state(
            state,
            has_comments=locked.comments.exists(),
            has_ballot=ballot is not None,
            is_appraised=locked.verdicts.filter(side=Side.APPRAISED).exists(),
        )
        taken_away = find_taken_away(state, former)
        require_nothing_on_it(list_resting(locked, taken_away), taken_away)
        withdrawn = _withdraw(locked, state, ballot)
        undone = StepUndone.objects.create(
            rating=locked, state=state, reason=why, by_name=actor.name, at=now, **withdrawn
        )
        go_to(locked, former)
        details = {"from": state.value, **_tell_trail(undone)}
        record(Verb.TAKEN_BACK, actor=actor, target=target_of(locked), now=now, details=details)
    return locked


def _require_owner_of_step(actor: Actor, rating: Rating) -> None:
    """Up to the proposal the unit itself, after that the level above."""
    if RatingState(rating.state).step > RatingState.PROPOSED.step:
        require_decider(actor, rating.organization)
    else:
        require_proposer(actor, rating.organization)


def _withdraw(rating: Rating, state: RatingState, ballot: RatingBallot | None) -> dict[str, Any]:
    """Take away what the step left; what it said, as `StepUndone` keeps it."""
    sides = {RatingState[one.name]: one for one in (Side.PROPOSED, Side.APPRAISED, Side.DECIDED)}
    said = Verdict.objects.filter(rating=rating, side=sides[state]).first() if state in sides else None
    if said is not None:
        said.delete()
        return _keep_verdict(said)
    if state == RatingState.VOTED and ballot is not None:
        ballot.delete()
        return {"votes": _keep_votes(ballot)}
    return _withdraw_day(rating, state)


def _withdraw_day(rating: Rating, state: RatingState) -> dict[str, Any]:
    """The day of a review or a filing that does not stand."""
    name = {RatingState.REVIEWED: "reviewed_on", RatingState.FILED: "filed_on"}.get(state)
    if name is None:
        return {}
    day = getattr(rating, name)
    setattr(rating, name, None)
    rating.save(update_fields=[name])
    return {"done_on": day}


def _keep_verdict(said: Verdict) -> dict[str, Any]:
    same = ("common", "results", "items", "level", "facts", "unit_name", "document_number", "document_on")
    kept = {name: getattr(said, name) for name in same}
    return {**kept, "said_reason": said.reason, "said_by_name": said.by_name, "said_at": said.at}


def _keep_votes(ballot: RatingBallot) -> dict[str, int]:
    return {name: getattr(ballot, name) for name in (*(level.value for level in RatingLevel), "voters", "base")}


def _tell_trail(undone: StepUndone) -> dict[str, Any]:
    """What a reader of the trail must find though it does not stand any more: level, points, number and day. No words."""
    points = {"common": undone.common, "results": undone.results}
    told: dict[str, Any] = {"level": undone.level, "number": undone.document_number}
    told |= {name: str(value) for name, value in points.items() if value is not None}
    told |= {"on": undone.document_on.isoformat()} if undone.document_on else {}
    return {name: value for name, value in (told | undone.votes).items() if value != ""}
