from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from nennep.meetings.models import Meeting
from nennep.members.choices import IMPORT_DAYS
from nennep.members.models import ImportFile
from nennep.site.daily import KEPT_DAYS, DayWork, run_day
from nennep.site.jobs import run_daily
from tests.factories.accounts import make_user
from tests.factories.cells import make_cell
from tests.factories.core import NOW

pytestmark = pytest.mark.django_db


def test_a_new_cell_has_its_meetings_the_next_day_and_only_once() -> None:
    make_cell()
    assert run_day(now=NOW).meetings == 2  # November and December
    assert run_day(now=NOW + timedelta(days=1)) == DayWork(meetings=0, folded=0)


def test_expired_sessions_are_forgotten() -> None:
    for key, hours in (("het-han", -1), ("con-han", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=timezone.now() + timedelta(hours=hours))
    run_day(now=NOW)
    assert [session.session_key for session in Session.objects.order_by("pk")] == ["con-han"]


def test_an_upload_is_kept_no_longer_than_promised() -> None:
    cell = make_cell()
    for days in (IMPORT_DAYS, IMPORT_DAYS - 1):
        facts = {"uploaded_by": make_user(), "organization": cell, "name": f"{days} ngày.csv", "content": "eA=="}
        ImportFile.objects.create(uploaded_at=NOW - timedelta(days=days), **facts)
    run_day(now=NOW)
    assert [file.name for file in ImportFile.objects.all()] == [f"{IMPORT_DAYS - 1} ngày.csv"]


@pytest.mark.usefixtures("fixed_clock")
def test_the_job_and_the_command_do_the_same() -> None:
    make_cell()
    run_daily.enqueue()
    assert Meeting.objects.count() == 2
    said = StringIO()
    call_command("tick", stdout=said)
    assert said.getvalue().splitlines() == [
        "Đã lập 0 buổi sinh hoạt.",
        "Đã cộng lại số liệu của 0 chi bộ-tháng vừa đổi.",
    ]


def test_a_step_that_fails_is_raised_after_all_others_have_run(settings: Any) -> None:
    make_cell()
    Session.objects.create(session_key="het-han", session_data="", expire_date=timezone.now() - timedelta(days=1))
    job = DBTaskResult.objects.create(
        status=TaskResultStatus.SUCCESSFUL,
        args_kwargs={"args": [], "kwargs": {}},
        task_path="nennep.site.jobs.run_daily",
        backend_name="default",
        finished_at=NOW - timedelta(days=KEPT_DAYS, minutes=1),
    )
    settings.SESSION_ENGINE = "nothing.of.this.name"
    with pytest.raises(ExceptionGroup) as failed:
        run_day(now=NOW)
    assert [type(one) for one in failed.value.exceptions] == [ModuleNotFoundError]
    assert (Meeting.objects.count(), Session.objects.count()) == (2, 1)
    assert not DBTaskResult.objects.filter(pk=job.pk).exists()
