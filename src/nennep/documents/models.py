"""Papers: what they are, their versions, their numbers, who opened them. Never anything marked as secret."""

from django.conf import settings
from django.db import models

from nennep.core.access import Actor
from nennep.core.models import PublicIdModel
from nennep.core.permissions import Permission
from nennep.documents.choices import NUMBER_LIMIT, TITLE_LIMIT, PaperType


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, actor: Actor) -> "DocumentQuerySet":
        return self.filter(actor.scope(Permission.DOCUMENTS_READ, "organization__path"))


class Document(PublicIdModel):
    """A paper that belongs to a unit. `origin_kind` + `origin_id` say what it is attached to (a meeting, …)."""

    organization = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="documents")
    paper_type = models.CharField(max_length=10, choices=PaperType, default=PaperType.OTHER)
    title = models.CharField(max_length=TITLE_LIMIT)
    number = models.CharField(max_length=NUMBER_LIMIT, blank=True)
    issued_by = models.CharField(max_length=TITLE_LIMIT, blank=True)
    issued_on = models.DateField(null=True, blank=True)
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
    file_name = models.CharField(max_length=TITLE_LIMIT)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["document", "number"]
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="version_once")]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.number})"


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
