"""Before the meetings: the plan of themes of every cell, and what the committee of Nặm Chá agreed."""

from collections.abc import Iterable
from datetime import date, timedelta

from nennep.core.access import Actor
from nennep.core.periods import Month
from nennep.meetings.choices import MeetingKind
from nennep.meetings.models import Meeting, Premeeting, ThemePlan
from nennep.meetings.queries.premeeting import gather_facts
from nennep.meetings.rules.premeeting import draft_sections
from nennep.site.demonstration.members import NAM_CHA, Roll
from nennep.site.demonstration.words import WORDS

LASTED = timedelta(hours=1)  # of a pre-meeting
UNPLANNED = 11  # every eleventh cell has not written its plan for the coming year's first quarter
DISCUSSION = (
    "Đồng chí Chẩu Văn Dũng: việc hiến đất đã xong, cần đo đạc sớm để xã cấp xi măng.\n"
    "Đồng chí Nguyễn Thị Thu Huyền: đề nghị giao mỗi đồng chí vận động ba hộ chưa có bảo hiểm y tế."
)
CONCLUSION = "Thống nhất chương trình buổi sinh hoạt; tập trung hai việc chưa xong; tăng thời gian thảo luận."
TASKS = (
    "Nguyễn Thị Thu Huyền: chuẩn bị báo cáo kết quả tháng, gửi trước buổi họp hai ngày.\n"
    "Chẩu Văn Dũng: liên hệ xã về xi măng làm mương."
)


def prepare(rolls: list[Roll], meetings: Iterable[Meeting], today: date) -> None:
    """Write the themes, then the pre-meeting; the tasks stand already."""
    listed = list(meetings)
    _plan_themes(rolls, listed, today)
    _keep_former(rolls, listed)
    _meet_before(rolls, listed)


def _keep_former(rolls: list[Roll], meetings: list[Meeting]) -> None:
    """Before every meeting that was held its leaders met, on the evening on which the programme was settled."""
    leaders = {roll.plan.organization.pk: [person.member for person in roll.people[:3]] for roll in rolls}
    held = [(meeting, meeting.prepared_at) for meeting in meetings if meeting.opened_at and meeting.prepared_at]
    kept = Premeeting.objects.bulk_create(
        [
            Premeeting(
                meeting=meeting,
                held_at=settled_at - LASTED,
                place="Nhà đồng chí bí thư",
                conclusion=CONCLUSION,
                concluded_at=settled_at,
            )
            for meeting, settled_at in held
        ],
        batch_size=1000,
    )
    through = Premeeting.present.through
    through.objects.bulk_create(
        [
            through(premeeting=premeeting, member=member)
            for premeeting, (meeting, _settled_at) in zip(kept, held, strict=True)
            for member in leaders[meeting.organization_id]
        ],
        batch_size=1000,
    )


def _plan_themes(rolls: list[Roll], meetings: list[Meeting], today: date) -> None:
    """What was held was in the plan; the coming year's first theme is in most plans."""
    themed: dict[int, list[Meeting]] = {}
    for meeting in meetings:
        if MeetingKind(meeting.kind).is_themed:
            themed.setdefault(meeting.organization_id, []).append(meeting)
    plans: list[ThemePlan] = []
    for number, roll in enumerate(rolls):
        own = themed.get(roll.plan.organization.pk, [])
        plans += [_take(roll, meeting, index) for index, meeting in enumerate(own)]
        if own and number % UNPLANNED:
            plans.append(_coming(roll, number, today))
    ThemePlan.objects.bulk_create(plans, batch_size=1000)


def _take(roll: Roll, meeting: Meeting, index: int) -> ThemePlan:
    return ThemePlan(
        organization=meeting.organization,
        month=meeting.month,
        title=meeting.theme,
        purpose=WORDS["theme_purposes"][index % len(WORDS["theme_purposes"])],
        author=roll.people[1 + index % 2].member,
        draft_due_on=meeting.month - timedelta(days=5),
        meeting=meeting,
    )


def _coming(roll: Roll, number: int, today: date) -> ThemePlan:
    month = Month(today.year + 1, 2)
    return ThemePlan(
        organization=roll.plan.organization,
        month=month.first_day,
        title=WORDS["themes"][number % len(WORDS["themes"])],
        purpose=WORDS["theme_purposes"][number % len(WORDS["theme_purposes"])],
        author=roll.people[1].member,
        draft_due_on=month.first_day - timedelta(days=5),
    )


def _meet_before(rolls: list[Roll], meetings: list[Meeting]) -> None:
    """The committee of Nặm Chá agreed the programme of the coming meeting: the evening is in `prepared_at`."""
    roll = next(roll for roll in rolls if roll.plan.organization.name == NAM_CHA)
    coming = [
        meeting for meeting in meetings if meeting.organization == roll.plan.organization and not meeting.opened_at
    ]
    meeting = min(coming, key=lambda one: one.planned_for)
    if meeting.prepared_at is None:
        return
    held_at = meeting.prepared_at - timedelta(hours=1, minutes=10)
    facts = gather_facts(actor=Actor.system(), meeting=meeting, today=held_at.date())
    sections = draft_sections(
        facts, when_and_where=f"Thời gian: {meeting.planned_for:%H:%M} ngày {meeting.planned_for:%d/%m/%Y}."
    )
    premeeting = Premeeting.objects.create(
        meeting=meeting,
        held_at=held_at,
        place="Nhà đồng chí bí thư",
        last_month=sections.last_month,
        next_month=sections.next_month,
        cell_meeting=sections.cell_meeting,
        inspection=sections.inspection,
        discussion=DISCUSSION,
        conclusion=CONCLUSION,
        tasks=TASKS,
        concluded_at=meeting.prepared_at,
    )
    premeeting.present.set(person.member for person in roll.people[:4])
