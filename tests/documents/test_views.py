"""Pages of papers: who gets what; nothing is served from a public address."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from nennep.documents.models import Document, DocumentVersion, Receipt
from tests.factories.documents import PDF, make_document, make_docx
from tests.factories.people import People, make_people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


@pytest.fixture
def people() -> People:
    return make_people()


def page(name: str, *args: object) -> str:
    return reverse(f"documents:{name}", args=args)


def upload(content: bytes = PDF, name: str = "Bản tin tháng 11.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_what_was_taken_out_can_be_put_back(people: People) -> None:
    document = make_document(people.cell, people.actor)
    undo = page("restore_document", document.public_id)
    assert people.insider.post(undo).status_code == 404
    people.insider.post(page("remove_document", document.public_id))
    shown = page("show_cell", people.cell.public_id)
    assert "Hoàn tác" in people.insider.get(shown).content.decode()
    assert document.title not in people.reader.get(shown).content.decode()
    assert people.insider.get(page("show_document", document.public_id)).status_code == 404
    assert people.insider.post(undo).headers["Location"] == shown
    assert people.reader.get(page("show_document", document.public_id)).status_code == 200


def test_opening_hands_out_the_file_and_remembers_the_reader(people: People) -> None:
    document = make_document(people.cell, people.actor)
    for _turn in range(2):
        answer = people.member.get(page("open_document", document.public_id))
        assert answer.getvalue() == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''B%E1%BA%A3n%20tin")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert [receipt.user for receipt in Receipt.objects.all()] == [people.member_user]
    for wrong in ("2", "x", "999999999"):
        assert people.member.get(page("open_document", document.public_id), {"ban": wrong}).status_code == 404


def test_a_file_has_no_public_address(people: People) -> None:
    make_document(people.cell, people.actor)
    stored = DocumentVersion.objects.get().file.name
    for address in (f"/media/{stored}", f"/{stored}", f"/static/{stored}"):
        assert people.insider.get(address).status_code == 404


def test_a_paper_is_put_up_under_its_files_name(people: People) -> None:
    address = page("add_document", people.cell.public_id)
    answer = people.insider.post(address, {"file": upload(), "paper_type": "bulletin", "not_secret": "on"})
    assert (answer.status_code, answer.headers["Location"]) == (302, page("show_cell", people.cell.public_id))
    assert Document.objects.get().title == "Bản tin tháng 11"
    assert "Bản tin tháng 11" in people.member.get(page("show_cell", people.cell.public_id)).content.decode()


def test_refusals_stand_beside_the_field_and_what_was_typed_stays(people: People) -> None:
    address = page("add_document", people.cell.public_id)
    typed = {"title": "Báo cáo tháng", "paper_type": "BC", "not_secret": "on"}
    secret = people.insider.post(address, {**typed, "file": upload(make_docx("TUYỆT MẬT"), "a.docx")})
    assert secret.status_code == 422
    assert "Không đưa tài liệu mật lên đây" in secret.content.decode()
    assert "Báo cáo tháng" in secret.content.decode()
    assert people.insider.post(address, typed).status_code == 422
    assert people.insider.post(address, {"paper_type": "BC", "file": upload()}).status_code == 422
    empty = people.insider.post(address, {**typed, "file": upload(b"")})
    assert "Tệp rỗng" in empty.content.decode()
    assert Document.objects.count() == 0


def test_a_new_version_replaces_the_old_one(people: People) -> None:
    document = make_document(people.cell, people.actor)
    address = page("replace_document", document.public_id)
    assert people.insider.post(address, {"file": upload(b"MZ", "a.exe"), "not_secret": "on"}).status_code == 422
    assert people.insider.post(address, {"file": upload(name="Bản hai.pdf"), "not_secret": "on"}).status_code == 302
    assert "Bản hai.pdf" in people.reader.get(page("show_document", document.public_id)).content.decode()


def test_members_do_not_see_what_their_comrades_read(people: People) -> None:
    document = make_document(people.cell, people.actor)
    address = page("show_document", document.public_id)
    assert ["Ai đã mở" in client.get(address).content.decode() for client in (people.insider, people.member)] == [
        True,
        False,
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_with_more_papers(
    people: People, count: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for number in range(count):
        make_document(people.cell, people.actor, f"Tài liệu {number}")
    people.member.get(page("show_cell", people.cell.public_id))
    with django_assert_num_queries(9):
        people.member.get(page("show_cell", people.cell.public_id))


def test_an_empty_list_says_what_to_do(people: People) -> None:
    assert "Đưa tài liệu lên" in people.insider.get(page("show_cell", people.cell.public_id)).content.decode()
    assert "Chưa có tài liệu nào" in people.member.get(page("show_cell", people.cell.public_id)).content.decode()
