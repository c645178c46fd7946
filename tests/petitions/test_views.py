"""Pages of petitions: who gets what, what they say, what they cost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from lxml import html

from nennep.accounts.choices import Role
from nennep.core.access import Actor
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.petitions import services
from nennep.petitions.choices import PetitionState, Word
from nennep.petitions.models import Petition, PetitionCount
from nennep.petitions.views.petitions import say_passed
from tests.factories.accounts import grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.organizations import make_unit
from tests.factories.people import People, client_of, make_people
from tests.factories.petitions import make_petition
from tests.markup import squeeze

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


@pytest.fixture
def people() -> People:
    return make_people()


def page(name: str, *args: object) -> str:
    return reverse(f"petitions:{name}", args=args)


def commune_of(people: People) -> Organization:
    return Organization.objects.get(path=people.cell.path[: -Organization.steplen])


def test_who_raised_a_petition_reads_it_and_no_more(people: People) -> None:
    petition = make_petition(people.cell, raised_by=people.member_record).public_id
    names = ("show_petition", "pass_on", "answer_petition", "withdraw_petition")
    statuses = [people.member.get(page(name, petition)).status_code for name in names]
    assert statuses == [200, 403, 403, 403]


def test_a_petition_that_waits_is_not_reopened(people: People) -> None:
    petition = make_petition(people.cell).public_id
    assert people.insider.get(page("reopen_petition", petition)).status_code == 422
    assert people.reader.get(page("reopen_petition", petition)).status_code == 403


def test_who_answers_for_another_unit_does_not_settle_the_matter(people: People) -> None:
    petition, officer = make_petition(people.cell, holder=commune_of(people)), make_user()
    grant_role(officer, Role.COMMUNE_OFFICER, commune_of(people))
    typed = {"answer": "Xã đã sửa.", "settled": "on"}
    assert client_of(officer).post(page("answer_petition", petition.public_id), typed).status_code == 302
    petition.refresh_from_db()
    assert (petition.state, petition.settled_on) == (PetitionState.ANSWERED, None)


def test_a_petition_from_the_first_word_to_the_end(people: People) -> None:
    address = page("note_petition", people.cell.public_id)
    typed = {
        "text": "Sửa cầu <b>Nà Khà</b>",
        "field": "roads",
        "raised_by": str(people.member_record.public_id),
        "raised_on": "09/11/2026",
        "holder": str(people.cell.public_id),
    }
    refused = people.insider.post(address, {**typed, "raised_on": "31/11/2026"})
    assert (refused.status_code, "Sửa cầu" in refused.content.decode()) == (422, True)
    assert people.insider.post(address, {**typed, "raised_on": "10/11/2026"}).status_code == 422
    assert people.insider.post(address, {**typed, "text": " "}).status_code == 422
    assert Petition.objects.count() == 0
    answer = people.insider.post(address, typed)
    petition = Petition.objects.get()
    one = petition.public_id
    assert answer.headers["Location"] == page("show_petition", one)
    text = people.member.get(page("show_petition", one)).content.decode()
    assert "Sửa cầu &lt;b&gt;Nà Khà&lt;/b&gt;" in text
    assert "294-QĐ/TW" in text
    commune = commune_of(people)
    assert people.insider.post(page("pass_on", one), {}).status_code == 422
    moved = people.insider.post(page("pass_on", one), {"to": str(commune.public_id), "text": "Quá sức thôn"})
    assert moved.status_code == 302
    officer = make_user("Hà Thị Thu")
    grant_role(officer, Role.COMMUNE_OFFICER, commune)
    desk = client_of(officer)
    assert "<b>1 kiến nghị</b> chờ ở đây" in desk.get(page("show_unit", commune.public_id)).content.decode()
    assert desk.post(page("answer_petition", one), {"answer": ""}).status_code == 422
    assert desk.post(page("answer_petition", one), {"answer": "Xã sửa trong tháng 12."}).status_code == 302
    assert "Xã sửa trong tháng 12." in people.member.get(page("show_own")).content.decode()
    assert people.insider.post(page("confirm_solved", one)).status_code == 302
    assert people.insider.post(page("confirm_solved", one), follow=True).status_code == 200
    assert people.insider.post(page("reopen_petition", one), {"text": ""}).status_code == 422
    assert people.insider.post(page("reopen_petition", one), {"text": "Chưa sửa"}).status_code == 302
    assert people.insider.post(page("withdraw_petition", one), {"text": "Đã có cầu mới"}).status_code == 302
    petition.refresh_from_db()
    assert petition.state == PetitionState.WITHDRAWN


def find_next_step(answer: Any) -> str:
    """The heading of the block that says what comes next."""
    return squeeze(html.fromstring(answer.content.decode()).xpath("string(//*[@id='next'])")).strip()


def test_of_an_answered_petition_the_cell_has_the_next_step(people: People) -> None:
    """Who answered is asked for nothing more; whoever still has to is told until when."""
    commune, officer = commune_of(people), make_user()
    grant_role(officer, Role.COMMUNE_OFFICER, commune)
    steps = {}
    for state in (PetitionState.OPEN, PetitionState.ANSWERED):
        petition = make_petition(people.cell, holder=commune, state=state)
        address = page("show_petition", petition.public_id)
        steps[state] = [find_next_step(who.get(address)) for who in (client_of(officer), people.insider)]
    assert steps[PetitionState.ANSWERED] == [
        "Chi bộ xác nhận đã giải quyết xong ở kỳ sinh hoạt tới",
        "Chi bộ thấy đã giải quyết xong chưa?",
    ]
    assert steps[PetitionState.OPEN] == [f"{commune.name} trả lời chậm nhất ngày 23/11/2026", ""]


@pytest.mark.parametrize("kind", [Word.NOT, Word.PARTLY])
def test_one_that_the_cell_reopened_waits_for_a_new_answer(people: People, kind: Word) -> None:
    """Nobody is told to wait for the cell's word on an answer with which it was not content."""
    petition = make_petition(people.cell, state=PetitionState.ANSWERED)
    address = page("show_petition", petition.public_id)
    waits = "Chi bộ xác nhận đã giải quyết xong ở kỳ sinh hoạt tới"
    owed = f"{people.cell.name} trả lời chậm nhất ngày"
    people.insider.post(page("reopen_petition", petition.public_id), {"text": "Còn thiếu", "word": kind})
    shown = squeeze(people.insider.get(address).content.decode())
    listed = squeeze(people.insider.get(page("show_cell", people.cell.public_id)).content.decode())
    assert [words in shown for words in (waits, owed, "Trả lời trước, chi bộ đã mở lại")] == [False, True, True]
    assert "Trả lời trước, chi bộ đã mở lại: Sẽ làm" in listed


def test_what_waits_comes_first_with_its_age_and_late_ones_at_the_desk(people: People) -> None:
    commune = commune_of(people)
    make_petition(people.cell, "Việc cũ", due_on=TODAY.replace(day=2))
    make_petition(people.cell, "Việc đã xong", state=PetitionState.SOLVED, settled_on=TODAY, answered_on=TODAY)
    make_petition(people.cell, "Việc của xã", holder=commune, due_on=TODAY.replace(day=1))
    make_petition(people.cell, "Việc xã còn hạn", holder=commune)
    text = squeeze(people.reader.get(page("show_cell", people.cell.public_id)).content.decode())
    assert "<b>3 kiến nghị</b>đang chờ,<b>2 quá hạn trả lời</b>; lâu nhất 28 ngày." in text
    assert "Việc đã xong" not in text
    assert "Việc đã xong" in people.reader.get(page("show_cell", people.cell.public_id) + "?loc=xong").content.decode()
    officer = make_user("Hà Thị Thu")
    grant_role(officer, Role.COMMUNE_OFFICER, commune, subtree=True)
    rows = client_of(officer).get(page("show_unit", commune.public_id)).context["page"].rows
    assert [(row.text, row.days_left) for row in rows] == [("Việc của xã", -8), ("Việc xã còn hạn", 14)]
    below = client_of(officer).get(page("show_unit", commune.public_id) + "?loc=duoi").context["page"].rows
    assert [row.text for row in below] == ["Việc cũ"]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("show_cell", 7), ("show_unit", 12), ("show_own", 6)])
def test_lists_cost_the_same_with_more_rows(
    people: People, count: int, name: str, queries: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for number in range(count):
        make_petition(people.cell, f"Việc {number}", raised_by=people.member_record)
    client = people.member if name == "show_own" else people.insider
    address = page(name) if name == "show_own" else page(name, people.cell.public_id)
    client.get(address)
    with django_assert_num_queries(queries):
        assert len(client.get(address).context["rows"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_one_petition_costs_the_same_with_more_steps(
    people: People, count: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    petition = make_petition(people.cell)
    for _number in range(count):
        people.insider.post(page("answer_petition", petition.public_id), {"answer": "Sẽ sửa"})
    address = page("show_petition", petition.public_id)
    people.insider.get(address)
    with django_assert_num_queries(11):
        assert len(people.insider.get(address).context["page"].steps) == count


def test_a_late_answer_says_so_in_its_course_when_it_was_handed_on(people: People) -> None:
    """No day is left then; the board counts it by the day that was missed."""
    cell, commune, actor = people.cell, commune_of(people), Actor.system()
    details = services.PetitionDetails("Sửa cầu", holder=commune)
    asked = services.note_petition(actor=actor, organization=cell, details=details, raised_on=TODAY, now=NOW)
    due = asked.due_on
    answered = NOW + (due - TODAY) + timedelta(days=2)
    services.answer_petition(actor=actor, petition=asked, answer="Sẽ làm", now=answered)
    services.pass_on(actor=actor, petition=asked, to=cell, now=answered + timedelta(days=3))
    shown = squeeze(people.insider.get(page("show_petition", asked.public_id)).content.decode())
    assert shown.count(f"Chậm 2 ngày so với hạn {due:%d/%m/%Y}.") == 1
    row = Petition.objects.get(pk=asked.pk)
    assert (row.late_days, row.missed_on) == (2, due)
    lines = [line for line in PetitionCount.objects.get(petition=row).lines if line[0] in {"missed", "late"}]
    assert [(tally, day) for tally, day, *_rest in lines] == [("missed", f"{due.replace(day=1)}")]


def test_what_nobody_answered_is_not_called_answered_late() -> None:
    """It rose: late once, and its course says where it lay; the board says why it has no median."""
    province = make_unit("Đảng bộ tỉnh", kind=UnitKind.PROVINCE)
    commune = make_unit("Đảng bộ xã Bên", kind=UnitKind.BASE, parent=province)
    cell, actor, officer = make_unit("Chi bộ thôn Bên", parent=commune), Actor.system(), make_user()
    grant_role(officer, Role.COMMUNE_OFFICER, commune, subtree=True)
    details = services.PetitionDetails("Sửa cầu", holder=commune)
    asked = services.note_petition(actor=actor, organization=cell, details=details, raised_on=TODAY, now=NOW)
    due = asked.due_on
    services.keep_clocks(actor=actor, now=NOW + (due - TODAY) + timedelta(days=2))
    read = client_of(officer)
    shown = squeeze(read.get(page("show_petition", asked.public_id)).content.decode())
    words = (
        "Trả lời chậm",
        "Từng trễ 2 ngày.",
        f"ghi nhận → {commune.name}",
        f"Chậm 2 ngày so với hạn {due:%d/%m/%Y}.",
    )
    assert [one in shown for one in words] == [False, True, True, True]
    board = squeeze(read.get(page("show_board", commune.public_id)).content.decode())
    assert "Chưa đến nửa số kiến nghị có trả lời" in board


def test_whoever_hands_on_is_told_where_it_lies_now() -> None:
    """Not where it was sent, when it rose in that moment."""
    province = make_unit("Đảng bộ tỉnh", kind=UnitKind.PROVINCE)
    commune = make_unit("Đảng bộ xã Bên", kind=UnitKind.BASE, parent=province)
    cell, officer = make_unit("Chi bộ thôn Bên", parent=commune), make_user()
    grant_role(officer, Role.COMMUNE_OFFICER, commune, subtree=True)
    said = []
    for bounces in (0, 1):
        petition = make_petition(cell, holder=commune, bounces=bounces, due_on=TODAY)
        address, typed = page("pass_on", petition.public_id), {"to": str(cell.public_id), "text": ""}
        answer = client_of(officer).post(address, typed, follow=True)
        said += [str(message) for message in answer.context["messages"]]
    assert said == [
        "Đã chuyển đến Chi bộ thôn Bên.",
        "Đã chuyển trả đến lần phải chuyển lên: kiến nghị tự chuyển lên Đảng bộ tỉnh.",
    ]


def test_whoever_hands_on_to_a_unit_that_was_merged_meanwhile_is_told_of_its_successor(people: People) -> None:
    ended, heir = make_unit("Chi bộ thôn Cũ"), make_unit("Chi bộ thôn Mới")
    words = say_passed(make_petition(people.cell, holder=heir), ended)
    assert words == "Chi bộ thôn Cũ đã sáp nhập: kiến nghị chuyển đến Chi bộ thôn Mới."
