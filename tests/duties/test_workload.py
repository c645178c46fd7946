"""No member without a fitting task: who has none, who has too many, what is proposed, two taps."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from nennep.duties import queries
from nennep.duties.choices import STANDING_DUTIES, DutyCategory, DutyState
from nennep.duties.models import Duty
from nennep.duties.rules import find_median, is_overloaded, order_standing_duties
from nennep.members.choices import Standing
from nennep.members.models import Member
from nennep.organizations.choices import CellType
from nennep.organizations.models import Organization
from tests.factories.cells import join_cell
from tests.factories.core import TODAY
from tests.factories.duties import make_duty
from tests.factories.people import People, make_people


@pytest.mark.parametrize(
    ("duties", "median", "expected"), [(3, 2, False), (4, 2, True), (3, 1, True), (2, 1, False), (3, 0, False)]
)
def test_too_much_is_more_than_three_or_twice_the_middle(duties: int, median: float, *, expected: bool) -> None:
    assert is_overloaded(duties, median=median) is expected


def test_the_middle_of_the_counts() -> None:
    assert [find_median(counts) for counts in ([], [5], [3, 1], [0, 1, 9], [4, 1, 8, 2])] == [0, 5, 2, 1, 3]


def test_work_near_home_comes_first_for_the_old_and_every_type_has_work() -> None:
    village = STANDING_DUTIES[CellType.VILLAGE]
    assert [task.near_home for task in order_standing_duties(village, age=72)] == [True, True, True, False, False]
    assert order_standing_duties(village, age=30) == order_standing_duties(village, age=None) == village
    assert set(STANDING_DUTIES) == set(CellType)


@pytest.fixture
def people(fixed_clock: object) -> People:
    return make_people()


def busy_member(people: People) -> Member:
    busy = join_cell(people.cell, "Ma Đình Phúc")
    for number in range(4):
        make_duty(people.cell, busy, f"Việc {number}", due_on=None)
    return busy


@pytest.mark.django_db
def test_the_page_says_who_has_none_and_who_has_too_many(people: People) -> None:
    busy_member(people)
    Member.objects.filter(pk=people.member_record.pk).update(born_year=1954)
    helper = join_cell(people.cell, "Hoàng Văn Oanh")
    make_duty(people.cell, helper, "Xong", state=DutyState.DONE, settled_on=TODAY)
    Duty.objects.get(title="Việc 3").helpers.set([helper])
    join_cell(people.cell, "Nông Thị Yến", standing=Standing.EXEMPT)
    page = queries.get_workload_page(actor=people.actor, public_id=people.cell.public_id, today=TODAY)
    assert [(row.name, row.age, len(row.duties), row.helping) for row in page.rows] == [
        ("Lý Thị Mỷ", 72, 0, 0),
        ("Hoàng Văn Oanh", None, 0, 1),
        ("Ma Đình Phúc", None, 4, 0),
    ]
    assert [row.name for row in page.overloaded] == ["Ma Đình Phúc"]
    [idle] = page.idle
    assert [task.near_home for _number, task in idle.standing] == [True, True]
    assert [task.assignee for task in idle.take_over] == ["Ma Đình Phúc"]
    assert page.exempt == ("Nông Thị Yến",)
    text = people.reader.get(reverse("duties:show_workload", args=[people.cell.public_id])).content.decode()
    assert "Được miễn, giảm công tác" in text
    assert '<form method="post" action="/nhiem-vu' not in text  # a reader gets no buttons


@pytest.mark.django_db
def test_two_taps_give_a_standing_task_or_move_one(people: People) -> None:
    busy_member(people)
    page = reverse("duties:show_workload", args=[people.cell.public_id])
    give = reverse("duties:give_standing", args=[people.cell.public_id])
    one = str(people.member_record.public_id)
    assert give in people.insider.get(page).content.decode()
    for bad in ({"standing": "99", "assignee": one}, {"standing": "0", "assignee": "x"}, {}):
        assert people.insider.post(give, bad).headers["Location"] == page
    assert Duty.objects.count() == 4
    people.insider.post(give, {"standing": "0", "assignee": one}, headers={"accept-language": "en"})
    given = Duty.objects.get(assignee=people.member_record)
    assert (given.title, given.category) == ("Phụ trách, nắm tình hình nhóm hộ gần nhà", DutyCategory.HOUSEHOLDS)
    other = join_cell(people.cell, "Hoàng Văn Oanh")
    moved = Duty.objects.get(title="Việc 1")
    address = f"{reverse('duties:hand_over_duty', args=[moved.public_id])}?tiep={page}"
    assert people.insider.post(address, {"assignee": str(other.public_id)}).headers["Location"] == page
    moved.refresh_from_db()
    assert moved.assignee == other


@pytest.mark.django_db
def test_the_commune_counts_members_without_a_task(people: People) -> None:
    commune = Organization.objects.get(path=people.cell.path[: -Organization.steplen])
    busy_member(people)
    page = queries.get_unit_workload(actor=people.actor, public_id=people.cell.public_id, today=TODAY)
    assert [(cell.name, cell.members, cell.idle) for cell in page.cells] == [("Chi bộ thôn Nặm Chá", 2, 1)]
    assert people.outsider.get(reverse("duties:show_unit", args=[commune.public_id])).status_code == 404
    text = people.insider.get(reverse("duties:show_unit", args=[people.cell.public_id])).content.decode()
    assert "<b>1 đồng chí</b> ở 1 chi bộ." in text


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_with_more_members(
    people: People, count: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for number in range(count):
        make_duty(people.cell, join_cell(people.cell, f"Hoàng Văn {number}"), due_on=date(2026, 12, 1))
    address = reverse("duties:show_workload", args=[people.cell.public_id])
    people.insider.get(address)
    with django_assert_num_queries(7):
        people.insider.get(address)
