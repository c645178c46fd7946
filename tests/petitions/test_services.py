"""The life of a petition: who may do what when, who is told, what is kept."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nennep.accounts.choices import Role
from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed
from nennep.core.origins import Origin
from nennep.core.permissions import Permission
from nennep.core.typed import ReasonMissing, TextTooLong
from nennep.notifications.models import Notification
from nennep.organizations.models import Organization
from nennep.petitions import services
from nennep.petitions.choices import PetitionState, StepKind
from nennep.petitions.models import Petition
from nennep.petitions.queries import get_petition_page
from nennep.petitions.rules import may_follow
from nennep.petitions.services import PetitionDetails
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.cells import join_cell, make_cell
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.petitions import make_petition

pytestmark = pytest.mark.django_db


def writer(unit: Organization) -> Actor:
    """Somebody who runs the unit: reads, writes, settles, and speaks for it."""
    permissions = (Permission.PETITIONS_READ, Permission.PETITIONS_WRITE, Permission.PETITIONS_SETTLE)
    return make_actor(*permissions, Permission.MEETINGS_PREPARE, path=unit.path)


def commune_of(cell: Organization) -> Organization:
    return Organization.objects.get(path=cell.path[: -Organization.steplen])


def note(cell: Organization, **details: Any) -> Petition:
    facts = PetitionDetails(**{"text": "Sửa cầu Nà Khà", **details})
    return services.note_petition(actor=writer(cell), organization=cell, details=facts, raised_on=TODAY, now=NOW)


def test_noted_twice_is_one_petition_due_in_thirty_working_days() -> None:
    cell = make_cell()
    first, second = note(cell, text=" Sửa  cầu Nà Khà "), note(cell)
    assert first == second
    assert (first.text, first.holder, first.due_on) == ("Sửa cầu Nà Khà", cell, date(2026, 12, 22))
    assert [step.kind for step in first.steps.all()] == [StepKind.NOTED]
    assert [event.verb for event in AuditEvent.objects.all()] == ["petitions.noted"]


def test_where_it_was_heard_tells_petitions_apart() -> None:
    cell = make_cell()
    facts: dict[str, Any] = {"actor": writer(cell), "organization": cell, "raised_on": TODAY, "now": NOW}
    one, other = (
        services.note_petition(details=PetitionDetails("Sửa cầu"), origin=Origin("meetings.meeting", key), **facts)
        for key in "ab"
    )
    assert one != other


def test_passing_on_starts_the_clock_anew_and_tells_who_answers() -> None:
    cell = make_cell()
    commune = commune_of(cell)
    officer, secretary = make_user("Hà Thị Thu"), make_user("Ma Công Lập")
    grant_role(officer, Role.COMMUNE_OFFICER, commune)
    grant_role(secretary, Role.SECRETARY, cell)
    petition = make_petition(cell)
    services.pass_on(actor=actor_of(secretary), petition=petition, to=commune, text="Vượt quá sức thôn", now=NOW)
    petition.refresh_from_db()
    assert (petition.holder, petition.due_on) == (commune, date(2026, 12, 22))
    assert [(step.kind, step.unit, step.to) for step in petition.steps.all()] == [(StepKind.PASSED_ON, cell, commune)]
    told = Notification.objects.get()
    assert (told.user, told.kind, "cầu" in told.title + told.body) == (officer, "petitions.passed_on", False)
    with pytest.raises(services.AlreadyWithThem):
        services.pass_on(actor=writer(cell), petition=petition, to=commune, now=NOW)


@pytest.mark.parametrize(("to_commune", "due"), [(False, date(2026, 12, 15)), (True, date(2026, 12, 22))])
def test_another_unit_has_it_from_the_moment_at_which_it_was_noted_for_it(to_commune: bool, due: date) -> None:
    """Asked a week ago, written down today: the cell heard it then, nobody else could know (addendum h.2: when received)."""
    cell = make_cell()
    details = PetitionDetails("Sửa cầu Nà Khà", holder=commune_of(cell) if to_commune else None)
    noted = services.note_petition(
        actor=writer(cell), organization=cell, details=details, raised_on=TODAY - timedelta(days=7), now=NOW
    )
    assert (noted.raised_on, noted.due_on) == (TODAY - timedelta(days=7), due)


def test_an_answer_is_told_to_the_cell_and_to_who_asked() -> None:
    cell = make_cell()
    commune = commune_of(cell)
    officer, secretary, asker = (make_user(name) for name in ("Hà Thị Thu", "Ma Công Lập", "Lý Thị Mỷ"))
    grant_role(officer, Role.COMMUNE_OFFICER, commune)
    grant_role(secretary, Role.SECRETARY, cell)
    member = join_cell(cell, "Lý Thị Mỷ", user_id=asker.pk)
    petition = make_petition(cell, holder=commune, raised_by=member)
    answered = services.answer_petition(
        actor=actor_of(officer), petition=petition, answer="Xã sửa trong tháng 12.", now=NOW
    )
    assert (answered.state, answered.answered_on, answered.settled_on) == (PetitionState.ANSWERED, TODAY, None)
    told = Notification.objects.order_by("user__full_name")
    assert [(one.user, one.kind) for one in told] == [(asker, "petitions.answered"), (secretary, "petitions.answered")]
    services.confirm_solved(actor=actor_of(secretary), petition=petition, now=NOW)
    petition.refresh_from_db()
    assert (petition.state, petition.settled_on) == (PetitionState.SOLVED, TODAY)


def test_settled_on_the_spot_needs_no_confirmation() -> None:
    cell = make_cell()
    petition = make_petition(cell)
    services.answer_petition(actor=writer(cell), petition=petition, answer="Thôn đã sửa.", settled=True, now=NOW)
    petition.refresh_from_db()
    assert (petition.state, petition.settled_on) == (PetitionState.SOLVED, TODAY)
    assert [step.kind for step in petition.steps.all()] == [StepKind.ANSWERED, StepKind.SOLVED]


def test_what_was_settled_is_opened_again_with_a_reason() -> None:
    cell = make_cell()
    petition = make_petition(cell, state=PetitionState.SOLVED, settled_on=TODAY, answer="Xong", answered_on=TODAY)
    with pytest.raises(ReasonMissing):
        services.reopen_petition(actor=writer(cell), petition=petition, text=" ", now=NOW)
    services.reopen_petition(actor=writer(cell), petition=petition, text="Cầu lại hỏng", now=NOW)
    petition.refresh_from_db()
    assert (petition.state, petition.settled_on, petition.due_on) == (PetitionState.OPEN, None, date(2026, 12, 22))


def test_bad_input_writes_nothing() -> None:
    cell = make_cell()
    tomorrow = date(2026, 11, 10)
    bad: list[tuple[dict[str, Any], date, type[DomainError]]] = [
        ({"text": " "}, TODAY, services.PetitionEmpty),
        ({"text": "x" * 2001}, TODAY, TextTooLong),
        ({"text": "Sửa cầu"}, tomorrow, services.RaisedInFuture),
    ]
    for details, day, refusal in bad:
        with pytest.raises(refusal):
            services.note_petition(
                actor=writer(cell), organization=cell, details=PetitionDetails(**details), raised_on=day, now=NOW
            )
    assert Petition.objects.count() == 0


def test_only_who_may_acts() -> None:
    cell, elsewhere = make_cell(), make_cell("Chi bộ thôn Khác")
    petition = make_petition(cell, state=PetitionState.ANSWERED, answered_on=TODAY)
    reader = make_actor(Permission.PETITIONS_READ, path=cell.path)
    facts: dict[str, Any] = {"petition": petition, "now": NOW}
    calls: list[Callable[[Actor], Any]] = [
        lambda actor: services.note_petition(
            actor=actor, organization=cell, details=PetitionDetails("x"), raised_on=TODAY, now=NOW
        ),
        lambda actor: services.pass_on(actor=actor, to=elsewhere, **facts),
        lambda actor: services.answer_petition(actor=actor, answer="x", **facts),
        lambda actor: services.confirm_solved(actor=actor, **facts),
        lambda actor: services.reopen_petition(actor=actor, text="x", **facts),
        lambda actor: services.withdraw_petition(actor=actor, text="x", **facts),
    ]
    for call in calls:
        for actor in (reader, writer(elsewhere)):
            with pytest.raises(NotAllowed):
                call(actor)


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.COMMUNE_OFFICER])
def test_only_the_cell_says_that_it_is_content(role: Role) -> None:
    cell, user = make_cell(), make_user()
    grant_role(user, role, commune_of(cell))
    petition = make_petition(cell, holder=commune_of(cell), state=PetitionState.ANSWERED, answered_on=TODAY)
    facts: dict[str, Any] = {"actor": actor_of(user), "petition": petition, "now": NOW}
    with pytest.raises(NotAllowed):
        services.confirm_solved(**facts)
    for service in (services.reopen_petition, services.withdraw_petition):
        with pytest.raises(NotAllowed):
            service(text="x", **facts)
    page = get_petition_page(actor=actor_of(user), public_id=petition.public_id, today=TODAY)
    assert (page.may_confirm, page.may_reopen, page.may_withdraw, page.may_pass_on) == (False, False, False, True)


STEPS: dict[StepKind, Callable[[Actor, Petition, Organization], Petition]] = {
    StepKind.PASSED_ON: lambda actor, petition, to: services.pass_on(actor=actor, petition=petition, to=to, now=NOW),
    StepKind.ANSWERED: lambda actor, petition, _to: services.answer_petition(
        actor=actor, petition=petition, answer="Sẽ sửa", now=NOW
    ),
    StepKind.SOLVED: lambda actor, petition, _to: services.confirm_solved(actor=actor, petition=petition, now=NOW),
    StepKind.REOPENED: lambda actor, petition, _to: services.reopen_petition(
        actor=actor, petition=petition, text="Chưa xong", now=NOW
    ),
    StepKind.WITHDRAWN: lambda actor, petition, _to: services.withdraw_petition(
        actor=actor, petition=petition, text="Thôi", now=NOW
    ),
}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(course=st.lists(st.sampled_from(list(STEPS)), max_size=8))
def test_any_course_follows_the_rules_and_keeps_every_step(course: list[StepKind]) -> None:
    cell = make_cell()
    units = [cell, commune_of(cell)]
    petition, actor = make_petition(cell), writer(commune_of(cell))
    done = []
    for step in course:
        petition.refresh_from_db()
        possible = may_follow(PetitionState(petition.state), step)
        other = next(unit for unit in units if unit.pk != petition.holder_id)
        try:
            STEPS[step](actor, petition, other)
            done.append(step)
        except services.RiseFirst:
            assert petition.risen
        except DomainError:
            assert not possible
        else:
            assert possible
    petition.refresh_from_db()
    kinds = [step.kind for step in petition.steps.all() if step.kind != StepKind.RISEN]  # handed on twice it rises
    assert [StepKind.PASSED_ON if kind == StepKind.BOUNCED else kind for kind in kinds] == done
    assert (petition.settled_on is None) == (petition.state in {PetitionState.OPEN, PetitionState.ANSWERED})
