"""What the room, the planner's hand and the cell's schedule do to visits."""

from datetime import date, timedelta
from typing import Any

import pytest

from nennep.accounts.models import User
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.notifications.models import Notification
from nennep.room.choices import GuestKind, GuestState
from nennep.room.models import Guest
from nennep.visits.choices import VisitState
from nennep.visits.models import Visit
from nennep.visits.services import attendance
from nennep.visits.services.visits import OfficialBusy, VisitNotOpen
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.meetings import at, make_meeting
from tests.factories.trails import list_notices, list_trail
from tests.factories.visits import VISIT_DAY, make_visit
from tests.visits.conftest import Commune

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
HUNG, LAP = "Lương Quốc Hưng", "Ma Công Lập"
SYSTEM = Actor.system()
LATER = NOW + timedelta(days=10)
NEXT_DAY = VISIT_DAY + timedelta(days=1)


def make_linked(commune: Commune, **fields: Any) -> Visit:
    return make_visit(commune.hung, commune.cell, meeting=commune.meeting, **fields)


def mark(commune: Commune, visit: Visit, *, present: bool) -> Visit:
    written = attendance.take_roll_call(actor=SYSTEM, visit=visit, meeting=commune.meeting, present=present, now=LATER)
    visit.refresh_from_db()
    return written


def test_the_room_says_that_the_official_came(commune: Commune) -> None:
    visit = make_linked(commune)
    assert mark(commune, visit, present=True) == visit
    assert (visit.state, visit.attended_on, visit.attended_at, visit.settled_on, visit.updated_at) == (
        VisitState.ATTENDED,
        VISIT_DAY,
        LATER,
        VISIT_DAY,
        LATER,
    )
    assert list_trail("visits") == [("visits.attended", {"roll_call": True})]
    assert list_notices() == []


def test_who_did_not_come_is_asked_why_unless_it_was_told(commune: Commune) -> None:
    visit = make_linked(commune)
    mark(commune, visit, present=False)
    assert (visit.state, visit.settled_on, visit.attended_on) == (VisitState.MISSED, LATER.date(), None)
    assert list_notices() == [(HUNG, "Chi bộ ghi đồng chí không dự: Chi bộ thôn Nặm Chá, 13/11/2026. Hãy ghi lý do.")]
    assert list_trail("visits") == [("visits.missed", {"roll_call": True})]
    visit.missed_reason = "Ốm"
    visit.save()
    mark(commune, visit, present=False)
    assert (visit.missed_reason, Notification.objects.count()) == ("Ốm", 1)
    mark(commune, visit, present=True)
    assert (visit.state, visit.missed_reason) == (VisitState.ATTENDED, "")


@pytest.mark.parametrize("state", [VisitState.SUBSTITUTED, VisitState.CANCELLED])
def test_the_room_leaves_a_visit_that_is_closed(commune: Commune, state: VisitState) -> None:
    visit = make_linked(commune, state=state)
    assert mark(commune, visit, present=True) == visit
    assert (visit.state, list_trail("visits")) == (state, [])


def test_only_who_holds_the_meeting_marks_officials(commune: Commune) -> None:
    visit = make_linked(commune)
    for actor in (commune.officer, commune.actor(commune.hung)):
        with pytest.raises(NotAllowed):
            attendance.take_roll_call(actor=actor, visit=visit, meeting=commune.meeting, present=True, now=NOW)


def test_a_mark_beside_another_visit_of_that_day_is_told_and_not_written(commune: Commune) -> None:
    visit = make_linked(commune, state=VisitState.MISSED)
    make_visit(commune.hung, commune.other)
    assert mark(commune, visit, present=True) == visit
    told = "Chi bộ thôn Nặm Chá ghi đồng chí Lương Quốc Hưng có dự ngày 13/11/2026, trùng một lịch khác. Hãy sửa lịch."
    assert (visit.state, list_notices()) == (VisitState.MISSED, [(HUNG, told), ("Nông Văn Phúc", told)])
    mark(commune, visit, present=False)  # did not come: nothing stands against that
    assert list_trail("visits") == [("visits.missed", {"roll_call": True})]


# ── by hand ───────────────────────────────────────────────────────────────────


def test_attendance_by_hand_is_possible_on_the_day_itself(commune: Commune) -> None:
    Meeting.objects.filter(pk=commune.meeting.pk).update(planned_for=at(TODAY))
    visit = make_visit(commune.hung, commune.cell, state=VisitState.MISSED, missed_reason="Ốm")
    assert attendance.attend_by_hand(actor=commune.officer, visit=visit, attended_on=TODAY, now=NOW) == visit
    visit.refresh_from_db()
    assert (visit.state, visit.attended_on, visit.meeting, visit.missed_reason) == (
        VisitState.ATTENDED,
        TODAY,
        commune.meeting,
        "",
    )
    assert list_trail("visits") == [("visits.attended", {"on": "2026-11-09"})]
    tomorrow = TODAY + timedelta(days=1)
    with pytest.raises(attendance.VisitInFuture, match="Chưa đến ngày 10/11/2026"):
        attendance.attend_by_hand(actor=commune.officer, visit=visit, attended_on=tomorrow, now=NOW)
    yesterday = TODAY - timedelta(days=1)
    with pytest.raises(attendance.CellDidNotMeet, match="Chi bộ thôn Nặm Chá không họp ngày 08/11/2026"):
        attendance.attend_by_hand(actor=commune.officer, visit=visit, attended_on=yesterday, now=NOW)


def test_nobody_attends_two_cells_on_one_day_by_hand(commune: Commune) -> None:
    visit = make_linked(commune, state=VisitState.MISSED)
    make_visit(commune.hung, commune.other)
    with pytest.raises(OfficialBusy, match="Lương Quốc Hưng đã có lịch dự ở Chi bộ thôn Làng Chùa ngày 13/11/2026"):
        attendance.attend_by_hand(actor=commune.officer, visit=visit, attended_on=VISIT_DAY, now=LATER)


def test_only_who_plans_visits_notes_attendance_by_hand(commune: Commune) -> None:
    visit = make_linked(commune)
    for actor in (commune.actor(commune.hung), commune.secretary):
        with pytest.raises(NotAllowed):
            attendance.attend_by_hand(actor=actor, visit=visit, attended_on=VISIT_DAY, now=LATER)


def test_a_closed_visit_is_not_attended_by_hand(commune: Commune) -> None:
    visit = make_linked(commune, state=VisitState.CANCELLED)
    with pytest.raises(VisitNotOpen, match="đã thôi"):
        attendance.attend_by_hand(actor=commune.officer, visit=visit, attended_on=VISIT_DAY, now=LATER)


# ── with the meeting ──────────────────────────────────────────────────────────


def follow(meeting: Meeting) -> list[Visit]:
    return attendance.follow_meeting(actor=SYSTEM, meeting=meeting, now=LATER)


def move(meeting: Meeting, day: date) -> Meeting:
    meeting.planned_for = at(day)
    meeting.save()
    return meeting


def test_only_the_program_lets_visits_follow_a_meeting(commune: Commune) -> None:
    with pytest.raises(NotAllowed):
        attendance.follow_meeting(actor=commune.secretary, meeting=commune.meeting, now=NOW)


def test_a_moved_meeting_takes_its_visit_along_and_says_so(commune: Commune) -> None:
    visit = make_linked(commune, state=VisitState.CONFIRMED)
    assert follow(commune.meeting) == []  # nothing moved yet
    assert follow(move(commune.meeting, NEXT_DAY)) == [visit]
    visit.refresh_from_db()
    assert (visit.planned_on, visit.meeting, visit.updated_at) == (NEXT_DAY, commune.meeting, LATER)
    assert list_notices() == [(HUNG, "Dời lịch dự: Chi bộ thôn Nặm Chá họp ngày 14/11/2026")]
    assert list_trail("visits") == [("visits.moved", {"from": "2026-11-13", "to": "2026-11-14"})]
    assert Guest.objects.count() == 0  # the room knew the official already


def test_who_has_another_visit_on_the_new_day_stays_and_is_asked(commune: Commune) -> None:
    visit = make_linked(commune)
    make_visit(commune.hung, commune.other, on=NEXT_DAY)
    assert follow(move(commune.meeting, NEXT_DAY)) == []
    visit.refresh_from_db()
    assert visit.planned_on == VISIT_DAY
    told = "Chi bộ thôn Nặm Chá dời ngày họp, trùng lịch khác của đồng chí. Hãy báo để đổi người."
    assert list_notices() == [(HUNG, told)]


@pytest.mark.parametrize(("joint", "linked"), [(False, False), (True, True)])
def test_a_meeting_takes_a_second_visit_only_when_it_is_joint(commune: Commune, *, joint: bool, linked: bool) -> None:
    """One was planned for the meeting, another for the month before the meeting was called."""
    make_linked(commune)
    waiting = make_visit(commune.mai, commune.cell, on=VISIT_DAY, joint=joint)
    assert follow(commune.meeting) == ([waiting] if linked else [])
    waiting.refresh_from_db()
    assert (waiting.meeting is not None, Guest.objects.count()) == (linked, int(linked))
    assert list_notices() == []  # the day is the same


def test_all_who_visit_a_meeting_move_with_it(commune: Commune) -> None:
    both = [make_linked(commune), make_visit(commune.mai, commune.cell, meeting=commune.meeting, joint=True)]
    assert follow(move(commune.meeting, NEXT_DAY)) == both
    assert set(Visit.objects.values_list("planned_on", flat=True)) == {NEXT_DAY}


def test_a_visit_that_waited_for_the_meeting_is_expected_in_its_room(commune: Commune) -> None:
    waiting = make_visit(commune.hung, commune.cell, on=NEXT_DAY)
    assert follow(commune.meeting) == [waiting]
    waiting.refresh_from_db()
    guest = Guest.objects.get()
    assert (waiting.meeting, waiting.planned_on, waiting.guest_id) == (commune.meeting, VISIT_DAY, guest.pk)
    assert (guest.meeting, guest.user, guest.state) == (commune.meeting, commune.hung, GuestState.EXPECTED)
    Meeting.objects.update(state=MeetingState.CANCELLED)
    commune.meeting.refresh_from_db()
    assert follow(commune.meeting) == [waiting]
    waiting.refresh_from_db()
    assert (waiting.guest_id, Guest.objects.count()) == (None, 0)


def test_a_meeting_that_is_held_or_open_moves_nothing(commune: Commune) -> None:
    make_linked(commune)
    for state in (MeetingState.OPEN, MeetingState.HELD):
        commune.meeting.state, commune.meeting.opened_at = state, NOW
        commune.meeting.closed_at = NOW if state == MeetingState.HELD else None
        assert follow(move(commune.meeting, NEXT_DAY)) == []


def test_a_meeting_called_off_ends_its_visits(commune: Commune) -> None:
    visit = make_linked(commune)
    other = make_visit(commune.mai, commune.other)
    commune.meeting.state, commune.meeting.cancelled_reason = MeetingState.CANCELLED, "Mưa lũ"
    commune.meeting.save()
    assert follow(commune.meeting) == [visit]
    visit.refresh_from_db()
    other.refresh_from_db()
    assert (visit.state, visit.missed_reason, other.state) == (
        VisitState.CANCELLED,
        "Chi bộ không họp.",
        VisitState.PLANNED,
    )
    assert list_notices() == [(HUNG, "Chi bộ thôn Nặm Chá không họp ngày 13/11/2026, thôi lịch dự")]
    assert Notification.objects.get().body == "Mưa lũ"
    assert list_trail("visits") == [("visits.cancelled", {"meeting": str(commune.meeting.public_id)})]


# ── what an interruption left ─────────────────────────────────────────────────


def be_marked(commune: Commune, official: User, state: GuestState, **fields: Any) -> Visit:
    """A visit still to come whose guest the room has marked, and nothing followed."""
    guest = Guest.objects.create(
        meeting=commune.meeting, name=str(official), kind=GuestKind.OFFICIAL, user=official, state=state
    )
    return make_visit(official, commune.cell, meeting=commune.meeting, guest_id=guest.pk, **fields)


def call_off(commune: Commune, official: User) -> Visit:
    """A visit still to come although its meeting, of the other cell, will not be held."""
    planned_for = at(NEXT_DAY)
    meeting = make_meeting(commune.other, planned_for=planned_for, state=MeetingState.CANCELLED)
    return make_visit(official, commune.other, on=NEXT_DAY, meeting=meeting)


def reconcile() -> list[tuple[str, int, bool]]:
    found = attendance.reconcile_visits(actor=SYSTEM, now=LATER)
    return [(one.what, one.count, one.mended) for one in found]


def test_visits_that_did_not_hear_the_room_or_the_schedule_hear_it_once(commune: Commune) -> None:
    came = be_marked(commune, commune.hung, GuestState.PRESENT)
    stayed = be_marked(commune, commune.mai, GuestState.ABSENT, joint=True)
    expected = be_marked(commune, commune.officer_user, GuestState.EXPECTED, joint=True)
    unlinked = make_visit(commune.secretary_user, commune.other, on=NEXT_DAY)
    off = call_off(commune, commune.hung)
    assert reconcile() == [("visits.Visit.state", 2, True), ("visits.Visit.meeting", 1, True)]
    states = dict(Visit.objects.values_list("pk", "state"))
    assert [states[visit.pk] for visit in (came, stayed, expected, unlinked, off)] == [
        VisitState.ATTENDED,
        VisitState.MISSED,
        VisitState.PLANNED,
        VisitState.PLANNED,
        VisitState.CANCELLED,
    ]
    came.refresh_from_db()
    assert (came.attended_on, came.attended_at) == (VISIT_DAY, LATER)
    assert reconcile() == []


@pytest.mark.parametrize("what", ["state", "meeting"])
def test_only_what_was_found_is_named(commune: Commune, what: str) -> None:
    if what == "state":
        be_marked(commune, commune.hung, GuestState.PRESENT)
    else:
        call_off(commune, commune.hung)
    assert reconcile() == [(f"visits.Visit.{what}", 1, True)]


def test_only_the_program_reconciles_visits(commune: Commune) -> None:
    visit = be_marked(commune, commune.hung, GuestState.PRESENT)
    with pytest.raises(NotAllowed):
        attendance.reconcile_visits(actor=make_actor(*Permission, user_id=7), now=LATER)
    visit.refresh_from_db()
    assert visit.state == VisitState.PLANNED


def test_the_cell_is_asked_to_confirm_what_is_planned(commune: Commune) -> None:
    visit = make_linked(commune)
    with pytest.raises(NotAllowed):
        attendance.remind_cell_of_visit(actor=commune.actor(commune.hung), visit=visit, now=NOW)
    attendance.remind_cell_of_visit(actor=commune.officer, visit=visit, now=NOW)
    asked = "Hãy nhận lịch: đồng chí Lương Quốc Hưng sẽ dự sinh hoạt ngày 13/11/2026"
    assert list_notices() == [(LAP, asked)]
    visit.state = VisitState.CONFIRMED
    with pytest.raises(VisitNotOpen, match="chi bộ đã nhận lịch"):
        attendance.remind_cell_of_visit(actor=commune.officer, visit=visit, now=NOW)
