"""Corrections of papers that went out, in a browser: seen first, confirmed, and every version to be taken again."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document

from nennep.assessments.models import ScoreSheet
from nennep.core.access import Actor
from nennep.duties.models import Duty
from nennep.meetings.models import Meeting
from nennep.members.models import Member
from nennep.records.models import MinutesVersion, Resolution
from nennep.records.services.filing import file_meeting
from nennep.reporting.models import IssuedPaper
from tests.factories.core import NOW
from tests.factories.issued import correct, rename
from tests.factories.people import People, make_people
from tests.factories.reporting import make_full_month

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
QUERIES = 8


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def meeting(people: People) -> Meeting:
    """Filed."""
    return file_meeting(actor=Actor.system(), meeting=make_full_month(people.cell), now=NOW)


def open_form(client: Client, address: str) -> dict[str, Any]:
    """What a browser would send back untouched."""
    form = client.get(address).context["form"]
    return {
        field.html_name: "" if field.value() is None else field.value() for field in form if field.value() is not False
    }


def words_of(file: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in Document(BytesIO(file)).paragraphs)


def test_a_correction_is_shown_then_confirmed_then_printed(people: People, meeting: Meeting) -> None:
    address = reverse("records:edit_minutes", args=[meeting.public_id])
    typed = {**open_form(people.insider, address), "fee_note": "Thu đủ tháng 11", "reason": "Sót dòng đảng phí"}
    shown = people.insider.post(address, typed)
    text = shown.content.decode()
    assert shown.status_code == 200
    assert "Nghị quyết thành bản 2, số chỗ sửa" in text
    assert "Đảng phí: (trống) → Thu đủ tháng 11" in text
    assert (MinutesVersion.objects.count(), IssuedPaper.objects.filter(number=2).count()) == (1, 0)
    assert shown.context["form"]["reason"].value() == "Sót dòng đảng phí"  # kept, ready to be confirmed
    done = people.insider.post(address, {**typed, "da_xem": shown.context["seal"]})
    assert (done.status_code, MinutesVersion.objects.count()) == (302, 2)
    paper = reverse("reporting:paper", args=[meeting.public_id, "nghi-quyet"])
    said = "Đảng phí: (trống) → Thu đủ tháng 11. Lý do: Sót dòng đảng phí."
    assert said in words_of(people.insider.get(paper).content)
    old = reverse("reporting:paper_version", args=[meeting.public_id, "nghi-quyet", 1])
    assert said not in words_of(people.insider.get(old).content)
    page = people.insider.get(reverse("reporting:papers", args=[meeting.public_id])).content.decode()
    assert old in page
    assert "Đảng phí: (trống) → Thu đủ tháng 11" in page


def test_a_filed_resolution_is_corrected_with_a_reason(people: People, meeting: Meeting) -> None:
    address = reverse("records:correct_resolution", args=[meeting.public_id])
    assert address in people.insider.get(reverse("records:show_resolution", args=[meeting.public_id])).content.decode()
    typed = {**open_form(people.insider, address), "thinking": "Đảng viên tin tưởng."}
    refused = people.insider.post(address, typed)
    assert (refused.status_code, refused.context["form"]["thinking"].value()) == (422, "Đảng viên tin tưởng.")
    assert "Hãy ghi vì sao phải đính chính." in refused.content.decode()
    assert people.insider.post(address, {**typed, "reason": "Sai chữ"}).status_code == 302
    assert Resolution.objects.get().thinking == "Đảng viên tin tưởng."
    text = people.insider.get(reverse("records:show_resolution", args=[meeting.public_id])).content.decode()
    assert "Tư tưởng: Đảng viên yên tâm. → Đảng viên tin tưởng." in text
    assert "Lý do: Sai chữ" in text


def test_two_who_correct_a_resolution_at_once_lose_nothing(people: People, meeting: Meeting) -> None:
    address = reverse("records:correct_resolution", args=[meeting.public_id])
    begun = open_form(people.insider, address)
    correct(meeting, thinking="Bản của người khác", now=NOW)
    answer = people.insider.post(address, {**begun, "thinking": "Bản của tôi", "reason": "Sai chữ"})
    assert answer.status_code == 422
    assert answer.context["form"]["thinking"].value() == "Bản của người khác\nBản của tôi"
    other = {**begun, "shortcomings": "Mương còn chậm", "reason": "Sai chữ"}
    assert people.insider.post(address, other).status_code == 302
    kept = Resolution.objects.get()
    assert (kept.thinking, kept.shortcomings) == ("Bản của người khác", "Mương còn chậm")


def test_pages_with_one_and_three_versions_take_the_same_queries(
    people: People, meeting: Meeting, django_assert_num_queries: Any
) -> None:
    address = reverse("records:show_resolution", args=[meeting.public_id])
    people.insider.get(address)  # what every process reads once
    with django_assert_num_queries(QUERIES):
        people.insider.get(address)
    for words in ("Một", "Hai"):
        correct(meeting, thinking=words, now=NOW)
    with django_assert_num_queries(QUERIES):
        page = people.insider.get(address)
    assert [version.number for version in page.context["page"].versions] == [3, 2, 1]


def test_scoring_again_asks_for_a_reason_and_keeps_what_was_typed(people: People, meeting: Meeting) -> None:
    address = reverse("assessments:reopen_sheet", args=[meeting.public_id])
    refused = people.insider.post(address, {"reason": " "})
    assert (refused.status_code, ScoreSheet.objects.get().total) == (422, Decimal(90))
    assert "Hãy ghi vì sao chấm lại." in refused.content.decode()
    assert people.insider.post(address, {"reason": "Sót một việc"}).status_code == 302
    assert ScoreSheet.objects.get().reason == "Sót một việc"


def test_the_page_of_a_filed_resolution_tells_its_tasks_as_they_were(people: People, meeting: Meeting) -> None:
    rename(Duty.objects.all(), "title")
    rename(Member.objects.all(), "full_name")
    text = people.insider.get(reverse("records:show_resolution", args=[meeting.public_id])).content.decode()
    assert "Làm mương" in text
    assert "Làm mương Khác" not in text
    assert "Quan Thị Biên Khác" not in text
