"""Giving, changing, handing over, reporting and dropping tasks."""

from dataclasses import fields
from datetime import date
from typing import Any

import pytest

from nennep.audit.models import AuditEvent
from nennep.core import events
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed
from nennep.core.origins import Origin
from nennep.core.permissions import Permission
from nennep.core.typed import ReasonMissing, TextTooLong
from nennep.duties import services
from nennep.duties.choices import DutyCategory, DutyChanged, DutyState
from nennep.duties.forms import DutyForm
from nennep.duties.models import Duty, DutyReport
from nennep.duties.services import DutyDetails, Progress
from nennep.members.choices import Standing
from tests.conftest import Committing
from tests.factories.cells import join_cell, make_cell
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.duties import make_duty

pytestmark = pytest.mark.django_db
DUE = date(2026, 11, 30)


def writer(path: str, user_id: int | None = None) -> Actor:
    return make_actor(Permission.DUTIES_READ, Permission.DUTIES_WRITE, path=path, user_id=user_id)


def test_give_duty_writes_the_task_the_trail_and_the_event(
    committing: Committing, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[DutyChanged] = []
    monkeypatch.setitem(events._handlers, DutyChanged, [heard.append])
    cell = make_cell()
    member, helper = join_cell(cell, "Ma Đình Phúc"), join_cell(cell, "Hoàng Văn Oanh")
    details = DutyDetails("  Làm   mương Nà Khà ", member, helpers=(helper,), due_on=DUE)
    with committing():
        duty = services.give_duty(
            actor=writer(cell.path), organization=cell, details=details, origin=Origin("meetings.meeting", "x"), now=NOW
        )
    duty.refresh_from_db()
    assert (duty.title, duty.given_on, duty.due_on, duty.state) == ("Làm mương Nà Khà", TODAY, DUE, "ongoing")
    assert (duty.origin_kind, duty.origin_id, *duty.helpers.all()) == ("meetings.meeting", "x", helper)
    assert [event.verb for event in AuditEvent.objects.all()] == ["duties.given"]
    assert heard == [DutyChanged(cell.pk, duty.pk, (date(2026, 11, 1),))]


def test_give_duty_refuses_what_makes_no_sense() -> None:
    cell = make_cell()
    member, stranger = join_cell(cell, "Ma Đình Phúc"), join_cell(make_cell("Khác"), "Người Lạ")
    exempt = join_cell(cell, "Nông Thị Yến", standing=Standing.EXEMPT)
    bad: list[tuple[DutyDetails, str]] = [
        (DutyDetails("  ", member), "duty_title_missing"),
        (DutyDetails("x" * 301, member), "text_too_long"),
        (DutyDetails("Việc", member, due_on=date(2026, 11, 8)), "duty_due_before_given"),
        (DutyDetails("Việc", stranger), "duty_not_of_this_cell"),
        (DutyDetails("Việc", exempt), "duty_not_of_this_cell"),
        (DutyDetails("Việc", member, helpers=(member,)), "duty_helper_is_assignee"),
        (DutyDetails("Việc", member, helpers=(stranger,)), "duty_helper_not_of_this_cell"),
    ]
    for details, code in bad:
        with pytest.raises(DomainError) as refusal:
            services.give_duty(actor=writer(cell.path), organization=cell, details=details, now=NOW)
        assert refusal.value.code == code
    assert Duty.objects.count() == 0


def test_only_who_may_write_gives_changes_hands_over_and_drops() -> None:
    cell = make_cell()
    member = join_cell(cell, "Ma Đình Phúc")
    duty = make_duty(cell, member)
    reader = make_actor(Permission.DUTIES_READ, path=cell.path)
    details = DutyDetails("Việc", member)
    with pytest.raises(NotAllowed):
        services.give_duty(actor=reader, organization=cell, details=details, now=NOW)
    with pytest.raises(NotAllowed):
        services.change_duty(actor=reader, duty=duty, details=details, now=NOW)
    with pytest.raises(NotAllowed):
        services.hand_over_duty(actor=reader, duty=duty, assignee=member, now=NOW)
    with pytest.raises(NotAllowed):
        services.drop_duty(actor=reader, duty=duty, reason="Hết việc", now=NOW)
    with pytest.raises(NotAllowed):
        services.report_duty(actor=reader, duty=duty, progress=Progress(DutyState.DONE), now=NOW)


def test_change_duty_tells_both_months(committing: Committing, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[DutyChanged] = []
    monkeypatch.setitem(events._handlers, DutyChanged, [heard.append])
    cell = make_cell()
    member = join_cell(cell, "Ma Đình Phúc")
    duty = make_duty(cell, member)
    details = DutyDetails("Làm 120 m còn lại", member, due_on=DUE, category=DutyCategory.HOUSEHOLDS)
    with committing():
        changed = services.change_duty(actor=writer(cell.path), duty=duty, details=details, now=NOW)
    assert (changed.title, changed.due_on, changed.category) == ("Làm 120 m còn lại", DUE, "households")
    assert heard == [DutyChanged(cell.pk, duty.pk, (date(2026, 10, 1), date(2026, 11, 1)))]


def test_hand_over_to_the_helper_leaves_no_helper() -> None:
    cell = make_cell()
    first, second = join_cell(cell, "Ma Đình Phúc"), join_cell(cell, "Hoàng Văn Oanh")
    duty = make_duty(cell, first, helpers=[second])
    services.hand_over_duty(actor=writer(cell.path), duty=duty, assignee=second, now=NOW)
    duty.refresh_from_db()
    assert (duty.assignee, *duty.helpers.all()) == (second,)
    with pytest.raises(services.NotOfThisCell):
        services.hand_over_duty(
            actor=writer(cell.path), duty=duty, assignee=join_cell(make_cell("Khác"), "Người Lạ"), now=NOW
        )


def test_the_member_reports_in_person(django_user_model: Any) -> None:
    user = django_user_model.objects.create(username="phuc", full_name="Ma Đình Phúc")
    cell = make_cell()
    duty = make_duty(cell, join_cell(cell, "Ma Đình Phúc", user_id=user.pk))
    me = Actor(user_id=user.pk, name="Ma Đình Phúc")
    services.report_duty(actor=me, duty=duty, progress=Progress(DutyState.ONGOING, 60, "180/300 m"), now=NOW)
    services.report_duty(
        actor=me, duty=duty, progress=Progress(DutyState.DONE, 60, "300/300 m", exceeded=True), now=NOW
    )
    duty.refresh_from_db()
    assert (duty.state, duty.percent, duty.result, duty.settled_on) == ("done", 100, "300/300 m", TODAY)
    assert duty.exceeded
    assert list(DutyReport.objects.values_list("state", "percent", "on_behalf", "by_name")) == [
        ("ongoing", 60, False, "Ma Đình Phúc"),
        ("done", 100, False, "Ma Đình Phúc"),
    ]


def test_a_report_on_behalf_names_both() -> None:
    cell = make_cell()
    duty = make_duty(cell, join_cell(cell, "Ma Đình Phúc"))
    services.report_duty(actor=writer(cell.path), duty=duty, progress=Progress(DutyState.DONE), now=NOW)
    assert DutyReport.objects.get().on_behalf
    assert AuditEvent.objects.get().on_behalf_of == "Ma Đình Phúc"


def test_a_done_task_can_be_reported_as_running_again() -> None:
    cell = make_cell()
    duty = make_duty(cell, join_cell(cell, "Ma Đình Phúc"), state=DutyState.DONE, settled_on=TODAY, percent=100)
    services.report_duty(actor=writer(cell.path), duty=duty, progress=Progress(DutyState.ONGOING, 80), now=NOW)
    duty.refresh_from_db()
    assert (duty.state, duty.percent, duty.settled_on) == ("ongoing", 80, None)


def test_reports_that_say_nothing_are_refused() -> None:
    cell = make_cell()
    duty = make_duty(cell, join_cell(cell, "Ma Đình Phúc"))
    bad: list[tuple[Progress, type[DomainError]]] = [
        (Progress(DutyState.NOT_DONE, note=" "), ReasonMissing),
        (Progress(DutyState.DROPPED), services.StateNotReportable),
        (Progress(DutyState.ONGOING, 101), services.StateNotReportable),
        (Progress(DutyState.DONE, note="x" * 2001), TextTooLong),
    ]
    for progress, refusal in bad:
        with pytest.raises(refusal):
            services.report_duty(actor=writer(cell.path), duty=duty, progress=progress, now=NOW)
    assert DutyReport.objects.count() == 0


def test_a_dropped_task_rests() -> None:
    cell = make_cell()
    member = join_cell(cell, "Ma Đình Phúc")
    duty = make_duty(cell, member)
    with pytest.raises(ReasonMissing):
        services.drop_duty(actor=writer(cell.path), duty=duty, reason=" ", now=NOW)
    services.drop_duty(actor=writer(cell.path), duty=duty, reason="Xã đã làm", now=NOW)
    duty.refresh_from_db()
    assert (duty.state, duty.result, duty.settled_on) == ("dropped", "Xã đã làm", TODAY)
    with pytest.raises(services.DutyDropped):
        services.report_duty(actor=writer(cell.path), duty=duty, progress=Progress(DutyState.DONE), now=NOW)
    with pytest.raises(services.DutyDropped):
        services.change_duty(actor=writer(cell.path), duty=duty, details=DutyDetails("Việc", member), now=NOW)


def test_a_settled_task_is_not_rewritten() -> None:
    cell = make_cell()
    member = join_cell(cell, "Ma Đình Phúc")
    duty = make_duty(cell, member, state=DutyState.DONE, settled_on=TODAY)
    with pytest.raises(services.DutySettled):
        services.change_duty(actor=writer(cell.path), duty=duty, details=DutyDetails("Việc", member), now=NOW)


def test_details_form_and_table_call_a_fact_by_one_name() -> None:
    """So that a new field of a task is written, compared and shown without being named anywhere else."""
    names = {field.name for field in fields(DutyDetails)}
    assert names == set(DutyForm.base_fields)
    assert names <= {field.name for field in Duty._meta.get_fields()}


def test_a_change_keeps_what_stood_before_in_the_trail() -> None:
    cell = make_cell()
    member, other = join_cell(cell, "Ma Đình Phúc"), join_cell(cell, "Hoàng Văn Oanh")
    duty = make_duty(cell, member, "Làm mương", due_on=None)
    services.change_duty(actor=writer(cell.path), duty=duty, details=DutyDetails("Làm cầu", other), now=NOW)
    event = AuditEvent.objects.get(verb="duties.changed")
    before = event.details["before"]
    assert (before["title"], before["assignee"], before["due_on"]) == ("Làm mương", str(member.public_id), "")
