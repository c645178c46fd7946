"""Audit verbs are declared by each context in its own `choices.py` and registered here by its `apps.py`."""

from django.db.models import TextChoices
from django.utils.functional import Promise

_labels: dict[str, str | Promise] = {}


def register_verbs(verbs: type[TextChoices]) -> None:
    """Make the labels of a context's verbs known to the pages that show the trail."""
    _labels.update(verbs.choices)


def verb_label(verb: str) -> str:
    """What people read for a verb; the verb itself when its context is gone."""
    return str(_labels.get(verb, verb))
