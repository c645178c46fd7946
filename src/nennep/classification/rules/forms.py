"""Which form somebody writes (rules.md §4.6 no. 1)."""

from collections.abc import Iterable

from nennep.classification.choices import RatedForm
from nennep.members.choices import PostKind
from nennep.organizations.choices import CellType

# Offices, the army and state enterprises are part of the political system; villages, students and private firms are not.
_INSIDE = frozenset({CellType.OFFICE, CellType.STATE_ENTERPRISE, CellType.ARMED_FORCES})


def find_form(*, posts: Iterable[PostKind], cell_type: str) -> RatedForm:
    """2A for those who lead the cell, 2B inside the political system, 2C outside of it; people may choose another."""
    if any(post.signs for post in posts):
        return RatedForm.LEADER
    return RatedForm.STAFF if cell_type in _INSIDE else RatedForm.OUTSIDE


def is_head(posts: Iterable[PostKind]) -> bool:
    """The head is rated after the group."""
    return PostKind.SECRETARY in set(posts)


def has_committee(posts: Iterable[PostKind]) -> bool:
    """Whether a cell has a chi ủy: where none is, secretary and deputy are reviewed in the cell alone."""
    return PostKind.COMMITTEE_MEMBER in set(posts)
