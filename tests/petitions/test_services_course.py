"""What each step of a petition leaves behind: its fields, its step, the trail, the event, and who is told."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from nennep.accounts.choices import Role
from nennep.audit.models import AuditEvent
from nennep.core import events
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.origins import Origin
from nennep.core.permissions import Permission
from nennep.core.typed import ReasonMissing, TextTooLong
from nennep.notifications.models import Notification
from nennep.organizations.models import Organization
from nennep.petitions import services
from nennep.petitions.choices import PetitionChanged, PetitionField, PetitionState, StepKind, Verb
from nennep.petitions.models import Petition, PetitionStep
from nennep.petitions.queries import get_petition_page
from nennep.petitions.services import PetitionDetails
from nennep.policies.choices import PolicyKey
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.cells import join_cell, make_cell
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.petitions import make_petition
from tests.factories.policies import make_pack

pytestmark = pytest.mark.django_db

DUE = date(2026, 12, 22)  # thirty working days after TODAY


@pytest.fixture
def cell(db: None) -> Organization:
    return make_cell()


@pytest.fixture
def commune(cell: Organization) -> Organization:
    return Organization.objects.get(path=cell.path[: -Organization.steplen])


@pytest.fixture
def secretary(cell: Organization) -> Actor:
    user = make_user("Ma Công Lập")
    grant_role(user, Role.SECRETARY, cell)
    return actor_of(user)


@pytest.fixture
def officer(commune: Organization) -> Actor:
    user = make_user("Hà Thị Thu")
    grant_role(user, Role.COMMUNE_OFFICER, commune)
    return actor_of(user)


def steps(petition: Petition) -> list[tuple[Any, ...]]:
    rows = PetitionStep.objects.filter(petition=petition).order_by("pk")
    return [(row.kind, row.unit, row.to, row.text, row.by_name) for row in rows]


def told() -> list[tuple[str, str, str, str]]:
    rows = Notification.objects.order_by("pk").select_related("user")
    return [(row.user.full_name, row.kind, row.title, row.body) for row in rows]


def trail() -> list[tuple[str, Any]]:
    return list(AuditEvent.objects.order_by("pk").values_list("verb", "details"))


def test_what_is_noted(cell: Organization, commune: Organization, secretary: Actor, officer: Actor) -> None:
    member = join_cell(cell, "Lý Thị Mỷ")
    details = PetitionDetails("x" * 2000, PetitionField.ROADS, member, " Lý  Thị Mỷ ", commune)
    origin = Origin("meetings.meeting", "7")
    noted = services.note_petition(
        actor=secretary, organization=cell, details=details, raised_on=TODAY, now=NOW, origin=origin
    )
    petition = Petition.objects.get()
    assert petition == noted
    assert (petition.organization, petition.holder, petition.field) == (cell, commune, "roads")
    assert (petition.raised_by, petition.raised_by_name) == (member, "Lý Thị Mỷ")
    assert (petition.raised_on, petition.due_on, petition.state) == (TODAY, DUE, PetitionState.OPEN)
    assert (petition.origin_kind, petition.origin_id) == ("meetings.meeting", "7")
    assert steps(petition) == [(StepKind.NOTED, cell, commune, "x" * 2000, "Ma Công Lập")]
    step = petition.steps.get()
    assert (step.at, step.by_id) == (NOW, secretary.user_id)
    event = AuditEvent.objects.get()
    assert (event.verb, event.details, event.unit_path) == (Verb.NOTED, {}, cell.path)
    assert (event.target_kind, event.target_id, event.target_label) == (
        "petitions.petition",
        str(petition.public_id),
        "",
    )
    body = f"{cell.name} kiến nghị."
    assert told() == [("Hà Thị Thu", "petitions.passed_on", "Kiến nghị cần trả lời", body)]
    assert Notification.objects.get().url == f"/kien-nghi/{petition.public_id}/"


def test_what_the_cell_answers_itself_is_told_to_nobody(cell: Organization, secretary: Actor, officer: Actor) -> None:
    other = make_user("Phó bí thư")
    grant_role(other, Role.COMMITTEE_MEMBER, cell)
    services.note_petition(
        actor=secretary, organization=cell, details=PetitionDetails("Sửa cầu"), raised_on=TODAY, now=NOW
    )
    assert told() == []


@pytest.mark.parametrize("change", ["text", "day", "cell"])
def test_another_text_day_or_cell_is_another_petition(cell: Organization, change: str) -> None:
    other = make_cell("Chi bộ thôn Khác")
    changed = {
        "text": ("Sửa đường", TODAY, cell),
        "day": ("Sửa cầu", date(2026, 11, 8), cell),
        "cell": ("Sửa cầu", TODAY, other),
    }
    for text, day, unit in (("Sửa cầu", TODAY, cell), changed[change]):
        services.note_petition(
            actor=make_actor(Permission.PETITIONS_WRITE),
            organization=unit,
            details=PetitionDetails(text),
            raised_on=day,
            now=NOW,
        )
    assert Petition.objects.count() == 2


def test_the_clock_starts_on_the_day_it_was_raised(cell: Organization, secretary: Actor) -> None:
    petition = services.note_petition(
        actor=secretary,
        organization=cell,
        details=PetitionDetails("Sửa cầu"),
        raised_on=date(2026, 10, 12),
        now=NOW,
    )
    assert petition.due_on == date(2026, 11, 23)


def test_what_is_passed_on(cell: Organization, commune: Organization, secretary: Actor, officer: Actor) -> None:
    petition = make_petition(cell, state=PetitionState.ANSWERED, answer="Chờ", answered_on=TODAY)
    passed = services.pass_on(actor=secretary, petition=petition, to=commune, text=" Vượt  sức thôn ", now=NOW)
    petition.refresh_from_db()
    assert (petition, petition.holder, petition.state, petition.due_on) == (passed, commune, PetitionState.OPEN, DUE)
    assert steps(petition) == [(StepKind.PASSED_ON, cell, commune, "Vượt sức thôn", "Ma Công Lập")]
    assert trail() == [(Verb.PASSED_ON, {"to": str(commune.public_id)})]
    assert [(name, kind) for name, kind, _title, _body in told()] == [("Hà Thị Thu", "petitions.passed_on")]
    with pytest.raises(TextTooLong) as refused:
        services.pass_on(actor=officer, petition=petition, to=cell, text="x" * 2001, now=NOW)
    assert refused.value.field == "text"


def test_who_passes_it_to_themselves_is_not_told(cell: Organization, commune: Organization, officer: Actor) -> None:
    """An officer of the commune acts in the cell too."""
    both = make_actor(*Permission, path=commune.path, user_id=officer.user_id)
    services.pass_on(actor=both, petition=make_petition(cell), to=commune, now=NOW)
    assert told() == []


@pytest.mark.parametrize("settled", [False, True])
def test_what_is_answered(
    cell: Organization, commune: Organization, secretary: Actor, officer: Actor, *, settled: bool
) -> None:
    asker = make_user("Lý Thị Mỷ")
    petition = make_petition(cell, holder=commune, raised_by=join_cell(cell, "Lý Thị Mỷ", user_id=asker.pk))
    services.answer_petition(actor=officer, petition=petition, answer=" Xã  sửa. ", settled=settled, now=NOW)
    petition.refresh_from_db()
    state, settled_on = (PetitionState.SOLVED, TODAY) if settled else (PetitionState.ANSWERED, None)
    assert (petition.answer, petition.answered_on) == ("Xã sửa.", TODAY)
    assert (petition.state, petition.settled_on) == (state, settled_on)
    answered = (StepKind.ANSWERED, commune, None, "Xã sửa.", "Hà Thị Thu")
    solved = (StepKind.SOLVED, cell, None, "", "Hà Thị Thu")
    assert steps(petition) == [answered, solved][: 1 + settled]
    assert trail() == [(Verb.ANSWERED, {"settled": settled})]
    body = f"{commune.name} trả lời."
    assert sorted(told()) == [
        (name, "petitions.answered", "Kiến nghị đã có trả lời", body) for name in ("Lý Thị Mỷ", "Ma Công Lập")
    ]


def test_who_answers_the_own_question_is_not_told(cell: Organization, secretary: Actor) -> None:
    petition = make_petition(cell, raised_by=join_cell(cell, "Ma Công Lập", user_id=secretary.user_id))
    services.answer_petition(actor=secretary, petition=petition, answer="Đã sửa", now=NOW)
    assert told() == []


def test_an_answer_must_say_something(cell: Organization, secretary: Actor) -> None:
    petition = make_petition(cell)
    with pytest.raises(services.AnswerEmpty):
        services.answer_petition(actor=secretary, petition=petition, answer=" ", now=NOW)
    with pytest.raises(ReasonMissing):
        services.withdraw_petition(actor=secretary, petition=petition, text=" ", now=NOW)


def test_what_is_confirmed_reopened_and_withdrawn(
    cell: Organization,
    commune: Organization,
    secretary: Actor,
    officer: Actor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    petition = make_petition(cell, holder=commune, state=PetitionState.ANSWERED, answered_on=TODAY)
    heard: list[PetitionChanged] = []
    monkeypatch.setitem(events._handlers, PetitionChanged, [heard.append])
    assert services.confirm_solved(actor=secretary, petition=petition, now=NOW).state == PetitionState.SOLVED
    petition.refresh_from_db()
    assert (petition.state, petition.settled_on, told()) == (PetitionState.SOLVED, TODAY, [])
    again = services.reopen_petition(actor=secretary, petition=petition, text=" Lại  hỏng ", now=NOW)
    petition.refresh_from_db()
    assert again.state == PetitionState.OPEN
    assert (petition.state, petition.settled_on, petition.due_on) == (PetitionState.OPEN, None, DUE)
    assert [(name, kind) for name, kind, _title, _body in told()] == [("Hà Thị Thu", "petitions.passed_on")]
    withdrawn = services.withdraw_petition(actor=secretary, petition=petition, text=" Thôi ", now=NOW)
    petition.refresh_from_db()
    assert withdrawn.state == PetitionState.WITHDRAWN
    assert heard == [PetitionChanged(cell.pk, petition.pk)] * 3
    assert (petition.state, petition.settled_on) == (PetitionState.WITHDRAWN, TODAY)
    assert steps(petition) == [
        (StepKind.SOLVED, cell, None, "", "Ma Công Lập"),
        (StepKind.REOPENED, cell, None, "Lại hỏng", "Ma Công Lập"),
        (StepKind.WITHDRAWN, cell, None, "Thôi", "Ma Công Lập"),
    ]
    assert trail() == [(Verb.SOLVED, {}), (Verb.REOPENED, {}), (Verb.WITHDRAWN, {})]


def test_a_reopened_matter_of_the_cell_itself_is_told_to_nobody(cell: Organization, secretary: Actor) -> None:
    other = make_user("Phó bí thư")
    grant_role(other, Role.COMMITTEE_MEMBER, cell)
    petition = make_petition(cell, state=PetitionState.SOLVED, settled_on=TODAY)
    services.reopen_petition(actor=secretary, petition=petition, text="Lại hỏng", now=NOW)
    assert told() == []


@pytest.mark.parametrize(
    ("state", "step", "refusal"),
    [
        (PetitionState.OPEN, StepKind.SOLVED, services.NotYetAnswered),
        (PetitionState.SOLVED, StepKind.SOLVED, services.PetitionSettled),
        (PetitionState.OPEN, StepKind.REOPENED, services.StillWaiting),
        (PetitionState.SOLVED, StepKind.ANSWERED, services.PetitionSettled),
        (PetitionState.WITHDRAWN, StepKind.ANSWERED, services.PetitionSettled),
    ],
)
def test_a_step_that_cannot_follow_says_why(
    cell: Organization, secretary: Actor, state: PetitionState, step: StepKind, refusal: type[Exception]
) -> None:
    petition = make_petition(cell, state=state, settled_on=None if state == PetitionState.OPEN else TODAY)
    with pytest.raises(refusal):
        STEPS[step](secretary, petition)
    assert (steps(petition), trail()) == ([], [])


STEPS: dict[StepKind, Callable[[Actor, Petition], Petition]] = {
    StepKind.SOLVED: lambda actor, one: services.confirm_solved(actor=actor, petition=one, now=NOW),
    StepKind.REOPENED: lambda actor, one: services.reopen_petition(actor=actor, petition=one, text="x", now=NOW),
    StepKind.ANSWERED: lambda actor, one: services.answer_petition(actor=actor, petition=one, answer="x", now=NOW),
}


def test_only_who_runs_the_meetings_of_the_cell_speaks_for_it(cell: Organization) -> None:
    petition = make_petition(cell, state=PetitionState.ANSWERED, answered_on=TODAY)
    for permission in (Permission.PETITIONS_WRITE, Permission.MEETINGS_PREPARE):
        with pytest.raises(NotAllowed):
            services.confirm_solved(actor=make_actor(permission, path=cell.path), petition=petition, now=NOW)


def test_the_right_to_pass_on_is_not_the_right_to_answer(cell: Organization, commune: Organization) -> None:
    petition = make_petition(cell, holder=commune)
    for unit in (cell, commune):
        with pytest.raises(NotAllowed):
            services.answer_petition(
                actor=make_actor(Permission.PETITIONS_WRITE, path=unit.path), petition=petition, answer="x", now=NOW
            )
        with pytest.raises(NotAllowed):
            services.pass_on(
                actor=make_actor(Permission.PETITIONS_SETTLE, path=unit.path), petition=petition, to=cell, now=NOW
            )
    of_cell, of_commune = (
        make_actor(Permission.PETITIONS_SETTLE, path=unit.path, subtree=False) for unit in (cell, commune)
    )
    with pytest.raises(NotAllowed):  # a secretary does not write in the name of the commune
        services.answer_petition(actor=of_cell, petition=petition, answer="x", settled=True, now=NOW)
    services.answer_petition(actor=of_commune, petition=petition, answer="x", now=NOW)
    services.answer_petition(actor=of_cell, petition=petition, answer="y", visits=True, now=NOW)
    assert [step[1] for step in steps(petition)] == [commune, commune]


def test_texts_of_a_petition_are_not_too_long(cell: Organization, secretary: Actor) -> None:
    for details, field in (
        (PetitionDetails("x" * 2001), "text"),
        (PetitionDetails("Sửa cầu", raised_by_name="x" * 201), "raised_by_name"),
    ):
        with pytest.raises(TextTooLong) as refused:
            services.note_petition(actor=secretary, organization=cell, details=details, raised_on=TODAY, now=NOW)
        assert (refused.value.field, refused.value.details["limit"]) == (field, 2000 if field == "text" else 200)


# ── units that end ────────────────────────────────────────────────────────────


def test_what_waits_goes_on_where_the_unit_did(
    cell: Organization, commune: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    heir = make_cell("Chi bộ thôn Khác")
    own = make_petition(cell)
    answered = make_petition(cell, holder=commune, state=PetitionState.ANSWERED, answered_on=TODAY)
    held = make_petition(heir, holder=cell)
    make_petition(cell, state=PetitionState.SOLVED, settled_on=TODAY)
    elsewhere = make_petition(heir)
    heard: list[PetitionChanged] = []
    monkeypatch.setitem(events._handlers, PetitionChanged, [heard.append])
    merge: dict[str, Any] = {"predecessor_id": cell.pk, "successor_id": heir.pk, "now": NOW}
    with pytest.raises(NotAllowed):
        services.follow_unit_merge(actor=make_actor(*Permission, user_id=7), **merge)
    assert services.follow_unit_merge(actor=Actor.system(), **merge) == 3
    rows = Petition.objects.order_by("pk").values_list("organization", "holder", "state", "due_on")
    due = date(2026, 11, 23)
    assert list(rows) == [
        (heir.pk, heir.pk, PetitionState.OPEN, due),
        (heir.pk, commune.pk, PetitionState.ANSWERED, due),
        (heir.pk, heir.pk, PetitionState.OPEN, due),
        (cell.pk, cell.pk, PetitionState.SOLVED, due),
        (heir.pk, heir.pk, PetitionState.OPEN, due),
    ]
    moved = (StepKind.MERGED, cell, heir, "", "Nền Nếp")
    assert [steps(petition) for petition in (own, answered, held, elsewhere)] == [[moved], [moved], [moved], []]
    assert trail() == [(Verb.FOLLOWED, {})] * 3
    assert sorted((event.petition_id, event.organization_id) for event in heard) == sorted(
        [
            *((petition.pk, unit.pk) for petition in (own, answered) for unit in (cell, heir)),
            (held.pk, heir.pk),
        ]
    )
    assert services.follow_unit_merge(actor=Actor.system(), **merge) == 0


def test_what_lies_with_a_closed_unit_goes_up_and_what_it_was_to_confirm_is_settled(
    cell: Organization, commune: Organization
) -> None:
    other = make_cell("Chi bộ thôn Khác")
    open_one = make_petition(cell)
    answered = make_petition(cell, holder=commune, state=PetitionState.ANSWERED, answered_on=TODAY)
    of_another = make_petition(other, holder=cell)
    answered_for_another = make_petition(other, holder=cell, state=PetitionState.ANSWERED, answered_on=TODAY)
    waiting_above = make_petition(cell, holder=commune)
    closing: dict[str, Any] = {"organization_id": cell.pk, "now": NOW}
    with pytest.raises(NotAllowed):
        services.follow_unit_closing(actor=make_actor(*Permission, user_id=7), **closing)
    assert services.follow_unit_closing(actor=Actor.system(), **closing) == 3
    rows = Petition.objects.order_by("pk").values_list("holder", "state", "due_on", "settled_on")
    due = date(2026, 11, 23)
    assert list(rows) == [
        (commune.pk, PetitionState.OPEN, DUE, None),
        (commune.pk, PetitionState.SOLVED, due, TODAY),
        (commune.pk, PetitionState.OPEN, DUE, None),
        (cell.pk, PetitionState.ANSWERED, due, None),
        (commune.pk, PetitionState.OPEN, due, None),
    ]
    assert steps(answered) == [(StepKind.SOLVED, commune, None, "Chi bộ đã kết thúc hoạt động.", "Nền Nếp")]
    assert [step[:3] for step in (*steps(open_one), *steps(of_another))] == [(StepKind.PASSED_ON, cell, commune)] * 2
    assert steps(answered_for_another) == steps(waiting_above) == []
    assert [verb for verb, _details in trail()].count(Verb.SOLVED) == 1
    assert services.follow_unit_closing(actor=Actor.system(), **closing) == 0


def test_the_page_names_the_rule_by_which_the_last_day_was_counted(
    cell: Organization, commune: Organization, secretary: Actor
) -> None:
    """Asked in October: a rule of November is named only once the clock starts anew."""
    petition = make_petition(cell)
    before = get_petition_page(actor=secretary, public_id=petition.public_id, today=TODAY).time.source
    days = {"base": 3, "upper": 3, "central": 3}
    make_pack({PolicyKey.PETITION_RESPONSE: days}, valid_from=date(2026, 11, 1), code="moi")
    assert get_petition_page(actor=secretary, public_id=petition.public_id, today=TODAY).time.source == before
    services.pass_on(actor=secretary, petition=petition, to=commune, now=NOW)
    source = get_petition_page(actor=secretary, public_id=petition.public_id, today=TODAY).time.source
    assert source is not None
    assert source.document_number == "moi-QĐ"
