"""Guests apart from members: written down, marked by one tap, told to the ledger; what became of advice."""

from typing import Any

import pytest

from nennep.audit.models import AuditEvent
from nennep.core import events
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed, NotFound
from nennep.core.events import subscribe
from nennep.core.origins import Origin
from nennep.core.typed import TextTooLong
from nennep.meetings.choices import AdviceAnswered, AdviceState, MeetingState
from nennep.meetings.models import Advice, Meeting
from nennep.meetings.queries.advice import list_meeting_advice
from nennep.meetings.rules.state import MeetingIsOver
from nennep.meetings.services import advice
from nennep.meetings.services.advice import AdviceDraft
from nennep.organizations.models import Organization
from nennep.room.choices import GuestKind, GuestState, OfficialMarked
from nennep.room.models import Guest
from nennep.room.queries.guests import list_guests, name_guests
from nennep.room.services import guests
from nennep.room.services.room import open_meeting
from tests.conftest import Committing
from tests.factories.accounts import actor_of
from tests.factories.core import NOW
from tests.factories.trails import list_trail
from tests.factories.village import Village

pytestmark = pytest.mark.django_db
VISIT = Origin("visits.visit", "01982d4e-7d4c-7000-8000-000000000007")


@pytest.fixture
def room(village: Village) -> Village:
    village.meeting = open_meeting(actor=village.actor, meeting=village.meeting, opened_at=NOW, now=NOW)
    return village


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    monkeypatch.setattr(events, "_handlers", {kind: list(rows) for kind, rows in events._handlers.items()})
    told: list[Any] = []
    subscribe(OfficialMarked)(told.append)
    subscribe(AdviceAnswered)(told.append)
    return told


def expect(village: Village) -> Guest:
    return guests.expect_official(
        actor=Actor.system(),
        meeting=village.meeting,
        user_id=village.reader.pk,
        name="Lương Quốc Hưng",
        origin=VISIT,
        now=NOW,
    )


def add(village: Village, name: str, kind: GuestKind = GuestKind.GUEST) -> Guest:
    return guests.add_guest(actor=village.actor, meeting=village.meeting, name=name, kind=kind, now=NOW)


def test_officials_stand_first_and_the_same_name_once(room: Village) -> None:
    add(room, " Trưởng thôn  Ma Văn Páo ")
    add(room, "Trưởng thôn Ma Văn Páo")
    expect(room)
    assert expect(room) == expect(room)
    assert [(row.name, row.kind, row.planned) for row in list_guests(room.meeting)] == [
        ("Lương Quốc Hưng", GuestKind.OFFICIAL, True),
        ("Trưởng thôn Ma Văn Páo", GuestKind.GUEST, False),
    ]


def test_one_tap_says_whether_an_official_came(room: Village, committing: Committing, heard: list[Any]) -> None:
    guest = expect(room)
    for present in (True, False):
        with committing():
            marked = guests.mark_guest(
                actor=room.actor, meeting=room.meeting, public_id=guest.public_id, present=present, now=NOW
            )
        assert marked == guest
    assert [(event.origin_id, event.present) for event in heard] == [(VISIT.id, True), (VISIT.id, False)]
    guest.refresh_from_db()
    assert (guest.state, guest.arrived_at) == (GuestState.ABSENT, None)


def test_an_official_nobody_saw_did_not_come(room: Village, committing: Committing, heard: list[Any]) -> None:
    expect(room)
    late = add(room, "Đồng chí Hưng, Đảng ủy viên", GuestKind.OFFICIAL)
    Guest.objects.filter(pk=late.pk).update(state=GuestState.EXPECTED)  # written down before the meeting began
    with committing():
        settled = guests.settle_expected_officials(actor=room.actor, meeting=room.meeting, now=NOW)
    assert [guest.name for guest in settled] == ["Lương Quốc Hưng", "Đồng chí Hưng, Đảng ủy viên"]
    assert [event.present for event in heard] == [False]


def test_what_the_cell_wrote_it_may_strike_what_a_visit_expects_it_may_not(room: Village) -> None:
    planned, own = expect(room), add(room, "Ma Văn Páo")
    with pytest.raises(NotFound):
        guests.remove_guest(actor=room.actor, meeting=room.meeting, public_id=planned.public_id, now=NOW)
    guests.remove_guest(actor=room.actor, meeting=room.meeting, public_id=own.public_id, now=NOW)
    assert guests.withdraw_official(actor=Actor.system(), origin=VISIT, now=NOW) == 1
    assert Guest.objects.count() == 0


def test_refusals(room: Village) -> None:
    with pytest.raises(guests.GuestNameMissing):
        add(room, "  ")
    with pytest.raises(TextTooLong):
        add(room, "x" * 301)
    with pytest.raises(NotAllowed):
        guests.add_guest(actor=actor_of(room.reader), meeting=room.meeting, name="Páo", kind=GuestKind.GUEST, now=NOW)
    Meeting.objects.update(state=MeetingState.HELD, closed_at=NOW)
    with pytest.raises(MeetingIsOver):
        add(room, "Páo")


def test_papers_name_those_who_came_and_what_older_meetings_kept_as_text(room: Village) -> None:
    add(room, "Ma Văn Páo")
    away = add(room, "Vàng A Sủ")
    guests.mark_guest(actor=room.actor, meeting=room.meeting, public_id=away.public_id, present=False, now=NOW)
    room.meeting.upper_guest = "Lương Quốc Hưng"
    names = name_guests(room.meeting)
    assert (names.officials, names.guests) == ("Lương Quốc Hưng", "Ma Văn Páo")


def test_who_is_written_down_during_the_meeting_is_there(village: Village, room: Village) -> None:
    assert add(room, "Ma Văn Páo").state == GuestState.PRESENT
    room.meeting.state = MeetingState.PLANNED
    room.meeting.save()
    assert add(room, "Vàng A Sủ").state == GuestState.EXPECTED


def test_before_the_meeting_they_name_those_who_are_to_come(village: Village) -> None:
    add(village, "Ma Văn Páo")
    assert name_guests(village.meeting).guests == "Ma Văn Páo"


def give(village: Village, text: str, origin: Origin = VISIT) -> Advice:
    return advice.give_advice(
        actor=Actor.system(), organization=village.cell, draft=AdviceDraft(text), origin=origin, now=NOW
    )


def answer(village: Village, found: Advice, state: AdviceState, words: str = "") -> Advice:
    return advice.answer_advice(
        actor=village.actor, meeting=village.meeting, public_id=found.public_id, state=state, answer=words, now=NOW
    )


def test_three_comments_at_most_and_the_same_words_once(room: Village) -> None:
    assert give(room, "Gửi tài liệu sớm") == give(room, "Gửi tài liệu  sớm")
    give(room, "Giao việc có hạn")
    give(room, "Mời người ít nói")
    with pytest.raises(advice.TooMuchAdvice):
        give(room, "Điều thứ tư")
    give(room, "Của lần dự khác", Origin("visits.visit", "8"))
    with pytest.raises(advice.AdviceEmpty):
        give(room, " ")
    with pytest.raises(TextTooLong):
        give(room, "x" * 301, Origin("visits.visit", "9"))
    assert len(list_meeting_advice(room.meeting)) == 4


def test_what_was_not_done_needs_a_word_why(room: Village, committing: Committing, heard: list[Any]) -> None:
    found = give(room, "Gửi tài liệu sớm")
    before = Meeting.objects.get().revision
    with pytest.raises(advice.AnswerNeedsReason):
        answer(room, found, AdviceState.NOT_TAKEN)
    with committing():
        answer(room, found, AdviceState.TAKEN_UP)
    assert [event.advice_id for event in heard] == [found.pk]
    assert Meeting.objects.get().revision == before + 1
    changed = answer(room, found, AdviceState.PARTLY, "Mới gửi được một lần")
    assert (changed.state, changed.answered_at_meeting) == (AdviceState.PARTLY, room.meeting)
    assert [row.answer for row in list_meeting_advice(room.meeting)] == ["Mới gửi được một lần"]


def test_advice_of_another_cell_is_not_there(room: Village) -> None:
    found = give(room, "Gửi tài liệu sớm")
    Advice.objects.update(organization=Organization.objects.get_parent(room.cell))
    with pytest.raises(NotFound):
        answer(room, found, AdviceState.TAKEN_UP)
    with pytest.raises(NotFound):
        advice.remove_advice(actor=actor_of(room.reader), public_id=found.public_id, now=NOW)


def test_who_gave_it_may_take_it_back(room: Village) -> None:
    giver = Actor(user_id=room.reader.pk, name="Lương Quốc Hưng", grants=Actor.system().grants)
    found = advice.give_advice(actor=giver, organization=room.cell, draft=AdviceDraft("Gửi sớm"), origin=VISIT, now=NOW)
    advice.remove_advice(actor=giver, public_id=found.public_id, now=NOW)
    assert Advice.objects.count() == 0


def test_each_step_of_a_guest_is_seen_and_in_the_trail(room: Village) -> None:
    AuditEvent.objects.all().delete()
    before = Meeting.objects.get().revision
    official, guest = expect(room), add(room, "  Hội   Nông dân ")
    mark: dict[str, Any] = {"actor": room.actor, "meeting": room.meeting, "public_id": guest.public_id, "now": NOW}
    guests.mark_guest(present=True, **mark)
    guest.refresh_from_db()
    assert (guest.name, guest.kind, guest.state, str(guest.arrived_at)) == (
        "Hội Nông dân",
        GuestKind.GUEST,
        GuestState.PRESENT,
        "08:00:00",
    )
    guests.mark_guest(present=False, **mark)
    guest.refresh_from_db()
    assert (guest.state, guest.arrived_at) == (GuestState.ABSENT, None)
    guests.remove_guest(**mark)
    assert guests.settle_expected_officials(actor=room.actor, meeting=room.meeting, now=NOW) == [official]
    assert guests.withdraw_official(actor=Actor.system(), origin=VISIT, now=NOW) == 0  # it is settled already
    marked = "meetings.guest_marked"
    assert list_trail("meetings") == [
        (marked, {"expected": str(official.public_id)}),
        (marked, {"added": str(guest.public_id)}),
        (marked, {"guest": str(guest.public_id), "present": True}),
        (marked, {"guest": str(guest.public_id), "present": False}),
        (marked, {"removed": str(guest.public_id)}),
        (marked, {"guest": str(official.public_id), "present": False}),
    ]
    assert Meeting.objects.get().revision == before + 6


@pytest.mark.parametrize("name", ["  ", "x" * 1000])
def test_a_guest_has_a_name_within_its_limit(room: Village, name: str) -> None:
    with pytest.raises(DomainError) as refusal:
        add(room, name)
    assert refusal.value.field == "name"
    expected: dict[str, Any] = {"actor": Actor.system(), "meeting": room.meeting, "origin": VISIT, "now": NOW}
    with pytest.raises(DomainError) as refusal:
        guests.expect_official(user_id=room.reader.pk, name=name, **expected)
    assert refusal.value.field == "name"
