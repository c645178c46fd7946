"""The minutes on screen: built from the records until they are approved, read from the newest locked version afterwards."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from nennep.core.access import Actor
from nennep.core.errors import NotAllowed, NotFound
from nennep.core.frozen import ContentChanged, ContentUnreadable
from nennep.core.permissions import Permission
from nennep.duties.queries import DutyRow
from nennep.meetings.choices import MeetingMode, MeetingState
from nennep.meetings.models import Meeting
from nennep.meetings.queries.meeting import get_meeting
from nennep.meetings.queries.sources import is_built_on
from nennep.records.models import MinutesVersion
from nennep.records.queries.leaders import may_finish
from nennep.records.queries.minutes_paper import build_attendance as build_attendance
from nennep.records.queries.minutes_paper import build_minutes as build_minutes
from nennep.records.queries.minutes_paper import list_entries
from nennep.records.queries.minutes_paper import make_attendance as make_attendance
from nennep.records.queries.minutes_paper import make_item_part as make_item_part
from nennep.records.rules.corrections import PaperChange, compare_papers
from nennep.records.rules.minutes import MinutesContent as MinutesContent
from nennep.room.choices import AttendanceState
from nennep.room.models import FormerClosing, RollCallEntry
from nennep.room.queries.closing import list_former_closings, refuse_open_again
from nennep.room.queries.outcome import RemarkRow, VoteRow, list_given_duties, list_remarks, list_votes
from nennep.room.rules.room import list_states


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One approved version; `intact` is False when its content no longer has the hash it was approved with."""

    number: int
    approved_at: datetime
    approved_by_name: str
    reason: str
    sha256: str
    intact: bool


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One person of the roll call as the correction form shows it, with the states that may be chosen."""

    public_id: UUID
    name: str
    state: AttendanceState
    reason: str
    states: tuple[AttendanceState, ...]


@dataclass(frozen=True, slots=True)
class LastMinutes:
    """The approved minutes of the meeting before: what this one begins with."""

    meeting_id: UUID
    held_on: date


@dataclass(frozen=True, slots=True)
class MinutesPage:
    """The minutes on screen: `content` is version `number`, or the draft (0) while `versions` is empty (newest first).

    `wrote`: this reader wrote in it, until it was approved.
    `content` is None where it is not what was approved any more: nobody reads it as the minutes. `changes` are what a
    correction changed against the version before it.
    """

    meeting: Meeting
    content: MinutesContent | None
    number: int
    versions: tuple[VersionRow, ...]
    changes: tuple[PaperChange, ...]
    entries: tuple[EntryRow, ...]
    previous: LastMinutes | None
    may_write: bool
    may_approve: bool
    may_correct: bool
    wrote: bool
    may_reopen: bool
    former_closings: tuple[FormerClosing, ...] = ()

    @property
    def paper(self) -> MinutesContent:
        """For those who write in it. Raises NotAllowed where nobody may."""
        if self.content is None:
            raise NotAllowed
        return self.content

    @property
    def is_approved(self) -> bool:
        return bool(self.versions)

    @property
    def is_newest(self) -> bool:
        return not self.versions or self.number == self.versions[0].number

    @property
    def version(self) -> VersionRow | None:
        """The version on screen; None for a draft."""
        return next((row for row in self.versions if row.number == self.number), None)


def get_minutes_page(*, actor: Actor, public_id: UUID, number: int | None = None) -> MinutesPage:
    """The minutes of a held meeting, or with `number` an approved version as it was.

    A draft is shown only to those who may hold the meeting. Raises NotFound, and OpenAgain to them.
    """
    meeting = get_meeting(actor=actor, public_id=public_id)
    path = meeting.organization.path
    versions = list(meeting.minutes_versions.order_by("-number"))
    holder = actor.may(Permission.MEETINGS_HOLD, path)
    if meeting.state != MeetingState.HELD or not (versions or holder):
        refuse_open_again(actor=actor, meeting=meeting)
        raise NotFound
    chosen = next((version for version in versions if number in {None, version.number}), None)
    if chosen is None and number is not None:
        raise NotFound
    content = _read_kept(chosen) if chosen else build_minutes(actor=actor, meeting=meeting)
    return MinutesPage(
        meeting=meeting,
        content=content,
        number=chosen.number if chosen else 0,
        versions=tuple(_version_row(version) for version in versions),
        changes=_list_changes(versions, chosen),
        entries=tuple(_entry_row(entry, MeetingMode(meeting.mode)) for entry in list_entries(meeting))
        if holder
        else (),
        previous=find_last_minutes(meeting),
        may_write=holder and not versions,
        may_approve=not versions and may_finish(actor, meeting),
        wrote=holder and bool(versions) and versions[0].is_intact,
        may_correct=actor.may(Permission.MINUTES_CORRECT, path) and bool(versions) and versions[0].is_intact,
        may_reopen=holder and not versions and not is_built_on(meeting),
        former_closings=list_former_closings(meeting),
    )


def find_unapproved(*, actor: Actor, public_id: UUID) -> Meeting:
    """A held meeting without approved minutes, for those who see it but not the draft. Raises NotFound."""
    meeting = get_meeting(actor=actor, public_id=public_id)
    holds = actor.may(Permission.MEETINGS_HOLD, meeting.organization.path)
    if meeting.state != MeetingState.HELD or holds or meeting.minutes_versions.exists():
        raise NotFound
    return meeting


def get_minutes(*, actor: Actor, meeting: Meeting) -> MinutesContent:
    """What the paper of this meeting says now: the newest approved version, else the draft from the records.

    Raises ContentChanged, ContentUnreadable.
    """
    newest = newest_version(meeting)
    return newest.read_minutes() if newest else build_minutes(actor=actor, meeting=meeting)


@dataclass(frozen=True, slots=True)
class Corrigible:
    """What a correction of approved minutes may change besides texts, attendance and times."""

    votes: tuple[VoteRow, ...]
    remarks: tuple[RemarkRow, ...]
    duties: tuple[DutyRow, ...]


def list_corrigible(meeting: Meeting) -> Corrigible:
    """Votes, remarks and tasks of a meeting; tasks only while they are under way. The caller has passed its door."""
    return Corrigible(
        votes=list_votes(meeting),
        remarks=list_remarks(meeting),
        duties=tuple(row for row in list_given_duties(meeting) if row.is_open),
    )


def find_last_minutes(meeting: Meeting) -> LastMinutes | None:
    """The minutes of this cell approved last before this meeting; the caller has passed its door. One query."""
    before = Meeting.objects.held().filter(
        organization_id=meeting.organization_id, planned_for__lt=meeting.planned_for, minutes_versions__number=1
    )
    last = before.order_by("-planned_for", "-pk").first()
    return LastMinutes(last.public_id, last.held_on) if last else None


def newest_version(meeting: Meeting) -> MinutesVersion | None:
    """The approved minutes in use; None before the approval. One query."""
    return meeting.minutes_versions.order_by("-number").first()


def _read_kept(version: MinutesVersion) -> MinutesContent | None:
    """None where it was changed past the program, or cannot be read: the page says so in its place."""
    try:
        return version.read_minutes()
    except (ContentChanged, ContentUnreadable):
        return None


def _list_changes(versions: list[MinutesVersion], chosen: MinutesVersion | None) -> tuple[PaperChange, ...]:
    """Against the version before the chosen one."""
    before = next((one for one in versions if chosen and one.number == chosen.number - 1), None)
    former, latter = (_read_kept(version) if version else None for version in (before, chosen))
    return compare_papers(former, latter) if former and latter else ()


def _version_row(version: MinutesVersion) -> VersionRow:
    return VersionRow(
        number=version.number,
        approved_at=version.approved_at,
        approved_by_name=version.approved_by_name,
        reason=version.reason,
        sha256=version.sha256,
        intact=_read_kept(version) is not None,
    )


def _entry_row(entry: RollCallEntry, mode: MeetingMode) -> EntryRow:
    state = AttendanceState(entry.state)
    return EntryRow(
        public_id=entry.public_id,
        name=entry.member.full_name,
        state=state,
        reason=entry.reason,
        states=tuple(list_states(counted=entry.counted, state=state, mode=mode)),
    )
