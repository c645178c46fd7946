"""Audit verbs are declared by each context in its own `choices.py` and registered here by its `apps.py`."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Between the kind and the id of somebody whom the trail does not name.
KEY_SEPARATOR = "/"

_labels: dict[str, str | Promise] = {}


def register_verbs(verbs: type[TextChoices]) -> None:
    """Make the labels of a context's verbs known to the pages that show the trail."""
    _labels.update(verbs.choices)


def verb_label(verb: str) -> str:
    """What people read for a verb; the verb itself when its context is gone."""
    return str(_labels.get(verb, verb))


# What of an event's details people read, in this order; the rest is for programs.
_DETAIL_LABELS = {
    "former": _("Tên cũ"),
    "name": _("Tên"),
    "code": _("Mã"),
    "parent": _("Về"),
    "predecessor": _("Nhận"),
    "successor": _("Nhập vào"),
    "parts": _("Thành"),
    "count": _("Số lượng"),
    "on": _("Từ ngày"),
    "reason": _("Lý do"),
}


def say_details(details: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Label and value of those details that mean something to people."""
    for key, label in _DETAIL_LABELS.items():
        value = details.get(key)
        if value not in (None, "", []):
            yield str(label), _say(key, value)


def _say(key: str, value: Any) -> str:
    if key == "on":
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
