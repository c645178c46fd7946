"""A duplicate record's meetings and tasks become the kept record's."""

from datetime import date, timedelta

import pytest

from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.permissions import Permission
from nennep.meetings.models import NoticeReply, Premeeting, ThemePlan
from nennep.members.services import merge_members
from nennep.room.choices import AttendanceState
from nennep.room.models import ReservedOpinion, RollCallEntry, SecretBallot, TellerCount
from nennep.room.services.roll_call import take_entries
from tests.conftest import Committing
from tests.factories.cells import join_cell, make_cell
from tests.factories.core import NOW, make_actor
from tests.factories.duties import make_duty
from tests.factories.meetings import PLANNED_FOR, make_entry, make_held_meeting, make_meeting, make_open_meeting

pytestmark = pytest.mark.django_db


def test_roll_calls_answers_and_tasks_follow(committing: Committing) -> None:
    cell = make_cell()
    keep, drop = join_cell(cell, "Giàng A Páo"), join_cell(cell, "Giàng A Páo")
    both, alone = make_meeting(cell), make_meeting(cell, planned_for=PLANNED_FOR + timedelta(days=30))
    for meeting, member in ((both, keep), (both, drop), (alone, drop)):
        RollCallEntry.objects.create(meeting=meeting, member=member, standing="official", counted=True, votes=True)
    NoticeReply.objects.create(meeting=alone, member=drop, answer="coming", at=NOW)
    duty = make_duty(cell, drop, helpers=[keep])
    helped = make_duty(cell, join_cell(cell, "Ma Đình Phúc"), helpers=[keep, drop])
    theme = ThemePlan.objects.create(organization=cell, month=date(2026, 12, 1), title="Nước sạch", author=drop)
    premeeting = Premeeting.objects.create(meeting=both, held_at=NOW)
    premeeting.present.set([keep, drop])
    with committing():
        merge_members(actor=Actor.system(), keep=keep, drop=drop, now=NOW)
    entries = RollCallEntry.objects.order_by("meeting__planned_for", "pk").values_list("meeting_id", "member_id")
    assert list(entries) == [(both.pk, keep.pk), (both.pk, drop.pk), (alone.pk, keep.pk)]
    assert NoticeReply.objects.get().member == keep
    theme.refresh_from_db()
    assert (theme.author, premeeting.present.get()) == (keep, keep)
    duty.refresh_from_db()
    assert (duty.assignee, *duty.helpers.all()) == (keep,)
    assert list(helped.helpers.all()) == [keep]


def test_opinions_and_counts_follow(committing: Committing) -> None:
    cell = make_cell()
    keep, drop, other = join_cell(cell, "Giàng A Páo"), join_cell(cell, "Giàng A Páo"), join_cell(cell, "Ma Đình Phúc")
    meeting = make_meeting(cell)
    ReservedOpinion.objects.create(meeting=meeting, member=drop, text="Chưa nên", at=NOW)
    for first, second in ((drop, other), (other, drop), (keep, drop)):
        ballot = SecretBallot.objects.create(
            meeting=meeting, subject="Việc", issued=3, first_teller=first, second_teller=second, started_at=NOW
        )
        TellerCount.objects.create(ballot=ballot, teller=drop, in_favour=3, entered_at=NOW)
    with committing():
        merge_members(actor=Actor.system(), keep=keep, drop=drop, now=NOW)
    assert ReservedOpinion.objects.get().member == keep
    tellers = SecretBallot.objects.order_by("pk").values_list("first_teller", "second_teller")
    assert list(tellers) == [(keep.pk, other.pk), (other.pk, keep.pk), (keep.pk, drop.pk)]
    assert list(TellerCount.objects.order_by("pk").values_list("teller", flat=True)) == [keep.pk, keep.pk, drop.pk]


PRESENT, EXCUSED, UNMARKED = AttendanceState.PRESENT, AttendanceState.EXCUSED, AttendanceState.UNMARKED


@pytest.mark.parametrize(
    ("kept_mark", "dropped_mark", "counts"),
    [
        pytest.param(UNMARKED, EXCUSED, EXCUSED, id="what-only-the-duplicate-says"),
        pytest.param(PRESENT, EXCUSED, PRESENT, id="both-say"),
        pytest.param(PRESENT, UNMARKED, PRESENT, id="what-only-the-kept-one-says"),
    ],
)
def test_who_stands_twice_in_a_meeting_going_on_is_counted_once(
    kept_mark: AttendanceState, dropped_mark: AttendanceState, counts: AttendanceState
) -> None:
    cell = make_cell()
    keep, drop = join_cell(cell, "Giàng A Páo"), join_cell(cell, "Giàng A Páo")
    meeting = make_open_meeting(cell, present=1)
    make_entry(meeting, keep, kept_mark)
    make_entry(meeting, drop, dropped_mark)
    merge_members(actor=Actor.system(), keep=keep, drop=drop, now=NOW)
    entries = meeting.roll_call.exclude(member__full_name="Ma Văn 0")
    assert [(entry.member, entry.state, entry.votes) for entry in entries] == [(keep, counts, True)]
    revision = meeting.revision
    meeting.refresh_from_db()
    assert meeting.revision == revision + 1


def test_devices_in_the_room_look_again_when_a_name_in_the_roll_call_goes_to_another_record() -> None:
    cell = make_cell()
    keep, drop = join_cell(cell, "Giàng A Páo"), join_cell(cell, "Giàng A Páo")
    meeting, elsewhere = make_open_meeting(cell, present=0), make_open_meeting(make_cell(), present=1)
    make_entry(meeting, drop)
    merge_members(actor=Actor.system(), keep=keep, drop=drop, now=NOW)
    assert meeting.roll_call.get().member == keep
    before = (meeting.revision, elsewhere.revision)
    meeting.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (meeting.revision, elsewhere.revision) == (before[0] + 1, before[1])


def test_the_roll_call_of_a_meeting_that_is_over_stays_as_it_was_written_down() -> None:
    cell = make_cell()
    keep, drop = join_cell(cell, "Giàng A Páo"), join_cell(cell, "Giàng A Páo")
    meeting = make_held_meeting(cell, present=0)
    make_entry(meeting, keep, UNMARKED)
    make_entry(meeting, drop, PRESENT)
    merge_members(actor=Actor.system(), keep=keep, drop=drop, now=NOW)
    rows = meeting.roll_call.order_by("pk").values_list("member_id", "state")
    assert list(rows) == [(keep.pk, UNMARKED), (drop.pk, PRESENT)]


def test_only_the_program_takes_rows_of_a_roll_call() -> None:
    with pytest.raises(NotAllowed):
        take_entries(actor=make_actor(*Permission, user_id=7), kept_id=1, dropped_id=2)
