"""The committee prepares the cell's meeting (HD 42-HD/BTCTW, preparation step 2; headings: forms.md §3). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256


class Body(StrEnum):
    """Who prepares: the chi ủy, or the secretary and the deputy where there is none."""

    COMMITTEE = "committee"
    LEADERS = "leaders"


class NoCommittee(StrEnum):
    """Why a cell has no chi ủy that could prepare its meeting; NONE where it has one."""

    NONE = ""
    FEW_MEMBERS = "few_members"
    NO_POSTS = "no_posts"


def find_missing_committee(*, officials: int, committee_members: int, committee_from: int) -> NoCommittee:
    """A chi ủy is elected from `cell.committee_from` official members on; it is there when somebody holds a post in it."""
    if officials < committee_from:
        return NoCommittee.FEW_MEMBERS
    return NoCommittee.NONE if committee_members else NoCommittee.NO_POSTS


def choose_body(missing: NoCommittee) -> Body:
    return Body.LEADERS if missing else Body.COMMITTEE


@dataclass(frozen=True, slots=True)
class LeadTime:
    """How many days before the cell's meeting its committee meets. `least` None: no policy asks for a number."""

    days: int
    least: int | None

    @property
    def is_short(self) -> bool:
        return self.least is not None and self.days < self.least


def measure_lead_time(held_on: date, meeting_on: date, *, least: int | None) -> LeadTime:
    """Whole days between the two (`chiuy.days_before_min`, where a policy sets it)."""
    return LeadTime((meeting_on - held_on).days, least)


def join_lines(lines: Sequence[str]) -> str:
    """Lines of a section as they are typed: one dash each."""
    return "\n".join(f"- {line}" for line in lines if line)


@dataclass(frozen=True, slots=True)
class KnownFacts:
    """What the program knows before the committee meets, each a list of lines in Vietnamese.

    `done`, `unfinished`: last month's tasks with who and how far; `carried`: what goes on, with who and until when;
    `shortcomings`: what the last resolution named; `waiting`:
    petitions; `received`: papers that no meeting discussed; `advice`: comments to answer; `items`: the programme of the
    cell's meeting; `supervision`: tasks of inspection.
    """

    done: tuple[str, ...] = ()
    unfinished: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    shortcomings: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    received: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    supervision: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sections:
    """The headings of forms.md §3 that can be filled beforehand."""

    last_month: str
    next_month: str
    cell_meeting: str
    inspection: str


def draft_sections(facts: KnownFacts, *, when_and_where: str) -> Sections:
    """The programme filled from what is known; the words are the paper's, so they are Vietnamese in every language."""
    return Sections(
        last_month=_join_parts(
            ("Đã làm xong:", facts.done),
            ("Chưa xong:", facts.unfinished),
            ("Hạn chế kỳ trước nêu:", facts.shortcomings),
        ),
        next_month=_join_parts(
            ("Việc chuyển sang tháng tới:", facts.carried),
            ("Kiến nghị còn chờ:", facts.waiting),
            ("Văn bản chưa bàn:", facts.received),
            ("Góp ý cần trả lời:", facts.advice),
        ),
        cell_meeting=_join_parts((when_and_where, ()), ("Chương trình:", facts.items)),
        inspection=join_lines(facts.supervision),
    )


def _join_parts(*parts: tuple[str, Sequence[str]]) -> str:
    """Headed lists under each other; a list of nothing is left out, a heading without a list (a plain line) stays."""
    written = [f"{head}\n{join_lines(lines)}" if lines else head for head, lines in parts if lines or head[-1:] != ":"]
    return "\n".join(part for part in written if part)


def fingerprint(text: str) -> str:
    """Tells whether a text is still the one that was on somebody's screen."""
    return sha256(text.encode()).hexdigest()[:16]


class SectionMerge(StrEnum):
    """What becomes of one text that two people may have changed."""

    KEEP = "keep"
    WRITE = "write"
    CONFLICT = "conflict"


def merge_text(stored: str, typed: str, *, known: str) -> SectionMerge:
    """`known` is the fingerprint of the text when the writer opened the page.

    What the writer left alone stays as it is stored, what nobody else changed is written; both changed differently: a
    conflict, and a person decides.
    """
    if stored == typed or fingerprint(typed) == known:
        return SectionMerge.KEEP
    return SectionMerge.WRITE if fingerprint(stored) == known else SectionMerge.CONFLICT
