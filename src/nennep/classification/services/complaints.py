"""Complaints about a rating, and rating anew by a decision (rules.md §4.6 no. 4 and 8)."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import record
from nennep.classification.choices import (
    NUMBER_LIMIT,
    REASON_LIMIT,
    TEXT_LIMIT,
    CampaignState,
    RatingState,
    RatingTold,
    Side,
    Verb,
)
from nennep.classification.models import Rating, RatingComplaint, Verdict
from nennep.classification.queries.doors import (
    is_kept_back,
    is_own,
    list_complaints,
    lock_rating,
    lock_unit,
    may_propose,
    require_decider,
    require_proposer,
    target_of,
)
from nennep.classification.queries.order import list_before_decisions
from nennep.classification.queries.told import find_heir, find_state
from nennep.classification.rules import require_points
from nennep.classification.rules.days import AHEAD, require_day
from nennep.classification.rules.points import keep_items, require_sheet_items
from nennep.classification.rules.steps import ComplaintIsOpen, StepTaken, require_kept, require_nobody_before
from nennep.classification.services.steps import DecisionPaper, Said
from nennep.core.access import Actor
from nennep.core.errors import Conflict, DomainError, NotFound
from nennep.core.events import publish
from nennep.core.typed import ReasonMissing, require_line, take_lines


class ComplaintAlreadyOpen(Conflict):
    code = "rating_complaint_already_open"
    message = _("Đang có khiếu nại chưa trả lời về kết quả này.")
    field = "text"


class ComplaintWithoutWords(DomainError):
    code = "rating_complaint_without_words"
    message = _("Hãy ghi nội dung.")
    field = "text"


class ComplaintSettled(Conflict):
    code = "rating_complaint_settled"
    message = _("Khiếu nại này đã được trả lời.")


class ReratingNeedsDecision(DomainError):
    code = "rating_anew_needs_decision"
    message = _("Xếp loại lại phải có số và ngày của quyết định.")
    field = "number"


class NotDecidedYet(DomainError):
    code = "rating_not_decided_yet"
    message = _("Chưa có quyết định xếp loại nên chưa xếp loại lại được.")


def complain(*, actor: Actor, rating: Rating, text: str, received_on: date, now: datetime) -> RatingComplaint:
    """Put down a complaint that came in on paper. While it is open nothing is decided.

    Also after the round is closed, and about a result that was decided anew as long as whoever complains was not told: for them
    it stands. Raises ComplaintAlreadyOpen, ComplaintWithoutWords, StepTaken for one that was rated anew, CampaignIsCancelled,
    NotFound, NotAllowed.
    """
    if may_propose(actor, rating.organization):
        require_proposer(actor, rating.organization)
    else:
        require_decider(actor, rating.organization)
    return _complain(actor, rating, text, received_on=received_on, now=now)


def complain_of_own(*, actor: Actor, rating: Rating, text: str, now: datetime) -> RatingComplaint:
    """Whoever was rated does not agree. Otherwise as `complain`; raises NotFound."""
    if actor.user_id is None or not is_own(actor, rating):
        raise NotFound
    return _complain(actor, rating, text, received_on=localdate(now), now=now)


def _complain(actor: Actor, rating: Rating, text: str, *, received_on: date, now: datetime) -> RatingComplaint:
    with transaction.atomic():
        lock_unit(rating.campaign, rating.organization)
        locked = lock_rating(rating)
        require_kept(CampaignState(locked.campaign.state))
        if is_kept_back(actor, locked):
            raise NotFound
        if find_state(locked, find_heir(actor, locked)).step < 0:
            raise StepTaken(state=locked.get_state_display())
        if list_complaints(locked).filter(settled_on=None).exists():
            raise ComplaintAlreadyOpen
        words = take_lines(text, limit=TEXT_LIMIT, field="text")
        if not words:
            raise ComplaintWithoutWords
        complaint = RatingComplaint.objects.create(
            rating=locked, received_on=received_on, text=words, by_name=actor.name
        )
        record(Verb.COMPLAINED, actor=actor, target=target_of(locked), now=now)
    return complaint


def settle_complaint(
    *, actor: Actor, complaint: RatingComplaint, upheld: bool, answer: str, now: datetime
) -> RatingComplaint:
    """The level that decides has looked into it and answers; upheld, it is rated anew by a decision (`rate_anew`).

    Raises ComplaintSettled, ComplaintWithoutWords, CampaignIsCancelled, NotAllowed.
    """
    require_decider(actor, complaint.rating.organization)
    with transaction.atomic():
        rating = lock_rating(complaint.rating)
        require_kept(CampaignState(rating.campaign.state))
        locked = RatingComplaint.objects.select_for_update(no_key=True).get(pk=complaint.pk)
        if locked.settled_on:
            raise ComplaintSettled
        words = take_lines(answer, limit=TEXT_LIMIT, field="answer")
        if not words:
            raise ComplaintWithoutWords(field="answer")
        locked.settled_on, locked.settled_at, locked.upheld = localdate(now), now, upheld
        locked.answer, locked.settled_by_name = words, actor.name
        locked.save(update_fields=["settled_on", "settled_at", "upheld", "answer", "settled_by_name"])
        details = {"upheld": upheld}
        record(Verb.COMPLAINT_SETTLED, actor=actor, target=target_of(rating), now=now, details=details)
    return locked


def rate_anew(*, actor: Actor, rating: Rating, said: Said, paper: DecisionPaper, now: datetime) -> Rating:
    """Decide once more, by a decision (Mẫu 03): a new rating that takes the place of the old one, which stays as it was.

    The new one has points of its own, line by line where they were given so; without any it keeps those of the old one.

    Also after the round is closed. Its reason stands for the note of a cap that it passes.

    Raises ReratingNeedsDecision, ReasonMissing, NotDecidedYet, OthersFirst, ComplaintIsOpen, StepTaken when it was rated anew meanwhile,
    DayOutside, RatingPointsOutOfRange, CampaignIsCancelled, NotAllowed.
    """
    require_decider(actor, rating.organization)
    with transaction.atomic():
        lock_unit(rating.campaign, rating.organization)
        old = lock_rating(rating)
        require_kept(CampaignState(old.campaign.state))
        _require_replaceable(old)
        require_nobody_before(list_before_decisions([old]))
        number = require_line(paper.number, ReratingNeedsDecision, limit=NUMBER_LIMIT, field="number")
        reason = require_line(said.reason, ReasonMissing, limit=REASON_LIMIT, field="reason")
        require_points(said.common, said.results)
        require_sheet_items(said.items, old.campaign.rules.sheets, old.form)
        former = Verdict.objects.get(rating=old, side=Side.DECIDED)
        first = former.document_on or old.campaign.first_day
        require_day(paper.on, first=first, last=localdate(now) + AHEAD, field="on")
        new = _replace(old, number, paper.on)
        Verdict.objects.create(
            rating=new,
            side=Side.DECIDED,
            level=said.level,
            common=said.common if said.common is not None else former.common,
            results=said.results if said.results is not None else former.results,
            items=keep_items(said.items, {} if said.has_points else former.items),
            reason=reason,
            facts=former.facts,
            by_name=actor.name,
            unit_name=old.campaign.organization.name,
            at=now,
            document_number=number,
            document_on=paper.on,
        )
        record(Verb.RATED_ANEW, actor=actor, target=target_of(new), now=now, details={"level": said.level.value})
        publish(RatingTold(rating_id=new.pk, at=now))
    return new


def _require_replaceable(rating: Rating) -> None:
    if rating.state == RatingState.REPLACED:
        raise StepTaken(state=rating.get_state_display())
    if not RatingState(rating.state).is_decided:
        raise NotDecidedYet
    if list_complaints(rating).filter(settled_on=None).exists():
        raise ComplaintIsOpen


def _replace(old: Rating, number: str, on: date) -> Rating:
    old.state = RatingState.REPLACED
    old.save(update_fields=["state"])
    kept = (
        "campaign",
        "kind",
        "organization",
        "member",
        "form",
        "is_head",
        "former_unit",
        "temporary_unit",
        "answers",
        "answers_beside",
        "answers_reason",
    )
    return Rating.objects.create(
        **{name: getattr(old, name) for name in kept},
        state=RatingState.DECIDED,
        reviewed_on=old.reviewed_on,
        replaces=old,
        rerating_number=number,
        rerating_on=on,
    )
