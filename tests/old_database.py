"""Databases that the programs of former commits made: kept in tests/data/upgrade, made by `python -m tools.upgrade_data`."""

import json
import lzma
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

from tests.template_database import create_on_server, lead_to, remove_file, remove_on_server

DATA = Path(__file__).with_name("data") / "upgrade"
KINDS = {"sqlite": "sqlite3", "postgresql": "sql"}
Rows = list[dict[str, Any]]
Shape = dict[str, tuple[Any, ...]]


def read_facts(commit: str) -> dict[str, Any]:
    """What that program said of its database: rows of each table, figures, minutes, votes, roll calls."""
    file = DATA / f"{commit}.{KINDS[connection.vendor]}.json"
    facts: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return facts


@contextmanager
def old_database(commit: str, folder: Path) -> Iterator[None]:
    """The default connection leads to a copy as that program left it, of the kind that this run is on."""
    before = connection.settings_dict["NAME"]
    content = lzma.decompress((DATA / f"{commit}.{KINDS[connection.vendor]}.xz").read_bytes())
    if connection.vendor == "sqlite":
        name: Any = folder / "old.sqlite3"
        name.write_bytes(content)
        lead_to(name)
        remove = remove_file
    else:
        name = f"{before}_{commit}"
        create_on_server(name)
        lead_to(name)
        with connection.cursor() as cursor:
            cursor.execute(content.decode())
        connection.close()  # the script has emptied this session's search path
        remove = remove_on_server
    try:
        yield
    finally:
        lead_to(before)
        remove(name)


def read_rows() -> dict[str, Rows]:
    """Every row of every table, past the models."""
    with connection.cursor() as cursor:
        return {table: _read_table(cursor, table) for table in connection.introspection.table_names(cursor)}


def _read_table(cursor: Any, table: str) -> Rows:
    cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  names of ours
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def count_rows(rows: Rows, columns: list[str]) -> Counter[str]:
    """How often each row is there, looking at these columns."""
    return Counter(repr([row[name] for name in columns]) for row in rows)


def read_shape() -> Shape:
    """Columns and constraints of every table. Keys and checks of SQLite have no names of their own, so none are compared."""
    with connection.cursor() as cursor:
        return {table: _read_shape(cursor, table) for table in connection.introspection.table_names(cursor)}


def _read_shape(cursor: Any, table: str) -> tuple[Any, ...]:
    reader = connection.introspection
    columns = sorted(repr(tuple(column)) for column in reader.get_table_description(cursor, table))
    constraints = sorted(repr(sorted(one.items(), key=str)) for one in reader.get_constraints(cursor, table).values())
    return tuple(columns), tuple(constraints)
