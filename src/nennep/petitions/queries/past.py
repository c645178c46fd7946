"""Petitions as they stood on a day that is over: where they belonged, who held them, what was said, from their steps."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.utils.timezone import localdate

from nennep.organizations.models import Organization
from nennep.petitions.choices import HANDED_ON, OPINIONS, PetitionState, StepKind, Word
from nennep.petitions.models import Petition, PetitionQuerySet, PetitionStep
from nennep.petitions.queries.clocks import NEWEST, read_books, read_stored_clock
from nennep.petitions.queries.rows import PetitionRow, read_row

_ALONG = frozenset({StepKind.ANSWERED, StepKind.SEPARATED})  # with what it was joined to
_STATES = {
    StepKind.PASSED_ON: PetitionState.OPEN,
    StepKind.BOUNCED: PetitionState.OPEN,
    StepKind.RISEN: PetitionState.OPEN,
    StepKind.ANSWERED: PetitionState.ANSWERED,
    StepKind.SOLVED: PetitionState.SOLVED,
    StepKind.REOPENED: PetitionState.OPEN,
    StepKind.PARTLY: PetitionState.OPEN,
    StepKind.ASKED: PetitionState.CLARIFYING,
    StepKind.CLARIFIED: PetitionState.OPEN,
    StepKind.DONE: PetitionState.ANSWERED,
    StepKind.READ: PetitionState.READ,
    StepKind.WITHDRAWN: PetitionState.WITHDRAWN,
    StepKind.SEPARATED: PetitionState.OPEN,
}

_WORDS = {StepKind.REOPENED: Word.NOT, StepKind.PARTLY: Word.PARTLY, StepKind.SOLVED: Word.SATISFIED}


@dataclass(frozen=True, slots=True)
class Stand:
    """A petition on that day, and the public id of the cell that it belonged to then."""

    row: PetitionRow
    cell_id: UUID


@dataclass(frozen=True, slots=True)
class _Course:
    """One petition with where it was then, and what had been said. `went_on`: there is more today."""

    petition: Petition
    cell: Organization
    holder: Organization
    said: Sequence[PetitionStep]
    went_on: bool

    @property
    def state(self) -> PetitionState:
        """Joined ones say it themselves: both petitions keep the step."""
        kinds = [StepKind(step.kind) for step in self.said]
        if self.petition.joined_to_id and StepKind.JOINED in kinds:
            return PetitionState.JOINED
        opinion = self.petition.state in OPINIONS
        first = PetitionState.OPINION if opinion else PetitionState.OPEN
        state = next((_read_state(step) for step in reversed(self.said) if StepKind(step.kind) in _STATES), first)
        return PetitionState.PROMISED if state == PetitionState.ANSWERED and self.promised_for else state

    @property
    def promised_for(self) -> date | None:
        """The day that the last answer named, while nobody has said that it is done."""
        said = [step for step in self.said if step.kind in {StepKind.ANSWERED, StepKind.DONE}]
        return said[-1].until if said else None

    @property
    def word(self) -> str:
        """What the cell said of the answer before, while a new one is owed."""
        last = next(
            (step for step in reversed(self.said) if step.kind in _WORDS or step.kind == StepKind.ANSWERED), None
        )
        return _WORDS.get(StepKind(last.kind), "") if last else ""

    @property
    def answer(self) -> str:
        return self._last_answer.text if self._last_answer else ""

    @property
    def answered_by(self) -> str:
        return self._last_answer.unit.name if self._last_answer else ""

    @property
    def _last_answer(self) -> PetitionStep | None:
        return next((step for step in reversed(self.said) if step.kind == StepKind.ANSWERED), None)


def _read_state(step: PetitionStep) -> PetitionState:
    """What was parted while those who asked were asked something waits for them again, up to the day that it says."""
    kind = StepKind(step.kind)
    return PetitionState.CLARIFYING if kind == StepKind.SEPARATED and step.until else _STATES[kind]


def stand_on(petitions: PetitionQuerySet, on: date) -> list[Stand]:
    """Each of them, raised by that day, as it stood at its end; in the order in which they were raised. Three queries at most."""
    found = petitions.select_related("organization", "holder", "raised_by", "body").order_by("raised_on", "pk")
    steps: dict[int, list[PetitionStep]] = defaultdict(list)
    every = PetitionStep.objects.filter(petition__in=found.order_by().values("pk")).select_related("unit", "to")
    for step in every.order_by("at", "pk"):
        steps[step.petition_id].append(step)
    courses = [_go_back(petition, steps[petition.pk], on) for petition in found]
    due = _find_due(courses)
    return [Stand(_read(course, due.get(course.petition.pk), on), course.cell.public_id) for course in courses]


def _go_back(petition: Petition, steps: Iterable[PetitionStep], on: date) -> _Course:
    """Undo what came later, the newest first."""
    said = [step for step in steps if localdate(step.at) <= on]
    later = [step for step in steps if localdate(step.at) > on]
    cell, holder = petition.organization, petition.holder
    for number, step in reversed(list(enumerate([*said, *later]))[len(said) :]):
        if step.kind in HANDED_ON and step.to_id == holder.pk:
            holder = step.unit
        if step.kind in _ALONG:
            holder = _find_holder_of_joined([*said, *later][:number], step) or holder
        if step.kind == StepKind.MERGED and step.to_id == cell.pk:
            cell = step.unit
    return _Course(petition, cell, holder, said, went_on=bool(later))


def _find_holder_of_joined(steps: Sequence[PetitionStep], along: PetitionStep) -> Organization | None:
    """Where it lay before this answer, or parting, while it was joined to another one; None where it was not.

    Where the step of joining does not say so, an older program wrote the answer in the name of that unit.
    """
    moved = (step for step in reversed(steps) if step.kind in HANDED_ON | _ALONG | {StepKind.JOINED})
    last = next((step for step in moved if step.kind != StepKind.MERGED), None)
    if last is None or last.kind not in {StepKind.JOINED, StepKind.ANSWERED}:
        return None
    if last.kind == StepKind.JOINED:
        return last.to or (along.unit if along.kind == StepKind.ANSWERED else None)
    return last.unit


def _find_due(courses: Iterable[_Course]) -> dict[int, date]:
    """The last day of those whose course went on, by the clock of then. Two queries at most."""
    moved = [course for course in courses if course.went_on]
    if not moved:
        return {}
    _then, newest = read_books({course.holder for course in moved}, since=NEWEST)
    return {
        course.petition.pk: read_stored_clock(course.petition, course.said, newest[course.holder.pk].days_off).due_on
        for course in moved
    }


def _read(course: _Course, due_on: date | None, on: date) -> PetitionRow:
    row = read_row(course.petition, on)
    due_on = due_on or row.due_on
    return replace(
        row,
        cell=course.cell.name,
        holder=course.holder.name,
        holder_id=course.holder.public_id,
        state=course.state,
        answer=course.answer,
        answered_by=course.answered_by,
        due_on=due_on,
        days_left=(due_on - on).days,
        promise_left=(course.promised_for - on).days
        if course.promised_for and course.state == PetitionState.PROMISED
        else None,
        promised_for=course.promised_for if course.state == PetitionState.PROMISED else None,
        is_then=True,
        word=course.word,
        late_days=0,  # a mark of today says nothing of that day
    )
