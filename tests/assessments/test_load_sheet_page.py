"""A score sheet from a file, on its page: every fault with its place, the example before it counts, applied and taken back."""

import unicodedata
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from lxml import html

from nennep.accounts.choices import Role
from nennep.core.access import Actor
from nennep.core.answers import SEAL
from nennep.core.toml_child import BYTES_MOST
from nennep.organizations.models import Organization
from nennep.policies.models import PolicyPack
from nennep.policies.queries import rules_for
from nennep.policies.services import withdraw_pack
from tests.assessments.test_load_sheet import SHEET
from tests.factories.accounts import grant_role, make_user
from tests.factories.cells import make_cell
from tests.factories.core import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
DAY = f"{TODAY.replace(day=1):%d/%m/%Y}"


@pytest.fixture
def cell() -> Organization:
    return make_cell()


@pytest.fixture
def officer(client: Client, cell: Organization) -> Client:
    user = make_user("can-bo")
    grant_role(user, Role.COMMUNE_OFFICER, Organization.objects.get_parent(cell), subtree=True)
    client.force_login(user)
    return client


def send(client: Client, cell: Organization, content: bytes | None = None, more: dict[str, str] | None = None) -> Any:
    data: dict[str, Any] = {"text": "", "document_number": "08-KH/ĐU", "valid_from": DAY} | (more or {})
    if content is not None:
        data["file"] = SimpleUploadedFile("khung.toml", content)
    return client.post(reverse("assessments:load_sheet", args=[cell.public_id]), data)


def field(page: str, name: str) -> str:
    """What stands in a field of the page, as the browser sends it back."""
    tree = html.fromstring(page)
    found = tree.xpath(f"//textarea[@name='{name}']") or tree.xpath(f"//input[@name='{name}']")
    return str(found[0].text if found[0].tag == "textarea" else found[0].get("value")).removeprefix("\n")


def test_a_sheet_is_shown_with_its_example_and_counts_when_it_is_confirmed(officer: Client, cell: Organization) -> None:
    shown = send(officer, cell, SHEET.encode())
    page = shown.content.decode()
    assert (shown.status_code, PolicyPack.objects.filter(code="tinh-x-2026").exists()) == (200, False)
    assert "55,0/60" in page
    assert "08-KH/ĐU" in page
    done = send(officer, cell, more={"text": field(page, "text"), SEAL: field(page, SEAL)})
    assert (done.status_code, done["Location"]) == (302, reverse("policies:show_rules", args=[cell.public_id]))
    assert rules_for(organization=cell, on=TODAY).score_sheet.code == "tinh-x-2026"
    withdraw_pack(
        actor=Actor.system(), organization=cell, pack_id=PolicyPack.objects.get(code="tinh-x-2026").pk, now=NOW
    )
    assert rules_for(organization=cell, on=TODAY).score_sheet.code != "tinh-x-2026"


def test_what_was_not_shown_is_not_applied(officer: Client, cell: Organization) -> None:
    page = send(officer, cell, SHEET.encode()).content.decode()
    other = field(page, "text").replace("tinh-x-2026", "tinh-y-2026")
    again = send(officer, cell, more={"text": other, SEAL: field(page, SEAL)})
    assert (again.status_code, PolicyPack.objects.filter(code__startswith="tinh-").exists()) == (200, False)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("max = 60", "max = 61", "1"),
        ("attendance_share", "attendance_shares", "không có số liệu nào tên “attendance_shares”"),
        ("[[groups]]", "[[groups]", "(dòng 5, cột 9)"),
        ("share = true", 'bands = [["1e99999999", 5], [0, 1]]', "mốc 1e99999999 không phải số từ 0 đến"),
        ("sides = ", "x = " + "[" * 5000 + "]" * 5000 + "\nsides = ", "không đọc được TOML"),
    ],
    ids=["sum", "evidence", "syntax", "power", "deep"],
)
def test_every_fault_is_named_with_its_place_and_the_text_stays_to_be_mended(
    officer: Client, cell: Organization, before: str, after: str, said: str
) -> None:
    text = SHEET.replace(before, after, 1)
    answer = send(officer, cell, text.encode())
    page = answer.content.decode()
    assert (answer.status_code, PolicyPack.objects.filter(code="tinh-x-2026").exists()) == (422, False)
    errors = html.fromstring(page).xpath("//*[contains(@class, 'nn-error')]")
    assert said in " ".join(one.text_content() for one in errors)
    assert field(page, "text").split() == text.split()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Hãy chọn một tệp"),
        (b"x" * (BYTES_MOST + 1), "Tệp lớn quá 256 KB."),
        (b"\x00\x01\x02", "tệp không phải chữ UTF-8. Mở bằng Notepad"),
        (unicodedata.normalize("NFD", SHEET).encode("cp1258", "replace"), "có vẻ là Windows-1258"),
        ("Khung chấm".encode("utf-16-le") + b"\x00", "tệp không phải chữ UTF-8"),
        (SHEET.encode().decode("latin-1").encode(), "Có ký tự lạ"),
        (SHEET.encode().decode("cp1252", "replace").encode(), "chữ ở đây đã hỏng vì lưu sai mã"),
    ],
    ids=["empty", "large", "zeros", "cp1258", "half-utf-16", "read-as-latin", "read-as-windows"],
)
def test_a_file_that_is_none_is_refused(officer: Client, cell: Organization, content: bytes, said: str) -> None:
    answer = send(officer, cell, content)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_whoever_may_not_write_rules_writes_none(client: Client, cell: Organization) -> None:
    user = make_user("bi-thu")
    grant_role(user, Role.SECRETARY, cell)
    client.force_login(user)
    answer = send(client, cell, SHEET.encode())
    assert (answer.status_code, PolicyPack.objects.filter(code="tinh-x-2026").exists()) == (403, False)
