"""What is opened again lies with whoever answers now, though who held it ended while it was settled."""

from datetime import date

import pytest

from nennep.accounts.choices import Role
from nennep.core.access import Actor
from nennep.notifications.models import Notification
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.services import close_organization, merge_organization
from nennep.petitions import services
from nennep.petitions.choices import PetitionState, StepKind
from nennep.petitions.models import Petition
from nennep.petitions.queries.past import stand_on
from tests.factories.accounts import grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()
DUE = date(2026, 12, 22)  # thirty working days of a commune after TODAY


@pytest.fixture
def province() -> Organization:
    unit = make_unit("Tỉnh ủy Tuyên Quang", kind=UnitKind.PROVINCE)
    grant_role(make_user("Cán bộ tỉnh"), Role.COMMUNE_OFFICER, unit)
    return unit


@pytest.fixture
def commune(province: Organization) -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", parent=province, kind=UnitKind.BASE)


@pytest.fixture
def heir(province: Organization) -> Organization:
    unit = make_unit("Đảng bộ xã Lâm Bình", parent=province, kind=UnitKind.BASE)
    grant_role(make_user("Cán bộ xã mới"), Role.COMMUNE_OFFICER, unit)
    return unit


@pytest.fixture
def ended(province: Organization, commune: Organization) -> Organization:
    """Of a cell elsewhere: the one that asked goes on."""
    return make_unit("Đảng ủy Sở Nội vụ", parent=province, kind=UnitKind.BASE)


@pytest.fixture
def petition(commune: Organization, ended: Organization) -> Petition:
    cell = make_unit("Chi bộ thôn Nặm Chá", parent=commune)
    details = services.PetitionDetails("Sửa cầu", holder=ended)
    petition = services.note_petition(actor=SYSTEM, organization=cell, details=details, raised_on=TODAY, now=NOW)
    services.answer_petition(actor=SYSTEM, petition=petition, answer="Đã sửa", now=NOW)
    services.confirm_solved(actor=SYSTEM, petition=petition, now=NOW)
    Notification.objects.all().delete()
    return petition


def reopen(petition: Petition) -> Petition:
    return services.reopen_petition(actor=SYSTEM, petition=petition, text="Lại hỏng", now=NOW)


def told() -> list[tuple[str, str]]:
    return list(Notification.objects.order_by("pk").values_list("user__full_name", "kind"))


def test_it_lies_with_the_successor_and_its_people_are_told_once(
    petition: Petition, ended: Organization, heir: Organization
) -> None:
    merge_organization(actor=SYSTEM, organization=ended, successor=heir, on=TODAY, reason="NQ 01", now=NOW)
    Notification.objects.all().delete()
    back = reopen(petition)
    assert (back.holder, back.state, back.due_on, back.late_days) == (heir, PetitionState.OPEN, DUE, 0)
    assert told() == [("Cán bộ xã mới", "petitions.passed_on")]
    assert [step.kind for step in back.steps.order_by("pk")][-2] == StepKind.MERGED
    assert stand_on(Petition.objects.filter(pk=back.pk), TODAY)[0].row.holder == heir.name
    assert services.reconcile_sums(actor=SYSTEM, now=NOW) == services.reconcile_clocks(actor=SYSTEM, now=NOW) == []


def test_it_goes_up_where_nobody_went_on(petition: Petition, ended: Organization, province: Organization) -> None:
    close_organization(actor=SYSTEM, organization=ended, on=TODAY, reason="Không còn", now=NOW)
    Notification.objects.all().delete()
    back = reopen(petition)
    assert (back.holder, back.state, back.late_days) == (province, PetitionState.OPEN, 0)
    assert told() == [("Cán bộ tỉnh", "petitions.passed_on")]
    kinds = [step.kind for step in back.steps.order_by("pk")]
    assert kinds[-2:] == [StepKind.PASSED_ON, StepKind.REOPENED]
    assert services.reconcile_sums(actor=SYSTEM, now=NOW) == services.reconcile_clocks(actor=SYSTEM, now=NOW) == []


def test_who_goes_on_keeps_it(petition: Petition, ended: Organization) -> None:
    back = reopen(petition)
    assert (back.holder, back.steps.latest("pk").kind) == (ended, StepKind.REOPENED)
    assert not back.steps.filter(kind__in=[StepKind.MERGED, StepKind.PASSED_ON]).exists()


@pytest.mark.parametrize("ends", [False, True])
def test_an_office_that_ended_holds_it_no_more(petition: Petition, ended: Organization, ends: bool) -> None:
    body = services.write_body(actor=SYSTEM, organization=ended, details=services.BodyDetails("Điện lực"), now=NOW)
    Petition.objects.filter(pk=petition.pk).update(body=body)
    if ends:
        assert services.end_body(actor=SYSTEM, body=body, now=NOW) == 0
    assert reopen(petition).body == (None if ends else body)
