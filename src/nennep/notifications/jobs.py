"""Sending notices outside the program."""

from django_tasks import task

from nennep.core import clock
from nennep.notifications import services


@task()
def send_delivery(*, delivery_id: int) -> None:
    services.send_delivery(delivery_id=delivery_id, now=clock.now())
