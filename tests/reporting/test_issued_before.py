"""Papers that went out before a meeting are kept as they were sent: names, posts and programme of that day."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.permissions import Permission
from nennep.meetings.choices import MeetingState
from nennep.meetings.models import AgendaItem, Meeting
from nennep.meetings.services.notice import send_notice
from nennep.meetings.services.premeeting import conclude_premeeting, reopen_premeeting
from nennep.members.models import Member
from nennep.organizations.models import Organization
from nennep.reporting.models import IssuedPaper
from nennep.reporting.queries import papers as kinds
from nennep.reporting.queries.papers import find_paper, find_paper_version
from nennep.reporting.renderers.word import render_paper
from tests.factories.core import VIETNAM, make_actor
from tests.factories.duties import make_duty
from tests.factories.issued import rename
from tests.factories.members import make_member, make_post
from tests.factories.organizations import make_unit
from tests.factories.reporting import make_meeting, make_premeeting

pytestmark = pytest.mark.django_db

SENT = datetime(2026, 10, 30, 9, 0, tzinfo=VIETNAM)
ANYBODY = Actor.system()
BEFORE = (kinds.PROGRAMME, kinds.NOTICE, kinds.PACK)


@pytest.fixture
def meeting() -> Meeting:
    """Planned, with two items and three members who get papers in print; one of them has a task."""
    cell = make_unit()
    secretary, printed = make_member("Ma Công Lập", cell=cell), make_member("Quan Thị Biên", cell=cell)
    make_member("Hoàng Thị Ngọc Trâm", cell=cell)
    make_post(secretary, cell)
    make_duty(cell, printed, "Vận động bảo hiểm y tế")
    meeting = make_meeting(cell, date(2026, 11, 3), state=MeetingState.PLANNED)
    for position, title in enumerate(("Thời sự", "Sản xuất vụ đông"), 1):
        AgendaItem.objects.create(meeting=meeting, position=position, title=title, minutes_planned=20)
    return meeting


def send(meeting: Meeting, *, now: datetime = SENT, message: str = "") -> None:
    send_notice(actor=ANYBODY, meeting=meeting, message=message, now=now)


def open_room(meeting: Meeting) -> None:
    """The meeting begins: nothing is prepared any more."""
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.OPEN, opened_at=meeting.planned_for)


def fill(meeting: Meeting, kind: kinds.PaperKind, *, actor: Actor = ANYBODY, member: Member | None = None) -> Any:
    found = Meeting.objects.get(pk=meeting.pk)
    return find_paper(actor=actor, meeting=found, kind=kind, member=str(member.public_id) if member else "")


def print_all(meeting: Meeting, member: Member) -> list[bytes]:
    own = [render_paper(fill(meeting, kind, member=member)) for kind in (kinds.NOTICE, kinds.PACK)]
    return [*(render_paper(fill(meeting, kind)) for kind in BEFORE), *own]


def test_what_was_sent_prints_the_same_whatever_changed_since(meeting: Meeting) -> None:
    member = Member.objects.get(full_name="Quan Thị Biên")
    send(meeting)
    before = print_all(meeting, member)
    open_room(meeting)
    assert print_all(meeting, member) == before
    rename(Member.objects.all(), "full_name")
    rename(Organization.objects.get_queryset(), "name")
    rename(AgendaItem.objects.all(), "title")
    Meeting.objects.update(place="Nơi khác", chair=member)
    assert print_all(meeting, member) == before


def test_while_it_is_prepared_papers_say_what_is_prepared(meeting: Meeting) -> None:
    send(meeting)
    AgendaItem.objects.filter(position=1).update(title="Thời sự trong tháng")
    assert fill(meeting, kinds.NOTICE).agenda == ("Thời sự trong tháng", "Sản xuất vụ đông")
    old: Any = find_paper_version(actor=ANYBODY, meeting=meeting, kind=kinds.NOTICE, number=1)
    assert old.agenda == ("Thời sự", "Sản xuất vụ đông")


def test_sent_again_they_say_what_changed(meeting: Meeting) -> None:
    send(meeting)
    send(meeting, now=SENT + timedelta(hours=1))
    assert IssuedPaper.objects.filter(kind="giay-moi").count() == 1  # the same words: nothing new to keep
    later = meeting.planned_for + timedelta(minutes=30)
    Meeting.objects.filter(pk=meeting.pk).update(planned_for=later)
    send(Meeting.objects.get(), now=SENT + timedelta(days=1), message="Mang theo sổ tay")
    open_room(Meeting.objects.get())
    (revision,) = fill(meeting, kinds.NOTICE).revisions
    assert revision.on == date(2026, 10, 31)
    assert revision.changes == (
        "Thời gian: 19:30 thứ Ba, 03/11/2026 → 20:00 thứ Ba, 03/11/2026",
        "Lời nhắn: (trống) → Mang theo sổ tay",
    )


def test_a_kept_pack_shows_nobody_the_tasks_of_others(meeting: Meeting) -> None:
    send(meeting)
    open_room(meeting)
    reader = make_actor(Permission.MEETINGS_READ, path=meeting.organization.path)
    old: Any = find_paper_version(actor=reader, meeting=meeting, kind=kinds.PACK, number=1)
    for paper in (fill(meeting, kinds.PACK, actor=reader), old):
        assert [(part.member, part.own_duties) for part in paper.parts] == [("", ())]
    assert fill(meeting, kinds.NOTICE, actor=reader).called == ()
    assert len(fill(meeting, kinds.PACK).parts) == 3


def test_who_came_to_the_cell_after_the_notice_gets_it_as_it_is_now(meeting: Meeting) -> None:
    send(meeting)
    open_room(meeting)
    late = make_member("Bàn Văn Mới", cell=meeting.organization)
    assert fill(meeting, kinds.NOTICE, member=late).member == "Bàn Văn Mới"
    assert fill(meeting, kinds.PACK, member=late).parts[0].member == "Bàn Văn Mới"
    stranger = make_member("Người Lạ", cell=make_unit("Chi bộ khác"))
    with pytest.raises(NotFound):
        fill(meeting, kinds.NOTICE, member=stranger)


def test_what_the_committee_concluded_is_kept_until_it_concludes_anew(meeting: Meeting) -> None:
    secretary = Member.objects.get(full_name="Ma Công Lập")
    premeeting = make_premeeting(meeting, secretary, concluded=False)
    concluded_at = premeeting.held_at + timedelta(hours=1)
    conclude_premeeting(actor=ANYBODY, meeting=meeting, agree=False, now=concluded_at)
    before = render_paper(fill(meeting, kinds.COMMITTEE_CONCLUSION))
    rename(Member.objects.all(), "full_name")
    type(premeeting).objects.update(conclusion="Khác")
    assert render_paper(fill(meeting, kinds.COMMITTEE_CONCLUSION)) == before
    reopen_premeeting(actor=ANYBODY, meeting=meeting, now=concluded_at)
    assert fill(meeting, kinds.COMMITTEE_CONCLUSION).conclusion == "Khác"
    conclude_premeeting(actor=ANYBODY, meeting=meeting, agree=False, now=concluded_at + timedelta(hours=1))
    (revision,) = fill(meeting, kinds.COMMITTEE_CONCLUSION).revisions
    assert "Kết luận: Thống nhất nội dung sinh hoạt. → Khác" in revision.changes
