"""Print the commands of a Makefile: every target followed by `## what it does`. Plain Python, no libraries."""

import re
import sys
from pathlib import Path

COMMAND = re.compile(r"^([a-z-]+):[^#\n]*## (.+)$", re.MULTILINE)


def list_commands(makefile: str) -> list[tuple[str, str]]:
    """Pairs of target and description, in the order of the file."""
    return COMMAND.findall(makefile)


def main() -> None:
    commands = list_commands(Path(sys.argv[1]).read_text(encoding="utf-8"))
    width = max(len(name) for name, _ in commands)
    for name, description in commands:
        print(f"make {name.ljust(width)}  {description}")


if __name__ == "__main__":
    main()
