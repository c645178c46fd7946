"""What an official reports of a visit (forms.md §4, seed 003)."""

from django.db import models
from django.db.models import F, Q

from nennep.core.fields import TypedLine, TypedText
from nennep.core.models import PublicIdModel
from nennep.petitions.choices import PLACE_LIMIT, PetitionField
from nennep.visits.choices import MAX_SCORE, NAME_LIMIT, OPINION_LIMIT, TEXT_LIMIT, OpinionOutcome, SpeakerKind


class VisitReport(PublicIdModel):
    """The one report of a visit, saved as its writer goes, final once submitted.

    Sections in words: how the meeting was run, what was discussed, what information the official gave, what was settled
    on the spot, what was advised. `score` is the official's own score of the meeting (0 to 100), `group_scores` the
    points per group of the sheet by code, `score_reason` why it differs from the cell's. `comments` are the pointed ones
    that go to the cell when the report is sent: text, example, topic, keep. `version` grows with every save: a device
    with an older one is told. `files_told_on`: the day on which its writer was told that files waiting with it will go.
    """

    visit = models.OneToOneField("visits.Visit", on_delete=models.PROTECT, related_name="report")
    conduct = TypedText(blank=True, limit=TEXT_LIMIT)
    discussed = TypedText(blank=True, limit=TEXT_LIMIT)
    information = TypedText(blank=True, limit=TEXT_LIMIT)
    settled = TypedText(blank=True, limit=TEXT_LIMIT)
    advice = TypedText(blank=True, limit=TEXT_LIMIT)
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    group_scores = models.JSONField(default=dict, blank=True)
    score_reason = TypedText(blank=True, limit=TEXT_LIMIT)
    comments = models.JSONField(default=list, blank=True)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    files_told_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["started_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(score=None) | Q(score__lte=MAX_SCORE), name="visit_report_score"),
            models.CheckConstraint(
                condition=Q(submitted_at=None) | Q(submitted_at__gte=F("started_at")),
                name="visit_report_submitted_after_start",
            ),
        ]

    def __str__(self) -> str:
        return str(self.visit)


class VisitOpinion(PublicIdModel):
    """One opinion or petition heard at the visit: who said it (a kind, no name), where and of what area, what became of it.

    The same row from the first saving to the last: files wait with it until the report is sent (`OPINION_KIND`).

    `passed_to` is the unit it was passed on to, `passed_to_name` a body outside the tree; `petition` the record that the
    submitted report made of it.
    """

    report = models.ForeignKey(VisitReport, on_delete=models.CASCADE, related_name="opinions")
    position = models.PositiveSmallIntegerField()
    text = TypedText(limit=OPINION_LIMIT)
    field = models.CharField(max_length=20, choices=PetitionField, default=PetitionField.OTHER)
    place = TypedLine(max_length=PLACE_LIMIT, blank=True)
    speaker = models.CharField(max_length=12, choices=SpeakerKind, default=SpeakerKind.MEMBER)
    outcome = models.CharField(max_length=20, choices=OpinionOutcome, default=OpinionOutcome.NOTED)
    passed_to = models.ForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    passed_to_name = TypedLine(max_length=NAME_LIMIT, blank=True)
    petition = models.ForeignKey(
        "petitions.Petition", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["report", "position", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


class VisitSupplement(PublicIdModel):
    """Words added to a submitted report, with their day. Append-only: what was sent stays as it was sent."""

    report = models.ForeignKey(VisitReport, on_delete=models.CASCADE, related_name="supplements")
    text = TypedText(limit=TEXT_LIMIT)
    at = models.DateTimeField()
    by_name = models.CharField(max_length=200)

    class Meta:
        ordering = ["report", "at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]
