"""The month in progress of a cell: which meeting it is about and how far it has come."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Length, Substr
from django.utils.timezone import localtime

from nennep.core.access import Actor
from nennep.core.events import load_handlers
from nennep.meetings.choices import MeetingKind, MeetingState
from nennep.meetings.models import AgendaItem, Meeting, Premeeting
from nennep.meetings.models.meeting import MeetingQuerySet
from nennep.organizations.models import Organization
from nennep.policies.queries import RuleBook
from nennep.records.models import MinutesVersion, Resolution
from nennep.records.rules.cycle import CycleFacts, Step, build_steps
from nennep.room.queries.outcome import rules_of

DUE_WITHIN = timedelta(days=7)
ListScored = Callable[[Collection[int]], Mapping[int, datetime]]
_scored: list[ListScored] = []


def register_scored(answer: ListScored) -> None:
    """The context that keeps the scores says when each of these meetings was scored; called once."""
    if answer not in _scored:
        _scored.append(answer)


def list_scored(meeting_ids: Collection[int]) -> dict[int, datetime]:
    """When each was scored; those that were not are left out. One query, none for no meetings."""
    load_handlers()
    return {pk: at for answer in _scored if meeting_ids for pk, at in answer(meeting_ids).items()}


@dataclass(frozen=True, slots=True)
class CurrentMeeting:
    """The earliest meeting that is not filed, with what its six steps need. `items` and `minutes` of its programme.

    `premeeting_at`: when its committee meets or met (None: nothing planned); `premeeting_done` once that was concluded.
    """

    meeting: Meeting
    parent_name: str
    items: int
    minutes: int
    concluded_at: datetime | None
    premeeting_at: datetime | None
    premeeting_done: bool

    def facts(self, *, rules: RuleBook) -> CycleFacts:
        """What the rules of the cycle want to know. One query."""
        meeting = self.meeting
        return CycleFacts(
            planned_for=localtime(meeting.planned_for),
            state=MeetingState(meeting.state),
            prepared_at=meeting.prepared_at,
            announced_at=meeting.announced_at,
            opened_at=localtime(meeting.opened_at) if meeting.opened_at else None,
            closed_at=meeting.closed_at,
            concluded_at=self.concluded_at,
            scored_at=list_scored([meeting.pk]).get(meeting.pk),
            filed_at=meeting.filed_at,
            papers_days_before=rules.papers_days_before,
            filing_days_after=rules.filing_days_after,
        )


def find_current_meeting(*, actor: Actor, cell: UUID) -> CurrentMeeting | None:
    """The month's meeting of a cell in scope; None when there is none (or no such cell). One query, the cell included."""
    waiting = Meeting.objects.visible_to(actor).filter(organization__public_id=cell, filed_at=None)
    found = _annotate(waiting.exclude(state=MeetingState.CANCELLED)).order_by("planned_for", "pk").first()
    return None if found is None else _read(found)


def list_open_steps(*, meeting: Meeting, now: datetime) -> tuple[Step, ...]:
    """What is left of the month of a meeting that was held, the caller's, in order: whoever says that it is finished asks here."""
    current = _read(_annotate(Meeting.objects.held().filter(pk=meeting.pk)).get())
    return tuple(line.step for line in build_steps(current.facts(rules=rules_of(meeting)), now) if not line.is_done)


def _read(found: Meeting) -> CurrentMeeting:
    needs_resolution = MeetingKind(found.kind).is_monthly
    concluded_at: datetime | None = found.minutes_at  # type: ignore[attr-defined]  # annotated below
    has_resolution: bool = found.has_resolution  # type: ignore[attr-defined]
    return CurrentMeeting(
        meeting=found,
        parent_name=found.parent_name or "",  # type: ignore[attr-defined]
        items=found.item_count,  # type: ignore[attr-defined]
        minutes=found.item_minutes,  # type: ignore[attr-defined]
        concluded_at=concluded_at if has_resolution or not needs_resolution else None,
        premeeting_at=found.premeeting_at,  # type: ignore[attr-defined]
        premeeting_done=found.premeeting_done is not None,  # type: ignore[attr-defined]
    )


@dataclass(frozen=True, slots=True)
class WaitingMeeting:
    """A meeting that goes on, is not filed, or comes within a week."""

    public_id: UUID
    kind: MeetingKind
    state: MeetingState
    planned_for: datetime
    days_late: int

    @property
    def chip(self) -> str:
        """How the style sheet names it (core/templatetags/nn.py)."""
        return "late" if self.state == MeetingState.PLANNED and self.days_late > 0 else self.state.chip

    @property
    def next_page(self) -> str:
        """The name of the address at which it goes on."""
        return {MeetingState.PLANNED: "meetings:show_agenda", MeetingState.OPEN: "room:show_room"}.get(
            self.state, "records:follow_meeting"
        )


def list_waiting_meetings(
    *, actor: Actor, cell: Organization, but: Meeting | None, today: date
) -> tuple[WaitingMeeting, ...]:
    """Meetings of a cell, of any kind, that are open or due besides the one named, the oldest first. One query."""
    soon = Q(state=MeetingState.PLANNED, planned_for__date__lte=today + DUE_WITHIN)
    begun = Q(state__in=MeetingState.begun(), filed_at=None)
    found = Meeting.objects.visible_to(actor).filter(soon | begun, organization=cell)
    rows = (found.exclude(pk=but.pk) if but else found).order_by("planned_for", "pk")
    return tuple(
        WaitingMeeting(
            row.public_id,
            MeetingKind(row.kind),
            MeetingState(row.state),
            row.planned_for,
            (today - row.day).days,
        )
        for row in rows
    )


def _annotate(meetings: MeetingQuerySet) -> MeetingQuerySet:
    items = AgendaItem.objects.filter(meeting=OuterRef("pk")).order_by().values("meeting")
    newest = MinutesVersion.objects.filter(meeting=OuterRef("pk")).order_by("-number")
    premeeting = Premeeting.objects.filter(meeting=OuterRef("pk")).order_by()
    above = Organization.objects.get_queryset().filter(path=OuterRef("parent_path")).order_by()
    return meetings.select_related("organization").annotate(
        parent_path=Substr("organization__path", 1, Length("organization__path") - Organization.steplen),
        parent_name=Subquery(above.values("name")[:1]),
        item_count=Coalesce(Subquery(items.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), Value(0)),
        item_minutes=Coalesce(
            Subquery(items.annotate(n=Sum(F("minutes_planned"))).values("n"), output_field=IntegerField()), Value(0)
        ),
        minutes_at=Subquery(newest.values("approved_at")[:1]),
        premeeting_at=Subquery(premeeting.values("held_at")[:1]),
        premeeting_done=Subquery(premeeting.values("concluded_at")[:1]),
        has_resolution=Exists(Resolution.objects.filter(meeting=OuterRef("pk"))),
    )
