"""What was planned for a cell, and what it was asked to do better, goes on in the cell it was merged into."""

from datetime import date
from typing import Any

import pytest

from nennep.core.access import Actor
from nennep.meetings.choices import AdviceState, MeetingState, ThemeState
from nennep.meetings.models import Advice, ThemePlan
from nennep.meetings.queries.advice import list_meeting_advice
from nennep.organizations.models import Organization
from nennep.organizations.services import HasOpenMeeting, close_organization, merge_organization
from tests.factories.core import NOW
from tests.factories.meetings import make_meeting
from tests.factories.members import make_member, make_post
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()
ON = date(2026, 11, 2)
DECEMBER = date(2026, 12, 1)


@pytest.fixture
def ending() -> Organization:
    return make_unit("Chi bộ thôn Thử Một")


@pytest.fixture
def heir() -> Organization:
    return make_unit("Chi bộ thôn Thử Hai")


def merge(ending: Organization, heir: Organization) -> None:
    merge_organization(actor=SYSTEM, organization=ending, successor=heir, on=ON, reason="Sáp nhập thôn", now=NOW)


def plan_theme(cell: Organization, month: date = DECEMBER, **fields: Any) -> ThemePlan:
    return ThemePlan.objects.create(organization=cell, month=month, title="Nước sạch", **fields)


@pytest.mark.parametrize(
    ("month", "follows"),
    [(date(2026, 10, 1), False), (date(2026, 11, 1), True), (DECEMBER, True)],
    ids=["the month before", "the month of the merger", "a month to come"],
)
def test_themes_to_come_are_the_successors(
    ending: Organization, heir: Organization, month: date, *, follows: bool
) -> None:
    theme = plan_theme(ending, month)
    merge(ending, heir)
    theme.refresh_from_db()
    assert theme.organization == (heir if follows else ending)


@pytest.mark.parametrize(
    ("state", "follows"),
    [(MeetingState.PLANNED, True), (MeetingState.CANCELLED, True), (MeetingState.HELD, False)],
    ids=["planned, so called off", "called off before", "held"],
)
def test_a_theme_goes_on_unless_its_meeting_was_held(
    ending: Organization, heir: Organization, state: MeetingState, *, follows: bool
) -> None:
    meeting = make_meeting(ending, state=state, closed_at=NOW if state == MeetingState.HELD else None)
    theme = plan_theme(ending, meeting=meeting)
    merge(ending, heir)
    theme.refresh_from_db()
    assert theme.organization == (heir if follows else ending)


def test_a_dropped_theme_stays(ending: Organization, heir: Organization) -> None:
    theme = plan_theme(ending, state=ThemeState.DROPPED)
    merge(ending, heir)
    theme.refresh_from_db()
    assert theme.organization == ending


def test_open_advice_is_asked_about_at_the_successors_meeting(ending: Organization, heir: Organization) -> None:
    facts: dict[str, Any] = {"organization": ending, "given_on": ON, "given_by_name": "Hà Thị Thu"}
    Advice.objects.create(text="Ghi rõ ai làm gì", **facts)
    done = Advice.objects.create(text="Nêu gương", state=AdviceState.TAKEN_UP, answer="Đã làm", **facts)
    merge(ending, heir)
    assert [row.text for row in list_meeting_advice(make_meeting(heir))] == ["Ghi rõ ai làm gì"]
    done.refresh_from_db()
    assert done.organization == ending


def test_a_cell_does_not_end_in_the_middle_of_a_meeting(ending: Organization, heir: Organization) -> None:
    """Its members would belong elsewhere and nobody could mark, note or close any more."""
    meeting = make_meeting(ending, state=MeetingState.OPEN, opened_at=NOW)
    with pytest.raises(HasOpenMeeting):
        close_organization(actor=SYSTEM, organization=ending, on=ON, reason="Giải thể", now=NOW)
    make_post(make_member("Ma Công Lập", cell=ending), ending)
    with pytest.raises(HasOpenMeeting) as refused:
        merge(ending, heir)
    named = f"{ending.name} còn buổi mở ngày 09/11/2026 chưa kết thúc (đồng chí Ma Công Lập, bí thư, kết thúc được)."
    assert str(refused.value).startswith(named)
    ending.refresh_from_db()
    meeting.refresh_from_db()
    assert (ending.closed_on, meeting.state) == (None, MeetingState.OPEN)


def test_a_meeting_going_on_in_the_successor_is_no_hindrance(ending: Organization, heir: Organization) -> None:
    make_meeting(heir, state=MeetingState.OPEN, opened_at=NOW)
    merge(ending, heir)
    ending.refresh_from_db()
    assert ending.closed_on == ON
