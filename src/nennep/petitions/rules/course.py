"""What may follow in a petition's course. Pure (rules.md §7)."""

from collections.abc import Iterable

from nennep.petitions.choices import COUNTED_ANEW, PetitionState, StepKind

_WORD = frozenset({StepKind.SOLVED, StepKind.PARTLY, StepKind.REOPENED})
_AFTER: dict[PetitionState, frozenset[StepKind]] = {
    PetitionState.OPEN: frozenset(
        {
            *(StepKind.PASSED_ON, StepKind.BOUNCED, StepKind.RISEN, StepKind.ROUTED, StepKind.ENDED),
            *(StepKind.ANSWERED, StepKind.EXTENDED, StepKind.ASKED, StepKind.WITHDRAWN, StepKind.JOINED),
        }
    ),
    PetitionState.CLARIFYING: frozenset(
        {StepKind.CLARIFIED, StepKind.ANSWERED, StepKind.ENDED, StepKind.WITHDRAWN, StepKind.JOINED}
    ),
    PetitionState.PROMISED: frozenset({*_WORD, StepKind.DONE, StepKind.ANSWERED, StepKind.WITHDRAWN}),
    PetitionState.ANSWERED: frozenset({*_WORD, StepKind.PASSED_ON, StepKind.ANSWERED, StepKind.WITHDRAWN}),
    PetitionState.SOLVED: frozenset({StepKind.REOPENED}),
    PetitionState.OPINION: frozenset({StepKind.READ}),
    PetitionState.READ: frozenset(),
    PetitionState.WITHDRAWN: frozenset({StepKind.REOPENED}),
    PetitionState.JOINED: frozenset({StepKind.SEPARATED}),
}


# What becomes of a petition's state by each step but joining, parting and what changes none.
_BEFORE_JOINING = frozenset(StepKind) - {
    *(StepKind.JOINED, StepKind.SEPARATED, StepKind.MERGED, StepKind.ROUTED, StepKind.ENDED),
    *(StepKind.EXTENDED, *COUNTED_ANEW),
}


def find_state_of_parted(kinds: Iterable[StepKind]) -> PetitionState:
    """The state that a petition had when it was joined, from all its steps, oldest first: only what runs is joined."""
    last = [kind for kind in kinds if kind in _BEFORE_JOINING][-1:]
    return PetitionState.CLARIFYING if last == [StepKind.ASKED] else PetitionState.OPEN


def may_follow(state: PetitionState, step: StepKind) -> bool:
    """Whether this step is possible in this state. What was settled can only be opened again."""
    return step in _AFTER[state]
