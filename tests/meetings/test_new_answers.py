"""An answer goes onto the next programme by itself; where that is agreed it waits, in sight, for one tap."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from nennep.core.access import Actor
from nennep.meetings.choices import MeetingState, Topic
from nennep.meetings.models import AgendaItem, Meeting
from nennep.meetings.queries.suggestions import AT_MOST, PETITION, list_new_answers
from nennep.meetings.services import suggestions
from nennep.meetings.services.agenda import remove_item
from nennep.organizations.models import Organization
from nennep.petitions import services
from nennep.petitions.models import Petition
from nennep.petitions.services import AnswerFacts, PetitionDetails
from tests.factories.core import NOW, TODAY
from tests.factories.meetings import at, make_meeting
from tests.factories.people import People, make_people
from tests.factories.petitions import make_practice
from tests.program_alone import refuse_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]

SYSTEM, DAY = Actor.system(), timedelta(days=1)


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def meeting(people: People) -> Meeting:
    return make_meeting(people.cell, planned_for=at(date(2026, 12, 3)))


def ask(people: People, text: str = "Sửa cầu Nà Khà") -> Petition:
    above = Organization.objects.get(path=people.cell.path[: -Organization.steplen])
    details = PetitionDetails(text, holder=above)
    return services.note_petition(actor=SYSTEM, organization=people.cell, details=details, raised_on=TODAY, now=NOW)


def answer(people: People, text: str = "Sửa cầu Nà Khà") -> Petition:
    return services.answer_petition(actor=SYSTEM, petition=ask(people, text), answer="Sẽ sửa", now=NOW)


def on_it(meeting: Meeting) -> list[tuple[str, str]]:
    return list(meeting.agenda.filter(origin_kind=PETITION).order_by("pk").values_list("origin_id", "title"))


def agree(meeting: Meeting) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(prepared_at=NOW)


def test_an_answer_puts_itself_onto_the_next_programme_once(people: People, meeting: Meeting) -> None:
    later = make_meeting(people.cell, planned_for=at(date(2027, 1, 3)))
    asked = ask(people)
    assert on_it(meeting) == []
    facts = AnswerFacts(promised_for=TODAY)
    services.answer_petition(actor=SYSTEM, petition=asked, answer="Sẽ sửa", facts=facts, now=NOW)
    services.report_done(actor=SYSTEM, petition=asked, text="Đã sửa", now=NOW)
    assert on_it(meeting) == [(str(asked.public_id), "Kết quả giải quyết kiến nghị: sửa cầu Nà Khà")]
    assert on_it(later) == []
    assert AgendaItem.objects.get(origin_kind=PETITION).topic == Topic.PETITIONS
    assert list_new_answers(meeting=meeting, today=TODAY) == ()


def test_the_programme_stays_a_vietnamese_paper_whoever_answers(people: People, meeting: Meeting) -> None:
    with translation.override("en"):
        answer(people)
    assert [title for _id, title in on_it(meeting)] == ["Kết quả giải quyết kiến nghị: sửa cầu Nà Khà"]


def test_of_very_many_answers_three_go_on_and_the_others_wait(people: People, meeting: Meeting) -> None:
    asked = [answer(people, f"Việc {number}") for number in range(AT_MOST + 1)]
    assert [number for number, _title in on_it(meeting)] == [str(one.public_id) for one in asked[:AT_MOST]]
    waiting = list_new_answers(meeting=meeting, today=TODAY)
    assert [one.origin.id for one in waiting] == [str(asked[-1].public_id)]


def test_an_agreed_programme_is_changed_by_nobody_but_those_who_agreed_it(people: People, meeting: Meeting) -> None:
    """Nor does the answer go onto the one after it: it is about the next meeting."""
    later = make_meeting(people.cell, planned_for=at(date(2027, 1, 3)))
    agree(meeting)
    asked = answer(people)
    assert (on_it(meeting), on_it(later)) == ([], [])
    assert [one.origin.id for one in list_new_answers(meeting=meeting, today=TODAY)] == [str(asked.public_id)]


def test_what_was_taken_off_does_not_come_back_by_itself(people: People, meeting: Meeting) -> None:
    asked = ask(people)
    facts = AnswerFacts(promised_for=TODAY)
    services.answer_petition(actor=SYSTEM, petition=asked, answer="Sẽ sửa", facts=facts, now=NOW)
    services.report_done(actor=SYSTEM, petition=asked, text="Đã sửa", now=NOW)
    remove_item(actor=SYSTEM, item=AgendaItem.objects.get(meeting=meeting, origin_kind=PETITION), now=NOW)
    services.answer_petition(actor=SYSTEM, petition=asked, answer="Đã sửa xong", now=NOW)
    assert on_it(meeting) == []
    tap(people.insider, meeting, asked)
    assert [number for number, _title in on_it(meeting)] == [str(asked.public_id)]


@pytest.mark.parametrize(
    ("days", "state"), [(-1, MeetingState.PLANNED), (1, MeetingState.CANCELLED), (0, MeetingState.OPEN)]
)
def test_no_programme_of_a_meeting_that_does_not_come_takes_it(people: People, days: int, state: MeetingState) -> None:
    other = make_meeting(people.cell, planned_for=at(TODAY + days * DAY))
    Meeting.objects.filter(pk=other.pk).update(state=state)
    answer(people)
    assert on_it(other) == []


def test_what_is_answered_with_the_cells_own_word_needs_no_item(people: People, meeting: Meeting) -> None:
    services.answer_petition(actor=SYSTEM, petition=ask(people), answer="Xong", settled=True, now=NOW)
    assert on_it(meeting) == []


def pages_of(people: People, meeting: Meeting) -> list[str]:
    addresses = ["/", reverse("meetings:show_agenda", args=[meeting.public_id])]
    return [people.insider.get(address).content.decode() for address in addresses]


WAITS = "Trả lời mới, chưa vào chương trình"


def test_home_and_programme_say_that_an_answer_waits_and_one_tap_puts_it_on(people: People, meeting: Meeting) -> None:
    agree(meeting)
    asked = answer(people)
    assert [(WAITS in page, page.count(str(asked.public_id))) for page in pages_of(people, meeting)] == [(True, 1)] * 2
    tap(people.insider, meeting, asked)
    assert [number for number, _title in on_it(meeting)] == [str(asked.public_id)]
    assert [WAITS in page for page in pages_of(people, meeting)] == [False, False]


def tap(client: Client, meeting: Meeting, petition: Petition) -> None:
    typed = {"kind": PETITION, "id": str(petition.public_id)}
    assert client.post(reverse("meetings:add_suggestion", args=[meeting.public_id]), typed).status_code == 302


def test_nobody_puts_answers_onto_programmes_in_the_name_of_the_program() -> None:
    refuse_person(suggestions.take_up_answer)


@pytest.mark.parametrize("is_answered", [False, True])
def test_whoever_asked_reads_what_others_did_while_the_matter_waits(people: People, is_answered: bool) -> None:
    above = Organization.objects.get(path=people.cell.path[: -Organization.steplen])
    make_practice(people.cell, "Sửa cầu Nà Khà bằng ngày công", unit=above, state="published")
    asked = answer(people) if is_answered else ask(people)
    page = people.insider.get(reverse("petitions:show_petition", args=[asked.public_id])).content.decode()
    assert ("Nơi khác đã làm được việc này" in page) == (not is_answered)
