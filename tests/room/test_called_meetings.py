"""A meeting called beside the month's own."""

from datetime import date

import pytest

from nennep.meetings.choices import MeetingKind
from nennep.members.models import Member
from nennep.room.queries.outcome import get_outcome
from tests.factories.cells import make_cell
from tests.factories.duties import make_duty
from tests.factories.meetings import make_open_meeting, make_secretary


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "tasks", "vote"),
    [
        (MeetingKind.REGULAR, ["Của tháng trước"], "Nghị quyết tháng 11"),
        (MeetingKind.COMBINED, ["Của tháng trước"], "Nghị quyết tháng 11"),
        (MeetingKind.THEMATIC, [], "Nghị quyết buổi họp ngày 09/11/2026"),
        (MeetingKind.EXTRAORDINARY, [], "Nghị quyết buổi họp ngày 09/11/2026"),
    ],
)
def test_only_the_month_s_own_meeting_goes_through_last_month_and_votes_on_its_resolution(
    kind: MeetingKind, tasks: list[str], vote: str
) -> None:
    cell = make_cell()
    meeting = make_open_meeting(cell)
    meeting.kind = kind
    meeting.save()
    make_duty(cell, Member.objects.get(full_name="Ma Văn 1"), "Của tháng trước", given_on=date(2026, 10, 3))
    outcome = get_outcome(actor=make_secretary(cell), meeting=meeting)
    assert [line.duty.title for line in outcome.last_duties] == tasks
    assert (outcome.is_monthly, outcome.vote.subject) == (bool(tasks), vote)
