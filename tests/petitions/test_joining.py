"""Two petitions about one thing: one clock, both who asked are told, and a way back."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.core import events
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed, NotFound
from nennep.core.permissions import Permission
from nennep.members.models import Member
from nennep.notifications.models import Notification
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.services import close_organization, merge_organization
from nennep.petitions import services
from nennep.petitions.choices import PetitionChanged, PetitionState, StepKind
from nennep.petitions.models import OutsideBody, Petition
from nennep.petitions.queries import get_petition_page, list_waiting
from nennep.petitions.queries.past import stand_on
from nennep.petitions.services.joining import JoinedToItself, NotJoined, NotOneMatter
from nennep.policies.choices import PolicyKey
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.factories.policies import make_pack

pytestmark = pytest.mark.django_db


@pytest.fixture
def commune() -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)


@pytest.fixture
def cell(commune: Organization) -> Organization:
    return make_unit("Chi bộ thôn Nặm Chá", parent=commune)


@pytest.fixture
def secretary_user(cell: Organization) -> User:
    user = make_user("Ma Công Lập")
    grant_role(user, Role.SECRETARY, cell)
    return user


@pytest.fixture
def secretary(secretary_user: User) -> Actor:
    return actor_of(secretary_user)


@pytest.fixture
def askers(cell: Organization) -> list[Member]:
    users = [make_user(name) for name in ("Lý Thị Mỷ", "Giàng A Páo")]
    for user in users:
        grant_role(user, Role.MEMBER, cell)
    return [make_member(user.full_name, cell=cell, user=user) for user in users]


@pytest.fixture
def both(secretary: Actor, cell: Organization, askers: list[Member]) -> list[Petition]:
    """The later one first in the list of the two."""
    days = (date(2026, 11, 5), date(2026, 11, 2))
    return [
        note(secretary, cell, f"Sửa cầu {number}", asker, day)
        for number, (asker, day) in enumerate(zip(askers, days, strict=True))
    ]


def note(
    actor: Actor,
    cell: Organization,
    text: str,
    asker: Member | None = None,
    on: date = TODAY,
    holder: Organization | None = None,
) -> Petition:
    details = services.PetitionDetails(text, raised_by=asker, holder=holder)
    return services.note_petition(actor=actor, organization=cell, details=details, raised_on=on, now=NOW)


def join(actor: Actor, both: list[Petition]) -> Petition:
    return services.join_petitions(actor=actor, petition=both[0], other=both[1], now=NOW)


def states() -> list[str]:
    return list(Petition.objects.order_by("pk").values_list("state", flat=True))


def test_the_clock_that_ends_first_goes_on_and_the_other_waits_no_more(
    secretary: Actor, cell: Organization, both: list[Petition]
) -> None:
    kept = join(secretary, both)
    assert (kept.pk, kept.due_on) == (both[1].pk, both[1].due_on)
    assert states() == [PetitionState.JOINED, PetitionState.OPEN]
    assert [row.public_id for row in list_waiting(organization_id=cell.pk, today=TODAY)] == [kept.public_id]


def test_both_who_asked_are_told_of_the_joining_and_of_the_answer(
    secretary: Actor, both: list[Petition], askers: list[Member]
) -> None:
    kept = join(secretary, both)
    services.answer_petition(actor=secretary, petition=kept, answer="Làm trong tháng 12.", now=NOW)
    told = Notification.objects.order_by("pk").values_list("kind", "user_id")
    users = {asker.user_id for asker in askers}
    for kind in ("petitions.joined", "petitions.answered"):
        assert {user for found, user in told if found == kind} == users


def test_who_asked_either_reads_the_answer_and_not_who_else_asked(
    secretary: Actor, both: list[Petition], askers: list[Member]
) -> None:
    kept = join(secretary, both)
    user = askers[0].user
    assert user is not None
    page = get_petition_page(actor=Actor(user.pk, "Lý Thị Mỷ", frozenset()), public_id=kept.public_id, today=TODAY)
    assert (page.is_own, page.names_askers, page.may_separate) == (False, False, False)
    stranger = Actor(make_user("Nông Văn Xa").pk, "Nông Văn Xa", frozenset())
    with pytest.raises(NotFound):
        get_petition_page(actor=stranger, public_id=kept.public_id, today=TODAY)


def test_it_is_taken_apart_with_the_clock_it_had(secretary: Actor, both: list[Petition]) -> None:
    due = both[0].due_on
    join(secretary, both)
    joined = Petition.objects.get(pk=both[0].pk)
    back = services.separate_petition(actor=secretary, petition=joined, now=NOW)
    assert (back.state, back.due_on, back.joined_to, states()) == (PetitionState.OPEN, due, None, ["open", "open"])
    with pytest.raises(NotJoined):
        services.separate_petition(actor=secretary, petition=joined, now=NOW)


def test_after_a_merger_it_comes_back_where_the_other_one_is(
    secretary: Actor, commune: Organization, cell: Organization, both: list[Petition]
) -> None:
    heir = make_unit("Chi bộ thôn Làng Chùa", parent=commune)
    join(secretary, both)
    officer = make_user("Vũ Thị Nguyệt")
    grant_role(officer, Role.COMMUNE_OFFICER, commune, subtree=True)
    merge_organization(actor=actor_of(officer), organization=cell, successor=heir, on=TODAY, reason="NQ 01", now=NOW)
    user = make_user("Hà Thị Nga")
    grant_role(user, Role.SECRETARY, heir)
    joined = Petition.objects.get(pk=both[0].pk)
    back = services.separate_petition(actor=actor_of(user), petition=joined, now=NOW)
    assert (back.organization_id, back.holder_id) == (heir.pk, heir.pk)


def test_what_is_elsewhere_answered_or_itself_is_refused(
    secretary: Actor, commune: Organization, cell: Organization, both: list[Petition]
) -> None:
    above = note(secretary, cell, "Làm đường", holder=commune)
    with pytest.raises(NotOneMatter):
        join(secretary, [both[0], above])
    with pytest.raises(JoinedToItself):
        join(secretary, [both[0], both[0]])
    services.answer_petition(actor=secretary, petition=both[0], answer="Đã xong.", now=NOW)
    with pytest.raises(NotOneMatter):
        join(secretary, both)


def test_a_third_goes_along(secretary: Actor, cell: Organization, both: list[Petition]) -> None:
    kept = join(secretary, both)
    first = note(secretary, cell, "Cầu hỏng", on=date(2026, 11, 1))
    last = services.join_petitions(actor=secretary, petition=kept, other=first, now=NOW)
    assert last.pk == first.pk
    assert set(Petition.objects.filter(joined_to=first).values_list("pk", flat=True)) == {both[0].pk, both[1].pk}


def test_nobody_else_joins_or_separates(both: list[Petition], secretary: Actor, askers: list[Member]) -> None:
    user = askers[0].user
    assert user is not None
    with pytest.raises(NotAllowed):
        join(actor_of(user), both)
    join(secretary, both)
    with pytest.raises(NotAllowed):
        services.separate_petition(actor=actor_of(user), petition=Petition.objects.get(pk=both[0].pk), now=NOW)


def test_whoever_writes_for_the_cell_but_does_not_prepare_its_meetings_joins_nothing(
    both: list[Petition], cell: Organization
) -> None:
    writer = make_actor(Permission.PETITIONS_WRITE, path=cell.path)
    with pytest.raises(NotAllowed):
        join(writer, both)
    preparer = make_actor(Permission.PETITIONS_WRITE, Permission.MEETINGS_PREPARE, path=cell.path)
    assert join(preparer, both).pk == both[1].pk


def test_of_a_cell_that_ended_it_comes_back_to_the_other_one(commune: Organization, cell: Organization) -> None:
    """There is no successor whose it could be."""
    other, system = make_unit("Chi bộ thôn Làng Chùa", parent=commune), Actor.system()
    ours, theirs = (note(system, unit, f"Sửa cầu {unit.name}", holder=commune) for unit in (cell, other))
    kept = services.join_petitions(actor=system, petition=ours, other=theirs, now=NOW)
    joined, stays = (ours, theirs) if kept.pk == theirs.pk else (theirs, ours)
    close_organization(actor=system, organization=joined.organization, on=TODAY, reason="Không còn", now=NOW)
    joined.refresh_from_db()
    back = services.separate_petition(actor=system, petition=joined, now=NOW)
    assert (back.organization, back.holder, back.state) == (stays.organization, commune, PetitionState.OPEN)


def test_the_answer_counts_for_every_cell_that_asked_and_each_hears_of_it(
    commune: Organization, cell: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, system = make_unit("Chi bộ thôn Làng Chùa", parent=commune), Actor.system()
    ours, theirs = (note(system, unit, "Sửa cầu", holder=commune) for unit in (cell, other))
    kept = services.join_petitions(actor=system, petition=ours, other=theirs, now=NOW)
    heard: list[PetitionChanged] = []
    monkeypatch.setitem(events._handlers, PetitionChanged, [heard.append])
    services.answer_petition(actor=system, petition=kept, answer="Sẽ sửa", now=NOW)
    assert sorted(event.organization_id for event in heard) == sorted([cell.pk, other.pk])
    assert services.reconcile_sums(actor=system, now=NOW) == []


@pytest.mark.usefixtures("fixed_clock")
def test_the_page_offers_what_may_be_the_same(secretary_user: User, both: list[Petition]) -> None:
    client = Client()
    client.force_login(secretary_user)
    address = reverse("petitions:join_petition", args=[both[0].public_id])
    assert "Giàng A Páo" in client.get(address).content.decode()
    assert client.post(address, {"other": "x"}).status_code == 422
    client.post(address, {"other": str(both[1].public_id)})
    kept = client.get(reverse("petitions:show_petition", args=[both[1].public_id])).content.decode()
    assert "Đã gộp vào đây" in kept
    client.post(reverse("petitions:separate_petition", args=[both[0].public_id]))
    assert states() == ["open", "open"]


@pytest.mark.parametrize("ends", ["withdrawn", "solved"])
def test_who_asked_what_was_joined_is_told_how_it_ended_and_reads_so(
    client: Client, secretary: Actor, both: list[Petition], askers: list[Member], ends: str
) -> None:
    kept = services.join_petitions(actor=secretary, petition=both[0], other=both[1], now=NOW)
    joined, asker = next((one, by) for one, by in zip(both, askers, strict=True) if one.pk != kept.pk)
    assert asker.user is not None
    if ends == "withdrawn":
        services.withdraw_petition(actor=secretary, petition=kept, text="Dân đã tự làm", now=NOW)
    else:
        services.answer_petition(actor=secretary, petition=kept, answer="Đã sửa", settled=False, now=NOW)
        services.confirm_solved(actor=secretary, petition=kept, now=NOW)
    told = Notification.objects.filter(kind="petitions.joined_settled")
    assert list(told.values_list("user_id", flat=True)) == [asker.user.pk]
    kept.refresh_from_db()
    client.force_login(asker.user)
    shown = client.get(reverse("petitions:show_petition", args=[joined.public_id])).content.decode()
    assert f"({kept.get_state_display()})" in shown


def test_whoever_asked_the_joined_one_reads_no_course_of_the_kept_one(
    secretary: Actor, both: list[Petition], askers: list[Member]
) -> None:
    kept = services.join_petitions(actor=secretary, petition=both[0], other=both[1], now=NOW)
    asker = next(by for one, by in zip(both, askers, strict=True) if one.pk != kept.pk)
    assert asker.user is not None
    page = get_petition_page(actor=actor_of(asker.user), public_id=kept.public_id, today=TODAY)
    assert (page.is_own, page.steps, page.row.text) == (False, (), kept.text)
    assert len(get_petition_page(actor=secretary, public_id=kept.public_id, today=TODAY).steps) == 2


@pytest.fixture
def two_cells(commune: Organization, cell: Organization) -> tuple[Petition, Petition]:
    """The one that is kept first; both lie with the commune."""
    other, system = make_unit("Chi bộ thôn Làng Chùa", parent=commune), Actor.system()
    days = (date(2026, 11, 2), date(2026, 11, 5))
    kept, joined = (
        note(system, unit, "Sửa cầu", on=day, holder=commune) for unit, day in zip((cell, other), days, strict=True)
    )
    assert services.join_petitions(actor=system, petition=joined, other=kept, now=NOW) == kept
    return kept, Petition.objects.get(pk=joined.pk)


def test_what_was_joined_is_answered_by_whoever_answers_the_other_and_goes_back_to_them(
    commune: Organization, two_cells: tuple[Petition, Petition]
) -> None:
    kept, joined = two_cells
    system, above = Actor.system(), make_unit("Tỉnh ủy Tuyên Quang", kind=UnitKind.PROVINCE)
    body = OutsideBody.objects.create(unit=above, name="Sở Xây dựng", valid_from=date(2026, 1, 1))
    later = NOW + timedelta(days=1)
    services.pass_on(actor=system, petition=kept, to=above, now=later)
    services.send_to_body(actor=system, petition=kept, body=body, now=later)
    facts = services.AnswerFacts(letter="15/SXD", letter_on=TODAY)
    services.answer_petition(actor=system, petition=kept, answer="Sẽ sửa", facts=facts, now=later)
    joined.refresh_from_db()
    step = joined.steps.get(kind=StepKind.ANSWERED)
    assert (joined.holder, joined.body, step.unit, step.body) == (above, body, above, body)
    assert services.reconcile_sums(actor=system, now=later) == []
    days = [TODAY, later.date()]
    held = [stand_on(Petition.objects.filter(pk=joined.pk), day)[0].row.holder for day in days]
    assert held == [commune.name, above.name]
    again = services.reopen_petition(actor=system, petition=joined, text="Chưa xong", now=later)
    assert (again.holder, again.state) == (above, PetitionState.OPEN)


@pytest.mark.parametrize("merged", ["before the answer", "before all"])
def test_the_successor_gives_its_word_on_what_a_merged_cell_had_joined(
    commune: Organization, two_cells: tuple[Petition, Petition], merged: str
) -> None:
    """Also where the merger was before what was joined went along."""
    kept, joined = two_cells
    system, heir = Actor.system(), make_unit("Chi bộ thôn Thử Hai", parent=commune)
    former = joined.organization
    merge_organization(actor=system, organization=former, successor=heir, on=TODAY, reason="NQ 01", now=NOW)
    joined.refresh_from_db()
    assert (joined.organization, joined.state) == (heir, PetitionState.JOINED)
    assert stand_on(Petition.objects.filter(pk=joined.pk), TODAY - timedelta(days=1))[0].cell_id == former.public_id
    if merged == "before all":
        Petition.objects.filter(pk=joined.pk).update(organization=former)
    services.answer_petition(actor=system, petition=kept, answer="Sẽ sửa", now=NOW)
    joined.refresh_from_db()
    facts = (joined.organization, joined.state, joined.closed_because, joined.joined_to)
    assert facts == (heir, PetitionState.ANSWERED, "", None)
    assert services.reconcile_sums(actor=system, now=NOW) == []
    user = make_user("Hà Thị Nga")
    grant_role(user, Role.SECRETARY, heir)
    assert services.confirm_solved(actor=actor_of(user), petition=joined, now=NOW).word == "satisfied"


def test_what_was_joined_to_something_settled_stays_in_the_books(
    commune: Organization, cell: Organization, secretary: Actor, both: list[Petition]
) -> None:
    kept = join(secretary, both)
    services.withdraw_petition(actor=secretary, petition=kept, text="Thôi", now=NOW)
    heir = make_unit("Chi bộ thôn Thử Hai", parent=commune)
    merge_organization(actor=Actor.system(), organization=cell, successor=heir, on=TODAY, reason="NQ 01", now=NOW)
    assert set(Petition.objects.values_list("organization", flat=True)) == {cell.pk}


def test_what_was_asked_back_stands_again_when_it_is_parted(two_cells: tuple[Petition, Petition]) -> None:
    """It ends by itself as if it had never been joined."""
    kept, joined = two_cells
    system = Actor.system()
    services.separate_petition(actor=system, petition=joined, now=NOW)
    asked = services.ask_asker(actor=system, petition=joined, text="Ở đâu?", now=NOW)
    until, due = asked.waits_until, asked.due_on
    services.join_petitions(actor=system, petition=asked, other=kept, now=NOW)
    back = services.separate_petition(actor=system, petition=Petition.objects.get(pk=joined.pk), now=NOW)
    assert (back.state, back.waits_until, back.due_on) == (PetitionState.CLARIFYING, until, due)
    assert stand_on(Petition.objects.filter(pk=back.pk), TODAY)[0].row.state == PetitionState.CLARIFYING
    assert until is not None
    services.keep_clocks(actor=system, now=NOW + (until - TODAY) + timedelta(days=1))
    back.refresh_from_db()
    assert (back.state, back.waits_until, back.due_on) == (PetitionState.OPEN, None, due)


def test_what_was_clarified_before_it_was_joined_asks_nothing_when_it_is_parted(
    two_cells: tuple[Petition, Petition],
) -> None:
    kept, joined = two_cells
    system = Actor.system()
    services.separate_petition(actor=system, petition=joined, now=NOW)
    services.ask_asker(actor=system, petition=joined, text="Ở đâu?", now=NOW)
    services.clarify(actor=system, petition=joined, text="Ở thôn", now=NOW)
    again = services.extend_answer(
        actor=system, petition=joined, until=joined.due_on + timedelta(days=9), text="Chờ", now=NOW
    )
    services.join_petitions(actor=system, petition=again, other=kept, now=NOW)
    back = services.separate_petition(actor=system, petition=Petition.objects.get(pk=joined.pk), now=NOW)
    assert (back.state, back.waits_until, back.due_on) == (PetitionState.OPEN, None, again.due_on)


@pytest.mark.parametrize("recounted", [True, False])
def test_a_day_off_that_is_decided_while_it_is_joined_counts(
    commune: Organization, two_cells: tuple[Petition, Petition], *, recounted: bool
) -> None:
    """Whether the job or the parting came first; the holder is told of what waits for itself."""
    _kept, joined = two_cells
    system, moved = Actor.system(), date(2026, 12, 23)
    assert joined.due_on == date(2026, 12, 22)
    make_pack({PolicyKey.DAYS_OFF: {"off": ["2026-11-16"], "working": []}}, valid_from=TODAY, code="nghi")
    if recounted:
        assert services.recount_clocks(actor=system, organization_id=commune.pk, now=NOW) == 1
        joined.refresh_from_db()
        assert joined.due_on == moved
    back = services.separate_petition(actor=system, petition=joined, now=NOW)
    assert back.due_on == moved
    assert services.reconcile_sums(actor=system, now=NOW) == []
