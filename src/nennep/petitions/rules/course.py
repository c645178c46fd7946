"""What may follow in a petition's course. Pure (rules.md §7)."""

from nennep.petitions.choices import PetitionState, StepKind

_AFTER: dict[PetitionState, frozenset[StepKind]] = {
    PetitionState.OPEN: frozenset({StepKind.PASSED_ON, StepKind.ANSWERED, StepKind.WITHDRAWN, StepKind.JOINED}),
    PetitionState.ANSWERED: frozenset(
        {StepKind.PASSED_ON, StepKind.ANSWERED, StepKind.SOLVED, StepKind.REOPENED, StepKind.WITHDRAWN}
    ),
    PetitionState.SOLVED: frozenset({StepKind.REOPENED}),
    PetitionState.WITHDRAWN: frozenset({StepKind.REOPENED}),
    PetitionState.JOINED: frozenset({StepKind.SEPARATED}),
}


def may_follow(state: PetitionState, step: StepKind) -> bool:
    """Whether this step is possible in this state. What was settled can only be opened again."""
    return step in _AFTER[state]
