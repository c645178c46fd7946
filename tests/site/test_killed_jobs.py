"""Each job is killed at any of its queries, and a worker starts again: it ends as if nothing had happened."""

import base64
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.core import mail
from django.db import connection, transaction
from django_tasks.base import Task, TaskResultStatus
from django_tasks_db.models import DBTaskResult

from nennep.accounts.choices import Role
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.periods import Month
from nennep.core.queue import STARTS, enqueue, take_up_interrupted
from nennep.meetings.models import Meeting, MeetingRoutine
from nennep.members.choices import IMPORT_AT_ONCE, ImportState
from nennep.members.models import ImportFile, Member
from nennep.members.queries.import_files import read_review
from nennep.members.services import apply_file, discard_file, reconcile_imports
from nennep.notifications.choices import Addressee, DeliveryState, Message, Sender
from nennep.notifications.models import Delivery
from nennep.notifications.queries import list_undelivered
from nennep.notifications.services import reach_people, reconcile_deliveries, resend_all
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.petitions.choices import StepKind
from nennep.petitions.models import Petition
from nennep.planning.choices import PlanState
from nennep.planning.models import VisitPlan
from nennep.planning.services.plans import discard_plan
from nennep.planning.services.solving import queue_plan, reconcile_plans
from nennep.policies.choices import PolicyKey
from nennep.reporting.choices import FormsState
from nennep.reporting.models import CellMonth, ChangedMonth, RoundForms
from nennep.reporting.queries.papers.round_forms import open_forms
from nennep.reporting.services import ask_round_forms, outdate_months, reconcile_round_forms
from nennep.site.daily import run_day
from nennep.site.reconciliation import recover
from tests.classification.conftest import make_village
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY, make_actor, said
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.factories.petitions import make_petition
from tests.factories.plans import make_board, make_plan
from tests.factories.policies import make_pack

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fixed_clock")]
POINTS = 5  # of a job with more queries that many are tried, spread over all
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


class Killed(BaseException):
    """What no `except Exception` of ours sees: the process is gone."""


@pytest.fixture(autouse=True)
def _queue_in_the_database(settings: Any, tmp_path: Path) -> None:
    settings.NENNEP_DATA_DIR = tmp_path
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}


def send_two() -> None:
    sender = Sender(organization_id=make_unit().pk, origin_kind="thu", origin_id="1")
    people = [Addressee(name=name, email=f"{name}@example.vn", person_id=name) for name in ("chi", "lan")]
    reach_people(
        actor=Actor.system(), people=people, message=Message(kind="thu", title=said("Mời dự")), sender=sender, now=NOW
    )


def see_sent() -> object:
    """A letter that left just before the kill may leave again; none may be missing."""
    return set(Delivery.objects.values_list("person_name", "state")), {to for letter in mail.outbox for to in letter.to}


def send_the_former_way() -> None:
    pk = Delivery.objects.create(
        channel="email", address="chi@example.vn", person_name="chi", title="Mời dự", created_at=NOW
    ).pk
    enqueue("nennep.notifications.jobs.send_delivery", delivery_id=pk)


def import_many() -> ImportFile:
    commune = make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)
    make_unit("Chi bộ thôn Nặm Chá", parent=commune)
    user = make_user("Ma Thị Lan")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    rows = "".join(f"{row};Nặm Chá;Giàng A Páo;{1900 + row % 90}\n" for row in range(3))
    content = base64.b64encode(f"STT;Chi bộ;Họ tên;Năm sinh\n{rows}".encode()).decode()
    file = ImportFile.objects.create(
        name="ds.csv", uploaded_at=NOW, content=content, uploaded_by=user, organization=commune
    )
    mark = read_review(file, actor=Actor.system(), on=TODAY).mark
    apply_file(actor=actor_of(user), file=file, reviewed=f"{IMPORT_AT_ONCE + 1}:", now=NOW)
    ImportFile.objects.update(outcome={"total": 3, "reviewed": mark})
    return file


def see_imported() -> object:
    file = ImportFile.objects.get()
    return file.state, file.error, file.outcome.get("created"), Member.objects.count()


def plan_visits() -> VisitPlan:
    board = make_board(cells=1, officials=1)
    return queue_plan(actor=board.actor, plan=make_plan(board), now=NOW)


def see_plan() -> object:
    plan = VisitPlan.objects.get()
    return plan.state, plan.result and [visit["date"] for visit in plan.result["visits"]]


def plan_new_cells() -> None:
    cells = [make_unit(f"Chi bộ thôn Thử {number}") for number in ("Một", "Hai")]
    for cell in cells:
        MeetingRoutine.objects.create(organization=cell, fixed_day=5, starts_at="19:30")
    enqueue("nennep.meetings.jobs.plan_cells", organization_ids=[cell.pk for cell in cells])


def see_planned() -> object:
    return sorted(Meeting.objects.values_list("organization__name", "planned_for"))


def outdate() -> None:
    commune = make_unit("Đảng bộ xã Lăng Can", kind=UnitKind.BASE)
    cell = make_unit("Chi bộ thôn Thử Một", parent=commune)
    make_member(cell=cell)
    outdate_months(actor=Actor.system(), organization_ids=[cell.pk], months=[Month(2026, 9), Month(2026, 10)])


def see_folded() -> object:
    rows = CellMonth.objects.order_by("month")
    return [(row.month, row.figures["members"]) for row in rows], ChangedMonth.objects.count()


def begin_day() -> None:
    outdate()
    DBTaskResult.objects.all().delete()
    enqueue("nennep.site.jobs.run_daily")


def move_days_off() -> None:
    cell = make_unit("Chi bộ thôn Thử Một")
    for text in ("Sửa cầu", "Sửa đường"):
        petition = make_petition(cell, text, raised_on=TODAY, due_on=TODAY)
        petition.steps.create(kind=StepKind.NOTED, unit=cell, text=text, days=30, at=NOW, by_name="")
    make_pack({PolicyKey.DAYS_OFF: {"off": ["2026-12-14"], "working": []}})
    enqueue("nennep.petitions.jobs.recount_clocks", organization_id=cell.pk)


def see_moved() -> object:
    return [(row.due_on, row.steps.count()) for row in Petition.objects.order_by("pk")]


def ask_forms() -> RoundForms:
    village, user = make_village(), make_user("Ma Thị Lan")
    grant_role(user, Role.COMMUNE_OFFICER, village.commune, subtree=True)
    return ask_round_forms(actor=actor_of(user), campaign=village.campaign, now=NOW)


def see_forms() -> object:
    """How far it is, and what the file holds."""
    made = RoundForms.objects.get()
    if made.state != FormsState.MADE:
        return made.state, made.error
    with ZipFile(BytesIO(b"".join(open_forms(made)))) as packed:
        return made.state, made.done, packed.namelist()


CASES: dict[str, tuple[Callable[[], Any], Callable[[], object]]] = {
    "nennep.notifications.jobs.send_deliveries": (send_two, see_sent),
    "nennep.notifications.jobs.send_delivery": (send_the_former_way, see_sent),
    "nennep.members.jobs.write_import_file": (import_many, see_imported),
    "nennep.planning.jobs.solve_plan": (plan_visits, see_plan),
    "nennep.meetings.jobs.plan_cells": (plan_new_cells, see_planned),
    "nennep.petitions.jobs.recount_clocks": (move_days_off, see_moved),
    "nennep.reporting.jobs.fold_figures": (outdate, see_folded),
    "nennep.reporting.jobs.make_round_forms": (ask_forms, see_forms),
    "nennep.site.jobs.run_daily": (begin_day, see_folded),
}


def test_every_job_of_the_program_is_killed_here() -> None:
    names = [f"{app.name}.jobs" for app in apps.get_app_configs() if app.name.startswith("nennep.")]
    modules = [import_module(name) for name in names if find_spec(name)]
    jobs = {f"{module.__name__}.{name}" for module in modules for name in vars(module) if is_job(module, name)}
    assert jobs == set(CASES)


def is_job(module: Any, name: str) -> bool:
    return isinstance(getattr(module, name), Task)


@contextmanager
def killed_at(query: int) -> Iterator[list[str]]:
    """The process ends at its query of that number (from 1; 0: it does not); yields the queries that were made."""
    made: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        if "SAVEPOINT" not in sql:  # which stand for BEGIN and COMMIT here
            made.append(sql)
            if len(made) == query:
                raise Killed
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        yield made


def work(kill_at: int = 0) -> int:
    """Do all jobs that wait, as a worker does; how many queries the first took. Killed, it stays RUNNING."""
    count = 0
    while job := DBTaskResult.objects.ready().first():
        job.claim("worker")
        try:
            with killed_at(0 if count else kill_at) as made:
                job.task.call(**job.args_kwargs["kwargs"])
        except Killed:
            return kill_at
        job.set_successful(None)
        count = count or len(made)
    return count


def empty() -> None:
    """What `flush` does, for the few tables that hold something."""
    mail.outbox.clear()
    with transaction.atomic(), connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.managed and model._base_manager.exists():
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608  our own table


def run(job: str, kill_at: int = 0) -> tuple[int, object]:
    """The job in a world of its own: how many queries it made, and what there is when all is done."""
    begin, see = CASES[job]
    empty()
    begin()
    count = work(kill_at)
    recover(now=NOW)
    work()
    assert not DBTaskResult.objects.exclude(status=TaskResultStatus.SUCCESSFUL).exists()
    return count, see()


@pytest.mark.parametrize("job", list(CASES))
def test_a_job_that_was_killed_ends_as_if_nothing_had_happened(job: str) -> None:
    count, right = run(job)
    assert count > 1
    for point in sorted({1 + (count - 1) * step // (POINTS - 1) for step in range(POINTS)}):
        assert run(job, point) == (point, right)


@pytest.mark.parametrize("job", list(CASES))
def test_a_job_that_ends_every_worker_is_given_up(job: str) -> None:
    begin, _see = CASES[job]
    begin()
    for _start in range(STARTS):
        assert work(kill_at=1) == 1
        take_up_interrupted()
    assert [one.status for one in DBTaskResult.objects.all()] == [TaskResultStatus.FAILED]


def lose_job() -> None:
    """The process died in the middle, or between the commit and the job."""
    DBTaskResult.objects.all().delete()


def test_a_file_that_nobody_writes_any_more_may_be_discarded_or_written_again() -> None:
    file = import_many()
    ImportFile.objects.update(state=ImportState.RUNNING)
    lose_job()
    recover(now=NOW)
    file.refresh_from_db()
    words = "Việc ghi bị ngắt giữa chừng, nên chưa ghi gì. Hãy xem lại rồi ghi."
    assert (file.state, file.error, file.is_in_work) == (ImportState.FAILED, words, False)
    discard_file(actor=actor_of(file.uploaded_by), file=file)


def test_a_plan_that_nobody_solves_any_more_may_be_discarded_or_solved_again() -> None:
    plan = plan_visits()
    VisitPlan.objects.update(state=PlanState.RUNNING)
    lose_job()
    recover(now=NOW)
    plan.refresh_from_db()
    assert (plan.state, plan.words) == (PlanState.FAILED, "Việc xếp lịch bị ngắt giữa chừng. Hãy xếp lại.")
    assert plan.created_by is not None
    discard_plan(actor=actor_of(plan.created_by), plan=plan, now=NOW)


def test_forms_that_nobody_makes_any_more_may_be_asked_for_again() -> None:
    forms = ask_forms()
    RoundForms.objects.update(state=FormsState.RUNNING)
    lose_job()
    recover(now=NOW)
    assert see_forms() == (FormsState.FAILED, "Việc làm tệp bị ngắt giữa chừng. Hãy làm lại.")
    assert forms.asked_by is not None
    ask_round_forms(actor=actor_of(forms.asked_by), campaign=forms.campaign, now=NOW)
    work()
    assert RoundForms.objects.get().state == FormsState.MADE


@pytest.mark.parametrize("job", [job for job in CASES if re.search("notifications|import|plan|round_forms", job)])
def test_what_waits_for_a_lost_job_gets_it_again(job: str) -> None:
    _count, right = run(job)
    empty()
    begin, see = CASES[job]
    begin()
    lose_job()
    run_day(now=NOW)
    work()
    assert see() == right


@pytest.mark.parametrize(
    ("age", "attempts", "state"),
    [
        (DAY - SECOND, 0, DeliveryState.WAITING),
        (DAY, 0, DeliveryState.FAILED),
        (DAY - SECOND, 3, DeliveryState.WAITING),
        (DAY - SECOND, 4, DeliveryState.FAILED),
    ],
    ids=["of-today", "a-day-old", "tried-three-times", "tried-four-times"],
)
def test_what_waited_too_long_stands_on_the_list_and_can_be_sent_again(
    age: timedelta, attempts: int, state: DeliveryState
) -> None:
    send_two()
    lose_job()
    Delivery.objects.update(created_at=NOW - age, attempts=attempts)
    recover(now=NOW)
    assert set(Delivery.objects.values_list("state", flat=True)) == {state}
    unit = Organization.objects.get()
    if state == DeliveryState.FAILED:
        listed = [(row.person_name, row.error) for row in list_undelivered(organization=unit)]
        assert listed == [(name, "Chương trình dừng trước khi gửi.") for name in ("lan", "chi")]
        assert resend_all(actor=Actor.system(), organization=unit, now=NOW) == 2
    work()
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.SENT}


def test_a_delivery_that_a_job_will_try_again_is_left_to_it() -> None:
    send_two()
    later = NOW + DAY
    DBTaskResult.objects.update(run_after=later)
    Delivery.objects.update(created_at=NOW - DAY, error="busy")
    recover(now=NOW)
    assert set(Delivery.objects.values_list("state", "attempts")) == {(DeliveryState.WAITING, 0)}
    assert DBTaskResult.objects.get().run_after == later


@pytest.mark.parametrize("reconcile", [reconcile_deliveries, reconcile_imports, reconcile_plans, reconcile_round_forms])
def test_only_the_program_reconciles(reconcile: Callable[..., object]) -> None:
    with pytest.raises(NotAllowed):
        reconcile(actor=make_actor(), now=NOW)
