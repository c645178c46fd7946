"""What stands in a workbook beneath what it shows: hidden rows, formulas that say nothing. Runs in the child."""

import re
import zipfile
from html import unescape
from io import BytesIO
from typing import NamedTuple

_ATTRIBUTE = r'\b{}="([^"]*)"'
_SHEET, _RELATION = re.compile(r"<sheet\s[^>]*>"), re.compile(r"<Relationship\s[^>]*>")
_HIDDEN_ROW = re.compile(rb'<row\s[^>]*?\bhidden="(?:1|true)"[^>]*(?<!/)>')
_ERROR = re.compile(rb'<c\s[^>]*?\br="([A-Z]{1,3}\d+)"[^>]*?\bt="e"')
_NO_VALUE = re.compile(rb'<c\s[^>]*?\br="([A-Z]{1,3}\d+)"[^>]*><f\b(?:[^>]*/>|[^>]*>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>')


class Beneath(NamedTuple):
    """Of one sheet: how many rows are hidden, the cells whose formula gave an error or was never calculated."""

    hidden_rows: int
    broken: list[str]


def read_beneath(content: bytes) -> dict[str, Beneath]:
    """By the name of the sheet; nothing of a workbook that is built otherwise."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = set(archive.namelist())
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= parts:
            return {}
        book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
        relations = _relations(archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace"))
        named = [(_attribute(tag, "name"), relations.get(_attribute(tag, "r:id"), "")) for tag in _SHEET.findall(book)]
        return {unescape(name): _look(archive.read(part)) for name, part in named if part in parts}


def _relations(text: str) -> dict[str, str]:
    tags = _RELATION.findall(text)
    targets = {_attribute(tag, "Id"): _attribute(tag, "Target") for tag in tags}
    return {key: target.lstrip("/") if target.startswith("/") else f"xl/{target}" for key, target in targets.items()}


def _attribute(tag: str, name: str) -> str:
    found = re.search(_ATTRIBUTE.format(name), tag)
    return found.group(1) if found else ""


def _look(part: bytes) -> Beneath:
    hidden = len(_HIDDEN_ROW.findall(part)) if b" hidden=" in part else 0
    broken = _ERROR.findall(part) if b't="e"' in part else []
    if b"<f" in part:
        broken += _NO_VALUE.findall(part)
    return Beneath(hidden, [cell.decode("ascii") for cell in dict.fromkeys(broken)])
