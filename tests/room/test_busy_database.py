"""A database that another writer holds: one sentence, and nothing of what was typed is lost."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

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


@contextmanager
def hold_database() -> Iterator[None]:
    """Another connection writes, and this one does not wait."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=0")
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@pytest.fixture
def tapped(client: Client, village: Village) -> Iterator[str]:
    """The address of a tap for the secretary, signed in, while another connection writes and this one does not wait."""
    open_meeting(actor=village.actor, meeting=village.meeting, opened_at=NOW, now=NOW)
    client.force_login(village.secretary)
    with hold_database():
        yield reverse("room:tap", args=[village.meeting.roll_call.get(member=village.plain).public_id])
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


def test_a_lock_that_is_met_around_the_view_is_said_too(village: Village) -> None:
    """The view has answered, and only then the session is written: what was sent may stand already."""
    client = Client(raise_request_exception=False)
    client.force_login(village.secretary)
    grant = village.secretary.grants.get()
    with hold_database():
        answer = client.post(reverse("wear_hat", args=[grant.public_id]))
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "việc vừa gửi có thể đã ghi rồi" in answer.content.decode()


def test_signed_out_and_busy_keeps_what_was_typed(village: Village) -> None:
    """The form of somebody whose session ended is kept in a session that cannot be written."""
    client = Client(raise_request_exception=False)
    client.force_login(village.secretary)
    address = reverse("duties:give_duty", args=[village.cell.public_id])
    client.get(address)
    village.secretary.set_password("x")
    village.secretary.save(update_fields=["password"])  # whoever is signed in is so no more
    with hold_database():
        answer = client.post(address, {"title": WORDS})
    text = answer.content.decode()
    assert (answer.status_code, WORDS in text) == (503, True)
