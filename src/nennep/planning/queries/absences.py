"""Days on which officials cannot go."""

from datetime import date
from uuid import UUID

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.organizations.models import Organization
from nennep.planning.models import Absence


def list_absences(*, organization: Organization, since: date) -> list[Absence]:
    """Absences that the unit noted and that have not ended before that day. One query."""
    return list(Absence.objects.filter(organization=organization, last_day__gte=since).select_related("official"))


def get_absence(*, actor: Actor, public_id: UUID) -> Absence:
    """An absence with its unit and official. Raises NotFound. One query."""
    absences = Absence.objects.visible_to(actor).select_related("organization", "official")
    absence = absences.filter(public_id=public_id).first()
    if absence is None:
        raise NotFound
    return absence
