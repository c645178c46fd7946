"""Corrections, drafts, resolutions, filing: what each leaves in the rows and in the trail, and who may."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from nennep.accounts.choices import Role
from nennep.accounts.rules import HeldRole, expand_grants
from nennep.core import events
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.permissions import Permission
from nennep.core.typed import TextTooLong
from nennep.meetings.models import Meeting
from nennep.members.models import Member
from nennep.records.choices import MeetingFiled, MinutesApproved, MinutesCorrected, ResolutionIssued
from nennep.records.models import MinutesVersion, Resolution
from nennep.records.rules.corrections import EntryChange, MinutesChanges, VoteChange
from nennep.records.rules.minutes import ItemTexts, MinutesContent
from nennep.records.rules.resolution import ResolutionTexts
from nennep.records.services import corrections, filing, minutes, resolution
from nennep.room.choices import AttendanceState, VoteMajority
from nennep.room.models import Remark, RollCallEntry, Vote
from tests.factories.accounts import make_user
from tests.factories.cells import join_cell, make_cell
from tests.factories.core import NOW, make_actor
from tests.factories.duties import make_duty
from tests.factories.meetings import OPENED_AT, make_entry, make_held_meeting, make_open_meeting, make_secretary
from tests.factories.trails import list_trail

pytestmark = pytest.mark.django_db
HEARD = (MinutesApproved, MinutesCorrected, ResolutionIssued, MeetingFiled)


@pytest.fixture
def meeting() -> Meeting:
    return make_held_meeting(make_cell())


@pytest.fixture
def actor(meeting: Meeting) -> Actor:
    return make_secretary(meeting.organization, make_user("Hoàng Thị Trâm").pk)


def approve(actor: Actor, meeting: Meeting) -> MinutesVersion:
    return minutes.approve_minutes(actor=actor, meeting=meeting, now=NOW)


def correct(actor: Actor, meeting: Meeting, **changes: Any) -> MinutesContent:
    version = corrections.correct_minutes(
        actor=actor, meeting=meeting, changes=MinutesChanges(**changes), reason="Ghi nhầm", now=NOW
    )
    return version.read_minutes()


def add_vote(meeting: Meeting, **fields: Any) -> Vote:
    facts: dict[str, Any] = {"subject": "Nghị quyết", "base": 3, "in_favour": 3, "passed": True, "at": NOW}
    return Vote.objects.create(meeting=meeting, **(facts | fields))


def test_each_version_says_who_approved_it_and_is_in_the_trail(
    meeting: Meeting, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Any] = []
    for kind in HEARD:
        monkeypatch.setitem(events._handlers, kind, [heard.append])
    first = approve(actor, meeting)
    assert (first.approved_at, first.approved_by_id, first.approved_by_name) == (NOW, actor.user_id, actor.name)
    correct(actor, meeting, conclusion="Khác")
    second = MinutesVersion.objects.order_by("number").last()
    assert second is not None
    texts = ResolutionTexts(directions="Làm mương.")
    issued = resolution.issue_resolution(actor=actor, meeting=meeting, texts=texts, now=NOW)
    resolution.change_resolution(actor=actor, meeting=meeting, texts=texts, now=NOW)
    filing.file_meeting(actor=actor, meeting=meeting, now=NOW)
    assert list_trail("meetings") == [
        ("meetings.minutes_approved", {"version": 1, "sha256": first.sha256}),
        ("meetings.minutes_corrected", {"version": 2, "sha256": second.sha256}),
        ("meetings.resolved", {"number": issued.number}),
        ("meetings.resolution_changed", {"number": issued.number}),
        ("meetings.filed", {}),
    ]
    where = (meeting.organization_id, meeting.pk, meeting.month)
    assert heard == [
        MinutesApproved(*where, at=NOW),
        MinutesCorrected(*where, reason="Ghi nhầm", at=NOW),
        ResolutionIssued(*where, at=NOW),
        MeetingFiled(*where, at=NOW),
    ]
    assert Meeting.objects.get().filed_at == NOW


def test_a_draft_in_better_words_is_kept_and_in_the_trail(meeting: Meeting, actor: Actor) -> None:
    item = meeting.agenda.order_by("position")[0]
    version = item.note_version
    changes = MinutesChanges(items={item.public_id: ItemTexts("Viết gọn", "Nhất trí")}, fee_note="Đã nộp")
    for _twice in range(2):
        minutes.change_draft(actor=actor, meeting=meeting, changes=changes, now=NOW)
    item.refresh_from_db()
    assert (item.note, item.conclusion, item.note_version) == ("Viết gọn", "Nhất trí", version + 1)
    kept = Meeting.objects.get()
    assert (kept.fee_note, kept.conclusion) == ("Đã nộp", "Làm xong mương trước 20/11.")  # not touched: as it was
    assert list_trail("meetings")[0] == ("meetings.noted", {"part": "minutes"})


@pytest.mark.parametrize("approved", [False, True], ids=["before-the-approval", "after-it"])
def test_an_exempt_member_found_to_have_come_is_in_the_base_of_the_votes(
    meeting: Meeting, actor: Actor, approved: bool
) -> None:
    exempt = make_entry(meeting, join_cell(meeting.organization, "Miễn"), AttendanceState.EXEMPT, counted=False)
    RollCallEntry.objects.filter(pk=exempt.pk).update(standing="exempt")
    vote = add_vote(meeting, base=3, in_favour=2, against=1)
    entries = {exempt.public_id: EntryChange(AttendanceState.PRESENT)}
    if approved:
        approve(actor, meeting)
        paper = correct(actor, meeting, entries=entries)
        assert [(part.base, part.passed) for part in paper.votes] == [(4, False)]
    else:
        minutes.change_draft(actor=actor, meeting=meeting, changes=MinutesChanges(entries=entries), now=NOW)
    vote.refresh_from_db()
    assert (vote.base, vote.passed) == (4, False)  # 2 of 4 is not more than half


@pytest.mark.parametrize("counted", [3, 4], ids=["the-base-of-the-others", "one-more"])
@pytest.mark.parametrize(
    ("states", "base"),
    [
        ([AttendanceState.PRESENT], 4),
        ([AttendanceState.PRESENT, AttendanceState.EXEMPT], 3),
        ([AttendanceState.PRESENT, AttendanceState.EXEMPT, AttendanceState.PRESENT], 4),
        ([AttendanceState.PRESENT, AttendanceState.EXEMPT] * 2, 3),
    ],
    ids=["came", "did-not", "came-after-all", "did-not-after-all"],
)
def test_the_base_follows_corrections_there_and_back_and_never_below_the_counted_votes(
    meeting: Meeting, actor: Actor, states: list[AttendanceState], base: int, counted: int
) -> None:
    exempt = make_entry(meeting, join_cell(meeting.organization, "Miễn"), AttendanceState.EXEMPT, counted=False)
    RollCallEntry.objects.filter(pk=exempt.pk).update(standing="exempt")
    vote = add_vote(meeting, base=counted, in_favour=counted - 1, against=1)
    approve(actor, meeting)
    for state in states:
        paper = correct(actor, meeting, entries={exempt.public_id: EntryChange(state)})
        assert paper.votes[0].base >= counted
    vote.refresh_from_db()
    assert vote.base == max(base, counted)


def test_the_end_is_put_right_before_the_approval(meeting: Meeting, actor: Actor) -> None:
    minutes.change_draft(
        actor=actor, meeting=meeting, changes=MinutesChanges(closed_at=NOW - timedelta(minutes=5)), now=NOW
    )
    assert Meeting.objects.get().closed_at == NOW - timedelta(minutes=5)
    with pytest.raises(minutes.TimesNotPossible):
        minutes.change_draft(actor=actor, meeting=meeting, changes=MinutesChanges(closed_at=OPENED_AT), now=NOW)


def test_texts_of_the_minutes_have_limits(meeting: Meeting, actor: Actor) -> None:
    item = meeting.agenda.order_by("position")[0].public_id
    entry = meeting.roll_call.order_by("pk")[0].public_id
    excused = EntryChange(AttendanceState.EXCUSED, "x" * 5000)
    for changes, field in (
        (MinutesChanges(fee_note="x" * 301), "fee_note"),
        (MinutesChanges(conclusion="x" * 20_001), "conclusion"),
        (MinutesChanges(items={item: ItemTexts("x" * 20_001)}), f"note.{item}"),
        (MinutesChanges(entries={entry: excused}), "reason"),
    ):
        with pytest.raises(TextTooLong) as refusal:
            minutes.change_draft(actor=actor, meeting=meeting, changes=changes, now=NOW)
        assert refusal.value.field == field
    minutes.change_draft(actor=actor, meeting=meeting, changes=MinutesChanges(conclusion="x" * 20_000), now=NOW)
    with pytest.raises(TextTooLong) as refusal:
        minutes.approve_minutes(actor=actor, meeting=meeting, extra="x" * 20_001, now=NOW)
    assert refusal.value.field == "extra"


def test_a_mark_that_is_corrected_says_who_and_when(meeting: Meeting, actor: Actor) -> None:
    entry = meeting.roll_call.order_by("pk")[0]
    later = NOW + timedelta(minutes=5)
    change = EntryChange(AttendanceState.EXCUSED, " Ốm  nặng ")
    changes = MinutesChanges(entries={entry.public_id: change})
    minutes.change_draft(actor=actor, meeting=meeting, changes=changes, now=later)
    entry.refresh_from_db()
    assert (entry.state, entry.reason, entry.marked_at, entry.marked_by_id) == (
        AttendanceState.EXCUSED,
        "Ốm nặng",
        later,
        actor.user_id,
    )


@pytest.mark.parametrize(
    ("opened", "closed", "long"),
    [(-10, None, 110), (None, -10, 90), (0, 0, None), (None, 0, None)],
    ids=["opened earlier", "closed earlier", "the same", "still the same"],
)
def test_either_time_alone_may_be_corrected(
    meeting: Meeting, actor: Actor, opened: int | None, closed: int | None, long: int | None
) -> None:
    approve(actor, meeting)
    times = {
        "opened_at": None if opened is None else OPENED_AT + timedelta(minutes=opened),
        "closed_at": None if closed is None else NOW + timedelta(minutes=closed),
    }
    if long is None:
        with pytest.raises(corrections.NothingCorrected):
            correct(actor, meeting, **times)
        return
    assert correct(actor, meeting, **times).minutes_long == long
    kept = Meeting.objects.get()
    assert (kept.opened_at, kept.closed_at) == (times["opened_at"] or OPENED_AT, times["closed_at"] or NOW)


def test_a_meeting_takes_time_and_ends_by_now(meeting: Meeting, actor: Actor) -> None:
    approve(actor, meeting)
    for closed in (OPENED_AT, NOW + timedelta(seconds=1)):
        with pytest.raises(minutes.TimesNotPossible):
            correct(actor, meeting, closed_at=closed)
    assert correct(actor, meeting, closed_at=OPENED_AT + timedelta(minutes=1)).minutes_long == 1


@pytest.mark.parametrize(
    ("majority", "counts", "passed"),
    [
        (VoteMajority.ORDINARY, (2, 1, 0), True),
        (VoteMajority.ORDINARY, (1, 1, 1), False),
        (VoteMajority.MEMBERSHIP, (2, 1, 0), True),
        (VoteMajority.MEMBERSHIP, (1, 0, 0), False),
    ],
)
def test_whether_a_corrected_vote_carried_follows_from_its_counts(
    meeting: Meeting, actor: Actor, majority: VoteMajority, counts: tuple[int, int, int], *, passed: bool
) -> None:
    vote = add_vote(meeting, majority=majority, passed=not passed)
    approve(actor, meeting)
    correct(actor, meeting, votes={vote.public_id: VoteChange(" Nghị quyết  11 ", *counts)})
    vote.refresh_from_db()
    assert (vote.subject, vote.in_favour, vote.against, vote.other, vote.passed) == ("Nghị quyết 11", *counts, passed)


@pytest.mark.parametrize("counts", [(0, 0, 0), (4, 0, 0), (3, 0, 1), (-1, 2, 0)])
def test_counts_of_a_corrected_vote_are_between_one_and_its_base(
    meeting: Meeting, actor: Actor, counts: tuple[int, int, int]
) -> None:
    vote = add_vote(meeting)
    approve(actor, meeting)
    with pytest.raises(corrections.VoteNotPossible, match="“Nghị quyết”: cần ít nhất 1 và nhiều nhất 3 phiếu"):
        correct(actor, meeting, votes={vote.public_id: VoteChange("Nghị quyết", *counts)})


def test_votes_and_remarks_are_corrected_one_by_one(meeting: Meeting, actor: Actor) -> None:
    member = Member.objects.get(full_name="Ma Văn 0")
    kept, gone = (
        Remark.objects.create(meeting=meeting, member=member, kind="praise", text=text) for text in ("A", "B")
    )
    vote, void = add_vote(meeting), add_vote(meeting, subject="Nhầm")
    approve(actor, meeting)
    paper = correct(actor, meeting, remarks={kept.pk: "  Làm  tốt ", gone.pk: None}, votes={void.public_id: None})
    assert [remark.text for remark in paper.remarks] == ["Làm tốt"]
    assert [one.subject for one in paper.votes] == [vote.subject]
    for changes in ({"remarks": {kept.pk: " "}}, {"votes": {vote.public_id: VoteChange(" ", 3)}}):
        with pytest.raises(corrections.WordsMissing):
            correct(actor, meeting, **changes)
    for changes in ({"remarks": {kept.pk: "x" * 1000}}, {"votes": {vote.public_id: VoteChange("x" * 1000, 3)}}):
        with pytest.raises(TextTooLong):
            correct(actor, meeting, **changes)


def test_a_task_given_by_mistake_goes_by_its_title_when_its_words_were_bettered(meeting: Meeting, actor: Actor) -> None:
    member = Member.objects.get(full_name="Ma Văn 0")
    origin: dict[str, Any] = {"origin_kind": "meetings.meeting", "origin_id": str(meeting.public_id)}
    origin["given_on"] = NOW.date()
    real, mistaken = (
        make_duty(meeting.organization, member, title, due_on=None, **origin) for title in ("Thật", "Nhầm")
    )
    approve(actor, meeting)
    mistaken.due_on = NOW.date()
    mistaken.save()
    paper = correct(actor, meeting, mistaken_duties=frozenset({mistaken.public_id}))
    assert [duty.title for duty in paper.duties] == [real.title]


def test_a_task_whose_title_was_bettered_stays_in_the_paper(meeting: Meeting, actor: Actor) -> None:
    member = Member.objects.get(full_name="Ma Văn 0")
    origin: dict[str, Any] = {"origin_kind": "meetings.meeting", "origin_id": str(meeting.public_id)}
    duty = make_duty(meeting.organization, member, "Cũ", due_on=None, given_on=NOW.date(), **origin)
    approve(actor, meeting)
    duty.title = "Mới"
    duty.save()
    paper = correct(actor, meeting, mistaken_duties=frozenset({duty.public_id}), conclusion="Khác")
    assert [row.title for row in paper.duties] == ["Cũ"]


def test_a_resolution_keeps_its_words_and_refuses_too_many(meeting: Meeting, actor: Actor) -> None:
    texts = ResolutionTexts(" Yên tâm. ", " Còn chậm. ", " Làm mương. ")
    write: dict[str, Any] = {"actor": actor, "meeting": meeting, "now": NOW}
    resolution.issue_resolution(texts=texts, **write)
    kept = Resolution.objects.get()
    assert (kept.thinking, kept.shortcomings, kept.directions) == ("Yên tâm.", "Còn chậm.", "Làm mương.")
    for name in ("thinking", "shortcomings", "directions"):
        with pytest.raises(TextTooLong) as refusal:
            resolution.change_resolution(texts=ResolutionTexts(**{"directions": "x", name: "x" * 20_001}), **write)
        assert refusal.value.field == name
    resolution.change_resolution(texts=ResolutionTexts("A", "B", "C"), **write)
    kept.refresh_from_db()
    assert (kept.thinking, kept.shortcomings, kept.directions) == ("A", "B", "C")


def test_who_keeps_the_papers_of_a_cell_issues_no_resolution(meeting: Meeting) -> None:
    """A deputy takes numbers for other papers of the cell: the month's resolution is the secretary's."""
    held = Role.COMMITTEE_MEMBER, meeting.organization.path
    deputy = Actor(7, "Lý Thị Mơ", expand_grants([HeldRole(*held, subtree=False)]))
    texts = ResolutionTexts(directions="x")
    with pytest.raises(NotAllowed):
        resolution.issue_resolution(actor=deputy, meeting=meeting, texts=texts, now=NOW)
    assert Resolution.objects.count() == 0


def test_a_correction_says_why_and_not_too_long(meeting: Meeting, actor: Actor) -> None:
    approve(actor, meeting)
    write: dict[str, Any] = {"actor": actor, "meeting": meeting, "changes": MinutesChanges(conclusion="x"), "now": NOW}
    for reason, refusal in ((" ", corrections.CorrectionNeedsReason), ("x" * 501, TextTooLong)):
        with pytest.raises(refusal) as refused:
            corrections.correct_minutes(reason=reason, **write)
        assert refused.value.field == "reason"
    assert corrections.correct_minutes(reason="x" * 500, **write).number == 2


def test_only_who_may_writes_minutes_resolutions_and_the_archive(meeting: Meeting, actor: Actor) -> None:
    reader = make_actor(Permission.MEETINGS_READ, path=meeting.organization.path)
    write: dict[str, Any] = {"actor": reader, "meeting": meeting, "now": NOW}
    texts, changes = ResolutionTexts(directions="x"), MinutesChanges(conclusion="x")
    approve(actor, meeting)
    calls: list[Callable[[], object]] = [
        lambda: minutes.change_draft(changes=changes, **write),
        lambda: minutes.approve_minutes(**write),
        lambda: minutes.write_changes(changes=changes, **write),
        lambda: corrections.correct_minutes(changes=changes, reason="x", **write),
        lambda: resolution.issue_resolution(texts=texts, **write),
        lambda: resolution.change_resolution(texts=texts, **write),
        lambda: filing.file_meeting(**write),
    ]
    for refused in calls:
        with pytest.raises(NotAllowed):
            refused()


def test_a_meeting_that_goes_on_has_no_resolution() -> None:
    cell = make_cell()
    going_on, actor = make_open_meeting(cell), make_secretary(cell)
    with pytest.raises(resolution.ResolvedBeforeMeeting):
        resolution.issue_resolution(actor=actor, meeting=going_on, texts=ResolutionTexts(directions="x"), now=NOW)
