"""What came of a meeting, as the room shows it: last month's tasks, votes, conclusion, tasks given, remarks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from nennep.core.access import Actor
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.core.wording import format_month, say_date
from nennep.duties import queries as duties
from nennep.duties.queries import SENSITIVE, DutyRow
from nennep.meetings.choices import MeetingKind, MeetingMode, MeetingState, Topic
from nennep.meetings.models import AgendaItem
from nennep.meetings.models import Meeting as Meeting
from nennep.meetings.queries.agenda import count_for_length, origin_of
from nennep.meetings.queries.schedule import find_meeting_before
from nennep.meetings.rules.agenda import CriticismCheck, find_length_source, minutes_required
from nennep.members.models import Member
from nennep.members.queries import list_cell_members
from nennep.policies.choices import PolicyKey
from nennep.policies.queries import RuleBook, rules_for
from nennep.policies.rules import say_source
from nennep.room.choices import UNUSUAL_MINUTES, AttendanceState, RemarkKind, VoteMajority
from nennep.room.models import Remark, ReservedOpinion, RollCallEntry, SecretBallot, Vote
from nennep.room.rules.modes import ModeFacts, find_mode_warnings
from nennep.room.rules.outcome import (
    ClosingFacts,
    RuleWarning,
    VoteBase,
    count_needed,
    find_warnings,
    is_tie,
    percent_of,
    threshold_of,
)
from nennep.room.rules.room import RollMark, minutes_between, tally


@dataclass(frozen=True, slots=True)
class VoteRow:
    """One recorded vote; `percent` of the base, `needed` votes in favour carried it."""

    public_id: UUID
    subject: str
    method: str
    base: int
    in_favour: int
    against: int
    other: int
    passed: bool
    at: datetime
    percent: float
    majority: VoteMajority
    needed: int
    issued: int | None
    invalid: int

    @property
    def is_tie(self) -> bool:
        return is_tie(in_favour=self.in_favour, against=self.against)


@dataclass(frozen=True, slots=True)
class OpinionRow:
    """A reserved opinion; `about` is the subject of its vote, empty for the meeting as a whole."""

    public_id: UUID
    name: str
    text: str
    about: str


@dataclass(frozen=True, slots=True)
class VotePanel:
    """Base and threshold, shown before the result; the votes recorded so far; what the next one is probably about.

    `counting` are secret ballots whose tellers have not agreed yet.
    """

    base: VoteBase
    rows: tuple[VoteRow, ...]
    subject: str
    counting: tuple[SecretBallot, ...]
    opinions: tuple[OpinionRow, ...]


@dataclass(frozen=True, slots=True)
class RemarkRow:
    id: int
    kind: RemarkKind
    name: str
    text: str
    duty_id: UUID | None


@dataclass(frozen=True, slots=True)
class LastDutyLine:
    """A row of last month's table and whether it was praised in this meeting."""

    duty: DutyRow
    praised: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """The half of the room that says what comes of the meeting. `may_hold`: the actor may write and the meeting goes on."""

    meeting: Meeting
    last_month: Month
    last_duties: tuple[LastDutyLine, ...]
    last_duties_done: int
    vote: VotePanel
    given: tuple[DutyRow, ...]
    remarks: tuple[RemarkRow, ...]
    may_hold: bool

    @property
    def is_monthly(self) -> bool:
        """Only the month's own meeting goes through the tasks of the month before."""
        return MeetingKind(self.meeting.kind).is_monthly


def rules_of(meeting: Meeting) -> RuleBook:
    """The rules in force on the day of the meeting."""
    return rules_for(organization=meeting.organization, on=meeting.held_on)


def get_outcome(*, actor: Actor, meeting: Meeting) -> Outcome:
    """Everything that the panels of tasks, vote and conclusion show. Seven queries. The caller has passed the door."""
    remarks = list_remarks(meeting)
    praised = {row.duty_id for row in remarks if row.kind == RemarkKind.PRAISE}
    last_duties = list_last_duties(actor=actor, meeting=meeting)
    return Outcome(
        meeting=meeting,
        last_month=Month.of(meeting.month).plus(-1),
        last_duties=tuple(LastDutyLine(row, row.public_id in praised) for row in last_duties),
        last_duties_done=sum(row.chip_state == "done" for row in last_duties),
        vote=get_vote_panel(meeting),
        given=list_given_duties(meeting),
        remarks=remarks,
        may_hold=may_hold(actor, meeting),
    )


def may_hold(actor: Actor, meeting: Meeting) -> bool:
    """The actor may write in the room, and the meeting is going on."""
    return meeting.state == MeetingState.OPEN and actor.may(Permission.MEETINGS_HOLD, meeting.organization.path)


def list_last_duties(*, actor: Actor, meeting: Meeting) -> tuple[DutyRow, ...]:
    """Last month's table, filled from the reports: tasks since the monthly meeting before, and older unfinished ones. Two queries.

    Empty in a meeting that is not the month's own.
    """
    if not MeetingKind(meeting.kind).is_monthly:
        return ()
    return duties.list_month_table(
        actor=actor, organization=meeting.organization, before=find_meeting_before(meeting), today=meeting.held_on
    )


def list_given_duties(meeting: Meeting) -> tuple[DutyRow, ...]:
    """Tasks given in this meeting, in the order given. One query."""
    origin = origin_of(meeting)
    return duties.list_duties_of_origin(kind=origin.kind, origin_id=origin.id, today=meeting.held_on)


def get_vote_panel(meeting: Meeting) -> VotePanel:
    """Base, threshold and the votes so far, ballots being counted, reserved opinions. At most six queries."""
    base = count_vote_base(meeting)
    rows = list_votes(meeting)
    with translation.override("vi"):  # what is voted on goes into Vietnamese papers
        usual = _say_usual_vote(meeting)
    return VotePanel(
        base=base,
        rows=rows,
        subject="" if any(row.subject == usual for row in rows) else usual,
        counting=tuple(meeting.ballots.filter(vote=None).select_related("first_teller", "second_teller")),
        opinions=list_opinions(meeting),
    )


def _say_usual_vote(meeting: Meeting) -> str:
    """What is voted on as a rule: the month's resolution, or that of the day for any other meeting."""
    if MeetingKind(meeting.kind).is_monthly:
        return _("Nghị quyết tháng %(month)s") % {"month": format_month(meeting.month.month)}
    return _("Nghị quyết buổi họp ngày %(day)s") % {"day": say_date(meeting.held_on)}


def list_opinions(meeting: Meeting) -> tuple[OpinionRow, ...]:
    """Opinions that members keep on record, in the order written down. One query."""
    found = meeting.reserved_opinions.select_related("member", "vote").order_by("at", "pk")
    return tuple(_opinion_row(opinion) for opinion in found)


def _opinion_row(opinion: ReservedOpinion) -> OpinionRow:
    about = opinion.vote.subject if opinion.vote else ""
    return OpinionRow(opinion.public_id, opinion.member.full_name, opinion.text, about)


def count_vote_base(meeting: Meeting) -> VoteBase:
    """Who must be asked to vote, who can have voted, how many carry (rules.md §1.7). Two queries."""
    rows = meeting.roll_call.order_by("pk").values_list("state", "counted", "votes")
    marks = [RollMark(AttendanceState(state), counted, votes) for state, counted, votes in rows]
    roll = tally(marks)
    base = roll.vote_base
    rules = rules_of(meeting)
    return VoteBase(
        base=base,
        able=roll.voters_present,
        ordinary=rules.vote_ordinary,
        membership=rules.vote_membership,
        unmarked=roll.unmarked,
        least=rules.official_members_min,
        least_source=say_source(rules.source(PolicyKey.OFFICIAL_MEMBERS_MIN)),
    )


def list_votes(meeting: Meeting) -> tuple[VoteRow, ...]:
    """Votes in the order taken. At most two queries."""
    votes = list(meeting.votes.order_by("at", "pk"))
    if not votes:
        return ()
    rules = rules_of(meeting)
    return tuple(_vote_row(vote, rules) for vote in votes)


def list_remarks(meeting: Meeting) -> tuple[RemarkRow, ...]:
    """Praise and reminders in the order written. One query."""
    rows: Iterable[Remark] = meeting.remarks.order_by("pk").select_related("member", "duty")
    return tuple(
        RemarkRow(
            row.pk,
            RemarkKind(row.kind),
            row.member.full_name,
            row.text,
            row.duty.public_id if row.duty else None,
        )
        for row in rows
    )


def list_roll_members(meeting: Meeting) -> list[Member]:
    """Everybody in the roll call, sorted by given name; nothing sensitive is read. One query."""
    members = Member.objects.filter(roll_calls__meeting=meeting).defer(*SENSITIVE)
    return list(members.order_by("name_key", "pk"))


def list_attending_members(meeting: Meeting) -> list[Member]:
    """Whoever was there, sorted by given name; nothing sensitive is read. One query."""
    there = Member.objects.filter(roll_calls__meeting=meeting, roll_calls__state__in=AttendanceState.there())
    return list(there.defer(*SENSITIVE).order_by("name_key", "pk"))


def list_opinion_members(meeting: Meeting) -> list[Member]:
    """Who may keep an opinion: whoever is there, or was called and not marked yet; not who is away. By given name. One query."""
    return list(
        Member.objects.filter(roll_calls__in=_able_to_say(meeting)).defer(*SENSITIVE).order_by("name_key", "pk")
    )


def may_keep_opinion(meeting: Meeting, member: Member) -> bool:
    """Of the member as `list_opinion_members` has them. One query."""
    return _able_to_say(meeting).filter(member=member).exists()


def _able_to_say(meeting: Meeting) -> QuerySet[RollCallEntry]:
    return meeting.roll_call.filter(state__in=(*AttendanceState.there(), AttendanceState.UNMARKED))


def list_duty_members(meeting: Meeting) -> list[Member]:
    """Who may be given a task in this meeting, sorted by given name. One query."""
    return list(duties.list_members(organization=meeting.organization, on=meeting.held_on))


def is_unusually_long(meeting: Meeting, until: datetime) -> bool:
    """More than four hours: probably the meeting ended earlier and is keyed in afterwards."""
    return minutes_between(meeting.opened_at, until) > UNUSUAL_MINUTES


def list_warnings(meeting: Meeting, *, now: datetime) -> tuple[RuleWarning, ...]:
    """Rules that closing at this moment would not keep and nobody gave a reason for yet. At most eight queries."""
    rules = rules_of(meeting)
    began, kind, members = meeting.opened_at or now, MeetingKind(meeting.kind), count_for_length(meeting, rules)
    last_vote = meeting.votes.order_by("-at", "-pk").first()
    facts = ClosingFacts(
        kind=kind,
        unmarked=meeting.roll_call.filter(state=AttendanceState.UNMARKED, counted=True).count(),
        minutes_long=minutes_between(began, now),
        minutes_required=minutes_required(kind, rules, members=members),
        length_source=say_source(find_length_source(kind, rules, members=members)),
        has_conclusion=bool(meeting.conclusion.strip()),
        self_criticism=measure_self_criticism(meeting, now=now),
        criticism_asked=rules.binding_value(PolicyKey.SELF_CRITICISM_MINUTES),
        voted_with=last_vote.base if last_vote else None,
        official_least=rules.official_members_min,
        sources={key: say_source(source) for key, source in rules.sources.items()},
    )
    return (*find_warnings(facts), *list_mode_warnings(meeting))


def measure_self_criticism(meeting: Meeting, *, now: datetime) -> int | None:
    """Minutes spent on self-criticism and criticism so far. One query.

    None when it was not measured: no such item, or nobody ran its clock (tapped through afterwards); then nothing is claimed.
    """
    return sum_criticism(meeting.agenda.order_by("pk"), until=now) or None


class TimedItem(Protocol):
    """An item of a programme with its clock, however it was read."""

    @property
    def topic(self) -> str: ...
    @property
    def started_at(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...


def sum_criticism(items: Iterable[TimedItem], *, until: datetime | None) -> int:
    """Minutes spent on criticism and self-criticism; 0 when nobody ran its clock. What goes on counts up to `until`."""
    spent = (item for item in items if item.topic == Topic.SELF_CRITICISM)
    return sum(minutes_between(item.started_at, item.ended_at or until) for item in spent)


def check_criticism_now(meeting: Meeting, items: Iterable[AgendaItem], *, now: datetime) -> CriticismCheck | None:
    """The minutes it has taken against those asked for; None where no rule asks. `items` is the programme. One query."""
    asked = rules_of(meeting).self_criticism_minutes
    return CriticismCheck(sum_criticism(items, until=now), asked.least, asked.most) if asked else None


def list_mode_warnings(meeting: Meeting) -> tuple[RuleWarning, ...]:
    """Rules that the meeting's mode does not keep, without those a reason was given for. None in person: no query."""
    if meeting.mode == MeetingMode.IN_PERSON:
        return ()
    excused = set(meeting.departures.order_by("pk").values_list("rule_key", flat=True))
    facts = describe_mode(meeting, MeetingMode(meeting.mode), meeting.mode_reason, meeting.mode_approved_by)
    return tuple(warning for warning in find_mode_warnings(facts) if str(warning.key) not in excused)


def describe_mode(meeting: Meeting, mode: MeetingMode, reason: str, approved_by: str) -> ModeFacts:
    """What the rules ask about a mode for this meeting. At most four queries."""
    rules = rules_of(meeting)
    source = rules.source(PolicyKey.GROUP_MEETING_MEMBERS)
    by_group = mode == MeetingMode.BY_GROUP
    return ModeFacts(
        mode=mode,
        reason=reason,
        approved_by=approved_by,
        members=_count_members(meeting) if by_group else 0,
        group_meetings=_count_group_meetings(meeting) if by_group else 0,
        members_floor=rules.group_meeting_members,
        group_ceiling=rules.group_meetings_per_year,
        group_source=source.document_number if source else "",
    )


def _count_members(meeting: Meeting) -> int:
    return len(list_cell_members(organization_id=meeting.organization_id, on=meeting.held_on))


def _count_group_meetings(meeting: Meeting) -> int:
    """Meetings by group in the year, this one apart: those held and those that go on."""
    others = Meeting.objects.filter(
        organization_id=meeting.organization_id,
        mode=MeetingMode.BY_GROUP,
        state__in=MeetingState.begun(),
        month__year=meeting.month.year,
    )
    return others.exclude(pk=meeting.pk).count()


def _vote_row(vote: Vote, rules: RuleBook) -> VoteRow:
    majority = VoteMajority(vote.majority)
    threshold = threshold_of(majority, rules)
    needed = count_needed(threshold.part, vote.base, strict=threshold.strict)
    return VoteRow(
        public_id=vote.public_id,
        subject=vote.subject,
        method=vote.get_method_display(),
        base=vote.base,
        in_favour=vote.in_favour,
        against=vote.against,
        other=vote.other,
        passed=vote.passed,
        at=vote.at,
        percent=percent_of(vote.in_favour, vote.base),
        majority=majority,
        needed=needed,
        issued=vote.issued,
        invalid=vote.invalid,
    )
