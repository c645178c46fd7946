"""Votes, conclusion, remarks, tasks, closing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from nennep.audit.models import AuditEvent
from nennep.core import events
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed, NotFound
from nennep.core.permissions import Permission
from nennep.duties.models import Duty
from nennep.duties.services import DutyDetails
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting, RuleDeparture
from nennep.meetings.rules.state import MeetingIsOver, MeetingNotOpen
from nennep.members.models import Member
from nennep.room.choices import AttendanceState, GuestKind, GuestState, MeetingHeld, RemarkKind
from nennep.room.models import Guest, Remark, Vote
from nennep.room.queries.closing import get_closing_page
from nennep.room.queries.outcome import get_outcome
from nennep.room.rules.outcome import VoteCount
from nennep.room.services import outcome as services
from nennep.room.services import votes
from nennep.room.services.outcome import RemarkDraft
from tests.conftest import Committing
from tests.factories.cells import join_cell, make_cell
from tests.factories.core import NOW, make_actor
from tests.factories.duties import make_duty
from tests.factories.meetings import (
    make_entry,
    make_held_meeting,
    make_meeting,
    make_open_meeting,
    make_secretary,
)
from tests.factories.trails import list_trail


@pytest.mark.django_db
def test_the_base_counts_absent_official_members_and_nobody_else() -> None:
    cell = make_cell()
    meeting = make_open_meeting(cell, present=12)
    for number in range(11):
        make_entry(meeting, join_cell(cell, f"Vắng {number}"), AttendanceState.EXCUSED)
    exempt = make_entry(meeting, join_cell(cell, "Miễn"), AttendanceState.EXEMPT, counted=False)
    actor = make_secretary(cell)
    base = get_outcome(actor=actor, meeting=meeting).vote.base
    assert (base.base, base.able, base.needed) == (23, 12, 12)
    vote = votes.record_vote(actor=actor, meeting=meeting, subject="Nghị quyết tháng 11", ballot=VoteCount(12), now=NOW)
    assert (vote.base, vote.passed) == (23, True)
    vote = votes.record_vote(actor=actor, meeting=meeting, subject="Việc khác", ballot=VoteCount(11, 1), now=NOW)
    assert not vote.passed
    exempt.state, exempt.votes = AttendanceState.PRESENT, True
    exempt.save()
    assert get_outcome(actor=actor, meeting=meeting).vote.base.base == 24


@pytest.mark.django_db
@pytest.mark.parametrize("state", AttendanceState)
def test_only_who_is_marked_as_there_can_have_voted(state: AttendanceState) -> None:
    cell = make_cell()
    meeting = make_open_meeting(cell, present=3)
    make_entry(meeting, join_cell(cell, "Người thứ tư"), state)
    base = get_outcome(actor=make_secretary(cell), meeting=meeting).vote.base
    assert (base.base, base.able) == (4, 4 if state.is_there else 3)


@pytest.mark.django_db
def test_votes_of_people_who_were_not_marked_ask_for_the_roll_call() -> None:
    cell = make_cell()
    meeting = make_open_meeting(cell, present=2)
    make_entry(meeting, join_cell(cell, "Chưa điểm danh"), AttendanceState.UNMARKED)
    with pytest.raises(votes.VotersUnmarked) as refusal:
        votes.record_vote(actor=make_secretary(cell), meeting=meeting, subject="Việc", ballot=VoteCount(3), now=NOW)
    assert str(refusal.value) == (
        "Có 3 phiếu nhưng mới điểm danh được 2 đảng viên được biểu quyết có mặt, còn 1 đồng chí chưa điểm danh. "
        "Điểm danh nốt rồi ghi lại."
    )
    assert Vote.objects.count() == 0


@pytest.mark.django_db
def test_votes_that_cannot_be_are_refused() -> None:
    cell = make_cell()
    meeting = make_open_meeting(cell, present=3)
    make_entry(meeting, join_cell(cell, "Vắng"), AttendanceState.UNEXCUSED)
    bad: list[tuple[str, VoteCount, str]] = [
        (" ", VoteCount(3), "vote_subject_missing"),
        ("Việc", VoteCount(4), "vote_too_many"),
        ("Việc", VoteCount(2, 1, 1), "vote_too_many"),
        ("Việc", VoteCount(0), "vote_nobody"),
        ("Việc", VoteCount(3, -1), "vote_nobody"),
        ("x" * 301, VoteCount(3), "text_too_long"),
    ]
    for subject, ballot, code in bad:
        with pytest.raises(DomainError) as refusal:
            votes.record_vote(actor=make_secretary(cell), meeting=meeting, subject=subject, ballot=ballot, now=NOW)
        assert refusal.value.code == code
    assert Vote.objects.count() == 0
    empty = make_meeting(make_cell("Khác"), state=MeetingState.OPEN, opened_at=NOW)
    with pytest.raises(votes.NobodyMayVote):
        votes.record_vote(
            actor=make_secretary(empty.organization), meeting=empty, subject="Việc", ballot=VoteCount(1), now=NOW
        )


@pytest.mark.django_db
def test_buttons_tapped_twice_write_once() -> None:
    cell = make_cell()
    meeting, actor = make_open_meeting(cell), make_secretary(cell)
    member = Member.objects.get(full_name="Ma Văn 1")
    later = NOW + timedelta(seconds=5)
    for moment in (NOW, later):
        votes.record_vote(actor=actor, meeting=meeting, subject="Việc", ballot=VoteCount(3), now=moment)
        draft = RemarkDraft(member, RemarkKind.REMINDER, "Đến muộn")
        services.add_remark(actor=actor, meeting=meeting, draft=draft, now=moment)
        services.give_duty(actor=actor, meeting=meeting, details=DutyDetails("Làm mương", member), now=moment)
    assert (Vote.objects.count(), Remark.objects.count(), Duty.objects.count()) == (1, 1, 1)
    votes.record_vote(
        actor=actor, meeting=meeting, subject="Việc", ballot=VoteCount(3), now=later + timedelta(minutes=2)
    )
    votes.record_vote(actor=actor, meeting=meeting, subject="Việc", ballot=VoteCount(2, 1), now=later)
    assert Vote.objects.count() == 3


@pytest.mark.django_db
def test_a_remark_names_no_task_of_another_cell() -> None:
    cell, other = make_cell(), make_cell("Khác")
    meeting = make_open_meeting(cell)
    foreign = make_duty(other, join_cell(other, "Người Lạ"))
    rights = (Permission.MEETINGS_READ, Permission.MEETINGS_HOLD, Permission.DUTIES_READ)
    draft = RemarkDraft(Member.objects.get(full_name="Ma Văn 1"), RemarkKind.PRAISE, "Việc", foreign.public_id)
    with pytest.raises(NotFound):
        services.add_remark(actor=make_actor(*rights), meeting=meeting, draft=draft, now=NOW)


@pytest.mark.django_db
def test_a_vote_can_be_taken_back_while_the_meeting_goes_on() -> None:
    cell = make_cell()
    meeting = make_open_meeting(cell)
    actor = make_secretary(cell)
    vote = votes.record_vote(actor=actor, meeting=meeting, subject="Việc", ballot=VoteCount(3), now=NOW)
    for _tapped_twice in range(2):
        votes.remove_vote(actor=actor, meeting=meeting, public_id=vote.public_id, now=NOW)
    assert Vote.objects.count() == 0
    assert AuditEvent.objects.filter(details__removed=str(vote.public_id)).count() == 1


@pytest.mark.django_db
def test_two_who_write_the_conclusion_lose_nothing() -> None:
    cell = make_cell()
    meeting = make_open_meeting(cell)
    actor = make_secretary(cell)
    services.write_conclusion(actor=actor, meeting=meeting, text="1. Làm mương.\r\n2. Bảo hiểm.", before="", now=NOW)
    meeting.refresh_from_db()
    assert (meeting.conclusion, meeting.revision) == ("1. Làm mương.\n2. Bảo hiểm.", 1)
    with pytest.raises(services.ConclusionChangedMeanwhile) as refusal:
        services.write_conclusion(actor=actor, meeting=meeting, text="Khác", before="", now=NOW)
    assert refusal.value.both == "1. Làm mương.\n2. Bảo hiểm.\nKhác"
    services.write_conclusion(actor=actor, meeting=meeting, text="1. Làm mương.\n2. Bảo hiểm.", before="", now=NOW)
    meeting.refresh_from_db()
    assert meeting.revision == 1
    text = "1. Làm đường.\n2. Bảo hiểm."
    services.write_conclusion(actor=actor, meeting=meeting, text=text, before="1. Làm mương.\n2. Bảo hiểm.", now=NOW)
    text = "1. Làm mương.\n2. Bảo hiểm cho 14 hộ."  # from the same beginning, another line
    services.write_conclusion(actor=actor, meeting=meeting, text=text, before="1. Làm mương.\n2. Bảo hiểm.", now=NOW)
    meeting.refresh_from_db()
    assert meeting.conclusion == "1. Làm đường.\n2. Bảo hiểm cho 14 hộ."


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "typed", "stands"),
    [
        ("Một", "Một\nBốn", "Một\nBốn"),
        ("Một", " Một ", "Một"),
        ("Hai", "Hai", "Một"),
        ("Không", "Ba", "Một\nBa"),
    ],
)
def test_a_conclusion_that_goes_along_with_a_tap_is_put_to_what_stands(before: str, typed: str, stands: str) -> None:
    cell = make_cell()
    meeting = make_open_meeting(cell)
    actor = make_secretary(cell)
    services.write_conclusion(actor=actor, meeting=meeting, text="Một", before="", now=NOW)
    services.keep_conclusion(actor=actor, meeting=meeting, text=typed, before=before, now=NOW)
    meeting.refresh_from_db()
    assert meeting.conclusion == stands


@pytest.mark.django_db
def test_praise_for_a_task_is_given_once() -> None:
    cell = make_cell()
    meeting = make_open_meeting(cell)
    actor = make_secretary(cell)
    member = Member.objects.get(full_name="Ma Văn 0")
    duty = make_duty(cell, member, "Dọn nhà văn hóa")
    first = services.praise_duty(actor=actor, meeting=meeting, public_id=duty.public_id, now=NOW)
    assert services.praise_duty(actor=actor, meeting=meeting, public_id=duty.public_id, now=NOW) == first
    [row] = get_outcome(actor=actor, meeting=meeting).remarks
    assert (row.kind, row.name, row.text, row.duty_id) == (
        RemarkKind.PRAISE,
        "Ma Văn 0",
        "Dọn nhà văn hóa",
        duty.public_id,
    )
    services.remove_remark(actor=actor, meeting=meeting, remark_id=first.pk, now=NOW)
    services.remove_remark(actor=actor, meeting=meeting, remark_id=first.pk, now=NOW)
    assert get_outcome(actor=actor, meeting=meeting).remarks == ()


@pytest.mark.django_db
def test_remarks_are_about_members_of_this_meeting() -> None:
    cell, other = make_cell(), make_cell("Khác")
    meeting = make_open_meeting(cell)
    actor = make_secretary(cell)
    stranger = join_cell(other, "Người Lạ")
    with pytest.raises(services.RemarkOfStranger):
        services.add_remark(
            actor=actor, meeting=meeting, draft=RemarkDraft(stranger, RemarkKind.REMINDER, "Đến muộn"), now=NOW
        )
    with pytest.raises(services.RemarkEmpty):
        services.add_remark(
            actor=actor, meeting=meeting, draft=RemarkDraft(stranger, RemarkKind.REMINDER, " "), now=NOW
        )
    foreign = make_duty(other, stranger)
    everywhere = make_secretary(cell)
    with pytest.raises(NotFound):
        services.praise_duty(actor=everywhere, meeting=meeting, public_id=foreign.public_id, now=NOW)


@pytest.mark.django_db
def test_a_task_given_in_the_meeting_belongs_to_next_month() -> None:
    cell = make_cell()
    meeting = make_open_meeting(cell)
    actor = make_secretary(cell)
    member = Member.objects.get(full_name="Ma Văn 1")
    make_duty(cell, member, "Của tháng trước", given_on=date(2026, 10, 3))
    services.give_duty(actor=actor, meeting=meeting, details=DutyDetails("Làm mương", member), now=NOW)
    outcome = get_outcome(actor=actor, meeting=meeting)
    assert [line.duty.title for line in outcome.last_duties] == ["Của tháng trước"]
    assert [row.title for row in outcome.given] == ["Làm mương"]
    assert outcome.last_month.number == 10
    duty = Duty.objects.get(title="Làm mương")
    assert (duty.origin_kind, duty.origin_id) == ("meetings.meeting", str(meeting.public_id))


@pytest.mark.django_db
def test_closing_asks_for_reasons_and_keeps_them(committing: Committing, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[MeetingHeld] = []
    monkeypatch.setitem(events._handlers, MeetingHeld, [heard.append])
    cell = make_cell()
    meeting = make_open_meeting(cell)
    make_entry(meeting, join_cell(cell, "Chưa ghi"), AttendanceState.UNMARKED)
    actor = make_secretary(cell)
    early = NOW - timedelta(minutes=30)
    page = get_closing_page(actor=actor, public_id=meeting.public_id, until=early)
    keys = [warning.key for warning in page.warnings]
    assert keys == ["meeting.roll_call", "meeting.min_minutes.regular", "meeting.conclusion"]
    with pytest.raises(services.ReasonsMissing) as refusal:
        services.close_meeting(actor=actor, meeting=meeting, reasons={keys[0]: "Ghi sau"}, now=early)
    assert str(refusal.value) == "Hãy ghi lý do: Mới được 70 phút, ít hơn 90 phút; Chưa ghi kết luận."
    with committing():
        services.close_meeting(actor=actor, meeting=meeting, reasons=dict.fromkeys(keys, "Mưa lũ"), now=early)
    meeting.refresh_from_db()
    assert (meeting.state, meeting.closed_at) == (MeetingState.HELD, early)
    assert [row.ended_at for row in meeting.agenda.all()] == [early]
    assert list(RuleDeparture.objects.values_list("rule_key", "reason")) == [(key, "Mưa lũ") for key in keys]
    assert heard == [MeetingHeld(cell.pk, meeting.pk, meeting.month)]
    with pytest.raises(NotFound):
        get_closing_page(actor=actor, public_id=meeting.public_id, until=NOW)


@pytest.mark.django_db
def test_an_official_whom_nobody_saw_by_the_close_did_not_come() -> None:
    cell = make_cell()
    meeting, actor = make_open_meeting(cell), make_secretary(cell)
    named = {"meeting": meeting, "kind": GuestKind.OFFICIAL}
    seen, unseen = (Guest.objects.create(name=name, **named) for name in ("Lương Quốc Hưng", "Nông Văn Phúc"))
    Guest.objects.filter(pk=seen.pk).update(state=GuestState.PRESENT)
    reasons = {"meeting.conclusion": "Mưa lũ"}
    services.close_meeting(actor=actor, meeting=meeting, reasons=reasons, now=NOW)
    states = dict(Guest.objects.values_list("pk", "state"))
    assert states == {seen.pk: GuestState.PRESENT, unseen.pk: GuestState.ABSENT}


@pytest.mark.django_db(transaction=True)
def test_of_two_who_close_one_wins() -> None:
    cell = make_cell()
    meeting = make_open_meeting(cell)
    meeting.conclusion = "Đã bàn xong."
    meeting.save()
    actor = make_secretary(cell)

    def close(_turn: int) -> str:
        try:
            services.close_meeting(actor=actor, meeting=meeting, reasons={}, now=NOW)
        except services.MeetingAlreadyClosed:
            return "told"
        finally:
            connection.close()
        return "closed"

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(close, range(4)))
    assert sorted(answers) == ["closed", "told", "told", "told"]


@pytest.mark.django_db
@pytest.mark.parametrize("state", [MeetingState.PLANNED, MeetingState.HELD])
def test_outside_of_the_meeting_nothing_of_it_is_written(state: MeetingState) -> None:
    cell = make_cell()
    held = state == MeetingState.HELD
    meeting = make_held_meeting(cell) if held else make_meeting(cell)
    actor = make_secretary(cell)
    member = join_cell(cell, "Bàn Thị Ghến")
    refusal = MeetingIsOver if held else MeetingNotOpen
    with pytest.raises(refusal):
        votes.record_vote(actor=actor, meeting=meeting, subject="Việc", ballot=VoteCount(1), now=NOW)
    with pytest.raises(refusal):
        votes.remove_vote(actor=actor, meeting=meeting, public_id=meeting.public_id, now=NOW)
    with pytest.raises(refusal):
        services.write_conclusion(actor=actor, meeting=meeting, text="Kết luận", now=NOW)
    with pytest.raises(refusal):
        services.add_remark(actor=actor, meeting=meeting, draft=RemarkDraft(member, RemarkKind.PRAISE, "Tốt"), now=NOW)
    with pytest.raises(refusal):
        services.remove_remark(actor=actor, meeting=meeting, remark_id=1, now=NOW)
    with pytest.raises(refusal):
        services.give_duty(actor=actor, meeting=meeting, details=DutyDetails("Việc", member), now=NOW)


@pytest.mark.django_db
def test_readers_may_not_write() -> None:
    cell = make_cell()
    meeting = make_open_meeting(cell)
    reader: Actor = make_actor(Permission.MEETINGS_READ, Permission.DUTIES_READ, path=cell.path)
    assert not get_outcome(actor=reader, meeting=meeting).may_hold
    with pytest.raises(NotAllowed):
        votes.record_vote(actor=reader, meeting=meeting, subject="Việc", ballot=VoteCount(1), now=NOW)
    with pytest.raises(NotAllowed):
        services.write_conclusion(actor=reader, meeting=meeting, text="Kết luận", now=NOW)
    with pytest.raises(NotAllowed):
        services.close_meeting(actor=reader, meeting=meeting, reasons={}, now=NOW)
    with pytest.raises(NotFound):
        get_closing_page(actor=reader, public_id=meeting.public_id, until=NOW)
    assert Meeting.objects.get().state == MeetingState.OPEN


@pytest.mark.django_db
def test_what_is_written_during_the_meeting_is_in_the_trail() -> None:
    cell = make_cell()
    meeting, actor = make_open_meeting(cell), make_secretary(cell)
    member = Member.objects.get(full_name="Ma Văn 0")
    before = Meeting.objects.get().revision
    write: dict[str, Any] = {"actor": actor, "meeting": meeting, "now": NOW}
    assert services.keep_conclusion(text=" Như  cũ ", before="Như cũ", **write) == meeting
    services.write_conclusion(text="Làm mương.", **write)
    services.write_conclusion(text="Làm mương.", **write)  # the same again writes nothing
    remark = services.add_remark(draft=RemarkDraft(member, RemarkKind.REMINDER, "  Đến   muộn "), **write)
    assert (remark.text, remark.kind, remark.duty) == ("Đến muộn", RemarkKind.REMINDER, None)
    services.remove_remark(remark_id=remark.pk, **write)
    services.remove_remark(remark_id=remark.pk, **write)
    noted = "meetings.noted"
    assert list_trail("meetings") == [
        (noted, {"part": "conclusion"}),
        (noted, {"remark": "reminder", "member": str(member.public_id)}),
        (noted, {"remark": "removed"}),
    ]
    assert Meeting.objects.get().revision == before + 3


@pytest.mark.django_db
def test_texts_of_the_room_have_limits_and_fields() -> None:
    cell = make_cell()
    meeting, actor = make_open_meeting(cell), make_secretary(cell)
    member = Member.objects.get(full_name="Ma Văn 0")
    write: dict[str, Any] = {"actor": actor, "meeting": meeting, "now": NOW}
    for text, field in (("x" * 30_000, "conclusion"),):
        with pytest.raises(DomainError) as refusal:
            services.write_conclusion(text=text, **write)
        assert refusal.value.field == field
    for text in (" ", "x" * 1000):
        with pytest.raises(DomainError) as refusal:
            services.add_remark(draft=RemarkDraft(member, RemarkKind.PRAISE, text), **write)
        assert refusal.value.field == "text"
    reasons = dict.fromkeys(("meeting.min_minutes.regular", "meeting.conclusion"), "Mưa lũ")
    with pytest.raises(DomainError) as refusal:
        services.close_meeting(reasons=reasons | {"meeting.conclusion": "x" * 501}, **write)
    assert refusal.value.field == "meeting.conclusion"
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.OPEN
