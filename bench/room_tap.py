"""One tap in the room: at most 10 queries, and at most 4 × the time of a bare Django view that reads and writes one row.

Both run in this process on the same database, in turns, so that a busy machine is busy for both. Processor time counts for
the verdict, because waiting for the disk and for other programs says nothing of what a tap costs; wall time is printed too.
"""

import os
import sys
import time
from collections.abc import Callable
from statistics import median

from django.urls import reverse

from bench.world import list_queries, open_meeting, prepare_cell, sign_in
from nennep.accounts.models import User
from nennep.room.models import RollCallEntry

from bench import bare_django  # isort: skip  after the world, which sets Django up

QUERIES, RATIO, ROUNDS = 10, 4.0, 150
HTMX = {"hx-request": "true"}


def main() -> int:
    cell = prepare_cell()
    meeting = open_meeting(cell)
    client = sign_in(cell)
    entries = list(RollCallEntry.objects.filter(meeting=meeting).order_by("pk"))
    page = reverse("room:tap", args=[entries[0].public_id])
    news = reverse("room:show_news", args=[meeting.public_id])

    def tap() -> object:
        return client.post(page, headers=HTMX)

    queries = list_queries(tap)
    meeting.refresh_from_db()
    nothing_new = f"{news}?tu={meeting.revision}"
    asked = list_queries(lambda: client.get(nothing_new, headers=HTMX))
    post = bare_django.make_post(User.objects.get(username="bi-thu"), entries[-1].pk)
    bare, ours = measure_in_turns(post, tap)
    cpu, wall = ours[0] / bare[0], ours[1] / bare[1]
    print(f"load while measuring: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"one tap: {len(queries)} queries (goal ≤ {QUERIES}); asking when nothing is new: {len(asked)} queries")
    print(f"tap {1000 * ours[0]:.2f} ms processor, {1000 * ours[1]:.2f} ms wall")
    print(f"bare Django view {1000 * bare[0]:.2f} ms processor, {1000 * bare[1]:.2f} ms wall")
    print(f"ratio {cpu:.2f} × by processor time (goal ≤ {RATIO:.0f}), {wall:.2f} × by wall time")
    return 0 if len(queries) <= QUERIES and cpu <= RATIO else 1


def measure_in_turns(*actions: Callable[[], object]) -> list[tuple[float, float]]:
    """Median processor and wall seconds of each action, one after the other in every round."""
    for action in actions:
        action()
    spent: list[list[tuple[float, float]]] = [[] for _ in actions]
    for _round in range(ROUNDS):
        for action, rows in zip(actions, spent, strict=True):
            rows.append(_measure(action))
    return [(median(cpu for cpu, _ in rows), median(wall for _, wall in rows)) for rows in spent]


def _measure(action: Callable[[], object]) -> tuple[float, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    action()
    return time.process_time() - cpu, time.perf_counter() - wall


if __name__ == "__main__":
    sys.exit(main())
