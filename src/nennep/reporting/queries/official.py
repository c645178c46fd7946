"""The official's home: where do I attend, when; what do I owe."""

from dataclasses import dataclass
from datetime import date, datetime

from nennep.accounts.models import User
from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.meetings.models import Meeting
from nennep.reporting.queries.brief import Brief, build_brief
from nennep.visits.models import Visit
from nennep.visits.queries.ledger import LedgerLine, OfficialLedger, ledger_of, list_former_years, list_unsent_before
from nennep.visits.queries.lists import VisitLine, read_lines
from nennep.visits.rules.ledger import ReportStanding

SHOWN_AHEAD = 6


@dataclass(frozen=True, slots=True)
class OfficialHome:
    """The page Tôi dự ở đâu, khi nào. `coming`: visits still to come, soonest first; `reports`: owed, of any year, the oldest first.

    `meeting` is that of the next visit, `brief` of its cell; both None without one.
    """

    state: OfficialLedger
    coming: tuple[VisitLine, ...]
    reports: tuple[LedgerLine, ...]
    meeting: Meeting | None
    brief: Brief | None
    now: datetime
    former_years: tuple[int, ...] = ()  # with a sheet and reports of their own

    @property
    def next(self) -> VisitLine | None:
        return self.coming[0] if self.coming else None

    @property
    def report(self) -> VisitLine | None:
        """The report to write now: an overdue one before everything, a waiting one unless a visit is today."""
        if not self.reports:
            return None
        first = self.reports[0]
        visits_today = self.next is not None and self.next.planned_on == self.now.date()
        return first.line if first.report == ReportStanding.OVERDUE or not visits_today else None

    @property
    def year(self) -> int:
        return self.state.on.year

    @property
    def newest_first(self) -> tuple[LedgerLine, ...]:
        return self.state.lines[::-1]


def get_official_home(*, actor: Actor, now: datetime) -> OfficialHome:
    """Everything of the official's home; the brief of the next cell is read only when there is a next visit.

    Eleven queries, and twelve for the brief; more where a report of a former year is owed. Raises NotFound for visitors.
    """
    user = User.objects.get_queryset().filter(pk=actor.user_id).first() if actor.user_id is not None else None
    if user is None:
        raise NotFound
    today = now.date()
    state = ledger_of(official=user, on=today)
    waiting = [*list_unsent_before(official=user, on=today), *(line for line in state.lines if line.report.is_owed)]
    ahead = Visit.objects.own_of(actor).open().filter(planned_on__gte=today).order_by("planned_on", "pk")
    visits = list(ahead.select_related("cell", "meeting")[:SHOWN_AHEAD])
    coming = read_lines(Visit.objects.filter(pk__in=[visit.pk for visit in visits]).order_by("planned_on", "pk"))
    return OfficialHome(
        state=state,
        coming=tuple(coming),
        reports=tuple(sorted(waiting, key=lambda line: line.line.report_due_on or date.max)),
        meeting=visits[0].meeting if visits else None,
        brief=build_brief(cell=visits[0].cell, now=now) if visits else None,
        now=now,
        former_years=list_former_years(official=user, on=today),
    )
