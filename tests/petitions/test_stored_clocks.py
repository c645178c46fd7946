"""The last day of a row, its lateness and what it missed are what the page reads from its steps, after every act."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial
from itertools import product
from typing import Any

import pytest

from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.permissions import Permission
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.petitions import services
from nennep.petitions.choices import StepKind
from nennep.petitions.models import Petition
from nennep.petitions.queries import find_days_off, get_petition_page, read_stored_clock
from tests.factories.core import NOW, make_actor
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()
DAY = timedelta(days=1)
NOTED = NOW.replace(month=11, day=3)
DUE, LATER_DUE = date(2026, 12, 16), date(2027, 1, 5)  # 12 working days were left when the answer came


@pytest.fixture
def province() -> Organization:
    return make_unit("Tỉnh ủy Tuyên Quang", kind=UnitKind.PROVINCE)


@pytest.fixture
def commune(province: Organization) -> Organization:
    return make_unit("Đảng bộ xã Lăng Can", parent=province, kind=UnitKind.BASE)


@pytest.fixture
def petition(commune: Organization) -> Petition:
    cell = make_unit("Chi bộ thôn Nặm Chá", parent=commune)
    details = services.PetitionDetails("Sửa cầu", holder=commune)
    return services.note_petition(actor=SYSTEM, organization=cell, details=details, raised_on=NOTED.date(), now=NOTED)


def read(petition: Petition) -> tuple[date, int, date | None]:
    petition.refresh_from_db()
    return petition.due_on, petition.late_days, petition.missed_on


def answer(petition: Petition, now: datetime) -> None:
    services.answer_petition(actor=SYSTEM, petition=petition, answer="Sẽ sửa", now=now)


def test_what_was_answered_and_is_handed_on_has_the_time_that_was_left(
    petition: Petition, province: Organization
) -> None:
    assert read(petition) == (DUE, 0, None)
    answer(petition, NOTED.replace(month=12, day=1))
    handed = NOTED.replace(month=12, day=20)
    services.pass_on(actor=SYSTEM, petition=petition, to=province, now=handed)
    page = get_petition_page(
        actor=make_actor(*Permission, path=province.path), public_id=petition.public_id, today=handed.date()
    )
    assert (read(petition), page.time.clock.due_on, page.row.is_late) == ((LATER_DUE, 0, None), LATER_DUE, False)
    answer(petition, NOTED.replace(year=2027, month=1, day=5))
    step = petition.steps.filter(kind=StepKind.ANSWERED).latest("pk")
    assert (step.stood, read(petition)) == (LATER_DUE, (LATER_DUE, 0, None))


def test_handed_on_a_second_time_what_rises_was_not_late(petition: Petition, province: Organization) -> None:
    answer(petition, NOTED.replace(month=12, day=1))
    for to, day in ((petition.organization, 18), (province, 20)):
        services.pass_on(actor=SYSTEM, petition=petition, to=to, now=NOTED.replace(month=12, day=day))
    assert read(petition)[1:] == (0, None)


def test_the_daily_work_finds_nothing_to_correct(petition: Petition, province: Organization) -> None:
    answer(petition, NOTED.replace(month=12, day=1))
    handed = NOTED.replace(month=12, day=20)
    services.pass_on(actor=SYSTEM, petition=petition, to=province, now=handed)
    assert services.reconcile_clocks(actor=SYSTEM, now=handed) == []


ACTS: dict[str, Callable[..., Any]] = {
    "answer": partial(services.answer_petition, answer="Sẽ sửa"),
    "up": services.pass_on,
    "down": services.pass_on,
    "extend": partial(services.extend_answer, text="Chờ"),
    "ask": partial(services.ask_asker, text="Ở đâu?"),
    "clarify": partial(services.clarify, text="Ở đây"),
    "reopen": partial(services.reopen_petition, text="Chưa xong"),
}


@pytest.mark.parametrize("acts", list(product(ACTS, repeat=2)), ids=" ".join)
def test_the_row_says_what_its_steps_say(petition: Petition, province: Organization, acts: tuple[str, ...]) -> None:
    """Six days between each act and the next; what may not follow is refused and changes nothing."""
    to: dict[str, dict[str, Any]] = {"up": {"to": province}, "down": {"to": petition.organization}}
    for number, name in enumerate(("ask", "answer", "up", *acts)):
        row, now = Petition.objects.get(pk=petition.pk), NOTED + 6 * number * DAY
        facts: dict[str, Any] = {"until": row.due_on + 3 * DAY} if name == "extend" else to.get(name, {})
        with suppress(DomainError):
            ACTS[name](actor=SYSTEM, petition=row, now=now, **facts)
        row.refresh_from_db()
        clock = read_stored_clock(row, list(row.steps.order_by("at", "pk")), find_days_off(holder=row.holder))
        assert (row.due_on, row.late_days, row.missed_on) == (clock.due_on, clock.late_days, clock.missed_on)
