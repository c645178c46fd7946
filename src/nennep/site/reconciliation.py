"""What an interruption may have left, looked for every day: found, put right where that follows from the records, said.

Since following happens inside the transaction of what happened (docs/adr/0017) nothing of it is left any more; what older
versions left is mended here once. What people have to decide is only named.
"""

import logging
from datetime import datetime

from nennep.assessments.services import reconcile_reports
from nennep.core.access import Actor
from nennep.core.findings import Finding
from nennep.core.locks import knows_who_lives
from nennep.core.queue import take_up_interrupted
from nennep.documents.services import sweep_strays
from nennep.duties.queries import duties
from nennep.members.queries import roster
from nennep.members.services import reconcile_imports, reconcile_merges, reconcile_roles
from nennep.notifications.services import reconcile_deliveries
from nennep.organizations.services import reconcile_ancestry, reconcile_endings
from nennep.petitions.services import reconcile_clocks, reconcile_joined, reconcile_released, reconcile_sums
from nennep.planning.services.publishing import reconcile_lists
from nennep.planning.services.solving import reconcile_plans
from nennep.reporting.services import reconcile_figures, reconcile_papers, reconcile_round_forms
from nennep.visits.services import reconcile_visits

_log = logging.getLogger(__name__)


def reconcile(*, now: datetime) -> list[Finding]:
    """Look for what does not agree, mend it or name it; each finding is a warning in the log."""
    actor = Actor.system()
    if knows_who_lives():  # another server may be gone for good
        take_up_interrupted()
    found = [
        *_reconcile_jobs(now),
        *reconcile_merges(actor=actor, now=now),
        *reconcile_endings(actor=actor, now=now),
        *reconcile_ancestry(actor=actor, now=now),
        *reconcile_roles(actor=actor, now=now),
        *reconcile_visits(actor=actor, now=now),
        *reconcile_figures(actor=actor, now=now),
        *reconcile_joined(actor=actor, now=now),
        *reconcile_released(actor=actor, now=now),
        *reconcile_clocks(actor=actor, now=now),
        *reconcile_sums(actor=actor, now=now),
        *reconcile_papers(actor=actor, now=now),
        *reconcile_lists(actor=actor, now=now),
        *reconcile_reports(actor=actor, now=now),
        *sweep_strays(actor=actor, now=now),
        *_list_stranded(),
    ]
    _say(found)
    return found


def recover(*, now: datetime) -> None:
    """Take up what a worker that died had in hand. For a worker that starts."""
    if count := take_up_interrupted():
        _say([Finding("django_tasks_db.DBTaskResult.status", count, mended=True)])
    _say(_reconcile_jobs(now))


def _reconcile_jobs(now: datetime) -> list[Finding]:
    """What waits for a job that is lost."""
    actor = Actor.system()
    return [
        *reconcile_deliveries(actor=actor, now=now),
        *reconcile_imports(actor=actor, now=now),
        *reconcile_plans(actor=actor, now=now),
        *reconcile_round_forms(actor=actor, now=now),
    ]


def _say(found: list[Finding]) -> None:
    for finding in found:
        _log.warning("%s", say_finding(finding))


def say_finding(finding: Finding) -> str:
    """One line for the administrator of the installation."""
    state = "đã sửa" if finding.mended else "cần người xem"
    return f"Đối soát: {finding.what}: {finding.count} dòng, {state}."


def _list_stranded() -> list[Finding]:
    """What still goes on in units that have ended and nobody but people can place."""
    counts = {
        "duties.Duty.organization": duties.count_stranded(),
        "members.Membership.organization": roster.count_stranded(),
    }
    return [Finding(what, count, mended=False) for what, count in counts.items() if count]
