"""What was typed is never lost to a refusal because somebody else was faster: each form, sent after its thing went on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.messages import constants
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from lxml import html

from nennep.assessments.choices import SheetState
from nennep.assessments.models import ScoreSheet
from nennep.classification.choices import CampaignState, RatingState
from nennep.classification.models import Campaign, Rating
from nennep.core.access import Actor
from nennep.duties.choices import DutyState
from nennep.duties.models import Duty
from nennep.meetings.choices import MeetingState, ThemeState
from nennep.meetings.models import Meeting, ThemePlan
from nennep.petitions.choices import PetitionState, PracticeState
from nennep.petitions.models import Petition, Practice
from nennep.records.services.minutes import approve_minutes
from nennep.visits.choices import VisitState
from nennep.visits.models import Visit
from tests.architecture.test_form_pages import PAGES, _data, _forms, _pages, _text_fields
from tests.architecture.test_url_access import ADDRESSES, ROWS
from tests.architecture.world import World
from tests.factories.core import NOW, TODAY

pytestmark = pytest.mark.django_db
SEARCHES = {"members:find_by_identity"}  # looks for somebody; an identity number is not shown again


@dataclass
class Sent:
    """A form as somebody filled it in before the others went on."""

    name: str
    client: Client
    address: str
    data: dict[str, Any]
    typed: list[str]


def call_off() -> None:
    """Whatever can be given up is."""
    Meeting.objects.update(state=MeetingState.CANCELLED)
    Duty.objects.update(state=DutyState.DROPPED, settled_on=TODAY)
    _settle_petitions(PetitionState.WITHDRAWN)
    Practice.objects.update(state=PracticeState.DECLINED, declined_because="Trùng việc khác.")
    ThemePlan.objects.update(state=ThemeState.DROPPED)
    Visit.objects.filter(attended_on=None).update(state=VisitState.CANCELLED)


def finish() -> None:
    """Whatever can be brought to its end is."""
    Meeting.objects.update(state=MeetingState.HELD, opened_at=NOW, closed_at=NOW)
    for meeting in Meeting.objects.filter(minutes_versions=None):
        approve_minutes(actor=Actor.system(), meeting=meeting, now=NOW)
    ScoreSheet.objects.update(state=SheetState.AGREED, agreed_at=NOW, total=90, grade="good")
    Duty.objects.update(state=DutyState.DONE, settled_on=TODAY)
    _settle_petitions(PetitionState.SOLVED)
    Visit.objects.update(state=VisitState.ATTENDED, attended_on=TODAY)
    Rating.objects.exclude(state=RatingState.NOT_RATED).update(state=RatingState.DECIDED)
    Campaign.objects.update(state=CampaignState.CLOSED)


def _settle_petitions(state: PetitionState) -> None:
    Petition.objects.filter(joined_to=None).update(
        state=state, settled_on=TODAY, answered_on=TODAY, answer="Đã sửa.", closed_because="Đã xong."
    )


def fill_in(world: World, name: str) -> list[Sent]:
    """Every form of the page, with words in its texts and something chosen wherever a choice stands open."""
    found = []
    for client, page in _pages(world, ADDRESSES[name], ROWS[name]):
        for form, address in _forms(page):
            texts = {field.name: f"Điều đã gõ vào ô {field.name}" for field in _text_fields(form)}
            found.append(Sent(name, client, address, _choose(form) | texts, list(texts.values())))
    return found


def _choose(form: html.FormElement) -> dict[str, Any]:
    chosen = _data(form)
    for field in form.inputs:
        if field.tag == "select" and not chosen.get(field.name, [""])[0]:
            chosen[field.name] = next((option for option in field.value_options if option), "")
        elif field.get("type") == "radio" and field.name not in chosen:
            chosen[field.name] = field.get("value")
    return chosen


def send(one: Sent) -> list[str]:
    """What is lost of what was typed: refused, and not in the answer; then as if nothing had been sent."""
    with transaction.atomic():
        answer = one.client.post(one.address, one.data)
        lost = _list_lost(one, answer)
        transaction.set_rollback(True)
    return lost


def _list_lost(one: Sent, answer: HttpResponseBase) -> list[str]:
    if answer.status_code == 302:
        said = [
            message
            for message in one.client.get(answer["Location"]).context["messages"]
            if message.level == constants.ERROR
        ]
        return [str(message) for message in said]
    shown = b"".join(answer).decode()
    return [text for text in one.typed if text not in shown] if answer.status_code >= 400 else []


@pytest.mark.parametrize("change", [call_off, finish])
def test_what_is_typed_comes_back_when_the_thing_went_on_meanwhile(world: World, change: Callable[[], None]) -> None:
    lost: dict[tuple[str, str], list[str]] = {}
    sent = 0
    for name in (name for name in PAGES if name not in SEARCHES):
        with transaction.atomic():
            forms = fill_in(world.untouched(), name)
            change()
            lost |= {(one.name, one.address): found for one in forms if (found := send(one))}
            sent += len(forms)
            transaction.set_rollback(True)
    assert lost == {}
    assert sent > 80
