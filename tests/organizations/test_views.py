from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.audit.models import AuditEvent
from nennep.organizations.choices import CellType, UnitKind
from nennep.organizations.models import Organization, Term
from tests.factories.accounts import grant_role, make_user
from tests.factories.organizations import make_unit
from tests.markup import squeeze
from tests.previews import confirm

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]

CHANGES = [
    "create_child",
    "rename_unit",
    "move_unit",
    "merge_unit",
    "split_unit",
    "close_unit",
    "change_settings",
    "start_term",
]
DATED = {"on": "01/07/2026", "reason": "Quyết định 15-QĐ/HU"}


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE, code="LB-LC")


@pytest.fixture
def cell(commune: Organization) -> Organization:
    return make_unit("Chi bộ thôn Nặm Chá", parent=commune, code="LB-LC-01")


def client_of(role: Role, unit: Organization) -> Client:
    """Somebody with that role on the unit and all below it."""
    user = make_user()
    grant_role(user, role, unit, subtree=True)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def officer(commune: Organization) -> Client:
    return client_of(Role.COMMUNE_OFFICER, commune)


def page(client: Client, name: str, unit: Organization | None = None, **parameters: str) -> Any:
    address = reverse(f"organizations:{name}", args=[unit.public_id] if unit else [])
    return client.get(address, parameters)


def post(client: Client, name: str, unit: Organization, /, **data: str) -> Any:
    return client.post(reverse(f"organizations:{name}", args=[unit.public_id]), data)


def agree(client: Client, name: str, unit: Organization, /, **data: str) -> Any:
    """Posted, read and confirmed by the unit's name."""
    return confirm(client, reverse(f"organizations:{name}", args=[unit.public_id]), data, unit.name)


def test_a_reader_is_offered_no_change(commune: Organization, cell: Organization) -> None:
    shown = page(client_of(Role.OFFICIAL, commune), "show_unit", cell).content.decode()
    assert [name for name in CHANGES if reverse(f"organizations:{name}", args=[cell.public_id]) in shown] == []


def test_a_branch_opens_and_closes_by_links(commune: Organization, cell: Organization) -> None:
    other = make_unit("Đảng bộ xã khác", kind=UnitKind.BASE, parent=None)
    make_unit("Chi bộ khác", parent=other)
    user = make_user()
    for unit in (commune, other):
        grant_role(user, Role.OFFICIAL, unit, subtree=True)
    client = Client()
    client.force_login(user)
    closed = page(client, "browse_units").content.decode()
    assert "Chi bộ thôn Nặm Chá" not in closed
    assert f"?mo={commune.public_id}" in closed
    opened = page(client, "browse_units", mo=str(commune.public_id)).content.decode()
    assert "Chi bộ thôn Nặm Chá" in opened
    assert "Chi bộ khác" not in opened
    assert 'href="?" aria-label="Đóng nhánh Đảng bộ xã Lăng Can"' in squeeze(opened)


def test_a_wide_branch_is_shown_in_pages(commune: Organization, officer: Client) -> None:
    for number in range(61):
        make_unit(f"Chi bộ số {number}", parent=commune)
    first = page(officer, "browse_units").content.decode()
    assert "1–60 trong 61" in first
    assert len(first) < 60_000
    assert "Chi bộ số 60" in page(officer, "browse_units", trang="2").content.decode()


def test_units_are_found_without_marks_in_scope_only(
    commune: Organization, cell: Organization, officer: Client
) -> None:
    make_unit("Chi bộ thôn Nặm Chá ở nơi khác")
    found = page(officer, "browse_units", tim="nam cha").content.decode()
    assert "Tìm thấy 1 đơn vị" in found
    assert "Không có đơn vị nào như thế" in page(officer, "browse_units", tim="không có").content.decode()
    assert page(officer, "browse_units", mo="không phải mã").status_code == 404


def test_a_person_without_any_unit_is_told_what_to_do() -> None:
    client = Client()
    client.force_login(make_user())
    assert "Hãy nhờ người quản trị giao quyền" in page(client, "browse_units").content.decode()


def test_the_page_of_a_unit_tells_its_history(commune: Organization, cell: Organization, officer: Client) -> None:
    heir = make_unit("Chi bộ thôn Khau Quang", parent=commune, code="LB-LC-02")
    assert post(officer, "rename_unit", cell, name="Chi bộ thôn Nặm Chá mới", **DATED).status_code == 302
    later = DATED | {"on": "01/08/2026"}
    cell.refresh_from_db()
    assert agree(officer, "merge_unit", cell, successor="lb-lc-02", **later).status_code == 302
    shown = page(officer, "show_unit", cell).content.decode()
    assert "kết thúc ngày <b>01/08/2026</b>" in shown
    assert "từ 01/01/2020 đến trước 01/07/2026" in shown
    assert "Tiếp nối bởi" in shown
    assert "Chi bộ thôn Khau Quang" in shown
    assert "Việc khác" not in shown
    assert "Được hình thành từ" in page(officer, "show_unit", heir).content.decode()
    trail = page(officer, "show_trail", cell).content.decode()
    assert "đổi tên đơn vị" in trail
    assert "Tên cũ: Chi bộ thôn Nặm Chá" in trail
    assert "Nhập vào: Chi bộ thôn Khau Quang" in trail


def test_a_unit_is_made_below_another(commune: Organization, officer: Client) -> None:
    data = {"code": "LB-LC-33", "name": "Chi bộ mới", "kind": "cell", "cell_type": "village", "on": "01/07/2026"}
    done = post(officer, "create_child", commune, **data)
    unit = Organization.objects.get(code="LB-LC-33")
    assert done.headers["Location"] == reverse("organizations:show_unit", args=[unit.public_id])
    assert (unit.cell_type, unit.opened_on) == (CellType.VILLAGE, date(2026, 7, 1))


def test_an_unusual_place_is_warned_of_not_refused(commune: Organization, officer: Client) -> None:
    data = {"code": "P", "name": "Đảng bộ tỉnh", "kind": "province", "on": "01/07/2026"}
    address = reverse("organizations:create_child", args=[commune.public_id])
    shown = officer.post(address, data, follow=True).content.decode()
    assert "cùng cấp hoặc cấp thấp hơn" in shown


def test_a_unit_moves_splits_closes_and_gets_a_term(commune: Organization, cell: Organization, officer: Client) -> None:
    sub = make_unit("Đảng bộ bộ phận", kind=UnitKind.SUB, parent=commune, code="LB-LC-BP")
    assert agree(officer, "move_unit", cell, parent="LB-LC-BP", **DATED).status_code == 302
    cell.refresh_from_db()
    assert cell.path.startswith(sub.path)
    assert agree(officer, "split_unit", cell, parts="LB-1 Chi bộ một\nLB-2 Chi bộ hai", **DATED).status_code == 302
    assert Organization.objects.filter(name__in=["Chi bộ một", "Chi bộ hai"]).count() == 2
    assert post(officer, "start_term", cell, name="2025 - 2030", on="01/06/2025").status_code == 302
    assert Term.objects.get().name == "2025 - 2030"
    settings = {"code": "LB-9", "cell_type": "office", "regulations_title": "Quy chế 01", "regulations_issued_on": ""}
    assert post(officer, "change_settings", cell, **settings).status_code == 302
    assert agree(officer, "close_unit", cell, **DATED | {"on": "02/07/2026"}).status_code == 302
    cell.refresh_from_db()
    assert (cell.code, cell.closed_on) == ("LB-9", date(2026, 7, 2))


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("rename_unit", {"name": "", **DATED}, "Chỗ này còn trống. Hãy điền vào."),
        ("rename_unit", {"name": "Mới", "on": "hôm qua", "reason": "x"}, "Hãy ghi ngày như 01/07/2026"),
        ("rename_unit", {"name": "Mới", "on": "01/01/2019", "reason": "x"}, "Hãy chọn ngày muộn hơn"),
        ("move_unit", {"parent": "KHONG-CO", **DATED}, "Không có đơn vị nào mang mã hoặc tên “KHONG-CO”"),
        ("merge_unit", {"successor": "KHONG-CO", **DATED}, "Không có đơn vị nào mang mã hoặc tên “KHONG-CO”"),
        ("split_unit", {"parts": "chỉ-mã", **DATED}, "Mỗi dòng cần một mã và một tên"),
        ("create_child", {"code": "a b", "name": "Tổ", "kind": "group", "on": "01/07/2026"}, "không đúng"),
        ("change_settings", {"code": "LB-LC"}, "đã có: Đảng bộ xã Lăng Can"),
    ],
)
def test_bad_input_says_what_is_wrong_and_keeps_what_was_typed(
    name: str, data: dict[str, str], said: str, cell: Organization, officer: Client
) -> None:
    shown = post(officer, name, cell, **data)
    text = shown.content.decode()
    assert shown.status_code == 422
    assert said in text
    assert all(value in text for value in data.values())
    assert AuditEvent.objects.count() == 0
