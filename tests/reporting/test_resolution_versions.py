"""From its number on every word of a resolution stands in a version; until it is filed none of them is printed as a correction."""

from dataclasses import asdict
from datetime import timedelta

import pytest

from nennep.assessments.models import ScoreSheet
from nennep.assessments.services import agree_sheet, reopen_sheet
from nennep.core.errors import NotAllowed
from nennep.core.permissions import Permission
from nennep.meetings.models import Meeting
from nennep.records.models import Resolution
from nennep.records.queries.issued import list_issued
from nennep.records.rules.corrections import EntryChange, MinutesChanges
from nennep.records.rules.resolution import ResolutionTexts
from nennep.records.services.corrections import correct_minutes, foresee_correction
from nennep.records.services.filing import take_back_filing
from nennep.records.services.resolution import change_resolution, issue_resolution
from nennep.reporting.models import IssuedPaper
from nennep.reporting.queries import papers as kinds
from nennep.room.choices import AttendanceState
from nennep.room.models import RollCallEntry
from nennep.visits.models import Assignment
from tests.factories.core import make_actor
from tests.factories.issued import ANYBODY, FILED, correct, correct_absence, file, fill, make_resolved_month
from tests.factories.issued import print_version as print_one

pytestmark = pytest.mark.django_db
EARLIER = FILED - timedelta(days=1)
TEXTS = ResolutionTexts("Đảng viên yên tâm.", "Mương chậm.", "Thủy lợi: xong mương")


@pytest.fixture
def meeting() -> Meeting:
    """Its resolution is issued by the program of today."""
    meeting = make_resolved_month()
    Resolution.objects.all().delete()
    issue_resolution(actor=ANYBODY, meeting=meeting, texts=TEXTS, now=EARLIER)
    return Meeting.objects.get(pk=meeting.pk)


def change(meeting: Meeting, **words: str) -> None:
    texts = ResolutionTexts(**(asdict(TEXTS) | words))
    change_resolution(actor=ANYBODY, meeting=meeting, texts=texts, now=EARLIER + timedelta(hours=1))


def list_lines(meeting: Meeting) -> list[tuple[int, tuple[str, ...]]]:
    versions = list_issued(Meeting.objects.get(pk=meeting.pk), address="nghi-quyet")
    return [(line.number, line.changes) for line in versions]


def test_the_number_and_each_change_of_words_make_a_version(meeting: Meeting) -> None:
    first = print_one(meeting, kinds.RESOLUTION, 1)
    change(meeting, thinking="Đảng viên tin tưởng.")
    said = ("Tư tưởng: Đảng viên yên tâm. → Đảng viên tin tưởng.",)
    assert list_lines(meeting) == [(2, said), (1, ())]
    assert print_one(meeting, kinds.RESOLUTION, 1) == first
    paper = fill(meeting, kinds.RESOLUTION)
    assert (paper.past.opinion, paper.revisions) == ("Đảng viên tin tưởng.", ())


def test_saving_the_same_words_makes_none(meeting: Meeting) -> None:
    change(meeting)
    assert list_lines(meeting) == [(1, ())]


def test_what_an_older_program_numbered_is_kept_before_its_words_change() -> None:
    meeting = make_resolved_month()
    texts = ResolutionTexts("Đảng viên tin tưởng.", "Mương chậm.", "Thủy lợi: xong mương")
    change_resolution(actor=ANYBODY, meeting=meeting, texts=texts, now=EARLIER)
    assert [number for number, _changes in list_lines(meeting)] == [2, 1]


def test_corrected_minutes_and_a_new_score_make_versions_of_it(meeting: Meeting) -> None:
    correct_absence(meeting)
    reopen_sheet(actor=ANYBODY, sheet=ScoreSheet.objects.get(), reason="Sót", now=EARLIER)
    ScoreSheet.objects.get().items.update(points=1, note="Chi bộ bàn")
    agree_sheet(actor=ANYBODY, sheet=ScoreSheet.objects.get(), now=EARLIER + timedelta(hours=2))
    (score, absence, first) = list_lines(meeting)
    assert (score[0], absence[0], first[0]) == (3, 2, 1)
    assert absence[1][:2] == ("Vắng có lý do: 1 → 0", "Vắng không lý do: 0 → 1")
    assert score[1][0].startswith("Tự chấm điểm: 90 điểm, Tốt → ")


def test_what_is_filed_is_what_stood_last_and_says_nothing_of_before(meeting: Meeting) -> None:
    change(meeting, thinking="Đảng viên tin tưởng.")
    before = fill(meeting, kinds.RESOLUTION)
    file(meeting)
    assert fill(meeting, kinds.RESOLUTION) == before
    correct(meeting, directions="Trồng ngô đông")
    (revision,) = fill(meeting, kinds.RESOLUTION).revisions
    assert (revision.number, revision.changes[-1]) == (1, "Phương hướng: Thủy lợi: xong mương → (trống)")
    assert [number for number, _changes in list_lines(meeting)][-1] == 1


def test_who_gets_it_is_as_on_the_day_it_was_filed(meeting: Meeting) -> None:
    """Somebody followed the cell when the number was given, and nobody does when it goes out."""
    row = IssuedPaper.objects.get(kind="nghi-quyet")
    assert "Đồng chí Lương Quốc Hưng (phụ trách Chi bộ)" in row.content["recipients"]
    Assignment.objects.all().delete()
    file(meeting)
    assert "Đồng chí Lương Quốc Hưng (phụ trách Chi bộ)" not in fill(meeting, kinds.RESOLUTION).recipients


def test_a_filing_that_was_taken_back_leaves_the_versions_of_the_resolution(meeting: Meeting) -> None:
    file(meeting)
    filed = Meeting.objects.get(pk=meeting.pk)
    take_back_filing(actor=ANYBODY, meeting=filed, now=FILED + timedelta(hours=1))
    shown = {line.address for line in list_issued(Meeting.objects.get(pk=meeting.pk))}
    assert shown == {"nghi-quyet", "phieu-tu-cham-diem"}


# ── a correction before the filing is shown before it is made ────────────────


def foresee(meeting: Meeting, fee_note: str = "Thu đủ") -> list[tuple[str, int, tuple[str, ...]]]:
    changes = MinutesChanges(fee_note=fee_note)
    preview = foresee_correction(actor=ANYBODY, meeting=meeting, changes=changes, reason="Sót", now=EARLIER)
    return [(effect.label, effect.count, effect.names) for effect in preview.effects]


def test_a_correction_before_the_filing_shows_what_it_touches_and_keeps_nothing(meeting: Meeting) -> None:
    rows = IssuedPaper.objects.count()
    shown = foresee(meeting)
    assert shown == [
        ("Biên bản thành bản 2, số chỗ sửa", 1, ("Đảng phí",)),
        ("Nghị quyết thành bản 2, số chỗ sửa", 1, ("Đảng phí: (trống) → Thu đủ",)),
    ]
    assert (IssuedPaper.objects.count(), meeting.minutes_versions.count()) == (rows, 1)
    changes = MinutesChanges(fee_note="Thu đủ")
    correct_minutes(actor=ANYBODY, meeting=meeting, changes=changes, reason="Sót", now=EARLIER)
    assert meeting.minutes_versions.count() == 2


def test_the_resolution_that_says_the_same_is_named_before(meeting: Meeting) -> None:
    entry = RollCallEntry.objects.get(meeting=meeting, member__full_name="Quan Thị Biên")
    changes = MinutesChanges(entries={entry.public_id: EntryChange(AttendanceState.UNEXCUSED)})
    preview = foresee_correction(actor=ANYBODY, meeting=meeting, changes=changes, reason="Sót", now=EARLIER)
    labels = [effect.label for effect in preview.effects]
    assert labels == [f"{name} thành bản 2, số chỗ sửa" for name in ("Biên bản", "Nghị quyết")]


def test_only_who_may_correct_sees_what_a_correction_would_touch(meeting: Meeting) -> None:
    reader = make_actor(Permission.MEETINGS_READ, path=meeting.organization.path)
    with pytest.raises(NotAllowed):
        foresee_correction(actor=reader, meeting=meeting, changes=MinutesChanges(fee_note="x"), reason="y", now=FILED)
    assert meeting.minutes_versions.count() == 1
