"""Rounds and the review meetings of their units (ADR 0031)."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from nennep.classification.choices import NAME_LIMIT, REASON_LIMIT, CampaignState, CapGroup
from nennep.classification.models.ratings import Rating
from nennep.classification.rules import FormerNote, KeptRules, NotedCap, find_period
from nennep.core.access import Actor
from nennep.core.fields import TypedLine
from nennep.core.models import FrozenModel, PublicIdModel
from nennep.core.permissions import Permission
from nennep.policies.choices import CapBase


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, actor: Actor) -> "CampaignQuerySet":
        """Rounds of the actor's units, and those in which something is rated that the actor may read."""
        own = Rating.objects.visible_to(actor).values("campaign_id")
        return self.filter(actor.scope(Permission.RATINGS_READ, "organization__path") | Q(pk__in=own))


class Campaign(PublicIdModel, FrozenModel):
    """The round of one year (or quarter) that a unit runs for all below it.

    `content` are the rules of the day it was opened (`KeptRules`), for good. `cutoff_on`: who is rated where is looked at on
    that day. `last_day`: the last day of what is looked back on (`rules.find_period`), whatever day the list is cut off; of
    rounds that were judged before this day was kept, the one by which they were. A cancelled round bars no other one;
    `cancelled_on` and why stay after it was restored.
    """

    organization = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="campaigns")
    year = models.PositiveSmallIntegerField(_("Năm"))
    quarter = models.PositiveSmallIntegerField(_("Quý"), null=True, blank=True)
    cutoff_on = models.DateField(_("Ngày chốt danh sách"))
    last_day = models.DateField()
    state = models.CharField(max_length=10, choices=CampaignState, default=CampaignState.OPEN)
    opened_on = models.DateField()
    opened_by_name = models.CharField(max_length=NAME_LIMIT)
    closed_on = models.DateField(null=True)
    cancelled_on = models.DateField(null=True)
    cancelled_by_name = models.CharField(max_length=NAME_LIMIT, blank=True)
    cancel_reason = TypedLine(max_length=REASON_LIMIT, blank=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-quarter", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "year"],
                condition=Q(quarter=None) & ~Q(state=CampaignState.CANCELLED),
                name="campaign_one_of_year",
            ),
            models.UniqueConstraint(
                fields=["organization", "year", "quarter"],
                condition=~Q(state=CampaignState.CANCELLED),
                name="campaign_one_of_quarter",
            ),
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
    def is_cancelled(self) -> bool:
        return self.state == CampaignState.CANCELLED

    @property
    def chip(self) -> str:
        return CampaignState(self.state).chip

    @property
    def first_day(self) -> date:
        """The first day of what is looked back on."""
        return find_period(self.year, self.quarter)[0]


class CapNoted(models.Model):
    """For how many excellent ones a note about the cap was written, and what the cap came to then (`NotedCap`).

    None where there is no note, and of notes from before this was kept (November 2026): those open nothing any more.
    `former_notes`: what was said before, the oldest first, each with by whom and when where that was kept (`FormerNote`): words by
    which somebody was decided never go.
    """

    noted_for = models.PositiveIntegerField(null=True)
    noted_allowed = models.PositiveIntegerField(null=True)
    noted_counted = models.PositiveIntegerField(null=True)
    noted_base = models.CharField(max_length=30, choices=CapBase, blank=True)
    noted_by = models.CharField(max_length=NAME_LIMIT, blank=True)
    noted_at = models.DateTimeField(null=True)
    former_notes = models.JSONField(default=list)

    class Meta:
        abstract = True

    @property
    def noted(self) -> NotedCap | None:
        if self.noted_for is None or self.noted_allowed is None or self.noted_counted is None:
            return None
        return NotedCap(self.noted_for, self.noted_allowed, self.noted_counted, CapBase(self.noted_base))

    @property
    def former(self) -> tuple[FormerNote, ...]:
        """What was said before, the newest first."""
        return tuple(FormerNote.read(one) for one in reversed(self.former_notes))

    def keep_former(self, note: str, *, outstanding: bool) -> None:
        """Append what stood there, before other words are set; not saved yet. Nothing where no words stood."""
        if note:
            said = FormerNote(note, outstanding, self.noted, self.noted_by, self.noted_at)
            self.former_notes = [*self.former_notes, said.as_json()]

    def keep_noted(self, noted: NotedCap | None) -> None:
        """Set the fields, not saved yet."""
        self.noted_for = noted.excellent if noted else None
        self.noted_allowed = noted.allowed if noted else None
        self.noted_counted = noted.counted if noted else None
        self.noted_base = noted.base if noted else ""


NOTED_FIELDS = (
    "noted_for",
    "noted_allowed",
    "noted_counted",
    "noted_base",
    "noted_by",
    "noted_at",
    "former_notes",
)


class CapNote(CapNoted):
    """Why more of one group of a round are excellent than the cap allows; `outstanding`: it may have more.

    Of members of one cell this stands on its `UnitReview`.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="cap_notes")
    group = models.CharField(max_length=20, choices=CapGroup)
    note = TypedLine(max_length=REASON_LIMIT, blank=True)
    outstanding = models.BooleanField(default=False)

    class Meta:
        ordering = ["campaign", "pk"]
        constraints = [models.UniqueConstraint(fields=["campaign", "group"], name="cap_note_one_of_group")]

    def __str__(self) -> str:
        return self.group


class UnitReviewQuerySet(models.QuerySet["UnitReview"]):
    def visible_to(self, actor: Actor) -> "UnitReviewQuerySet":
        return self.filter(actor.scope(Permission.RATINGS_READ, "organization__path"))


class UnitReview(PublicIdModel, CapNoted):
    """The review meeting of one unit in a round. `outstanding`: the unit may have more who are excellent.

    `held_on`: the first day on which somebody was reviewed (late ones have their own, `Rating.reviewed_on`); `days`: how many days
    it took; `held_note`: why the forms went out late, it was shorter than the rules ask, before the round was opened, or unsaid.
    `cap_note` is why more are excellent than the cap allows (`CapNoted`: how many).
    `reminded_on`: the last day it was reminded of what it owes. `told_days`: of which days that passed whoever owes its steps was
    told (`LateStep.keys`).
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
    told_days = models.JSONField(default=list)

    objects = UnitReviewQuerySet.as_manager()

    class Meta:
        ordering = ["campaign", "organization"]
        constraints = [models.UniqueConstraint(fields=["campaign", "organization"], name="review_one_of_unit")]

    def __str__(self) -> str:
        return f"{self.organization} – {self.campaign}"
