"""Marks of the roll call: what a tap, a sheet and taking back leave in the rows and in the trail."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from nennep.audit.models import AuditEvent
from nennep.core.errors import NotAllowed
from nennep.core.typed import TextTooLong
from nennep.meetings.choices import MeetingMode, MeetingState
from nennep.meetings.models import Meeting
from nennep.meetings.rules.state import MeetingIsOver
from nennep.members.models import Membership
from nennep.room.choices import AttendanceState, MarkMethod
from nennep.room.models import RollCallEntry, Speech
from nennep.room.services import roll_call as services
from nennep.room.services.roll_call import EntryMark
from nennep.room.services.room import NothingToUndo, open_meeting
from tests.factories.accounts import actor_of
from tests.factories.core import NOW
from tests.factories.meetings import at, make_entry, make_item, make_meeting
from tests.factories.members import make_member
from tests.factories.trails import list_trail
from tests.factories.village import Village

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(village: Village) -> Village:
    """Opened by an hour after which nothing but the roll call is in the trail."""
    village.meeting = open_meeting(actor=village.actor, meeting=village.meeting, opened_at=NOW, now=NOW)
    AuditEvent.objects.all().delete()
    return village


def after(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def entry_of(village: Village, name: str = "Ma Văn Bằng") -> RollCallEntry:
    return RollCallEntry.objects.get(meeting=village.meeting, member__full_name=name)


def mark(village: Village, mark: EntryMark, minutes: int = 1, name: str = "Ma Văn Bằng") -> RollCallEntry:
    entry = entry_of(village, name)
    services.mark_entry(actor=village.actor, entry=entry.public_id, mark=mark, now=after(minutes))
    return entry_of(village, name)


def test_a_tap_is_kept_with_who_and_what_stood_before(room: Village) -> None:
    entry = entry_of(room)
    tapped = services.tap_entry(actor=room.actor, entry=entry.public_id, now=after(1))
    entry.refresh_from_db()
    assert (tapped, entry.state, entry.method, entry.marked_at, entry.marked_by) == (
        entry,
        AttendanceState.PRESENT,
        MarkMethod.TAP,
        after(1),
        room.secretary,
    )
    assert entry.previous_state == AttendanceState.UNMARKED
    details = {"member": str(entry.member.public_id), "state": "present", "method": "tap"}
    assert list_trail("meetings") == [("meetings.roll_called", details)]


def test_times_belong_to_who_came_late_or_left_early(room: Village) -> None:
    both = EntryMark(AttendanceState.LATE, " Xe   hỏng ", time(19, 48), time(20, 30))
    late = mark(room, both)
    assert (late.reason, late.arrived_at, late.left_at) == ("Xe hỏng", time(19, 48), time(20, 30))
    present = mark(room, EntryMark(AttendanceState.PRESENT, "", time(19, 48), time(20, 30)), minutes=2)
    assert (present.arrived_at, present.left_at) == (None, None)
    assert (present.previous_state, present.previous_reason, present.previous_arrived_at, present.previous_left_at) == (
        AttendanceState.LATE,
        "Xe hỏng",
        time(19, 48),
        time(20, 30),
    )
    assert services.undo_mark(actor=room.actor, meeting=room.meeting, now=after(3)) == ["Ma Văn Bằng"]
    back = entry_of(room)
    assert (back.state, back.reason, back.arrived_at, back.left_at, back.previous_state) == (
        AttendanceState.LATE,
        "Xe hỏng",
        time(19, 48),
        time(20, 30),
        "",
    )
    assert (back.previous_reason, back.previous_arrived_at, back.previous_left_at) == ("", None, None)
    assert list_trail("meetings")[-1] == ("meetings.roll_called", {"undone": 1})
    with pytest.raises(NothingToUndo):
        services.undo_mark(actor=room.actor, meeting=room.meeting, now=after(3))


@pytest.mark.parametrize(
    ("arrived", "left", "possible"),
    [(time(19, 48), time(19, 48), False), (time(19, 48), time(19, 49), True), (time(19, 49), time(19, 48), False)],
)
def test_who_leaves_leaves_after_coming(room: Village, arrived: time, left: time, *, possible: bool) -> None:
    early = EntryMark(AttendanceState.LEFT_EARLY, "", arrived, left)
    if possible:
        assert mark(room, early).left_at == left
    else:
        with pytest.raises(services.LeftBeforeArrival):
            mark(room, early)


def test_a_reason_has_a_limit(room: Village) -> None:
    with pytest.raises(TextTooLong) as refusal:
        mark(room, EntryMark(AttendanceState.EXCUSED, "x" * 10_000))
    assert refusal.value.field == "reason"


def test_all_others_at_once_are_those_who_are_counted_and_not_marked(room: Village) -> None:
    mark(room, EntryMark(AttendanceState.EXCUSED, "Ốm"))
    count = services.mark_others_present(actor=room.actor, meeting=room.meeting, now=after(2))
    states = dict(RollCallEntry.objects.values_list("member__full_name", "state"))
    assert (count, states) == (
        3,
        {
            "Ma Công Lập": "present",
            "Lý Thị Mỷ": "present",
            "Giàng A Nhè": "present",
            "Ma Văn Bằng": "excused",
            "Hoàng Đình Khoát": "exempt",
        },
    )
    marked = entry_of(room, "Lý Thị Mỷ")
    assert (marked.method, marked.marked_at, marked.marked_by, marked.previous_state, marked.previous_reason) == (
        MarkMethod.TAP,
        after(2),
        room.secretary,
        AttendanceState.UNMARKED,
        "",
    )
    assert list_trail("meetings")[-1] == ("meetings.roll_called", {"state": "present", "count": 3})
    undone = services.undo_mark(actor=room.actor, meeting=room.meeting, now=after(3))
    assert sorted(undone) == ["Giàng A Nhè", "Lý Thị Mỷ", "Ma Công Lập"]
    assert entry_of(room).state == AttendanceState.EXCUSED


def test_all_others_at_once_are_those_of_this_meeting(room: Village) -> None:
    other = make_meeting(room.cell, planned_for=at(date(2026, 12, 3)), state=MeetingState.OPEN, opened_at=NOW)
    elsewhere = make_entry(other, room.plain, AttendanceState.UNMARKED)
    services.mark_others_present(actor=room.actor, meeting=room.meeting, now=after(1))
    elsewhere.refresh_from_db()
    assert elsewhere.state == AttendanceState.UNMARKED


def test_a_list_that_has_grown_or_shrunk_is_in_the_trail(room: Village) -> None:
    follow: dict[str, Any] = {"actor": room.actor, "meeting": room.meeting, "now": NOW}
    services.refresh_roll_call(**follow)
    assert list_trail("meetings") == []
    make_member("Bàn Thị Ghến", cell=room.cell)
    services.refresh_roll_call(**follow)
    Membership.objects.filter(member=room.plain).update(valid_to=date(2026, 11, 1))
    services.refresh_roll_call(**follow)
    assert list_trail("meetings") == [
        ("meetings.roll_called", {"added": 1, "dropped": 0}),
        ("meetings.roll_called", {"added": 0, "dropped": 1}),
    ]


def test_online_all_others_are_online(room: Village) -> None:
    Meeting.objects.update(mode=MeetingMode.ONLINE)
    services.mark_others_present(actor=room.actor, meeting=room.meeting, now=after(1))
    assert entry_of(room).state == AttendanceState.ONLINE
    tapped = services.tap_entry(actor=room.actor, entry=entry_of(room).public_id, now=after(2))
    assert tapped.state == AttendanceState.EXCUSED


def test_a_sheet_changes_only_what_it_says_otherwise(room: Village) -> None:
    mark(room, EntryMark(AttendanceState.LATE, "Xe hỏng", time(19, 48)))
    late = EntryMark(AttendanceState.LATE, " Xe hỏng ", time(19, 48))
    marks = {
        entry_of(room).public_id: late,
        entry_of(room, "Lý Thị Mỷ").public_id: EntryMark(AttendanceState.PRESENT),
    }
    save: dict[str, Any] = {"actor": room.actor, "meeting": room.meeting}
    assert services.save_roll_call(marks=marks, now=after(2), **save) == 1
    assert (entry_of(room, "Lý Thị Mỷ").method, entry_of(room).method) == (MarkMethod.SHEET, MarkMethod.TAP)
    assert list_trail("meetings")[-1] == ("meetings.roll_called", {"count": 1})
    for other in (
        EntryMark(AttendanceState.LATE, "Khác", time(19, 48)),
        EntryMark(AttendanceState.LATE, "Khác", time(19, 49)),
        EntryMark(AttendanceState.LATE, "Khác", time(19, 49), time(20, 30)),
    ):
        assert services.save_roll_call(marks={entry_of(room).public_id: other}, now=after(3), **save) == 1
    with pytest.raises(services.NotInRollCall):
        services.save_roll_call(marks={UUID(int=7): late}, now=after(4), **save)


def test_the_list_follows_who_came_and_who_left_but_not_who_spoke(room: Village) -> None:
    make_member("Đảng viên mới", cell=room.cell)
    item = room.meeting.agenda.order_by("position")[0]
    Speech.objects.create(item=item, member=room.member, first_at=NOW, last_at=NOW)
    Membership.objects.filter(member__in=[room.plain, room.member]).update(valid_to=NOW.date())
    change = services.refresh_roll_call(actor=room.actor, meeting=room.meeting, now=after(1))
    assert change == services.RollCallChange(added=1, dropped=1)
    names = set(RollCallEntry.objects.values_list("member__full_name", flat=True))
    assert {"Đảng viên mới", "Lý Thị Mỷ"} <= names
    assert "Ma Văn Bằng" not in names
    assert list_trail("meetings") == [("meetings.roll_called", {"added": 1, "dropped": 1})]
    again = services.refresh_roll_call(actor=room.actor, meeting=room.meeting, now=after(2))
    assert (again, len(list_trail("meetings"))) == (services.RollCallChange(0, 0), 1)
    Membership.objects.filter(member=room.probationary).update(valid_to=NOW.date())
    services.refresh_roll_call(actor=room.actor, meeting=room.meeting, now=after(3))
    assert list_trail("meetings")[1:] == [("meetings.roll_called", {"added": 0, "dropped": 1})]


def test_who_left_and_spoke_at_another_meeting_only_leaves_the_list(room: Village) -> None:
    other = make_item(make_meeting(room.cell, planned_for=at(date(2026, 12, 3))))
    Speech.objects.create(item=other, member=room.plain, first_at=NOW, last_at=NOW)
    Membership.objects.filter(member=room.plain).update(valid_to=NOW.date())
    change = services.refresh_roll_call(actor=room.actor, meeting=room.meeting, now=after(1))
    assert change == services.RollCallChange(added=0, dropped=1)


def test_who_left_the_cell_is_not_tapped_or_marked(room: Village) -> None:
    Membership.objects.filter(member=room.plain).update(valid_to=NOW.date())
    entry = entry_of(room).public_id
    with pytest.raises(services.LeftTheCell, match="Đồng chí Ma Văn Bằng không còn sinh hoạt"):
        services.tap_entry(actor=room.actor, entry=entry, now=after(1))
    with pytest.raises(services.LeftTheCell):
        services.mark_entry(actor=room.actor, entry=entry, mark=EntryMark(AttendanceState.PRESENT), now=after(1))


def test_every_mark_is_seen_on_the_other_devices(room: Village) -> None:
    before = Meeting.objects.get().revision
    services.tap_entry(actor=room.actor, entry=entry_of(room).public_id, now=after(1))
    services.undo_mark(actor=room.actor, meeting=room.meeting, now=after(2))
    services.mark_others_present(actor=room.actor, meeting=room.meeting, now=after(3))
    assert Meeting.objects.get().revision == before + 3


def test_only_who_holds_the_meeting_marks(room: Village) -> None:
    member = actor_of(room.member_user)
    write: dict[str, Any] = {"actor": member, "meeting": room.meeting, "now": after(1)}
    with pytest.raises(NotAllowed):
        services.tap_entry(actor=member, entry=entry_of(room).public_id, now=after(1))
    with pytest.raises(NotAllowed):
        services.mark_others_present(**write)
    with pytest.raises(NotAllowed):
        services.save_roll_call(marks={}, **write)
    with pytest.raises(NotAllowed):
        services.undo_mark(**write)
    with pytest.raises(NotAllowed):
        services.refresh_roll_call(**write)


def test_nothing_is_marked_or_taken_back_after_the_close(room: Village) -> None:
    mark(room, EntryMark(AttendanceState.PRESENT))
    Meeting.objects.update(state=MeetingState.HELD, closed_at=after(5))
    write: dict[str, Any] = {"actor": room.actor, "meeting": room.meeting, "now": after(6)}
    calls: list[Callable[[], object]] = [
        lambda: services.undo_mark(**write),
        lambda: services.mark_others_present(**write),
        lambda: services.save_roll_call(marks={}, **write),
        lambda: services.refresh_roll_call(**write),
        lambda: mark(room, EntryMark(AttendanceState.EXCUSED)),
    ]
    for refused in calls:
        with pytest.raises(MeetingIsOver):
            refused()


@pytest.mark.parametrize("times", [1, 3])
def test_a_tap_that_is_sent_again_asks_for_the_same_state(room: Village, times: int) -> None:
    for number in range(times):
        services.tap_entry(
            actor=room.actor, entry=entry_of(room).public_id, wanted=AttendanceState.EXCUSED, now=after(number)
        )
    assert (entry_of(room).state, entry_of(room).previous_state) == (AttendanceState.EXCUSED, AttendanceState.UNMARKED)
    assert AuditEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("mode", "wanted"),
    [(MeetingMode.IN_PERSON, "online"), (MeetingMode.ONLINE, "present"), (MeetingMode.HYBRID, "late")],
)
def test_a_tap_makes_of_nobody_what_the_meeting_does_not_offer(room: Village, mode: MeetingMode, wanted: str) -> None:
    Meeting.objects.update(mode=mode)
    with pytest.raises(services.StateNotTapped):
        services.tap_entry(
            actor=room.actor, entry=entry_of(room).public_id, wanted=AttendanceState(wanted), now=after(1)
        )
    assert entry_of(room).state == AttendanceState.UNMARKED
