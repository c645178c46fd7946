"""Nothing new is written in a cell that has ended, whoever's grant reaches it from above: driven from the table of addresses."""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import ForeignKey
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.sheets.reader import read_bytes
from nennep.documents.choices import DocumentTarget, PaperType
from nennep.documents.models import Distribution, Document
from nennep.documents.queries.distribution import Whom
from nennep.documents.services import DocumentDetails, papers
from nennep.documents.services.distribution import confirm_receipt, distribute_document, note_opening
from nennep.members.importers.rosters import understand
from nennep.members.models import Membership
from nennep.members.services import apply_import, upload_file
from nennep.notifications.choices import Channel, DeliveryState
from nennep.notifications.models import Delivery
from nennep.notifications.services.deliveries import mark_handed, mark_many_handed, take_back_handed
from nennep.organizations.models import Organization
from nennep.organizations.rules import UnitClosed
from tests.architecture.test_form_pages import PAGES, _data, _forms
from tests.architecture.test_url_access import ADDRESSES, ROWS
from tests.architecture.world import World, make_world
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.documents import make_upload
from tests.site.test_ids_in_pages import furnish
from tests.site.test_sent_twice import _fill

pytestmark = pytest.mark.django_db

FROM_ABOVE = (Role.COMMUNE_OFFICER, Role.PROVINCE_BOARD, Role.ADMINISTRATOR)
# Units themselves are changed by services that ask for their histories, which the units of this world do not have.
ABOUT_CELLS = sorted(name for name in ROWS if not name.startswith("organizations:"))
# Not written by people about the cell: what it was, who has a right to its archive, figures, what was told of it.
KEPT_BY_THE_PROGRAM = {"reporting", "notifications"}
# What the cell left is taken further: the step says from where.
TAKEN_FURTHER = {"petitions.PetitionStep.unit"}
# What a reader keeps to look at its petitions again.
LOOKED_AT = {"petitions.SavedView.unit"}


@pytest.mark.parametrize("month", ["opened", "held"])
def test_no_form_or_button_makes_anything_new_in_an_ended_cell(month: str) -> None:
    world = make_world()
    furnish(world, month)
    Organization.objects.filter(pk=world.cell.pk).update(closed_on=TODAY)
    Membership.objects.filter(organization=world.cell, valid_to=None).update(valid_to=TODAY)
    client = Client()
    client.force_login(_make_officer(world))
    grown = {}
    for name in ABOUT_CELLS:
        writes = _list_writes(world, client, name)
        before = _count_rows(world.cell)
        for path, data in writes:
            client.post(path, data)
        after = _count_rows(world.cell)
        if more := {label for label, count in after.items() if count > before[label]} - TAKEN_FURTHER - LOOKED_AT:
            grown[name] = more
    assert grown == {}


def _make_officer(world: World) -> User:
    user = make_user("Cán bộ xã")
    for role in FROM_ABOVE:
        grant_role(user, role, world.commune, subtree=True)
    return user


def _list_writes(world: World, client: Client, name: str) -> list[tuple[str, dict[str, object]]]:
    """What can be sent there; nothing when what the page is about cannot be in this world."""
    try:
        with transaction.atomic():
            return list(_writes(world, client, name))
    except (DomainError, IntegrityError):
        return []


def _writes(world: World, client: Client, name: str) -> Iterator[tuple[str, dict[str, object]]]:
    """The button, or each form of the page, filled."""
    row, address = ROWS[name], ADDRESSES[name]
    if not address.is_ours or row["insider"] in {400, 401, 404}:
        return
    parts = address.sample_parts() | {part: world.part(thing) for part, thing in row.get("parts", {}).items()}
    data = {field: world.part(thing) for field, thing in row.get("data", {}).items()}
    path = reverse(name, kwargs=parts)
    if name not in PAGES:
        yield path, data
        return
    page = client.get(path, data)
    deque(getattr(page, "streaming_content", ()), maxlen=0)  # a file is open until it is sent
    if page.status_code == 200 and page["Content-Type"].startswith("text/html"):
        yield from ((sent_to, _data(form) | _fill(form)) for form, sent_to in _forms(page))


def _count_rows(cell: Organization) -> dict[str, int]:
    """By column that names a unit: how many rows name this one."""
    return {
        f"{model._meta.label}.{field.name}": model._base_manager.filter(**{field.name: cell}).count()
        for model in apps.get_models()
        if model._meta.app_label not in KEPT_BY_THE_PROGRAM
        for field in model._meta.fields
        if isinstance(field, ForeignKey) and field.related_model is Organization
    }


@pytest.mark.parametrize("write", ["add", "replace", "remove", "restore", "distribute"])
def test_the_papers_of_an_ended_cell_stay_as_it_left_them(write: str) -> None:
    """Forms that take a file, which the walk above does not send."""
    world = make_world()
    _document, actor = world.document, actor_of(_make_officer(world))
    Organization.objects.filter(pk=world.cell.pk).update(closed_on=TODAY)
    document = Document.objects.select_related("organization").get()
    unit, whom = document.organization, Whom(DocumentTarget.CELLS)
    paper: dict[str, Any] = {"actor": actor, "document": document, "now": NOW}
    writes: dict[str, Callable[[], object]] = {
        "add": lambda: papers.add_document(
            actor=actor, organization=unit, details=DocumentDetails("Giấy mời"), upload=make_upload(), now=NOW
        ),
        "replace": lambda: papers.replace_document(**paper, upload=make_upload()),
        "remove": lambda: papers.remove_document(**paper),
        "restore": lambda: papers.restore_document(**paper),
        "distribute": lambda: distribute_document(**paper, from_unit=unit, whom=whom),
    }
    with pytest.raises(UnitClosed):
        writes[write]()
    assert (Document.objects.count(), Document.objects.get().versions.count()) == (1, 1)


@pytest.mark.parametrize("write", ["upload", "import", "number", "receipt", "tick", "tick many", "take back"])
def test_no_service_takes_anything_new_for_an_ended_unit(write: str) -> None:
    """What has no form about the cell, or one that shows nothing of a unit that has ended: the service asks by itself."""
    world = make_world()
    cell, actor, _made = world.cell, Actor.system(), world.document
    document = Document.objects.get()
    told = Delivery.objects.create(organization=cell, channel=Channel.PRINT, state=DeliveryState.BY_HAND)
    handed = Delivery.objects.create(organization=cell, channel=Channel.PRINT, state=DeliveryState.HANDED, sent_at=NOW)
    sent = Distribution.objects.create(document=document, from_unit=world.commune, to_unit=cell, sent_at=NOW)
    roster = understand(read_bytes("Họ và tên,Năm sinh\nGiàng A Páo,1961\n".encode()), today=TODAY)
    whose: dict[str, Any] = {"actor": actor, "organization": cell, "now": NOW}
    officer = actor_of(_make_officer(world))
    writes: dict[str, Callable[[], object]] = {
        "upload": lambda: upload_file(**whose | {"actor": officer}, name="ds.csv", content=b"a;b\n1;2"),
        "import": lambda: apply_import(**whose, roster=roster),
        "number": lambda: papers.take_number(**whose, paper_type=PaperType.NOTICE, term=None),
        "receipt": lambda: confirm_receipt(actor=actor, distribution=sent, now=NOW),
        "tick": lambda: mark_handed(actor=actor, delivery=told, now=NOW),
        "tick many": lambda: mark_many_handed(**whose, deliveries=[told.public_id]),
        "take back": lambda: take_back_handed(actor=actor, delivery=handed, now=NOW),
    }
    Organization.objects.filter(pk=cell.pk).update(closed_on=TODAY)
    before = _count_rows(cell)
    with pytest.raises(UnitClosed):
        writes[write]()
    assert _count_rows(cell) == before
    told.refresh_from_db()
    sent.refresh_from_db()
    assert (told.state, sent.received_at) == (DeliveryState.BY_HAND, None)


def test_reading_the_archive_of_an_ended_unit_is_no_receipt() -> None:
    world = make_world()
    _made, document = world.document, Document.objects.get()
    sent = Distribution.objects.create(document=document, from_unit=world.commune, to_unit=world.cell, sent_at=NOW)
    Organization.objects.filter(pk=world.cell.pk).update(closed_on=TODAY)
    note_opening(actor=actor_of(world.people["insider"]), document=document, now=NOW)
    sent.refresh_from_db()
    assert (sent.received_at, sent.opened_at) == (None, None)
