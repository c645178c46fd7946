"""Scores of meetings for tests."""

from datetime import datetime

from nennep.assessments.choices import Grade, ScoreSide, SheetState
from nennep.assessments.models import ScoreSheet, StandingScore
from nennep.meetings.models import Meeting
from tests.factories.core import NOW


def stand(sheet: ScoreSheet) -> ScoreSheet:
    """An agreed sheet that a test wrote by itself: it counts as the score of its meeting from its agreement on."""
    StandingScore.objects.create(
        meeting=sheet.meeting, at=sheet.agreed_at or NOW, side=ScoreSide.CELL, total=sheet.total, grade=sheet.grade
    )
    return sheet


def score_meeting(meeting: Meeting, *, total: int, grade: Grade, at: datetime = NOW) -> ScoreSheet:
    """The cell gave the meeting so many points, and they count."""
    sheet = ScoreSheet(
        meeting=meeting, template_code="x", state=SheetState.AGREED, total=total, grade=grade, agreed_at=at
    )
    sheet.save()
    return stand(sheet)
