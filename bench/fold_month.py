"""Figures of a province: rebuilding a month, folding what changed, reading a unit, beside counting from the records.

`python -m bench.fold_month [CELLS]` (3,000). On whichever database is set. Goals: a unit's month at most 20 ms; a folded meeting at
most 10 ms of processor, and the same in a province ten times smaller; a year rebuilt in 60 s.
"""

import random
import sys
import time
from collections.abc import Callable
from datetime import date

from django.core.management import call_command
from django.db import connection

from bench.score_month import SEED, fill_cells, make_cells, make_people
from bench.world import NOW
from nennep.core.access import Actor
from nennep.core.periods import Month
from nennep.members.models import Member, Membership
from nennep.organizations.models import Organization, OrganizationPeriod
from nennep.organizations.services.ancestry import write_ancestry
from nennep.reporting.models import CellMonth
from nennep.reporting.queries.counting import count_all
from nennep.reporting.queries.figures import get_figures
from nennep.reporting.services import fold_figures, outdate_months, rebuild_figures, verify_figures

NOVEMBER, TODAY, SYSTEM = Month(2026, 11), NOW.date(), Actor.system()
CHANGED, READS, MEMBERS = 1000, 200, 20
READ_GOAL, FOLD_GOAL, YEAR_GOAL = 20.0, 10.0, 60.0  # ms, ms, s


def main(cells: int) -> int:
    call_command("migrate", verbosity=0)
    tenth, first = max(cells // 10, 30), fill(max(cells // 10, 30))
    small = measure_fold(first)
    second = fill(cells - tenth, code="R")
    rebuilt = spend(lambda: rebuild_figures(actor=SYSTEM, months=[NOVEMBER], now=NOW))
    naive = spend(lambda: count_all(cells=[cell.pk for cell in second], month=NOVEMBER, today=TODAY))
    large = measure_fold(second)
    province = Organization.objects.get(code="R")
    read = (
        spend(lambda: [get_figures(organization=province, month=NOVEMBER, today=TODAY) for _ in range(READS)]) / READS
    )
    assert verify_figures(actor=SYSTEM, months=[NOVEMBER], now=NOW) == []
    print(f"{cells} cells, {connection.vendor}; seconds of processor of this process")
    print(f"a month rebuilt: {rebuilt:.2f} s, a year {rebuilt * 12:.0f} s (goal ≤ {YEAR_GOAL:.0f})")
    print(
        f"a unit's month: {read * 1000:.2f} ms (goal ≤ {READ_GOAL:.0f}); from the records {naive * 1000:.0f} ms, {naive / read:.0f} times"
    )
    print(
        f"a folded meeting: {large * 1000:.2f} ms of {cells} cells (goal ≤ {FOLD_GOAL:.0f}), {small * 1000:.2f} ms of {tenth}"
    )
    return 0 if max(read * 1000 / READ_GOAL, large * 1000 / FOLD_GOAL, rebuilt * 12 / YEAR_GOAL) <= 1 else 1


def spend(act: Callable[[], object]) -> float:
    begun = time.process_time()
    act()
    return time.process_time() - begun


def measure_fold(cells: list[Organization]) -> float:
    """Of as many meetings as fit, changed at once: what one of them costs."""
    rebuild_figures(actor=SYSTEM, months=[NOVEMBER], now=NOW)
    fold_figures(actor=SYSTEM, now=NOW)
    chosen = [cell.pk for cell in random.Random(SEED).sample(cells, min(CHANGED, len(cells)))]
    CellMonth.objects.filter(organization__in=chosen).update(counts={"cells_there": 1, "present": 1})
    outdate_months(actor=SYSTEM, organization_ids=chosen, months=[NOVEMBER])
    seconds = spend(lambda: fold_figures(actor=SYSTEM, now=NOW))
    rebuild_figures(actor=SYSTEM, months=[NOVEMBER], now=NOW)  # the rows that were made wrong above had sums
    return seconds / len(chosen)


def fill(cells: int, *, code: str = "T") -> list[Organization]:
    units, people = make_cells(cells, code), make_people()
    everything = list(Organization.objects.exclude(periods__isnull=False))
    parents = {unit.path: unit.pk for unit in everything}
    since = date(2025, 7, 1)
    OrganizationPeriod.objects.bulk_create(
        (
            OrganizationPeriod(
                organization=unit,
                name=unit.name,
                kind=unit.kind,
                parent_id=parents.get(unit.path[: -unit.steplen]),
                valid_from=since,
            )
            for unit in everything
        ),
        batch_size=1000,
    )
    write_ancestry([unit.pk for unit in everything], below=False)
    for start in range(0, len(units), 1000):
        part = units[start : start + 1000]
        fill_cells(part, people, random.Random(SEED))
        join(part, since)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return units


def join(cells: list[Organization], since: date) -> None:
    """Twenty members each."""
    people = [Member(full_name="Lò Văn Một", name_key="lo van mot") for _ in range(MEMBERS * len(cells))]
    Member.objects.bulk_create(people, batch_size=2000)
    rows = (
        Membership(member=people[place * MEMBERS + number], organization=cell, valid_from=since)
        for place, cell in enumerate(cells)
        for number in range(MEMBERS)
    )
    Membership.objects.bulk_create(rows, batch_size=2000)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 3000))
