"""The programme is built: suggestions with their reasons, order by numbers and by dragging, warnings with their source."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.models import User
from nennep.core.access import Actor
from nennep.core.origins import Origin
from nennep.documents.choices import DOCUMENT_ORIGIN
from nennep.documents.models import Distribution
from nennep.meetings.choices import MeetingKind, MeetingState, ThemeState, Topic
from nennep.meetings.models import Advice, AgendaItem, Meeting, ThemePlan
from nennep.meetings.queries.suggestions import ADVICE, DUTY, FIGURE, PETITION, THEME, TOPIC, suggest_items
from nennep.meetings.rules.state import MeetingIsOver
from nennep.meetings.services import agenda as services
from nennep.meetings.services.suggestions import SuggestionGone, add_suggestion
from nennep.petitions.choices import PetitionState
from nennep.petitions.models import Petition
from nennep.room.choices import AttendanceState
from tests.factories.core import NOW, TODAY
from tests.factories.documents import make_document
from tests.factories.duties import make_duty
from tests.factories.meetings import at, make_entry, make_item, make_meeting
from tests.factories.village import Village

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def address(name: str, meeting: Meeting) -> str:
    return reverse(f"meetings:{name}", args=[meeting.public_id])


def titles(meeting: Meeting) -> list[str]:
    return [item.title for item in meeting.agenda.order_by("position")]


def kinds(village: Village) -> list[str]:
    found = suggest_items(actor=village.actor, meeting=village.meeting, today=TODAY)
    return [suggestion.origin.kind for suggestion in found]


def hold(village: Village, month: int, *, came: int = 4, topic: Topic = Topic.STUDY, year: int = 2026) -> Meeting:
    """The regular meeting of that month: so many of four came, twenty minutes on the topic."""
    moment = at(date(year, month, 3))
    meeting = make_meeting(
        village.cell,
        planned_for=moment,
        state=MeetingState.HELD,
        opened_at=moment,
        closed_at=moment + timedelta(minutes=90),
    )
    item = make_item(meeting, "Nội dung", minutes=20)
    item.topic = topic
    item.save()
    members = [village.secretary_member, village.member, village.plain, village.probationary]
    for number, member in enumerate(members):
        make_entry(meeting, member, AttendanceState.PRESENT if number < came else AttendanceState.EXCUSED)
    return meeting


def test_items_are_reordered_by_dragging(village: Village, sign_in: SignIn) -> None:
    client = sign_in(village.secretary)
    third = make_item(village.meeting, "Bản tin", position=3)
    ids = [str(item.public_id) for item in village.meeting.agenda.order_by("-position")]
    answer = client.post(address("reorder_agenda", village.meeting), {"item": ids}, headers={"HX-Request": "true"})
    assert (answer.status_code, titles(village.meeting)) == (200, ["Bản tin", "Nhiệm vụ tháng 11", "Khai mạc"])
    assert f'data-nn-item="{third.public_id}"' in answer.content.decode()


@pytest.mark.parametrize("change", ["missing", "foreign", "twice"])
def test_a_stale_order_is_refused_and_nothing_is_lost(village: Village, sign_in: SignIn, change: str) -> None:
    client = sign_in(village.secretary)
    first, second = [str(item.public_id) for item in village.meeting.agenda.order_by("position")]
    order = {"missing": [second], "foreign": [second, first, str(uuid4())], "twice": [second, second]}[change]
    page = address("reorder_agenda", village.meeting)
    answer = client.post(page, {"item": order}, headers={"HX-Request": "true"})
    assert (answer.status_code, "Chương trình vừa có mục thêm hoặc bớt" in answer.content.decode()) == (409, True)
    assert client.post(page, {"item": order}).status_code == 422
    assert client.post(page, {"item": ["x"]}).status_code == 422
    assert titles(village.meeting) == ["Khai mạc", "Nhiệm vụ tháng 11"]


def test_items_are_reordered_by_numbers_without_scripts(village: Village, sign_in: SignIn) -> None:
    client = sign_in(village.secretary)
    make_item(village.meeting, "Bản tin", position=3)
    page = address("reorder_agenda", village.meeting)
    assert client.get(page).content.decode().count('type="number"') == 3
    numbers = dict(zip((f"so-{item.public_id}" for item in village.meeting.agenda.all()), "121", strict=True))
    assert client.post(page, numbers).status_code == 302
    assert titles(village.meeting) == ["Bản tin", "Khai mạc", "Nhiệm vụ tháng 11"]
    assert client.post(page, dict.fromkeys(numbers, "nhiều")).status_code == 422
    assert client.post(page, {f"so-{uuid4()}": "1", **numbers}).status_code == 422


@pytest.mark.parametrize(("minutes", "warned"), [(10, True), (15, False), (30, False), (35, True)])
def test_self_criticism_out_of_range_is_warned_of_with_its_source(
    village: Village, sign_in: SignIn, minutes: int, warned: bool
) -> None:
    village.meeting.agenda.filter(position=2).update(topic=Topic.SELF_CRITICISM, minutes_planned=minutes)
    text = sign_in(village.secretary).get(address("show_agenda", village.meeting)).content.decode()
    assert ("nên từ 15 đến 30 phút" in text, "08-KH/ĐU" in text) == (warned, warned)


def test_a_paper_from_above_becomes_an_item_that_keeps_its_origin(village: Village, sign_in: SignIn) -> None:
    paper = make_document(village.cell, village.actor, title="Chỉ thị về phòng cháy rừng")
    Distribution.objects.create(document=paper, from_unit=village.cell, to_unit=village.cell, sent_at=NOW)
    client = sign_in(village.secretary)
    text = client.get(address("show_agenda", village.meeting)).content.decode()
    assert "Văn bản nhận ngày 09/11/2026, chưa đưa vào buổi nào" in text
    for _twice in range(2):
        client.post(address("add_suggestion", village.meeting), {"kind": DOCUMENT_ORIGIN, "id": str(paper.public_id)})
    item = AgendaItem.objects.get(origin_kind=DOCUMENT_ORIGIN)
    assert (item.origin_id, item.topic, item.meeting) == (str(paper.public_id), "bulletin", village.meeting)
    assert kinds(village) == []


def test_late_tasks_and_waiting_petitions_are_suggested(village: Village) -> None:
    make_duty(village.cell, village.plain, title="Làm mương")
    make_duty(village.cell, village.plain, title="Chưa đến hạn", due_on=date(2026, 12, 1))
    for state, text in ((PetitionState.OPEN, "Sửa cống"), (PetitionState.ANSWERED, "Lắp đèn")):
        Petition.objects.create(
            organization=village.cell,
            holder=village.cell,
            text=text,
            raised_by_name="Ma Văn Bằng",
            raised_on=date(2026, 9, 1),
            due_on=date(2026, 10, 13),
            state=state,
            answer="Đã lắp" if state == PetitionState.ANSWERED else "",
            answered_on=date(2026, 10, 1) if state == PetitionState.ANSWERED else None,
        )
    found = suggest_items(actor=village.actor, meeting=village.meeting, today=TODAY)
    assert [(one.origin.kind, one.title) for one in found] == [
        (PETITION, "Kết quả giải quyết kiến nghị: lắp đèn"),
        (PETITION, "Trả lời kiến nghị: sửa cống"),
        (DUTY, "Kiểm điểm nhiệm vụ: làm mương"),
    ]
    assert found[2].reason == "Việc của đồng chí Ma Văn Bằng quá hạn 9 ngày"


def test_open_advice_is_suggested(village: Village) -> None:
    Advice.objects.create(
        organization=village.cell, text="Giảm đọc văn bản", given_on=date(2026, 11, 1), given_by_name="Lương Quốc Hưng"
    )
    assert kinds(village) == [ADVICE]


def test_falling_attendance_is_suggested(village: Village) -> None:
    for month, came in ((7, 4), (8, 4), (9, 4), (10, 3)):
        hold(village, month, came=came)
    found = suggest_items(actor=village.actor, meeting=village.meeting, today=TODAY)
    assert [(one.origin, one.reason) for one in found if one.origin.kind == FIGURE] == [
        (Origin(FIGURE, "attendance"), "Tỷ lệ dự buổi trước 75,0%, ba buổi trước đó 100,0%")
    ]


def test_topics_long_untouched_are_suggested_once_enough_is_known(village: Village) -> None:
    for month in range(6, 10):
        hold(village, month)
    assert TOPIC not in kinds(village)
    for month in (5, 10):
        hold(village, month, topic=Topic.UNITY)
    found = suggest_items(actor=village.actor, meeting=village.meeting, today=TODAY)
    topics = [one for one in found if one.origin.kind == TOPIC]
    assert [one.topic for one in topics] == [Topic.ECONOMY_ORDER, Topic.DEMOCRACY, Topic.INTEGRITY]
    assert topics[0].reason == "Chưa bàn trong 6 tháng có sinh hoạt"


def test_the_quarters_theme_makes_the_meeting_a_combined_one(village: Village) -> None:
    theme = ThemePlan.objects.create(organization=village.cell, month=date(2026, 12, 1), title="Nước sạch")
    assert kinds(village) == [THEME]
    add_suggestion(actor=village.actor, meeting=village.meeting, origin=Origin(THEME, str(theme.public_id)), now=NOW)
    village.meeting.refresh_from_db()
    theme.refresh_from_db()
    assert (village.meeting.kind, village.meeting.theme, theme.meeting) == (
        MeetingKind.COMBINED,
        "Nước sạch",
        village.meeting,
    )
    assert kinds(village) == []


def test_a_dropped_theme_is_not_suggested(village: Village) -> None:
    ThemePlan.objects.create(
        organization=village.cell, month=date(2026, 12, 1), title="Nước sạch", state=ThemeState.DROPPED
    )
    assert kinds(village) == []


def test_what_is_not_suggested_is_not_added(village: Village, sign_in: SignIn) -> None:
    with pytest.raises(SuggestionGone):
        add_suggestion(actor=village.actor, meeting=village.meeting, origin=Origin(DUTY, str(uuid4())), now=NOW)
    client = sign_in(village.secretary)
    client.post(address("add_suggestion", village.meeting), {"kind": "x", "id": "<y>"})
    assert village.meeting.agenda.count() == 2


def test_readers_get_no_suggestions(village: Village, sign_in: SignIn) -> None:
    make_duty(village.cell, village.plain, title="Làm mương")
    page = address("show_agenda", village.meeting)
    assert "Kiểm điểm nhiệm vụ" in sign_in(village.secretary).get(page).content.decode()
    assert "Kiểm điểm nhiệm vụ" not in sign_in(village.member_user).get(page).content.decode()


def test_a_meeting_that_is_over_keeps_its_order(village: Village) -> None:
    held = hold(village, 10)
    order = [item.public_id for item in held.agenda.all()]
    with pytest.raises(MeetingIsOver):
        services.reorder_agenda(actor=Actor.system(), meeting=held, order=order, now=NOW)


@pytest.mark.parametrize("rows", [1, 3])
def test_suggestions_take_the_same_queries_for_any_number_of_rows(
    village: Village, django_assert_num_queries: Any, rows: int
) -> None:
    for number in range(rows):
        make_duty(village.cell, village.plain, title=f"Việc {number}")
        hold(village, 10 - number)
    actor = village.actor
    with django_assert_num_queries(18):
        assert len(suggest_items(actor=actor, meeting=village.meeting, today=TODAY)) >= rows
