"""What has to happen by itself every day. Doing it twice does nothing more."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from django.core.management import call_command
from django_tasks_db.models import DBTaskResult

from nennep.classification.services import follow_days, tell_late
from nennep.core.access import Actor
from nennep.core.findings import Finding
from nennep.core.locks import hold_alone
from nennep.meetings.services.schedule import ensure_all_schedules
from nennep.members.services import carry_out_planned_posts, carry_out_planned_transfers, forget_import_files
from nennep.organizations.services import carry_out_planned
from nennep.petitions.services import keep_clocks
from nennep.reporting.services import fold_figures, forget_round_forms, refresh_attention
from nennep.room.services.past import forget_past_imports
from nennep.site.reconciliation import reconcile
from nennep.visits.services import clear_draft_files, remind_reports, send_digests

KEPT_DAYS = 14  # that a finished job can still be looked at
_log = logging.getLogger(__name__)
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class DayWork:
    """What one run did: meetings that were planned, cells whose months were folded, what the reconciliation found."""

    meetings: int
    folded: int
    findings: tuple[Finding, ...] = ()


def run_day(*, now: datetime) -> DayWork:
    """Carry out planned changes, plan the meetings that cells lack, mend what was interrupted, end clocks, fold changed figures.

    Open rounds follow the changes of the day. Then remind of visits and of days of rounds that passed, and forget expired
    sessions, uploads, files of drafts and finished jobs. Nothing while another server does it.
    A step that fails keeps none of the others from running; ExceptionGroup of all that failed is raised after the last.
    """
    with hold_alone("daily work") as alone:
        return _run_day(now) if alone else DayWork(0, 0)


def _run_day(now: datetime) -> DayWork:
    actor, steps = Actor.system(), _Steps()
    steps.run(lambda: carry_out_planned(actor=actor, now=now))
    steps.run(lambda: carry_out_planned_transfers(actor=actor, now=now))  # to the units that were made before it
    steps.run(lambda: carry_out_planned_posts(actor=actor, now=now))
    steps.run(lambda: follow_days(actor=actor, now=now))  # who is rated where, after all these
    meetings = steps.run(lambda: ensure_all_schedules(actor=actor, now=now)) or 0
    findings = steps.run(lambda: reconcile(now=now)) or []
    steps.run(lambda: keep_clocks(actor=actor, now=now))
    folded = steps.run(lambda: fold_figures(actor=actor, now=now)) or 0  # what all these changed
    steps.run(lambda: refresh_attention(actor=actor, now=now))
    steps.run(lambda: remind_reports(actor=actor, now=now))
    steps.run(lambda: tell_late(actor=actor, now=now))
    steps.run(lambda: send_digests(actor=actor, now=now))
    steps.run(lambda: clear_draft_files(actor=actor, now=now))
    steps.run(lambda: call_command("clearsessions"))
    steps.run(lambda: forget_import_files(actor=actor, now=now))
    steps.run(lambda: forget_past_imports(actor=actor, now=now))
    steps.run(lambda: forget_round_forms(actor=actor, now=now))
    steps.run(lambda: _forget_jobs(now))
    steps.finish()
    return DayWork(meetings, folded, tuple(findings))


def _forget_jobs(now: datetime) -> None:
    DBTaskResult.objects.filter(finished_at__lt=now - timedelta(days=KEPT_DAYS)).delete()


@dataclass(frozen=True, slots=True)
class _Steps:
    """Runs one step after the other and keeps what failed."""

    failures: list[Exception] = field(default_factory=list)

    def run(self, step: Callable[[], Result]) -> Result | None:
        """What the step answers; None when it failed."""
        try:
            return step()
        except Exception as failure:  # noqa: BLE001  kept, and raised after the last step
            _log.exception("a step of the daily work failed")
            self.failures.append(failure)
            return None

    def finish(self) -> None:
        """Raises ExceptionGroup: the job or command must not look as if it had gone well."""
        if self.failures:
            raise ExceptionGroup("the daily work", self.failures)
