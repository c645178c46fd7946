"""A grant on a unit above cells, without what stands below it, reads nothing of the cells: driven from the table of addresses."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.core.periods import Month, Span
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.reporting.queries.measures import MEASURES
from nennep.reporting.queries.rows import get_rows_page
from tests.architecture.test_url_access import ADDRESSES, ROWS
from tests.architecture.world import World, make_world
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import TODAY
from tests.factories.organizations import make_unit
from tests.factories.reporting import make_full_month
from tests.site.test_ids_in_pages import _furnish
from tests.site.test_private_words import _private_words

pytestmark = pytest.mark.django_db

# All that such a person can be given: together they read every sort of thing.
ROLES = (Role.COMMUNE_OFFICER, Role.OFFICIAL, Role.SECRETARY)
VIEW = re.compile(r'href="(\?[^"#]+)"')
OF_UNITS = sorted(
    name
    for name, row in ROWS.items()
    if row.get("method") != "POST" and {"cell", "commune"}.intersection(row.get("parts", {}).values())
)


@pytest.mark.parametrize("month", ["opened", "held"])
def test_no_page_of_a_unit_says_what_the_cells_below_it_wrote(month: str) -> None:
    world = make_world()
    _furnish(world, month)
    client = Client()
    client.force_login(_make_narrow(world.commune))
    own = set(world.commune.documents.values_list("title", flat=True))
    words = [word for word in _private_words() if word not in own]
    assert {name: said for name, path in _pages(world) if (said := _said(client, path, words))} == {}


def test_no_figure_opens_rows_of_the_cells_below() -> None:
    """They are counted in a line below the list."""
    commune = make_unit("Đảng bộ xã Một", kind=UnitKind.BASE)
    make_full_month(make_unit("Chi bộ thôn Hai", parent=commune))
    wide = make_user("Cán bộ xã")
    grant_role(wide, Role.COMMUNE_OFFICER, commune, subtree=True)
    pages = {
        measure.address: [
            get_rows_page(actor=actor_of(user), unit=commune, span=Span(Month(2026, 11)), measure=measure, today=TODAY)
            for user in (_make_narrow(commune), wide)
        ]
        for measure in MEASURES
    }
    assert sum(len(page.rows) for _narrow, page in pages.values()) >= 5
    assert {address: narrow.rows for address, (narrow, _wide) in pages.items() if narrow.rows} == {}
    by_cell = [(narrow.hidden, len(page.rows)) for narrow, page in pages.values() if not page.names_members]
    assert [hidden for hidden, _rows in by_cell] == [rows for _hidden, rows in by_cell]


def _make_narrow(commune: Organization) -> User:
    user = make_user("Cán bộ hẹp")
    for role in ROLES:
        grant_role(user, role, commune, subtree=False)
    return user


def _pages(world: World) -> Iterator[tuple[str, str]]:
    """Every address about a unit, asked for the commune."""
    for name in OF_UNITS:
        parts = {part: "commune" if thing == "cell" else thing for part, thing in ROWS[name]["parts"].items()}
        known = ADDRESSES[name].sample_parts() | {part: world.part(thing) for part, thing in parts.items()}
        yield name, reverse(name, kwargs=known)


def _said(client: Client, path: str, words: list[str]) -> list[str]:
    """Of `words` those that the page says, or another view of it to which it leads."""
    shown = b"".join(client.get(path)).decode(errors="replace")
    views = (unescape(query) for query in sorted(set(VIEW.findall(shown))))
    shown += "".join(b"".join(client.get(path + query)).decode(errors="replace") for query in views)
    return [word for word in words if word in shown]
