"""The page of the score sheet."""

from decimal import Decimal

import pytest
from django.urls import reverse

from nennep.assessments.models import ScoreItem, ScoreSheet
from nennep.meetings.models import Meeting
from tests.factories.meetings import make_held_meeting
from tests.factories.people import People, make_people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


@pytest.fixture
def people() -> People:
    return make_people()


def page(name: str, meeting: Meeting) -> str:
    return reverse(f"assessments:{name}", args=[meeting.public_id])


def full_marks() -> dict[str, str]:
    """All points, and for each line why."""
    names = [(item.code.replace(".", "_"), str(item.maximum)) for item in ScoreItem.objects.all()]
    return {f"points_{name}": most for name, most in names} | {f"note_{name}": "Chi bộ bàn" for name, _most in names}


def test_a_sheet_is_read_once_it_is_started(people: People) -> None:
    meeting = make_held_meeting(people.cell)
    show = page("show_sheet", meeting)
    assert [client.get(show).status_code for client in (people.insider, people.reader)] == [200, 404]
    assert people.insider.post(page("start_sheet", meeting)).status_code == 302
    assert people.reader.get(show).status_code == 200
    assert people.reader.post(show, {}).status_code == 403


def test_from_the_first_proposal_to_the_agreed_score(people: People) -> None:
    meeting = make_held_meeting(people.cell)
    people.insider.post(page("start_sheet", meeting))
    show = page("show_sheet", meeting)
    assert "Gợi ý 5,0" in people.insider.get(show).content.decode()
    assert people.insider.post(show, {**full_marks(), "points_c1": "5.5"}).status_code == 422
    assert people.insider.post(show, {**full_marks(), "points_c1": "x"}).status_code == 422
    missing = people.insider.post(show, {**full_marks(), "points_c5": "", "agree": "1"})
    assert missing.status_code == 422
    assert "Còn 1 tiêu chí chưa chấm" in missing.content.decode()
    saved = people.insider.post(show, {**full_marks(), "points_c6": "20.5", "to_mend": "Phát biểu nhiều hơn"})
    assert saved.status_code == 302
    assert "Đã lưu: 90,5/100" in people.insider.get(show).content.decode()
    agreed = people.insider.post(show, {**full_marks(), "points_c6": "20.5", "to_mend": "Gọn hơn", "agree": "1"})
    assert agreed.status_code == 302
    text = people.reader.get(show).content.decode()
    assert "90,5 điểm, Tốt" in text
    assert "Gọn hơn" in text
    refused = people.insider.post(show, {**full_marks(), "propose": "1"})
    assert refused.status_code == 422
    assert "Điểm buổi này đã thống nhất. Muốn sửa, hãy mở lại phiếu chấm." in refused.content.decode()
    assert ScoreSheet.objects.get().total is not None
    assert people.insider.post(page("reopen_sheet", meeting), {"reason": "Chấm nhầm"}).status_code == 302
    assert ScoreSheet.objects.get().total is None


def test_asking_the_records_again_keeps_the_points_that_stand_unsaved(people: People) -> None:
    meeting = make_held_meeting(people.cell)
    people.insider.post(page("start_sheet", meeting))
    show = page("show_sheet", meeting)
    begun = {field.html_name: field.value() or "" for field in people.insider.get(show).context["form"]}
    sent = people.insider.post(show, {**begun, "points_c6": "20.5", "to_mend": "Gọn hơn", "propose": "1"})
    assert (sent.status_code, sent["Location"]) == (302, show)
    sheet = ScoreSheet.objects.get()
    assert (sheet.state, sheet.to_mend, sheet.items.get(code="c6").points) == ("draft", "Gọn hơn", Decimal("20.5"))
    assert people.reader.post(show, {**begun, "propose": "1"}).status_code == 403


def test_two_who_score_at_once_lose_nothing(people: People) -> None:
    meeting = make_held_meeting(people.cell)
    people.insider.post(page("start_sheet", meeting))
    show = page("show_sheet", meeting)
    form = people.insider.get(show).context["form"]
    begun = {field.html_name: field.value() or "" for field in form}
    people.insider.post(show, {**begun, "points_c5": "3", "to_mend": "Phát biểu nhiều hơn"})
    assert people.insider.post(show, {**begun, "points_c6": "20", "to_mend": ""}).status_code == 302
    points = {item.code: item.points for item in ScoreItem.objects.all()}
    assert (str(points["c5"]), str(points["c6"])) == ("3.00", "20.00")
    assert ScoreSheet.objects.get().to_mend == "Phát biểu nhiều hơn"
    answer = people.insider.post(show, {**begun, "to_mend": "<script>x</script>"})
    assert (answer.status_code, "<script>x" in answer.content.decode()) == (422, False)
    assert answer.context["form"]["to_mend"].value() == "Phát biểu nhiều hơn\n<script>x</script>"


def test_points_that_another_gave_meanwhile_are_not_taken_over_unseen(people: People) -> None:
    """The later one reads what stands there now, keeps what was typed, and gives it by writing once more."""
    meeting = make_held_meeting(people.cell)
    people.insider.post(page("start_sheet", meeting))
    show = page("show_sheet", meeting)
    form = people.insider.get(show).context["form"]
    begun = {field.html_name: field.value() or "" for field in form}
    people.insider.post(show, {**begun, "points_c5": "3"})
    refused = people.insider.post(show, {**begun, "points_c5": "2"})
    shown = refused.content.decode()
    assert (refused.status_code, "Đồng chí khác vừa ghi “3”" in shown) == (422, True)
    assert str(ScoreItem.objects.get(code="c5").points) == "3.00"
    again = {field.html_name: field.value() or "" for field in refused.context["form"]}
    assert (again["points_c5"], people.insider.post(show, again).status_code) == ("2", 302)
    assert str(ScoreItem.objects.get(code="c5").points) == "2.00"


def test_a_base_that_no_page_sends_is_none(people: People) -> None:
    meeting = make_held_meeting(people.cell)
    people.insider.post(page("start_sheet", meeting))
    sent = {"points_c5": "2", "base_points_c5": "1e999"}
    assert people.insider.post(page("show_sheet", meeting), sent).status_code == 302
    assert str(ScoreItem.objects.get(code="c5").points) == "2.00"


def test_a_missing_reason_is_asked_for_beside_the_line_and_what_was_typed_stays(people: People) -> None:
    meeting = make_held_meeting(people.cell)
    people.insider.post(page("start_sheet", meeting))
    show = page("show_sheet", meeting)
    answer = people.insider.post(show, {**full_marks(), "note_c1": "", "agree": "1"})
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"note_c1": ["Khác gợi ý hơn 0,5 điểm: hãy ghi vì sao."]}
    assert answer.context["form"]["points_c1"].value() == "5,00"
    assert people.insider.post(show, {**full_marks(), "note_c1": "Dời do bão", "agree": "1"}).status_code == 302
    assert "Dời do bão" in people.reader.get(show).content.decode()


def test_each_line_opens_what_it_was_proposed_by(people: People) -> None:
    meeting = make_held_meeting(people.cell)
    people.insider.post(page("start_sheet", meeting))
    text = people.insider.get(page("show_sheet", meeting)).content.decode()
    for code in ScoreItem.objects.exclude(proposed=None).values_list("code", flat=True):
        assert reverse("assessments:show_rows", args=[meeting.public_id, code]) in text


def test_a_reason_is_given_back_when_somebody_else_agreed_the_sheet(people: People) -> None:
    meeting = make_held_meeting(people.cell)
    people.insider.post(page("start_sheet", meeting))
    people.insider.post(page("show_sheet", meeting), full_marks() | {"agree": "1"})
    answer = people.insider.post(page("show_sheet", meeting), full_marks() | {"to_mend": "Mời nhiều người nói hơn"})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "Điểm buổi này đã thống nhất" in shown
    assert "Mời nhiều người nói hơn" in shown
    assert "Điều đồng chí đã gõ" in shown


def test_of_two_reasons_for_reopening_the_second_is_given_back(people: People) -> None:
    meeting = make_held_meeting(people.cell)
    people.insider.post(page("start_sheet", meeting))
    people.insider.post(page("show_sheet", meeting), full_marks() | {"agree": "1"})
    reopen = page("reopen_sheet", meeting)
    assert people.insider.post(reopen, {"reason": "Chấm nhầm mục 2"}).status_code == 302
    assert people.insider.post(reopen, {"reason": "Chấm nhầm mục 2"}).status_code == 302
    answer = people.insider.post(reopen, {"reason": "Thiếu biên bản chi ủy"})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "Người khác đã mở lại phiếu chấm này, với lý do: Chấm nhầm mục 2." in shown
    assert "Thiếu biên bản chi ủy" in shown
