"""Every figure counts the rows that it opens, those that the reader may not see with them; matrix and footer say the same."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from nennep.accounts.choices import Role
from nennep.core.access import Actor
from nennep.core.periods import Month, Span
from nennep.duties.choices import DutyState
from nennep.meetings.choices import MeetingKind
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.services import (
    UnitDetails,
    close_organization,
    merge_organization,
    move_organization,
    split_organization,
)
from nennep.reporting.queries.commune import get_commune_page
from nennep.reporting.queries.figures import get_figures
from nennep.reporting.queries.listed import LISTED
from nennep.reporting.queries.listed.duties import DUTIES
from nennep.reporting.queries.listed.kinds import ListedFigure, Totals
from nennep.reporting.queries.listed.themes import judge_themes
from nennep.reporting.queries.rows import RowsPage, get_rows_page
from nennep.reporting.queries.tree import list_cells_of_months
from nennep.reporting.rules.matrix import Letter
from nennep.room.choices import AttendanceState
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.duties import make_duty
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.factories.policies import make_pack
from tests.factories.reporting import make_meeting, mark_present

THEN = NOW.replace(month=10, day=15)  # when the unit moved

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system()
MONTHS = [Month(2026, number) for number in (9, 10, 11)]
P, U, E = AttendanceState.PRESENT, AttendanceState.UNEXCUSED, AttendanceState.EXCUSED
Communes = tuple[Organization, Organization]
Change = Callable[[Organization, Organization], None]


def make_communes() -> Communes:
    """Two communes with two cells each. Each cell met in September and, its first one, in November; themes and tasks differ."""
    province = make_unit("Đảng bộ tỉnh", kind=UnitKind.PROVINCE)
    found = [
        make_unit(f"Đảng bộ xã {name}", kind=UnitKind.BASE, parent=province) for name in ("Lăng Can", "Thượng Lâm")
    ]
    for commune in found:
        for number in range(2):
            _fill(make_unit(f"Chi bộ {commune.name[-3:]} {number}", parent=commune), number)
    return found[0], found[1]


def _fill(cell: Organization, number: int) -> None:
    people = [make_member(f"{cell.name} {name}", cell=cell) for name in "abc"]
    mark_present(make_meeting(cell, date(2026, 9, 3 + 10 * number)), people, [P, U, E])
    if number == 0:
        mark_present(make_meeting(cell, date(2026, 11, 3), kind=MeetingKind.COMBINED), people, [P, P, U])
        make_meeting(cell, date(2026, 10, 20), kind=MeetingKind.THEMATIC)
    make_duty(cell, people[0], due_on=date(2026, 9, 30))
    make_duty(cell, people[1], due_on=date(2026, 9, 30), state=DutyState.DONE, settled_on=date(2026, 9, 20))
    make_duty(cell, people[1], due_on=date(2026, 9, 30), state=DutyState.DONE, settled_on=date(2026, 10, 5))
    put_off = make_duty(cell, people[2], due_on=date(2026, 11, 20), state=DutyState.DONE, settled_on=date(2026, 11, 8))
    put_off.former_due_dates.create(organization=cell, due_on=date(2026, 9, 10), until=date(2026, 9, 9))
    make_duty(cell, people[2], due_on=date(2026, 11, 30), state=DutyState.DROPPED, settled_on=date(2026, 11, 2))


def nothing_changes(_one: Organization, _two: Organization) -> None:
    pass


def cell_of(commune: Organization, number: int = 0) -> Organization:
    return Organization.objects.filter(path__startswith=commune.path, kind=UnitKind.CELL).order_by("path")[number]


def a_cell_moves(one: Organization, two: Organization) -> None:
    cell = cell_of(one)
    move_organization(actor=SYSTEM, organization=cell, parent=two, on=date(2026, 10, 15), reason="Sắp xếp", now=THEN)


def a_cell_moves_today(one: Organization, two: Organization) -> None:
    move_organization(actor=SYSTEM, organization=cell_of(one), parent=two, on=TODAY, reason="Sắp xếp", now=NOW)


def a_cell_merges(one: Organization, _two: Organization) -> None:
    write = {"actor": SYSTEM, "reason": "Sắp xếp", "now": NOW}
    merge_organization(organization=cell_of(one), successor=cell_of(one, 1), on=date(2026, 11, 5), **write)  # type: ignore[arg-type]


def a_cell_merges_across(one: Organization, two: Organization) -> None:
    write = {"actor": SYSTEM, "reason": "Sắp xếp", "now": NOW}
    merge_organization(organization=cell_of(one), successor=cell_of(two, 1), on=date(2026, 11, 6), **write)  # type: ignore[arg-type]


def a_cell_ends(one: Organization, _two: Organization) -> None:
    empty = make_unit("Chi bộ tạm", parent=one)
    make_meeting(empty, date(2026, 9, 5))
    close_organization(actor=SYSTEM, organization=empty, on=date(2026, 11, 2), reason="Hết việc", now=NOW)


def a_cell_is_split(one: Organization, _two: Organization) -> None:
    parts = [UnitDetails("MOI-1", "Chi bộ mới 1", UnitKind.CELL), UnitDetails("MOI-2", "Chi bộ mới 2", UnitKind.CELL)]
    split_organization(actor=SYSTEM, organization=cell_of(one), parts=parts, on=TODAY, reason="Đông người", now=NOW)


def two_themes_are_owed(one: Organization, _two: Organization) -> None:
    make_pack({"thematic.per_quarter_min": 3}, organization=one, valid_from=date(2026, 1, 1))


def a_cell_begins_with_the_program(one: Organization, _two: Organization) -> None:
    Organization.objects.filter(pk=cell_of(one).pk).update(used_from=date(2026, 10, 10))


CHANGES: list[Change] = [
    nothing_changes,
    a_cell_moves,
    a_cell_moves_today,
    a_cell_merges,
    a_cell_merges_across,
    a_cell_ends,
    a_cell_is_split,
    two_themes_are_owed,
    a_cell_begins_with_the_program,
]
in_each_world = pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)


@dataclass(frozen=True)
class World:
    """Two communes as they stand after a change, and what is counted in each month of each."""

    communes: tuple[Organization, Organization]
    totals: dict[tuple[Organization, Month], Totals]


@pytest.fixture(scope="module")
def _worlds(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[Change, World]]:
    """For each change a province of its own in which it happened: made once, and rolled back after the tests of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield {change: _make_world(change) for change in CHANGES}
        transaction.set_rollback(True)


def _make_world(change: Change) -> World:
    before = make_communes()
    change(*before)
    one, two = (Organization.objects.get(pk=commune.pk) for commune in before)
    return World((one, two), {at: count(*at) for at in product((one, two), MONTHS)})


@pytest.fixture
def world(db: None, _worlds: dict[Change, World], change: Change) -> World:
    return _worlds[change]


def count(unit: Organization, month: Month) -> Totals:
    """As the screen of the unit counts."""
    counts = get_figures(organization=unit, month=month, today=TODAY)
    cells = list_cells_of_months(under=unit, months=[month], today=TODAY)[month]
    themes = judge_themes([cell.id for cell in cells], month)
    return Totals(month, counts, len(themes), sum(stand.is_complete for stand in themes.values()))


def officer(commune: Organization) -> Actor:
    user = make_user(f"Cán bộ {commune.name}")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    return actor_of(user)


def tally(page: RowsPage, address: str) -> tuple[object, int | None]:
    """What the rows of a list come to, by what they print."""
    cells = {row.cell for row in page.rows}
    lines = len(page.rows) + page.hidden
    match address:
        case "da-hop":
            return sum(row.values[0] != "chưa họp" for row in page.rows), len(cells)
        case "dung-ngay":
            return sum(row.values[1] == "đúng" for row in page.rows), len(cells)
        case "du-hop":
            return sum(int(row.values[1]) for row in page.rows), sum(int(row.values[0]) for row in page.rows)
        case "vang-khong-ly-do":
            return lines, None
    return len(cells - {row.cell for row in page.rows if row.late}), len(cells)


@in_each_world
@pytest.mark.parametrize("measure", [pytest.param(one, id=one.address) for one in LISTED if one is not DUTIES])
def test_a_figure_is_what_its_rows_come_to(world: World, measure: ListedFigure) -> None:
    for (commune, month), totals in world.totals.items():
        for reader in (SYSTEM, officer(commune)):
            page = get_rows_page(actor=reader, unit=commune, span=Span(month), measure=measure, today=TODAY)
            figure, (counted, whole) = measure.show(totals), tally(page, measure.address)
            if measure.address == "du-hop":
                assert (counted, whole) == (totals.counts["present"], totals.counts["counted"])
                continue
            assert (commune.name, month, figure.whole) == (commune.name, month, whole)
            assert counted is None or (commune.name, month, figure.number) == (commune.name, month, counted)


@in_each_world
def test_tasks_are_counted_as_their_rows_say(world: World) -> None:
    for (commune, month), totals in world.totals.items():
        asked = {"unit": commune, "span": Span(month), "measure": DUTIES, "today": TODAY}
        every, seen = (get_rows_page(actor=reader, **asked) for reader in (SYSTEM, officer(commune)))  # type: ignore[arg-type]
        assert (every.hidden, len(every.rows)) == (0, len(seen.rows) + seen.hidden)
        rows = [(row.values[2], row.values[3]) for row in every.rows]
        counts = totals.counts
        assert (counts["tasks_due"], counts["tasks_done"], counts["tasks_late"], counts["tasks_postponed"]) == (
            sum(due.endswith(f"/{month.number:02d}/2026") for due, _ in rows),
            sum("xong đúng hạn" in outcome for _, outcome in rows),
            sum("xong muộn" in outcome for _, outcome in rows),
            sum("lùi hạn" in outcome for _, outcome in rows),
        )


@in_each_world
def test_the_screen_says_one_thing_in_its_head_its_matrix_and_its_footer(world: World) -> None:
    for commune in world.communes:
        page = get_commune_page(actor=officer(commune), unit=commune, today=TODAY)
        figures = [get_figures(organization=commune, month=month, today=TODAY)["cells_met"] for month in page.months]
        rows = [row for group in page.groups for row in group.rows]
        unmet = {Letter.NONE, Letter.NOT_MET, Letter.NOT_DUE}
        columns = [sum(row.squares[at].mark.letter not in unmet for row in rows) for at in range(len(page.months))]
        assert (page.met, columns) == (tuple(figures), figures)
        head = dict(page.shown_figures)
        for measure in LISTED:
            assert head[measure.address] == measure.show(world.totals[commune, page.month])


def test_what_may_not_be_seen_is_counted_in_a_line(client: Client) -> None:
    one, two = make_communes()
    cell = cell_of(one)
    a_cell_moves(one, two)
    user = make_user("Vũ Thị Minh Nguyệt")
    grant_role(user, Role.COMMUNE_OFFICER, one, subtree=True)
    client.force_login(user)
    page = client.get(reverse("reporting:rows", args=[one.public_id, "2026-09", "vang-khong-ly-do"])).content.decode()
    assert ("1 dòng. Chỗ cần xem ở trên." in page, "Và 1 dòng đồng chí không được xem." in page) == (True, True)
    assert f"{cell.name} b" not in page
    met = client.get(reverse("reporting:rows", args=[one.public_id, "2026-09", "da-hop"])).content.decode()
    screen = client.get(reverse("reporting:unit", args=[one.public_id])).content.decode()
    for text in (met, screen):
        assert (cell.name.removeprefix("Chi bộ ") in text, str(cell.public_id) in text) == (True, False)


def test_a_task_that_somebody_gave_up_is_called_so_and_stands_among_the_late() -> None:
    cell = make_unit("Chi bộ thôn Nặm Chá")
    member = make_member("Ma Văn Bỏ", cell=cell)
    settled = date(2026, 9, 20)
    make_duty(cell, member, "Bỏ dở", due_on=date(2026, 9, 28), state=DutyState.NOT_DONE, settled_on=settled)
    make_duty(
        cell, member, "Bỏ sau tháng", due_on=date(2026, 9, 28), state=DutyState.NOT_DONE, settled_on=date(2026, 10, 1)
    )
    page = get_rows_page(actor=SYSTEM, unit=cell, span=Span(MONTHS[0]), measure=DUTIES, today=TODAY)
    said = {row.values[0]: (row.values[-1], row.late) for row in page.rows if row.values[0].startswith("Bỏ")}
    assert said == {"Bỏ dở": ("không hoàn thành", True), "Bỏ sau tháng": ("chưa xong", True)}
