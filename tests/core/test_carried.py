"""What stands in one part of a page while another is sent."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from nennep.core.carried import carried, carry, drop_carried
from tests.factories.core import NOW

PAGE = "/giay-moi/1/"


@pytest.fixture
def session(client: Client, db: None) -> Any:
    return client.session


def test_carried_for_two_hours_and_unreadable_in_the_session(session: Any) -> None:
    carry(session, PAGE, {"message": "Mang sổ tay"}, now=NOW)
    assert "sổ" not in str(session["carried_words"])
    assert carried(session, PAGE, now=NOW + timedelta(hours=2, seconds=-1)) == {"message": "Mang sổ tay"}
    assert carried(session, PAGE, now=NOW + timedelta(hours=2)) == {}
    assert carried(session, "/giay-moi/2/", now=NOW) == {}


def test_parts_are_added_and_what_was_sent_goes(session: Any) -> None:
    carry(session, PAGE, {"message": "Mang sổ tay"}, now=NOW)
    carry(session, PAGE, {"reason": "Việc riêng"}, now=NOW)
    drop_carried(session, PAGE, ["reason"], now=NOW)
    assert carried(session, PAGE, now=NOW) == {"message": "Mang sổ tay"}
    drop_carried(session, PAGE, ["message", "other"], now=NOW)
    assert "carried_words" not in session


def test_what_is_too_long_for_a_session_is_not_carried(session: Any) -> None:
    carry(session, PAGE, {"message": "x" * 100_001}, now=NOW)
    assert carried(session, PAGE, now=NOW) == {}
