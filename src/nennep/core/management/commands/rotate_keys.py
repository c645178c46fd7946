"""`nennep rotate-keys [--new-key]`: encrypt every sensitive column anew under the newest key (core/crypto.py)."""

from argparse import ArgumentParser
from typing import Any

from cryptography.fernet import InvalidToken
from django.core.management.base import BaseCommand, CommandError
from django.db import models, transaction

from nennep.core import crypto
from nennep.core.events import load_handlers
from nennep.core.fields import list_encrypted

BATCH = 500


class Command(BaseCommand):
    help = "Mã hóa lại dữ liệu nhạy cảm bằng khóa mới nhất."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--new-key", action="store_true", help="thêm một khóa mới lên đầu tệp khóa trước khi làm")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["new_key"]:
            crypto.add_key()
        rows = 0
        try:
            for model, fields in list_encrypted():
                rows += rotate_model(model, fields)
            load_handlers()
            rows += sum(rotate_rows() for rotate_rows in crypto.rotations)
        except InvalidToken:
            raise CommandError(
                "Có dữ liệu không mở được bằng các khóa đang có; hãy đặt lại tệp khóa cũ rồi làm lại."
            ) from None
        self.stdout.write(
            f"Đã mã hóa lại {rows} dòng. Hãy khởi động lại chương trình, rồi bỏ khóa cũ (các dòng sau) khỏi tệp khóa."
        )


def rotate_model(model: type[models.Model], fields: list[str]) -> int:
    """Write every row anew in batches; each batch is a transaction of its own. Returns how many rows."""
    count = 0
    keys = list(model._base_manager.order_by("pk").values_list("pk", flat=True))  # noqa: SLF001  scope does not matter here
    for start in range(0, len(keys), BATCH):
        with transaction.atomic():
            locked = model._base_manager.select_for_update()  # noqa: SLF001
            rows = list(locked.filter(pk__in=keys[start : start + BATCH]).only("pk", *fields))
            model._base_manager.bulk_update(rows, fields)  # noqa: SLF001
        count += len(rows)
    return count
