"""The units: the province, 24 organisations of one region directly below it, 136 cells, each with its periods, routine and term.

Until 30/6/2025 they were below a district; from 1/7/2025 there are none (rules.md §9.1).
"""

import tomllib
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from random import Random
from typing import Any

from nennep.meetings.models import MeetingRoutine
from nennep.organizations.choices import CellType, SuccessionKind, UnitKind
from nennep.organizations.models import Organization, OrganizationPeriod, Succession, Term
from nennep.organizations.services.ancestry import write_ancestry

PLACES = Path(__file__).with_name("places.toml")
ROOT_CODE = "LB"
LANG_CAN_CODE = "LB-LC"
OPENED_ON = date(2011, 1, 28)
TERM_FROM = date(2025, 5, 1)
TWO_LEVELS_FROM = date(2025, 7, 1)
DISTRICT_CODE = "LB-00"
# The cells that one official of the commune follows; their names are unlike any other's.
FOLLOWED = (
    "Chi bộ thôn Nặm Chá",
    "Chi bộ thôn Làng Chùa",
    "Chi bộ thôn Nà Khà",
    "Chi bộ thôn Nặm Đíp",
    "Chi bộ thôn Khuổi Chang",
)
SPLIT_ON = date(2018, 7, 1)
SPLIT_CELLS = ("Chi bộ thôn Bản Kè A", "Chi bộ thôn Bản Kè B")
RENAMED_ON = date(2015, 3, 1)
FORMER_NAMES = {"Chi bộ thôn Hợp Thành": "Chi bộ bản Khuổi Soan", "Chi bộ thôn Nặm Đíp": "Chi bộ bản Nặm Đíp"}
REGULATIONS = "Quy chế làm việc số 01-QC/CB"
REGULATIONS_ON = date(2025, 9, 18)
WITHOUT_REGULATIONS = {"overdue_duties"}
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

    @property
    def is_lang_can(self) -> bool:
        return self.organization.code.startswith(f"{LANG_CAN_CODE}-")


def plant(random: Random) -> list[CellPlan]:
    """Create all units; the cells in order of the tree."""
    places = tomllib.loads(PLACES.read_text(encoding="utf-8"))
    root = Organization(code=ROOT_CODE, name="Đảng bộ tỉnh Tuyên Quang", kind=UnitKind.PROVINCE, opened_on=OPENED_ON)
    Organization.objects.add_root(instance=root)
    plans = [plan for base in places["bases"] for plan in _plant_base(root, base, places["lang_can"], random)]
    _plant_former_cell(next(plan for plan in plans if plan.organization.name == SPLIT_CELLS[0]).organization)
    _date_everything(_plant_former_district(root))
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
    if cell.name in SPLIT_CELLS:
        cell.opened_on = SPLIT_ON
    if row.get("latest") not in WITHOUT_REGULATIONS:
        cell.regulations_title, cell.regulations_issued_on = REGULATIONS, REGULATIONS_ON
    Organization.objects.add_child(parent, instance=cell)
    letters = tuple(row["letters"].split())
    return CellPlan(cell, letters, row["attendance"], row.get("size"), row.get("latest", ""))


def _plant_former_cell(heir: Organization) -> None:
    """Bản Kè, before it was split into A and B: closed, so that the history of units has something to show."""
    parent = Organization.objects.get(path=heir.path[: -Organization.steplen])
    former = Organization(
        code=f"{LANG_CAN_CODE}-00",
        name="Chi bộ thôn Bản Kè",
        kind=UnitKind.CELL,
        cell_type=CellType.VILLAGE,
        opened_on=OPENED_ON,
        closed_on=SPLIT_ON,
        kept_by=parent,
    )
    Organization.objects.add_child(parent, instance=former)
    Succession.objects.bulk_create(
        Succession(
            predecessor=former,
            successor=part,
            kind=SuccessionKind.SPLIT,
            happened_on=SPLIT_ON,
            reason="Quyết định số 41-QĐ/ĐU: chi bộ đông đảng viên, địa bàn rộng",
        )
        for part in Organization.objects.filter(name__in=SPLIT_CELLS).order_by("path")
    )


def _plant_former_district(root: Organization) -> Organization:
    """Closed with all districts; what was below it is directly below the province."""
    former = Organization(
        code=DISTRICT_CODE,
        name="Đảng bộ huyện Lâm Bình",
        kind=UnitKind.UPPER_DIRECT,
        opened_on=OPENED_ON,
        closed_on=TWO_LEVELS_FROM,
        kept_by=root,
    )
    Organization.objects.add_child(root, instance=former)
    return former


def _date_everything(district: Organization) -> None:
    """The periods of each unit, one of them open, and the running term of each cell."""
    units = list(Organization.objects.order_by("path"))
    by_path = {unit.path: unit for unit in units}
    OrganizationPeriod.objects.bulk_create(
        period for unit in units for period in _periods(unit, by_path.get(unit.path[: -Organization.steplen]), district)
    )
    write_ancestry([unit.pk for unit in units], below=False)
    Term.objects.bulk_create(
        Term(organization=unit, name="2025–2030", valid_from=TERM_FROM)
        for unit in units
        if unit.is_cell and unit.closed_on is None
    )


def _periods(unit: Organization, parent: Organization | None, district: Organization) -> list[OrganizationPeriod]:
    """One period, two for a unit that was renamed, or that came from the district directly below the province."""
    changes = [(unit.opened_on, unit.name, parent, "")]
    if former := FORMER_NAMES.get(unit.name):
        renamed = (RENAMED_ON, unit.name, parent, "Quyết định số 08-QĐ/HU: đổi bản thành thôn")
        changes = [(unit.opened_on, former, parent, ""), renamed]
    if unit.kind == UnitKind.BASE:
        moved = (TWO_LEVELS_FROM, unit.name, parent, "Kết thúc hoạt động cấp huyện từ ngày 01/7/2025")
        changes = [(unit.opened_on, unit.name, district, ""), moved]
    ends = [since for since, *_rest in changes[1:]]
    return [
        OrganizationPeriod(
            organization=unit,
            name=name,
            kind=unit.kind,
            parent=above,
            valid_from=since,
            valid_to=until,
            reason=reason,
        )
        for (since, name, above, reason), until in zip(changes, [*ends, unit.closed_on], strict=True)
    ]


def _routine(cell: Organization, random: Random) -> MeetingRoutine:
    """Villages meet in the evening in their hall, offices in the afternoon in theirs."""
    village = cell.cell_type == CellType.VILLAGE
    return MeetingRoutine(
        organization=cell,
        fixed_day=None if cell.code.startswith(LANG_CAN_CODE) else random.choice([None, 1, 2, 3, 4, 5]),
        starts_at=time(19, 30) if village else time(14, 0),
        place=f"Nhà văn hóa {cell.name.removeprefix('Chi bộ ')}" if village else "Phòng họp cơ quan",
    )
