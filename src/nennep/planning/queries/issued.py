"""Lists of visits as they were published: the one of a plan, and the one before it."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from nennep.core.findings import Finding
from nennep.planning.models import IssuedPlan, VisitPlan
from nennep.planning.rules.building import PlanFacts
from nennep.planning.rules.comparing import PlannedVisit
from nennep.planning.rules.issued import IssuedList, ListedVisit


def find_issued(plan: VisitPlan) -> IssuedList | None:
    """What was published; None before, and of plans that an older program published. One query for a published plan.

    Raises ContentChanged, ContentUnreadable.
    """
    row = IssuedPlan.objects.filter(plan=plan).first() if plan.published_at else None
    return _read(row) if row else None


def find_newest(plan: VisitPlan) -> IssuedList | None:
    """The list of the same unit and year that was published last. One query. Raises ContentChanged, ContentUnreadable."""
    rows = IssuedPlan.objects.filter(plan__organization_id=plan.organization_id, plan__year=plan.year)
    row = rows.order_by("-number").first()
    return _read(row) if row else None


def list_broken() -> Iterator[Finding]:
    """Published lists that no longer have the checksum they were written with: changed past the program."""
    for row in IssuedPlan.objects.select_related("plan__organization").order_by("pk").iterator(500):
        if not row.is_intact:
            what = f"{row.plan.organization.name}, lịch dự sinh hoạt {row.plan.year}, bản {row.number}: sai mã kiểm"
            yield Finding(what, 1, mended=False)


def _read(row: IssuedPlan) -> IssuedList:
    return row.read(IssuedList, name=_("Lịch dự sinh hoạt, bản %(number)s") % {"number": row.number})


def list_visits(facts: PlanFacts, visits: list[PlannedVisit]) -> tuple[ListedVisit, ...]:
    """The visits with the names and offices of today."""
    officials = {one.id: one for one in facts.officials}
    cells = {one.id: one.name for one in facts.cells}
    return tuple(
        ListedVisit(
            on=visit.on,
            official=visit.official,
            official_name=officials[visit.official].name if visit.official in officials else "–",
            office=officials[visit.official].office_name if visit.official in officials else "",
            cell=visit.cell,
            cell_name=cells.get(visit.cell, "–"),
        )
        for visit in visits
    )
