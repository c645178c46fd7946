"""What follows from records and nobody starts is refused to a person before anything of it is looked at."""

from collections.abc import Callable
from inspect import signature
from typing import Any

import pytest

from nennep.core.errors import NotAllowed
from nennep.core.permissions import Permission
from tests.factories.core import make_actor


def refuse_person(service: Callable[..., Any]) -> None:
    """Somebody who holds every permission everywhere, about nothing: the refusal comes first."""
    others = dict.fromkeys(name for name in signature(service).parameters if name != "actor")
    with pytest.raises(NotAllowed):
        service(actor=make_actor(*Permission, user_id=7), **others)
