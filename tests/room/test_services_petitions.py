"""Petitions in the room: what is settled, that other devices see it, and of which cell."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.core.errors import NotAllowed, NotFound
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.meetings.rules.state import MeetingIsOver
from nennep.petitions.choices import PetitionState
from nennep.petitions.models import Petition
from nennep.petitions.queries import list_own
from nennep.petitions.services import NameInText, PetitionDetails, answer_petition
from nennep.room.services import petitions
from nennep.room.services.room import open_meeting
from tests.factories.accounts import actor_of, grant_role
from tests.factories.core import NOW, TODAY
from tests.factories.meetings import make_entry
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.factories.petitions import make_petition
from tests.factories.village import Village

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(village: Village) -> Village:
    village.meeting = open_meeting(actor=village.actor, meeting=village.meeting, opened_at=NOW, now=NOW)
    return village


def write(village: Village) -> dict[str, Any]:
    return {"actor": village.actor, "meeting": village.meeting, "now": NOW}


def answered(village: Village) -> UUID:
    fields: dict[str, Any] = {"state": PetitionState.ANSWERED, "answer": "Đã sửa", "answered_on": date(2026, 11, 1)}
    public_id: UUID = make_petition(village.cell, **fields).public_id
    return public_id


def steps(village: Village) -> list[tuple[Callable[..., Petition], dict[str, Any], PetitionState]]:
    """Each step that the room takes with a petition, and how the petition stands after it."""
    return [
        (petitions.note_petition, {"details": PetitionDetails("Sửa cống")}, PetitionState.OPEN),
        (petitions.confirm_petition, {"public_id": answered(village)}, PetitionState.SOLVED),
        (petitions.reopen_petition, {"public_id": answered(village), "text": "Chưa xong"}, PetitionState.OPEN),
        (
            petitions.answer_petition,
            {"public_id": make_petition(village.cell).public_id, "answer": "Đã làm"},
            PetitionState.SOLVED,
        ),
    ]


def test_each_step_is_written_and_seen_on_the_other_devices(room: Village) -> None:
    for step, about, state in steps(room):
        revision = Meeting.objects.get().revision
        petition = step(**about, **write(room))
        petition.refresh_from_db()
        assert (petition.state, Meeting.objects.get().revision) == (state, revision + 1)


def test_what_was_asked_names_its_meeting_and_day(room: Village) -> None:
    noted = petitions.note_petition(details=PetitionDetails("Sửa cống"), **write(room))
    assert (noted.organization, noted.raised_on, noted.origin_kind, noted.origin_id) == (
        room.cell,
        TODAY,
        "meetings.meeting",
        str(room.meeting.public_id),
    )


def test_a_petition_of_a_cell_elsewhere_has_no_place_here(room: Village) -> None:
    other = make_petition(make_unit("Chi bộ khác")).public_id
    for step, about, _state in steps(room)[1:]:
        with pytest.raises(NotFound):
            step(**about | {"public_id": other}, **write(room))


@pytest.mark.parametrize("chairs", [True, False], ids=["chair", "helper"])
def test_a_deputy_who_holds_the_meeting_answers_what_the_room_offers(
    room: Village, sign_in: Callable[[User], Client], *, chairs: bool
) -> None:
    """What the cell itself is to answer, and only while it meets; what waits at another unit is that unit's.

    The chair settles it; whoever else holds the meeting writes down that it was answered, and the cell confirms.
    """
    Meeting.objects.filter(pk=room.meeting.pk).update(chair=room.member if chairs else room.secretary_member)
    grant_role(room.member_user, Role.COMMITTEE_MEMBER, room.cell)
    own, elsewhere, later = (make_petition(room.cell) for _ in range(3))
    Petition.objects.filter(pk=elsewhere.pk).update(holder=make_unit("Đảng ủy khác"))
    client = sign_in(room.member_user)
    page = client.get(reverse("room:show_room", args=[room.meeting.public_id])).content.decode()
    addresses = [
        reverse("room:answer_petition", args=[room.meeting.public_id, one.public_id]) for one in (own, elsewhere)
    ]
    assert [address in page for address in addresses] == [True, False]
    answers = [client.post(address, {"answer": "Đã làm"}).status_code for address in addresses]
    states = [Petition.objects.get(pk=one.pk).state for one in (own, elsewhere)]
    after = PetitionState.SOLVED if chairs else PetitionState.ANSWERED
    assert (answers, states) == ([302, 422], [after, PetitionState.OPEN])
    with pytest.raises(NotAllowed):
        answer_petition(actor=actor_of(room.member_user), petition=later, answer="Ngoài buổi họp", now=NOW)


def test_petitions_are_settled_by_who_holds_the_meeting_while_it_goes_on(room: Village) -> None:
    for step, about, _state in steps(room):
        with pytest.raises(NotAllowed):
            step(**about, **write(room) | {"actor": actor_of(room.member_user)})
    Meeting.objects.update(state=MeetingState.HELD, closed_at=NOW)
    for step, about, _state in steps(room):
        with pytest.raises(MeetingIsOver):
            step(**about, **write(room))


@pytest.mark.parametrize(
    "typed", ["Lý Thị Mỷ", "đồng chí lý thị mỷ", "Đ/c  Lý Thị Mỷ"], ids=["as it is", "with the title", "short title"]
)
def test_a_member_named_in_the_room_sees_it_on_the_own_page(room: Village, typed: str) -> None:
    petition = petitions.note_petition(details=PetitionDetails("Sửa cống", raised_by_name=typed), **write(room))
    assert (petition.raised_by, petition.raised_by_name) == (room.member, "")
    assert [row.text for row in list_own(actor=actor_of(room.member_user), today=TODAY)] == ["Sửa cống"]


def test_somebody_of_the_village_and_a_name_of_two_stay_as_typed(room: Village) -> None:
    twin = make_member("Lý Thị Mỷ", cell=room.cell)
    make_entry(room.meeting, twin)
    for typed in ("Bà Lý Thị Mỷ", "Lý Thị Mỷ", ""):
        petition = petitions.note_petition(
            details=PetitionDetails(f"Sửa cống {typed}", raised_by_name=typed), **write(room)
        )
        assert (petition.raised_by, petition.raised_by_name) == (None, typed)


def test_several_members_are_named_with_a_comma(room: Village) -> None:
    """Each sees what becomes of it; where one of the names is nobody's, what was typed stays."""
    names = [make_entry(room.meeting, make_member(name)).member.full_name for name in ("Sùng A Dế", "Cứ Thị Máy")]
    typed = {f"đồng chí {names[0]}; {names[1].upper()}, ": 1, f"{names[0]}, nhân dân trong thôn": 0, " , ": 0}
    found = [
        petitions.note_petition(details=PetitionDetails(f"Sửa cầu {number}", raised_by_name=text), **write(room))
        for number, text in enumerate(typed)
    ]
    assert [(one.raised_by and one.raised_by.full_name, one.more_askers) for one in found] == [
        (names[0], 1),
        (None, 0),
        (None, 0),
    ]
    assert [one.member and one.member.full_name for one in found[0].askers.all()] == [names[1]]
    assert found[1].raised_by_name == f"{names[0]}, nhân dân trong thôn"


def test_of_several_spoken_for_none_is_named_in_the_words(room: Village) -> None:
    for words in ("Nhà bà Seo Pà dột", "Nhà ông Vàng A Sử dột"):
        details = PetitionDetails(words, raised_by_name="Seo Pà, Vàng A Sử", is_hidden=True)
        with pytest.raises(NameInText):
            petitions.note_petition(details=details, **write(room))
    assert Petition.objects.count() == 0


def test_area_place_and_opinion_are_written_in_the_room(room: Village, client: Client) -> None:
    client.force_login(room.secretary)
    address = reverse("room:note_petition", args=[room.meeting.public_id])
    usual = client.post(address, {"petition": "Sửa cống"}, headers={"HX-Request": "true"}).content.decode()
    facts = {"petition_field": "roads", "petition_place": "Nà Khà", "petition_opinion": "1"}
    page = client.post(address, {"petition": "Nên họp sớm", **facts}, headers={"HX-Request": "true"}).content.decode()
    assert [(one.text, one.field, one.place, one.state) for one in Petition.objects.order_by("pk")] == [
        ("Sửa cống", "other", "", PetitionState.OPEN),
        ("Nên họp sớm", "roads", "Nà Khà", PetitionState.OPINION),
    ]
    for number, shown in enumerate((usual, page), start=1):
        assert shown.count("kèm ảnh, đơn") == number  # beside each that was raised: one tap to its file
    wrong = client.post(address, {"petition": "", "petition_place": "Nà Khà", "petition_field": "x"})
    kept = wrong.content.decode()
    assert (wrong.status_code, 'value="Nà Khà"' in kept, "Hãy chọn một lĩnh vực trong danh sách." in kept) == (
        422,
        True,
        True,
    )
    answer_petition(
        actor=room.actor, petition=Petition.objects.get(text="Sửa cống"), answer="Xong", settled=True, now=NOW
    )
    assert (
        client.get(reverse("room:show_room", args=[room.meeting.public_id])).content.decode().count("kèm ảnh, đơn") == 1
    )
