"""The minutes: built from the records until they are approved, read from the newest locked version afterwards."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch
from django.utils import translation
from django.utils.timezone import localtime

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.meetings.choices import AttendanceState, MeetingState
from nennep.meetings.models import AgendaItem, Meeting, MinutesVersion, RollCallEntry, Speech
from nennep.meetings.queries.meeting import get_meeting
from nennep.meetings.queries.outcome import list_given_duties, list_last_tasks, list_remarks, list_votes
from nennep.meetings.rules.minutes import (
    AbsentPart,
    AttendancePart,
    DeparturePart,
    ItemPart,
    NewDutyPart,
    RemarkPart,
    SpeechPart,
    TaskPart,
    VotePart,
    hash_content,
)
from nennep.meetings.rules.minutes import (
    MinutesPaper as MinutesPaper,
)
from nennep.meetings.rules.outcome import say_rule
from nennep.meetings.rules.room import ABSENT, Mark, list_states, tally
from nennep.organizations.queries import breadcrumb


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
class MinutesPage:
    """The minutes on screen: `paper` is version `number`, or the draft (0) while `versions` is empty (newest first)."""

    meeting: Meeting
    paper: MinutesPaper
    number: int
    versions: tuple[VersionRow, ...]
    entries: tuple[EntryRow, ...]
    may_write: bool
    may_approve: bool
    may_correct: bool

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

    A draft is shown only to who may hold the meeting. Raises NotFound.
    """
    meeting = get_meeting(actor=actor, public_id=public_id)
    path = meeting.organization.path
    versions = list(meeting.minutes_versions.order_by("-number"))
    holder = actor.may(Permission.MEETINGS_HOLD, path)
    if meeting.state != MeetingState.HELD or not (versions or holder):
        raise NotFound
    chosen = next((version for version in versions if number in {None, version.number}), None)
    if chosen is None and number is not None:
        raise NotFound
    paper = _paper_of(chosen) if chosen else build_minutes(actor=actor, meeting=meeting)
    return MinutesPage(
        meeting=meeting,
        paper=paper,
        number=chosen.number if chosen else 0,
        versions=tuple(_version_row(version) for version in versions),
        entries=tuple(_entry_row(entry) for entry in _list_entries(meeting)) if holder else (),
        may_write=holder and not versions,
        may_approve=actor.may(Permission.MINUTES_APPROVE, path) and not versions,
        may_correct=actor.may(Permission.MINUTES_CORRECT, path) and bool(versions),
    )


def get_minutes(*, actor: Actor, meeting: Meeting) -> MinutesPaper:
    """What the paper of this meeting says now: the newest approved version, else the draft from the records."""
    newest = newest_version(meeting)
    return _paper_of(newest) if newest else build_minutes(actor=actor, meeting=meeting)


def newest_version(meeting: Meeting) -> MinutesVersion | None:
    """The approved minutes in use; None before the approval. One query."""
    return meeting.minutes_versions.order_by("-number").first()


def build_minutes(*, actor: Actor, meeting: Meeting) -> MinutesPaper:
    """The minutes from the records of a closed meeting, in Vietnamese. About ten queries."""
    with translation.override("vi"):
        upper = breadcrumb(meeting.organization)[:-1]
        opened = localtime(meeting.opened_at or meeting.planned_for)
        return MinutesPaper(
            cell=meeting.organization.name,
            upper=upper[-1].name if upper else "",
            kind=meeting.get_kind_display(),
            mode=meeting.get_mode_display(),
            month=str(Month.of(meeting.month)),
            opened_at=opened.isoformat(timespec="minutes"),
            closed_at=localtime(meeting.closed_at or opened).isoformat(timespec="minutes"),
            place=meeting.place,
            chair=meeting.chair.full_name if meeting.chair else "",
            minute_taker=meeting.minute_taker.full_name if meeting.minute_taker else "",
            upper_guest=meeting.upper_guest,
            guests=meeting.guests,
            fee_note=meeting.fee_note,
            attendance=build_attendance(meeting),
            conclusion=meeting.conclusion,
            items=_build_items(meeting),
            tasks=_build_tasks(actor, meeting),
            remarks=tuple(RemarkPart(str(row.kind.label), row.name, row.text) for row in list_remarks(meeting)),
            votes=_build_votes(meeting),
            duties=_build_duties(meeting),
            departures=tuple(
                DeparturePart(say_rule(departure.rule_key), departure.reason)
                for departure in meeting.departures.order_by("at", "pk")
            ),
        )


def build_attendance(meeting: Meeting) -> AttendancePart:
    """The roll call in figures and the absent by name, in Vietnamese. One query."""
    with translation.override("vi"):
        return make_attendance(_list_entries(meeting))


def make_attendance(entries: Sequence[RollCallEntry]) -> AttendancePart:
    """`build_attendance` from rows at hand, in the order in which the absent are to be named. No query."""
    counts = tally(Mark(AttendanceState(entry.state), entry.counted, entry.votes) for entry in entries)
    states = [entry.state for entry in entries]
    return AttendancePart(
        called=counts.called,
        counted=counts.counted,
        present=counts.present,
        excused=counts.excused,
        unexcused=counts.unexcused,
        exempt=states.count(AttendanceState.EXEMPT),
        elsewhere=states.count(AttendanceState.ELSEWHERE),
        absent=tuple(
            AbsentPart(entry.member.full_name, entry.get_state_display(), entry.reason)
            for entry in entries
            if entry.counted and entry.state in {*ABSENT, AttendanceState.UNMARKED}
        ),
        late=tuple(entry.member.full_name for entry in entries if entry.state == AttendanceState.LATE),
    )


def _list_entries(meeting: Meeting) -> list[RollCallEntry]:
    unread = ("member__ethnic_group", "member__religion", "member__identity_number")
    entries = meeting.roll_call.select_related("member").defer(*unread)
    return list(entries.order_by("member__name_key", "member_id"))


def _build_items(meeting: Meeting) -> tuple[ItemPart, ...]:
    speeches = Speech.objects.select_related("member").order_by("first_at", "pk")
    items = meeting.agenda.select_related("presenter").prefetch_related(Prefetch("speeches", speeches))
    return tuple(make_item_part(item, item.speeches.all()) for item in items.order_by("position", "pk"))


def make_item_part(item: AgendaItem, speeches: Iterable[Speech]) -> ItemPart:
    """One item and who spoke on it, in the order of their first words. No query when presenter and members are loaded."""
    return ItemPart(
        id=str(item.public_id),
        phase=item.get_phase_display(),
        topic=item.topic,
        title=item.title,
        presenter=item.presenter.full_name if item.presenter else "",
        note=item.note,
        conclusion=item.conclusion,
        speeches=tuple(SpeechPart(speech.member.full_name, speech.opinion, speech.count) for speech in speeches),
    )


def _build_tasks(actor: Actor, meeting: Meeting) -> tuple[TaskPart, ...]:
    rows = list_last_tasks(actor=actor, meeting=meeting)
    return tuple(TaskPart(row.title, row.assignee, str(row.opening.label), row.result) for row in rows)


def _build_votes(meeting: Meeting) -> tuple[VotePart, ...]:
    return tuple(
        VotePart(row.subject, row.method, row.base, row.in_favour, row.against, row.other, row.passed)
        for row in list_votes(meeting)
    )


def _build_duties(meeting: Meeting) -> tuple[NewDutyPart, ...]:
    return tuple(
        NewDutyPart(row.title, row.assignee, row.helper, row.due_on.isoformat() if row.due_on else "")
        for row in list_given_duties(meeting)
    )


def _paper_of(version: MinutesVersion) -> MinutesPaper:
    return MinutesPaper.from_content(version.content)


def _version_row(version: MinutesVersion) -> VersionRow:
    return VersionRow(
        number=version.number,
        approved_at=version.approved_at,
        approved_by_name=version.approved_by_name,
        reason=version.reason,
        sha256=version.sha256,
        intact=hash_content(version.content) == version.sha256,
    )


def _entry_row(entry: RollCallEntry) -> EntryRow:
    state = AttendanceState(entry.state)
    return EntryRow(
        public_id=entry.public_id,
        name=entry.member.full_name,
        state=state,
        reason=entry.reason,
        states=tuple(list_states(counted=entry.counted, state=state)),
    )
