"""The committee's own meeting before the cell's: who prepares, the paper."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.timezone import localtime

from nennep.core.periods import Month
from nennep.meetings.models import Meeting, Premeeting
from nennep.meetings.rules.premeeting import Body, NoCommittee, choose_body, find_missing_committee
from nennep.members.choices import MembershipKind, PostKind, Standing
from nennep.members.queries import CellMember, list_cell_members
from nennep.organizations.queries import breadcrumb
from nennep.policies.choices import PolicyKey

COMMITTEE_POSTS = (PostKind.SECRETARY, PostKind.DEPUTY_SECRETARY, PostKind.COMMITTEE_MEMBER)


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
    """Who prepares a cell's meeting on a day, secretary first. `missing` says why there is no chi ủy."""

    body: Body
    missing: NoCommittee
    officials: int
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
        """The secretary, or who stands in: the highest post that is present."""
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

    Somebody who was marked as present and holds no post any more stays in the list. At most three queries.
    """
    day = localtime(premeeting.held_at).date() if premeeting else meeting.day
    members = list_cell_members(organization_id=meeting.organization_id, on=day)
    there = set(premeeting.present.values_list("pk", flat=True)) if premeeting else set()
    leading = [member for member in members if member.member_id in there or set(member.posts) & set(COMMITTEE_POSTS)]
    officials = sum(_is_official(member) for member in members)
    committee = sum(PostKind.COMMITTEE_MEMBER in member.posts for member in leading)
    missing = find_missing_committee(officials=officials, committee_members=committee)
    body = choose_body(missing)
    people = [_preparer(member, there) for member in leading if _prepares(member, body) or member.member_id in there]
    ranked = sorted(people, key=lambda person: COMMITTEE_POSTS.index(person.post))
    return Preparers(body=body, missing=missing, officials=officials, people=tuple(ranked))


def _is_official(member: CellMember) -> bool:
    return member.standing == Standing.OFFICIAL and member.kind == MembershipKind.OFFICIAL


def _prepares(member: CellMember, body: Body) -> bool:
    return body == Body.COMMITTEE or PostKind.COMMITTEE_MEMBER not in member.posts


def _preparer(member: CellMember, there: set[int]) -> Preparer:
    post = next((post for post in COMMITTEE_POSTS if post in member.posts), PostKind.COMMITTEE_MEMBER)
    return Preparer(member.public_id, member.member_id, member.label, post, member.member_id in there, member.user_id)
