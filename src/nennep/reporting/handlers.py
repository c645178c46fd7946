"""What happens below outdates figures. The program itself does it: nobody has to be allowed to change a sum."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from nennep.assessments.choices import SheetAgreed, SheetChanged, SheetReopening
from nennep.classification.choices import RatingTold
from nennep.classification.queries.doors import find_rating
from nennep.core import clock
from nennep.core.access import Actor
from nennep.core.events import subscribe
from nennep.core.periods import Month
from nennep.duties.choices import DutyChanged
from nennep.meetings.choices import (
    CommitteeConcluded,
    MeetingAnnounced,
    MeetingEvent,
    MeetingScheduled,
    RoutineChanged,
)
from nennep.meetings.queries.meeting import find_meeting
from nennep.members.choices import COUNTED_FIELDS, MemberCorrected, MembershipsChanged, MembersMerged
from nennep.organizations.choices import (
    CellsCreated,
    OrganizationClosed,
    OrganizationMerged,
    OrganizationMoved,
    OrganizationSplit,
    UsageChanged,
)
from nennep.organizations.services import register_month_teller
from nennep.petitions.choices import PetitionChanged
from nennep.petitions.queries.months import find_raised_on
from nennep.policies.choices import RulesChanged
from nennep.records.choices import (
    CorrectionBegun,
    FilingTakenBack,
    MeetingFiled,
    MeetingReopened,
    MinutesApproved,
    MinutesCorrected,
    ResolutionCorrected,
    ResolutionIssued,
    WordsChanged,
    WordsChanging,
)
from nennep.records.queries.issued import register_source
from nennep.reporting import services
from nennep.reporting.queries.counting import tell_months
from nennep.reporting.queries.papers import (
    AFTER,
    COMMITTEE_CONCLUSION,
    COMMITTEE_PROGRAMME,
    NOTICE,
    PACK,
    PROGRAMME,
    RESOLUTION,
    SCORE,
    list_issued_versions,
)
from nennep.reporting.queries.tree import list_cells_below, list_cells_of
from nennep.room.choices import MeetingHeld, RollCallChanged
from nennep.visits.choices import VisitChanged

register_source(list_issued_versions)
register_month_teller(tell_months)


def outdate_month_of_meeting(event: MeetingEvent | SheetChanged) -> None:
    months = [Month.of(event.month)]
    services.outdate_months(actor=Actor.system(), organization_ids=[event.organization_id], months=months)


_OF_A_MEETING: tuple[type[MeetingEvent], ...] = (
    *(MeetingScheduled, MeetingAnnounced, RollCallChanged, MeetingHeld, MeetingReopened),
    *(MinutesApproved, MinutesCorrected, MeetingFiled, FilingTakenBack),
)
for kind in _OF_A_MEETING:
    subscribe(kind)(outdate_month_of_meeting)
subscribe(SheetChanged)(outdate_month_of_meeting)


@subscribe(VisitChanged)
def outdate_months_of_visit(event: VisitChanged) -> None:
    months = [Month.of(day) for day in event.days]
    services.outdate_months(actor=Actor.system(), organization_ids=[event.organization_id], months=months)


@subscribe(PetitionChanged)
def outdate_months_of_petition(event: PetitionChanged) -> None:
    """What is done counts for the month of today; that it was raised, for the month of that day."""
    days = {clock.today(), find_raised_on(event.petition_id) or clock.today()}
    months = [Month.of(day) for day in days]
    services.outdate_months(actor=Actor.system(), organization_ids=[event.organization_id], months=months)


@subscribe(MeetingAnnounced)
def keep_papers_sent_before(event: MeetingAnnounced) -> None:
    if meeting := find_meeting(event.meeting_id):
        kinds = (PROGRAMME, NOTICE, PACK)
        services.issue_papers(actor=Actor.system(), meeting=meeting, kinds=kinds, now=event.at)


@subscribe(CommitteeConcluded)
def keep_papers_of_committee(event: CommitteeConcluded) -> None:
    if meeting := find_meeting(event.meeting_id):
        kinds = (COMMITTEE_PROGRAMME, COMMITTEE_CONCLUSION)
        services.issue_papers(actor=Actor.system(), meeting=meeting, kinds=kinds, now=event.at)


@subscribe(MeetingFiled)
def keep_filed_papers(event: MeetingFiled) -> None:
    """What went up, and was posted, stays as it went."""
    if meeting := find_meeting(event.meeting_id):
        filed = [kind for kind in AFTER if kind != SCORE]
        services.issue_papers(actor=Actor.system(), meeting=meeting, kinds=filed, anew=True, now=event.at)
        services.issue_first(actor=Actor.system(), meeting=meeting, kind=SCORE, now=event.at)


@subscribe(CorrectionBegun)
def keep_what_is_corrected(event: CorrectionBegun) -> None:
    if meeting := find_meeting(event.meeting_id):
        services.issue_missing(actor=Actor.system(), meeting=meeting)
        services.issue_first(actor=Actor.system(), meeting=meeting, kind=RESOLUTION, now=event.at)


def keep_numbered_resolution(event: ResolutionIssued | WordsChanging) -> None:
    """From its number on every word of it stands in a version; one that an older program numbered begins now."""
    if meeting := find_meeting(event.meeting_id):
        services.issue_first(actor=Actor.system(), meeting=meeting, kind=RESOLUTION, now=event.at)


@subscribe(WordsChanged)
def keep_changed_resolution(event: WordsChanged) -> None:
    if meeting := find_meeting(event.meeting_id):
        services.keep_unfiled(actor=Actor.system(), meeting=meeting, kind=RESOLUTION, now=event.at)


subscribe(ResolutionIssued)(keep_numbered_resolution)
subscribe(WordsChanging)(keep_numbered_resolution)


def renew_papers(event: MinutesCorrected | ResolutionCorrected) -> None:
    if meeting := find_meeting(event.meeting_id):
        why: dict[str, Any] = {"actor": Actor.system(), "meeting": meeting, "reason": event.reason, "now": event.at}
        services.keep_unfiled(kind=RESOLUTION, **why)
        services.renew_papers(**why)


@subscribe(SheetReopening)
def keep_agreed_score(event: SheetReopening) -> None:
    """A sheet agreed in an older program, or before papers were kept, stays as it was."""
    if meeting := find_meeting(event.meeting_id):
        services.issue_first(actor=Actor.system(), meeting=meeting, kind=SCORE, now=event.agreed_at)
        services.issue_missing(actor=Actor.system(), meeting=meeting)


@subscribe(SheetAgreed)
def keep_score(event: SheetAgreed) -> None:
    """The sheet as the cell agreed on it; papers that went out before print the new one as their next version."""
    if meeting := find_meeting(event.meeting_id):
        why: dict[str, Any] = {"actor": Actor.system(), "meeting": meeting, "reason": event.reason, "now": event.at}
        services.issue_papers(kinds=(SCORE,), **why)
        services.keep_unfiled(kind=RESOLUTION, **why)
        services.renew_papers(**why)


subscribe(MinutesCorrected)(renew_papers)
subscribe(ResolutionCorrected)(renew_papers)


@subscribe(PetitionChanged)
def keep_papers_of_petition(event: PetitionChanged) -> None:
    """What goes out with a step is kept with it."""
    services.keep_step_papers(actor=Actor.system(), petition_id=event.petition_id)


@subscribe(RatingTold)
def keep_rating_papers(event: RatingTold) -> None:
    """What was told, and what was decided anew, stays as it went."""
    if rating := find_rating(event.rating_id):
        services.issue_rating_papers(actor=Actor.system(), rating=rating, now=event.at)


@subscribe(DutyChanged)
def outdate_months_of_duty(event: DutyChanged) -> None:
    months = [Month.of(day) for day in event.months]
    services.outdate_months(actor=Actor.system(), organization_ids=[event.organization_id], months=months)


@subscribe(MembershipsChanged)
def outdate_since_members_changed(event: MembershipsChanged) -> None:
    _outdate_since(event.since, list_cells_of(event.members))


@subscribe(MemberCorrected)
def outdate_what_a_record_says(event: MemberCorrected) -> None:
    """Figures say of a month what the records say of its members today: women, age."""
    if event.fields & COUNTED_FIELDS:
        _outdate_since(date.min, list_cells_of([event.member_id]))


@subscribe(MembersMerged)
def outdate_after_merge(event: MembersMerged) -> None:
    """Which months the merged rows touch nobody knows."""
    _outdate_since(date.min, list_cells_of([event.kept_id]))


@subscribe(OrganizationClosed)
def outdate_since_closed(event: OrganizationClosed) -> None:
    _outdate_below([event.organization_id], event.on)


@subscribe(OrganizationMerged)
def outdate_since_merged(event: OrganizationMerged) -> None:
    _outdate_below([event.predecessor_id, event.successor_id], event.on)


@subscribe(OrganizationMoved)
def outdate_since_moved(event: OrganizationMoved) -> None:
    _outdate_below([event.organization_id], event.on)


@subscribe(OrganizationSplit)
def outdate_since_split(event: OrganizationSplit) -> None:
    _outdate_below([event.predecessor_id, *event.part_ids], event.on)


@subscribe(RulesChanged)
def outdate_since_rules_changed(event: RulesChanged) -> None:
    _outdate_below([event.organization_id], event.since)


@subscribe(RoutineChanged)
def outdate_since_routine_changed(event: RoutineChanged) -> None:
    _outdate_since(event.since, [event.organization_id])


@subscribe(CellsCreated)
def outdate_new_cells(event: CellsCreated) -> None:
    """They may be dated back to any day."""
    _outdate_since(date.min, event.organization_ids, moved=True)


@subscribe(UsageChanged)
def outdate_cell(event: UsageChanged) -> None:
    _outdate_since(date.min, [event.organization_id], moved=True)


def _outdate_below(units: Iterable[int], since: date) -> None:
    cells = {cell for unit in units for cell in (unit, *list_cells_below(unit, since=since))}
    _outdate_since(since, cells, moved=True)


def _outdate_since(day: date, cells: Collection[int], *, moved: bool = False) -> None:
    services.outdate_since(actor=Actor.system(), day=day, organization_ids=cells, today=clock.today(), moved=moved)
