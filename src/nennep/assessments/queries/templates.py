"""A score sheet before it is used: its lines, their scales in words, and what a made-up meeting would get."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from nennep.assessments.queries.sheets import say_levels, say_of, say_span
from nennep.assessments.rules import EXAMPLE, HIGHEST, propose
from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.core.wording import say_points
from nennep.meetings.choices import MeetingKind
from nennep.organizations.models import Organization
from nennep.organizations.queries import get_organization
from nennep.policies.choices import SheetSide
from nennep.policies.queries import ScoreSheetTemplate, SheetItem, find_delivered_sheet, rules_for
from nennep.policies.rules import LargeCell, say_line


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """One line: by which scales its points come, what the example says of it, what it would get (None: people judge)."""

    code: str
    title: str
    maximum: Decimal | int
    scales: tuple[str, ...]
    fact: str
    points: Decimal | None
    minimum: Decimal | int = 0
    is_bonus: bool = False

    @property
    def of(self) -> str:
        return say_of(self.maximum)


@dataclass(frozen=True, slots=True)
class TemplateGroup:
    code: str
    title: str
    maximum: Decimal | int
    lines: tuple[TemplateLine, ...]
    minimum: Decimal | int = 0
    headings: tuple[
        tuple[str, Decimal | int], ...
    ] = ()  # those that begin with it, with what stands below them together

    @property
    def span(self) -> str:
        return say_span(self.minimum, self.maximum) if self.minimum else say_points(self.maximum)


@dataclass(frozen=True, slots=True)
class TemplateSheet:
    """`proposed`: what the records propose of the `judged` points; the rest people give."""

    title: str
    kinds: tuple[str, ...]
    is_checklist: bool
    sources: tuple[str, ...]
    groups: tuple[TemplateGroup, ...]
    proposed: Decimal
    judged: Decimal | int
    maximum: Decimal | int
    scored_by: str = ""
    has_upper: bool = False
    level_texts: tuple[tuple[str, str], ...] = ()
    large_cell: LargeCell | None = None
    starts_at: Decimal | int = 0

    @property
    def reached(self) -> Decimal:
        """What the example has after all that the records deduct and add: 0 to 100, as every total."""
        return max(Decimal(0), min(self.starts_at + self.proposed, HIGHEST))


@dataclass(frozen=True, slots=True)
class TemplatePage:
    organization: Organization
    document: str
    is_applied: bool
    sheets: tuple[TemplateSheet, ...]


def get_template_page(*, actor: Actor, public_id: UUID, code: str, today: date) -> TemplatePage:
    """The sheet that holds for the unit today, or with the `code` of a delivered document the one in it. Raises NotFound, NotAllowed."""
    unit = get_organization(actor=actor, public_id=public_id)
    actor.require(Permission.POLICIES_READ, unit.path)
    if code:
        found = find_delivered_sheet(code)
        if found is None:
            raise NotFound
        return TemplatePage(unit, found[0], is_applied=False, sheets=_show_all(found[1]))
    rules = rules_for(organization=unit, on=today)
    source = rules.source("score.sheet")
    document = source.document_number if source else ""
    return TemplatePage(unit, document, is_applied=True, sheets=_show_all(rules.score_sheet))


def show_sheets(sheets: Iterable[ScoreSheetTemplate]) -> tuple[TemplateSheet, ...]:
    """Sheets with what the example would get, before they are a unit's."""
    return tuple(_show(one) for one in sheets)


def _show_all(sheet: ScoreSheetTemplate) -> tuple[TemplateSheet, ...]:
    return show_sheets(sheet.all)


def _show(sheet: ScoreSheetTemplate) -> TemplateSheet:
    groups = tuple(
        TemplateGroup(
            group.code,
            group.title,
            group.maximum,
            tuple(_show_line(item) for item in group.items),
            group.minimum,
            tuple((one.title, sheet.maximum_under(one)) for one in headings),
        )
        for group, headings in zip(sheet.groups, sheet.headings, strict=True)
    )
    judged = [line for group in groups for line in group.lines if line.points is not None]
    kinds = [kind for kind in MeetingKind if kind.value in sheet.applies_to]
    return TemplateSheet(
        title=sheet.title,
        kinds=tuple(str(kind.label) for kind in kinds) if len(kinds) < len(MeetingKind) else (),
        is_checklist=sheet.is_checklist,
        sources=sheet.sources,
        groups=groups,
        proposed=_propose_together(sheet, groups),
        judged=sum((line.maximum for line in judged if not line.is_bonus), Decimal(0)),
        maximum=sheet.maximum,
        scored_by=sheet.scored_by,
        has_upper=SheetSide.UPPER in sheet.sides,
        level_texts=say_levels(sheet),
        large_cell=sheet.large_cell,
        starts_at=sheet.starts_at,
    )


def _propose_together(sheet: ScoreSheetTemplate, groups: Iterable[TemplateGroup]) -> Decimal:
    """What the records propose of all lines, every group within its limits."""
    sums = (sum((line.points or Decimal(0) for line in group.lines), Decimal(0)) for group in groups)
    return sheet.hold_groups(group.hold(points) for group, points in zip(sheet.groups, sums, strict=True))


def _show_line(item: SheetItem) -> TemplateLine:
    proposal = propose(item, EXAMPLE)
    return TemplateLine(
        item.code,
        item.title,
        item.maximum,
        say_line(item),
        proposal.fact,
        proposal.points,
        minimum=item.minimum,
        is_bonus=item.is_bonus,
    )
