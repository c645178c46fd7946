"""Many cells for one official at once: chosen by what they lack, by type or one by one; shown by name, all or none."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.core.errors import NotAllowed
from nennep.core.permissions import Permission
from nennep.notifications.models import Notification
from nennep.organizations.choices import CellType, UnitKind
from nennep.organizations.models import Organization
from nennep.visits.choices import AssignTo
from nennep.visits.models import Assignment
from nennep.visits.queries.people import offer_cells
from nennep.visits.services.assignments import NobodyNewAssigned, OfficialNotInOffice, assign_many, end_assignment
from tests.factories.accounts import grant_role, make_user
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.factories.visits import assign, hold_office
from tests.markup import squeeze
from tests.previews import confirm

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


@pytest.fixture
def cells(commune: Organization) -> list[Organization]:
    """Two villages and two offices; the first village is followed by somebody, as is the commune beside it."""
    kinds = (CellType.VILLAGE, CellType.VILLAGE, CellType.OFFICE, CellType.OFFICE)
    found = [make_unit(f"Chi bộ số {number}", parent=commune, cell_type=kind) for number, kind in enumerate(kinds)]
    other = make_unit("Đảng bộ xã bên", kind=UnitKind.BASE)
    make_unit("Chi bộ xã bên", parent=other, cell_type=CellType.OFFICE)
    assign(make_user("Cầm Văn Thịnh"), found[0])
    return found


@pytest.fixture
def official(commune: Organization) -> User:
    user = make_user("Lương Quốc Hưng")
    hold_office(user, commune)
    return user


@pytest.fixture
def desk(commune: Organization, client: Client) -> Client:
    user = make_user("Vũ Thị Minh Nguyệt")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    client.force_login(user)
    return client


def give(commune: Organization, official: User, cells: list[Organization]) -> list[Assignment]:
    planner = make_actor(Permission.VISITS_PLAN, path=commune.path)
    return assign_many(actor=planner, official=official, organizations=cells, valid_from=TODAY, now=NOW)


def followed_by(official: User) -> list[str]:
    rows = Assignment.objects.on(TODAY).filter(official=official).order_by("organization__path")
    return [row.organization.name for row in rows.select_related("organization")]


@pytest.mark.parametrize(
    ("to", "types", "meant"),
    [
        (AssignTo.UNFOLLOWED, (), [1, 2, 3]),
        (AssignTo.TYPES, (CellType.OFFICE,), [2, 3]),
        (AssignTo.SINGLE, (), [0, 3]),
    ],
)
def test_cells_are_meant_by_what_they_lack_by_type_or_one_by_one(
    commune: Organization, cells: list[Organization], to: AssignTo, types: tuple[CellType, ...], meant: list[int]
) -> None:
    offered = offer_cells(actor=make_actor(Permission.VISITS_PLAN, path=commune.path), on=TODAY)
    ids = {cells[0].public_id, cells[3].public_id}
    assert offered.choose(to, types=types, ids=ids) == [cells[number] for number in meant]
    assert offered.counts == {AssignTo.UNFOLLOWED: 3, AssignTo.TYPES: 4, AssignTo.SINGLE: 4}


def test_whoever_follows_the_commune_follows_its_cells(commune: Organization, cells: list[Organization]) -> None:
    assign(make_user("Tòng Thị Ánh"), commune)
    assert offer_cells(actor=make_actor(Permission.VISITS_PLAN, path=commune.path), on=TODAY).unfollowed == frozenset()


def test_all_are_given_and_told_once(commune: Organization, cells: list[Organization], official: User) -> None:
    assert len(give(commune, official, cells)) == 4
    (told,) = Notification.objects.filter(user=official)
    assert told.title == "Đồng chí được phân công theo dõi 4 chi bộ từ ngày 09/11/2026"
    assert followed_by(official) == [cell.name for cell in cells]


def test_what_is_followed_already_and_the_own_cell_stay_as_they_are(
    commune: Organization, cells: list[Organization], official: User
) -> None:
    known = assign(official, cells[1])
    make_member("Lương Quốc Hưng", cell=cells[2], user=official)
    made = give(commune, official, cells)
    assert [one.organization for one in made] == [cells[0], cells[3]]
    assert Assignment.objects.get(pk=known.pk).valid_from == known.valid_from
    with pytest.raises(NobodyNewAssigned, match="Lương Quốc Hưng"):
        give(commune, official, cells)


def test_one_who_may_not_be_given_a_cell_is_given_none(commune: Organization, cells: list[Organization]) -> None:
    nobody = make_user("Người không giữ chức")
    with pytest.raises(OfficialNotInOffice):
        give(commune, nobody, cells)
    elsewhere = Organization.objects.get(name="Chi bộ xã bên")
    with pytest.raises(NotAllowed):
        give(commune, nobody, [*cells, elsewhere])
    assert followed_by(nobody) == []


def test_each_is_taken_back_alone(commune: Organization, cells: list[Organization], official: User) -> None:
    first, *_others = give(commune, official, cells)
    planner = make_actor(Permission.VISITS_PLAN, path=commune.path)
    end_assignment(actor=planner, assignment=first, valid_to=TODAY + timedelta(days=1), now=NOW)
    assert Assignment.objects.filter(official=official, valid_to=None).count() == 3


def test_the_page_shows_names_before_anything_is_written(
    desk: Client, cells: list[Organization], official: User
) -> None:
    address = reverse("visits:add_assignments")
    shown = squeeze(desk.get(address, {"nguoi": str(official.public_id)}).content.decode())
    for said in ("Chi bộ chưa ai theo dõi (3)", "Mọi chi bộ theo loại hình (4)", "Từng chi bộ (4)"):
        assert said in shown
    data: dict[str, Any] = {"official": str(official.public_id), "valid_from": "09/11/2026", "to": "single"}
    data["cells"] = [str(cell.public_id) for cell in cells[:2]]
    preview = squeeze(desk.post(address, data).content.decode())
    assert "Chi bộ số 0: Cầm Văn Thịnh" in preview
    assert "Xem trước" not in preview  # the second press assigns
    assert (cells[1].name in preview, Assignment.objects.filter(official=official).exists()) == (True, False)
    assert confirm(desk, address, data).status_code == 302
    assert followed_by(official) == ["Chi bộ số 0", "Chi bộ số 1"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Hãy chọn các chi bộ."),
        ({"to": "types"}, "Hãy chọn ít nhất một loại hình."),
        ({"to": "single"}, "Hãy chọn ít nhất một chi bộ."),
    ],
)
def test_nothing_chosen_is_said_beside_the_field(
    desk: Client, cells: list[Organization], official: User, typed: dict[str, str], said: str
) -> None:
    data = {"official": str(official.public_id), "valid_from": "09/11/2026", **typed}
    answer = desk.post(reverse("visits:add_assignments"), data)
    assert (answer.status_code, said in answer.content.decode()) == (422, True)


def test_an_official_may_not_assign(client: Client, cells: list[Organization], official: User) -> None:
    client.force_login(official)
    assert client.get(reverse("visits:add_assignments")).status_code == 404
