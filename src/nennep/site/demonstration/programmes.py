"""What stands on the programmes of the demonstration: the template, one topic of the cell's type in turn, real minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nennep.core.periods import Month
from nennep.meetings.choices import MeetingKind, Topic
from nennep.meetings.rules.agenda import AgendaLine, build_agenda, list_suggestions
from nennep.organizations.models import Organization

ONLY_WORK = "only_work"
ONLY_WORK_MONTHS = 7  # for how long the cell has talked about nothing but work
FORGETFUL = 9  # every ninth cell forgets one topic all year
FORGOTTEN = Topic.INTEGRITY
NOT_WORK = frozenset({Topic.SELF_CRITICISM, Topic.STUDY, Topic.PRAISE})
CRITICISM_MINUTES = 15


@dataclass(frozen=True, slots=True)
class Occasion:
    """One meeting to be planned: of which cell, what is special with it (`latest`), how many months ago."""

    cell: Organization
    latest: str
    kind: MeetingKind
    month: Month
    theme: str
    months_ago: int


def make_lines(template: dict[str, Any], occasion: Occasion) -> list[AgendaLine]:
    """The lines of the programme, in order."""
    cell_type = occasion.cell.cell_type
    lines = build_agenda(template, kind=occasion.kind, month=occasion.month, theme=occasion.theme, cell_type=cell_type)
    if occasion.latest == ONLY_WORK and occasion.months_ago < ONLY_WORK_MONTHS:
        return [line for line in lines if line.topic not in NOT_WORK]
    turn = _choose_topic(template, occasion)
    index = next((at for at, line in enumerate(lines) if line.topic == Topic.NEXT_MONTH), len(lines))
    return [*lines[:index], *turn, *lines[index:]]


def _choose_topic(template: dict[str, Any], occasion: Occasion) -> list[AgendaLine]:
    """One topic of the type per month, so that each comes up within a year; a forgetful cell leaves one out."""
    known = {line.topic for line in build_agenda(
        template, kind=MeetingKind.REGULAR, month=occasion.month, cell_type=occasion.cell.cell_type
    )}  # fmt: skip
    usual = list_suggestions(template, cell_type=occasion.cell.cell_type, month=occasion.month)
    topics = [line for line in usual if line.topic not in known | {Topic.THEME}]
    number = occasion.month.year * 12 + occasion.month.number + occasion.cell.pk
    chosen = topics[number % len(topics)]
    forgets = occasion.cell.pk % FORGETFUL == 0 and chosen.topic == FORGOTTEN
    return [] if forgets else [chosen]


def share_minutes(planned: Sequence[tuple[str, int]], total: int) -> list[int]:
    """How long each item (topic, minutes planned) really took, when the meeting took `total` minutes; the sum is `total`.

    Criticism keeps its quarter of an hour, the others give way.
    """
    kept = [CRITICISM_MINUTES if topic == Topic.SELF_CRITICISM else 0 for topic, _ in planned]
    rest = sum(minutes for topic, minutes in planned if topic != Topic.SELF_CRITICISM)
    free = total - sum(kept)
    taken = [own or max(1, minutes * free // max(1, rest)) for own, (_, minutes) in zip(kept, planned, strict=True)]
    longest = max(range(len(taken)), key=lambda index: planned[index][1]) if taken else 0
    if taken:
        taken[longest] += total - sum(taken)
    return taken
