"""Who may be named to have scored a meeting: whoever was there."""

import pytest

from nennep.assessments import queries, services
from nennep.room.choices import AttendanceState
from tests.factories.cells import make_cell
from tests.factories.core import NOW
from tests.factories.meetings import make_held_meeting, make_secretary

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", AttendanceState.absent())
def test_who_stayed_away_is_not_offered_as_scorer_and_refused(state: AttendanceState) -> None:
    meeting, there = make_held_meeting(make_cell()), make_held_meeting(make_cell("Khác")).roll_call.first()
    assert there is not None
    actor = make_secretary(meeting.organization)
    sheet = services.start_sheet(actor=actor, meeting=meeting, now=NOW)
    present, absent = meeting.roll_call.order_by("pk")[:2]
    absent.state = state
    absent.save()
    people = queries.get_sheet_page(actor=actor, meeting_id=meeting.public_id).people
    assert [one in people for one in (present.member, absent.member, there.member)] == [True, False, False]
    with pytest.raises(services.ScorerUnknown):
        services.score_items(
            actor=actor, sheet=sheet, decisions={}, to_mend="", scorer=absent.member.public_id, now=NOW
        )
