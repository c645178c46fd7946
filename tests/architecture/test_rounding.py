"""One function rounds what is shown or kept (half up): Python's own ways round to even, or cut a float."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE

OWN = {
    "core/rounding.py": "the one",
    "reporting/rules/charts.py": "places on a drawing",
    "planning/rules/plan.py": "seconds that the solver ran",
    "meetings/rules/coverage.py": "whole minutes of a talk, measured to the second",
    "members/importers/values.py": "whole numbers that a spreadsheet keeps as floats",
    "members/importers/dates.py": "a date that a spreadsheet keeps as a float",
    "site/demonstration/months.py": "invented data",
}


def _find_roundings(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="round")) | ast.Call(func=ast.Attribute(attr="quantize")):
                yield node.lineno
            case ast.FormattedValue(format_spec=ast.JoinedStr(values=[ast.Constant(value=str(said))])):
                if "." in said and said[-1] in "fg%":
                    yield node.lineno


def _list_files() -> list[str]:
    files = (str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
    return sorted(files)


@pytest.mark.parametrize("name", [name for name in _list_files() if name not in OWN])
def test_rounds_by_the_one_function(name: str) -> None:
    assert list(_find_roundings(ast.parse(Path(PACKAGE / name).read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("name", OWN)
def test_exceptions_are_needed(name: str) -> None:
    assert list(_find_roundings(ast.parse(Path(PACKAGE / name).read_text(encoding="utf-8")))) != []


@pytest.mark.parametrize("line", ["round(1.5)", "value.quantize(Decimal(1))", "f'{value:.1f}'"])
def test_finds_other_ways(line: str) -> None:
    assert list(_find_roundings(ast.parse(line))) == [1]
