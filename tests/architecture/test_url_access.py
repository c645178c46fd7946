"""Who gets what at every address, as a committed table (url_access.toml). A new address without a row fails here.

A failing row prints what was measured, ready to be reviewed and pasted.
"""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.urls import reverse

from tests.architecture.addresses import Address, list_addresses
from tests.architecture.world import PEOPLE, World

ROWS: dict[str, dict[str, Any]] = tomllib.loads((Path(__file__).parent / "url_access.toml").read_text(encoding="utf-8"))
ADDRESSES = {address.name: address for address in list_addresses()}

REFUSED = {"sign-in", 401, 403, 404}
METHOD_NOT_ALLOWED = 405
# Nobody of the world gets in, each with the reason.
CLOSED_TO_ALL = {
    "calendar": "the address is unknown",
    "core:gallery": "in debug alone",
}

pytestmark = pytest.mark.django_db


def test_every_address_has_a_row() -> None:
    assert sorted(ROWS) == sorted(ADDRESSES)


@pytest.mark.parametrize("name", sorted(name for name, address in ADDRESSES.items() if address.is_ours))
def test_row_tries_things_that_exist_and_hides_them_from_outsiders(name: str) -> None:
    """With a sample instead of a thing everybody would get 404, and the row would prove nothing."""
    row = ROWS.get(name, {})
    assert sorted(row.get("parts", {})) == sorted(ADDRESSES[name].converters)
    if "UUIDConverter" in ADDRESSES[name].converters.values():
        assert row["outsider"] == 404
        assert row["insider"] not in {404, 500}


def test_somebody_gets_in_at_every_address() -> None:
    """A row in which everybody is refused would not notice that nobody can work any more."""
    closed = {name for name, row in ROWS.items() if ADDRESSES[name].is_ours and {row[one] for one in PEOPLE} <= REFUSED}
    assert sorted(closed) == sorted(CLOSED_TO_ALL)


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_address_answers_each_person_as_decided(world: World, name: str) -> None:
    row = ROWS.get(name, {})
    measured = _measure(world, ADDRESSES[name], row)
    decided = {person: row.get(person) for person in PEOPLE}
    assert measured == decided, _as_row(name, row, measured)


def _measure(world: World, address: Address, row: dict[str, Any]) -> dict[str, int | str]:
    """All in one world: the insider, whose request may change it, comes last. Whoever may not open a form sends none."""
    return {person: _ask_twice(world, _who(person, row), address, row) for person in PEOPLE}


def _ask_twice(world: World, person: str, address: Address, row: dict[str, Any]) -> int | str:
    """The answer to the row's method; when GET is refused and POST is not, that of POST."""
    opened = _ask(world, person, address, row)
    if "method" in row or opened not in REFUSED:
        return opened
    sent = _ask(world, person, address, row | {"method": "POST"})
    return opened if sent == METHOD_NOT_ALLOWED else sent


def _who(person: str, row: dict[str, Any]) -> str:
    """`insider_is` names another person of the world where the secretary is no insider (accounts: the officer)."""
    return str(row.get("insider_is", person)) if person == "insider" else person


def _ask(world: World, person: str, address: Address, row: dict[str, Any]) -> int | str:
    parts = address.sample_parts() | {part: world.part(thing) for part, thing in row.get("parts", {}).items()}
    client = world.client_of(person)
    data = {name: world.part(thing) for name, thing in row.get("data", {}).items()}
    ask = client.post if row.get("method") == "POST" else client.get
    response = ask(reverse(address.name, kwargs=parts), data)
    b"".join(response)  # a file that is not read to its end would stay open
    return _outcome(response)


def _outcome(response: HttpResponseBase) -> int | str:
    """The status; `sign-in` for somebody who is sent to the sign-in page."""
    goes_to = response.headers.get("Location", "")
    return "sign-in" if goes_to.startswith(reverse("account_login")) else response.status_code


def _as_row(name: str, row: dict[str, Any], measured: dict[str, int | str]) -> str:
    cells = [f'{key} = "{row[key]}"' for key in ("method", "insider_is") if key in row]
    for table in ("parts", "data"):
        if row.get(table):
            pairs = ", ".join(f'{part} = "{thing}"' for part, thing in row[table].items())
            cells.append(f"{table} = {{ {pairs} }}")
    cells += [f"{person} = {value!r}".replace("'", '"') for person, value in measured.items()]
    return f'measured:\n"{name}" = {{ {", ".join(cells)} }}'
