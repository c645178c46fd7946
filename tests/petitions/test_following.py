"""What was asked in a cell that ended is not lost: the successor answers and confirms, or the unit above does."""

from datetime import date

import pytest

from nennep.accounts.choices import Role
from nennep.core.access import Actor
from nennep.core.references import Change, Ended, follow
from nennep.members.services import merge_members
from nennep.notifications.models import Notification
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.rules import UnitClosed
from nennep.organizations.services import close_organization, merge_organization
from nennep.petitions import services
from nennep.petitions.choices import PetitionState, StepKind
from nennep.petitions.models import Petition
from nennep.petitions.queries import get_cell_list, list_own, list_waiting
from nennep.petitions.services import PetitionDetails
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.factories.petitions import make_petition

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()
ON = date(2026, 11, 2)
DUE = date(2026, 11, 23)  # of make_petition


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


@pytest.fixture
def ending(commune: Organization) -> Organization:
    return make_unit("Chi bộ thôn Thử Một", parent=commune)


@pytest.fixture
def heir(commune: Organization) -> Organization:
    return make_unit("Chi bộ thôn Thử Hai", parent=commune)


def merge(ending: Organization, heir: Organization) -> None:
    merge_organization(actor=SYSTEM, organization=ending, successor=heir, on=ON, reason="Nghị quyết 18-NQ/TW", now=NOW)


def close(unit: Organization) -> None:
    close_organization(actor=SYSTEM, organization=unit, on=ON, reason="Không còn đảng viên", now=NOW)


def where(petition: Petition) -> tuple[str, str, str, date]:
    petition.refresh_from_db()
    return (petition.organization.name, petition.holder.name, petition.state, petition.due_on)


def course(petition: Petition) -> list[tuple[str, str, str]]:
    return [(step.kind, step.unit.name, step.to.name if step.to else "") for step in petition.steps.all()]


def test_waiting_petitions_go_on_in_the_successor_with_the_same_clock(
    commune: Organization, ending: Organization, heir: Organization
) -> None:
    own = make_petition(ending)
    above = make_petition(ending, "Xin ngói lợp nhà văn hóa", holder=commune)
    answered = make_petition(ending, "Đường vào thôn", state=PetitionState.ANSWERED, answered_on=TODAY)
    settled = make_petition(ending, "Cột điện", state=PetitionState.SOLVED, settled_on=TODAY)
    merge(ending, heir)
    assert where(own) == (heir.name, heir.name, PetitionState.OPEN, DUE)
    assert where(above) == (heir.name, commune.name, PetitionState.OPEN, DUE)
    assert where(answered) == (heir.name, heir.name, PetitionState.ANSWERED, DUE)
    assert where(settled) == (ending.name, ending.name, PetitionState.SOLVED, DUE)
    assert course(above) == [(StepKind.MERGED, ending.name, heir.name)]
    assert [row.text for row in list_waiting(organization_id=heir.pk, today=TODAY)] == [
        "Sửa cầu Nà Khà",
        "Xin ngói lợp nhà văn hóa",
        "Đường vào thôn",
    ]


def test_the_secretary_of_the_successor_answers_and_confirms(ending: Organization, heir: Organization) -> None:
    petition = make_petition(ending)
    secretary = make_user("Ma Công Lập")
    grant_role(secretary, Role.SECRETARY, heir)
    merge(ending, heir)
    actor = actor_of(secretary)
    page = get_cell_list(actor=actor, public_id=heir.public_id, chosen="", today=TODAY)
    assert [row.text for row in page.rows] == ["Sửa cầu Nà Khà"]
    services.answer_petition(actor=actor, petition=petition, answer="Xã sửa trong tháng 12", now=NOW)
    services.confirm_solved(actor=actor, petition=petition, now=NOW)
    assert where(petition)[2] == PetitionState.SOLVED


def test_following_twice_changes_nothing_more(ending: Organization, heir: Organization) -> None:
    petition = make_petition(ending)
    merge(ending, heir)
    again = follow("organizations.Organization", Ended(Change.MERGED, ending.pk, heir.pk, on=ON, now=NOW))
    assert again["petitions.Petition.organization"] == 0
    assert course(petition) == [(StepKind.MERGED, ending.name, heir.name)]


def test_a_merged_person_sees_what_the_other_record_asked(ending: Organization) -> None:
    user = make_user("Lò Thúy Kiều")
    keep, drop = make_member("Lò Thúy Kiều", cell=ending, user=user), make_member("Lò Thuý Kiều", cell=ending)
    petition = make_petition(ending, raised_by=drop)
    actor = actor_of(user)
    assert list_own(actor=actor, today=TODAY) == []
    merge_members(actor=SYSTEM, keep=keep, drop=drop, now=NOW)
    petition.refresh_from_db()
    assert petition.raised_by == keep
    assert [row.text for row in list_own(actor=actor, today=TODAY)] == ["Sửa cầu Nà Khà"]


def test_what_lies_with_a_closed_cell_goes_up_with_a_new_clock_and_is_told(
    commune: Organization, ending: Organization
) -> None:
    officer = make_user("Hà Thị Thu")
    grant_role(officer, Role.COMMUNE_OFFICER, commune)
    petition = make_petition(ending)
    close(ending)
    assert where(petition) == (ending.name, commune.name, PetitionState.OPEN, date(2026, 12, 22))
    assert course(petition) == [(StepKind.PASSED_ON, ending.name, commune.name)]
    assert [(notice.user, notice.kind) for notice in Notification.objects.all()] == [(officer, "petitions.passed_on")]


def test_what_lies_with_a_unit_that_has_nothing_above_stays_and_is_not_counted(commune: Organization) -> None:
    petition = make_petition(commune, "Sửa trụ sở")
    assert services.follow_unit_closing(actor=SYSTEM, organization_id=commune.pk, now=NOW) == 0
    assert where(petition) == (commune.name, commune.name, PetitionState.OPEN, DUE)
    assert course(petition) == []


def test_the_answer_to_a_closed_cell_settles_the_matter(commune: Organization, ending: Organization) -> None:
    answered = make_petition(ending, "Đường vào thôn", state=PetitionState.ANSWERED, answered_on=TODAY)
    waiting = make_petition(ending, holder=commune)
    close(ending)
    assert where(answered)[2] == PetitionState.SOLVED
    assert where(waiting) == (ending.name, commune.name, PetitionState.OPEN, DUE)
    services.answer_petition(actor=SYSTEM, petition=waiting, answer="Đã sửa cầu", now=NOW)
    assert where(waiting)[2] == PetitionState.SOLVED


def test_what_was_heard_in_a_merged_cell_is_noted_for_the_successor(ending: Organization, heir: Organization) -> None:
    merge(ending, heir)
    ending.refresh_from_db()
    noted = services.note_petition(
        actor=SYSTEM, organization=ending, details=PetitionDetails("Sửa cầu"), raised_on=TODAY, now=NOW
    )
    assert where(noted)[:2] == (heir.name, heir.name)


def test_nothing_new_begins_in_a_closed_cell_and_nothing_is_passed_to_it(
    ending: Organization, heir: Organization
) -> None:
    petition = make_petition(heir)
    close(ending)
    ending.refresh_from_db()
    with pytest.raises(UnitClosed, match="02/11/2026"):
        services.note_petition(
            actor=SYSTEM, organization=ending, details=PetitionDetails("Sửa cầu"), raised_on=TODAY, now=NOW
        )
    with pytest.raises(UnitClosed, match="02/11/2026"):
        services.pass_on(actor=SYSTEM, petition=petition, to=ending, now=NOW)
