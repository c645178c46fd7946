"""Every act on a petition and on the library, word for word: what changes in the rows, the step, who is told what, the trail."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import models

from nennep.audit.models import AuditEvent
from nennep.notifications.models import Notification
from nennep.petitions.models import OutsideBody, Petition, PetitionStep, Practice
from tests.petitions.acts import ACTS
from tests.petitions.place import make_place

pytestmark = pytest.mark.django_db
KINDS: list[type[models.Model]] = [Petition, Practice, OutsideBody]
SEARCHED = {"key"}  # the words of a row once more, for searching
STEP = ("kind", "unit", "to", "text", "days", "until", "stood", "body", "letter", "letter_on", "by_name")
EXPECTED = Path(__file__).with_name("what_acts_write.txt")


def read_expected() -> dict[str, str]:
    parts = EXPECTED.read_text(encoding="utf-8").split("\n# ")[1:]
    return {name: body.strip() for name, body in (part.split("\n", 1) for part in parts)}


@pytest.mark.parametrize("name", list(ACTS))
def test_the_act_writes_this_and_nothing_else(name: str) -> None:
    place, act = make_place(), ACTS[name]
    act.prepare(place)
    place.set(**act.before)
    before = {kind: {row["id"]: row for row in kind._base_manager.values()} for kind in KINDS}
    steps = set(PetitionStep.objects.values_list("pk", flat=True))
    act.do(place, getattr(place, act.who))
    said = "\n".join([*say_rows(before), *say_steps(steps), *say_notices(), *say_trail()])
    for unit, word in ((place.cell, "CELL"), (place.commune, "COMMUNE")):
        said = said.replace(unit.name, word).replace(str(unit.public_id), word)
    for row in (row for kind in KINDS for row in kind._base_manager.all()):
        is_known = row.pk in before[type(row)]
        said = said.replace(str(row.public_id), f"[{row}]" if is_known else "[NEW]")  # type: ignore[attr-defined]
    assert said == read_expected()[name]


def say_rows(before: dict[type[models.Model], dict[int, dict[str, Any]]]) -> Iterator[str]:
    """Of each row that is new or other than before: its columns that are not empty, or that changed."""
    for kind in KINDS:
        for row in kind._base_manager.order_by("pk"):
            columns = {field.attname: field for field in kind._meta.concrete_fields if field.name not in SEARCHED}
            former = before[kind].get(row.pk)
            skipped = {"id", "public_id"}
            changed = [
                name
                for name in columns
                if name not in skipped and (getattr(row, name) != former[name] if former else getattr(row, name))
            ]
            if changed:
                values = ", ".join(f"{columns[name].name}={say(row, columns[name])}" for name in changed)
                yield f"{'row' if former else 'new'} {kind.__name__}: {values}"


def say(row: models.Model, field: models.Field[Any, Any]) -> str:
    return str(getattr(row, field.name))


def say_steps(known: set[int]) -> Iterator[str]:
    for step in PetitionStep.objects.exclude(pk__in=known).order_by("pk"):
        values = ", ".join(f"{name}={getattr(step, name)}" for name in STEP if getattr(step, name))
        yield f"step of “{step.petition.text}”: {values}"


def say_notices() -> Iterator[str]:
    for one in Notification.objects.select_related("user").order_by("user__full_name", "pk"):
        yield f"notice to {one.user.full_name}: {one.kind}, {one.title}. {one.body} {one.url}"


def say_trail() -> Iterator[str]:
    for event in AuditEvent.objects.order_by("pk"):
        yield f"trail: {event.verb}, {event.target_kind} {event.target_id}, {event.target_label!r}, {event.details}"
