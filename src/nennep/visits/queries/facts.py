"""What services must know before they write: meetings of a day, own cells, who is in office, who plans."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import translation
from django.utils.timezone import make_aware

from nennep.accounts.models import RoleGrant, User
from nennep.accounts.rules import roles_with
from nennep.core.periods import Month, add_working_days
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingKind, MeetingState
from nennep.meetings.models import Meeting as Meeting
from nennep.meetings.models.meeting import MeetingQuerySet
from nennep.members.models import Membership
from nennep.organizations.models import Organization as Organization
from nennep.organizations.queries import paths_above
from nennep.policies.choices import Office
from nennep.policies.queries import rules_for
from nennep.room.choices import GuestState
from nennep.room.models import Guest
from nennep.visits.choices import VisitState
from nennep.visits.models import Assignment, OfficeHolding, Visit
from nennep.visits.models.offices import AssignmentQuerySet
from nennep.visits.models.visits import VisitQuerySet
from nennep.visits.rules.ledger import CellStay


def meetings_on(cell: Organization, day: date) -> MeetingQuerySet:
    """The meetings that the cell has called for that day in Vietnam and not called off, earliest first."""
    start = make_aware(datetime.combine(day, time.min))
    called = Meeting.objects.filter(
        organization=cell, planned_for__gte=start, planned_for__lt=start + timedelta(days=1)
    )
    return called.exclude(state=MeetingState.CANCELLED).order_by("planned_for", "pk")


def find_monthly_meeting(cell: Organization, day: date) -> Meeting | None:
    """The regular meeting that the cell has called for the month of `day` and not begun. One query."""
    called = Meeting.objects.filter(
        organization=cell,
        month=Month.of(day).first_day,
        kind__in=MeetingKind.monthly(),
        state=MeetingState.PLANNED,
    )
    return called.order_by("planned_for", "pk").first()


def has_schedule(cell: Organization, day: date) -> bool:
    """Whether the cell has called a meeting that counts for the month of `day`. One query."""
    first = Month.of(day).first_day
    return Meeting.objects.filter(organization=cell, month=first).exclude(state=MeetingState.CANCELLED).exists()


def own_cells_of(user_ids: Iterable[int]) -> dict[int, tuple[CellStay, ...]]:
    """Where each user belongs or belonged as a member, by user id. One query."""
    stays: dict[int, list[CellStay]] = defaultdict(list)
    rows = Membership.objects.filter(member__user_id__in=list(user_ids)).order_by("valid_from", "pk")
    for user_id, cell_id, since, until in rows.values_list(
        "member__user_id", "organization_id", "valid_from", "valid_to"
    ):
        stays[user_id].append(CellStay(cell_id, since, until))
    return {user_id: tuple(found) for user_id, found in stays.items()}


def name_with_office(official: User, day: date) -> str:
    """`Lương Quốc Hưng, Đảng ủy viên xã Lăng Can`, as papers name a guest; the name alone of somebody without an office that day.

    One query.
    """
    held = OfficeHolding.objects.on(day).filter(official=official).select_related("organization")
    first = held.order_by("valid_from", "pk").first()
    with translation.override("vi"):
        return f"{official}, {_say_office(first)}" if first else str(official)


def _say_office(held: OfficeHolding) -> str:
    """With the unit of the committee, but for its first words: of the Đảng bộ xã Lăng Can one is Đảng ủy viên xã Lăng Can."""
    office = Office(held.office)
    if not office.names_unit:
        return str(office.personal_title)
    return f"{office.personal_title} {held.organization.name.removeprefix('Đảng bộ ')}"


def is_in_office(official: User, day: date) -> bool:
    """Whether the user holds an office that day, whatever its unit. One query."""
    return OfficeHolding.objects.on(day).filter(official=official).exists()


def live_visits_on(official: User, day: date) -> VisitQuerySet:
    """The visits that take the official's day."""
    return Visit.objects.live().filter(official=official, planned_on=day)


def live_visits_of_place(cell: Organization, day: date, meeting: Meeting | None) -> VisitQuerySet:
    """The visits that take the place at the meeting, or at the cell's day where none is called yet."""
    place = Q(meeting=meeting) if meeting else Q(cell=cell, planned_on=day)
    return Visit.objects.live().filter(place)


def open_visits_of(official: User, *, since: date) -> VisitQuerySet:
    """The official's visits still to come from that day on, with cell and meeting, earliest first."""
    coming = Visit.objects.open().filter(official=official, planned_on__gte=since)
    return coming.select_related("official", "cell", "meeting").order_by("planned_on", "pk")


def open_visits_of_cells(cells: Iterable[int], *, since: date) -> VisitQuerySet:
    """Visits to the cells that are still to come from that day on, by day. One query."""
    visits = Visit.objects.open().filter(cell__in=list(cells), planned_on__gte=since)
    return visits.select_related("official", "cell").order_by("planned_on", "pk")


def open_visits_of_meeting(meeting_id: int) -> VisitQuerySet:
    """Visits still to come to that meeting, with official, cell and meeting."""
    coming = Visit.objects.open().filter(meeting_id=meeting_id)
    return coming.select_related("official", "cell", "meeting").order_by("pk")


def unlinked_visits(*, organization_id: int, month: date) -> VisitQuerySet:
    """Visits to the cell in that month that were planned before the cell had called its meeting."""
    first = Month.of(month)
    coming = Visit.objects.open().filter(cell_id=organization_id, meeting=None)
    coming = coming.filter(planned_on__gte=first.first_day, planned_on__lte=first.last_day)
    return coming.select_related("official", "cell", "meeting").order_by("planned_on", "pk")


def list_visited(meeting_ids: Collection[int]) -> list[Meeting]:
    """Those of these meetings to which somebody comes, or may come: a visit is planned to the cell without a meeting. One query."""
    coming = Visit.objects.open()
    linked = coming.filter(meeting=OuterRef("pk"))
    unlinked = coming.filter(cell=OuterRef("organization"), meeting=None)
    meetings = Meeting.objects.filter(Exists(linked) | Exists(unlinked), pk__in=meeting_ids)
    return list(meetings.select_related("organization").order_by("planned_for", "pk"))


def list_marked_but_open() -> list[tuple[Visit, bool]]:
    """Visits still to come although the room has said whether the official came, each with what it said. Two queries."""
    coming = Visit.objects.open().exclude(guest_id=None).select_related("official", "cell", "meeting").order_by("pk")
    visits = {visit.guest_id: visit for visit in coming if visit.meeting is not None}
    marked = Guest.objects.filter(pk__in=list(visits)).exclude(state=GuestState.EXPECTED).order_by("pk")
    return [(visits[guest.pk], guest.state == GuestState.PRESENT) for guest in marked]


def list_called_off_but_open() -> list[Meeting]:
    """Meetings that will not be held although officials are still to visit them, with their cells. One query."""
    coming = Visit.objects.open().filter(meeting__state=MeetingState.CANCELLED)
    return list(Meeting.objects.filter(pk__in=coming.values("meeting_id")).select_related("organization"))


def list_followers(*, cell: Organization, on: date) -> list[int]:
    """Users who follow the cell on that day. One query."""
    return list(
        Assignment.objects.on(on).filter(organization=cell).order_by("pk").values_list("official_id", flat=True)
    )


def confirmed_column() -> Exists:
    """Whether the cell told somebody from above of each meeting: it confirmed the visit, or the official came. For a query of meetings."""
    return Exists(Visit.objects.filter(_TOLD, meeting=OuterRef("pk")))


def list_told(meeting: Meeting) -> list[str]:
    """Names of those above whom the cell told of the meeting (`confirmed_column`). One query."""
    told = Visit.objects.filter(_TOLD, meeting=meeting).select_related("official__member")
    return [str(visit.official) for visit in told.order_by("pk")]


_TOLD = Q(confirmed_at__isnull=False) | Q(state=VisitState.ATTENDED)


def find_report_due(*, cell: Organization, attended_on: date) -> date:
    """The last day for the report: working days after the visit, by the policy of the cell on that day. One query."""
    rules = rules_for(organization=cell, on=attended_on)
    return add_working_days(attended_on, rules.visit_report_working_days, rules.days_off)


def list_planners(*, unit: Organization, on: date) -> list[int]:
    """User ids of those who plan visits nearest above the unit: the commune's officers, else the province's. One query."""
    above = paths_above(unit)
    grants = RoleGrant.objects.on(on).filter(role__in=roles_with(Permission.VISITS_PLAN), organization__path__in=above)
    found = list(grants.order_by("pk").values_list("user_id", "organization__path", "subtree"))
    reaching = [(user_id, path) for user_id, path, subtree in found if subtree or path == unit.path]
    nearest = max((len(path) for _user_id, path in reaching), default=0)
    return sorted({user_id for user_id, path in reaching if len(path) == nearest})


def open_assignments_of(official: User, *, on: date) -> Sequence[Assignment]:
    """What the official follows on that day, with the units. One query."""
    return list(Assignment.objects.on(on).filter(official=official).select_related("organization"))


def find_assigned(*, official: User, organization: Organization) -> Assignment | None:
    """The open assignment of the official to the unit."""
    return Assignment.objects.filter(official=official, organization=organization, valid_to=None).first()


def name_followers(cells: Sequence[Organization], *, on: date) -> list[tuple[str, str]]:
    """Who follows these cells or an area they lie in on that day: the cell's name and the official's. One query."""
    assigned = Assignment.objects.on(on).select_related("official", "organization").order_by("pk")
    return [
        (cell.name, str(assignment.official))
        for assignment in assigned
        for cell in cells
        if cell.path.startswith(assignment.organization.path)
    ]


def assignments_to(organization_id: int, *, on: date) -> AssignmentQuerySet:
    """Assignments to the unit that hold on that day or begin later."""
    return Assignment.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), organization_id=organization_id)


def unlinked_visits_from(organization_id: int, *, on: date) -> VisitQuerySet:
    """Open visits to the cell from that day on whose meeting is not called yet."""
    return (
        Visit.objects.open()
        .filter(cell_id=organization_id, meeting=None, planned_on__gte=on)
        .select_related("cell", "official")
    )


def get_unit_of_event(organization_id: int) -> Organization | None:
    """For handlers: the unit that a lower context told of."""
    return Organization.objects.get_queryset().filter(pk=organization_id).first()
