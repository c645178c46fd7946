"""Read one of our Word papers into plain values: what has to be set where, in points. The only reader of .docx files.

It knows what `tools/make_paper_templates.py` puts into a template and nothing else: paragraphs with their runs, tables, page
breaks, page numbers and references to pages. What a style says stands below what the paragraph itself says.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from docx import Document
from docx.oxml.ns import qn

Values = dict[str, Any]

_ALIGNMENTS = {"both": "justify", "center": "center", "right": "right", "end": "right"}
_LINE_AT_ONCE = 240  # what Word calls one line when a distance is not exact
_LONGEST_WORD = 40  # letters; a longer one may be broken anywhere, for it may not fit the line
_PIECE = 8
_ROW_LIMIT = 1500  # letters; a longer row may cross pages, for it may not fit one


@dataclass(frozen=True, slots=True)
class _Styles:
    """Settings of every style of the file, those of the styles that it is based on included, and of no style."""

    paragraphs: dict[str, Values] = field(default_factory=dict)
    ruled: frozenset[str] = frozenset()

    def of(self, name: str) -> Values:
        return self.paragraphs.get(name) or self.paragraphs["Normal"]


def read_layout(word: bytes) -> Values:
    """The whole paper: `page`, `title`, `author`, `header` and `blocks`, as JSON can carry them."""
    document = Document(BytesIO(word))
    section: Any = document.sections[0]
    styles = _read_styles(document)
    return {
        "title": document.core_properties.title,
        "author": document.core_properties.author,
        "page": {
            "width": section.page_width.pt,
            "height": section.page_height.pt,
            "top": section.top_margin.pt,
            "bottom": section.bottom_margin.pt,
            "left": section.left_margin.pt,
            "right": section.right_margin.pt,
            "header": section.header_distance.pt,
            "first_differs": section.different_first_page_header_footer,
        },
        "header": list(_read_blocks(section.header._element, styles)),  # noqa: SLF001
        "blocks": list(_read_blocks(document.element.body, styles)),
    }


# ── styles ────────────────────────────────────────────────────────────────────
def _read_styles(document: Any) -> _Styles:
    elements = {style.get(qn("w:styleId")): style for style in document.styles.element.findall(qn("w:style"))}
    defaults = {"align": "left", "left": 0, "right": 0, "first": 0, "before": 0, "after": 0, "line": None, "size": 11}
    paragraphs = {name: defaults | _read_style(name, elements) for name in elements if name}
    ruled = (name for name, style in elements.items() if style.find(f".//{qn('w:tblBorders')}") is not None)
    return _Styles(paragraphs, frozenset(ruled))


def _read_style(name: str, elements: dict[str, Any]) -> Values:
    style = elements[name]
    base = style.find(qn("w:basedOn"))
    below = _read_style(base.get(qn("w:val")), elements) if base is not None else {}
    return below | _read_paragraph_settings(style.find(qn("w:pPr"))) | _read_size(style.find(qn("w:rPr")))


def _read_size(properties: Any) -> Values:
    size = properties.find(qn("w:sz")) if properties is not None else None
    return {"size": int(size.get(qn("w:val"))) / 2} if size is not None else {}


def _read_paragraph_settings(properties: Any) -> Values:
    """What the settings of a paragraph or a style say themselves."""
    if properties is None:
        return {}
    said: Values = {}
    if (align := properties.find(qn("w:jc"))) is not None:
        said["align"] = _ALIGNMENTS.get(align.get(qn("w:val")), "left")
    if (indents := properties.find(qn("w:ind"))) is not None:
        said |= _read_points(indents, left="left", right="right", firstLine="first")
    if (spacing := properties.find(qn("w:spacing"))) is not None:
        said |= _read_points(spacing, before="before", after="after") | _read_line(spacing)
    return said


def _read_points(element: Any, **names: str) -> Values:
    """Measures in twentieths of a point, by the names they get here."""
    found = {name: element.get(qn(f"w:{attribute}")) for attribute, name in names.items()}
    return {name: int(value) / 20 for name, value in found.items() if value is not None}


def _read_line(spacing: Any) -> Values:
    """`line` in points when it is exact, None when it is as high as the font asks."""
    if (line := spacing.get(qn("w:line"))) is None:
        return {}
    exact = spacing.get(qn("w:lineRule")) in {"exact", "atLeast"} and int(line) != _LINE_AT_ONCE
    return {"line": int(line) / 20 if exact else None}


# ── paragraphs ────────────────────────────────────────────────────────────────
def _read_blocks(parent: Any, styles: _Styles) -> Iterator[Values]:
    for child in parent:
        if child.tag == qn("w:p"):
            yield _read_paragraph(child, styles)
        elif child.tag == qn("w:tbl"):
            yield _read_table(child, styles)


def _read_paragraph(element: Any, styles: _Styles) -> Values:
    properties = element.find(qn("w:pPr"))
    name = properties.find(qn("w:pStyle")) if properties is not None else None
    settings = styles.of(name.get(qn("w:val")) if name is not None else "Normal")
    mark = element.find(qn("w:bookmarkStart"))
    return {
        "kind": "paragraph",
        **settings,
        **_read_paragraph_settings(properties),
        "keep": _has(properties, "w:keepNext"),
        "break": _has(properties, "w:pageBreakBefore"),
        "rule": properties is not None and properties.find(f"{qn('w:pBdr')}/{qn('w:bottom')}") is not None,
        "mark": mark.get(qn("w:name")) if mark is not None else None,
        "runs": [run for child in element for run in _read_runs(child, settings["size"])],
    }


def _has(properties: Any, tag: str) -> bool:
    element = properties.find(qn(tag)) if properties is not None else None
    return element is not None and element.get(qn("w:val")) not in {"0", "false", "none"}


def _read_runs(element: Any, size: float) -> Iterator[Values]:
    if element.tag == qn("w:fldSimple"):
        command, *names = element.get(qn("w:instr")).split()
        yield {"size": size} | ({"page": True} if command == "PAGE" else {"ref": names[0]})
    elif element.tag == qn("w:r"):
        properties = element.find(qn("w:rPr"))
        look = {"size": size} | _read_size(properties)
        look |= {name: _has(properties, f"w:{name}") for name in ("b", "i", "u")}
        for child in element:
            yield from ({**look, **piece} for piece in _read_text(child))


def _read_text(element: Any) -> Iterator[Values]:
    """Text as it stands; a word that may not fit a line comes in pieces, between which it may be broken."""
    if element.tag in {qn("w:br"), qn("w:cr")}:
        yield {"line_end": True}
    text = {qn("w:t"): element.text or "", qn("w:tab"): "\t", qn("w:noBreakHyphen"): "-"}.get(element.tag, "")
    if max(map(len, text.split()), default=0) <= _LONGEST_WORD:
        if text:
            yield {"text": text}
        return
    for start in range(0, len(text), _PIECE):
        yield {"text": text[start : start + _PIECE], "breaks": True}


# ── tables ────────────────────────────────────────────────────────────────────
def _read_table(element: Any, styles: _Styles) -> Values:
    style = element.find(f"{qn('w:tblPr')}/{qn('w:tblStyle')}")
    columns = element.find(qn("w:tblGrid"))
    rows = [_read_row(row, styles) for row in element.findall(qn("w:tr"))]
    return {
        "kind": "table",
        "ruled": style is not None and style.get(qn("w:val")) in styles.ruled,
        "columns": [int(column.get(qn("w:w"))) / 20 for column in columns],
        "head": [row for row in rows if row["head"]],
        "rows": [row for row in rows if not row["head"]],
    }


def _read_row(element: Any, styles: _Styles) -> Values:
    properties = element.find(qn("w:trPr"))
    cells = [
        {
            "span": int(span.get(qn("w:val"))) if (span := cell.find(f".//{qn('w:gridSpan')}")) is not None else 1,
            "blocks": list(_read_blocks(cell, styles)),
        }
        for cell in element.findall(qn("w:tc"))
    ]
    letters = sum(len(text.text or "") for text in element.iter(qn("w:t")))
    whole = _has(properties, "w:cantSplit") and letters <= _ROW_LIMIT
    return {"head": _has(properties, "w:tblHeader"), "whole": whole, "cells": cells}
