"""The score sheet of every filed meeting: what the facts propose, and what the cell made of it to reach its grade."""

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from random import Random

from nennep.assessments.choices import Grade, ScoreSide, SheetState
from nennep.assessments.models import ScoreItem, ScoreSheet, StandingScore
from nennep.assessments.queries import template_of
from nennep.assessments.rules import MeetingFacts, propose
from nennep.core.periods import Month
from nennep.core.wording import say_date
from nennep.meetings.choices import MeetingKind
from nennep.meetings.models import Meeting
from nennep.meetings.rules.agenda import minutes_required
from nennep.policies.rules import RuleBook, SheetItem
from nennep.room.choices import AttendanceState, RemarkKind
from nennep.room.queries.outcome import sum_criticism
from nennep.room.rules.room import minutes_between
from nennep.site.demonstration.members import Roll
from nennep.site.demonstration.minutes import LastDutyCount, MinutesWriter
from nennep.site.demonstration.words import WORDS

POINTS = {"T": (90, 97), "K": (76, 89), "TB": (58, 69), "Kém": (42, 48)}
GRADES = {"T": Grade.GOOD, "K": Grade.FAIR, "TB": Grade.AVERAGE, "Kém": Grade.POOR}
STEP = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class ScoreLineSpread:
    """One line of a sheet on its way: `points` are moved until the total is right."""

    code: str
    maximum: Decimal
    proposed: Decimal | None
    fact: str


def _stand(sheet: ScoreSheet) -> StandingScore:
    """The demonstration's units leave it to the cells: their own score counts."""
    return StandingScore(
        meeting=sheet.meeting,
        at=sheet.agreed_at or sheet.meeting.planned_for,
        side=ScoreSide.CELL,
        total=sheet.total,
        grade=sheet.grade,
    )


class ScoreWriter:
    """Writes the sheets. `papers`: how many papers went with a meeting, by its id."""

    def __init__(self, minutes: MinutesWriter, papers: Mapping[int, int], *, now: datetime, random: Random) -> None:
        self.minutes, self.papers, self.random = minutes, papers, random
        self.current = Month.of(now.date())
        self.sheets: list[ScoreSheet] = []
        self.items: list[ScoreItem] = []
        self.mended: defaultdict[int, deque[str]] = defaultdict(lambda: deque(maxlen=7))

    def write_all(self, rolls: list[Roll], books: Mapping[int, RuleBook]) -> None:
        plans = {roll.plan.organization.pk: roll for roll in rolls}
        for meeting in self.minutes.meetings:
            if meeting.filed_at is not None:
                self._score(meeting, plans[meeting.organization_id], books[meeting.organization_id])
        ScoreSheet.objects.bulk_create(self.sheets, batch_size=1000)
        ScoreItem.objects.bulk_create(self.items, batch_size=1000)
        StandingScore.objects.bulk_create(map(_stand, self.sheets), batch_size=1000)

    def _score(self, meeting: Meeting, roll: Roll, book: RuleBook) -> None:
        letter = self._letter(roll, Month.of(meeting.month))
        total = Decimal(self.random.randint(*POINTS[letter]))
        facts = self._facts(meeting, book)
        template = template_of(meeting, book)
        lines = [self._line(item, facts) for item in template.items]
        sheet = ScoreSheet(
            meeting=meeting,
            template_code=template.code,
            state=SheetState.AGREED,
            total=total,
            grade=GRADES[letter],
            to_mend=self._choose_mending(meeting.organization_id),
            scored_by_name=roll.people[1].member.full_name,
            agreed_at=meeting.closed_at,
        )
        self.sheets.append(sheet)
        for position, (line, points) in enumerate(zip(lines, fit_points(lines, total), strict=True), start=1):
            differs = line.proposed is not None and points != line.proposed
            self.items.append(
                ScoreItem(
                    sheet=sheet,
                    code=line.code,
                    position=position,
                    maximum=line.maximum,
                    proposed=line.proposed,
                    fact=line.fact,
                    points=points,
                    note="Chi bộ thảo luận, thống nhất." if differs else "",
                )
            )

    def _choose_mending(self, cell: int) -> str:
        """Something else each time, for half a year and more: a cell that writes the same is pointed out to its committee."""
        lately = self.mended[cell]
        fresh = [words for words in WORDS["mendings"] if words not in lately]
        lately.append(self.random.choice(fresh[:3]))
        return lately[-1]

    def _line(self, item: SheetItem, facts: MeetingFacts) -> ScoreLineSpread:
        proposal = propose(item, facts)
        return ScoreLineSpread(item.code, Decimal(item.maximum), proposal.points, proposal.fact)

    def _letter(self, roll: Roll, month: Month) -> str:
        letters = roll.plan.letters
        back = (self.current.year - month.year) * 12 + self.current.number - month.number
        if back == 0:
            return "Kém" if roll.plan.latest == "poor" else letters[-1]
        return letters[max(0, len(letters) - back)]

    def _facts(self, meeting: Meeting, book: RuleBook) -> MeetingFacts:
        """What assessments.queries.gather_facts would read, from the rows in memory."""
        entries = self.minutes.entries[meeting.pk]
        counted = [entry.state for entry in entries if entry.counted]
        items = self.minutes.agenda[meeting.pk]
        speeches = [speech for item in items for speech in self.minutes.speeches.get(item.pk, [])]
        remarks = [remark.kind for remark in self.minutes.remarks.get(meeting.pk, [])]
        last_duties = self.minutes.last_duty_counts.get(meeting.pk, LastDutyCount(0, 0))
        papers = self.papers.get(meeting.pk, 0)
        return MeetingFacts(
            held_on=say_date(meeting.planned_for),
            window_kept=True,
            minutes_long=minutes_between(meeting.opened_at, meeting.closed_at),
            minutes_required=minutes_required(MeetingKind(meeting.kind), book, members=len(counted)),
            counted=len(counted),
            present=sum(AttendanceState(state).is_there for state in counted),
            unexcused=counted.count(AttendanceState.UNEXCUSED),
            attendance_target=book.attendance_target,
            prepared=True,
            announced=True,
            papers=papers,
            papers_on_time=True if papers else None,
            items=len(items),
            items_taken=len(items),
            attending=sum(AttendanceState(entry.state).is_there for entry in entries),
            speakers=len({speech.member_id for speech in speeches}),
            praises=remarks.count(RemarkKind.PRAISE),
            reminders=remarks.count(RemarkKind.REMINDER),
            criticism_minutes=sum_criticism(items, until=None),
            last_duties=last_duties.dated,
            last_duties_done=last_duties.done,
            concluded=True,
            minutes_approved=True,
            filed=True,
            filed_on_time=True,
            committee_met=True,
            announced_in_time=True,
        )


def fit_points(lines: list[ScoreLineSpread], total: Decimal) -> list[Decimal]:
    """Points that add up to `total`: from what the facts propose, full where only people can judge.

    What is too much is taken off half a point at a time, where people judge sooner than where facts speak; what is
    missing is added in the order of the sheet. Never below 0 or above the maximum.
    """
    points = [line.maximum if line.proposed is None else line.proposed for line in lines]
    while (over := sum(points, Decimal(0)) - total) > 0:
        fullest = max(range(len(lines)), key=lambda index: _fullness(lines[index], points[index]))
        points[fullest] -= min(STEP, over, points[fullest])
    for index, line in enumerate(lines):
        points[index] += min(max(total - sum(points, Decimal(0)), Decimal(0)), line.maximum - points[index])
    return points


def _fullness(line: ScoreLineSpread, points: Decimal) -> Decimal:
    """How readily points are taken off: what people judge counts half as much again as what facts say."""
    return points / line.maximum * (Decimal("1.5") if line.proposed is None else 1)
