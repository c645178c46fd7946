from datetime import date
from typing import Any

import pytest

from nennep.audit.models import AuditEvent
from nennep.audit.queries import list_events
from nennep.core import events
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.permissions import Permission
from nennep.core.typed import ReasonMissing, TextTooLong
from nennep.organizations import services
from nennep.organizations.choices import (
    CellType,
    OrganizationClosed,
    OrganizationMerged,
    OrganizationMoved,
    OrganizationRenamed,
    OrganizationSplit,
    SuccessionKind,
    UnitKind,
    Verb,
)
from nennep.organizations.models import Organization, OrganizationPeriod, Succession
from nennep.organizations.queries import list_cells_as_of
from nennep.organizations.rules import (
    BadCode,
    BadNesting,
    DateInFuture,
    DateOutOfOrder,
    NameMissing,
    UnitClosed,
)
from nennep.organizations.services import UnitDetails, UnitSettings, endings
from tests.conftest import Committing
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.organizations import OPENED, make_term, make_unit

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system()
JULY = date(2026, 7, 1)
REASON = "Quyết định 15-QĐ/HU ngày 28/06/2026"


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[events.Event]:
    """What was published about units; handlers of other contexts do not run."""
    seen: list[events.Event] = []
    kinds = [OrganizationClosed, OrganizationMerged, OrganizationMoved, OrganizationRenamed, OrganizationSplit]
    monkeypatch.setattr(events, "_handlers", {kind: [seen.append] for kind in kinds})
    return seen


def tree_is_sound() -> bool:
    return bool(Organization.objects.find_problems() == ([], [], [], [], []))


def periods_of(unit: Organization) -> list[tuple[str, int | None, date, date | None]]:
    rows = OrganizationPeriod.objects.filter(organization=unit).order_by("valid_from")
    return list(rows.values_list("name", "parent_id", "valid_from", "valid_to"))


def test_a_new_unit_has_its_place_its_period_and_its_event() -> None:
    commune = make_unit("Đảng bộ xã", kind=UnitKind.BASE)
    details = UnitDetails(" LB.01 ", "  Chi bộ  thôn Bản Kè ", UnitKind.CELL, CellType.VILLAGE)
    cell = services.create_organization(actor=SYSTEM, parent=commune, details=details, on=JULY, now=NOW, reason=REASON)
    assert (cell.code, cell.name, cell.cell_type, cell.depth) == ("LB.01", "Chi bộ thôn Bản Kè", "village", 2)
    assert periods_of(cell) == [("Chi bộ thôn Bản Kè", commune.pk, JULY, None)]
    event = AuditEvent.objects.get(verb=Verb.CREATED)
    assert (event.unit_path, event.details) == (cell.path, {"on": "2026-07-01"})
    assert tree_is_sound()


def test_the_first_unit_stands_alone_and_is_no_cell_by_type() -> None:
    details = UnitDetails("LB", "Đảng bộ huyện", UnitKind.UPPER_DIRECT, CellType.VILLAGE)
    unit = services.create_organization(actor=SYSTEM, parent=None, details=details, on=JULY, now=NOW)
    assert (unit.depth, unit.cell_type) == (1, "")


@pytest.mark.parametrize(
    ("details", "on", "error"),
    [
        (UnitDetails("A", " ", UnitKind.CELL), JULY, NameMissing),
        (UnitDetails("A", "a" * 201, UnitKind.CELL), JULY, TextTooLong),
        (UnitDetails("A B", "Chi bộ", UnitKind.CELL), JULY, BadCode),
        (UnitDetails("lb", "Chi bộ", UnitKind.CELL), JULY, services.CodeTaken),
        (UnitDetails("A", "Tổ", UnitKind.GROUP), JULY, BadNesting),
        (UnitDetails("A", "Chi bộ", UnitKind.CELL), date(2019, 12, 31), services.ParentNotYetOpen),
        (UnitDetails("A", "Chi bộ", UnitKind.CELL), date(2026, 11, 10), DateInFuture),
    ],
)
def test_what_cannot_be_created_is_refused(details: UnitDetails, on: date, error: type[Exception]) -> None:
    commune = make_unit("Đảng bộ xã", kind=UnitKind.BASE, code="LB")
    with pytest.raises(error):
        services.create_organization(actor=SYSTEM, parent=commune, details=details, on=on, now=NOW)
    assert Organization.objects.count() == 1
    assert AuditEvent.objects.count() == 0


def test_nothing_is_created_below_a_closed_unit() -> None:
    commune = make_unit(kind=UnitKind.BASE, closed_on=date(2026, 1, 1))
    with pytest.raises(UnitClosed):
        services.create_organization(
            actor=SYSTEM, parent=commune, details=UnitDetails("A", "Chi bộ", UnitKind.CELL), on=JULY, now=NOW
        )


def test_many_children_at_once_keep_the_tree_sound_and_come_once(django_assert_max_num_queries: Any) -> None:
    root = make_unit(kind=UnitKind.CENTRAL)
    existing = make_unit(kind=UnitKind.PROVINCE, parent=root, code="01")
    new = [UnitDetails(f"{number:02d}", f"Tỉnh {number}", UnitKind.PROVINCE) for number in range(1, 41)]
    with django_assert_max_num_queries(14):
        created = services.create_children(actor=SYSTEM, parent=root, children=new, on=JULY, now=NOW)
    assert len(created) == 39
    assert tree_is_sound()
    assert Organization.objects.get_children_count(Organization.objects.get(pk=root.pk)) == 40
    assert services.create_children(actor=SYSTEM, parent=root, children=new, on=JULY, now=NOW) == []
    services.create_organization(
        actor=SYSTEM, parent=root, details=UnitDetails("99", "Tỉnh", UnitKind.PROVINCE), on=JULY, now=NOW
    )
    existing.refresh_from_db()
    make_unit(kind=UnitKind.BASE, parent=existing)
    assert tree_is_sound()


def test_a_new_name_keeps_the_old_one_in_the_history(committing: Committing, published: list[events.Event]) -> None:
    cell = make_unit("Chi bộ thôn Cũ")
    with committing():
        services.rename_organization(
            actor=SYSTEM, organization=cell, name="Chi bộ thôn Mới", on=JULY, reason=REASON, now=NOW
        )
    cell.refresh_from_db()
    assert cell.name == "Chi bộ thôn Mới"
    assert periods_of(cell) == [
        ("Chi bộ thôn Cũ", None, OPENED, JULY),
        ("Chi bộ thôn Mới", None, JULY, None),
    ]
    assert AuditEvent.objects.get().details == {"on": "2026-07-01", "former": "Chi bộ thôn Cũ", "reason": REASON}
    assert published == [OrganizationRenamed(cell.pk, JULY)]


def test_a_second_name_on_the_same_day_corrects_the_first() -> None:
    cell = make_unit("Cũ")
    for name in ("Mới", "Đúng"):
        services.rename_organization(actor=SYSTEM, organization=cell, name=name, on=JULY, reason=REASON, now=NOW)
    assert periods_of(cell) == [("Cũ", None, OPENED, JULY), ("Đúng", None, JULY, None)]


def test_history_is_written_forwards_with_a_reason() -> None:
    cell = make_unit("Cũ")
    arguments: dict[str, Any] = {"actor": SYSTEM, "organization": cell, "name": "Mới", "now": NOW}
    with pytest.raises(ReasonMissing):
        services.rename_organization(**arguments, on=JULY, reason=" ")
    with pytest.raises(DateOutOfOrder):
        services.rename_organization(**arguments, on=date(2019, 12, 31), reason=REASON)
    with pytest.raises(DateInFuture):
        services.rename_organization(**arguments, on=date(2026, 11, 10), reason=REASON)
    assert periods_of(cell) == [("Cũ", None, OPENED, None)]


def test_a_move_takes_everything_below_along(committing: Committing, published: list[events.Event]) -> None:
    root = make_unit("Huyện", kind=UnitKind.UPPER_DIRECT)
    one, two = (make_unit(f"Xã {n}", kind=UnitKind.BASE, parent=root) for n in (1, 2))
    sub = make_unit("Bộ phận", kind=UnitKind.SUB, parent=one)
    cell = make_unit("Chi bộ", parent=sub)
    old_path = sub.path
    with committing():
        services.move_organization(actor=SYSTEM, organization=sub, parent=two, on=JULY, reason=REASON, now=NOW)
    for unit in (sub, cell, two):
        unit.refresh_from_db()
    assert sub.path.startswith(two.path)
    assert cell.path.startswith(sub.path)
    assert tree_is_sound()
    assert [item.name for item in list_cells_as_of(under=one, on=date(2026, 6, 30))] == ["Chi bộ"]
    assert list_cells_as_of(under=one, on=JULY) == ()
    assert [item.name for item in list_cells_as_of(under=two, on=JULY)] == ["Chi bộ"]
    assert published == [OrganizationMoved(sub.pk, JULY, old_path, sub.path)]


def test_the_trail_moves_along_and_is_not_inherited_by_the_next_unit_there() -> None:
    one, two = (make_unit(f"Xã {n}", kind=UnitKind.BASE) for n in (1, 2))
    cell = make_unit("Chi bộ", parent=one)
    services.rename_organization(actor=SYSTEM, organization=cell, name="Mới", on=JULY, reason=REASON, now=NOW)
    old_path = cell.path
    services.move_organization(actor=SYSTEM, organization=cell, parent=two, on=JULY, reason=REASON, now=NOW)
    cell.refresh_from_db()
    heir_of_the_path = make_unit("Chi bộ khác", parent=one)
    assert heir_of_the_path.path == old_path
    assert list(list_events(actor=make_actor(Permission.AUDIT_READ, path=old_path))) == []
    verbs = [event.verb for event in list_events(actor=make_actor(Permission.AUDIT_READ, path=cell.path))]
    assert verbs == [Verb.MOVED, Verb.RENAMED]


def test_a_unit_is_not_moved_where_it_cannot_stand() -> None:
    commune = make_unit("Xã", kind=UnitKind.BASE)
    sub = make_unit("Bộ phận", kind=UnitKind.SUB, parent=commune)
    cell = make_unit("Chi bộ", parent=sub)
    closed = make_unit("Xã cũ", kind=UnitKind.BASE, closed_on=date(2026, 1, 1))
    young = make_unit("Xã mới", kind=UnitKind.BASE, opened_on=date(2026, 7, 2))
    cases: list[tuple[Organization, Organization, type[Exception]]] = [
        (commune, sub, services.UnderItself),
        (sub, sub, services.UnderItself),
        (sub, commune, services.SameParent),
        (sub, cell, BadNesting),
        (sub, closed, UnitClosed),
        (sub, young, services.ParentNotYetOpen),
    ]
    for unit, parent, error in cases:
        with pytest.raises(error):
            services.move_organization(actor=SYSTEM, organization=unit, parent=parent, on=JULY, reason=REASON, now=NOW)
    assert OrganizationPeriod.objects.filter(valid_from=JULY).count() == 0


def test_a_move_into_the_past_makes_no_ring() -> None:
    outer, inner = make_unit("A", kind=UnitKind.BASE), make_unit("X", kind=UnitKind.SUB)
    services.move_organization(
        actor=SYSTEM, organization=inner, parent=outer, on=date(2026, 2, 1), reason=REASON, now=NOW
    )
    elsewhere = make_unit("B", kind=UnitKind.BASE)
    services.move_organization(
        actor=SYSTEM, organization=inner, parent=elsewhere, on=date(2026, 5, 1), reason=REASON, now=NOW
    )
    with pytest.raises(services.UnderItself):
        services.move_organization(
            actor=SYSTEM, organization=outer, parent=inner, on=date(2026, 3, 1), reason=REASON, now=NOW
        )
    services.move_organization(
        actor=SYSTEM, organization=outer, parent=inner, on=date(2026, 5, 1), reason=REASON, now=NOW
    )
    assert tree_is_sound()


def test_a_move_needs_both_ends_in_scope() -> None:
    one, two = (make_unit(f"Xã {n}", kind=UnitKind.BASE) for n in (1, 2))
    cell = make_unit("Chi bộ", parent=one)
    for path in (one.path, two.path):
        with pytest.raises(NotAllowed):
            services.move_organization(
                actor=make_actor(Permission.ORGANIZATIONS_CHANGE, path=path),
                organization=cell,
                parent=two,
                on=JULY,
                reason=REASON,
                now=NOW,
            )


def test_a_merged_unit_ends_and_its_units_go_on(committing: Committing, published: list[events.Event]) -> None:
    root = make_unit("Huyện", kind=UnitKind.UPPER_DIRECT)
    one, two = (make_unit(f"Xã {n}", kind=UnitKind.BASE, parent=root) for n in (1, 2))
    cells = [make_unit(f"Chi bộ {n}", parent=one) for n in (1, 2)]
    with committing():
        services.merge_organization(actor=SYSTEM, organization=one, successor=two, on=JULY, reason=REASON, now=NOW)
    one.refresh_from_db()
    two.refresh_from_db()
    assert one.closed_on == JULY
    assert [unit.name for unit in list_cells_as_of(under=two, on=JULY)] == [cell.name for cell in cells]
    succession = Succession.objects.get()
    assert (succession.predecessor, succession.successor, succession.kind) == (one, two, SuccessionKind.MERGE)
    assert tree_is_sound()
    assert published == [OrganizationMerged(one.pk, two.pk, JULY, NOW)]


def test_a_layer_in_between_is_merged_into_what_is_above_it() -> None:
    commune = make_unit("Xã", kind=UnitKind.BASE)
    sub = make_unit("Bộ phận", kind=UnitKind.SUB, parent=commune)
    cell = make_unit("Chi bộ", parent=sub)
    services.merge_organization(actor=SYSTEM, organization=sub, successor=commune, on=JULY, reason=REASON, now=NOW)
    cell.refresh_from_db()
    assert cell.depth == 2
    assert tree_is_sound()


def test_what_cannot_be_merged_is_refused() -> None:
    commune = make_unit("Xã", kind=UnitKind.BASE)
    cell, sister = make_unit("Chi bộ 1", parent=commune), make_unit("Chi bộ 2", parent=commune)
    closed = make_unit("Chi bộ cũ", parent=commune, closed_on=date(2026, 1, 1))
    young = make_unit("Chi bộ mới", parent=commune, opened_on=date(2026, 7, 2))
    cases: list[tuple[Organization, Organization, type[Exception]]] = [
        (cell, cell, services.MergedIntoItself),
        (commune, cell, services.MergedIntoItself),
        (cell, commune, services.KindsDiffer),
        (cell, closed, UnitClosed),
        (closed, sister, UnitClosed),
        (cell, young, services.SuccessorNotYetOpen),
    ]
    for unit, successor, error in cases:
        with pytest.raises(error):
            services.merge_organization(
                actor=SYSTEM, organization=unit, successor=successor, on=JULY, reason=REASON, now=NOW
            )
    assert Succession.objects.count() == 0


def test_a_split_makes_units_beside_the_old_one(committing: Committing, published: list[events.Event]) -> None:
    commune = make_unit("Xã", kind=UnitKind.BASE)
    cell = make_unit("Chi bộ", parent=commune)
    parts = [UnitDetails(f"P{n}", f"Chi bộ phần {n}", UnitKind.CELL, CellType.VILLAGE) for n in (1, 2)]
    with committing():
        new = services.split_organization(actor=SYSTEM, organization=cell, parts=parts, on=JULY, reason=REASON, now=NOW)
    assert [unit.depth for unit in new] == [2, 2]
    assert list(Succession.objects.values_list("successor", "kind")) == [(unit.pk, "split") for unit in new]
    assert published == [OrganizationSplit(cell.pk, tuple(unit.pk for unit in new), JULY)]
    cell.refresh_from_db()
    assert cell.closed_on is None
    with pytest.raises(services.PartsMissing):
        services.split_organization(actor=SYSTEM, organization=cell, parts=[], on=JULY, reason=REASON, now=NOW)
    with pytest.raises(services.CodeTaken):
        services.split_organization(actor=SYSTEM, organization=cell, parts=parts, on=JULY, reason=REASON, now=NOW)


def test_only_an_empty_unit_closes(
    committing: Committing, published: list[events.Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    commune = make_unit("Xã", kind=UnitKind.BASE)
    cell = make_unit("Chi bộ", parent=commune)
    residents = {cell.pk: 2}
    monkeypatch.setattr(endings, "_resident_counts", [lambda unit, _day: residents.get(unit, 0)])
    arguments: dict[str, Any] = {"actor": SYSTEM, "on": JULY, "reason": REASON, "now": NOW}
    with pytest.raises(services.HasOpenUnits):
        services.close_organization(organization=commune, **arguments)
    with pytest.raises(services.HasMembers) as refused:
        services.close_organization(organization=cell, **arguments)
    assert "Còn 2 đảng viên" in str(refused.value)
    residents.clear()
    with committing():
        services.close_organization(organization=cell, **arguments)
    cell.refresh_from_db()
    assert cell.closed_on == JULY
    assert periods_of(cell) == [("Chi bộ", commune.pk, OPENED, JULY)]
    assert published == [OrganizationClosed(cell.pk, JULY, NOW)]
    with pytest.raises(UnitClosed):
        services.close_organization(organization=cell, **arguments)
    with pytest.raises(services.HasOpenUnits):
        services.close_organization(organization=commune, **(arguments | {"on": date(2026, 6, 30)}))
    services.close_organization(organization=commune, **arguments)


def test_settings_are_corrected_without_a_date() -> None:
    cell = make_unit("Chi bộ", code="C1")
    make_unit("Khác", code="C2")
    settings = UnitSettings("C9", CellType.OFFICE, None, "Quy chế số 01-QC/CB", date(2025, 9, 20))
    services.change_settings(actor=SYSTEM, organization=cell, settings=settings, now=NOW)
    cell.refresh_from_db()
    assert (cell.code, cell.cell_type, cell.regulations_title) == ("C9", "office", "Quy chế số 01-QC/CB")
    assert AuditEvent.objects.get().verb == Verb.CHANGED
    for bad, error in [
        (UnitSettings("c2"), services.CodeTaken),
        (UnitSettings("C 2"), BadCode),
        (UnitSettings("C9", regulations_title="x" * 201), TextTooLong),
    ]:
        with pytest.raises(error):
            services.change_settings(actor=SYSTEM, organization=cell, settings=bad, now=NOW)


def test_a_term_ends_the_one_before() -> None:
    cell = make_unit("Chi bộ")
    old = make_term(cell, name="2020 - 2025", valid_from=date(2020, 6, 1))
    new = services.start_term(actor=SYSTEM, organization=cell, name=" 2025 - 2030 ", on=date(2025, 6, 1), now=NOW)
    old.refresh_from_db()
    assert (old.valid_to, new.name, new.valid_to) == (date(2025, 6, 1), "2025 - 2030", None)
    with pytest.raises(services.TermOutOfOrder):
        services.start_term(actor=SYSTEM, organization=cell, name="x", on=date(2025, 6, 1), now=NOW)
    with pytest.raises(services.TermNameMissing):
        services.start_term(actor=SYSTEM, organization=cell, name=" ", on=TODAY, now=NOW)


def test_every_service_asks_for_the_permission() -> None:
    commune = make_unit("Xã", kind=UnitKind.BASE)
    one, two = make_unit("Chi bộ 1", parent=commune), make_unit("Chi bộ 2", parent=commune)
    reader = make_actor(Permission.ORGANIZATIONS_READ)
    shared: dict[str, Any] = {"actor": reader, "now": NOW}
    dated: dict[str, Any] = shared | {"on": JULY, "reason": REASON}
    details = UnitDetails("A", "Chi bộ", UnitKind.CELL)
    with pytest.raises(NotAllowed):
        services.create_organization(parent=commune, details=details, on=JULY, **shared)
    with pytest.raises(NotAllowed):
        services.create_organization(parent=None, details=details, on=JULY, **shared)
    with pytest.raises(NotAllowed):
        services.create_children(parent=commune, children=[details], on=JULY, **shared)
    with pytest.raises(NotAllowed):
        services.rename_organization(organization=one, name="x", **dated)
    with pytest.raises(NotAllowed):
        services.move_organization(organization=one, parent=commune, **dated)
    with pytest.raises(NotAllowed):
        services.merge_organization(organization=one, successor=two, **dated)
    with pytest.raises(NotAllowed):
        services.split_organization(organization=one, parts=[details], **dated)
    with pytest.raises(NotAllowed):
        services.close_organization(organization=one, **dated)
    with pytest.raises(NotAllowed):
        services.change_settings(organization=one, settings=UnitSettings("x"), **shared)
    with pytest.raises(NotAllowed):
        services.start_term(organization=one, name="x", on=JULY, **shared)
