"""Between question and answer: handed on as not ours, more time, a question back, offices outside, rising, promises, opinions."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from nennep.accounts.choices import Role
from nennep.core import events
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.events import load_handlers
from nennep.core.merging import TextsChanged
from nennep.core.typed import ReasonMissing
from nennep.notifications.models import Notification
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.petitions import services
from nennep.petitions.choices import PetitionChanged, PetitionState, StepKind, Word
from nennep.petitions.models import OutsideBody, Petition
from nennep.petitions.queries import list_bodies
from nennep.petitions.services import AnswerFacts, BodyDetails, PetitionDetails
from nennep.petitions.services.petitions import keep_step
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.cells import FOUNDED, join_cell
from tests.factories.core import NOW, TODAY
from tests.factories.petitions import make_petition

pytestmark = pytest.mark.django_db
DUE = date(2026, 12, 22)  # thirty working days after TODAY
DAY = timedelta(days=1)


class Levels:
    """A province, a commune and a village cell, with somebody who acts for each."""

    def __init__(self) -> None:
        facts: dict[str, Any] = {"opened_on": FOUNDED}
        self.province = Organization.objects.add_root(
            {"code": "T", "name": "Tỉnh ủy", "kind": UnitKind.PROVINCE, **facts}
        )
        self.commune = Organization.objects.add_child(
            self.province, {"code": "X", "name": "Đảng ủy xã", "kind": UnitKind.BASE, **facts}
        )
        self.cell = Organization.objects.add_child(
            self.commune, {"code": "C", "name": "Chi bộ thôn", "kind": UnitKind.CELL, **facts}
        )
        self.secretary = self.act("Bí thư", Role.SECRETARY, self.cell)
        self.officer = self.act("Cán bộ xã", Role.COMMUNE_OFFICER, self.commune)
        self.board = self.act("Cán bộ tỉnh", Role.COMMUNE_OFFICER, self.province)

    def act(self, name: str, role: Role, unit: Organization) -> Actor:
        user = make_user(name)
        grant_role(user, role, unit, subtree=role == Role.COMMUNE_OFFICER)
        return actor_of(user)

    def ask(self, text: str = "Sửa cầu", **facts: Any) -> Petition:
        details = PetitionDetails(text, holder=self.commune, **facts)
        return services.note_petition(
            actor=self.secretary, organization=self.cell, details=details, raised_on=TODAY, now=NOW
        )


@pytest.fixture
def levels() -> Levels:
    return Levels()


def kinds(petition: Petition) -> list[StepKind]:
    return [StepKind(step.kind) for step in petition.steps.order_by("pk")]


def told() -> set[tuple[str, str]]:
    return set(Notification.objects.values_list("user__full_name", "title"))


def stand(petition: Petition) -> tuple[Organization, str, date, int]:
    petition.refresh_from_db()
    return petition.holder, petition.state, petition.due_on, petition.late_days


def test_not_ours_keeps_the_first_clock_and_twice_rises(levels: Levels) -> None:
    petition = levels.ask()
    later = NOW + 7 * DAY
    services.pass_on(actor=levels.officer, petition=petition, to=levels.province, text="Thuộc tỉnh", now=later)
    assert stand(petition) == (levels.province, PetitionState.OPEN, DUE, 0)
    Notification.objects.all().delete()
    services.pass_on(actor=levels.board, petition=petition, to=levels.commune, text="Thuộc xã", now=later + DAY)
    assert stand(petition) == (levels.province, PetitionState.OPEN, DUE, 0)
    assert kinds(petition) == [StepKind.NOTED, StepKind.BOUNCED, StepKind.BOUNCED, StepKind.RISEN]
    assert ("Cán bộ xã", "Kiến nghị đã tự chuyển lên Tỉnh ủy") in told()
    with pytest.raises(services.RiseFirst):
        services.pass_on(actor=levels.board, petition=petition, to=levels.commune, now=later + 2 * DAY)


def test_what_lies_above_goes_on_from_there_alone(levels: Levels) -> None:
    """The cell asks once; that a matter is not the commune's to settle says the commune, and the first clock runs on."""
    petition = levels.ask()
    with pytest.raises(NotAllowed):
        services.pass_on(actor=levels.secretary, petition=petition, to=levels.province, now=NOW + 7 * DAY)
    assert stand(petition)[2] == DUE


def test_nobody_above_sends_in_the_name_of_the_cell(levels: Levels) -> None:
    """A commune that hands a matter back to the cell cannot take it again with a fresh clock."""
    petition = levels.ask()
    services.pass_on(actor=levels.officer, petition=petition, to=levels.cell, now=NOW + DAY)
    with pytest.raises(NotAllowed):
        services.pass_on(actor=levels.officer, petition=petition, to=levels.commune, now=NOW + 2 * DAY)
    petition.refresh_from_db()
    assert petition.holder == levels.cell


def test_overdue_it_rises_one_level_by_itself_and_says_so_to_both(levels: Levels) -> None:
    petition = levels.ask()
    system, last_day = Actor.system(), NOW.replace(month=12, day=22)
    assert services.keep_clocks(actor=system, now=last_day) == 0
    Notification.objects.all().delete()
    assert [services.keep_clocks(actor=system, now=last_day + DAY) for _time in range(2)] == [1, 0]
    holder, state, due, late = stand(petition)
    assert (holder, state, late, petition.risen) == (levels.province, PetitionState.OPEN, 1, True)
    assert due > DUE
    assert told() == {
        ("Cán bộ tỉnh", "Kiến nghị tự chuyển lên, cần trả lời"),
        ("Cán bộ xã", "Kiến nghị đã tự chuyển lên Tỉnh ủy"),
        ("Bí thư", "Kiến nghị đã tự chuyển lên Tỉnh ủy"),
    }


def test_what_was_told_to_take_longer_while_the_job_ran_does_not_rise(
    levels: Levels, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job had it on its list; the new day was told before its turn came."""
    first, second = levels.ask(), levels.ask("Sửa đường")
    until, overdue = date(2027, 1, 15), NOW.replace(month=12, day=23)
    seen: list[int] = []

    def extend_the_other(change: PetitionChanged) -> None:
        if change.petition_id == first.pk and not seen:
            seen.append(second.pk)
            services.extend_answer(actor=levels.officer, petition=second, until=until, text="Chờ", now=overdue)

    load_handlers()
    former = events._handlers.get(PetitionChanged, [])
    monkeypatch.setitem(events._handlers, PetitionChanged, [*former, extend_the_other])
    assert services.keep_clocks(actor=Actor.system(), now=overdue) == 1
    assert seen == [second.pk]
    assert [stand(one)[0] for one in (first, second)] == [levels.province, levels.commune]
    assert stand(second)[2] == until


def test_an_extension_told_in_time_is_not_chased(levels: Levels) -> None:
    petition, until = levels.ask(), date(2027, 1, 15)
    services.extend_answer(actor=levels.officer, petition=petition, until=until, text="Chờ khảo sát", now=NOW)
    assert services.keep_clocks(actor=Actor.system(), now=NOW.replace(month=12, day=24)) == 0
    assert stand(petition) == (levels.commune, PetitionState.OPEN, until, 0)
    assert ("Bí thư", "Kiến nghị cần đồng chí xem") in told()


@pytest.mark.parametrize("until", [DUE, date(2027, 3, 1)], ids=["not later", "too far"])
def test_an_extension_has_its_bounds_and_its_reason(levels: Levels, until: date) -> None:
    petition = levels.ask()
    with pytest.raises(services.ExtendedTooFar):
        services.extend_answer(actor=levels.officer, petition=petition, until=until, text="Chờ", now=NOW)
    with pytest.raises(ReasonMissing):
        services.extend_answer(actor=levels.officer, petition=petition, until=date(2027, 1, 4), text=" ", now=NOW)


def test_a_question_stands_still_until_the_asker_or_the_end(levels: Levels) -> None:
    user = make_user("Lý Thị Mỷ")
    member = join_cell(levels.cell, "Lý Thị Mỷ", user_id=user.pk)
    petition, other = levels.ask(raised_by=member), levels.ask("Sửa đường")
    for one in (petition, other):
        services.ask_asker(actor=levels.officer, petition=one, text="Cầu nào?", now=NOW)
    services.clarify(actor=actor_of(user), petition=petition, text="Cầu Nà Khà", now=NOW + DAY)
    assert stand(petition) == (levels.commune, PetitionState.OPEN, date(2026, 12, 23), 0)
    assert stand(other)[1] == PetitionState.CLARIFYING
    system = Actor.system()
    end = datetime(2026, 12, 2, 8, 0, tzinfo=NOW.tzinfo)  # fifteen working days are over on 1/12
    assert [services.keep_clocks(actor=system, now=moment) for moment in (end - DAY, end, end)] == [0, 1, 0]
    assert stand(other) == (levels.commune, PetitionState.OPEN, date(2027, 1, 13), 0)
    with pytest.raises(services.StepOver):
        services.clarify(actor=levels.secretary, petition=other, text="Đường nào", now=end)


def test_a_stranger_makes_nothing_clear(levels: Levels) -> None:
    petition = levels.ask()
    services.ask_asker(actor=levels.officer, petition=petition, text="Cầu nào?", now=NOW)
    with pytest.raises(NotAllowed):
        services.clarify(actor=actor_of(make_user("Người lạ")), petition=petition, text="Cầu", now=NOW)


def test_an_office_outside_answers_by_letter_and_ends_without_losing_anything(levels: Levels) -> None:
    details = BodyDetails("Điện lực", "0207 3 888 888", [])
    body = services.write_body(actor=levels.officer, organization=levels.commune, details=details, now=NOW)
    with pytest.raises(services.BodyTaken):
        services.write_body(actor=levels.officer, organization=levels.commune, details=details, now=NOW)
    petition, held = levels.ask(), levels.ask("Kéo điện")
    assert list_bodies(petition, today=TODAY) == (body,)
    for one in (petition, held):
        services.send_to_body(actor=levels.officer, petition=one, body=body, now=NOW)
    assert stand(petition)[2] == DUE
    petition.refresh_from_db()
    with pytest.raises(services.LetterMissing):
        services.answer_petition(actor=levels.officer, petition=petition, answer="Sẽ kéo", now=NOW)
    facts = AnswerFacts(letter="15/CV-ĐL", letter_on=TODAY)
    services.answer_petition(actor=levels.officer, petition=petition, answer="Sẽ kéo", facts=facts, now=NOW)
    step = petition.steps.get(kind=StepKind.ANSWERED)
    assert (step.letter, step.letter_on, step.body) == ("15/CV-ĐL", TODAY, body)
    Notification.objects.all().delete()
    assert [services.end_body(actor=levels.officer, body=body, now=NOW + DAY) for _time in range(2)] == [1, 0]
    held.refresh_from_db()
    assert (held.body, held.holder, kinds(held)[-1]) == (None, levels.commune, StepKind.ENDED)
    with pytest.raises(services.BodyOver):
        services.send_to_body(actor=levels.officer, petition=held, body=body, now=NOW + DAY)
    with pytest.raises(NotAllowed):
        services.write_body(actor=levels.secretary, organization=levels.commune, details=details, now=NOW)


@pytest.mark.parametrize(
    ("since", "until"), [(DAY, DAY), (0 * DAY, 0 * DAY), (-DAY, 0 * DAY)], ids=["later", "today", "before"]
)
def test_an_office_outside_ends_today_but_never_before_it_began(
    levels: Levels, since: timedelta, until: timedelta
) -> None:
    body = OutsideBody.objects.create(unit=levels.commune, name="Điện lực", valid_from=TODAY + since)
    services.end_body(actor=levels.officer, body=body, now=NOW)
    body.refresh_from_db()
    assert body.valid_to == TODAY + until


@pytest.mark.parametrize("kind", list(StepKind))
def test_the_last_day_is_kept_with_what_may_end_a_clock(levels: Levels, kind: StepKind) -> None:
    """Kinds that may come after the last day keep it; of others it is of no use."""
    petition = levels.ask()
    step = keep_step(petition, kind, levels.officer, NOW, unit=levels.commune)
    assert step.stood == (DUE if kind.keeps_last_day else None)


def test_a_matter_goes_to_offices_of_its_holder_and_above_alone(levels: Levels) -> None:
    body = OutsideBody.objects.create(unit=levels.cell, name="Thôn", valid_from=TODAY)
    with pytest.raises(services.BodyElsewhere):
        services.send_to_body(actor=levels.officer, petition=levels.ask(), body=body, now=NOW)


def test_a_promise_has_its_own_clock_and_the_cell_its_word(levels: Levels) -> None:
    petition, day = levels.ask(), date(2026, 12, 10)
    facts = AnswerFacts(promised_for=day)
    services.answer_petition(actor=levels.officer, petition=petition, answer="Sẽ sửa", facts=facts, now=NOW)
    petition.refresh_from_db()
    assert (petition.state, petition.promised_for) == (PetitionState.PROMISED, day)
    services.report_done(actor=levels.officer, petition=petition, text="Đã sửa", now=NOW + DAY)
    services.reopen_petition(
        actor=levels.secretary, petition=petition, text="Thiếu lan can", word=Word.PARTLY, now=NOW + DAY
    )
    petition.refresh_from_db()
    assert (petition.state, petition.word, petition.promised_for) == (PetitionState.OPEN, Word.PARTLY, None)
    assert kinds(petition) == [StepKind.NOTED, StepKind.ANSWERED, StepKind.DONE, StepKind.PARTLY]
    with pytest.raises(services.PromisedTooEarly):
        services.answer_petition(
            actor=levels.officer, petition=petition, answer="Có", facts=AnswerFacts(promised_for=TODAY), now=NOW + DAY
        )


def test_two_officers_at_once_see_both_texts(levels: Levels) -> None:
    petition = levels.ask()
    services.answer_petition(actor=levels.officer, petition=petition, answer="Sửa tháng 12", now=NOW)
    with pytest.raises(TextsChanged) as refused:
        services.answer_petition(
            actor=levels.board, petition=petition, answer="Không sửa", facts=AnswerFacts(begun=""), now=NOW
        )
    assert refused.value.merges["answer"].text == "Sửa tháng 12\nKhông sửa"
    petition.refresh_from_db()
    assert petition.answer == "Sửa tháng 12"


def test_an_opinion_is_closed_by_reading_and_never_chased(levels: Levels) -> None:
    petition = levels.ask("Khen cán bộ xã", is_opinion=True)
    assert services.keep_clocks(actor=Actor.system(), now=NOW + 90 * DAY) == 0
    services.read_opinion(actor=levels.officer, petition=petition, now=NOW)
    assert stand(petition)[1] == PetitionState.READ
    with pytest.raises(services.PetitionSettled):
        services.answer_petition(actor=levels.officer, petition=petition, answer="Cảm ơn", now=NOW)


@pytest.mark.parametrize(
    "facts",
    [
        {"state": PetitionState.SOLVED, "settled_on": TODAY, "answer": "", "word": Word.SATISFIED},
        {"state": PetitionState.SOLVED, "settled_on": TODAY, "answer": "Có", "word": ""},
        {"state": PetitionState.WITHDRAWN, "settled_on": TODAY, "closed_because": ""},
    ],
    ids=["no answer", "no word", "no reason"],
)
def test_nothing_ends_without_answer_and_word_or_reason(levels: Levels, facts: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_petition(levels.cell, **facts)


def test_what_is_joined_gets_the_answer_too(levels: Levels) -> None:
    first, second = levels.ask(), levels.ask("Sửa cầu Nà Khà")
    services.join_petitions(actor=levels.secretary, petition=first, other=second, now=NOW)
    services.answer_petition(actor=levels.officer, petition=first, answer="Sẽ sửa", now=NOW)
    second.refresh_from_db()
    assert (second.state, second.answer, second.answered_on) == (PetitionState.JOINED, "Sẽ sửa", TODAY)
