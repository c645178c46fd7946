"""`nennep rebuild-petition-sums`: count every petition anew for the board's view (after a restore, for a check)."""

from typing import Any

from django.core.management.base import BaseCommand

from nennep.core.access import Actor
from nennep.petitions.services import rebuild_sums


class Command(BaseCommand):
    help = "Tính lại số liệu tổng hợp kiến nghị từ sổ kiến nghị."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Đã tính lại; {rebuild_sums(actor=Actor.system())} dòng số liệu.")
