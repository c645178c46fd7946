"""Comments given to a cell, and what became of them: rows, trail, who may."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from nennep.audit.models import AuditEvent
from nennep.core import events
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed, NotFound
from nennep.core.origins import Origin
from nennep.meetings.choices import AdviceAnswered, AdviceState
from nennep.meetings.models import Advice, Meeting
from nennep.meetings.services import advice
from nennep.meetings.services.advice import AdviceDraft
from nennep.organizations.models import Organization
from nennep.organizations.rules import UnitClosed
from nennep.organizations.services import merge_organization
from tests.factories.accounts import actor_of
from tests.factories.core import NOW, TODAY
from tests.factories.organizations import make_unit
from tests.factories.trails import list_trail
from tests.factories.village import Village

pytestmark = pytest.mark.django_db
VISIT = Origin("visits.visit", "7")


@pytest.fixture
def giver(village: Village) -> Actor:
    return Actor(user_id=village.reader.pk, name="Lương Quốc Hưng", grants=Actor.system().grants)


def give(giver: Actor, village: Village, text: str = "Gửi sớm", origin: Origin = VISIT, **draft: str) -> Advice:
    return advice.give_advice(
        actor=giver, organization=village.cell, draft=AdviceDraft(text, **draft), origin=origin, now=NOW
    )


def test_advice_is_kept_with_its_giver_and_origin(village: Village, giver: Actor) -> None:
    given = give(giver, village, "  Gửi   sớm ", example=" Mương  Nà Khà ", topic="c3")
    given.refresh_from_db()
    assert (given.text, given.example, given.topic, given.given_on, given.state) == (
        "Gửi sớm",
        "Mương Nà Khà",
        "c3",
        TODAY,
        AdviceState.OPEN,
    )
    assert (given.given_by_id, given.given_by_name, given.origin_kind, given.origin_id) == (
        village.reader.pk,
        "Lương Quốc Hưng",
        "visits.visit",
        "7",
    )
    event = AuditEvent.objects.get()
    assert (event.verb, event.target_kind, event.target_id, event.target_label, event.unit_path) == (
        "meetings.advised",
        "meetings.advice",
        str(given.public_id),
        "",
        village.cell.path,
    )


def test_three_comments_of_one_origin_and_the_same_words_once(village: Village, giver: Actor) -> None:
    first = give(giver, village, "Một")
    for text in ("Hai", "Ba"):
        give(giver, village, text)
    assert give(giver, village, " Một ") == first
    with pytest.raises(advice.TooMuchAdvice, match="nhiều nhất 3 điều"):
        give(giver, village, "Bốn")
    give(giver, village, "Bốn", Origin("visits.visit", "8"))
    give(giver, village, "Bốn", Origin("desk", "7"))
    for text, example, field in (("x" * 301, "", "text"), (" ", "", "text"), ("x", "x" * 1000, "example")):
        with pytest.raises(DomainError) as refusal:
            give(giver, village, text, Origin("desk", "9"), example=example)
        assert refusal.value.field == field


def test_only_the_giver_takes_open_advice_back(village: Village, giver: Actor) -> None:
    given = give(giver, village)
    for actor in (village.actor, Actor(user_id=None, name="Không ai")):
        with pytest.raises(NotFound):
            advice.remove_advice(actor=actor, public_id=given.public_id, now=NOW)
    Advice.objects.update(state=AdviceState.PARTLY, answer="Mới", answered_at_meeting=village.meeting)
    with pytest.raises(NotFound):
        advice.remove_advice(actor=giver, public_id=given.public_id, now=NOW)
    Advice.objects.update(state=AdviceState.OPEN, answer="", answered_at_meeting=None)
    with pytest.raises(NotFound):
        advice.remove_advice(actor=giver, public_id=UUID(int=7), now=NOW)
    advice.remove_advice(actor=giver, public_id=given.public_id, now=NOW)
    assert (Advice.objects.count(), list_trail("meetings")[-1]) == (0, ("meetings.advised", {"removed": True}))


def test_what_became_of_advice_is_answered_at_a_meeting(
    village: Village, giver: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[AdviceAnswered] = []
    monkeypatch.setitem(events._handlers, AdviceAnswered, [heard.append])
    given, before = give(giver, village), Meeting.objects.get().revision
    answer: dict[str, Any] = {"actor": village.actor, "meeting": village.meeting, "public_id": given.public_id}
    answer["now"] = NOW
    for state in set(AdviceState) - {AdviceState.TAKEN_UP}:
        with pytest.raises(advice.AnswerNeedsReason):
            advice.answer_advice(state=state, answer="  ", **answer)
    advice.answer_advice(state=AdviceState.PARTLY, answer=" Mới  một lần ", **answer)
    given.refresh_from_db()
    assert (given.state, given.answer, given.answered_at_meeting) == (
        AdviceState.PARTLY,
        "Mới một lần",
        village.meeting,
    )
    advice.answer_advice(state=AdviceState.TAKEN_UP, **answer)  # changed at the same meeting
    month = village.meeting.month
    assert heard == [AdviceAnswered(village.cell.pk, village.meeting.pk, month, advice_id=given.pk)] * 2
    details = {"advice": str(given.public_id), "state": "partly"}
    assert ("meetings.advice_answered", details) in list_trail("meetings")
    assert Meeting.objects.get().revision == before + 2
    Advice.objects.update(answer="Xong", answered_at_meeting=None)
    Advice.objects.update(
        organization=Organization.objects.get_parent(village.cell), answered_at_meeting=village.meeting
    )
    with pytest.raises(NotFound):  # another unit's
        advice.answer_advice(state=AdviceState.TAKEN_UP, **answer)
    Advice.objects.update(organization=village.cell, answered_at_meeting=None)
    with pytest.raises(NotFound):  # answered elsewhere
        advice.answer_advice(state=AdviceState.TAKEN_UP, **answer)
    with pytest.raises(DomainError) as refusal:
        advice.answer_advice(state=AdviceState.PARTLY, answer="x" * 1000, **answer)
    assert refusal.value.field == "answer"


def test_of_two_open_comments_the_one_that_is_meant_is_answered(village: Village, giver: Actor) -> None:
    first, second = give(giver, village, "Một"), give(giver, village, "Hai")
    write: dict[str, Any] = {"actor": village.actor, "meeting": village.meeting, "state": AdviceState.TAKEN_UP}
    answered = advice.answer_advice(public_id=second.public_id, now=NOW, **write)
    first.refresh_from_db()
    assert (answered, first.state) == (second, AdviceState.OPEN)
    with pytest.raises(NotFound):
        advice.answer_advice(public_id=UUID(int=7), now=NOW, **write)
    advice.remove_advice(actor=giver, public_id=first.public_id, now=NOW)
    assert Advice.objects.get() == second


def test_the_trail_knows_a_comment_by_its_id_alone(village: Village, giver: Actor) -> None:
    given = give(giver, village)
    advice.remove_advice(actor=giver, public_id=given.public_id, now=NOW)
    events = AuditEvent.objects.order_by("pk").values_list("target_kind", "target_id", "target_label", "unit_path")
    assert list(events) == [("meetings.advice", str(given.public_id), "", village.cell.path)] * 2


def test_only_who_may_gives_and_answers_advice(village: Village) -> None:
    reader = actor_of(village.member_user)
    calls: list[Callable[[], object]] = [
        lambda: give(reader, village),
        lambda: advice.answer_advice(
            actor=reader, meeting=village.meeting, public_id=UUID(int=7), state=AdviceState.TAKEN_UP, now=NOW
        ),
    ]
    for refused in calls:
        with pytest.raises(NotAllowed):
            refused()


def test_advice_for_a_merged_cell_is_the_successors_at_once(village: Village, giver: Actor) -> None:
    """It came in after the merger: nothing waits for the nightly reconciliation."""
    commune = Organization.objects.get_parent(village.cell)
    heir, last = make_unit("Chi bộ thôn Nà Mỏ", parent=commune), make_unit("Chi bộ thôn Nà Mèn", parent=commune)
    for former, successor in ((village.cell, heir), (heir, last)):
        merge_organization(
            actor=Actor.system(), organization=former, successor=successor, on=TODAY, reason="Sáp nhập", now=NOW
        )
    given = give(giver, village)
    last.refresh_from_db()
    assert given.organization == last
    assert AuditEvent.objects.get(verb="meetings.advised").unit_path == last.path


def test_no_advice_for_a_cell_that_nothing_goes_on_from(village: Village, giver: Actor) -> None:
    Organization.objects.filter(pk=village.cell.pk).update(closed_on=TODAY)
    with pytest.raises(UnitClosed):
        give(giver, village)
    assert Advice.objects.count() == 0
