"""On which days units may end, and what the trail says of it."""

from datetime import date, timedelta
from typing import Any

import pytest

from nennep.audit.models import AuditEvent
from nennep.core import events, references
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.findings import Finding
from nennep.core.permissions import Permission
from nennep.core.references import ByService, Change, Ended, Reference
from nennep.organizations import services
from nennep.organizations.choices import OrganizationClosed, UnitKind, Verb
from nennep.organizations.models import Organization, OrganizationPeriod, Succession
from nennep.organizations.rules import DateInFuture, DateOutOfOrder, UnitClosed
from nennep.organizations.services import UnitDetails
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.members import make_member, make_post
from tests.factories.organizations import OPENED, make_unit

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
REASON = "Quyết định 15-QĐ/HU"
DATED: dict[str, Any] = {"actor": Actor.system(), "reason": REASON, "now": NOW}
CLOSED = date(2026, 1, 1)
PART = UnitDetails("P1", "Chi bộ phần 1", UnitKind.CELL)


def trail() -> list[tuple[str, str, dict[str, Any]]]:
    return list(AuditEvent.objects.order_by("pk").values_list("verb", "target_label", "details"))


def test_a_unit_is_merged_today_at_the_latest() -> None:
    one, two = make_unit("A"), make_unit("B")
    with pytest.raises(DateInFuture):
        services.merge_organization(organization=one, successor=two, on=TODAY + DAY, **DATED)
    services.merge_organization(organization=one, successor=two, on=TODAY, **DATED)
    said = {"on": "2026-11-09", "reason": REASON}
    assert trail() == [
        (Verb.MERGED, "A", said | {"successor": "B"}),
        (Verb.MERGED, "B", said | {"predecessor": "A"}),
    ]
    link = Succession.objects.get()
    assert (link.happened_on, link.reason) == (TODAY, REASON)


def test_a_unit_is_merged_on_the_day_its_successor_begins_but_not_before() -> None:
    one, young = make_unit("A"), make_unit("B", opened_on=date(2026, 7, 2))
    with pytest.raises(services.SuccessorNotYetOpen, match="02/07/2026"):
        services.merge_organization(organization=one, successor=young, on=date(2026, 7, 1), **DATED)
    services.merge_organization(organization=one, successor=young, on=date(2026, 7, 2), **DATED)
    one.refresh_from_db()
    assert one.closed_on == date(2026, 7, 2)


def test_a_closed_unit_takes_nobody_in_and_is_not_split() -> None:
    commune = make_unit("Xã", kind=UnitKind.BASE)
    closed = make_unit("B", parent=commune, closed_on=CLOSED)
    with pytest.raises(UnitClosed, match="01/01/2026"):
        services.merge_organization(organization=make_unit("A"), successor=closed, on=TODAY, **DATED)
    with pytest.raises(UnitClosed, match="01/01/2026"):
        services.split_organization(organization=closed, parts=[PART], on=TODAY, **DATED)
    assert Succession.objects.count() == 0


def test_a_unit_is_split_on_its_first_day_but_not_before() -> None:
    base = make_unit("Xã", kind=UnitKind.BASE, opened_on=OPENED - DAY)
    cell = make_unit("A", parent=base)
    with pytest.raises(DateOutOfOrder, match=f"{OPENED:%d/%m/%Y}"):
        services.split_organization(organization=cell, parts=[PART], on=OPENED - DAY, **DATED)
    (part,) = services.split_organization(organization=cell, parts=[PART], on=OPENED, **DATED)
    assert (part.name, part.opened_on) == ("Chi bộ phần 1", OPENED)
    assert OrganizationPeriod.objects.get(organization=part).reason == REASON
    said = {"on": OPENED.isoformat(), "parts": ["Chi bộ phần 1"], "reason": REASON}
    assert trail()[-1] == (Verb.SPLIT, "A", said)


def test_what_was_split_off_takes_its_former_unit_in_from_the_next_day_on() -> None:
    """On the very day it would say twice what became of whom."""
    cell = make_unit("A", parent=make_unit("Xã", kind=UnitKind.BASE))
    (part,) = services.split_organization(organization=cell, parts=[PART], on=TODAY - DAY, **DATED)
    with pytest.raises(DateOutOfOrder, match=f"{TODAY - DAY:%d/%m/%Y}"):
        services.merge_organization(organization=cell, successor=part, on=TODAY - DAY, **DATED)
    services.merge_organization(organization=cell, successor=part, on=TODAY, **DATED)
    assert sorted(Succession.objects.values_list("kind", "happened_on")) == [("merge", TODAY), ("split", TODAY - DAY)]


def test_a_unit_closes_today_at_the_latest_and_leaves_its_trace() -> None:
    cell = make_unit("A")
    with pytest.raises(DateInFuture):
        services.close_organization(organization=cell, on=TODAY + DAY, **DATED)
    assert services.close_organization(organization=cell, on=TODAY, **DATED).closed_on == TODAY
    assert trail() == [(Verb.CLOSED, "A", {"on": "2026-11-09", "reason": REASON})]


def test_a_unit_closes_on_the_day_its_last_unit_does_but_not_before() -> None:
    commune = make_unit("Xã", kind=UnitKind.BASE)
    cells = [make_unit(f"Chi bộ {number}", parent=commune) for number in (1, 2)]
    for cell in cells:
        services.close_organization(organization=cell, on=date(2026, 7, 2), **DATED)
    with pytest.raises(services.HasOpenUnits, match="Còn 2 đơn vị"):
        services.close_organization(organization=commune, on=date(2026, 7, 1), **DATED)
    assert services.close_organization(organization=commune, on=date(2026, 7, 2), **DATED).closed_on == date(2026, 7, 2)


def test_open_units_of_a_merged_one_move_and_closed_ones_stay_where_they_ended() -> None:
    one, two = (make_unit(f"Xã {number}", kind=UnitKind.BASE) for number in (1, 2))
    open_cell, closed_cell = make_unit("A", parent=one), make_unit("B", parent=one)
    services.close_organization(organization=closed_cell, on=date(2026, 7, 1), **DATED)
    services.merge_organization(organization=one, successor=two, on=TODAY, **DATED)
    for unit in (one, two, open_cell, closed_cell):
        unit.refresh_from_db()
    assert (open_cell.path.startswith(two.path), closed_cell.path.startswith(one.path)) == (True, True)


def test_units_of_a_merged_one_stand_in_their_order_below_the_successor() -> None:
    ending, heir = make_unit("Xã Một", kind=UnitKind.BASE), make_unit("Xã Hai", kind=UnitKind.BASE)
    own = make_unit("Chi bộ của Xã Hai", parent=heir)
    names = ["Chi bộ A", "Chi bộ B", "Chi bộ C"]
    for name in names:
        make_unit(name, parent=ending)
    services.merge_organization(organization=ending, successor=heir, on=TODAY, **DATED)
    for unit in (ending, heir, own):
        unit.refresh_from_db()
    assert [unit.name for unit in Organization.objects.get_children(heir)] == [own.name, *names]
    assert (heir.numchild, ending.numchild, ending.closed_on) == (4, 0, TODAY)
    assert Organization.objects.get_children(ending).count() == 0


def test_what_points_at_a_unit_is_asked_what_follows_from_each_change(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Ended] = []

    def hear(ended: Ended) -> int:
        heard.append(ended)
        return 0

    name = "petitions.Petition.holder"
    asked = Reference(name, dict.fromkeys(Change, ByService(hear)))
    monkeypatch.setitem(references._references, name, asked)
    one, heir, above = make_unit("A"), make_unit("B"), make_unit("Xã", kind=UnitKind.BASE)
    services.move_organization(organization=one, parent=above, on=TODAY - DAY, **DATED)
    services.split_organization(organization=one, parts=[PART], on=TODAY - DAY, **DATED)
    services.merge_organization(organization=one, successor=heir, on=TODAY, **DATED)
    services.close_organization(organization=heir, on=TODAY, **DATED)
    assert heard == [
        Ended(Change.MOVED, one.pk, None, on=TODAY - DAY, now=NOW),
        Ended(Change.SPLIT, one.pk, None, on=TODAY - DAY, now=NOW),
        Ended(Change.MERGED, one.pk, heir.pk, on=TODAY, now=NOW),
        Ended(Change.CLOSED, heir.pk, None, on=TODAY, now=NOW),
    ]


def test_what_an_interruption_left_with_an_ended_unit_is_carried_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[OrganizationClosed] = []
    monkeypatch.setitem(events._handlers, OrganizationClosed, [heard.append])
    merged, heir, closed, open_one = (make_unit(name) for name in "ABCD")
    services.merge_organization(organization=merged, successor=heir, on=date(2026, 7, 1), **DATED)
    services.close_organization(organization=closed, on=date(2026, 6, 1), **DATED)
    member, other = make_member(cell=merged), make_member("B", cell=open_one)
    post = make_post(other, closed)
    heard.clear()
    with pytest.raises(NotAllowed):
        services.reconcile_endings(actor=make_actor(*Permission, user_id=7), now=NOW)
    assert services.reconcile_endings(actor=Actor.system(), now=NOW) == [
        Finding("members.Post.organization", 1, mended=True),
        Finding("members.Membership.organization", 1, mended=True),
    ]
    post.refresh_from_db()
    assert post.valid_to == date(2026, 6, 1)
    assert member.memberships.get(valid_to=None).organization == heir
    assert heard == [
        OrganizationClosed(closed.pk, date(2026, 6, 1), NOW),
        OrganizationClosed(merged.pk, date(2026, 7, 1), NOW),
    ]
    assert services.reconcile_endings(actor=Actor.system(), now=NOW) == []
    assert len(heard) == 2
