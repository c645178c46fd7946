"""Secret ballots on paper: who counts, what each teller counted; opinions kept on record (rules.md §1.2, §1.7)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from nennep.core.fields import TypedLine, TypedText
from nennep.core.models import PublicIdModel
from nennep.meetings.choices import NOTE_LIMIT, TITLE_LIMIT
from nennep.room.choices import VoteMajority


class SecretBallot(PublicIdModel):
    """A ballot on paper that is being counted. No cryptographic promise: the paper is the secret.

    `issued` ballots were handed out. `vote` is the result, written when the counts of the two tellers agree; until then None.
    """

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="ballots")
    subject = TypedLine(max_length=TITLE_LIMIT)
    majority = models.CharField(max_length=12, choices=VoteMajority, default=VoteMajority.ORDINARY)
    issued = models.PositiveIntegerField()
    first_teller = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    second_teller = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    vote = models.OneToOneField(
        "room.Vote", on_delete=models.CASCADE, null=True, blank=True, related_name="secret_ballot"
    )

    class Meta:
        db_table = "meetings_secretballot"
        ordering = ["started_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(first_teller=F("second_teller")), name="ballot_two_tellers"),
            models.CheckConstraint(condition=Q(issued__gte=1), name="ballot_issued"),
        ]

    def __str__(self) -> str:
        return self.subject


class TellerCount(models.Model):
    """What one teller counted, in ballots. The last entry of a teller counts; `entered_by_name` typed it."""

    ballot = models.ForeignKey(SecretBallot, on_delete=models.CASCADE, related_name="counts")
    teller = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    in_favour = models.PositiveIntegerField()
    against = models.PositiveIntegerField(default=0)
    other = models.PositiveIntegerField(default=0)
    invalid = models.PositiveIntegerField(default=0)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    entered_by_name = models.CharField(max_length=200)

    class Meta:
        db_table = "meetings_tellercount"
        ordering = ["ballot", "entered_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["ballot", "teller"], name="teller_count_once")]

    def __str__(self) -> str:
        return f"{self.teller}: {self.in_favour}"


class ReservedOpinion(PublicIdModel):
    """A member keeps a minority opinion on record; the decision binds all the same (Điều lệ Đảng, rules.md §1.2)."""

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="reserved_opinions")
    vote = models.ForeignKey("room.Vote", on_delete=models.CASCADE, null=True, blank=True, related_name="reserved")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    text = TypedText(max_length=NOTE_LIMIT)
    at = models.DateTimeField()

    class Meta:
        db_table = "meetings_reservedopinion"
        ordering = ["meeting", "at", "pk"]

    def __str__(self) -> str:
        return f"{self.member}: {self.text[:60]}"
