"""The packs that come with the program: one TOML file each in `packs` beside this file."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from nennep.policies.choices import Confidence

_FOLDER = Path(__file__).resolve().parent / "packs"


@dataclass(frozen=True, slots=True)
class PackRule:
    """One key with its JSON value, the article it stands in and how sure its source is."""

    key: str
    value: Any
    article: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class PackFile:
    """One document's rules. `place` is empty for central packs, else where the local one is in force."""

    code: str
    title: str
    document_number: str
    issued_on: date
    valid_from: date
    place: str
    rules: tuple[PackRule, ...]


@cache
def read_packs() -> tuple[PackFile, ...]:
    """All packs that come with the program, oldest first."""
    packs = (read_pack(path) for path in _FOLDER.glob("*.toml"))
    return tuple(sorted(packs, key=lambda pack: (pack.valid_from, pack.code)))


def read_central_packs() -> tuple[PackFile, ...]:
    """Those that hold everywhere."""
    return tuple(pack for pack in read_packs() if not pack.place)


def read_pack(path: Path) -> PackFile:
    """One file; KeyError or ValueError when it is not a pack."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    rules = tuple(
        PackRule(rule["key"], rule["value"], rule.get("article", ""), Confidence(rule["confidence"]))
        for rule in data["rules"]
    )
    return PackFile(
        code=data["code"],
        title=data["title"],
        document_number=data["document_number"],
        issued_on=data["issued_on"],
        valid_from=data["valid_from"],
        place=data.get("place", ""),
        rules=rules,
    )
