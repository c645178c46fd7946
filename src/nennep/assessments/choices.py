"""Quality of a meeting (rules.md §2)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Grade(TextChoices):
    GOOD = "good", _("Tốt")
    FAIR = "fair", _("Khá")
    AVERAGE = "average", _("Trung bình")
    POOR = "poor", _("Kém")


class SheetState(TextChoices):
    DRAFT = "draft", _("Đang chấm")
    AGREED = "agreed", _("Đã thống nhất")


class Verb(TextChoices):
    SCORED = "assessments.scored", _("chấm điểm buổi sinh hoạt")
    AGREED = "assessments.agreed", _("thống nhất điểm tự chấm")


NOTE_LIMIT = 1000
