"""What was voted on in the room."""

from django.db import models
from django.db.models import F, Q

from nennep.core.fields import TypedLine
from nennep.core.models import PublicIdModel
from nennep.meetings.choices import TITLE_LIMIT
from nennep.room.choices import VoteMajority, VoteMethod


class Vote(PublicIdModel):
    """One vote. `base` = official members called to meet (rules.md §1.7); passed when `in_favour` reaches `majority` of it.

    Of a secret one, `issued` are the ballots handed out (None for a show of hands) and `invalid` those that count for nothing.
    """

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="votes")
    subject = TypedLine(max_length=TITLE_LIMIT)
    method = models.CharField(max_length=10, choices=VoteMethod, default=VoteMethod.HANDS)
    base = models.PositiveIntegerField()
    in_favour = models.PositiveIntegerField()
    against = models.PositiveIntegerField(default=0)
    other = models.PositiveIntegerField(default=0)
    majority = models.CharField(max_length=12, choices=VoteMajority, default=VoteMajority.ORDINARY)
    issued = models.PositiveIntegerField(null=True, blank=True)
    invalid = models.PositiveIntegerField(default=0)
    passed = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        db_table = "meetings_vote"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(base__gte=F("in_favour") + F("against") + F("other")), name="vote_within_base"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.in_favour}/{self.base}"
