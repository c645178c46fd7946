"""Who comes without being a member: officials from above, guests."""

from django.conf import settings
from django.db import models

from nennep.core.fields import TypedName
from nennep.core.models import PublicIdModel
from nennep.meetings.choices import TITLE_LIMIT
from nennep.room.choices import GuestKind, GuestState


class Guest(PublicIdModel):
    """One guest of one meeting; never in the roll call or in any base.

    An official who is expected because of a planned visit has `user` and the visit as `origin_kind` + `origin_id`: whether
    they came is said here once, and the ledger follows.
    """

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="guest_list")
    name = TypedName(max_length=TITLE_LIMIT)
    kind = models.CharField(max_length=10, choices=GuestKind, default=GuestKind.GUEST)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=GuestState, default=GuestState.EXPECTED)
    arrived_at = models.TimeField(null=True, blank=True)
    origin_kind = models.CharField(max_length=60, blank=True)
    origin_id = models.CharField(max_length=60, blank=True)

    class Meta:
        db_table = "meetings_guest"
        ordering = ["meeting", "kind", "pk"]
        indexes = [models.Index(fields=["origin_kind", "origin_id"], name="guest_origin")]

    def __str__(self) -> str:
        return self.name
