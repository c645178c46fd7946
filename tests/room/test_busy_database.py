"""A database that another writer holds: one sentence, and nothing of what was typed is lost."""

import sqlite3
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from nennep.room.models import RollCallEntry
from nennep.room.services.room import open_meeting
from tests.factories.core import NOW
from tests.factories.village import Village

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]  # PostgreSQL waits
WORDS = "Đề nghị sửa cầu treo Nặm Chá"
SENTENCE = "Máy chủ đang bận ghi việc khác nên chưa ghi được. Thử lại sau vài giây."


@pytest.fixture
def tapped(client: Client, village: Village) -> Iterator[str]:
    """The address of a tap for the secretary, signed in, while another connection writes and this one does not wait."""
    open_meeting(actor=village.actor, meeting=village.meeting, opened_at=NOW, now=NOW)
    client.force_login(village.secretary)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=0")
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield reverse("room:tap", args=[village.meeting.roll_call.get(member=village.plain).public_id])
    other.execute("ROLLBACK")
    other.close()
    assert set(RollCallEntry.objects.filter(counted=True).values_list("state", flat=True)) == {"unmarked"}
    connection.close()


def test_the_page_gives_back_what_was_typed(client: Client, tapped: str) -> None:
    answer = client.post(tapped, {"note": WORDS, "muon": "present"})
    text = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert (SENTENCE in text, WORDS in text, f'action="{tapped}"' in text) == (True, True, True)


def test_htmx_puts_the_sentence_on_top_of_the_page(client: Client, tapped: str) -> None:
    answer = client.post(tapped, {"muon": "present"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["Retry-After"], answer["HX-Retarget"]) == (503, "5", "#loi-bao")
    assert SENTENCE in answer.content.decode()
