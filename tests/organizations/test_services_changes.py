"""The first and the last day and length that a change takes, and what is kept of it."""

from datetime import date, timedelta
from typing import Any

import pytest

from nennep.audit.models import AuditEvent
from nennep.core import events
from nennep.core.access import Actor, Grant
from nennep.core.errors import NotAllowed
from nennep.core.permissions import Permission
from nennep.core.typed import ReasonMissing, TextTooLong
from nennep.organizations import services
from nennep.organizations.choices import NAME_LIMIT, REASON_LIMIT, TERM_LIMIT, CellsCreated, UnitKind, Verb
from nennep.organizations.models import OrganizationPeriod
from nennep.organizations.rules import DateInFuture, DateOutOfOrder, UnitClosed, clean_reason
from nennep.organizations.services import UnitDetails, UnitSettings
from tests.conftest import Committing
from tests.factories.core import NOW, TODAY
from tests.factories.organizations import OPENED, make_term, make_unit

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system()
REASON = "Quyết định 15-QĐ/HU"
DAY = timedelta(days=1)
DATED: dict[str, Any] = {"actor": SYSTEM, "reason": REASON, "now": NOW}
CLOSED = date(2026, 1, 1)


def reasons_of(unit: Any) -> list[str]:
    return list(
        OrganizationPeriod.objects.filter(organization=unit).order_by("valid_from").values_list("reason", flat=True)
    )


@pytest.mark.parametrize("length", [1, REASON_LIMIT])
def test_a_reason_is_from_one_letter_to_the_limit(length: int) -> None:
    assert clean_reason(" " + "x" * length + " ") == "x" * length


def test_no_reason_and_one_that_is_too_long_are_refused() -> None:
    with pytest.raises(ReasonMissing):
        clean_reason("  ")
    with pytest.raises(TextTooLong):
        clean_reason("x" * (REASON_LIMIT + 1))


def test_a_change_of_today_is_taken_and_one_of_tomorrow_is_not() -> None:
    cell = make_unit("Cũ")
    with pytest.raises(DateInFuture, match="10/11/2026"):
        services.rename_organization(organization=cell, name="Mới", on=TODAY + DAY, **DATED)
    assert services.rename_organization(organization=cell, name="Mới", on=TODAY, **DATED).name == "Mới"


def test_a_new_unit_begins_on_the_day_its_upper_unit_does_but_not_before() -> None:
    commune = make_unit("Xã", kind=UnitKind.BASE)
    details = UnitDetails("A", "Chi bộ", UnitKind.CELL)
    arguments: dict[str, Any] = {"actor": SYSTEM, "parent": commune, "details": details, "now": NOW}
    with pytest.raises(services.ParentNotYetOpen, match=f"{OPENED:%d/%m/%Y}"):
        services.create_organization(on=OPENED - DAY, **arguments)
    assert services.create_organization(on=OPENED, **arguments).opened_on == OPENED


def test_below_a_closed_unit_nothing_begins_and_the_refusal_says_since_when() -> None:
    closed = make_unit("Xã", kind=UnitKind.BASE, closed_on=CLOSED)
    details = UnitDetails("A", "Chi bộ", UnitKind.CELL)
    with pytest.raises(UnitClosed, match="01/01/2026"):
        services.create_organization(actor=SYSTEM, parent=closed, details=details, on=TODAY, now=NOW)


@pytest.mark.parametrize(("kind", "announced"), [(UnitKind.CELL, True), (UnitKind.SUB, False)])
def test_only_new_cells_are_announced(
    *, kind: UnitKind, announced: bool, committing: Committing, monkeypatch: pytest.MonkeyPatch
) -> None:
    published: list[events.Event] = []
    monkeypatch.setattr(events, "_handlers", {CellsCreated: [published.append]})
    commune = make_unit("Xã", kind=UnitKind.BASE)
    with committing():
        unit = services.create_organization(
            actor=SYSTEM, parent=commune, details=UnitDetails("A", "Đơn vị", kind), on=TODAY, now=NOW
        )
    assert published == ([CellsCreated((unit.pk,), NOW)] if announced else [])


def test_a_unit_moves_on_the_day_the_new_upper_unit_begins_but_not_before() -> None:
    one = make_unit("Xã 1", kind=UnitKind.BASE)
    young = make_unit("Xã 2", kind=UnitKind.BASE, opened_on=date(2026, 7, 2))
    cell = make_unit("Chi bộ", parent=one)
    with pytest.raises(services.ParentNotYetOpen, match="02/07/2026"):
        services.move_organization(organization=cell, parent=young, on=date(2026, 7, 1), **DATED)
    moved = services.move_organization(organization=cell, parent=young, on=date(2026, 7, 2), **DATED)
    assert moved.path.startswith(young.path)
    assert reasons_of(cell) == ["", REASON]


def test_a_unit_is_not_moved_below_a_closed_one_and_the_refusal_says_since_when() -> None:
    closed = make_unit("Xã", kind=UnitKind.BASE, closed_on=CLOSED)
    with pytest.raises(UnitClosed, match="01/01/2026"):
        services.move_organization(organization=make_unit(), parent=closed, on=TODAY, **DATED)


def test_a_unit_is_not_moved_below_its_own_units_even_before_they_stood_there() -> None:
    outer, elsewhere = make_unit("A", kind=UnitKind.BASE), make_unit("B", kind=UnitKind.BASE)
    inner = make_unit("X", kind=UnitKind.SUB, parent=outer)
    OrganizationPeriod.objects.filter(organization=inner).update(parent=elsewhere)
    with pytest.raises(services.UnderItself):
        services.move_organization(organization=outer, parent=inner, on=TODAY, **DATED)


@pytest.mark.parametrize("missing", ["old", "new", "sight"])
def test_a_unit_is_moved_by_whoever_may_change_both_ends_and_sees_it_afterwards(missing: str) -> None:
    one, two = make_unit("Xã 1", kind=UnitKind.BASE), make_unit("Xã 2", kind=UnitKind.BASE)
    cell = make_unit("Chi bộ", parent=one)
    change, read = Permission.ORGANIZATIONS_CHANGE, Permission.ORGANIZATIONS_READ
    rights = {"old": Grant(change, one.path), "new": Grant(change, two.path), "sight": Grant(read, two.path)}
    move: dict[str, Any] = {"organization": cell, "parent": two, "on": TODAY, "reason": REASON, "now": NOW}
    left = frozenset(grant for name, grant in rights.items() if name != missing)
    with pytest.raises(NotAllowed):
        services.move_organization(actor=Actor(7, "Người thử", left), **move)
    cell.refresh_from_db()
    assert cell.path.startswith(one.path)
    services.move_organization(actor=Actor(7, "Người thử", frozenset(rights.values())), **move)


def test_the_end_of_a_period_keeps_the_reason_of_its_beginning() -> None:
    cell = make_unit("A")
    services.rename_organization(organization=cell, name="B", on=date(2026, 7, 1), **DATED)
    services.close_organization(organization=cell, on=TODAY, **(DATED | {"reason": "Giải thể"}))
    assert reasons_of(cell) == ["", REASON]


@pytest.mark.parametrize("length", [0, 1, NAME_LIMIT])
def test_regulations_have_a_title_up_to_the_limit(length: int) -> None:
    cell = make_unit(code="C1")
    settings = UnitSettings("C1", regulations_title="x" * length, regulations_issued_on=TODAY)
    services.change_settings(actor=SYSTEM, organization=cell, settings=settings, now=NOW)
    cell.refresh_from_db()
    assert (cell.regulations_title, cell.regulations_issued_on) == ("x" * length, TODAY)


@pytest.mark.parametrize("length", [1, TERM_LIMIT])
def test_a_term_has_a_name_up_to_the_limit_and_leaves_its_trace(length: int) -> None:
    cell = make_unit()
    term = services.start_term(actor=SYSTEM, organization=cell, name="x" * length, on=TODAY, now=NOW)
    assert (term.name, term.valid_from, term.valid_to) == ("x" * length, TODAY, None)
    event = AuditEvent.objects.get()
    assert (event.verb, event.details) == (Verb.TERM_STARTED, {"on": "2026-11-09", "name": "x" * length})


def test_a_name_of_a_term_beyond_the_limit_is_refused() -> None:
    with pytest.raises(TextTooLong):
        services.start_term(actor=SYSTEM, organization=make_unit(), name="x" * (TERM_LIMIT + 1), on=TODAY, now=NOW)


def test_the_next_term_begins_after_the_last_one_did() -> None:
    cell = make_unit()
    make_term(cell, name="2020 - 2025", valid_from=date(2020, 6, 1))
    arguments: dict[str, Any] = {"actor": SYSTEM, "organization": cell, "name": "2025 - 2030", "now": NOW}
    with pytest.raises(services.TermOutOfOrder, match="01/06/2020"):
        services.start_term(on=date(2020, 6, 1), **arguments)
    assert services.start_term(on=date(2020, 6, 2), **arguments).valid_from == date(2020, 6, 2)


def test_a_closed_unit_begins_no_term() -> None:
    closed = make_unit(closed_on=CLOSED)
    with pytest.raises(UnitClosed, match="01/01/2026"):
        services.start_term(actor=SYSTEM, organization=closed, name="2025 - 2030", on=TODAY, now=NOW)


def test_a_name_of_a_day_before_the_last_change_is_refused_with_that_day() -> None:
    cell = make_unit()
    services.rename_organization(organization=cell, name="B", on=date(2026, 7, 2), **DATED)
    with pytest.raises(DateOutOfOrder, match="02/07/2026"):
        services.rename_organization(organization=cell, name="C", on=date(2026, 7, 1), **DATED)
