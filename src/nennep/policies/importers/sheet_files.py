"""Sheets in files that somebody else wrote: what is wrong with one, line by line (`nennep sheets check`)."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from nennep.policies.choices import PolicyKey
from nennep.policies.rules import InvalidValue, ScoreSheetTemplate, SheetProblem, read_sheet, read_value

BYTES_MOST = 256 * 1024  # the largest sheet known has 8
_UNREADABLE = (UnicodeDecodeError, RecursionError, ValueError)


def check_file(path: Path) -> tuple[tuple[ScoreSheetTemplate, ...], tuple[SheetProblem, ...]]:
    """The sheets of a pack file, or of a file that is a single sheet; and everything that is wrong with it."""
    data, problems = _load(path)
    if problems:
        return (), problems
    sheets: list[ScoreSheetTemplate] = []
    found: list[SheetProblem] = []
    for value in _list_sheets(data):
        sheet, wrong = read_sheet(value)
        found += wrong
        sheets += [sheet, *sheet.others] if sheet else []
    found += _check_others(data)
    if not sheets and not found:
        found.append(SheetProblem("", _("tệp không có khung chấm điểm nào (khóa score.sheet)")))
    return tuple(sheets), tuple(found)


def _load(path: Path) -> tuple[dict[str, Any], tuple[SheetProblem, ...]]:
    """Never more of a foreign file than BYTES_MOST."""
    try:
        with path.open("rb") as file:
            content = file.read(BYTES_MOST + 1)
        if len(content) > BYTES_MOST:
            return {}, (SheetProblem("", _("tệp lớn quá %(most)s KB") % {"most": BYTES_MOST // 1024}),)
        return tomllib.loads(content.decode("utf-8")), ()
    except OSError as error:
        return {}, (SheetProblem("", _("không mở được tệp: %(error)s") % {"error": error.strerror}),)
    except _UNREADABLE as error:
        return {}, (SheetProblem("", _("không đọc được TOML: %(error)s") % {"error": _say(error)}),)


def _say(error: Exception) -> str:
    """`(at line 3, column 5)` as people say it."""
    words = str(error) if isinstance(error, tomllib.TOMLDecodeError) else type(error).__name__
    return words.replace("(at line ", _("(dòng ")).replace(", column ", _(", cột "))


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
            except (InvalidValue, TypeError, ValueError, KeyError, AttributeError) as error:
                yield SheetProblem(key, _("giá trị không đúng: %(error)s") % {"error": error})
