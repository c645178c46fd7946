"""Papers of ratings: filled with the year, kept when the result is told, for those alone who may read them."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.urls import reverse
from docx import Document

from nennep.accounts.choices import Role
from nennep.audit.models import AuditEvent, Reading
from nennep.classification import services
from nennep.classification.choices import FormSection, RatingLevel, SubjectKind
from nennep.classification.models import Rating
from nennep.classification.queries.dossiers import list_round_ratings, read_dossiers
from nennep.classification.services import DecisionPaper, ReviewPaper, Said
from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.frozen import ContentChanged
from nennep.duties.choices import DutyState
from nennep.organizations.models import Organization
from nennep.petitions.choices import PetitionState
from nennep.reporting.models import IssuedRatingPaper
from nennep.reporting.queries.papers.rating_forms import (
    CollectiveReviewPaper,
    MemberReviewPaper,
    OwnRatingPaper,
    ReratingPaper,
)
from nennep.reporting.queries.papers.rating_lists import DossierPaper, RatingSummaryPaper, ReviewMinutesPaper
from nennep.reporting.queries.papers.ratings import (
    ANEW,
    DOSSIER,
    MINUTES,
    OWN,
    REVIEW,
    SUMMARY,
    RatingPaperKind,
    RoundPaperKind,
    build_rating_paper,
    build_unit_forms,
    find_rating_paper,
    find_round_paper,
    make_head,
)
from nennep.reporting.renderers.word import render_paper
from tests.classification.conftest import NOW, PAPER, RatedVillage
from tests.classification.conftest import village as village
from tests.classification.test_queries_facts import meet
from tests.factories.accounts import grant_role, make_user
from tests.factories.duties import make_duty
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.factories.petitions import make_petition
from tests.factories.reporting import make_meeting

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def paper_of(village: RatedVillage, kind: RatingPaperKind, *, actor: Actor | None = None) -> Any:
    mine = village.rating(village.plain)
    return find_rating_paper(actor=actor or village.secretary, rating=mine, kind=kind, today=TODAY)


def list_of(village: RatedVillage, kind: RoundPaperKind) -> Any:
    return find_round_paper(actor=village.secretary, review=village.review, kind=kind, today=TODAY)


def tell(village: RatedVillage) -> None:
    """The whole way of one member, until the result was told."""
    village.reviewed()
    village.decided_group()
    mine = village.rating(village.plain)
    village.propose(mine)
    village.decide(village.rating(village.plain))
    services.announce(actor=village.officer, rating=village.rating(village.plain), on=TODAY, now=NOW)


def test_the_form_comes_filled_with_the_year_of_its_member(village: RatedVillage) -> None:
    days: dict[str, Any] = {"due_on": date(2026, 6, 30), "settled_on": date(2026, 7, 2)}
    make_duty(village.cell, village.plain, title="Làm đường", state=DutyState.DONE, exceeded=True, **days)
    make_duty(village.cell, village.head, title="Việc của người khác", due_on=date(2026, 6, 30))
    paper: MemberReviewPaper = paper_of(village, REVIEW)
    assert (paper.form, paper.name, paper.letterhead.issuer) == ("Mẫu 2C", "Lò Văn Bình", "Chi bộ thôn Nặm Chá")
    assert [(task.title, task.progress, task.quality) for task in paper.tasks] == [
        ("Làm đường", "chậm, hạn 30/06/2026", "vượt yêu cầu")
    ]
    assert paper.facts == ("Nhiệm vụ đến hạn trong kỳ: 1; hoàn thành 1, trong đó chậm 1, vượt yêu cầu 1.",)


def test_a_form_says_once_what_the_year_was(village: RatedVillage) -> None:
    """The form begins with the sentences of the records; what somebody made of them stands, the records' do not stand beside it."""
    make_duty(village.cell, village.plain, state=DutyState.DONE, due_on=date(2026, 6, 30), settled_on=date(2026, 6, 2))
    mine = village.rating(village.plain)
    written = ReviewPaper({FormSection.DUTIES: "Làm xong việc được giao."}, Decimal(25), Decimal(55))
    services.write_paper(actor=village.secretary, rating=mine, paper=written, now=NOW)
    assert paper_of(village, REVIEW).facts == ()
    services.answer_facts(actor=village.secretary, rating=mine, answers={"total": 2}, reason="Việc giao miệng", now=NOW)
    assert paper_of(village, REVIEW).facts == (
        "Số liệu xét khác sổ sách: nhiệm vụ được giao trong kỳ 2 (sổ sách 1). Lý do: Việc giao miệng",
    )


def test_the_form_of_who_moved_names_what_was_owed_in_each_cell(village: RatedVillage) -> None:
    old = make_unit("Chi bộ thôn Nà Nghiu", parent=village.commune)
    meet(old, 1, 60, village.plain)
    meet(old, 2, 61, village.plain)
    meet(village.cell, 4, 90, village.plain)
    assert paper_of(village, REVIEW).facts == (
        "Dự sinh hoạt chi bộ 3/3 kỳ.",
        "Ở Chi bộ thôn Nà Nghiu: dự 2/2 kỳ, điểm sinh hoạt chi bộ bình quân 60,5 (2 kỳ).",
        "Ở Chi bộ thôn Nặm Chá: dự 1/1 kỳ, điểm sinh hoạt chi bộ bình quân 90,0 (1 kỳ).",
    )


def test_leaders_and_groups_have_their_own_forms(village: RatedVillage) -> None:
    head = find_rating_paper(actor=village.secretary, rating=village.rating(village.head), kind=REVIEW, today=TODAY)
    group = find_rating_paper(
        actor=village.secretary, rating=village.rating(kind=SubjectKind.LEADERSHIP), kind=REVIEW, today=TODAY
    )
    assert (head.form, head.leads, head.post) == ("Mẫu 2A", True, "Bí thư")  # type: ignore[attr-defined]
    assert group.subject == "cấp ủy Chi bộ thôn Nặm Chá năm 2026"


def test_what_was_told_is_kept_whatever_the_records_say_since(village: RatedVillage) -> None:
    tell(village)
    before: MemberReviewPaper = paper_of(village, REVIEW)
    village.plain.full_name = "Lò Văn Bính"
    village.plain.save()
    make_duty(village.cell, village.plain, title="Việc ghi sau", due_on=date(2026, 12, 1))
    assert paper_of(village, REVIEW) == before
    assert (before.name, before.decided.level, before.decided.document) == (
        "Lò Văn Bình",
        "Hoàn thành tốt nhiệm vụ",
        "45-QĐ/ĐU ngày 14/12/2026",
    )
    own: OwnRatingPaper = paper_of(village, OWN)
    assert own.name == "Lò Văn Bình"


def test_kept_words_about_a_person_lie_encrypted_and_hold_their_checksum(village: RatedVillage) -> None:
    from django.db import connection  # noqa: PLC0415

    tell(village)
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM reporting_issuedratingpaper")
        assert not any("Bình" in row[0] for row in cursor.fetchall())
    issued = IssuedRatingPaper.objects.get(kind=REVIEW.address)
    issued.content = issued.content.replace("Lò Văn Bình", "Lò Văn Bính")
    issued.save()
    with pytest.raises(ContentChanged):
        paper_of(village, REVIEW)


def test_rating_anew_has_its_decision_and_leaves_the_old_form_alone(village: RatedVillage) -> None:
    tell(village)
    old = village.rating(village.plain)
    said = Said(RatingLevel.EXCELLENT, reason="Chưa tính việc làm đường")
    services.rate_anew(
        actor=village.officer, rating=old, said=said, paper=DecisionPaper("51-QĐ/ĐU", date(2026, 12, 20)), now=NOW
    )
    decision: ReratingPaper = paper_of(village, ANEW)
    assert decision.letterhead.symbol == "Số 51-QĐ/ĐU"
    assert (decision.former.level, decision.new.level) == ("Hoàn thành tốt nhiệm vụ", "Hoàn thành xuất sắc nhiệm vụ")
    assert decision.reason == "Chưa tính việc làm đường"
    assert decision.grounds == ("Quy định 366-QĐ/TW", "Hướng dẫn 43-HD/BTCTW")
    with pytest.raises(NotFound):
        paper_of(village, REVIEW)
    kept = find_rating_paper(actor=village.secretary, rating=old, kind=REVIEW, today=TODAY)
    assert kept.decided.level == "Hoàn thành tốt nhiệm vụ"  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", [REVIEW, OWN])
def test_papers_are_for_the_person_and_those_who_may_read_words(village: RatedVillage, kind: RatingPaperKind) -> None:
    assert paper_of(village, kind, actor=village.subject) == paper_of(village, kind)
    with pytest.raises(NotFound):
        paper_of(village, kind, actor=village.outsider)


def test_lists_say_who_was_reviewed_by_which_votes_and_who_was_not_rated(village: RatedVillage) -> None:
    tell(village)
    minutes: ReviewMinutesPaper = list_of(village, MINUTES)
    assert next((row.name, row.own, row.proposed) for row in minutes.members) == (
        "Lò Văn Bình",
        "80 điểm, hoàn thành tốt nhiệm vụ",
        "Hoàn thành tốt nhiệm vụ",
    )
    assert minutes.not_rated == ("Vừ A Sính (được miễn công tác và sinh hoạt)",)
    dossier: DossierPaper = list_of(village, DOSSIER)
    assert [(line.title, line.count) for line in dossier.lines] == [
        ("Báo cáo kiểm điểm tập thể, Mẫu 01", 2),
        ("Bản kiểm điểm cá nhân, Mẫu 2A", 1),
        ("Bản kiểm điểm cá nhân, Mẫu 2C", 2),
        ("Biên bản hội nghị kiểm điểm", 1),
        ("Danh sách, tổng hợp đề nghị xếp loại", 1),
        ("Quyết định xếp loại", 1),
    ]
    summary: RatingSummaryPaper = list_of(village, SUMMARY)
    assert [(line.title, line.number) for line in summary.counts] == [
        ("Tổng số đảng viên", "4"),
        ("Không xếp loại: được miễn công tác và sinh hoạt", "1"),
        ("Thuộc diện xếp loại", "3"),
        ("Hoàn thành xuất sắc nhiệm vụ", "0 (0,0%)"),
        ("Hoàn thành tốt nhiệm vụ", "1 (100,0%)"),
        ("Hoàn thành nhiệm vụ", "0 (0,0%)"),
        ("Không hoàn thành nhiệm vụ", "0 (0,0%)"),
        ("Chưa có mức", "2"),
    ]
    assert {(cap.excellent, cap.verdict) for cap in summary.caps} == {(0, "trong mức")}


def test_a_paper_that_was_taken_leaves_a_line_and_the_own_one_none(village: RatedVillage, client: Any) -> None:
    where = reverse("reporting:rating_paper", args=[village.rating(village.plain).public_id, "ban-kiem-diem"])
    client.force_login(village.user)
    answer = client.get(where)
    words = "\n".join(one.text for one in Document(BytesIO(answer.content)).paragraphs)
    assert "BẢN KIỂM ĐIỂM CÁ NHÂN" in words
    assert "Lò Văn Bình" in words
    assert Reading.objects.count() == 0
    assert not AuditEvent.objects.filter(verb="reporting.rating_paper_taken").exists()


@pytest.mark.parametrize("people", [1, 3])
def test_dossiers_cost_the_same_for_any_number(
    village: RatedVillage, people: int, django_assert_num_queries: Any
) -> None:
    for number in range(people):
        make_member(f"Người {number}", cell=village.cell)
    services.renew_subjects(actor=village.officer, campaign=village.campaign, now=NOW)
    ratings = list_round_ratings(actor=village.secretary, campaign=village.campaign)
    with django_assert_num_queries(18):
        read_dossiers(campaign=village.campaign, ratings=ratings, today=TODAY)


def test_the_forms_of_a_unit_come_as_one_zip_for_those_who_write_there(village: RatedVillage, client: Any) -> None:
    where = reverse("reporting:unit_forms", args=[village.campaign.public_id, village.cell.public_id])
    secretary, reader = make_user("Bí thư"), make_user("Người theo dõi")
    grant_role(secretary, Role.SECRETARY, village.cell)
    grant_role(reader, Role.OFFICIAL, village.cell)
    client.force_login(secretary)
    with ZipFile(BytesIO(client.get(where).content)) as packed:
        assert packed.namelist() == [
            "001 Chi bộ thôn Nặm Chá.docx",
            "002 Cấp ủy Chi bộ thôn Nặm Chá.docx",
            "003 Lò Văn Bình.docx",
            "004 Lò Thị Mẩy.docx",
            "005 Giàng A Páo.docx",
        ]
        words = [line.text for line in Document(BytesIO(packed.read("003 Lò Văn Bình.docx"))).paragraphs]
    assert "- Họ và tên: Lò Văn Bình." in words
    assert Reading.objects.count() == 3
    client.force_login(reader)
    assert client.get(where).status_code == 404


def test_the_form_of_a_group_says_what_it_answered_for_and_leaves_room_where_nothing_is_known(
    village: RatedVillage,
) -> None:
    def form_of(kind: SubjectKind, unit: Organization) -> CollectiveReviewPaper:
        rating = Rating.objects.get(campaign=village.campaign, kind=kind, organization=unit)
        paper = build_rating_paper(rating, REVIEW, TODAY)
        assert isinstance(paper, CollectiveReviewPaper)
        return paper

    assert form_of(SubjectKind.LEADERSHIP, village.cell).led == ()
    make_meeting(village.cell, date(2026, 9, 5))
    make_meeting(village.cell, date(2026, 10, 5))
    make_meeting(village.cell, date(2025, 12, 5))
    other = make_unit("Chi bộ thôn Làng Chùa", parent=village.commune)
    make_meeting(other, date(2026, 10, 6))
    days = {"raised_on": date(2026, 9, 5), "due_on": date(2026, 9, 20)}
    make_petition(village.cell, "Sửa cầu", **days, answered_on=date(2026, 9, 20), state=PetitionState.ANSWERED)
    make_petition(village.cell, "Sửa đường", **days, answered_on=date(2026, 9, 21), state=PetitionState.ANSWERED)
    make_petition(village.cell, "Kéo điện", **days)
    make_petition(village.cell, "Thôi", **days, state=PetitionState.WITHDRAWN, settled_on=date(2026, 9, 9))
    asked = "Kiến nghị của đảng viên, chi bộ trong kỳ: 3; đã trả lời 2, trong đó quá hạn 1."
    assert form_of(SubjectKind.LEADERSHIP, village.cell).led == (
        "Lãnh đạo, tổ chức 2 kỳ sinh hoạt chi bộ thường kỳ.",
        asked,
    )
    assert form_of(SubjectKind.BASE, village.commune).led == (
        "Lãnh đạo, tổ chức 3 kỳ sinh hoạt chi bộ thường kỳ.",
        asked,
    )
    words = "\n".join(
        one.text for one in Document(BytesIO(render_paper(form_of(SubjectKind.CELL, village.cell)))).paragraphs
    )
    part = words.partition("4. Việc thực hiện trách nhiệm")[2].partition("HẠN CHẾ, KHUYẾT ĐIỂM")[0]
    assert (asked in part, "....." in part) == (True, False)


def test_a_report_of_a_collective_has_room_for_its_number_and_nothing_else_is_a_decision(village: RatedVillage) -> None:
    """Form 01 is a report with number and date (addendum a.6); forms of persons, lists and minutes carry none."""
    symbols = {}
    base = Rating.objects.get(organization=village.commune, kind=SubjectKind.BASE)
    for rating in (village.rating(kind=SubjectKind.CELL), village.rating(village.plain), base):
        paper: Any = build_rating_paper(rating, REVIEW, TODAY)
        symbols[rating.kind] = paper.letterhead.symbol
    assert symbols == {"cell": "Số .....-BC/CB", "member": "", "base": "Số .....-BC/ĐU"}
    assert make_head(village.commune, TODAY).symbol == ""


def test_lists_of_a_re_rating_say_what_the_meeting_said_and_both_decisions(village: RatedVillage) -> None:
    """Rated anew twice: minutes, list and dossier keep the form, votes and points of the review; each decision counts once."""
    tell(village)
    minutes, forms = list_of(village, MINUTES), forms_of(village)
    for number, level in (("51-QĐ/ĐU", RatingLevel.EXCELLENT), ("52-QĐ/ĐU", RatingLevel.SATISFACTORY)):
        said = Said(level, Decimal(28), Decimal(66), reason="Xét lại")
        services.rate_anew(
            actor=village.officer,
            rating=village.rating(village.plain),
            said=said,
            paper=DecisionPaper(number, date(2026, 12, 20)),
            now=NOW,
        )
    assert list_of(village, MINUTES) == minutes
    assert forms_of(village) == forms
    dossier: DossierPaper = list_of(village, DOSSIER)
    assert [(line.title, line.count, line.note) for line in dossier.lines if "Quyết định" in line.title] == [
        ("Quyết định xếp loại", 1, "45-QĐ/ĐU ngày 14/12/2026"),
        ("Quyết định xếp loại lại, Mẫu 03", 2, "51-QĐ/ĐU ngày 20/12/2026; 52-QĐ/ĐU ngày 20/12/2026"),
    ]
    line = next(line for line in list_of(village, SUMMARY).members if line.name == "Lò Văn Bình")
    assert (line.own.total, line.proposed.total, line.settled.total) == (Decimal(80), Decimal(80), Decimal(94))
    assert (line.proposed.level, line.decided) == ("Hoàn thành tốt nhiệm vụ", "Hoàn thành nhiệm vụ")
    assert line.anew == "52-QĐ/ĐU ngày 20/12/2026"


def forms_of(village: RatedVillage) -> list[tuple[Rating, Any]]:
    return build_unit_forms(actor=village.secretary, review=village.review, today=TODAY)


def test_the_list_upward_says_of_whom_the_points_are(village: RatedVillage) -> None:
    """Self 25 + 55, the cell 26 + 60, the level above 27 + 62 (addendum a.6); before the decision those of the appraisal."""
    village.reviewed()
    village.decided_group()
    mine = village.rating(village.plain)
    good = RatingLevel.GOOD

    def points() -> list[Decimal | None]:
        line = next(line for line in list_of(village, SUMMARY).members if line.name == "Lò Văn Bình")
        return [line.own.total, line.proposed.total, line.settled.total]

    assert points() == [Decimal(80), None, None]
    services.propose(actor=village.secretary, rating=mine, said=Said(good, Decimal(26), Decimal(60)), now=NOW)
    services.appraise(actor=village.officer, rating=mine, said=Said(good, Decimal(27), Decimal(62)), now=NOW)
    assert points() == [Decimal(80), Decimal(86), Decimal(89)]
    services.decide(actor=village.officer, rating=mine, said=Said(good, Decimal(28), Decimal(60)), paper=PAPER, now=NOW)
    assert points() == [Decimal(80), Decimal(86), Decimal(88)]
    word = Document(BytesIO(render_paper(list_of(village, SUMMARY))))
    heads = [[cell.text for cell in table.rows[0].cells] for table in word.tables]
    shown = next(words for words in heads if "Họ và tên" in words)
    assert shown[2:] == [
        "Tự chấm: điểm 30",
        "Tự chấm: điểm 70",
        "Tự chấm: tổng",
        "Điểm đề nghị",
        "Mức đề nghị",
        "Điểm thẩm định, quyết định",
        "Mức quyết định",
    ]
    row = next(row for table in word.tables for row in table.rows if "Lò Văn Bình" in row.cells[1].text)
    assert [cell.text for cell in row.cells][2:6] == ["25", "55", "80", "86"]
