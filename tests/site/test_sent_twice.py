"""A form that is sent twice, by a double tap, a reload or the way back, is done once. Driven from the table of addresses."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from lxml import html

from tests.architecture.test_form_pages import PAGES, _data, _forms, _pages
from tests.architecture.test_url_access import ADDRESSES, ROWS
from tests.architecture.world import World

pytestmark = pytest.mark.django_db

TYPED = "Điều vừa gõ"
# The trail says what was sent, each time; figures are counted again, as often as it is asked.
UNCOUNTED = {"audit.auditevent", "reporting.changedmonth"}


@pytest.mark.parametrize("name", PAGES)
def test_a_form_sent_twice_makes_one_thing(world: World, name: str) -> None:
    for client, page in _pages(world, ADDRESSES[name], ROWS[name]):
        for form, address in _forms(page):
            data = _data(form) | _fill(form)
            before = _count_rows()
            if not _is_taken(client, address, data):
                continue
            once = _count_rows()
            client.post(address, data)
            grown = {model for model, count in _count_rows().items() if count > once[model] > before[model]}
            assert grown == set(), address


def _is_taken(client: Client, address: str, data: dict[str, Any]) -> bool:
    return client.post(address, data).status_code == 302


def _fill(form: html.FormElement) -> dict[str, Any]:
    """Something plausible in each field: words, a day, a time, the first choice."""
    return {field.name: _value_of(field) for field in form.inputs if field.name and field.get("type") not in FIXED}


FIXED = {"hidden", "checkbox", "file", "radio"}


def _value_of(field: html.HtmlElement) -> str:
    if field.tag == "select":
        return str(field.value or next((value for value in field.value_options if value), ""))
    if field.value:
        return str(field.value)
    if "nn-input-date" in field.get("class", ""):
        return "20/11/2026"
    return "3" if field.get("inputmode") == "numeric" else TYPED


def _count_rows() -> dict[str, int]:
    """Of every table, asked at once."""
    tables = {model._meta.db_table for model in apps.get_models() if model._meta.label_lower not in UNCOUNTED}
    counts = (f"SELECT '{table}', COUNT(*) FROM {connection.ops.quote_name(table)}" for table in sorted(tables))  # noqa: S608  ours
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(counts))
        return dict(cursor.fetchall())
