"""What the home pages show: the only reads that need every context."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from nennep.accounts.choices import Role
from nennep.accounts.queries import Hat
from nennep.assessments.queries import UnsettledScore, list_unsettled_scores
from nennep.classification.queries.late import LateLine, list_late_in_cell
from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.documents.models import Document
from nennep.documents.queries import IncomingRow, list_waiting
from nennep.duties.queries import DutyRow, list_open_duties, list_staff
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting, NoticeReply
from nennep.meetings.queries.agenda import origin_of, pick_last_months
from nennep.meetings.queries.meeting import list_called
from nennep.meetings.queries.notice import Recipient, ReplyTally, foresee_reach, tally_replies
from nennep.meetings.queries.suggestions import Suggestion, list_new_answers
from nennep.members.choices import MembershipKind
from nennep.members.queries import CellMember, StandInRow, find_stand_in, list_cell_members
from nennep.notifications.rules.channels import ReachTally
from nennep.organizations.models import Organization
from nennep.organizations.queries import ComingUnit, find_coming_end, get_organization, list_coming_units
from nennep.policies.choices import PolicyKey
from nennep.policies.queries import Source, rules_for
from nennep.records.queries.cycle import CurrentMeeting, WaitingMeeting, find_current_meeting, list_waiting_meetings
from nennep.records.queries.filing import LeftMeeting, list_left_meetings
from nennep.records.queries.leaders import may_finish
from nennep.records.rules.cycle import Step, StepLine, build_steps
from nennep.site.rules import StepCard
from nennep.visits.queries.lists import VisitLine, list_visits_of_meetings

ROWS_SHOWN = 5
# Which home is somebody's who wears several hats: the one with the most to do comes first.
HAT_ORDER = (
    Role.SECRETARY,
    Role.STAND_IN,
    Role.COMMITTEE_MEMBER,
    Role.COMMUNE_OFFICER,
    Role.PROVINCE_BOARD,
    Role.OFFICIAL,
    Role.MEMBER,
    Role.ADMINISTRATOR,
)


@dataclass(frozen=True, slots=True)
class IdleMember:
    """An active member without a task; `hint` is a task in which a hand is missing, None when there is none."""

    member: CellMember
    hint: DutyRow | None


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline by rule: until when, whose rule; `running` once it counts; `done_at` when it was kept."""

    key: str
    deadline: datetime
    source: Source | None
    running: bool
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class SecretaryHome:
    """The page Tháng này còn việc gì. `current` None: no meeting is waiting; then there are no steps, clocks and tally.

    `stand_in` does the work while the secretary is away; from `ends_on` on the cell will be no more.
    `coming`: cells that will be merged into it.
    `waiting`: other meetings that are open or due. `left`: what cells that were merged into this one have not filed.
    `called`: whoever the meeting calls on its day, as the invitation and the roll call have them, not whoever belongs to the cell
    today. `is_overdue`: the day of the meeting is over and nobody has written that it was held.
    `answers`: to petitions, not on the programme of the meeting to come.
    `late_ratings`: rounds of ratings in which the cell owes a step after its day.
    `unsettled`: scores that were reopened, or that corrected minutes moved, after the papers had gone out.
    """

    cell: Organization
    parent_name: str
    current: CurrentMeeting | None
    steps: tuple[StepCard, ...]
    papers: int
    tally: ReplyTally
    called: int
    reach: ReachTally
    member_count: int
    unfinished: tuple[DutyRow, ...]
    open_count: int
    idle: tuple[IdleMember, ...]
    clocks: tuple[Clock, ...]
    incoming: tuple[IncomingRow, ...]
    visitors: tuple[VisitLine, ...]
    left: tuple[LeftMeeting, ...]
    waiting: tuple[WaitingMeeting, ...]
    unsettled: tuple[UnsettledScore, ...]
    late_ratings: tuple[LateLine, ...]
    may_hold: bool
    may_finish: bool
    may_import: bool
    stand_in: StandInRow | None = None
    ends_on: date | None = None
    coming: tuple[ComingUnit, ...] = ()
    is_overdue: bool = False
    answers: tuple[Suggestion, ...] = ()

    @property
    def step(self) -> StepCard | None:
        """What to do next; None when the month is through."""
        return next((card for card in self.steps if not card.is_done), None)

    @property
    def open_steps(self) -> int:
        return sum(not card.is_done for card in self.steps)

    @property
    def unfinished_shown(self) -> tuple[DutyRow, ...]:
        return self.unfinished[:ROWS_SHOWN]

    @property
    def idle_shown(self) -> tuple[IdleMember, ...]:
        return self.idle[:ROWS_SHOWN]

    @property
    def last_month(self) -> int:
        """Number of the month before the meeting's."""
        return (self.current.meeting.month - timedelta(days=1)).month if self.current else 0


def choose_hat(hats: Sequence[Hat], wanted: str) -> Hat | None:
    """The hat with public id `wanted`, else the first by HAT_ORDER, of units that have ended last; None without a role."""
    chosen = next((hat for hat in hats if str(hat.public_id) == wanted), None)
    return chosen or min(hats, key=lambda hat: (hat.unit_ended, HAT_ORDER.index(hat.role)), default=None)


def get_secretary_home(*, actor: Actor, cell: UUID, now: datetime) -> SecretaryHome:
    """Everything of the secretary's home, in some twenty queries, however many people there are. Raises NotFound, NotAllowed."""
    current = find_current_meeting(actor=actor, cell=cell)
    unit = current.meeting.organization if current else get_organization(actor=actor, public_id=cell)
    if not unit.is_cell:
        raise NotFound
    actor.require(Permission.MEETINGS_PREPARE, unit.path)
    today = now.date()
    members = list_cell_members(organization_id=unit.pk, on=today)
    duties = list_open_duties(actor=actor, organization=unit, today=today)
    called = list_called(current.meeting) if current else _count_in(members, unit, today)
    unfinished = pick_last_months(duties, day=current.meeting.day if current else today)
    steps, clocks = _follow_rules(current, now) if current else ((), ())
    return SecretaryHome(
        cell=unit,
        parent_name=current.parent_name if current else "",
        current=current,
        steps=steps,
        papers=_count_papers(current.meeting) if current else 0,
        tally=_tally(current.meeting, called) if current else ReplyTally(0, 0, len(called)),
        called=len(called),
        reach=_foresee(current, called, today),
        member_count=sum(member.kind == MembershipKind.OFFICIAL for member in members),
        unfinished=unfinished,
        open_count=len(duties),
        idle=_hint(members, list_staff(cells=[unit.pk], on=today)[unit.pk].idle, unfinished),
        clocks=clocks,
        visitors=_list_visitors(actor, current),
        left=list_left_meetings(actor=actor, keeper=unit),
        waiting=list_waiting_meetings(actor=actor, cell=unit, but=current.meeting if current else None, today=today),
        unsettled=list_unsettled_scores(actor=actor, cell=unit, today=today),
        late_ratings=list_late_in_cell(actor=actor, cell=unit, today=today),
        incoming=list_waiting(organization_id=unit.pk)[:ROWS_SHOWN],
        may_hold=actor.may(Permission.MEETINGS_HOLD, unit.path),
        may_finish=_may_finish(actor, current),
        may_import=actor.may(Permission.MEMBERS_IMPORT, unit.path),
        stand_in=find_stand_in(organization_id=unit.pk, on=today),
        ends_on=find_coming_end(unit),
        coming=list_coming_units(actor=actor, organization=unit),
        is_overdue=current is not None
        and current.meeting.state == MeetingState.PLANNED
        and current.meeting.day < today,
        answers=_list_answers(current, today),
    )


def _list_answers(current: CurrentMeeting | None, today: date) -> tuple[Suggestion, ...]:
    """What the programme of a meeting that is planned does not have. Two queries."""
    if current is None or current.meeting.state != MeetingState.PLANNED:
        return ()
    return list_new_answers(meeting=current.meeting, today=today)


def _count_in(members: Sequence[CellMember], unit: Organization, today: date) -> list[CellMember]:
    """Who would be called today."""
    rules = rules_for(organization=unit, on=today)
    return [member for member in members if member.is_counted(rules)]


def _foresee(current: CurrentMeeting | None, called: Sequence[CellMember], today: date) -> ReachTally:
    """How the call will go; nothing once it went, for nobody asks any more."""
    if current is None or current.meeting.announced_at or current.meeting.state != MeetingState.PLANNED:
        return ReachTally()
    return foresee_reach(meeting=current.meeting, called=called, today=today)


def _may_finish(actor: Actor, current: CurrentMeeting | None) -> bool:
    """Whether the page that step four leads to offers its button to the actor. At most one query, none for the secretary."""
    return current is not None and current.meeting.state == MeetingState.HELD and may_finish(actor, current.meeting)


def _list_visitors(actor: Actor, current: CurrentMeeting | None) -> tuple[VisitLine, ...]:
    """Officials who come to the meeting the month is about. One query."""
    if current is None:
        return ()
    return tuple(list_visits_of_meetings(actor=actor, meeting_ids=[current.meeting.pk]).get(current.meeting.pk, ()))


def _follow_rules(current: CurrentMeeting, now: datetime) -> tuple[tuple[StepCard, ...], tuple[Clock, ...]]:
    meeting = current.meeting
    rules = rules_for(organization=meeting.organization, on=meeting.day)
    lines = build_steps(current.facts(rules=rules), now)
    papers, filing = lines[Step.ANNOUNCE - 1], lines[Step.FILE - 1]
    cards = tuple(StepCard(line, MeetingState(meeting.state), now) for line in lines)
    return cards, (
        _clock("papers", papers, rules.source(PolicyKey.PAPERS_DAYS_BEFORE), running=meeting.opened_at is None),
        _clock("filing", filing, rules.source(PolicyKey.FILING_DAYS_AFTER), running=lines[Step.MEET - 1].is_done),
    )


def _clock(key: str, line: StepLine, source: Source | None, *, running: bool) -> Clock:
    return Clock(key, line.deadline, source, running=running, done_at=line.done_at)


def _count_papers(meeting: Meeting) -> int:
    origin = origin_of(meeting)
    return Document.objects.filter(origin_kind=origin.kind, origin_id=origin.id, removed_at=None).count()


def _tally(meeting: Meeting, called: Sequence[CellMember]) -> ReplyTally:
    replies = {reply.member_id: reply for reply in NoticeReply.objects.filter(meeting=meeting)}
    return tally_replies([Recipient(member, replies.get(member.member_id)) for member in called])


def _hint(
    members: Sequence[CellMember], without_duty: Collection[int], unfinished: Sequence[DutyRow]
) -> tuple[IdleMember, ...]:
    """Members without a task, each with a late task of its own that lacks a helper, as long as there are any."""
    idle = [member for member in members if member.member_id in without_duty]
    hints = [row for row in unfinished if row.days_late and not row.helpers]
    return tuple(IdleMember(member, hints[at] if at < len(hints) else None) for at, member in enumerate(idle))


@dataclass(frozen=True, slots=True)
class FollowedCell:
    """A cell that an official follows, with its next meeting, if one is planned."""

    public_id: UUID
    name: str
    planned_for: datetime | None
    place: str


def list_followed_cells(*, actor: Actor, today: date) -> tuple[FollowedCell, ...]:
    """The cells whose meetings the actor may read, the soonest meeting first. Two queries."""
    cells = Organization.objects.open_on(today).cells().filter(actor.scope(Permission.MEETINGS_READ, "path"))
    coming = Meeting.objects.visible_to(actor).filter(state="planned", planned_for__date__gte=today)
    nearest: dict[int, Meeting] = {}
    for meeting in coming.order_by("planned_for", "pk"):
        nearest.setdefault(meeting.organization_id, meeting)
    rows = [(cell, nearest.get(cell.pk)) for cell in cells]
    followed = [
        FollowedCell(
            cell.public_id, cell.name, meeting.planned_for if meeting else None, meeting.place if meeting else ""
        )
        for cell, meeting in rows
    ]
    return tuple(sorted(followed, key=_by_meeting))


def _by_meeting(row: FollowedCell) -> tuple[bool, float, str]:
    return (row.planned_for is None, row.planned_for.timestamp() if row.planned_for else 0.0, row.name)
