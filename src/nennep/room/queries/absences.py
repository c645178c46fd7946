"""Who stays away from the meetings of a cell: for the eyes of those who hold them only."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

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
    """`review`: the cell must consider striking off; `streaks`: away with a reason too often in a row. Both by given name.

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
    """How many of those who belong to each cell were excused more than `most` times in a row up to that day, in its year. Three queries.

    By keys of the caller's own, who has passed the cells' doors and names nobody.
    """
    if not asked:
        return {}
    cells = {one.organization_id for one in asked.values()}
    first, last = min(date(one.on.year, 1, 1) for one in asked.values()), max(one.on for one in asked.values())
    marks: dict[tuple[int, int], list[tuple[Month, AttendanceState]]] = defaultdict(list)
    for cell, member, month, state in _read_marks(cells, first, last):
        marks[cell, member].append((Month.of(month), AttendanceState(state)))
    here: dict[int, list[tuple[int, date, date]]] = defaultdict(list)
    stays = Membership.objects.filter(organization_id__in=cells, valid_from__lte=last).order_by("pk")
    for cell, member, since, until in stays.values_list("organization_id", "member_id", "valid_from", "valid_to"):
        here[cell].append((member, since, until or date.max))
    return {key: _count_streaks(one, here[one.organization_id], marks) for key, one in asked.items()}


def _read_marks(cells: Collection[int], first: date, last: date) -> Iterator[tuple[int, int, date, str]]:
    """Cell, member, month, mark: from the book of months before the program, then from the roll calls. Two queries."""
    kept = {"meeting__organization__in": cells, "meeting__kind__in": MeetingKind.monthly()}
    span = {"meeting__month__range": (first, last)}
    fields = ("meeting__organization_id", "member_id", "meeting__month", "state")
    past = PastMark.objects.filter(**kept, **span).order_by("meeting__month", "pk")
    yield from past.values_list(*fields)
    entries = RollCallEntry.objects.filter(**kept, **span, counted=True, meeting__state=MeetingState.HELD)
    yield from entries.order_by("meeting__planned_for", "meeting_id").values_list(*fields)


def _count_streaks(
    asked: StreaksAsked,
    stays: Iterable[tuple[int, date, date]],
    marks: Mapping[tuple[int, int], Sequence[tuple[Month, AttendanceState]]],
) -> int:
    limits = AbsenceLimits(asked.most, 0)
    since, until = Month(asked.on.year, 1), Month.of(asked.on)
    members = {member for member, begun, ended in stays if begun <= asked.on < ended}
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
            reason=_("%(count)s đồng chí vắng không lý do từ %(months)s tháng trong năm")
            % {"count": len(page.review), "months": page.limits.removal},
        )
