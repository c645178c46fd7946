"""The clock of a petition read from its steps and the rules: one owner for lists, pages, recounts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localdate

from nennep.core.periods import DaysOff
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.petitions.choices import StepKind
from nennep.petitions.models import Petition, PetitionStep
from nennep.petitions.rules import (
    AnswerClock,
    ClockStep,
    Counted,
    SolutionClock,
    count_days,
    find_longest,
    list_lateness,
    read_clock,
    read_promise,
)
from nennep.policies.choices import PolicyKey
from nennep.policies.queries import RuleBook, Source, rules_for_days

NEWEST = date.max  # days off are known ahead: the newest list counts, whatever day it was made for


@dataclass(frozen=True, slots=True)
class ClockPage:
    """Both clocks of one petition, how the answer's last day was counted, and by which rule.

    `longest`: the last day an extension may set. `broken_days`: how long after the day promised it was done, or is not done yet.
    """

    clock: AnswerClock
    solution: SolutionClock
    broken_days: int
    counted: Counted
    source: Source | None
    days_off_source: Source | None
    longest: date


def find_days(*, holder: Organization, since: date) -> int:
    """Working days that the holder has for its answer, by the rules in force when its clock starts. Two queries at most."""
    return read_books([holder], since=since)[0][holder.pk].petition_response.of_level(UnitKind(holder.kind))


def find_days_off(*, holder: Organization) -> DaysOff:
    """The newest list of days off that holds for the unit. Two queries at most."""
    return read_books([holder], since=NEWEST)[1][holder.pk].days_off


def read_books(units: Iterable[Organization], *, since: date) -> tuple[dict[int, RuleBook], dict[int, RuleBook]]:
    """The rules of these units on that day, and the newest ones. Two queries at most."""
    books = rules_for_days(organizations=units, days=[since, NEWEST])
    return books[since], books[NEWEST]


def read_stored_clock(petition: Petition, steps: Sequence[PetitionStep], days_off: DaysOff) -> AnswerClock:
    """The clock that the steps, oldest first, give. For rows that have no step with days: the stored last day goes on."""
    return read_clock((_read_step(petition, step) for step in steps), days_off, begin=_begin(petition))


def list_late_days(petition: Petition, steps: Sequence[PetitionStep]) -> list[int]:
    """By how many days each of its steps, oldest first, came after the last day of then; 0 where nobody was late. No query."""
    return list_lateness((_read_step(petition, step) for step in steps), begin=_begin(petition))


def _begin(petition: Petition) -> AnswerClock:
    return AnswerClock(petition.raised_on, 0, petition.due_on, extended_to=petition.due_on)


def find_last_extension(petition: Petition, *, today: date) -> tuple[date, date]:
    """The last day that an extension told today may set, by the rules of today, and the own last day it is counted from. Three queries."""
    books, newest = read_books([petition.holder], since=today)
    days_off = newest[petition.holder_id].days_off
    clock = read_stored_clock(petition, list(petition.steps.order_by("at", "pk")), days_off)
    most = books[petition.holder_id].petition_extension
    return find_longest(clock, most, days_off), clock.own_on or clock.due_on


def read_clock_page(petition: Petition, steps: Sequence[PetitionStep], today: date) -> ClockPage:
    """Two queries at most."""
    began = read_stored_clock(petition, steps, DaysOff()).started_on
    books = rules_for_days(organizations=[petition.holder], days=[began, today, NEWEST])
    then, now, newest = (books[day][petition.holder_id] for day in (began, today, NEWEST))
    clock = read_stored_clock(petition, steps, newest.days_off)
    solution = read_promise(_read_step(petition, step) for step in steps)
    return ClockPage(
        clock=clock,
        solution=solution,
        broken_days=solution.days_late(today),
        counted=count_days(clock, newest.days_off),
        source=then.source(PolicyKey.PETITION_RESPONSE),
        days_off_source=newest.source(PolicyKey.DAYS_OFF),
        longest=find_longest(clock, now.petition_extension, newest.days_off),
    )


def _read_step(petition: Petition, step: PetitionStep) -> ClockStep:
    """What a cell notes for itself it has had since it was asked; another unit has it from the moment at which it was noted for it.

    The clock starts when it is received (addendum h.2, docs/adr/0041). Notes of a former program name no other unit: they keep
    the day of the question, as it was counted then.
    """
    kind = StepKind(step.kind)
    is_own = kind == StepKind.NOTED and step.to_id is None
    day = petition.raised_on if is_own else localdate(step.at)
    return ClockStep(kind, day, step.days, step.until, step.stood)
