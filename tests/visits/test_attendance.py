"""What the room's mark does to a visit when the plan has changed meanwhile."""

import pytest

from nennep.meetings.choices import MeetingState
from nennep.notifications.models import Notification
from nennep.room.choices import GuestState
from nennep.room.models import Guest
from nennep.room.services.guests import mark_guest
from nennep.visits.choices import VisitState
from nennep.visits.models import Visit
from nennep.visits.services import visits
from nennep.visits.services.visits import VisitWish
from tests.factories.core import NOW
from tests.factories.meetings import at, make_meeting
from tests.factories.visits import VISIT_DAY
from tests.visits.conftest import Commune

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


def plan(commune: Commune) -> Visit:
    return visits.plan_visit(actor=commune.officer, wish=VisitWish(commune.hung, commune.cell, VISIT_DAY), now=NOW)


def mark(commune: Commune, guest: Guest, *, present: bool) -> None:
    mark_guest(actor=commune.secretary, meeting=commune.meeting, public_id=guest.public_id, present=present, now=NOW)


def test_an_official_seen_here_whose_day_went_to_another_cell_holds_up_no_room(commune: Commune) -> None:
    visit = plan(commune)
    commune.meeting.state, commune.meeting.opened_at = MeetingState.OPEN, at(VISIT_DAY)
    commune.meeting.save()
    guest = Guest.objects.get()
    mark(commune, guest, present=False)
    make_meeting(commune.other)
    visits.plan_visit(actor=commune.officer, wish=VisitWish(commune.hung, commune.other, VISIT_DAY), now=NOW)
    mark(commune, guest, present=True)
    visit.refresh_from_db()
    guest.refresh_from_db()
    assert (guest.state, visit.state, visit.attended_on) == (GuestState.PRESENT, VisitState.MISSED, None)
    told = Notification.objects.filter(title__contains="trùng một lịch khác").order_by("user__full_name")
    assert [notice.user.full_name for notice in told] == ["Lương Quốc Hưng", "Nông Văn Phúc"]
