"""The month's resolution: its number, title and texts; the list of a cell's resolutions."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.documents.choices import PaperType
from nennep.documents.queries import say_number
from nennep.meetings.choices import MeetingKind, MeetingState, Topic
from nennep.meetings.models import Meeting
from nennep.meetings.queries.meeting import get_meeting
from nennep.meetings.queries.sources import MeetingSource
from nennep.organizations.models import Organization
from nennep.policies.rules import say_threshold
from nennep.records.models import Resolution
from nennep.records.queries.issued import IssuedVersion, list_issued
from nennep.records.queries.leaders import may_finish
from nennep.records.queries.minutes import newest_version
from nennep.records.queries.minutes_paper import build_votes, make_duty_part, make_last_duty_part
from nennep.records.rules.minutes import LastDutyPart, NewDutyPart, VotePart
from nennep.records.rules.resolution import ResolutionTexts, TopicNote, find_resolution_vote, prefill_texts, say_title
from nennep.room.queries.closing import refuse_open_again
from nennep.room.queries.outcome import list_given_duties, list_last_duties, rules_of


@dataclass(frozen=True, slots=True)
class OutcomeParts:
    """What a resolution takes from the meeting: last month's tasks, those given, votes."""

    last_duties: tuple[LastDutyPart, ...]
    given: tuple[NewDutyPart, ...]
    votes: tuple[VotePart, ...]

    @property
    def carried(self) -> tuple[LastDutyPart, ...]:
        """What goes on: part II of the resolution says with whom and until when."""
        return tuple(row for row in self.last_duties if row.goes_on)


@dataclass(frozen=True, slots=True)
class ResolutionPage:
    """The resolution of one meeting. `number` is empty and `texts` are proposals until it is issued.

    `majority`: what carries it, in words.
    """

    meeting: Meeting
    title: str
    number: str
    issued_on: date | None
    texts: ResolutionTexts
    outcome: OutcomeParts
    majority: str
    may_issue: bool
    may_change: bool
    may_correct: bool
    versions: tuple[IssuedVersion, ...]

    @property
    def is_issued(self) -> bool:
        return bool(self.number)

    @property
    def vote(self) -> VotePart | None:
        """The vote on this resolution; None where no vote names it."""
        return find_resolution_vote(self.outcome.votes, Month.of(self.meeting.month))

    @property
    def is_carried(self) -> bool:
        return self.vote is not None and self.vote.passed


@dataclass(frozen=True, slots=True)
class ResolutionRow:
    meeting_id: UUID
    number: str
    title: str
    issued_on: date


def get_resolution_page(*, actor: Actor, public_id: UUID) -> ResolutionPage:
    """The resolution of a held meeting, or what it would begin with; proposals only for its writers. Raises NotFound."""
    meeting = get_meeting(actor=actor, public_id=public_id)
    resolution = Resolution.objects.filter(meeting=meeting).first()
    writer = may_finish(actor, meeting)
    if meeting.state != MeetingState.HELD or not (resolution or writer):
        refuse_open_again(actor=actor, meeting=meeting)
        raise NotFound
    return ResolutionPage(
        meeting=meeting,
        title=_say_title(meeting),
        number=number_of(resolution) if resolution else "",
        issued_on=resolution.issued_on if resolution else None,
        texts=_texts_of(resolution) if resolution else propose_texts(meeting),
        outcome=read_outcome(actor=actor, meeting=meeting),
        majority=say_threshold(rules_of(meeting).vote_ordinary),
        may_issue=writer and resolution is None,
        may_change=writer and resolution is not None and meeting.filed_at is None,
        may_correct=resolution is not None and meeting.filed_at is not None and _may_correct(actor, meeting),
        versions=list_issued(meeting, address="nghi-quyet"),
    )


def find_unresolved(*, actor: Actor, public_id: UUID) -> Meeting:
    """A held meeting without a resolution, for those who see it but may not finish it. Raises NotFound."""
    meeting = get_meeting(actor=actor, public_id=public_id)
    if meeting.state != MeetingState.HELD or may_finish(actor, meeting):
        raise NotFound
    return meeting


def _say_title(meeting: Meeting) -> str:
    month, kind = Month.of(meeting.month), MeetingKind(meeting.kind)
    return say_title(month, kind, theme=meeting.theme, on=meeting.held_on)


def read_outcome(*, actor: Actor, meeting: Meeting) -> OutcomeParts:
    """As the minutes keep it; before their approval, as the records stand. One query, or those of three lists."""
    version = newest_version(meeting)
    if version:
        content = version.read_minutes()
        return OutcomeParts(content.last_duties, content.duties, content.votes)
    last, given = list_last_duties(actor=actor, meeting=meeting), list_given_duties(meeting)
    return OutcomeParts(
        last_duties=tuple(make_last_duty_part(row, {}) for row in last),
        given=tuple(make_duty_part(row, {}) for row in given),
        votes=build_votes(meeting),
    )


def _may_correct(actor: Actor, meeting: Meeting) -> bool:
    return actor.may(Permission.MINUTES_CORRECT, meeting.organization.path)


def find_resolution(meeting: Meeting) -> Resolution | None:
    """The issued resolution of this meeting; None when there is none yet. One query."""
    return Resolution.objects.filter(meeting=meeting).first()


def number_of(resolution: Resolution) -> str:
    """`05-NQ/CB`."""
    return say_number(resolution.number, PaperType.RESOLUTION)


def propose_texts(meeting: Meeting) -> ResolutionTexts:
    """The texts a new resolution begins with, from what was noted and concluded. One query."""
    rows = meeting.agenda.order_by("position", "pk").values_list("topic", "note", "conclusion")
    notes = [TopicNote(Topic(topic), note, conclusion) for topic, note, conclusion in rows]
    return prefill_texts(notes, conclusion=meeting.conclusion)


def list_resolutions(*, actor: Actor, organization: Organization) -> tuple[ResolutionRow, ...]:
    """All resolutions of a cell in scope, newest first. One query."""
    meetings = Meeting.objects.visible_to(actor).filter(organization=organization)
    found = Resolution.objects.filter(meeting__in=meetings).select_related("meeting")
    return tuple(
        ResolutionRow(row.meeting.public_id, number_of(row), _say_title(row.meeting), row.issued_on)
        for row in found.order_by("-issued_on", "-number")
    )


def _texts_of(resolution: Resolution) -> ResolutionTexts:
    return ResolutionTexts(resolution.thinking, resolution.shortcomings, resolution.directions)


class RecordsSource(MeetingSource):
    """What the resolution before a meeting says, and whether the meeting's own papers are settled."""

    def is_built_on(self, meeting: Meeting) -> bool:
        """Its minutes are approved or its resolution is issued. Two queries at most."""
        return meeting.minutes_versions.exists() or Resolution.objects.filter(meeting=meeting).exists()

    def list_shortcomings(self, meeting: Meeting) -> tuple[str, ...]:
        """What the resolution of the meeting before names as lacking, one line each. One query."""
        before = Resolution.objects.filter(
            meeting__organization_id=meeting.organization_id, meeting__planned_for__lt=meeting.planned_for
        )
        last = before.order_by("-meeting__planned_for").values_list("shortcomings", flat=True).first() or ""
        return tuple(line.strip(" -") for line in last.splitlines() if line.strip(" -"))
