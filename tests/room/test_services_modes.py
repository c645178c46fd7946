"""Modes with their reasons, people who left the cell, both times of one person, petitions, silence for the chair only."""

from datetime import date, datetime, time, timedelta

import pytest

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.duties import services as duties
from nennep.duties.choices import DutyState
from nennep.duties.services import DutyProgress
from nennep.meetings.choices import MeetingMode, MeetingState, Topic
from nennep.meetings.models import AgendaItem, Meeting, RuleDeparture
from nennep.meetings.services import schedule
from nennep.members.models import Membership
from nennep.organizations.models import Organization
from nennep.petitions.choices import PetitionState
from nennep.petitions.services import PetitionDetails
from nennep.policies.services import apply_delivered_pack
from nennep.room.choices import AttendanceState, MarkMethod
from nennep.room.forms.room import RollSheetForm
from nennep.room.models import RollCallEntry, Speech
from nennep.room.queries.outcome import list_warnings, measure_self_criticism
from nennep.room.queries.roll_call import get_roll_call
from nennep.room.queries.silence import list_silent, may_see_silent
from nennep.room.services import modes, petitions, roll_call
from nennep.room.services.modes import ModeDraft
from nennep.room.services.roll_call import EntryMark
from nennep.room.services.room import open_meeting, speak
from tests.conftest import Committing
from tests.factories.accounts import actor_of
from tests.factories.core import NOW, TODAY
from tests.factories.duties import make_duty
from tests.factories.meetings import make_meeting
from tests.factories.village import Village

pytestmark = pytest.mark.django_db
ONLINE = ModeDraft(MeetingMode.ONLINE, "Lũ chia cắt", "Đảng ủy xã, ngày 05/11")


@pytest.fixture
def room(village: Village) -> Village:
    village.meeting = open_meeting(actor=village.actor, meeting=village.meeting, opened_at=NOW, now=NOW)
    return village


def choose(village: Village, draft: ModeDraft) -> Meeting:
    return modes.choose_mode(actor=village.actor, meeting=village.meeting, draft=draft, now=NOW)


def keys() -> list[str]:
    return list(RuleDeparture.objects.order_by("rule_key").values_list("rule_key", flat=True))


def test_online_with_reason_and_approval(village: Village) -> None:
    meeting = choose(village, ONLINE)
    assert (meeting.mode, meeting.mode_reason, meeting.mode_approved_by) == (
        MeetingMode.ONLINE,
        "Lũ chia cắt",
        "Đảng ủy xã, ngày 05/11",
    )
    back = choose(village, ModeDraft(MeetingMode.IN_PERSON, "x", "y"))
    assert (back.mode_reason, keys()) == ("", [])


def test_without_them_a_person_may_go_on_with_a_reason(village: Village) -> None:
    with pytest.raises(modes.ModeNeedsReason, match="Chưa ghi lý do hoặc cấp cho phép"):
        choose(village, ModeDraft(MeetingMode.ONLINE))
    assert (Meeting.objects.get().mode, keys()) == (MeetingMode.IN_PERSON, [])
    choose(village, ModeDraft(MeetingMode.ONLINE, departure="Xã nhắn miệng"))
    assert keys() == ["meeting.mode"]
    choose(village, ONLINE)
    assert keys() == []


def test_by_group_counts_the_year_and_the_members(village: Village) -> None:
    for month in (1, 2, 3):
        held = datetime(2026, month, 3, 19, 30, tzinfo=NOW.tzinfo)
        other = make_meeting(village.cell, planned_for=held, state=MeetingState.HELD, opened_at=held, closed_at=held)
        Meeting.objects.filter(pk=other.pk).update(mode=MeetingMode.BY_GROUP)
    draft = ModeDraft(MeetingMode.BY_GROUP, "Đông", "Đảng ủy xã")
    with pytest.raises(modes.ModeNeedsReason, match=r"Chi bộ có 5 đảng viên, ít hơn 50; Năm nay đã .* 3 lần"):
        choose(village, draft)
    choose(village, ModeDraft(MeetingMode.BY_GROUP, "Đông", "Đảng ủy xã", "Lũ"))
    assert keys() == ["group_meeting.max_per_year", "group_meeting.min_members"]


def test_the_closing_asks_for_what_the_mode_lacks(room: Village) -> None:
    Meeting.objects.update(mode=MeetingMode.HYBRID, conclusion="Xong")
    RollCallEntry.objects.update(state=AttendanceState.PRESENT)
    meeting = Meeting.objects.get()
    late = NOW + timedelta(minutes=100)
    assert [str(warning.key) for warning in list_warnings(meeting, now=late)] == ["meeting.mode"]
    choose(room, ModeDraft(MeetingMode.HYBRID, departure="Xã nhắn miệng"))
    assert list_warnings(Meeting.objects.get(), now=late) == ()


def test_online_everybody_left_is_online(room: Village) -> None:
    choose(room, ONLINE)
    assert roll_call.mark_others_present(actor=room.actor, meeting=room.meeting, now=NOW) == 4
    tally = get_roll_call(meeting=room.meeting).tally
    assert (tally.online, tally.present) == (4, 4)


def test_one_person_comes_late_and_leaves_early(room: Village) -> None:
    entry = RollCallEntry.objects.get(member=room.member).public_id
    both = EntryMark(AttendanceState.LATE, arrived_at=time(19, 48), left_at=time(20, 30))
    marked = roll_call.mark_entry(actor=room.actor, entry=entry, mark=both, now=NOW)
    assert (marked.arrived_at, marked.left_at) == (time(19, 48), time(20, 30))
    row = next(row for row in get_roll_call(meeting=room.meeting).rows if row.public_id == entry)
    assert row.about == "vào lúc 19:48, về lúc 20:30"
    roll_call.tap_entry(actor=room.actor, entry=entry, now=NOW)
    roll_call.undo_mark(actor=room.actor, meeting=room.meeting, now=NOW)
    back = RollCallEntry.objects.get(member=room.member)
    assert (back.state, back.arrived_at, back.left_at) == (AttendanceState.LATE, time(19, 48), time(20, 30))


@pytest.mark.parametrize(
    ("mark", "error"),
    [
        (EntryMark(AttendanceState.LATE), roll_call.ArrivalMissing),
        (EntryMark(AttendanceState.LEFT_EARLY, arrived_at=time(19)), roll_call.LeavingMissing),
        (EntryMark(AttendanceState.LATE, arrived_at=time(20), left_at=time(19)), roll_call.LeftBeforeArrival),
    ],
)
def test_times_that_make_no_sense(room: Village, mark: EntryMark, error: type[Exception]) -> None:
    entry = RollCallEntry.objects.get(member=room.member).public_id
    with pytest.raises(error):
        roll_call.mark_entry(actor=room.actor, entry=entry, mark=mark, now=NOW)


def test_what_came_from_paper_says_so(room: Village) -> None:
    entry = RollCallEntry.objects.get(member=room.member)
    marks = {entry.public_id: EntryMark(AttendanceState.EXCUSED, "Đi viện")}
    roll_call.save_roll_call(actor=room.actor, meeting=room.meeting, marks=marks, now=NOW)
    entry.refresh_from_db()
    assert (entry.method, entry.marked_by_id) == (MarkMethod.SHEET, room.secretary.pk)


def test_who_left_the_cell_before_that_day_is_not_marked(room: Village) -> None:
    Membership.objects.filter(member=room.plain).update(valid_to=NOW.date())
    entry = RollCallEntry.objects.get(member=room.plain)
    with pytest.raises(roll_call.LeftTheCell, match="Ma Văn Bằng không còn sinh hoạt"):
        roll_call.tap_entry(actor=room.actor, entry=entry.public_id, now=NOW)
    assert roll_call.refresh_roll_call(actor=room.actor, meeting=room.meeting, now=NOW) == roll_call.RollCallChange(
        added=0, dropped=1
    )
    assert roll_call.refresh_roll_call(actor=room.actor, meeting=room.meeting, now=NOW) == roll_call.RollCallChange(
        added=0, dropped=0
    )
    assert not RollCallEntry.objects.filter(member=room.plain).exists()


def test_a_closed_unit_meets_no_more(village: Village) -> None:
    Organization.objects.filter(pk=village.cell.pk).update(closed_on=date(2026, 11, 13))
    moved = NOW.replace(day=14)
    fresh = Meeting.objects.get()
    with pytest.raises(schedule.CellClosed, match="13/11/2026"):
        schedule.move_meeting(actor=village.actor, meeting=fresh, planned_for=moved, place="", reason="Lũ", now=NOW)


def test_petitions_are_noted_and_settled_in_the_room(room: Village) -> None:
    details = PetitionDetails("Sửa cầu treo Nà Khà", raised_by_name="Hộ ông Páo")
    noted = petitions.note_petition(actor=room.actor, meeting=room.meeting, details=details, now=NOW)
    assert (noted.origin_kind, noted.origin_id) == ("meetings.meeting", str(room.meeting.public_id))
    before = Meeting.objects.get().revision
    answered = petitions.answer_petition(
        actor=room.actor, meeting=room.meeting, public_id=noted.public_id, answer="Chi bộ tự làm", now=NOW
    )
    assert (answered.state, Meeting.objects.get().revision > before) == (PetitionState.SOLVED, True)
    reopened = petitions.reopen_petition(
        actor=room.actor, meeting=room.meeting, public_id=noted.public_id, text="Chưa xong", now=NOW
    )
    assert reopened.state == PetitionState.OPEN


def test_a_petition_of_another_cell_is_not_settled_here(room: Village) -> None:
    details = PetitionDetails("Sửa cầu treo Nà Khà")
    noted = petitions.note_petition(actor=room.actor, meeting=room.meeting, details=details, now=NOW)
    elsewhere = Organization.objects.get_parent(room.cell)
    noted.organization = noted.holder = elsewhere
    noted.save()
    with pytest.raises(NotFound):
        petitions.confirm_petition(actor=room.actor, meeting=room.meeting, public_id=noted.public_id, now=NOW)


def test_what_changes_elsewhere_is_seen_in_the_room(room: Village, committing: Committing) -> None:
    duty = make_duty(room.cell, room.member)
    before = Meeting.objects.get().revision
    with committing():
        duties.report_duty(actor=room.actor, duty=duty, progress=DutyProgress(DutyState.DONE, note="Xong"), now=NOW)
    assert Meeting.objects.get().revision == before + 1


def _hold_before(village: Village, number: int, spoke: str) -> None:
    held = NOW - timedelta(days=30 * number)
    meeting = make_meeting(village.cell, planned_for=held, state=MeetingState.HELD, opened_at=held, closed_at=held)
    item = AgendaItem.objects.create(meeting=meeting, position=1, title="Việc")
    for member in (village.member, village.plain):
        RollCallEntry.objects.create(
            meeting=meeting, member=member, standing="official", counted=True, votes=True, state="present"
        )
        if member.full_name == spoke:
            Speech.objects.create(item=item, member=member, first_at=held, last_at=held)


def test_the_chair_sees_who_has_been_silent_and_nobody_else(room: Village) -> None:
    for number in (1, 2, 3):
        _hold_before(room, number, "Ma Văn Bằng")
    roll_call.mark_others_present(actor=room.actor, meeting=room.meeting, now=NOW)
    silent = list_silent(actor=room.actor, meeting=room.meeting)
    assert [(row.name, row.meetings) for row in silent] == [("Lý Thị Mỷ", 3)]
    for other in (room.member_user, room.reader, room.outsider):
        with pytest.raises(NotFound):
            list_silent(actor=actor_of(other), meeting=room.meeting)
    speak(
        actor=room.actor, entry=RollCallEntry.objects.get(meeting=room.meeting, member=room.member).public_id, now=NOW
    )
    assert list_silent(actor=room.actor, meeting=room.meeting) == []


def test_whoever_chairs_this_meeting_sees_it_too(room: Village) -> None:
    assert room.meeting.held_on == TODAY
    room.meeting.chair = room.member
    assert may_see_silent(actor=actor_of(room.member_user), meeting=room.meeting)


@pytest.mark.parametrize(("minutes", "measured"), [(None, None), (0, None), (8, 8), (20, 20)])
def test_self_criticism_is_measured_by_its_clock(room: Village, minutes: int | None, measured: int | None) -> None:
    item = room.meeting.agenda.get(position=2)
    item.topic = Topic.SELF_CRITICISM
    if minutes is not None:
        item.started_at, item.ended_at = NOW, NOW + timedelta(minutes=minutes)
    item.save()
    assert measure_self_criticism(room.meeting, now=NOW + timedelta(minutes=100)) == measured


@pytest.mark.parametrize(("applied", "keys"), [(False, []), (True, ["meeting.self_criticism"])])
def test_a_number_of_another_place_asks_for_no_reason(room: Village, *, applied: bool, keys: list[str]) -> None:
    """15 minutes of criticism are An Phú's: whoever did not apply that document is not asked why it was less."""
    room.meeting.agenda.filter(position=2).update(
        topic=Topic.SELF_CRITICISM, started_at=NOW, ended_at=NOW + timedelta(minutes=3)
    )
    if applied:
        day = date(2026, 11, 1)
        apply_delivered_pack(actor=Actor.system(), organization=room.cell, code="an-phu-2025", valid_from=day, now=NOW)
    found = [str(warning.key) for warning in list_warnings(room.meeting, now=NOW + timedelta(hours=2))]
    assert [key for key in found if key == "meeting.self_criticism"] == keys


@pytest.mark.parametrize(
    ("mode", "first"),
    [
        (MeetingMode.IN_PERSON, AttendanceState.PRESENT),
        (MeetingMode.HYBRID, AttendanceState.PRESENT),
        (MeetingMode.ONLINE, AttendanceState.ONLINE),
    ],
)
def test_the_sheet_begins_with_where_people_can_be(room: Village, mode: MeetingMode, first: AttendanceState) -> None:
    """Online nobody sits in the room; what the form offers, the service takes."""
    Meeting.objects.filter(pk=room.meeting.pk).update(mode=mode)
    meeting = Meeting.objects.get(pk=room.meeting.pk)
    rows = get_roll_call(meeting=meeting).rows
    form = RollSheetForm(rows=rows, mode=mode)
    begun = {str(row.public_id): form[f"state-{row.public_id}"].value() for row in rows if row.counted}
    assert set(begun.values()) == {first.value}
    sent = {f"state-{key}": value for key, value in begun.items()}
    filled = RollSheetForm(sent, rows=[row for row in rows if row.counted], mode=mode)
    assert filled.is_valid(), filled.errors
    roll_call.save_roll_call(actor=room.actor, meeting=meeting, marks=filled.marks, now=NOW)
    counted = RollCallEntry.objects.filter(meeting=meeting, counted=True)
    assert set(counted.values_list("state", flat=True)) == {first.value}
