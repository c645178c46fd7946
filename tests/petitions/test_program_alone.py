"""What the clock and the tree do to petitions, nobody starts."""

from collections.abc import Callable
from typing import Any

import pytest

from nennep.petitions import services
from nennep.petitions.services.clocks import recount_clocks, recount_later
from tests.program_alone import refuse_person


@pytest.mark.parametrize(
    "service",
    [
        recount_clocks,
        recount_later,
        services.keep_clocks,
        services.note_silence,
        services.follow_unit_merge,
        services.follow_unit_closing,
    ],
)
def test_nobody_starts_what_follows(service: Callable[..., Any]) -> None:
    refuse_person(service)
