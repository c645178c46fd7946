"""A grant on a unit above cells, without what stands below it, reads nothing of the cells: driven from the table of addresses."""

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import ForeignKey, Model
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.audit.models import AuditEvent
from nennep.core.errors import DomainError
from nennep.core.periods import Month, Span
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.petitions.models import Petition
from nennep.reporting.queries.listed import LISTED
from nennep.reporting.queries.rows import get_rows_page
from tests.architecture.test_form_pages import PAGES, _data, _forms
from tests.architecture.test_form_pages import _pages as _pages_of_forms
from tests.architecture.test_url_access import ADDRESSES, ROWS
from tests.architecture.world import World, make_world
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import TODAY
from tests.factories.organizations import make_unit
from tests.factories.reporting import make_full_month
from tests.site.test_ids_in_pages import furnish
from tests.site.test_private_words import _private_words
from tests.site.test_sent_twice import _fill

pytestmark = pytest.mark.django_db

# All that such a person can be given: together they read every sort of thing.
ROLES = (Role.COMMUNE_OFFICER, Role.OFFICIAL, Role.SECRETARY)
# Of whom a row is, where it names no unit itself.
OWNERS = {"meeting", "member", "item", "sheet", "ballot", "document", "duty", "petition", "visit", "report", "version"}
# Figures follow, nobody writes them; a wish about a cell is of the plan of the unit above, and goes with it.
BESIDE = {"reporting", "planning.PlanWish"}
VIEW = re.compile(r'href="(\?[^"#]+)"')
OF_UNITS = sorted(
    name
    for name, row in ROWS.items()
    if row.get("method") != "POST" and {"cell", "commune"}.intersection(row.get("parts", {}).values())
)


@pytest.mark.parametrize("month", ["opened", "held"])
def test_no_page_of_a_unit_says_what_the_cells_below_it_wrote(month: str) -> None:
    world = make_world()
    furnish(world, month)
    client = Client()
    client.force_login(_make_narrow(world.commune))
    own = set(world.commune.documents.values_list("title", flat=True))
    own |= set(Petition.objects.filter(holder=world.commune).values_list("text", flat=True))  # what it is to answer
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
        for measure in LISTED
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


# ── writing ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("month", ["opened", "held"])
def test_nothing_of_the_cells_below_is_written(month: str) -> None:
    """Every form and button as the cell's own people get it, sent by somebody whose grants end at the commune."""
    world = make_world()
    furnish(world, month)
    narrow = Client()
    narrow.force_login(_make_narrow(world.commune))
    written = {}
    for name in sorted(ROWS):
        for path, data in _list_writes(world, name):
            before = _read_cell(world)
            answer = narrow.post(path, data)
            if changed := _compare(before, _read_cell(world)):
                written[name] = (path, answer.status_code, changed)
    assert written == {}


def _list_writes(world: World, name: str) -> list[tuple[str, dict[str, object]]]:
    """Where the insider of the address would send what; nothing when what the page is about cannot be in this world."""
    try:
        with transaction.atomic():
            return list(_writes(world, name))
    except (DomainError, IntegrityError):
        return []


def _writes(world: World, name: str) -> Iterator[tuple[str, dict[str, object]]]:
    row, address = ROWS[name], ADDRESSES[name]
    if not address.is_ours or row["insider"] in {400, 401, 404}:
        return
    if name in PAGES:
        for _client, page in _pages_of_forms(world, address, row):
            yield from ((sent_to, _data(form) | _fill(form)) for form, sent_to in _forms(page))
        return
    parts = address.sample_parts() | {part: world.part(thing) for part, thing in row.get("parts", {}).items()}
    yield reverse(name, kwargs=parts), {field: world.part(thing) for field, thing in row.get("data", {}).items()}


def _read_cell(world: World) -> dict[str, Counter[str]]:
    """Rows of everything that belongs to the cell or one below it, and what the trail says of them."""
    rows: dict[str, Counter[str]] = {}
    for model in apps.get_models():
        if (where := _path_to_unit(model)) and BESIDE.isdisjoint({model._meta.app_label, model._meta.label}):
            found = model._base_manager.filter(**{f"{where}path__startswith": world.cell.path})
            rows[model._meta.label] = Counter(map(str, found.values_list()))
    trail = AuditEvent.objects.filter(unit_path__startswith=world.cell.path)
    return rows | {"trail": Counter(map(str, trail.values_list("verb", "target_id")))}


def _path_to_unit(model: type[Model], depth: int = 3) -> str:
    """The look-up from a row to its unit, the shortest; empty for what belongs to none."""
    if model is Organization:
        return ""
    keys = [field for field in model._meta.fields if isinstance(field, ForeignKey)]
    if direct := next((field.name for field in keys if field.related_model is Organization), ""):
        return f"{direct}__"
    if not depth:
        return ""
    ways = [(field.name, _path_to_unit(field.related_model, depth - 1)) for field in keys if field.name in OWNERS]
    return min((f"{name}__{way}" for name, way in ways if way), key=len, default="")


def _compare(before: dict[str, Counter[str]], after: dict[str, Counter[str]]) -> list[str]:
    return [label for label, rows in after.items() if rows != before[label]]
