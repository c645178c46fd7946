"""A visit to a cell that was merged: the official attends the successor instead."""

from datetime import datetime

from django.utils.timezone import localdate

from nennep.core.access import Actor
from nennep.organizations.models import Organization
from nennep.organizations.queries import find_heir
from nennep.visits.models import Visit
from nennep.visits.queries import facts
from nennep.visits.services.notices import tell_carried
from nennep.visits.services.visits import VisitRefused, VisitWish, plan_visit


def carry(visit: Visit, *, actor: Actor, now: datetime) -> Visit | None:
    """Plan for the successor what a cancelled visit was to be; None when its cell goes on nowhere or something stands against it.

    On the day on which the successor meets in that month, with the plan that it came with; where none is called yet, on the
    same day. Official and secretary are told once. Whoever belongs to the successor, has another visit that day, or finds the place
    taken gets none: the planner decides anew.
    """
    actor.require_program()
    heir = _find_successor(visit)
    if heir is None:
        return None
    meeting = facts.find_monthly_meeting(heir, visit.planned_on)
    day = meeting.day if meeting else visit.planned_on
    if day < localdate(now):
        return None
    wish = VisitWish(visit.official, heir, day, joint=visit.joint, plan=visit.plan)
    try:
        carried = plan_visit(actor=actor, wish=wish, now=now, tell=False)
    except VisitRefused:
        return None
    tell_carried(visit, carried, actor, now)
    return carried


def _find_successor(visit: Visit) -> Organization | None:
    if visit.cell.closed_on is None:
        return None
    heir = find_heir(visit.cell)
    return heir if heir and heir.is_cell else None
