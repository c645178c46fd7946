"""Both clocks stay visible wherever one is printed: by when it is answered, and by when it is to be solved."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from lxml import html

from nennep.core.access import Actor
from nennep.core.wording import say_date
from nennep.meetings.queries.suggestions import suggest_items
from nennep.organizations.models import Organization
from nennep.petitions import services
from nennep.petitions.choices import PetitionState, Word
from nennep.petitions.models import Petition
from nennep.petitions.queries import PetitionRow, read_row
from nennep.petitions.services import AnswerFacts, PetitionDetails
from tests.factories.core import NOW, TODAY
from tests.factories.people import People, make_people
from tests.factories.petitions import make_petition
from tests.factories.reporting import make_meeting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]

ACTOR, DAY = Actor.system(), timedelta(days=1)
PROMISED = TODAY + 20 * DAY


@pytest.fixture
def people() -> People:
    return make_people()


def ask(cell: Organization) -> Petition:
    """Of the unit above, today."""
    above = Organization.objects.get(path=cell.path[: -Organization.steplen])
    details = PetitionDetails("Sửa cầu Nà Khà", holder=above)
    return services.note_petition(actor=ACTOR, organization=cell, details=details, raised_on=TODAY, now=NOW)


def promise(petition: Petition, *, after: int = 0) -> Petition:
    """Answered so many days after today, for the same day ever."""
    facts = AnswerFacts(promised_for=PROMISED)
    return services.answer_petition(actor=ACTOR, petition=petition, answer="Sẽ sửa", facts=facts, now=NOW + after * DAY)


def read(people: People, petition: Petition) -> str:
    answer = people.insider.get(reverse("petitions:show_petition", args=[petition.public_id]))
    return " ".join(html.fromstring(answer.content).text_content().split())


def test_before_an_answer_the_page_says_its_day_and_that_the_other_is_to_come(people: People) -> None:
    asked = ask(people.cell)
    shown = read(people, asked)
    assert f"Trả lời: chậm nhất ngày {say_date(asked.due_on)}." in shown
    assert "Giải quyết: nơi trả lời hẹn ngày khi trả lời." in shown
    assert (shown.count("Ngày này tính thế nào?"), shown.count("Ngày hẹn này tính thế nào?")) == (1, 0)


def test_a_promise_hides_neither_the_day_of_the_answer_nor_how_either_was_found(people: People) -> None:
    asked = promise(ask(people.cell))
    shown = read(people, asked)
    words = f"chậm nhất ngày {say_date(asked.due_on)}. Đã trả lời ngày {say_date(TODAY)}, đúng hạn."
    assert f"Trả lời: {words}" in shown
    assert f"Giải quyết: hẹn xong chậm nhất ngày {say_date(PROMISED)}." in shown
    assert (shown.count("Ngày này tính thế nào?"), shown.count("Ngày hẹn này tính thế nào?")) == (1, 1)
    assert f"{asked.answered_by} tự hẹn ngày này khi trả lời ngày {say_date(TODAY)};" in shown


def test_a_promise_that_was_broken_stays_known_when_the_cell_opens_the_matter_again(people: People) -> None:
    asked = promise(ask(people.cell))
    services.reopen_petition(actor=ACTOR, petition=asked, text="Chưa sửa", word=Word.NOT, now=NOW + DAY)
    shown = read(people, asked)
    assert f"Trước đó đã hẹn ngày {say_date(PROMISED)}." in shown
    assert "Giải quyết: nơi trả lời hẹn ngày khi trả lời." in shown


def test_what_is_handed_on_after_it_was_done_is_promised_by_nobody(people: People) -> None:
    asked = promise(ask(people.cell))
    services.report_done(actor=ACTOR, petition=asked, text="Đã sửa", now=NOW)
    services.pass_on(actor=ACTOR, petition=asked, to=people.cell, now=NOW)
    assert "hẹn xong chậm nhất" not in read(people, asked)


@pytest.mark.parametrize(("late", "words"), [(0, "đúng hạn"), (3, "chậm 3 ngày")])
def test_the_page_says_whether_the_answer_was_in_time(people: People, late: int, words: str) -> None:
    asked = ask(people.cell)
    answered = (asked.due_on - TODAY).days + late
    services.answer_petition(actor=ACTOR, petition=asked, answer="Sẽ sửa", now=NOW + answered * DAY)
    shown = read(people, asked)
    assert f"Đã trả lời ngày {say_date(asked.due_on + late * DAY)}, {words}." in shown
    assert "Từng trễ" not in shown


def test_an_answer_in_time_after_the_cell_opened_the_matter_again_is_not_called_late(people: People) -> None:
    """The former one was: that stays a mark, and says of which clock it is nothing about this answer."""
    asked = ask(people.cell)
    late = NOW + (asked.due_on - TODAY) + 3 * DAY
    services.answer_petition(actor=ACTOR, petition=asked, answer="Sẽ sửa", now=late)
    services.reopen_petition(actor=ACTOR, petition=asked, text="Chưa sửa", word=Word.NOT, now=late)
    services.answer_petition(actor=ACTOR, petition=asked, answer="Đã có tiền", now=late + DAY)
    shown = read(people, asked)
    assert "đúng hạn." in shown
    assert "Từng trễ 3 ngày" in shown


def test_an_opinion_has_no_clock(people: People) -> None:
    details = PetitionDetails("Nhân dân đồng tình", is_opinion=True)
    noted = services.note_petition(actor=ACTOR, organization=people.cell, details=details, raised_on=TODAY, now=NOW)
    shown = read(people, noted)
    assert "Ý kiến không đề nghị giải quyết nên không tính hạn." in shown
    assert [words in shown for words in ("chậm nhất", "Giải quyết:", "tính thế nào?")] == [False, False, False]


def row_of(cell: Organization, **fields: Any) -> PetitionRow:
    return read_row(make_petition(cell, **fields), TODAY)


def test_a_row_says_both_clocks_while_either_runs(people: People) -> None:
    cell, due = people.cell, date(2026, 12, 16)
    answered = {"answered_on": TODAY, "answer": "Sẽ sửa", "due_on": due}
    rows = [
        row_of(cell, due_on=due),
        row_of(cell, state=PetitionState.ANSWERED, **answered),
        row_of(cell, state=PetitionState.PROMISED, promised_for=TODAY, **answered),
        row_of(cell, state=PetitionState.PROMISED, promised_for=TODAY - DAY, late_days=4, **answered),
        row_of(cell, state=PetitionState.SOLVED, settled_on=TODAY),
        row_of(cell, state=PetitionState.OPINION),
    ]
    assert [row.clock_words for row in rows] == [
        "Hạn trả lời 16/12/2026.",
        "Hạn trả lời 16/12/2026, đã trả lời đúng hạn.",
        f"Hạn trả lời 16/12/2026, đã trả lời đúng hạn. Hẹn giải quyết xong chậm nhất {say_date(TODAY)}.",
        f"Hạn trả lời 16/12/2026. Hẹn giải quyết xong chậm nhất {say_date(TODAY - DAY)}, đã quá hẹn.",
        "",
        "",
    ]


def test_lists_and_the_spreadsheet_say_the_day_promised(people: People) -> None:
    asked = promise(ask(people.cell))
    listed = people.insider.get(reverse("petitions:show_cell", args=[people.cell.public_id])).content.decode()
    assert f"Hạn trả lời {say_date(asked.due_on)}, đã trả lời đúng hạn. Hẹn giải quyết xong" in listed
    work = reverse("petitions:download_work", args=[people.cell.public_id])
    table = people.insider.get(work, {"loc": "ben-duoi", "dang": "csv"}).content.decode()
    assert f"{say_date(asked.due_on)};{say_date(PROMISED)};" in table
    assert "Hạn trả lời;Hẹn giải quyết xong;Tình trạng" in table


def test_the_programme_says_by_when_it_was_promised(people: People) -> None:
    asked = promise(ask(people.cell))
    meeting = make_meeting(people.cell, date(2026, 12, 3))
    reasons = [one.reason for one in suggest_items(actor=ACTOR, meeting=meeting, today=TODAY)]
    words = f"{asked.answered_by} đã trả lời, hẹn giải quyết xong chậm nhất {say_date(PROMISED)}; chi bộ cho ý kiến"
    assert words in reasons
