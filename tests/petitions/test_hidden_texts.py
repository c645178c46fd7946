"""Whoever the cell speaks for is named in no text of the course: every text is asked, of every service that takes one."""

import inspect
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import models
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.core.access import Actor
from nennep.organizations.models import Organization
from nennep.petitions import services
from nennep.petitions.choices import PetitionState
from nennep.petitions.models import Petition, PetitionStep
from nennep.petitions.services import AnswerFacts, NameInText, PetitionDetails
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.cells import join_cell, make_cell
from tests.factories.core import NOW, TODAY
from tests.factories.people import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
NAME, OTHER = "Ẩn Danh Hòa", "Bà Khuất Liên"
NAMED = [f"Tôi là {NAME}", "an danh hoa nói", "ẨN DANH\nHÒA", "(Ẩn-Danh-Hòa)", f"{OTHER} nói"]
NAMED += ["chị Hòa ở Nà Khà", "nha chi hoa", "ông Danh Hòa", "cụ Liên"]
INNOCENT = ["Ẩn Danh Hòang", "Bà Khuất nói", "Hòa", "có hoa", "chị Lò Thị Hòa", "Chi bộ hòa thuận", "Trạm liên xã"]
NAMED += ["Khuất Liên nói", "gia đình Danh Hòa", "cạnh nhà Liên", "nhà_Hòa", "chịHòa"]
INNOCENT += ["Gia đình hòa thuận", "Nhà văn hóa liên thôn"]


def before(**facts: Any) -> dict[str, Any]:
    return facts


ANSWERED = before(state=PetitionState.ANSWERED, answer="Sẽ làm", answered_on=TODAY)
Act = Callable[[Actor, Petition, str], Any]


def on(service: Callable[..., Any], field: str = "text", **facts: Any) -> Act:
    return lambda actor, petition, text: service(actor=actor, petition=petition, now=NOW, **{field: text}, **facts)


def send(actor: Actor, petition: Petition, text: str) -> Petition:
    above = Organization.objects.get(path=petition.organization.path[: -Organization.steplen])
    return services.pass_on(actor=actor, petition=petition, to=above, text=text, now=NOW)


def write_letter(actor: Actor, petition: Petition, text: str) -> Petition:
    facts = AnswerFacts(letter=text)
    return services.answer_petition(actor=actor, petition=petition, answer="Đã xem", facts=facts, now=NOW)


def send_out(actor: Actor, petition: Petition, text: str) -> Petition:
    details = services.BodyDetails("Điện lực")
    body = services.write_body(actor=actor, organization=petition.organization, details=details, now=NOW)
    return services.send_to_body(actor=actor, petition=petition, body=body, text=text, now=NOW)


def note(field: str) -> Act:
    def act(actor: Actor, petition: Petition, text: str) -> Petition:
        asker = petition.askers.exclude(member=None).get().member
        plain = PetitionDetails("Việc khác", raised_by=asker, raised_by_name=OTHER, is_hidden=True)
        details = replace(plain, text=text) if field == "text" else replace(plain, place=text)
        cell = petition.organization
        return services.note_petition(actor=actor, organization=cell, details=details, raised_on=TODAY, now=NOW)

    return act


# By service and what is typed there: how the petition stands before, and the act of somebody of the cell.
TEXTS: dict[tuple[str, str], tuple[dict[str, Any], Act]] = {
    ("note_petition", "text"): ({}, note("text")),
    ("note_petition", "place"): ({}, note("place")),
    ("pass_on", "text"): ({}, send),
    ("answer_petition", "answer"): ({}, on(services.answer_petition, "answer")),
    ("answer_petition", "letter"): ({}, write_letter),
    ("reopen_petition", "text"): (ANSWERED, on(services.reopen_petition)),
    ("withdraw_petition", "text"): ({}, on(services.withdraw_petition)),
    ("extend_answer", "text"): ({}, on(services.extend_answer, until=TODAY + timedelta(days=60))),
    ("ask_asker", "text"): ({}, on(services.ask_asker)),
    ("clarify", "text"): (before(state=PetitionState.CLARIFYING, waits_until=TODAY), on(services.clarify)),
    ("report_done", "text"): (
        ANSWERED | before(state=PetitionState.PROMISED, promised_for=TODAY),
        on(services.report_done),
    ),
    ("send_to_body", "text"): ({}, send_out),
}
TYPED = {"text", "answer", "letter", "place"}
# Written from those above, by the program, or from lists; `raised_by_name` is empty of one spoken for.
NOT_TYPED = {
    "answered_by",
    "state",
    "word",
    "field",
    "kind",
    "origin_kind",
    "origin_id",
    "by_name",
    "raised_by_name",
    "key",
}
SAME_WORDS = {"closed_because"}  # of withdraw_petition


def make_person(name: str, role: Role, unit: Organization) -> User:
    user = make_user(name)
    grant_role(user, role, unit, subtree=role == Role.COMMUNE_OFFICER)
    return user


@pytest.fixture
def cell() -> Organization:
    return make_cell()


@pytest.fixture
def secretary(cell: Organization) -> User:
    return make_person("Bí Thư", Role.SECRETARY, cell)


@pytest.fixture
def asker(cell: Organization) -> User:
    user = make_person(NAME, Role.MEMBER, cell)
    join_cell(cell, NAME, user_id=user.pk)
    return user


@pytest.fixture
def hidden(cell: Organization, secretary: User, asker: User) -> Petition:
    details = PetitionDetails("Cầu hỏng", is_hidden=True)
    petition = services.raise_own(actor=actor_of(asker), organization=cell, details=details, now=NOW)
    petition.askers.create(name=OTHER)
    return petition


def stand(petition: Petition, facts: dict[str, Any]) -> Petition:
    Petition.objects.filter(pk=petition.pk).update(**facts)
    return Petition.objects.get(pk=petition.pk)


@pytest.mark.parametrize("typed", NAMED)
@pytest.mark.parametrize(("service", "field"), TEXTS)
def test_no_text_that_the_cell_types_names_whom_it_speaks_for(
    hidden: Petition, secretary: User, service: str, field: str, typed: str
) -> None:
    facts, act = TEXTS[service, field]
    petition = stand(hidden, facts)
    steps = PetitionStep.objects.count()
    with pytest.raises(NameInText) as refused:
        act(actor_of(secretary), petition, typed)
    assert (refused.value.field, PetitionStep.objects.count()) == (field, steps)
    assert Petition.objects.get(pk=hidden.pk).state == petition.state


@pytest.mark.parametrize("typed", INNOCENT)
@pytest.mark.parametrize(("service", "field"), TEXTS)
def test_other_words_are_taken(hidden: Petition, secretary: User, service: str, field: str, typed: str) -> None:
    facts, act = TEXTS[service, field]
    act(actor_of(secretary), stand(hidden, facts), typed)


def test_every_text_of_a_petition_is_asked() -> None:
    """Of the columns, and of the services: a new text needs its row above."""
    fields = [*Petition._meta.concrete_fields, *PetitionStep._meta.concrete_fields]
    texts = {one.name for one in fields if isinstance(one, models.CharField | models.TextField)}
    assert texts - NOT_TYPED - SAME_WORDS == TYPED
    taking = {
        (name, word)
        for name, service in vars(services).items()
        if inspect.isfunction(service) and "petition" in inspect.signature(service).parameters
        for word in inspect.signature(service).parameters
        if word in TYPED
    }
    assert taking <= set(TEXTS)


def test_the_asker_is_refused_beside_the_field_and_keeps_what_was_typed(hidden: Petition, asker: User) -> None:
    stand(hidden, before(state=PetitionState.CLARIFYING, waits_until=TODAY))
    typed = f"Thửa 12, tôi là {NAME}"
    page = client_of(asker).post(reverse("petitions:clarify", args=[hidden.public_id]), {"text": typed})
    form = page.context["form"]
    assert (page.status_code, form["text"].value(), len(form.errors["text"])) == (422, typed, 1)


@pytest.mark.parametrize(("address", "facts", "typed"), [
    ("pass_on", {}, {"text": NAME}),
    ("answer_petition", {}, {"answer": NAME, "base_answer": ""}),
    ("reopen_petition", ANSWERED, {"text": NAME, "word": "not"}),
    ("withdraw_petition", {}, {"text": NAME}),
])  # fmt: skip
def test_the_pages_of_the_cell_say_it_beside_the_field(
    hidden: Petition, secretary: User, address: str, facts: dict[str, Any], typed: dict[str, str]
) -> None:
    petition = stand(hidden, facts)
    above = Organization.objects.get(path=petition.organization.path[: -Organization.steplen])
    where = reverse(f"petitions:{address}", args=[petition.public_id])
    form = client_of(secretary).post(where, {"to": str(above.public_id), **typed}).context["form"]
    field = "answer" if "answer" in typed else "text"
    assert (list(form.errors), form[field].value()) == ([field], NAME)


def test_an_answer_from_above_is_not_refused_and_so_tells_no_name(
    hidden: Petition, secretary: User, cell: Organization
) -> None:
    """A refusal would say that the guess was right."""
    above = Organization.objects.get(path=cell.path[: -Organization.steplen])
    officer = make_person("Cán Bộ", Role.COMMUNE_OFFICER, above)
    grant_role(officer, Role.OFFICIAL, cell)
    services.pass_on(actor=actor_of(secretary), petition=hidden, to=above, now=NOW)
    services.answer_petition(actor=actor_of(officer), petition=hidden, answer=f"Mời {NAME} đến trụ sở", now=NOW)
    assert Petition.objects.get(pk=hidden.pk).state == PetitionState.ANSWERED


def test_what_is_answered_for_a_joined_one_names_nobody_of_it(hidden: Petition, secretary: User) -> None:
    speaker, cell = actor_of(secretary), hidden.organization
    details = PetitionDetails("Cầu gãy")
    other = services.note_petition(
        actor=speaker, organization=cell, details=details, raised_on=TODAY - timedelta(days=3), now=NOW
    )
    kept = services.join_petitions(actor=speaker, petition=hidden, other=other, now=NOW)
    assert kept == other
    with pytest.raises(NameInText):
        send(speaker, kept, f"{NAME} cũng nêu")
