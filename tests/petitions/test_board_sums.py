"""What is counted is written along: the past stands still, what waits goes along, what does not agree is found and mended."""

from collections import Counter
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import F
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed, NotFound
from nennep.core.findings import Finding
from nennep.core.permissions import Permission
from nennep.organizations import services as organizations
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.petitions import services
from nennep.petitions.choices import BoardFigure, BoardGroup, PetitionField, PetitionState
from nennep.petitions.models import Petition, PetitionCount, PetitionSum, PetitionWord
from nennep.petitions.queries import get_board_list, get_board_page, read_board_rows
from nennep.petitions.services import PetitionDetails
from nennep.petitions.services.sums import fold_sums
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.cells import FOUNDED, make_cell
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.people import client_of
from tests.factories.petitions import make_petition
from tests.petitions.recount import check_rows

pytestmark = pytest.mark.django_db
SHOWN = (BoardFigure.RAISED, BoardFigure.SATISFIED, BoardFigure.WAITING)


@pytest.fixture
def cell() -> Organization:
    """With its history, so that it can be moved and merged."""
    cell = make_cell()
    commune = Organization.objects.get(path=cell.path[: -Organization.steplen])
    for unit, parent in ((commune, None), (cell, commune)):
        unit.periods.create(name=unit.name, kind=unit.kind, parent=parent, valid_from=FOUNDED)
    return cell


@pytest.fixture
def commune(cell: Organization) -> Organization:
    return Organization.objects.get(path=cell.path[: -Organization.steplen])


def make_sister(cell: Organization) -> Organization:
    details = organizations.UnitDetails("C2", "Chi bộ thôn Khác", UnitKind.CELL)
    commune = Organization.objects.get(path=cell.path[: -Organization.steplen])
    return organizations.create_organization(
        actor=Actor.system(), parent=commune, details=details, on=FOUNDED, now=NOW, reason=""
    )


def make_neighbour() -> Organization:
    unit = Organization.objects.add_root(
        {"code": "X2", "name": "Đảng bộ xã Bên", "kind": UnitKind.BASE, "opened_on": FOUNDED}
    )
    unit.periods.create(name=unit.name, kind=unit.kind, parent=None, valid_from=FOUNDED)
    return Organization.objects.get(pk=unit.pk)


def read_figures(unit: Organization, *, actor: Actor | None = None, year: int = 2026) -> list[int]:
    page = get_board_page(
        actor=actor or Actor.system(), public_id=unit.public_id, year=year, group=BoardGroup.FIELD, today=TODAY
    )
    return [page.total.figures[figure] for figure in SHOWN]


def move(cell: Organization, to: Organization) -> None:
    organizations.move_organization(
        actor=Actor.system(), organization=cell, parent=to, on=TODAY, reason="Sắp xếp lại", now=NOW
    )


def make_reader(unit: Organization) -> Actor:
    user = make_user("Cán bộ")
    grant_role(user, Role.COMMUNE_OFFICER, unit, subtree=True)
    return actor_of(user)


def test_a_moved_cell_leaves_its_past_and_takes_along_what_waits(cell: Organization, commune: Organization) -> None:
    make_petition(cell, "Đã xong", state=PetitionState.SOLVED, settled_on=date(2026, 11, 5))
    make_petition(cell, "Còn chờ")
    neighbour = make_neighbour()
    assert (read_figures(commune), read_figures(neighbour)) == ([2, 1, 1], [0, 0, 0])
    move(cell, neighbour)
    assert (read_figures(commune), read_figures(neighbour)) == ([2, 1, 0], [0, 0, 1])
    waiting = Petition.objects.get(text="Còn chờ")
    services.answer_petition(actor=Actor.system(), petition=waiting, answer="Sẽ sửa", now=NOW)
    services.confirm_solved(actor=Actor.system(), petition=waiting, now=NOW)
    assert (read_figures(commune), read_figures(neighbour)) == ([2, 1, 0], [0, 1, 0])
    for unit in (commune, neighbour):
        check_rows(Actor.system(), Organization.objects.get(pk=unit.pk), today=TODAY)


def test_whoever_read_the_cell_then_sees_a_row_without_words(cell: Organization, commune: Organization) -> None:
    """As many rows as the figure says, and no words of a cell that others read now."""
    make_petition(cell, "Chuyện riêng của xóm", place="Nà Khà", raised_by_name="Lò Văn Ún")
    neighbour, reader = make_neighbour(), make_reader(commune)
    move(cell, neighbour)
    facts: dict[str, Any] = {"actor": reader, "public_id": commune.public_id, "year": 2026, "today": TODAY}
    found = get_board_list(figure=BoardFigure.RAISED, group=BoardGroup.UNIT, key="", **facts)
    rows = read_board_rows(actor=reader, board=found, first=0, last=50, today=TODAY)
    assert (found.number, len(rows), rows[0].is_elsewhere) == (1, 1, True)
    assert [word for word in ("Nà Khà", "riêng", "Ún") if word in repr(rows)] == []


@pytest.mark.usefixtures("fixed_clock")
def test_its_row_leads_nowhere_on_the_page(cell: Organization, commune: Organization) -> None:
    petition = make_petition(cell, "Chuyện riêng của xóm")
    user = make_user("Cán bộ")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    move(cell, make_neighbour())
    page = client_of(user).get(reverse("petitions:show_board_rows", args=[commune.public_id])).content.decode()
    assert "Kiến nghị của chi bộ nay thuộc nơi khác" in page
    assert [word for word in (str(petition.public_id), "xóm") if word in page] == []


def test_a_merged_cell_hands_on_what_waits_and_keeps_what_was_settled(
    cell: Organization, commune: Organization
) -> None:
    make_petition(cell, "Đã xong", state=PetitionState.SOLVED, settled_on=date(2026, 11, 5))
    make_petition(cell, "Còn chờ")
    heir = make_sister(cell)
    organizations.merge_organization(
        actor=Actor.system(), organization=cell, successor=heir, on=TODAY, reason="Sáp nhập", now=NOW
    )
    page = get_board_page(
        actor=Actor.system(), public_id=commune.public_id, year=2026, group=BoardGroup.UNIT, today=TODAY
    )
    figures = {row.label: [row.figures[figure] for figure in SHOWN] for row in page.rows}
    assert figures == {cell.name: [2, 1, 0], heir.name: [0, 0, 1]}


def test_somebody_who_reads_one_cell_is_told_of_no_other(cell: Organization, commune: Organization) -> None:
    make_petition(cell)
    make_petition(make_sister(cell))
    reader = make_reader(cell)
    assert (read_figures(cell, actor=reader), read_figures(commune)) == ([1, 0, 1], [2, 0, 2])
    with pytest.raises(NotFound):
        read_figures(commune, actor=reader)


def test_what_is_wrong_is_found_mended_and_said_once(cell: Organization, commune: Organization) -> None:
    first, second = (make_petition(cell, text) for text in ("Một", "Hai"))
    Petition.objects.filter(pk=first.pk).update(state=PetitionState.ANSWERED, answer="Có", answered_on=TODAY)
    PetitionSum.objects.filter(unit=commune).update(number=F("number") + 3)
    PetitionCount.objects.filter(petition=second).delete()
    PetitionWord.objects.all().delete()
    found = [services.reconcile_sums(actor=Actor.system(), now=NOW) for _time in range(2)]
    mended = [
        Finding("petitions.PetitionCount", 2, mended=True),
        Finding("petitions.PetitionSum", 1, mended=True),
    ]
    assert found == [mended, []]
    assert read_figures(commune) == [2, 0, 2]
    assert set(PetitionWord.objects.values_list("word", flat=True)) == {"mot", "hai"}


def test_rows_of_one_key_become_one_and_the_figures_stay(cell: Organization, commune: Organization) -> None:
    for number in range(3):
        make_petition(cell, f"Việc {number}")
    before = read_figures(commune)
    assert PetitionSum.objects.filter(tally="raised", group=BoardGroup.FIELD).count() == 3
    assert services.reconcile_sums(actor=Actor.system(), now=NOW) == []
    assert PetitionSum.objects.filter(tally="raised", group=BoardGroup.FIELD).count() == 1
    assert read_figures(commune) == before == [3, 0, 3]


def test_mending_one_unit_leaves_the_sums_of_others_as_they_are(cell: Organization, commune: Organization) -> None:
    make_petition(cell)
    other = make_cell("Chi bộ thôn Khác")
    make_petition(other)
    beside = Organization.objects.get(path=other.path[: -Organization.steplen])
    PetitionSum.objects.filter(unit=commune).update(number=F("number") + 3)
    rows = PetitionSum.objects.filter(unit=beside)
    before = list(rows.order_by("pk").values())
    services.reconcile_sums(actor=Actor.system(), now=NOW)
    assert list(rows.order_by("pk").values()) == before != []


def test_folding_leaves_alone_what_is_one_row_already(
    cell: Organization, commune: Organization, django_assert_num_queries: Any
) -> None:
    """Two of roads and one of another field: of the field with two, its two rows go; one unit's rows are no other's."""
    for field in (PetitionField.ROADS, PetitionField.ROADS, PetitionField.OTHER):
        make_petition(cell, "Việc", field=field)
    rows = PetitionSum.objects.filter(unit=commune)
    keys = Counter(rows.values_list("group", "tally", "day", "key", "value"))
    single = set(rows.filter(key=PetitionField.OTHER).values_list("pk", flat=True))
    neighbour = make_neighbour()
    with django_assert_num_queries(1):
        assert fold_sums(actor=Actor.system(), unit_id=neighbour.pk) == 0
    went = fold_sums(actor=Actor.system(), unit_id=commune.pk)
    assert went == sum(number for number in keys.values() if number > 1)
    assert rows.count() == len(keys)
    assert single <= set(rows.values_list("pk", flat=True))
    with django_assert_num_queries(1):
        assert fold_sums(actor=Actor.system(), unit_id=commune.pk) == 0


def test_the_command_counts_everything_anew(cell: Organization, commune: Organization) -> None:
    make_petition(cell)
    PetitionSum.objects.all().delete()
    said = StringIO()
    call_command("rebuild_petition_sums", stdout=said)
    assert said.getvalue() == f"Đã tính lại; {PetitionSum.objects.count()} dòng số liệu.\n"
    assert read_figures(commune) == [1, 0, 1]


def test_only_what_waits_is_searched(cell: Organization) -> None:
    details = PetitionDetails("Sửa cầu, mương", place="Nà Khà")
    actor = make_actor(*Permission)
    petition = services.note_petition(actor=actor, organization=cell, details=details, raised_on=TODAY, now=NOW)
    words = set(PetitionWord.objects.values_list("word", flat=True))
    services.withdraw_petition(actor=actor, petition=petition, text="Thôi", now=NOW + timedelta(hours=1))
    assert (words, PetitionWord.objects.count()) == ({"sua", "cau", "muong", "na", "kha"}, 0)


def test_nobody_mends_or_folds_by_hand(cell: Organization) -> None:
    actor = make_actor(*Permission, user_id=7)
    for act in (
        lambda: services.reconcile_sums(actor=actor, now=NOW),
        lambda: services.rebuild_sums(actor=actor),
        lambda: services.follow_places(actor=actor, path=cell.path),
    ):
        with pytest.raises(NotAllowed):
            act()
