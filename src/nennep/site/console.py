"""The `nennep` command: Django's management commands under the names that people type."""

import os
import sys

from django.conf import settings
from django.core.management import execute_from_command_line
from django.db import DatabaseError

from nennep.site.tables import has_pending_migrations


def main() -> None:
    """Run `nennep import-members FILE` as the management command `import_members FILE`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nennep.site.settings")
    require_usable_settings()
    arguments = list(sys.argv)
    if len(arguments) > 1 and not arguments[1].startswith("-"):
        arguments[1] = arguments[1].replace("-", "_")
    try:
        execute_from_command_line(arguments)
    except DatabaseError:
        if not _lacks_tables():
            raise
        sys.exit(
            "Cơ sở dữ liệu ở đây chưa được tạo hoặc chưa cập nhật: hãy chạy nennep init (bản cài đặt mới) "
            "hoặc nennep migrate, rồi làm lại."
        )


def _lacks_tables() -> bool:
    """Looked up only after a failure, so that a sound start does not pay for it. An unreachable server is no answer."""
    try:
        return has_pending_migrations()
    except DatabaseError:
        return False


def require_usable_settings() -> None:
    """A wrong setting or an unwritable data directory is one sentence, not a page of Python."""
    try:
        settings.INSTALLED_APPS  # noqa: B018  (the first access loads them)
    except (OSError, ValueError) as error:
        sys.exit(f"Nền Nếp không khởi động được, hãy xem lại thiết lập: {error}")
