"""Every write has the same shape (ARCHITECTURE.md, recipes): keywords only, who acts first, told the time."""

import ast
import tomllib
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.source import (
    CLOSED_CONTEXTS,
    PACKAGE,
    PROJECT,
    Function,
    expect_none,
    functions_of,
    parse,
    source_files,
)

EXCEPTIONS: dict[str, str] = tomllib.loads(
    (Path(__file__).parent / "service_exceptions.toml").read_text(encoding="utf-8")
).get("without_actor", {})
CLOCK_CALLS = {"now", "today", "localtime", "localdate", "utcnow", "time", "time_ns"}
CLOCK_OWNERS = {"datetime", "date", "timezone", "clock", "time"}


def _services() -> list[tuple[str, Function]]:
    """Public functions by `context.name`. Where a package's `__init__` hands out names, those are the services."""
    return [
        (f"{context}.{function.name}", function)
        for context in CLOSED_CONTEXTS
        for path in source_files(context, "services")
        for function in functions_of(path)
        if function.is_top_level and _is_handed_out(context, function.name)
    ]


def _is_handed_out(context: str, name: str) -> bool:
    handed_out = _names_handed_out(context)
    return name in handed_out if handed_out else not name.startswith("_")


@cache
def _names_handed_out(context: str) -> frozenset[str]:
    door = PACKAGE / context / "services" / "__init__.py"
    if not door.exists():
        return frozenset()
    imports = [node for node in parse(door).body if isinstance(node, ast.ImportFrom)]
    return frozenset(alias.name for node in imports for alias in node.names)


def test_services_are_called_by_keyword_with_the_actor_first() -> None:
    wrong = [
        function.where for name, function in _services() if name not in EXCEPTIONS and not _starts_with_actor(function)
    ]
    expect_none(wrong)


def _starts_with_actor(function: Function) -> bool:
    arguments = function.node.args
    keywords = [argument.arg for argument in arguments.kwonlyargs]
    return not arguments.args and not arguments.vararg and keywords[:1] == ["actor"]


def test_services_say_what_they_do() -> None:
    wrong = [function.where for _, function in _services() if ast.get_docstring(function.node) is None]
    expect_none(wrong)


def test_exceptions_name_services_that_exist() -> None:
    assert sorted(set(EXCEPTIONS) - {name for name, _ in _services()}) == []


@pytest.mark.parametrize("file", ["choices", "rules", "models", "queries", "services", "forms"])
def test_nothing_inside_reads_the_clock(file: str) -> None:
    """The moment comes from the outermost caller (a view, a command, a job), so that tests and replays can choose it."""
    wrong = [
        f"{path.relative_to(PROJECT)}:{node.lineno} {ast.unparse(node)}"
        for context in CLOSED_CONTEXTS
        for path in source_files(context, file)
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Call) and _reads_clock(node)
    ]
    expect_none(wrong)


def _reads_clock(call: ast.Call) -> bool:
    target = call.func
    if not isinstance(target, ast.Attribute) or target.attr not in CLOCK_CALLS:
        return False
    return ast.unparse(target.value).split(".")[-1] in CLOCK_OWNERS


def test_services_leave_the_rows_of_other_contexts_alone() -> None:
    """A service names another context's model as the type of an argument; rows it gets from that context's doors."""
    wrong = [
        f"{path.relative_to(PROJECT)}:{node.lineno} {ast.unparse(node)}"
        for context in CLOSED_CONTEXTS
        for path in source_files(context, "services")
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}
        if ast.unparse(node.value) in _foreign_models(context, path)
    ]
    expect_none(wrong)


def _foreign_models(context: str, path: Path) -> set[str]:
    imports = [node for node in parse(path).body if isinstance(node, ast.ImportFrom)]
    return {
        alias.asname or alias.name
        for node in imports
        if (parts := (node.module or "").split("."))[:1] == ["nennep"] and parts[1] != context and "models" in parts
        for alias in node.names
    }


def test_events_are_published_inside_a_transaction() -> None:
    """Lexically inside `with transaction.atomic()`, or in a helper that is only called from such places."""
    wrong = [
        function.where
        for context in CLOSED_CONTEXTS
        for path in source_files(context, "services")
        for function in functions_of(path)
        if _is_handed_out(context, function.name)
        if function.name in _publishers_without_transaction(path, _publishing_helpers(context))
    ]
    expect_none(wrong)


@cache
def _publishing_helpers(context: str) -> frozenset[str]:
    """`publish`, and what the modules of a context's services share among themselves that calls it without a transaction."""
    names = {"publish"}
    while (
        more := {
            name
            for path in source_files(context, "services")
            for name in _publishers_without_transaction(path, frozenset(names))
            if not name.startswith("_") and not _is_handed_out(context, name)
        }
        - names
    ):
        names |= more
    return frozenset(names)


def _publishers_without_transaction(path: Path, publishing: frozenset[str]) -> set[str]:
    """Functions of this file that call one of these, themselves or through another one of it, outside of any `atomic`."""
    calls = {function.name: _names_called_outside_atomic(function.node) for function in functions_of(path)}
    found: set[str] = set()
    while more := {name for name, called in calls.items() if called & (found | publishing)} - found:
        found |= more
    return found


def _names_called_outside_atomic(node: ast.AST) -> set[str]:
    if isinstance(node, ast.With) and any("atomic" in ast.unparse(item.context_expr) for item in node.items):
        return set()
    own = {ast.unparse(node.func)} if isinstance(node, ast.Call) else set()
    return own.union(*(_names_called_outside_atomic(child) for child in ast.iter_child_nodes(node)))
