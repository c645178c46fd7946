"""What follows an event happens inside the transaction that published it, or nothing of either happens."""

from dataclasses import dataclass

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction

from nennep.core import events
from nennep.core.events import Event, NotInTransaction, publish, subscribe
from tests.factories.core import NOW


@dataclass(frozen=True, slots=True)
class RoofMended(Event):
    house_id: int


@pytest.fixture
def _own_handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_handlers", {})


def write(key: str) -> None:
    Session.objects.create(session_key=key, session_data="", expire_date=NOW)


@transaction.atomic
def mend_roof(*, killed: bool = False) -> None:
    write("happened")
    publish(RoofMended(7))
    if killed:
        raise ConnectionError("killed after")


def kept() -> list[str]:
    return sorted(Session.objects.values_list("session_key", flat=True))


@pytest.mark.django_db
@pytest.mark.usefixtures("_own_handlers")
def test_subscribers_are_called_at_once_in_order_with_the_event() -> None:
    heard: list[tuple[str, int]] = []
    subscribe(RoofMended)(lambda event: heard.append(("first", event.house_id)))
    subscribe(RoofMended)(lambda event: heard.append(("second", event.house_id)))
    with transaction.atomic():
        publish(RoofMended(7))
        assert heard == [("first", 7), ("second", 7)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_own_handlers")
def test_a_subscriber_that_fails_undoes_what_happened_and_what_followed() -> None:
    subscribe(RoofMended)(lambda _event: write("follower"))

    @subscribe(RoofMended)
    def fail(_event: RoofMended) -> None:
        raise ConnectionError("killed between")

    with pytest.raises(ConnectionError, match="killed between"):
        mend_roof()
    assert kept() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_own_handlers")
def test_what_follows_is_undone_with_what_happened() -> None:
    subscribe(RoofMended)(lambda _event: write("follower"))
    with pytest.raises(ConnectionError, match="killed after"):
        mend_roof(killed=True)
    assert kept() == []
    mend_roof()
    assert kept() == ["follower", "happened"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_own_handlers")
def test_an_event_outside_of_a_transaction_is_a_mistake_of_the_program() -> None:
    heard: list[RoofMended] = []
    subscribe(RoofMended)(heard.append)
    with pytest.raises(NotInTransaction):
        publish(RoofMended(7))
    assert heard == []
