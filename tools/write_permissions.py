"""Write docs/permissions.md from accounts/rules.py: which role may do what. A test compares it."""

import os
from pathlib import Path

import django
from django.utils.translation import override

TARGET = Path(__file__).resolve().parents[1] / "docs" / "permissions.md"
HEAD = """# Who may do what

Written by `make docs` from `src/nennep/accounts/rules.py`; do not edit it here.

A grant is a user, a role and a unit, from a day to a day, with or without everything below the unit. What a person
may do on a unit is what all their grants in force that day give there. What is out of reach looks as if it did not
exist (404); what may be seen but not done is refused (403).

Of a unit that has ended a role leaves `read` (without `members.read_sensitive`), `meetings.hold`, `minutes.approve`,
`minutes.correct` and `scores.write`: its books are read and what its last meetings left is finished. The same roles on
whoever keeps its archive reach that far: the unit that it was merged into; of a cell that was closed without a successor the
committee above, whose `commune_officer` then holds meetings' records and approves minutes there (docs/adr/0006).
"""


def render_permissions() -> str:
    """The table of permissions by role, and each role's name in Vietnamese."""
    from nennep.accounts.choices import Role  # noqa: PLC0415  Django must be set up first
    from nennep.accounts.rules import PERMISSIONS  # noqa: PLC0415
    from nennep.core.permissions import Permission  # noqa: PLC0415

    with override("vi"):
        names = [f"- `{role.value}`: {role.label}" for role in Role]
    header = f"| permission | {' | '.join(role.value for role in Role)} |"
    line = "|---|" + ":-:|" * len(Role)
    rows = [
        f"| `{permission.value}` | {' | '.join('●' if permission in PERMISSIONS[role] else ' ' for role in Role)} |"
        for permission in Permission
    ]
    return "\n".join([HEAD, "## Roles", "", *names, "", "## Permissions", "", header, line, *rows, ""])


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nennep.site.settings")
    django.setup()
    TARGET.write_text(render_permissions(), encoding="utf-8")


if __name__ == "__main__":
    main()
