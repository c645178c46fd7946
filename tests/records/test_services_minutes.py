"""Minutes, resolution, filing."""

from datetime import date, timedelta
from typing import Any

import pytest

from nennep.core import events
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed, NotFound
from nennep.core.merging import TextsChanged
from nennep.core.permissions import Permission
from nennep.core.typed import TextTooLong
from nennep.duties.choices import DutyState
from nennep.duties.services import DutyProgress, report_duty
from nennep.meetings.choices import MeetingKind
from nennep.meetings.models import Meeting, Premeeting
from nennep.members.models import Member
from nennep.policies.choices import PolicyKey
from nennep.records.choices import MinutesCorrected
from nennep.records.models import MinutesVersion
from nennep.records.queries.filing import get_minutes_book
from nennep.records.queries.minutes import LastMinutes, get_minutes, get_minutes_page
from nennep.records.rules.corrections import EntryChange, MinutesChanges, PaperChange, VoteChange
from nennep.records.rules.minutes import GuestPart, ItemTexts, ReservedPart
from nennep.records.rules.resolution import ResolutionTexts
from nennep.records.services import corrections, filing, minutes, resolution
from nennep.room.choices import AttendanceState, RollCallChanged, VoteMajority
from nennep.room.models import Guest, Remark, ReservedOpinion, Vote
from tests.conftest import Committing
from tests.factories.cells import join_cell, make_cell
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.duties import make_duty
from tests.factories.meetings import OPENED_AT, at, make_entry, make_held_meeting, make_open_meeting, make_secretary
from tests.factories.policies import make_pack

pytestmark = pytest.mark.django_db
DIRECTIONS = ResolutionTexts(directions="Hoàn thành mương Nà Khà.")


def approved(meeting: Meeting, actor: Actor, extra: str = "") -> MinutesVersion:
    return minutes.approve_minutes(actor=actor, meeting=meeting, extra=extra, now=NOW)


def test_the_first_version_keeps_what_was_read_out() -> None:
    cell = make_cell("Chi bộ thôn Nặm Chá")
    meeting = make_held_meeting(cell)
    actor = make_secretary(cell)
    duty = make_duty(cell, Member.objects.get(full_name="Ma Văn 0"), "Làm mương")
    version = approved(meeting, actor, extra="Biên bản đã đọc lại cho chi bộ nghe.")
    assert (version.number, version.reason, len(version.sha256)) == (1, "", 64)
    report_duty(actor=actor, duty=duty, progress=DutyProgress(DutyState.DONE), now=NOW)
    paper = get_minutes(actor=actor, meeting=meeting)
    assert [(task.title, task.result) for task in paper.last_duties] == [("Làm mương", "Chưa báo cáo, quá hạn 9 ngày")]
    assert (paper.cell, paper.conclusion, paper.minutes_long) == (
        "Chi bộ thôn Nặm Chá",
        "Làm xong mương trước 20/11.",
        100,
    )
    assert (paper.attendance.counted, paper.attendance.present) == (3, 3)
    assert paper.extra == "Biên bản đã đọc lại cho chi bộ nghe."
    page = get_minutes_page(actor=actor, public_id=meeting.public_id)
    assert (page.is_approved, page.may_write, page.may_approve, page.may_correct) == (True, False, False, True)
    assert [row.intact for row in page.versions] == [True]


def test_the_minutes_name_everything_that_was_recorded() -> None:
    cell = make_cell("Chi bộ thôn Nặm Chá")
    before = make_held_meeting(cell)
    Meeting.objects.filter(pk=before.pk).update(
        month=date(2026, 10, 1), planned_for=at(date(2026, 10, 3)), opened_at=at(date(2026, 10, 3))
    )
    approved(before, make_secretary(cell))
    meeting = make_held_meeting(cell, present=0)
    first, second = join_cell(cell, "Lý Thị Mỷ"), join_cell(cell, "Lý Thị Mỷ")
    Member.objects.filter(pk=first.pk).update(born_year=1961)
    Member.objects.filter(pk=second.pk).update(born_year=1988)
    make_entry(meeting, first, AttendanceState.LEFT_EARLY)
    make_entry(meeting, second, AttendanceState.ONLINE)
    facts: dict[str, Any] = {
        "subject": "Nghị quyết",
        "base": 2,
        "in_favour": 1,
        "against": 1,
        "passed": False,
        "at": NOW,
    }
    vote = Vote.objects.create(meeting=meeting, method="ballot", issued=2, majority="two_thirds", **facts)
    ReservedOpinion.objects.create(meeting=meeting, vote=vote, member=first, text="Nên làm sau vụ gặt.", at=NOW)
    Guest.objects.create(meeting=meeting, name="Lương Quốc Hưng", kind="official", state="present")
    Guest.objects.create(meeting=meeting, name="Không đến", state="absent")
    Premeeting.objects.create(meeting=meeting, held_at=at(date(2026, 11, 6)), concluded_at=NOW)
    make_duty(
        cell,
        first,
        "Làm cầu",
        helpers=[second],
        given_on=date(2026, 11, 9),
        origin_kind="meetings.meeting",
        origin_id=str(meeting.public_id),
    )
    page = get_minutes_page(actor=make_secretary(cell), public_id=meeting.public_id)
    paper = page.paper
    assert (paper.attendance.left_early, paper.attendance.online) == (("Lý Thị Mỷ (1961)",), ("Lý Thị Mỷ (1988)",))
    assert [(row.valid, row.issued, row.majority[:6]) for row in paper.votes] == [(2, 2, "Ít nhấ")]
    assert paper.reserved == (ReservedPart("Lý Thị Mỷ (1961)", "Nên làm sau vụ gặt.", "Nghị quyết"),)
    assert paper.guest_list == (GuestPart("Lương Quốc Hưng", "Cán bộ cấp trên về dự"),)
    assert [(row.assignee, row.helper) for row in paper.duties] == [("Lý Thị Mỷ (1961)", "Lý Thị Mỷ (1988)")]
    assert paper.premeeting == date(2026, 11, 6)
    assert page.previous == LastMinutes(before.public_id, date(2026, 10, 3))


def test_a_tampered_version_is_seen() -> None:
    cell = make_cell()
    meeting = make_held_meeting(cell)
    version = approved(meeting, make_secretary(cell))
    MinutesVersion.objects.filter(pk=version.pk).update(content={**version.content, "conclusion": "Khác"})
    page = get_minutes_page(actor=make_secretary(cell), public_id=meeting.public_id)
    assert [row.intact for row in page.versions] == [False]


def test_before_the_approval_words_may_be_bettered() -> None:
    cell = make_cell()
    meeting = make_held_meeting(cell)
    actor = make_secretary(cell)
    item = meeting.agenda.get()
    entry = meeting.roll_call.get(member__full_name="Ma Văn 2")
    changes = MinutesChanges(
        items={item.public_id: ItemTexts("Ghi lại cho rõ.", "Thống nhất.")},
        entries={entry.public_id: EntryChange(AttendanceState.EXCUSED, "đi học")},
        conclusion="Kết luận mới.",
        fee_note="Đã nộp đủ",
    )
    minutes.change_draft(actor=actor, meeting=meeting, changes=changes, now=NOW)
    paper = get_minutes_page(actor=actor, public_id=meeting.public_id).paper
    assert (paper.items[0].note, paper.items[0].conclusion) == ("Ghi lại cho rõ.", "Thống nhất.")
    assert (paper.conclusion, paper.fee_note, paper.attendance.present) == ("Kết luận mới.", "Đã nộp đủ", 2)
    assert [(row.name, row.reason) for row in paper.attendance.absent] == [("Ma Văn 2", "đi học")]


def test_of_two_who_better_the_draft_none_loses_a_word() -> None:
    cell = make_cell()
    meeting = make_held_meeting(cell)
    actor = make_secretary(cell)
    item = meeting.agenda.get()
    begun = MinutesChanges(items={item.public_id: ItemTexts("một\nhai")}, conclusion="Làm xong mương trước 20/11.")
    meeting.agenda.update(note="một\nhai")
    facts: dict[str, Any] = {"actor": actor, "meeting": meeting, "base": begun, "now": NOW}
    minutes.change_draft(changes=MinutesChanges(items={item.public_id: ItemTexts("MỘT\nhai")}), **facts)
    minutes.change_draft(changes=MinutesChanges(items={item.public_id: ItemTexts("một\nHAI\nba")}), **facts)
    assert meeting.agenda.get().note == "MỘT\nHAI\nba"
    minutes.change_draft(changes=MinutesChanges(conclusion="Của người thứ nhất"), **facts)
    with pytest.raises(TextsChanged) as refusal:
        minutes.change_draft(changes=MinutesChanges(conclusion="Của người thứ hai"), **facts)
    assert Meeting.objects.get().conclusion == "Của người thứ nhất"
    assert refusal.value.merges["conclusion"].text == "Của người thứ nhất\nCủa người thứ hai"


def test_the_roll_call_of_two_who_edit_is_not_put_back() -> None:
    cell = make_cell()
    meeting = make_held_meeting(cell)
    actor = make_secretary(cell)
    entry = meeting.roll_call.get(member__full_name="Ma Văn 2")
    present, late, excused = (EntryChange(AttendanceState(state)) for state in ("present", "late", "excused"))
    begun = MinutesChanges(entries={entry.public_id: present})
    facts: dict[str, Any] = {"actor": actor, "meeting": meeting, "base": begun, "now": NOW}
    minutes.change_draft(changes=MinutesChanges(entries={entry.public_id: late}), **facts)
    minutes.change_draft(changes=MinutesChanges(entries={entry.public_id: present}), **facts)
    entry.refresh_from_db()
    assert entry.state == AttendanceState.LATE
    with pytest.raises(minutes.EntryChangedMeanwhile):
        minutes.change_draft(changes=MinutesChanges(entries={entry.public_id: excused}), **facts)


def test_approval_locks_everything() -> None:
    cell = make_cell()
    meeting = make_held_meeting(cell)
    actor = make_secretary(cell)
    approved(meeting, actor)
    with pytest.raises(minutes.MinutesLocked):
        approved(meeting, actor)
    with pytest.raises(minutes.MinutesLocked):
        minutes.change_draft(actor=actor, meeting=meeting, changes=MinutesChanges(conclusion="Khác"), now=NOW)
    assert Meeting.objects.get().conclusion == "Làm xong mương trước 20/11."


def test_a_correction_is_a_new_version_and_the_figures_follow(
    committing: Committing, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Any] = []
    monkeypatch.setitem(events._handlers, MinutesCorrected, [heard.append])
    monkeypatch.setitem(events._handlers, RollCallChanged, [heard.append])
    cell = make_cell()
    meeting = make_held_meeting(cell)
    actor = make_secretary(cell)
    first = approved(meeting, actor)
    entry = meeting.roll_call.get(member__full_name="Ma Văn 2")
    changes = MinutesChanges(
        entries={entry.public_id: EntryChange(AttendanceState.UNEXCUSED)}, conclusion="Làm xong mương trước 25/11."
    )
    with committing():
        second = corrections.correct_minutes(
            actor=actor, meeting=meeting, changes=changes, reason="Ghi nhầm ngày", now=NOW
        )
    assert (second.number, second.reason) == (2, "Ghi nhầm ngày")
    first.refresh_from_db()
    assert first.content["conclusion"] == "Làm xong mương trước 20/11."
    assert first.content["attendance"]["present"] == 3
    paper = get_minutes(actor=actor, meeting=meeting)
    assert (paper.conclusion, paper.attendance.present, paper.attendance.unexcused) == (
        "Làm xong mương trước 25/11.",
        2,
        1,
    )
    entry.refresh_from_db()
    assert entry.state == AttendanceState.UNEXCUSED
    assert heard == [
        MinutesCorrected(cell.pk, meeting.pk, meeting.month, reason="Ghi nhầm ngày", at=NOW),
        RollCallChanged(cell.pk, meeting.pk, meeting.month),
    ]


def test_corrections_that_are_none_are_refused() -> None:
    cell = make_cell()
    meeting = make_held_meeting(cell)
    actor = make_secretary(cell)
    entry = meeting.roll_call.first()
    assert entry is not None
    other = MinutesChanges(conclusion="Khác")

    def correct(changes: MinutesChanges, reason: str = "Ghi nhầm") -> None:
        corrections.correct_minutes(actor=actor, meeting=meeting, changes=changes, reason=reason, now=NOW)

    with pytest.raises(minutes.MinutesNotApproved):
        correct(other)
    approved(meeting, actor)
    vote = Vote.objects.create(meeting=meeting, subject="Nghị quyết", base=3, in_favour=3, passed=True, at=NOW)
    bad: list[tuple[MinutesChanges, str, type[DomainError]]] = [
        (other, " ", corrections.CorrectionNeedsReason),
        (other, "x" * 501, TextTooLong),
        (MinutesChanges(conclusion="Làm xong mương trước 20/11."), "Ghi nhầm", corrections.NothingCorrected),
        (MinutesChanges(conclusion="x" * 20001), "Ghi nhầm", TextTooLong),
        (MinutesChanges(closed_at=OPENED_AT), "Ghi nhầm", minutes.TimesNotPossible),
        (MinutesChanges(closed_at=NOW + timedelta(minutes=1)), "Ghi nhầm", minutes.TimesNotPossible),
        (
            MinutesChanges(votes={vote.public_id: VoteChange("Nghị quyết", 3, 1)}),
            "Ghi nhầm",
            corrections.VoteNotPossible,
        ),
        (MinutesChanges(votes={vote.public_id: VoteChange(" ", 3)}), "Ghi nhầm", corrections.WordsMissing),
        (
            MinutesChanges(entries={entry.public_id: EntryChange(AttendanceState.SUSPENDED)}),
            "Ghi nhầm",
            minutes.StateNotPossible,
        ),
    ]
    for changes, reason, refusal in bad:
        with pytest.raises(refusal):
            correct(changes, reason)
    assert MinutesVersion.objects.count() == 1


def test_times_votes_remarks_and_mistaken_tasks_are_corrected_and_said() -> None:
    cell = make_cell()
    meeting = make_held_meeting(cell)
    actor = make_secretary(cell)
    member = Member.objects.get(full_name="Ma Văn 0")
    facts: dict[str, Any] = {"base": 3, "passed": True, "at": NOW}
    wrong = Vote.objects.create(meeting=meeting, subject="Nghị quyết", in_favour=3, **facts)
    none = Vote.objects.create(meeting=meeting, subject="Không có", in_favour=2, **facts)
    Remark.objects.create(meeting=meeting, member=member, kind="praise", text="Làm mương giỏi")
    gone = Remark.objects.create(meeting=meeting, member=member, kind="reminder", text="Đến muộn")
    origin: dict[str, Any] = {
        "origin_kind": "meetings.meeting",
        "origin_id": str(meeting.public_id),
        "given_on": date(2026, 11, 9),
    }
    mistaken = make_duty(cell, member, "Việc giao nhầm", due_on=date(2026, 11, 30), **origin)
    make_duty(cell, member, "Việc thật", due_on=None, **origin)
    approved(meeting, actor)
    changes = MinutesChanges(
        closed_at=OPENED_AT + timedelta(minutes=95),
        votes={wrong.public_id: VoteChange("Nghị quyết tháng 11", 1, 2), none.public_id: None},
        remarks={gone.pk: None},
        mistaken_duties=frozenset({mistaken.public_id}),
    )
    corrections.correct_minutes(actor=actor, meeting=meeting, changes=changes, reason="Ghi nhầm", now=NOW)
    page = get_minutes_page(actor=actor, public_id=meeting.public_id)
    assert [(vote.subject, vote.in_favour, vote.passed) for vote in page.paper.votes] == [
        ("Nghị quyết tháng 11", 1, False)
    ]
    assert [row.title for row in page.paper.duties] == ["Việc thật"]
    assert page.paper.minutes_long == 95
    mistaken.refresh_from_db()
    assert (mistaken.state, mistaken.result) == (DutyState.DROPPED, "Ghi nhầm")
    counts = "3/3 tán thành, 0 không tán thành, 0 ý kiến khác: thông qua"
    assert page.changes == (
        PaperChange("Bế mạc", "08:00 thứ Hai, 09/11/2026", "07:55 thứ Hai, 09/11/2026"),
        PaperChange(
            "Biểu quyết: Nghị quyết tháng 11", "", "1/3 tán thành, 2 không tán thành, 0 ý kiến khác: không thông qua"
        ),
        PaperChange("Biểu quyết: Nghị quyết", counts, ""),
        PaperChange("Biểu quyết: Không có", counts.replace("3/3", "2/3"), ""),
        PaperChange("Nhắc nhở: Ma Văn 0", "Đến muộn", ""),
        PaperChange("Nhiệm vụ: Việc giao nhầm", "Ma Văn 0, 30/11/2026", ""),
    )


def test_a_meeting_that_goes_on_has_no_minutes() -> None:
    cell = make_cell()
    meeting = make_open_meeting(cell)
    actor = make_secretary(cell)
    with pytest.raises(minutes.MeetingNotHeld):
        approved(meeting, actor)
    with pytest.raises(minutes.MeetingNotHeld):
        minutes.change_draft(actor=actor, meeting=meeting, changes=MinutesChanges(), now=NOW)
    with pytest.raises(resolution.ResolvedBeforeMeeting):
        resolution.issue_resolution(actor=actor, meeting=meeting, texts=DIRECTIONS, now=NOW)
    with pytest.raises(NotFound):
        get_minutes_page(actor=actor, public_id=meeting.public_id)


def test_readers_see_approved_minutes_only() -> None:
    cell = make_cell()
    meeting = make_held_meeting(cell)
    reader = make_actor(Permission.MEETINGS_READ, path=cell.path)
    with pytest.raises(NotFound):
        get_minutes_page(actor=reader, public_id=meeting.public_id)
    for refused in (
        lambda: approved(meeting, reader),
        lambda: minutes.change_draft(actor=reader, meeting=meeting, changes=MinutesChanges(), now=NOW),
        lambda: resolution.issue_resolution(actor=reader, meeting=meeting, texts=DIRECTIONS, now=NOW),
        lambda: filing.file_meeting(actor=reader, meeting=meeting, now=NOW),
    ):
        with pytest.raises(NotAllowed):
            refused()
    approved(meeting, make_secretary(cell))
    page = get_minutes_page(actor=reader, public_id=meeting.public_id)
    assert (page.may_write, page.may_approve, page.may_correct, page.entries) == (False, False, False, ())


@pytest.mark.parametrize("count", [1, 3])
def test_the_years_book(count: int, django_assert_num_queries: Any) -> None:
    cell = make_cell()
    actor = make_secretary(cell)
    first = make_held_meeting(cell)
    approved(first, actor)
    for number in range(1, count):
        later = make_held_meeting(make_cell("Khác"))
        day = date(2026, 11 - number, 3)
        Meeting.objects.filter(pk=later.pk).update(
            organization=cell,
            month=day.replace(day=1),
            planned_for=at(day),
            opened_at=at(day),
            kind=MeetingKind.REGULAR,
        )
    with django_assert_num_queries(4):
        book = get_minutes_book(actor=actor, organization=cell, year=2026, today=TODAY)
    assert len(book.rows) == count
    last = book.rows[-1]
    assert (last.held_on, last.counted, last.present, last.version) == (date(2026, 11, 9), 3, 3, 1)
    assert book.years == (2026,)


def test_the_majority_in_the_minutes_is_that_of_the_rules_of_its_cell() -> None:
    """Written down at the approval: another rule later changes nothing in it."""
    meeting = make_held_meeting(make_cell())
    actor = make_secretary(meeting.organization)
    part = {"part": "3/4", "strict": False}
    pack = make_pack({PolicyKey.VOTE_MEMBERSHIP: part}, organization=meeting.organization)
    facts = {"base": 4, "in_favour": 3, "passed": True, "at": NOW}
    Vote.objects.create(meeting=meeting, subject="Kết nạp", majority=VoteMajority.MEMBERSHIP, **facts)
    Vote.objects.create(meeting=meeting, subject="Nghị quyết", **facts)
    approved(meeting, actor)
    pack.delete()
    paper = get_minutes(actor=actor, meeting=meeting)
    assert [vote.majority for vote in paper.votes] == ["Ít nhất 3/4 số đảng viên chính thức", ""]
