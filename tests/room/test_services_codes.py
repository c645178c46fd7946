"""Check-in by the code in the room."""

from datetime import timedelta

import pytest

from nennep.audit.models import AuditEvent
from nennep.core.errors import NotAllowed, NotFound
from nennep.meetings.choices import MeetingMode, MeetingState, NoticeAnswer
from nennep.meetings.models import Meeting, NoticeReply
from nennep.meetings.rules.state import MeetingIsOver
from nennep.members.models import Membership
from nennep.room.choices import AttendanceState, MarkMethod
from nennep.room.models import RollCallEntry
from nennep.room.queries.codes import get_check_in_page, get_code_page
from nennep.room.queries.roll_call import get_roll_call
from nennep.room.rules.codes import make_code, time_step
from nennep.room.services import codes
from nennep.room.services.outcome import close_meeting
from nennep.room.services.roll_call import LeftTheCell, tap_entry
from nennep.room.services.room import open_meeting
from tests.factories.accounts import actor_of
from tests.factories.core import NOW, TODAY
from tests.factories.trails import list_trail
from tests.factories.village import Village

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(village: Village) -> Village:
    """The meeting goes on and its code is on the wall."""
    village.meeting = open_meeting(actor=village.actor, meeting=village.meeting, opened_at=NOW, now=NOW)
    village.meeting = codes.show_code(actor=village.actor, meeting=village.meeting, now=NOW)
    return village


def code_of(village: Village) -> str:
    return make_code(Meeting.objects.get(pk=village.meeting.pk).code_secret, time_step(NOW))


def check_in(village: Village, code: str | None = None) -> RollCallEntry:
    typed = code_of(village) if code is None else code
    return codes.check_in(actor=actor_of(village.member_user), meeting=village.meeting, code=typed, now=NOW)


def test_a_member_checks_in_alone_and_only_for_themselves(shown: Village) -> None:
    before = Meeting.objects.get(pk=shown.meeting.pk).revision
    entry = check_in(shown)
    assert (entry.member, entry.state, entry.method) == (shown.member, AttendanceState.PRESENT, MarkMethod.CODE)
    assert RollCallEntry.objects.filter(state=AttendanceState.PRESENT).count() == 1
    check_in(shown)
    assert Meeting.objects.get(pk=shown.meeting.pk).revision == before + 1
    row = next(row for row in get_roll_call(meeting=shown.meeting).rows if row.name == "Lý Thị Mỷ")
    assert row.about == "bằng mã trong phòng"


@pytest.mark.parametrize("claimed", [False, True], ids=["checks-in", "claim-is-accepted"])
def test_who_left_the_cell_since_the_opening_does_not_come_in_by_the_code(shown: Village, claimed: bool) -> None:
    entry = RollCallEntry.objects.get(meeting=shown.meeting, member=shown.member)
    RollCallEntry.objects.filter(pk=entry.pk).update(claimed_at=NOW if claimed else None)
    Membership.objects.filter(member=shown.member).update(valid_to=TODAY)
    with pytest.raises(LeftTheCell if claimed else codes.NotCalled):
        codes.accept_claim(actor=shown.actor, entry=entry.public_id, now=NOW) if claimed else check_in(shown)
    entry.refresh_from_db()
    assert entry.state == AttendanceState.UNMARKED


def test_five_wrong_codes_and_no_more(shown: Village) -> None:
    wrong = "000000" if code_of(shown) != "000000" else "111111"
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(codes.CodeWrong, match=f"còn {left} lần"):
            check_in(shown, wrong)
    with pytest.raises(codes.CodeTriesUsed, match="Đã gõ sai mã 5 lần"):
        check_in(shown)
    assert RollCallEntry.objects.get(member=shown.member).state == AttendanceState.UNMARKED


def test_a_code_from_an_earlier_showing_is_worth_nothing(shown: Village) -> None:
    old = code_of(shown)
    codes.show_code(actor=shown.actor, meeting=shown.meeting, now=NOW)
    with pytest.raises(codes.CodeWrong):
        check_in(shown, old)
    codes.hide_code(actor=shown.actor, meeting=shown.meeting, now=NOW)
    with pytest.raises(codes.CodeNotShown):
        check_in(shown, old)


def test_closing_erases_the_secret(shown: Village) -> None:
    code, late = code_of(shown), NOW + timedelta(minutes=100)
    RollCallEntry.objects.update(state=AttendanceState.PRESENT)
    Meeting.objects.update(conclusion="Xong")
    close_meeting(actor=shown.actor, meeting=shown.meeting, reasons={}, now=late)
    assert Meeting.objects.get(pk=shown.meeting.pk).code_secret == ""
    with pytest.raises(MeetingIsOver):
        check_in(shown, code)


def test_who_was_marked_absent_by_hand_only_leaves_word(shown: Village) -> None:
    row = RollCallEntry.objects.get(member=shown.member)
    for _tap in range(2):
        tap_entry(actor=shown.actor, entry=row.public_id, now=NOW)
    assert check_in(shown).state == AttendanceState.EXCUSED
    line = next(line for line in get_roll_call(meeting=shown.meeting).rows if line.name == "Lý Thị Mỷ")
    assert (line.state, line.claimed) == (AttendanceState.EXCUSED, "08:00")
    accepted = codes.accept_claim(actor=shown.actor, entry=row.public_id, now=NOW)
    assert (accepted.state, accepted.method, accepted.claimed_at) == (AttendanceState.PRESENT, MarkMethod.CODE, None)
    with pytest.raises(codes.NothingClaimed):
        codes.accept_claim(actor=shown.actor, entry=row.public_id, now=NOW)


def test_a_tap_of_the_chair_settles_a_claim_too(shown: Village) -> None:
    row = RollCallEntry.objects.get(member=shown.member)
    RollCallEntry.objects.update(claimed_at=NOW, state=AttendanceState.UNEXCUSED)
    assert tap_entry(actor=shown.actor, entry=row.public_id, now=NOW).claimed_at is None


def test_who_had_asked_to_be_excused_may_come_after_all(village: Village) -> None:
    NoticeReply.objects.create(meeting=village.meeting, member=village.member, answer=NoticeAnswer.EXCUSED, at=NOW)
    village.meeting = open_meeting(actor=village.actor, meeting=village.meeting, opened_at=NOW, now=NOW)
    codes.show_code(actor=village.actor, meeting=village.meeting, now=NOW)
    assert check_in(village).state == AttendanceState.PRESENT


def test_who_said_to_follow_a_hybrid_meeting_is_online(shown: Village) -> None:
    Meeting.objects.update(mode=MeetingMode.HYBRID)
    NoticeReply.objects.create(meeting=shown.meeting, member=shown.member, answer=NoticeAnswer.ONLINE, at=NOW)
    assert check_in(shown).state == AttendanceState.ONLINE


def test_who_may_show_and_who_may_use_it(shown: Village) -> None:
    for stranger in (shown.member_user, shown.reader):
        with pytest.raises(NotAllowed):
            codes.show_code(actor=actor_of(stranger), meeting=shown.meeting, now=NOW)
    with pytest.raises(codes.NotCalled):
        codes.check_in(actor=actor_of(shown.reader), meeting=shown.meeting, code=code_of(shown), now=NOW)
    with pytest.raises(NotFound):
        codes.check_in(actor=actor_of(shown.outsider), meeting=shown.meeting, code=code_of(shown), now=NOW)


def test_pages_of_the_code(shown: Village) -> None:
    page = get_code_page(meeting=shown.meeting, now=NOW)
    assert (page.code, page.seconds, page.present, page.counted) == (code_of(shown), 30, 0, 4)
    own = get_check_in_page(actor=actor_of(shown.member_user), public_id=shown.meeting.public_id)
    assert (own.may_type, own.is_in, own.tries_left) == (True, False, 5)
    Meeting.objects.update(state=MeetingState.PLANNED)
    with pytest.raises(NotFound):
        get_check_in_page(actor=actor_of(shown.member_user), public_id=shown.meeting.public_id)


def test_a_code_shown_taken_away_and_a_claim_are_seen_and_in_the_trail(shown: Village) -> None:
    AuditEvent.objects.all().delete()
    RollCallEntry.objects.filter(member=shown.member).update(
        state=AttendanceState.EXCUSED, marked_at=NOW, marked_by=shown.secretary
    )
    before = Meeting.objects.get().revision
    assert check_in(shown).claimed_at == NOW
    assert RollCallEntry.objects.get(member=shown.member).claimed_at == NOW
    accepted = codes.accept_claim(actor=shown.actor, entry=check_in(shown).public_id, now=NOW)
    assert (accepted.state, accepted.method, accepted.claimed_at) == (AttendanceState.PRESENT, MarkMethod.CODE, None)
    with pytest.raises(codes.NothingClaimed):
        codes.accept_claim(actor=shown.actor, entry=accepted.public_id, now=NOW)
    codes.hide_code(actor=shown.actor, meeting=shown.meeting, now=NOW)
    with pytest.raises(codes.CodeNotShown):
        check_in(shown, "123456")
    codes.show_code(actor=shown.actor, meeting=shown.meeting, now=NOW)
    assert Meeting.objects.get().revision == before + 5
    details = {"member": str(shown.member.public_id), "state": "present", "method": "code"}
    assert list_trail("meetings") == [
        ("meetings.roll_called", details),
        ("meetings.code_shown", {"hidden": True}),
        ("meetings.code_shown", {}),
    ]
