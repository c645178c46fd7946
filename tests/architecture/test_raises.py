"""What a docstring promises to raise exists, and a service names what it raises itself."""

import ast
import builtins
import re
from collections.abc import Iterator
from functools import cache

from tests.architecture.source import CLOSED_CONTEXTS, Function, expect_none, functions_of, parse, source_files

_RAISES = re.compile(r"\braises? ((?:[^.]|\.\w)*)", re.IGNORECASE)
_CLASS = re.compile(r"(?<!\.)\b[A-Z][a-z]+(?:[A-Z][A-Za-z]*)+\b")
# The errors of another function are promised by its name.
_OF_ANOTHER = re.compile(r"raises? (?:\w+ )?(?:as|what|everything)\b", re.IGNORECASE)


def promised_by(docstring: str) -> list[str]:
    """Names of classes in the sentences that say what is raised."""
    return [name for sentence in _RAISES.findall(docstring) for name in _CLASS.findall(sentence)]


def raised_by(function: ast.AST) -> set[str]:
    """Names of classes that the function itself raises."""
    raised = [node.exc for node in ast.walk(function) if isinstance(node, ast.Raise) and node.exc is not None]
    names = [ast.unparse(error.func if isinstance(error, ast.Call) else error) for error in raised]
    return {name for name in names if _CLASS.fullmatch(name)}


@cache
def _classes() -> frozenset[str]:
    nodes = [node for path in source_files() for node in ast.walk(parse(path))]
    imported = {
        alias.asname or alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    return frozenset({node.name for node in nodes if isinstance(node, ast.ClassDef)} | imported | set(dir(builtins)))


def _services() -> Iterator[Function]:
    for context in CLOSED_CONTEXTS:
        for path in source_files(context, "services"):
            yield from (one for one in functions_of(path) if one.is_top_level and not one.name.startswith("_"))


def test_promised_errors_exist() -> None:
    expect_none(
        f"{function.where} promises {name}"
        for path in source_files()
        for function in functions_of(path)
        for name in promised_by(ast.get_docstring(function.node) or "")
        if name not in _classes()
    )


def test_services_name_what_they_raise_themselves() -> None:
    expect_none(
        f"{function.where} raises {name}"
        for function in _services()
        if (docstring := ast.get_docstring(function.node)) and not _OF_ANOTHER.search(docstring)
        for name in sorted(raised_by(function.node))
        if name not in docstring
    )


def test_names_are_read_to_the_end_of_the_sentence() -> None:
    text = "Gone. Raises NotFound, and WordsMissing when none is left. Publishes ThingGone. Raises User.DoesNotExist."
    assert promised_by(text) == ["NotFound", "WordsMissing"]


def test_what_is_raised_is_found_in_every_branch() -> None:
    code = "def f():\n  if a:\n    raise NotFound\n  try:\n    g()\n  except ValueError as e:\n    raise TooLong(limit=1) from e"
    assert raised_by(ast.parse(code)) == {"NotFound", "TooLong"}
