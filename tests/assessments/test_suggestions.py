"""When the score of a cell's meetings fell, its next programme is told."""

from datetime import timedelta

import pytest

from nennep.assessments.choices import Grade, SheetState
from nennep.assessments.models import ScoreSheet
from nennep.assessments.queries import list_scores
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.meetings.queries.suggestions import FIGURE, suggest_items
from nennep.organizations.models import Organization
from tests.factories.assessments import stand
from tests.factories.cells import make_cell
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.meetings import PLANNED_FOR, make_meeting, make_secretary

pytestmark = pytest.mark.django_db


def score(cell: Organization, months_ago: int, total: int, state: SheetState = SheetState.AGREED) -> Meeting:
    planned_for = PLANNED_FOR - timedelta(days=31 * months_ago)
    meeting = make_meeting(cell, planned_for=planned_for, state=MeetingState.HELD, closed_at=NOW)
    sheet = ScoreSheet.objects.create(meeting=meeting, state=state, total=total, grade=Grade.GOOD, agreed_at=NOW)
    if state == SheetState.AGREED:
        stand(sheet)
    return meeting


@pytest.mark.parametrize(("newest", "reasons"), [(84, ["Điểm buổi trước 84,0, ba buổi trước đó 90,0"]), (86, [])])
def test_a_fall_of_five_points_is_suggested_with_its_numbers(newest: int, reasons: list[str]) -> None:
    cell = make_cell()
    for months_ago, total in enumerate([newest, 90, 88, 92], start=1):
        score(cell, months_ago, total)
    found = suggest_items(actor=make_secretary(cell), meeting=make_meeting(cell), today=TODAY)
    assert [one.reason for one in found if (one.origin.kind, one.origin.id) == (FIGURE, "score")] == reasons


def test_who_may_not_read_scores_is_not_told_of_them() -> None:
    cell = make_cell()
    for months_ago, total in enumerate([70, 90, 90, 90], start=1):
        score(cell, months_ago, total)
    reader = make_actor(Permission.MEETINGS_READ, Permission.MEETINGS_PREPARE, path=cell.path)
    found = suggest_items(actor=reader, meeting=make_meeting(cell), today=TODAY)
    assert [one for one in found if one.origin.kind == FIGURE] == []


def test_only_agreed_scores_of_this_cell_before_the_meeting_count() -> None:
    cell = make_cell()
    for months_ago, total in enumerate([81, 82, 83, 84, 85], start=1):
        score(cell, months_ago, total)
    score(cell, 6, 10, SheetState.DRAFT)
    score(make_cell("Chi bộ ở nơi khác"), 1, 20)
    assert list_scores(make_meeting(cell)) == [84.0, 83.0, 82.0, 81.0]
