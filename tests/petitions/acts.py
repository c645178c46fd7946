"""Every act on a petition and on the library: what stands there before, by whom it is done, what follows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from nennep.core.access import Actor
from nennep.members.models import Member
from nennep.petitions import services
from nennep.petitions.choices import PetitionField, PetitionState, PracticeState, StepKind, Verb, Word
from nennep.petitions.models import OutsideBody, Petition, Practice
from nennep.petitions.services import AnswerFacts, BodyDetails, PetitionDetails, PracticeDetails
from tests.factories.accounts import make_user
from tests.factories.cells import join_cell
from tests.factories.core import NOW, TODAY
from tests.factories.petitions import make_petition
from tests.petitions.place import ASKER, OFFICER, OTHER_ASKER, SECRETARY, Place

DAY = timedelta(days=1)
BETTER = PracticeDetails("Đổi công làm đường", "Mỗi hộ nửa ngày")


@dataclass
class Act:
    """How it stands before, what is done and by whom, what the trail then says, what is told to whom; `step` None: none."""

    do: Callable[[Place, Actor], Any]
    who: str
    verbs: list[Verb]
    told: list[tuple[str, str]] = field(default_factory=list)
    before: dict[str, Any] = field(default_factory=dict)
    steps: list[StepKind] = field(default_factory=list)
    prepare: Callable[[Place], object] = lambda _place: None
    not_by: tuple[str, ...] = ("outsider",)


def on_petition(service: Callable[..., Any], **words: Any) -> Callable[[Place, Actor], Any]:
    return lambda place, who: service(actor=who, petition=place.petition, now=NOW, **words)


def on_practice(service: Callable[..., Any], **words: Any) -> Callable[[Place, Actor], Any]:
    return lambda place, who: service(actor=who, practice=place.practice, now=NOW, **words)


def note(place: Place, who: Actor) -> Petition:
    details = PetitionDetails("Xin thêm bóng đèn", holder=place.commune)
    return services.note_petition(actor=who, organization=place.cell, details=details, raised_on=TODAY, now=NOW)


def note_hidden(place: Place, who: Actor) -> Petition:
    asker = Member.objects.get(full_name=ASKER)
    details = PetitionDetails(
        "Xin sửa mương", holder=place.commune, raised_by=asker, raised_by_name="Bà Páo", place="Nà Khà", is_hidden=True
    )
    return services.note_petition(actor=who, organization=place.cell, details=details, raised_on=TODAY, now=NOW)


def note_opinion(place: Place, who: Actor) -> Petition:
    details = PetitionDetails("Khen đường đẹp", is_opinion=True, raised_by_name="Ông Tình", field=PetitionField.ROADS)
    return services.note_petition(actor=who, organization=place.cell, details=details, raised_on=TODAY, now=NOW)


def raise_own(place: Place, who: Actor) -> Petition:
    details = PetitionDetails("Xin thêm bóng đèn")
    return services.raise_own(actor=who, organization=place.cell, details=details, now=NOW)


def pass_up(place: Place, who: Actor) -> Petition:
    return services.pass_on(actor=who, petition=place.petition, to=place.commune, now=NOW)


def hand_back(place: Place, who: Actor) -> Petition:
    return services.pass_on(actor=who, petition=place.petition, to=place.cell, now=NOW)


def send_out(place: Place, who: Actor) -> Petition:
    return services.send_to_body(actor=who, petition=place.petition, body=place.body, now=NOW)


def write_body(place: Place, who: Actor) -> OutsideBody:
    return services.write_body(actor=who, organization=place.commune, details=BodyDetails("Phòng Kinh tế"), now=NOW)


def end_body(place: Place, who: Actor) -> int:
    return services.end_body(actor=who, body=place.body, now=NOW)


def join(place: Place, who: Actor) -> Petition:
    other = Petition.objects.get(text="Cầu sắp sập")
    return services.join_petitions(actor=who, petition=place.petition, other=other, now=NOW)


def separate(place: Place, who: Actor) -> Petition:
    other = Petition.objects.get(text="Cầu sắp sập")
    return services.separate_petition(actor=who, petition=other, now=NOW)


def make_other(place: Place) -> None:
    make_petition(place.cell, "Cầu sắp sập", holder=place.commune, due_on=date(2026, 12, 1))


def make_joined(place: Place) -> None:
    facts = {"holder": place.commune, "state": PetitionState.JOINED, "joined_to": place.petition}
    member = join_cell(place.cell, OTHER_ASKER, user_id=make_user(OTHER_ASKER).pk)
    make_petition(place.cell, "Cầu sắp sập", settled_on=TODAY, raised_by=member, **facts)


def propose(place: Place, who: Actor) -> Practice:
    return services.propose_practice(
        actor=who, organization=place.cell, to=place.commune, details=BETTER, source_on=TODAY, now=NOW
    )


def thank(place: Place, who: Actor) -> Practice:
    return services.thank_practice(actor=who, practice=place.practice, cell=place.cell, now=NOW)


def published(place: Place) -> None:
    Practice.objects.filter(pk=place.practice.pk).update(state=PracticeState.PUBLISHED)


ANSWERED: dict[str, Any] = {"state": PetitionState.ANSWERED, "answer": "Sẽ làm", "answered_on": TODAY}
SOLVED: dict[str, Any] = ANSWERED | {"state": PetitionState.SOLVED, "settled_on": TODAY, "word": "satisfied"}
CLARIFYING: dict[str, Any] = {"state": PetitionState.CLARIFYING, "waits_until": TODAY + DAY}
TO_OFFICER = [(OFFICER, "petitions.passed_on")]
TO_CELL = [(ASKER, "petitions.answered"), (SECRETARY, "petitions.answered")]
ASKED = [(ASKER, "petitions.asked"), (SECRETARY, "petitions.asked")]

ACTS = {
    "note": Act(note, "secretary", [Verb.NOTED], TO_OFFICER, not_by=("outsider", "asker")),
    "raise_own": Act(
        raise_own, "asker", [Verb.NOTED], [(SECRETARY, "petitions.raised")], not_by=("outsider", "officer")
    ),
    "pass_on": Act(
        pass_up,
        "secretary",
        [Verb.PASSED_ON],
        TO_OFFICER,
        prepare=lambda place: place.set(holder=place.cell),
        steps=[StepKind.PASSED_ON],
        not_by=("outsider", "asker"),
    ),
    "hand back": Act(
        hand_back,
        "officer",
        [Verb.PASSED_ON],
        [(SECRETARY, "petitions.passed_on")],
        steps=[StepKind.BOUNCED],
        not_by=("outsider", "asker"),
    ),
    "confirm_solved": Act(
        on_petition(services.confirm_solved),
        "secretary",
        [Verb.SOLVED],
        before=ANSWERED,
        steps=[StepKind.SOLVED],
        not_by=("outsider", "asker", "officer"),
    ),
    "reopen_petition": Act(
        on_petition(services.reopen_petition, text="Lại hỏng"),
        "secretary",
        [Verb.REOPENED],
        TO_OFFICER,
        before=SOLVED | {"on_spot": True, "closed_because": "x", "promised_for": TODAY},
        steps=[StepKind.REOPENED],
        not_by=("outsider", "asker", "officer"),
    ),
    "withdraw_petition": Act(
        on_petition(services.withdraw_petition, text="Thôi"),
        "secretary",
        [Verb.WITHDRAWN],
        steps=[StepKind.WITHDRAWN],
        not_by=("outsider", "asker", "officer"),
    ),
    "extend_answer": Act(
        on_petition(services.extend_answer, until=date(2026, 11, 25), text="Chờ vật tư"),
        "officer",
        [Verb.EXTENDED],
        ASKED,
        steps=[StepKind.EXTENDED],
        not_by=("outsider", "asker"),
    ),
    "ask_asker": Act(
        on_petition(services.ask_asker, text="Cầu nào?"),
        "officer",
        [Verb.ASKED],
        ASKED,
        steps=[StepKind.ASKED],
        not_by=("outsider", "asker"),
    ),
    "clarify": Act(
        on_petition(services.clarify, text="Cầu treo"),
        "asker",
        [Verb.CLARIFIED],
        TO_OFFICER,
        before=CLARIFYING,
        steps=[StepKind.CLARIFIED],
    ),
    "report_done": Act(
        on_petition(services.report_done, text="Đã sửa xong"),
        "officer",
        [Verb.DONE],
        TO_CELL,
        before=ANSWERED | {"state": PetitionState.PROMISED, "promised_for": TODAY},
        steps=[StepKind.DONE],
        not_by=("outsider", "asker"),
    ),
    "read_opinion": Act(
        on_petition(services.read_opinion),
        "officer",
        [Verb.READ],
        before={"state": PetitionState.OPINION},
        steps=[StepKind.READ],
        not_by=("outsider", "asker"),
    ),
    "answer_petition": Act(
        on_petition(services.answer_petition, answer="Sẽ sửa"),
        "officer",
        [Verb.ANSWERED],
        TO_CELL,
        steps=[StepKind.ANSWERED],
        not_by=("outsider", "asker"),
    ),
    "answer on the spot": Act(
        on_petition(services.answer_petition, answer="Sửa ngay", settled=True),
        "secretary",
        [Verb.ANSWERED],
        [(ASKER, "petitions.answered")],
        prepare=lambda place: place.set(holder=place.cell),
        steps=[StepKind.ANSWERED, StepKind.SOLVED],
        not_by=("outsider", "asker"),
    ),
    "promise": Act(
        on_petition(services.answer_petition, answer="Sẽ sửa", facts=AnswerFacts(promised_for=TODAY + DAY)),
        "officer",
        [Verb.ANSWERED],
        TO_CELL,
        before={"silent_meetings": 1, "silent_on": TODAY - DAY},
        steps=[StepKind.ANSWERED],
        not_by=("outsider", "asker"),
    ),
    "answer of an office": Act(
        on_petition(services.answer_petition, answer="Sẽ kéo", facts=AnswerFacts(letter="15/CV-ĐL", letter_on=TODAY)),
        "officer",
        [Verb.ANSWERED],
        TO_CELL,
        prepare=lambda place: place.set(body=place.body),
        steps=[StepKind.ANSWERED],
        not_by=("outsider", "asker"),
    ),
    "say partly": Act(
        on_petition(services.reopen_petition, text="Còn thiếu", word=Word.PARTLY),
        "secretary",
        [Verb.REOPENED],
        TO_OFFICER,
        before=ANSWERED,
        steps=[StepKind.PARTLY],
        not_by=("outsider", "asker", "officer"),
    ),
    "hand back again": Act(
        hand_back,
        "officer",
        [Verb.RISEN, Verb.PASSED_ON],
        [(SECRETARY, "petitions.risen")],
        before={"bounces": 1},
        steps=[StepKind.BOUNCED, StepKind.RISEN],
        not_by=("outsider", "asker"),
    ),
    "hand back what was answered": Act(
        hand_back,
        "officer",
        [Verb.PASSED_ON],
        [(SECRETARY, "petitions.passed_on")],
        before=ANSWERED,
        steps=[StepKind.BOUNCED],
        not_by=("outsider", "asker"),
    ),
    "confirm what others joined": Act(
        on_petition(services.confirm_solved),
        "secretary",
        [Verb.SOLVED],
        [(OTHER_ASKER, "petitions.joined_settled")],
        prepare=make_joined,
        before=ANSWERED,
        steps=[StepKind.SOLVED],
        not_by=("outsider", "asker", "officer"),
    ),
    "withdraw what others joined": Act(
        on_petition(services.withdraw_petition, text="Thôi"),
        "secretary",
        [Verb.WITHDRAWN],
        [(OTHER_ASKER, "petitions.joined_settled")],
        prepare=make_joined,
        steps=[StepKind.WITHDRAWN],
        not_by=("outsider", "asker", "officer"),
    ),
    "note for somebody": Act(note_hidden, "secretary", [Verb.NOTED], TO_OFFICER, not_by=("outsider", "asker")),
    "note an opinion": Act(note_opinion, "secretary", [Verb.NOTED], not_by=("outsider", "asker")),
    "write_body": Act(write_body, "officer", [Verb.BODY_WRITTEN], not_by=("outsider", "asker", "secretary")),
    "end_body": Act(
        end_body,
        "officer",
        [Verb.BODY_ENDED, Verb.BODY_ENDED],
        prepare=lambda place: place.set(body=place.body),
        steps=[StepKind.ENDED],
        not_by=("outsider", "asker", "secretary"),
    ),
    "send_to_body": Act(send_out, "officer", [Verb.ROUTED], steps=[StepKind.ROUTED], not_by=("outsider", "asker")),
    "join_petitions": Act(
        join,
        "officer",
        [Verb.JOINED, Verb.JOINED],
        [(ASKER, "petitions.joined")],
        prepare=make_other,
        steps=[StepKind.JOINED],
        not_by=("outsider", "asker"),
    ),
    "separate_petition": Act(
        separate,
        "officer",
        [Verb.SEPARATED, Verb.SEPARATED],
        prepare=make_joined,
        steps=[StepKind.SEPARATED],
        not_by=("outsider", "asker"),
    ),
    "propose_practice": Act(
        propose,
        "secretary",
        [Verb.PRACTICE_PROPOSED],
        [(OFFICER, "petitions.practice_proposed")],
        not_by=("outsider", "asker"),
    ),
    "publish_practice": Act(
        on_practice(services.publish_practice, details=BETTER),
        "officer",
        [Verb.PRACTICE_PUBLISHED],
        not_by=("outsider", "asker", "secretary"),
    ),
    "publish_answer": Act(
        on_petition(services.publish_answer, details=BETTER),
        "officer",
        [Verb.PRACTICE_PUBLISHED],
        before=SOLVED,
        not_by=("outsider", "asker", "secretary"),
    ),
    "decline_practice": Act(
        on_practice(services.decline_practice, text="Chưa rõ"),
        "officer",
        [Verb.PRACTICE_DECLINED],
        not_by=("outsider", "asker", "secretary"),
    ),
    "retire_practice": Act(
        on_practice(services.retire_practice, valid_to=TODAY),
        "officer",
        [Verb.PRACTICE_RETIRED],
        prepare=published,
        not_by=("outsider", "asker", "secretary"),
    ),
    "thank_practice": Act(thank, "secretary", [Verb.PRACTICE_THANKED], prepare=published, not_by=("outsider", "asker")),
}
