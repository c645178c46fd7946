"""Petitions: what was asked, who holds the matter now, what was answered, whether it is settled; offices outside."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from nennep.core.access import Actor
from nennep.core.fields import EncryptedTextField, FoldedField, TypedLine, TypedName
from nennep.core.models import DatedModel, PublicIdModel
from nennep.core.permissions import Permission
from nennep.organizations.models import Organization
from nennep.petitions.choices import (
    CONTACT_LIMIT,
    LETTER_LIMIT,
    NAME_LIMIT,
    PLACE_LIMIT,
    SPOKEN_TO,
    TEXT_LIMIT,
    UNSETTLED,
    WAITING,
    PetitionField,
    PetitionState,
    StepKind,
    Word,
)

STEP = Organization.steplen


class BodyQuerySet(models.QuerySet["OutsideBody"]):
    def visible_to(self, actor: Actor) -> "BodyQuerySet":
        """Of units whose petitions the actor may read."""
        return self.filter(actor.scope(Permission.PETITIONS_READ, "unit__path"))


class OutsideBody(PublicIdModel, DatedModel):
    """An office outside the program that settles matters: a department, the electricity company. `unit` keeps it and answers for it.

    `fields` are the subject areas that it settles; `valid_to` the first day on which it is no more: ended, never deleted.
    """

    unit = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="+")
    name = TypedLine(max_length=NAME_LIMIT)
    contact = TypedLine(max_length=CONTACT_LIMIT, blank=True)
    fields = models.JSONField(default=list, blank=True)

    objects = BodyQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["unit", "name", "valid_from"], name="body_once_of_a_day")]

    def __str__(self) -> str:
        return self.name


class PetitionQuerySet(models.QuerySet["Petition"]):
    def visible_to(self, actor: Actor) -> "PetitionQuerySet":
        """Petitions of the actor's units, those that lie with them now, the actor's own and what these were joined to."""
        raised = actor.scope(Permission.PETITIONS_READ, "organization__path")
        held = actor.scope(Permission.PETITIONS_READ, "holder__path")
        if actor.user_id is None:
            return self.filter(raised | held)
        own = Petition.objects.filter(raised_by__user_id=actor.user_id).order_by()
        asked = PetitionAsker.objects.filter(member__user_id=actor.user_id).order_by()
        mine = Q(raised_by__user_id=actor.user_id) | Q(pk__in=asked.values("petition"))
        return self.filter(raised | held | mine | Q(pk__in=own.values("joined_to")))

    def asked_by(self, user_id: int) -> "PetitionQuerySet":
        """What this person asked, alone or with others, by name or not."""
        asked = PetitionAsker.objects.filter(member__user_id=user_id).order_by()
        return self.filter(Q(raised_by__user_id=user_id) | Q(pk__in=asked.values("petition")))

    def waiting(self) -> "PetitionQuerySet":
        """Not settled yet: nobody answered, or the cell has not confirmed the answer."""
        return self.filter(state__in=WAITING)

    def lying_with(self, unit: Organization) -> "PetitionQuerySet":
        """Those that this unit must answer and has not answered."""
        return self.filter(holder=unit, state=PetitionState.OPEN)


class Petition(PublicIdModel):
    """One thing asked for in one cell. `holder` is the unit that must answer now, `due_on` the last day for it.

    `due_on`, `late_days` (the most that was late, a mark that stays) and `missed_on` (the first last day that was missed) are what
    `rules.clocks` reads from the steps, stored along.

    `key` is searched; `answer_days` from the question to the first answer. `promised_for` is the day by which the matter is to be
    solved; `waits_until` the last day for what those who asked are asked; `word` what the cell said of the last answer; `on_spot`:
    settled in the cell when it was asked; `bounces`: how often it was handed on as not ours; `risen`: it came to its holder by
    itself; `body`: the office outside for which the holder answers; `closed_because`: why it ended without the cell's word;
    `silent_meetings`: at how many meetings since the answer the cell said nothing of it, the last on `silent_on`.

    `raised_by` is the member who asked and knows of this record, or None with `raised_by_name` (people of the village,
    several members). `is_hidden`: the cell speaks for whoever asked, whose name is in no column here but with the askers;
    `more_askers`: how many asked along. `origin_kind` + `origin_id` say where it was heard: a meeting, an official's visit. `answer` is the
    newest answer, `answered_by` the name that the unit had which gave it: `holder` may differ from it since. The course is in the
    steps. `joined_to` is the petition about the same matter that is answered for both: the one whose clock ends first.
    """

    organization = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="petitions")
    holder = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="held_petitions")
    text = TypedLine(max_length=TEXT_LIMIT)
    field = models.CharField(max_length=20, choices=PetitionField, default=PetitionField.OTHER)
    raised_by = models.ForeignKey("members.Member", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    raised_by_name = TypedName(max_length=NAME_LIMIT, blank=True)
    key = FoldedField(of=("text", "place"))
    is_hidden = models.BooleanField(default=False)
    more_askers = models.PositiveSmallIntegerField(default=0)
    place = TypedLine(max_length=PLACE_LIMIT, blank=True)
    raised_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=PetitionState, default=PetitionState.OPEN)
    late_days = models.PositiveSmallIntegerField(default=0)
    missed_on = models.DateField(null=True, blank=True)
    answer = TypedLine(max_length=TEXT_LIMIT, blank=True)
    answered_by = models.CharField(max_length=NAME_LIMIT, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    answer_days = models.PositiveSmallIntegerField(null=True, blank=True)
    promised_for = models.DateField(null=True, blank=True)
    waits_until = models.DateField(null=True, blank=True)
    word = models.CharField(max_length=10, choices=Word, blank=True)
    on_spot = models.BooleanField(default=False)
    silent_meetings = models.PositiveSmallIntegerField(default=0)
    silent_on = models.DateField(null=True, blank=True)
    bounces = models.PositiveSmallIntegerField(default=0)
    risen = models.BooleanField(default=False)
    body = models.ForeignKey(OutsideBody, on_delete=models.PROTECT, null=True, blank=True, related_name="petitions")
    settled_on = models.DateField(null=True, blank=True)
    closed_because = TypedLine(max_length=TEXT_LIMIT, blank=True)
    joined_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="joined")
    origin_kind = models.CharField(max_length=60, blank=True)
    origin_id = models.CharField(max_length=60, blank=True)

    objects = PetitionQuerySet.as_manager()

    class Meta:
        ordering = ["raised_on", "pk"]
        indexes = [
            models.Index(fields=["organization", "state", "holder"], name="petition_of_unit"),
            # These hold all that the lists count and sort by: no row is read for its number or its place.
            models.Index(
                fields=["holder", "state", "due_on", "raised_on", "id", "promised_for", "body", "bounces", "risen"],
                name="petition_of_holder",
            ),
            models.Index(
                fields=["due_on", "raised_on", "id", "organization", "holder", "state"],
                condition=Q(settled_on=None),
                name="petition_unsettled",
            ),
            models.Index(fields=["raised_on"], name="petition_raised_on"),
            models.Index(fields=["organization", "raised_on", "holder"], name="petition_first_of_unit"),
            models.Index(fields=["holder", "raised_on"], name="petition_first_of_holder"),
            models.Index(fields=["origin_kind", "origin_id"], name="petition_origin"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=UNSETTLED) ^ Q(settled_on__isnull=False), name="petition_settled_when_final"
            ),
            models.CheckConstraint(
                condition=Q(state=PetitionState.JOINED) ^ Q(joined_to__isnull=True), name="petition_joined_to_one"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=SPOKEN_TO) | Q(answered_on__isnull=False), name="petition_answered_has_day"
            ),
            models.CheckConstraint(
                condition=~Q(state=PetitionState.SOLVED)
                | (~Q(answer="") & (Q(word=Word.SATISFIED) | Q(on_spot=True)))
                | ~Q(closed_because=""),
                name="petition_solved_by_word",
            ),
            models.CheckConstraint(
                condition=~Q(state=PetitionState.WITHDRAWN) | ~Q(closed_because=""),
                name="petition_withdrawn_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=PetitionState.CLARIFYING) | Q(waits_until__isnull=False),
                name="petition_clarifying_has_end",
            ),
            models.CheckConstraint(
                condition=~Q(state=PetitionState.PROMISED) | Q(promised_for__isnull=False),
                name="petition_promised_has_day",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class PetitionAsker(models.Model):
    """Somebody who asked, beside `Petition.raised_by`: a member, or a name.

    What is hidden is read within the cell and by that person alone.
    """

    petition = models.ForeignKey(Petition, on_delete=models.CASCADE, related_name="askers")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = EncryptedTextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["petition", "member"], name="petition_asker_once")]

    def __str__(self) -> str:
        return f"{self.petition_id}"


class PetitionStep(models.Model):
    """One step of a petition's course. Append-only; `unit` is who passed on, answered or confirmed, `to` where it went.

    Of what was joined to another `to` is where it lay until then: it is answered wherever that one is.

    `body` is the office outside that got it or whose answer it is, `letter` and `letter_on` number and day of its letter.
    For the clock: `days` (working) that begin with it, `until` the day that it sets, `stood` the last day as it was counted then.
    """

    petition = models.ForeignKey(Petition, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=StepKind)
    unit = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, null=True, related_name="+")
    text = TypedLine(max_length=TEXT_LIMIT, blank=True)
    body = models.ForeignKey(OutsideBody, on_delete=models.PROTECT, null=True, related_name="+")
    letter = TypedLine(max_length=LETTER_LIMIT, blank=True)
    letter_on = models.DateField(null=True)
    days = models.PositiveSmallIntegerField(null=True)
    until = models.DateField(null=True)
    stood = models.DateField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=200)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["kind", "at"], name="petition_step_kind_at")]

    def __str__(self) -> str:
        return f"{self.petition}: {self.kind}"
