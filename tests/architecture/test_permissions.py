"""Every write asks: for a permission to write, on a unit; or somebody said why it need not (service_exceptions.toml)."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

from nennep.core.permissions import Permission
from tests.architecture.calls import Asked, asked_by
from tests.architecture.order import summary_of
from tests.architecture.source import CLOSED_CONTEXTS, Function, expect_none, functions_of, parse, source_files

LISTED: dict[str, dict[str, str]] = tomllib.loads(
    (Path(__file__).parent / "service_exceptions.toml").read_text(encoding="utf-8")
)
NO_WRITE_ASKED = {name for kind in ("own", "steps", "readers", "otherwise") for name in LISTED[kind]}


def _services() -> list[tuple[str, Function, Asked]]:
    """Every public function of the services, handed out or not, by `context.name`, with what it asks."""
    return [
        (f"{context}.{function.name}", function, asked_by(path, function.name))
        for context in CLOSED_CONTEXTS
        for path in source_files(context, "services")
        for function in functions_of(path)
        if function.is_top_level and not function.name.startswith("_")
    ]


def _asks_to_write(asked: Asked) -> bool:
    return asked.is_program or any(Permission[name].is_write for name in asked.permissions)


def test_services_ask_for_a_permission_to_write() -> None:
    """`actor.require(Permission.…, path)`, or `actor.require_program()` for what nobody starts; else list the reason."""
    wrong = [
        f"{function.where} asks {sorted(asked.permissions) or 'nobody'}"
        for name, function, asked in _services()
        if name not in NO_WRITE_ASKED | set(LISTED["without_actor"]) and not _asks_to_write(asked)
    ]
    expect_none(wrong)


def test_listed_services_exist_and_ask_no_more() -> None:
    silent = {name for name, _, asked in _services() if not _asks_to_write(asked)}
    assert sorted(NO_WRITE_ASKED - silent) == []


def test_services_on_own_rows_look_at_who_acts_before_they_write() -> None:
    wrong = []
    for path, function in _listed("own"):
        found = summary_of(path, function.name, own=True)
        if found.dirty or not asked_by(path, function.name).is_own:
            wrong.append(f"{function.where} {found.dirty}")
    expect_none(wrong)


def _listed(kind: str) -> Iterator[tuple[Path, Function]]:
    for context in CLOSED_CONTEXTS:
        for path in source_files(context, "services"):
            for function in functions_of(path):
                if function.is_top_level and f"{context}.{function.name}" in LISTED[kind]:
                    yield path, function


def test_services_for_readers_ask_for_a_permission_to_read() -> None:
    wrong = [
        function.where for name, function, asked in _services() if name in LISTED["readers"] and not asked.permissions
    ]
    expect_none(wrong)


def test_permissions_are_asked_on_a_unit() -> None:
    """On the path of everything only the program holds a grant: then `require_program` says so."""
    wrong = [
        f"{path.name}:{node.lineno} {ast.unparse(node)}"
        for context in CLOSED_CONTEXTS
        for path in source_files(context, "services", "queries")
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"require", "may"}
        if len(node.args) > 1 and ast.unparse(node.args[1]) == "''"
    ]
    expect_none(wrong)


def test_services_ask_before_they_write_on_every_path() -> None:
    """Whichever branch is taken, a permission to write was asked for before the first row changes (order.py)."""
    wrong = [
        f"{context}: {name} may write in line {dirty} before it has asked"
        for (context, name), dirty in _unasked_writes().items()
        if f"{context}.{name}" not in LISTED["branches"]
    ]
    expect_none(wrong)


def test_listed_branches_are_needed() -> None:
    assert sorted(LISTED["branches"].keys() - {f"{context}.{name}" for context, name in _unasked_writes()}) == []


def _unasked_writes() -> dict[tuple[str, str], str]:
    return {
        (context, function.name): dirty
        for context in CLOSED_CONTEXTS
        for path in source_files(context, "services")
        for function in functions_of(path)
        if function.is_top_level and not function.name.startswith("_")
        if f"{context}.{function.name}" not in NO_WRITE_ASKED | set(LISTED["without_actor"])
        if (dirty := summary_of(path, function.name).dirty)
    }
