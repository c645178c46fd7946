"""Issuing the month's resolution: a number in the term, and its own texts."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import Conflict, DomainError
from nennep.core.events import publish
from nennep.core.merging import settle_texts
from nennep.core.permissions import Permission
from nennep.core.typed import require_line, take_lines
from nennep.documents.choices import PaperType
from nennep.documents.services import take_number
from nennep.meetings.choices import NOTE_LIMIT, REASON_LIMIT, MeetingState
from nennep.meetings.models import Meeting
from nennep.meetings.queries.meeting import lock_meeting
from nennep.meetings.services.meeting import meeting_target
from nennep.organizations.queries import lock_organization, term_on
from nennep.records.choices import (
    CorrectionBegun,
    ResolutionCorrected,
    ResolutionIssued,
    Verb,
    WordsChanged,
    WordsChanging,
)
from nennep.records.models import Resolution
from nennep.records.queries.resolution import find_resolution
from nennep.records.rules.resolution import ResolutionTexts
from nennep.records.services.corrections import CorrectionNeedsReason, NothingCorrected
from nennep.records.services.minutes import require_finisher


class ResolvedBeforeMeeting(DomainError):
    code = "resolution_meeting_not_held"
    message = _("Buổi sinh hoạt chưa bế mạc nên chưa ra nghị quyết được. Hãy bế mạc trước.")


class ResolutionExists(Conflict):
    code = "resolution_exists"
    message = _("Nghị quyết của buổi này đã có số. Mời đồng chí xem lại.")


class ResolutionMissing(DomainError):
    code = "resolution_missing"
    message = _("Buổi này chưa ra nghị quyết.")


class ResolutionFiled(Conflict):
    code = "resolution_filed"
    message = _("Hồ sơ đã gửi, lưu. Muốn sửa nghị quyết, hãy đính chính, có lý do.")


class ResolutionNotFiled(Conflict):
    code = "resolution_not_filed"
    message = _("Hồ sơ chưa gửi, lưu nên chưa phải đính chính. Hãy sửa lời văn nghị quyết.")


class DirectionsMissing(DomainError):
    code = "resolution_directions_missing"
    message = _("Chưa ghi phương hướng, nhiệm vụ tháng tới.")
    field = "directions"


def issue_resolution(*, actor: Actor, meeting: Meeting, texts: ResolutionTexts, now: datetime) -> Resolution:
    """Give the month's resolution its number, dated the day of the meeting (rules.md §10.2: through the term, no gap).

    Raises ResolvedBeforeMeeting, ResolutionExists, DirectionsMissing, TextTooLong, NotAllowed. Publishes ResolutionIssued.
    """
    with transaction.atomic():
        lock_organization(meeting.organization)  # whose numbers these are; before its meeting, as everywhere
        locked = lock_meeting(meeting)
        require_finisher(actor=actor, meeting=locked)
        if locked.state != MeetingState.HELD:
            raise ResolvedBeforeMeeting
        if find_resolution(locked):
            raise ResolutionExists
        words = _check(texts)
        unit, day = locked.organization, locked.held_on
        term = term_on(organization=unit, on=day)
        resolution = Resolution.objects.create(
            meeting=locked,
            term=term,
            number=take_number(actor=actor, organization=unit, paper_type=PaperType.RESOLUTION, term=term, now=now),
            issued_on=day,
            thinking=words.thinking,
            shortcomings=words.shortcomings,
            directions=words.directions,
        )
        record(
            Verb.RESOLVED, actor=actor, target=meeting_target(locked), now=now, details={"number": resolution.number}
        )
        publish(ResolutionIssued(locked.organization_id, locked.pk, locked.month, at=now))
    return resolution


def change_resolution(
    *,
    actor: Actor,
    meeting: Meeting,
    texts: ResolutionTexts,
    base: Mapping[str, str] | None = None,
    now: datetime,
) -> Resolution:
    """Better words for an issued resolution until the papers are filed; its number and date stay.

    `base` are the texts the writer began with, by name: what another one wrote since is kept beside. Raises TextsChanged
    where both wrote at the same place, ResolutionMissing, ResolutionFiled, DirectionsMissing, TextTooLong, NotAllowed.
    Publishes WordsChanging, WordsChanged.
    """
    with transaction.atomic():
        locked = lock_meeting(meeting)
        require_finisher(actor=actor, meeting=locked)
        resolution = find_resolution(locked)
        if resolution is None:
            raise ResolutionMissing
        if locked.filed_at:
            raise ResolutionFiled
        publish(WordsChanging(locked.organization_id, locked.pk, locked.month, at=now))
        _write_words(resolution, texts, base or {})
        publish(WordsChanged(locked.organization_id, locked.pk, locked.month, at=now))
        details = {"number": resolution.number}
        record(Verb.RESOLUTION_CHANGED, actor=actor, target=meeting_target(locked), now=now, details=details)
    return resolution


def correct_resolution(
    *,
    actor: Actor,
    meeting: Meeting,
    texts: ResolutionTexts,
    reason: str,
    base: Mapping[str, str] | None = None,
    now: datetime,
) -> Resolution:
    """Other words for a resolution that was sent and filed, with the reason; its number and date stay.

    The papers that went out are kept as they were: what they say from now on are versions that name what changed. `base` as in
    `change_resolution`. Raises ResolutionMissing, ResolutionNotFiled, CorrectionNeedsReason, NothingCorrected, TextsChanged,
    DirectionsMissing, TextTooLong, NotAllowed. Publishes CorrectionBegun, ResolutionCorrected.
    """
    with transaction.atomic():
        locked = lock_meeting(meeting)
        actor.require(Permission.MINUTES_CORRECT, locked.organization.path)
        resolution = find_resolution(locked)
        if resolution is None:
            raise ResolutionMissing
        if locked.filed_at is None:
            raise ResolutionNotFiled
        why = require_line(reason, CorrectionNeedsReason, limit=REASON_LIMIT, field="reason")
        publish(CorrectionBegun(locked.organization_id, locked.pk, locked.month, at=now))
        if not _write_words(resolution, texts, base or {}):
            raise NothingCorrected
        details = {"number": resolution.number}
        record(Verb.RESOLUTION_CORRECTED, actor=actor, target=meeting_target(locked), now=now, details=details)
        publish(ResolutionCorrected(locked.organization_id, locked.pk, locked.month, reason=why, at=now))
    return resolution


def _write_words(resolution: Resolution, texts: ResolutionTexts, base: Mapping[str, str]) -> bool:
    """Keep the words, beside what another one wrote since `base`; False when they are those that stand there."""
    theirs = {name: getattr(resolution, name) for name in asdict(texts)}
    words = asdict(_check(ResolutionTexts(**settle_texts(base=base, mine=asdict(texts), theirs=theirs))))
    for name, text in words.items():
        setattr(resolution, name, text)
    resolution.save(update_fields=list(words))
    return words != theirs


def _check(texts: ResolutionTexts) -> ResolutionTexts:
    cleaned = ResolutionTexts(
        **{name: take_lines(text, limit=NOTE_LIMIT, field=name) for name, text in asdict(texts).items()}
    )
    if not cleaned.directions:
        raise DirectionsMissing
    return cleaned
