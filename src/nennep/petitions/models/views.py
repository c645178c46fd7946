"""What a person wants to see again."""

from django.conf import settings
from django.db import models

from nennep.core.fields import TypedLine
from nennep.core.models import PublicIdModel
from nennep.petitions.choices import (
    NAME_LIMIT,
    VIEW_NAME_LIMIT,
    PetitionField,
    WorkList,
)
from nennep.petitions.models.petition import OutsideBody


class SavedView(PublicIdModel):
    """What one person wants to see again of the petitions of a unit: a list and what of it, under a name of their own.

    Empty columns choose nothing. Nobody else sees it, and it opens nothing that its owner may not read that day.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="+")
    name = TypedLine(max_length=VIEW_NAME_LIMIT)
    listed = models.CharField(max_length=20, choices=WorkList)
    field = models.CharField(max_length=20, choices=PetitionField, blank=True)
    body = models.ForeignKey(OutsideBody, on_delete=models.CASCADE, null=True, related_name="+")
    cell = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, null=True, related_name="+")
    words = TypedLine(max_length=NAME_LIMIT, blank=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name
