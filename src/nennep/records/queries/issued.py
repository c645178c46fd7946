"""Papers of a meeting that went out, and what corrections changed in them: known by the context that prints papers.

It registers its source in `handlers.py`; what records correct is shown by these rows before it is saved.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from nennep.core.events import load_handlers
from nennep.meetings.models import Meeting


@dataclass(frozen=True, slots=True)
class IssuedVersion:
    """Version `number` of a paper as it went out; `changes` in words, against the version before it.

    `word` and `pdf` are the addresses at which it can be taken; `is_intact` False when its checksum no longer holds.
    """

    address: str
    label: str
    number: int
    issued_at: datetime
    reason: str
    changes: tuple[str, ...]
    word: str
    pdf: str
    is_intact: bool


_sources: list[Callable[[Meeting], tuple[IssuedVersion, ...]]] = []


def register_source(source: Callable[[Meeting], tuple[IssuedVersion, ...]]) -> None:
    """Called once, by the context that prints."""
    if source not in _sources:
        _sources.append(source)


def list_issued(meeting: Meeting, *, address: str | None = None) -> tuple[IssuedVersion, ...]:
    """Every version of every paper that went out, the newest of each first; of one paper with `address`. One query."""
    load_handlers()
    found = [version for source in _sources for version in source(meeting)]
    return tuple(version for version in found if address in {None, version.address})
