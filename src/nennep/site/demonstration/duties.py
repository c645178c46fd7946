"""Tasks: a standing one for nearly every member, and each month's own, given in the meeting and reported before the next."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from random import Random

from nennep.duties.choices import DutyCategory, DutyState
from nennep.duties.models import Duty, DutyReport, FormerDueDate
from nennep.meetings.models import Meeting
from nennep.members.choices import Reach
from nennep.members.models import Member
from nennep.organizations.choices import CellType
from nennep.room.choices import RemarkKind
from nennep.room.models import Remark
from nennep.site.demonstration.members import Enrolled, Roll
from nennep.site.demonstration.months import ZONE
from nennep.site.demonstration.words import WORDS

ORIGIN = "meetings.meeting"
IDLE = {"idle_members": 5}
NAM_CHA_IDLE = {"Bàn Thị Ghến", "Hoàng Văn Oanh", "Triệu Văn Sính"}
NAM_CHA_DOERS = {0: "Chẩu Văn Dũng", 1: "Ma Đình Phúc", 4: "Quan Minh Tuyến"}
MEMBER = "Lý Thị Mỷ"  # the demonstration's account `dang-vien`
IN_TROUBLE = "overdue_duties"
# What Chi bộ thôn Nặm Chá had to do in the month before, as the mockups show it: title, days late (None: done), words.
NAM_CHA = (
    ("Vận động 12 hộ hiến đất mở rộng đường Nặm Chá – Khau Quang", "done", "12/12 hộ, 640 m² đất."),
    ("Làm 300 m mương bê tông khu đồng Nà Khà", "open", "Đã làm 180 m, chờ xi măng đợt 2."),
    ("Giúp 2 hộ cận nghèo đăng ký vay vốn sản xuất", "done", "2/2 hộ đã có sổ vay."),
    ("Vận động 4 học sinh trở lại lớp", "done", "4/4 em."),
    ("Vận động tham gia bảo hiểm y tế, đạt 95% số hộ", "open", "Đã đạt 88%, còn 9 hộ."),
    ("Giới thiệu 1 quần chúng ưu tú học lớp bồi dưỡng nhận thức về Đảng", "done", "Lớp khai giảng tháng sau."),
    ("Trực và dọn vệ sinh nhà văn hóa thôn, 2 buổi", "done", "2/2 buổi."),
    ("Tuần tra bảo vệ rừng đầu nguồn, 4 buổi", "done", "4/4 buổi."),
    ("Trồng 200 m hàng rào xanh đường thôn", "done", "200/200 m."),
)


class DutyWriter:
    """Writes the tasks of all cells. Ids of meetings are known by now, so that every task has its origin."""

    def __init__(self, *, now: datetime, random: Random) -> None:
        self.now = now
        self.today = now.date()
        self.random = random
        self.duties: list[Duty] = []
        self.reports: list[DutyReport] = []
        self.former_dates: list[FormerDueDate] = []
        self.remarks: list[Remark] = []
        self.helping: list[tuple[Duty, Member]] = []
        self.secretary = Member()  # of the cell that is being written

    def write_all(self, rolls: list[Roll], meetings: Iterable[Meeting]) -> None:
        """Tasks given in each held meeting, then the standing ones; praise goes into the meeting that heard the result."""
        held: dict[int, list[Meeting]] = {}
        for meeting in meetings:
            if meeting.closed_at:
                held.setdefault(meeting.organization_id, []).append(meeting)
        for roll in rolls:
            own = sorted(held.get(roll.plan.organization.pk, []), key=lambda meeting: meeting.planned_for)
            self._write_cell(roll, own)
        Duty.objects.bulk_create(self.duties, batch_size=1000)
        links = [Duty.helpers.through(duty_id=duty.pk, member_id=member.pk) for duty, member in self.helping]
        Duty.helpers.through.objects.bulk_create(links, batch_size=1000)
        DutyReport.objects.bulk_create(self.reports, batch_size=1000)
        FormerDueDate.objects.bulk_create(self.former_dates)
        Remark.objects.bulk_create(self.remarks, batch_size=1000)

    def _write_cell(self, roll: Roll, held: list[Meeting]) -> None:
        self.secretary = roll.people[0].member
        idle = IDLE.get(roll.plan.latest, 0)
        people = roll.counted
        workers = [person for person in people if person.member.full_name not in NAM_CHA_IDLE]
        workers = workers[: len(workers) - idle]
        self._give_standing_duties(roll, workers)
        for meeting, heard_in in zip(held, [*held[1:], None], strict=True):
            if roll.plan.latest == "on_the_way" and heard_in is held[-1]:
                self._give_nam_cha(workers, meeting, heard_in)
            else:
                self._give_monthly(roll, workers, meeting, heard_in)

    def _give_standing_duties(self, roll: Roll, workers: list[Enrolled]) -> None:
        """For the year, two people each: households in a village, a field of work elsewhere."""
        village = roll.plan.organization.cell_type == CellType.VILLAGE
        title = WORDS["duties"]["regular_village" if village else "regular_office"]
        year = self.today.year if self.today.month > 1 else self.today.year - 1
        for number, first in enumerate(range(0, len(workers), 2), start=1):
            pair = workers[first : first + 2]
            duty = Duty(
                organization=roll.plan.organization,
                title=title.format(number=number),
                category=DutyCategory.HOUSEHOLDS if village else DutyCategory.REGULAR,
                assignee=pair[0].member,
                given_on=date(year, 1, 5),
            )
            self.duties.append(duty)
            self.helping += [(duty, person.member) for person in pair[1:]]

    def _give_monthly(self, roll: Roll, workers: list[Enrolled], meeting: Meeting, heard_in: Meeting | None) -> None:
        village = roll.plan.organization.cell_type == CellType.VILLAGE
        titles = WORDS["duties"]["village" if village else "office"]
        chosen = self.random.sample(titles, self.random.randint(4, 6))
        people = self.random.sample(workers, len(chosen))
        stuck = self._count_stuck(roll, meeting, heard_in)
        for number, (title, person) in enumerate(zip(chosen, people, strict=True)):
            days = self.random.randint(6, 9) if number < stuck else self.random.randint(10, 24)
            duty = self._duty(meeting, person, title, meeting.planned_for.date() + timedelta(days=days))
            helper = self.random.choice(workers).member
            if self.random.random() < 0.2 and helper != person.member:
                self.helping.append((duty, helper))
            if number < stuck:
                self._leave_unfinished(duty)
            else:
                self._settle(roll, duty, heard_in)

    def _count_stuck(self, roll: Roll, meeting: Meeting, heard_in: Meeting | None) -> int:
        """Two tasks of the last meeting and two of the one before it go nowhere in the cell that is in trouble."""
        recent = heard_in is None or self.today - meeting.planned_for.date() < timedelta(days=62)
        return 2 if roll.plan.latest == IN_TROUBLE and recent else 0

    def _leave_unfinished(self, duty: Duty) -> None:
        duty.percent, duty.result = 40, "Mới làm được một phần, thiếu nhân công."
        if duty.due_on and duty.due_on < self.today:
            self._report(duty, duty.due_on, DutyState.ONGOING, duty.result)

    def _settle(self, roll: Roll, duty: Duty, heard_in: Meeting | None) -> None:
        """Done before its date; a few late in the months that are over; of those still to come some are done early."""
        due_on = duty.due_on or self.today
        if heard_in is not None and self.random.random() < 0.03:
            self._finish(duty, due_on + timedelta(days=12), "Xong muộn, vướng mùa vụ.", None)
        elif due_on > self.today and self.random.random() < 0.6:
            duty.percent, duty.result = self.random.choice((30, 50, 80)), "Đang làm đúng tiến độ."
            if duty.given_on < self.today:
                self._report(duty, self.today - timedelta(days=1), DutyState.ONGOING, duty.result)
        elif roll.plan.is_lang_can or heard_in is not None or self.random.random() < 0.95:
            day = min(due_on - timedelta(days=self.random.randint(0, 5)), self.today)
            self._finish(duty, max(day, duty.given_on), "Đủ số lượng, đúng hạn.", heard_in)

    def _give_nam_cha(self, workers: list[Enrolled], meeting: Meeting, heard_in: Meeting) -> None:
        """What was not done by the meeting that heard of it got a new date there."""
        day = heard_in.planned_for.date()
        by_name = {person.member.full_name: person for person in workers}
        for number, (title, state, words) in enumerate(NAM_CHA):
            person = by_name.get(NAM_CHA_DOERS.get(number, ""), workers[number + 3])
            duty = self._duty(meeting, person, title, day - timedelta(days=9 if number == 1 else 3))
            if state == "done":
                self._finish(duty, day - timedelta(days=4), words, heard_in)
            else:
                duty.percent, duty.result = (60, words) if number == 1 else (90, words)
                self._report(duty, day - timedelta(days=2), DutyState.ONGOING, words)
                self._put_off(duty, day)
                duty.due_on = max(self.today, day) + timedelta(days=11 if number == 1 else 16)
        mine = self._duty(
            heard_in, by_name[MEMBER], "Vận động 6 hộ xóm Nà Khà phân loại rác tại nhà", self.today + timedelta(days=8)
        )
        mine.percent, mine.result = 33, "Đã được 2 trên 6 hộ."
        self._report(mine, max(day, self.today - timedelta(days=3)), DutyState.ONGOING, mine.result)

    def _put_off(self, duty: Duty, day: date) -> None:
        assert duty.due_on is not None  # noqa: S101  says so to the type checker
        former = FormerDueDate(duty=duty, organization=duty.organization, due_on=duty.due_on, until=day)
        self.former_dates.append(former)

    def _duty(self, meeting: Meeting, person: Enrolled, title: str, due_on: date) -> Duty:
        duty = Duty(
            organization=meeting.organization,
            origin_kind=ORIGIN,
            origin_id=str(meeting.public_id),
            title=title,
            category=DutyCategory.AD_HOC,
            assignee=person.member,
            given_on=meeting.planned_for.date(),
            due_on=due_on,
        )
        self.duties.append(duty)
        return duty

    def _finish(self, duty: Duty, day: date, words: str, heard_in: Meeting | None) -> None:
        """Done on `day` unless that is still to come; some are praised in the meeting that hears of it."""
        if day > self.today:
            duty.percent = 80
            return
        duty.state, duty.percent, duty.result, duty.settled_on = DutyState.DONE, 100, words, day
        self._report(duty, day, DutyState.DONE, words)
        if heard_in is not None and self.random.random() < 0.2:
            self.remarks.append(
                Remark(
                    meeting=heard_in,
                    member=duty.assignee,
                    kind=RemarkKind.PRAISE,
                    text=f"Hoàn thành tốt: {duty.title}",
                    duty=duty,
                )
            )

    def _report(self, duty: Duty, day: date, state: DutyState, words: str) -> None:
        """By the member; for a member without a smartphone the secretary writes it down."""
        assisted = duty.assignee.reach == Reach.PRINT and duty.assignee != self.secretary
        self.reports.append(
            DutyReport(
                duty=duty,
                at=datetime(day.year, day.month, day.day, 18, 0, tzinfo=ZONE),
                by_name=(self.secretary if assisted else duty.assignee).full_name,
                on_behalf=assisted,
                state=state,
                percent=duty.percent,
                note=words,
            )
        )
