"""Closing and filing are taken back until something is built on them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime

from nennep.accounts.choices import Role
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed
from nennep.core.wording import say_moment
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting, RuleDeparture
from nennep.organizations.models import Organization
from nennep.organizations.rules import UnitClosed
from nennep.records.rules.resolution import ResolutionTexts
from nennep.records.services.filing import FilingStands, file_meeting, take_back_filing
from nennep.records.services.minutes import MeetingNotHeld, approve_minutes
from nennep.records.services.reopening import BuiltOn, reopen_meeting
from nennep.records.services.resolution import issue_resolution
from nennep.room.models import FormerClosing
from nennep.room.services.outcome import close_meeting
from nennep.room.services.roll_call import mark_others_present
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.cells import make_cell
from tests.factories.core import NOW
from tests.factories.meetings import make_held_meeting, make_secretary
from tests.factories.trails import list_trail
from tests.markup import squeeze

pytestmark = pytest.mark.django_db


@pytest.fixture
def cell() -> Organization:
    return make_cell()


@pytest.fixture
def secretary(cell: Organization) -> Actor:
    return make_secretary(cell)


@pytest.fixture
def meeting(cell: Organization) -> Meeting:
    return make_held_meeting(cell)


def state_of(meeting: Meeting) -> str:
    return Meeting.objects.get(pk=meeting.pk).state


def test_what_was_forgotten_is_written_in_the_room_and_the_meeting_closed_again(
    secretary: Actor, meeting: Meeting
) -> None:
    notes = list(meeting.agenda.order_by("pk").values_list("note", "conclusion"))
    RuleDeparture.objects.create(meeting=meeting, rule_key="meeting.conclusion", reason="Quên", at=NOW)
    RuleDeparture.objects.create(meeting=meeting, rule_key="window.last_day", reason="Lũ", at=NOW)
    ended_at = meeting.closed_at
    reopened = reopen_meeting(actor=secretary, meeting=meeting, now=NOW)
    assert list_closings(meeting) == [(ended_at, NOW, secretary.user_id, secretary.name)]
    assert (reopened.state, reopened.closed_at) == (MeetingState.OPEN, None)
    assert list(meeting.agenda.order_by("pk").values_list("note", "conclusion")) == notes
    assert list(meeting.departures.values_list("rule_key", flat=True)) == ["window.last_day"]
    assert list_trail("meetings")[-1] == ("meetings.reopened", {})
    mark_others_present(actor=secretary, meeting=meeting, now=NOW)
    reasons = dict.fromkeys(_every_reason(), "Bế mạc lại")
    assert close_meeting(actor=secretary, meeting=meeting, reasons=reasons, now=NOW).state == MeetingState.HELD


def list_closings(meeting: Meeting) -> list[tuple[Any, ...]]:
    names = ("closed_at", "reopened_at", "reopened_by", "reopened_by_name")
    return list(FormerClosing.objects.filter(meeting=meeting).values_list(*names))


def test_every_closing_that_was_taken_back_is_told_on_the_minutes_and_before_the_next(
    client: Client, cell: Organization, meeting: Meeting
) -> None:
    """The first one stays the first; the next morning its hour is proposed as the end, not the hour of typing."""
    user = make_user("Ma Công Lập")
    grant_role(user, Role.SECRETARY, cell)
    actor = actor_of(user)
    first = NOW - timedelta(hours=12)
    Meeting.objects.filter(pk=meeting.pk).update(opened_at=first - timedelta(hours=2), closed_at=first)
    client.force_login(user)
    reopen_meeting(actor=actor, meeting=meeting, now=NOW)
    page = squeeze(client.get(reverse("room:close", args=[meeting.public_id])).content.decode())
    told = f"Đã bế mạc lúc {say_moment(first)}; Ma Công Lập mở lại lúc {say_moment(NOW)}."
    assert (told in page, f'value="{localtime(first):%d/%m/%Y %H:%M}"' in page) == (True, True)
    second = first + timedelta(minutes=5)
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.HELD, closed_at=second)
    reopen_meeting(actor=actor, meeting=meeting, now=NOW + timedelta(minutes=1))
    assert [row[0] for row in list_closings(meeting)] == [first, second]
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.HELD, closed_at=first)
    shown = squeeze(client.get(reverse("records:show_minutes", args=[meeting.public_id])).content.decode())
    assert (told in shown, shown.count("Ma Công Lập mở lại lúc")) == (True, 2)


def _every_reason() -> list[str]:
    rest = ["meeting.min_minutes.regular", "meeting.official_members_min"]
    return ["meeting.roll_call", "meeting.conclusion", "meeting.self_criticism", *rest]


@pytest.mark.parametrize("built", ["minutes", "resolution"])
def test_nothing_is_opened_again_once_something_is_built_on_it(secretary: Actor, meeting: Meeting, built: str) -> None:
    if built == "minutes":
        approve_minutes(actor=secretary, meeting=meeting, now=NOW)
    else:
        texts = ResolutionTexts(directions="Làm xong mương.")
        issue_resolution(actor=secretary, meeting=meeting, texts=texts, now=NOW)
    with pytest.raises(BuiltOn):
        reopen_meeting(actor=secretary, meeting=meeting, now=NOW)
    assert state_of(meeting) == MeetingState.HELD


def test_only_who_holds_the_meeting_opens_it_again_and_only_one_that_was_held(
    secretary: Actor, meeting: Meeting
) -> None:
    with pytest.raises(NotAllowed):
        reopen_meeting(actor=make_secretary(make_cell("Khác")), meeting=meeting, now=NOW)
    reopen_meeting(actor=secretary, meeting=meeting, now=NOW)
    with pytest.raises(MeetingNotHeld):
        reopen_meeting(actor=secretary, meeting=meeting, now=NOW)


def test_the_day_of_the_meeting_decides_whether_it_goes_on_in_a_cell_that_has_ended(
    secretary: Actor, cell: Organization, meeting: Meeting
) -> None:
    """Closed by mistake on the last evening: whoever finishes for the cell opens it again; not one of its end or later."""
    Organization.objects.filter(pk=cell.pk).update(closed_on=meeting.held_on)
    with pytest.raises(UnitClosed):
        reopen_meeting(actor=secretary, meeting=meeting, now=NOW)
    Organization.objects.filter(pk=cell.pk).update(closed_on=meeting.held_on + timedelta(days=1))
    assert reopen_meeting(actor=secretary, meeting=meeting, now=NOW).state == MeetingState.OPEN


@pytest.mark.parametrize(
    ("after", "refused"),
    [(timedelta(0), None), (timedelta(hours=24, seconds=-1), None), (timedelta(hours=24), FilingStands)],
    ids=["at once", "a second before a day", "a day"],
)
def test_what_went_out_is_taken_back_within_a_day(
    secretary: Actor, meeting: Meeting, after: timedelta, refused: type[DomainError] | None
) -> None:
    approve_minutes(actor=secretary, meeting=meeting, now=NOW)
    file_meeting(actor=secretary, meeting=meeting, now=NOW)
    if refused:
        with pytest.raises(refused):
            take_back_filing(actor=secretary, meeting=meeting, now=NOW + after)
        return
    assert take_back_filing(actor=secretary, meeting=meeting, now=NOW + after).filed_at is None
    assert list_trail("meetings")[-1] == ("meetings.filing_taken_back", {})


@pytest.mark.usefixtures("fixed_clock")
def test_both_are_buttons_of_their_pages(client: Client, cell: Organization, meeting: Meeting) -> None:
    user = make_user("Ma Công Lập")
    grant_role(user, Role.SECRETARY, cell)
    client.force_login(user)
    minutes = reverse("records:show_minutes", args=[meeting.public_id])
    assert "Mở lại buổi sinh hoạt" in client.get(minutes).content.decode()
    answer = client.post(reverse("records:reopen_meeting", args=[meeting.public_id]))
    assert answer["Location"] == reverse("room:show_room", args=[meeting.public_id])
    assert state_of(meeting) == MeetingState.OPEN
