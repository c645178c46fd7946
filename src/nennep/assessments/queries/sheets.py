"""Reading score sheets: the page of one, its lines and columns."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from nennep.assessments.choices import Grade, SheetState
from nennep.assessments.models import ScoreItem, ScoreSheet, SideScore
from nennep.assessments.queries.changes import MovedFact, choose_begun, compare_proposals, list_moved
from nennep.assessments.queries.facts import gather_row, with_columns
from nennep.assessments.queries.sides import GivenScore, Sides, read_sides_of, say_official_side
from nennep.assessments.rules import HIGHEST, NoSheetForKind, find_report_day, name_official_side, needs_reason
from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.periods import add_working_days
from nennep.core.permissions import Permission
from nennep.core.wording import say_points
from nennep.meetings.choices import MeetingKind, MeetingState
from nennep.meetings.models import Meeting as Meeting
from nennep.meetings.queries.meeting import get_meeting as get_meeting
from nennep.members.models import Member
from nennep.policies.choices import OfficialSide, SheetSide
from nennep.policies.queries import RuleBook, ScoreSheetTemplate, SheetItem, Source
from nennep.policies.rules import SheetHeading, hold_together
from nennep.room.queries.closing import refuse_open_again
from nennep.room.queries.outcome import list_attending_members, rules_of


def say_of(maximum: Decimal | int) -> str:
    """`/5` behind points; nothing where points can only be deducted."""
    return f"/{say_points(maximum)}" if maximum else ""


def say_span(minimum: Decimal | int, maximum: Decimal | int) -> str:
    """`tối đa 5`; `trừ tối đa 10`; `từ -2 đến 5`."""
    words = {"minimum": say_points(minimum), "least": say_points(-minimum), "maximum": say_points(maximum)}
    if not minimum:
        return _("tối đa %(maximum)s") % words
    return _("từ %(minimum)s đến %(maximum)s") % words if maximum else _("trừ tối đa %(least)s") % words


@dataclass(frozen=True, slots=True)
class ScoreItemRow:
    """One line of the sheet: its words, maximum, what the facts propose and say, what the cell decided."""

    code: str
    title: str
    maximum: Decimal
    proposed: Decimal | None
    fact: str
    points: Decimal | None
    note: str
    has_rows: bool = False  # there are rows behind its figure
    upper: Decimal | None = None  # of the upper committee, or of its official
    upper_note: str = ""
    minimum: Decimal = Decimal(0)  # below 0 where the line deducts

    @property
    def of(self) -> str:
        """What stands behind the points."""
        return say_of(self.maximum)

    @property
    def span(self) -> str:
        """What may be given, in words."""
        return say_span(self.minimum, self.maximum)

    @property
    def field(self) -> str:
        """Name of its field in the form: codes have dots."""
        return f"points_{self.code.replace('.', '_')}"

    @property
    def note_field(self) -> str:
        """Name of the field that says why the cell gives other points."""
        return f"note_{self.code.replace('.', '_')}"

    @property
    def differs(self) -> bool:
        """Other points than the records propose, by more than half a point: the cell says why."""
        return needs_reason(self.points, self.proposed)


@dataclass(frozen=True, slots=True)
class GroupRow:
    """Lines under one heading, with what they have together (None while one is not scored)."""

    code: str
    title: str
    maximum: Decimal
    items: tuple[ScoreItemRow, ...]
    upper: Decimal | None = None
    minimum: Decimal = Decimal(0)
    headings: tuple[tuple[str, Decimal], ...] = ()  # those that begin with it, with what stands below them together
    above: tuple[SheetHeading, ...] = ()

    @property
    def of(self) -> str:
        return say_of(self.maximum)

    @property
    def span(self) -> str:
        return say_span(self.minimum, self.maximum) if self.minimum else say_points(self.maximum)

    @property
    def points(self) -> Decimal | None:
        return self.hold() if all(item.points is not None for item in self.items) else None

    def hold(self) -> Decimal:
        """What its lines come to so far, within what the group may come to."""
        scored = sum((item.points or Decimal(0) for item in self.items), Decimal(0))
        return max(self.minimum, min(scored, self.maximum))


@dataclass(frozen=True, slots=True)
class SheetPage:
    """The score sheet of one held meeting; `sheet` None before it was started.

    `report_due`: the last day on which the upper committee is told the score, where a rule says so.
    """

    meeting: Meeting
    sheet: ScoreSheet | None
    title: str
    groups: tuple[GroupRow, ...]
    source: Source | None
    levels: tuple[tuple[str, int], ...]
    report_due: date | None
    may_write: bool
    moved: tuple[MovedFact, ...] = ()
    changed: tuple[MovedFact, ...] = ()  # of a sheet in work: what the records say otherwise since
    is_checklist: bool = False
    scored_by: str = ""
    people: tuple[Member, ...] = ()  # who may be named as the one who scores
    sides: Sides = field(default_factory=Sides)
    official_side: str = ""  # whose score counts, in a sentence; empty where nobody from above scores
    has_upper: bool = False  # the sheet has a column for the upper committee
    level_texts: tuple[tuple[str, str], ...] = ()  # what a level means, by its label
    may_confirm: bool = False
    confirm_due: date | None = None
    starts_at: Decimal = Decimal(0)  # what the sheet has before anything is scored
    no_sheet: str = ""  # why no sheet is for such a meeting, in a sentence

    @property
    def is_agreed(self) -> bool:
        return self.sheet is not None and self.sheet.state == SheetState.AGREED

    @property
    def total(self) -> Decimal:
        """What is scored so far, with what the sheet starts at; of a checklist, how many lines are kept."""
        found = self.starts_at + hold_together((group.above, group.hold()) for group in self.groups)
        return found if self.is_checklist else max(Decimal(0), min(found, HIGHEST))

    @property
    def step(self) -> str:
        """Of the points, as a field takes it: a line of a checklist is kept or not."""
        return "1" if self.is_checklist else "0.5"

    @property
    def maximum(self) -> Decimal:
        return hold_together((group.above, group.maximum) for group in self.groups)

    @property
    def has_spans(self) -> bool:
        """Whether the sheet deducts or gives a bonus: then its sum is not simply that of its groups."""
        return bool(self.starts_at) or any(group.minimum for group in self.groups)

    @property
    def left(self) -> int:
        """Lines that nobody has scored yet."""
        return sum(item.points is None for group in self.groups for item in group.items)

    @property
    def grade(self) -> str:
        return str(Grade(self.sheet.grade).label) if self.sheet and self.sheet.grade else ""


def get_sheet_page(*, actor: Actor, meeting_id: UUID, today: date | None = None) -> SheetPage:
    """The sheet of a held meeting, or an empty one that may be started. Eight queries for a sheet in work.

    One more each: where its sheet asks for whoever was excused too often, and for whoever prepares the meeting; where somebody from
    above has scored it, and where units have rules of their own. Two where somebody without a post may have come to prepare it.

    Raises NotFound when out of scope, not held, or not started and not the actor's to start.
    """
    meeting = _read_meeting(actor, meeting_id)
    path = meeting.organization.path
    sheet, items = _read_sheet(actor, meeting)
    may_write = actor.may(Permission.SCORES_WRITE, path)
    may_confirm = actor.may(Permission.SCORES_CONFIRM, path)
    if meeting.state != MeetingState.HELD or not (sheet or may_write or may_confirm):
        refuse_open_again(actor=actor, meeting=meeting)
        raise NotFound
    follows = sheet is not None and sheet.state == SheetState.DRAFT and may_write
    gathered = gather_row(meeting, today, choose_begun(sheet, items)) if follows and today else None
    rules = gathered.rules if gathered else rules_of(meeting)
    template = gathered.template if gathered else choose_begun(sheet, items)(meeting, rules)
    no_sheet = "" if template.groups else str(NoSheetForKind(kind=MeetingKind(meeting.kind).label.lower()))
    sides = read_sides_of(meeting, sheet, is_given=meeting.is_given)  # type: ignore[attr-defined]  # annotated
    has_upper = SheetSide.UPPER in template.sides
    levels = template.levels or rules.score_levels
    return SheetPage(
        meeting=meeting,
        sheet=sheet,
        title=template.title,
        groups=_add_upper(
            _add_rows(_make_groups(template, items), template, items),
            sides.upper,
        ),
        source=rules.source("score.sheet"),
        levels=(
            (str(Grade.GOOD.label), levels.good),
            (str(Grade.FAIR.label), levels.fair),
            (str(Grade.AVERAGE.label), levels.average),
        ),
        moved=list_moved(meeting=meeting, sheet=sheet) if sheet else (),
        changed=compare_proposals(gathered, items) if gathered else (),
        is_checklist=template.is_checklist,
        scored_by=template.scored_by,
        report_due=find_report_day(meeting.held_on, rules, template),
        may_write=may_write,
        people=tuple(list_attending_members(meeting)) if may_write and sheet else (),
        sides=sides,
        official_side=_say_side(
            name_official_side(rules.score_official_side, template.sides), sides, has_upper=has_upper
        ),
        has_upper=has_upper,
        level_texts=say_levels(template),
        may_confirm=may_confirm,
        confirm_due=_find_confirm_day(meeting.held_on, rules),
        starts_at=Decimal(template.starts_at),
        no_sheet=no_sheet,
    )


def _read_meeting(actor: Actor, public_id: UUID) -> Meeting:
    """`get_meeting`, with what the records say of it and whether anybody from above has scored it, in the same query."""
    found = with_columns(Meeting.objects.visible_to(actor).filter(public_id=public_id))
    meeting = found.annotate(is_given=Exists(SideScore.objects.filter(meeting=OuterRef("pk")))).first()
    if meeting is None:
        raise NotFound
    return meeting


def _read_sheet(actor: Actor, meeting: Meeting) -> tuple[ScoreSheet | None, list[ScoreItem]]:
    """The sheet (`find_sheet`) and its lines in their order. One query, two of a sheet without lines."""
    sheets = ScoreSheet.objects.visible_to(actor).filter(meeting=meeting)
    items = list(ScoreItem.objects.filter(sheet__in=sheets).select_related("sheet").order_by("position"))
    return (items[0].sheet if items else sheets.first()), items


def _say_side(official: OfficialSide, sides: Sides, *, has_upper: bool) -> str:
    return say_official_side(official) if has_upper or sides.lines or official != OfficialSide.SELF else ""


def say_levels(template: ScoreSheetTemplate) -> tuple[tuple[str, str], ...]:
    """What the document says a level means, best first."""
    texts = dict(template.level_texts)
    return tuple((str(grade.label), texts[grade.value]) for grade in Grade if texts.get(grade.value))


def _find_confirm_day(held_on: date, rules: RuleBook) -> date | None:
    """The last day for the upper committee, where a rule gives one."""
    days = rules.score_confirm_working_days
    return None if days is None else add_working_days(held_on, days, rules.days_off)


def find_sheet(*, actor: Actor, meeting: Meeting) -> ScoreSheet | None:
    """The sheet of this meeting when it was started and the actor may read scores. One query."""
    return ScoreSheet.objects.visible_to(actor).filter(meeting=meeting).first()


def lock_sheet(sheet: ScoreSheet) -> ScoreSheet:
    """The row reloaded with its meeting and cell, locked until the transaction ends."""
    found = ScoreSheet.objects.select_for_update(of=("self",)).select_related("meeting__organization")
    return found.get(pk=sheet.pk)


def lock_draft_of(meeting: Meeting) -> ScoreSheet | None:
    """The sheet of a locked meeting that is not agreed yet, locked too; None without one."""
    return ScoreSheet.objects.select_for_update().filter(meeting=meeting, state=SheetState.DRAFT).first()


def _make_groups(template: ScoreSheetTemplate, items: Sequence[ScoreItem]) -> tuple[GroupRow, ...]:
    """Headings and words from the sheet of the meeting's date; the scored lines by their code."""
    scored = {item.code: item for item in items}
    return tuple(
        GroupRow(
            code=group.code,
            title=group.title,
            maximum=Decimal(group.maximum),
            items=tuple(_make_item(item, scored.get(item.code)) for item in group.items),
            minimum=Decimal(group.minimum),
            headings=tuple((one.title, Decimal(template.maximum_under(one))) for one in headings),
            above=group.above,
        )
        for group, headings in zip(template.groups, template.headings, strict=True)
    )


def _add_rows(
    groups: tuple[GroupRow, ...], template: ScoreSheetTemplate, items: Sequence[ScoreItem]
) -> tuple[GroupRow, ...]:
    """Which lines open the rows behind their figure: those of a sheet that was begun."""
    named = {line.code for line in template.items if line.evidence} & {item.code for item in items}
    return tuple(
        replace(group, items=tuple(replace(item, has_rows=item.code in named) for item in group.items))
        for group in groups
    )


def _add_upper(groups: tuple[GroupRow, ...], upper: GivenScore | None) -> tuple[GroupRow, ...]:
    """The column from above, line by line; an official scores whole groups, and a line only where it is its group."""
    return tuple(_add_upper_to(group, upper) for group in groups) if upper else groups


def _add_upper_to(group: GroupRow, upper: GivenScore) -> GroupRow:
    given, notes = upper.of_lines(group.code, [item.code for item in group.items]), upper.notes
    items = (replace(item, upper=given.get(item.code), upper_note=notes.get(item.code, "")) for item in group.items)
    return replace(group, upper=upper.of_group(group.code, [item.code for item in group.items]), items=tuple(items))


def _make_item(line: SheetItem, item: ScoreItem | None) -> ScoreItemRow:
    if item is None:
        maximum, minimum = Decimal(line.maximum), Decimal(line.minimum)
        return ScoreItemRow(line.code, line.title, maximum, None, "", None, "", minimum=minimum)
    return ScoreItemRow(
        line.code,
        line.title,
        item.maximum,
        item.proposed,
        item.fact,
        item.points,
        item.note,
        minimum=item.minimum,
    )
