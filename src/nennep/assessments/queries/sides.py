"""The scores of all sides of a meeting, and which of them is its score: `read_standing` is the one place that says it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from nennep.assessments.choices import Grade, ScoreSide, SheetState
from nennep.assessments.models import ScoreSheet, SideScore, StandingScore
from nennep.assessments.queries.facts import template_of
from nennep.assessments.rules import find_mean, name_official_side, sum_by_group
from nennep.meetings.models import Meeting
from nennep.organizations.models import Organization
from nennep.policies.choices import OfficialSide
from nennep.policies.queries import RuleBook
from nennep.visits.models import VisitReport


@dataclass(frozen=True, slots=True)
class CountingScore:
    """The score of a meeting: of which unit and month (its first day), by which side, how many points, which level."""

    organization_id: int
    month: date
    side: ScoreSide
    total: Decimal
    grade: Grade


_COLUMNS = ("meeting_id", "meeting__organization_id", "meeting__month", "side", "total", "grade")


def read_standing(meetings: Q, *, on: date | None = None) -> dict[int, CountingScore]:
    """The score of each of these meetings (conditions on `meeting__…`) by its id, as it was known `on` a day; the others have none.

    Every figure that is said of the score of a meeting reads it here. One query.
    """
    known = StandingScore.objects.filter(meetings)
    if on is not None:
        known = known.filter(at__date__lte=on)
    found: dict[int, CountingScore] = {}
    for meeting, unit, month, side, total, grade in known.order_by("pk").values_list(*_COLUMNS):
        found.pop(meeting, None)  # a later row is in the place of the one before
        if total is not None:
            found[meeting] = CountingScore(unit, month, ScoreSide(side), total, Grade(grade))
    return found


@dataclass(frozen=True, slots=True)
class GivenScore:
    """What one side gave: points together, level, why, who, when; its lines by the code of a line or of a group."""

    side: ScoreSide
    total: Decimal
    grade: Grade
    reason: str
    by_name: str
    at: datetime | None
    number: int = 1
    as_cell: bool = False
    points: Mapping[str, Decimal] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return str(self.side.label)

    @property
    def grade_label(self) -> str:
        return str(self.grade.label)

    def of_group(self, group: str, codes: Sequence[str]) -> Decimal | None:
        """What it gave a group with these lines; None where it gave one number for all."""
        return self.points.get(group) if self.side == ScoreSide.OFFICIAL else sum_by_group(self.points, codes)

    def of_lines(self, group: str, codes: Sequence[str]) -> Mapping[str, Decimal]:
        """What it gave the lines of a group, as far as it scored lines."""
        if self.side != ScoreSide.OFFICIAL:
            return self.points
        alone = len(codes) == 1 and group in self.points
        return {codes[0]: self.points[group]} if alone else {}


@dataclass(frozen=True, slots=True)
class Sides:
    """All sides of one meeting. `officials`: one for each report; `commune`: the newest, with how many there were in `versions`."""

    cell: GivenScore | None = None
    officials: tuple[GivenScore, ...] = ()
    commune: GivenScore | None = None
    versions: int = 0

    @property
    def official_total(self) -> Decimal | None:
        """Of several officials at one meeting the mean."""
        return find_mean(line.total for line in self.officials)

    @property
    def upper(self) -> GivenScore | None:
        """What stands in the column of the upper committee: what it confirmed, else what its official gave."""
        return self.commune or (self.officials[-1] if self.officials else None)

    @property
    def totals(self) -> dict[ScoreSide, Decimal]:
        found = {
            ScoreSide.CELL: self.cell.total if self.cell else None,
            ScoreSide.OFFICIAL: self.official_total,
            ScoreSide.COMMUNE: self.commune.total if self.commune else None,
        }
        return {side: total for side, total in found.items() if total is not None}

    @property
    def lines(self) -> tuple[GivenScore, ...]:
        """Those from above, in the order of who scores first."""
        return (*self.officials, *([self.commune] if self.commune else []))


def read_sides(meetings: Collection[int]) -> dict[int, Sides]:
    """All sides of these meetings by their ids. Two queries, however many there are."""
    agreed = {
        sheet.meeting_id: _read_cell(sheet)
        for sheet in ScoreSheet.objects.filter(meeting__in=meetings, state=SheetState.AGREED).order_by("pk")
    }
    given = _read_given(meetings)
    return {meeting: _make_sides(agreed.get(meeting), given[meeting]) for meeting in {*agreed, *given}}


def read_sides_of(meeting: Meeting, sheet: ScoreSheet | None, *, is_given: bool) -> Sides:
    """All sides of one meeting, whose sheet is at hand. One query, none where nobody from above has scored it (`is_given`)."""
    is_agreed = sheet is not None and sheet.state == SheetState.AGREED
    given = _read_given([meeting.pk])[meeting.pk] if is_given else []
    return _make_sides(_read_cell(sheet) if sheet and is_agreed else None, given)


@dataclass(frozen=True, slots=True)
class _Given:
    """A score from above with its lines."""

    row: SideScore
    points: dict[str, Decimal] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)


def _read_given(meetings: Collection[int]) -> defaultdict[int, list[_Given]]:
    """In the order of sides and versions; each row comes once for each of its lines. One query."""
    rows = SideScore.objects.filter(meeting__in=meetings).annotate(
        line_code=F("lines__code"), line_points=F("lines__points"), line_note=F("lines__note")
    )
    given: defaultdict[int, list[_Given]] = defaultdict(list)
    for row in rows.order_by("meeting_id", "side", "number", "lines__position"):
        line: Any = row
        of_meeting = given[row.meeting_id]
        if not of_meeting or of_meeting[-1].row.pk != row.pk:
            of_meeting.append(_Given(row))
        if line.line_code is not None:
            of_meeting[-1].points[line.line_code] = line.line_points
        if line.line_note:
            of_meeting[-1].notes[line.line_code] = line.line_note
    return given


def _make_sides(cell: GivenScore | None, rows: Collection[_Given]) -> Sides:
    commune = [one for one in rows if one.row.side == ScoreSide.COMMUNE]
    officials = tuple(_read_row(one) for one in rows if one.row.side == ScoreSide.OFFICIAL)
    newest = _read_row(commune[-1]) if commune else None
    return Sides(cell, officials, newest, versions=len(commune))


def _read_cell(sheet: ScoreSheet) -> GivenScore:
    return GivenScore(
        ScoreSide.CELL,
        sheet.total or Decimal(0),  # an agreed sheet has its total
        Grade(sheet.grade),
        sheet.reason,
        sheet.scored_by_name,
        sheet.agreed_at,
    )


def _read_row(given: _Given) -> GivenScore:
    row = given.row
    return GivenScore(
        ScoreSide(row.side),
        row.total,
        Grade(row.grade),
        row.reason,
        row.by_name,
        row.given_at,
        row.number,
        row.as_cell,
        given.points,
        given.notes,
    )


def official_side_of(meeting: Meeting, rules: RuleBook, sheet: ScoreSheet | None) -> OfficialSide:
    """Whose score counts for a meeting, by the rules of its day and the sheet it is scored by."""
    return name_official_side(rules.score_official_side, template_of(meeting, rules, sheet).sides)


def say_official_side(side: OfficialSide) -> str:
    """In a sentence, for whoever reads the sheet."""
    return _("Điểm chính thức: %(side)s.") % {"side": side.label}


def find_visit_report(report_id: int) -> VisitReport | None:
    """The report that a visit told of, with its official and its meeting. One query."""
    found = VisitReport.objects.select_related("visit__official", "visit__meeting__organization")
    return found.filter(pk=report_id).first()


def list_untaken_reports() -> list[VisitReport]:
    """Reports that were sent with points and are not the official's score of any meeting, the earliest first. One query."""
    taken = SideScore.objects.filter(visit_report=OuterRef("public_id"))
    found = VisitReport.objects.filter(~Exists(taken), submitted_at__isnull=False, visit__meeting__isnull=False)
    scored = found.exclude(group_scores={}).select_related("visit__official", "visit__meeting__organization")
    return list(scored.order_by("submitted_at", "pk"))


def list_scored_since(*, organization_id: int, since: date) -> list[Meeting]:
    """Meetings of a unit and those below it from a day on that any side has scored, with their cells. Two queries."""
    path = Organization.objects.values_list("path", flat=True).get(pk=organization_id)
    found = Meeting.objects.filter(
        Q(score_sheet__state=SheetState.AGREED) | Q(side_scores__isnull=False),
        organization__path__startswith=path,
        planned_for__date__gte=since,
    )
    return list(found.select_related("organization").distinct().order_by("pk"))
