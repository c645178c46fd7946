"""What stays of a meeting: resolution, minutes, filing; events.

Verbs keep the names under which the trail has known them since they stood in `meetings`.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from nennep.meetings.choices import MeetingEvent


class Verb(TextChoices):
    RESOLVED = "meetings.resolved", _("ra nghị quyết")
    MINUTES_APPROVED = "meetings.minutes_approved", _("thông qua biên bản")
    MINUTES_CORRECTED = "meetings.minutes_corrected", _("đính chính biên bản")
    RESOLUTION_CHANGED = "meetings.resolution_changed", _("sửa lời văn nghị quyết")
    FILED = "meetings.filed", _("gửi, lưu hồ sơ")


# ── events ────────────────────────────────────────────────────────────────────


class ResolutionIssued(MeetingEvent):
    """The month's resolution has its number."""


class MinutesApproved(MeetingEvent):
    """The minutes were approved: roll call, notes and votes are locked."""


class MinutesCorrected(MeetingEvent):
    """A new version of the minutes stands beside the first, with its reason."""


class MeetingFiled(MeetingEvent):
    """The papers were sent and archived."""
