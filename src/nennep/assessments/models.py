"""Score sheets of meetings: the cell's own score, item by item, by the sheet of a policy pack."""

from django.db import models
from django.db.models import F, Q

from nennep.assessments.choices import NOTE_LIMIT, Grade, SheetState
from nennep.core.access import Actor
from nennep.core.fields import TypedLine
from nennep.core.models import PublicIdModel
from nennep.core.permissions import Permission
from nennep.meetings.choices import REASON_LIMIT


class ScoreSheetQuerySet(models.QuerySet["ScoreSheet"]):
    def visible_to(self, actor: Actor) -> "ScoreSheetQuerySet":
        return self.filter(actor.scope(Permission.SCORES_READ, "meeting__organization__path"))


class ScoreSheet(PublicIdModel):
    """The self-score of one meeting. `template_code` names the sheet it was scored by; `total` 0 to 100 once agreed."""

    meeting = models.OneToOneField("meetings.Meeting", on_delete=models.CASCADE, related_name="score_sheet")
    template_code = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=SheetState, default=SheetState.DRAFT)
    total = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    grade = models.CharField(max_length=10, choices=Grade, blank=True)
    to_mend = TypedLine(max_length=NOTE_LIMIT, blank=True)
    scored_by_name = models.CharField(max_length=200, blank=True)
    agreed_at = models.DateTimeField(null=True)
    # Why the cell scored once more, after it had agreed.
    reason = TypedLine(max_length=REASON_LIMIT, blank=True)

    objects = ScoreSheetQuerySet.as_manager()

    class Meta:
        ordering = ["meeting"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=SheetState.DRAFT) | Q(total__isnull=False, agreed_at__isnull=False) & ~Q(grade=""),
                name="sheet_agreed_is_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting}: {self.total}"


class ScoreItem(models.Model):
    """One line of the sheet. `proposed` comes from `fact`, what the records say; `points` is what the cell decided."""

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.CASCADE, related_name="items")
    code = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    maximum = models.DecimalField(max_digits=5, decimal_places=2)
    proposed = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    fact = models.CharField(max_length=NOTE_LIMIT, blank=True)
    points = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    note = TypedLine(max_length=NOTE_LIMIT, blank=True)

    class Meta:
        ordering = ["sheet", "position"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "code"], name="score_item_once"),
            models.CheckConstraint(
                condition=Q(points=None) | Q(points__gte=0, points__lte=F("maximum")),
                name="score_item_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.points}"
