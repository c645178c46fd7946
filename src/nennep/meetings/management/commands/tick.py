"""`nennep tick`: what has to happen by itself every day. Run at the start and every night; running it twice does nothing more."""

from typing import Any

from django.core.management.base import BaseCommand

from nennep.core import clock
from nennep.core.access import Actor
from nennep.meetings.services.schedule import ensure_all_schedules


class Command(BaseCommand):
    help = "Làm những việc hằng ngày của chương trình: lập lịch sinh hoạt còn thiếu cho mọi chi bộ."

    def handle(self, *_args: Any, **_options: Any) -> None:
        made = ensure_all_schedules(actor=Actor.system(), now=clock.now())
        self.stdout.write(f"Đã lập {made} buổi sinh hoạt.")
