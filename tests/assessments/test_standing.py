"""Which score counts is the program's to write down; the commune's first score is its first, whoever else has scored."""

from collections.abc import Callable
from typing import Any

import pytest

from nennep.assessments import services
from nennep.core.access import Actor
from tests.assessments.test_sides import agree, confirm, points_of, report
from tests.factories.cells import make_cell
from tests.factories.core import NOW
from tests.factories.meetings import make_held_meeting
from tests.program_alone import refuse_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("service", [services.take_report, services.settle_score, services.settle_since])
def test_nobody_starts_what_follows(service: Callable[..., Any]) -> None:
    refuse_person(service)


def test_an_official_s_score_is_no_former_one_of_the_commune() -> None:
    meeting = make_held_meeting(make_cell())
    total = agree(meeting)
    assert report(meeting, **points_of(meeting)) is not None
    score = confirm(meeting, seen_cell=total)
    assert (score.number, score.reason) == (1, "")


def test_rules_that_change_nothing_leave_all_scores_as_they_stand() -> None:
    meeting = make_held_meeting(make_cell())
    agree(meeting)
    services.settle_score(actor=Actor.system(), meeting=meeting, now=NOW)
    unit, since = meeting.organization_id, meeting.month
    changed = services.settle_since(actor=Actor.system(), organization_id=unit, since=since, now=NOW)
    assert changed == 0
