"""Where a row of a lower context came from, without the lower one knowing the higher."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """Kind and id as text, such as `meetings.meeting` and the meeting's public id; both empty when there is none."""

    kind: str = ""
    id: str = ""
