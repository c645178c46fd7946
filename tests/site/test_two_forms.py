"""A page with more than one form loses nothing of one when another is sent, without scripts too: its parts are one form.

Where they are not, the scripts keep it (tests/journeys/test_two_forms.py), and the reason why that is enough stands here.
"""

from collections.abc import Iterator

import pytest
from lxml import html

from tests.architecture.test_form_pages import PAGES
from tests.architecture.world import World, make_world
from tests.factories.cells import join_cell
from tests.site.test_ids_in_pages import furnish, list_texts

pytestmark = pytest.mark.django_db

NOT_TYPED = {"hidden", "submit", "button", "file", "radio", "checkbox"}
APART = {
    "accounts:show_user": "what is done with an account is done one at a time; a grant half chosen stays by the scripts",
    "meetings:edit_item": "the other button takes out the item that the words are about",
    "meetings:edit_kind": "the other buttons choose a planned theme instead of the one that is typed",
    "members:choose_import_file": "the other button drops a file; a day is typed here before the file is chosen",
    "members:list": "the other button gives up a planned post; a number is searched for here, not written down",
    "members:review_import": "each row is mended by itself, and nobody fills in two before sending one",
    "petitions:show_work": "the other buttons drop a list that was kept, or pass petitions on",
    "room:show_ballot": "the other button gives up the ballot that is counted here",
}


@pytest.mark.parametrize("month", ["meeting", "opened", "held"])
def test_what_is_typed_in_one_part_of_a_page_is_sent_with_every_other(month: str) -> None:
    world = make_world()
    join_cell(world.cell, "Ma Công Lập", user_id=world.people["insider"].pk)
    furnish(world, month)
    assert sorted({name for name in _pages_that_lose(world) if name not in APART}) == []


def _pages_that_lose(world: World) -> Iterator[str]:
    for name in PAGES:
        for page in list_texts(world, name):
            forms = [form for form in html.fromstring(page).xpath("//main//form") if form.method == "POST"]
            if len(forms) > 1 and any(_is_typed_into(form) for form in forms):
                yield name


def _is_typed_into(form: html.FormElement) -> bool:
    return any(
        field.tag == "textarea" or (field.tag == "input" and field.get("type", "text") not in NOT_TYPED)
        for field in form.inputs
    )
