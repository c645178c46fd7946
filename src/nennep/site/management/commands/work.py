"""`nennep work`: the job worker that `nennep serve` runs beside the web server; for those who start the parts on their own.

It takes up what a worker that died had in hand, and outlives the loss of its database connection. Several servers may work
on one PostgreSQL, each with a data directory of its own: each job is taken by one of them.
"""

import logging
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from nennep.core import clock
from nennep.core.data_directory import WORKER_LOCK, DataInUse, hold_lock
from nennep.core.locks import show_life
from nennep.core.queue import name_worker
from nennep.site.reconciliation import recover

POLL_INTERVAL = 1  # seconds between two looks at an empty queue
WAITS = (1, 2, 5, 10, 30)  # seconds until the database is tried again; the last one for good

_log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Chạy bộ xử lý công việc nền: gửi thông báo, ghi danh sách lớn, xếp lịch dự (nennep serve tự chạy)."
    requires_system_checks = BaseCommand.requires_system_checks

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with hold_lock(WORKER_LOCK):
                work()
        except DataInUse as error:
            raise CommandError("Thư mục dữ liệu này đang có một bộ xử lý công việc nền khác chạy.") from error


def work() -> None:
    """Work until told to stop. Without the database wait for it: what was in hand is taken up again."""
    failures = 0
    while True:
        worker = _make_worker()
        worker.configure_signals()
        try:
            with show_life(name_worker(worker.worker_id)):
                recover(now=clock.now())
                failures = 0
                worker.run()
        except (InterfaceError, OperationalError) as error:
            _log.warning("Mất kết nối cơ sở dữ liệu, sẽ thử lại: %s", str(error).strip())
            connection.close()
            time.sleep(WAITS[min(failures, len(WAITS) - 1)])
            failures += 1
        else:
            return


def _make_worker() -> Worker:
    return Worker(
        queue_names=["default"],
        interval=POLL_INTERVAL,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
        excluded_queue_names=[],
    )
