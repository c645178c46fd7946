"""What an export says of itself: a data package as Frictionless describes it (datapackage.json)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from nennep.exchange.choices import SCHEMA_VERSION, ExportFormat
from nennep.exchange.rules import ExportColumn, Scope, TableFile

FORMATS = {"datetime": "%Y-%m-%dT%H:%M:%S.%f", "time": "%H:%M:%S.%f"}
ZONE = "Asia/Ho_Chi_Minh"
MEDIA_TYPES = {ExportFormat.CSV: "text/csv", ExportFormat.PARQUET: "application/vnd.apache.parquet"}


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """A table with its columns and files; `key`: the columns that name a row."""

    name: str
    holds: str
    columns: tuple[ExportColumn, ...]
    key: tuple[str, ...]
    parts: tuple[TableFile, ...]


def describe_package(
    tables: Iterable[WrittenTable], *, scope: Scope, form: ExportFormat, program: str, made_on: date
) -> dict[str, Any]:
    """Everything that somebody needs to read the files without the program."""
    written = list(tables)
    keys = {table.name: table.key for table in written}
    return {
        "profile": "data-package",
        "name": "nennep-export",
        "title": "Nền Nếp: base facts",
        "nennep": {
            "schema": SCHEMA_VERSION,
            "program": program,
            "made_on": made_on.isoformat(),
            "unit": scope.code,
            "from": str(scope.first_day)[:7],
            "to": str(scope.last_day)[:7],
            "sensitive": scope.sensitive,
            "format": str(form),
            "time_zone": ZONE,
        },
        "resources": [_describe_table(table, keys, form) for table in written],
    }


def _describe_table(table: WrittenTable, keys: Mapping[str, Sequence[str]], form: ExportFormat) -> dict[str, Any]:
    return {
        "name": table.name,
        "description": table.holds,
        "profile": "tabular-data-resource",
        "format": str(form),
        "mediatype": MEDIA_TYPES[form],
        "encoding": "utf-8",
        "rows": sum(part.rows for part in table.parts),
        **_describe_files(table.parts, form),
        "schema": {
            "fields": [_describe_column(column) for column in table.columns],
            "missingValues": [""],
            **({"primaryKey": list(table.key)} if table.key else {}),
            "foreignKeys": [
                _point(column, keys) for column in table.columns if len(keys.get(column.refers_to, ())) == 1
            ],
        },
    }


def _describe_files(parts: Sequence[TableFile], form: ExportFormat) -> dict[str, Any]:
    """One file has its checksum where Frictionless expects it; of several each has its own."""
    if form == ExportFormat.CSV:
        return {"path": parts[0].path, "bytes": parts[0].size, "hash": f"sha256:{parts[0].sha256}"}
    listed = [{"path": one.path, "rows": one.rows, "bytes": one.size, "hash": f"sha256:{one.sha256}"} for one in parts]
    return {"path": [one.path for one in parts], "parts": listed}


def _describe_column(column: ExportColumn) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": True} if column.is_required else {}
    if column.values:
        constraints["enum"] = list(column.values)
    return {
        "name": column.name,
        "type": column.kind,
        **({"format": FORMATS[column.kind]} if column.kind in FORMATS else {}),
        "description": column.description,
        **({"constraints": constraints} if constraints else {}),
    }


def _point(column: ExportColumn, keys: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    return {"fields": column.name, "reference": {"resource": column.refers_to, "fields": keys[column.refers_to][0]}}
