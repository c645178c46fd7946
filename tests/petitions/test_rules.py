"""What may follow in a petition's course."""

import pytest

from nennep.organizations.choices import UnitKind
from nennep.petitions.choices import PetitionState, StepKind
from nennep.petitions.rules import may_follow
from nennep.policies.rules import ResponseDays

OPEN, ANSWERED, SOLVED = PetitionState.OPEN, PetitionState.ANSWERED, PetitionState.SOLVED
WITHDRAWN, JOINED, PROMISED, CLARIFYING = (
    PetitionState.WITHDRAWN,
    PetitionState.JOINED,
    PetitionState.PROMISED,
    PetitionState.CLARIFYING,
)


@pytest.mark.parametrize(
    ("step", "states"),
    [
        (StepKind.PASSED_ON, [OPEN, ANSWERED]),
        (StepKind.BOUNCED, [OPEN]),
        (StepKind.ANSWERED, [OPEN, CLARIFYING, PROMISED, ANSWERED]),
        (StepKind.EXTENDED, [OPEN]),
        (StepKind.ASKED, [OPEN]),
        (StepKind.CLARIFIED, [CLARIFYING]),
        (StepKind.DONE, [PROMISED]),
        (StepKind.SOLVED, [PROMISED, ANSWERED]),
        (StepKind.PARTLY, [PROMISED, ANSWERED]),
        (StepKind.REOPENED, [PROMISED, ANSWERED, SOLVED, WITHDRAWN]),
        (StepKind.READ, [PetitionState.OPINION]),
        (StepKind.WITHDRAWN, [OPEN, CLARIFYING, PROMISED, ANSWERED]),
        (StepKind.JOINED, [OPEN, CLARIFYING]),
        (StepKind.SEPARATED, [JOINED]),
    ],
    ids=lambda value: value.value if isinstance(value, StepKind) else "",
)
def test_each_step_has_its_states(step: StepKind, states: list[PetitionState]) -> None:
    assert [state for state in PetitionState if may_follow(state, step)] == states


def test_the_level_decides_how_long_an_answer_may_take() -> None:
    days = ResponseDays(30, 60, 90)
    kinds = (UnitKind.CELL, UnitKind.BASE, UnitKind.UPPER_DIRECT, UnitKind.PROVINCE, UnitKind.CENTRAL)
    assert [days.of_level(kind) for kind in kinds] == [30, 30, 60, 60, 90]
