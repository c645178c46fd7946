"""The facts of the year: what counts, and as many queries for one as for many."""

from datetime import date
from typing import Any

import pytest

from nennep.classification.choices import RatingLevel, RatingState, SubjectKind
from nennep.classification.models import Rating
from nennep.classification.queries.facts import DutyYear, YearFacts, make_evidence, read_facts
from nennep.duties.choices import DutyState
from nennep.duties.models import Duty
from tests.classification.conftest import NOW, RatedVillage
from tests.factories.classification import make_campaign, make_rating, settle
from tests.factories.members import make_member

pytestmark = pytest.mark.django_db


def make_duty(village: RatedVillage, state: DutyState, due: date, settled: date | None = None, **fields: Any) -> Duty:
    facts = {"title": "Việc", "assignee": village.plain, "given_on": date(2026, 1, 5), **fields}
    return Duty.objects.create(organization=village.cell, state=state, due_on=due, settled_on=settled, **facts)


def facts_of(village: RatedVillage, rating: Rating) -> YearFacts:
    return read_facts(campaign=village.campaign, ratings=[rating], today=NOW.date())[rating.pk]


def test_duties_of_the_year_count_as_done_late_exceeded_or_undone(village: RatedVillage) -> None:
    make_duty(village, DutyState.DONE, date(2026, 3, 1), date(2026, 3, 1), exceeded=True)
    make_duty(village, DutyState.DONE, date(2026, 4, 1), date(2026, 4, 2))
    make_duty(village, DutyState.ONGOING, date(2026, 12, 14))
    make_duty(village, DutyState.NOT_DONE, date(2026, 6, 1), date(2026, 6, 1))
    make_duty(village, DutyState.ONGOING, date(2026, 12, 15))  # not due yet
    make_duty(village, DutyState.DROPPED, date(2026, 5, 1), date(2026, 5, 1))
    make_duty(village, DutyState.DONE, date(2025, 12, 31), date(2025, 12, 31))
    found = facts_of(village, village.rating(village.plain))
    assert found.duties == DutyYear(total=4, done=2, late=1, exceeded=1)
    assert facts_of(village, village.rating(kind=SubjectKind.CELL)).duties == found.duties
    assert facts_of(village, village.rating(village.head)).duties == DutyYear()


def test_an_answer_stands_before_the_records_and_nothing_known_is_asked_for(village: RatedVillage) -> None:
    rating = village.rating(village.plain)
    assert make_evidence(rating, YearFacts()).total is None
    rating.answers = {"total": 3, "done": 3}
    found = make_evidence(rating, YearFacts(duties=DutyYear(4, 2, 1, 0)))
    assert (found.total, found.done, found.late, found.exceeded) == (3, 3, 1, 0)


def test_the_level_of_the_year_before_is_told(village: RatedVillage) -> None:
    last = make_campaign(village.commune, year=2025)
    settle(make_rating(last, village.cell, village.plain), RatingLevel.EXCELLENT, RatingState.ANNOUNCED)
    quarter = make_campaign(village.commune, quarter=1)
    told = settle(make_rating(quarter, village.cell, village.plain), RatingLevel.GOOD)
    assert facts_of(village, village.rating(village.plain)).quarters == ()  # decided, and nobody was told
    told.announced_on = NOW.date()
    told.save()
    found = facts_of(village, village.rating(village.plain))
    assert found.former_level == RatingLevel.EXCELLENT
    assert found.quarters == ("Quý 1: Hoàn thành tốt nhiệm vụ",)


@pytest.mark.parametrize("people", [1, 3])
def test_the_facts_of_a_cell_cost_the_same_for_any_number(
    village: RatedVillage, people: int, django_assert_num_queries: Any
) -> None:
    for number in range(people):
        member = make_member(f"Người {number}", cell=village.cell)
        make_rating(village.campaign, village.cell, member)
    ratings = list(Rating.objects.filter(campaign=village.campaign))
    with django_assert_num_queries(9):
        read_facts(campaign=village.campaign, ratings=ratings, today=NOW.date())
