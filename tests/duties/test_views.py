"""Pages of tasks: who gets what, what is written, what stays typed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from nennep.duties.choices import DutyState
from nennep.duties.models import Duty
from tests.factories.cells import join_cell
from tests.factories.core import TODAY
from tests.factories.duties import make_duty
from tests.factories.people import People, make_people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


@pytest.fixture
def people() -> People:
    return make_people()


def page(name: str, *args: object) -> str:
    return reverse(f"duties:{name}", args=args)


def test_who_has_a_task_reads_and_reports_it_and_no_more(people: People) -> None:
    duty = make_duty(people.cell, people.member_record).public_id
    names = ("show_duty", "report_duty", "change_duty", "hand_over_duty", "drop_duty")
    statuses = [people.member.get(page(name, duty)).status_code for name in names]
    assert statuses == [200, 200, 403, 403, 403]


def test_a_task_is_given_and_bad_input_stays(people: People) -> None:
    address = page("give_duty", people.cell.public_id)
    typed = {"title": "Làm mương", "assignee": str(people.member_record.public_id), "category": "ad_hoc"}
    answer = people.insider.post(address, {**typed, "due_on": "31/11/2026"})
    assert answer.status_code == 422
    assert "31/11/2026" in answer.content.decode()
    assert "không có ngày" in answer.content.decode()
    answer = people.insider.post(address, {**typed, "due_on": "01/11/2026"})
    assert (answer.status_code, Duty.objects.count()) == (422, 0)
    assert "sớm hơn ngày giao" in answer.content.decode()
    answer = people.insider.post(address, {**typed, "due_on": "30/11/2026"})
    assert (answer.status_code, answer.headers["Location"]) == (302, page("show_cell", people.cell.public_id))
    assert str(Duty.objects.get().due_on) == "2026-11-30"


def test_the_link_for_an_idle_member_chooses_them(people: People) -> None:
    address = page("give_duty", people.cell.public_id)
    text = people.insider.get(f"{address}?nguoi={people.member_record.public_id}").content.decode()
    assert f'<option value="{people.member_record.public_id}" selected>' in text


def test_the_member_reports_with_one_button(people: People) -> None:
    duty = make_duty(people.cell, people.member_record)
    answer = people.member.post(page("report_duty", duty.public_id), {"state": "done", "note": "6/6 hộ"})
    assert (answer.status_code, answer.headers["Location"]) == (302, page("show_own"))
    duty.refresh_from_db()
    assert (duty.state, duty.percent, duty.result, duty.settled_on) == (DutyState.DONE, 100, "6/6 hộ", TODAY)
    assert "ghi hộ" not in people.member.get(page("show_duty", duty.public_id)).content.decode()


def test_a_report_on_behalf_shows_who_wrote_it(people: People) -> None:
    duty = make_duty(people.cell, people.member_record)
    answer = people.insider.post(page("report_duty", duty.public_id), {"state": "ongoing", "percent": "40"})
    assert answer.headers["Location"] == page("show_cell", people.cell.public_id)
    assert "Ma Công Lập ghi hộ" in people.insider.get(page("show_duty", duty.public_id)).content.decode()


@pytest.mark.parametrize(
    "typed", [{}, {"state": "dropped"}, {"state": "not_done"}, {"state": "done", "percent": "120"}]
)
def test_a_report_without_sense_is_refused(people: People, typed: dict[str, str]) -> None:
    duty = make_duty(people.cell, people.member_record)
    assert people.member.post(page("report_duty", duty.public_id), typed).status_code == 422
    duty.refresh_from_db()
    assert duty.state == DutyState.ONGOING


def test_change_hand_over_and_drop(people: People) -> None:
    other = join_cell(people.cell, "Hoàng Văn Oanh")
    duty = make_duty(people.cell, people.member_record)
    typed = {"title": "Làm 120 m", "assignee": str(people.member_record.public_id), "category": "regular"}
    assert people.insider.post(page("change_duty", duty.public_id), typed).status_code == 302
    assert people.insider.post(page("hand_over_duty", duty.public_id), {}).status_code == 422
    taken = people.insider.post(page("hand_over_duty", duty.public_id), {"assignee": str(other.public_id)})
    assert taken.status_code == 302
    assert people.insider.post(page("drop_duty", duty.public_id), {"reason": " "}).status_code == 422
    assert people.insider.post(page("drop_duty", duty.public_id), {"reason": "Xã đã làm"}).status_code == 302
    duty.refresh_from_db()
    assert (duty.title, duty.assignee, duty.state) == ("Làm 120 m", other, DutyState.DROPPED)


@pytest.mark.parametrize("chosen", ["", "xong", "tat-ca", "khong-co"])
def test_tabs_choose_tasks(people: People, chosen: str) -> None:
    make_duty(people.cell, people.member_record, "Việc đang làm")
    make_duty(people.cell, people.member_record, "Việc đã xong", state=DutyState.DONE, settled_on=TODAY)
    text = people.insider.get(page("show_cell", people.cell.public_id), {"loc": chosen}).content.decode()
    assert ("Việc đang làm" in text, "Việc đã xong" in text) == (chosen != "xong", chosen in {"xong", "tat-ca"})


@pytest.mark.parametrize("count", [1, 3])
def test_a_cells_page_costs_the_same_with_more_tasks(
    people: People, count: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for number in range(count):
        make_duty(people.cell, people.member_record, f"Việc {number}")
    people.insider.get(page("show_cell", people.cell.public_id))
    with django_assert_num_queries(7):
        people.insider.get(page("show_cell", people.cell.public_id))


@pytest.mark.parametrize("count", [1, 3])
def test_the_own_page_costs_the_same_with_more_tasks(
    people: People, count: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for number in range(count):
        make_duty(people.cell, people.member_record, f"Việc {number}")
    people.member.get(page("show_own"))
    with django_assert_num_queries(5):
        people.member.get(page("show_own"))


def test_empty_pages_say_what_to_do(people: People) -> None:
    text = people.insider.get(page("show_cell", people.cell.public_id)).content.decode()
    assert "Chưa có nhiệm vụ nào ở đây" in text
    assert "Lý Thị Mỷ" in text
    assert "Hiện đồng chí không có việc nào đang làm." in people.member.get(page("show_own")).content.decode()


def test_the_way_back_from_a_task_leads_to_the_room_that_asked(people: People) -> None:
    duty = make_duty(people.cell, people.member_record).public_id
    for name in ("report_duty", "change_duty", "hand_over_duty", "drop_duty"):
        asked = people.insider.get(f"{page(name, duty)}?tiep=/sinh-hoat/phong/").content.decode()
        assert 'class="nn-back" href="/sinh-hoat/phong/"' in asked
        assert (
            f'class="nn-back" href="{page("show_duty", duty)}"' in people.insider.get(page(name, duty)).content.decode()
        )
