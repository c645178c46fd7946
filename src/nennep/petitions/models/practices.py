"""The library: what was settled or is done well."""

from django.db import models
from django.db.models import Q

from nennep.core.access import Actor
from nennep.core.fields import FoldedField, TypedLine
from nennep.core.models import DatedModel, PublicIdModel
from nennep.core.permissions import Permission
from nennep.petitions.choices import (
    TEXT_LIMIT,
    TITLE_LIMIT,
    PetitionField,
    PracticeKind,
    PracticeState,
)
from nennep.petitions.models.petition import STEP, Petition


class PracticeQuerySet(models.QuerySet["Practice"]):
    def visible_to(self, actor: Actor) -> "PracticeQuerySet":
        """What units above those whose petitions the actor reads have published; and all of the actor's own units."""
        read = [grant.path for grant in actor.grants if grant.permission == Permission.PETITIONS_READ]
        above = {path[:end] for path in read for end in range(STEP, len(path) + 1, STEP)}
        published = Q(state=PracticeState.PUBLISHED, unit__path__in=sorted(above))
        own = actor.scope(Permission.PETITIONS_READ, "unit__path") | actor.scope(
            Permission.PETITIONS_READ, "cell__path"
        )
        return self.filter(published | own)


class Practice(PublicIdModel, DatedModel):
    """How something was settled or is done well, for all below `unit`, which publishes it; of no person by name.

    `cell` did it, `source_on` is the day of its meeting, `meeting` the public id of that one where it is known, `petition` what
    was settled by it. `valid_to`: the first day on which it
    is out of date. `declined_because`: why it was not published.
    """

    kind = models.CharField(max_length=10, choices=PracticeKind)
    state = models.CharField(max_length=10, choices=PracticeState, default=PracticeState.PROPOSED)
    unit = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="+")
    cell = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="+")
    petition = models.ForeignKey(Petition, on_delete=models.SET_NULL, null=True, blank=True, related_name="practices")
    title = TypedLine(max_length=TITLE_LIMIT)
    field = models.CharField(max_length=20, choices=PetitionField, default=PetitionField.OTHER)
    text = TypedLine(max_length=TEXT_LIMIT)
    conditions = TypedLine(max_length=TEXT_LIMIT, blank=True)
    result = TypedLine(max_length=TEXT_LIMIT, blank=True)
    source_on = models.DateField()
    meeting = models.UUIDField(null=True, blank=True)
    declined_because = TypedLine(max_length=TEXT_LIMIT, blank=True)
    thanks = models.PositiveIntegerField(default=0)
    key = FoldedField(of=("title", "text", "conditions", "result"))

    objects = PracticeQuerySet.as_manager()

    class Meta:
        ordering = ["-source_on", "-pk"]
        indexes = [models.Index(fields=["unit", "state", "source_on"], name="practice_of_unit")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=PracticeState.DECLINED) | ~Q(declined_because=""),
                name="practice_declined_has_reason",
            ),
            models.UniqueConstraint(
                fields=["petition", "unit"], condition=Q(petition__isnull=False), name="practice_once_of_petition"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PracticeThanks(models.Model):
    """A cell thanks for what helped it, once."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="thanked")
    cell = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["practice", "cell"], name="practice_thanked_once")]

    def __str__(self) -> str:
        return f"{self.practice_id} {self.cell_id}"
