"""The wizard: who may open it, what it understands, mending in place, writing, and the file's end."""

import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.members.models import ImportFile, Member
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from tests.factories.accounts import grant_role, make_user
from tests.factories.core import NOW
from tests.factories.members import make_member
from tests.factories.organizations import make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
DATA = Path(__file__).parent.parent / "data"
CSV = """STT;Chi bộ;Họ tên;Ngày sinh;Ngày kết nạp;Ngày chính thức;Số thẻ;CCCD
1;Nặm Chá;Giàng A Páo;02/03/1975;19/05/2001;19/05/2002;38123456;008075000123
2;Nặm Chá;Ma Thị Lan;05/06/1980;31/02/2001;;38123457;
3;Nặm Chá;Lò Văn Én;01/01/1960;03/02/1990;03/02/1991;38123458;8060000001
4;Nặm Chá;Vàng Thị Mỷ;07/08/1970;12/05/2000;12/05/1999;38123459;
"""


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE, code="38.168.053")


@pytest.fixture
def officer(commune: Organization) -> User:
    user = make_user("Vũ Thị Minh Nguyệt")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    return user


@pytest.fixture
def officer_client(officer: User) -> Client:
    return client_of(officer)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def upload(client: Client, unit: Organization, content: bytes = CSV.encode(), name: str = "ds.csv") -> Any:
    data = {"unit": str(unit.public_id), "file": SimpleUploadedFile(name, content)}
    return client.post(reverse("members:choose_import_file"), data)


def page(client: Client, name: str = "review_import") -> str:
    file = ImportFile.objects.get()
    return client.get(reverse(f"members:{name}", args=[file.public_id])).content.decode()


def mend(client: Client, action: str, **data: Any) -> Any:
    address = reverse("members:mend_import", args=[ImportFile.objects.get().public_id])
    return client.post(address, {"action": action, **data})


def mark_on(text: str) -> str:
    """The mark of the plan that the review page sends along when it is written."""
    found = re.search(r'name="reviewed" value="([^"]*)"', text)
    assert found is not None
    return found[1]


def write(client: Client, mark: str | None = None) -> Any:
    """Press the button of the review page, as it stands now or as it stood when `mark` was read."""
    address = reverse("members:write_import", args=[ImportFile.objects.get().public_id])
    return client.post(address, {"reviewed": mark or mark_on(page(client))}, follow=True)


# ── who ───────────────────────────────────────────────────────────────────────


def test_another_person_does_not_see_the_file(commune: Organization, officer_client: Client) -> None:
    upload(officer_client, commune)
    colleague = make_user("Đồng nghiệp")
    grant_role(colleague, Role.COMMUNE_OFFICER, commune)
    file = ImportFile.objects.get()
    for name in ("review_import", "show_import_outcome", "download_waiting"):
        assert client_of(colleague).get(reverse(f"members:{name}", args=[file.public_id])).status_code == 404
    for name in ("mend_import", "change_import_columns", "write_import", "discard_import"):
        assert client_of(colleague).post(reverse(f"members:{name}", args=[file.public_id])).status_code == 404
    assert ImportFile.objects.count() == 1


def test_outsider_cannot_choose_the_unit(commune: Organization) -> None:
    outsider = make_user("Người ngoài")
    grant_role(outsider, Role.COMMUNE_OFFICER, make_unit("Đảng bộ xã khác", kind=UnitKind.BASE))
    response = upload(client_of(outsider), commune)
    assert response.status_code == 422
    assert not ImportFile.objects.exists()


# ── choosing ──────────────────────────────────────────────────────────────────


def test_choosing_a_file_leads_to_the_review(commune: Organization, officer_client: Client) -> None:
    assert "Danh sách ở tệp nào?" in officer_client.get(reverse("members:choose_import_file")).content.decode()
    response = upload(officer_client, commune)
    file = ImportFile.objects.get()
    assert response.headers["Location"] == reverse("members:review_import", args=[file.public_id])
    assert file.name == "ds.csv"
    assert "ds.csv" in officer_client.get(reverse("members:choose_import_file")).content.decode()


def test_the_file_is_encrypted_at_rest(commune: Organization, officer_client: Client) -> None:
    upload(officer_client, commune)
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM members_importfile")
        stored = cursor.fetchone()[0]
    assert stored.startswith("gAAAA")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "Tệp không có dữ liệu"), (b"%PDF-1.7", "Tệp không phải bảng tính"), (b"PK\x03\x04xx", "Tệp bị hỏng")],
)
def test_bad_files_are_refused_beside_the_field(
    commune: Organization, officer_client: Client, content: bytes, sentence: str
) -> None:
    response = upload(officer_client, commune, content)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not ImportFile.objects.exists()


# ── reviewing and mending ─────────────────────────────────────────────────────


def test_review_says_what_was_understood(commune: Organization, officer_client: Client) -> None:
    upload(officer_client, commune)
    text = page(officer_client)
    assert "Chưa có gì được ghi." in text
    assert "Ghi 1 người" in text
    assert "Tháng 2 không có ngày 31." in text
    assert "Sẽ ghi 008060000001." in text
    assert "Sẽ lập 1 chi bộ chưa có: Chi bộ Nặm Chá." in text
    assert "00807••••123" in text
    assert not Member.objects.exists()


def test_each_way_of_mending(commune: Organization, officer_client: Client) -> None:
    upload(officer_client, commune)
    mend(officer_client, "value", sheet="", row=3, column=4, text="28/02/2001")
    mend(officer_client, "confirm", sheet="", row=4)
    mend(officer_client, "swap", sheet="", row=5)
    text = page(officer_client)
    assert "Ghi 4 người" in text
    assert "chưa ghi được</h2>" not in text
    write(officer_client)
    my = Member.objects.get(full_name="Vàng Thị Mỷ")
    assert (str(my.admitted_on), str(my.official_on)) == ("1999-05-12", "2000-05-12")


def test_skipping_confirming_all_and_bad_input(commune: Organization, officer_client: Client) -> None:
    upload(officer_client, commune)
    mend(officer_client, "skip", sheet="", row=3)
    mend(officer_client, "confirm_all")
    assert "Ghi 2 người" in page(officer_client)
    refused = mend(officer_client, "value", sheet="", row=5, column=4, text="x" * 300)
    assert (refused.status_code, "x" * 300 in refused.content.decode()) == (422, True)
    mend(officer_client, "value", sheet="", row="?", column=4, text="")
    assert "Không sửa được dòng này" in page(officer_client)


def test_a_still_bad_value_is_kept_and_shown_again(commune: Organization, officer_client: Client) -> None:
    upload(officer_client, commune)
    mend(officer_client, "value", sheet="", row=3, column=4, text="30/02/2001")
    assert 'value="30/02/2001"' in page(officer_client)


def test_columns_corrected_by_hand(commune: Organization, officer_client: Client) -> None:
    upload(officer_client, commune, "STT;Họ tên;Đơn vị A;Ngày\n1;Ma Văn A;Nặm Chá;02/03/1975".encode())
    address = reverse("members:change_import_columns", args=[ImportFile.objects.get().public_id])
    officer_client.post(address, {"g0_0": "index", "g0_1": "name", "g0_2": "cell", "g0_3": "born"})
    text = page(officer_client)
    assert "Chi bộ Nặm Chá" in text
    assert "02/03/1975" in text
    assert "Ghi 1 người" in text


def test_one_person_or_two(commune: Organization, officer_client: Client) -> None:
    upload(officer_client, commune)
    write(officer_client)
    ImportFile.objects.all().delete()
    upload(officer_client, commune, "STT;Chi bộ;Họ tên;Ngày sinh\n1;Khau Quang;Giàng A Páo;02/03/1975".encode())
    assert "Một người hay hai người?" in page(officer_client)
    member = Member.objects.get()
    mend(officer_client, "same", sheet="", row=2, member=str(member.public_id))
    assert "chi bộ: Chi bộ Nặm Chá → <b>Chi bộ Khau Quang</b>" in page(officer_client)
    ImportFile.objects.update(mends="")
    mend(officer_client, "distinct", sheet="", row=2)
    assert "Ghi 1 người" in page(officer_client)


def test_a_row_cannot_be_said_to_be_somebody_outside(commune: Organization, officer_client: Client) -> None:
    """A number in the file finds people anywhere; naming one of them would show their record."""
    stranger = make_member("Lò Thị Xa", cell=make_unit("Chi bộ nơi khác"))
    Member.objects.filter(pk=stranger.pk).update(card_number="38999999", phone="0987000111")
    lines = (
        "STT;Chi bộ;Họ tên;Ngày sinh;Số thẻ;Điện thoại",
        "1;A;Ma A Pó;02/01/1980;;0912111222",
        "2;A;X Y;;38999999;",
    )
    upload(officer_client, commune, "\n".join(lines).encode())
    mend(officer_client, "same", sheet="", row=2, member=str(stranger.public_id))
    assert "0987000111" not in page(officer_client)
    assert "Lò Thị Xa" not in page(officer_client)


def test_a_cell_that_is_no_number_is_no_cell(commune: Organization, officer_client: Client) -> None:
    upload(officer_client, commune, "STT;Họ tên;Ngày sinh\n1;Giàng A Páo;02/03/1975".encode())
    assert mend(officer_client, "cell", sheet="", row=2, cell="²:X").status_code == 302


def test_choosing_a_cell_for_a_row(commune: Organization, officer_client: Client) -> None:
    cell = make_unit("Chi bộ thôn Khau Quang", parent=commune)
    upload(officer_client, commune, "STT;Họ tên;Ngày sinh\n1;Giàng A Páo;02/03/1975".encode())
    assert "Không rõ thuộc chi bộ nào" in page(officer_client)
    mend(officer_client, "cell", sheet="", row=2, cell=f"{cell.pk}:{cell.name}")
    assert "Ghi 1 người" in page(officer_client)


def test_rows_to_mend_as_a_spreadsheet(commune: Organization, officer_client: Client) -> None:
    upload(officer_client, commune, CSV.replace("Ma Thị Lan", "=Ma Thị Lan").encode())
    response = officer_client.get(reverse("members:download_waiting", args=[ImportFile.objects.get().public_id]))
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[1:3] for row in rows] == [["Dòng", "Cột"], [3, "C"], [3, "E"], [5, "F"], [4, "H"]]
    assert rows[1][6] == "'=Ma Thị Lan"


# ── the end of the file and the cost of a review ───────────────────────────────


def test_discarding_and_expiry(commune: Organization, officer: User, officer_client: Client) -> None:
    upload(officer_client, commune)
    officer_client.post(reverse("members:discard_import", args=[ImportFile.objects.get().public_id]))
    assert not ImportFile.objects.exists()
    upload(officer_client, commune)
    ImportFile.objects.update(uploaded_at=NOW - timedelta(days=8))
    file = ImportFile.objects.get()
    assert officer_client.get(reverse("members:review_import", args=[file.public_id])).status_code == 404
    upload(officer_client, commune)
    assert ImportFile.objects.count() == 1


def test_review_queries_do_not_grow_with_the_rows(
    commune: Organization, officer_client: Client, django_assert_num_queries: Any
) -> None:
    for people in (1, 3):
        lines = [f"{number};Nặm Chá;Giàng A Páo;{1960 + number};{38_000_000 + number}" for number in range(people)]
        upload(officer_client, commune, "\n".join(["STT;Chi bộ;Họ tên;Năm sinh;Số thẻ", *lines]).encode())
        file = ImportFile.objects.get()
        with django_assert_num_queries(REVIEW_QUERIES):
            officer_client.get(reverse("members:review_import", args=[file.public_id]))
        file.delete()


REVIEW_QUERIES = 9
