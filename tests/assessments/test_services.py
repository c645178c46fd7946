"""Starting, scoring, agreeing, opening again."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from nennep.assessments import queries, services
from nennep.assessments.choices import Grade, SheetChanged, SheetState, Verb
from nennep.assessments.models import ScoreItem, ScoreSheet
from nennep.assessments.services import Decision
from nennep.audit.models import AuditEvent
from nennep.core import events
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed, NotFound
from nennep.core.merging import TextsChanged
from nennep.core.permissions import Permission
from nennep.core.typed import TextTooLong
from nennep.duties.choices import DutyState
from nennep.meetings.choices import MeetingKind, MeetingState
from nennep.meetings.models import Meeting
from nennep.organizations.models import Organization
from nennep.records.queries.filing import filing_deadline
from nennep.records.services.filing import file_meeting, take_back_filing
from nennep.records.services.minutes import approve_minutes
from nennep.records.services.reopening import reopen_meeting
from tests.conftest import Committing
from tests.factories.cells import make_cell
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.duties import make_duty
from tests.factories.meetings import OPENED_AT, make_held_meeting, make_meeting, make_open_meeting, make_secretary
from tests.factories.members import make_member
from tests.factories.policies import make_pack

pytestmark = pytest.mark.django_db


def started(cell: Organization) -> tuple[Meeting, Actor, ScoreSheet]:
    meeting = make_held_meeting(cell)
    actor = make_secretary(cell)
    return meeting, actor, services.start_sheet(actor=actor, meeting=meeting, now=NOW)


def everything(points: str = "1") -> dict[str, Decision]:
    return {code: Decision(Decimal(points), "Chi bộ bàn") for code in ScoreItem.objects.values_list("code", flat=True)}


def test_a_sheet_begins_with_what_the_records_say() -> None:
    cell = make_cell()
    meeting = make_held_meeting(cell)
    actor = make_secretary(cell)
    entry = meeting.roll_call.order_by("pk")[0]
    make_duty(cell, entry.member, state=DutyState.DONE, settled_on=TODAY)
    sheet = services.start_sheet(actor=actor, meeting=meeting, now=NOW)
    assert sheet.template_code == "hd-42-2025"
    assert services.start_sheet(actor=actor, meeting=meeting, now=NOW) == sheet
    items = {item.code: item for item in sheet.items.all()}
    assert sum(item.maximum for item in items.values()) == 100
    assert {code: item.points for code, item in items.items() if item.points is not None} == {
        "c1": Decimal("3.00"),
        "c2": Decimal("5.00"),
        "c3.2": Decimal("1.50"),  # nobody told anybody; nobody but the secretary leads the cell
        "c4.1": Decimal("5.00"),
        "c6": Decimal("30.00"),
    }
    assert items["c1"].fact == "09/11/2026, ngoài ngày quy định; 100 phút, cần 90"
    assert items["c6"].fact == "Xong 1/1 nhiệm vụ (100,0%)"


def propose_line(meeting: Meeting, code: str, **later: int) -> tuple[Decimal | None, str]:
    """What is proposed for a line so much later than now, on a sheet of its own."""
    sheet = services.start_sheet(
        actor=make_secretary(meeting.organization), meeting=meeting, now=NOW + timedelta(**later)
    )
    item = sheet.items.get(code=code)
    return item.proposed, item.fact


def test_tasks_count_from_the_day_they_are_due() -> None:
    """Due on the day of the meeting counts, a day later not; what is done early is done; without a date nothing is late."""
    meeting = make_held_meeting(cell := make_cell())
    member, day = meeting.roll_call.order_by("pk")[0].member, meeting.held_on
    make_duty(cell, member, due_on=day)
    make_duty(cell, member, due_on=day + timedelta(days=1))
    make_duty(cell, member, due_on=None)
    make_duty(cell, member, due_on=day + timedelta(days=30), state=DutyState.DONE, settled_on=day)
    assert propose_line(meeting, "c6") == (Decimal(15), "Xong 1/2 nhiệm vụ (50,0%)")


@pytest.mark.parametrize(
    ("put_off", "line"),
    [
        (timedelta(days=-1), (None, "Tháng trước không giao nhiệm vụ")),
        (timedelta(), (Decimal(10), "Xong 0/1 nhiệm vụ (0,0%)")),
        (timedelta(days=1), (Decimal(10), "Xong 0/1 nhiệm vụ (0,0%)")),
    ],
)
def test_a_task_is_due_by_the_date_it_came_into_the_meeting_with(
    put_off: timedelta, line: tuple[Decimal | None, str]
) -> None:
    """Put off the day before it counts no more; at the meeting or after it, it was due all the same."""
    meeting = make_held_meeting(cell := make_cell())
    duty = make_duty(cell, meeting.roll_call.order_by("pk")[0].member, due_on=meeting.held_on + timedelta(days=40))
    former = {"organization": cell, "until": meeting.held_on + put_off, "due_on": meeting.held_on}
    duty.former_due_dates.create(**former)
    duty.former_due_dates.create(
        **former | {"until": meeting.held_on + timedelta(days=9), "due_on": meeting.held_on + timedelta(days=20)}
    )
    assert propose_line(meeting, "c6") == line


def test_sending_the_papers_is_judged_when_it_is_done_or_too_late() -> None:
    """Papers go out after the scoring: until their last day the line is open, with the same words beside it."""
    meeting = make_held_meeting(make_cell())
    left = (filing_deadline(meeting) - TODAY).days
    open_line = "Có kết luận; biên bản: chưa đến hạn; gửi, lưu: chưa đến hạn"
    assert propose_line(meeting, "c7", days=left) == (None, open_line)
    ScoreSheet.objects.all().delete()
    missing = "Có kết luận; chưa thông qua biên bản; chưa gửi, lưu, đã quá hạn"
    assert propose_line(meeting, "c7", days=left + 1) == (Decimal("1.5"), missing)
    ScoreSheet.objects.all().delete()
    Meeting.objects.filter(pk=meeting.pk).update(filed_at=NOW + timedelta(days=left + 1))
    meeting.refresh_from_db()
    late = "Có kết luận; chưa thông qua biên bản; gửi, lưu chậm"
    assert propose_line(meeting, "c7", days=left + 1) == (Decimal("1.5"), late)


def test_a_draft_follows_what_is_done_after_the_meeting_and_an_agreed_sheet_does_not() -> None:
    meeting, actor, sheet = started(make_cell())
    line = sheet.items.filter(code="c7").values_list("points", "fact")
    approve_minutes(actor=actor, meeting=meeting, now=NOW)
    assert line.get() == (None, "Có kết luận; đã thông qua biên bản; gửi, lưu: chưa đến hạn")
    file_meeting(actor=actor, meeting=meeting, now=NOW)
    filed = (Decimal(5), "Có kết luận; đã thông qua biên bản; gửi, lưu đúng hạn")
    assert line.get() == filed
    take_back_filing(actor=actor, meeting=Meeting.objects.get(), now=NOW)
    assert line.get() == (None, "Có kết luận; đã thông qua biên bản; gửi, lưu: chưa đến hạn")
    services.score_items(actor=actor, sheet=sheet, decisions=everything(), to_mend="", now=NOW)
    file_meeting(actor=actor, meeting=Meeting.objects.get(), now=NOW)
    assert line.get() == (Decimal(1), filed[1])  # points that people gave stay
    take_back_filing(actor=actor, meeting=Meeting.objects.get(), now=NOW)
    services.agree_sheet(actor=actor, sheet=sheet, now=NOW)
    file_meeting(actor=actor, meeting=Meeting.objects.get(), now=NOW)
    assert line.get() == (Decimal(1), "Có kết luận; đã thông qua biên bản; gửi, lưu: chưa đến hạn")


def test_each_meeting_has_a_sheet_of_its_own() -> None:
    cell = make_cell()
    actor = make_secretary(cell)
    first = services.start_sheet(actor=actor, meeting=make_held_meeting(cell), now=NOW)
    extra = make_meeting(cell, kind=MeetingKind.THEMATIC, state=MeetingState.HELD, opened_at=OPENED_AT, closed_at=NOW)
    second = services.start_sheet(actor=actor, meeting=extra, now=NOW)
    assert (first != second, second.meeting) == (True, extra)


def test_a_sheet_of_a_province_is_proposed_by_the_facts_it_names_whatever_its_codes() -> None:
    """Line 1 of this sheet is about last month's tasks, line c6 about nothing that the records know."""
    cell = make_cell()
    items = [
        {"code": "1", "title": "Việc tháng trước", "max": 60, "fact": "tasks", "bands": [[90, 60], [0, 20]]},
        {"code": "c6", "title": "Tập thể đoàn kết", "max": 40},
    ]
    groups = [{"code": "I", "title": "Chung", "items": items}]
    make_pack({"score.sheet": {"code": "tinh", "title": "Khung của tỉnh", "groups": groups}}, organization=cell)
    meeting, actor = make_held_meeting(cell), make_secretary(cell)
    make_duty(cell, meeting.roll_call.order_by("pk")[0].member, state=DutyState.DONE, settled_on=TODAY)
    sheet = services.start_sheet(actor=actor, meeting=meeting, now=NOW)
    told = [("1", Decimal(60), "Xong 1/1 nhiệm vụ (100,0%)"), ("c6", None, "")]
    assert list(sheet.items.values_list("code", "proposed", "fact")) == told
    services.propose_again(actor=actor, sheet=sheet, now=NOW)
    assert list(sheet.items.values_list("code", "proposed", "fact")) == told


def test_only_a_held_meeting_is_scored_by_who_may() -> None:
    cell = make_cell()
    meeting = make_open_meeting(cell)
    with pytest.raises(services.ScoredBeforeMeeting):
        services.start_sheet(actor=make_secretary(cell), meeting=meeting, now=NOW)
    held, _actor, sheet = started(make_cell("Khác"))
    reader = make_actor(Permission.SCORES_READ, Permission.MEETINGS_READ, path=held.organization.path)
    calls: list[Callable[[], object]] = [
        lambda: services.start_sheet(actor=reader, meeting=held, now=NOW),
        lambda: services.score_items(actor=reader, sheet=sheet, decisions={}, to_mend="", now=NOW),
        lambda: services.propose_again(actor=reader, sheet=sheet, now=NOW),
        lambda: services.agree_sheet(actor=reader, sheet=sheet, now=NOW),
        lambda: services.reopen_sheet(actor=reader, sheet=sheet, reason="Chấm nhầm", now=NOW),
    ]
    for refused in calls:
        with pytest.raises(NotAllowed):
            refused()


def test_points_stay_within_the_line() -> None:
    _meeting, actor, sheet = started(make_cell())
    for points in ("5.5", "-0.5", "4.25", "1e2"):
        decisions = {"c1": Decision(Decimal(points))}
        with pytest.raises(services.PointsOutOfRange) as refusal:
            services.score_items(actor=actor, sheet=sheet, decisions=decisions, to_mend="", now=NOW)
        assert str(refusal.value) == "Đúng ngày, đủ thời lượng: điểm phải từ 0 đến 5, lẻ đến nửa điểm."
    for points in ("0", "5"):
        services.score_items(actor=actor, sheet=sheet, decisions={"c1": Decision(Decimal(points))}, to_mend="", now=NOW)
        assert sheet.items.get(code="c1").points == Decimal(points)


def test_what_is_written_beside_points_has_a_limit() -> None:
    _meeting, actor, sheet = started(make_cell())
    write: dict[str, Any] = {"actor": actor, "sheet": sheet, "now": NOW}
    with pytest.raises(TextTooLong) as refusal:
        services.score_items(decisions={}, to_mend="x" * 1001, **write)
    assert refusal.value.field == "to_mend"
    with pytest.raises(TextTooLong) as refusal:
        services.score_items(decisions={"c1": Decision(Decimal(1), "x" * 1001)}, to_mend="", **write)
    assert refusal.value.field == "note"
    long = "x" * 1000
    written = services.score_items(decisions={"c1": Decision(Decimal(1), long)}, to_mend=long, **write)
    assert (written.to_mend, written.items.get(code="c1").note) == (long, long)


def test_agreeing_needs_every_line(committing: Committing, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Any] = []
    monkeypatch.setitem(events._handlers, SheetChanged, [heard.append])
    meeting, actor, sheet = started(make_cell())
    with pytest.raises(services.ItemsNotScored):
        services.agree_sheet(actor=actor, sheet=sheet, now=NOW)
    full = {item.code: Decision(item.maximum, "Chi bộ bàn") for item in ScoreItem.objects.all()}
    full["c6"] = Decision(Decimal("20.5"), "Chi bộ bàn")
    services.score_items(actor=actor, sheet=sheet, decisions=full, to_mend=" Phát biểu  nhiều hơn ", now=NOW)
    with committing():
        agreed = services.agree_sheet(actor=actor, sheet=sheet, now=NOW)
    agreed.refresh_from_db()
    assert (agreed.total, agreed.grade, agreed.state) == (Decimal("90.50"), Grade.GOOD, SheetState.AGREED)
    assert (agreed.to_mend, agreed.agreed_at) == ("Phát biểu nhiều hơn", NOW)
    assert heard == [SheetChanged(meeting.organization_id, meeting.pk, meeting.month, NOW)]


@pytest.mark.django_db
def test_nothing_is_scored_while_the_meeting_is_open_again() -> None:
    meeting = make_held_meeting(make_cell())
    actor = Actor.system()
    sheet = services.start_sheet(actor=actor, meeting=meeting, now=NOW)
    sheet.items.update(points=1)
    reopen_meeting(actor=actor, meeting=meeting, now=NOW)
    acts: list[Callable[[], object]] = [
        lambda: services.agree_sheet(actor=actor, sheet=sheet, now=NOW),
        lambda: services.propose_again(actor=actor, sheet=sheet, now=NOW),
        lambda: services.score_items(actor=actor, sheet=sheet, decisions={}, to_mend="", now=NOW),
        lambda: services.reopen_sheet(actor=actor, sheet=sheet, reason="Sót", now=NOW),
    ]
    for act in acts:
        with pytest.raises(services.ScoredBeforeMeeting):
            act()
    sheet.refresh_from_db()
    assert (sheet.state, sheet.total) == ("draft", None)


def test_an_agreed_sheet_rests_until_it_is_opened_again() -> None:
    _meeting, actor, sheet = started(make_cell())
    services.score_items(actor=actor, sheet=sheet, decisions=everything(), to_mend="", now=NOW)
    services.agree_sheet(actor=actor, sheet=sheet, now=NOW)
    calls: list[Callable[[], object]] = [
        lambda: services.score_items(actor=actor, sheet=sheet, decisions=everything("2"), to_mend="", now=NOW),
        lambda: services.agree_sheet(actor=actor, sheet=sheet, now=NOW),
        lambda: services.propose_again(actor=actor, sheet=sheet, now=NOW),
    ]
    for refused in calls:
        with pytest.raises(services.SheetIsAgreed):
            refused()
    again = services.reopen_sheet(actor=actor, sheet=sheet, reason="Chấm nhầm", now=NOW)
    again.refresh_from_db()
    assert (again.state, again.total, again.grade, again.agreed_at) == (SheetState.DRAFT, None, "", None)
    assert services.reopen_sheet(actor=actor, sheet=sheet, reason="Chấm nhầm", now=NOW).state == SheetState.DRAFT


def test_asking_the_records_again_keeps_what_people_changed() -> None:
    meeting, actor, sheet = started(make_cell())
    services.score_items(actor=actor, sheet=sheet, decisions={"c1": Decision(Decimal(4))}, to_mend="", now=NOW)
    approve_minutes(actor=actor, meeting=meeting, now=NOW)
    file_meeting(actor=actor, meeting=meeting, now=NOW)
    services.propose_again(actor=actor, sheet=sheet, now=NOW)
    items = {item.code: item for item in sheet.items.all()}
    assert (items["c1"].points, items["c7"].points) == (Decimal("4.00"), Decimal("5.00"))


def test_the_page_is_for_its_writers_until_it_was_started() -> None:
    cell = make_cell()
    meeting = make_held_meeting(cell)
    reader = make_actor(Permission.SCORES_READ, Permission.MEETINGS_READ, path=cell.path)
    with pytest.raises(NotFound):
        queries.get_sheet_page(actor=reader, meeting_id=meeting.public_id)
    services.start_sheet(actor=make_secretary(cell), meeting=meeting, now=NOW)
    page = queries.get_sheet_page(actor=reader, meeting_id=meeting.public_id)
    assert (page.may_write, page.left, len(page.groups), page.total) == (False, 6, 7, Decimal("14.50"))
    assert page.groups[0].points == Decimal("3.00")
    assert page.groups[2].points is None


def test_a_score_is_signed_and_a_line_may_lose_its_points() -> None:
    meeting, actor, sheet = started(make_cell())
    assert sheet.scored_by_name == actor.name  # the meeting has no minute-taker
    named = meeting.roll_call.order_by("pk")[0].member
    decisions = {"c1": Decision(None, "  Chờ   chi ủy "), "ngoài phiếu": Decision(Decimal(1))}
    write: dict[str, Any] = {"actor": actor, "sheet": sheet, "decisions": decisions, "to_mend": "", "now": NOW}
    written = services.score_items(scorer=named.public_id, **write)
    written.refresh_from_db()
    first = written.items.get(code="c1")
    assert (first.points, first.note, written.scored_by_name) == (None, "Chờ chi ủy", named.full_name)
    assert services.score_items(**write).scored_by_name == named.full_name
    with pytest.raises(services.ScorerUnknown):
        services.score_items(scorer=make_member("Người khác", cell=make_cell("Khác")).public_id, **write)
    assert written.items.get(code="c2").points == Decimal("5.00")  # not decided on: as it was


def test_the_minute_taker_scores_until_somebody_else_is_named() -> None:
    meeting = make_held_meeting(make_cell())
    taker = meeting.roll_call.order_by("pk")[1].member
    Meeting.objects.update(minute_taker=taker)
    sheet = services.start_sheet(actor=make_secretary(meeting.organization), meeting=meeting, now=NOW)
    assert sheet.scored_by_name == taker.full_name


def test_what_two_people_wish_to_mend_is_kept_from_both() -> None:
    _meeting, actor, sheet = started(make_cell())
    write: dict[str, Any] = {"actor": actor, "sheet": sheet, "decisions": {}, "now": NOW}
    services.score_items(to_mend="Nói gọn", **write)
    with pytest.raises(TextsChanged) as refusal:
        services.score_items(to_mend="Nói rõ", base="Nói dài", **write)
    assert list(refusal.value.merges) == ["to_mend"]
    assert services.score_items(to_mend="Nói dài", base="Nói dài", **write).to_mend == "Nói gọn"
    assert services.score_items(to_mend="Nói to", base="Nói gọn", **write).to_mend == "Nói to"
    assert services.score_items(to_mend="Nói vừa", **write).to_mend == "Nói vừa"  # without a base it is written over


def test_each_step_of_a_score_is_in_the_trail_and_told_upward(
    committing: Committing, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Any] = []
    monkeypatch.setitem(events._handlers, SheetChanged, [heard.append])
    meeting, actor, sheet = started(make_cell())
    services.score_items(actor=actor, sheet=sheet, decisions=everything(), to_mend="", now=NOW)
    services.propose_again(actor=actor, sheet=sheet, now=NOW)
    services.agree_sheet(actor=actor, sheet=sheet, now=NOW)
    with committing():
        services.reopen_sheet(actor=actor, sheet=sheet, reason="Chấm nhầm", now=NOW)
    with committing():
        services.reopen_sheet(actor=actor, sheet=sheet, reason="Chấm nhầm", now=NOW)  # a draft stays as it is
    total = {"total": "10.00", "grade": "poor"}
    events_of = AuditEvent.objects.filter(target_kind="assessments.sheet").order_by("pk")
    assert list(events_of.values_list("verb", "details")) == [
        (Verb.SCORED, {}),
        (Verb.SCORED, {}),
        (Verb.SCORED, {}),
        (Verb.AGREED, total),
        (Verb.REOPENED, total),
    ]
    target = events_of[0]
    unit = meeting.organization
    assert (target.target_id, target.target_label, target.unit_path) == (
        str(sheet.public_id),
        "Chi bộ thôn Nà Lầu, 09/11/2026",
        unit.path,
    )
    assert heard == 2 * [SheetChanged(unit.pk, meeting.pk, meeting.month, NOW)]  # agreed, and opened again


def test_the_refusal_says_how_many_lines_are_not_scored() -> None:
    _meeting, actor, sheet = started(make_cell())
    with pytest.raises(services.ItemsNotScored, match="Còn 6 tiêu chí"):
        services.agree_sheet(actor=actor, sheet=sheet, now=NOW)


@pytest.mark.parametrize(("lost", "grade"), [("10", Grade.GOOD), ("10.5", Grade.FAIR), ("30.5", Grade.AVERAGE)])
def test_the_level_of_an_agreed_score_is_by_the_bands_of_the_document(lost: str, grade: Grade) -> None:
    _meeting, actor, sheet = started(make_cell())
    left, full = Decimal(lost), {}
    for item in ScoreItem.objects.order_by("-maximum"):
        taken = min(left, item.maximum)
        full[item.code], left = Decision(item.maximum - taken, "Chi bộ bàn"), left - taken
    services.score_items(actor=actor, sheet=sheet, decisions=full, to_mend="", now=NOW)
    assert services.agree_sheet(actor=actor, sheet=sheet, now=NOW).grade == grade


def test_facts_are_kept_in_vietnamese_whoever_asks() -> None:
    cell = make_cell()
    meeting = make_held_meeting(cell)
    actor = make_secretary(cell)
    with translation.override("en"):
        sheet = services.start_sheet(actor=actor, meeting=meeting, now=NOW)
    again = services.propose_again(actor=actor, sheet=sheet, now=NOW)
    for one in (sheet, again):
        first = one.items.get(code="c1")
        assert (first.position, first.fact, first.proposed) == (
            1,
            "09/11/2026, ngoài ngày quy định; 100 phút, cần 90",
            Decimal("3.00"),
        )
