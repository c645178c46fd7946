"""Comments given to cells: those of one cell with the bank to choose from, those of all cells below a unit (G13)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from nennep.core.access import Actor
from nennep.core.origins import Origin
from nennep.core.periods import Month, Span
from nennep.core.permissions import Permission
from nennep.core.spans import YEAR, SpanChoice, make_choice
from nennep.meetings.queries.advice import (
    AdviceRow,
    AdviceShare,
    count_advice,
    given_below,
    list_advice_below,
    list_cell_advice,
)
from nennep.meetings.queries.readable import find_first_month
from nennep.organizations.models import Organization as Organization
from nennep.policies.queries import rules_for
from nennep.reporting.queries.brief import read_weak_groups
from nennep.reporting.rules.advice import find_topics
from nennep.visits.queries.comments import BankComment, list_bank

SUGGESTED = 5
REVIEW = "reporting.review"


@dataclass(frozen=True, slots=True)
class CellAdvicePage:
    """What one cell was told, newest first; `bank`: what somebody who may give comments can choose from.

    To a cell that has ended nobody gives any: its successor has a page of its own.
    """

    cell: Organization
    rows: tuple[AdviceRow, ...]
    share: AdviceShare
    weak: tuple[str, ...]
    bank: tuple[BankComment, ...]
    may_give: bool


@dataclass(frozen=True, slots=True)
class UnitAdviceRow:
    """One comment with the cell it was given to."""

    cell: UUID
    cell_name: str
    advice: AdviceRow


@dataclass(frozen=True, slots=True)
class UnitAdvicePage:
    """What the cells below a unit were told in a span of time; each figure of `share` counts rows.

    All is as it was on the day `on`: today, or the last one of a span that is over (`is_past`).
    """

    unit: Organization
    choice: SpanChoice
    on: date
    is_past: bool
    share: AdviceShare
    rows: tuple[UnitAdviceRow, ...]


def get_cell_advice(*, actor: Actor, cell: Organization, today: date) -> CellAdvicePage:
    """The page of a cell that has passed its door. Six queries at most."""
    may_give = actor.may(Permission.ADVICE_WRITE, cell.path) and cell.closed_on is None
    weak = read_weak_groups(cell=cell, today=today)
    bank = list_bank(cell=cell, topics=find_topics(group.code for group in weak)) if may_give else []
    year = date(today.year, 1, 1)
    return CellAdvicePage(
        cell=cell,
        rows=tuple(list_cell_advice(organization_id=cell.pk)),
        share=count_advice(below=Q(organization=cell), since=year, until=today),
        weak=tuple(group.title for group in weak),
        bank=tuple(bank[:SUGGESTED]),
        may_give=may_give,
    )


def get_unit_advice(*, actor: Actor, unit: Organization, today: date, span: Span | None = None) -> UnitAdvicePage:
    """The rows behind the figure of a unit that has passed its door: this year's when no span is chosen. Three queries.

    Of the past one more for each level of the tree.
    """
    span = span or Span.around(Month.of(today), YEAR)
    first, on = span.first.first_day, span.reference_day(today)
    below = given_below(unit, on=on, today=today)
    given = list_advice_below(actor=actor, below=below, since=first, until=on)
    return UnitAdvicePage(
        unit=unit,
        choice=make_choice(span, since=find_first_month(unit, today=today), today=today),
        on=on,
        is_past=on < today,
        share=count_advice(below=below, since=first, until=on),
        rows=tuple(UnitAdviceRow(cell, name, advice) for cell, name, advice in given),
    )


def origin_of_review(*, actor: Actor, today: date) -> Origin:
    """What somebody says of a cell on one day, without a visit, is one review: three comments at most."""
    return Origin(REVIEW, f"{actor.user_id}:{today.isoformat()}")


def list_topics(*, cell: Organization, today: date) -> list[tuple[str, str]]:
    """The groups of the score sheet in force: code and title, to say what a comment is about. One query."""
    sheet = rules_for(organization=cell, on=today).score_sheet
    return [(group.code, group.full_title) for group in sheet.groups]
