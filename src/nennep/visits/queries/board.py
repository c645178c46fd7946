"""Pages of the board: who owes what, the rows behind a figure, the appraisal list, the digest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode
from uuid import UUID

from nennep.accounts.models import User
from nennep.core.access import Actor
from nennep.core.permissions import Permission
from nennep.core.text import name_sort_key
from nennep.core.wording import say_date
from nennep.organizations.models import Organization
from nennep.visits.choices import AssignmentKind
from nennep.visits.models import Assignment, OfficeHolding
from nennep.visits.queries.doors import get_official
from nennep.visits.queries.ledger import LedgerLine, OfficialLedger, ledger_of, read_ledgers
from nennep.visits.rules.ledger import ReportStanding, VisitStanding
from nennep.visits.rules.risk import RiskLevel, rank
from nennep.visits.rules.wording import say_level

# What a figure counts, by the word in its address.
FIGURES: dict[str, tuple[frozenset[VisitStanding], frozenset[ReportStanding]]] = {
    "da-du": (frozenset({VisitStanding.DONE}), frozenset()),
    "co-lich": (frozenset({VisitStanding.PLANNED}), frozenset()),
    "chua-ro": (frozenset({VisitStanding.UNSETTLED}), frozenset()),
    "vang-co-ly-do": (frozenset({VisitStanding.MISSED_WITH_REASON}), frozenset()),
    "vang-khong-ly-do": (frozenset({VisitStanding.MISSED}), frozenset()),
    "du-thay": (frozenset({VisitStanding.SUBSTITUTED}), frozenset()),
    "chi-bo-minh": (frozenset({VisitStanding.OWN_CELL}), frozenset()),
    "bao-cao-da-gui": (frozenset(), frozenset({ReportStanding.ON_TIME, ReportStanding.LATE})),
    "bao-cao-cham": (frozenset(), frozenset({ReportStanding.LATE, ReportStanding.OVERDUE})),
    "bao-cao-qua-han": (frozenset(), frozenset({ReportStanding.OVERDUE})),
}


@dataclass(frozen=True, slots=True)
class BoardTotals:
    """Sums over the officials of a page; `owed` only of those who owe a number."""

    officials: int
    owed: int
    done: int
    planned: int
    missed: int
    missed_with_reason: int
    reports_late: int
    reports_overdue: int


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """Who owes what on that day, those to look at first; `areas` may be chosen, `area` is."""

    on: date
    area: Organization | None
    areas: tuple[Organization, ...]
    officials: tuple[OfficialLedger, ...]
    totals: BoardTotals

    @property
    def shown(self) -> str:
        """The day and the area as the addresses of other pages take them."""
        chosen = {"ngay": say_date(self.on)} | ({"noi": str(self.area.public_id)} if self.area else {})
        return urlencode(chosen, safe="/")

    @property
    def levels(self) -> tuple[tuple[str, tuple[OfficialLedger, ...]], ...]:
        """Levels in words that have officials, gravest first."""
        groups = [(level, tuple(item for item in self.officials if item.level == level)) for level in RiskLevel]
        return tuple((say_level(level), found) for level, found in groups if found)

    @property
    def in_need(self) -> int:
        """How many must be looked at now or this week."""
        return sum(item.level <= RiskLevel.THIS_WEEK for item in self.officials)

    @property
    def by_name(self) -> tuple[OfficialLedger, ...]:
        return tuple(sorted(self.officials, key=lambda item: (name_sort_key(str(item.user)), item.user.pk)))


def get_ledger_page(*, actor: Actor, on: date, area: UUID | None = None) -> LedgerPage:
    """The ledger of all officials of the committees the actor plans for, sorted by risk. Seven queries.

    `area`: only officials of that unit and below, or assigned there; an unknown one shows all.
    """
    states = read_ledgers(officials=_list_officials(actor, on.year), on=on)
    areas = _areas_of(states)
    chosen = next((unit for unit in areas if unit.public_id == area), None)
    shown = [state for state in states if chosen is None or _belongs(state, chosen)]
    ranked = sorted(shown, key=lambda item: rank(item.risks, name_sort_key(str(item.user))))
    return LedgerPage(on, chosen, areas, tuple(ranked), sum_up(ranked))


def _list_officials(actor: Actor, year: int) -> list[User]:
    """Who held an office of a committee of the actor's units in the year, by the tree, then by date. One query."""
    scope = actor.scope(Permission.VISITS_PLAN, "organization__path")
    held = OfficeHolding.objects.in_period(date(year, 1, 1), date(year + 1, 1, 1)).filter(scope)
    rows = held.select_related("official").order_by("organization__path", "valid_from", "pk")
    return list({row.official_id: row.official for row in rows}.values())


def _areas_of(states: Sequence[OfficialLedger]) -> tuple[Organization, ...]:
    """Units whose committees have officials, and areas that somebody is in charge of, in tree order."""
    units = [held.organization for state in states for held in state.offices]
    units += [item.organization for state in states for item in state.assignments if item.kind == AssignmentKind.AREA]
    return tuple(sorted({unit.pk: unit for unit in units}.values(), key=lambda unit: unit.path))


def _belongs(state: OfficialLedger, area: Organization) -> bool:
    units = [held.organization for held in state.offices] + [item.organization for item in state.assignments]
    return any(unit.path.startswith(area.path) for unit in units)


def sum_up(states: Sequence[OfficialLedger]) -> BoardTotals:
    """The figures over the officials."""
    ledgers = [state.ledger for state in states]
    return BoardTotals(
        officials=len(states),
        owed=sum(ledger.owed.count or 0 for ledger in ledgers),
        done=sum(ledger.done for ledger in ledgers),
        planned=sum(ledger.planned for ledger in ledgers),
        missed=sum(ledger.missed for ledger in ledgers),
        missed_with_reason=sum(ledger.missed_with_reason for ledger in ledgers),
        reports_late=sum(ledger.reports_late for ledger in ledgers),
        reports_overdue=sum(ledger.reports_overdue for ledger in ledgers),
    )


def pick_lines(states: Sequence[OfficialLedger], figure: str) -> list[LedgerLine]:
    """The visits that a figure counts, newest first; none for a figure that nobody shows."""
    standings, reports = FIGURES.get(figure, (frozenset(), frozenset()))
    found = [line for state in states for line in state.lines if line.standing in standings or line.report in reports]
    return sorted(found, key=lambda item: (item.line.day, str(item.line.public_id)), reverse=True)


# ── one official ──────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class OfficialPage:
    """One official on a day: the ledger, all assignments ever, whether the reader plans, open visits to hand over."""

    state: OfficialLedger
    assignments: tuple[Assignment, ...]
    may_plan: bool
    is_own: bool

    @property
    def left_with_visits(self) -> tuple[LedgerLine, ...]:
        """Visits still to come of somebody who holds no office any more."""
        if self.state.offices_now:
            return ()
        return tuple(line for line in self.state.lines if line.standing == VisitStanding.PLANNED)


def get_official_page(*, actor: Actor, public_id: UUID, on: date) -> OfficialPage:
    """The official's state on that day. Ten queries at most. Raises NotFound for those who are not officials of the actor's units."""
    official = get_official(actor=actor, public_id=public_id)
    assignments = Assignment.objects.filter(official=official).select_related(
        "organization", "handed_over_from__official"
    )
    return OfficialPage(
        state=ledger_of(official=official, on=on),
        assignments=tuple(assignments.order_by("-valid_from", "-pk")),
        may_plan=actor.may_somewhere(Permission.VISITS_PLAN),
        is_own=actor.user_id == official.pk,
    )


# ── the digest ────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class DigestPage:
    """What the board is told of `since` to `on` (both included): who needs attention, what happened, what comes."""

    page: LedgerPage
    since: date
    attended: tuple[LedgerLine, ...]
    missed: tuple[LedgerLine, ...]
    coming: tuple[LedgerLine, ...]

    @property
    def urged(self) -> tuple[OfficialLedger, ...]:
        return tuple(state for state in self.page.officials if state.level <= RiskLevel.THIS_WEEK)


def get_digest_page(*, actor: Actor, on: date, days: int) -> DigestPage:
    """The digest of the last `days` days, as of that day: the ledger knows how everything stood then. Seven queries."""
    page, since = get_ledger_page(actor=actor, on=on), on - timedelta(days=days - 1)
    lines = [line for state in page.officials for line in state.lines]
    happened = [line for line in lines if since <= line.line.day <= on]
    missed = {VisitStanding.MISSED, VisitStanding.MISSED_WITH_REASON, VisitStanding.SUBSTITUTED}
    until = on + timedelta(days=days)
    return DigestPage(
        page=page,
        since=since,
        attended=_by_day(line for line in happened if line.standing == VisitStanding.DONE),
        missed=_by_day(line for line in happened if line.standing in missed),
        coming=_by_day(
            line for line in lines if line.standing == VisitStanding.PLANNED and on <= line.line.planned_on <= until
        ),
    )


def _by_day(lines: Iterable[LedgerLine]) -> tuple[LedgerLine, ...]:
    return tuple(sorted(lines, key=lambda item: (item.line.day, item.line.official, str(item.line.public_id))))
