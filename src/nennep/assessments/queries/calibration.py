"""The calibration of a month: the meetings below a unit side by side, what differs most first, the facts beside; means of a span."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Abs

from nennep.assessments.choices import ScoreSide, SheetState
from nennep.assessments.models import ScoreItem, ScoreSheet, SideScore
from nennep.assessments.queries.sides import Sides, read_sides, read_standing
from nennep.assessments.rules import find_gap, find_mean, list_pointers
from nennep.core.access import Actor
from nennep.core.periods import Month, Span
from nennep.core.permissions import Permission
from nennep.core.spans import SpanChoice, make_choice
from nennep.meetings.models import Meeting
from nennep.organizations.models import Organization
from nennep.organizations.queries import get_organization
from nennep.room.choices import AttendanceState
from nennep.room.models import RollCallEntry
from nennep.room.rules.room import minutes_between

SHOWN_LINES = 3  # lines of a sheet that differ most from what the records propose
LOOKED_BACK = 6  # meetings before, among which scores that never move and copied texts are looked for
SINCE = Month(2025, 1)  # no meeting was scored here earlier than the frame of 2025


@dataclass(frozen=True, slots=True)
class RankedMeeting:
    """One meeting in its place: how far the sides are apart, how far the self-score is from the records."""

    id: int
    public_id: UUID
    cell: str
    gap: Decimal
    distance: Decimal
    is_waiting: bool


@dataclass(frozen=True, slots=True)
class DifferingLine:
    """A line that the cell scored otherwise than the records propose."""

    title: str
    fact: str
    points: Decimal
    proposed: Decimal
    note: str


@dataclass(frozen=True, slots=True)
class CalibrationRow:
    """One meeting with all its sides, the facts, what is pointed out to the reader."""

    place: RankedMeeting
    meeting: Meeting
    sides: Sides
    present: int
    counted: int
    minutes: int
    lines: tuple[DifferingLine, ...]
    pointers: tuple[str, ...]

    @property
    def seen(self) -> int:
        return self.sides.versions

    @property
    def key(self) -> str:
        return str(self.place.public_id)

    @property
    def suffix(self) -> str:
        """Of the ids of its fields."""
        return f"-{self.place.public_id}"

    @property
    def cell_total(self) -> str:
        return f"{self.sides.cell.total.normalize():f}" if self.sides.cell else ""

    @property
    def proposed(self) -> str:
        """What stands in the field: what was confirmed, else the self-score; as people write it."""
        known = self.sides.commune or self.sides.cell
        return f"{known.total.normalize():f}".replace(".", ",") if known else ""


@dataclass(frozen=True, slots=True)
class CellMeans:
    """The means of one cell over a span: of its own scores, of those that count; each with how many."""

    cell: str
    public_id: UUID
    own: Decimal | None
    own_count: int
    counting: Decimal | None
    counting_count: int


@dataclass(frozen=True, slots=True)
class CalibrationPage:
    """`ranked`: of a month every held meeting below the unit, the largest difference first; `means`: of any span each cell."""

    unit: Organization
    choice: SpanChoice
    ranked: tuple[RankedMeeting, ...]
    means: tuple[CellMeans, ...]
    may_confirm: bool

    @property
    def waiting(self) -> int:
        return sum(one.is_waiting for one in self.ranked)

    def find_next(self, meeting: UUID) -> UUID | None:
        """The next one below that waits, from the top again after the last; None when none does."""
        ids = [one.public_id for one in self.ranked]
        start = ids.index(meeting) + 1 if meeting in ids else 0
        following = [*self.ranked[start:], *self.ranked[:start]]
        return next((one.public_id for one in following if one.is_waiting and one.public_id != meeting), None)

    def page_of(self, meeting: str, size: int) -> int:
        """On which page of so many rows it stands, from 1; the first where it is not in the list."""
        ids = [str(one.public_id) for one in self.ranked]
        return ids.index(meeting) // size + 1 if meeting in ids else 1


def get_calibration(*, actor: Actor, public_id: UUID, span: Span, today: date) -> CalibrationPage:
    """The meetings that were held below the unit in the span. Six queries, however many. Raises NotFound, NotAllowed."""
    unit = get_organization(actor=actor, public_id=public_id)
    actor.require(Permission.SCORES_READ, unit.path)
    below = actor.scope(Permission.SCORES_READ, "meeting__organization__path") & Q(
        meeting__organization__path__startswith=unit.path,
        meeting__month__range=(span.first.first_day, span.last.last_day),
    )
    return CalibrationPage(
        unit=unit,
        choice=make_choice(span, since=SINCE, today=today),
        ranked=_rank(actor, unit, span, below) if span.is_month else (),
        means=() if span.is_month else _read_means(below),
        may_confirm=actor.may(Permission.SCORES_CONFIRM, unit.path),
    )


def _rank(actor: Actor, unit: Organization, span: Span, below: Q) -> tuple[RankedMeeting, ...]:
    agreed = ScoreSheet.objects.filter(below, state=SheetState.AGREED)
    own = dict(agreed.order_by("pk").values_list("meeting_id", "total"))
    officials: dict[int, list[Decimal]] = defaultdict(list)
    confirmed = set()
    for meeting, side, total in (
        SideScore.objects.filter(below).order_by("pk").values_list("meeting_id", "side", "total")
    ):
        if side == ScoreSide.COMMUNE:
            confirmed.add(meeting)
        else:
            officials[meeting].append(total)
    distances = _sum_distances(agreed)
    held = (
        Meeting.objects.visible_to(actor)
        .held()
        .filter(
            actor.scope(Permission.SCORES_READ, "organization__path"),
            organization__path__startswith=unit.path,
            month__range=(span.first.first_day, span.last.last_day),
        )
    )
    rows = [
        RankedMeeting(
            id=pk,
            public_id=public,
            cell=name,
            gap=find_gap([own.get(pk), find_mean(officials.get(pk, ()))]),
            distance=distances.get(pk, Decimal(0)),
            is_waiting=pk not in confirmed,
        )
        for pk, public, name in held.order_by("organization__path", "planned_for", "pk").values_list(
            "pk", "public_id", "organization__name"
        )
    ]
    return tuple(sorted(rows, key=lambda one: -max(one.gap, one.distance)))


def _sum_distances(agreed: QuerySet[ScoreSheet]) -> Mapping[int, Decimal]:
    """`find_distance` of each sheet, by its meeting. One query."""
    items = ScoreItem.objects.filter(sheet__in=agreed, proposed__isnull=False, points__isnull=False).order_by()
    apart = items.values_list("sheet__meeting_id").annotate(apart=Sum(Abs(F("points") - F("proposed"))))
    return {meeting: Decimal(str(total)) for meeting, total in apart}


def _read_means(below: Q) -> tuple[CellMeans, ...]:
    """Mean of the agreed self-scores, and of the scores that count, rounded half up once to one place. Three queries."""
    own: dict[int, list[Decimal]] = defaultdict(list)
    agreed = ScoreSheet.objects.filter(below, state=SheetState.AGREED).order_by("pk")
    for unit, total in agreed.values_list("meeting__organization_id", "total"):
        own[unit].append(total or Decimal(0))
    counting: dict[int, list[Decimal]] = defaultdict(list)
    for score in read_standing(below).values():
        counting[score.organization_id].append(score.total)
    cells = Organization.objects.filter(pk__in={*own, *counting}).order_by("path")
    return tuple(
        CellMeans(
            cell.name,
            cell.public_id,
            find_mean(own[cell.pk], 1),
            len(own[cell.pk]),
            find_mean(counting[cell.pk], 1),
            len(counting[cell.pk]),
        )
        for cell in cells
    )


def fill_rows(ranked: Sequence[RankedMeeting]) -> tuple[CalibrationRow, ...]:
    """What one page of the calibration shows of its meetings. Eight queries, however many."""
    ids = [one.id for one in ranked]
    meetings = {one.pk: one for one in Meeting.objects.filter(pk__in=ids).select_related("organization")}
    sides = read_sides(ids)
    rolls = _count_rolls(ids)
    lines, pointers = _list_lines(ids), _find_pointers(list(meetings.values()), ranked)
    return tuple(
        CalibrationRow(
            place=one,
            meeting=meetings[one.id],
            sides=sides.get(one.id, Sides()),
            present=rolls.get(one.id, (0, 0))[0],
            counted=rolls.get(one.id, (0, 0))[1],
            minutes=minutes_between(meetings[one.id].opened_at, meetings[one.id].closed_at),
            lines=tuple(lines[one.id][:SHOWN_LINES]),
            pointers=pointers.get(one.id, ()),
        )
        for one in ranked
        if one.id in meetings
    )


def _count_rolls(ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    rows = RollCallEntry.objects.filter(meeting__in=ids, counted=True).order_by("meeting_id").values_list("meeting_id")
    there = Count("pk", filter=Q(state__in=AttendanceState.there()))
    annotated = rows.annotate(counted=Count("pk"), present=there)
    return {meeting: (present, counted) for meeting, counted, present in annotated}


def _list_lines(ids: Sequence[int]) -> dict[int, list[DifferingLine]]:
    """The lines that differ from what the records propose, the most first. One query, and the titles of the sheets."""
    items = ScoreItem.objects.filter(sheet__meeting__in=ids, sheet__state=SheetState.AGREED, proposed__isnull=False)
    found: dict[int, list[DifferingLine]] = defaultdict(list)
    for item in items.exclude(points=None).select_related("sheet").order_by("pk"):
        if item.points is not None and item.proposed is not None and item.points != item.proposed:
            line = DifferingLine(item.code, item.fact, item.points, item.proposed, item.note)
            found[item.sheet.meeting_id].append(line)
    for rows in found.values():
        rows.sort(key=lambda line: -abs(line.points - line.proposed))
    return found


def _find_pointers(meetings: Sequence[Meeting], ranked: Sequence[RankedMeeting]) -> dict[int, tuple[str, ...]]:
    """What is pointed out to the reader of each, in words; nothing follows of it. One query."""
    units = {meeting.organization_id for meeting in meetings}
    first = min((Month.of(meeting.month).plus(-LOOKED_BACK).first_day for meeting in meetings), default=None)
    before: dict[int, list[tuple[date, Decimal, str]]] = defaultdict(list)
    if first is not None:
        sheets = ScoreSheet.objects.filter(
            meeting__organization_id__in=units, meeting__month__gte=first, state=SheetState.AGREED
        )
        columns = ("meeting__organization_id", "meeting__month", "total", "to_mend")
        for unit, month, total, to_mend in sheets.order_by("meeting__month", "pk").values_list(*columns):
            before[unit].append((month, total or Decimal(0), to_mend))
    distances = {one.id: one.distance for one in ranked}
    return {
        meeting.pk: list_pointers(
            scores=[total for month, total, _text in before[meeting.organization_id] if month <= meeting.month],
            texts=[text for month, _total, text in before[meeting.organization_id] if month <= meeting.month],
            distance=distances.get(meeting.pk, Decimal(0)),
        )
        for meeting in meetings
    }
