"""Points of 70 from the year's tasks by their weights, on the way to the review form."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.classification.choices import RESULTS_MAX
from nennep.classification.models import Rating
from nennep.classification.queries.facts import list_year_duties, read_facts
from nennep.classification.rules import share_weights
from nennep.duties.choices import DutyState
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from tests.factories.accounts import grant_role, make_user
from tests.factories.cells import join_cell
from tests.factories.classification import make_campaign, make_rating
from tests.factories.core import TODAY
from tests.factories.duties import make_duty
from tests.factories.organizations import make_unit
from tests.factories.people import client_of
from tests.markup import squeeze

MARCH = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("count", "weights"),
    [(0, []), (1, ["70"]), (2, ["35", "35"]), (3, ["23.33", "23.33", "23.34"]), (7, ["10"] * 7)],
)
def test_weights_start_alike_and_come_to_seventy(count: int, weights: list[str]) -> None:
    assert share_weights(count) == [Decimal(weight) for weight in weights]


@given(st.integers(1, 200))
def test_however_many_they_come_to_exactly_seventy(count: int) -> None:
    weights = share_weights(count)
    assert (sum(weights), min(weights) > 0) == (RESULTS_MAX, True)


@pytest.fixture
def cell(fixed_clock: object, db: None) -> Organization:
    return make_unit("Chi bộ thôn Nặm Chá", parent=make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE))


@pytest.fixture
def secretary(cell: Organization) -> User:
    user = make_user()
    grant_role(user, Role.SECRETARY, cell)
    return user


@pytest.fixture
def rating(cell: Organization) -> Rating:
    """Of a member with three tasks of the year: done, half done, and one that was dropped; another falls due next year."""
    member = join_cell(cell, "Lò Thị An")
    make_duty(
        cell, member, "Làm mương", given_on=date(2026, 3, 3), due_on=MARCH, state=DutyState.DONE, settled_on=MARCH
    )
    make_duty(cell, member, "Trồng rừng", given_on=date(2026, 4, 3), due_on=date(2026, 4, 30), percent=50)
    make_duty(
        cell,
        member,
        "Thôi",
        given_on=date(2026, 4, 3),
        due_on=date(2026, 4, 30),
        state=DutyState.DROPPED,
        settled_on=MARCH,
    )
    make_duty(cell, member, "Năm sau", given_on=date(2026, 4, 3), due_on=date(2027, 1, 31))
    return make_rating(make_campaign(Organization.objects.get(path=cell.path[: -Organization.steplen])), cell, member)


def address(rating: Rating, name: str = "weigh_duties") -> str:
    return reverse(f"classification:{name}", args=[rating.public_id])


def test_the_tasks_listed_are_those_counted(rating: Rating) -> None:
    facts = read_facts(campaign=rating.campaign, ratings=[rating], today=TODAY)[rating.pk]
    rows = list_year_duties(rating=rating, today=TODAY)
    assert ([row.title for row in rows], len(rows)) == (["Làm mương", "Trồng rừng"], facts.duties.total)


def test_points_go_into_the_review_form(rating: Rating, secretary: User) -> None:
    client = client_of(secretary)
    page = squeeze(client.get(address(rating)).content.decode())
    assert ('value="35"' in page, 'value="100"' in page, 'value="50"' in page) == (True, True, True)
    typed = {"weight_0": "40", "share_0": "100", "weight_1": "30", "share_1": "50"}
    answer = client.post(address(rating), typed)
    assert answer.headers["Location"] == f"{address(rating, 'write_paper')}?ket-qua=55.00"
    form = client.get(answer.headers["Location"]).content.decode()
    assert 'name="results" value="55' in squeeze(form)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"weight_0": "40", "share_0": "100", "weight_1": "29,95", "share_1": "50"}, "cộng được 69,95, phải đúng 70"),
        ({"weight_0": "40", "share_0": "101", "weight_1": "30", "share_1": "50"}, "một số từ 0 đến 100"),
        ({"weight_0": "71", "share_0": "100", "weight_1": "0", "share_1": "50"}, "Điểm phải từ 0 đến 70"),
    ],
    ids=["sum", "share", "weight"],
)
def test_what_does_not_add_up_is_said_and_kept(
    rating: Rating, secretary: User, typed: dict[str, Any], said: str
) -> None:
    answer = client_of(secretary).post(address(rating), typed)
    page = answer.content.decode()
    assert (answer.status_code, said in page, f'value="{typed["weight_0"]}"' in page) == (422, True, True)


@pytest.mark.parametrize("points", ["abc", "123", "55.123", "-5", "5" * 40, "٥"])
def test_what_is_no_number_of_points_says_nothing(rating: Rating, secretary: User, points: str) -> None:
    page = client_of(secretary).get(address(rating, "write_paper"), {"ket-qua": points})
    assert (page.status_code, 'name="results" value=' in squeeze(page.content.decode())) == (200, False)


def test_of_a_unit_nothing_is_weighed(cell: Organization, rating: Rating, secretary: User) -> None:
    collective = make_rating(rating.campaign, cell)
    assert client_of(secretary).get(address(collective)).status_code == 404


def test_who_has_no_task_reads_so(cell: Organization, rating: Rating, secretary: User) -> None:
    idle = make_rating(rating.campaign, cell, join_cell(cell, "Lò Văn Bình"))
    page = client_of(secretary).get(address(idle)).content.decode()
    assert ("chưa có nhiệm vụ nào đến hạn" in page, "Tính điểm, về" in page) == (True, False)
