"""The door to the package vietnam-provinces: 34 provinces and 3,321 communes since 1/7/2025 (rules.md §9.1)."""

import json
from dataclasses import dataclass
from datetime import date

IN_FORCE_SINCE = date(2025, 7, 1)


@dataclass(frozen=True, slots=True)
class Division:
    """A province or a commune by its administrative code. `code`: `01` or `01-00070`; no code of the Party."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Province(Division):
    communes: tuple[Division, ...]


def read_provinces() -> tuple[Province, ...]:
    """All provinces with their communes, by code."""
    from vietnam_provinces import NESTED_DIVISIONS_JSON_PATH

    rows = json.loads(NESTED_DIVISIONS_JSON_PATH.read_text(encoding="utf-8"))
    provinces = []
    for row in sorted(rows, key=lambda row: row["code"]):
        code = f"{row['code']:02d}"
        communes = tuple(
            Division(f"{code}-{ward['code']:05d}", f"Đảng bộ {_begin_small(ward['name'])}")
            for ward in sorted(row["wards"], key=lambda ward: ward["code"])
        )
        provinces.append(Province(code, f"Đảng bộ {_province_name(row['name'])}", communes))
    return tuple(provinces)


def _begin_small(place: str) -> str:
    """`Phường Hoàn Kiếm` gives `phường Hoàn Kiếm`."""
    return f"{place[0].lower()}{place[1:]}"


def _province_name(place: str) -> str:
    """`Thành phố Huế` gives `thành phố Huế`; the data leave the word out of the 28 provinces: `tỉnh Cao Bằng`."""
    return _begin_small(place) if place.startswith(("Thành phố ", "Tỉnh ")) else f"tỉnh {place}"
