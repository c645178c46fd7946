"""What stays of a meeting: resolution, minutes, filing; events.

Verbs keep the names under which the trail has known them since they stood in `meetings`.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from nennep.meetings.choices import MeetingEvent


class Verb(TextChoices):
    RESOLVED = "meetings.resolved", _("ra nghị quyết")
    MINUTES_APPROVED = "meetings.minutes_approved", _("thông qua biên bản")
    MINUTES_CORRECTED = "meetings.minutes_corrected", _("đính chính biên bản")
    RESOLUTION_CORRECTED = "meetings.resolution_corrected", _("đính chính nghị quyết đã gửi")
    RESOLUTION_CHANGED = "meetings.resolution_changed", _("sửa lời văn nghị quyết")
    FILED = "meetings.filed", _("gửi, lưu hồ sơ")
    FILING_TAKEN_BACK = "meetings.filing_taken_back", _("bỏ ghi gửi, lưu hồ sơ")
    REOPENED = "meetings.reopened", _("mở lại buổi sinh hoạt đã bế mạc")


# ── events ────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class ResolutionIssued(MeetingEvent):
    """The month's resolution has its number."""

    at: datetime


@dataclass(frozen=True)
class WordsChanging(MeetingEvent):
    """Words of a held meeting are about to be bettered, before its papers are filed."""

    at: datetime


@dataclass(frozen=True)
class WordsChanged(MeetingEvent):
    """Words of a held meeting were bettered, before its papers are filed."""

    at: datetime


@dataclass(frozen=True)
class MinutesApproved(MeetingEvent):
    """The minutes were approved: roll call, notes and votes are locked."""

    at: datetime


@dataclass(frozen=True)
class MinutesCorrected(MeetingEvent):
    """A new version of the minutes stands beside the first, with its reason."""

    reason: str
    at: datetime


@dataclass(frozen=True)
class CorrectionBegun(MeetingEvent):
    """Something that was approved or filed is about to be corrected: last chance to keep it as it was."""

    at: datetime


@dataclass(frozen=True)
class ResolutionCorrected(MeetingEvent):
    """A filed resolution has other words."""

    reason: str
    at: datetime


@dataclass(frozen=True)
class MeetingFiled(MeetingEvent):
    """The papers were sent and archived."""

    at: datetime


@dataclass(frozen=True)
class FilingTakenBack(MeetingEvent):
    """The papers were noted as sent by mistake."""

    at: datetime


class MeetingReopened(MeetingEvent):
    """A meeting that was closed too early goes on: it is held no longer, and will be closed again."""
