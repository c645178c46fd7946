"""How a lower context tells a higher one that something happened.

The lower context defines a frozen dataclass that inherits `Event` and publishes it; the higher one subscribes in its
`handlers.py`. Handlers run after the commit, in the order of subscription.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from django.db import transaction
from django.utils.module_loading import autodiscover_modules


class Event:
    """Something that happened, in the past tense, with ids only."""


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
    """Import `handlers` of every context, in the order of INSTALLED_APPS; once. Called before anything asks them.

    Not at the start: handlers import services, these most of the program, and a command that only reads asks none.
    """
    autodiscover_modules("handlers")


def publish_on_commit(event: Event) -> None:
    """Call the subscribers once the surrounding transaction is safe; never when it rolls back.

    A handler that fails is logged and does not undo what was acknowledged, nor stop the others.
    """
    load_handlers()
    for handler in _handlers.get(type(event), []):
        transaction.on_commit(lambda handler=handler: handler(event), robust=True)  # type: ignore[misc]
