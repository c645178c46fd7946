"""Comments given to a cell, and what the cell says became of them (the coaching loop, G13)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import Target, record
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotFound
from nennep.core.events import publish
from nennep.core.origins import Origin
from nennep.core.permissions import Permission
from nennep.core.typed import require_line, take_line
from nennep.meetings.choices import REASON_LIMIT, TITLE_LIMIT, AdviceAnswered, AdviceState, Verb
from nennep.meetings.models import Advice, Meeting
from nennep.meetings.queries.meeting import lock_meeting
from nennep.meetings.services.meeting import keep_meeting, meeting_target
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_heir

COMMENTS_AT_ONCE = 3  # more than three comments are read by nobody (G13)


class AdviceEmpty(DomainError):
    code = "advice_empty"
    message = _("Hãy ghi một câu góp ý cụ thể.")
    field = "text"


class TooMuchAdvice(DomainError):
    code = "advice_too_much"
    message = _("Mỗi lần dự góp ý nhiều nhất %(limit)s điều. Hãy chọn những điều cần nhất.")
    field = "text"


class AnswerNeedsReason(DomainError):
    code = "advice_answer_needs_reason"
    message = _("Hãy ghi một câu vì sao chưa làm, hoặc còn vướng gì.")
    field = "answer"


@dataclass(frozen=True, slots=True)
class AdviceDraft:
    """One pointed comment, a good example of how others do it, and what it is about (code of a score item, or empty)."""

    text: str
    example: str = ""
    topic: str = ""


def give_advice(
    *, actor: Actor, organization: Organization, draft: AdviceDraft, origin: Origin, now: datetime
) -> Advice:
    """Give a cell one comment; at most three of one origin (a visit, a review), the same words only once.

    One for a cell that was merged meanwhile is the successor's at once, whose next meeting answers it. Raises AdviceEmpty,
    TextTooLong, TooMuchAdvice, UnitClosed when no cell goes on, NotAllowed.
    """
    actor.require(Permission.ADVICE_WRITE, organization.path)
    words = require_line(draft.text, AdviceEmpty, limit=TITLE_LIMIT, field="text")
    example = take_line(draft.example, limit=REASON_LIMIT, field="example")
    with transaction.atomic():
        cell = lock_heir(organization)  # two at once do not make four
        given = list(Advice.objects.filter(origin_kind=origin.kind, origin_id=origin.id))
        if same := next((one for one in given if one.text == words), None):
            return same
        if len(given) >= COMMENTS_AT_ONCE:
            raise TooMuchAdvice(limit=COMMENTS_AT_ONCE)
        advice = Advice.objects.create(
            organization=cell,
            text=words,
            example=example,
            topic=draft.topic,
            given_on=localdate(now),
            given_by_id=actor.user_id,
            given_by_name=actor.name,
            origin_kind=origin.kind,
            origin_id=origin.id,
        )
        target = Target("meetings.advice", str(advice.public_id), unit_path=cell.path)
        record(Verb.ADVISED, actor=actor, target=target, now=now)
    return advice


def remove_advice(*, actor: Actor, public_id: UUID, now: datetime) -> None:
    """The giver takes a comment back that nobody answered yet. Raises NotFound."""
    with transaction.atomic():
        advice = Advice.objects.select_for_update(of=("self",)).select_related("organization")
        found = advice.filter(public_id=public_id, state=AdviceState.OPEN, given_by_id=actor.user_id).first()
        if found is None or actor.user_id is None:
            raise NotFound
        target = Target("meetings.advice", str(found.public_id), unit_path=found.organization.path)
        found.delete()
        record(Verb.ADVISED, actor=actor, target=target, now=now, details={"removed": True})


def answer_advice(
    *, actor: Actor, meeting: Meeting, public_id: UUID, state: AdviceState, answer: str = "", now: datetime
) -> Advice:
    """The cell says at this meeting what became of a comment. Anything but "done" needs a reason.

    May be changed until the meeting after. Raises AnswerNeedsReason, TextTooLong, NotFound, NotAllowed.
    """
    actor.require(Permission.MEETINGS_HOLD, meeting.organization.path)
    words = take_line(answer, limit=REASON_LIMIT, field="answer")
    if state != AdviceState.TAKEN_UP and not words:
        raise AnswerNeedsReason
    with transaction.atomic():
        locked = lock_meeting(meeting)
        waiting = Q(state=AdviceState.OPEN) | Q(answered_at_meeting=locked)
        advice = Advice.objects.select_for_update().filter(waiting, organization=locked.organization_id)
        found = advice.filter(public_id=public_id).first()
        if found is None:
            raise NotFound
        found.state, found.answer, found.answered_at_meeting = state, words, locked
        found.save(update_fields=["state", "answer", "answered_at_meeting"])
        keep_meeting(actor=actor, meeting=locked)
        details = {"advice": str(found.public_id), "state": state}
        record(Verb.ADVICE_ANSWERED, actor=actor, target=meeting_target(locked), now=now, details=details)
        publish(AdviceAnswered(locked.organization_id, locked.pk, locked.month, advice_id=found.pk))
    return found
