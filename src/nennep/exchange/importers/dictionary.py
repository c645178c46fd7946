"""Reads the decisions about every model: `dictionary/<context>.toml`, one table a model; the names of its keys are those of `rules`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from nennep.exchange.rules import ExportDecision

FOLDER = Path(__file__).resolve().parents[1] / "dictionary"
WORDS = "descriptions.toml"  # what columns hold


@cache
def read_decisions() -> Mapping[str, ExportDecision]:
    """By the label of the model, in the order of the files."""
    files = sorted(path for path in FOLDER.glob("*.toml") if path.name != WORDS)
    return {label: _decide(label, row) for path in files for label, row in _load(path).items()}


@cache
def read_tables() -> Mapping[str, ExportDecision]:
    """Those that are exported, by the name of the table."""
    return {one.table: one for one in read_decisions().values() if one.table}


@cache
def read_descriptions() -> Mapping[str, str]:
    """What a column holds, by its name, or by table and name where that says another thing."""
    return _load(FOLDER / WORDS)


def _load(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _decide(label: str, row: Mapping[str, Any]) -> ExportDecision:
    lists = {name: tuple(value) for name, value in row.items() if isinstance(value, list)}
    return ExportDecision(label, **{**row, **lists})
