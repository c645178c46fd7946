"""The `nennep` command: Django's management commands under the names that people type."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run `nennep import-members FILE` as the management command `import_members FILE`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nennep.site.settings")
    arguments = list(sys.argv)
    if len(arguments) > 1 and not arguments[1].startswith("-"):
        arguments[1] = arguments[1].replace("-", "_")
    execute_from_command_line(arguments)
