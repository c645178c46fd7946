"""How a lower context tells a higher one that something happened.

The lower context defines a frozen dataclass that inherits `Event` and publishes it; the higher one subscribes in its
`handlers.py`. Handlers run inside the transaction of what happened, in the order of INSTALLED_APPS: it is all there, or
nothing of it. What leaves the database (mail, push, jobs) a handler enqueues for after the commit (core/queue.py).
"""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from django.db import transaction
from django.utils.module_loading import autodiscover_modules


class Event:
    """Something that happened, in the past tense, with ids only."""


class NotInTransaction(RuntimeError):
    """Published outside of a transaction: what follows could not be undone together with what happened."""


_AnyEvent = TypeVar("_AnyEvent", bound=Event)
_handlers: dict[type[Event], list[Callable[[Any], None]]] = {}


def subscribe(kind: type[_AnyEvent]) -> Callable[[Callable[[_AnyEvent], None]], Callable[[_AnyEvent], None]]:
    """Decorate a handler of `kind`."""

    def register(handler: Callable[[_AnyEvent], None]) -> Callable[[_AnyEvent], None]:
        _handlers.setdefault(kind, []).append(handler)
        return handler

    return register


@cache
def load_handlers() -> None:
    """Import `handlers` and `references` of every context, in the order of INSTALLED_APPS; once. Called before anything asks them.

    Not at the start: handlers import services, these most of the program, and a command that only reads asks none.
    """
    autodiscover_modules("handlers", "references")


def publish(event: Event) -> None:
    """Call the subscribers now, when the rows that tell of the event are written, inside the transaction that wrote them.

    What a subscriber raises reaches the publisher, and undoes what happened. Raises NotInTransaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction(event)
    load_handlers()
    for handler in _handlers.get(type(event), []):
        handler(event)
