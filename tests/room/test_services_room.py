"""The meeting going on: opening, items, notes, speakers, roll call."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed, NotFound
from nennep.meetings.choices import MeetingKind, MeetingState, NoticeAnswer
from nennep.meetings.models import Meeting, NoticeReply, RuleDeparture
from nennep.meetings.rules.state import MeetingAlreadyBegun, MeetingIsCancelled, MeetingIsOver, MeetingNotOpen
from nennep.members.models import Member
from nennep.organizations.choices import CellType
from nennep.room.choices import AttendanceState
from nennep.room.models import RollCallEntry, Speech
from nennep.room.queries.roll_call import get_roll_call
from nennep.room.queries.room import get_discussion, get_speakers
from nennep.room.services.roll_call import (
    ArrivalMissing,
    EntryMark,
    NotInRollCall,
    mark_entry,
    mark_others_present,
    refresh_roll_call,
    save_roll_call,
    tap_entry,
    undo_mark,
)
from nennep.room.services.room import (
    NobodyInCell,
    NoCurrentItem,
    NothingToUndo,
    NotInTheRoom,
    OpeningInFuture,
    append_note,
    finish_items,
    go_to_item,
    keep_note,
    open_meeting,
    save_note,
    set_fee_note,
    speak,
    undo_speech,
)
from tests.factories.accounts import actor_of
from tests.factories.core import NOW
from tests.factories.meetings import make_meeting, make_secretary
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.factories.village import Village

pytestmark = pytest.mark.django_db


def entry_of(village: Village, name: str) -> RollCallEntry:
    return RollCallEntry.objects.get(meeting=village.meeting, member__full_name=name)


def after(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def test_opening_freezes_the_day(village: Village) -> None:
    NoticeReply.objects.create(
        meeting=village.meeting, member=village.plain, answer=NoticeAnswer.EXCUSED, reason="Việc nhà", at=NOW
    )
    meeting = open_meeting(actor=village.actor, meeting=village.meeting, opened_at=NOW, reason="Mưa", now=NOW)
    parent = village.cell.periods.get().parent
    assert parent is not None
    assert meeting.unit_lineage == f"{parent.pk}.{village.cell.pk}"
    assert (meeting.state, meeting.chair) == (MeetingState.OPEN, village.secretary_member)
    rows = RollCallEntry.objects.filter(meeting=meeting).values_list("member__full_name", "counted", "votes", "state")
    assert set(rows) == {
        ("Ma Văn Bằng", True, True, "excused"),
        ("Ma Công Lập", True, True, "unmarked"),
        ("Lý Thị Mỷ", True, True, "unmarked"),
        ("Giàng A Nhè", True, False, "unmarked"),
        ("Hoàng Đình Khoát", False, False, "exempt"),
    }
    assert entry_of(village, "Ma Văn Bằng").reason == "Việc nhà"
    assert RuleDeparture.objects.get().reason == "Mưa"
    assert get_discussion(meeting=meeting, now=NOW).current is not None


def _hold_before(village: Village, *takers: Member | None) -> None:
    """Meetings held in the months before, the last of them last."""
    for months, taker in enumerate(reversed(takers), start=1):
        day = NOW - timedelta(days=30 * months)
        held = make_meeting(village.cell, planned_for=day, state=MeetingState.HELD, opened_at=day, closed_at=day)
        held.minute_taker = taker
        held.save()


@pytest.mark.parametrize("last", [(), (None,)], ids=["last", "nobody-since"])
def test_whoever_took_the_last_minutes_takes_these(village: Village, last: tuple[None, ...]) -> None:
    _hold_before(village, village.plain, village.member, *last)
    meeting = open_meeting(actor=village.actor, meeting=village.meeting, opened_at=NOW, now=NOW)
    meeting.refresh_from_db()
    assert meeting.minute_taker == village.member


def test_a_chosen_minute_taker_stays(village: Village) -> None:
    _hold_before(village, village.member)
    village.meeting.minute_taker = village.plain
    village.meeting.save()
    assert (
        open_meeting(actor=village.actor, meeting=village.meeting, opened_at=NOW, now=NOW).minute_taker == village.plain
    )


def test_nobody_takes_the_minutes_who_has_left_or_presides(village: Village) -> None:
    _hold_before(village, make_member("Nông Văn Xa", cell=make_unit("Chi bộ thôn Làng Đán")))
    assert open_meeting(actor=village.actor, meeting=village.meeting, opened_at=NOW, now=NOW).minute_taker is None


def test_who_presides_does_not_take_the_minutes_too(village: Village) -> None:
    _hold_before(village, village.secretary_member)
    assert open_meeting(actor=village.actor, meeting=village.meeting, opened_at=NOW, now=NOW).minute_taker is None


@pytest.mark.parametrize(
    ("kind", "month"),
    [
        (MeetingKind.REGULAR, date(2026, 10, 1)),
        (MeetingKind.COMBINED, date(2026, 10, 1)),
        (MeetingKind.THEMATIC, date(2026, 11, 1)),
        (MeetingKind.EXTRAORDINARY, date(2026, 11, 1)),
    ],
)
def test_only_a_monthly_meeting_counts_for_another_month_than_its_own_day(
    village: Village, kind: MeetingKind, month: date
) -> None:
    """Called for October and opened in November: a theme of last quarter held in this one is this quarter's."""
    village.meeting.kind, village.meeting.month = kind, date(2026, 10, 1)
    village.meeting.save()
    meeting = open_meeting(actor=village.actor, meeting=village.meeting, opened_at=NOW, now=NOW)
    meeting.refresh_from_db()
    assert meeting.month == month


def test_what_opening_refuses(village: Village) -> None:
    with pytest.raises(OpeningInFuture):
        open_meeting(actor=village.actor, meeting=village.meeting, opened_at=after(1), now=NOW)
    with pytest.raises(NotAllowed):
        open_meeting(actor=actor_of(village.reader), meeting=village.meeting, opened_at=NOW, now=NOW)
    open_meeting(actor=village.actor, meeting=village.meeting, opened_at=NOW, now=NOW)
    with pytest.raises(MeetingAlreadyBegun):
        open_meeting(actor=village.actor, meeting=village.meeting, opened_at=NOW, now=NOW)


def test_an_empty_cell_does_not_meet() -> None:
    cell = make_unit("Chi bộ mới", cell_type=CellType.VILLAGE)
    meeting = make_meeting(cell)
    with pytest.raises(NobodyInCell):
        open_meeting(actor=make_secretary(cell), meeting=meeting, opened_at=NOW, now=NOW)


def test_items_follow_each_other_and_time_adds_up(opened: Village) -> None:
    first, second = opened.meeting.agenda.all()
    assert go_to_item(actor=opened.actor, item=second, now=after(7)).started_at == after(7)
    assert go_to_item(actor=opened.actor, item=first, now=after(10)) == first
    talk = get_discussion(meeting=opened.meeting, now=after(12))
    assert talk.current is not None
    assert (talk.current.item.title, talk.current.used, talk.rows[1].used) == ("Khai mạc", 9, 3)
    finish_items(actor=opened.actor, meeting=opened.meeting, now=after(12))
    assert get_discussion(meeting=opened.meeting, now=after(12)).is_finished


def calls_of_the_room(village: Village, actor: Actor) -> list[Callable[[], object]]:
    """Everything that is done with items, notes and speakers."""
    item, entry = village.meeting.agenda.all()[0], entry_of(village, "Lý Thị Mỷ").public_id
    of_item: dict[str, Any] = {"actor": actor, "item": item, "now": NOW}
    of_meeting: dict[str, Any] = {"actor": actor, "meeting": village.meeting, "now": NOW}
    return [
        lambda: go_to_item(**of_item),
        lambda: save_note(note="Ghi", version=0, **of_item),
        lambda: keep_note(note="Ghi", version=0, **of_item),
        lambda: append_note(addition="Ghi", **of_item),
        lambda: finish_items(**of_meeting),
        lambda: set_fee_note(fee_note="Đã đóng", **of_meeting),
        lambda: undo_speech(**of_meeting),
        lambda: speak(actor=actor, entry=entry, now=NOW),
    ]


@pytest.mark.parametrize(
    ("state", "refusal"),
    [
        (MeetingState.PLANNED, MeetingNotOpen),
        (MeetingState.HELD, MeetingIsOver),
        (MeetingState.CANCELLED, MeetingIsCancelled),
    ],
)
def test_items_notes_and_speakers_are_of_the_meeting_that_goes_on(
    opened: Village, state: MeetingState, refusal: type[DomainError]
) -> None:
    tap_entry(actor=opened.actor, entry=entry_of(opened, "Lý Thị Mỷ").public_id, now=NOW)
    speak(actor=opened.actor, entry=entry_of(opened, "Lý Thị Mỷ").public_id, now=NOW)
    revision = Meeting.objects.get().revision
    Meeting.objects.update(state=state, closed_at=NOW if state == MeetingState.HELD else None)
    for refused in calls_of_the_room(opened, opened.actor):
        with pytest.raises(refusal):
            refused()
    assert Meeting.objects.get().revision == revision


def test_items_notes_and_speakers_are_written_by_who_holds_the_meeting(opened: Village) -> None:
    for refused in calls_of_the_room(opened, actor_of(opened.reader)):
        with pytest.raises(NotAllowed):
            refused()


def test_each_step_in_the_room_is_seen_on_the_other_devices(opened: Village) -> None:
    tap_entry(actor=opened.actor, entry=entry_of(opened, "Lý Thị Mỷ").public_id, now=NOW)
    *others, talk = calls_of_the_room(opened, opened.actor)
    goes, saves, _keeps, appends, finishes, tells, undoes = others
    revision = Meeting.objects.get().revision
    for number, call in enumerate((goes, saves, appends, tells, talk, undoes, finishes), start=1):
        call()
        assert Meeting.objects.get().revision == revision + number


def test_who_speaks_is_counted_on_each_item_by_itself(opened: Village) -> None:
    entry = entry_of(opened, "Lý Thị Mỷ").public_id
    tap_entry(actor=opened.actor, entry=entry, now=NOW)
    first, second = opened.meeting.agenda.all()
    for minutes, item in ((1, first), (3, first), (5, second)):
        go_to_item(actor=opened.actor, item=item, now=after(minutes))
        speak(actor=opened.actor, entry=entry, now=after(minutes + 1))
    told = Speech.objects.order_by("pk").values_list("item", "count", "first_at", "last_at")
    assert list(told) == [(first.pk, 2, after(2), after(4)), (second.pk, 1, after(6), after(6))]


def test_an_item_that_is_gone_is_not_taken_up_or_noted(opened: Village) -> None:
    item = opened.meeting.agenda.all()[1]
    opened.meeting.agenda.filter(pk=item.pk).delete()
    with pytest.raises(NotFound):
        go_to_item(actor=opened.actor, item=item, now=NOW)
    with pytest.raises(NotFound):
        append_note(actor=opened.actor, item=item, addition="Ghi", now=NOW)


def test_only_who_is_in_the_room_speaks(opened: Village) -> None:
    entry = entry_of(opened, "Lý Thị Mỷ")
    with pytest.raises(NotInTheRoom):
        speak(actor=opened.actor, entry=entry.public_id, now=NOW)
    tap_entry(actor=opened.actor, entry=entry.public_id, now=NOW)
    speak(actor=opened.actor, entry=entry.public_id, now=NOW)
    speak(actor=opened.actor, entry=entry.public_id, now=after(1))
    speakers = get_speakers(meeting=opened.meeting, attending=get_roll_call(meeting=opened.meeting).attending)
    assert [(row.name, row.count) for row in speakers.rows] == [("Lý Thị Mỷ", 2)]
    assert (speakers.spoke, speakers.last, len(speakers.on_item)) == (1, "Lý Thị Mỷ", 1)
    undo_speech(actor=opened.actor, meeting=opened.meeting, now=NOW)
    assert Speech.objects.get().count == 1
    undo_speech(actor=opened.actor, meeting=opened.meeting, now=NOW)
    assert Speech.objects.count() == 0
    with pytest.raises(NothingToUndo):
        undo_speech(actor=opened.actor, meeting=opened.meeting, now=NOW)


def test_speaking_needs_an_item(opened: Village) -> None:
    entry = entry_of(opened, "Lý Thị Mỷ")
    tap_entry(actor=opened.actor, entry=entry.public_id, now=NOW)
    opened.meeting.agenda.update(started_at=None, ended_at=None)
    with pytest.raises(NoCurrentItem):
        speak(actor=opened.actor, entry=entry.public_id, now=NOW)


def test_who_speaks_between_items_spoke_on_the_one_that_ended_last(opened: Village) -> None:
    entry = entry_of(opened, "Lý Thị Mỷ")
    tap_entry(actor=opened.actor, entry=entry.public_id, now=NOW)
    first, second = opened.meeting.agenda.all()
    go_to_item(actor=opened.actor, item=second, now=after(1))
    go_to_item(actor=opened.actor, item=first, now=after(2))
    finish_items(actor=opened.actor, meeting=opened.meeting, now=after(3))
    assert speak(actor=opened.actor, entry=entry.public_id, now=after(4)).item == first
    go_to_item(actor=opened.actor, item=second, now=after(5))
    assert speak(actor=opened.actor, entry=entry.public_id, now=after(6)).item == second


def test_a_tap_and_taking_it_back(opened: Village) -> None:
    entry = entry_of(opened, "Lý Thị Mỷ")
    states = [tap_entry(actor=opened.actor, entry=entry.public_id, now=after(at)).state for at in range(3)]
    assert states == ["present", "excused", "unexcused"]
    assert undo_mark(actor=opened.actor, meeting=opened.meeting, now=after(4)) == ["Lý Thị Mỷ"]
    assert entry_of(opened, "Lý Thị Mỷ").state == AttendanceState.EXCUSED
    with pytest.raises(NothingToUndo):
        undo_mark(actor=opened.actor, meeting=opened.meeting, now=after(5))


def test_who_may_tap(opened: Village) -> None:
    entry = entry_of(opened, "Lý Thị Mỷ").public_id
    with pytest.raises(NotAllowed):
        tap_entry(actor=actor_of(opened.reader), entry=entry, now=NOW)
    with pytest.raises(NotFound):
        tap_entry(actor=actor_of(opened.outsider), entry=entry, now=NOW)


def test_nothing_is_tapped_after_the_close(opened: Village) -> None:
    entry = entry_of(opened, "Lý Thị Mỷ").public_id
    Meeting.objects.update(state=MeetingState.PLANNED)
    with pytest.raises(MeetingNotOpen):
        tap_entry(actor=opened.actor, entry=entry, now=NOW)


def test_rarer_states(opened: Village) -> None:
    entry = entry_of(opened, "Lý Thị Mỷ").public_id
    with pytest.raises(ArrivalMissing):
        mark_entry(actor=opened.actor, entry=entry, mark=EntryMark(AttendanceState.LATE), now=NOW)
    late = EntryMark(AttendanceState.LATE, arrived_at=time(19, 48))
    assert mark_entry(actor=opened.actor, entry=entry, mark=late, now=NOW).arrived_at == time(19, 48)
    early = EntryMark(AttendanceState.LEFT_EARLY, left_at=time(20, 30))
    changed = mark_entry(actor=opened.actor, entry=entry, mark=early, now=NOW)
    assert (changed.arrived_at, changed.left_at) == (None, time(20, 30))


def test_an_exempt_member_who_comes_votes_but_does_not_change_the_percentage(opened: Village) -> None:
    before = get_roll_call(meeting=opened.meeting).tally
    came = EntryMark(AttendanceState.PRESENT)
    mark_entry(actor=opened.actor, entry=entry_of(opened, "Hoàng Đình Khoát").public_id, mark=came, now=NOW)
    tally = get_roll_call(meeting=opened.meeting).tally
    assert (tally.counted, tally.present, tally.vote_base) == (before.counted, before.present, before.vote_base + 1)


def test_all_others_at_once_and_back(opened: Village) -> None:
    tap_entry(actor=opened.actor, entry=entry_of(opened, "Ma Văn Bằng").public_id, now=NOW)
    assert mark_others_present(actor=opened.actor, meeting=opened.meeting, now=after(1)) == 3
    assert get_roll_call(meeting=opened.meeting).tally.present == 4
    assert len(undo_mark(actor=opened.actor, meeting=opened.meeting, now=after(2))) == 3
    assert get_roll_call(meeting=opened.meeting).tally.present == 1


def test_a_sheet_of_36_takes_twelve_queries_at_most(
    opened: Village, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    for number in range(32):
        make_member(f"Đảng viên {number}", cell=opened.cell)
    assert refresh_roll_call(actor=opened.actor, meeting=opened.meeting, now=NOW).added == 32
    entries = RollCallEntry.objects.filter(meeting=opened.meeting, counted=True)
    marks = {entry.public_id: EntryMark(AttendanceState.PRESENT) for entry in entries}
    assert len(marks) == 36
    with django_assert_max_num_queries(12):
        assert save_roll_call(actor=opened.actor, meeting=opened.meeting, marks=marks, now=NOW) == 36
    assert save_roll_call(actor=opened.actor, meeting=opened.meeting, marks=marks, now=NOW) == 0


def test_a_sheet_of_another_meeting_is_refused(opened: Village) -> None:
    other = make_meeting(opened.cell, planned_for=datetime(2026, 12, 3, 19, 30, tzinfo=NOW.tzinfo))
    marks = {other.public_id: EntryMark(AttendanceState.PRESENT)}
    with pytest.raises(NotInRollCall):
        save_roll_call(actor=opened.actor, meeting=opened.meeting, marks=marks, now=NOW)


def test_fees_are_told(opened: Village) -> None:
    meeting = set_fee_note(actor=opened.actor, meeting=opened.meeting, fee_note="25/25 đã đóng", now=NOW)
    assert (meeting.fee_note, meeting.revision) == ("25/25 đã đóng", 1)


def test_the_posts_of_that_day_stand_beside_the_names(opened: Village) -> None:
    roll = get_roll_call(meeting=opened.meeting)
    assert {row.name: row.post for row in roll.rows} == {
        "Ma Văn Bằng": "",
        "Ma Công Lập": "Bí thư",
        "Lý Thị Mỷ": "",
        "Giàng A Nhè": "Dự bị",
    }
    assert (roll.target, date(2026, 11, 9)) == (90, opened.meeting.held_on)
