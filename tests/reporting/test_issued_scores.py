"""Agreed scores are kept; a correction is shown before it is done, and those who have the papers are told."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from docx import Document

from nennep.accounts.choices import Role
from nennep.assessments.choices import SheetState
from nennep.assessments.models import ScoreItem, ScoreSheet
from nennep.assessments.queries import get_sheet_page
from nennep.assessments.services import (
    Decision,
    ReopeningNeedsReason,
    agree_sheet,
    reopen_sheet,
    score_items,
    start_sheet,
)
from nennep.core.errors import NotFound
from nennep.core.frozen import read_content, write_content
from nennep.core.permissions import Permission
from nennep.core.previews import Preview
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.members.models import Member
from nennep.notifications.models import Notification
from nennep.organizations.models import Organization
from nennep.records.queries.issued import list_issued
from nennep.records.rules.corrections import EntryChange, MinutesChanges
from nennep.records.services.corrections import (
    correct_minutes,
    foresee_correction,
)
from nennep.records.services.minutes import approve_minutes
from nennep.reporting.models import IssuedPaper
from nennep.reporting.queries import papers as kinds
from nennep.reporting.queries.papers import find_paper, find_paper_version
from nennep.reporting.queries.papers.overview import get_papers_page
from nennep.reporting.renderers.word import render_paper
from nennep.room.choices import AttendanceState
from nennep.room.models import RollCallEntry
from tests.factories.accounts import grant_role, make_user
from tests.factories.cells import make_cell
from tests.factories.core import NOW, make_actor
from tests.factories.issued import (
    ANYBODY,
    FILED,
    LATER,
    correct_absence,
    file,
    fill,
    print_all,
    print_version,
    rename,
)
from tests.factories.meetings import make_held_meeting
from tests.factories.reporting import make_meeting

pytestmark = pytest.mark.django_db


# ── agreed scores ─────────────────────────────────────────────────────────────


def read_lines(file: bytes) -> list[str]:
    return [line.text for line in Document(BytesIO(file)).paragraphs]


def score_again(meeting: Meeting, points: int, *, reason: str = "Sót một việc", now: datetime = LATER) -> None:
    sheet = ScoreSheet.objects.get(meeting=meeting)
    reopen_sheet(actor=ANYBODY, sheet=sheet, reason=reason, now=now)
    decisions = {"c1": Decision(Decimal(points), "Chi bộ bàn")}
    score_items(actor=ANYBODY, sheet=sheet, decisions=decisions, to_mend="", now=now)
    agree_sheet(actor=ANYBODY, sheet=sheet, now=now)


def test_an_agreed_score_is_kept_and_the_next_one_says_what_changed(meeting: Meeting) -> None:
    before = render_paper(fill(meeting, kinds.SCORE))
    score_again(meeting, 80)
    paper = fill(meeting, kinds.SCORE)
    assert (paper.total, paper.level) == (Decimal(80), "Khá")
    (revision,) = paper.revisions
    assert (revision.reason, revision.changes[-1]) == ("Sót một việc", "Tự chấm điểm: 90 điểm, Tốt → 80 điểm, Khá")
    assert print_version(meeting, kinds.SCORE, 1) == before
    rename(Organization.objects.get_queryset(), "name")
    ScoreItem.objects.update(points=1)
    assert fill(meeting, kinds.SCORE) == paper


def test_while_the_cell_scores_once_more_papers_print_what_it_agreed_on(meeting: Meeting) -> None:
    reopen_sheet(actor=ANYBODY, sheet=ScoreSheet.objects.get(), reason="Sót", now=LATER)
    for kind in (kinds.MINUTES, kinds.RESOLUTION, kinds.REPORT):
        assert fill(meeting, kind).score.total == 90
    reader = make_actor(Permission.MEETINGS_READ, Permission.SCORES_READ, path=meeting.organization.path)
    read: Any = find_paper(actor=reader, meeting=meeting, kind=kinds.SCORE)
    assert read.total == 90
    assert fill(meeting, kinds.SCORE).total is None  # for those who are scoring


@pytest.mark.parametrize(
    ("permissions", "total"),
    [((Permission.MEETINGS_READ,), None), ((Permission.MEETINGS_READ, Permission.SCORES_READ), Decimal(80))],
    ids=["member", "reader-of-scores"],
)
def test_line_by_line_the_kept_score_is_for_those_who_may_read_scores(
    meeting: Meeting, permissions: tuple[Permission, ...], total: Decimal | None
) -> None:
    opens = total is not None
    file(meeting)
    score_again(meeting, 80)
    reader = make_actor(*permissions, path=meeting.organization.path)
    rows = {row.kind.address: row for row in get_papers_page(actor=reader, meeting=meeting).after}
    if opens:
        read: Any = find_paper(actor=reader, meeting=meeting, kind=kinds.SCORE)
        assert (read.total, len(rows[kinds.SCORE.address].versions)) == (total, 2)
        return
    assert kinds.SCORE.address not in rows  # no link, no page: an empty sheet would say that nothing was agreed
    with pytest.raises(NotFound):
        find_paper(actor=reader, meeting=meeting, kind=kinds.SCORE)
    with pytest.raises(NotFound):
        find_paper_version(actor=reader, meeting=meeting, kind=kinds.SCORE, number=1)


def test_before_the_meeting_the_empty_sheet_is_every_members(cell: Organization) -> None:
    planned = make_meeting(cell, date(2026, 12, 3), state=MeetingState.PLANNED)
    reader = make_actor(Permission.MEETINGS_READ, path=cell.path)
    read: Any = find_paper(actor=reader, meeting=planned, kind=kinds.SCORE)
    rows = {row.kind.address: row.ready for row in get_papers_page(actor=reader, meeting=planned).before}
    assert (read.total, rows[kinds.SCORE.address]) == (None, True)


def test_a_score_agreed_anew_after_the_filing_is_a_version_of_every_paper_that_prints_it(meeting: Meeting) -> None:
    file(meeting)
    before = print_all(meeting)
    score_again(meeting, 80)
    for kind in (kinds.MINUTES, kinds.RESOLUTION, kinds.REPORT, kinds.SCORE):
        assert fill(meeting, kind).revisions[0].changes[-1] == "Tự chấm điểm: 90 điểm, Tốt → 80 điểm, Khá"
        assert print_version(meeting, kind, 1) == before[kind.address]
    assert fill(meeting, kinds.PRESENCE).revisions == ()


def test_a_score_agreed_after_the_approval_is_a_dated_addition_to_the_minutes(meeting: Meeting) -> None:
    """What was read out and approved had no score; the paper says since when it has one, also in later versions."""
    assert fill(meeting, kinds.MINUTES).score_added_on is None  # agreed at the meeting, like the minutes
    score_again(meeting, 80, now=FILED - timedelta(hours=1))
    said = "Ghi thêm sau khi biên bản được thông qua: chi bộ thống nhất điểm ngày 05/11/2026."
    assert said in read_lines(render_paper(fill(meeting, kinds.MINUTES)))
    file(meeting)
    kept = print_version(meeting, kinds.MINUTES, 1)
    assert said in read_lines(kept)
    correct_absence(meeting)
    assert fill(meeting, kinds.MINUTES).revisions
    assert said in read_lines(render_paper(fill(meeting, kinds.MINUTES)))
    assert print_version(meeting, kinds.MINUTES, 1) == kept


def test_minutes_kept_before_additions_were_dated_print_as_they_did(meeting: Meeting) -> None:
    paper = fill(meeting, kinds.MINUTES)
    content = write_content(paper)
    assert content.pop("score_added_on") is None
    assert read_content(type(paper), content) == paper


def test_scoring_again_needs_a_reason(meeting: Meeting) -> None:
    with pytest.raises(ReopeningNeedsReason):
        reopen_sheet(actor=ANYBODY, sheet=ScoreSheet.objects.get(), reason=" ", now=LATER)
    assert ScoreSheet.objects.get().state == SheetState.AGREED


def test_the_sheet_of_corrected_minutes_shows_what_no_longer_agrees() -> None:
    """9 of 10 with one unexcused was what the cell scored by; then the minutes are corrected (figures of a real cell)."""
    meeting = make_held_meeting(make_cell())
    entry = meeting.roll_call.order_by("pk")[0]
    RollCallEntry.objects.filter(pk=entry.pk).update(state=AttendanceState.UNEXCUSED)
    sheet = start_sheet(actor=ANYBODY, meeting=meeting, now=NOW)
    everything = {code: Decision(Decimal(1), "Chi bộ bàn") for code in sheet.items.values_list("code", flat=True)}
    score_items(actor=ANYBODY, sheet=sheet, decisions=everything, to_mend="", now=NOW)
    agree_sheet(actor=ANYBODY, sheet=sheet, now=NOW)
    approve_minutes(actor=ANYBODY, meeting=meeting, now=NOW)
    assert get_sheet_page(actor=ANYBODY, meeting_id=meeting.public_id).moved == ()
    changes = MinutesChanges(entries={entry.public_id: EntryChange(AttendanceState.EXCUSED, "Ốm")})
    correct_minutes(actor=ANYBODY, meeting=meeting, changes=changes, reason="Có đơn", now=NOW + timedelta(days=1))
    (moved,) = get_sheet_page(actor=ANYBODY, meeting_id=meeting.public_id).moved
    assert moved.before.endswith("1 vắng không lý do")
    assert moved.after.endswith("không ai vắng không lý do")


# ── shown before it is done, and told above ───────────────────────────────────


def foresee(meeting: Meeting) -> Preview:
    entry = RollCallEntry.objects.get(meeting=meeting, member__full_name="Quan Thị Biên")
    changes = MinutesChanges(entries={entry.public_id: EntryChange(AttendanceState.UNEXCUSED)})
    filed = Meeting.objects.get(pk=meeting.pk)
    return foresee_correction(actor=ANYBODY, meeting=filed, changes=changes, reason="Ghi nhầm lý do", now=LATER)


def test_a_correction_shows_every_paper_it_touches_and_keeps_nothing(meeting: Meeting) -> None:
    file(meeting)
    before, rows = print_all(meeting), IssuedPaper.objects.count()
    preview = foresee(meeting)
    names = ["Biên bản", "Nghị quyết", "Bảng điểm danh", "Phiếu tự chấm điểm", "Báo cáo kết quả sinh hoạt"]
    assert [effect.label for effect in preview.effects] == [f"{name} thành bản 2, số chỗ sửa" for name in names]
    assert preview.asked == f"Đính chính {', '.join(names)}?"
    assert preview.effects[1].names[:2] == ("Vắng có lý do: 1 → 0", "Vắng không lý do: 0 → 1")
    assert (print_all(meeting), IssuedPaper.objects.count()) == (before, rows)
    assert not Notification.objects.exists()
    correct_absence(meeting)
    done = {line.label: line.changes for line in list_issued(Meeting.objects.get(pk=meeting.pk)) if line.number == 2}
    shown = {effect.label.removesuffix(" thành bản 2, số chỗ sửa"): effect for effect in preview.effects}
    assert {name: effect.count for name, effect in shown.items()} == {name: len(said) for name, said in done.items()}


def test_those_above_are_told_of_a_correction_and_the_secretary_asked_about_the_score(
    meeting: Meeting, cell: Organization
) -> None:
    officer, secretary = make_user("Bế Văn Hưng"), make_user("Ma Công Lập")
    commune = Organization.objects.get(path=cell.path[: -Organization.steplen])
    grant_role(officer, Role.COMMUNE_OFFICER, commune, subtree=True)
    grant_role(secretary, Role.SECRETARY, cell)
    Member.objects.filter(full_name="Ma Công Lập").update(user=secretary)
    file(meeting)
    correct_absence(meeting)
    told = {
        (row.user.get_full_name() or str(row.user), row.kind) for row in Notification.objects.select_related("user")
    }
    assert told == {
        ("Bế Văn Hưng", "reporting.corrected"),
        ("Lương Quốc Hưng", "reporting.corrected"),
        ("Ma Công Lập", "reporting.score_outdated"),
    }
