"""The comments that come with the program: one TOML file beside this one."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "comments.toml"


@dataclass(frozen=True, slots=True)
class DeliveredComment:
    """A comment, a good example, the group of the score sheet it helps."""

    text: str
    example: str
    topic: str


@cache
def read_comments() -> tuple[DeliveredComment, ...]:
    """All of them, in the order of the file."""
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))["comments"]
    return tuple(DeliveredComment(row["text"], row["example"], row["topic"]) for row in rows)
