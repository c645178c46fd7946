"""What a secretary leaves to the next one: everything of the cell that is open, on one page. No paper has a form for it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from nennep.accounts.queries import CodeRow, list_open_codes
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.permissions import Permission
from nennep.documents.queries import IncomingRow, list_waiting
from nennep.duties.queries import DutyRow, list_open_duties
from nennep.meetings.queries.advice import AdviceRow, list_cell_advice
from nennep.members.queries import PostHolder, StandInRow, posts_on
from nennep.members.queries.stand_ins import list_stand_ins
from nennep.organizations.models import Organization
from nennep.petitions.queries import PetitionRow
from nennep.petitions.queries import list_waiting as list_waiting_petitions
from nennep.records.queries.cycle import WaitingMeeting, list_waiting_meetings
from nennep.records.queries.filing import get_cell

SHOWN = 100  # rows of one kind


@dataclass(frozen=True, slots=True)
class Handover:
    """All that waits in a cell on a day; each list has the first hundred. `leaders` hold posts, `codes` nobody has used yet."""

    cell: Organization
    on: date
    leaders: tuple[PostHolder, ...]
    stand_ins: tuple[StandInRow, ...]
    meetings: tuple[WaitingMeeting, ...]
    duties: tuple[DutyRow, ...]
    petitions: tuple[PetitionRow, ...]
    advice: tuple[AdviceRow, ...]
    papers: tuple[IncomingRow, ...]
    codes: tuple[CodeRow, ...]

    @property
    def count(self) -> int:
        """Things that wait for somebody."""
        lists = (self.meetings, self.duties, self.petitions, self.advice, self.papers, self.codes)
        return sum(len(rows) for rows in lists)


def get_handover(*, actor: Actor, cell: UUID, now: datetime) -> Handover:
    """For those who run the cell or write its list. Nine queries at most. Raises NotFound, NotAllowed."""
    unit, today = get_cell(actor=actor, public_id=cell), now.date()
    if not any(actor.may(one, unit.path) for one in (Permission.MEETINGS_PREPARE, Permission.MEMBERS_WRITE)):
        raise NotAllowed
    duties = list_open_duties(actor=actor, organization=unit, today=today)
    return Handover(
        cell=unit,
        on=today,
        leaders=tuple(posts_on(unit.pk, today)),
        stand_ins=list_stand_ins(organization_id=unit.pk, today=today),
        meetings=list_waiting_meetings(actor=actor, cell=unit, but=None, today=today)[:SHOWN],
        duties=duties[:SHOWN],
        petitions=tuple(list_waiting_petitions(organization_id=unit.pk, today=today)[:SHOWN]),
        advice=tuple(row for row in list_cell_advice(organization_id=unit.pk) if row.is_open)[:SHOWN],
        papers=list_waiting(organization_id=unit.pk)[:SHOWN],
        codes=tuple(list_open_codes(unit_path=unit.path, now=now)[:SHOWN]),
    )
