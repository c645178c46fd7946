"""The papers, opened again as a reader's Word would open them."""

import dataclasses
import importlib.util
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.shared import Pt
from hypothesis import given, settings
from hypothesis import strategies as st

from nennep.reporting.renderers import filling, word, wording
from nennep.reporting.renderers.papers import Revision, Signature, TopicLine, Work
from nennep.reporting.renderers.word import Paper, choose_template, render_paper
from tests.factories import all_papers, meeting_papers, papers

TEMPLATES = Path(word.__file__).parent / "templates"
AnyPaper = TypeVar("AnyPaper", bound=Paper)


def open_paper(paper: Paper) -> Any:
    return Document(BytesIO(render_paper(paper)))


def read_body(document: Any) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs if paragraph.text]


def read_cells(document: Any, table: int) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in document.tables[table].rows]


def read_expected(name: str) -> list[str]:
    return (Path(__file__).parent / f"expected/{name}.txt").read_text(encoding="utf-8").splitlines()


def load_tool() -> ModuleType:
    path = Path(__file__).parents[2] / "tools/make_paper_templates.py"
    spec = importlib.util.spec_from_file_location("make_paper_templates", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_resolution_says_what_the_form_asks_in_its_order() -> None:
    assert read_body(open_paper(papers.make_resolution())) == read_expected("resolution")


def kept(document: Any) -> dict[str, bool]:
    return {one.text: bool(one.paragraph_format.keep_with_next) for one in document.paragraphs if one.text}


def test_words_that_announce_a_list_end_no_page_and_signatures_stand_on_none_alone() -> None:
    conclusion = replace(meeting_papers.make_committee_conclusion(), tasks="Chuẩn bị:\n- Loa đài.\n- Phiếu bầu.")
    stays = kept(open_paper(conclusion))
    assert [stays[line] for line in ("Chuẩn bị:", "- Loa đài.", "- Phiếu bầu.")] == [True, False, True]
    assert kept(open_paper(papers.make_resolution()))["Sau khi thảo luận, Chi bộ quyết nghị:"]


def test_a_table_above_the_signatures_keeps_its_last_row_with_them() -> None:
    document = Document()
    document.add_table(2, 1)
    document.add_paragraph().paragraph_format.keep_with_next = True
    document.add_table(1, 1)
    filling._keep_together(document)
    rows = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in document.tables[0].rows]
    assert rows == [None, True]


def test_resolution_has_head_task_table_and_signature() -> None:
    document = open_paper(papers.make_resolution())
    assert read_cells(document, 0) == [
        [
            "ĐẢNG ỦY XÃ LĂNG CAN\nCHI BỘ THÔN NẶM CHÁ\n*\nSố 05-NQ/CB",
            "ĐẢNG CỘNG SẢN VIỆT NAM\nLăng Can, ngày 03 tháng 11 năm 2026",
        ]
    ]
    assert read_cells(document, 1) == [
        ["TT", "Nhiệm vụ", "Tình trạng đầu kỳ", "Kết quả"],
        [
            "1",
            "Vận động 12 hộ hiến đất mở rộng đường Nặm Chá – Khau Quang",
            "có mốc thời hạn",
            "Hoàn thành: 12/12 hộ, 640 m² đất",
        ],
        [
            "2",
            "Làm 300 m mương bê tông khu đồng Nà Khà",
            "đang triển khai",
            "180/300 m, chờ xi măng đợt 2",
        ],
        ["3", "Tuần tra bảo vệ rừng đầu nguồn", "nhiệm vụ thường xuyên", "4/4 buổi"],
    ]
    assert read_cells(document, 2) == [
        [
            (
                "Nơi nhận:\n- Đảng ủy xã (để báo cáo),\n- Ban công tác Mặt trận và các đoàn thể thôn,\n"
                "- Đảng viên chi bộ,\n- Lưu Chi bộ."
            ),
            "T/M CHI BỘ\nBÍ THƯ\n\n\n\nMa Công Lập",
        ]
    ]


def test_page_follows_the_guidance() -> None:
    document = open_paper(papers.make_resolution())
    section, normal = document.sections[0], document.styles["Normal"]
    margins = section.top_margin, section.bottom_margin, section.left_margin, section.right_margin
    assert [round(length.mm) for length in margins] == [20, 20, 30, 15]
    assert [round(length.mm) for length in (section.page_width, section.page_height)] == [210, 297]
    assert (normal.font.name, normal.font.size) == ("Times New Roman", Pt(14))
    spacing = normal.paragraph_format
    assert (spacing.line_spacing_rule, spacing.line_spacing) == (WD_LINE_SPACING.EXACTLY, Pt(18))
    assert spacing.alignment == WD_ALIGN_PARAGRAPH.JUSTIFY
    opening = next(line for line in document.paragraphs if line.text.startswith("Ngày 03"))
    assert round(opening.paragraph_format.first_line_indent.mm) == 10
    assert opening.paragraph_format.space_before == Pt(6)


def test_minutes_keep_the_course_with_its_speakers() -> None:
    document = open_paper(papers.make_minutes())
    assert read_body(document) == read_expected("minutes")
    assert read_cells(document, 1) == [["NGƯỜI GHI BIÊN BẢN\n\n\n\nHoàng Thị Ngọc Trâm", "CHỦ TRÌ\n\n\n\nMa Công Lập"]]


def test_corrected_minutes_say_so() -> None:
    corrected = dataclasses.replace(
        papers.make_minutes(),
        revisions=(
            Revision(1, date(2026, 11, 5), "ghi sót một ý kiến", ("Có mặt: 21/23 → 20/23", "Bế mạc: sửa lời văn")),
            Revision(2, date(2026, 11, 6)),
        ),
    )
    said = "Bản sửa lần 1, ngày 05/11/2026: Có mặt: 21/23 → 20/23; Bế mạc: sửa lời văn. Lý do: ghi sót một ý kiến."
    assert [said, "Bản sửa lần 2, ngày 06/11/2026."] == read_body(open_paper(corrected))[3:5]


def test_attendance_sheet_has_a_line_for_each_member() -> None:
    document = open_paper(papers.make_attendance_paper())
    assert read_cells(document, 1)[1:] == [
        ["1", "Ma Văn Bằng", "", "", "", ""],
        ["2", "Giàng A Nhè (dự bị)", "", "", "", ""],
        ["3", "Hoàng Đình Khoát (được miễn)", "–", "–", "–", ""],
    ]
    assert any(line.startswith("Cộng: phải dự 2;") for line in read_body(document))


def test_notice_is_printed_large() -> None:
    document = open_paper(papers.make_notice())
    assert document.styles["Normal"].font.size == Pt(20)
    assert read_body(document)[2:7] == [
        "GIẤY MỜI",
        "dự sinh hoạt thường kỳ tháng 11",
        "Kính mời đồng chí: Triệu Văn Sính",
        "Ngày: thứ Ba, 03/11/2026",
        "Giờ: 19 giờ 30 phút",
    ]


@pytest.mark.parametrize("paper", all_papers.make_bare_papers(), ids=lambda paper: type(paper).__name__)
def test_papers_of_nothing_are_good_papers(paper: Paper) -> None:
    document = open_paper(paper)
    cells = [cell for table in range(len(document.tables)) for row in read_cells(document, table) for cell in row]
    text = "\n".join([*read_body(document), *cells])
    assert "None" not in text
    assert ", ," not in text
    assert "I- CHƯƠNG TRÌNH" not in text
    assert "ĐÁNH GIÁ KẾT QUẢ" not in text


def test_bare_resolution_starts_with_the_part_it_has() -> None:
    resolution = all_papers.make_bare_papers()[0]
    headings = [line for line in read_body(open_paper(resolution)) if "- " in line and line.isupper()]
    assert headings == ["I- PHÂN CÔNG NHIỆM VỤ VÀ TỔ CHỨC THỰC HIỆN"]


@pytest.mark.parametrize(
    ("day", "template", "behalf"),
    [
        (date(2026, 5, 26), "HD36-2018", "T/M CHI ỦY"),
        (date(2026, 5, 27), "HD05-2026", "T/M CHI BỘ"),
    ],
)
def test_template_follows_the_date_of_the_paper(day: date, template: str, behalf: str) -> None:
    assert choose_template(day) == template
    paper = dataclasses.replace(papers.make_resolution(), letterhead=papers.make_letterhead(issued_on=day))
    assert read_cells(open_paper(paper), 2)[0][1].startswith(behalf)


@pytest.mark.parametrize(
    ("asked", "template"),
    [("HD36-2018", "HD36-2018"), ("HD05-2026", "HD05-2026"), ("KHAC-2030", "HD05-2026"), ("", "HD05-2026")],
)
def test_a_rule_of_the_unit_names_another_layout_that_is_known(asked: str, template: str) -> None:
    assert choose_template(date(2026, 11, 3), asked) == template


def test_file_carries_no_person_and_no_machine() -> None:
    properties = open_paper(papers.make_resolution()).core_properties
    assert (properties.author, properties.last_modified_by) == ("Chi bộ thôn Nặm Chá", "Chi bộ thôn Nặm Chá")
    assert properties.title == "lãnh đạo thực hiện nhiệm vụ tháng 11 năm 2026"
    assert (properties.comments, properties.created.date()) == ("", date(2026, 11, 3))


HOSTILE = [
    "{{ 7*7 }}",
    "{% for x in y %}",
    "{_{ x }_}",
    "a & b < c > d",
    "</w:t>",
    "\x00\x1b[31m\ud800",
    "\ufffe\uffff",
]


@pytest.mark.parametrize("text", [*HOSTILE, "dài" * 4000, "x\ny\r\nz\x0b\x0cw\x85v\tu\a", "#{1}", "&#95;&amp;"])
def test_hostile_text_is_printed_as_it_stands(text: str) -> None:
    paper = dataclasses.replace(
        papers.make_resolution(), items=(papers.make_item(text, "", (text, text)),), past=_work(text)
    )
    printed = " ".join(wording.split_lines(text))
    body = read_body(open_paper(paper))
    assert f"a) {wording.strip_stop(printed)}" in " ".join(body)
    assert "49" not in " ".join(body)
    for line in wording.split_lines(text):
        assert any(line in paragraph for paragraph in body)


def _work(text: str) -> Work:
    return Work(text, text, (TopicLine(text, text),))


DAYS = {"due_on", "opened_at", "closed_at", "premeeting_on", "month"}  # kept as ISO text, typed by nobody


def _fill(paper: AnyPaper, text: str) -> AnyPaper:
    """The same paper with `text` in every place for words."""
    return _fill_value(paper, text)  # type: ignore[no-any-return]


def _fill_value(value: Any, text: str) -> Any:
    if isinstance(value, str):
        return text
    if isinstance(value, tuple):
        return tuple(_fill_value(item, text) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [each.name for each in dataclasses.fields(value) if each.name not in DAYS]
        return dataclasses.replace(value, **{name: _fill_value(getattr(value, name), text) for name in names})
    return value


@settings(max_examples=10, deadline=None)
@given(text=st.text(st.characters(exclude_categories=()), max_size=200))
def test_any_text_gives_papers_that_open(text: str) -> None:
    """No text breaks a paper, and none gets lost: it stands in the body as the wording prints it."""
    printed = wording.strip_stop(wording.format_value(text))
    for paper in all_papers.make_full_papers():
        document = open_paper(_fill(paper, text))
        assert printed in " ".join(read_body(document)).replace("\t", " ")


@given(text=st.text(st.characters(exclude_categories=())))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = wording.clean(text)
    assert wording.clean(once) == once


def test_templates_are_what_the_tool_makes() -> None:
    """Whoever changes a text or the layout runs the tool; a template edited by hand would be lost."""
    tool = load_tool()
    for guidance in tool.ON_BEHALF:
        for name in tool.list_papers():
            made = tool.make_template(name, guidance)
            kept = Document(str(TEMPLATES / guidance / f"{name}.docx"))
            assert made.element.xml == kept.element.xml, f"{guidance}/{name}: run tools/make_paper_templates.py"


def test_signature_without_a_name_leaves_room() -> None:
    paper = dataclasses.replace(papers.make_resolution(), signature=Signature())
    assert read_cells(open_paper(paper), 2)[0][1] == "T/M CHI BỘ\nBÍ THƯ\n\n\n\n"


def test_resolution_speaks_of_fees_only_when_somebody_noted_them() -> None:
    paper = papers.make_resolution()
    told = replace(paper, sitting=replace(paper.sitting, fee_note="Đã thu đủ"))
    words = "nghe thông báo tình hình đóng đảng phí (đã thu đủ) và thông qua chương trình sinh hoạt."
    assert read_body(open_paper(told))[3].endswith(words)
