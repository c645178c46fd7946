"""Sheets in files that somebody else wrote: what is wrong with one, line by line (`nennep sheets check`)."""

import marshal
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from nennep.core import toml_child
from nennep.core.errors import DomainError
from nennep.core.readers import ReaderFailed, ask_reader
from nennep.core.sheets.encodings import decode
from nennep.core.sheets.refusal import Refusal
from nennep.core.toml_child import BYTES_MOST
from nennep.core.typed import take_line
from nennep.policies.choices import ARTICLE_LIMIT, NAME_LIMIT, NUMBER_LIMIT, Confidence, PolicyKey
from nennep.policies.importers.pack_files import PackFile, PackRule
from nennep.policies.importers.sheet_places import find_places
from nennep.policies.importers.toml_faults import say_fault
from nennep.policies.rules import InvalidValue, ScoreSheetTemplate, SheetProblem, read_sheet, read_value

CODE_LIMIT = 60
_UNREADABLE = (RecursionError, ValueError)


def check_file(path: Path) -> tuple[tuple[ScoreSheetTemplate, ...], tuple[SheetProblem, ...]]:
    """The sheets of a pack file, or of a file that is a single sheet; and everything for which the page would refuse it.

    The number of the document is typed there beside the file: one without it is whole.
    """
    found = _understand(*_load(path), "-")
    return found.sheets, found.problems


@dataclass(frozen=True, slots=True)
class SheetFile:
    """A foreign file as it was understood; `pack` None where something is wrong with it."""

    sheets: tuple[ScoreSheetTemplate, ...]
    problems: tuple[SheetProblem, ...]
    pack: PackFile | None


def read_sheet_file(path: Path, *, document_number: str = "") -> SheetFile:
    """`check_file`, and the document that would be loaded: a pack as it names itself, a single sheet under `document_number`."""
    return _understand(*_load(path), document_number)


def read_sheet_text(text: str, *, document_number: str = "") -> SheetFile:
    """`read_sheet_file` of a text that came over the network: it is parsed in a process of its own, with limits.

    Raises ReadersBusy.
    """
    return _understand(*_ask_child(text), document_number)


def decode_sheet(content: bytes) -> tuple[str, tuple[SheetProblem, ...]]:
    """The text of a file in UTF-8 or UTF-16, with lines ended as one ends them; anything else is refused, never guessed."""
    try:
        text, encoding = decode(content)
    except Refusal:
        return "", (SheetProblem("", _say_encoding("")),)
    if encoding not in {"UTF-8", "UTF-16"}:
        return "", (SheetProblem("", _say_encoding(encoding)),)
    text = text.removeprefix("\N{BYTE ORDER MARK}").replace("\r\n", "\n")
    problem = _find_garbled(text)
    return text, (problem,) if problem else ()


def _say_encoding(encoding: str) -> str:
    seems = _(" (có vẻ là %(encoding)s)") % {"encoding": encoding} if encoding else ""
    words = _("tệp không phải chữ UTF-8%(seems)s. Mở bằng Notepad, chọn Lưu thành, mã hóa UTF-8, rồi nạp lại")
    return words % {"seems": seems}


# UTF-8 that was read as Latin letters and saved so: “Äáº£ng” for “Đảng”.
_GARBLED = re.compile("áº[^\\s\\w]|á»[^\\s.,;:!?)\"'»\\]]|Ä[\u2018\u0090\u0083]|Æ°|Æ¡|Ã[\u00a0-\u00bf]|\ufffd")


def _find_garbled(text: str) -> SheetProblem | None:
    found = _GARBLED.search(text)
    if found is None:
        return None
    before = text[: found.start()]
    line, column = before.count("\n") + 1, found.start() - (before.rfind("\n") + 1) + 1
    return SheetProblem("", _("chữ ở đây đã hỏng vì lưu sai mã; hãy lấy lại tệp gốc"), line=line, column=column)


def _ask_child(text: str) -> tuple[dict[str, Any], str, tuple[SheetProblem, ...]]:
    if problem := _find_garbled(text):
        return {}, text, (problem,)
    try:
        done = ask_reader("nennep.core.toml_child", source=text.encode()[: BYTES_MOST + 1], seconds=toml_child.SECONDS)
    except ReaderFailed:
        return {}, text, (SheetProblem("", _("tệp đọc quá lâu hoặc quá sâu; hãy viết như ví dụ trong hướng dẫn")),)
    outcome, found = marshal.loads(done)  # noqa: S302  (written by our own child)
    if outcome == "data":
        return _with_days(found), text, ()
    return {}, text, (SheetProblem("", _say_large() if outcome == "large" else _say_unreadable(found)),)


def _with_days(value: Any) -> Any:
    """Days as TOML has them; an hour stays text."""
    if isinstance(value, dict):
        return {key: _with_days(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_with_days(one) for one in value]
    if not isinstance(value, tuple):
        return value
    try:
        return date.fromisoformat(value[0])
    except ValueError:
        return value[0]


def _understand(data: dict[str, Any], text: str, problems: tuple[SheetProblem, ...], document_number: str) -> SheetFile:
    if problems:
        return SheetFile((), problems, None)
    sheets, problems = _check(data, text)
    pack, more = (None, ()) if problems else _make_pack(data, document_number)
    return SheetFile(sheets, (*problems, *more), pack)


def _make_pack(data: dict[str, Any], document_number: str) -> tuple[PackFile | None, tuple[SheetProblem, ...]]:
    names = {"code": CODE_LIMIT, "title": NAME_LIMIT}
    head = dict(data) | {"document_number": data.get("document_number") or document_number}
    names["document_number"] = NUMBER_LIMIT
    wrong = [SheetProblem(name, _say_fault(head.get(name), limit)) for name, limit in names.items()]
    wrong = [problem for problem in wrong if problem.words]
    days = {name: head[name] for name in ("issued_on", "valid_from") if name in head}
    wrong += [SheetProblem(name, _("phải là một ngày")) for name, day in days.items() if type(day) is not date]
    if wrong:
        return None, tuple(wrong)
    rows = _rules_of(data) or [{"key": PolicyKey.SCORE_SHEET.value, "value": data}]
    rules = tuple(
        PackRule(str(row["key"]), to_plain(row["value"]), str(row.get("article", ""))[:ARTICLE_LIMIT], Confidence.LOCAL)
        for row in rows
    )
    first = days.get("valid_from", date.min)
    return PackFile(
        head["code"], head["title"], head["document_number"], days.get("issued_on", first), first, "-", rules
    ), ()


def to_plain(value: Any) -> Any:
    """As JSON has it: days as text."""
    if isinstance(value, dict):
        return {key: to_plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [to_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date | time) else value


def _say_fault(value: Any, limit: int) -> str:
    if not isinstance(value, str) or not value.strip():
        return _("phải ghi")
    try:
        take_line(value, limit=limit)
    except DomainError as error:
        return str(error)
    return ""


def _check(data: dict[str, Any], text: str) -> tuple[tuple[ScoreSheetTemplate, ...], tuple[SheetProblem, ...]]:
    sheets: list[ScoreSheetTemplate] = []
    found: list[SheetProblem] = []
    for value in _list_sheets(data):
        sheet, wrong = read_sheet(value)
        found += wrong
        sheets += [sheet, *sheet.others] if sheet else []
    found += _check_others(data)
    if not sheets and not found:
        found.append(SheetProblem("", _("tệp không có khung chấm điểm nào (khóa score.sheet)")))
    return tuple(sheets), find_places(text, tuple(found))


def _load(path: Path) -> tuple[dict[str, Any], str, tuple[SheetProblem, ...]]:
    """Never more of a foreign file than BYTES_MOST."""
    try:
        with path.open("rb") as file:
            content = file.read(BYTES_MOST + 1)
        if len(content) > BYTES_MOST:
            return {}, "", (SheetProblem("", _say_large()),)
        text, problems = decode_sheet(content)
        return ({}, text, problems) if problems else (tomllib.loads(text), text, ())
    except OSError as error:
        return {}, "", (SheetProblem("", _("không mở được tệp: %(error)s") % {"error": error.strerror}),)
    except _UNREADABLE as error:
        words = str(error) if isinstance(error, tomllib.TOMLDecodeError) else type(error).__name__
        return {}, "", (SheetProblem("", _say_unreadable(words)),)


def _say_large() -> str:
    return _("tệp lớn quá %(most)s KB") % {"most": BYTES_MOST // 1024}


def _say_unreadable(words: str) -> str:
    return _("không đọc được TOML: %(error)s") % {"error": say_fault(words)}


def _list_sheets(data: dict[str, Any]) -> Iterator[Any]:
    if "rules" not in data:
        yield data
        return
    for rule in _rules_of(data):
        if rule.get("key") == PolicyKey.SCORE_SHEET.value:
            yield rule.get("value")


def _rules_of(data: dict[str, Any]) -> list[dict[str, Any]]:
    rules = data.get("rules", [])
    return [rule for rule in rules if isinstance(rule, dict)] if isinstance(rules, list) else []


def _check_others(data: dict[str, Any]) -> Iterator[SheetProblem]:
    """The other rules of a pack: its levels above all."""
    for rule in _rules_of(data):
        key = str(rule.get("key", ""))
        if key not in PolicyKey.values:
            yield SheetProblem(key, _("không có quy định nào tên này"))
        elif key != PolicyKey.SCORE_SHEET.value:
            try:
                read_value(PolicyKey(key), rule.get("value"))
            except (InvalidValue, TypeError, ValueError, KeyError, AttributeError):
                label = PolicyKey(key).label
                yield SheetProblem(key, _("giá trị của “%(label)s” không đúng") % {"label": label})
