"""Guests of a meeting as its pages show them."""

from dataclasses import dataclass
from datetime import time
from uuid import UUID

from nennep.meetings.models import Meeting
from nennep.meetings.queries.sources import GuestNames
from nennep.room.choices import GuestKind, GuestState


@dataclass(frozen=True, slots=True)
class GuestRow:
    """One guest. `planned` when a visit of the plan expects them: only marked, never removed by the cell."""

    public_id: UUID
    name: str
    kind: GuestKind
    state: GuestState
    arrived_at: time | None
    planned: bool

    @property
    def look(self) -> str:
        """The state as the style sheet names it, as in the roll call."""
        return {GuestState.PRESENT: "present", GuestState.ABSENT: "excused"}.get(self.state, "none")


def list_guests(meeting: Meeting) -> list[GuestRow]:
    """Officials first, then guests, in the order they were written down. The caller has passed the meeting's door. One query."""
    guests = meeting.guest_list.order_by("-kind", "pk")
    return [
        GuestRow(
            public_id=guest.public_id,
            name=guest.name,
            kind=GuestKind(guest.kind),
            state=GuestState(guest.state),
            arrived_at=guest.arrived_at,
            planned=bool(guest.origin_id),
        )
        for guest in guests
    ]


def name_guests(meeting: Meeting) -> GuestNames:
    """The names of both kinds: what older meetings kept as text, then the list. One query."""
    coming = {GuestState.PRESENT} if meeting.opened_at else {GuestState.PRESENT, GuestState.EXPECTED}
    rows = [row for row in list_guests(meeting) if row.state in coming]
    return GuestNames(
        officials=_join(meeting.upper_guest, rows, GuestKind.OFFICIAL),
        guests=_join(meeting.guests, rows, GuestKind.GUEST),
    )


def _join(text: str, rows: list[GuestRow], kind: GuestKind) -> str:
    names = [row.name for row in rows if row.kind == kind and row.name not in text]
    return "; ".join(filter(None, [text, *names]))
