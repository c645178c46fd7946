"""Writing the programme: places, people, kinds; what the trail says, and who may."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed, NotFound
from nennep.core.typed import TextTooLong
from nennep.meetings.choices import MeetingKind, MeetingState, Phase, ThemeState, Topic
from nennep.meetings.models import AgendaItem, Meeting, ThemePlan
from nennep.meetings.queries.agenda import AgendaUndo, get_agenda_page
from nennep.meetings.rules.state import MeetingAlreadyBegun, MeetingIsCancelled, MeetingIsOver
from nennep.meetings.services import agenda as services
from nennep.meetings.services.agenda import ItemDetails, MeetingPeople
from nennep.meetings.services.former_agenda import AgendaMovedOn, restore_agenda
from nennep.members.models import Membership
from nennep.members.services import merge_members
from nennep.organizations.choices import CellType
from tests.factories.accounts import actor_of
from tests.factories.core import NOW, TODAY
from tests.factories.meetings import at, make_item, make_meeting
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.factories.trails import list_trail
from tests.factories.village import Village

pytestmark = pytest.mark.django_db


def titles(meeting: Meeting) -> list[tuple[int, str]]:
    return list(meeting.agenda.order_by("position").values_list("position", "title"))


def add(village: Village, title: str, **details: Any) -> AgendaItem:
    return services.add_item(
        actor=village.actor, meeting=village.meeting, details=ItemDetails(title, 10, **details), now=NOW
    )


def last_note() -> dict[str, object]:
    verb, details = list_trail("meetings")[-1]
    assert verb == "meetings.agenda_changed"
    return details


def test_an_item_is_put_at_the_end_of_its_phase(village: Village) -> None:
    AgendaItem.objects.filter(title="Khai mạc").update(phase=Phase.OPENING)
    closing = make_item(village.meeting, "Kết luận", position=3)
    AgendaItem.objects.filter(pk=closing.pk).update(phase=Phase.CLOSING)
    made = add(village, "  Thu   hoạch ", topic=Topic.ECONOMY_ORDER, presenter=village.plain.public_id)
    assert last_note() == {"change": "added", "item": str(made.public_id)}
    made.refresh_from_db()
    assert (made.minutes_planned, made.topic, made.phase, made.presenter) == (
        10,
        Topic.ECONOMY_ORDER,
        Phase.PROCEEDINGS,
        village.plain,
    )
    add(village, "Chào cờ", phase=Phase.OPENING)
    assert titles(village.meeting) == [
        (1, "Khai mạc"),
        (2, "Chào cờ"),
        (3, "Nhiệm vụ tháng 11"),
        (4, "Thu hoạch"),
        (5, "Kết luận"),
    ]


def test_an_item_is_changed_moved_and_removed(village: Village) -> None:
    first, second = village.meeting.agenda.order_by("position")
    write: dict[str, Any] = {"actor": village.actor, "now": NOW}
    details = ItemDetails(" Mở  đầu ", 7, presenter=village.member.public_id)
    services.change_item(item=first, details=details, position=2, **write)
    assert last_note() == {"change": "changed", "item": str(first.public_id)}
    first.refresh_from_db()
    assert (first.title, first.minutes_planned, first.presenter) == ("Mở đầu", 7, village.member)
    assert titles(village.meeting) == [(1, "Nhiệm vụ tháng 11"), (2, "Mở đầu")]
    services.change_item(item=first, details=details, **write)  # without a place it stays
    assert titles(village.meeting) == [(1, "Nhiệm vụ tháng 11"), (2, "Mở đầu")]
    services.move_item(item=first, step=-1, **write)
    assert last_note() == {"change": "moved", "item": str(first.public_id)}
    assert titles(village.meeting) == [(1, "Mở đầu"), (2, "Nhiệm vụ tháng 11")]
    services.remove_item(item=first, **write)
    assert last_note() == {"change": "removed", "item": str(first.public_id)}
    assert titles(village.meeting) == [(1, "Nhiệm vụ tháng 11")]
    with pytest.raises(NotFound):
        services.move_item(item=first, step=1, **write)
    assert second.title == "Nhiệm vụ tháng 11"


@pytest.mark.parametrize("begun", [{"started_at": NOW}, {"note": "Ghi"}, {"conclusion": "Xong"}], ids=str)
def test_what_was_begun_is_not_taken_off(village: Village, begun: dict[str, Any]) -> None:
    item = village.meeting.agenda.order_by("position")[0]
    AgendaItem.objects.filter(pk=item.pk).update(**begun)
    with pytest.raises(services.ItemBegun):
        services.remove_item(actor=village.actor, item=item, now=NOW)


def test_a_title_has_a_limit_and_a_presenter_is_of_the_cell(village: Village) -> None:
    item = village.meeting.agenda.order_by("position")[0]
    stranger = make_member("Người Lạ").public_id

    def change(title: str, **more: Any) -> AgendaItem:
        details = ItemDetails(title, 5, **more)
        return services.change_item(actor=village.actor, item=item, details=details, now=NOW)

    writes: list[Callable[..., AgendaItem]] = [partial(add, village), change]
    for write in writes:
        with pytest.raises(TextTooLong) as refusal:
            write("x" * 1000)
        assert refusal.value.field == "title"
        with pytest.raises(services.PresenterOfAnotherCell):
            write("x", presenter=stranger)


def test_who_runs_the_meeting_is_of_the_cell_on_its_day(village: Village) -> None:
    people = MeetingPeople(chair=village.plain.public_id, minute_taker=village.member.public_id)
    services.set_people(actor=village.actor, meeting=village.meeting, people=people, now=NOW)
    meeting = Meeting.objects.get()
    assert (meeting.chair, meeting.minute_taker, last_note()) == (village.plain, village.member, {"change": "people"})
    services.set_people(actor=village.actor, meeting=village.meeting, people=MeetingPeople(), now=NOW)
    meeting.refresh_from_db()
    assert (meeting.chair, meeting.minute_taker) == (None, None)
    wrong = MeetingPeople(minute_taker=UUID(int=7))
    with pytest.raises(services.PresenterOfAnotherCell):
        services.set_people(actor=village.actor, meeting=village.meeting, people=wrong, now=NOW)


def test_an_agreed_programme_is_not_empty(village: Village) -> None:
    services.agree_agenda(actor=village.actor, meeting=village.meeting, now=NOW)
    assert (Meeting.objects.get().prepared_at, last_note()) == (NOW, {"change": "agreed"})
    village.meeting.agenda.all().delete()
    with pytest.raises(services.AgendaEmpty):
        services.agree_agenda(actor=village.actor, meeting=village.meeting, now=NOW)


def test_a_programme_built_anew_is_the_template_s(village: Village) -> None:
    services.rebuild_agenda(actor=village.actor, meeting=village.meeting, now=NOW)
    assert last_note() == {"change": "rebuilt"}
    items = list(village.meeting.agenda.order_by("position"))
    assert [item.position for item in items] == list(range(1, len(items) + 1))
    assert (items[0].phase, items[0].topic, items[-1].phase) == (Phase.OPENING, Topic.OPENING, Phase.CLOSING)
    assert sum(item.minutes_planned for item in items) >= 90
    assert "Nhiệm vụ tháng 11" not in {item.title for item in items}


# ── taking back what took items off ────────────────────────────────────────────


def facts(meeting: Meeting) -> list[tuple[Any, ...]]:
    columns = ("public_id", "position", "phase", "topic", "title", "minutes_planned", "presenter_id")
    return list(meeting.agenda.order_by("position").values_list(*columns))


def restore(village: Village) -> Meeting:
    return restore_agenda(actor=village.actor, meeting=village.meeting, now=NOW)


def test_a_programme_built_anew_comes_back_as_it_was_agreed(village: Village) -> None:
    add(village, "Chủ trương làm đường")
    services.agree_agenda(actor=village.actor, meeting=village.meeting, now=NOW)
    before = facts(village.meeting)
    rebuilt = services.rebuild_agenda(actor=village.actor, meeting=village.meeting, now=NOW)
    assert (rebuilt.prepared_at, facts(village.meeting) == before) == (None, False)
    assert (restore(village).prepared_at, facts(village.meeting)) == (NOW, before)
    with pytest.raises(AgendaMovedOn):
        restore(village)


def say_undo(village: Village) -> AgendaUndo | None:
    return get_agenda_page(actor=village.actor, meeting=Meeting.objects.get(), today=TODAY).undo


def test_the_page_names_what_would_come_back(village: Village) -> None:
    first, second = add(village, "Chủ trương làm đường"), add(village, "Góp ý nghị quyết")
    assert say_undo(village) is None
    services.remove_item(actor=village.actor, item=first, now=NOW)
    assert say_undo(village) == AgendaUndo(("Chủ trương làm đường",), rebuilt=False)
    restore(village)
    services.rebuild_agenda(actor=village.actor, meeting=village.meeting, now=NOW)
    undo = say_undo(village)
    assert undo is not None
    assert (undo.rebuilt, {first.title, second.title} <= set(undo.removed)) == (True, True)


def test_an_item_comes_back_to_its_place(village: Village) -> None:
    first, second = add(village, "Chủ trương làm đường"), add(village, "Góp ý nghị quyết")
    before = facts(village.meeting)
    services.remove_item(actor=village.actor, item=first, now=NOW)
    restore(village)
    assert facts(village.meeting) == before
    assert AgendaItem.objects.filter(pk=second.pk).exists()


@pytest.mark.parametrize("act", ["removed", "rebuilt"])
def test_what_comes_back_is_presented_by_whom_a_merged_record_became(village: Village, act: str) -> None:
    double = make_member("Lý Thị Mỷ", cell=village.cell)
    item = add(village, "Chủ trương làm đường", presenter=double.public_id)
    if act == "removed":
        services.remove_item(actor=village.actor, item=item, now=NOW)
    else:
        services.rebuild_agenda(actor=village.actor, meeting=village.meeting, now=NOW)
    merge_members(actor=Actor.system(), keep=village.member, drop=double, now=NOW)
    restore(village)
    assert AgendaItem.objects.get(title="Chủ trương làm đường").presenter == village.member


def test_another_change_is_built_on_what_was_taken_off(village: Village) -> None:
    item = add(village, "Chủ trương làm đường")
    services.remove_item(actor=village.actor, item=item, now=NOW)
    add(village, "Góp ý nghị quyết")
    with pytest.raises(AgendaMovedOn):
        restore(village)


def test_what_the_template_would_bring_and_take_is_shown(village: Village) -> None:
    add(village, "Chủ trương làm đường")
    before = facts(village.meeting)
    shown = services.foresee_rebuild(actor=village.actor, meeting=village.meeting, now=NOW)
    gone = shown.effects[0]
    assert (gone.label, "Chủ trương làm đường" in gone.names) == ("Mục sẽ bỏ", True)
    assert (shown.name, bool(shown.undo), facts(village.meeting)) == ("", True, before)


def change(village: Village, kind: MeetingKind, theme: str = "", meeting: Meeting | None = None) -> Meeting:
    return services.change_kind(
        actor=village.actor, meeting=meeting or village.meeting, kind=kind, theme=theme, now=NOW
    )


def test_a_regular_meeting_takes_a_theme_on_before_its_closing_items(village: Village) -> None:
    closing = make_item(village.meeting, "Kết luận", position=3)
    AgendaItem.objects.filter(pk=closing.pk).update(phase=Phase.CLOSING)
    plan = ThemePlan.objects.create(organization=village.cell, month=date(2026, 11, 1), title="Nước sạch")
    change(village, MeetingKind.COMBINED, " Nước  sạch ")
    meeting = Meeting.objects.get()
    plan.refresh_from_db()
    assert (meeting.kind, meeting.theme, plan.meeting) == (MeetingKind.COMBINED, "Nước sạch", meeting)
    assert last_note() == {"change": "kind", "kind": "combined"}
    names = [title for _position, title in titles(meeting)]
    assert (names[:2], names[-1]) == (["Khai mạc", "Nhiệm vụ tháng 11"], "Kết luận")
    assert [position for position, _title in titles(meeting)] == list(range(1, len(names) + 1))
    themed = meeting.agenda.filter(topic=Topic.THEME).count()
    assert (themed > 0, len(names)) == (True, 3 + themed)
    change(village, MeetingKind.REGULAR, "Nước sạch")
    plan.refresh_from_db()
    meeting.refresh_from_db()
    assert (meeting.theme, plan.meeting, meeting.agenda.count()) == ("", None, 3)


def test_a_meeting_of_another_kind_gets_its_own_programme(village: Village) -> None:
    extra = make_meeting(village.cell, planned_for=at(date(2026, 11, 20)), kind=MeetingKind.THEMATIC)
    make_item(extra, "Cũ")
    change(village, MeetingKind.EXTRAORDINARY, meeting=extra)
    assert "Cũ" not in {title for _position, title in titles(extra)}
    with pytest.raises(services.KindNotPossible):
        change(village, MeetingKind.REGULAR, meeting=extra)  # the month has its regular one
    Meeting.objects.filter(pk=village.meeting.pk).update(state=MeetingState.CANCELLED, cancelled_reason="Bão")
    assert change(village, MeetingKind.REGULAR, meeting=extra).kind == MeetingKind.REGULAR


@pytest.mark.parametrize("kind", [MeetingKind.THEMATIC, MeetingKind.COMBINED])
def test_a_kind_with_a_theme_needs_its_name(village: Village, kind: MeetingKind) -> None:
    with pytest.raises(services.ThemeNeeded):
        change(village, kind, "  ")
    with pytest.raises(TextTooLong) as refusal:
        change(village, kind, "x" * 1000)
    assert refusal.value.field == "theme"


def test_a_meeting_holds_the_one_theme_that_it_names(village: Village) -> None:
    november = date(2026, 11, 1)
    water, forest = (
        ThemePlan.objects.create(organization=village.cell, month=november, title=title)
        for title in ("Nước sạch", "Giữ rừng")
    )
    held = []
    for theme in ("Nước sạch", "Nước sạch", "Giữ rừng", "Ngoài kế hoạch"):
        change(village, MeetingKind.COMBINED, theme)
        held.append(list(ThemePlan.objects.filter(meeting=village.meeting)))
    assert held == [[water], [water], [forest], []]


def test_a_regular_meeting_elsewhere_takes_no_month(village: Village) -> None:
    village.meeting.delete()
    other = make_unit("Chi bộ thôn Nà Ngoa", cell_type=CellType.VILLAGE)
    make_meeting(other)
    make_meeting(village.cell, planned_for=at(date(2026, 12, 3)))
    make_meeting(village.cell, planned_for=at(date(2026, 11, 25)), kind=MeetingKind.THEMATIC)
    extra = make_meeting(village.cell, planned_for=at(date(2026, 11, 20)), kind=MeetingKind.EXTRAORDINARY)
    assert change(village, MeetingKind.REGULAR, meeting=extra).kind == MeetingKind.REGULAR


def test_who_left_before_the_day_of_the_meeting_presents_nothing(village: Village) -> None:
    leave = Membership.objects.filter(member=village.plain)
    leave.update(valid_to=date(2026, 11, 14))  # the last day is that of the meeting
    assert add(village, "Một", presenter=village.plain.public_id).presenter == village.plain
    leave.update(valid_to=date(2026, 11, 13))
    with pytest.raises(services.PresenterOfAnotherCell):
        add(village, "Hai", presenter=village.plain.public_id)


def test_an_item_that_is_gone_or_elsewhere_is_not_changed(village: Village) -> None:
    extra = make_meeting(village.cell, planned_for=at(date(2026, 11, 20)), kind=MeetingKind.THEMATIC)
    item = make_item(extra, "Cũ")
    write: dict[str, Any] = {"actor": village.actor, "item": item, "now": NOW}
    AgendaItem.objects.filter(pk=item.pk).update(meeting=village.meeting)  # what the page saw is no longer true
    with pytest.raises(NotFound):
        services.move_item(step=1, **write)
    AgendaItem.objects.filter(pk=item.pk).delete()
    with pytest.raises(NotFound):
        services.remove_item(**write)


def test_a_dropped_plan_is_not_linked(village: Village) -> None:
    plan = ThemePlan.objects.create(
        organization=village.cell, month=date(2026, 11, 1), title="Nước sạch", state=ThemeState.DROPPED
    )
    change(village, MeetingKind.COMBINED, "Nước sạch")
    plan.refresh_from_db()
    assert plan.meeting is None


def test_the_same_order_writes_nothing(village: Village) -> None:
    order = list(village.meeting.agenda.order_by("position").values_list("public_id", flat=True))
    write: dict[str, Any] = {"actor": village.actor, "meeting": village.meeting, "now": NOW}
    services.reorder_agenda(order=order, **write)
    assert list_trail("meetings") == []
    services.reorder_agenda(order=order[::-1], **write)
    assert (last_note(), titles(village.meeting)[0]) == ({"change": "reordered"}, (1, "Nhiệm vụ tháng 11"))


@pytest.mark.parametrize(
    ("state", "refusal"),
    [
        (MeetingState.OPEN, MeetingAlreadyBegun),
        (MeetingState.HELD, MeetingIsOver),
        (MeetingState.CANCELLED, MeetingIsCancelled),
    ],
)
def test_what_was_called_or_held_keeps_its_programme(
    village: Village, state: MeetingState, refusal: type[DomainError]
) -> None:
    times = {"opened_at": NOW - timedelta(hours=1), "closed_at": NOW if state == MeetingState.HELD else None}
    Meeting.objects.filter(pk=village.meeting.pk).update(state=state, **times)
    write: dict[str, Any] = {"actor": village.actor, "meeting": village.meeting, "now": NOW}
    before: list[Callable[[], object]] = [
        lambda: services.rebuild_agenda(**write),
        lambda: services.agree_agenda(**write),
        lambda: services.change_kind(kind=MeetingKind.REGULAR, theme="", **write),
    ]
    for refused in before:
        with pytest.raises(refusal):
            refused()
    item = village.meeting.agenda.order_by("position")[0]
    during: list[Callable[[], object]] = [
        lambda: services.add_item(details=ItemDetails("Thêm", 5), **write),
        lambda: services.set_people(people=MeetingPeople(), **write),
        lambda: services.change_item(actor=village.actor, item=item, details=ItemDetails("Khác", 5), now=NOW),
    ]
    for call in during:
        if state == MeetingState.OPEN:
            call()
        else:
            with pytest.raises(refusal):
                call()


def test_only_who_prepares_the_meeting_writes_its_programme(village: Village) -> None:
    reader = actor_of(village.member_user)
    item = village.meeting.agenda.order_by("position")[0]
    write: dict[str, Any] = {"actor": reader, "meeting": village.meeting, "now": NOW}
    of_item: dict[str, Any] = {"actor": reader, "item": item, "now": NOW}
    calls: list[Callable[[], object]] = [
        lambda: services.rebuild_agenda(**write),
        lambda: services.add_item(details=ItemDetails("Thêm", 5), **write),
        lambda: services.reorder_agenda(order=[], **write),
        lambda: services.change_kind(kind=MeetingKind.REGULAR, theme="", **write),
        lambda: services.link_theme(**write),
        lambda: services.set_people(people=MeetingPeople(), **write),
        lambda: services.agree_agenda(**write),
        lambda: services.fill_agendas(actor=reader, meetings=[], cell=village.cell, now=NOW),
        lambda: services.change_item(details=ItemDetails("Khác", 5), **of_item),
        lambda: services.move_item(step=1, **of_item),
        lambda: services.remove_item(**of_item),
    ]
    for refused in calls:
        with pytest.raises(NotAllowed):
            refused()
