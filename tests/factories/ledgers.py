"""Raw facts of officials for the pure rules of visits."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from nennep.core.periods import Month
from nennep.visits.choices import Office, VisitState
from nennep.visits.rules.ledger import LedgerFacts, VisitFact
from nennep.visits.rules.obligations import HeldOffice, ObligationsOf, Owed, count_owed

YEAR = 2026
COMMUNE, PROVINCE = 1, 2
KON_TUM = {Office.PROVINCE_COMMITTEE: 2, Office.DISTRICT_COMMITTEE: 6, Office.COMMUNE_COMMITTEE: 6}
SON_LA: dict[Office, int | None] = {
    Office.STANDING_BOARD: None,
    Office.STANDING_COMMITTEE: 2,
    Office.PROVINCE_COMMITTEE_SECRETARY: None,
    Office.PROVINCE_COMMITTEE: 3,
}


def all_year(minima: Any, unit: int = PROVINCE) -> ObligationsOf:
    return {(unit, Month(YEAR, number)): minima for number in range(1, 13)}


def held(office: Office, since: date, until: date | None = None, unit: int = PROVINCE) -> HeldOffice:
    return HeldOffice(office, unit, since, until)


def owed(*holdings: HeldOffice, minima: Any = SON_LA, unit: int = PROVINCE) -> Owed:
    return count_owed(holdings, year=YEAR, obligations=all_year(minima, unit))


def visit(on: date, state: VisitState = VisitState.ATTENDED, **changes: Any) -> VisitFact:
    facts: dict[str, Any] = {"public_id": uuid4(), "cell_id": 7, "created_on": date(YEAR, 1, 1)}
    if state == VisitState.ATTENDED:
        facts |= {"attended_on": on, "settled_on": on, "report_due_on": on + timedelta(days=7)}
    elif state not in {VisitState.PLANNED, VisitState.CONFIRMED}:
        facts |= {"settled_on": on}
    return VisitFact(**(facts | {"planned_on": on, "state": state} | changes))


def facts_of(*visits: VisitFact, **changes: Any) -> LedgerFacts:
    holdings = (held(Office.PROVINCE_COMMITTEE, date(2021, 1, 1)),)
    facts: dict[str, Any] = {"holdings": holdings, "obligations": all_year(SON_LA), "visits": visits}
    return LedgerFacts(**({"year": YEAR} | facts | changes))


MARCH, MAY, JUNE, JULY = (date(YEAR, month, 3) for month in (3, 5, 6, 7))
