"""What the month's resolution begins with: its title, and texts taken from what was noted (forms.md §1)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from django.utils.translation import gettext as _

from nennep.core.periods import Month
from nennep.core.text import fold
from nennep.core.wording import format_month, say_date
from nennep.meetings.choices import MeetingKind, Topic

_THINKING = (Topic.UNITY,)  # current affairs and study stand in the paper from the minutes
_SHORTCOMINGS = (Topic.SELF_CRITICISM,)
_DIRECTIONS = (
    Topic.NEXT_MONTH,
    Topic.THEME,
    Topic.POLITICAL_TASK,
    Topic.ECONOMY_ORDER,
    Topic.RECRUITMENT,
    Topic.INSPECTION,
)
_RESOLUTION = re.compile(r"\b(?:nghi quyet|nq)\b")  # folded, as everything here
_MONTH = re.compile(r"\bthang (?P<month>0?\d{1,2}|truoc)\b")


class HasSubject(Protocol):
    """A vote, from the rows or from the minutes: `subject` is what was voted on, as somebody typed it."""

    @property
    def subject(self) -> str: ...


AnyVote = TypeVar("AnyVote", bound=HasSubject)


@dataclass(frozen=True, slots=True)
class ResolutionTexts:
    """The words that are the resolution's own; the rest is read from the records."""

    thinking: str = ""
    shortcomings: str = ""
    directions: str = ""


@dataclass(frozen=True, slots=True)
class TopicNote:
    """What was noted and concluded under one item."""

    topic: Topic
    note: str
    conclusion: str


def say_title(month: Month, kind: MeetingKind = MeetingKind.REGULAR, *, theme: str = "", on: date | None = None) -> str:
    """`Lãnh đạo thực hiện nhiệm vụ tháng 11 năm 2026`; of a meeting that is not the month's own, its theme or its day."""
    if kind == MeetingKind.THEMATIC and theme:
        return _("Về chuyên đề %(theme)s") % {"theme": theme}
    if not kind.is_monthly and on is not None:
        return _("Về nội dung họp ngày %(day)s") % {"day": say_date(on)}
    numbers = {"month": format_month(month.number), "year": month.year}
    return _("Lãnh đạo thực hiện nhiệm vụ tháng %(month)s năm %(year)s") % numbers


def find_resolution_vote(votes: Iterable[AnyVote], month: Month) -> AnyVote | None:
    """The vote on the resolution of `month`: of those that name it the last, for a vote may be repeated.

    None where no vote names it: which of the others was meant nobody can know.
    """
    return next((vote for vote in reversed(list(votes)) if _names_resolution(vote.subject, month)), None)


def _names_resolution(subject: str, month: Month) -> bool:
    """`Nghị quyết tháng 11`, `thông qua NQ`; not what became of the resolution of the month before."""
    words = fold(subject)
    named = {match["month"].lstrip("0") for match in _MONTH.finditer(words)}
    return _RESOLUTION.search(words) is not None and not named & {"truoc", str(month.plus(-1).number)}


def prefill_texts(notes: Iterable[TopicNote], *, conclusion: str = "") -> ResolutionTexts:
    """Texts from the notes: thinking from what was said, shortcomings and directions from what was concluded.

    What a member said of themselves stays in the minutes. Where no item was concluded,
    the directions are the chair's conclusion.
    """
    rows = list(notes)
    thinking = [row.conclusion or row.note for row in rows if row.topic in _THINKING]
    shortcomings = [row.conclusion for row in rows if row.topic in _SHORTCOMINGS]
    directions = [row.conclusion for row in rows if row.topic in _DIRECTIONS]
    return ResolutionTexts(_join(thinking), _join(shortcomings), _join(directions) or conclusion.strip())


def leave_out_said(conclusion: str, directions: str) -> str:
    """The chair's conclusion; empty where the directions hold every line of it, as they do when they began with it."""
    said = {_bare(line) for line in directions.splitlines()}
    return "" if all(_bare(line) in said for line in conclusion.splitlines()) else conclusion


def _bare(line: str) -> str:
    return " ".join(line.split()).rstrip(" .;,")


def _join(texts: Iterable[str]) -> str:
    return "\n".join(text.strip() for text in texts if text.strip())
