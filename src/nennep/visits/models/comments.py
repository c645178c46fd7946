"""Comments that officials may give, with a good example each (G13)."""

from django.db import models
from django.db.models import Q

from nennep.core.access import Actor
from nennep.core.fields import TypedLine, TypedText
from nennep.core.models import PublicIdModel
from nennep.core.permissions import Permission
from nennep.visits.choices import COMMENT_LIMIT, TEXT_LIMIT


class CommentBankQuerySet(models.QuerySet["CommentBankEntry"]):
    def visible_to(self, actor: Actor) -> "CommentBankQuerySet":
        """Shared comments, and those of the units whose visits the actor follows."""
        return self.filter(Q(organization=None) | actor.scope(Permission.VISITS_READ, "organization__path"))


class CommentBankEntry(PublicIdModel):
    """A pointed comment on how a meeting is run, with a good example.

    `topic` is the code of the line or group of the score sheet it belongs to (`c4.2`), empty for none; `uses` how many
    times it was given. `organization` None: shared by all units.
    """

    text = TypedLine(max_length=COMMENT_LIMIT)
    example = TypedText(blank=True, limit=TEXT_LIMIT)
    topic = TypedLine(max_length=40, blank=True)
    uses = models.PositiveIntegerField(default=0)
    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.CASCADE, null=True, blank=True, related_name="comment_bank"
    )
    created_at = models.DateTimeField()

    objects = CommentBankQuerySet.as_manager()

    class Meta:
        ordering = ["-uses", "text", "pk"]

    def __str__(self) -> str:
        return self.text
