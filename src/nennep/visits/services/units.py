"""What assignments and visits do when a unit ends."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nennep.core.access import Actor
from nennep.core.wording import for_records
from nennep.organizations.models import Organization
from nennep.visits.choices import VisitState
from nennep.visits.models import Assignment
from nennep.visits.queries.facts import assignments_to, own_cells_of, unlinked_visits_from
from nennep.visits.rules.ledger import is_own_cell
from nennep.visits.services.carrying import carry
from nennep.visits.services.notices import tell_official
from nennep.visits.services.visits import settle


def follow_unit_end(
    *, actor: Actor, organization_id: int, successor: Organization | None, on: date, now: datetime
) -> int:
    """A unit ended on that day: its assignments end, and go on with the successor; how many assignments and visits changed.

    An official who belongs to the successor or follows it already gets no new one. Visits of the ended cell whose meeting
    was never called are cancelled; the others go with their meetings (`follow_meeting`); either way the official attends the successor
    instead where that is possible (`carry`). Doing it twice changes nothing. For `references.py`.
    """
    actor.require_program()
    with transaction.atomic():
        ended = [assignment for assignment in assignments_to(organization_id, on=on) if _end(assignment, on)]
        if successor is not None:
            for assignment in ended:
                _continue(assignment, successor, on)
        visits = list(unlinked_visits_from(organization_id, on=on))
        for visit in visits:
            settle(visit, VisitState.CANCELLED, now, reason=for_records(lambda: _("Chi bộ đã kết thúc hoạt động.")))
            if carry(visit, actor=actor, now=now) is None:
                tell_official(visit, actor, now, _("%(cell)s đã kết thúc hoạt động, thôi lịch dự ngày %(day)s"))
    return len(ended) + len(visits)


def _end(assignment: Assignment, on: date) -> bool:
    """It held for at least one day. False when it ended on that day already."""
    last = max(on, assignment.valid_from + timedelta(days=1))
    if assignment.valid_to is not None and assignment.valid_to <= last:
        return False
    assignment.valid_to = last
    assignment.save(update_fields=["valid_to"])
    return True


def _continue(former: Assignment, successor: Organization, on: date) -> None:
    stays = own_cells_of([former.official_id]).get(former.official_id, ())
    if successor.is_cell and is_own_cell(stays, successor.pk, on):
        return
    if assignments_to(successor.pk, on=on).filter(official=former.official_id).exists():
        return
    Assignment.objects.create(
        official_id=former.official_id,
        organization=successor,
        kind=former.kind,
        valid_from=on,
        reason=former.reason,
        handed_over_from=former,
    )
