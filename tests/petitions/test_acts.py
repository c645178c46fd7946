"""Every act on a petition and on the library, one by one: who may not, what is handed back and stored, its trail, who is told."""

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from nennep.accounts.models import User
from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.notifications.models import Notification
from nennep.organizations.models import Organization
from nennep.petitions import services
from nennep.petitions.choices import PetitionState, Verb
from nennep.petitions.models import Petition, Practice, PracticeThanks
from nennep.petitions.services import PracticeDetails
from tests.factories.core import NOW, TODAY
from tests.petitions.acts import ACTS, BETTER, DAY, SOLVED, propose, published, thank
from tests.petitions.place import Place, make_place

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Place:
    return make_place()


def read_rows() -> dict[str, list[dict[str, Any]]]:
    kinds: list[type[models.Model]] = [*apps.get_app_config("petitions").get_models(), AuditEvent, Notification]
    return {kind.__name__: list(kind._base_manager.order_by("pk").values()) for kind in kinds}


def read_stored(row: models.Model) -> dict[str, Any]:
    (found,) = type(row)._base_manager.filter(pk=row.pk).values()
    return found


@pytest.mark.parametrize("name", list(ACTS))
def test_nobody_else_does_it_and_it_leaves_its_lines_its_steps_and_its_notices(place: Place, name: str) -> None:
    act = ACTS[name]
    act.prepare(place)
    place.set(**act.before)
    before = read_rows()
    for who in act.not_by:
        with pytest.raises(NotAllowed):
            act.do(place, getattr(place, who))
    assert read_rows() == before
    actor: Actor = getattr(place, act.who)
    done = act.do(place, actor)
    after = read_rows()
    events = after["AuditEvent"]
    assert [(event["verb"], event["user_name"], event["at"]) for event in events] == [
        (verb, actor.name, NOW) for verb in act.verbs
    ]
    assert all(event["target_kind"].startswith("petitions.") for event in events)
    assert {event["unit_path"] for event in events} <= {place.cell.path, place.commune.path}
    people = dict(User.objects.values_list("pk", "full_name"))
    assert sorted((people[one["user_id"]], one["kind"]) for one in after["Notification"]) == act.told
    new = [row for row in after["PetitionStep"] if row["petition_id"] == place.petition.pk]
    assert [(row["kind"], row["by_name"], row["at"]) for row in new] == [(kind, actor.name, NOW) for kind in act.steps]
    assert isinstance(done, models.Model | int)
    if isinstance(done, models.Model):
        stored = read_stored(done)
        handed = {name: getattr(done, name) for name in stored if name != "thanks"}
        assert handed == {name: value for name, value in stored.items() if name != "thanks"}
    others = {"PetitionStep": "Ai đó"}
    for kind, rows in before.items():
        untouched = [row for row in rows if row.get("by_name") == others.get(kind, "") or is_of_others(row, place)]
        assert [row for row in untouched if row not in after[kind]] == [], kind


def is_of_others(row: dict[str, Any], place: Place) -> bool:
    return row.get("text") == "Sửa đường" or row.get("title") == "Của cell khác" or row.get("name") == "Hạt kiểm lâm"


def test_every_verb_has_its_act_or_is_of_the_program() -> None:
    of_files = {Verb.FILE_ATTACHED, Verb.FILE_REMOVED, Verb.FILE_RESTORED, Verb.FILE_OPENED}  # test_files.py
    of_program = {Verb.RISEN, Verb.RECOUNTED, Verb.CORRECTED, Verb.FOLLOWED, Verb.EXPORTED}
    assert {verb for act in ACTS.values() for verb in act.verbs} | of_program | of_files == set(Verb)


def test_what_is_reopened_has_nothing_left_of_its_end(place: Place) -> None:
    place.set(**SOLVED, on_spot=True, closed_because="Xong", promised_for=TODAY)
    services.reopen_petition(actor=place.secretary, petition=place.petition, text="Lại hỏng", now=NOW)
    row = Petition.objects.get(pk=place.petition.pk)
    assert (row.state, row.settled_on, row.word, row.promised_for, row.on_spot, row.closed_because) == (
        PetitionState.OPEN,
        None,
        "not",
        None,
        False,
        "",
    )


def test_what_was_declined_may_be_proposed_again_and_the_same_twice_is_one(place: Place) -> None:
    first = propose(place, place.secretary)
    assert propose(place, place.secretary) == first
    services.decline_practice(actor=place.officer, practice=first, text="Chưa rõ", now=NOW)
    second = propose(place, place.secretary)
    assert second != first
    assert propose(place, place.secretary) == second
    later = services.propose_practice(
        actor=place.secretary,
        organization=place.cell,
        to=place.commune,
        details=BETTER,
        source_on=TODAY - DAY,
        now=NOW,
    )
    assert later not in {first, second}


def test_a_cell_thanks_once_and_only_for_itself(place: Place) -> None:
    published(place)
    for _again in range(2):
        thank(place, place.secretary)
    assert list(PracticeThanks.objects.values_list("practice_id", "cell_id", "at")) == [
        (place.practice.pk, place.cell.pk, NOW)
    ]
    assert Practice.objects.get(pk=place.practice.pk).thanks == 1
    other = Organization.objects.get(name="Chi bộ thôn Khác")
    with pytest.raises(NotAllowed):
        services.thank_practice(actor=place.secretary, practice=place.practice, cell=other, now=NOW)


@pytest.mark.parametrize("words", ["ba con", "nhan dan", "nguoi dan", "cac ho", "cu tri", "tap the"])
def test_many_who_asked_together_are_nobody_s_name(place: Place, words: str) -> None:
    name = {
        "ba con": "Bà con thôn trên",
        "nhan dan": "Nhân dân thôn trên",
        "nguoi dan": "Người dân thôn trên",
        "cac ho": "Các hộ thôn trên",
        "cu tri": "Cử tri thôn trên",
        "tap the": "Tập thể thôn trên",
    }[words]
    place.set(**SOLVED, raised_by=None, raised_by_name=name)
    details = PracticeDetails("Sửa cầu", f"{name} góp công")
    services.publish_answer(actor=place.officer, petition=place.petition, details=details, now=NOW)
    Practice.objects.filter(petition=place.petition).delete()
    place.set(raised_by_name="Lò Văn Bình")
    named = PracticeDetails("Sửa cầu", "Theo lời Lò Văn Bình")
    with pytest.raises(services.PersonNamed):
        services.publish_answer(actor=place.officer, petition=place.petition, details=named, now=NOW)


@pytest.mark.parametrize(("handed", "offered"), [(0, 0), (1, 1)], ids=["same day", "later"])
def test_answer_days_count_from_the_day_it_was_raised(place: Place, handed: int, offered: int) -> None:
    place.set(raised_on=TODAY - handed * DAY)
    services.answer_petition(actor=place.officer, petition=place.petition, answer="Sẽ sửa", now=NOW)
    assert Petition.objects.get(pk=place.petition.pk).answer_days == offered
