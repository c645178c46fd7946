"""The facts of the year: what counts, and as many queries for one as for many."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from nennep.assessments.choices import Grade
from nennep.classification.choices import ListedKind, RatingLevel, RatingState, SubjectKind
from nennep.classification.models import ListedCase, Rating
from nennep.classification.queries.answers import say_year
from nennep.classification.queries.facts import CellYear, DutyYear, YearFacts, make_evidence, read_facts
from nennep.duties.choices import DutyState
from nennep.duties.models import Duty
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.members.models import Member
from nennep.organizations.models import Organization
from nennep.room.choices import AttendanceState
from tests.classification.conftest import NOW, RatedVillage
from tests.factories.assessments import score_meeting
from tests.factories.classification import make_campaign, make_rating, settle
from tests.factories.meetings import make_entry, make_meeting
from tests.factories.members import make_member
from tests.factories.organizations import make_unit

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


def meet(cell: Organization, month: int, total: int, *members: Member) -> Meeting:
    """A monthly meeting that was held and scored; these members were there."""
    on = datetime(2026, month, 3, 12, tzinfo=UTC)
    meeting = make_meeting(cell, planned_for=on, state=MeetingState.HELD, opened_at=on, closed_at=on)
    score_meeting(meeting, total=total, grade=Grade.FAIR, at=on)
    for member in members:
        make_entry(meeting, member)
    return meeting


def test_who_moved_cells_is_told_what_they_owed_in_each(village: RatedVillage) -> None:
    """January to March in the old cell (one missed), from April on in the new one; the new one's February is not theirs."""
    old = make_unit("Chi bộ thôn Nà Nghiu", parent=village.commune)
    mover, stayer = village.plain, village.deputy
    for month, total in ((1, 60), (2, 61)):
        meet(old, month, total, mover)
    make_entry(meet(old, 3, 62), mover, AttendanceState.EXCUSED)
    meet(old, 4, 10)
    meet(village.cell, 2, 20, stayer)
    for month, total in ((4, 90), (5, 91)):
        meet(village.cell, month, total, mover, stayer)
    found = facts_of(village, village.rating(mover))
    assert found.cells == (
        CellYear("Chi bộ thôn Nà Nghiu", called=3, attended=2, score=Decimal("61.0"), scored=3),
        CellYear("Chi bộ thôn Nặm Chá", called=2, attended=2, score=Decimal("90.5"), scored=2),
    )
    assert (found.called, found.attended, found.score, found.scored) == (5, 4, Decimal("72.8"), 5)
    stayed = facts_of(village, village.rating(stayer))
    assert (stayed.cells, stayed.called, stayed.score, stayed.scored) == ((), 3, Decimal("67.0"), 3)
    assert facts_of(village, village.rating(kind=SubjectKind.CELL)).score == Decimal("67.0")
    assert say_year(village.rating(mover), found).splitlines() == [
        "Dự 4 trong 5 kỳ sinh hoạt.",
        "Trong đó ở Chi bộ thôn Nà Nghiu: dự 2 trong 3 kỳ.",
        "Trong đó ở Chi bộ thôn Nặm Chá: dự 2 trong 2 kỳ.",
    ]


def record_case(village: RatedVillage, kind: ListedKind, unit: Organization, member: Member | None = None) -> None:
    ListedCase.objects.create(
        member=member, breach_unit=unit, year=2026, kind=kind, document_number="7-QĐ/UBKT", document_on=date(2026, 5, 4)
    )


def count_disciplined(village: RatedVillage) -> list[int]:
    """Of the cell's leadership group, the cell, a plain member, the committee of the commune."""
    commune = Rating.objects.get(organization=village.commune, kind=SubjectKind.LEADERSHIP)
    ratings = [village.rating(kind=SubjectKind.LEADERSHIP), village.rating(kind=SubjectKind.CELL)]
    ratings += [village.rating(village.plain), commune]
    facts = read_facts(campaign=village.campaign, ratings=ratings, today=NOW.date())
    return [facts[one.pk].disciplined for one in ratings]


def test_discipline_that_is_recorded_counts_for_those_who_lead_and_above(village: RatedVillage) -> None:
    """366-QĐ/TW, Article 11: no member of the group, no subordinate unit; a plain member's is nobody else's."""
    elsewhere = make_unit("Chi bộ thôn Nà Nghiu", parent=village.commune)
    assert count_disciplined(village) == [0, 0, 0, 0]
    record_case(village, ListedKind.BREACH, village.cell, village.plain)
    record_case(village, ListedKind.BREACH, elsewhere, village.head)  # where it was done, there it counts
    record_case(village, ListedKind.DECLINE, village.cell, village.head)  # a conclusion, no discipline
    assert count_disciplined(village) == [0, 0, 0, 0]
    record_case(village, ListedKind.BREACH, village.cell, village.head)
    assert count_disciplined(village) == [1, 1, 0, 0]
    record_case(village, ListedKind.CORRUPTION, village.cell)
    record_case(village, ListedKind.INDICATORS, village.cell)
    record_case(village, ListedKind.BREACH, elsewhere)
    record_case(village, ListedKind.BREACH, village.commune)  # its own: listed, not below it
    assert count_disciplined(village) == [1, 1, 0, 2]


@pytest.mark.parametrize(("ended", "count"), [(date(2026, 1, 1), 0), (date(2026, 1, 2), 1), (None, 1)])
def test_a_post_that_was_lost_with_the_discipline_counts(village: RatedVillage, ended: date | None, count: int) -> None:
    """Led on any day of the year; half open: until the first of January is last year."""
    record_case(village, ListedKind.BREACH, village.cell, village.head)
    village.head.posts.update(valid_from=date(2025, 1, 1), valid_to=ended)
    assert count_disciplined(village)[:2] == [count, count]


def test_recorded_discipline_is_no_question_any_more(village: RatedVillage) -> None:
    rating = village.rating(kind=SubjectKind.CELL)
    assert make_evidence(rating, YearFacts()).disciplined is None
    rating.answers = {"disciplined": False}
    assert make_evidence(rating, YearFacts()).disciplined is False
    assert make_evidence(rating, YearFacts(disciplined=1)).disciplined is True


@pytest.mark.parametrize("people", [1, 3])
def test_the_facts_of_a_cell_cost_the_same_for_any_number(
    village: RatedVillage, people: int, django_assert_num_queries: Any
) -> None:
    for number in range(people):
        member = make_member(f"Người {number}", cell=village.cell)
        make_rating(village.campaign, village.cell, member)
        meet(make_unit(f"Chi bộ cũ {number}", parent=village.commune), 1, 80, member)
    ratings = list(Rating.objects.filter(campaign=village.campaign))
    with django_assert_num_queries(9):
        read_facts(campaign=village.campaign, ratings=ratings, today=NOW.date())
