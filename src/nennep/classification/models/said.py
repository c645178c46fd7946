"""What is said of a rating: sides, steps taken back, the form's words, comments, ballots, complaints."""

from django.db import models
from django.db.models import F, Q

from nennep.classification.choices import (
    COMMON_MAX,
    NAME_LIMIT,
    NUMBER_LIMIT,
    REASON_LIMIT,
    RESULTS_MAX,
    TEXT_LIMIT,
    CommentSource,
    FormSection,
    RatingLevel,
    RatingState,
    Side,
)
from nennep.core.fields import EncryptedTypedText, TypedLine
from nennep.core.models import PublicIdModel


class Verdict(models.Model):
    """What one side said: points (30 and 70), level, by whom, of which unit, when, why. Written once; taken back as a whole.

    `items` are points by line of the sheet; `facts` what was known then and what followed from it (`write_content`).
    """

    rating = models.ForeignKey("classification.Rating", on_delete=models.CASCADE, related_name="verdicts")
    side = models.CharField(max_length=10, choices=Side)
    common = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    results = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    items = models.JSONField(default=dict)
    level = models.CharField(max_length=14, choices=RatingLevel, blank=True)
    reason = EncryptedTypedText(blank=True, default="", limit=REASON_LIMIT)
    facts = models.JSONField(default=dict)
    by_name = models.CharField(max_length=NAME_LIMIT)
    unit_name = models.CharField(max_length=NAME_LIMIT, blank=True)
    at = models.DateTimeField()
    document_number = TypedLine(max_length=NUMBER_LIMIT, blank=True)
    document_on = models.DateField(null=True)

    class Meta:
        ordering = ["rating", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["rating", "side"], name="verdict_one_of_side"),
            models.CheckConstraint(
                condition=(Q(common=None) | Q(common__gte=0, common__lte=COMMON_MAX))
                & (Q(results=None) | Q(results__gte=0, results__lte=RESULTS_MAX)),
                name="verdict_points_in_range",
            ),
            models.CheckConstraint(condition=Q(side=Side.SELF) | ~Q(level=""), name="verdict_has_level"),
        ]

    def __str__(self) -> str:
        return f"{self.side}: {self.level}"


class StepUndone(models.Model):
    """A step of a rating that was taken back: why, and all that it had said. Append-only.

    `level` to `said_at` are those of the verdict that was withdrawn, empty for a step that says none; `votes` the count of a
    vote; `done_on` the day of a review or a filing. Nothing reads them but the history of the rating: the standing sides are
    `Verdict`.
    """

    rating = models.ForeignKey("classification.Rating", on_delete=models.CASCADE, related_name="undone")
    state = models.CharField(max_length=12, choices=RatingState)
    reason = EncryptedTypedText(limit=REASON_LIMIT)
    by_name = models.CharField(max_length=NAME_LIMIT)
    at = models.DateTimeField()
    common = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    results = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    items = models.JSONField(default=dict)
    level = models.CharField(max_length=14, choices=RatingLevel, blank=True)
    said_reason = EncryptedTypedText(blank=True, default="", limit=REASON_LIMIT)
    facts = models.JSONField(default=dict)
    said_by_name = models.CharField(max_length=NAME_LIMIT, blank=True)
    unit_name = models.CharField(max_length=NAME_LIMIT, blank=True)
    said_at = models.DateTimeField(null=True)
    document_number = TypedLine(max_length=NUMBER_LIMIT, blank=True)
    document_on = models.DateField(null=True)
    votes = models.JSONField(default=dict)
    done_on = models.DateField(null=True)

    class Meta:
        ordering = ["rating", "pk"]

    def __str__(self) -> str:
        return self.state


class LevelKept(models.Model):
    """A decision was looked at again for what came after it (`queries.overtaken`), and its level stands: why. Append-only."""

    rating = models.ForeignKey("classification.Rating", on_delete=models.CASCADE, related_name="kept")
    reason = EncryptedTypedText(limit=REASON_LIMIT)
    by_name = models.CharField(max_length=NAME_LIMIT)
    at = models.DateTimeField()

    class Meta:
        ordering = ["rating", "pk"]

    def __str__(self) -> str:
        return f"{self.rating_id}: {self.at}"


class RatingText(models.Model):
    """One written part of a review form."""

    rating = models.ForeignKey("classification.Rating", on_delete=models.CASCADE, related_name="texts")
    section = models.CharField(max_length=14, choices=FormSection)
    text = EncryptedTypedText(blank=True, default="", limit=TEXT_LIMIT)

    class Meta:
        ordering = ["rating", "pk"]
        constraints = [models.UniqueConstraint(fields=["rating", "section"], name="rating_text_once")]

    def __str__(self) -> str:
        return self.section


class RatingComment(PublicIdModel):
    """What the place of residence, another cell or a mass organisation wrote about whoever is rated."""

    rating = models.ForeignKey("classification.Rating", on_delete=models.CASCADE, related_name="comments")
    source = models.CharField(max_length=20, choices=CommentSource)
    from_name = TypedLine(max_length=NAME_LIMIT)
    given_on = models.DateField()
    text = EncryptedTypedText(limit=TEXT_LIMIT)
    by_name = models.CharField(max_length=NAME_LIMIT)

    class Meta:
        ordering = ["rating", "given_on", "pk"]

    def __str__(self) -> str:
        return self.from_name


class RatingBallot(models.Model):
    """The count of a vote on one rating: four columns, who voted, and all official members who were called."""

    rating = models.OneToOneField("classification.Rating", on_delete=models.CASCADE, related_name="ballot")
    excellent = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)
    satisfactory = models.PositiveIntegerField(default=0)
    unsatisfactory = models.PositiveIntegerField(default=0)
    voters = models.PositiveIntegerField()
    base = models.PositiveIntegerField()

    class Meta:
        ordering = ["rating"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    voters__gte=F("excellent") + F("good") + F("satisfactory") + F("unsatisfactory"),
                    base__gte=F("voters"),
                ),
                name="rating_ballot_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.voters}/{self.base}"


class RatingComplaint(PublicIdModel):
    """Somebody does not agree with a rating. While it is open nothing is decided. `upheld`: it is to be rated anew.

    `settled_at` None: open, or answered before this was kept (December 2026).
    """

    rating = models.ForeignKey("classification.Rating", on_delete=models.CASCADE, related_name="complaints")
    received_on = models.DateField()
    text = EncryptedTypedText(limit=TEXT_LIMIT)
    by_name = models.CharField(max_length=NAME_LIMIT)
    settled_on = models.DateField(null=True)
    settled_at = models.DateTimeField(null=True)
    upheld = models.BooleanField(null=True)
    answer = EncryptedTypedText(blank=True, default="", limit=TEXT_LIMIT)
    settled_by_name = models.CharField(max_length=NAME_LIMIT, blank=True)

    class Meta:
        ordering = ["rating", "received_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["rating"], condition=Q(settled_on=None), name="rating_one_open_complaint"),
            models.CheckConstraint(condition=Q(settled_on=None) ^ Q(upheld__isnull=False), name="complaint_settled"),
        ]

    def __str__(self) -> str:
        return f"{self.rating_id}: {self.received_on}"
