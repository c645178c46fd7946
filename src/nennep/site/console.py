"""The `nennep` command: our commands under the names that people type, Django's after the word `django`."""

import os
import sys

from nennep.site.command_list import describe_commands

HELP = {"help", "--help", "-h"}


def main() -> None:
    """Run `nennep import-members FILE`, `nennep django migrate`, or say what there is (without loading Django)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nennep.site.settings")
    name, *rest = sys.argv[1:] or ["--help"]
    if name in HELP and not rest:
        sys.stdout.write(f"{describe_commands()}\n")
        return
    from nennep.site.dispatch import describe_framework, run

    if name == "django" and (not rest or rest[0] in HELP):
        sys.stdout.write(f"{describe_framework()}\n")
    elif name == "django":
        run(rest)
    else:
        run([rest[0], "--help"] if name in HELP else [name, *rest])


if __name__ == "__main__":
    main()
