"""The lists that communes keep, through the wizard, until a person can be found by name."""

import pytest
from playwright.sync_api import Page, expect

from nennep.members.models import Member
from nennep.organizations.models import Organization
from tests.journeys.steps import import_list

pytestmark = pytest.mark.django_db(transaction=True)


def list_people(page: Page, cell: str) -> list[str]:
    """The names on the cell's page of members, reached from the tree of units."""
    page.goto("/")
    page.locator(".nn-menu summary").click()
    page.get_by_role("link", name="Đơn vị", exact=True).click()
    page.locator(".nn-tree").get_by_role("link", name=cell, exact=True).click()
    page.locator("main").get_by_role("link", name="Đảng viên").click()
    expect(page.get_by_role("heading", name="Chi bộ có những ai?")).to_be_visible()
    return page.locator("tbody th a").all_inner_texts()


def test_csv_of_a_commune(officer: Page) -> None:
    """138 people in 6 cells, sorted by given name as Vietnamese readers expect."""
    import_list(officer, "dang-bo-xa.csv", 138)
    assert (Member.objects.count(), Organization.objects.get_queryset().cells().count()) == (138, 6)
    people = list_people(officer, "Chi bộ thôn Nặm Chá")
    assert len(people) == 31
    assert people[:5] == ["Trần Công Bình", "Chẩu Hữu Dũng", "Lò Đức Dũng", "Trần Công Dũng", "Đặng Thị Én"]
    assert people[-4:] == ["Quan Xuân Tuấn", "Hoàng Ngọc Ưng", "Vàng Xuân Ước", "Bàn Thị Thu Ỷ"]


def test_old_xls_in_tcvn3(officer: Page) -> None:
    """30 people in 3 cells, typed in .VnTime: the marks are right."""
    import_list(officer, "danh-sach-cu.xls", 30)
    assert (Member.objects.count(), Organization.objects.get_queryset().cells().count()) == (30, 3)
    assert list_people(officer, "Chi bộ Quân sự xã") == [
        "Bàn Văn Hùng",
        "Chẩu Quang Hùng",
        "Vàng Văn Long",
        "Chẩu Minh Ơn",
        "Quan Đức Ơn",
        "Phạm Quang Phong",
        "Lò Quang Tỉnh",
    ]
    assert list_people(officer, "Chi bộ thôn Nà Lòa")[-3:] == ["Phạm Thúy Nguyệt", "Lò Đức Sơn", "Giàng Thị Thanh Thảo"]
