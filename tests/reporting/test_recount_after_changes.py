"""Months that are over, recounted by hand after rules, routines, types and the tree have changed: every page still says them."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from nennep.core.access import Actor
from nennep.core.periods import Month, Span
from nennep.meetings.services.routine import set_routine
from nennep.organizations.choices import CellType, UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.services import UnitSettings, change_settings, merge_organization, move_organization
from nennep.reporting.queries.commune import get_commune_page
from nennep.reporting.queries.figures import get_figures
from nennep.reporting.queries.listed.meetings import MET, ON_TIME
from nennep.reporting.queries.rows import get_rows_page
from nennep.reporting.services.figures import rebuild_figures
from tests.factories.core import NOW, TODAY
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.factories.policies import make_pack
from tests.factories.reporting import make_meeting

SYSTEM = Actor.system()
MONTHS = (Month(2026, 9), Month(2026, 10))
CELLS = ((0, "A"), (0, "B"), (1, "C"))  # the commune that each cell stands below
COMMUNES = range(2)
CHANGES = ("day 1", "day 20", "office", "rule", "move", "merge", "province rule")
# For each cell the day of September and of October on which it met; 0: it did not.
days = st.tuples(*[st.tuples(*[st.sampled_from((0, 2, 3, 7, 8, 20))] * 2)] * 3)
changes = st.lists(st.sampled_from(CHANGES), max_size=4, unique=True)


def recount(met: Sequence[Sequence[int]], commune: int, at: int) -> tuple[int, int, int]:
    """Cells, those that met and those on time: from the first of the month to the 7th, as the central rule of 2026 had it."""
    own = [days[at] for days, (above, _name) in zip(met, CELLS, strict=True) if above == commune]
    return len(own), sum(day > 0 for day in own), sum(0 < day <= 7 for day in own)


def apply(change: str, cells: Sequence[Organization], communes: Sequence[Organization]) -> None:
    cell, write = Organization.objects.get(pk=cells[0].pk), {"actor": SYSTEM, "now": NOW}
    rules: dict[str, Any] = {"meeting.fixed_day": 10, "meeting.fixed_day_window_last": 12}
    dated: dict[str, Any] = {"on": date(2026, 11, 8), "reason": "Sắp xếp", **write}
    if change.startswith("day "):
        how: dict[str, Any] = {"fixed_day": int(change[4:]), "starts_at": time(8), "place": "", **write}
        set_routine(organization=cell, since=Month(2026, 12), **how)
    elif change == "office":
        change_settings(actor=SYSTEM, organization=cell, settings=UnitSettings(cell.code, CellType.OFFICE), now=NOW)
    elif change == "rule":
        make_pack(rules, organization=communes[1], valid_from=date(2020, 1, 1))
    elif change == "province rule":
        make_pack(rules, organization=Organization.objects.get(depth=1), valid_from=date(2026, 11, 1))
    elif change == "move":
        move_organization(organization=cell, parent=Organization.objects.get(pk=communes[1].pk), **dated)
    else:
        other = Organization.objects.get(pk=cells[1].pk)
        merge_organization(organization=other, successor=Organization.objects.get(pk=cells[2].pk), **dated)


class TestRecountAfterChanges(TestCase):
    """The other commune's own rule holds for its own cells; all others met under the central one."""

    @settings(max_examples=40, deadline=None)
    @given(met=days, changed=changes)
    def test_pages_say_what_a_hand_counts(self, met: Sequence[Sequence[int]], changed: list[str]) -> None:
        province = make_unit("Đảng bộ tỉnh", kind=UnitKind.PROVINCE)
        communes = [make_unit(f"Đảng bộ xã {n}", kind=UnitKind.BASE, parent=province) for n in COMMUNES]
        cells = [
            make_unit(f"Chi bộ {name}", parent=communes[above], cell_type=CellType.VILLAGE) for above, name in CELLS
        ]
        for cell, days_met in zip(cells, met, strict=True):
            make_member(cell.name, cell=cell)
            for month, day in zip(MONTHS, days_met, strict=True):
                if day:
                    make_meeting(cell, date(month.year, month.number, day))
        for change in changed:
            apply(change, cells, communes)
        rebuild_figures(actor=SYSTEM, months=MONTHS, now=NOW)
        for number in [0] if "rule" in changed else COMMUNES:
            self.compare(Organization.objects.get(pk=communes[number].pk), met, number)

    def compare(self, commune: Organization, met: Sequence[Sequence[int]], number: int) -> None:
        page = get_commune_page(actor=SYSTEM, unit=commune, today=TODAY)
        footer = dict(page.met_by_month)
        for at, month in enumerate(MONTHS):
            cells, came, on_time = recount(met, number, at)
            counts = get_figures(organization=commune, month=month, today=TODAY)
            assert (counts["cells"], counts["cells_met"], counts["cells_on_time"]) == (cells, came, on_time)
            asked: dict[str, Any] = {"actor": SYSTEM, "unit": commune, "span": Span(month), "today": TODAY}
            rows = get_rows_page(measure=MET, **asked).rows
            assert (len(rows), sum(row.values[0] != "chưa họp" for row in rows), footer[month]) == (cells, came, came)
            rows = get_rows_page(measure=ON_TIME, **asked).rows
            assert sum(row.values[1] == "đúng" for row in rows) == on_time
            squares = [row.squares[page.months.index(month)].mark for group in page.groups for row in group.rows]
            assert sum(mark.off_day for mark in squares) == came - on_time
