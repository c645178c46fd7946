"""What waits for an answer in the room: petitions, and comments that officials gave."""

from dataclasses import dataclass

from nennep.meetings.choices import AdviceState
from nennep.meetings.models import Meeting
from nennep.meetings.queries.advice import AdviceRow, list_meeting_advice
from nennep.meetings.queries.agenda import origin_of
from nennep.petitions.choices import PetitionField
from nennep.petitions.queries import PetitionRow, list_of_origin, list_waiting


@dataclass(frozen=True, slots=True)
class AskedPanel:
    """`petitions` wait for an answer or for the cell's word; `noted` were written down at this meeting; `advice` is to answer."""

    petitions: tuple[PetitionRow, ...]
    noted: tuple[PetitionRow, ...]
    advice: tuple[AdviceRow, ...]

    @property
    def advice_open(self) -> int:
        return sum(row.is_open for row in self.advice)

    @property
    def fields(self) -> list[PetitionField]:
        """Of what area a new petition may be."""
        return list(PetitionField)

    @property
    def answers(self) -> list[AdviceState]:
        """What may have become of a comment."""
        return [state for state in AdviceState if state != AdviceState.OPEN]


def get_asked(*, meeting: Meeting) -> AskedPanel:
    """The caller has passed the meeting's door. Three queries."""
    today = meeting.held_on
    return AskedPanel(
        petitions=tuple(list_waiting(organization_id=meeting.organization_id, today=today)),
        noted=tuple(list_of_origin(origin=origin_of(meeting), today=today)),
        advice=tuple(list_meeting_advice(meeting)),
    )
