"""Where petitions go: numbers that open their rows, and a picture in which nothing is lost."""

import itertools
from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from nennep.accounts.choices import Role
from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.petitions import services
from nennep.petitions.models import OutsideBody, Petition, PetitionCount, PetitionSum
from nennep.petitions.queries import get_flow_list, get_flow_page
from nennep.petitions.rules import draw_flows
from nennep.petitions.rules.flow import FULL, LEAST, SHOWN, Box
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.organizations import make_unit
from tests.factories.people import client_of
from tests.factories.petitions import make_petition

Flows = list[tuple[str, str, int]]
names = st.sampled_from([f"Nơi {number}" for number in range(12)])
flows = st.lists(st.tuples(names, names, st.integers(1, 5000)), max_size=40)


@given(flows)
def test_every_petition_is_in_one_box_of_each_side(given_flows: Flows) -> None:
    picture = draw_flows(given_flows, "Nơi khác")
    total = sum(number for _source, _target, number in given_flows)
    for boxes in (picture.sources, picture.targets):
        assert sum(box.number for box in boxes) == total
        assert len(boxes) <= SHOWN + 1
        assert all(above.y + above.height < below.y for above, below in itertools.pairwise(boxes))
    assert picture.height >= max((box.y + box.height for box in (*picture.sources, *picture.targets)), default=0)


@given(flows)
def test_each_box_is_as_high_as_its_part_of_all(given_flows: Flows) -> None:
    """Twice as many are twice as high, however few; those drawn alike for want of height are what the caption says."""
    picture = draw_flows(given_flows, "Nơi khác")
    total = sum(number for _source, _target, number in given_flows)
    boxes = (*picture.sources, *picture.targets)
    assert [box.height for box in boxes] == [max(1, FULL * box.number // total) for box in boxes]
    assert [box for box in boxes if box.height > 1 and box.number <= picture.alike] == []
    assert [box for box in boxes if box.height == 1 and box.number > max(picture.alike, 1)] == []


def test_one_and_two_are_not_drawn_alike() -> None:
    picture = draw_flows([("Chi bộ 1", "Xã", 1), ("Chi bộ 2", "Xã", 2), ("Chi bộ 3", "Xã", 23)], "Nơi khác")
    assert ([box.height for box in picture.sources], picture.alike) == ([230, 20, 10], 0)


@pytest.mark.parametrize(("total", "alike"), [(260, 0), (261, 2), (390, 2), (391, 3)])
def test_the_caption_names_up_to_which_number_all_are_one_point_high(total: int, alike: int) -> None:
    assert draw_flows([("Chi bộ", "Xã", total)], "Nơi khác").alike == alike


@given(flows)
def test_each_label_fits_its_box(given_flows: Flows) -> None:
    picture = draw_flows(given_flows, "Nơi khác")
    assert [box for box in (*picture.sources, *picture.targets) if not _fits(box)] == []


def _fits(box: Box) -> bool:
    """In the room that the box stands in the middle of."""
    spare = max(LEAST - box.height, 0)
    first, last = box.y - (spare + 1) // 2, box.y + box.height + (spare + 1) // 2
    return all(first < y <= last and len(text) <= 17 for y, text in box.lines)


def test_the_smallest_are_together_at_the_end() -> None:
    picture = draw_flows([(f"Chi bộ {number}", "Xã", 10 - number) for number in range(9)], "Nơi khác")
    assert [box.lines[0][1] for box in picture.sources] == [f"Chi bộ {number}" for number in range(6)] + ["Nơi khác"]
    assert (picture.sources[-1].number, picture.targets[0].number) == (4 + 3 + 2, sum(range(2, 11)))


def test_one_more_than_is_shown_stands_by_itself() -> None:
    picture = draw_flows([(f"Chi bộ {number}", "Xã", 1) for number in range(7)], "Nơi khác")
    assert [box.lines[0][1] for box in picture.sources] == [f"Chi bộ {number}" for number in range(7)]


def test_bands_lie_beside_each_other_and_fill_their_boxes() -> None:
    """Three of four go right along the upper edge, the fourth below; both meet in the box of those who answer."""
    picture = draw_flows([("Chi bộ 1", "Xã", 3), ("Chi bộ 1", "Điện lực", 1), ("Chi bộ 2", "Xã", 4)], "Nơi khác")
    assert [(box.y, box.height) for box in (*picture.sources, *picture.targets)] == [
        (0, 130),
        (138, 130),
        (0, 227),
        (236, 32),
    ]
    assert picture.bands == (
        "M122 0C175 0 175 0 228 0V97C175 97 175 97 122 97Z",
        "M122 97C175 97 175 236 228 236V268C175 268 175 130 122 130Z",
        "M122 138C175 138 175 97 228 97V227C175 227 175 268 122 268Z",
    )


def test_a_place_that_asks_and_answers_is_two_boxes() -> None:
    """One's own part on the left is no part on the right."""
    picture = draw_flows([("Xã", "Xã", 1), ("Chi bộ", "Xã", 1)], "Nơi khác")
    assert picture.bands == (
        "M122 0C175 0 175 0 228 0V130C175 130 175 130 122 130Z",
        "M122 138C175 138 175 130 228 130V260C175 260 175 268 122 268Z",
    )


def test_a_long_name_has_two_lines_in_the_middle_of_its_box_and_then_an_end() -> None:
    picture = draw_flows(
        [("Xã", "Chi bộ trường trung học cơ sở Lăng Can", 1), ("Xã", "Chi bộ thôn Nặm Chá", 1), ("Xã", "Tỉnh", 1)],
        "Nơi khác",
    )
    assert [box.lines for box in (*picture.sources, *picture.targets)] == [
        ((135, "Xã"),),
        ((41, "Chi bộ thôn Nặm"), (56, "Chá")),
        ((135, "Chi bộ trường"), (150, "trung học cơ sở…")),
        ((236, "Tỉnh"),),
    ]


def test_one_of_very_many_is_a_band_all_the_same() -> None:
    """One point high on the side where it would have no height."""
    flows = [("Chi bộ", "Xã", 9000), ("Chi bộ", "Điện lực", 1), ("Chi bộ", "Tỉnh", 1)]
    there = draw_flows(flows, "Nơi khác").bands[1]
    back = draw_flows([(target, source, number) for source, target, number in flows], "Nơi khác").bands[1]
    assert there == "M122 259C175 259 175 283 228 283V284C175 284 175 260 122 260Z"
    assert back == "M122 283C175 283 175 259 228 259V260C175 260 175 284 122 284Z"


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


@pytest.fixture
def cell(commune: Organization) -> Organization:
    return make_unit("Chi bộ Nặm Chá", parent=commune)


@pytest.fixture
def other(commune: Organization) -> Organization:
    return make_unit("Chi bộ Khau Quang", parent=commune)


def make_all(cell: Organization, other: Organization, commune: Organization) -> None:
    body = OutsideBody.objects.create(unit=commune, name="Điện lực", valid_from=TODAY)
    for number in range(3):
        make_petition(cell, f"Kéo điện {number}", holder=commune, body=body)
    make_petition(cell, "Sửa cầu", holder=commune)
    make_petition(other, "Sửa mương", holder=commune)
    make_petition(other, "Vệ sinh thôn")
    make_petition(other, "Năm trước", raised_on=date(2025, 3, 1))


EXPECTED = [
    ("Chi bộ Nặm Chá", "Điện lực", 3),
    ("Chi bộ Khau Quang", "Trong đơn vị nêu", 1),
    ("Chi bộ Khau Quang", "Đảng bộ xã Lăng Can", 1),
    ("Chi bộ Nặm Chá", "Đảng bộ xã Lăng Can", 1),
]


def read(actor: Actor, unit: Organization) -> list[tuple[str, str, int]]:
    page = get_flow_page(actor=actor, public_id=unit.public_id, year=2026)
    return [(row.source, row.target, row.number) for row in page.rows]


@pytest.mark.django_db
def test_each_number_opens_its_rows(cell: Organization, other: Organization, commune: Organization) -> None:
    make_all(cell, other, commune)
    page = get_flow_page(actor=Actor.system(), public_id=commune.public_id, year=2026)
    assert ([(row.source, row.target, row.number) for row in page.rows], page.total) == (EXPECTED, 6)
    for row in page.rows:
        place: dict[str, Any] = {"public_id": commune.public_id, "year": 2026, "today": TODAY}
        found = get_flow_list(actor=Actor.system(), source=row.source_key, target=row.target_key, **place)
        assert (found.number, len(found.found)) == (row.number, row.number)


@pytest.mark.django_db
def test_what_is_handed_on_is_counted_where_it_lies_now(
    cell: Organization, other: Organization, commune: Organization
) -> None:
    make_all(cell, other, commune)
    petition = Petition.objects.get(text="Vệ sinh thôn")
    services.pass_on(actor=Actor.system(), petition=petition, to=commune, now=NOW)
    numbers = Counter({(source, target): number for source, target, number in read(Actor.system(), commune)})
    assert numbers["Chi bộ Khau Quang", "Đảng bộ xã Lăng Can"] == 2
    assert services.reconcile_sums(actor=Actor.system(), now=NOW) == []
    PetitionSum.objects.all().delete()
    PetitionCount.objects.all().delete()
    services.rebuild_sums(actor=Actor.system())
    assert Counter({(a, b): number for a, b, number in read(Actor.system(), commune)}) == numbers


@pytest.mark.django_db
def test_a_cells_own_page_and_who_must_not_see_it(
    cell: Organization, other: Organization, commune: Organization
) -> None:
    make_all(cell, other, commune)
    user = make_user("Bí thư")
    grant_role(user, Role.SECRETARY, cell)
    assert read(actor_of(user), cell) == [
        ("Chi bộ Nặm Chá", "Điện lực", 3),
        ("Chi bộ Nặm Chá", "Đảng bộ xã Lăng Can", 1),
    ]
    for unit in (other, commune):
        with pytest.raises(NotFound):
            read(actor_of(user), unit)


@pytest.mark.django_db
@pytest.mark.usefixtures("fixed_clock")
def test_the_page_has_picture_and_table(cell: Organization, other: Organization, commune: Organization) -> None:
    """Readers of screens get the table: the picture is hidden from them."""
    make_all(cell, other, commune)
    user = make_user("Cán bộ xã")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    client = client_of(user)
    page = client.get(reverse("petitions:show_flow", args=[commune.public_id])).content.decode()
    assert ('aria-hidden="true"' in page, page.count('class="band"'), page.count("<tr>")) == (True, 4, 5)
    rows = reverse("petitions:show_flow_rows", args=[commune.public_id])
    found = client.get(rows, {"nam": "2026", "ma": str(cell.public_id), "den": f"h{commune.public_id}"})
    assert ("Sửa cầu" in found.content.decode(), "Kéo điện" in found.content.decode()) == (True, False)
    assert client.get(rows).content.decode().count("nn-row-title") == 6
    for asked in ({"ma": "khac", "den": "tai-cho"}, {"ma": str(cell.public_id), "den": "x"}):
        assert client.get(rows, asked).status_code == 404
