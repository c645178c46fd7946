"""Two people write the minutes at once, in browsers: nothing is lost, nothing they type becomes a tag."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.meetings.models import Meeting
from nennep.records.models import MinutesVersion, Resolution
from nennep.records.queries.resolution import get_resolution_page
from nennep.records.rules.resolution import ResolutionTexts
from nennep.records.services.resolution import issue_resolution
from nennep.room.models import Vote
from tests.factories.core import NOW
from tests.factories.meetings import make_held_meeting, make_open_meeting
from tests.factories.people import People, make_people
from tests.previews import confirm

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def people() -> People:
    return make_people()


def open_form(client: Client, address: str) -> dict[str, Any]:
    """What a browser would send back untouched: every field with what it was opened with."""
    form = client.get(address).context["form"]
    return {
        field.html_name: "" if field.value() is None else field.value() for field in form if field.value() is not False
    }


def test_both_texts_stay_and_are_escaped(people: People) -> None:
    meeting = make_held_meeting(people.cell)
    address = reverse("records:edit_minutes", args=[meeting.public_id])
    first, second = open_form(people.insider, address), open_form(people.insider, address)
    assert people.insider.post(address, {**first, "note_0": f"Bản một {SCRIPT}"}).status_code == 302
    answer = people.insider.post(address, {**second, "note_0": f"Bản hai {SCRIPT}", "conclusion": "Kết luận riêng"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Hai đồng chí sửa cùng một đoạn" in text
    assert SCRIPT not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 4  # in the notice and in the field, of both
    both = answer.context["form"]
    assert both["note_0"].value() == f"Bản một {SCRIPT}\nBản hai {SCRIPT}"
    assert meeting.agenda.get().note == f"Bản một {SCRIPT}"
    again = {field.html_name: field.value() or "" for field in both}
    assert people.insider.post(address, {**again, "note_0": "Bản chung"}).status_code == 302
    assert meeting.agenda.get().note == "Bản chung"
    assert Meeting.objects.get().conclusion == "Kết luận riêng"


def test_different_places_come_together_without_a_question(people: People) -> None:
    meeting = make_held_meeting(people.cell)
    address = reverse("records:edit_minutes", args=[meeting.public_id])
    first, second = open_form(people.insider, address), open_form(people.insider, address)
    people.insider.post(address, {**first, "note_0": "Ghi lại cho rõ", "state_0": "late"})
    assert people.insider.post(address, {**second, "conclusion": "Kết luận khác"}).status_code == 302
    item, meeting = meeting.agenda.get(), Meeting.objects.get()
    assert (item.note, meeting.conclusion) == ("Ghi lại cho rõ", "Kết luận khác")
    assert meeting.roll_call.filter(state="late").count() == 1
    answer = people.insider.post(address, {**second, "state_0": "excused", "conclusion": "Kết luận khác"})
    assert (answer.status_code, answer.context["form"]["base_state_0"].value()) == (422, "late")


ADDED = "Đồng chí Biên đề nghị ghi thêm việc sửa loa"


def test_a_sentence_added_after_a_colleague_approved_is_given_back(people: People) -> None:
    """Of the same approval sent twice there is nothing to give back: its words are in the minutes."""
    meeting = make_held_meeting(people.cell)
    approve = reverse("records:approve_minutes", args=[meeting.public_id])
    shown = reverse("records:show_minutes", args=[meeting.public_id])
    people.insider.post(approve, {"extra": "Chi bộ đã nghe.\nNhất trí."})
    late = people.insider.post(approve, {"extra": ADDED}, headers={"Referer": f"http://testserver{shown}"})
    page = late.content.decode()
    assert (late.status_code, ADDED in page, "hãy đính chính" in page, f'href="{shown}"' in page) == (
        409,
        True,
        True,
        True,
    )
    for said in ("", "Chi bộ đã nghe.\r\nNhất trí."):
        assert people.insider.post(approve, {"extra": said}).headers["Location"] == shown
    assert MinutesVersion.objects.get().content["extra"] == "Chi bộ đã nghe.\nNhất trí."


def test_a_correction_of_a_vote_says_before_and_after(people: People) -> None:
    meeting = make_held_meeting(people.cell)
    Vote.objects.create(meeting=meeting, subject=f"Nghị quyết {SCRIPT}", base=3, in_favour=3, passed=True, at=NOW)
    people.insider.post(reverse("records:approve_minutes", args=[meeting.public_id]))
    address = reverse("records:edit_minutes", args=[meeting.public_id])
    typed = {**open_form(people.insider, address), "reason": "Đếm nhầm"}
    assert people.insider.post(address, typed).status_code == 422
    assert people.insider.post(address, {**typed, "yes_0": "9"}).status_code == 422
    assert confirm(people.insider, address, {**typed, "yes_0": "2", "no_0": "1"}).status_code == 302
    text = people.member.get(reverse("records:show_minutes", args=[meeting.public_id])).content.decode()
    assert "Đính chính ngày 09/11/2026" in text
    assert "<del>3/3 tán thành, 0 không tán thành, 0 ý kiến khác: thông qua</del>" in text
    assert "<ins>2/3 tán thành, 1 không tán thành, 0 ý kiến khác: thông qua</ins>" in text
    assert SCRIPT not in text
    assert MinutesVersion.objects.count() == 2


def test_two_who_word_a_resolution_lose_nothing(people: People) -> None:
    meeting = make_held_meeting(people.cell)
    texts = ResolutionTexts(thinking="Yên tâm.", directions="Làm mương.\nLàm cầu.")
    issue_resolution(actor=people.actor, meeting=meeting, texts=texts, now=NOW)
    address = reverse("records:show_resolution", args=[meeting.public_id])
    first, second = open_form(people.insider, address), open_form(people.insider, address)
    people.insider.post(address, {**first, "directions": "Làm mương Nà Khà.\nLàm cầu."})
    people.insider.post(address, {**second, "directions": "Làm mương.\nLàm cầu Khau Quang."})
    assert Resolution.objects.get().directions == "Làm mương Nà Khà.\nLàm cầu Khau Quang."
    answer = people.insider.post(address, {**second, "directions": f"{SCRIPT}\nLàm cầu."})
    assert (answer.status_code, SCRIPT in answer.content.decode()) == (422, False)
    assert f"Làm mương Nà Khà.\n{SCRIPT}" in answer.context["form"]["directions"].value()


def test_without_scripts_a_tap_keeps_the_conclusion_that_is_being_typed(people: People) -> None:
    meeting = make_open_meeting(people.cell)
    item, entry = meeting.agenda.get(), meeting.roll_call.order_by("pk")[0]
    tap = reverse("room:tap", args=[entry.public_id])
    typed = {"item": str(item.public_id), "note": item.note, "version": "0", "conclusion_before": ""}
    people.insider.post(tap, {**typed, "conclusion": "Làm mương trước"})
    assert Meeting.objects.get().conclusion == "Làm mương trước"
    people.insider.post(tap, {**typed, "conclusion": "Làm cầu sau"})
    assert Meeting.objects.get().conclusion == "Làm mương trước\nLàm cầu sau"


def test_a_secrecy_stamp_in_the_minutes_is_refused_and_stays_typed(people: People) -> None:
    meeting = make_held_meeting(people.cell)
    address = reverse("records:edit_minutes", args=[meeting.public_id])
    answer = people.insider.post(address, {**open_form(people.insider, address), "note_0": "Nghe phổ biến\nTỐI MẬT"})
    assert answer.status_code == 422
    assert "Có dòng mang dấu “TỐI MẬT”" in answer.content.decode()
    assert answer.context["form"]["note_0"].value() == "Nghe phổ biến\nTỐI MẬT"
    plain = {**open_form(people.insider, address), "note_0": "Học Luật Bảo vệ bí mật nhà nước"}
    assert people.insider.post(address, plain).status_code == 302


def test_the_page_of_the_resolution_asks_for_the_vote_that_names_it(people: People) -> None:
    meeting = make_held_meeting(people.cell)
    facts = {"base": 3, "in_favour": 3, "at": NOW, "passed": True}
    meeting.votes.create(subject="Nghị quyết tháng 11", **facts | {"in_favour": 1, "passed": False})
    meeting.votes.create(subject="Khen thưởng", **facts)
    page = get_resolution_page(actor=people.actor, public_id=meeting.public_id)
    assert (page.vote and page.vote.subject, page.is_carried) == ("Nghị quyết tháng 11", False)
    meeting.votes.update(subject="Khen thưởng")
    page = get_resolution_page(actor=people.actor, public_id=meeting.public_id)
    assert (page.vote, page.is_carried) == (None, False)
    meeting.votes.update(subject="Nghị quyết", passed=True)
    assert get_resolution_page(actor=people.actor, public_id=meeting.public_id).is_carried
