"""What waits for an answer in the room: petitions, and comments that officials gave."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from nennep.meetings.choices import AdviceState
from nennep.meetings.models import Meeting
from nennep.meetings.queries.advice import AdviceRow, list_meeting_advice
from nennep.meetings.queries.agenda import origin_of
from nennep.petitions.choices import PetitionField
from nennep.petitions.queries import PetitionRow, list_of_origin, list_waiting

WORD_OF = "loi-"  # begins the name of the field beside a comment


@dataclass(frozen=True, slots=True)
class AskedPanel:
    """`petitions` wait for an answer or for the cell's word; `noted` were written down at this meeting; `advice` is to answer."""

    petitions: tuple[PetitionRow, ...]
    noted: tuple[PetitionRow, ...]
    advice: tuple[AdviceRow, ...]

    @property
    def advice_open(self) -> int:
        return sum(row.is_open for row in self.advice)

    def with_words(self, words: Mapping[str, str]) -> "AskedPanel":
        """With what was typed beside comments that another one was answered before, by the names of the fields."""
        rows = ((row, words.get(f"{WORD_OF}{row.public_id}", "").strip()) for row in self.advice)
        return replace(self, advice=tuple(replace(row, typed=said if said != row.answer else "") for row, said in rows))

    @property
    def has_words(self) -> bool:
        """Something stands beside a comment that is not saved."""
        return any(row.typed for row in self.advice)

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
