"""Who stays away from the meetings of a cell: for the eyes of those who hold them only."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import DateField, DateTimeField, F, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import ngettext

from nennep.core.access import Actor
from nennep.core.origins import Origin
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingKind, MeetingState, Topic
from nennep.meetings.queries.suggestions import FIGURE, Suggestion, SuggestionContext
from nennep.members.models import Membership
from nennep.organizations.models import Organization
from nennep.policies.choices import PolicyKey
from nennep.policies.queries import Source, rules_for
from nennep.room.choices import AttendanceState
from nennep.room.models import PastMark, RollCallEntry
from nennep.room.queries.past import list_past_marks
from nennep.room.rules.absences import AbsenceLimits, Absences, count_absences

REVIEW = "Xem xét đảng viên bỏ sinh hoạt (Điều 8 Điều lệ Đảng)"  # a line of the programme, which is a Vietnamese paper
REVIEW_MINUTES = 15


@dataclass(frozen=True, slots=True)
class AbsentRow:
    """A member and what the year says of them."""

    member_id: UUID
    name: str
    absences: Absences


@dataclass(frozen=True, slots=True)
class AbsencesPage:
    """`review`: the cell must consider striking off; `streaks`: away with a reason too often in a row this year. Both by given name.

    `has_past`: some marks come from the book of months before the program.
    """

    year: int
    limits: AbsenceLimits
    review: tuple[AbsentRow, ...]
    streaks: tuple[AbsentRow, ...]
    review_source: Source | None
    streak_source: Source | None
    has_past: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.review and not self.streaks


def get_absences_page(*, actor: Actor, cell: Organization, on: date) -> AbsencesPage:
    """What the year of that day says of those who belong to the cell on it, by the rules of the day. Three queries.

    Raises NotAllowed for everybody but those who hold its meetings.
    """
    actor.require(Permission.MEETINGS_HOLD, cell.path)
    rules = rules_for(organization=cell, on=on)
    limits = AbsenceLimits(rules.excused_streak_max, rules.removal_months)
    rows, has_past = _list_absent(cell, on)
    return AbsencesPage(
        year=on.year,
        limits=limits,
        review=tuple(row for row in rows if row.absences.needs_review(limits)),
        streaks=tuple(row for row in rows if row.absences.is_streak(limits)),
        review_source=rules.source(PolicyKey.REMOVAL_MONTHS),
        streak_source=rules.source(PolicyKey.EXCUSED_STREAK),
        has_past=has_past,
    )


def _list_absent(cell: Organization, on: date) -> tuple[list[AbsentRow], bool]:
    """By given name; and whether the book of months before the program says anything of them."""
    here = Membership.objects.on(on).filter(organization=cell).values("member_id")
    entries = RollCallEntry.objects.filter(
        counted=True,
        member__in=here,
        meeting__organization=cell,
        meeting__state=MeetingState.HELD,
        meeting__kind__in=MeetingKind.monthly(),
        meeting__month__range=(date(on.year, 1, 1), on),
    ).order_by("member__name_key", "member_id", "meeting__planned_for", "meeting_id")
    past = list_past_marks(cell=cell, members=here, since=date(on.year, 1, 1), until=on)
    fields = ("member__public_id", "member__full_name", "meeting__month", "state")
    kept = [
        (member, name, Month.of(month), AttendanceState(state))
        for member, name, month, state in entries.values_list(*fields)
    ]
    people: dict[UUID, str] = {}
    marks: dict[UUID, list[tuple[Month, AttendanceState]]] = {}
    for member, name, found_month, found in (*past, *kept):  # the book ends before the program begins
        people[member] = name
        marks.setdefault(member, []).append((found_month, found))
    rows = [AbsentRow(member, people[member], count_absences(found)) for member, found in marks.items()]
    return rows, bool(past)


def list_streaks(*, cell: Organization, on: date, most: int) -> list[str]:
    """Names of those whom `read_streaks` counts, by given name. The caller leads the cell. Three queries."""
    limits = AbsenceLimits(most, 0)
    return [row.name for row in _list_absent(cell, on)[0] if row.absences.is_streak(limits)]


@dataclass(frozen=True, slots=True)
class StreaksAsked:
    """Of which cell, up to which day of its year, more often in a row than what."""

    organization_id: int
    on: date
    most: int


def read_streaks(asked: Mapping[int, StreaksAsked]) -> dict[int, int]:
    """How many of those who belong to each cell were excused more than `most` times in a row in the year, until that day. One query.

    An earlier run counts too, whoever came back since: “in a row in the year” (HD 12; rules.md §1.6, §2.3 no. 2).

    By keys of the caller's own, who has passed the cells' doors and names nobody.
    """
    if not asked:
        return {}
    marks: dict[tuple[int, int], list[tuple[Month, AttendanceState]]] = defaultdict(list)
    stays: dict[int, list[_CellRow]] = defaultdict(list)
    for row in _read_cells(asked.values()):
        if row.source == _STAYS:
            stays[row.cell].append(row)
        else:
            marks[row.cell, row.member].append((Month.of(row.day), AttendanceState(row.state)))
    return {key: _count_streaks(one, stays[one.organization_id], marks) for key, one in asked.items()}


_STAYS, _BOOK, _ROLL_CALLS = range(3)  # the book of months before the program ends before its roll calls begin


class _CellRow(NamedTuple):
    """Of a member in a cell: from `day` on until `until`, or how the roll call of the month that begins on `day` marked them."""

    source: int
    at: datetime | None
    day: date
    pk: int
    cell: int
    member: int
    until: date | None
    state: str


def _read_cells(asked: Collection[StreaksAsked]) -> list[_CellRow]:
    """Stays, then the marks in the order of their meetings. One query."""
    cells, days = {one.organization_id for one in asked}, [one.on for one in asked]
    since, until = date(min(days).year, 1, 1), max(days)
    kept = {
        "meeting__organization__in": cells,
        "meeting__kind__in": MeetingKind.monthly(),
        "meeting__month__range": (since, until),
    }
    stays = Membership.objects.filter(organization_id__in=cells, valid_from__lte=until)
    past = PastMark.objects.filter(**kept)
    entries = RollCallEntry.objects.filter(**kept, counted=True, meeting__state=MeetingState.HELD)
    cell, month, at = "meeting__organization_id", F("meeting__month"), F("meeting__planned_for")
    every = _columns(stays, _STAYS, "organization_id", F("valid_from"), until=F("valid_to")).union(
        _columns(past, _BOOK, cell, month, state=F("state")),
        _columns(entries, _ROLL_CALLS, cell, month, at=at, pk=F("meeting_id"), state=F("state")),
        all=True,
    )
    return sorted(map(_CellRow._make, every))


def _columns(rows: QuerySet[Any], source: int, cell: str, day: F, **given: F) -> QuerySet[Any, Any]:
    """As `_CellRow` has them; what is not given is nothing, said with its type, as several of them are read together."""
    columns = {
        "a_source": Value(source),
        "b_at": given.get("at") or Cast(Value(None), DateTimeField()),
        "c_day": day,
        "d_pk": given.get("pk") or F("pk"),
        "e_cell": F(cell),
        "f_member": F("member_id"),
        "g_until": given.get("until") or Cast(Value(None), DateField()),
        "h_state": given.get("state") or Value(""),
    }
    return rows.order_by().values(*(), **columns).values_list(*columns)


def _count_streaks(
    asked: StreaksAsked,
    stays: Iterable[_CellRow],
    marks: Mapping[tuple[int, int], Sequence[tuple[Month, AttendanceState]]],
) -> int:
    limits = AbsenceLimits(asked.most, 0)
    since, until = Month(asked.on.year, 1), Month.of(asked.on)
    members = {stay.member for stay in stays if stay.day <= asked.on < (stay.until or date.max)}
    runs = (
        count_absences([one for one in marks[asked.organization_id, member] if since <= one[0] <= until])
        for member in members
        if (asked.organization_id, member) in marks
    )
    return sum(run.is_streak(limits) for run in runs)


def suggest_by_absences(asked: SuggestionContext) -> Iterator[Suggestion]:
    """The review, without a name; for those who hold the cell's meetings."""
    cell = asked.meeting.organization
    if not asked.actor.may(Permission.MEETINGS_HOLD, cell.path):
        return
    page = get_absences_page(actor=asked.actor, cell=cell, on=asked.today)
    if page.review:
        yield Suggestion(
            origin=Origin(FIGURE, "removal"),
            title=REVIEW,
            topic=Topic.DISCIPLINE,
            minutes=REVIEW_MINUTES,
            reason=ngettext(
                "%(count)s đồng chí vắng không lý do từ %(months)s tháng trong năm",
                "%(count)s đồng chí vắng không lý do từ %(months)s tháng trong năm",
                len(page.review),
            )
            % {"count": len(page.review), "months": page.limits.removal},
        )
