"""Backups that were tried."""

from nennep.operations.models import BackupRun as BackupRun

SHOWN = 20


def list_runs() -> list[BackupRun]:
    """The last SHOWN attempts, the newest first, and the last good one even when it is older. Two queries at most."""
    runs = list(BackupRun.objects.order_by("-ended_at", "-pk")[:SHOWN])
    if any(not run.error for run in runs):
        return runs
    return runs + list(BackupRun.objects.filter(error="").order_by("-ended_at", "-pk")[:1])
