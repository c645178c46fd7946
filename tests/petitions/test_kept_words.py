"""What people write with each act stands in its step, whole or not at all; what cannot follow says why."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Q

from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed
from nennep.core.permissions import Permission
from nennep.core.typed import TextTooLong
from nennep.petitions import services
from nennep.petitions.choices import NAME_LIMIT, TEXT_LIMIT, PetitionState, StepKind, Verb, Word
from nennep.petitions.models import OutsideBody, Petition
from nennep.petitions.services import AnswerFacts, BodyDetails, PetitionDetails
from nennep.petitions.services import clocks as clock_services
from nennep.petitions.services import sums as sum_services
from nennep.petitions.services.petitions import require_possible
from nennep.petitions.services.sums import fold_sums
from tests.factories.cells import join_cell
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.petitions import make_petition
from tests.petitions.acts import ANSWERED, CLARIFYING, SOLVED
from tests.petitions.place import Place, make_place

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PROMISED = ANSWERED | {"state": PetitionState.PROMISED, "promised_for": TODAY + DAY}
TEXTS: dict[str, tuple[str, StepKind, dict[str, Any], dict[str, Any]]] = {
    "extend_answer": ("officer", StepKind.EXTENDED, {}, {"until": TODAY + 22 * DAY}),
    "ask_asker": ("officer", StepKind.ASKED, {}, {}),
    "clarify": ("asker", StepKind.CLARIFIED, CLARIFYING, {}),
    "report_done": ("officer", StepKind.DONE, PROMISED, {}),
    "reopen_petition": ("secretary", StepKind.REOPENED, SOLVED, {}),
    "withdraw_petition": ("secretary", StepKind.WITHDRAWN, {}, {}),
}


@pytest.fixture
def place() -> Place:
    return make_place()


def write(place: Place, name: str, text: str) -> Petition:
    who, _kind, before, facts = TEXTS[name]
    place.set(**before)
    actor: Actor = getattr(place, who)
    done: Petition = getattr(services, name)(actor=actor, petition=place.petition, text=text, now=NOW, **facts)
    return done


@pytest.mark.parametrize("name", list(TEXTS))
def test_the_longest_words_stand_in_the_step(place: Place, name: str) -> None:
    words = "x" * TEXT_LIMIT
    write(place, name, words)
    assert [(step.kind, step.text) for step in place.petition.steps.all()] == [(TEXTS[name][1], words)]


@pytest.mark.parametrize("name", list(TEXTS))
@pytest.mark.parametrize(
    ("text", "refusal"), [(" ", DomainError), ("x" * (TEXT_LIMIT + 1), TextTooLong)], ids=["nothing", "too long"]
)
def test_nothing_or_too_much_is_refused_beside_the_field(
    place: Place, name: str, text: str, refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal) as refused:
        write(place, name, text)
    assert (refused.value.field, place.petition.steps.count()) == ("text", 0)


def test_too_long_an_extension_says_the_last_day_and_the_one_that_holds(place: Place) -> None:
    due = place.petition.due_on
    with pytest.raises(services.ExtendedTooFar) as refused:
        services.extend_answer(
            actor=place.officer, petition=place.petition, until=due + 400 * DAY, text="Chờ vật tư", now=NOW
        )
    assert f"tính từ hạn {due:%d/%m/%Y}" in str(refused.value)


@pytest.mark.parametrize("outside", [True, False], ids=["office", "unit"])
def test_the_letter_is_kept_with_the_answer(place: Place, *, outside: bool) -> None:
    """Also where the unit itself answers by letter."""
    place.set(body=place.body if outside else None)
    facts = AnswerFacts(letter="15/CV", letter_on=TODAY)
    services.answer_petition(actor=place.officer, petition=place.petition, answer="Sẽ sửa", facts=facts, now=NOW)
    step = place.petition.steps.get(kind=StepKind.ANSWERED)
    assert (step.letter, step.letter_on, step.body) == ("15/CV", TODAY, place.body if outside else None)


@pytest.mark.parametrize("facts", [AnswerFacts(letter="15/CV"), AnswerFacts(letter_on=TODAY), AnswerFacts()])
def test_an_office_outside_answers_by_a_letter_with_its_day(place: Place, facts: AnswerFacts) -> None:
    place.set(body=place.body)
    with pytest.raises(services.LetterMissing):
        services.answer_petition(actor=place.officer, petition=place.petition, answer="Sẽ sửa", facts=facts, now=NOW)


def test_an_answer_without_letter_has_none(place: Place) -> None:
    services.answer_petition(actor=place.officer, petition=place.petition, answer="Sẽ sửa", now=NOW)
    step = place.petition.steps.get(kind=StepKind.ANSWERED)
    assert (step.text, step.letter, step.letter_on, step.body) == ("Sẽ sửa", "", None, None)


@pytest.mark.parametrize(("length", "fits"), [(NAME_LIMIT, True), (NAME_LIMIT + 1, False)])
def test_the_name_of_an_office_fits_its_column(place: Place, length: int, *, fits: bool) -> None:
    details, known = BodyDetails("x" * length), OutsideBody.objects.count()
    if fits:
        services.write_body(actor=place.officer, organization=place.commune, details=details, now=NOW)
    else:
        with pytest.raises(TextTooLong) as refused:
            services.write_body(actor=place.officer, organization=place.commune, details=details, now=NOW)
        assert refused.value.field == "name"
    assert OutsideBody.objects.count() == known + fits


@pytest.mark.parametrize("step", [StepKind.REOPENED, StepKind.PARTLY])
@pytest.mark.parametrize("facts", [{}, CLARIFYING], ids=["open", "clarifying"])
def test_what_still_waits_is_not_opened_again(place: Place, facts: dict[str, Any], step: StepKind) -> None:
    place.set(**facts)
    with pytest.raises(services.StillWaiting):
        require_possible(place.petition, step)


@pytest.mark.parametrize(
    ("facts", "step", "refusal"),
    [
        (SOLVED, StepKind.ANSWERED, services.PetitionSettled),
        (SOLVED, StepKind.SOLVED, services.PetitionSettled),
        ({}, StepKind.SOLVED, services.NotYetAnswered),
        ({}, StepKind.CLARIFIED, services.StepOver),
        ({}, StepKind.DONE, services.StepOver),
        (ANSWERED, StepKind.EXTENDED, services.StepOver),
    ],
)
def test_what_cannot_follow_says_why(
    place: Place, facts: dict[str, Any], step: StepKind, refusal: type[DomainError]
) -> None:
    place.set(**facts)
    with pytest.raises(refusal):
        require_possible(place.petition, step)


def test_partly_is_said_of_an_answer_and_what_was_solved_is_opened_again(place: Place) -> None:
    said: dict[str, Any] = {"actor": place.secretary, "petition": place.petition, "text": "Còn thiếu", "now": NOW}
    place.set(**SOLVED)
    with pytest.raises(services.PetitionSettled):
        services.reopen_petition(**said, word=Word.PARTLY)
    place.set(settled_on=None, **ANSWERED)
    services.reopen_petition(**said, word=Word.PARTLY)
    assert Petition.objects.get(pk=place.petition.pk).word == Word.PARTLY


def test_who_takes_a_list_away_is_in_the_trail_and_may_read_it(place: Place) -> None:
    with pytest.raises(NotAllowed):
        services.note_export(actor=place.outsider, organization=place.commune, what="Quá hạn", now=NOW)
    services.note_export(actor=place.officer, organization=place.commune, what="Quá hạn", now=NOW)
    assert list(AuditEvent.objects.values_list("verb", "user_name", "target_label", "details")) == [
        (Verb.EXPORTED, place.officer.name, place.commune.name, {"what": "Quá hạn"})
    ]


def test_who_asked_is_not_among_the_others_too(place: Place) -> None:
    first, second = (join_cell(place.cell, name) for name in ("Lò Văn Bình", "Lò Thị An"))
    details = PetitionDetails("Xin thêm bóng đèn", raised_by=first, others=(second, first))
    petition = services.note_petition(
        actor=place.secretary, organization=place.cell, details=details, raised_on=TODAY, now=NOW
    )
    assert ([one.member for one in petition.askers.all()], petition.more_askers) == ([second], 1)


# ── the program's own work takes as much as there is to do ────────────────────


@pytest.mark.parametrize("waiting", [1, 3])
def test_a_question_that_is_not_over_costs_the_day_s_work_nothing(
    place: Place, waiting: int, django_assert_num_queries: Any
) -> None:
    for number in range(waiting):
        make_petition(place.cell, f"Sửa cầu {number}", holder=place.commune, **CLARIFYING)
    with django_assert_num_queries(2):
        assert services.keep_clocks(actor=Actor.system(), now=NOW) == 0


def test_a_question_ends_after_its_last_day_and_not_on_it(place: Place) -> None:
    place.set(**CLARIFYING)
    moments = (NOW, NOW + DAY, NOW + 2 * DAY, NOW + 2 * DAY)
    assert [services.keep_clocks(actor=Actor.system(), now=moment) for moment in moments] == [0, 0, 1, 0]


def test_many_are_gone_through_in_parts_and_each_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        make_petition(place.cell, f"Sửa cầu {number}", holder=place.commune)
    keys = list(Petition.objects.filter(holder=place.commune, state=PetitionState.OPEN).values_list("pk", flat=True))
    for module in (clock_services, sum_services):
        monkeypatch.setattr(module, "CHUNK", 2)
    parts = list(clock_services._list_running(place.commune))
    assert [part for part in parts if len(part) > 2] == []
    assert [key for part in parts for key in part] == sorted(keys)
    every = list(Petition.objects.order_by("pk").values_list("pk", flat=True))
    assert [key for part in sum_services._list_keys(Q()) for key in part] == every


def test_nobody_folds_by_hand(place: Place) -> None:
    with pytest.raises(NotAllowed):
        fold_sums(actor=make_actor(*Permission, user_id=7), unit_id=place.commune.pk)
