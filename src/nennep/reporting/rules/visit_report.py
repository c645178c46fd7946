"""The words of a visit's report: lines that were ticked and lines that were typed stand in one text (seed 003). Pure.

A report is an official paper: what is stored is Vietnamese, whatever language its writer has chosen for the pages.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nennep.core.text import compose, compose_lines

QUALITY = "Chất lượng chung: "
GRADES = {"good": "Tốt", "fair": "Khá", "average": "Trung bình", "poor": "Kém"}
IN_ORDER = "Đủ các bước theo trình tự."
MANY_SPOKE = "Nhiều đồng chí phát biểu."
CRITICISM = "Tự phê bình và phê bình nghiêm túc."
CONCLUDED = "Có kết luận, phân công rõ việc."
CONDUCT = (IN_ORDER, MANY_SPOKE, CRITICISM, CONCLUDED)
NEWS = "Tình hình thời sự nổi bật."
DIRECTIVES = "Chủ trương, chỉ đạo mới của cấp trên."


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the report: which of the offered lines it has, and what else was typed."""

    chosen: tuple[str, ...] = ()
    other: str = ""


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """What the records of the meeting say of how it was run: counts of items, persons, minutes."""

    items: int = 0
    taken: int = 0
    attending: int = 0
    speakers: int = 0
    criticism_minutes: int = 0
    concluded: bool = False


@dataclass(frozen=True, slots=True)
class ConductNorms:
    """What the unit's rules ask of a meeting: percent of those present who speak, minutes of self-criticism (None: no rule)."""

    speakers_share: int
    criticism_least: int | None


def join_section(section: Section) -> str:
    """The chosen lines, then the typed ones."""
    return compose_lines("\n".join([*section.chosen, section.other]))


def split_section(text: str, options: Iterable[str]) -> Section:
    """The same the other way round: a line that is offered counts as chosen."""
    offered = {compose(option) for option in options}
    lines = compose_lines(text).split("\n") if text.strip() else []
    chosen = tuple(line for line in lines if line in offered)
    return Section(chosen, "\n".join(line for line in lines if line not in offered))


def join_conduct(grade: str, section: Section) -> str:
    """How the meeting was on the whole (a code of GRADES, or empty), then how it was run."""
    first = f"{QUALITY}{GRADES[grade]}.\n" if grade in GRADES else ""
    return compose_lines(first + join_section(section))


def split_conduct(text: str) -> tuple[str, Section]:
    """Grade and section of a stored text."""
    first, _newline, rest = text.partition("\n")
    words = first.removeprefix(QUALITY).rstrip(".")
    grade = next((code for code, label in GRADES.items() if label == words), "") if first.startswith(QUALITY) else ""
    return grade, split_section(rest if grade else text, CONDUCT)


def propose_conduct(facts: RoomFacts, norms: ConductNorms) -> tuple[str, ...]:
    """The lines that the records speak for. Without a number for it nobody can say that self-criticism took long enough."""
    least = norms.criticism_least
    spoken = {
        IN_ORDER: 0 < facts.items == facts.taken,
        MANY_SPOKE: facts.attending > 0 and 100 * facts.speakers >= norms.speakers_share * facts.attending,
        CRITICISM: least is not None and facts.criticism_minutes >= least,
        CONCLUDED: facts.concluded,
    }
    return tuple(line for line, holds in spoken.items() if holds)


def sum_score(points: Mapping[str, float], *, starts_at: float = 0) -> int | None:
    """The whole score as it is counted, halves upward, from 0 to 100; pages and papers say the exact sum. None without any.

    `starts_at`: what the sheet has before anything is scored.
    """
    return int(hold_score(sum(points.values()), starts_at=starts_at) + 0.5) if points else None


def hold_score(points: float, *, starts_at: float = 0) -> float:
    """What groups come to as a score: bonus points and deductions never leave 0 to 100."""
    return max(0.0, min(starts_at + points, 100.0))


def say_score(own: str, cell: str, reason: str, groups: Sequence[tuple[str, str, str]]) -> str:
    """One paragraph: the official's score, the cell's beside it, the groups that differ (title, own, cell's), and why."""
    if not own:
        return f"Chi bộ tự chấm: {cell} điểm." if cell else ""
    said = [f"Điểm của người dự: {own}/100; chi bộ tự chấm: {cell or 'chưa chấm'}."]
    if groups:
        said.append(
            "Khác ở: " + "; ".join(f"{title} ({mine}, chi bộ {theirs})" for title, mine, theirs in groups) + "."
        )
    if reason:
        said.append(f"Lý do: {compose(reason).rstrip('.')}.")
    return " ".join(said)
