"""One cell's rating: own form, review, proposals, decision by the committee, notice, Word forms, complaint, rated anew."""

from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.urls import reverse
from docx import Document
from playwright.sync_api import Page, expect

from nennep.accounts.choices import Role
from nennep.classification.choices import RatingState, SubjectKind
from nennep.classification.models import Campaign, Rating, Verdict
from nennep.members.choices import PostKind
from nennep.organizations.models import Organization
from tests.factories.accounts import grant_role, make_user
from tests.factories.core import VIETNAM
from tests.factories.duties import make_duty
from tests.factories.members import make_member, make_post
from tests.factories.organizations import make_unit
from tests.journeys.axe import assert_usable
from tests.journeys.conftest import DESKTOP, PHONE, MoveClock, OpenPage
from tests.journeys.steps import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
OPENING = datetime(2026, 12, 1, 8, 0, tzinfo=VIETNAM)
REVIEW = datetime(2026, 12, 11, 21, 0, tzinfo=VIETNAM)


@dataclass(frozen=True)
class Village:
    cell: Organization
    member: Page
    secretary: Page


@pytest.fixture
def village(commune: Organization, open_page: OpenPage) -> Village:
    """A cell of two: the secretary and a member with a phone, who did one task of the year."""
    cell = make_unit("Chi bộ thôn Nặm Chá", parent=commune, cell_type="village", code="38.168.053.001")
    head, plain = make_user("Giàng A Páo"), make_user("Lò Văn Bình")
    make_post(make_member("Giàng A Páo", cell=cell, user=head), cell, PostKind.SECRETARY)
    member = make_member("Lò Văn Bình", cell=cell, user=plain)
    grant_role(head, Role.SECRETARY, cell)
    grant_role(plain, Role.MEMBER, cell)
    day = date(2026, 11, 20)
    make_duty(cell, member, title="Vận động hiến đất làm đường", due_on=day, settled_on=day, state="done")
    pages = []
    for user, size in ((plain, PHONE), (head, DESKTOP)):
        page = open_page(size)
        sign_in(page, user.username)
        pages.append(page)
    return Village(cell, *pages)


def rating_of(cell: Organization, name: str = "") -> Rating:
    rows = Rating.objects.current().select_related("member").filter(organization=cell)
    return rows.get(member__full_name=name) if name else rows.get(kind=SubjectKind.CELL)


def open_rating(page: Page, rating: Rating) -> None:
    page.goto(reverse("classification:show_rating", args=[rating.public_id]))
    assert_usable(page)


def write_form(page: Page, rating: Rating) -> None:
    open_rating(page, rating)
    page.get_by_role("link", name="Viết bản kiểm điểm").click()
    page.locator("[name=common]").fill("25")
    page.locator("[name=results]").fill("55,5")
    page.locator("[name=level]").select_option("good")
    page.get_by_role("button", name="Xác nhận bản kiểm điểm").click()
    expect(page.get_by_text("Đã ghi.")).to_be_visible()


def propose(page: Page, rating: Rating, level: str) -> None:
    open_rating(page, rating)
    page.get_by_role("link", name="Đề nghị mức xếp loại").click()
    page.locator("[name=level]").select_option(level)
    page.locator("[name=reason]").fill("Chi bộ biểu quyết nhất trí")
    page.get_by_role("button", name="Ghi", exact=True).click()
    expect(page.get_by_text("Đã ghi.")).to_be_visible()


def open_round(page: Page, commune: Organization) -> Campaign:
    page.goto(reverse("classification:open_campaign", args=[commune.public_id]))
    assert_usable(page)
    page.locator("[name=cutoff_on]").fill("31/12/2026")
    page.get_by_role("button", name="Mở đợt").click()
    expect(page.get_by_text("Mở đợt “")).to_be_visible()
    assert_usable(page)
    page.locator("form[method=post] .btn-primary").last.click()
    expect(page.get_by_text("Đã mở đợt xếp loại.")).to_be_visible()
    return Campaign.objects.get()


def read_word(path: Path) -> str:
    document = Document(BytesIO(path.read_bytes()))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in document.paragraphs), *cells])


def test_a_cells_year_from_the_own_form_to_being_rated_anew(
    officer: Page, commune: Organization, village: Village, moment: MoveClock
) -> None:
    moment(OPENING)
    campaign = open_round(officer, commune)
    unit = reverse("classification:show_unit", args=[campaign.public_id, village.cell.public_id])
    write_own_form(village)
    hold_review(village, unit, moment)
    decide(officer, village, unit)
    mine = rating_of(village.cell, "Lò Văn Bình")
    complain(village, officer, mine)
    rate_anew(officer)
    mine.refresh_from_db()
    assert (mine.state, Verdict.objects.get(rating=mine, side="decided").level) == (RatingState.REPLACED, "good")
    anew = rating_of(village.cell, "Lò Văn Bình")
    open_rating(village.member, anew)
    expect(village.member.get_by_text("Không có trang này")).to_be_visible()  # what was told stands until the notice
    announce(officer, anew)
    open_rating(village.member, anew)
    expect(village.member.get_by_text("Xếp loại lại theo quyết định 51-QĐ/ĐU")).to_be_visible()


def write_own_form(village: Village) -> None:
    """The member corrects and confirms what came filled, then takes it as a Word file to sign."""
    page, mine = village.member, rating_of(village.cell, "Lò Văn Bình")
    page.goto("/")
    page.locator(".nn-menu summary").click()
    page.get_by_role("link", name="Xếp loại hằng năm").click()
    assert_usable(page)
    open_rating(page, mine)
    page.get_by_role("link", name="Viết bản kiểm điểm").click()
    filled = "Nhiệm vụ được giao trong năm: 1; hoàn thành 1, trong đó chậm 0, vượt yêu cầu 0."
    expect(page.locator("[name=duties]")).to_have_value(filled)
    assert_usable(page)
    write_form(page, mine)
    with page.expect_download() as download:
        page.locator("a[href$='/ban-kiem-diem.docx']").click()
    words = read_word(Path(download.value.path()))
    assert "Vận động hiến đất làm đường" in words
    assert "- Tổng điểm: 80,5/100." in words


def hold_review(village: Village, unit: str, moment: MoveClock) -> None:
    """The cell: its day, the other forms, the meeting, the proposals in their order."""
    page, cell = village.secretary, village.cell
    page.goto(unit)
    assert_usable(page)
    page.locator("[name=meeting_on]").fill("11/12/2026")
    page.locator("[name=drafts_sent_on]").fill("08/12/2026")
    page.get_by_role("button", name="Ghi ngày").click()
    expect(page.get_by_text("Đã ghi ngày hội nghị.")).to_be_visible()
    for rating in (rating_of(cell, "Giàng A Páo"), rating_of(cell)):
        write_form(page, rating)
    moment(REVIEW)
    page.goto(unit)
    page.get_by_role("button", name="Ghi đã họp").click()
    expect(page.get_by_text("Đã ghi 3 mục kiểm điểm")).to_be_visible()
    for name in ("Lò Văn Bình", "Giàng A Páo", ""):
        propose(page, rating_of(cell, name), "good")


def decide(page: Page, village: Village, unit: str) -> None:
    """The committee decides them by one document, and says so to the member."""
    page.goto(unit)
    assert_usable(page)
    page.get_by_role("link", name="Quyết định như đã đề nghị").click()
    page.locator("[name=number]").fill("45-QĐ/ĐU")
    page.locator("[name=on]").fill("11/12/2026")
    page.get_by_role("button", name="Quyết định", exact=True).click()
    expect(page.get_by_text("Quyết định 3 mục như đã đề nghị?")).to_be_visible()
    assert_usable(page)
    page.locator("form[method=post] .btn-primary").last.click()
    expect(page.get_by_text("Đã quyết định 3 mục.")).to_be_visible()
    announce(page, rating_of(village.cell, "Lò Văn Bình"))


def announce(page: Page, rating: Rating) -> None:
    """Until then the member reads that it is being decided."""
    open_rating(page, rating)
    page.get_by_role("button", name="Ghi đã thông báo kết quả").click()
    expect(page.get_by_text("Đã ghi thông báo kết quả.")).to_be_visible()


def complain(village: Village, officer: Page, mine: Rating) -> None:
    """The member does not agree; the committee looks into it and says that it is right."""
    open_rating(village.member, mine)
    village.member.get_by_role("link", name="Khiếu nại kết quả xếp loại").click()
    village.member.locator("[name=text]").fill("Chưa tính việc làm đường")
    village.member.get_by_role("button", name="Ghi", exact=True).click()
    expect(village.member.get_by_text("Đã ghi.")).to_be_visible()
    complaint = mine.complaints.get()
    officer.goto(reverse("classification:settle_complaint", args=[mine.public_id, complaint.public_id]))
    assert_usable(officer)
    officer.locator("[name=upheld]").select_option("yes")
    officer.locator("[name=answer]").fill("Đúng là chưa tính")
    officer.get_by_role("button", name="Ghi", exact=True).click()
    expect(officer.get_by_text("Đã ghi.")).to_be_visible()


def rate_anew(page: Page) -> None:
    """By a decision, whose paper is there at once."""
    page.get_by_role("link", name="Xếp loại lại").click()
    assert_usable(page)
    for name, value in {"reason": "Tính thêm việc làm đường", "number": "51-QĐ/ĐU", "on": "11/12/2026"}.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=level]").select_option("excellent")
    page.get_by_role("button", name="Ghi", exact=True).click()
    expect(page.get_by_text("Xếp loại lại theo quyết định 51-QĐ/ĐU")).to_be_visible()
    assert_usable(page)
    with page.expect_download() as decision:
        page.locator("a[href$='/quyet-dinh-xep-loai-lai.docx']").click()
    assert "Hoàn thành xuất sắc nhiệm vụ" in read_word(Path(decision.value.path()))
