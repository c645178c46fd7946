"""Tasks for tests."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from nennep.duties.models import Duty
from nennep.members.models import Member
from nennep.organizations.models import Organization


def make_duty(
    cell: Organization,
    assignee: Member,
    title: str = "Vận động 6 hộ phân loại rác",
    *,
    helpers: Iterable[Member] = (),
    **fields: Any,
) -> Duty:
    """A task given on 05/10/2026, due at the end of October."""
    given: dict[str, Any] = {"given_on": date(2026, 10, 5), "due_on": date(2026, 10, 31)}
    duty = Duty.objects.create(organization=cell, assignee=assignee, title=title, **(given | fields))
    duty.helpers.set(helpers)
    return duty
