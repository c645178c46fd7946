"""Ratings of members, groups, cells and base organisations, and listed cases that count in them."""

from datetime import datetime

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from nennep.classification.choices import (
    NAME_LIMIT,
    NUMBER_LIMIT,
    REASON_LIMIT,
    CampaignState,
    ListedKind,
    NotRatedReason,
    RatedForm,
    RatingState,
    Side,
    SubjectKind,
)
from nennep.classification.models.said import LevelKept, Verdict
from nennep.core.access import Actor
from nennep.core.fields import EncryptedTypedText, TypedLine
from nennep.core.models import PublicIdModel
from nennep.core.permissions import Permission


class RatingQuerySet(models.QuerySet["Rating"]):
    def visible_to(self, actor: Actor) -> "RatingQuerySet":
        """Ratings of the actor's units, and the actor's own. Texts of others are read by fewer (`queries.may_read_texts`)."""
        own = Q(member__user_id=actor.user_id) if actor.user_id is not None else Q(pk__in=[])
        return self.filter(actor.scope(Permission.RATINGS_READ, "organization__path") | own)

    def current(self) -> "RatingQuerySet":
        """Without those that another one has replaced."""
        return self.exclude(state=RatingState.REPLACED)

    def standing(self) -> "RatingQuerySet":
        """Current ones of rounds that were not cancelled: what figures and people's own pages count."""
        return self.current().exclude(campaign__state=CampaignState.CANCELLED)

    def with_levels(self) -> "RatingQuerySet":
        """Each with the level that every side gave: `self_level`, `proposed_level`, `appraised_level`, `decided_level`."""
        said = Verdict.objects.filter(rating=OuterRef("pk"))
        levels = {f"{side.value}_level": Subquery(said.filter(side=side).values("level")[:1]) for side in Side}
        return self.annotate(**levels)

    def with_moments(self) -> "RatingQuerySet":
        """Each with when it was decided (`decided_at`), and when that was last looked at again (`kept_at`); None where nobody did.

        `replaced_level`: of a re-rating what was decided before.
        """
        decided = Verdict.objects.filter(rating=OuterRef("pk"), side=Side.DECIDED)
        kept = LevelKept.objects.filter(rating=OuterRef("pk")).order_by("-at")
        replaced = Verdict.objects.filter(rating=OuterRef("replaces"), side=Side.DECIDED)
        moments = {
            "decided_at": Subquery(decided.values("at")[:1]),
            "kept_at": Subquery(kept.values("at")[:1]),
            "replaced_level": Subquery(replaced.values("level")[:1]),
        }
        return self.annotate(**moments)


class Rating(PublicIdModel):
    """What one member, leadership group, cell or base organisation is rated in a round.

    `organization` is the unit in which it is rated as of the cut-off day; of what is no member, the unit itself. `is_head`: the
    secretary, who is rated after the group. `former_unit`: where the member sat before in this year; `temporary_unit`: where
    the member sits for a while: both are asked for a comment. `answers` are facts that people gave where records have none,
    or have others: then `answers_reason` says why, and `answers_beside` is what the records said then (None: nobody kept it).
    A re-rating `replaces` another row by the decision `rerating_number`; the old one stays as it was.
    """

    campaign = models.ForeignKey("classification.Campaign", on_delete=models.PROTECT, related_name="ratings")
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
    answers_beside = models.JSONField(null=True)
    answers_reason = TypedLine(_("Vì sao số liệu khác sổ sách"), max_length=REASON_LIMIT, blank=True)
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
    decided_at: datetime | None  # by `with_moments`
    kept_at: datetime | None
    replaced_level: str | None

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
    def is_movable(self) -> bool:
        """Not reviewed yet: it follows the list of its round."""
        return self.state == RatingState.NOT_RATED or self.state in RatingState.before_review()

    @property
    def is_told(self) -> bool:
        """Whether whoever was rated was told what was decided (366-QĐ/TW, Article 15); a re-rating is told anew."""
        return self.announced_on is not None

    @property
    def subject(self) -> str:
        """Who or what is rated, in words."""
        if self.member is not None:
            return self.member.full_name
        if self.kind == SubjectKind.LEADERSHIP:
            return _("Cấp ủy %(unit)s") % {"unit": self.organization.name}
        return self.organization.name


class ListedCase(PublicIdModel):
    """A case that the text lists under the lowest level, in `year`, by the document of a competent body.

    Of a member, or of a unit (then `member` is None). `breach_unit`: where it was done, there it counts; `deciding_unit`: who
    concluded it. `recorded_at` None: before this was kept (November 2026).
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
    recorded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["year", "pk"]

    def __str__(self) -> str:
        return f"{self.kind}: {self.document_number}"
