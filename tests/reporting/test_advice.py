"""Comments given to cells: who gives them, what became of them, the figure and its rows."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.core.access import Actor
from nennep.core.origins import Origin
from nennep.meetings.choices import AdviceState
from nennep.meetings.models import Advice
from nennep.meetings.services.advice import AdviceDraft, give_advice
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.reporting.queries.advice import get_cell_advice, get_unit_advice
from nennep.reporting.rules.advice import find_topics
from nennep.visits.models import CommentBankEntry
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.organizations import make_unit
from tests.markup import squeeze

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


@pytest.fixture
def cell(commune: Organization) -> Organization:
    return make_unit("Chi bộ thôn Nặm Chá", parent=commune)


@pytest.fixture
def officer(commune: Organization) -> User:
    user = make_user("Vũ Thị Minh Nguyệt")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    return user


@pytest.fixture
def desk(client: Client, officer: User) -> Client:
    client.force_login(officer)
    return client


def url(name: str, *parts: Any) -> str:
    return reverse(f"reporting:{name}", args=parts)


def tell(cell: Organization, text: str, state: AdviceState = AdviceState.OPEN) -> Advice:
    origin, draft = Origin("thử", text), AdviceDraft(text, "Mương Nà Khà")
    advice = give_advice(actor=Actor.system(), organization=cell, draft=draft, origin=origin, now=NOW)
    Advice.objects.filter(pk=advice.pk).update(state=state, answer="" if state == AdviceState.OPEN else "xong")
    return advice


def test_officer_advises_a_cell_and_keeps_the_words(desk: Client, officer: User, cell: Organization) -> None:
    data = {"text": "Bàn kỹ một việc.", "example": "Mương Nà Khà", "topic": "c3", "keep": "on"}
    answer = desk.post(url("give_advice", cell.public_id), data, follow=True)
    assert "Đã góp ý. Buổi sinh hoạt tới chi bộ sẽ thấy và trả lời." in answer.content.decode()
    advice = Advice.objects.get()
    assert (advice.text, advice.example, advice.topic, advice.given_by_id) == (
        "Bàn kỹ một việc.",
        "Mương Nà Khà",
        "c3",
        officer.pk,
    )
    assert list(CommentBankEntry.objects.values_list("text", "uses")) == [("Bàn kỹ một việc.", 1)]


def test_a_fourth_comment_on_a_day_is_refused_with_what_was_typed(desk: Client, cell: Organization) -> None:
    for number in range(3):
        desk.post(url("give_advice", cell.public_id), {"text": f"Góp ý {number}"})
    answer = desk.post(url("give_advice", cell.public_id), {"text": "Góp ý thứ tư"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Mỗi lần dự góp ý nhiều nhất 3 điều." in page
    assert "Góp ý thứ tư" in page
    assert Advice.objects.count() == 3


@pytest.mark.parametrize("text", ["", "   ", "a" * 301])
def test_a_comment_without_words_or_with_too_many_is_refused(desk: Client, cell: Organization, text: str) -> None:
    answer = desk.post(url("give_advice", cell.public_id), {"text": text})
    assert answer.status_code == 422
    assert Advice.objects.count() == 0


def test_bank_fills_the_form(desk: Client, cell: Organization) -> None:
    page = desk.get(url("advice", cell.public_id), {"text": "Bàn kỹ một việc.", "topic": "c3"}).content.decode()
    assert ">\nBàn kỹ một việc.</textarea>" in page
    assert '<option value="c3" selected>' in page


def test_giver_takes_an_unanswered_comment_back_and_nobody_else_does(desk: Client, cell: Organization) -> None:
    desk.post(url("give_advice", cell.public_id), {"text": "Của tôi"})
    foreign = tell(cell, "Của người khác")
    own = Advice.objects.get(text="Của tôi")
    assert desk.post(url("take_back_advice", cell.public_id, foreign.public_id)).status_code == 404
    assert desk.post(url("take_back_advice", cell.public_id, own.public_id)).status_code == 302
    assert list(Advice.objects.values_list("text", flat=True)) == ["Của người khác"]


def test_figure_counts_and_opens_its_rows(desk: Client, commune: Organization, cell: Organization) -> None:
    tell(cell, "Một", AdviceState.TAKEN_UP)
    tell(cell, "Hai", AdviceState.NOT_TAKEN)
    tell(make_unit("Chi bộ khác"), "Ba", AdviceState.TAKEN_UP)
    screen = squeeze(desk.get(url("unit", commune.public_id)).content.decode())
    assert "<b>1<small>/2</small></b><span>góp ý trong năm đã làm</span>" in screen
    rows = desk.get(url("advice", commune.public_id)).content.decode()
    assert "2 góp ý, chi bộ đã trả lời 2, đã làm 1 (50,0%)." in rows
    assert [text for text in ("Một", "Hai", "Ba") if f'<p class="nn-row-title">{text}</p>' in rows] == ["Một", "Hai"]


def test_comments_of_last_year_are_not_counted(commune: Organization, cell: Organization) -> None:
    Advice.objects.filter(pk=tell(cell, "Một").pk).update(given_on=TODAY - timedelta(days=400))
    page = get_unit_advice(actor=Actor.system(), unit=commune, today=TODAY)
    assert (page.share.given, page.rows) == (0, ())


def test_a_unit_above_cells_is_not_advised(desk: Client, commune: Organization) -> None:
    assert desk.post(url("give_advice", commune.public_id), {"text": "Bàn kỹ."}).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_cost_the_same_for_any_number_of_comments(
    officer: User, commune: Organization, cell: Organization, rows: int, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        tell(cell, f"Góp ý {number}")
    actor = actor_of(officer)
    with django_assert_num_queries(6):
        get_cell_advice(actor=actor, cell=cell, today=TODAY)
    with django_assert_num_queries(3):  # the first month there is to choose, too
        get_unit_advice(actor=actor, unit=commune, today=TODAY)


def test_groups_of_another_sheet_lead_to_the_same_comments() -> None:
    assert find_topics(["c6", "c2"]) == ["c6", "c2"]
    assert find_topics(["4", "5", "7"]) == ["c4", "c6"]
