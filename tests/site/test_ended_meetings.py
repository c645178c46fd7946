"""What a cell held before it ended and nobody wrote down is finished by its successor; who may not any more is told who does."""

from datetime import date, timedelta

import pytest
from django.test import Client

from nennep.accounts.choices import Role
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed, NotFound
from nennep.core.permissions import Permission
from nennep.core.refusals import explain_refusal
from nennep.duties.models import Duty
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import Meeting
from nennep.members.models import Membership
from nennep.notifications.models import Notification
from nennep.organizations.choices import ChangeKind, SuccessionKind
from nennep.organizations.models import Organization, Succession
from nennep.organizations.services import UnitChange, cancel_planned, close_organization, plan_change
from nennep.petitions.models import Petition
from nennep.room.models import PastMeeting
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.factories.to_come import take_over_meeting
from tests.markup import squeeze
from tests.site.test_kept_books import LAST_DAY, SYSTEM, Village, address, close, make_user_in, merge, sign_in, vars_of
from tests.site.test_kept_books import village as village

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


def test_a_meeting_before_the_end_is_keyed_in_by_whoever_finishes_for_the_cell(village: Village) -> None:
    """The day of the fact decides: open for the last day, roll call, closing with its reasons, minutes."""
    merge(village.former, village.heir)
    missed = village.missed.public_id
    room, home = address("room:show_room", missed), village.secretary.get("/").content.decode()
    assert (room in home, address("meetings:cancel_meeting", missed) in home) == (True, True)
    assert room in village.secretary.get(address("meetings:show_agenda", missed)).content.decode()
    others = Village(**{**vars_of(village), "secretary": village.outsider})
    assert others.post("room:open_meeting", missed, **LAST_DAY) == [404, 302, 403, 403, 403, 404]
    home = village.secretary.get("/").content.decode()
    assert (room in home, "Chưa bế mạc." in home) == (True, True)
    assert village.secretary.post(address("room:mark_others", missed)).status_code == 302
    village.missed.refresh_from_db()
    chair = village.missed.roll_call.first()
    assert chair is not None
    assert village.secretary.get(address("meetings:edit_people", missed)).status_code == 200
    close_page = address("room:close", missed)
    typed = {"closed_at": f"{LAST_DAY['day']} 21:00"}
    form = village.secretary.post(close_page, typed).context["form"]
    reasons = {name: "Ghi lại sau" for name in form.fields if name.startswith("reason_")}
    assert village.secretary.post(close_page, typed | reasons).status_code == 302
    assert village.secretary.post(address("records:approve_minutes", missed)).status_code == 302
    village.missed.refresh_from_db()
    assert (village.missed.state, village.missed.held_on) == (MeetingState.HELD, TODAY - timedelta(days=1))
    assert village.missed.departures.count() == len(reasons) + 1


def test_why_a_meeting_before_the_end_was_not_held_is_said_and_taken_back(village: Village) -> None:
    merge(village.former, village.heir)
    missed, why = village.missed.public_id, {"reason": "Lũ quét, đường tắc"}
    others = Village(**{**vars_of(village), "secretary": village.outsider})
    assert others.post("meetings:cancel_meeting", missed, **why) == [404, 302, 403, 403, 403, 404]
    assert address("room:show_room", missed) not in village.secretary.get("/").content.decode()
    back = address("meetings:restore_meeting", missed)
    plan = address("meetings:show_year", village.former.public_id, village.missed.month.year)
    assert [back in client.get(plan).content.decode() for client in (village.secretary, village.member)] == [
        True,
        False,
    ]
    assert village.secretary.post(back).status_code == 302
    village.missed.refresh_from_db()
    assert village.missed.state == MeetingState.PLANNED


def test_what_is_given_and_asked_in_the_room_of_a_meeting_keyed_in_after_the_end_is_the_successors(
    village: Village,
) -> None:
    """It stands in the minutes of that meeting and in the book of the cell where its members are now."""
    worker = make_member("Chẩu Thị Mai", cell=village.former)
    merge(village.former, village.heir)
    missed = village.missed.public_id
    village.secretary.post(address("room:open_meeting", missed), LAST_DAY)
    typed = {"title": "Phát quang đường", "assignee": str(worker.public_id), "category": "ad_hoc"}
    answer = village.secretary.post(address("room:give_duty", missed), typed)
    assert (answer.status_code, answer["Location"]) == (302, f"{address('room:show_room', missed)}#ket-luan")
    village.secretary.post(address("room:note_petition", missed), {"petition": "Kéo điện", "petitioner": "Bà con"})
    duty, petition = Duty.objects.get(), Petition.objects.get()
    assert (duty.organization, duty.origin_id) == (village.heir, str(missed))
    assert (petition.organization, petition.origin_id) == (village.heir, str(missed))
    room = village.secretary.get(address("room:show_room", missed)).content.decode()
    assert ("Phát quang đường" in room, "Kéo điện" in room) == (True, True)
    for cell, stands in ((village.heir, True), (village.former, False)):
        book = village.secretary.get(address("duties:show_cell", cell.public_id)).content.decode()
        assert ("Phát quang đường" in book) == stands


def test_a_cell_that_went_on_nowhere_takes_no_task_any_more(village: Village) -> None:
    worker = make_member("Chẩu Thị Mai", cell=village.former)
    close(village)
    missed = village.missed.public_id
    village.officer.post(address("room:open_meeting", missed), LAST_DAY)
    typed = {"title": "Phát quang đường", "assignee": str(worker.public_id), "category": "ad_hoc"}
    answer = village.officer.post(address("room:give_duty", missed), typed)
    assert (answer.status_code, "Phát quang đường" in answer.content.decode()) == (422, True)
    assert (village.officer.get(address("room:show_room", missed)).status_code, Duty.objects.count()) == (200, 0)


def test_a_meeting_before_the_end_is_put_on_its_own_day_by_whoever_finishes_and_nobody_is_told(
    village: Village,
) -> None:
    Meeting.objects.filter(pk=village.missed.pk).update(announced_at=NOW - timedelta(days=50))
    merge(village.former, village.heir)
    missed, moving = village.missed.public_id, address("meetings:move_meeting", village.missed.public_id)
    plan = address("meetings:show_year", village.former.public_id, village.missed.month.year)
    for page in (plan, address("meetings:show_agenda", missed)):
        shown = [moving in client.get(page).content.decode() for client in (village.secretary, village.member)]
        assert (page, shown) == (page, [True, False])
    typed = {"day": f"{TODAY:%d/%m/%Y}", "starts_at": "19:30", "place": "Nhà văn hóa", "reason": "Lũ quét"}
    others = Village(**{**vars_of(village), "secretary": village.outsider})
    assert others.post("meetings:move_meeting", missed, **typed) == [404, 422, 403, 403, 403, 404]
    before = Notification.objects.count()
    assert village.secretary.post(moving, typed | {"day": "28/09/2026"}).status_code == 302
    village.missed.refresh_from_db()
    assert (village.missed.day, Notification.objects.count()) == (date(2026, 9, 28), before)


WENT_ON = "Chi bộ thôn Nặm Chá đã kết thúc từ ngày 09/11/2026; nay Chi bộ thôn Làng Chùa làm việc này."
NOT_ALLOWED = "Đồng chí không có quyền làm việc này."


@pytest.mark.parametrize(
    ("page", "of_meeting"),
    [("meetings:add_meeting", False), ("room:open_meeting", True), ("meetings:cancel_meeting", True)],
)
def test_whoever_could_or_can_now_is_told_that_the_cell_has_ended_and_who_does_it(
    village: Village, page: str, *, of_meeting: bool
) -> None:
    """Not whoever never could, nor while the cell is open; nobody is told what they may not see."""
    thing = village.missed.public_id if of_meeting else village.former.public_id
    assert NOT_ALLOWED in village.officer.get(address(page, thing)).content.decode()
    merge(village.former, village.heir)

    def told(client: Client) -> str:
        shown = squeeze(client.get(address(page, thing)).content.decode())
        return next((said for said in (WENT_ON, NOT_ALLOWED) if said in shown), "")

    assert told(village.former_secretary) == WENT_ON
    assert [told(village.member), told(village.officer), told(village.outsider)] == [NOT_ALLOWED, NOT_ALLOWED, ""]
    assert told(village.secretary) == ("" if of_meeting else WENT_ON)
    htmx = village.former_secretary.get(address(page, thing), headers={"HX-Request": "true"})
    assert (htmx.status_code, WENT_ON in htmx.content.decode()) == (403, True)


def test_of_a_cell_that_went_on_nowhere_the_end_alone_is_said(village: Village) -> None:
    user = make_user("Ma Công Lập")
    grant_role(user, Role.SECRETARY, village.former)
    Membership.objects.filter(organization=village.former).update(valid_to=TODAY)
    close_organization(actor=SYSTEM, organization=village.former, on=TODAY, reason="Hết đảng viên", now=NOW)
    shown = sign_in(user).get(address("meetings:add_meeting", village.former.public_id))
    said = "Chi bộ thôn Nặm Chá đã kết thúc từ ngày 09/11/2026, việc này không làm ở đây nữa."
    assert (shown.status_code, said in shown.content.decode()) == (403, True)


def test_the_api_says_too_that_the_unit_has_ended() -> None:
    """By the same owner as pages."""
    cell, heir = make_unit("Chi bộ thôn Nặm Chá"), make_unit("Chi bộ thôn Làng Chùa")
    user = make_user_in(cell, Role.SECRETARY)
    Organization.objects.filter(pk=cell.pk).update(closed_on=TODAY)
    Succession.objects.create(predecessor=cell, successor=heir, kind=SuccessionKind.MERGE, happened_on=TODAY)
    refused = NotAllowed(permission=Permission.MEETINGS_PREPARE, path=cell.path)
    assert str(explain_refusal(refused, actor_of(user))) == WENT_ON
    assert str(explain_refusal(refused, Actor.visitor())) == NOT_ALLOWED
    assert str(explain_refusal(NotAllowed(), actor_of(user))) == NOT_ALLOWED
    assert str(explain_refusal(NotFound(), actor_of(user))) == str(NotFound())


def test_the_home_of_the_receiving_cell_tells_of_a_planned_merger(village: Village) -> None:
    change = UnitChange(
        ChangeKind.MERGE, village.former, TODAY + timedelta(days=20), "Sáp nhập thôn", {"successor": village.heir.code}
    )
    said = "từ ngày <b>29/11/2026</b>, Chi bộ thôn Nặm Chá sáp nhập vào chi bộ mình"
    assert said not in squeeze(village.secretary.get("/").content.decode())
    planned = plan_change(actor=SYSTEM, change=change, now=NOW)
    assert said in village.secretary.get("/").content.decode()
    assert said not in village.former_secretary.get("/").content.decode()
    cancel_planned(actor=SYSTEM, planned=planned, now=NOW)
    assert said not in village.secretary.get("/").content.decode()


def test_the_book_of_an_ended_cell_opens_at_its_last_year_with_a_meeting(village: Village) -> None:
    book = address("records:show_book", village.former.public_id)
    merge(village.former, village.heir)
    assert village.secretary.get(book).context["book"].year == 2026
    Meeting.objects.filter(pk=village.held.pk).update(month=date(2025, 12, 1))
    assert village.secretary.get(book).context["book"].year == 2025
    take_over_meeting(village.former)
    PastMeeting.objects.update(month=date(2026, 1, 1))
    assert village.secretary.get(book).context["book"].year == 2026
    PastMeeting.objects.all().delete()
    Meeting.objects.filter(pk=village.held.pk).delete()
    assert village.secretary.get(book).context["book"].year == TODAY.year
