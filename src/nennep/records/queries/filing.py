"""Step six: what is ready to be sent and archived, and until when. The year's book of minutes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, Max, OuterRef, Q, Subquery

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.meetings.models.meeting import MeetingQuerySet
from nennep.meetings.queries.meeting import get_meeting
from nennep.meetings.rules.deadlines import find_filing_day
from nennep.organizations.models import Organization
from nennep.policies.choices import PolicyKey
from nennep.policies.rules import say_source
from nennep.records.models import MinutesVersion, Resolution
from nennep.records.queries.cycle import list_scored
from nennep.records.queries.leaders import may_finish
from nennep.records.queries.resolution import number_of
from nennep.room.choices import AttendanceState
from nennep.room.queries.outcome import rules_of
from nennep.room.queries.past import PastRow, find_first_past_year, find_last_past_year, list_past_meetings

FILING_UNDO = timedelta(hours=24)  # for so long after it was noted, what went out may have been noted by mistake


@dataclass(frozen=True, slots=True)
class FilingPage:
    """The papers of one meeting on their way out. `deadline` is the last day to send them: `days_after` it, says `source`."""

    meeting: Meeting
    deadline: date
    days_after: int
    source: str
    resolution_number: str
    minutes_version: int
    may_file: bool
    may_take_back: bool
    may_finish: bool

    @property
    def is_unfinished(self) -> bool:
        return not (self.minutes_version and self.resolution_number)


@dataclass(frozen=True, slots=True)
class BookRow:
    """One meeting in the year's book. `version` 0 while the minutes are not approved."""

    public_id: UUID
    held_on: date
    kind: str
    theme: str
    counted: int
    present: int
    version: int
    approved_at: datetime | None
    resolution_number: str
    filed_at: datetime | None


@dataclass(frozen=True, slots=True)
class MinutesBook:
    """`past` are meetings that were taken over from a book: they have no minutes here."""

    organization: Organization
    year: int
    rows: tuple[BookRow, ...]
    years: tuple[int, ...]
    past: tuple[PastRow, ...] = ()

    @property
    def count(self) -> int:
        """Meetings of the year."""
        return len(self.rows) + len(self.past)


@dataclass(frozen=True, slots=True)
class LeftMeeting:
    """A meeting that a cell did not file before it ended; its minutes may not even be approved, or nobody keyed it in (`state`).

    `is_filed`: since then, by whoever keeps the archive, and not scored yet.
    """

    public_id: UUID
    cell_name: str
    held_on: date
    state: MeetingState
    is_approved: bool
    is_filed: bool

    @property
    def is_held(self) -> bool:
        return self.state == MeetingState.HELD

    @property
    def is_unrecorded(self) -> bool:
        """Neither written down nor said not to have been held."""
        return self.state == MeetingState.PLANNED


def get_cell(*, actor: Actor, public_id: UUID) -> Organization:
    """The cell whose meetings the actor may read. Raises NotFound."""
    scope = actor.scope(Permission.MEETINGS_READ, "path")
    cell = Organization.objects.get_queryset().filter(scope, public_id=public_id).first()
    if cell is None:
        raise NotFound
    return cell


def get_filing_page(*, actor: Actor, public_id: UUID, now: datetime) -> FilingPage:
    """What goes out after a held meeting, and until when. Raises NotFound."""
    meeting = get_meeting(actor=actor, public_id=public_id)
    if meeting.state != MeetingState.HELD:
        raise NotFound
    resolution, rules = Resolution.objects.filter(meeting=meeting).first(), rules_of(meeting)
    version = meeting.minutes_versions.aggregate(newest=Max("number"))["newest"] or 0
    holds = actor.may(Permission.MEETINGS_HOLD, meeting.organization.path)
    return FilingPage(
        meeting=meeting,
        deadline=find_filing_day(meeting.held_on, days_after=rules.filing_days_after),
        days_after=rules.filing_days_after,
        source=say_source(rules.source(PolicyKey.FILING_DAYS_AFTER)),
        resolution_number=number_of(resolution) if resolution else "",
        minutes_version=version,
        may_file=holds and meeting.filed_at is None,
        may_take_back=holds and may_take_back_filing(meeting, now),
        may_finish=may_finish(actor, meeting),
    )


def may_take_back_filing(meeting: Meeting, now: datetime) -> bool:
    """Whether it was noted so lately that it may have been a mistake."""
    return meeting.filed_at is not None and now - meeting.filed_at < FILING_UNDO


def filing_deadline(meeting: Meeting) -> date:
    """The last day for sending the papers of a held meeting. One query."""
    return find_filing_day(meeting.held_on, days_after=rules_of(meeting).filing_days_after)


def find_next_page(meeting: Meeting) -> str:
    """Address name of the page on which the month goes on: the meeting itself until it is held, then what is still open."""
    if meeting.state != MeetingState.HELD:
        return "meetings:show_meeting"
    if not meeting.minutes_versions.exists():
        return "records:show_minutes"
    return "records:show_filing" if Resolution.objects.filter(meeting=meeting).exists() else "records:show_resolution"


def list_left_meetings(*, actor: Actor, keeper: Organization) -> tuple[LeftMeeting, ...]:
    """What the cells whose archive this unit keeps have left unfiled and the actor may finish, the earliest first.

    Among it, after what was held, meetings that nobody wrote down: those planned for later days were called off with the cell.
    What was filed since stays until it is scored too. Two queries at most.
    """
    left = Q(filed_at=None) | Q(filed_at__date__gte=F("organization__closed_on"))
    kept = Meeting.objects.visible_to(actor).filter(left, organization__kept_by=keeper)
    rows = (
        kept.exclude(state=MeetingState.CANCELLED)
        .filter(actor.scope(Permission.MEETINGS_HOLD, "organization__path"))
        .select_related("organization")
        .annotate(approved=Exists(MinutesVersion.objects.filter(meeting=OuterRef("pk"))))
    )
    found = sorted(rows.order_by("planned_for", "pk"), key=lambda meeting: meeting.state == MeetingState.PLANNED)
    scored = list_scored([meeting.pk for meeting in found if meeting.filed_at])
    return tuple(
        LeftMeeting(
            meeting.public_id,
            meeting.organization.name,
            meeting.held_on,
            MeetingState(meeting.state),
            meeting.approved,  # type: ignore[attr-defined]  # annotated above
            is_filed=meeting.filed_at is not None,
        )
        for meeting in found
        if meeting.pk not in scored
    )


def find_book_year(*, actor: Actor, organization: Organization, today: date) -> int:
    """At which year the book opens: this one; of a cell that has ended the last that has a meeting in it. Two queries."""
    if organization.closed_on is None:
        return today.year
    held = Meeting.objects.visible_to(actor).held().filter(organization=organization)
    last = held.order_by("-month").values_list("month", flat=True).first()
    years = (last and last.year, find_last_past_year(actor=actor, organization=organization))
    return max((year for year in years if year), default=organization.closed_on.year)


def get_minutes_book(*, actor: Actor, organization: Organization, year: int, today: date) -> MinutesBook:
    """The cell's held meetings of one year in order, with their minutes and resolutions, and those taken over from a book. Six queries."""
    held = Meeting.objects.visible_to(actor).held().filter(organization=organization)
    first = held.order_by("month").values_list("month", flat=True).first()
    begins = [
        day for day in (first and first.year, find_first_past_year(actor=actor, organization=organization)) if day
    ]
    last = max(year, (organization.closed_on or today).year)
    years = tuple(range(last, min([year, *begins]) - 1, -1))
    rows = _annotate(held.filter(month__year=year))
    past = list_past_meetings(actor=actor, organization=organization, year=year)
    return MinutesBook(organization, year, tuple(_book_row(meeting) for meeting in rows), years, past)


def _annotate(meetings: MeetingQuerySet) -> MeetingQuerySet:
    newest = MinutesVersion.objects.filter(meeting=OuterRef("pk")).order_by("-number")
    return (
        meetings.select_related("resolution")
        .annotate(
            counted=Count("roll_call", filter=Q(roll_call__counted=True)),
            present=Count("roll_call", filter=Q(roll_call__counted=True, roll_call__state__in=AttendanceState.there())),
            version=Subquery(newest.values("number")[:1]),
            approved_at=Subquery(newest.values("approved_at")[:1]),
        )
        .order_by("planned_for", "pk")
    )


def _book_row(meeting: Any) -> BookRow:
    """`meeting` carries the annotations of `_annotate`."""
    resolution = getattr(meeting, "resolution", None)
    return BookRow(
        public_id=meeting.public_id,
        held_on=meeting.held_on,
        kind=meeting.get_kind_display(),
        theme=meeting.theme,
        counted=meeting.counted,
        present=meeting.present,
        version=meeting.version or 0,
        approved_at=meeting.approved_at,
        resolution_number=number_of(resolution) if resolution else "",
        filed_at=meeting.filed_at,
    )
