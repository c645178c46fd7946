"""Papers that went out are kept as they went, to the byte; what is corrected later is a version that says what it changed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection

from nennep.core.errors import NotFound
from nennep.meetings.models import Meeting
from nennep.members.models import Member, Post
from nennep.organizations.models import Organization
from nennep.organizations.services import merge_organization
from nennep.records.models import Resolution
from nennep.records.queries.issued import list_issued
from nennep.records.rules.corrections import MinutesChanges
from nennep.records.services.corrections import (
    CorrectionNeedsReason,
    NothingCorrected,
    correct_minutes,
)
from nennep.records.services.filing import file_meeting, take_back_filing
from nennep.records.services.resolution import ResolutionNotFiled
from nennep.reporting.models import IssuedPaper
from nennep.reporting.queries import papers as kinds
from nennep.reporting.queries.papers.issued import list_broken, list_versions
from nennep.reporting.renderers.papers import Revision
from nennep.visits.models import Assignment
from tests.factories.issued import (
    AFTER,
    ANYBODY,
    FILED,
    LATER,
    change_everything,
    correct,
    correct_absence,
    file,
    fill,
    print_all,
    print_version,
    rename,
)
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db


def test_filed_papers_stay_the_same_to_the_byte(meeting: Meeting) -> None:
    before = print_all(meeting)
    file(meeting)
    assert print_all(meeting) == before
    change_everything(meeting)
    assert print_all(meeting) == before
    assert list(list_broken()) == []


def test_before_the_filing_papers_follow_the_records(meeting: Meeting) -> None:
    assert fill(meeting, kinds.RESOLUTION).shortcomings[0].text == "Mương chậm."
    Resolution.objects.update(shortcomings="Đường chậm")
    assert fill(meeting, kinds.RESOLUTION).shortcomings[0].text == "Đường chậm"
    assert not IssuedPaper.objects.exists()


def test_recipients_and_signature_are_those_of_the_day(meeting: Meeting, cell: Organization) -> None:
    file(meeting)
    change_everything(meeting)
    paper = fill(meeting, kinds.RESOLUTION)
    assert paper.recipients[:2] == ("Đảng ủy xã Lăng Can (để báo cáo)", "Đồng chí Lương Quốc Hưng (phụ trách Chi bộ)")
    assert (paper.signature.post, paper.signature.name) == ("BÍ THƯ", "Ma Công Lập")


def test_a_correction_of_the_roll_call_is_a_version_of_every_paper_it_touches(meeting: Meeting) -> None:
    before = print_all(meeting)
    file(meeting)
    correct_absence(meeting)
    said = ("Vắng có lý do: 1 → 0", "Vắng không lý do: 0 → 1")
    for kind in AFTER:
        (revision,) = fill(meeting, kind).revisions
        assert (revision.number, revision.on, revision.reason) == (1, LATER.date(), "Ghi nhầm lý do")
        assert revision.changes[:2] == said, kind.address
        assert print_version(meeting, kind, 1) == before[kind.address]
    versions = list_versions(meeting, kinds.PAPERS)[kinds.RESOLUTION.address]
    assert [(line.number, line.reason, line.is_intact) for line in versions] == [
        (2, "Ghi nhầm lý do", True),
        (1, "", True),
    ]


def test_a_correction_takes_nothing_else_along(meeting: Meeting) -> None:
    """What moved since the filing and was not corrected stays as it went out."""
    file(meeting)
    rename(Member.objects.all(), "full_name")
    Post.objects.all().delete()
    Assignment.objects.all().delete()
    first = fill(meeting, kinds.RESOLUTION)
    correct_minutes(actor=ANYBODY, meeting=meeting, changes=MinutesChanges(fee_note="Đủ"), reason="Sót", now=LATER)
    second = fill(meeting, kinds.RESOLUTION)
    assert second.revisions[0].changes == ("Đảng phí: (trống) → Đủ",)
    assert (second.recipients, second.signature, second.letterhead) == (
        first.recipients,
        first.signature,
        first.letterhead,
    )
    assert (second.sitting.chair, second.duties, second.score) == ("Ma Công Lập", first.duties, first.score)


def test_a_score_sheet_says_that_the_minutes_were_corrected_since(meeting: Meeting) -> None:
    file(meeting)
    correct_absence(meeting)
    paper = fill(meeting, kinds.SCORE)
    assert (paper.total, paper.sitting.attendance.unexcused) == (90, 1)
    assert paper.outdated == "Biên bản đã đính chính sau khi chi bộ thống nhất điểm; chi bộ chưa chấm lại."


def test_a_filed_resolution_is_corrected_by_a_version_of_itself_alone(meeting: Meeting) -> None:
    file(meeting)
    before = print_all(meeting)
    correct(meeting, thinking="Đảng viên tin tưởng.")
    paper = fill(meeting, kinds.RESOLUTION)
    assert paper.past.opinion == "Đảng viên tin tưởng."
    changes = ("Tư tưởng: Đảng viên yên tâm. → Đảng viên tin tưởng.",)
    assert paper.revisions == (Revision(1, LATER.date(), "Sai chính tả", changes),)
    correct(meeting, directions="Trồng ngô đông", now=LATER + timedelta(days=1))
    last = fill(meeting, kinds.RESOLUTION).revisions[1]
    assert (last.number, last.on) == (2, date(2026, 12, 16))
    assert last.changes == ("Phương hướng: Thủy lợi: xong mương → (trống)",)
    assert print_version(meeting, kinds.RESOLUTION, 1) == before["nghi-quyet"]
    assert {address: paper for address, paper in print_all(meeting).items() if paper != before[address]}.keys() == {
        "nghi-quyet"
    }


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (correct, NothingCorrected),
        (lambda meeting: correct(meeting, thinking="Khác", reason="  "), CorrectionNeedsReason),
    ],
    ids=["nothing", "no reason"],
)
def test_a_correction_of_a_resolution_has_something_to_say(
    meeting: Meeting, act: Callable[[Meeting], Resolution], error: type[Exception]
) -> None:
    file(meeting)
    with pytest.raises(error):
        act(meeting)
    assert IssuedPaper.objects.filter(kind="nghi-quyet").count() == 1


def test_a_resolution_that_was_not_filed_is_simply_changed(meeting: Meeting) -> None:
    with pytest.raises(ResolutionNotFiled):
        correct(meeting, thinking="Khác")


def test_what_an_older_program_filed_is_kept_when_it_is_corrected(meeting: Meeting) -> None:
    """Nothing was kept at its filing: version 1 is what stood there before the first correction."""
    Meeting.objects.filter(pk=meeting.pk).update(filed_at=FILED)
    before = print_all(meeting)
    correct_absence(meeting)
    assert print_version(meeting, kinds.RESOLUTION, 1) == before["nghi-quyet"]
    assert fill(meeting, kinds.RESOLUTION).revisions[0].changes[0] == "Vắng có lý do: 1 → 0"
    assert IssuedPaper.objects.get(kind="nghi-quyet", number=1).issued_at == FILED


def test_a_filing_that_was_taken_back_never_went_out(meeting: Meeting) -> None:
    file(meeting)
    take_back_filing(actor=ANYBODY, meeting=Meeting.objects.get(pk=meeting.pk), now=FILED + timedelta(hours=1))
    Resolution.objects.update(thinking="Đảng viên tin tưởng.")
    correct_absence(meeting)
    assert fill(meeting, kinds.RESOLUTION).past.opinion == "Đảng viên tin tưởng."
    versions = [line.address for line in list_issued(Meeting.objects.get(pk=meeting.pk))]
    assert versions == ["nghi-quyet"] * 2 + ["phieu-tu-cham-diem"] * 2
    file_meeting(actor=ANYBODY, meeting=Meeting.objects.get(pk=meeting.pk), now=LATER)
    paper = fill(meeting, kinds.RESOLUTION)
    assert (paper.past.opinion, paper.revisions) == ("Đảng viên tin tưởng.", ())


def test_a_content_changed_past_the_program_is_named(meeting: Meeting) -> None:
    file(meeting)
    row = IssuedPaper.objects.get(kind="nghi-quyet")
    row.content["conclusion"] = "Khác"
    row.save(update_fields=["content"])
    (finding,) = list_broken()
    assert finding.what == f"{meeting.organization.name}, 03/11/2026, nghi-quyet, bản 1: sai mã kiểm"
    assert (finding.count, finding.mended) == (1, False)


def test_a_version_that_is_none_is_not_found(meeting: Meeting) -> None:
    file(meeting)
    for number in (0, 2):
        with pytest.raises(NotFound):
            print_version(meeting, kinds.RESOLUTION, number)


def test_papers_of_a_cell_that_was_merged_print_as_they_went_out(meeting: Meeting, cell: Organization) -> None:
    file(meeting)
    before = print_all(meeting)
    commune = Organization.objects.get(path=cell.path[: -Organization.steplen])
    heir = make_unit("Chi bộ thôn Hợp Nhất", parent=commune)
    merge_organization(actor=ANYBODY, organization=cell, successor=heir, on=date(2026, 12, 1), reason="QĐ 5", now=LATER)
    assert print_all(meeting) == before
    correct_absence(meeting)
    assert fill(meeting, kinds.RESOLUTION).letterhead.issuer == "Chi bộ thôn Nặm Chá"
    assert print_version(meeting, kinds.RESOLUTION, 1) == before["nghi-quyet"]


@pytest.mark.django_db(transaction=True)
def test_two_who_correct_at_once_make_two_versions(meeting: Meeting) -> None:
    file(meeting)

    def correct_fee(note: str) -> None:
        try:
            changes = MinutesChanges(extra=note)
            correct_minutes(actor=ANYBODY, meeting=meeting, changes=changes, reason=note, base=None, now=LATER)
            correct(meeting, thinking=note)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(correct_fee, ["Một", "Hai"]))
    numbers = IssuedPaper.objects.filter(kind="nghi-quyet").order_by("number").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 3]
    assert [len(fill(meeting, kind).revisions) for kind in (kinds.MINUTES, kinds.RESOLUTION)] == [2, 2]
