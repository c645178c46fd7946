"""What is written along with petitions, so that boards and searches read few rows."""

from django.db import models

from nennep.petitions.choices import (
    WORD_LIMIT,
)
from nennep.petitions.models.petition import Petition


class PetitionPlace(models.Model):
    """Where units that ask stood: `lineage` names those from the top down to one by their ids, `.1.5.20.`; it never changes."""

    lineage = models.CharField(max_length=200, unique=True)
    of_cell = models.BooleanField(default=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.lineage


class PetitionCount(models.Model):
    """What is counted of one petition now, and where: written along with it, made anew from it at any time.

    `raised_place`: where its cell stood when it asked; `place`: where that stands, or stood when the matter was settled. `lines`: each
    tally with its day, its value and the id of its place, then subject area, id of the office outside, and who answers.
    """

    petition = models.OneToOneField(Petition, on_delete=models.CASCADE, primary_key=True, related_name="counted")
    raised_place = models.ForeignKey(PetitionPlace, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(PetitionPlace, on_delete=models.PROTECT, related_name="+")
    lines = models.JSONField(default=list)

    class Meta:
        ordering = ["petition"]

    def __str__(self) -> str:
        return f"{self.petition_id}"


class PetitionSum(models.Model):
    """So many petitions of one tally below a unit, by one group of its board: rows of a key are added up (docs/adr/0034).

    Rows are appended in the transaction of what changed, more or fewer; a job folds those of a key into one. `day`: the first of
    the month, where the tally is not counted by the day; `value`: days to the first answer.
    """

    unit = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="+", db_index=False)
    group = models.CharField(max_length=10)
    tally = models.CharField(max_length=10)
    day = models.DateField()
    key = models.CharField(max_length=20)
    value = models.PositiveIntegerField(default=0)
    number = models.IntegerField()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["unit", "group", "tally", "day", "key", "value", "number"], name="petition_sum_of_unit"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.tally} {self.day}: {self.number}"


class PetitionWord(models.Model):
    """A word of what is asked and where, as `core.text.fold` writes it, while the matter is not settled: the search of work lists.

    Of no name of who asked: those are in neither text.
    """

    petition = models.ForeignKey(Petition, on_delete=models.CASCADE, related_name="words", db_index=False)
    word = models.CharField(max_length=WORD_LIMIT)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["word", "petition"], name="petition_word_once")]
        indexes = [models.Index(fields=["petition", "word"], name="petition_has_word")]

    def __str__(self) -> str:
        return self.word
