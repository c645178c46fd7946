"""A page or a button whose time has passed says what was done, by whom and when; whoever never could is refused as ever."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from lxml import html

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.core.access import Actor
from nennep.duties.services import drop_duty
from nennep.members.models import Member
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.petitions import services
from nennep.petitions.models import OutsideBody, Petition, Practice
from nennep.petitions.services import AnswerFacts, BodyDetails
from nennep.records.models import Resolution
from nennep.records.services.reopening import reopen_meeting
from nennep.visits.services.visits import cancel_visit
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.cells import join_cell
from tests.factories.core import NOW, TODAY
from tests.factories.duties import make_duty
from tests.factories.meetings import make_held_meeting
from tests.factories.organizations import make_unit
from tests.factories.people import client_of
from tests.factories.petitions import make_petition, make_practice
from tests.factories.reporting import make_full_month
from tests.factories.visits import assign, hold_office, make_visit
from tests.markup import squeeze

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
DAY = f"{TODAY:%d/%m/%Y}"


class Place:
    """A cell and the commune above it: who could act, and who never could."""

    def __init__(self) -> None:
        self.commune = make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)
        self.cell = make_unit("Chi bộ thôn Nặm Chá", parent=self.commune)
        names = ("Ma Công Lập", "Hà Thị Thu", "Lý Thị Mỷ", "Lương Quốc Hưng", "Người Ngoài", "Giàng A Páo")
        self.secretary, self.officer, self.asker, self.reader, self.outsider, self.member = map(make_user, names)
        grant_role(self.secretary, Role.SECRETARY, self.cell)
        grant_role(self.officer, Role.COMMUNE_OFFICER, self.commune, subtree=True)
        grant_role(self.reader, Role.OFFICIAL, self.cell)
        grant_role(self.outsider, Role.SECRETARY, make_unit("Chi bộ thôn Khác", parent=self.commune))
        self.record: Member = join_cell(self.cell, "Lý Thị Mỷ", user_id=self.asker.pk)
        join_cell(self.cell, "Giàng A Páo", user_id=self.member.pk)

    @property
    def desk(self) -> Actor:
        return actor_of(self.officer)

    @property
    def chair(self) -> Actor:
        return actor_of(self.secretary)

    def ask(self, holder: Organization | None = None) -> Petition:
        return make_petition(self.cell, holder=holder or self.cell, raised_by=self.record)


@pytest.fixture
def place() -> Place:
    return Place()


def answer(place: Place, petition: Petition) -> None:
    services.answer_petition(actor=place.desk, petition=petition, answer="Sẽ sửa", facts=AnswerFacts(), now=NOW)


def settle(place: Place, petition: Petition) -> None:
    answer(place, petition)
    services.confirm_solved(actor=place.chair, petition=petition, now=NOW)


def withdraw(place: Place, petition: Petition) -> None:
    services.withdraw_petition(actor=place.chair, petition=petition, text="Thôi", now=NOW)


def send_up(place: Place, petition: Petition) -> None:
    services.pass_on(actor=place.chair, petition=petition, to=place.commune, text="Quá sức thôn", now=NOW)


ANSWERED = f"Đảng bộ xã Lăng Can: trả lời, {DAY}"
SETTLED = f"Chi bộ thôn Nặm Chá: xác nhận đã giải quyết, {DAY}"
WITHDRAWN = f"Chi bộ thôn Nặm Chá: thôi kiến nghị, {DAY}"
SENT_UP = f"Chi bộ thôn Nặm Chá: chuyển, {DAY}"
WRITTEN_BY_OFFICIALS = {"clarify", "attach_file"}
Act = Callable[[Place, Petition], None]
# (address, who could, what was done meanwhile, what is said of it, whether it lay with the commune)
PETITIONS: list[tuple[str, str, Act, str, bool]] = [
    ("answer_petition", "officer", settle, SETTLED, True),
    ("answer_petition", "officer", withdraw, WITHDRAWN, True),
    ("answer_petition", "secretary", send_up, SENT_UP, False),
    ("pass_on", "officer", settle, SETTLED, True),
    ("pass_on", "secretary", send_up, SENT_UP, False),
    ("extend_answer", "officer", answer, ANSWERED, True),
    ("extend_answer", "secretary", send_up, SENT_UP, False),
    ("ask_asker", "officer", answer, ANSWERED, True),
    ("send_to_body", "officer", answer, ANSWERED, True),
    ("report_done", "officer", settle, SETTLED, True),
    ("clarify", "asker", answer, ANSWERED, True),
    ("clarify", "secretary", withdraw, WITHDRAWN, True),
    ("attach_file", "asker", withdraw, WITHDRAWN, True),
    ("attach_file", "officer", settle, SETTLED, True),
    ("withdraw_petition", "secretary", settle, SETTLED, True),
    ("join_petition", "secretary", answer, ANSWERED, True),
    ("join_petition", "officer", settle, SETTLED, True),
]


def said(response: Any) -> str:
    return squeeze(html.fromstring(response.content.decode()).xpath("string(//main)"))


def ask_both(user: User, address: str, **typed: str) -> list[tuple[int, str]]:
    """Opened, and sent by whoever had it open."""
    client = client_of(user)
    return [(one.status_code, said(one)) for one in (client.get(address), client.post(address, typed))]


def statuses(user: User, address: str) -> list[int]:
    client = client_of(user)
    return [client.get(address).status_code, client.post(address, {}).status_code]


@pytest.mark.parametrize(
    ("name", "who", "act", "words", "above"), PETITIONS, ids=lambda one: getattr(one, "__name__", str(one))
)
def test_of_a_petition_it_is_said_what_became_of_it(
    place: Place, name: str, who: str, act: Act, words: str, above: bool
) -> None:
    petition = place.ask(place.commune if above else None)
    address = reverse(f"petitions:{name}", args=[petition.public_id])
    act(place, petition)
    for status, text in ask_both(getattr(place, who), address, text="Chữ đã gõ", answer="Chữ đã gõ"):
        assert (status, f"({words})" in text, "không có quyền" in text) == (409, True, False), text
    assert "Chữ đã gõ" in ask_both(getattr(place, who), address, text="Chữ đã gõ")[1][1]
    assert statuses(place.outsider, address) == [404, 404]
    assert statuses(place.member, address) == [404, 404]
    if name not in WRITTEN_BY_OFFICIALS:
        assert statuses(place.reader, address) == [403, 403]


def test_of_a_petition_that_waits_it_is_said_so(place: Place) -> None:
    petition = place.ask(place.commune)
    for name, words in (("reopen_petition", "chưa có trả lời, vẫn đang chờ"), ("answer_petition", "")):
        address = reverse(f"petitions:{name}", args=[petition.public_id])
        rows = ask_both(place.secretary, address)
        assert [(status, bool(words) and words in text) for status, text in rows] == [
            (422 if words else 403, bool(words))
        ] * 2


@pytest.mark.parametrize(
    ("name", "state"),
    [("publish_practice", "declined"), ("decline_practice", "published"), ("retire_practice", "declined")],
)
def test_of_a_practice_it_is_said_what_was_decided(place: Place, name: str, state: str) -> None:
    practice: Practice = make_practice(place.cell, unit=place.commune)
    if state == "declined":
        services.decline_practice(actor=place.desk, practice=practice, text="Trùng", now=NOW)
    else:
        details = services.PracticeDetails(title="Đổi công", text="Hai thôn đổi công")
        services.publish_practice(actor=place.desk, practice=practice, details=details, now=NOW)
    address = reverse(f"petitions:{name}", args=[practice.public_id])
    for status, text in ask_both(place.officer, address, text="Chữ"):
        assert (status, "Hà Thị Thu" in text, DAY in text) == (409, True, True)
    assert set(statuses(place.secretary, address)) <= {403, 404}


def test_of_an_office_that_ended_it_is_said_when(place: Place) -> None:
    body = services.write_body(actor=place.desk, organization=place.commune, details=BodyDetails("Điện lực"), now=NOW)
    services.end_body(actor=place.desk, body=body, now=NOW)
    address = reverse("petitions:change_body", args=[OutsideBody.objects.get().public_id])
    for status, text in ask_both(place.officer, address, name="Điện lực"):
        assert (status, "Hà Thị Thu" in text, DAY in text) == (409, True, True)
    assert set(statuses(place.secretary, address)) <= {403, 404}


@pytest.mark.parametrize("name", ["substitute_visit", "cancel_visit", "attend_visit", "miss_visit"])
def test_of_a_visit_it_is_said_how_it_ended(place: Place, name: str) -> None:
    official = make_user("Hoàng Thị Mai")
    hold_office(official, place.commune)
    assign(official, place.cell)
    visit = make_visit(official, place.cell, on=TODAY)
    cancel_visit(actor=place.desk, visit=visit, reason="Đổi kế hoạch", now=NOW)
    address = reverse(f"visits:{name}", args=[visit.public_id])
    for status, text in ask_both(place.officer, address, reason="Chữ"):
        assert (status, "Hà Thị Thu" in text, DAY in text) == (409, True, True), text
    assert set(statuses(place.secretary, address)) <= {403, 404}


def test_of_a_visit_to_come_it_is_said_that_its_day_has_not_come(place: Place) -> None:
    official = make_user("Hoàng Thị Mai")
    hold_office(official, place.commune)
    visit = make_visit(official, place.cell, on=date(2027, 1, 4))
    address = reverse("visits:attend_visit", args=[visit.public_id])
    rows = ask_both(place.officer, address)
    assert [(status, "Chưa đến ngày 04/01/2027" in text) for status, text in rows] == [(422, True)] * 2


def test_of_a_task_it_is_said_that_it_was_taken_back(place: Place) -> None:
    duty = make_duty(place.cell, place.record)
    drop_duty(actor=place.chair, duty=duty, reason="Thôi", now=NOW)
    address = reverse("duties:report_duty", args=[duty.public_id])
    for user in (place.asker, place.secretary):
        for status, text in ask_both(user, address, state="done", note="Xong"):
            assert (status, "Ma Công Lập" in text, DAY in text) == (409, True, True)
    assert set(statuses(place.member, address)) <= {403, 404}


@pytest.mark.parametrize(
    "name",
    [
        "records:show_minutes",
        "records:edit_minutes",
        "records:approve_minutes",
        "records:show_resolution",
        "assessments:show_sheet",
    ],
)
def test_of_a_meeting_that_was_opened_again_it_is_said_by_whom(place: Place, name: str) -> None:
    meeting = make_held_meeting(place.cell)
    deputy = make_user("Chẩu Văn Dũng")
    grant_role(deputy, Role.COMMITTEE_MEMBER, place.cell)
    reopen_meeting(actor=actor_of(deputy), meeting=meeting, now=NOW)
    address = reverse(name, args=[meeting.public_id])
    client = client_of(place.secretary)
    ways: dict[str, list[Any]] = {"records:show_minutes": [client.get], "records:approve_minutes": [client.post]}
    for way in ways.get(name, [client.get, client.post]):
        one = way(address)
        text = said(one)
        assert (one.status_code, "mở lại (Chẩu Văn Dũng" in text, DAY in text) == (409, True, True)
    for user in (place.outsider, place.member):
        assert set(statuses(user, address)) <= {403, 404, 405}


def test_a_resolution_that_is_no_longer_filed_is_reworded_not_corrected(place: Place) -> None:
    meeting = make_full_month(place.cell)
    assert Resolution.objects.filter(meeting=meeting).exists()
    address = reverse("records:correct_resolution", args=[meeting.public_id])
    for status, text in ask_both(place.secretary, address):
        assert (status, "chưa phải đính chính" in text) == (409, True)
    assert set(statuses(place.reader, address)) <= {403, 404}


def test_of_a_record_with_an_account_it_is_said_that_there_is_one(place: Place) -> None:
    """Two open the page, one links the account."""
    grant_role(place.officer, Role.ADMINISTRATOR, place.commune, subtree=True)
    address = reverse("members:link_account", args=[place.record.public_id])
    for _status, text in ask_both(place.officer, address, username="ai-do"):
        assert ("Đồng chí này đã có tài khoản." in text, "không có quyền" in text) == (True, False)
    assert statuses(place.reader, address) == [403, 403]
    assert statuses(place.outsider, address) == [404, 404]


def test_of_a_petition_that_the_cell_speaks_for_it_is_said_that_it_stays_there(place: Place) -> None:
    petition = place.ask(place.commune)
    Petition.objects.filter(pk=petition.pk).update(is_hidden=True)
    settle(place, petition)
    address = reverse("petitions:publish_answer", args=[petition.public_id])
    for _status, text in ask_both(place.officer, address, title="Cách làm", text="Sửa mương"):
        assert "không đăng vào thư viện" in text
    assert statuses(place.outsider, address) == [404, 404]
    assert Practice.objects.count() == 0
