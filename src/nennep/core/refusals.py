"""Why somebody is refused, where more can be said than that they may not: asked of higher contexts, which know of units and roles.

Asked once, when the refusal becomes an answer; who registers stands in `handlers.py`.
"""

from collections.abc import Callable

from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed
from nennep.core.events import load_handlers

Explain = Callable[[Actor, NotAllowed], NotAllowed | None]
_explanations: list[Explain] = []


def register_explanation(explain: Explain) -> None:
    """Called once per context; one registered twice counts once. What it gives takes the place of the refusal, None leaves it."""
    if explain not in _explanations:
        _explanations.append(explain)


def explain_refusal(error: DomainError, actor: Actor | None) -> DomainError:
    """The refusal as this person is told it. Only that somebody may not do something on a unit is explained."""
    if actor is None or not isinstance(error, NotAllowed) or "path" not in error.details:
        return error
    load_handlers()
    found = (explain(actor, error) for explain in _explanations)
    return next((one for one in found if one is not None), error)
