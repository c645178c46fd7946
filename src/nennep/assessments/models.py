"""Scores of meetings by the sheet of a policy pack: the cell's own, item by item; those from above; which one counts."""

from django.db import models
from django.db.models import F, Q

from nennep.assessments.choices import NOTE_LIMIT, Grade, ScoreSide, SheetState
from nennep.core.access import Actor
from nennep.core.fields import EncryptedTextField, TypedLine
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
    """One line of the sheet. `proposed` comes from `fact`, what the records say; `points` is what the cell decided.

    `rows` are those behind the fact, as they stood when it was read: JSON by evidence (`queries.keep_rows`), with names in it.
    """

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.CASCADE, related_name="items")
    code = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    maximum = models.DecimalField(max_digits=5, decimal_places=2)
    minimum = models.DecimalField(max_digits=5, decimal_places=2, default=0)  # below 0 where the line deducts
    proposed = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    fact = models.CharField(max_length=NOTE_LIMIT, blank=True)
    rows = EncryptedTextField(blank=True)
    points = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    note = TypedLine(max_length=NOTE_LIMIT, blank=True)

    class Meta:
        ordering = ["sheet", "position"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "code"], name="score_item_once"),
            models.CheckConstraint(
                condition=Q(points=None) | Q(points__gte=F("minimum"), points__lte=F("maximum")),
                name="score_item_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.points}"


class SideScore(PublicIdModel):
    """What somebody above gave a meeting. Append-only: what the commune corrects is its next `number`, with the reason.

    An attending official gives one with each report (`visit_report`, its public id); all of them count, of the commune's the
    newest. `as_cell`: the commune found the self-score right and took it over. `reason` says why it differs from the self-score.
    """

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="side_scores")
    side = models.CharField(max_length=10, choices=ScoreSide)
    number = models.PositiveSmallIntegerField()
    template_code = models.CharField(max_length=60)
    total = models.DecimalField(max_digits=5, decimal_places=2)
    grade = models.CharField(max_length=10, choices=Grade)
    as_cell = models.BooleanField(default=False)
    reason = TypedLine(max_length=NOTE_LIMIT, blank=True)
    by_name = models.CharField(max_length=200)
    given_at = models.DateTimeField()
    visit_report = models.UUIDField(null=True)

    class Meta:
        ordering = ["meeting", "side", "number"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "side", "number"], name="side_score_once"),
            models.CheckConstraint(condition=~Q(side=ScoreSide.CELL), name="side_score_from_above"),
            models.CheckConstraint(condition=Q(total__gte=0, total__lte=100), name="side_score_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.meeting}, {self.side}: {self.total}"


class SidePoints(models.Model):
    """One line of it; an official scores the groups of the sheet, `code` is the group's then. Append-only."""

    score = models.ForeignKey(SideScore, on_delete=models.CASCADE, related_name="lines")
    code = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    maximum = models.DecimalField(max_digits=5, decimal_places=2)
    minimum = models.DecimalField(max_digits=5, decimal_places=2, default=0)  # as of `ScoreItem`
    points = models.DecimalField(max_digits=5, decimal_places=2)
    note = TypedLine(max_length=NOTE_LIMIT, blank=True)

    class Meta:
        ordering = ["score", "position"]
        constraints = [
            models.UniqueConstraint(fields=["score", "code"], name="side_points_once"),
            models.CheckConstraint(
                condition=Q(points__gte=F("minimum"), points__lte=F("maximum")), name="side_points_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.points}"


class StandingScore(models.Model):
    """What counted as the score of the meeting from `at` on, and by which side; `total` None: it had none (any more).

    Written by `settle_score` alone, read by `read_standing` alone. Append-only: what was reported from it stays as it was.
    """

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="standing_scores")
    at = models.DateTimeField()
    side = models.CharField(max_length=10, choices=ScoreSide, blank=True)
    total = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    grade = models.CharField(max_length=10, choices=Grade, blank=True)

    class Meta:
        ordering = ["meeting", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(total=None, side="", grade="") | Q(total__isnull=False) & ~Q(side="") & ~Q(grade=""),
                name="standing_score_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting}: {self.total}"
