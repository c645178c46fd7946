"""The yearly rating: rounds, reviews of units, ratings with their sides, comments, ballots, complaints, listed cases (ADR 0031)."""

from datetime import date

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from nennep.classification.choices import (
    COMMON_MAX,
    NAME_LIMIT,
    NUMBER_LIMIT,
    REASON_LIMIT,
    RESULTS_MAX,
    TEXT_LIMIT,
    CampaignState,
    CommentSource,
    FormSection,
    ListedKind,
    NotRatedReason,
    RatedForm,
    RatingLevel,
    RatingState,
    Side,
    SubjectKind,
)
from nennep.classification.rules import KeptRules
from nennep.core.access import Actor
from nennep.core.fields import EncryptedTypedText, TypedLine
from nennep.core.models import FrozenModel, PublicIdModel
from nennep.core.permissions import Permission


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, actor: Actor) -> "CampaignQuerySet":
        """Rounds of the actor's units, and those in which something is rated that the actor may read."""
        own = Rating.objects.visible_to(actor).values("campaign_id")
        return self.filter(actor.scope(Permission.RATINGS_READ, "organization__path") | Q(pk__in=own))


class Campaign(PublicIdModel, FrozenModel):
    """The round of one year (or quarter) that a unit runs for all below it.

    `content` are the rules of the day it was opened (`KeptRules`), for good. `cutoff_on`: who is rated where is looked at on
    that day.
    """

    organization = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="campaigns")
    year = models.PositiveSmallIntegerField(_("Năm"))
    quarter = models.PositiveSmallIntegerField(_("Quý"), null=True, blank=True)
    cutoff_on = models.DateField(_("Ngày chốt danh sách"))
    state = models.CharField(max_length=10, choices=CampaignState, default=CampaignState.OPEN)
    opened_on = models.DateField()
    opened_by_name = models.CharField(max_length=NAME_LIMIT)
    closed_on = models.DateField(null=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-quarter", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "year"], condition=Q(quarter=None), name="campaign_one_of_year"
            ),
            models.UniqueConstraint(fields=["organization", "year", "quarter"], name="campaign_one_of_quarter"),
            models.CheckConstraint(condition=Q(quarter=None) | Q(quarter__range=(1, 4)), name="campaign_quarter"),
        ]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def title(self) -> str:
        if self.quarter:
            return _("Xếp loại quý %(quarter)s năm %(year)s") % {"quarter": self.quarter, "year": self.year}
        return _("Xếp loại năm %(year)s") % {"year": self.year}

    @property
    def rules(self) -> KeptRules:
        """What the round is judged by. Raises ContentChanged, ContentUnreadable."""
        return self.read(KeptRules, name=str(self.title))

    @property
    def is_open(self) -> bool:
        return self.state == CampaignState.OPEN

    @property
    def chip(self) -> str:
        return CampaignState(self.state).chip

    @property
    def first_day(self) -> date:
        """The first day of what is looked back on."""
        return date(self.year, (self.quarter - 1) * 3 + 1 if self.quarter else 1, 1)


class UnitReviewQuerySet(models.QuerySet["UnitReview"]):
    def visible_to(self, actor: Actor) -> "UnitReviewQuerySet":
        return self.filter(actor.scope(Permission.RATINGS_READ, "organization__path"))


class UnitReview(PublicIdModel):
    """The review meeting of one unit in a round. `outstanding`: the unit may have more who are excellent.

    `days`: how many days it took; `held_note`: why the forms went out late, or it was shorter than the rules ask.
    `cap_note` is why more are proposed than the cap allows. `reminded_on`: the last day it was reminded of what it owes.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="reviews")
    organization = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="reviews")
    meeting_on = models.DateField(_("Ngày hội nghị kiểm điểm"), null=True, blank=True)
    drafts_sent_on = models.DateField(_("Ngày gửi bản kiểm điểm"), null=True, blank=True)
    held_on = models.DateField(null=True, blank=True)
    days = models.PositiveSmallIntegerField(_("Số ngày họp"), null=True, blank=True)
    held_note = TypedLine(max_length=REASON_LIMIT, blank=True)
    outstanding = models.BooleanField(default=False)
    cap_note = TypedLine(max_length=REASON_LIMIT, blank=True)
    reminded_on = models.DateField(null=True)

    objects = UnitReviewQuerySet.as_manager()

    class Meta:
        ordering = ["campaign", "organization"]
        constraints = [models.UniqueConstraint(fields=["campaign", "organization"], name="review_one_of_unit")]

    def __str__(self) -> str:
        return f"{self.organization} – {self.campaign}"


class RatingQuerySet(models.QuerySet["Rating"]):
    def visible_to(self, actor: Actor) -> "RatingQuerySet":
        """Ratings of the actor's units, and the actor's own. Texts of others are read by fewer (`queries.may_read_texts`)."""
        own = Q(member__user_id=actor.user_id) if actor.user_id is not None else Q(pk__in=[])
        return self.filter(actor.scope(Permission.RATINGS_READ, "organization__path") | own)

    def current(self) -> "RatingQuerySet":
        """Without those that another one has replaced."""
        return self.exclude(state=RatingState.REPLACED)

    def with_levels(self) -> "RatingQuerySet":
        """Each with the level that every side gave: `self_level`, `proposed_level`, `appraised_level`, `decided_level`."""
        said = Verdict.objects.filter(rating=OuterRef("pk"))
        levels = {f"{side.value}_level": Subquery(said.filter(side=side).values("level")[:1]) for side in Side}
        return self.annotate(**levels)


class Rating(PublicIdModel):
    """What one member, leadership group, cell or base organisation is rated in a round.

    `organization` is the unit in which it is rated as of the cut-off day; of what is no member, the unit itself. `is_head`: the
    secretary, who is rated after the group. `former_unit`: where the member sat before in this year; `temporary_unit`: where
    the member sits for a while: both are asked for a comment. `answers` are facts that people gave where records have none.
    A re-rating `replaces` another row by the decision `rerating_number`; the old one stays as it was.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="ratings")
    kind = models.CharField(max_length=12, choices=SubjectKind)
    organization = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="ratings")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, null=True, related_name="ratings")
    form = models.CharField(max_length=2, choices=RatedForm)
    is_head = models.BooleanField(default=False)
    former_unit = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, null=True, related_name="+")
    temporary_unit = models.ForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, null=True, related_name="+"
    )
    state = models.CharField(max_length=12, choices=RatingState, default=RatingState.OPENED)
    not_rated = models.CharField(max_length=10, choices=NotRatedReason, blank=True)
    answers = models.JSONField(default=dict)
    reviewed_on = models.DateField(null=True)
    announced_on = models.DateField(null=True)
    filed_on = models.DateField(null=True)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    rerating_number = TypedLine(_("Số quyết định xếp loại lại"), max_length=NUMBER_LIMIT, blank=True)
    rerating_on = models.DateField(null=True)

    self_level: str | None  # where they were read by `with_levels`
    proposed_level: str | None
    appraised_level: str | None
    decided_level: str | None

    objects = RatingQuerySet.as_manager()

    class Meta:
        ordering = ["campaign", "pk"]
        indexes = [
            models.Index(fields=["organization", "campaign"], name="rating_of_unit"),
            models.Index(fields=["campaign", "state"], name="rating_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "member"],
                condition=Q(member__isnull=False) & ~Q(state=RatingState.REPLACED),
                name="rating_once_of_member",
            ),
            models.UniqueConstraint(
                fields=["campaign", "organization", "kind"],
                condition=Q(member=None) & ~Q(state=RatingState.REPLACED),
                name="rating_once_of_unit",
            ),
            models.CheckConstraint(
                condition=Q(kind=SubjectKind.MEMBER) ^ Q(member=None), name="rating_member_of_members"
            ),
            models.CheckConstraint(
                condition=Q(state=RatingState.NOT_RATED) ^ Q(not_rated=""), name="rating_not_rated_why"
            ),
            models.CheckConstraint(
                condition=Q(replaces=None) | ~Q(rerating_number="") & Q(rerating_on__isnull=False),
                name="rating_anew_by_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} – {self.campaign}"

    @property
    def subject(self) -> str:
        """Who or what is rated, in words."""
        if self.member is not None:
            return self.member.full_name
        if self.kind == SubjectKind.LEADERSHIP:
            return _("Cấp ủy %(unit)s") % {"unit": self.organization.name}
        return self.organization.name


class Verdict(models.Model):
    """What one side said: points (30 and 70), level, by whom, of which unit, when, why. Written once; taken back as a whole.

    `items` are points by line of the sheet; `facts` what was known then and what followed from it (`write_content`).
    """

    rating = models.ForeignKey(Rating, on_delete=models.CASCADE, related_name="verdicts")
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
    """A step of a rating that was taken back, and why. Append-only."""

    rating = models.ForeignKey(Rating, on_delete=models.CASCADE, related_name="undone")
    state = models.CharField(max_length=12, choices=RatingState)
    reason = EncryptedTypedText(limit=REASON_LIMIT)
    by_name = models.CharField(max_length=NAME_LIMIT)
    at = models.DateTimeField()

    class Meta:
        ordering = ["rating", "pk"]

    def __str__(self) -> str:
        return self.state


class RatingText(models.Model):
    """One written part of a review form."""

    rating = models.ForeignKey(Rating, on_delete=models.CASCADE, related_name="texts")
    section = models.CharField(max_length=14, choices=FormSection)
    text = EncryptedTypedText(blank=True, default="", limit=TEXT_LIMIT)

    class Meta:
        ordering = ["rating", "pk"]
        constraints = [models.UniqueConstraint(fields=["rating", "section"], name="rating_text_once")]

    def __str__(self) -> str:
        return self.section


class RatingComment(PublicIdModel):
    """What the place of residence, another cell or a mass organisation wrote about whoever is rated."""

    rating = models.ForeignKey(Rating, on_delete=models.CASCADE, related_name="comments")
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

    rating = models.OneToOneField(Rating, on_delete=models.CASCADE, related_name="ballot")
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
    """Somebody does not agree with a rating. While it is open nothing is decided. `upheld`: it is to be rated anew."""

    rating = models.ForeignKey(Rating, on_delete=models.CASCADE, related_name="complaints")
    received_on = models.DateField()
    text = EncryptedTypedText(limit=TEXT_LIMIT)
    by_name = models.CharField(max_length=NAME_LIMIT)
    settled_on = models.DateField(null=True)
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


class ListedCase(PublicIdModel):
    """A case that the text lists under the lowest level, in `year`, by the document of a competent body.

    Of a member, or of a unit (then `member` is None). `breach_unit`: where it was done, there it counts; `deciding_unit`: who
    concluded it.
    """

    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, null=True, related_name="listed_cases")
    breach_unit = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="listed_cases")
    deciding_unit = models.ForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, null=True, related_name="+"
    )
    year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=ListedKind)
    document_number = TypedLine(_("Số văn bản kết luận"), max_length=NUMBER_LIMIT)
    document_on = models.DateField(_("Ngày văn bản"))
    note = EncryptedTypedText(blank=True, default="", limit=REASON_LIMIT)
    by_name = models.CharField(max_length=NAME_LIMIT)

    class Meta:
        ordering = ["year", "pk"]

    def __str__(self) -> str:
        return f"{self.kind}: {self.document_number}"
