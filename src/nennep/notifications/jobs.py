"""Sending notices outside the program."""

from django_tasks import task

from nennep.core import clock
from nennep.notifications import services


@task()
def send_deliveries(*, delivery_ids: list[int]) -> None:
    """One after the other; each keeps its own outcome."""
    for delivery_id in delivery_ids:
        services.send_delivery(delivery_id=delivery_id, now=clock.now())


@task()
def send_delivery(*, delivery_id: int) -> None:
    """Enqueued by versions before 0.2."""
    services.send_delivery(delivery_id=delivery_id, now=clock.now())
