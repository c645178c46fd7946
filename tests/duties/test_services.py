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
from nennep.duties.services import DutyDetails, DutyProgress
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
    event = AuditEvent.objects.get()
    assert (event.verb, event.details["assignee"]) == ("duties.given", str(member.public_id))
    assert (event.target_kind, event.target_id, event.target_label, event.unit_path) == (
        "duties.duty",
        str(duty.public_id),
        "",
        cell.path,
    )
    assert heard == [DutyChanged(cell.pk, duty.pk, (date(2026, 11, 1),))]


def test_give_duty_refuses_what_makes_no_sense() -> None:
    cell = make_cell()
    member, stranger = join_cell(cell, "Ma Đình Phúc"), join_cell(make_cell("Khác"), "Người Lạ")
    exempt = join_cell(cell, "Nông Thị Yến", standing=Standing.EXEMPT)
    bad: list[tuple[DutyDetails, str, str]] = [
        (DutyDetails("  ", member), "duty_title_missing", "title"),
        (DutyDetails("x" * 301, member), "text_too_long", "title"),
        (DutyDetails("Việc", member, due_on=date(2026, 11, 8)), "duty_due_before_given", "due_on"),
        (DutyDetails("Việc", stranger), "duty_not_of_this_cell", "assignee"),
        (DutyDetails("Việc", exempt), "duty_not_of_this_cell", "assignee"),
        (DutyDetails("Việc", member, helpers=(member,)), "duty_helper_is_assignee", "helpers"),
        (DutyDetails("Việc", member, helpers=(stranger,)), "duty_helper_not_of_this_cell", "helpers"),
    ]
    for details, code, field in bad:
        with pytest.raises(DomainError) as refusal:
            services.give_duty(actor=writer(cell.path), organization=cell, details=details, now=NOW)
        assert (refusal.value.code, refusal.value.field) == (code, field)
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
        services.report_duty(actor=reader, duty=duty, progress=DutyProgress(DutyState.DONE), now=NOW)


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
    with pytest.raises(services.AssigneeOfAnotherCell):
        services.hand_over_duty(
            actor=writer(cell.path), duty=duty, assignee=join_cell(make_cell("Khác"), "Người Lạ"), now=NOW
        )


def test_the_member_reports_in_person(django_user_model: Any) -> None:
    user = django_user_model.objects.create(username="phuc", full_name="Ma Đình Phúc")
    cell = make_cell()
    duty = make_duty(cell, join_cell(cell, "Ma Đình Phúc", user_id=user.pk))
    me = Actor(user_id=user.pk, name="Ma Đình Phúc")
    services.report_duty(actor=me, duty=duty, progress=DutyProgress(DutyState.ONGOING, 60, "180/300 m"), now=NOW)
    services.report_duty(
        actor=me, duty=duty, progress=DutyProgress(DutyState.DONE, 60, "300/300 m", exceeded=True), now=NOW
    )
    duty.refresh_from_db()
    assert (duty.state, duty.percent, duty.result, duty.settled_on) == ("done", 100, "300/300 m", TODAY)
    assert duty.exceeded
    assert set(DutyReport.objects.values_list("by", flat=True)) == {user.pk}
    assert list(DutyReport.objects.values_list("state", "percent", "on_behalf", "by_name")) == [
        ("ongoing", 60, False, "Ma Đình Phúc"),
        ("done", 100, False, "Ma Đình Phúc"),
    ]


def test_a_report_on_behalf_names_both() -> None:
    cell = make_cell()
    duty = make_duty(cell, join_cell(cell, "Ma Đình Phúc"))
    services.report_duty(actor=writer(cell.path), duty=duty, progress=DutyProgress(DutyState.DONE), now=NOW)
    assert DutyReport.objects.get().on_behalf
    assert AuditEvent.objects.get().on_behalf_of == f"members.member/{duty.assignee.public_id}"


def test_a_done_task_can_be_reported_as_running_again() -> None:
    cell = make_cell()
    duty = make_duty(cell, join_cell(cell, "Ma Đình Phúc"), state=DutyState.DONE, settled_on=TODAY, percent=100)
    services.report_duty(actor=writer(cell.path), duty=duty, progress=DutyProgress(DutyState.ONGOING, 80), now=NOW)
    duty.refresh_from_db()
    assert (duty.state, duty.percent, duty.settled_on) == ("ongoing", 80, None)


def test_reports_that_say_nothing_are_refused() -> None:
    cell = make_cell()
    duty = make_duty(cell, join_cell(cell, "Ma Đình Phúc"))
    bad: list[tuple[DutyProgress, type[DomainError]]] = [
        (DutyProgress(DutyState.NOT_DONE, note=" "), ReasonMissing),
        (DutyProgress(DutyState.DROPPED), services.StateNotReportable),
        (DutyProgress(DutyState.ONGOING, 101), services.StateNotReportable),
        (DutyProgress(DutyState.ONGOING, -1), services.StateNotReportable),
        (DutyProgress(DutyState.DONE, note="x" * 2001), TextTooLong),
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
        services.report_duty(actor=writer(cell.path), duty=duty, progress=DutyProgress(DutyState.DONE), now=NOW)
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
    assert before == {"assignee": str(member.public_id), "due_on": "", "category": "ad_hoc"}  # but no words


def test_the_very_same_task_given_twice_is_one() -> None:
    cell = make_cell()
    member, helper = join_cell(cell, "Ma Đình Phúc"), join_cell(cell, "Hoàng Văn Oanh")

    def give(details: DutyDetails, origin: Origin | None = None) -> Duty:
        return services.give_duty(actor=writer(cell.path), organization=cell, details=details, now=NOW, origin=origin)

    alone, helped = DutyDetails("Việc", member), DutyDetails("Việc", member, helpers=(helper,))
    first, second = give(alone), give(helped)
    assert first != second  # other people are another task
    assert (give(alone), give(helped)) == (first, second)
    assert give(alone, Origin("meetings.meeting", "x")) not in {first, second}
    services.report_duty(actor=writer(cell.path), duty=first, progress=DutyProgress(DutyState.DONE), now=NOW)
    assert give(alone) not in {first, second}  # one that is done may be given once more


def test_a_task_may_be_due_on_the_day_it_is_given() -> None:
    cell = make_cell()
    details = DutyDetails("Việc", join_cell(cell, "Ma Đình Phúc"), due_on=TODAY)
    assert services.give_duty(actor=writer(cell.path), organization=cell, details=details, now=NOW).due_on == TODAY


def test_a_refusal_names_who_is_not_of_the_cell_and_the_days() -> None:
    cell = make_cell()
    member, stranger = join_cell(cell, "Ma Đình Phúc"), join_cell(make_cell("Khác"), "Người Lạ")
    with pytest.raises(services.AssigneeOfAnotherCell, match="Đồng chí Người Lạ không sinh hoạt"):
        services.give_duty(actor=writer(cell.path), organization=cell, details=DutyDetails("Việc", stranger), now=NOW)
    early = DutyDetails("Việc", member, due_on=date(2026, 11, 8))
    with pytest.raises(services.DueBeforeGiven, match="08/11/2026 sớm hơn ngày giao 09/11/2026"):
        services.give_duty(actor=writer(cell.path), organization=cell, details=early, now=NOW)


def test_only_what_is_not_done_needs_a_reason_and_only_what_is_done_exceeds() -> None:
    cell = make_cell()
    actor, duty = writer(cell.path), make_duty(cell, join_cell(cell, "Ma Đình Phúc"))
    for percent in (0, 100):
        services.report_duty(
            actor=actor, duty=duty, progress=DutyProgress(DutyState.ONGOING, percent, exceeded=True), now=NOW
        )
        duty.refresh_from_db()
        assert (duty.percent, duty.exceeded, duty.result) == (percent, False, "")
    services.report_duty(actor=actor, duty=duty, progress=DutyProgress(DutyState.NOT_DONE, note="Mưa lũ"), now=NOW)
    duty.refresh_from_db()
    assert (duty.state, duty.result, duty.settled_on) == ("not_done", "Mưa lũ", TODAY)
    services.report_duty(actor=actor, duty=duty, progress=DutyProgress(DutyState.DONE), now=NOW)
    duty.refresh_from_db()
    assert not duty.exceeded


def test_a_note_that_is_missing_or_too_long_is_refused_at_its_field() -> None:
    cell = make_cell()
    duty = make_duty(cell, join_cell(cell, "Ma Đình Phúc"))
    for progress in (DutyProgress(DutyState.NOT_DONE), DutyProgress(DutyState.DONE, note="x" * 2001)):
        with pytest.raises(DomainError) as refusal:
            services.report_duty(actor=writer(cell.path), duty=duty, progress=progress, now=NOW)
        assert refusal.value.field == "note"
    for reason in ("", "x" * 2001):
        with pytest.raises(DomainError) as refusal:
            services.drop_duty(actor=writer(cell.path), duty=duty, reason=reason, now=NOW)
        assert refusal.value.field == "reason"
    services.drop_duty(actor=writer(cell.path), duty=duty, reason="x" * 2000, now=NOW)


def test_every_change_tells_its_month_and_stays_in_the_trail(
    committing: Committing, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[DutyChanged] = []
    monkeypatch.setitem(events._handlers, DutyChanged, [heard.append])
    cell = make_cell()
    member, other = join_cell(cell, "Ma Đình Phúc"), join_cell(cell, "Hoàng Văn Oanh")
    actor, duty = writer(cell.path), make_duty(cell, member)
    told = DutyChanged(cell.pk, duty.pk, (date(2026, 10, 1),))
    with committing():
        services.hand_over_duty(actor=actor, duty=duty, assignee=other, now=NOW)
    with committing():
        services.report_duty(actor=actor, duty=duty, progress=DutyProgress(DutyState.ONGOING, 40, "Đang làm"), now=NOW)
    with committing():
        services.drop_duty(actor=actor, duty=duty, reason="Xã đã làm", now=NOW)
    reported = DutyChanged(cell.pk, duty.pk, (date(2026, 10, 1), date(2026, 11, 1)))
    assert heard == [told, reported, told]
    assert [(event.verb, event.details) for event in AuditEvent.objects.order_by("pk")] == [
        ("duties.handed_over", {"before": str(member.public_id), "after": str(other.public_id)}),
        ("duties.reported", {"state": "ongoing"}),
        ("duties.dropped", {}),
    ]
    assert list(DutyReport.objects.values_list("state", "percent", "note", "on_behalf", "at")) == [
        ("ongoing", 40, "Đang làm", True, NOW),
        ("dropped", 40, "Xã đã làm", False, NOW),
    ]


def test_an_own_report_is_on_behalf_of_nobody(django_user_model: Any) -> None:
    user = django_user_model.objects.create(username="oanh", full_name="Hoàng Văn Oanh")
    cell = make_cell()
    helper = join_cell(cell, "Hoàng Văn Oanh", user_id=user.pk)
    duty = make_duty(cell, join_cell(cell, "Ma Đình Phúc"), helpers=[helper])
    me = Actor(user_id=user.pk, name="Hoàng Văn Oanh")
    services.report_duty(actor=me, duty=duty, progress=DutyProgress(DutyState.DONE), now=NOW)
    assert AuditEvent.objects.get().on_behalf_of == ""


def test_the_trail_of_a_change_keeps_people_by_their_public_id() -> None:
    cell = make_cell()
    member = join_cell(cell, "Ma Đình Phúc")
    duty = make_duty(cell, member, category=DutyCategory.REGULAR)
    helper = join_cell(cell, "Hoàng Văn Oanh")
    details = DutyDetails("Việc khác", member, helpers=(helper,))
    services.change_duty(actor=writer(cell.path), duty=duty, details=details, now=NOW)
    assert AuditEvent.objects.get().details["before"] == {
        "assignee": str(member.public_id),
        "due_on": "2026-10-31",
        "category": "regular",
    }
    duty.refresh_from_db()
    assert (duty.title, duty.due_on, duty.category, list(duty.helpers.all())) == ("Việc khác", None, "ad_hoc", [helper])


# ── what follows when people or cells become one ──────────────────────────────


def test_tasks_of_a_duplicate_record_become_the_kept_ones() -> None:
    cell = make_cell()
    kept, dropped, other = (join_cell(cell, name) for name in ("Ma Đình Phúc", "Ma Đình Phúc", "Lý Thị Mơ"))
    own = make_duty(cell, dropped, "Phụ trách", helpers=[kept, other])
    helped = make_duty(cell, other, "Giúp", helpers=[dropped])
    both = make_duty(cell, other, "Hai bản ghi cùng giúp", helpers=[kept, dropped])
    foreign = make_duty(cell, other, "Không liên quan", helpers=[])
    merge: dict[str, Any] = {"actor": Actor.system(), "kept_id": kept.pk, "dropped_id": dropped.pk}
    assert services.follow_member_merge(**merge) == 2
    found = {
        duty.title: (duty.assignee, set(duty.helpers.all()))
        for duty in Duty.objects.filter(pk__in=[own.pk, helped.pk, both.pk, foreign.pk])
    }
    assert found == {
        "Phụ trách": (kept, {other}),
        "Giúp": (other, {kept}),
        "Hai bản ghi cùng giúp": (other, {kept}),
        "Không liên quan": (other, set()),
    }
    assert services.follow_member_merge(**merge) == 0


def test_only_the_program_lets_tasks_follow_a_merger() -> None:
    actor = make_actor(*Permission, user_id=7)
    with pytest.raises(NotAllowed):
        services.follow_member_merge(actor=actor, kept_id=1, dropped_id=2)
    with pytest.raises(NotAllowed):
        services.follow_unit_merge(actor=actor, predecessor_id=1, successor_id=2, on=date(2026, 11, 2), now=NOW)


def test_a_done_task_drops_the_note_of_the_day_it_was_under_way_and_its_report_keeps_it() -> None:
    cell = make_cell()
    duty = make_duty(cell, join_cell(cell, "Ma Đình Phúc"))
    for progress in (DutyProgress(DutyState.ONGOING, 88, "còn 9 hộ"), DutyProgress(DutyState.DONE, 100, "còn 9 hộ")):
        services.report_duty(actor=writer(cell.path), duty=duty, progress=progress, now=NOW)
    duty.refresh_from_db()
    assert (duty.state, duty.result) == ("done", "")
    assert list(duty.reports.order_by("pk").values_list("state", "note")) == [("ongoing", "còn 9 hộ"), ("done", "")]
