"""Area, place and files of an opinion in the report of a visit, as its writer's browser sends them."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.documents.models import Enclosure
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.petitions.choices import PetitionField, PetitionState
from nennep.petitions.models import Petition
from nennep.petitions.services import attach_file
from nennep.reporting.queries.papers.visit_report import build_visit_report_paper
from nennep.reporting.queries.visit_report import get_report_page, get_sent_report
from nennep.visits.choices import VisitState
from nennep.visits.models import Visit, VisitOpinion
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW
from tests.factories.documents import PDF, make_upload
from tests.factories.organizations import make_unit
from tests.factories.people import client_of
from tests.factories.visits import hold_office, make_opinion, make_report, make_visit
from tests.markup import squeeze
from tests.reporting.test_visit_report import address, fill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
DAY = date(2026, 11, 5)


@pytest.fixture
def cell() -> Organization:
    return make_unit("Chi bộ thôn Nặm Chá", parent=make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE))


@pytest.fixture
def official(cell: Organization) -> User:
    user = make_user("Lương Quốc Hưng")
    hold_office(user, Organization.objects.get(path=cell.path[: -Organization.steplen]))
    grant_role(user, Role.OFFICIAL, cell)
    return user


@pytest.fixture
def visit(official: User, cell: Organization) -> Visit:
    return make_visit(official, cell, on=DAY, state=VisitState.ATTENDED)


@pytest.fixture
def phone(official: User) -> Client:
    return client_of(official)


def files_of(opinion: VisitOpinion, name: str = "attach_to_opinion", *more: Any) -> str:
    return reverse(f"reporting:{name}", args=[opinion.report.visit.public_id, opinion.public_id, *more])


def attach(phone: Client, opinion: VisitOpinion, name: str = "cầu.pdf", content: bytes = PDF, **fields: Any) -> Any:
    upload = SimpleUploadedFile(name, content)
    return phone.post(files_of(opinion), {"file": upload, "not_secret": "on"} | fields, follow=True)


def test_from_the_row_to_the_petition_with_its_picture(phone: Client, visit: Visit, official: User) -> None:
    """Every step without scripts: one button keeps the draft and leads to the files of that row."""
    rows: list[dict[str, Any]] = [
        {"text": ""},
        {"text": "Đèn tắt"},
        {"text": "Cầu hỏng", "field": "roads", "place": "Nà Khà"},
    ]
    led = phone.post(address(visit), fill(rows, action="kem-2"))
    lamp, bridge = VisitOpinion.objects.order_by("position")
    assert led["Location"] == files_of(bridge)
    page = squeeze(attach(phone, bridge).content.decode())
    assert "Đã kèm tệp; tệp gửi đi cùng báo cáo." in page
    assert "cầu.pdf" in page
    opened = phone.get(files_of(bridge, "open_opinion_file", 1))
    assert (b"".join(opened), opened["Cache-Control"]) == (PDF, "private, no-store")
    shown = phone.get(address(visit))
    initial = [form.initial["public_id"] for form in shown.context["forms"].opinions.initial_forms]
    assert initial == [lamp.public_id, bridge.public_id]
    assert squeeze(shown.content.decode()).count("1 tệp kèm, gửi đi cùng báo cáo.") == 1
    again = [
        {"text": "Đèn tắt", "outcome": "opinion", "public_id": lamp.public_id},
        {"text": "Cầu hỏng nặng", "field": "roads", "place": "Nà Khà", "public_id": bridge.public_id},
    ]
    assert phone.post(address(visit), fill(again, action="submit")).status_code == 302
    asked = Petition.objects.order_by("pk")
    assert [(one.text, one.state, one.field, one.place) for one in asked] == [
        ("Đèn tắt", PetitionState.OPINION, PetitionField.OTHER, ""),
        ("Cầu hỏng nặng", PetitionState.OPEN, PetitionField.ROADS, "Nà Khà"),
    ]
    secretary = make_user("Ma Công Lập")
    grant_role(secretary, Role.SECRETARY, visit.cell)
    course = client_of(secretary).get(reverse("petitions:show_petition", args=[asked[1].public_id])).content.decode()
    assert "cầu.pdf" in course
    gone = [files_of(bridge), files_of(bridge, "open_opinion_file", 1)]
    assert [phone.get(path).status_code for path in gone] == [404, 404]


def test_a_sent_report_says_how_many_files_went_along(phone: Client, visit: Visit, official: User) -> None:
    """Of each opinion, page and paper; what the cell attached later is not the report's."""
    phone.post(address(visit), fill([{"text": "Đèn tắt"}, {"text": "Cầu hỏng", "outcome": "noted"}], action="save"))
    lamp, bridge = VisitOpinion.objects.order_by("position")
    for name in ("cầu.pdf", "mố.pdf"):
        attach(phone, bridge, name)
    rows = [{"text": one.text, "outcome": "noted", "public_id": one.public_id} for one in (lamp, bridge)]
    phone.post(address(visit), fill(rows, action="submit"))
    petition = Petition.objects.get(text="Cầu hỏng")
    later = NOW + timedelta(days=1)
    attach_file(actor=actor_of(official), petition=petition, upload=make_upload(), now=later)
    assert squeeze(phone.get(address(visit)).content.decode()).count("Kèm 2 tệp.") == 1
    sent = get_sent_report(actor=actor_of(official), public_id=visit.public_id, now=later)
    assert [line.outcome for line in build_visit_report_paper(sent).opinions] == ["Ghi nhận", "Ghi nhận (kèm 2 tệp)"]


def test_a_file_wants_words_first(phone: Client, visit: Visit) -> None:
    answer = phone.post(address(visit), fill([{"text": "", "place": "Nà Khà"}], action="kem-0"))
    page = answer.content.decode()
    assert (answer.status_code, VisitOpinion.objects.count()) == (422, 0)
    assert "Hãy ghi ý kiến trước, rồi kèm ảnh, công văn." in page
    assert 'value="Nà Khà"' in page


@pytest.mark.parametrize("action", ["kem-7", "kem-", "kem-x", "kem-²", "kem--1"])
def test_a_button_of_no_row_keeps_the_draft(phone: Client, visit: Visit, action: str) -> None:
    assert phone.post(address(visit), fill([{"text": "Cầu"}], action=action)).status_code == 302
    assert VisitOpinion.objects.count() == 1


def test_a_refused_file_is_said_beside_its_field_and_leaves_nothing(phone: Client, visit: Visit) -> None:
    opinion = make_opinion(make_report(visit))
    for name, content in (("a.exe", b"MZ"), ("a.pdf", b"")):
        answer = attach(phone, opinion, name, content)
        assert (answer.status_code, bool(answer.context["form"].errors["file"])) == (422, True)
    assert attach(phone, opinion, not_secret="").status_code == 422
    assert Enclosure.objects.count() == 0


def test_words_cleared_while_one_types_keep_row_and_file(phone: Client, visit: Visit) -> None:
    opinion = make_opinion(make_report(visit), "Cầu hỏng")
    attach(phone, opinion)
    row = [{"text": "", "public_id": opinion.public_id}]
    phone.post(address(visit), fill(row, action="auto"), headers={"HX-Request": "true"})
    assert (VisitOpinion.objects.get().text, Enclosure.objects.get().removed_at) == ("Cầu hỏng", None)
    phone.post(address(visit), fill(row, action="save"))
    assert (VisitOpinion.objects.count(), Enclosure.objects.get().removed_at) == (0, NOW)


def test_taken_out_before_sending(phone: Client, visit: Visit, cell: Organization) -> None:
    opinion = make_opinion(make_report(visit))
    attach(phone, opinion)
    reader = make_user("Ma Công Lập")
    grant_role(reader, Role.SECRETARY, cell)
    for client, code in ((client_of(reader), 404), (phone, 200)):
        found = client.post(files_of(opinion, "remove_from_opinion", 1), follow=True)
        assert found.status_code == code
    assert Enclosure.objects.get().removed_at == NOW


@pytest.mark.parametrize("count", [1, 3])
def test_files_cost_one_query_however_many(
    visit: Visit, official: User, count: int, django_assert_num_queries: Any
) -> None:
    report = make_report(visit)
    for number in range(count):
        attach(client_of(official), make_opinion(report, f"Ý kiến {number}"))
    actor = actor_of(official)
    with django_assert_num_queries(11):
        page = get_report_page(actor=actor, public_id=visit.public_id, now=NOW)
    assert sorted(page.files.values()) == [1] * count
