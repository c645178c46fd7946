"""What is written before the review: the form of whoever is rated, facts that records do not have, comments of others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import record
from nennep.classification.choices import (
    NAME_LIMIT,
    REASON_LIMIT,
    TEXT_LIMIT,
    CampaignState,
    CommentSource,
    FormSection,
    RatedForm,
    RatingFigure,
    RatingLevel,
    RatingState,
    Side,
    Verb,
)
from nennep.classification.models import Rating, RatingComment, RatingText, Verdict
from nennep.classification.queries.doors import is_own, lock_rating, require_proposer, target_of
from nennep.classification.queries.facts import YearFacts, make_evidence, read_facts, read_recorded
from nennep.classification.rules import require_points
from nennep.classification.rules.days import EARLIEST, require_day
from nennep.classification.rules.figures import OverridingNeedsReason, list_overridden, require_possible
from nennep.classification.rules.points import require_sheet_items
from nennep.classification.rules.steps import require_at, require_open, require_rated
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotFound
from nennep.core.typed import require_line, take_line, take_lines


class AnswerUnknown(DomainError):
    code = "rating_answer_unknown"
    message = _("Không có số liệu nào tên như vậy.")


class OutsideCommentEmpty(DomainError):
    code = "rating_comment_empty"
    message = _("Hãy ghi nhận xét.")
    field = "text"


class CommenterUnnamed(DomainError):
    code = "rating_commenter_unnamed"
    message = _("Hãy ghi nơi nhận xét.")
    field = "from_name"


@dataclass(frozen=True, slots=True)
class ReviewPaper:
    """The form as it is written: parts in words, points of 30 and of 70 (or by line), the level one gives oneself."""

    texts: Mapping[FormSection, str] = field(default_factory=dict)
    common: Decimal | None = None
    results: Decimal | None = None
    items: Mapping[str, Decimal] = field(default_factory=dict)
    level: RatingLevel | None = None
    form: RatedForm | None = None


ANSWERS = {
    "total": int,
    "done": int,
    "late": int,
    "exceeded": int,
    "faults": int,
    "mended": int,
    "disciplined": bool,
    "unit_total": int,
    "unit_done": int,
}


def write_paper(*, actor: Actor, rating: Rating, paper: ReviewPaper, now: datetime) -> Rating:
    """Write the form for whoever is rated, in their words: of a collective, or of a member who has no phone.

    Raises CampaignIsClosed, NotToBeRated, StepTaken after the review, RatingPointsOutOfRange, TextTooLong, NotAllowed.
    """
    require_proposer(actor, rating.organization)
    return _write(actor, rating, paper, now)


def write_own_paper(*, actor: Actor, rating: Rating, paper: ReviewPaper, now: datetime) -> Rating:
    """The member writes the form, or corrects and confirms what came filled in. Otherwise as `write_paper`; raises NotFound."""
    if actor.user_id is None or not is_own(actor, rating):
        raise NotFound
    return _write(actor, rating, paper, now)


def _write(actor: Actor, rating: Rating, paper: ReviewPaper, now: datetime) -> Rating:
    with transaction.atomic():
        locked = lock_rating(rating)
        _require_writable(locked)
        _check_points(locked, paper)
        for section, text in paper.texts.items():
            RatingText.objects.update_or_create(rating=locked, section=section, defaults={"text": text})
        facts = {
            "common": paper.common,
            "results": paper.results,
            "items": {code: str(points) for code, points in paper.items.items()},
            "level": paper.level or "",
            "by_name": actor.name,
            "unit_name": locked.organization.name,
            "at": now,
        }
        Verdict.objects.update_or_create(rating=locked, side=Side.SELF, defaults=facts)
        locked.form = paper.form or locked.form
        locked.state = RatingState.DRAFTING if locked.state == RatingState.OPENED else RatingState(locked.state)
        locked.save(update_fields=["state", "form"])
        record(Verb.FORM_WRITTEN, actor=actor, target=target_of(locked), now=now)
    return locked


def _require_writable(rating: Rating) -> None:
    require_open(CampaignState(rating.campaign.state))
    require_rated(RatingState(rating.state), rating.get_not_rated_display())
    require_at(RatingState(rating.state), RatingState.before_review())


def _check_points(rating: Rating, paper: ReviewPaper) -> None:
    require_points(paper.common, paper.results)
    require_sheet_items(paper.items, rating.campaign.rules.sheets, paper.form or rating.form)


def answer_facts(
    *, actor: Actor, rating: Rating, answers: Mapping[str, int | bool | None], reason: str = "", now: datetime
) -> Rating:
    """Say what the records do not know, or know otherwise, with the `reason`; None takes an answer away. Until the proposal.

    What is as the records have it is no answer of its own and follows them. Raises AnswerUnknown, AnswersImpossible, WholeMissing,
    OverridingNeedsReason, TextTooLong, CampaignIsClosed, NotToBeRated, StepTaken, NotAllowed.
    """
    require_proposer(actor, rating.organization)
    with transaction.atomic():
        locked = lock_rating(rating)
        require_open(CampaignState(locked.campaign.state))
        require_rated(RatingState(locked.state), locked.get_not_rated_display())
        require_at(RatingState(locked.state), RatingState.before_proposal())
        if any(name not in ANSWERS or (value is not None and int(value) < 0) for name, value in answers.items()):
            raise AnswerUnknown
        merged = {**locked.answers, **answers}
        locked.answers = {name: ANSWERS[name](value) for name, value in merged.items() if value is not None}
        facts = read_facts(campaign=locked.campaign, ratings=[locked], today=localdate(now))[locked.pk]
        _require_explained(locked, facts, reason)
        locked.save(update_fields=["answers", "answers_beside", "answers_reason"])
        details = {"answers": locked.answers, "reason": locked.answers_reason}
        record(Verb.ANSWERED, actor=actor, target=target_of(locked), now=now, details=details)
    return locked


def _require_explained(rating: Rating, facts: YearFacts, reason: str) -> None:
    """Possible figures, and why they are not those of the records, where they are not."""
    recorded = read_recorded(facts)
    rating.answers = {name: value for name, value in rating.answers.items() if recorded.get(name, None) != value}
    require_possible(make_evidence(rating, facts), typed=rating.answers)
    rating.answers_beside = {figure.value: recorded[figure] for figure in RatingFigure.recorded() if figure in recorded}
    given = take_line(reason, limit=REASON_LIMIT, field="reason")
    rating.answers_reason = given if list_overridden(rating.answers, recorded) else ""
    if list_overridden(rating.answers, recorded) and not given:
        raise OverridingNeedsReason


@dataclass(frozen=True, slots=True)
class OutsideComment:
    """What the place of residence or a mass organisation wrote, on paper, on that day."""

    source: CommentSource
    from_name: str
    given_on: date
    text: str


def add_comment(*, actor: Actor, rating: Rating, said: OutsideComment, now: datetime) -> RatingComment:
    """Put down a written comment. Until the proposal. Whoever has written the form already is then one step on.

    Raises OutsideCommentEmpty, CommenterUnnamed, DayOutside for one of tomorrow, CampaignIsClosed, NotToBeRated, StepTaken, NotAllowed.
    """
    require_proposer(actor, rating.organization)
    with transaction.atomic():
        locked = lock_rating(rating)
        require_open(CampaignState(locked.campaign.state))
        require_rated(RatingState(locked.state), locked.get_not_rated_display())
        require_at(RatingState(locked.state), RatingState.before_proposal())
        name = require_line(said.from_name, CommenterUnnamed, limit=NAME_LIMIT, field="from_name")
        text = take_lines(said.text, limit=TEXT_LIMIT, field="text")
        if not text:
            raise OutsideCommentEmpty
        require_day(said.given_on, first=EARLIEST, last=localdate(now), field="given_on")
        comment = RatingComment.objects.create(
            rating=locked,
            source=said.source,
            from_name=name,
            given_on=said.given_on,
            text=text,
            by_name=actor.name,
        )
        if locked.state == RatingState.DRAFTING:
            locked.state = RatingState.COMMENTED
            locked.save(update_fields=["state"])
        record(Verb.COMMENTED, actor=actor, target=target_of(locked), now=now)
    return comment
