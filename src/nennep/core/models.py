"""Base models. No tables of its own."""

from datetime import date
from typing import TypeVar

from django.db import models

from nennep.core.frozen import ContentChanged, hash_content, read_content
from nennep.core.ids import new_public_id
from nennep.core.periods import is_in_force

Frozen = TypeVar("Frozen")


class PublicIdModel(models.Model):
    """A row that a device may create or an outside system may name: `public_id` is what addresses carry."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)

    class Meta:
        abstract = True


class DatedModel(models.Model):
    """Something that holds from a day on: `valid_to` is the first day on which it no longer does (half open)."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True

    def covers(self, day: date) -> bool:
        """Whether it holds on that day."""
        return is_in_force(day, valid_from=self.valid_from, valid_to=self.valid_to)


class FrozenModel(models.Model):
    """A content that stays as it was: `sha256` of its canonical JSON. Rows are added, never changed."""

    content = models.JSONField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        abstract = True

    @property
    def is_intact(self) -> bool:
        """Whether the content is still the one that was written."""
        return hash_content(self.content) == self.sha256

    def read(self, kind: type[Frozen], *, name: str) -> Frozen:
        """What was kept, as the very value; `name` says what it is where it must be refused.

        Raises ContentChanged, ContentUnreadable.
        """
        if not self.is_intact:
            raise ContentChanged(paper=name)
        return read_content(kind, self.content)
