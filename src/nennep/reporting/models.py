"""Roll-ups as facts: one row per cell and month, folded upward into one row per unit and month. Papers as they were issued."""

from django.db import models

from nennep.core.access import Actor
from nennep.core.fields import EncryptedTextField, TypedLine
from nennep.core.measures import Counts
from nennep.core.models import FrozenModel, PublicIdModel
from nennep.core.permissions import Permission
from nennep.meetings.choices import REASON_LIMIT
from nennep.organizations.models import Organization
from nennep.reporting.choices import AttentionKind, FormsState


class MonthFigures(models.Model):
    """What both levels share. `month` is its first day; `counts` by the names of measures, without zeros (core/measures.py)."""

    organization = models.ForeignKey("organizations.Organization", on_delete=models.CASCADE, related_name="+")
    month = models.DateField()
    counts = models.JSONField(default=dict)
    folded_at = models.DateTimeField()

    class Meta:
        abstract = True
        ordering = ["organization", "month"]

    @property
    def figures(self) -> Counts:
        return Counts(self.counts)


class CellMonthQuerySet(models.QuerySet["CellMonth"]):
    def visible_to(self, actor: Actor) -> "CellMonthQuerySet":
        return self.filter(actor.scope(Permission.FIGURES_READ, "organization__path"))


class CellMonth(MonthFigures):
    """One cell in one month, counted from its own records.

    `lineage`: ids of the units above it in that month, uppermost first, whose sums hold these counts. A row is only right
    together with what still waits (`ChangedMonth`): read it through `queries.figures`.
    """

    lineage = models.JSONField(default=list)

    objects = CellMonthQuerySet.as_manager()

    class Meta(MonthFigures.Meta):
        constraints = [models.UniqueConstraint(fields=["organization", "month"], name="cell_month_once")]
        indexes = [models.Index(fields=["month", "organization"], name="cell_month_by_month")]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.month:%m/%Y}"


class UnitMonthQuerySet(models.QuerySet["UnitMonth"]):
    def visible_to(self, actor: Actor) -> "UnitMonthQuerySet":
        return self.filter(actor.scope(Permission.FIGURES_READ, "organization__path"))


class UnitMonth(MonthFigures):
    """A unit above cells in one month: the sum of the CellMonths whose lineage holds it."""

    objects = UnitMonthQuerySet.as_manager()

    class Meta(MonthFigures.Meta):
        constraints = [models.UniqueConstraint(fields=["organization", "month"], name="unit_month_once")]
        indexes = [models.Index(fields=["month", "organization"], name="unit_month_by_month")]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.month:%m/%Y}"


class ChangedMonth(models.Model):
    """The cell's records of that month changed: its row is to be counted again. Written in the transaction of the change.

    Rows are added, and deleted by the one who counted them: never changed, never made one of two, so that none is lost that
    commits between reading and deleting. `moved`: where it stands in the tree may have changed.
    """

    organization = models.ForeignKey("organizations.Organization", on_delete=models.CASCADE, related_name="+")
    month = models.DateField()
    moved = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["month", "organization"], name="changed_month_by_month")]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.month:%m/%Y}"


class KeptMonth(models.Model):
    """A month whose changes go into the queue. Months without it are counted from the records.

    `day`: the reference day by which its members were counted last; None until all of its cells were counted for the first
    time, when rows are not read yet.
    """

    month = models.DateField(unique=True)
    day = models.DateField(null=True)

    class Meta:
        ordering = ["month"]

    def __str__(self) -> str:
        return f"{self.month:%m/%Y}"


class AttentionQuerySet(models.QuerySet["Attention"]):
    def visible_to(self, actor: Actor) -> "AttentionQuerySet":
        return self.filter(actor.scope(Permission.FIGURES_READ, "organization__path"))

    def below(self, unit: Organization) -> "AttentionQuerySet":
        return self.filter(organization__path__startswith=unit.path)


class Attention(models.Model):
    """One exception of a cell as the rules found it last (rules/triage.py): so that a page above reads an index, not all cells.

    `kind` and `level` as there; `since`: the day from which its age counts; `has_reason`: somebody has written down why. Words and
    evidence are read from the records of the few cells that a page shows.
    """

    organization = models.ForeignKey("organizations.Organization", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=AttentionKind)
    level = models.PositiveSmallIntegerField()
    since = models.DateField()
    has_reason = models.BooleanField(default=False)
    found_at = models.DateTimeField()

    objects = AttentionQuerySet.as_manager()

    class Meta:
        ordering = ["level", "kind", "since", "pk"]
        constraints = [models.UniqueConstraint(fields=["organization", "kind"], name="attention_once")]
        indexes = [models.Index(fields=["level", "kind", "since", "organization"], name="attention_by_level")]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.kind}"


class IssuedPaperQuerySet(models.QuerySet["IssuedPaper"]):
    def visible_to(self, actor: Actor) -> "IssuedPaperQuerySet":
        return self.filter(actor.scope(Permission.MEETINGS_READ, "meeting__organization__path"))


class IssuedPaper(FrozenModel):
    """A paper of a meeting as it went out or was agreed: version `number` of the paper at the address `kind`.

    Later versions say in their content what they changed, and carry the `reason`.
    """

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="issued_papers")
    kind = models.SlugField(max_length=40)
    number = models.PositiveIntegerField()
    reason = TypedLine(max_length=REASON_LIMIT, blank=True)
    issued_at = models.DateTimeField()

    objects = IssuedPaperQuerySet.as_manager()

    class Meta:
        ordering = ["meeting", "kind", "number"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "kind", "number"], name="issued_paper_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="issued_paper_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.meeting} {self.kind} v{self.number}"


class IssuedStepPaper(FrozenModel):
    """A paper of a petition as it went out with the step: slip, reply, notice of more time (`kind`, a `StepPaper`)."""

    step = models.OneToOneField("petitions.PetitionStep", on_delete=models.CASCADE, related_name="issued_paper")
    kind = models.SlugField(max_length=40)
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ["step"]

    def __str__(self) -> str:
        return f"{self.step_id} {self.kind}"


class IssuedPetitionReportQuerySet(models.QuerySet["IssuedPetitionReport"]):
    def visible_to(self, actor: Actor) -> "IssuedPetitionReportQuerySet":
        return self.filter(actor.scope(Permission.PETITIONS_READ, "organization__path"))


class IssuedPetitionReport(FrozenModel):
    """A unit's report of petitions for a quarter (`span`, such as `2026-q4`) as it was issued: version `number` of it."""

    organization = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="+")
    span = models.CharField(max_length=10)
    number = models.PositiveIntegerField()
    reason = TypedLine(max_length=REASON_LIMIT, blank=True)
    issued_at = models.DateTimeField()

    objects = IssuedPetitionReportQuerySet.as_manager()

    class Meta:
        ordering = ["organization", "span", "number"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "span", "number"], name="petition_report_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="petition_report_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.span} v{self.number}"


class IssuedRatingPaper(models.Model):
    """A paper of a rating as it stood when the result was told, or decided anew. Append-only.

    `content` is the canonical JSON of the paper, `sha256` its checksum: as in `FrozenModel`, but words about a person lie encrypted.
    """

    rating = models.ForeignKey("classification.Rating", on_delete=models.CASCADE, related_name="issued_papers")
    kind = models.SlugField(max_length=40)
    content = EncryptedTextField()
    sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ["rating", "kind"]
        constraints = [models.UniqueConstraint(fields=["rating", "kind"], name="issued_rating_paper_once")]

    def __str__(self) -> str:
        return f"{self.rating_id} {self.kind}"


class RoundFormsQuerySet(models.QuerySet["RoundForms"]):
    def visible_to(self, actor: Actor) -> "RoundFormsQuerySet":
        """Of rounds of the actor's units."""
        return self.filter(actor.scope(Permission.RATINGS_DECIDE, "campaign__organization__path"))


class RoundForms(PublicIdModel):
    """The forms of a round as one zip that somebody asked for; the file lies sealed in the data directory for a few days.

    `total` and `done` count forms; `read_at` is the moment of the records it was made from; `size` of the zip in bytes.
    """

    campaign = models.ForeignKey("classification.Campaign", on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=FormsState, default=FormsState.QUEUED)
    asked_by = models.ForeignKey("accounts.User", on_delete=models.CASCADE, null=True, related_name="+")
    asked_by_name = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    objects = RoundFormsQuerySet.as_manager()

    class Meta:
        ordering = ["campaign", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign"], condition=models.Q(state__in=["queued", "running"]), name="round_forms_one_in_work"
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.state}"

    @property
    def is_in_work(self) -> bool:
        """Whether it waits for the job, or is being made."""
        return self.state in FormsState.in_work()
