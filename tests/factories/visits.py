"""Officials, their cells and their visits for tests."""

from datetime import date, datetime
from typing import Any

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.organizations.models import Organization
from nennep.visits.choices import AssignmentKind, Office, VisitState
from nennep.visits.models import Assignment, CommentBankEntry, OfficeHolding, Visit, VisitOpinion, VisitReport
from tests.factories.accounts import grant_role, make_user
from tests.factories.core import NOW

SINCE = date(2026, 1, 1)
VISIT_DAY = date(2026, 11, 13)


def hold_office(
    user: User,
    organization: Organization,
    office: Office = Office.COMMUNE_COMMITTEE,
    *,
    valid_from: date = SINCE,
    valid_to: date | None = None,
) -> OfficeHolding:
    return OfficeHolding.objects.create(
        official=user, office=office, organization=organization, valid_from=valid_from, valid_to=valid_to
    )


def assign(
    user: User, unit: Organization, *, valid_from: date = SINCE, valid_to: date | None = None, **fields: Any
) -> Assignment:
    """`user` follows the cell `unit`, or the area when it is no cell."""
    kind = AssignmentKind.FOLLOW if unit.is_cell else AssignmentKind.AREA
    return Assignment.objects.create(
        official=user, organization=unit, kind=kind, valid_from=valid_from, valid_to=valid_to, **fields
    )


def parent_of(cell: Organization) -> Organization:
    """The unit directly above."""
    return Organization.objects.get(path=cell.path[: -Organization.steplen])


def make_official(cell: Organization, name: str = "Lương Quốc Hưng") -> User:
    """A commune committee member who follows `cell` (with the role, so that pages open)."""
    user = make_user(name)
    hold_office(user, parent_of(cell))
    assign(user, cell)
    grant_role(user, Role.OFFICIAL, cell)
    return user


def make_visit(
    user: User, cell: Organization, *, on: date = VISIT_DAY, state: VisitState = VisitState.PLANNED, **fields: Any
) -> Visit:
    """A visit planned on that day; attended that day when `state` says so."""
    if state == VisitState.ATTENDED:
        fields = {"attended_on": on, "attended_at": NOW} | fields
    return Visit.objects.create(
        **({"created_at": NOW, "updated_at": NOW} | fields), official=user, cell=cell, planned_on=on, state=state
    )


def make_report(visit: Visit, *, submitted_at: datetime | None = None, **fields: Any) -> VisitReport:
    """A report that was begun at `NOW` (or when it was submitted), submitted only when told so."""
    started = submitted_at or NOW
    return VisitReport.objects.create(
        **({"started_at": started, "saved_at": started} | fields), visit=visit, submitted_at=submitted_at
    )


def make_opinion(report: VisitReport, text: str = "Đề nghị sửa đường vào thôn.", **fields: Any) -> VisitOpinion:
    position = report.opinions.count() + 1
    return VisitOpinion.objects.create(**({"position": position} | fields), report=report, text=text)


def make_comment(text: str = "Nên giao việc có số đo.", **fields: Any) -> CommentBankEntry:
    return CommentBankEntry.objects.create(**({"created_at": NOW} | fields), text=text)
