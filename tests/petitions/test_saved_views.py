"""What a person keeps of the work lists: their own, of one unit, seen again with one tap."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed, NotFound
from nennep.core.typed import TextTooLong
from nennep.organizations import services as organizations
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.petitions import services
from nennep.petitions.choices import FIRST_LISTS, VIEWS_LIMIT, PetitionField, WorkList
from nennep.petitions.models import OutsideBody, SavedView
from nennep.petitions.queries import WorkFilter, get_view, get_work_page
from tests.conftest import Committing
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.cells import make_cell
from tests.factories.core import NOW, TODAY
from tests.factories.organizations import make_unit
from tests.factories.people import client_of
from tests.factories.petitions import make_petition
from tests.markup import squeeze

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


@pytest.fixture
def cell() -> Organization:
    return make_cell()


@pytest.fixture
def commune(cell: Organization) -> Organization:
    return Organization.objects.get(path=cell.path[: -Organization.steplen])


@pytest.fixture
def officer(commune: Organization) -> Actor:
    return make_officer(commune)


def make_officer(commune: Organization) -> Actor:
    user = make_user("Cán bộ xã")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    return actor_of(user)


def keep(
    actor: Actor, unit: Organization, name: str, *, listed: WorkList = WorkList.OVERDUE, **wanted: Any
) -> SavedView:
    return services.keep_view(
        actor=actor, organization=unit, name=name, listed=listed, wanted=WorkFilter(**wanted), now=NOW
    )


def names(actor: Actor, unit: Organization) -> list[str]:
    return [line.name for line in page_of(actor, unit).views]


def page_of(actor: Actor, unit: Organization, listed: WorkList = WorkList.TO_ANSWER, **wanted: Any) -> Any:
    return get_work_page(
        actor=actor, public_id=unit.public_id, chosen=listed, chosen_filter=WorkFilter(**wanted), today=TODAY
    )


def test_a_view_says_again_what_was_chosen(officer: Actor, commune: Organization, cell: Organization) -> None:
    body = OutsideBody.objects.create(unit=commune, name="Điện lực", valid_from=TODAY)
    wanted: dict[str, Any] = {
        "field": PetitionField.ROADS.value,
        "body": body.public_id,
        "cell": cell.public_id,
        "words": "cầu",
    }
    keep(officer, commune, "  Cầu   đường ", **wanted)
    (line,) = page_of(officer, commune, WorkList.OVERDUE, **wanted).views
    query = (
        f"loc=qua-han&linh_vuc={PetitionField.ROADS.value}&noi={body.public_id}&chi_bo={cell.public_id}&tim=c%E1%BA%A7u"
    )
    assert (line.name, line.query, line.is_shown) == ("Cầu đường", query, True)
    assert page_of(officer, commune).views[0].is_shown is False


def test_the_same_name_means_what_is_shown_now(officer: Actor, commune: Organization) -> None:
    first = keep(officer, commune, "Gấp")
    again = keep(officer, commune, "Gấp", listed=WorkList.RISEN, words="cầu")
    assert (first.pk, again.listed, again.words) == (again.pk, WorkList.RISEN, "cầu")


def test_what_is_not_of_this_unit_chooses_nothing(officer: Actor, commune: Organization) -> None:
    stranger = make_cell("Chi bộ xã khác")
    body = OutsideBody.objects.create(unit=stranger, name="Điện lực", valid_from=TODAY)
    view = keep(officer, commune, "Khác", field="lạ", body=body.public_id, cell=stranger.public_id)
    assert (view.field, view.body, view.cell) == ("", None, None)


@pytest.mark.parametrize(
    ("name", "refusal"),
    [("  ", services.ViewNameMissing), ("x" * 61, TextTooLong)],
)
def test_a_view_has_a_name_of_its_length(
    officer: Actor, commune: Organization, name: str, refusal: type[Exception]
) -> None:
    assert keep(officer, commune, "x" * 60).name == "x" * 60
    with pytest.raises(refusal):
        keep(officer, commune, name)


def test_ten_are_kept_of_one_unit(officer: Actor, commune: Organization, cell: Organization) -> None:
    for number in range(VIEWS_LIMIT):
        keep(officer, commune, f"Danh sách {number}")
    with pytest.raises(services.TooManyViews):
        keep(officer, commune, "Thêm")
    assert keep(officer, commune, "Danh sách 0", listed=WorkList.WORD).listed == WorkList.WORD
    assert keep(officer, cell, "Của chi bộ").unit == cell


def test_nobody_sees_or_drops_another_ones(officer: Actor, commune: Organization) -> None:
    view, colleague = keep(officer, commune, "Của tôi"), make_officer(commune)
    assert (names(officer, commune), names(colleague, commune)) == (["Của tôi"], [])
    with pytest.raises(NotFound):
        get_view(actor=colleague, public_id=view.public_id)
    with pytest.raises(NotAllowed):
        services.drop_view(actor=colleague, view=view, now=NOW)
    services.drop_view(actor=officer, view=view, now=NOW)
    assert SavedView.objects.count() == 0


def test_who_does_not_read_the_lists_keeps_none(officer: Actor, commune: Organization) -> None:
    for actor in (make_officer(make_cell("Chi bộ khác")), Actor.system()):
        with pytest.raises(NotAllowed):
            keep(actor, commune, "Lạ")


def test_a_view_follows_the_cell_that_was_merged(committing: Committing) -> None:
    commune = make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)
    cell, heir = (make_unit(name, parent=commune) for name in ("Chi bộ thôn Nặm Chá", "Chi bộ thôn Làng Chùa"))
    officer = make_officer(commune)
    above, own = keep(officer, commune, "Nặm Chá", cell=cell.public_id), keep(officer, cell, "Của chi bộ")
    with committing():
        organizations.merge_organization(
            actor=Actor.system(), organization=cell, successor=heir, on=TODAY, reason="Sắp xếp", now=NOW
        )
    assert [(view.unit, view.cell) for view in SavedView.objects.order_by("pk")] == [(commune, heir), (heir, None)]
    assert (above.cell, own.unit) == (cell, cell)


def test_it_is_kept_and_dropped_on_the_page(officer: Actor, commune: Organization, cell: Organization) -> None:
    client: Client = client_of(User.objects.get(full_name=officer.name))
    make_petition(cell, "Sửa cầu", holder=commune)
    address = f"{reverse('petitions:show_work', args=[commune.public_id])}?loc=cho-tra-loi&tim=c%E1%BA%A7u"
    refused = client.post(address, {"name": " "})
    shown = refused.content.decode()
    assert (refused.status_code, "Hãy đặt tên cho danh sách này." in shown, "Sửa cầu" in shown) == (422, True, True)
    assert client.post(address, {"name": "Cầu"}).headers["Location"] == address
    page = squeeze(client.get(address).content.decode())
    assert '<a href="?loc=cho-tra-loi&amp;tim=c%E1%BA%A7u" aria-current="page">Cầu</a>' in page
    view = SavedView.objects.get()
    client.post(reverse("petitions:drop_view", args=[view.public_id]))
    assert SavedView.objects.count() == 0


@pytest.mark.parametrize("listed", [WorkList.TO_ANSWER, WorkList.RISEN])
def test_the_lists_looked_at_most_stand_first_and_the_others_behind(
    officer: Actor, commune: Organization, listed: WorkList
) -> None:
    page = page_of(officer, commune, listed)
    assert {one for one, _number in page.first} == {*FIRST_LISTS, listed}
    assert [*page.first, *page.others] == sorted(page.counts, key=lambda line: line not in page.first)


@pytest.mark.parametrize("rows", [1, 3])
def test_views_cost_one_query(officer: Actor, commune: Organization, django_assert_num_queries: Any, rows: int) -> None:
    for number in range(rows):
        keep(officer, commune, f"Danh sách {number}")
    with django_assert_num_queries(5):
        assert len(page_of(officer, commune).views) == rows
