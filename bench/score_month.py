"""Scoring all meetings of a province for one month from facts: 10,000 in sets (goal: at most 20 s), beside one meeting after another.

`python -m bench.score_month [CELLS]`. On whichever database is set.
"""

import random
import sys
import time
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.core.management import call_command
from django.db import connection

from bench.world import NOW
from nennep.assessments.queries import Gathered, gather
from nennep.assessments.rules import propose
from nennep.documents.models import Document
from nennep.duties.choices import DutyState
from nennep.duties.models import Duty
from nennep.meetings.choices import MeetingState, Phase, Topic
from nennep.meetings.models import AgendaItem, Meeting
from nennep.meetings.queries.agenda import ORIGIN_KIND
from nennep.members.models import Member
from nennep.organizations.choices import CellType, UnitKind
from nennep.organizations.models import Organization
from nennep.records.models import MinutesVersion
from nennep.room.choices import AttendanceState, RemarkKind
from nennep.room.models import Remark, RollCallEntry, Speech

GOAL = 20.0  # seconds
COMMUNE, PEOPLE, ITEMS, TASKS, SPEAKERS, PAPERS, ALONE, SEED = 50, 25, 9, 6, 8, 2, 100, 20261130
TOPICS = (Topic.OPENING, Topic.LAST_MONTH, Topic.NEXT_MONTH, Topic.PETITIONS, Topic.SELF_CRITICISM, Topic.CONCLUSION)
TODAY = NOW.date()


def main(cells: int) -> int:
    call_command("migrate", verbosity=0)
    meetings = fill_province(cells)
    begun, busy = time.perf_counter(), time.process_time()
    together = propose_all(gather(meetings, today=TODAY))
    seconds, busy = time.perf_counter() - begun, time.process_time() - busy
    chosen = random.Random(SEED).sample(meetings, min(ALONE, len(meetings)))
    begun = time.perf_counter()
    alone = {pk: points for one in chosen for pk, points in propose_all(gather([one], today=TODAY)).items()}
    each = (time.perf_counter() - begun) / len(chosen)
    assert all(together[pk] == points for pk, points in alone.items())
    print(
        f"{len(together)} meetings, {connection.vendor}: {seconds:.1f} s in sets (goal ≤ {GOAL:.0f}), {busy:.1f} s of them at work"
    )
    print(
        f"one after another: {each * 1000:.1f} ms a meeting of {len(chosen)}, {each * len(meetings):.0f} s for all, "
        f"{each * len(meetings) / seconds:.1f} times as long"
    )
    return 0 if seconds * 10_000 / len(meetings) <= GOAL else 1


def propose_all(gathered: Iterable[Gathered]) -> dict[int, list[tuple[object, str]]]:
    """Points and fact of every line, by meeting."""
    proposals = ((one.meeting.pk, [propose(line, one.facts) for line in one.template.items]) for one in gathered)
    return {pk: [(found.points, found.fact) for found in lines] for pk, lines in proposals}


def fill_province(cells: int) -> list[int]:
    """Cells below communes, each with the meeting of October before and that of November with everything it is scored by."""
    dice = random.Random(SEED)
    units, people = make_cells(cells), make_people()
    for start in range(0, len(units), 1000):
        fill_cells(units[start : start + 1000], people, dice)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return list(Meeting.objects.filter(month=date(2026, 11, 1)).order_by("pk").values_list("pk", flat=True))


def make_cells(number: int, code: str = "T") -> list[Organization]:
    """Cells of a new province, fifty below each commune."""
    facts = {"opened_on": date(2025, 7, 1)}
    root = Organization.objects.add_root({"code": code, "name": "Đảng bộ tỉnh", "kind": UnitKind.PROVINCE, **facts})
    for one in range(-(-number // COMMUNE)):
        base = {"code": f"{code}X{one}", "name": f"Đảng bộ xã {one}", "kind": UnitKind.BASE, **facts}
        commune = Organization.objects.add_child(root, base)
        for two in range(min(COMMUNE, number - one * COMMUNE)):
            cell = {"code": f"{code}X{one}-{two}", "name": f"Chi bộ {two}", "kind": UnitKind.CELL, **facts}
            Organization.objects.add_child(commune, {**cell, "cell_type": CellType.VILLAGE})
    return list(Organization.objects.filter(kind=UnitKind.CELL, path__startswith=root.path).order_by("path"))


def make_people() -> list[Member]:
    """Who stands in every roll call: a score asks how many, never who."""
    rows = [Member(full_name=f"Lò Văn {number}", name_key=f"lo van {number}") for number in range(PEOPLE)]
    return Member.objects.bulk_create(rows)


def fill_cells(cells: list[Organization], people: list[Member], dice: random.Random) -> None:
    opened = datetime(2026, 11, 3, 19, 0, tzinfo=NOW.tzinfo)
    Meeting.objects.bulk_create((_hold(cell, opened - timedelta(days=31)) for cell in cells), batch_size=500)
    held = Meeting.objects.bulk_create([_hold(cell, opened) for cell in cells], batch_size=500)
    roll = (
        RollCallEntry(
            meeting=one,
            member=who,
            standing="official",
            counted=True,
            votes=True,
            state=dice.choices(STATES, (90, 8, 2))[0],
        )
        for one in held
        for who in people
    )
    RollCallEntry.objects.bulk_create(roll, batch_size=2000)
    items = AgendaItem.objects.bulk_create(
        [_plan(one, number) for one in held for number in range(ITEMS)], batch_size=1000
    )
    talked = [item for item in items if item.position == 3]
    Speech.objects.bulk_create(
        (
            Speech(item=item, member=who, first_at=opened, last_at=opened)
            for item in talked
            for who in people[:SPEAKERS]
        ),
        batch_size=2000,
    )
    Remark.objects.bulk_create(
        (Remark(meeting=one, member=people[0], kind=RemarkKind.PRAISE, text="Làm tốt") for one in held), batch_size=1000
    )
    Duty.objects.bulk_create(
        (_give(one, people[number], number) for one in held for number in range(TASKS)), batch_size=1000
    )
    Document.objects.bulk_create((_attach(one) for one in held for _paper in range(PAPERS)), batch_size=1000)
    MinutesVersion.objects.bulk_create(
        (MinutesVersion(meeting=one, number=1, approved_at=opened, content={}, sha256="") for one in held),
        batch_size=500,
    )


STATES = (AttendanceState.PRESENT, AttendanceState.EXCUSED, AttendanceState.UNEXCUSED)


def _hold(cell: Organization, opened: datetime) -> Meeting:
    return Meeting(
        organization=cell,
        state=MeetingState.HELD,
        month=opened.date().replace(day=1),
        planned_for=opened,
        opened_at=opened,
        closed_at=opened + timedelta(minutes=95),
        conclusion="Làm xong mương trước 20/11.",
        announced_at=opened - timedelta(days=3),
        prepared_at=opened - timedelta(days=2),
        filed_at=opened + timedelta(days=1),
    )


def _plan(meeting: Meeting, number: int) -> AgendaItem:
    began = meeting.planned_for + timedelta(minutes=10 * number)
    return AgendaItem(
        meeting=meeting,
        position=number + 1,
        phase=Phase.PROCEEDINGS,
        topic=TOPICS[number % len(TOPICS)],
        title=f"Mục {number + 1}",
        minutes_planned=10,
        started_at=began,
        ended_at=began + timedelta(minutes=10),
    )


def _give(meeting: Meeting, who: Member, number: int) -> Duty:
    is_done = number < TASKS - 2
    return Duty(
        organization_id=meeting.organization_id,
        assignee=who,
        title="Vận động hộ liên gia phân loại rác",
        given_on=date(2026, 10, 3),
        due_on=date(2026, 10, 31),
        state=DutyState.DONE if is_done else DutyState.ONGOING,
        settled_on=date(2026, 10, 28) if is_done else None,
    )


def _attach(meeting: Meeting) -> Document:
    return Document(
        organization_id=meeting.organization_id,
        title="Tài liệu",
        origin_kind=ORIGIN_KIND,
        origin_id=str(meeting.public_id),
        created_at=meeting.planned_for - timedelta(days=2),
    )


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
