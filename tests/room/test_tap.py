"""How much somebody must read to understand one tap in the roll call."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import nennep
from nennep.room.services.room import open_meeting
from tests.factories.core import NOW
from tests.factories.village import Village

pytestmark = pytest.mark.django_db

SOURCE = Path(nennep.__file__).parent
# Every request passes core, the middleware that says who asks, and what all pages show; a model or an enumeration only says
# what there is.
EVERYWHERE = {"core", "accounts", "models", "models.py", "choices.py", "context_processors.py"}
TO_READ = {
    "room/views/roll_call.py",
    "room/services/roll_call.py",
    "room/queries/roll_call.py",
    "room/rules/room.py",
    "meetings/services/meeting.py",
    "meetings/rules/state.py",
    "audit/services.py",
}


@contextmanager
def list_files_run() -> Iterator[set[str]]:
    """Files of the program in which something is called inside the block."""
    seen: set[str] = set()

    def note(frame: FrameType, event: str, _argument: Any) -> None:
        path = Path(frame.f_code.co_filename)
        if event == "call" and SOURCE in path.parents:
            seen.add(path.relative_to(SOURCE).as_posix())

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield seen
    finally:
        sys.setprofile(before)


def test_a_tap_is_eight_files(client: Client, village: Village) -> None:
    open_meeting(actor=village.actor, meeting=village.meeting, opened_at=NOW, now=NOW)
    entry = village.meeting.roll_call.get(member=village.plain)
    client.force_login(village.secretary)
    client.get(reverse("room:show_room", args=[village.meeting.public_id]))  # imports addresses, compiles templates
    with list_files_run() as seen:
        answer = client.post(reverse("room:tap", args=[entry.public_id]), HTTP_HX_REQUEST="true")
    assert answer.status_code == 200
    told = {name for name in seen if not EVERYWHERE & {*name.split("/")}}
    assert told == TO_READ  # and room/urls.py, which leads there: eight
