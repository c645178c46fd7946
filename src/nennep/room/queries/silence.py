"""Who has been silent for some meetings: for the eyes of the chair and the secretary only (G22)."""

from dataclasses import dataclass

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.meetings.models import Meeting
from nennep.members.choices import PostKind
from nennep.members.queries import find_own_member, posts_on
from nennep.room.choices import AttendanceState
from nennep.room.models import RollCallEntry, Speech
from nennep.room.rules.silence import LOOK_BACK, Attended, find_silent


@dataclass(frozen=True, slots=True)
class SilentRow:
    """Somebody in the room who did not speak in the last `meetings` meetings they attended, nor in this one so far."""

    name: str
    meetings: int


def may_see_silent(*, actor: Actor, meeting: Meeting) -> bool:
    """Whether the actor chairs this meeting or is the cell's secretary on its day. Two queries."""
    own = find_own_member(actor=actor)
    if own is None:
        return False
    holders = posts_on(meeting.organization_id, meeting.held_on)
    secretaries = {holder.member_id for holder in holders if holder.kind == PostKind.SECRETARY}
    return own.pk in secretaries | {meeting.chair_id}


def list_silent(*, actor: Actor, meeting: Meeting) -> list[SilentRow]:
    """Members in the room whom the chair may like to invite, by given name. Raises NotFound for everybody else. Seven queries."""
    if not may_see_silent(actor=actor, meeting=meeting):
        raise NotFound
    here = meeting.roll_call.filter(state__in=AttendanceState.there()).select_related("member")
    entries = list(here.order_by("member__name_key", "member_id"))
    spoke = _speakers_of([meeting.pk]).get(meeting.pk, frozenset())
    silent = find_silent((entry.member_id for entry in entries), _list_attended(meeting))
    return [
        SilentRow(entry.member.full_name, silent[entry.member_id])
        for entry in entries
        if entry.member_id in silent and entry.member_id not in spoke
    ]


def _list_attended(meeting: Meeting) -> list[Attended]:
    """The meetings before this one in which somebody was noted as speaking, latest first."""
    before = Meeting.objects.held().filter(organization_id=meeting.organization_id, planned_for__lt=meeting.planned_for)
    ids = list(before.order_by("-planned_for", "-pk").values_list("pk", flat=True)[:LOOK_BACK])
    present: dict[int, set[int]] = {}
    marks = RollCallEntry.objects.filter(meeting__in=ids, state__in=AttendanceState.there()).order_by("pk")
    for meeting_id, member_id in marks.values_list("meeting_id", "member_id"):
        present.setdefault(meeting_id, set()).add(member_id)
    spoke = _speakers_of(ids)
    return [Attended(frozenset(present.get(one, ())), spoke[one]) for one in ids if one in spoke]


def _speakers_of(meetings: list[int]) -> dict[int, frozenset[int]]:
    """Members who spoke, by meeting; a meeting where nobody was noted is left out: its keeper did not tap names. One query."""
    found: dict[int, set[int]] = {}
    speeches = Speech.objects.filter(item__meeting__in=meetings).order_by("pk")
    for meeting_id, member_id in speeches.values_list("item__meeting_id", "member_id"):
        found.setdefault(meeting_id, set()).add(member_id)
    return {meeting_id: frozenset(members) for meeting_id, members in found.items()}
