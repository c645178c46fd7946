"""Tasks go on in the cell that takes over from one that ended."""

from datetime import date
from typing import Any

import pytest

from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.duties import services
from nennep.duties.choices import DutyState
from nennep.duties.models import Duty, FormerDueDate
from tests.factories.cells import join_cell, make_cell
from tests.factories.core import NOW, TODAY
from tests.factories.duties import make_duty

pytestmark = pytest.mark.django_db

DUE = date(2026, 11, 20)


def test_unfinished_tasks_go_on_in_the_cell_that_took_over() -> None:
    ended, going_on, bystander = make_cell("Chi bộ Nà Lầu"), make_cell("Chi bộ Nà Pồng"), make_cell("Khác")
    member = join_cell(ended, "Ma Đình Phúc")
    undated = make_duty(ended, member, "Không mốc", due_on=None)
    on_the_day = make_duty(ended, member, "Hạn đúng ngày sáp nhập", due_on=TODAY)
    missed = make_duty(ended, member, "Hạn hôm trước", due_on=date(2026, 11, 8))
    make_duty(ended, member, "Xong", due_on=DUE, state=DutyState.DONE, settled_on=TODAY)
    make_duty(bystander, member, "Ở chi bộ khác", due_on=DUE)
    merge: dict[str, Any] = {
        "actor": Actor.system(),
        "predecessor_id": ended.pk,
        "successor_id": going_on.pk,
        "on": TODAY,
        "now": NOW,
    }
    assert services.follow_unit_merge(**merge) == 3
    moved = Duty.objects.filter(organization=going_on).order_by("pk")
    assert list(moved) == [undated, on_the_day, missed]
    kept = FormerDueDate.objects.values_list("duty", "organization", "due_on", "until")
    assert list(kept) == [(missed.pk, ended.pk, date(2026, 11, 8), TODAY)]
    trail = AuditEvent.objects.order_by("pk").values_list("verb", "target_id", "unit_path", "details__cell")
    assert list(trail) == [
        ("duties.changed", str(undated.public_id), going_on.path, "Chi bộ Nà Pồng"),
        ("duties.changed", str(on_the_day.public_id), going_on.path, "Chi bộ Nà Pồng"),
        ("duties.changed", str(missed.public_id), going_on.path, "Chi bộ Nà Pồng"),
    ]
    assert services.follow_unit_merge(**merge) == 0
