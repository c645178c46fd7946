"""What lists say of one visit."""

from datetime import date
from uuid import UUID

import pytest

from nennep.visits.choices import VisitState
from nennep.visits.queries.lists import VisitLine


def line(state: VisitState, reason: str) -> VisitLine:
    return VisitLine(
        public_id=UUID(int=1),
        official="Lò Văn Chung",
        official_id=UUID(int=2),
        cell="Chi bộ thôn Nặm Chá",
        cell_id=UUID(int=3),
        planned_on=date(2026, 11, 3),
        state=state,
        attended_on=None,
        missed_reason=reason,
        joint=False,
        meeting_id=None,
        place="",
        report_due_on=None,
        report_started=False,
        submitted_on=None,
    )


@pytest.mark.parametrize(
    ("state", "reason", "chip", "why"),
    [
        (VisitState.PLANNED, "", "later", ""),
        (VisitState.CONFIRMED, "", "done", ""),
        (VisitState.ATTENDED, "Bận họp", "done", ""),
        (VisitState.MISSED, "", "late", ""),
        (VisitState.MISSED, "Bận họp", "", "Bận họp"),
        (VisitState.SUBSTITUTED, "Bận họp", "", "Bận họp"),
        (VisitState.CANCELLED, "", "", ""),
    ],
    ids=["planned", "confirmed", "attended after all", "missed", "missed with a reason", "substituted", "cancelled"],
)
def test_only_an_absence_without_a_reason_is_marked_late(state: VisitState, reason: str, chip: str, why: str) -> None:
    assert (line(state, reason).chip, line(state, reason).why) == (chip, why)
