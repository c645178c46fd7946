"""Starting, scoring, agreeing, opening again."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from nennep.assessments import queries, services
from nennep.assessments.choices import Grade, SheetChanged, SheetState
from nennep.assessments.models import ScoreItem, ScoreSheet
from nennep.assessments.services import Decision
from nennep.core import events
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed, NotFound
from nennep.core.permissions import Permission
from nennep.core.typed import TextTooLong
from nennep.duties.choices import DutyState
from nennep.meetings.models import Meeting
from nennep.meetings.services.filing import file_meeting
from nennep.meetings.services.minutes import approve_minutes
from nennep.organizations.models import Organization
from tests.conftest import Committing
from tests.factories.cells import make_cell
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.duties import make_duty
from tests.factories.meetings import make_held_meeting, make_open_meeting, make_secretary

pytestmark = pytest.mark.django_db


def started(cell: Organization) -> tuple[Meeting, Actor, ScoreSheet]:
    meeting = make_held_meeting(cell)
    actor = make_secretary(cell)
    return meeting, actor, services.start_sheet(actor=actor, meeting=meeting, now=NOW)


def everything(points: str = "1") -> dict[str, Decision]:
    return {code: Decision(Decimal(points)) for code in ScoreItem.objects.values_list("code", flat=True)}


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
        "c3.2": Decimal("0.00"),
        "c4.1": Decimal("5.00"),
        "c6": Decimal("30.00"),
        "c7": Decimal("1.50"),
    }
    assert items["c1"].fact == "09/11/2026, ngoài ngày quy định; 100 phút, cần 90"
    assert items["c6"].fact == "Xong 1/1 nhiệm vụ (100%)"


def test_only_a_held_meeting_is_scored_by_who_may() -> None:
    cell = make_cell()
    meeting = make_open_meeting(cell)
    with pytest.raises(services.MeetingNotHeld):
        services.start_sheet(actor=make_secretary(cell), meeting=meeting, now=NOW)
    held, _actor, sheet = started(make_cell("Khác"))
    reader = make_actor(Permission.SCORES_READ, Permission.MEETINGS_READ, path=held.organization.path)
    calls: list[Callable[[], object]] = [
        lambda: services.start_sheet(actor=reader, meeting=held, now=NOW),
        lambda: services.score_items(actor=reader, sheet=sheet, decisions={}, to_mend="", now=NOW),
        lambda: services.propose_again(actor=reader, sheet=sheet, now=NOW),
        lambda: services.agree_sheet(actor=reader, sheet=sheet, now=NOW),
        lambda: services.reopen_sheet(actor=reader, sheet=sheet, now=NOW),
    ]
    for refused in calls:
        with pytest.raises(NotAllowed):
            refused()


def test_points_stay_within_the_line() -> None:
    _meeting, actor, sheet = started(make_cell())
    for points in ("5.5", "-0.5"):
        decisions = {"c1": Decision(Decimal(points))}
        with pytest.raises(services.PointsOutOfRange) as refusal:
            services.score_items(actor=actor, sheet=sheet, decisions=decisions, to_mend="", now=NOW)
        assert str(refusal.value) == "Đúng ngày, đủ thời lượng: điểm phải từ 0 đến 5."
    with pytest.raises(TextTooLong):
        services.score_items(actor=actor, sheet=sheet, decisions={}, to_mend="x" * 1001, now=NOW)


def test_agreeing_needs_every_line(committing: Committing, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Any] = []
    monkeypatch.setitem(events._handlers, SheetChanged, [heard.append])
    meeting, actor, sheet = started(make_cell())
    with pytest.raises(services.ItemsNotScored):
        services.agree_sheet(actor=actor, sheet=sheet, now=NOW)
    full = {item.code: Decision(item.maximum) for item in ScoreItem.objects.all()}
    full["c6"] = Decision(Decimal("20.5"))
    services.score_items(actor=actor, sheet=sheet, decisions=full, to_mend=" Phát biểu  nhiều hơn ", now=NOW)
    with committing():
        agreed = services.agree_sheet(actor=actor, sheet=sheet, now=NOW)
    assert (agreed.total, agreed.grade, agreed.state) == (Decimal("90.50"), Grade.GOOD, SheetState.AGREED)
    assert (agreed.to_mend, agreed.agreed_at) == ("Phát biểu nhiều hơn", NOW)
    assert heard == [SheetChanged(meeting.organization_id, meeting.pk, meeting.month)]


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
    again = services.reopen_sheet(actor=actor, sheet=sheet, now=NOW)
    assert (again.state, again.total, again.grade, again.agreed_at) == (SheetState.DRAFT, None, "", None)
    assert services.reopen_sheet(actor=actor, sheet=sheet, now=NOW).state == SheetState.DRAFT


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
    assert (page.may_write, page.left, len(page.groups), page.total) == (False, 5, 7, Decimal("14.50"))
    assert page.groups[0].points == Decimal("3.00")
    assert page.groups[2].points is None
