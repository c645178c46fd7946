"""The tasks of many meetings at once: last month's table of each (`list_month_table`), and how many each has given."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, OuterRef, Q, Subquery
from django.utils.timezone import localdate

from nennep.duties.choices import DutyCategory, DutyState
from nennep.duties.models import Duty, DutyReport, FormerDueDate
from nennep.duties.queries.duties import settled_reports
from nennep.duties.rules import MeetingBefore, is_last_months_duty, is_silent_standing_duty


@dataclass(frozen=True, slots=True)
class TableAsked:
    """One meeting: of which unit, on which day, after which; `origin_id` as its tasks name it. `before` None: it has no table."""

    organization_id: int
    on: date
    before: MeetingBefore | None
    origin_id: str


@dataclass(frozen=True, slots=True)
class TableDuty:
    """A task of the table; `due_then`: the date that it came into the meeting with."""

    public_id: UUID
    title: str
    state: DutyState
    due_then: date | None

    @property
    def is_open(self) -> bool:
        return self.state == DutyState.ONGOING


@dataclass(slots=True)
class MeetingTable:
    rows: list[TableDuty] = field(default_factory=list)
    given: int = 0


def read_tables(asked: Mapping[int, TableAsked], *, origin_kind: str) -> dict[int, MeetingTable]:
    """By keys of the caller's own. One query; of meetings of several days a second one where a date was moved since."""
    duties = _read(list(asked.values()), origin_kind)
    several = len({one.on for one in asked.values()}) > 1
    dates = _read_former([duty.pk for duty in duties if duty.moved_until]) if several else {}  # type: ignore[attr-defined]
    by_unit: dict[int, list[Duty]] = defaultdict(list)
    given: dict[str, int] = defaultdict(int)
    for duty in duties:
        by_unit[duty.organization_id].append(duty)
        if duty.origin_kind == origin_kind:
            given[duty.origin_id] += 1
    return {
        key: MeetingTable(
            [
                TableDuty(duty.public_id, duty.words, DutyState(duty.state), _due_then(duty, one.on, dates))
                for duty in by_unit[one.organization_id]
                if one.before and _is_listed(duty, one.on, one.before)
            ],
            given[one.origin_id],
        )
        for key, one in asked.items()
    }


def _read(asked: Iterable[TableAsked], origin_kind: str) -> list[Duty]:
    """What may stand in any of the tables, or was given at any of the meetings, in the order given."""
    every = list(asked)
    tables = [(one.on, one.before.day) for one in every if one.before]
    listed = Q(pk__in=())
    if tables:
        first = min(day for _on, day in tables)
        lately = Q(settled_on=None) | Q(settled_on__gte=first) | Q(given_on__gte=first)
        listed = lately & Q(
            organization_id__in={one.organization_id for one in every}, given_on__lt=max(on for on, _day in tables)
        )
    given = Q(origin_kind=origin_kind, origin_id__in=[one.origin_id for one in every])
    said = DutyReport.objects.filter(duty=OuterRef("pk")).order_by()
    earliest = min((one.on for one in every), default=date.max)
    moved = FormerDueDate.objects.filter(duty=OuterRef("pk"), until__gte=earliest).order_by("until", "pk")
    columns = {
        "settled_at": Subquery(settled_reports().values("at")[:1]),  # declared on the model
        "last_said": Subquery(said.values("duty").annotate(last=Max("at")).values("last")),
        "moved_until": Subquery(moved.values("until")[:1]),
        "moved_from": Subquery(moved.values("due_on")[:1]),
    }
    return list(Duty.objects.filter(listed | given).only(*_COLUMNS).annotate(**columns).order_by("pk"))


_COLUMNS = (
    "public_id",
    "organization_id",
    "title",
    "category",
    "state",
    "given_on",
    "due_on",
    "settled_on",
    "origin_kind",
    "origin_id",
)


def _read_former(duties: list[int]) -> dict[int, list[tuple[date, date]]]:
    """The dates that these tasks had: until when, which; the first of them first."""
    found: dict[int, list[tuple[date, date]]] = defaultdict(list)
    if duties:
        rows = FormerDueDate.objects.filter(duty__in=duties).order_by("until", "pk")
        for duty, until, due_on in rows.values_list("duty_id", "until", "due_on"):
            found[duty].append((until, due_on))
    return found


def _due_then(duty: Any, on: date, dates: Mapping[int, list[tuple[date, date]]]) -> date | None:
    """One that was put off on that day or since was due all the same: the date it had until the first such day."""
    first: list[tuple[date, date]] = [(duty.moved_until, duty.moved_from)] if duty.moved_until else []
    dated: date | None = duty.due_on
    return next((due_on for until, due_on in dates.get(duty.pk, first) if until >= on), dated)


def _is_listed(duty: Duty, on: date, before: MeetingBefore) -> bool:
    """As `list_month_table` chooses."""
    settled, settled_at = duty.settled_on, duty.settled_at
    lately = settled is None or settled >= before.day or duty.given_on >= before.day
    silent = is_silent_standing_duty(
        DutyCategory(duty.category),
        due_on=duty.due_on,
        settled_on=settled,
        given_before=duty.given_on < before.day,
        reported=_was_said_since(duty.last_said, before),  # type: ignore[attr-defined]  # annotated
    )
    known = is_last_months_duty(given_on=duty.given_on, settled_on=settled, settled_at=settled_at, before=before)
    return duty.given_on < on and lately and not silent and known


def _was_said_since(last_said: datetime | None, before: MeetingBefore) -> bool:
    if last_said is None:
        return False
    return localdate(last_said) >= before.day if before.closed_at is None else last_said > before.closed_at
