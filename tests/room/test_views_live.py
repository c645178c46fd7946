"""Several devices in one room, and what is settled there: by pages without JavaScript, by parts with htmx."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.core.access import Actor
from nennep.core.ids import new_public_id
from nennep.core.origins import Origin
from nennep.meetings.choices import AdviceState, MeetingMode, MeetingState
from nennep.meetings.models import Advice, Meeting
from nennep.meetings.services.advice import AdviceDraft, give_advice
from nennep.petitions.choices import PetitionState
from nennep.petitions.models import Petition
from nennep.room.choices import AttendanceState, GuestState
from nennep.room.models import Guest, ReservedOpinion, RollCallEntry, SecretBallot, Vote
from nennep.room.queries.room import find_revision
from nennep.room.rules.codes import make_code, time_step
from nennep.room.services.codes import show_code
from nennep.room.services.roll_call import mark_others_present
from nennep.room.services.room import open_meeting
from tests.factories.accounts import grant_role, make_user
from tests.factories.cells import make_cell
from tests.factories.core import NOW
from tests.factories.village import Village

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
HTMX = {"HX-Request": "true"}
PARTS = ("phan-dang-ban", "phan-ghi", "phan-diem-danh", "phan-phat-bieu", "khach", "bieu-quyet", "kien-nghi", "gop-y")


@pytest.fixture
def room(village: Village) -> Village:
    village.meeting = open_meeting(actor=village.actor, meeting=village.meeting, opened_at=NOW, now=NOW)
    mark_others_present(actor=village.actor, meeting=village.meeting, now=NOW)
    return village


def address(name: str, *parts: object) -> str:
    return reverse(f"room:{name}", args=parts)


@pytest.mark.parametrize("known", ["revision", "None", "0", ""])
def test_missing_and_foreign_meetings_look_the_same(room: Village, sign_in: SignIn, known: str) -> None:
    stranger = make_user()
    grant_role(stranger, Role.SECRETARY, make_cell())
    revision = str(Meeting.objects.get().revision)
    for meeting in (room.meeting.public_id, new_public_id()):
        page = address("show_news", meeting)
        answer = sign_in(stranger).get(page, {"tu": revision if known == "revision" else known}, headers=HTMX)
        assert answer.status_code == 404
    assert (
        sign_in(room.member_user).get(address("show_news", room.meeting.public_id), {"tu": revision}).status_code == 403
    )


def test_the_page_of_the_code_says_when_no_telephone_can_open_it(room: Village, sign_in: SignIn, settings: Any) -> None:
    client = sign_in(room.secretary)
    client.post(address("begin_code", room.meeting.public_id))
    page = address("show_code", room.meeting.public_id)
    words = "Điện thoại khác không mở được mã QR này"
    for own, said in (("http://localhost:8204/", True), ("http://chibo.example.vn:8204/", False)):
        settings.NENNEP_ADDRESS = own
        assert (words in client.get(page).content.decode()) is said


def test_nothing_new_is_an_empty_answer_of_few_queries(
    room: Village, sign_in: SignIn, django_assert_num_queries: Any
) -> None:
    client, page = sign_in(room.secretary), address("show_news", room.meeting.public_id)
    revision = find_revision(actor=room.actor, public_id=room.meeting.public_id)
    with django_assert_num_queries(4):  # session, user, grants, the number
        assert client.get(f"{page}?tu={revision}", headers=HTMX).status_code == 204


def test_what_is_newer_brings_every_part_by_its_id(room: Village, sign_in: SignIn) -> None:
    client, page = sign_in(room.secretary), address("show_news", room.meeting.public_id)
    answer = client.get(f"{page}?tu=0", headers=HTMX)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert [part for part in PARTS if f'id="{part}"' not in text] == []
    assert f'data-nn-revision="{find_revision(actor=room.actor, public_id=room.meeting.public_id)}"' in text
    Meeting.objects.update(state=MeetingState.HELD, closed_at=NOW)
    over = client.get(f"{page}?tu=0", headers=HTMX).content.decode()
    assert "đã bế mạc ở máy khác" in over
    assert "data-nn-over" in over


def test_one_form_saves_the_note_and_goes_on(room: Village, sign_in: SignIn) -> None:
    client, page = sign_in(room.secretary), address("save_in_room", room.meeting.public_id)
    first, second = room.meeting.agenda.order_by("position")
    sent = {"item": str(first.public_id), "version": "0", "note": "Khai mạc đúng giờ", "go": str(second.public_id)}
    assert client.post(page, sent).status_code == 302
    second.refresh_from_db()
    first.refresh_from_db()
    assert (first.note, second.started_at) == ("Khai mạc đúng giờ", NOW)
    assert client.post(page, {"item": "x"}).status_code == 404
    assert client.post(page, {}).status_code == 302


def test_a_member_checks_in_by_the_page(room: Village, sign_in: SignIn) -> None:
    RollCallEntry.objects.filter(member=room.member).update(state=AttendanceState.UNMARKED, marked_at=None)
    client, page = sign_in(room.member_user), address("check_in", room.meeting.public_id)
    assert "chưa mở mã" in client.get(page).content.decode()
    meeting = show_code(actor=room.actor, meeting=room.meeting, now=NOW)
    code = make_code(meeting.code_secret, time_step(NOW))
    assert f'value="{code}"' in client.get(f"{page}?ma={code}").content.decode()
    assert RollCallEntry.objects.get(member=room.member).state == AttendanceState.UNMARKED
    assert client.post(page, {"code": "12x"}).status_code == 422
    assert client.post(page, {"code": f"{code[:3]} {code[3:]}"}).status_code == 302
    assert "Đã ghi đồng chí có mặt" in client.get(page).content.decode()


def test_the_wall_shows_no_names(room: Village, sign_in: SignIn) -> None:
    client, page = sign_in(room.secretary), address("show_code", room.meeting.public_id)
    assert client.post(address("begin_code", room.meeting.public_id)).status_code == 302
    part = client.get(page, headers=HTMX).content.decode()
    assert "nn-wall-code" in part
    assert "Lý Thị Mỷ" not in client.get(page).content.decode()
    assert client.post(address("end_code", room.meeting.public_id)).status_code == 302
    assert "Chưa mở mã" in client.get(page).content.decode()


def test_a_claim_is_accepted_by_a_tap(room: Village, sign_in: SignIn) -> None:
    entry = RollCallEntry.objects.get(member=room.member)
    RollCallEntry.objects.filter(pk=entry.pk).update(state=AttendanceState.UNEXCUSED, claimed_at=NOW)
    client = sign_in(room.secretary)
    assert "Tự báo có mặt lúc 08:00" in client.get(address("show_room", room.meeting.public_id)).content.decode()
    answer = client.post(address("accept_claim", entry.public_id), headers=HTMX)
    assert 'id="phan-diem-danh"' in answer.content.decode()
    assert RollCallEntry.objects.get(pk=entry.pk).state == AttendanceState.PRESENT


def test_guests_by_the_page(room: Village, sign_in: SignIn) -> None:
    client, page = sign_in(room.secretary), address("add_guest", room.meeting.public_id)
    assert client.post(page, {"guest": " ", "guest_kind": "guest"}, headers=HTMX).status_code == 422
    assert client.post(page, {"guest": "Ma Văn Páo", "guest_kind": "guest"}, headers=HTMX).status_code == 200
    guest = Guest.objects.get()
    mark = address("mark_guest", room.meeting.public_id, guest.public_id)
    assert "Có mặt" in client.post(mark, {"present": "1"}, headers=HTMX).content.decode()
    guest.refresh_from_db()
    assert guest.state == GuestState.PRESENT
    assert client.post(address("remove_guest", room.meeting.public_id, guest.public_id)).status_code == 302
    assert Guest.objects.count() == 0


def test_petitions_by_the_page(room: Village, sign_in: SignIn) -> None:
    client, meeting = sign_in(room.secretary), room.meeting.public_id
    assert client.post(address("note_petition", meeting), {"petition": ""}, headers=HTMX).status_code == 422
    noted = client.post(
        address("note_petition", meeting), {"petition": "Sửa cầu", "petitioner": "Ông Páo"}, headers=HTMX
    )
    assert "Sửa cầu" in noted.content.decode()
    petition = Petition.objects.get()
    answer = address("answer_petition", meeting, petition.public_id)
    assert (client.get(answer).status_code, client.post(answer, {"answer": ""}).status_code) == (200, 422)
    Petition.objects.update(state=PetitionState.ANSWERED, answer="Đã có vốn", answered_on=date(2026, 11, 9))
    reopen = address("reopen_petition", meeting, petition.public_id)
    assert (client.get(reopen).status_code, client.post(reopen, {"text": ""}).status_code) == (200, 422)
    assert client.post(address("confirm_petition", meeting, petition.public_id)).status_code == 302
    assert Petition.objects.get().state == PetitionState.SOLVED
    assert client.post(reopen, {"text": "Cầu lại hỏng"}).status_code == 302
    assert client.post(answer, {"answer": "Chi bộ tự sửa"}).status_code == 302
    assert Petition.objects.get().state == PetitionState.SOLVED


def test_advice_by_one_tap_and_a_word(room: Village, sign_in: SignIn) -> None:
    advice = give_advice(
        actor=Actor.system(),
        organization=room.cell,
        draft=AdviceDraft("Gửi tài liệu sớm"),
        origin=Origin("visits.visit", "1"),
        now=NOW,
    )
    client, page = sign_in(room.secretary), address("answer_advice", room.meeting.public_id, advice.public_id)
    assert client.post(page, {"state": "not_taken"}, headers=HTMX).status_code == 422
    word = {"state": "not_taken", f"loi-{advice.public_id}": "Chưa có mạng"}
    assert "Chưa có mạng" in client.post(page, word, headers=HTMX).content.decode()
    assert Advice.objects.get().state == AdviceState.NOT_TAKEN


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["by script", "without"])
def test_what_is_typed_beside_another_comment_stays(room: Village, sign_in: SignIn, headers: dict[str, str]) -> None:
    """One is answered while a sentence stands beside the other: saved, or refused, that sentence is still there."""
    first, second = (
        give_advice(
            actor=Actor.system(),
            organization=room.cell,
            draft=AdviceDraft(text),
            origin=Origin("visits.visit", "1"),
            now=NOW,
        )
        for text in ("Gửi tài liệu sớm", "Mời đoàn thể")
    )
    client, page = sign_in(room.secretary), address("answer_advice", room.meeting.public_id, first.public_id)
    beside = f"loi-{second.public_id}"
    sent = {"state": "not_taken", f"loi-{first.public_id}": "", beside: "Chờ <b>tháng sau</b>"}
    for word, status in (("", 422), ("Chưa có mạng", 200 if headers else 422)):
        answer = client.post(page, sent | {f"loi-{first.public_id}": word}, headers=headers)
        fields = html.fromstring(answer.content.decode()).xpath(f"//input[@name='{beside}']/@value")
        assert (answer.status_code, fields) == (status, ["Chờ <b>tháng sau</b>"])
    part = client.post(page, {**sent, "state": "taken_up", f"loi-{first.public_id}": "", beside: ""}, headers=headers)
    assert part.status_code == (200 if headers else 302)
    assert list(Advice.objects.order_by("pk").values_list("state", flat=True))[1] == AdviceState.OPEN


def test_a_secret_ballot_by_the_pages(room: Village, sign_in: SignIn) -> None:
    client, page = sign_in(room.secretary), address("start_ballot", room.meeting.public_id)
    rows = {row.member.full_name: str(row.public_id) for row in RollCallEntry.objects.select_related("member")}
    sent = {
        "subject": "Kết nạp",
        "issued": "3",
        "first_teller": rows["Lý Thị Mỷ"],
        "second_teller": rows["Ma Văn Bằng"],
    }
    assert client.get(page).status_code == 200
    assert client.post(page, sent | {"issued": "9"}).status_code == 422
    assert client.post(page, sent).status_code == 302
    ballot = address("show_ballot", SecretBallot.objects.get().public_id)
    counts = {"in_favour": "3", "against": "0", "other": "0", "invalid": "0"}
    first, second = str(room.member.public_id), str(room.plain.public_id)
    assert client.post(ballot, counts | {"teller": first, "in_favour": "9"}).status_code == 422
    assert client.post(ballot, counts | {"teller": first}).status_code == 302
    differs = client.post(ballot, counts | {"teller": second, "in_favour": "2"}, follow=True)
    assert "đếm khác nhau" in differs.content.decode()
    for teller in (first, second):
        assert client.post(ballot, counts | {"teller": teller}).status_code == 302
    assert "thông qua" in client.get(ballot).content.decode()
    assert Vote.objects.get().issued == 3


def test_a_teller_s_page_has_only_their_own_form(room: Village, sign_in: SignIn) -> None:
    ballot = SecretBallot.objects.create(
        meeting=room.meeting,
        subject="Kết nạp",
        issued=3,
        first_teller=room.member,
        second_teller=room.plain,
        started_at=NOW,
    )
    page = address("show_ballot", ballot.public_id)
    assert f'value="{room.plain.public_id}"' not in sign_in(room.member_user).get(page).content.decode()
    assert sign_in(room.reader).get(page).status_code == 404
    assert sign_in(room.secretary).post(address("cancel_ballot", ballot.public_id)).status_code == 302


def test_an_opinion_by_the_page(room: Village, sign_in: SignIn) -> None:
    client, page = sign_in(room.secretary), address("reserve_opinion", room.meeting.public_id)
    assert client.get(page).status_code == 200
    assert client.post(page, {"member": str(room.plain.public_id), "text": ""}).status_code == 422
    assert client.post(page, {"member": str(room.plain.public_id), "text": "Chưa nên"}).status_code == 302
    opinion = ReservedOpinion.objects.get()
    removed = client.post(address("remove_opinion", room.meeting.public_id, opinion.public_id), headers=HTMX)
    assert (removed.status_code, ReservedOpinion.objects.count()) == (200, 0)


def test_a_mode_by_the_page(village: Village, sign_in: SignIn) -> None:
    client, page = sign_in(village.secretary), address("choose_mode", village.meeting.public_id)
    refused = client.post(page, {"mode": "online"})
    assert (refused.status_code, "Chưa ghi lý do hoặc cấp cho phép" in refused.content.decode()) == (422, True)
    assert client.post(page, {"mode": "online", "reason": "Lũ", "approved_by": "Đảng ủy xã"}).status_code == 302
    assert Meeting.objects.get().mode == MeetingMode.ONLINE
    Meeting.objects.update(mode_approved_by="")
    opening = client.get(address("open_meeting", village.meeting.public_id)).content.decode()
    assert "Chưa ghi lý do hoặc cấp cho phép" in opening


def test_silence_is_shown_to_the_chair_when_asked(room: Village, sign_in: SignIn) -> None:
    page = address("show_silent", room.meeting.public_id)
    shown = sign_in(room.secretary).get(address("show_room", room.meeting.public_id)).content.decode()
    assert page in shown
    assert sign_in(room.secretary).get(page).status_code == 200
    assert "moi-phat-bieu" in sign_in(room.secretary).get(page, headers=HTMX).content.decode()
