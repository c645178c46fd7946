"""The committee prepares the cell's meeting (HD 42-HD/BTCTW, preparation step 2; headings: forms.md §3). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

COMMITTEE_FROM = 9  # official members from which a cell elects a chi ủy (Điều lệ Đảng)


class Body(StrEnum):
    """Who prepares: the chi ủy, or the secretary and the deputy where there is none."""

    COMMITTEE = "committee"
    LEADERS = "leaders"


class NoCommittee(StrEnum):
    """Why a cell has no chi ủy that could prepare its meeting; NONE where it has one."""

    NONE = ""
    FEW_MEMBERS = "few_members"
    NO_POSTS = "no_posts"


def find_missing_committee(*, officials: int, committee_members: int) -> NoCommittee:
    """A chi ủy is elected from nine official members on (Điều lệ Đảng); it is there when somebody holds a post in it."""
    if officials < COMMITTEE_FROM:
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
    """Whole days between the two (Lào Cai Quy định 08-QĐ/TU: at least three)."""
    return LeadTime((meeting_on - held_on).days, least)


def find_last_day(meeting_on: date, *, least: int | None) -> date:
    """The last day on which the committee meets in time; the meeting's own day where no policy asks."""
    return meeting_on - timedelta(days=least or 0)


def join_lines(lines: Sequence[str]) -> str:
    """Lines of a section as they are typed: one dash each."""
    return "\n".join(f"- {line}" for line in lines if line)
