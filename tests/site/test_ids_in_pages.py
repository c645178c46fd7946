"""Ids stay digits in pages: a thousands separator makes `1.554` of one, and the button that sends it back finds nothing.

Small databases do not show it, so this one counts from a million on.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from nennep.core.errors import DomainError
from tests.architecture.test_form_pages import PAGES, PEOPLE
from tests.architecture.test_url_access import ADDRESSES, ROWS
from tests.architecture.world import World, make_world

pytestmark = pytest.mark.django_db

FIRST_ID = 1_000_000
# An id of this database as a locale writes it, wherever it stands; a year so written in what goes back as data.
GROUPED = re.compile(r'\b1[.,]000[.,]\d{3}\b|(?:href|value|action|name|id|hx-[a-z]+)="[^"]*\b2[.,]0[23]\d\b[^"]*"')


@pytest.mark.parametrize("month", ["opened", "held"])
def test_no_page_says_an_id_or_a_year_with_a_thousands_separator(month: str) -> None:
    """The cell's meeting of the month goes on, or is over: the room, or the minutes and what follows."""
    _count_from(FIRST_ID)
    world = make_world()
    furnish(world, month)
    assert world.cell.pk > FIRST_ID
    faults = [
        f"{name}: {found}" for name in PAGES for page in list_texts(world, name) for found in GROUPED.findall(page)
    ]
    assert faults == []


def _count_from(start: int) -> None:
    """The next row of every table that counts its ids gets one above `start`."""
    counted = [model._meta for model in apps.get_models() if model._meta.pk.get_internal_type().endswith("AutoField")]
    with connection.cursor() as cursor:
        for table in (meta.db_table for meta in counted):
            if connection.vendor == "postgresql":
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, start])
            else:
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, start])


def furnish(world: World, month: str) -> None:
    """With everything in it that an address of the table names and that can stand beside the meeting `month`."""
    for name in (month, *(name for name, thing in vars(World).items() if isinstance(thing, cached_property))):
        try:
            with transaction.atomic():
                getattr(world, name)
        except (DomainError, IntegrityError):
            continue


def list_texts(world: World, name: str) -> Iterator[str]:
    """The page as the first person sees it who may open it; none when what it shows cannot be in this world."""
    try:
        with transaction.atomic():
            yield from islice((text for person in PEOPLE if (text := _ask(world, person, name))), 1)
    except (DomainError, IntegrityError):
        return


def _ask(world: World, person: str, name: str) -> str:
    """The page this person gets; empty when it is another answer."""
    row, address = ROWS[name], ADDRESSES[name]
    parts = address.sample_parts() | {part: world.part(thing) for part, thing in row.get("parts", {}).items()}
    data = {field: world.part(thing) for field, thing in row.get("data", {}).items()}
    answer = world.client_of(person).get(reverse(name, kwargs=parts), data)
    content = b"".join(answer)  # a file that is not read to its end would stay open
    is_page = answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
    return content.decode() if is_page else ""
