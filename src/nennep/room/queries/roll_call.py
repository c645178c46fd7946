"""The roll call as the room shows it; the row of one member, to read and to mark."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils.timezone import get_default_timezone, localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.periods import day_of
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingMode
from nennep.meetings.models import Meeting
from nennep.members.choices import MembershipKind, Standing
from nennep.members.models import Membership
from nennep.members.queries import posts_on, tell_apart
from nennep.policies.queries import rules_for
from nennep.room.choices import AttendanceState, MarkMethod
from nennep.room.models import RollCallEntry
from nennep.room.rules.room import (
    RollMark,
    RollTally,
    Standee,
    next_state,
    tally,
    votes_now,
)

# A state as the style sheet names it (mockups: present, late, excused, unexcused, none).
_LOOKS = {
    AttendanceState.PRESENT: "present",
    AttendanceState.ONLINE: "present",
    AttendanceState.LATE: "late",
    AttendanceState.LEFT_EARLY: "late",
    AttendanceState.EXCUSED: "excused",
    AttendanceState.UNEXCUSED: "unexcused",
}


@dataclass(frozen=True, slots=True)
class RollRow:
    """One person of the roll call. `about` is the time or reason of the state, `post` what the person is in the cell.

    `following` is what one tap makes of the state. `claimed` is the time at which somebody marked absent said by the code
    that they are there; empty otherwise.
    """

    public_id: UUID
    member_public_id: UUID
    name: str
    about: str
    post: str
    state: AttendanceState
    counted: bool
    can_vote: bool
    standing: str
    reason: str
    arrived_at: time | None
    left_at: time | None
    claimed: str
    following: AttendanceState

    @property
    def look(self) -> str:
        return _LOOKS.get(self.state, "none")


@dataclass(frozen=True, slots=True)
class LastMark:
    """What Hoàn tác would take back: one person's state, or how many were marked at once."""

    name: str
    state: str
    count: int

    @property
    def words(self) -> str:
        """`Vừa ghi Lò Văn Chung có mặt`, `Vừa ghi 12 đồng chí có mặt`."""
        state = self.state.lower()
        if self.count > 1:
            return ngettext(
                "Vừa ghi %(count)s đồng chí %(state)s", "Vừa ghi %(count)s đồng chí %(state)s", self.count
            ) % {"count": self.count, "state": state}
        return _("Vừa ghi %(name)s %(state)s") % {"name": self.name, "state": state}


@dataclass(frozen=True, slots=True)
class RollCall:
    """`rows` are counted persons by given name, `uncounted` the others; `target` percent of attendance."""

    meeting: Meeting
    rows: tuple[RollRow, ...]
    uncounted: tuple[RollRow, ...]
    tally: RollTally
    target: int
    last: LastMark | None

    @property
    def attending(self) -> tuple[RollRow, ...]:
        """Who may speak, by given name."""
        return tuple(row for row in (*self.rows, *self.uncounted) if row.state.is_there)


def get_roll_call(*, meeting: Meeting) -> RollCall:
    """The roll call of a meeting that is open or over. Three queries."""
    entries = list(meeting.roll_call.select_related("member").order_by("member__name_key", "member_id"))
    held = reversed(posts_on(meeting.organization_id, meeting.held_on))
    posts = {holder.member_id: str(holder.kind.label) for holder in held}
    if meeting.minute_taker_id:
        posts[meeting.minute_taker_id] = _("Thư ký")
    names = tell_apart(entry.member for entry in entries)
    mode = MeetingMode(meeting.mode)
    rows = [_roll_row(entry, names[entry.member_id], posts.get(entry.member_id, ""), mode) for entry in entries]
    rules = rules_for(organization=meeting.organization, on=meeting.held_on)
    return RollCall(
        meeting=meeting,
        rows=tuple(row for row in rows if row.counted),
        uncounted=tuple(row for row in rows if not row.counted),
        tally=tally(RollMark(AttendanceState(one.state), one.counted, one.votes) for one in entries),
        target=rules.attendance_target,
        last=_find_last(entries),
    )


def _roll_row(entry: RollCallEntry, name: str, post: str, mode: MeetingMode) -> RollRow:
    return RollRow(
        public_id=entry.public_id,
        member_public_id=entry.member.public_id,
        name=name,
        about=_say_state(entry),
        post=_say_person(entry, post),
        state=AttendanceState(entry.state),
        counted=entry.counted,
        can_vote=entry.votes,
        standing=str(Standing(entry.standing).label),
        reason=entry.reason,
        arrived_at=entry.arrived_at,
        left_at=entry.left_at,
        claimed=f"{localtime(entry.claimed_at):%H:%M}" if entry.claimed_at else "",
        following=next_state(AttendanceState(entry.state), mode),
    )


def _say_state(entry: RollCallEntry) -> str:
    """The times, else the reason of the state, else that it came by the code; for the small line of the row."""
    times = []
    if entry.arrived_at:
        times.append(_("vào lúc %(time)s") % {"time": f"{entry.arrived_at:%H:%M}"})
    if entry.left_at:
        times.append(_("về lúc %(time)s") % {"time": f"{entry.left_at:%H:%M}"})
    if times or entry.reason:
        return ", ".join(times) or entry.reason
    return _("bằng mã trong phòng") if entry.method == MarkMethod.CODE and entry.marked_at else ""


def _say_person(entry: RollCallEntry, post: str) -> str:
    """The post, else what is unusual of the membership."""
    if post:
        return post
    if entry.temporary:
        return str(MembershipKind.TEMPORARY.label)
    return _("Dự bị") if entry.standing == Standing.PROBATIONARY else ""


def _find_last(entries: Sequence[RollCallEntry]) -> LastMark | None:
    marked = [entry for entry in entries if entry.previous_state and entry.marked_at]
    if not marked:
        return None
    newest = max(entry.marked_at for entry in marked if entry.marked_at)
    together = [entry for entry in marked if entry.marked_at == newest]
    return LastMark(together[0].member.full_name, together[0].get_state_display(), len(together))


def get_entry(*, actor: Actor, public_id: UUID) -> RollCallEntry:
    """A row of the roll call with its member, meeting and cell. Raises NotFound. One query."""
    entries = RollCallEntry.objects.select_related("meeting__organization", "member")
    entry = entries.filter(meeting__in=Meeting.objects.visible_to(actor), public_id=public_id).first()
    if entry is None:
        raise NotFound
    return entry


@dataclass(frozen=True, slots=True)
class Marked:
    """What one tap changed: the row's state and small line, the counts of the whole."""

    public_id: UUID
    name: str
    state: AttendanceState
    about: str
    tally: RollTally
    following: AttendanceState

    @property
    def look(self) -> str:
        return _LOOKS.get(self.state, "none")

    @property
    def last(self) -> LastMark:
        return LastMark(self.name, str(self.state.label), 1)


def get_marked(*, entry: RollCallEntry) -> Marked:
    """The answer to a tap. One query."""
    rows = RollCallEntry.objects.filter(meeting_id=entry.meeting_id).order_by().values_list("state", "counted", "votes")
    marks = [RollMark(AttendanceState(state), counted, votes) for state, counted, votes in rows]
    state = AttendanceState(entry.state)
    following = next_state(state, MeetingMode(entry.meeting.mode))
    return Marked(entry.public_id, entry.member.full_name, state, _say_state(entry), tally(marks), following)


# What a tap needs of a row's member and meeting: everything else would only be read and thrown away.
_TAPPED = (
    "meeting__organization__path",
    "meeting__organization__name",
    *(
        f"meeting__{name}"
        for name in ("public_id", "state", "mode", "month", "planned_for", "opened_at", "organization")
    ),
    *(f"member__{name}" for name in ("public_id", "full_name", "user_id")),
    *("public_id", "member", "meeting", "standing", "temporary", "counted", "votes", "state", "reason", "method"),
    *("arrived_at", "left_at", "previous_state", "previous_reason", "previous_arrived_at", "previous_left_at"),
    *("claimed_at", "marked_at", "marked_by"),
)


def lock_entry(*, actor: Actor, public_id: UUID) -> RollCallEntry:
    """A row of the roll call with its member, meeting and cell, locked with the meeting; for those who may hold the meeting.

    Door, lock and whether the member still `belongs` to the cell on that day in one query that reads few columns, because
    a tap in the room must be quick. Raises NotFound, NotAllowed.
    """
    day = OuterRef("day")
    sits = Membership.objects.filter(member=OuterRef("member"), organization=OuterRef("meeting__organization"))
    sits = sits.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)
    held_on = TruncDate("meeting__opened_at", tzinfo=get_default_timezone())
    entries = RollCallEntry.objects.annotate(day=held_on).annotate(belongs=Exists(sits)).only(*_TAPPED)
    entries = entries.select_for_update(of=("self", "meeting")).select_related("meeting__organization", "member")
    entry = entries.filter(public_id=public_id).order_by("pk").first()  # the usual order joins more and costs more
    if entry is None or not actor.may(Permission.MEETINGS_READ, entry.meeting.organization.path):
        raise NotFound
    actor.require(Permission.MEETINGS_HOLD, entry.meeting.organization.path)
    return entry


def sits_in_cell(member_id: int, meeting: Meeting) -> bool:
    """Whether the member belongs to the meeting's cell on its day, as the list says now. One query."""
    rows = Membership.objects.on(meeting.held_on).filter(member_id=member_id, organization_id=meeting.organization_id)
    return rows.exists()


def has_vote(entry: RollCallEntry) -> bool:
    """Whether the person of this row belongs to the base of votes, as it is marked. At most two queries.

    Those who work in the cell have a vote or none for the whole meeting: their tap asks no rule.
    """
    if Standing(entry.standing).is_active:
        return entry.votes
    standee = Standee(entry.standing, entry.temporary, entry.votes, AttendanceState(entry.state))
    rules = rules_for(organization=entry.meeting.organization, on=entry.meeting.held_on)
    return votes_now(standee, rules.vote_base)


def find_last_seen(member_id: int, organization_id: int, after: date) -> date | None:
    """The last day after that one on which the member was at a meeting of the cell, whole or in part. One query."""
    there = RollCallEntry.objects.filter(
        member_id=member_id,
        state__in=AttendanceState.there(),
        meeting__organization_id=organization_id,
        meeting__opened_at__date__gt=after,
    )
    moment = there.order_by("-meeting__opened_at").values_list("meeting__opened_at", flat=True).first()
    return day_of(moment) if moment else None


def find_together(member_id: int, other_id: int) -> date | None:
    """The last day on which both were at one meeting, whole or in part. One query."""
    there = RollCallEntry.objects.filter(state__in=AttendanceState.there())
    meetings = there.filter(member_id=other_id).values("meeting")
    both = there.filter(member_id=member_id, meeting__in=meetings, meeting__opened_at__isnull=False)
    moment = both.order_by("-meeting__opened_at").values_list("meeting__opened_at", flat=True).first()
    return day_of(moment) if moment else None
