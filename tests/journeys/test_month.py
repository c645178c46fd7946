"""One month, end to end: a commune takes in the list of a cell, its secretary runs the meeting, the figures change."""

import json
from datetime import datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse
from docx import Document
from playwright.sync_api import FilePayload, Page, expect

from tests.factories.core import VIETNAM
from tests.journeys.axe import assert_usable
from tests.journeys.conftest import UNIT_CODE, MoveClock
from tests.journeys.steps import expect_inside, import_list, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
CELL = "Chi bộ bản Huổi Sét"
SECRETARY = "Nguyễn Thị Kim Lan"
PASSWORD = "mua-xuan-huoi-set-2027"
EVENING = datetime(2026, 11, 3, 19, 30, tzinfo=VIETNAM)
# The bar at the foot covers what scrolling frees (design/mockups/README.md §7).
UNDER_THE_BAR = ["target-size"]
END = datetime(2026, 11, 3, 21, 10, tzinfo=VIETNAM)


def open_account(officer: Page, phone: Page) -> None:
    """From the cell's list to the member's page, a printed code, a role; then the secretary comes in on the phone."""
    officer.get_by_role("link", name="Mở đơn vị").click()
    officer.get_by_role("link", name=CELL).first.click()
    officer.locator("main").get_by_role("link", name="Đảng viên").click()
    officer.get_by_role("link", name=SECRETARY).click()
    officer.get_by_role("button", name="Mở tài khoản và in mã").click()
    code = officer.locator(".nn-code-text").inner_text()
    username = officer.locator(".nn-prose li").nth(1).locator("b").inner_text()
    expect_role(officer)
    phone.goto(reverse("accounts:enter_code"))
    phone.get_by_label("Số điện thoại hoặc tên đăng nhập").fill(username)
    phone.get_by_label("Mã trên giấy").fill(code)
    phone.get_by_label("Mật khẩu mới").fill(PASSWORD)
    phone.get_by_role("button", name="Đặt mật khẩu").click()
    sign_in(phone, username, PASSWORD)
    expect_inside(phone, SECRETARY)


def expect_role(officer: Page) -> None:
    """The post in the list brought the role along: the officer has nothing to type."""
    officer.locator(".nn-menu summary").click()
    officer.get_by_role("link", name="Người dùng, quyền").click()
    officer.get_by_role("link", name=SECRETARY).click()
    expect(officer.get_by_role("link", name="Thu quyền Bí thư chi bộ")).to_be_visible()
    assert_usable(officer)


def prepare(phone: Page) -> None:
    """Steps 1 and 2: programme, chair and minute-taker, one paper, the notice."""
    expect(phone.get_by_role("heading", name="Tháng này còn việc gì?")).to_be_visible()
    assert_usable(phone)
    phone.get_by_role("link", name="Xem chương trình").click()
    phone.get_by_role("link", name="Chọn chủ trì, thư ký, khách").click()
    phone.get_by_label("Chủ trì").select_option(label=f"{SECRETARY}, Bí thư")
    phone.get_by_label("Thư ký ghi biên bản").select_option(label="Sùng Thị Thu Thảo, Phó bí thư")
    phone.get_by_role("button", name="Ghi").click()
    phone.get_by_role("link", name="Đưa tài liệu lên").click()
    paper = FilePayload(name="du-thao.pdf", mimeType="application/pdf", buffer=b"%PDF-1.4\n%%EOF\n")
    phone.get_by_label("Tệp").set_input_files(paper)
    phone.get_by_label("Tên tài liệu").fill("Dự thảo nghị quyết tháng 11")
    phone.get_by_label("không thuộc bí mật nhà nước").check()
    phone.get_by_role("button", name="Đưa lên").click()
    expect(phone.get_by_text("Dự thảo nghị quyết tháng 11")).to_be_visible()
    assert_usable(phone)
    phone.get_by_role("button", name="Thống nhất chương trình").click()
    assert_usable(phone)
    phone.get_by_label("Lời nhắn").fill("Mang theo sổ tay.")
    phone.get_by_role("button", name="Gửi cho 30 đảng viên").click()
    expect(phone.locator("main")).to_contain_text("Đã gửi")


def tap(phone: Page, name: str, taps: int, words: str) -> None:
    """One tap a state; each answer is seen before the next tap."""
    row = phone.locator(".nn-tap", has_text=name).first
    for state in ["Có mặt", "Vắng có lý do", "Vắng không lý do"][:taps]:
        row.click()
        expect(row.locator(".nn-mark")).to_have_text(state)
    expect(row.locator(".nn-mark")).to_have_text(words)


def open_room(phone: Page) -> None:
    phone.get_by_role("link", name="Mở phòng sinh hoạt").click()
    assert_usable(phone)
    phone.get_by_role("button", name="Khai mạc, điểm danh").click()
    expect(phone.get_by_role("heading", name="Điểm danh")).to_be_visible()


def call_roll(phone: Page) -> None:
    tap(phone, "Sùng Ngọc Hương", 2, "Vắng có lý do")
    tap(phone, "Giàng Minh Sơn", 3, "Vắng không lý do")
    tap(phone, "Sùng Thị Thu Thảo", 1, "Có mặt")
    phone.get_by_role("button", name="Trạng thái khác của Quan Quang Tâm").click()
    phone.get_by_label("Đến muộn").check()
    phone.get_by_label("Giờ đến").fill("19:40")
    phone.get_by_role("button", name="Ghi", exact=True).click()
    phone.get_by_role("button", name="Ghi tất cả còn lại có mặt").click()
    expect(phone.locator("#so-diem-danh")).to_have_text("28/30")
    expect(phone.locator("#duoi-diem-danh")).to_have_text("28/30")
    expect(phone.locator("#duoi-phat-bieu")).to_have_text("0/28")
    expect(phone.locator("#ty-le")).to_have_text("93,3%")
    expect(phone.locator("#con-lai")).to_contain_text("Đã ghi đủ")


def discuss(phone: Page) -> None:
    bar = phone.locator(".nn-bottombar")
    bar.get_by_role("link", name="Đang bàn").click()
    phone.locator("#note-text").fill("Đồng chí Bí thư thông qua chương trình.")
    phone.get_by_role("button", name="Xong, sang mục 2").click()
    expect(phone.get_by_text("Đang bàn mục 2")).to_be_visible()
    phone.locator("#note-text").fill("Nghe bản tin thông báo nội bộ tháng 11.")
    phone.get_by_role("button", name="Lưu").click()
    bar.get_by_role("link", name="Phát biểu").click()
    phone.locator(".nn-say", has_text="Triệu Minh Dũng").click()
    expect(phone.locator("#so-noi")).to_have_text("1")
    assert_usable(phone, but=UNDER_THE_BAR)


def decide(phone: Page) -> None:
    bar = phone.locator(".nn-bottombar")
    bar.get_by_role("link", name="Kết luận").click()
    phone.get_by_label("Biểu quyết việc").fill("Thông qua nghị quyết tháng 11")
    phone.get_by_role("button", name="Cả 28 đồng chí tán thành").click()
    expect(phone.locator("#bieu-quyet")).to_contain_text("28/30 tán thành, 93,3%")
    phone.get_by_role("textbox", name="Kết luận").fill("Nạo vét 400 m mương trước ngày 20/11.")
    phone.get_by_role("button", name="Ghi kết luận").click()
    phone.get_by_role("button", name="Giao thêm nhiệm vụ").click()
    phone.get_by_label("Nhiệm vụ", exact=False).first.fill("Nạo vét 400 m mương Huổi Sét")
    phone.get_by_label("Người chịu trách nhiệm").select_option(label="Lê Đức Ước")
    phone.get_by_label("Hạn hoàn thành").fill("20/11/2026")
    phone.get_by_role("button", name="Ghi", exact=True).click()
    expect(phone.locator("#phan-giao-viec")).to_contain_text("Lê Đức Ước")
    assert_usable(phone, but=UNDER_THE_BAR)


def close(phone: Page) -> None:
    phone.locator("#phan-giao-viec").get_by_role("button", name="Kết thúc buổi sinh hoạt").click()
    expect(phone.locator("main")).to_contain_text("Đủ điểm danh, đủ thời lượng, đã có kết luận.")
    phone.get_by_role("button", name="Bế mạc").click()
    expect(phone.get_by_role("heading", name="Biên bản đã đúng chưa?")).to_be_visible()
    assert_usable(phone)


def read_word(phone: Page) -> str:
    """The text of the Word file that the page offers, tables too."""
    with phone.expect_download() as waiting:
        phone.get_by_role("link", name="Tải bản Word").click()
    document = Document(BytesIO(Path(waiting.value.path()).read_bytes()))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def conclude(phone: Page) -> tuple[str, str]:
    """Minutes approved, resolution numbered; the text of both Word files."""
    phone.get_by_role("button", name="Chi bộ đã nghe và nhất trí").click()
    phone.get_by_label("Phương hướng, nhiệm vụ tháng tới").fill("Nạo vét mương, thu đảng phí quý IV.")
    phone.get_by_role("button", name="Ra nghị quyết, cấp số").click()
    expect(phone.get_by_role("heading", name="Nghị quyết số")).to_be_visible()
    assert_usable(phone)
    resolution = read_word(phone)
    phone.get_by_role("link", name="Biên bản", exact=True).click()
    expect(phone.get_by_role("heading", name="Biên bản sinh hoạt chi bộ ngày 03/11/2026")).to_be_visible()
    return read_word(phone), resolution


def score(phone: Page) -> None:
    phone.get_by_role("link", name="Điểm", exact=True).click()
    phone.get_by_role("button", name="Bắt đầu chấm").click()
    assert_usable(phone)
    for box in phone.locator("main input[inputmode=decimal]").all():
        if not box.input_value():
            box.fill(box.get_attribute("data-nn-max") or "")
    phone.get_by_role("button", name="Chi bộ thống nhất điểm này").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("điểm, ")
    assert_usable(phone)


def file_away(phone: Page) -> None:
    phone.get_by_role("link", name="Gửi, lưu", exact=True).click()
    phone.get_by_role("button", name="Đã gửi cấp trên và lưu").click()
    expect(phone.get_by_role("heading", name="Hồ sơ đã gửi, lưu")).to_be_visible()
    phone.goto("/")
    assert_usable(phone)


def read_figures(officer: Page) -> dict[str, str]:
    """The six figures of the commune's screen, by their words."""
    officer.goto("/")
    return {
        figure.locator("span").inner_text(): figure.locator("b").inner_text()
        for figure in officer.locator(".nn-figure").all()
    }


def open_every_figure(officer: Page) -> list[tuple[str, int]]:
    """Each figure leads to its rows: heading and number of rows."""
    found = []
    for number in range(officer.locator(".nn-figure").count()):
        officer.goto("/")
        officer.locator(".nn-figure").nth(number).click()
        assert_usable(officer)
        found.append((officer.locator("h1").inner_text(), officer.locator("tbody tr").count()))
    return found


def assert_minutes(text: str) -> None:
    said = [
        "bắt đầu lúc 19 giờ 30 phút, ngày 03 tháng 11 năm 2026",
        "28",
        "Vắng có lý do: đồng chí Sùng Ngọc Hương.",
        "Vắng không lý do: đồng chí Giàng Minh Sơn.",
        "Đến muộn: đồng chí Quan Quang Tâm",
        "Chủ trì: đồng chí Nguyễn Thị Kim Lan, Bí thư Chi bộ.",
        "Phát biểu: đồng chí Triệu Minh Dũng.",
        "đồng chí Lê Đức Ước chủ trì; chậm nhất ngày 20/11/2026",
        "Thông qua nghị quyết tháng 11: tán thành 28/30 (93,3%)",
        "kết thúc lúc 21 giờ 10 phút",
    ]
    assert [words for words in said if words not in text] == []


def assert_resolution(text: str) -> None:
    said = [
        "Số 01-NQ/CB",
        "Ngày 03 tháng 11 năm 2026, Chi bộ bản Huổi Sét tổ chức sinh hoạt thường kỳ tháng 11 năm 2026.",
        "được triệu tập: 30 đồng chí; có mặt: 28 đồng chí; vắng có lý do: 1 đồng chí; vắng không lý do: 1 đồng chí",
        "Nạo vét 400 m mương Huổi Sét; đồng chí Lê Đức Ước chủ trì; chậm nhất ngày 20/11/2026",
        "28/30 đảng viên chính thức tán thành, đạt 93,3%",
        SECRETARY,
    ]
    assert [words for words in said if words not in text] == []


def test_a_month(officer: Page, phone: Page, moment: MoveClock) -> None:
    """From the list of 36 to Word minutes, a score and a filed meeting; then the commune's figures have changed."""
    import_list(officer, "chi-bo-huoi-set.xlsx", 36)
    open_account(officer, phone)
    assert read_figures(officer) == figures("0/1", "0/1", "0/0", "–", "0", "0/0")
    prepare(phone)
    moment(EVENING)
    phone.goto("/")
    open_room(phone)
    moment(EVENING.replace(minute=45))
    call_roll(phone)
    discuss(phone)
    decide(phone)
    moment(END)
    close(phone)
    minutes, resolution = conclude(phone)
    assert_minutes(minutes)
    assert_resolution(resolution)
    score(phone)
    file_away(phone)
    assert read_figures(officer) == figures("1/1", "1/1", "28/30", "93,3%", "1", "0/1")
    assert_usable(officer)
    assert open_every_figure(officer) == [
        ("Chi bộ đã họp, tháng 11/2026", 1),
        ("Họp đúng ngày quy định, tháng 11/2026", 1),
        ("Đảng viên dự sinh hoạt, tháng 11/2026", 1),
        ("Vắng không lý do, tháng 11/2026", 1),
        ("Nhiệm vụ đến hạn, tháng 11/2026", 1),
        ("Sinh hoạt chuyên đề, tháng 11/2026", 0),
    ]
    printed = read_command()
    expected = {
        "cells_there": 1,
        "cells": 1,
        "cells_met": 1,
        "cells_on_time": 1,
        "members": 36,
        "members_probationary": 0,
        "members_exempt": 6,
        "members_women": 12,
        "counted": 30,
        "present": 28,
        "excused": 1,
        "unexcused": 1,
        "attendance_percent": 93.3,
        "thematic_meetings": 0,
        "tasks_due": 1,
        "tasks_done": 0,
        "tasks_late": 0,
        "tasks_postponed": 0,
    }
    assert {name: printed[name] for name in expected} == expected


def figures(met: str, on_time: str, present: str, percent: str, unexcused: str, tasks: str) -> dict[str, str]:
    """What `read_figures` reads when the commune shows these."""
    return {
        "chi bộ đã họp": met,
        "họp đúng ngày quy định": on_time,
        f"đảng viên dự ({present})": percent,
        "vắng không lý do": unexcused,
        "nhiệm vụ đến hạn xong đúng hạn": tasks,
        "đã sinh hoạt chuyên đề quý IV": "0/0",  # the cell came into the program in the second month of the quarter
    }


def read_command() -> Any:
    """What `nennep figures --json` prints."""
    output = StringIO()
    call_command("figures", unit=UNIT_CODE, month="2026-11", json=True, stdout=output)
    return json.loads(output.getvalue())
