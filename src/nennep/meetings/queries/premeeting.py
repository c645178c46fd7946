"""The committee's own meeting before the cell's: who prepares, what is known, the page, the paper."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import translation
from django.utils.timezone import localdate, localtime, make_aware

from nennep.core.access import Actor
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.core.wording import lower_start, say_date
from nennep.documents.queries import ReceivedRow
from nennep.duties import queries as duties
from nennep.duties.choices import DutyCategory, DutyState
from nennep.duties.queries import DutyRow
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import AgendaItem, Meeting
from nennep.meetings.models import Premeeting as Premeeting
from nennep.meetings.queries.advice import list_meeting_advice
from nennep.meetings.queries.agenda import list_undiscussed_papers
from nennep.meetings.queries.schedule import find_meeting_before
from nennep.meetings.queries.sources import list_shortcomings
from nennep.meetings.rules.deadlines import find_committee_day
from nennep.meetings.rules.premeeting import (
    Body,
    KnownFacts,
    LeadTime,
    NoCommittee,
    choose_body,
    find_missing_committee,
    measure_lead_time,
)
from nennep.members.choices import MembershipKind, PostKind, Standing
from nennep.members.queries import CellMember, list_cell_members, list_members_of_cells
from nennep.organizations.queries import breadcrumb
from nennep.petitions.queries import PetitionRow, list_waiting
from nennep.policies.choices import PolicyKey
from nennep.policies.queries import Source, rules_for

USUAL_DAYS = 3  # what most cells do; a rule only where a policy asks
COMMITTEE_POSTS = PostKind.committee()


@dataclass(frozen=True, slots=True)
class Preparer:
    """Somebody who prepares the cell's meeting: name, highest post, whether they came to the pre-meeting."""

    public_id: UUID
    member_id: int
    name: str
    post: PostKind
    present: bool
    user_id: int | None


@dataclass(frozen=True, slots=True)
class Preparers:
    """Who prepares a cell's meeting on a day, secretary first. `missing` says why there is no chi ủy.

    Of `officials` official members it takes `committee_from` to elect one.
    """

    body: Body
    missing: NoCommittee
    officials: int
    committee_from: int
    people: tuple[Preparer, ...]

    @property
    def present(self) -> tuple[Preparer, ...]:
        return tuple(person for person in self.people if person.present)

    @property
    def absent(self) -> tuple[Preparer, ...]:
        return tuple(person for person in self.people if not person.present)


@dataclass(frozen=True, slots=True)
class PremeetingPaper:
    """Everything the papers of the pre-meeting print (programme and conclusion: forms.md §3).

    `month` is the month that the cell's meeting is for; the texts are lines separated by line ends. `departure` is the
    reason why it was later than the policy asks. `concluded_at` None: still only a programme.
    """

    cell: str
    upper: str
    month: Month
    kind: str
    theme: str
    meeting_at: datetime
    meeting_place: str
    held_at: datetime
    place: str
    preparers: Preparers
    absent_note: str
    last_month: str
    next_month: str
    cell_meeting: str
    inspection: str
    discussion: str
    conclusion: str
    tasks: str
    concluded_at: datetime | None
    departure: str

    @property
    def chair(self) -> str:
        """The secretary, or a stand-in: the highest post that is present."""
        there = self.preparers.present or self.preparers.people
        return there[0].name if there else ""


def get_premeeting_paper(meeting: Meeting) -> PremeetingPaper | None:
    """The pre-meeting of a meeting that the caller has found through its door; None when none is planned. Six queries."""
    found = find_premeeting(meeting)
    if found is None:
        return None
    upper = breadcrumb(meeting.organization)[:-1]
    departure = meeting.departures.filter(rule_key=PolicyKey.COMMITTEE_DAYS_BEFORE.value).first()
    return PremeetingPaper(
        cell=meeting.organization.name,
        upper=upper[-1].name if upper else "",
        month=Month.of(meeting.month),
        kind=meeting.get_kind_display(),
        theme=meeting.theme,
        meeting_at=meeting.planned_for,
        meeting_place=meeting.place,
        held_at=found.held_at,
        place=found.place,
        preparers=list_preparers(meeting, found),
        absent_note=found.absent_note,
        last_month=found.last_month,
        next_month=found.next_month,
        cell_meeting=found.cell_meeting,
        inspection=found.inspection,
        discussion=found.discussion,
        conclusion=found.conclusion,
        tasks=found.tasks,
        concluded_at=found.concluded_at,
        departure=departure.reason if departure else "",
    )


def find_premeeting(meeting: Meeting) -> Premeeting | None:
    """What was planned or written of it; None when nothing was. One query."""
    return Premeeting.objects.filter(meeting=meeting).first()


def list_preparers(meeting: Meeting, premeeting: Premeeting | None) -> Preparers:
    """Who prepares the meeting on the day of the pre-meeting (the meeting's own before it is planned), and who came.

    Somebody who was marked as present and holds no post any more stays in the list. At most four queries.
    """
    day = localdate(premeeting.held_at) if premeeting else meeting.day
    members = list_cell_members(organization_id=meeting.organization_id, on=day)
    there = set(premeeting.present.values_list("pk", flat=True)) if premeeting else set()
    least = rules_for(organization=meeting.organization, on=day).committee_from
    return _choose_preparers(members, there, least)


@dataclass(frozen=True, slots=True)
class PreparersAsked:
    """Of which cell on which day; its pre-meeting where one was planned; from how many official members on a chi ủy is elected."""

    organization_id: int
    on: date
    premeeting_id: int | None
    committee_from: int


def list_led_alone(asked: Mapping[int, PreparersAsked]) -> set[int]:
    """Which of many meetings had nobody or one alone to prepare them (`list_preparers`), by keys of the caller's own.

    One query for each day, and one where somebody who holds no post may have come to the pre-meeting of such a cell.
    """
    units: dict[date, set[int]] = defaultdict(set)
    for one in asked.values():
        units[one.on].add(one.organization_id)
    members = {day: list_members_of_cells(cells, day) for day, cells in units.items()}
    by_post = {key: one for key, one in asked.items() if _is_alone(one, members, set())}
    there = _read_present({one.premeeting_id for one in by_post.values() if one.premeeting_id is not None})
    return {key for key, one in by_post.items() if _is_alone(one, members, there[one.premeeting_id])}


def _is_alone(
    asked: PreparersAsked, members: Mapping[date, Mapping[int, Sequence[CellMember]]], there: set[int]
) -> bool:
    found = members[asked.on][asked.organization_id]
    return len(_choose_preparers(found, there, asked.committee_from).people) <= 1


def _read_present(premeetings: Collection[int]) -> dict[int | None, set[int]]:
    there: dict[int | None, set[int]] = defaultdict(set)
    if premeetings:
        present = Premeeting.present.through.objects.filter(premeeting__in=premeetings)
        for premeeting, member in present.values_list("premeeting_id", "member_id"):
            there[premeeting].add(member)
    return there


def _choose_preparers(members: Sequence[CellMember], there: set[int], least: int) -> Preparers:
    leading = [member for member in members if member.member_id in there or set(member.posts) & set(COMMITTEE_POSTS)]
    officials = sum(_is_official(member) for member in members)
    committee = sum(PostKind.COMMITTEE_MEMBER in member.posts for member in leading)
    missing = find_missing_committee(officials=officials, committee_members=committee, committee_from=least)
    body = choose_body(missing)
    people = [_preparer(member, there) for member in leading if _prepares(member, body) or member.member_id in there]
    ranked = sorted(people, key=lambda person: COMMITTEE_POSTS.index(person.post))
    return Preparers(body=body, missing=missing, officials=officials, committee_from=least, people=tuple(ranked))


def _is_official(member: CellMember) -> bool:
    return member.standing == Standing.OFFICIAL and member.kind == MembershipKind.OFFICIAL


def _prepares(member: CellMember, body: Body) -> bool:
    return body == Body.COMMITTEE or PostKind.COMMITTEE_MEMBER not in member.posts


def _preparer(member: CellMember, there: set[int]) -> Preparer:
    post = next((post for post in COMMITTEE_POSTS if post in member.posts), PostKind.COMMITTEE_MEMBER)
    return Preparer(member.public_id, member.member_id, member.label, post, member.member_id in there, member.user_id)


@dataclass(frozen=True, slots=True)
class PremeetingPage:
    """The page of the pre-meeting. `premeeting` None: not planned yet. `last_day`: until when it is in time.

    `lead` is measured from the planned day; `departure` is the reason given for a shorter one.
    """

    meeting: Meeting
    premeeting: Premeeting | None
    preparers: Preparers
    facts: KnownFacts
    lead: LeadTime | None
    last_day: date
    lead_source: Source | None
    departure: str
    may_change: bool

    @property
    def is_concluded(self) -> bool:
        return bool(self.premeeting and self.premeeting.concluded_at)

    @property
    def wants_reason(self) -> bool:
        """The day is later than the policy asks, and nobody has said why."""
        return bool(self.lead and self.lead.is_short and not self.departure)

    @property
    def may_write(self) -> bool:
        return self.may_change and self.premeeting is not None and not self.is_concluded


def get_premeeting_page(*, actor: Actor, meeting: Meeting, today: date) -> PremeetingPage:
    """The page for somebody who leads or follows the cell; what the committee says is not every member's. Raises NotAllowed.

    At most seventeen queries, however many tasks, papers and petitions there are.
    """
    actor.require(Permission.MEMBERS_READ, meeting.organization.path)
    found = find_premeeting(meeting)
    rules = rules_for(organization=meeting.organization, on=meeting.day)
    least = rules.committee_days_before
    departure = meeting.departures.filter(rule_key=PolicyKey.COMMITTEE_DAYS_BEFORE.value).first()
    is_open = meeting.state != MeetingState.CANCELLED
    return PremeetingPage(
        meeting=meeting,
        premeeting=found,
        preparers=list_preparers(meeting, found),
        facts=gather_facts(actor=actor, meeting=meeting, today=today),
        lead=measure_lead_time(localdate(found.held_at), meeting.day, least=least) if found else None,
        last_day=find_committee_day(meeting.day, days_before=least),
        lead_source=rules.source(PolicyKey.COMMITTEE_DAYS_BEFORE) if least else None,
        departure=departure.reason if departure else "",
        may_change=is_open and actor.may(Permission.MEETINGS_PREPARE, meeting.organization.path),
    )


def gather_facts(*, actor: Actor, meeting: Meeting, today: date) -> KnownFacts:
    """What the committee has before it without anybody typing, in Vietnamese. Nine queries."""
    with translation.override("vi"):
        last_duties = duties.list_month_table(
            actor=actor,
            organization=meeting.organization,
            before=find_meeting_before(meeting),
            today=today,
            given_until=today,
        )
        waiting = list_waiting(organization_id=meeting.organization_id, today=today)
        return KnownFacts(
            done=tuple(_say_duty(row) for row in last_duties if row.state == DutyState.DONE),
            unfinished=tuple(_say_duty(row) for row in last_duties if row.is_open),
            carried=tuple(_say_carried(row) for row in last_duties if row.is_open),
            shortcomings=list_shortcomings(meeting),
            waiting=tuple(map(_say_waiting, waiting)),
            received=tuple(_say_paper(row) for row in list_undiscussed_papers(meeting, today=today)),
            advice=tuple(row.text for row in list_meeting_advice(meeting) if row.is_open),
            items=tuple(_say_item(item) for item in meeting.agenda.select_related("presenter").order_by("position")),
            supervision=tuple(_say_duty(row) for row in last_duties if row.category == DutyCategory.SUPERVISION),
        )


def _say_waiting(row: PetitionRow) -> str:
    stand = row.promise_words or str(row.state.label)
    return f"{_bare(row.text)} ({lower_start(stand)}, {row.holder})"


def _say_duty(row: DutyRow) -> str:
    return f"{_bare(row.title)} ({row.assignee}): {lower_start(row.result)}"


def _say_carried(row: DutyRow) -> str:
    return f"{_bare(row.title)} ({row.assignee}), {_say_due(row)}"


def _say_due(row: DutyRow) -> str:
    if row.due_on:
        return f"hạn {say_date(row.due_on)}"
    return "nhiệm vụ thường xuyên" if row.category == DutyCategory.REGULAR else "chưa xác định mốc"


def _bare(text: str) -> str:
    return text.rstrip(" .;,")


def _say_paper(row: ReceivedRow) -> str:
    return f"{row.number} {row.title}".strip()


def _say_item(item: AgendaItem) -> str:
    presenter = f" ({item.presenter.full_name})" if item.presenter else ""
    return f"{item.title}, {item.minutes_planned} phút{presenter}"


def suggest_time(meeting: Meeting, *, last_day: date, now: datetime) -> datetime:
    """When the form proposes to meet: three days before at the cell's own hour, never later than the rule or in the past."""
    usual = min(meeting.day - timedelta(days=USUAL_DAYS), last_day)
    day = max(usual, localdate(now))
    return make_aware(datetime.combine(day, localtime(meeting.planned_for).time()))
