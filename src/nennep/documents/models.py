"""Papers: what they are, their versions, their numbers, who opened them. Never anything marked as secret."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from nennep.core.access import Actor
from nennep.core.fields import TypedLine
from nennep.core.models import PublicIdModel
from nennep.core.permissions import Permission
from nennep.documents.choices import NUMBER_LIMIT, TITLE_LIMIT, PaperType
from nennep.documents.rules.content import count_kilobytes


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, actor: Actor) -> "DocumentQuerySet":
        """Papers of the actor's units, and those that were sent to one of these units."""
        sent = Distribution.objects.filter(actor.scope(Permission.DOCUMENTS_READ, "to_unit__path"))
        own = actor.scope(Permission.DOCUMENTS_READ, "organization__path")
        return self.filter(own | models.Q(pk__in=sent.values("document_id")))


class Document(PublicIdModel):
    """A paper that belongs to a unit. `origin_kind` + `origin_id` say what it is attached to (a meeting, …).

    `issued_on`: when its issuer signed it; `received_on`: when it reached the unit it belongs to.
    """

    organization = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="documents")
    paper_type = models.CharField(max_length=10, choices=PaperType, default=PaperType.OTHER)
    title = TypedLine(max_length=TITLE_LIMIT)
    number = TypedLine(max_length=NUMBER_LIMIT, blank=True)
    issued_by = TypedLine(max_length=TITLE_LIMIT, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    received_on = models.DateField(null=True, blank=True)
    origin_kind = models.CharField(max_length=60, blank=True)
    origin_id = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["origin_kind", "origin_id"], name="document_origin")]

    def __str__(self) -> str:
        return self.title


class DocumentVersion(PublicIdModel):
    """One uploaded file. Append-only; the newest `number` is the one in use. `size` in bytes.

    The file lies in the private media directory under month and public id, never under the name it was given.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    file = models.FileField(upload_to="documents")
    file_name = TypedLine(max_length=TITLE_LIMIT)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["document", "number"]
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="version_once")]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.number})"


class DistributionQuerySet(models.QuerySet["Distribution"]):
    def visible_to(self, actor: Actor) -> "DistributionQuerySet":
        """What was sent to units whose papers the actor reads, of papers that were not taken out."""
        return self.filter(actor.scope(Permission.DOCUMENTS_READ, "to_unit__path"), document__removed_at=None)


class Distribution(PublicIdModel):
    """A paper was sent down from one unit to one below it: one row per receiver, the paper itself is never copied.

    `received_at`: confirmed by a tap or by opening; `received_by_name` is somebody of the unit above when it was handed
    over by hand. `opened_at`: somebody who runs the receiving unit opened it for the first time. `reminded_at`: the
    last reminder.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="distributions")
    from_unit = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="+")
    to_unit = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    received_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    received_by_name = models.CharField(max_length=200, blank=True)
    opened_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    objects = DistributionQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        indexes = [models.Index(fields=["to_unit", "sent_at"], name="distribution_to_unit")]
        constraints = [models.UniqueConstraint(fields=["document", "to_unit"], name="distribution_once")]

    def __str__(self) -> str:
        return f"{self.document} → {self.to_unit}"


class Receipt(models.Model):
    """A user opened a document: the first time."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="receipts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["opened_at"]
        constraints = [models.UniqueConstraint(fields=["document", "user"], name="receipt_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.document}"


class Enclosure(PublicIdModel):
    """A file that goes with a thing of a higher context (a petition): whoever opens that opens it, and its context is the door.

    `part` is what of the thing it came with (a step), `number` counts from 1 and is never given twice. `file_name` is empty where the
    file's own name must not be known. `removed_at`: taken out by whoever put it there; row and file stay for the trail.
    """

    origin_kind = models.CharField(max_length=60)
    origin_id = models.CharField(max_length=60)
    part = models.CharField(max_length=60, blank=True)
    number = models.PositiveSmallIntegerField()
    file = models.FileField(upload_to="documents")
    file_name = TypedLine(max_length=TITLE_LIMIT, blank=True)
    suffix = models.CharField(max_length=10)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["origin_kind", "origin_id", "number"]
        constraints = [models.UniqueConstraint(fields=["origin_kind", "origin_id", "number"], name="enclosure_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.file_name or _("Tệp kèm %(number)s%(suffix)s") % {"number": self.number, "suffix": self.suffix}

    @property
    def kilobytes(self) -> int:
        return count_kilobytes(self.size)


class NumberSequence(models.Model):
    """The last number given in a unit, type of paper and term. Taken under a row lock: no gap, no repetition."""

    organization = models.ForeignKey("organizations.Organization", on_delete=models.CASCADE, related_name="+")
    paper_type = models.CharField(max_length=10, choices=PaperType)
    term = models.ForeignKey("organizations.Term", on_delete=models.CASCADE, null=True, related_name="+")
    last = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["organization", "paper_type"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "paper_type", "term"], name="sequence_once"),
            models.UniqueConstraint(
                fields=["organization", "paper_type"], condition=models.Q(term=None), name="sequence_once_without_term"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.paper_type} {self.last}"
