"""What another cell asked and was joined goes on for itself when the kept one ends without an answer; who may take it apart."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.findings import Finding
from nennep.core.permissions import Permission
from nennep.notifications.models import Notification
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.services import close_organization, merge_organization
from nennep.petitions import services
from nennep.petitions.choices import PetitionState, StepKind
from nennep.petitions.models import Petition
from nennep.petitions.queries import get_petition_page, list_waiting
from nennep.petitions.queries.past import stand_on
from nennep.petitions.services.sums import count_petitions
from nennep.site.reconciliation import reconcile
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.members import make_member
from tests.factories.organizations import make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
SYSTEM = Actor.system()
TOLD = {"petitions.released", "petitions.passed_on"}


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


@pytest.fixture
def people(commune: Organization) -> dict[str, User]:
    """Of the cell whose petition is joined: who asked, and its secretary; the commune's officer."""
    cell = make_unit("Chi bộ thôn Làng Chùa", parent=commune)
    users = {}
    for name, role, unit in (
        ("Hà Thị Nga", Role.SECRETARY, cell),
        ("Giàng A Páo", Role.MEMBER, cell),
        ("Hà Thị Thu", Role.COMMUNE_OFFICER, commune),
    ):
        users[name] = make_user(name)
        grant_role(users[name], role, unit, subtree=role == Role.COMMUNE_OFFICER)
    make_member("Giàng A Páo", cell=cell, user=users["Giàng A Páo"])
    return users


@pytest.fixture
def kept(commune: Organization) -> Petition:
    return note(make_unit("Chi bộ thôn Nặm Chá", parent=commune), date(2026, 11, 2), commune)


@pytest.fixture
def joined(commune: Organization, people: dict[str, User], kept: Petition) -> Petition:
    cell = Organization.objects.get(name="Chi bộ thôn Làng Chùa")
    petition = note(cell, date(2026, 11, 5), commune, people["Giàng A Páo"])
    services.join_petitions(actor=SYSTEM, petition=petition, other=kept, now=NOW)
    Notification.objects.all().delete()
    return Petition.objects.get(pk=petition.pk)


def note(cell: Organization, on: date, holder: Organization, asker: User | None = None) -> Petition:
    member = None if asker is None else cell.memberships.get(member__user=asker).member
    details = services.PetitionDetails("Sửa cầu", raised_by=member, holder=holder)
    return services.note_petition(actor=SYSTEM, organization=cell, details=details, raised_on=on, now=NOW)


def withdraw(petition: Petition) -> None:
    services.withdraw_petition(actor=SYSTEM, petition=petition, text="Dân đã tự làm", now=NOW)


def told() -> set[tuple[str, str]]:
    rows = Notification.objects.filter(kind__in=TOLD).select_related("user")
    return {(row.user.full_name, row.kind) for row in rows}


EVERYBODY = {
    ("Hà Thị Nga", "petitions.released"),
    ("Giàng A Páo", "petitions.released"),
    ("Hà Thị Thu", "petitions.passed_on"),
}


def test_what_another_cell_asked_waits_again_with_its_own_clock_and_everybody_hears(
    kept: Petition, joined: Petition, commune: Organization
) -> None:
    due = joined.due_on
    withdraw(kept)
    joined.refresh_from_db()
    facts = (joined.state, joined.joined_to, joined.settled_on, joined.holder, joined.due_on)
    assert facts == (PetitionState.OPEN, None, None, commune, due)
    assert told() == EVERYBODY
    assert [row.public_id for row in list_waiting(organization_id=joined.organization_id, today=TODAY)] == [
        joined.public_id
    ]
    assert list(Petition.objects.all().lying_with(commune)) == [joined]
    assert stand_on(Petition.objects.filter(pk=joined.pk), TODAY)[0].row.state == PetitionState.OPEN
    assert services.reconcile_sums(actor=SYSTEM, now=NOW) == []


def test_what_the_same_cell_asked_ends_along(kept: Petition, commune: Organization) -> None:
    second = note(kept.organization, date(2026, 11, 6), commune)
    Petition.objects.filter(pk=second.pk).update(text="Sửa cầu thôn")
    services.join_petitions(actor=SYSTEM, petition=second, other=kept, now=NOW)
    withdraw(kept)
    assert Petition.objects.get(pk=second.pk).state == PetitionState.JOINED


def test_it_goes_on_where_it_lay_not_where_the_kept_one_went(
    kept: Petition, joined: Petition, commune: Organization
) -> None:
    province = make_unit("Tỉnh ủy Tuyên Quang", kind=UnitKind.PROVINCE)
    services.pass_on(actor=SYSTEM, petition=kept, to=province, now=NOW)
    withdraw(kept)
    joined.refresh_from_db()
    assert joined.holder == commune


def test_a_question_that_stood_stands_again(kept: Petition, joined: Petition) -> None:
    services.separate_petition(actor=SYSTEM, petition=joined, now=NOW)
    asked = services.ask_asker(actor=SYSTEM, petition=joined, text="Ở đâu?", now=NOW)
    services.join_petitions(actor=SYSTEM, petition=asked, other=kept, now=NOW)
    withdraw(kept)
    joined.refresh_from_db()
    assert (joined.state, joined.waits_until) == (PetitionState.CLARIFYING, asked.waits_until)
    assert stand_on(Petition.objects.filter(pk=joined.pk), TODAY)[0].row.state == PetitionState.CLARIFYING


def test_its_cell_went_on_in_another_and_its_holder_ended(kept: Petition, joined: Petition) -> None:
    """Joined they were nobody's to hand up: then they are the successor's, and lie with the unit above."""
    province = make_unit("Tỉnh ủy Tuyên Quang", kind=UnitKind.PROVINCE)
    village = make_unit("Đảng ủy thôn", parent=make_unit("Đảng bộ xã Khác", parent=province, kind=UnitKind.BASE))
    Petition.objects.filter(pk=joined.pk).update(holder=village)
    close_organization(actor=SYSTEM, organization=village, on=TODAY, reason="Không còn", now=NOW)
    heir = make_unit("Chi bộ thôn Thử Hai", parent=Organization.objects.get(name="Đảng bộ xã Lăng Can"))
    merge_organization(
        actor=SYSTEM, organization=joined.organization, successor=heir, on=TODAY, reason="NQ 01", now=NOW
    )
    withdraw(kept)
    joined.refresh_from_db()
    assert (joined.organization, joined.holder.name, joined.state) == (heir, "Đảng bộ xã Khác", PetitionState.OPEN)


@pytest.fixture
def left_joined(kept: Petition, joined: Petition) -> Petition:
    """As a former program left it: withdrawn, and the other one still joined to it."""
    Petition.objects.filter(pk=kept.pk).update(
        state=PetitionState.WITHDRAWN, settled_on=TODAY, closed_because="Dân đã tự làm"
    )
    count_petitions([kept.pk])
    return joined


def test_the_daily_work_finds_what_was_left_joined_once(left_joined: Petition) -> None:
    later = NOW + timedelta(days=1)
    assert reconcile(now=later) == [Finding("petitions.Petition.joined_to", 1, mended=True)]
    left_joined.refresh_from_db()
    assert (left_joined.state, told()) == (PetitionState.OPEN, EVERYBODY)
    assert reconcile(now=later) == []


def test_what_got_its_answer_along_stays_in_the_books(left_joined: Petition) -> None:
    left_joined.steps.create(
        kind=StepKind.ANSWERED, unit=left_joined.holder, at=NOW + timedelta(hours=1), by_name="Hà Thị Thu"
    )
    assert services.reconcile_released(actor=SYSTEM, now=NOW) == []


def test_nobody_releases_by_hand() -> None:
    with pytest.raises(NotAllowed):
        services.reconcile_released(actor=make_actor(*Permission, user_id=make_user("Ai").pk), now=NOW)


@pytest.mark.parametrize("who", ["Hà Thị Nga", "Hà Thị Thu", "Giàng A Páo"])
@pytest.mark.parametrize("elsewhere", [False, True])
def test_whoever_is_shown_the_way_to_take_it_apart_may(
    client: Client, kept: Petition, joined: Petition, people: dict[str, User], who: str, elsewhere: bool
) -> None:
    if elsewhere:
        province = make_unit("Tỉnh ủy Tuyên Quang", kind=UnitKind.PROVINCE)
        services.pass_on(actor=SYSTEM, petition=kept, to=province, now=NOW)
    user = people[who]
    page = get_petition_page(actor=actor_of(user), public_id=joined.public_id, today=TODAY)
    client.force_login(user)
    answer = client.post(reverse("petitions:separate_petition", args=[joined.public_id]))
    may = who == "Hà Thị Nga" or (who == "Hà Thị Thu" and not elsewhere)
    assert (page.may_separate, answer.status_code) == (may, 302 if may else 403)


def test_a_kept_one_that_is_asked_or_ended_stands_so_after_the_parting(kept: Petition, joined: Petition) -> None:
    services.ask_asker(actor=SYSTEM, petition=kept, text="Ở đâu?", now=NOW)
    services.separate_petition(actor=SYSTEM, petition=joined, now=NOW)
    assert stand_on(Petition.objects.filter(pk=kept.pk), TODAY)[0].row.state == PetitionState.CLARIFYING
