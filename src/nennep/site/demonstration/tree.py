"""The units: the district, 24 organisations directly below it, 136 cells, each with its period, routine and term."""

import tomllib
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from random import Random
from typing import Any

from nennep.meetings.models import MeetingRoutine
from nennep.organizations.choices import CellType, UnitKind
from nennep.organizations.models import Organization, OrganizationPeriod, Term

PLACES = Path(__file__).with_name("places.toml")
ROOT_CODE = "LB"
LANG_CAN_CODE = "LB-LC"
OPENED_ON = date(2011, 1, 28)
TERM_FROM = date(2025, 5, 1)
GROUPS = {
    "villages": (CellType.VILLAGE, "thôn "),
    "offices": (CellType.OFFICE, ""),
    "forces": (CellType.ARMED_FORCES, ""),
    "enterprises": (CellType.STATE_ENTERPRISE, ""),
}


@dataclass(frozen=True, slots=True)
class CellPlan:
    """A cell and how it fares: grades of the past months oldest first, share that comes in percent, what is special now."""

    organization: Organization
    letters: tuple[str, ...]
    attendance: int
    size: int | None
    latest: str


def plant(random: Random) -> list[CellPlan]:
    """Create all units; the cells in order of the tree."""
    places = tomllib.loads(PLACES.read_text(encoding="utf-8"))
    root = Organization(code=ROOT_CODE, name="Đảng bộ huyện Lâm Bình", kind=UnitKind.UPPER_DIRECT, opened_on=OPENED_ON)
    Organization.objects.add_root(instance=root)
    plans = [plan for base in places["bases"] for plan in _plant_base(root, base, places["lang_can"], random)]
    _date_everything()
    MeetingRoutine.objects.bulk_create(_routine(plan.organization, random) for plan in plans)
    return plans


def _plant_base(
    root: Organization, base: dict[str, Any], lang_can: list[dict[str, Any]], random: Random
) -> list[CellPlan]:
    parent = Organization(code=base["code"], name=base["name"], kind=UnitKind.BASE, opened_on=OPENED_ON)
    Organization.objects.add_child(root, instance=parent)
    rows = lang_can if base.get("cells") == "lang_can" else _other_cells(base, random)
    return [_plant_cell(parent, number, row) for number, row in enumerate(rows, start=1)]


def _other_cells(base: dict[str, Any], random: Random) -> list[dict[str, Any]]:
    return [
        {
            "name": prefix + name,
            "type": cell_type,
            "letters": " ".join(random.choices(["T", "K", "TB"], [70, 25, 5], k=12)),
            "attendance": random.randint(90, 97),
        }
        for group, (cell_type, prefix) in GROUPS.items()
        for name in base.get(group, [])
    ]


def _plant_cell(parent: Organization, number: int, row: dict[str, Any]) -> CellPlan:
    cell = Organization(
        code=f"{parent.code}-{number:02d}",
        name=f"Chi bộ {row['name']}",
        kind=UnitKind.CELL,
        cell_type=row.get("type", CellType.VILLAGE),
        opened_on=OPENED_ON,
    )
    Organization.objects.add_child(parent, instance=cell)
    letters = tuple(row["letters"].split())
    return CellPlan(cell, letters, row["attendance"], row.get("size"), row.get("latest", ""))


def _date_everything() -> None:
    """One open period and the running term for each unit."""
    units = list(Organization.objects.order_by("path"))
    by_path = {unit.path: unit for unit in units}
    OrganizationPeriod.objects.bulk_create(
        OrganizationPeriod(
            organization=unit,
            name=unit.name,
            kind=unit.kind,
            parent=by_path.get(unit.path[: -Organization.steplen]),
            valid_from=unit.opened_on,
        )
        for unit in units
    )
    Term.objects.bulk_create(
        Term(organization=unit, name="2025–2030", valid_from=TERM_FROM) for unit in units if unit.is_cell
    )


def _routine(cell: Organization, random: Random) -> MeetingRoutine:
    """Villages meet in the evening in their hall, offices in the afternoon in theirs."""
    village = cell.cell_type == CellType.VILLAGE
    return MeetingRoutine(
        organization=cell,
        fixed_day=None if cell.code.startswith(LANG_CAN_CODE) else random.choice([None, 1, 2, 3, 4, 5]),
        starts_at=time(19, 30) if village else time(14, 0),
        place=f"Nhà văn hóa {cell.name.removeprefix('Chi bộ ')}" if village else "Phòng họp cơ quan",
    )
