"""Who has not taken the floor for some meetings running (G22): for the chair's eyes, to invite them kindly."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SILENT_AFTER = 3  # meetings attended in a row without a word
LOOK_BACK = 6  # meetings looked at


@dataclass(frozen=True, slots=True)
class Attended:
    """One meeting that was held: ids of members who were there and of those who spoke."""

    present: frozenset[int]
    spoke: frozenset[int]


def count_silent(member: int, meetings: Iterable[Attended]) -> int:
    """Meetings in a row that the member attended without speaking, latest first; those they missed do not count."""
    silent = 0
    for meeting in meetings:
        if member in meeting.spoke:
            break
        silent += member in meeting.present
    return silent


def find_silent(
    members: Iterable[int], meetings: Sequence[Attended], *, after: int = SILENT_AFTER
) -> Mapping[int, int]:
    """Members with at least `after` such meetings and how many, in the order given; `meetings` latest first."""
    counts = {member: count_silent(member, meetings) for member in members}
    return {member: count for member, count in counts.items() if count >= after}
