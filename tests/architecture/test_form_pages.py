"""Whatever page asks for text: refused, it shows again what was typed. Driven from the table of addresses."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve, reverse
from lxml import html

from tests.architecture.addresses import Address
from tests.architecture.test_url_access import ADDRESSES, ROWS
from tests.architecture.world import World

pytestmark = pytest.mark.django_db

PEOPLE = ("insider", "officer", "planner", "reader")
PAGES = sorted(name for name, row in ROWS.items() if ADDRESSES[name].is_ours and row.get("method") != "POST")
TEXTS = "text", "search", "email", "tel"
# Forms that are answered by going on, each with the reason.
GOES_ON = {
    "members:find_by_identity": "looks for somebody; an identity number is not shown again",
}
TYPED = "Điều đã gõ vào ô "
# A character that no text field takes, so that every form is refused whatever it asks for.
REFUSED = "\0"


@pytest.mark.parametrize("name", PAGES)
def test_what_was_typed_stays_when_a_form_is_refused(world: World, name: str) -> None:
    for client, page in _pages(world, ADDRESSES[name], ROWS[name]):
        for form, address in _forms(page):
            typed = {field.name: f"{TYPED}{field.name}" for field in _text_fields(form)}
            answer = client.post(address, _data(form) | {field: text + REFUSED for field, text in typed.items()})
            shown = answer.content.decode()
            assert answer.status_code == 422, address
            assert [field for field, text in typed.items() if text not in shown] == []


def _pages(world: World, address: Address, row: dict[str, Any]) -> Iterator[tuple[Client, Any]]:
    """The page as the first person sees it who may open it."""
    parts = address.sample_parts() | {part: world.part(thing) for part, thing in row.get("parts", {}).items()}
    data = {name: world.part(thing) for name, thing in row.get("data", {}).items()}
    for person in PEOPLE:
        client = world.client_of(person)
        page = client.get(reverse(address.name, kwargs=parts), data)
        b"".join(page)  # a file that is not read to its end would stay open
        if page.status_code == 200 and page["Content-Type"].startswith("text/html"):
            yield client, page
            return


def _forms(page: Any) -> Iterator[tuple[html.FormElement, str]]:
    """Each form with text fields, and where it is sent; of several that are sent to one view the first."""
    here = page.request["PATH_INFO"]
    if query := page.request["QUERY_STRING"]:
        here += f"?{query}"
    seen = set(GOES_ON)
    for form in html.fromstring(page.content.decode()).forms:
        address = form.get("action") or here
        view = resolve(address.partition("?")[0]).view_name
        if form.method == "POST" and _text_fields(form) and view not in seen:
            seen.add(view)
            yield form, address


def _text_fields(form: html.FormElement) -> list[html.HtmlElement]:
    return [
        field
        for field in form.inputs
        if field.name and (field.tag == "textarea" or (field.tag == "input" and field.get("type", "text") in TEXTS))
    ]


def _data(form: html.FormElement) -> dict[str, Any]:
    """What a browser would send when the key Enter is pressed: with the first button of the form, when that has a name."""
    values: dict[str, Any] = {}
    for name, value in form.form_values():
        values.setdefault(name, []).append(value)
    for button in form.xpath("(.//button)[1][@name]"):
        values[button.get("name")] = [button.get("value", "")]
    return values
