"""Keeping what needs attention as rows: with each fold for the cells that changed, by the daily work for all, as days pass."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from nennep.core import locks
from nennep.core.access import Actor
from nennep.reporting.choices import BATCH, ROWS_LOCK
from nennep.reporting.models import Attention
from nennep.reporting.queries.attention import find_attention, list_watched
from nennep.reporting.rules.triage import CellFinding

Found = Mapping[int, Sequence[CellFinding]]


def refresh_attention(*, actor: Actor, now: datetime) -> int:
    """Find anew what is wrong with every cell; returns how many rows stand. Each batch is one transaction. Idempotent.

    What changes meanwhile waits in the queue of figures, and its fold finds it again.
    """
    actor.require_program()
    today = localdate(now)
    cells = list_watched(today)
    for first in range(0, len(cells), BATCH):
        found = find_attention(cells=cells[first : first + BATCH], today=today)
        with transaction.atomic():
            locks.take_lock(ROWS_LOCK)
            write_attention(found, now)
    return Attention.objects.count()


def write_attention(found: Found, now: datetime) -> None:
    """Put these rows in place of what stands of these cells. What stands as it was found is left alone."""
    today = localdate(now)
    wanted = {
        (cell, finding.kind.value): (int(finding.level), today - timedelta(days=finding.days), finding.has_reason)
        for cell, findings in found.items()
        for finding in findings
    }
    known = {(row.organization_id, row.kind): row for row in Attention.objects.filter(organization__in=list(found))}
    stale = [row.pk for key, row in known.items() if wanted.get(key) != (row.level, row.since, row.has_reason)]
    fresh = [key for key in wanted if key not in known or known[key].pk in set(stale)]
    Attention.objects.filter(pk__in=stale).delete()
    Attention.objects.bulk_create(
        (
            Attention(
                organization_id=cell,
                kind=kind,
                level=wanted[cell, kind][0],
                since=wanted[cell, kind][1],
                has_reason=wanted[cell, kind][2],
                found_at=now,
            )
            for cell, kind in fresh
        ),
        batch_size=BATCH,
    )
