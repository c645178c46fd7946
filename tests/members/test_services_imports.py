"""From which day an import counts, in whose name it writes, and what it tells."""

from datetime import date, timedelta

import pytest

from nennep.audit.models import AuditEvent
from nennep.core import events
from nennep.core.errors import DomainError
from nennep.core.permissions import Permission
from nennep.core.text import name_sort_key
from nennep.members import services
from nennep.members.choices import MembershipsChanged, Standing, Verb
from nennep.members.importers.records import Decisions
from nennep.members.models import Member, Membership, Post
from nennep.members.rules.imports import UsedBeforeUnit, UsedInFuture
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.members import make_member
from tests.factories.organizations import OPENED, make_unit
from tests.members.test_import_services import LAN, PAO, importing, roster_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE, code="38.168.053")


TUA = "1,Nặm Chá,Ma A Tủa,Nam,02/02/1999,Mông,03/02/2025,{official},38000002,,{post},"


def test_a_post_begins_with_the_recognition_and_not_before_the_membership(commune: Organization) -> None:
    importing(
        commune,
        TUA.format(official="03/02/2026", post="Chi ủy viên"),
        PAO.replace("Bí thư", "Phó bí thư"),
        used_from=OPENED,
    )
    begun = Post.objects.order_by("pk").values_list("member__full_name", "valid_from")
    assert list(begun) == [("Ma A Tủa", date(2026, 2, 3)), ("Giàng A Páo", OPENED)]


def test_members_of_an_import_are_told_since_the_first_of_them_came(
    commune: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[MembershipsChanged] = []
    monkeypatch.setitem(events._handlers, MembershipsChanged, [heard.append])
    importing(commune, TUA.format(official="", post=""), PAO, used_from=OPENED)
    assert heard == [MembershipsChanged(frozenset(Member.objects.values_list("pk", flat=True)), since=OPENED)]
    importing(commune, TUA.format(official="", post=""), PAO)
    assert len(heard) == 1


@pytest.mark.parametrize(
    ("since", "recognised"), [(OPENED, date(2026, 2, 3)), (date(2026, 3, 1), date(2026, 3, 1))], ids=["before", "after"]
)
def test_a_recognition_holds_from_its_day_but_not_before_what_is_on_record(
    commune: Organization, since: date, recognised: date
) -> None:
    importing(commune, TUA.format(official="", post=""))
    Membership.objects.update(standing=Standing.PROBATIONARY, valid_from=since)
    left = make_member("Giàng A Páo", cell=Organization.objects.get_queryset().cells().get(), valid_from=TODAY)
    importing(commune, TUA.format(official="03/02/2026", post=""))
    running = Membership.objects.exclude(member=left).get(valid_to=None)
    assert (running.standing, running.valid_from, running.reason) == (Standing.OFFICIAL, recognised, "")


def test_a_change_by_a_file_is_of_whoever_imported_it(commune: Organization) -> None:
    importing(commune, PAO)
    cell = Organization.objects.get_queryset().cells().get()
    AuditEvent.objects.all().delete()
    actor = make_actor(*Permission, user_id=7)
    roster = roster_of(PAO.replace("Giàng A Páo", "Giàng A Pao").replace("Mông", "Dao"))
    services.apply_import(actor=actor, organization=commune, roster=roster, file_name="x" * 201, now=NOW)
    changed, imported = AuditEvent.objects.order_by("pk")
    assert (changed.verb, changed.user_id, changed.unit_path, changed.at) == (Verb.CHANGED, 7, cell.path, NOW)
    assert changed.details == {"fields": ["ethnic_group", "full_name"]}
    assert (imported.verb, imported.user_id, imported.details["file"]) == (Verb.IMPORTED, 7, "x" * 200)
    assert (imported.target_label, imported.target_id) == (commune.name, str(commune.public_id))
    member = Member.objects.get()
    assert (member.full_name, member.name_key) == ("Giàng A Pao", name_sort_key("Giàng A Pao"))


def test_a_day_of_birth_learnt_later_takes_the_place_of_the_year(commune: Organization) -> None:
    importing(commune, LAN)
    importing(
        commune,
        LAN.replace("1980", "05/06/1981"),
        decisions=Decisions(same={("DS", 2): str(Member.objects.get().public_id)}),
    )
    lan = Member.objects.get()
    assert (lan.born_on, lan.born_year) == (date(1981, 6, 5), None)


@pytest.mark.parametrize("used_from", [None, TODAY - timedelta(days=40)], ids=["today", "as-told"])
def test_nothing_of_an_import_is_dated_back(commune: Organization, used_from: date | None) -> None:
    """Neither in a cell that is made nor in one that stands since long."""
    old = make_unit("Chi bộ Khau Quang", parent=commune)
    importing(commune, PAO, LAN.replace("Nặm Chá", "Khau Quang"), used_from=used_from)
    made = Organization.objects.get_queryset().cells().exclude(pk=old.pk).get()
    begun = Membership.objects.order_by("pk").values_list("organization_id", "valid_from")
    since = used_from or TODAY
    assert (made.opened_on, made.used_from, old.opened_on) == (since, since, OPENED)
    assert list(begun) == [(made.pk, since), (old.pk, since)]


@pytest.mark.parametrize(
    ("used_from", "error"),
    [
        pytest.param(TODAY + timedelta(days=1), UsedInFuture, id="tomorrow"),
        pytest.param(OPENED - timedelta(days=1), UsedBeforeUnit, id="before the unit"),
    ],
)
def test_the_first_day_lies_in_the_life_of_the_unit(
    commune: Organization, used_from: date, error: type[DomainError]
) -> None:
    with pytest.raises(error) as refused:
        importing(commune, PAO, used_from=used_from)
    assert refused.value.field == "used_from"
    assert not Member.objects.exists()
