"""What becomes of tasks when two records of members are merged, or a unit ends (core/references.py)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from nennep.core.access import Actor
from nennep.core.references import GOES_ON, HISTORY, SAME_PLACE, ByService, Ended, Shown, Stays, declare
from nennep.duties import services


def move_duties_of_member(ended: Ended) -> int:
    return services.follow_member_merge(actor=Actor.system(), kept_id=ended.heir_id, dropped_id=ended.former_id)


def move_duties_of_unit(ended: Ended) -> int:
    return services.follow_unit_merge(
        actor=Actor.system(),
        predecessor_id=ended.former_id,
        successor_id=ended.heir_id,
        on=ended.on,
        now=ended.now,
    )


def say_title(duty: Any) -> str:
    return str(duty.title)


declare("duties.Duty.assignee", shown=Shown(_("Nhiệm vụ"), say_title), merged=ByService(move_duties_of_member))
declare("duties.Duty.helpers", shown=Shown(_("Nhiệm vụ phối hợp")), merged=ByService(move_duties_of_member))
declare("duties.FormerDueDate.organization", merged=HISTORY, split=HISTORY, closed=HISTORY, moved=HISTORY)
declare(
    "duties.Duty.organization",
    shown=Shown(_("Nhiệm vụ chưa xong"), say_title),
    merged=ByService(move_duties_of_unit),
    split=GOES_ON,
    closed=Stays("whoever has the task answers for it in the cell they went to; the daily reconciliation names it"),
    moved=SAME_PLACE,
)
