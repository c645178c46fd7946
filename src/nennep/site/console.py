"""The `nennep` command: Django's management commands under the names that people type."""

import os
import sys

from django.conf import settings
from django.core.management import execute_from_command_line


def main() -> None:
    """Run `nennep import-members FILE` as the management command `import_members FILE`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nennep.site.settings")
    require_usable_settings()
    arguments = list(sys.argv)
    if len(arguments) > 1 and not arguments[1].startswith("-"):
        arguments[1] = arguments[1].replace("-", "_")
    execute_from_command_line(arguments)


def require_usable_settings() -> None:
    """A wrong setting or an unwritable data directory is one sentence, not a page of Python."""
    try:
        settings.INSTALLED_APPS  # noqa: B018  (the first access loads them)
    except (OSError, ValueError) as error:
        sys.exit(f"Nền Nếp không khởi động được, hãy xem lại thiết lập: {error}")
