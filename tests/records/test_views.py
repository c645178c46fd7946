"""Pages of what comes of a meeting: who gets what, with and without htmx, from the vote to the archive."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.assessments.choices import Grade
from nennep.assessments.models import ScoreSheet
from nennep.assessments.services.sheets import start_sheet
from nennep.core.access import Actor
from nennep.duties.choices import DutyState
from nennep.duties.models import Duty
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.records.models import MinutesVersion, Resolution
from nennep.room.choices import AttendanceState
from nennep.room.models import Remark, RollCallEntry, Vote
from tests.factories.cells import join_cell
from tests.factories.core import NOW, TODAY
from tests.factories.duties import make_duty
from tests.factories.meetings import make_entry, make_held_meeting, make_open_meeting
from tests.factories.people import People, make_people
from tests.previews import confirm

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
HTMX: Any = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def people() -> People:
    return make_people()


def page(name: str, *args: object) -> str:
    return reverse(name, args=args)


def room(meeting: Meeting, anchor: str = "ket-luan") -> str:
    return f"{page('room:show_room', meeting.public_id)}#{anchor}"


def answers(people: People, address: str, method: str = "get") -> list[int]:
    clients = [people.insider, people.reader, people.member, people.outsider]
    assert getattr(Client(), method)(address).headers["Location"].startswith(reverse("account_login"))
    return [getattr(client, method)(address).status_code for client in clients]


def test_who_opens_pages_of_an_open_meeting(people: People) -> None:
    meeting = make_open_meeting(people.cell)
    for name, statuses in (
        ("room:add_remark", [200, 403, 403, 404]),
        ("room:give_duty", [200, 403, 403, 404]),
        ("room:close", [200, 404, 404, 404]),
        ("records:show_minutes", [404, 404, 404, 404]),
        ("records:show_resolution", [404, 404, 404, 404]),
        ("records:show_filing", [404, 404, 404, 404]),
    ):
        assert answers(people, page(name, meeting.public_id)) == statuses, name


@pytest.mark.parametrize("name", ["records:show_minutes", "records:show_resolution", "records:show_filing"])
def test_every_tab_that_is_offered_opens(people: People, name: str) -> None:
    meeting = make_held_meeting(people.cell)
    people.insider.post(page("records:approve_minutes", meeting.public_id))
    start_sheet(actor=Actor.system(), meeting=meeting, now=NOW)
    offered = {}
    for who in ("insider", "reader", "member"):
        client = getattr(people, who)
        tabs = client.get(page(name, meeting.public_id)).content.decode().partition("nn-tabs")[2].partition("</nav>")[0]
        links = re.findall(r'href="([^"]+)"', tabs)
        assert [client.get(link).status_code for link in links] == [200] * len(links), who
        offered[who] = len(links)
    assert offered == {"insider": 4, "reader": 4, "member": 3}


def test_who_opens_pages_of_a_held_meeting(people: People) -> None:
    meeting = make_held_meeting(people.cell)
    for name, statuses in (
        ("room:add_remark", [422, 403, 403, 404]),
        ("room:close", [302, 404, 404, 404]),
        ("records:show_minutes", [200, 200, 200, 404]),
        ("records:edit_minutes", [200, 404, 404, 404]),
        ("records:show_resolution", [200, 200, 200, 404]),
        ("records:show_filing", [200, 200, 200, 404]),
        ("records:follow_meeting", [302, 302, 302, 404]),
    ):
        assert answers(people, page(name, meeting.public_id)) == statuses, name
    waiting = people.member.get(page("records:show_resolution", meeting.public_id))
    assert ("page" in waiting.context, "Nghị quyết chưa ra" in waiting.content.decode()) == (False, True)  # no draft
    draft = people.member.get(page("records:show_minutes", meeting.public_id))
    assert ("page" in draft.context, "Biên bản chưa thông qua" in draft.content.decode()) == (False, True)
    people.insider.post(page("records:approve_minutes", meeting.public_id))
    assert answers(people, page("records:show_minutes", meeting.public_id)) == [200, 200, 200, 404]
    assert answers(people, page("records:edit_minutes", meeting.public_id)) == [200, 403, 403, 404]
    assert answers(people, page("records:show_version", meeting.public_id, 1)) == [200, 200, 200, 404]
    assert answers(people, page("records:show_version", meeting.public_id, 2)) == [404, 404, 404, 404]
    for name in ("records:show_book", "records:list_resolutions"):
        assert answers(people, page(name, people.cell.public_id)) == [200, 200, 200, 404]


def test_all_in_favour_is_one_button(people: People) -> None:
    meeting = make_open_meeting(people.cell)
    answer = people.insider.post(
        page("room:record_vote", meeting.public_id), {"subject": "Nghị quyết tháng 11", "all": "3", "in_favour": "1"}
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, room(meeting))
    vote = Vote.objects.get()
    assert (vote.in_favour, vote.base, vote.passed) == (3, 3, True)
    undone = people.insider.post(page("room:remove_vote", meeting.public_id, vote.public_id), **HTMX)
    assert (undone.status_code, Vote.objects.count()) == (200, 0)
    assert 'id="bieu-quyet"' in undone.content.decode()


@pytest.mark.parametrize("extra", [{}, HTMX], ids=["page", "htmx"])
def test_too_many_votes_are_refused_and_stay_typed(people: People, extra: Any) -> None:
    meeting = make_open_meeting(people.cell)
    typed = {"subject": "Việc lạ", "in_favour": "3", "against": "1"}
    answer = people.insider.post(page("room:record_vote", meeting.public_id), typed, **extra)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Có 4 phiếu nhưng chỉ 3 đảng viên" in text
    assert 'value="Việc lạ"' in text
    assert ("<html" in text) == (not extra)
    assert (
        people.insider.post(page("room:record_vote", meeting.public_id), {"subject": "x", "in_favour": "a"}).status_code
        == 422
    )


def test_a_note_that_was_being_typed_is_kept_with_any_tap(people: People) -> None:
    meeting = make_open_meeting(people.cell)
    item = meeting.agenda.get()
    typed = {"item": str(item.public_id), "version": str(item.note_version), "note": "Ghi dở"}
    people.insider.post(page("room:record_vote", meeting.public_id), {**typed, "subject": "Việc", "all": "3"})
    item.refresh_from_db()
    assert (item.note, Vote.objects.count()) == ("Ghi dở", 1)


def test_the_conclusion_is_kept_and_a_conflict_shows_both(people: People) -> None:
    meeting = make_open_meeting(people.cell)
    address = page("room:write_conclusion", meeting.public_id)
    assert people.insider.post(address, {"conclusion": "Một", "conclusion_before": ""}).headers["Location"] == room(
        meeting
    )
    same = people.insider.post(address, {"conclusion": "Hai", "conclusion_before": "Một"}, **HTMX)
    assert (same.status_code, "Hai" in same.content.decode()) == (200, True)
    late = people.insider.post(address, {"conclusion": "Ba", "conclusion_before": "Một"})
    text = late.content.decode()
    assert late.status_code == 422
    assert "Người khác vừa sửa kết luận" in text
    assert "Bản đang có" in text
    assert "Ba</textarea>" in text.replace("\n", "")
    meeting.refresh_from_db()
    assert meeting.conclusion == "Hai"


def test_praise_and_remarks_from_the_room(people: People) -> None:
    meeting = make_open_meeting(people.cell)
    make_entry(meeting, people.member_record)
    duty = make_duty(people.cell, people.member_record, state=DutyState.DONE, settled_on=TODAY)
    praise = page("room:praise_duty", meeting.public_id, duty.public_id)
    assert people.insider.post(praise).headers["Location"] == room(meeting, "nhiem-vu")
    assert "Biểu dương" in people.insider.post(praise, **HTMX).content.decode()
    typed = {"kind": "reminder", "member": str(people.member_record.public_id), "text": "Đến muộn"}
    assert people.insider.post(page("room:add_remark", meeting.public_id), {"kind": "reminder"}).status_code == 422
    assert people.insider.post(page("room:add_remark", meeting.public_id), typed).headers["Location"] == room(meeting)
    assert [remark.text for remark in Remark.objects.order_by("pk")] == [duty.title, "Đến muộn"]
    last = Remark.objects.get(text="Đến muộn")
    people.insider.post(page("room:remove_remark", meeting.public_id), {"remark": str(last.pk)})
    assert people.insider.post(page("room:remove_remark", meeting.public_id), {"remark": "x"}).status_code == 302
    assert Remark.objects.count() == 1


def test_a_task_is_given_from_the_room(people: People) -> None:
    meeting = make_open_meeting(people.cell)
    typed = {
        "title": "Làm mương",
        "assignee": str(people.member_record.public_id),
        "category": "ad_hoc",
        "due_on": "1/11",
    }
    address = page("room:give_duty", meeting.public_id)
    assert people.insider.post(address, typed).status_code == 422
    assert people.insider.post(address, {**typed, "due_on": "01/11/2026"}).status_code == 422
    assert people.insider.post(address, {**typed, "due_on": "20/11/2026"}).headers["Location"] == room(meeting)
    assert Duty.objects.get().origin_id == str(meeting.public_id)


def test_closing_wants_reasons_then_leads_to_the_minutes(people: People) -> None:
    meeting = make_open_meeting(people.cell)
    address = page("room:close", meeting.public_id)
    text = people.insider.get(address).content.decode()
    assert "Còn <b>1 điều</b> khác quy định" in text
    (name,) = re.findall(r'name="(reason_[a-z_]+)"', text)
    assert people.insider.post(address, {name: " "}).status_code == 422
    long = people.insider.post(address, {name: "Mất điện", "closed_at": "0911 0600"})
    assert long.status_code == 422
    answer = people.insider.post(address, {name: "Mất điện"})
    assert answer.headers["Location"] == page("records:show_minutes", meeting.public_id)
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.HELD
    again = people.insider.post(address, {name: "Mất điện"}, follow=True)
    assert again.redirect_chain == [(page("records:show_minutes", meeting.public_id), 302)]
    assert "Người khác vừa bế mạc buổi sinh hoạt này." in again.content.decode()


def test_from_the_draft_to_the_archive(people: People) -> None:
    meeting = make_held_meeting(people.cell)
    follow = page("records:follow_meeting", meeting.public_id)
    assert people.insider.get(follow).headers["Location"] == page("records:show_minutes", meeting.public_id)
    entry = RollCallEntry.objects.order_by("member__name_key").first()
    assert entry is not None
    typed = {
        "note_0": "Ghi lại",
        "end_0": "Thống nhất",
        "conclusion": "Kết luận",
        "fee_note": "Đủ",
        **{f"state_{number}": "present" for number in range(3)},
        "state_0": "late",
        "base_conclusion": meeting.conclusion,
    }
    edit = page("records:edit_minutes", meeting.public_id)
    assert people.insider.post(edit, {**typed, "state_0": "x"}).status_code == 422
    assert people.insider.post(edit, typed).status_code == 302
    refused = people.insider.post(edit, {**typed, "conclusion": "Của người đến sau"})
    assert (refused.status_code, "Của người đến sau" in refused.content.decode()) == (422, True)
    entry.refresh_from_db()
    assert entry.state == AttendanceState.LATE
    approve = page("records:approve_minutes", meeting.public_id)
    assert people.insider.post(approve, {"extra": "x" * 20001}).status_code == 422
    assert people.insider.post(approve).headers["Location"] == page("records:show_resolution", meeting.public_id)
    assert people.insider.post(approve).headers["Location"] == page("records:show_minutes", meeting.public_id)
    resolution = page("records:show_resolution", meeting.public_id)
    assert people.insider.post(resolution, {"directions": ""}).status_code == 422
    assert people.insider.post(resolution, {"directions": "Làm mương"}).status_code == 302
    assert people.insider.post(resolution, {"directions": "Làm mương Nà Khà"}).status_code == 302
    assert Resolution.objects.get().directions == "Làm mương Nà Khà"
    filing = page("records:show_filing", meeting.public_id)
    assert people.insider.get(follow).headers["Location"] == filing
    assert people.insider.post(filing).status_code == 302
    assert "Hồ sơ đã gửi, lưu" in people.member.get(filing).content.decode()
    assert people.insider.post(resolution, {"directions": "Khác"}).status_code == 422


@pytest.mark.parametrize(
    ("done", "said"),
    [
        ((), "Đã ghi gửi, lưu hồ sơ. Buổi này còn: nghị quyết, biên bản, chấm điểm."),
        (("resolution",), "Đã ghi gửi, lưu hồ sơ. Buổi này còn: chấm điểm."),
        (("resolution", "score"), "Đã ghi gửi, lưu hồ sơ. Tháng này xong sáu bước."),
    ],
)
def test_filing_says_what_is_left_of_the_month(people: People, done: tuple[str, ...], said: str) -> None:
    """Nobody reads that all six steps are done while the meeting was never scored."""
    meeting = make_held_meeting(people.cell)
    people.insider.post(page("records:approve_minutes", meeting.public_id))
    if "resolution" in done:
        people.insider.post(page("records:show_resolution", meeting.public_id), {"directions": "Làm mương"})
    if "score" in done:
        ScoreSheet.objects.create(
            meeting=meeting, template_code="khac", state="agreed", total=90, grade=Grade.GOOD, agreed_at=NOW
        )
    answer = people.insider.post(page("records:show_filing", meeting.public_id), follow=True)
    assert [str(message) for message in answer.context["messages"]][-1] == said


def test_a_correction_from_the_page(people: People) -> None:
    meeting = make_held_meeting(people.cell)
    people.insider.post(page("records:approve_minutes", meeting.public_id))
    edit = page("records:edit_minutes", meeting.public_id)
    typed = {"note_0": "Ghi lại", "conclusion": "Khác", **{f"state_{n}": "present" for n in range(3)}}
    assert people.insider.post(edit, typed).status_code == 422
    assert people.insider.post(edit, {**typed, "reason": "Ghi nhầm", "closed_at": "32/11/2026 1:00"}).status_code == 422
    assert confirm(people.insider, edit, {**typed, "reason": "Ghi nhầm"}).status_code == 302
    assert [version.number for version in MinutesVersion.objects.order_by("number")] == [1, 2]
    text = people.member.get(page("records:show_minutes", meeting.public_id)).content.decode()
    assert "Ghi nhầm" in text
    assert "Xem bản đang dùng" in people.member.get(page("records:show_version", meeting.public_id, 1)).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_room_parts_cost_the_same_with_more_rows(
    people: People, count: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    meeting = make_open_meeting(people.cell, present=count)
    for number in range(count):
        make_duty(people.cell, join_cell(people.cell, f"Người {number}"))
        people.insider.post(page("room:record_vote", meeting.public_id), {"subject": f"Việc {number}", "all": "1"})
    address = page("room:write_conclusion", meeting.public_id)
    people.insider.post(address, {"conclusion": "Một", "conclusion_before": ""})
    with django_assert_num_queries(19):
        people.insider.post(address, {"conclusion": "Một", "conclusion_before": "Một"}, **HTMX)


@pytest.mark.parametrize("count", [1, 3])
def test_the_minutes_page_costs_the_same_with_more_rows(
    people: People, count: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    meeting = make_held_meeting(people.cell, present=count)
    for number in range(count):
        make_duty(people.cell, join_cell(people.cell, f"Người {number}"))
    people.insider.get(page("records:show_minutes", meeting.public_id))
    with django_assert_num_queries(35):
        people.insider.get(page("records:show_minutes", meeting.public_id))
