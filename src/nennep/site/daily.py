"""What has to happen by itself every day. Doing it twice does nothing more."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.management import call_command
from django_tasks_db.models import DBTaskResult

from nennep.core.access import Actor
from nennep.core.findings import Finding
from nennep.core.locks import hold_alone
from nennep.meetings.services.schedule import ensure_all_schedules
from nennep.members.services import forget_import_files
from nennep.organizations.services import carry_out_planned
from nennep.reporting.services import fold_figures
from nennep.site.reconciliation import reconcile
from nennep.visits.services import remind_reports, send_digests

KEPT_DAYS = 14  # that a finished job can still be looked at


@dataclass(frozen=True, slots=True)
class DayWork:
    """What one run did: meetings that were planned, months whose figures were folded, what the reconciliation found."""

    meetings: int
    months: int
    findings: tuple[Finding, ...] = ()


def run_day(*, now: datetime) -> DayWork:
    """Carry out planned changes of units, plan the meetings that cells lack, mend what was interrupted, fold changed figures.

    Then remind of visits, and forget expired sessions and uploads and finished jobs. Nothing while another server does it.
    """
    with hold_alone("daily work") as alone:
        return _run_day(now) if alone else DayWork(0, 0)


def _run_day(now: datetime) -> DayWork:
    actor = Actor.system()
    carry_out_planned(actor=actor, now=now)
    meetings = ensure_all_schedules(actor=actor, now=now)
    findings = reconcile(now=now)
    months = fold_figures(actor=actor, now=now)
    remind_reports(actor=actor, now=now)
    send_digests(actor=actor, now=now)
    call_command("clearsessions")
    forget_import_files(actor=actor, now=now)
    DBTaskResult.objects.filter(finished_at__lt=now - timedelta(days=KEPT_DAYS)).delete()
    return DayWork(meetings, len(months), tuple(findings))
