"""How a row is written: its columns, where each of them is read, and how a value becomes text."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db import models
from django.db.models import Case, F, OuterRef, QuerySet, Subquery, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, ExtractYear
from django.utils.timezone import localtime

from nennep.exchange.importers.dictionary import read_decisions, read_descriptions
from nennep.exchange.queries.rows import UNIT, find_model, list_rows, list_targets, meet_scope
from nennep.exchange.rules import ExportColumn, ExportDecision, Scope

CHUNK = 2000  # rows that are in memory at once
JOIN = "|"  # between the parts of a key without a public id
OWN_CODE = "local-"  # how the code of a unit's own rules begins (policies)

_KINDS: tuple[tuple[type[models.Field[Any, Any]], str], ...] = (
    (models.BooleanField, "boolean"),
    (models.DateTimeField, "datetime"),
    (models.DateField, "date"),
    (models.TimeField, "time"),
    (models.DecimalField, "number"),
    (models.FloatField, "number"),
    (models.IntegerField, "integer"),
)


@dataclass(frozen=True, slots=True)
class _Source:
    """A column, what is read for it, and how these values are written; None for what is empty."""

    column: ExportColumn
    expressions: tuple[Combinable, ...]
    write: Callable[[Sequence[Any]], str | None]


@dataclass(frozen=True, slots=True)
class Shape:
    """How the rows of a table are written in one export. `codes`: of units by their numbers here."""

    decision: ExportDecision
    sources: tuple[_Source, ...]

    @property
    def columns(self) -> tuple[ExportColumn, ...]:
        return tuple(source.column for source in self.sources)

    def read(self, rows: QuerySet[Any]) -> Iterator[list[str | None]]:
        """The written rows, a few at a time."""
        expressions = [one for source in self.sources for one in source.expressions]
        for values in rows.values_list(*expressions).iterator(chunk_size=CHUNK):
            given = iter(values)
            yield [source.write([next(given) for _one in source.expressions]) for source in self.sources]


def make_shape(decision: ExportDecision, scope: Scope, codes: Mapping[int, str]) -> Shape:
    names = decision.list_columns(sensitive=scope.sensitive)
    return Shape(decision, tuple(_make_source(decision, name, scope, codes) for name in names))


def read_codes(scope: Scope) -> dict[int, str]:
    """The codes of all units that are exported, by their numbers here."""
    units = read_decisions()[UNIT]
    return dict(list_rows(units, scope).values_list("pk", "code").iterator(chunk_size=CHUNK))


def key_of(decision: ExportDecision) -> tuple[str, ...]:
    """The columns that name a row of the table; none where nothing does."""
    if decision.key:
        return decision.key
    names = {field.name for field in find_model(decision.model)._meta.concrete_fields}  # noqa: SLF001  Django's own way
    return ("public_id",) if "public_id" in names else ()


def _make_source(decision: ExportDecision, name: str, scope: Scope, codes: Mapping[int, str]) -> _Source:
    field: Any = find_model(decision.model)._meta.get_field(name)  # noqa: SLF001  Django's own way
    targets = dict(list_targets(decision))
    column = _describe(decision, field, targets.get(name))
    if name in targets:
        return _Source(column, _point(name, targets[name], scope), _write_key)
    if name in decision.points:
        return _Source(column, (_look_up(name, decision.points[name], scope),), _write_key)
    if name in decision.year_of and not scope.sensitive:
        return _Source(column, (Coalesce(F(name), ExtractYear(decision.year_of[name])),), _write_first)
    if name in decision.lineages:
        return _Source(column, (F(name),), lambda values: _write_lineage(values[0], codes))
    if name == decision.own_code:
        return _Source(column, (F(name), F("organization__code")), _write_own_code)
    return _Source(column, (F(name),), _write_json if isinstance(field, models.JSONField) else _write_first)


def _point(name: str, target: ExportDecision, scope: Scope) -> tuple[Combinable, ...]:
    """The parts of the target's key. Empty where it is not exported itself."""
    parts = tuple(F(f"{name}__{part}") for part in _read_key(target))
    if target.reached or target.within:
        return parts
    return tuple(Case(When(meet_scope(target, scope, f"{name}__"), then=part)) for part in parts)


def _read_key(decision: ExportDecision) -> tuple[str, ...]:
    targets = dict(list_targets(decision))
    return tuple(f"{part}__{key_of(targets[part])[0]}" if part in targets else part for part in key_of(decision))


def _look_up(name: str, label: str, scope: Scope) -> Combinable:
    rows = list_rows(read_decisions()[label], scope).order_by().filter(pk=OuterRef(name))
    return Subquery(rows.values("public_id")[:1])


def _write_key(values: Sequence[Any]) -> str | None:
    texts = [write_value(value) or "" for value in values]
    return JOIN.join(texts) if any(texts) else None


def _write_first(values: Sequence[Any]) -> str | None:
    return write_value(values[0])


def _write_json(values: Sequence[Any]) -> str | None:
    return json.dumps(values[0], ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _write_lineage(value: str, codes: Mapping[int, str]) -> str:
    return JOIN.join(codes[int(number)] for number in value.split(".")) if value else ""


def _write_own_code(values: Sequence[Any]) -> str | None:
    code, unit = values
    return f"{OWN_CODE}{unit}" if unit and code.startswith(OWN_CODE) else str(code)


def write_value(value: Any) -> str | None:
    """Moments in local time, to the microsecond; days and hours as ISO 8601 has them."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return localtime(value).strftime("%Y-%m-%dT%H:%M:%S.%f")
    if isinstance(value, time):
        return value.strftime("%H:%M:%S.%f")
    return str(value)


def _describe(decision: ExportDecision, field: Any, target: ExportDecision | None) -> ExportColumn:
    words = read_descriptions()
    said = words.get(f"{decision.table}.{field.name}", words.get(field.name, ""))
    values = tuple(str(value) for value, _label in field.flatchoices) if field.choices else ()
    named = target or (read_decisions()[decision.points[field.name]] if field.name in decision.points else None)
    return ExportColumn(
        name=field.name,
        kind="string" if named else find_kind(field),
        description=said or (f"The row of `{named.table}`." if named else ""),
        refers_to=named.table if named else "",
        values=values,
        is_required=not field.null and not isinstance(field, models.CharField | models.TextField),
    )


def find_kind(field: Any) -> str:
    """The type in the Frictionless Table Schema; what is JSON is a string that holds it."""
    return next((kind for known, kind in _KINDS if isinstance(field, known)), "string")
