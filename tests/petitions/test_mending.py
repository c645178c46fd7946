"""What former programs left is put right by the first daily work after an upgrade, which `serve` gives at its start, and once."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db.models import Sum

from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.findings import Finding
from nennep.core.permissions import Permission
from nennep.organizations.models import Organization
from nennep.petitions import services
from nennep.petitions.choices import FLOW, BoardTally, PetitionState, StepKind
from nennep.petitions.models import OutsideBody, Petition, PetitionCount, PetitionStep, PetitionSum
from nennep.petitions.queries.past import stand_on
from nennep.petitions.services.sums import count_petitions
from nennep.site.daily import run_day
from nennep.site.reconciliation import reconcile
from tests.factories.accounts import make_user
from tests.factories.cells import make_cell
from tests.factories.core import NOW, TODAY, VIETNAM, make_actor
from tests.factories.petitions import make_petition

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
SYSTEM = Actor.system()
AUGUST = datetime.combine(date(2026, 8, 3), time(8), VIETNAM)


@pytest.fixture
def cell() -> Organization:
    return make_cell()


@pytest.fixture
def commune(cell: Organization) -> Organization:
    return Organization.objects.get(path=cell.path[: -Organization.steplen])


def note(cell: Organization, text: str, *, now: datetime = NOW, holder: Organization | None = None) -> Petition:
    details = services.PetitionDetails(text, holder=holder)
    return services.note_petition(actor=SYSTEM, organization=cell, details=details, raised_on=now.date(), now=now)


def count_by_month(petition: Petition) -> None:
    """As a former program counted what was answered in time: by the first of its month."""
    counted = PetitionCount.objects.get(petition=petition)
    counted.lines = [
        [tally, f"{day[:8]}01", *rest] if tally == BoardTally.IN_TIME else [tally, day, *rest]
        for tally, day, *rest in counted.lines
    ]
    counted.save()
    for row in PetitionSum.objects.filter(tally=BoardTally.IN_TIME):
        row.day = row.day.replace(day=1)
        row.save()


def count_in_time(unit: Organization) -> dict[date, int]:
    rows = PetitionSum.objects.filter(unit=unit, tally=BoardTally.IN_TIME, group="linh-vuc").order_by("day")
    return dict(rows.values_list("day").annotate(number=Sum("number")).exclude(number=0))


def test_answers_in_time_of_a_month_are_counted_by_their_days(cell: Organization, commune: Organization) -> None:
    petition = make_petition(cell, state=PetitionState.ANSWERED)
    count_by_month(petition)
    assert count_in_time(commune) == {date(2026, 11, 1): 1}
    run_day(now=NOW)
    assert count_in_time(commune) == {date(2026, 11, 23): 1}


def leave_out_swapped_saturday(petition: Petition) -> date:
    """As a former program counted its last day: a working day later, because 22/8/2026 was none."""
    Petition.objects.filter(pk=petition.pk).update(due_on=petition.due_on + timedelta(days=1))
    count_petitions([petition.pk])
    return petition.due_on


def test_clocks_that_run_over_the_swapped_saturday_move_say_so_and_stand_then(cell: Organization) -> None:
    petition = note(cell, "Sửa cầu", now=AUGUST)
    due, now = leave_out_swapped_saturday(petition), AUGUST + timedelta(days=2)
    assert reconcile(now=now) == [Finding("petitions.Petition.due_on", 1, mended=True)]
    moved = Petition.objects.get(pk=petition.pk)
    said = moved.steps.latest("pk")
    assert (moved.due_on, said.kind, moved.late_days) == (due, StepKind.CORRECTED, 0)
    assert set(AuditEvent.objects.filter(target_id=str(petition.public_id)).values_list("verb", flat=True)) == {
        "petitions.noted",
        "petitions.corrected",
    }
    assert said.text == f"{due + timedelta(days=1):%d/%m/%Y} → {due:%d/%m/%Y}"
    steps = PetitionStep.objects.count()
    assert (reconcile(now=now), PetitionStep.objects.count()) == ([], steps)


def test_what_was_answered_keeps_the_day_that_it_had(cell: Organization) -> None:
    petition = note(cell, "Sửa cầu", now=AUGUST)
    due = leave_out_swapped_saturday(petition) + timedelta(days=1)
    services.answer_petition(
        actor=SYSTEM, petition=Petition.objects.get(pk=petition.pk), answer="Đã xem", now=AUGUST + timedelta(days=1)
    )
    Petition.objects.filter(pk=petition.pk).update(due_on=due)
    services.reconcile_clocks(actor=SYSTEM, now=NOW)
    assert Petition.objects.get(pk=petition.pk).due_on == due


@pytest.fixture
def joined(cell: Organization, commune: Organization) -> Petition:
    """Joined while both lay with the cell; the other one went up and was answered there, by an office. As a former program left it."""
    kept, other = note(cell, "Sửa cầu"), note(cell, "Sửa cầu Nà Khà")
    services.join_petitions(actor=SYSTEM, petition=kept, other=other, now=NOW)
    services.pass_on(actor=SYSTEM, petition=kept, to=commune, now=NOW + timedelta(days=1))
    body = services.write_body(
        actor=SYSTEM, organization=commune, details=services.BodyDetails("Điện lực"), now=NOW + timedelta(days=1)
    )
    services.send_to_body(actor=SYSTEM, petition=kept, body=body, text="", now=NOW + timedelta(days=1))
    facts = services.AnswerFacts(letter="12/ĐL", letter_on=TODAY)
    services.answer_petition(actor=SYSTEM, petition=kept, answer="Tháng 12", facts=facts, now=NOW + timedelta(days=2))
    other.steps.filter(kind=StepKind.JOINED).update(to=None)
    other.steps.filter(kind=StepKind.ANSWERED).update(unit=cell, body=None)
    Petition.objects.filter(pk=other.pk).update(holder=cell, body=None)
    count_petitions([other.pk])
    return Petition.objects.get(pk=other.pk)


def test_what_was_joined_lies_with_whoever_answered(
    joined: Petition, cell: Organization, commune: Organization
) -> None:
    later, body, steps = NOW + timedelta(days=3), OutsideBody.objects.get(), list(joined.steps.order_by("pk").values())
    assert reconcile(now=later) == [Finding("petitions.Petition.holder", 1, mended=True)]
    row = Petition.objects.get(pk=joined.pk)
    assert (row.holder, row.body, list(row.steps.order_by("pk").values())) == (commune, body, steps)
    assert [_holder_on(row, TODAY + timedelta(days=day)) for day in (1, 2)] == [cell.name, commune.name]
    assert set(_list_answering()) == {f"{cell.pk}>b{body.pk}"}
    assert (reconcile(now=later), list(row.steps.order_by("pk").values())) == ([], steps)


def _holder_on(petition: Petition, on: date) -> str:
    (stand,) = stand_on(Petition.objects.filter(pk=petition.pk), on)
    return stand.row.holder


def _list_answering() -> list[str]:
    sums = PetitionSum.objects.filter(group=FLOW).order_by().values_list("key").annotate(number=Sum("number"))
    return [key for key, number in sums if number]


def test_where_it_went_since_it_stays(joined: Petition) -> None:
    elsewhere = make_cell("Chi bộ thôn Khác")
    Petition.objects.filter(pk=joined.pk).update(holder=elsewhere)
    services.reconcile_joined(actor=SYSTEM, now=NOW + timedelta(days=3))
    assert Petition.objects.get(pk=joined.pk).holder == elsewhere


def test_what_is_right_is_not_touched(cell: Organization, commune: Organization) -> None:
    kept, other = note(cell, "Sửa cầu", holder=commune), note(cell, "Sửa cầu Nà Khà", holder=commune)
    services.join_petitions(actor=SYSTEM, petition=kept, other=other, now=NOW)
    services.answer_petition(actor=SYSTEM, petition=kept, answer="Tháng 12", now=NOW)
    before = [list(model._base_manager.order_by("pk").values()) for model in (Petition, PetitionStep)]
    assert services.reconcile_joined(actor=SYSTEM, now=NOW) == services.reconcile_clocks(actor=SYSTEM, now=NOW) == []
    assert [list(model._base_manager.order_by("pk").values()) for model in (Petition, PetitionStep)] == before


@pytest.mark.parametrize("service", [services.reconcile_joined, services.reconcile_clocks])
def test_nobody_mends_by_hand(service: Any) -> None:
    with pytest.raises(NotAllowed):
        service(actor=make_actor(*Permission, user_id=make_user("Ai").pk), now=NOW)
