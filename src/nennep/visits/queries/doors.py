"""Doors to officials, offices, assignments and visits, and the locked rows that services begin with."""

from uuid import UUID

from django.db.models import Q

from nennep.accounts.models import User as User
from nennep.audit.services import Target
from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.origins import Origin
from nennep.core.permissions import Permission
from nennep.core.wording import say_date
from nennep.meetings.queries.meeting import lock_meeting
from nennep.organizations.models import Organization as Organization
from nennep.visits.models import Assignment, OfficeHolding, Visit, VisitOpinion, VisitReport
from nennep.visits.models.visits import VisitQuerySet

VISIT_KIND = "visits.visit"
OPINION_KIND = "visits.opinion"  # the origin of files that wait for a report to be sent


def origin_of(visit: Visit) -> Origin:
    """What the guest list of the room, petitions and comments keep as their origin."""
    return Origin(VISIT_KIND, str(visit.public_id))


def origin_of_opinion(opinion: VisitOpinion) -> Origin:
    return Origin(OPINION_KIND, str(opinion.public_id))


def target_of(visit: Visit) -> Target:
    """What the trail calls a visit; `visit` is loaded with its official and cell."""
    label = f"{visit.official}: {visit.cell}, {say_date(visit.planned_on)}"
    return Target(VISIT_KIND, str(visit.public_id), label, visit.cell.path)


def _loaded(visits: VisitQuerySet) -> VisitQuerySet:
    return visits.select_related("official", "cell", "meeting")


def get_visit(*, actor: Actor, public_id: UUID) -> Visit:
    """A visit to a cell whose visits the actor follows, or their own, with official, cell and meeting. Raises NotFound."""
    visit = _loaded(Visit.objects.visible_to(actor)).filter(public_id=public_id).first()
    if visit is None:
        raise NotFound
    return visit


def get_own_visit(*, actor: Actor, public_id: UUID) -> Visit:
    """The actor's own visit, with official, cell and meeting. Raises NotFound for a visit of somebody else."""
    visit = _loaded(Visit.objects.own_of(actor)).filter(public_id=public_id).first()
    if visit is None:
        raise NotFound
    return visit


def find_visit(*, origin: Origin) -> Visit | None:
    """The visit that a guest or a petition names as its origin; for handlers, whoever asks."""
    if origin.kind != VISIT_KIND:
        return None
    return _loaded(Visit.objects.all()).filter(public_id=origin.id).first()


def lock_visit(visit: Visit) -> Visit:
    """The row reloaded with official, cell and meeting, locked until the end of the transaction. Raises NotFound.

    The meeting is locked first, in the order in which the room does it: its marks reach the visit.
    """
    if visit.meeting is not None:
        lock_meeting(visit.meeting)
    locked = _loaded(Visit.objects.select_for_update(of=("self",), no_key=True)).filter(pk=visit.pk).first()
    if locked is None:
        raise NotFound
    return locked


def lock_official(official: User) -> User:
    """The account locked: two plans at once do not give one official two visits on a day. Raises NotFound."""
    locked = User.objects.get_queryset().select_for_update().filter(pk=official.pk).first()
    if locked is None:
        raise NotFound
    return locked


def get_report(*, visit: Visit) -> VisitReport | None:
    """The report of a visit whose door was passed, with opinions and supplements; None before it is begun. Five queries."""
    found = VisitReport.objects.filter(visit=visit).prefetch_related(
        "opinions__passed_to", "opinions__petition", "supplements"
    )
    return found.first()


def lock_report(visit: Visit) -> VisitReport | None:
    """The report reloaded and locked; None before it is begun."""
    return VisitReport.objects.select_for_update().filter(visit=visit).first()


def get_opinion(*, actor: Actor, visit_id: UUID, public_id: UUID) -> VisitOpinion:
    """An opinion of the actor's own report while it is not sent, with visit, cell and petition. Raises NotFound. One query."""
    own = Visit.objects.own_of(actor).filter(public_id=visit_id)
    drafts = VisitOpinion.objects.filter(report__visit__in=own, report__submitted_at=None)
    related = ("report__visit__cell", "report__visit__meeting", "report__visit__official", "petition")
    found = drafts.select_related(*related).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def find_opinion_at(*, visit: Visit, position: int) -> VisitOpinion | None:
    """The opinion that stands there in the report, counted from 1; the caller has passed the visit's door. One query."""
    return VisitOpinion.objects.filter(report__visit=visit, position=position).order_by("pk").first()


def may_read_report(actor: Actor, visit: Visit) -> bool:
    """Its writer, and those who plan the visits of that cell: a report is not a letter to the cell."""
    own = actor.user_id is not None and actor.user_id == visit.official_id
    return own or actor.may(Permission.VISITS_PLAN, visit.cell.path)


def get_official(*, actor: Actor, public_id: UUID) -> User:
    """An official whose office or assignment is in the units where the actor plans, or the actor. Raises NotFound."""
    within = actor.scope(Permission.VISITS_PLAN, "organization__path")
    holders = OfficeHolding.objects.filter(within).values("official_id")
    assigned = Assignment.objects.filter(within).values("official_id")
    known = Q(pk__in=holders) | Q(pk__in=assigned) | Q(pk=actor.user_id)
    official = User.objects.get_queryset().filter(known, public_id=public_id).first()
    if official is None:
        raise NotFound
    return official


def get_holding(*, actor: Actor, public_id: UUID) -> OfficeHolding:
    """An office in the units where the actor plans, with its holder and unit, or their own. Raises NotFound."""
    found = OfficeHolding.objects.visible_to(actor).select_related("official", "organization")
    holding = found.filter(public_id=public_id).first()
    if holding is None:
        raise NotFound
    return holding


def get_assignment(*, actor: Actor, public_id: UUID) -> Assignment:
    """An assignment to a unit whose visits the actor follows, or their own. Raises NotFound."""
    found = Assignment.objects.visible_to(actor).select_related("official", "organization")
    assignment = found.filter(public_id=public_id).first()
    if assignment is None:
        raise NotFound
    return assignment


def lock_assignment(assignment: Assignment) -> Assignment:
    """The row reloaded with its people and unit, locked. Raises NotFound."""
    rows = Assignment.objects.select_for_update(of=("self",)).select_related("official", "organization")
    locked = rows.filter(pk=assignment.pk).first()
    if locked is None:
        raise NotFound
    return locked


def lock_holding(holding: OfficeHolding) -> OfficeHolding:
    """The row reloaded with holder and unit, locked. Raises NotFound."""
    rows = OfficeHolding.objects.select_for_update(of=("self",)).select_related("official", "organization")
    locked = rows.filter(pk=holding.pk).first()
    if locked is None:
        raise NotFound
    return locked
