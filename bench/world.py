"""A program of its own in a temporary folder, with the cell of 36 members and its secretary. Imported first by benchmarks.

Importing it sets Django up on that folder; the folder is removed when the process ends.
"""

import atexit
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

PROJECT = Path(__file__).resolve().parents[1]
FOLDER = Path(tempfile.mkdtemp(prefix="nennep-bench-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
os.environ["NENNEP_DATA_DIR"] = str(FOLDER)
os.environ["NENNEP_CLOCK"] = "2026-11-22T08:00"
os.environ["DJANGO_SETTINGS_MODULE"] = "nennep.site.settings"

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from nennep.accounts.choices import Role  # noqa: E402
from nennep.accounts.models import RoleGrant, User  # noqa: E402
from nennep.core.access import Actor  # noqa: E402
from nennep.meetings.models import Meeting  # noqa: E402
from nennep.meetings.services import schedule  # noqa: E402
from nennep.organizations.models import Organization  # noqa: E402
from nennep.room.services import room  # noqa: E402

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
ROSTER = PROJECT / "tests" / "data" / "chi-bo-huoi-set.xlsx"


def prepare_cell() -> Organization:
    """A commune with the cell of 36 from the spreadsheet, its year planned."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        call_command("init", "--code", "XA01", "--name", "Đảng bộ xã Chiềng Hặc", "--kind", "base", stdout=nowhere)
        call_command("import_members", str(ROSTER), "--unit", "XA01", "--apply", stdout=nowhere)
    cell: Organization = Organization.objects.get(kind="cell")
    schedule.ensure_schedule(actor=Actor.system(), organization=cell, year=NOW.year, now=NOW)
    return cell


def open_meeting(cell: Organization) -> Meeting:
    """The cell's meeting of this month, opened: everybody stands in its roll call."""
    meeting = Meeting.objects.filter(organization=cell).earliest("planned_for")
    return room.open_meeting(actor=Actor.system(), meeting=meeting, opened_at=NOW, reason="đo thời gian", now=NOW)


def sign_in(cell: Organization) -> Client:
    """A browser of the cell's secretary."""
    user = User.objects.create(username="bi-thu", full_name="Bí thư")
    RoleGrant.objects.create(user=user, role=Role.SECRETARY, organization=cell, valid_from=NOW.date().replace(day=1))
    client = Client(headers={"accept-encoding": "br, gzip"}, SERVER_NAME="localhost")
    client.force_login(user)
    return client


def list_queries(action: Callable[[], object]) -> list[str]:
    """The statements of one call, without those that only begin and end transactions."""
    with CaptureQueriesContext(connection) as captured:
        action()
    frames = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return [query["sql"] for query in captured if not query["sql"].startswith(frames)]


def measure(action: Callable[[], object], times: int = 30) -> float:
    """Median seconds of one call, after a first one that warms up."""
    action()
    return median(_seconds(action) for _ in range(times))


def _seconds(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun
