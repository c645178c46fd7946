"""Before the meeting: the committee's own meeting, the plan of themes, comments given to the cell."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from nennep.core.fields import TypedLine, TypedText
from nennep.core.models import PublicIdModel
from nennep.meetings.choices import NOTE_LIMIT, PLACE_LIMIT, REASON_LIMIT, TITLE_LIMIT, AdviceState, ThemeState


class Premeeting(PublicIdModel):
    """The chi ủy (or secretary and deputy) prepares one meeting of the cell (HD 42-HD/BTCTW; headings: forms.md §3).

    `present` are committee members who came, `absent_note` the others with their reasons. `concluded_at` is set when the
    secretary closed it: then it counts as held. `version` guards against two writers.
    """

    meeting = models.OneToOneField("meetings.Meeting", on_delete=models.CASCADE, related_name="premeeting")
    held_at = models.DateTimeField()
    place = TypedLine(max_length=PLACE_LIMIT, blank=True)
    present = models.ManyToManyField("members.Member", related_name="+", blank=True)
    absent_note = TypedLine(max_length=REASON_LIMIT, blank=True)
    last_month = TypedText(max_length=NOTE_LIMIT, blank=True)
    next_month = TypedText(max_length=NOTE_LIMIT, blank=True)
    cell_meeting = TypedText(max_length=NOTE_LIMIT, blank=True)
    inspection = TypedText(max_length=NOTE_LIMIT, blank=True)
    discussion = TypedText(max_length=NOTE_LIMIT, blank=True)
    conclusion = TypedText(max_length=NOTE_LIMIT, blank=True)
    tasks = TypedText(max_length=NOTE_LIMIT, blank=True)
    concluded_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["held_at", "pk"]

    def __str__(self) -> str:
        return f"{self.meeting}: {self.held_at:%d/%m/%Y}"


class ThemePlan(PublicIdModel):
    """One theme of a cell's yearly plan (Chỉ thị 50-CT/TW §2: at least one thematic meeting a quarter).

    `month` is the first day of the month it is planned for; `author` drafts it, the draft is due on `draft_due_on`.
    `meeting` is set when a meeting takes the theme up.
    """

    organization = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="themes")
    month = models.DateField()
    title = TypedLine(max_length=TITLE_LIMIT)
    purpose = TypedLine(max_length=REASON_LIMIT, blank=True)
    author = models.ForeignKey("members.Member", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    draft_due_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=ThemeState, default=ThemeState.PLANNED)
    meeting = models.ForeignKey(
        "meetings.Meeting", on_delete=models.SET_NULL, null=True, blank=True, related_name="themes"
    )

    class Meta:
        ordering = ["organization", "month", "pk"]

    def __str__(self) -> str:
        return self.title


class Advice(PublicIdModel):
    """A pointed comment that an official or the commune gave a cell (G13: at most three per visit or review).

    `topic` is the code of what it is about (an item of the score sheet). The next meeting of the cell shows it and asks
    what became of it: `state`, `answer`, and the meeting at which that was said.
    """

    organization = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="advice")
    text = TypedLine(max_length=TITLE_LIMIT)
    example = TypedLine(max_length=REASON_LIMIT, blank=True)
    topic = TypedLine(max_length=20, blank=True)
    given_on = models.DateField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    given_by_name = models.CharField(max_length=200)
    origin_kind = models.CharField(max_length=60, blank=True)
    origin_id = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=10, choices=AdviceState, default=AdviceState.OPEN)
    answer = TypedLine(max_length=REASON_LIMIT, blank=True)
    answered_at_meeting = models.ForeignKey(
        "meetings.Meeting", on_delete=models.SET_NULL, null=True, blank=True, related_name="answered_advice"
    )

    state_then: str  # where it is read as it was on a day (queries.advice)

    class Meta:
        ordering = ["given_on", "pk"]
        indexes = [
            models.Index(fields=["organization", "state"], name="advice_of_unit"),
            models.Index(fields=["origin_kind", "origin_id"], name="advice_origin"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=AdviceState.OPEN) | Q(answered_at_meeting__isnull=False) | ~Q(answer=""),
                name="advice_answer_has_words_or_meeting",
            ),
        ]

    def __str__(self) -> str:
        return self.text
