"""Make the Word templates of the papers: `python tools/make_paper_templates.py [FOLDER]`.

The templates are ordinary .docx files with docxtpl tags: an office may open one in Word and change its words.
The words stand in `tools/papers/*.txt`, one paragraph a line, below how the page is set (`@paper`); this script gives them the layout of
HD 05-HD/VPTW (27/5/2026; rules.md §10.2). HD 36-HD/VPTW (3/4/2018) has the same measures; only on whose
behalf the secretary signs differs.

A line of those files is a justified paragraph in which `**bold**`, `//italic//` and `__underlined__` change
over, unless it begins with: `%` a tag that takes its paragraph with it; `#` a heading (stays with what
follows); `+` text that stays with what follows; `~` a line of a close list; `=14 ^6` centred, with a size and
a space before; `@lines NAME ; PREFIX` the user's lines, each a paragraph (`@kept`: that stays
with what follows); `@grid LOOP` a ruled table whose columns `| WIDTH | HEAD | CELL` follow; `<` and `>` the left
and right column of the signatures; `@page NUMBER MARK` a new page, with a bookmark where it is given; `@include
FILE NAME=TEXT`; `@letterhead EXCERPT` the head. `[[MARK|TEXT]]` is the page of a bookmark, TEXT until Word counts anew.
"""

import re
import sys
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from nennep.reporting.renderers.bundle import set_dates

TEXTS = Path(__file__).parent / "papers"
FOLDER = Path(__file__).parents[1] / "src/nennep/reporting/renderers/templates"
MADE_ON = date(2026, 11, 1)
ON_BEHALF = {"HD05-2026": "T/M CHI BỘ", "HD36-2018": "T/M CHI ỦY"}
CENTRE, LEFT, JUSTIFIED = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.JUSTIFY
NARROW = 20  # mm: cells of narrower columns are centred


class Page(NamedTuple):
    """Size of the text in points, the exact distance of its lines (None: as the font asks), how it is set."""

    size: float
    exact: float | None = None
    align: Any = JUSTIFIED


def read_page(name: str) -> Page | None:
    """How the paper is set, from the first line of its words: `@paper SIZE [DISTANCE] [left]`; None for a part of papers."""
    mark, *words = (TEXTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()[0].split()
    if mark != "@paper":
        return None
    size, *exact = (float(word) for word in words if word != "left")
    return Page(size, exact[0] if exact else None, LEFT if "left" in words else JUSTIFIED)


def list_papers() -> list[str]:
    """The names of all papers that have words of their own."""
    return sorted(path.stem for path in TEXTS.glob("*.txt") if read_page(path.stem))


# ── reading the words ─────────────────────────────────────────────────────────
def read_lines(name: str, names: dict[str, str]) -> Iterator[str]:
    """The lines of a text with its includes put in and the given names replaced."""
    for line in (TEXTS / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("@paper"):
            continue
        replaced = line
        for key, value in names.items():
            replaced = replaced.replace(key, value)
        if replaced.startswith("@include"):
            _, other, given = f"{replaced}  ".split(" ", 2)
            pairs = (pair.partition("=") for pair in given.split(" ; ") if "=" in pair)
            yield from read_lines(other, names | {key.strip(): value.strip() for key, _, value in pairs})
        else:
            yield replaced


# ── the page ──────────────────────────────────────────────────────────────────
def new_document(page: Page) -> Any:
    """A4, margins 20/20/30/15 mm, page number on top from page two on."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance, section.different_first_page_header_footer = Mm(10), True
    style = document.styles["Normal"]
    set_font(style.element.get_or_add_rPr(), page.size)
    spacing = style.paragraph_format
    spacing.space_before, spacing.space_after, spacing.alignment = Pt(0), Pt(0), page.align
    spacing.line_spacing_rule = WD_LINE_SPACING.EXACTLY if page.exact else WD_LINE_SPACING.SINGLE
    if page.exact:
        spacing.line_spacing = Pt(page.exact)
    add_page_number(section.header.paragraphs[0])
    properties = document.core_properties
    properties.author = properties.comments = properties.title = ""
    properties.language = "vi"
    return document


def set_font(properties: Any, size: float) -> None:
    """Times New Roman for every script, also where Word would take a font of the theme."""
    fonts = properties.get_or_add_rFonts()
    fonts.attrib.clear()
    for name in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{name}"), "Times New Roman")
    for tag in ("w:sz", "w:szCs"):
        for old in properties.findall(qn(tag)):
            properties.remove(old)
        properties.append(make_element(tag, val=str(int(size * 2))))


def add_page_number(paragraph: Any) -> None:
    paragraph.style, paragraph.alignment = "Normal", CENTRE
    paragraph._p.append(make_element("w:fldSimple", instr="PAGE"))


def add_page_reference(paragraph: Any, mark: str, text: str) -> None:
    """The page on which a bookmark stands: the text is shown until the reader's program counts for itself."""
    run = paragraph.add_run(text)
    field = make_element("w:fldSimple", instr=f" PAGEREF {mark} \\h ")
    paragraph._p.append(field)
    field.append(run._r)


def make_element(tag: str, **attributes: str) -> Any:
    """A piece of WordprocessingML for what python-docx has no words for."""
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


# ── paragraphs ────────────────────────────────────────────────────────────────
def add_runs(paragraph: Any, text: str, size: float | None = None) -> Any:
    """Fill a paragraph; the marks change bold, italic and underlined over."""
    on: set[str] = set()
    for piece in re.split(r"(\*\*|//|__|\[\[.*?\]\])", text):
        if piece in {"**", "//", "__"}:
            on ^= {piece}
        elif piece.startswith("[["):
            add_page_reference(paragraph, *piece[2:-2].split("|"))
        elif piece:
            run = paragraph.add_run(piece)
            run.bold, run.italic, run.underline = "**" in on or None, "//" in on or None, "__" in on or None
            run.font.size = Pt(size) if size else None
    return paragraph


def add_body(document: Any, text: str) -> Any:
    """Running text, justified as the page says: 6 pt before, first line 10 mm in."""
    paragraph = add_runs(document.add_paragraph(), text)
    paragraph.paragraph_format.first_line_indent = Mm(10)
    paragraph.paragraph_format.space_before = Pt(6)
    return paragraph


def add_close(document: Any, text: str) -> None:
    """A line of a list on a sheet that must not grow: little space, the second line hangs."""
    spacing = add_runs(document.add_paragraph(), text).paragraph_format
    spacing.space_before, spacing.left_indent, spacing.first_line_indent = Pt(1), Mm(4), Mm(-4)


def add_kept(document: Any, text: str) -> None:
    """Body text that stays with the signatures: they must not stand alone on a page."""
    add_body(document, text).paragraph_format.keep_with_next = True


def add_heading(document: Any, text: str) -> None:
    """Body text that stays with what follows, so that no heading ends a page."""
    paragraph = add_body(document, text)
    paragraph.alignment, paragraph.paragraph_format.keep_with_next = LEFT, True


def add_centred(document: Any, text: str) -> None:
    size, before, words = re.match(r"(\d*) *(?:\^(\d+))? *(.*)", text).groups()  # type: ignore[union-attr]
    paragraph = add_runs(document.add_paragraph(), words, float(size) if size else None)
    paragraph.alignment, paragraph.paragraph_format.space_before = CENTRE, Pt(int(before or 0))
    if size:  # larger letters than the exact distance of the lines would be cut off
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE


def add_tag(document: Any, text: str) -> None:
    document.add_paragraph(f"{{%p {text} %}}")


def add_lines(document: Any, text: str, add: Callable[[Any, str], Any] = add_body) -> None:
    """Every line of a user's text as a paragraph, the first one behind the prefix."""
    name, _, prefix = text.partition(" ; ")
    add_tag(document, f"for line in {name.strip()}|lines")
    add(document, f"{{% if loop.first %}}{prefix}{{% endif %}}{{{{ line|stop }}}}")
    add_tag(document, "endfor")


def add_kept_lines(document: Any, text: str) -> None:
    """A user's text above the signatures: its lines stay with them."""
    add_lines(document, text, add_kept)


def add_page_break(document: Any, text: str) -> None:
    """An empty line too thin to be seen, for a table cannot begin a page by itself."""
    paragraph = document.add_paragraph()
    settings = paragraph.paragraph_format
    settings.page_break_before, settings.line_spacing = True, Pt(1)
    if text:
        number, mark = text.split()
        paragraph._p.append(make_element("w:bookmarkStart", id=number, name=mark))
        paragraph._p.append(make_element("w:bookmarkEnd", id=number))


# ── tables ────────────────────────────────────────────────────────────────────
def add_table(document: Any, widths: list[int], style: str | None = None) -> Any:
    """One row of columns that keep their widths in mm."""
    table = document.add_table(1, len(widths), style)
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    for column, cell, width in zip(table.columns, table.rows[0].cells, widths, strict=True):
        column.width = cell.width = Mm(width)  # Word goes by the cells, LibreOffice by the columns
    return table


def fill_cell(cell: Any, *texts: str, align: Any = CENTRE, size: float | None = None) -> None:
    """Paragraphs of a cell; the first takes the empty one that every cell has."""
    for index, text in enumerate(texts):
        paragraph = cell.add_paragraph() if index else cell.paragraphs[0]
        add_runs(paragraph, text, size).alignment = align


def add_letterhead(document: Any, excerpt: str) -> None:
    """Left: upper committee, cell, star, number, of a letter what it is about. Right: the Party's name over a rule, place and date."""
    left, right = add_table(document, [75, 90]).rows[0].cells
    number = ("*", "{%p if head.symbol %}", "{{ head.symbol }}", "{%p endif %}")
    upper = ("{%p if head.upper %}", "{{ head.upper|upper }}", "{%p endif %}")
    fill_cell(left, *upper, "**{{ head.issuer|upper|hold_name }}**", *number)
    fill_cell(right, "**ĐẢNG CỘNG SẢN VIỆT NAM**", size=15)
    if excerpt:
        add_runs(left.add_paragraph(), f"//{excerpt}//", 12).alignment = CENTRE
    title, day = right.paragraphs[0], right.add_paragraph()
    add_runs(day, "//{% if head.place %}{{ head.place }}, {% endif %}{{ head.issued_on|long_day }}//")
    day.alignment = CENTRE
    title.paragraph_format.left_indent = title.paragraph_format.right_indent = Mm(4)
    borders = make_element("w:pBdr")
    borders.append(make_element("w:bottom", val="single", sz="6", space="1", color="auto"))
    title._p.get_or_add_pPr().insert_element_before(borders, "w:spacing", "w:ind", "w:jc")
    day.paragraph_format.space_before = Pt(10)


def add_grid(document: Any, loop: str, columns: list[tuple[str, str, str]]) -> None:
    """A ruled table: its head stands on every page, and never alone; rows do not break across pages."""
    gap = document.add_paragraph().paragraph_format
    gap.line_spacing, gap.keep_with_next = Pt(8), True
    table = add_table(document, [int(width) for width, _, _ in columns], "Table Grid")
    rows = [table.rows[0], *(table.add_row() for _ in range(3))]
    fill_cell(rows[1].cells[0], f"{{%tr for {loop} %}}")
    fill_cell(rows[3].cells[0], "{%tr endfor %}")
    for index, (width, head, text) in enumerate(columns):
        fill_cell(rows[0].cells[index], f"**{head}**", size=13)
        fill_cell(rows[2].cells[index], text, size=13, align=CENTRE if int(width) < NARROW else LEFT)
    for row, tags in ((rows[0], ("w:cantSplit", "w:tblHeader")), (rows[2], ("w:cantSplit",))):
        for tag in tags:
            row._tr.get_or_add_trPr().append(make_element(tag))
        for cell in row.cells:
            spacing = cell.paragraphs[0].paragraph_format
            spacing.space_before = spacing.space_after = Pt(3)
            spacing.keep_with_next = row is rows[0]


def add_signatures(document: Any, lines: list[str]) -> None:
    """Two columns that stay on one page: recipients (12 pt) or writer on the left, signature on the right."""
    document.add_paragraph().paragraph_format.keep_with_next = True
    row = add_table(document, [80, 85]).rows[0]
    row._tr.get_or_add_trPr().append(make_element("w:cantSplit"))
    left, right = ([line[1:].strip() for line in lines if line[0] == side] for side in "<>")
    fill_cell(row.cells[1], *right)
    if left and left[0].startswith("__"):
        fill_cell(row.cells[0], left[0], align=LEFT)
        for text in left[1:]:
            add_runs(row.cells[0].add_paragraph(), text, size=12).alignment = LEFT
    else:
        fill_cell(row.cells[0], *left)


# ── putting it together ───────────────────────────────────────────────────────
BLOCKS: dict[str, Callable[[Any, str], Any]] = {
    "%": add_tag,
    "#": add_heading,
    "+": add_kept,
    "=": add_centred,
    "~": add_close,
    "@lines": add_lines,
    "@kept": add_kept_lines,
    "@letterhead": add_letterhead,
    "@page": add_page_break,
}


def kind_of(line: str) -> str:
    """Which block a line belongs to: `<` and `>` together are one, as are `@grid` and its columns."""
    if line[0] in "<>":
        return "<"
    return next((mark for mark in ("@grid", "|", *BLOCKS) if line.startswith(mark)), "")


def add_blocks(document: Any, lines: Iterator[str]) -> None:
    loop = ""
    for kind, group in groupby((line for line in lines if line), kind_of):
        members = list(group)
        if kind == "@grid":
            loop = members[0].removeprefix(kind).strip()
        elif kind == "|":
            cells = [[cell.strip() for cell in line[1:].split("|", 2)] for line in members]
            add_grid(document, loop, [(width, head, text) for width, head, text in cells])
        elif kind == "<":
            add_signatures(document, members)
        else:
            for line in members:
                BLOCKS.get(kind, add_body)(document, line.removeprefix(kind).lstrip())


def make_template(name: str, guidance: str) -> Any:
    """The template of one paper under one guidance, not yet saved."""
    document = new_document(read_page(name) or Page(14, 18))
    add_blocks(document, read_lines(name, {"ON_BEHALF": ON_BEHALF[guidance]}))
    return document


def main(folder: Path) -> None:
    """Write every paper of every guidance below `folder`; what did not change keeps its bytes."""
    for guidance in ON_BEHALF:
        (folder / guidance).mkdir(parents=True, exist_ok=True)
        for name in list_papers():
            written = BytesIO()
            make_template(name, guidance).save(written)
            (folder / guidance / f"{name}.docx").write_bytes(set_dates(written.getvalue(), MADE_ON))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
