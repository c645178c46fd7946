import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.timezone import now as real_now
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from nennep.accounts.choices import Role
from nennep.audit.models import AuditEvent
from nennep.core import crypto
from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.wording import say_decimal
from nennep.operations.choices import Light, Point
from nennep.operations.models import BackupRun
from nennep.operations.queries import checks
from nennep.operations.queries.backups import SHOWN, list_runs
from nennep.policies.models import PolicyPack
from nennep.policies.services import load_central_packs
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW
from tests.factories.documents import make_document
from tests.factories.members import make_member, make_membership
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db


def keep_run(*, hours: int, error: str = "") -> BackupRun:
    at = NOW - timedelta(hours=hours)
    return BackupRun.objects.create(started_at=at, ended_at=at, file_name="" if error else "a.backup", error=error)


def test_every_point_is_looked_at_in_order(fixed_clock: Any) -> None:
    assert [check.point for check in checks.run_checks(now=NOW)] == list(Point)


def test_only_who_keeps_the_installation_reads_it(fixed_clock: Any) -> None:
    keeper, other = make_user(), make_user()
    unit = make_unit()
    grant_role(keeper, Role.ADMINISTRATOR, unit, subtree=True)
    grant_role(other, Role.COMMUNE_OFFICER, unit, subtree=True)
    assert len(checks.list_checks(actor=actor_of(keeper), now=NOW)) == len(Point)
    with pytest.raises(NotFound):
        checks.list_checks(actor=actor_of(other), now=NOW)


def test_one_point_that_cannot_be_looked_at_keeps_none_from_it(settings: Any, tmp_path: Path) -> None:
    settings.NENNEP_DATA_DIR = tmp_path / "gone"
    lights = {check.point: check.light for check in checks.run_checks(now=NOW)}
    assert (lights[Point.DISK], lights[Point.DIRECTORY], lights[Point.SMS]) == (Light.FAIL, Light.FAIL, Light.OK)


def test_a_directory_that_others_read_is_named(settings: Any, tmp_path: Path) -> None:
    settings.NENNEP_DATA_DIR = tmp_path
    tmp_path.chmod(0o700)
    key = tmp_path / "secrets" / "hash.key"
    key.parent.mkdir()
    key.write_bytes(b"k")
    key.chmod(0o600)
    assert checks.check_directory().light == Light.OK
    key.chmod(0o640)
    assert (checks.check_directory().light, "hash.key" in checks.check_directory().words) == (Light.WARN, True)


def test_a_key_that_is_gone_is_not_made_anew(settings: Any, tmp_path: Path) -> None:
    crypto.encrypt("đã đọc khóa")  # this process knows the keys, which are lost while it runs
    settings.NENNEP_SECRETS_DIR = tmp_path
    assert checks.check_keys().light == Light.WARN
    membership = make_membership(make_member(), make_unit())
    membership.reason = "nghỉ chữa bệnh"
    membership.save()
    assert (checks.check_keys().light, checks.check_keys().words) == (
        Light.FAIL,
        "thiếu encryption.keys: hãy chép lại từ bản sao lưu",
    )
    assert list(tmp_path.iterdir()) == []


def test_the_database_of_the_tests_is_whole(fixed_clock: Any) -> None:
    """PostgreSQL of the tests is told to be fast, which the check rightly calls unsafe."""
    check = checks.check_database(thorough=True)
    assert ("SQLite" in check.words, check.light) in {(True, Light.OK), (False, Light.FAIL)}
    assert checks.check_migrations().light == Light.OK


def test_documents_that_are_not_loaded_are_named() -> None:
    assert checks.check_rules().light == Light.WARN
    load_central_packs(actor=Actor.system(), now=NOW)
    assert checks.check_rules().light == Light.OK
    PolicyPack.objects.filter(code="hd-42-2025").delete()
    assert (checks.check_rules().light, checks.check_rules().words) == (Light.WARN, "chưa nạp: hd-42-2025")


def test_an_upload_that_is_gone_or_cut_is_counted() -> None:
    document = make_document(make_unit(), Actor.system())
    version = document.versions.get()
    assert (checks.check_files().light, checks.check_files().words) == (Light.OK, "đủ 1 tệp")
    name = str(version.file.name)
    path = Path(default_storage.path(name))
    kept = path.read_bytes()
    path.write_bytes(kept[:-1])
    assert checks.check_files().light == Light.FAIL
    path.unlink()
    assert checks.check_files().words.startswith("1 trong 1 tệp")
    default_storage.save(name, ContentFile(kept))
    assert checks.check_files().light == Light.OK


def test_a_clock_behind_the_trail_is_found(settings: Any) -> None:
    settings.NENNEP_CLOCK = None
    assert checks.check_clock(now=NOW).light == Light.OK
    AuditEvent.objects.create(
        at=NOW + timedelta(hours=1), user_name="", verb="x", target_kind="", target_id="", target_label=""
    )
    assert checks.check_clock(now=NOW).light == Light.FAIL


def test_free_room_is_that_of_the_disk(settings: Any) -> None:
    usage = shutil.disk_usage(settings.NENNEP_DATA_DIR)
    assert f"trong {say_decimal(usage.total / 10**9)} GB" in checks.check_disk().words


def test_a_mail_server_that_does_not_answer_is_found_when_asked(settings: Any) -> None:
    assert checks.check_mail(ask=True).light == Light.OK
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert (checks.check_mail(ask=False).light, checks.check_mail(ask=True).light) == (Light.OK, Light.FAIL)


@pytest.mark.parametrize(
    ("address", "light"),
    [
        ("https://chibo.example.vn/", Light.OK),
        ("http://localhost:8000/", Light.OK),
        ("http://chibo.example.vn/", Light.WARN),
    ],
)
def test_phones_take_notices_only_over_https(settings: Any, address: str, light: Light) -> None:
    settings.NENNEP_ADDRESS = address
    assert checks.check_push().light == light


def make_job(status: TaskResultStatus, **moments: Any) -> None:
    DBTaskResult.objects.create(
        task_path="nennep.site.jobs.run_daily",
        args_kwargs={"args": [], "kwargs": {}},
        status=status,
        **{"run_after": get_date_max()} | moments,
    )


def test_jobs_that_nobody_takes_and_jobs_that_hang_are_counted() -> None:
    now = real_now()
    make_job(TaskResultStatus.READY)
    make_job(TaskResultStatus.RUNNING, started_at=now)
    assert checks.check_jobs(now=now + timedelta(minutes=14)).light == Light.OK
    assert "1 việc chờ" in checks.check_jobs(now=now + timedelta(minutes=16)).words
    assert "1 việc chạy" in checks.check_jobs(now=now + timedelta(minutes=61)).words
    DBTaskResult.objects.all().delete()
    make_job(TaskResultStatus.FAILED, finished_at=now - timedelta(days=13))
    make_job(TaskResultStatus.FAILED, finished_at=now - timedelta(days=15))
    make_job(TaskResultStatus.READY, run_after=now + timedelta(days=2))
    assert checks.check_jobs(now=now + timedelta(hours=1)).words == "1 việc hỏng trong 14 ngày qua"


def test_attempts_since_the_last_good_backup_are_counted() -> None:
    assert checks.check_backup(now=NOW).light == Light.WARN
    keep_run(hours=30, error="no room")
    keep_run(hours=20)
    assert checks.check_backup(now=NOW).light == Light.OK
    keep_run(hours=2, error="no room")
    assert (checks.check_backup(now=NOW).light, checks.check_backup(now=NOW).words) == (
        Light.WARN,
        "bản tốt gần nhất cách đây 20 giờ; 1 lần sau đó hỏng",
    )


def test_the_last_good_one_is_shown_however_old() -> None:
    good = keep_run(hours=900)
    bad = [keep_run(hours=hours, error="x") for hours in range(SHOWN + 2)]
    assert list_runs() == [*bad[:SHOWN], good]
