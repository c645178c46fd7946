"""Petitions: what was asked, who holds the matter now, what was answered, whether it is settled."""

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
    TITLE_LIMIT,
    UNSETTLED,
    VIEW_NAME_LIMIT,
    WAITING,
    WORD_LIMIT,
    PetitionField,
    PetitionState,
    PracticeKind,
    PracticeState,
    StepKind,
    Word,
    WorkList,
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
    newest answer; the course is in the steps. `joined_to` is the petition about the same matter that is answered for both: the one
    whose clock ends first.
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

    petition = models.ForeignKey(Petition, on_delete=models.CASCADE, related_name="words")
    word = models.CharField(max_length=WORD_LIMIT)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["word", "petition"], name="petition_word_once")]

    def __str__(self) -> str:
        return self.word


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
