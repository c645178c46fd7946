"""Thirteen months of meetings for every cell, written in bulk: agenda, roll call, speeches, vote, resolution."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from nennep.core.periods import Month
from nennep.core.wording import format_month
from nennep.documents.choices import PaperType
from nennep.documents.models import NumberSequence
from nennep.meetings.choices import MeetingKind, MeetingState, Topic
from nennep.meetings.models import AgendaItem, Meeting, MeetingRoutine, Notice
from nennep.meetings.rules.schedule import DayRule, find_meeting_day, takes_weekends_off
from nennep.members.choices import Reach, Standing
from nennep.members.models import Member
from nennep.organizations.choices import CellType
from nennep.organizations.models import Term
from nennep.organizations.queries import lineages_of
from nennep.policies.queries import rules_for_many
from nennep.policies.rules import RuleBook
from nennep.records.models import Resolution
from nennep.room.choices import AttendanceState
from nennep.room.models import RollCallEntry, Speech, Vote
from nennep.site.demonstration.members import Roll
from nennep.site.demonstration.programmes import Occasion, make_lines, share_minutes
from nennep.site.demonstration.tree import FOLLOWED, TERM_FROM
from nennep.site.demonstration.words import WORDS

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PAST_MONTHS = 12
THEMATIC_MONTHS = {2, 5, 8, 11}
# Share of the counted who came, by what is special with the cell and how many months ago.
LOW_ATTENDANCE = {"poor": {0: 0.76, 1: 0.84, 2: 0.88}, "overdue_duties": {0: 0.86}}
SPECIAL_STATES = {Standing.EXEMPT: AttendanceState.EXEMPT, Standing.ELSEWHERE: AttendanceState.ELSEWHERE}


@dataclass
class WrittenRows:
    """Everything to be written, by table, in the order in which foreign keys allow it."""

    meetings: list[Meeting] = field(default_factory=list)
    agenda: list[AgendaItem] = field(default_factory=list)
    roll_call: list[RollCallEntry] = field(default_factory=list)
    speeches: list[Speech] = field(default_factory=list)
    votes: list[Vote] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    resolutions: list[Resolution] = field(default_factory=list)

    def write(self) -> None:
        Meeting.objects.bulk_create(self.meetings, batch_size=1000)
        AgendaItem.objects.bulk_create(self.agenda, batch_size=1000)
        RollCallEntry.objects.bulk_create(self.roll_call, batch_size=1000)
        Speech.objects.bulk_create(self.speeches, batch_size=1000)
        Vote.objects.bulk_create(self.votes, batch_size=1000)
        Notice.objects.bulk_create(self.notices, batch_size=1000)
        Resolution.objects.bulk_create(self.resolutions, batch_size=1000)


@dataclass(frozen=True, slots=True)
class Setting:
    """What all meetings of one cell share."""

    roll: Roll
    book: RuleBook
    routine: MeetingRoutine
    term: Term
    lineage: str

    @property
    def is_village(self) -> bool:
        return self.roll.plan.organization.cell_type == CellType.VILLAGE

    @property
    def latest(self) -> str:
        return self.roll.plan.latest

    def planned_for(self, month: Month) -> datetime:
        rule = DayRule(
            self.routine.fixed_day or self.book.fixed_day,
            self.book.window_last_day,
            takes_weekends_off(self.roll.plan.organization.cell_type),
        )
        return datetime.combine(find_meeting_day(month, rule), self.routine.starts_at, tzinfo=ZONE)


class MonthWriter:
    """Writes the months of all cells, from `past_months` ago on. `now` divides what is held from what is planned."""

    def __init__(self, *, now: datetime, random: Random, past_months: int = PAST_MONTHS) -> None:
        self.now = now
        self.past_months = past_months
        self.random = random
        self.rows = WrittenRows()
        self.books: dict[int, RuleBook] = {}
        self.current = Month.of(now.date())

    def write_all(self, rolls: list[Roll]) -> None:
        """Every cell's months, then its sequence of numbers."""
        for setting in self._settings(rolls):
            held = [meeting for month in self._months() if (meeting := self._write_month(setting, month)).closed_at]
            NumberSequence.objects.create(
                organization=setting.roll.plan.organization,
                paper_type=PaperType.RESOLUTION,
                term=setting.term,
                last=number_of(Month.of(held[-1].month)) if held else 0,
            )
        self.rows.write()

    def _settings(self, rolls: list[Roll]) -> Iterable[Setting]:
        cells = [roll.plan.organization for roll in rolls]
        self.books = rules_for_many(organizations=cells, on=self.now.date())
        lineages = lineages_of(cells)
        routines = {routine.organization_id: routine for routine in MeetingRoutine.objects.all()}
        terms = {term.organization_id: term for term in Term.objects.all()}
        for roll, cell in zip(rolls, cells, strict=True):
            yield Setting(roll, self.books[cell.pk], routines[cell.pk], terms[cell.pk], lineages[cell.pk])

    def _months(self) -> Iterable[Month]:
        """Those that are over, the one in progress, and what is planned up to the end of the year (one at least)."""
        last = max(Month(self.current.year, 12), self.current.plus(1))
        return self.current.plus(-self.past_months).through(last)

    def _write_month(self, setting: Setting, month: Month) -> Meeting:
        planned_for = setting.planned_for(month)
        held = planned_for + timedelta(hours=3) < self.now
        meeting = self._meeting(setting, month, planned_for, held=held)
        self.rows.meetings.append(meeting)
        items = self._agenda(setting, meeting, month) if month <= self.current.plus(1) else []
        if held:
            self._hold(setting, meeting, items)
        return meeting

    def _meeting(self, setting: Setting, month: Month, planned_for: datetime, *, held: bool) -> Meeting:
        themed = month.number in THEMATIC_MONTHS and setting.latest != "only_work"
        finished = held and not (month == self.current and setting.latest == "unfiled")
        leaders = setting.roll.people
        return Meeting(
            organization=setting.roll.plan.organization,
            unit_lineage=setting.lineage if held else "",
            kind=MeetingKind.COMBINED if themed else MeetingKind.REGULAR,
            state=MeetingState.HELD if held else MeetingState.PLANNED,
            month=month.first_day,
            planned_for=planned_for,
            place=setting.routine.place,
            theme=self.random.choice(WORDS["themes"]) if themed else "",
            chair=leaders[0].member,
            minute_taker=leaders[-1 if len(leaders) < 4 else 3].member,
            upper_guest=self._guest(setting) if held else "",
            fee_note="Đã thu đủ đảng phí tháng" if held else "",
            conclusion=self.random.choice(WORDS["conclusions"]) if held else "",
            prepared_at=self._prepared_at(setting, month, planned_for, held=held),
            announced_at=self._announced_at(setting, month, planned_for) if held else None,
            opened_at=planned_for if held else None,
            closed_at=planned_for + timedelta(minutes=122 if themed else 95 + self.random.randint(0, 20))
            if held
            else None,
            filed_at=planned_for + timedelta(days=1, hours=1) if finished else None,
            revision=1,
        )

    def _guest(self, setting: Setting) -> str:
        """Lăng Can sends members of its committee to its village cells, always the same one to those they follow."""
        if not (setting.roll.plan.is_lang_can and setting.is_village):
            return ""
        followed = setting.roll.plan.organization.name in FOLLOWED
        return str(WORDS["guests"][0] if followed else self.random.choice(WORDS["guests"][1:]))

    def _prepared_at(self, setting: Setting, month: Month, planned_for: datetime, *, held: bool) -> datetime | None:
        """Four days before. Nặm Chá has agreed the next agenda already and has the papers still to send."""
        if held:
            return planned_for - timedelta(days=4)
        if setting.latest == "on_the_way" and month <= self.current.plus(1):
            return min(planned_for - timedelta(days=4), self.now - timedelta(days=2, hours=11))
        return None

    def _announced_at(self, setting: Setting, month: Month, planned_for: datetime) -> datetime:
        late = setting.latest == "late_papers" and month == self.current
        return planned_for - (timedelta(hours=3) if late else timedelta(days=2, hours=4))

    def _agenda(self, setting: Setting, meeting: Meeting, month: Month) -> list[AgendaItem]:
        occasion = Occasion(
            cell=setting.roll.plan.organization,
            latest=setting.latest,
            kind=MeetingKind(meeting.kind),
            month=month,
            theme=meeting.theme,
            months_ago=self._months_ago(month),
        )
        lines = make_lines(setting.book.agenda_template, occasion)
        items = [
            AgendaItem(
                meeting=meeting,
                position=position,
                phase=line.phase,
                topic=line.topic,
                title=line.title,
                minutes_planned=line.minutes,
            )
            for position, line in enumerate(lines, start=1)
        ]
        self.rows.agenda.extend(items)
        return items

    def _hold(self, setting: Setting, meeting: Meeting, items: list[AgendaItem]) -> None:
        entries = self._call_roll(setting, meeting)
        self._run_items(setting, meeting, items, entries)
        self._vote(meeting, entries)
        self._announce(setting, meeting)
        if meeting.filed_at:
            self._resolve(setting, meeting)

    def _call_roll(self, setting: Setting, meeting: Meeting) -> list[RollCallEntry]:
        day = meeting.planned_for.date()
        standings = [(person.member, person.standing_on(day)) for person in setting.roll.people]
        called = [(member, standing) for member, standing in standings if standing is not None]
        counted = [member for member, standing in called if standing.is_active]
        free = [member for member in counted if member not in {meeting.chair, meeting.minute_taker}]
        absent = self._choose_absent(setting, free, len(counted), self._months_ago(Month.of(day)))
        entries = [self._entry(meeting, member, standing, absent=member in absent) for member, standing in called]
        self.rows.roll_call.extend(entries)
        return entries

    def _choose_absent(self, setting: Setting, free: list[Member], people: int, months_ago: int) -> list[Member]:
        """Which of the `free` do not come, of `people` counted: in Lăng Can at most a tenth, but where attendance is falling."""
        plan = setting.roll.plan
        low = LOW_ATTENDANCE.get(plan.latest, {}).get(months_ago)
        if low is not None:
            return self.random.sample(free, people - int(people * low))
        usual = round(people * (100 - plan.attendance) / 100) + self.random.choice((-1, 0, 0, 1))
        most = people // (10 if plan.is_lang_can else 7)
        return self.random.sample(free, max(0, min(usual, most)))

    def _entry(self, meeting: Meeting, member: Member, standing: Standing, *, absent: bool) -> RollCallEntry:
        state = SPECIAL_STATES.get(standing) or self._state(absent=absent)
        late = state == AttendanceState.LATE
        return RollCallEntry(
            meeting=meeting,
            member=member,
            standing=standing,
            counted=standing.is_active,
            votes=standing == Standing.OFFICIAL,
            state=state,
            reason=self.random.choice(WORDS["excuses"]) if state == AttendanceState.EXCUSED else "",
            arrived_at=(meeting.planned_for + timedelta(minutes=self.random.randint(6, 25))).time() if late else None,
            marked_at=meeting.planned_for,
        )

    def _state(self, *, absent: bool) -> AttendanceState:
        if absent:
            return AttendanceState.UNEXCUSED if self.random.random() < 0.06 else AttendanceState.EXCUSED
        return AttendanceState.LATE if self.random.random() < 0.03 else AttendanceState.PRESENT

    def _months_ago(self, month: Month) -> int:
        return (self.current.year - month.year) * 12 + self.current.number - month.number

    def _run_items(
        self, setting: Setting, meeting: Meeting, items: list[AgendaItem], entries: list[RollCallEntry]
    ) -> None:
        """Start and end of each item, its note, and who spoke on it."""
        place = setting.roll.plan.organization.name.removeprefix("Chi bộ ")
        moment = meeting.planned_for
        opinions = list(WORDS["opinions"]["village" if setting.is_village else "office"])
        self.random.shuffle(opinions)
        for item, minutes in zip(items, _share(meeting, items), strict=True):
            item.started_at = moment
            moment += timedelta(minutes=minutes)
            item.ended_at = moment
            item.note = WORDS["notes"].get(item.topic, "").format(place=place)
            if item.topic in {Topic.LAST_MONTH, Topic.NEXT_MONTH, Topic.THEME, Topic.SELF_CRITICISM}:
                self._speak(item, entries, opinions)

    def _speak(self, item: AgendaItem, entries: list[RollCallEntry], opinions: list[str]) -> None:
        """Nobody repeats what was said; when there is nothing new left, nobody takes the floor."""
        present = [entry for entry in entries if AttendanceState(entry.state).is_there]
        for entry in self.random.sample(present, min(len(present), len(opinions), self.random.randint(1, 4))):
            at = item.started_at or self.now
            opinion = opinions.pop()
            self.rows.speeches.append(Speech(item=item, member=entry.member, opinion=opinion, first_at=at, last_at=at))

    def _vote(self, meeting: Meeting, entries: list[RollCallEntry]) -> None:
        base = sum(entry.votes for entry in entries)
        there = sum(entry.votes and AttendanceState(entry.state).is_there for entry in entries)
        other = self.random.choice([0, 0, 0, 1]) if there > 1 else 0
        self.rows.votes.append(
            Vote(
                meeting=meeting,
                subject=f"Nghị quyết tháng {format_month(meeting.month.month)}",
                base=base,
                in_favour=there - other,
                other=other,
                passed=(there - other) * 2 > base,
                at=meeting.closed_at or self.now,
            )
        )

    def _announce(self, setting: Setting, meeting: Meeting) -> None:
        day = meeting.planned_for.date()
        people = [person.member for person in setting.roll.people if person.is_active_on(day)]
        printed = sum(member.reach == Reach.PRINT for member in people)
        at = meeting.announced_at or meeting.planned_for
        self.rows.notices.append(Notice(meeting=meeting, sent_at=at, recipients=len(people), printed=printed))

    def _resolve(self, setting: Setting, meeting: Meeting) -> None:
        self.rows.resolutions.append(
            Resolution(
                meeting=meeting,
                term=setting.term,
                number=number_of(Month.of(meeting.month)),
                issued_on=meeting.planned_for.date(),
                thinking="Đảng viên và Nhân dân phấn khởi, tin tưởng vào sự lãnh đạo của Đảng.",
                shortcomings="Một số việc còn chậm so với thời hạn được giao.",
                directions="Tiếp tục thực hiện nhiệm vụ chính trị; giữ nền nếp sinh hoạt; giao việc cụ thể cho từng đảng viên.",
            )
        )


def _share(meeting: Meeting, items: list[AgendaItem]) -> list[int]:
    """Minutes that each item took; together the length of the meeting."""
    closed_at = meeting.closed_at or meeting.planned_for
    length = int((closed_at - meeting.planned_for).total_seconds() // 60)
    return share_minutes([(item.topic, item.minutes_planned) for item in items], length)


def number_of(month: Month) -> int:
    """The number of a month's resolution in the term that began in May 2025; one resolution a month."""
    first = Month.of(TERM_FROM)
    return max(1, (month.year - first.year) * 12 + month.number - first.number + 1)
