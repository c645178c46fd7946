"""Rows change in services alone, where permission, transaction and trail are."""

import ast
from functools import cache

from django.apps import apps

from tests.architecture.source import PACKAGE, expect_none, parse, source_files

_ROW_WRITES = {"save", "delete", "update", "create", "get_or_create", "update_or_create", "bulk_create", "bulk_update"}
WRITES = _ROW_WRITES | {f"a{name}" for name in _ROW_WRITES} | {"add_root", "add_child", "execute", "executemany"}
LINK_WRITES = {"add", "remove", "set", "clear"}
# Same names on what is no row: file and what is called, each with what it is.
NO_ROWS = {
    "audit/choices.py _labels.update": "a dictionary of labels",
    "core/locks.py cursor.execute": "asks for a lock",
    "exchange/renderers/tables.py self.digest.update": "a checksum",
    "members/importers/matching.py seen.update": "a dictionary of keys",
    "reporting/renderers/word.py template.save": "a Word file",
    "operations/importers/archive.py digest.update": "a checksum",
    "operations/queries/checks.py cursor.execute": "asks whether the database answers and how it is set",
    "operations/renderers/archive.py self.digest.update": "a checksum",
    "site/api.py cursor.execute": "asks whether the database answers",
    "core/tables.py cursor.execute": "asks whether the database is sound",
}
# Outside of services and migrations, by file or folder.
OTHER_WRITERS = {
    "core/management/commands/rotate_keys.py": "the same texts under another key, of every context's encrypted columns",
    "core/queue.py": "jobs of the queue that were interrupted, a library's rows",
    "core/references.py": "carries out, in a service's transaction, what the contexts declare of their own rows",
    "core/sessions.py": "sessions, a row of Django, in its own way",
    "site/daily.py": "finished jobs of the queue, a library's rows",
    "site/demonstration": "writes a past of a year, which services cannot date back",
}


def test_models_are_written_by_services_alone() -> None:
    """Outside of services nothing makes, changes or deletes rows, through whatever it holds: managers, rows, links, SQL."""
    wrong = [f"{where} {call}" for where, call in _writes() if not _is_listed(where.split(":")[0], call)]
    expect_none(wrong)


def test_other_writers_are_needed() -> None:
    found = {(where.split(":")[0], call) for where, call in _writes()}
    used = {name for name in OTHER_WRITERS if any(_is_below(path, name) for path, _ in found)}
    used |= {f"{path} {call}" for path, call in found}
    assert sorted((OTHER_WRITERS.keys() | NO_ROWS.keys()) - used) == []


def _is_listed(path: str, call: str) -> bool:
    return f"{path} {call}" in NO_ROWS or any(_is_below(path, name) for name in OTHER_WRITERS)


def _is_below(path: str, name: str) -> bool:
    return path == name or path.startswith(f"{name}/")


def _writes() -> list[tuple[str, str]]:
    """Place, and what is called (or handed on to be called) there, in every file but services and migrations."""
    return [
        (f"{path.relative_to(PACKAGE).as_posix()}:{node.lineno}", ast.unparse(node))
        for path in set(source_files()) - set(source_files("", "services"))
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Attribute) and writes_rows(node)
    ]


def writes_rows(node: ast.Attribute) -> bool:
    if node.attr in LINK_WRITES:
        return isinstance(node.value, ast.Attribute) and node.value.attr in _links()
    return node.attr in WRITES


@cache
def _links() -> frozenset[str]:
    """Names under which rows hold their many-to-many links, on either side."""
    fields = [field for model in apps.get_models() for field in model._meta.get_fields() if field.many_to_many]
    return frozenset(getattr(field, "get_accessor_name", lambda: None)() or field.name for field in fields)
