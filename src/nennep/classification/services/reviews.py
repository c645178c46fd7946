"""The review meeting of a unit: its day, that it was held."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from nennep.audit.services import Target, record
from nennep.classification.choices import REASON_LIMIT, CampaignState, RatingState, SubjectKind, Verb
from nennep.classification.models import Rating, UnitReview
from nennep.classification.queries.doors import lock_unit, require_proposer
from nennep.classification.rules import find_drafts_day, is_too_short
from nennep.classification.rules.days import LATEST_AFTER, require_day
from nennep.classification.rules.steps import require_nobody_before, require_open
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotFound
from nennep.core.typed import take_line
from nennep.core.wording import say_date


class ReviewTooEarly(DomainError):
    code = "rating_review_too_early"
    message = _("Ngày hội nghị chưa đến. Hãy ghi sau khi họp.")
    field = "held_on"


class ReviewNeedsNote(DomainError):
    code = "rating_review_needs_note"
    message = _("%(why)s. Hãy ghi lý do.")
    field = "note"


class ReviewNotSaid(ReviewNeedsNote):
    code = "rating_review_not_said"
    message = _("%(why)s. Hãy ghi, hoặc nêu lý do không ghi.")


def set_review(
    *, actor: Actor, review: UnitReview, meeting_on: date | None, drafts_sent_on: date | None, now: datetime
) -> UnitReview:
    """Set the day of the review meeting, and on which the forms went to those who take part, no later than that.

    Raises DayOutside, CampaignIsClosed, NotFound, NotAllowed.
    """
    require_proposer(actor, review.organization)
    with transaction.atomic():
        locked = lock_review(review)
        first, last = locked.campaign.first_day, locked.campaign.cutoff_on + LATEST_AFTER
        require_day(meeting_on, first=first, last=last, field="meeting_on")
        require_day(drafts_sent_on, first=first, last=meeting_on or last, field="drafts_sent_on")
        locked.meeting_on, locked.drafts_sent_on = meeting_on, drafts_sent_on
        locked.save(update_fields=["meeting_on", "drafts_sent_on"])
        record_review(Verb.REVIEW_SET, locked, actor, now)
    return locked


def hold_review(  # what was held, when, how long, why otherwise than the rules ask
    *, actor: Actor, review: UnitReview, held_on: date, days: int | None = None, note: str = "", now: datetime
) -> tuple[int, int]:
    """The meeting was held: whoever has written the form is reviewed, the leadership group first. May be said again for late ones.

    Then each late one has its own day, the review keeps that of the first meeting and how long it took. Returns how many were
    reviewed, and how many have no form yet. Raises ReviewTooEarly, DayOutside, ReviewNeedsNote when the forms went out too late,
    the meeting was too short or before the round was opened, ReviewNotSaid when nobody wrote down whether it was so,
    OthersFirst when the group has no form and members have, CampaignIsClosed, TextTooLong, NotFound, NotAllowed.
    """
    require_proposer(actor, review.organization)
    with transaction.atomic():
        locked = lock_review(review)
        if held_on > localdate(now):
            raise ReviewTooEarly
        require_day(held_on, first=locked.campaign.first_day, last=localdate(now), field="held_on")
        locked.held_note = take_line(note, limit=REASON_LIMIT, field="note")
        _require_note(locked, held_on, days)
        mine = Rating.objects.current().filter(campaign=locked.campaign, organization=locked.organization)
        if locked.held_on is None or not mine.filter(reviewed_on__isnull=False).exists():  # all was taken back
            locked.held_on, locked.days = held_on, days
        groups = mine.filter(kind=SubjectKind.LEADERSHIP, state=RatingState.OPENED)
        require_nobody_before([one.subject for one in groups.select_related("organization")])
        ready = mine.filter(state__in=[state for state in RatingState.before_review() if state != RatingState.OPENED])
        count = ready.update(state=RatingState.REVIEWED, reviewed_on=held_on)
        locked.save(update_fields=["held_on", "days", "held_note"])
        left = mine.filter(state=RatingState.OPENED).count()
        record_review(Verb.REVIEW_HELD, locked, actor, now, count=count)
    return count, left


def _require_note(review: UnitReview, held_on: date, days: int | None) -> None:
    """What nobody wrote down is no sign that all was as it should be. Raises ReviewNeedsNote, ReviewNotSaid."""
    if review.held_note:
        return
    rules, sent = review.campaign.rules, review.drafts_sent_on
    latest = find_drafts_day(held_on, rules.draft_working_days)
    if held_on < review.campaign.opened_on:
        opened = say_date(review.campaign.opened_on)
        raise ReviewNeedsNote(why=_("Hội nghị họp trước ngày mở đợt (%(day)s)") % {"day": opened})
    if sent is None:
        why = _("Chưa ghi ngày gửi bản kiểm điểm ở mục “Ngày hội nghị” (phải gửi chậm nhất %(day)s)")
        raise ReviewNotSaid(why=why % {"day": say_date(latest)})
    if sent > latest:
        why = _("Bản kiểm điểm phải gửi trước hội nghị, chậm nhất %(day)s")
        raise ReviewNeedsNote(why=why % {"day": say_date(latest)})
    _require_length(review, days)


def _require_length(review: UnitReview, days: int | None) -> None:
    least, is_cell = review.campaign.rules.meeting_days, review.organization.is_cell
    said = {"days": least}
    if days is None and least and not is_cell:
        raise ReviewNotSaid(why=_("Chưa ghi số ngày họp (ít nhất %(days)s)") % said, field="days")
    if is_too_short(is_cell=is_cell, days=days, rules=review.campaign.rules):
        why = ngettext(
            "Hội nghị kiểm điểm phải họp ít nhất %(days)s ngày",
            "Hội nghị kiểm điểm phải họp ít nhất %(days)s ngày",
            least,
        )
        raise ReviewNeedsNote(why=why % said)


def lock_review(review: UnitReview) -> UnitReview:
    """Of an open round. Raises CampaignIsClosed, CampaignIsCancelled, NotFound."""
    locked = lock_unit(review.campaign, review.organization)
    if locked is None:
        raise NotFound
    require_open(CampaignState(locked.campaign.state))
    return locked


def record_review(verb: Verb, review: UnitReview, actor: Actor, now: datetime, **details: int) -> None:
    """A line of the trail about the review."""
    unit = review.organization
    target = Target("classification.unitreview", str(review.public_id), unit.name, unit.path)
    record(verb, actor=actor, target=target, now=now, details=details)
