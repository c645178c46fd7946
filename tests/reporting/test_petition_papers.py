"""What goes out with a petition: slip, reply, notice of more time, a unit's report of a quarter."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed, NotFound
from nennep.core.frozen import ContentChanged
from nennep.core.periods import Span
from nennep.core.typed import ReasonMissing
from nennep.organizations.models import Organization
from nennep.petitions import services as petitions
from nennep.petitions.choices import StepPaper
from nennep.petitions.models import OutsideBody, Petition
from nennep.petitions.services import AnswerFacts, PetitionDetails
from nennep.reporting import services
from nennep.reporting.models import IssuedPetitionReport, IssuedStepPaper
from nennep.reporting.queries.papers.petition_reports import find_petition_report, get_reports_page
from nennep.reporting.queries.papers.petitions import ExtensionPaper, ReplyPaper, SlipPaper, find_step_paper
from nennep.reporting.services.issuing import reconcile_papers
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.cells import join_cell, make_cell
from tests.factories.core import NOW, TODAY
from tests.factories.documents import make_upload
from tests.factories.organizations import make_unit
from tests.factories.petitions import make_petition

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
DAY = timedelta(days=1)
HIDDEN = "Ẩn Danh Hòa"
QUARTER = Span.parse("2026-q4")


@pytest.fixture
def cell() -> Organization:
    return make_cell()


@pytest.fixture
def commune(cell: Organization) -> Organization:
    return Organization.objects.get(path=cell.path[: -Organization.steplen])


@pytest.fixture
def secretary(cell: Organization) -> Actor:
    user = make_user("Bí thư")
    grant_role(user, Role.SECRETARY, cell)
    return actor_of(user)


@pytest.fixture
def officer(commune: Organization) -> Actor:
    user = make_user("Cán bộ xã")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    return actor_of(user)


def ask(cell: Organization, secretary: Actor, text: str = "Sửa cầu Nà Khà") -> Petition:
    asker = join_cell(cell, HIDDEN)
    details = PetitionDetails(text, raised_by=asker, is_hidden=True, place="Nà Khà")
    return petitions.note_petition(actor=secretary, organization=cell, details=details, raised_on=TODAY, now=NOW)


def find(actor: Actor, petition: Petition, paper: StepPaper, number: int = 1) -> Any:
    return find_step_paper(actor=actor, petition=petition.public_id, paper=paper, number=number, today=TODAY)[1]


def test_a_slip_goes_out_with_the_passing_and_stays_as_it_went(
    cell: Organization, commune: Organization, secretary: Actor, officer: Actor
) -> None:
    petition = ask(cell, secretary)
    petitions.pass_on(actor=secretary, petition=petition, to=commune, text="Có ảnh", now=NOW)
    petition.refresh_from_db()
    paper = find(officer, petition, StepPaper.SLIP)
    assert isinstance(paper, SlipPaper)
    assert (paper.due_on, paper.words, paper.keeps_clock) == (petition.due_on, "Có ảnh", False)
    assert (paper.letterhead.issuer, paper.letterhead.symbol) == (cell.name, "Số .....-PC/CB")
    assert paper.facts.asked_by == "Chi bộ nói thay người nêu"
    Organization.objects.filter(pk=cell.pk).update(name="Chi bộ tên khác")
    assert find(officer, petition, StepPaper.SLIP) == paper


def test_what_an_office_outside_gets_and_what_is_not_ours_are_slips_too(
    cell: Organization, commune: Organization, secretary: Actor, officer: Actor
) -> None:
    petition = ask(cell, secretary)
    petitions.pass_on(actor=secretary, petition=petition, to=commune, now=NOW)
    body = OutsideBody.objects.create(unit=commune, name="Điện lực Lâm Bình", valid_from=TODAY)
    petitions.send_to_body(actor=officer, petition=petition, body=body, now=NOW)
    petitions.pass_on(actor=officer, petition=petition, to=cell, text="Việc của thôn", now=NOW + DAY)
    outside, back = (find(officer, petition, StepPaper.SLIP, number) for number in (2, 3))
    assert (outside.addressee, outside.is_outside) == ("Điện lực Lâm Bình", True)
    assert (back.keeps_clock, back.due_on, back.words) == (True, outside.due_on, "Việc của thôn")
    with pytest.raises(NotFound):
        find(officer, petition, StepPaper.SLIP, 4)


def test_papers_say_what_goes_with_them_and_keep_saying_it(
    cell: Organization, commune: Organization, secretary: Actor, officer: Actor
) -> None:
    """The slip all that had come, the reply what came with the answer; what is taken out later stays on the paper that went."""
    petition = make_petition(cell, "Sửa cầu Nà Khà")
    for name in ("ảnh.pdf", "đơn.pdf"):
        petitions.attach_file(actor=secretary, petition=petition, upload=make_upload(name=name), now=NOW)
    petitions.pass_on(actor=secretary, petition=petition, to=commune, now=NOW)
    facts = AnswerFacts(upload=make_upload(name="công văn.pdf"))
    petitions.answer_petition(actor=officer, petition=petition, answer="Sẽ sửa", facts=facts, now=NOW)
    petitions.remove_file(actor=secretary, petition=petition, number=1, now=NOW)
    slip, reply = (find(officer, petition, paper) for paper in (StepPaper.SLIP, StepPaper.REPLY))
    assert (slip.enclosed, reply.enclosed) == ("ảnh.pdf; đơn.pdf", "công văn.pdf")
    client = Client()
    client.force_login(User.objects.get(pk=officer.user_id or 0))
    for paper, line in ((StepPaper.SLIP, "Kèm theo: ảnh.pdf; đơn.pdf."), (StepPaper.REPLY, "Kèm theo: công văn.pdf.")):
        word = client.get(reverse("reporting:petition_paper", args=[petition.public_id, paper.value, 1]))
        lines = [one.text for one in Document(BytesIO(b"".join(word) if word.streaming else word.content)).paragraphs]
        assert len([one for one in lines if line in one]) == 1


def test_the_reply_names_the_letter_the_promise_and_no_hidden_name(
    cell: Organization, commune: Organization, secretary: Actor, officer: Actor
) -> None:
    petition = ask(cell, secretary)
    petitions.pass_on(actor=secretary, petition=petition, to=commune, now=NOW)
    due = Petition.objects.get(pk=petition.pk).due_on
    petitions.extend_answer(actor=officer, petition=petition, until=due + 7 * DAY, text="Chờ khảo sát", now=NOW + DAY)
    body = OutsideBody.objects.create(unit=commune, name="Điện lực Lâm Bình", valid_from=TODAY)
    petitions.send_to_body(actor=officer, petition=petition, body=body, now=NOW + DAY)
    facts = AnswerFacts(promised_for=TODAY + 40 * DAY, letter="15/ĐL", letter_on=TODAY)
    petitions.answer_petition(actor=officer, petition=petition, answer="Sẽ sửa", facts=facts, now=NOW + 2 * DAY)
    told, reply = find(officer, petition, StepPaper.EXTENSION), find(officer, petition, StepPaper.REPLY)
    assert isinstance(told, ExtensionPaper)
    assert (told.before, told.until, told.words) == (due, due + 7 * DAY, "Chờ khảo sát")
    assert isinstance(reply, ReplyPaper)
    assert (reply.words, reply.promised_for) == ("Sẽ sửa", TODAY + 40 * DAY)
    assert reply.outside == f"Công văn số 15/ĐL ngày {TODAY:%d/%m/%Y} của Điện lực Lâm Bình"
    assert [HIDDEN in str(row.content) for row in IssuedStepPaper.objects.all()] == [False] * 4


def test_what_a_cell_answers_itself_goes_out_with_nothing(cell: Organization, secretary: Actor) -> None:
    petition = ask(cell, secretary)
    petitions.answer_petition(actor=secretary, petition=petition, answer="Xong", settled=True, now=NOW)
    assert IssuedStepPaper.objects.count() == 0


def test_one_answer_to_two_cells_is_a_letter_to_each(
    cell: Organization, commune: Organization, secretary: Actor, officer: Actor
) -> None:
    other = make_unit("Chi bộ Làng Chùa", parent=commune)
    first, second = ask(cell, secretary), make_petition(other, "Sửa cầu Nà Khà", holder=commune)
    petitions.pass_on(actor=secretary, petition=first, to=commune, now=NOW)
    petitions.join_petitions(actor=officer, petition=first, other=second, now=NOW)
    joined = Petition.objects.exclude(joined_to=None).get()
    main = Petition.objects.get(joined=joined)
    petitions.answer_petition(actor=officer, petition=main, answer="Sẽ sửa", now=NOW + DAY)
    replies = IssuedStepPaper.objects.filter(kind=StepPaper.REPLY)
    assert sorted(row.content["addressee"] for row in replies) == sorted([cell.name, other.name])


def test_the_papers_are_for_those_who_read_the_course(
    cell: Organization, commune: Organization, secretary: Actor
) -> None:
    petition = ask(cell, secretary)
    petitions.pass_on(actor=secretary, petition=petition, to=commune, now=NOW)
    stranger = make_user("Người xã khác")
    grant_role(stranger, Role.COMMUNE_OFFICER, make_cell("Chi bộ xã khác"), subtree=True)
    with pytest.raises(NotFound):
        find(actor_of(stranger), petition, StepPaper.SLIP)


def test_a_paper_changed_past_the_program_is_refused_and_named(
    cell: Organization, commune: Organization, secretary: Actor, officer: Actor
) -> None:
    petition = ask(cell, secretary)
    petitions.pass_on(actor=secretary, petition=petition, to=commune, now=NOW)
    row = IssuedStepPaper.objects.get()
    row.content["words"] = "Khác"
    row.save(update_fields=["content"])
    with pytest.raises(ContentChanged):
        find(officer, petition, StepPaper.SLIP)
    assert [finding.count for finding in reconcile_papers(actor=Actor.system(), now=NOW)] == [1]


def test_steps_of_before_get_their_paper_from_the_step(
    cell: Organization, commune: Organization, secretary: Actor, officer: Actor
) -> None:
    petition = ask(cell, secretary)
    petitions.pass_on(actor=secretary, petition=petition, to=commune, now=NOW)
    kept = find(officer, petition, StepPaper.SLIP)
    IssuedStepPaper.objects.all().delete()
    assert find(officer, petition, StepPaper.SLIP) == kept
    assert IssuedStepPaper.objects.count() == 0


def test_word_and_pdf_come_from_the_page_and_leave_a_trace(
    cell: Organization, commune: Organization, secretary: Actor, client: Client
) -> None:
    petition = ask(cell, secretary)
    petitions.pass_on(actor=secretary, petition=petition, to=commune, now=NOW)
    user = make_user("Cán bộ đọc")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    client.force_login(user)
    address = reverse("reporting:petition_paper", args=[petition.public_id, StepPaper.SLIP.value, 1])
    page = client.get(reverse("petitions:show_petition", args=[petition.public_id])).content.decode()
    word = client.get(address)
    text = "\n".join(line.text for line in Document(BytesIO(word.content)).paragraphs)
    assert (address in page, "Sửa cầu Nà Khà" in text, HIDDEN in text) == (True, True, False)
    assert client.get(address.replace(".docx", ".pdf")).content[:4] == b"%PDF"
    taken = AuditEvent.objects.filter(verb="reporting.petition_paper_taken")
    assert sorted(row.details["form"] for row in taken) == ["docx", "pdf"]


def test_a_report_stays_as_it_was_issued_and_a_new_one_says_why(
    cell: Organization, commune: Organization, secretary: Actor, officer: Actor
) -> None:
    make_petition(cell, raised_on=date(2026, 10, 12))
    first = services.issue_petition_report(actor=officer, organization=commune, span=QUARTER, now=NOW)
    with pytest.raises(ReasonMissing):
        services.issue_petition_report(actor=officer, organization=commune, span=QUARTER, now=NOW)
    with pytest.raises(services.ReportUnchanged):
        services.issue_petition_report(actor=officer, organization=commune, span=QUARTER, reason="Xem lại", now=NOW)
    make_petition(cell, "Đèn đường", raised_on=date(2026, 10, 20))
    second = services.issue_petition_report(
        actor=officer, organization=commune, span=QUARTER, reason="Ghi sót", now=NOW + DAY
    )
    papers = [
        find_petition_report(actor=officer, public_id=commune.public_id, span=QUARTER, today=TODAY, number=number)[1]
        for number in (1, 2)
    ]
    assert [paper.lines[0].number for paper in papers] == ["1", "2"]
    assert [(row.number, row.reason) for row in (first, second)] == [(1, ""), (2, "Ghi sót")]
    page = get_reports_page(actor=officer, public_id=commune.public_id, today=TODAY)
    assert [version.number for version in page.quarters[0].versions] == [2, 1]


WAITING = "Đang chờ đến ngày lấy số liệu, cả kiến nghị nêu trước quý"


def test_the_report_counts_the_quarter_alone(cell: Organization, commune: Organization, officer: Actor) -> None:
    make_petition(cell, raised_on=date(2026, 9, 30), due_on=date(2026, 11, 2))
    make_petition(cell, "Đèn đường", raised_on=date(2026, 10, 1), due_on=date(2027, 1, 4))
    paper = find_petition_report(actor=officer, public_id=commune.public_id, span=QUARTER, today=TODAY)[1]
    numbers = {line.text: line.number for line in paper.lines}
    assert (numbers["Đã nêu"], numbers["Đến hạn"], numbers[WAITING]) == ("1", "1", "2")
    assert [(row.label, row.raised) for row in paper.units] == [(cell.name, 1)]


@pytest.mark.parametrize("span", ["2026", "2026-10", "2027-q1"])
def test_only_a_quarter_that_has_begun_is_reported(commune: Organization, officer: Actor, span: str) -> None:
    with pytest.raises(NotFound):
        find_petition_report(actor=officer, public_id=commune.public_id, span=Span.parse(span), today=TODAY)


def test_who_only_reads_issues_nothing(cell: Organization, commune: Organization, secretary: Actor) -> None:
    with pytest.raises(NotAllowed):
        services.issue_petition_report(actor=secretary, organization=commune, span=QUARTER, now=NOW)
    assert IssuedPetitionReport.objects.count() == 0
