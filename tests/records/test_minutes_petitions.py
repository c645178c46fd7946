"""Petitions in the minutes: what was asked at the meeting, and what it settled of what had been asked before."""

from datetime import date
from typing import Any

import pytest

from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.petitions.choices import PetitionState
from nennep.petitions.models import Petition
from nennep.petitions.services import PetitionDetails
from nennep.records.queries.minutes_paper import build_minutes
from nennep.room.services import petitions
from nennep.room.services.room import open_meeting
from tests.factories.core import NOW
from tests.factories.petitions import make_petition
from tests.factories.village import Village

pytestmark = pytest.mark.django_db


def answered(village: Village, text: str) -> Petition:
    fields: dict[str, Any] = {"state": PetitionState.ANSWERED, "answer": "Đã sửa", "answered_on": date(2026, 11, 1)}
    return make_petition(village.cell, text=text, **fields)


def test_minutes_say_what_the_meeting_did_with_every_petition(village: Village) -> None:
    meeting = open_meeting(actor=village.actor, meeting=village.meeting, opened_at=NOW, now=NOW)
    make_petition(village.cell, text="Không bàn đến")
    in_room: dict[str, Any] = {"actor": village.actor, "meeting": meeting, "now": NOW}
    settled, again = answered(village, "Sửa đường"), answered(village, "Sửa cầu")
    on_the_spot = make_petition(village.cell, text="Mở loa")
    petitions.confirm_petition(public_id=settled.public_id, **in_room)
    petitions.reopen_petition(public_id=again.public_id, text="Cầu vẫn hỏng", **in_room)
    petitions.answer_petition(public_id=on_the_spot.public_id, answer="Đã mở lại", **in_room)
    petitions.note_petition(details=PetitionDetails("Sửa cống"), **in_room)
    Meeting.objects.update(state=MeetingState.HELD, closed_at=NOW)
    content = build_minutes(actor=village.actor, meeting=Meeting.objects.get())
    assert {part.text: part.outcome for part in content.petitions} == {
        "Sửa cống": f"{village.cell.name} sẽ trả lời",
        "Sửa đường": "Đã sửa. Chi bộ xác nhận đã giải quyết xong",
        "Sửa cầu": "Đã sửa. Chi bộ đề nghị giải quyết tiếp: cầu vẫn hỏng",
        "Mở loa": "Đã mở lại",
    }


def test_only_members_are_called_comrades(village: Village) -> None:
    """Somebody of the village is called as they were written; who is spoken for has no name, and no title either."""
    meeting = open_meeting(actor=village.actor, meeting=village.meeting, opened_at=NOW, now=NOW)
    in_room: dict[str, Any] = {"actor": village.actor, "meeting": meeting, "now": NOW}
    petitions.note_petition(details=PetitionDetails("Sửa cống", raised_by_name="Bà Lý Thị Mỷ"), **in_room)
    petitions.note_petition(
        details=PetitionDetails("Mở loa", raised_by_name=village.secretary_member.full_name), **in_room
    )
    hidden = PetitionDetails("Xem lại hộ nghèo", raised_by_name=village.secretary_member.full_name, is_hidden=True)
    petitions.note_petition(details=hidden, **in_room)
    Meeting.objects.update(state=MeetingState.HELD, closed_at=NOW)
    content = build_minutes(actor=village.actor, meeting=Meeting.objects.get())
    assert {part.text: (part.raised_by, part.is_comrade) for part in content.petitions} == {
        "Sửa cống": ("Bà Lý Thị Mỷ", False),
        "Mở loa": (village.secretary_member.full_name, True),
        "Xem lại hộ nghèo": ("Chi bộ nói thay người nêu", False),
    }
