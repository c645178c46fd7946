"""Officials of Lăng Can in cells: offices, followed cells, a year of visits with what usually goes wrong."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from nennep.accounts.choices import Role
from nennep.accounts.models import RoleGrant, User
from nennep.core.access import Actor
from nennep.core.periods import Month, add_working_days
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.organizations.choices import CellType, UnitKind
from nennep.organizations.models import Organization
from nennep.policies.choices import PolicyKey
from nennep.policies.services import LocalPack, LocalRule, add_local_version
from nennep.room.services.guests import expect_official
from nennep.site.demonstration.tree import FOLLOWED, LANG_CAN_CODE
from nennep.visits.choices import AssignmentKind, Office, VisitState
from nennep.visits.models import Assignment, OfficeHolding, Visit, VisitReport
from nennep.visits.queries.doors import origin_of
from nennep.visits.queries.facts import name_with_office

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PLAN = UUID("01990000-0000-7000-8000-000000000001")
REPORT_DAYS = 5
# What the commune's own document says, in the shape of the policy; the number is that of the mockup, no province's.
OBLIGATIONS = [{"office": Office.COMMUNE_COMMITTEE.value, "min_per_year": 6, "area": "followed"}]


@dataclass(frozen=True, slots=True)
class Plot:
    """One official: cells (positions among their own, beginning again at the end) and fates by month of the year.

    a attended, report in time; l report late; o no report; r missed with a reason; m missed without. A month whose meeting
    is still to come is a planned visit, whatever its letter.
    """

    name: str
    months: dict[int, tuple[int, str]]
    username: str = ""
    since_month: int = 0
    until_month: int = 0


PLOTS = (
    Plot(
        "Lương Quốc Hưng",
        {3: (1, "a"), 4: (0, "a"), 7: (1, "a"), 9: (0, "r"), 10: (0, "a"), 11: (2, "o"), 12: (0, "a")},
        username="cap-uy",
    ),
    Plot("Quan Thị Duyên", {number: (number // 2 % 4, "a") for number in range(1, 12, 2)}),
    Plot("Hứa Văn Thịnh", {2: (0, "a"), 4: (1, "l"), 6: (2, "a"), 8: (3, "a"), 10: (0, "o"), 12: (1, "a")}),
    Plot("Chẩu Minh Tuấn", {3: (0, "a"), 5: (1, "l"), 8: (2, "m"), 11: (3, "a")}),
    Plot("Ma Thị Bưởi", {7: (0, "a"), 9: (1, "a"), 12: (2, "a")}, since_month=7),
    Plot("Nguyễn Đình Khôi", {2: (0, "a"), 5: (1, "a"), 8: (2, "a"), 12: (3, "a")}, until_month=11),
)
CONDUCT = "Đúng trình tự, đủ thời gian; bí thư điều hành chắc, có gợi ý thảo luận."
DISCUSSED = "Kết quả nghị quyết tháng trước, phân công nhiệm vụ tháng này, việc làm đường và vệ sinh thôn."
INFORMATION = "Chủ trương về chuyển đổi cây trồng, kế hoạch đại hội thôn."
SETTLED = "Giải đáp mức hỗ trợ nhà tạm, hồ sơ bảo hiểm y tế."
ADVICE = "Giao việc có số đo, có người chịu trách nhiệm và hạn."


class VisitWriter:
    """Writes the officials of Lăng Can. `now` divides what happened from what is planned."""

    def __init__(self, meetings: list[Meeting], *, now: datetime) -> None:
        self.now = now
        self.year = now.year
        self.commune = Organization.objects.get(code=LANG_CAN_CODE)
        cells = Organization.objects.filter(path__startswith=self.commune.path, kind=UnitKind.CELL, closed_on=None)
        self.cells = list(cells.filter(cell_type=CellType.VILLAGE).order_by("path"))
        mine = {cell.pk for cell in self.cells}
        self.meetings = {
            (meeting.organization_id, Month.of(meeting.month)): meeting
            for meeting in meetings
            if meeting.organization_id in mine and meeting.state != MeetingState.CANCELLED
        }

    def write_all(self) -> None:
        """The commune's document, then each official with offices, cells and visits."""
        self._write_rule()
        followed = sorted(
            (cell for cell in self.cells if cell.name in FOLLOWED), key=lambda cell: FOLLOWED.index(cell.name)
        )
        others = [cell for cell in self.cells if cell not in followed]
        groups = [followed] + [others[start :: len(PLOTS) - 1] for start in range(len(PLOTS) - 1)]
        for plot, cells in zip(PLOTS, groups, strict=True):
            self._write_official(plot, cells)

    def _write_rule(self) -> None:
        rules = [LocalRule(PolicyKey.VISIT_OBLIGATIONS, OBLIGATIONS, "Điều 2")]
        title = "Phân công đảng ủy viên xã dự sinh hoạt chi bộ"
        written_at = datetime.combine(date(self.year - 1, 1, 15), time(8), tzinfo=ZONE)
        pack = LocalPack("12-QĐ/ĐU", title, written_at.date(), rules)
        add_local_version(actor=Actor.system(), organization=self.commune, pack=pack, now=written_at)

    def _write_official(self, plot: Plot, cells: list[Organization]) -> None:
        since = date(self.year, plot.since_month, 1) if plot.since_month else date(self.year - 1, 1, 1)
        until = date(self.year, plot.until_month, 1) if plot.until_month else None
        user = User.objects.filter(username=plot.username).first() or self._open_account(plot, cells, since)
        OfficeHolding.objects.create(
            official=user,
            office=Office.COMMUNE_COMMITTEE,
            organization=self.commune,
            valid_from=since,
            valid_to=until if until and until <= self.now.date() else None,
        )
        Assignment.objects.bulk_create(
            Assignment(official=user, organization=cell, kind=AssignmentKind.FOLLOW, valid_from=since) for cell in cells
        )
        for number, (position, fate) in sorted(plot.months.items()):
            meeting = self.meetings.get((cells[position % len(cells)].pk, Month(self.year, number)))
            if meeting:
                self._write_visit(user, meeting, fate)

    def _open_account(self, plot: Plot, cells: list[Organization], since: date) -> User:
        """Nobody can sign in with it: the demonstration's officials are there to be counted."""
        username = f"can-bo-{PLOTS.index(plot)}"
        user = User.objects.create(username=username, full_name=plot.name, password=make_password(None))
        RoleGrant.objects.bulk_create(
            RoleGrant(user=user, role=Role.OFFICIAL, organization=cell, valid_from=since) for cell in cells
        )
        return user

    def _write_visit(self, user: User, meeting: Meeting, fate: str) -> None:
        planned_at = datetime.combine(date(self.year, 1, 5), time(8), tzinfo=ZONE)
        common = {"official": user, "cell": meeting.organization, "meeting": meeting, "plan": PLAN}
        dates = {"planned_on": meeting.held_on, "created_at": planned_at, "updated_at": planned_at}
        if meeting.closed_at is None:
            self._write_coming(Visit(**common, **dates))
        elif fate in {"r", "m"}:
            reason = "Trực phòng chống lũ" if fate == "r" else ""
            ended = {"state": VisitState.MISSED, "missed_reason": reason, "settled_on": meeting.held_on}
            Visit.objects.create(**common, **dates, **ended)
        else:
            came = {"attended_on": meeting.held_on, "settled_on": meeting.held_on, "attended_at": meeting.closed_at}
            visit = Visit.objects.create(**common, **dates, **came, state=VisitState.ATTENDED)
            self._write_report(visit, meeting.held_on, fate)

    def _write_coming(self, visit: Visit) -> None:
        """The room expects the official; all cells but Nặm Chá have confirmed."""
        if visit.cell.name != FOLLOWED[0]:
            visit.state, visit.confirmed_at = VisitState.CONFIRMED, self.now - timedelta(days=3)
        visit.save()
        guest = expect_official(
            actor=Actor.system(),
            meeting=visit.meeting or Meeting(),
            user_id=visit.official_id,
            name=name_with_office(visit.official, visit.planned_on),
            origin=origin_of(visit),
            now=self.now,
        )
        visit.guest_id = guest.pk
        visit.save(update_fields=["guest_id"])

    def _write_report(self, visit: Visit, attended_on: date, fate: str) -> None:
        if fate == "o":
            return
        day = add_working_days(attended_on, REPORT_DAYS + 4 if fate == "l" else 2)
        sent = datetime.combine(day, time(20), tzinfo=ZONE)
        if sent > self.now:
            return
        VisitReport.objects.create(
            visit=visit,
            conduct=CONDUCT,
            discussed=DISCUSSED,
            information=INFORMATION,
            settled=SETTLED,
            advice=ADVICE,
            score=90,
            started_at=sent - timedelta(minutes=3),
            saved_at=sent,
            submitted_at=sent,
        )
