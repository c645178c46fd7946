"""Quality of a meeting (rules.md §2), and the event by which higher contexts learn of it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from nennep.core.events import Event


class Grade(TextChoices):
    GOOD = "good", _("Tốt")
    FAIR = "fair", _("Khá")
    AVERAGE = "average", _("Trung bình")
    POOR = "poor", _("Kém")


class SheetState(TextChoices):
    DRAFT = "draft", _("Đang chấm")
    AGREED = "agreed", _("Đã thống nhất")


class ScoreSide(TextChoices):
    """Who scores a meeting (rules.md §2.5, §2.6)."""

    CELL = "cell", _("Chi bộ tự chấm")
    OFFICIAL = "official", _("Cán bộ cấp trên dự")
    COMMUNE = "commune", _("Cấp ủy cấp trên")


class Verb(TextChoices):
    SCORED = "assessments.scored", _("chấm điểm buổi sinh hoạt")
    AGREED = "assessments.agreed", _("thống nhất điểm tự chấm")
    REOPENED = "assessments.reopened", _("mở lại phiếu chấm điểm")
    CONFIRMED = "assessments.confirmed", _("chốt điểm buổi sinh hoạt")
    TAKEN = "assessments.taken", _("nhận điểm của cán bộ dự")


NOTE_LIMIT = 1000
SHEET_TEXT_LIMIT = 256 * 1024  # letters of a sheet's file


# ── events ────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class SheetReopening(Event):
    """An agreed sheet is about to be opened again: last chance to keep it as it was agreed."""

    meeting_id: int
    agreed_at: datetime


@dataclass(frozen=True)
class SheetAgreed(Event):
    """The cell agreed its score; `reason` why it scored once more, empty the first time."""

    meeting_id: int
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SheetChanged(Event):
    """Somebody scored the meeting, or opened a score again; `month` is the first day of the meeting's month."""

    organization_id: int
    meeting_id: int
    month: date
    at: datetime
