"""Services of every context refuse what deceives and store what is typed composed, whoever calls them (docs/adr/0020)."""

import unicodedata
from collections.abc import Callable
from datetime import time, timedelta

import pytest

from nennep.core.errors import DomainError
from nennep.core.origins import Origin
from nennep.core.periods import Month
from nennep.core.permissions import Permission
from nennep.core.typed import StampFound, UnfitCharacter
from nennep.duties import services as duties
from nennep.meetings.choices import MeetingKind, MeetingMode, NoticeAnswer
from nennep.meetings.models import Meeting, MeetingRoutine
from nennep.meetings.services import advice, agenda, notice, premeeting, routine, schedule, themes
from nennep.members.choices import Standing
from nennep.members.services import memberships
from nennep.organizations.models import Organization
from nennep.organizations.services import changes
from nennep.petitions import services as petitions
from nennep.planning.services import plans
from nennep.room.choices import AttendanceState, GuestKind, RemarkKind
from nennep.room.rules.outcome import VoteCount
from nennep.room.services import ballots, guests, modes, outcome, roll_call, room, votes
from nennep.visits.services import assignments
from tests.factories.accounts import make_user
from tests.factories.cells import join_cell, make_cell
from tests.factories.core import NOW, TODAY, make_actor
from tests.factories.meetings import PLANNED_FOR, make_meeting, make_open_meeting
from tests.factories.visits import hold_office, make_official, parent_of

pytestmark = pytest.mark.django_db
ANYBODY = make_actor(*Permission)
SOON = NOW + timedelta(days=2)


def _cancel(cell: Organization, text: str) -> str:
    return schedule.cancel_meeting(actor=ANYBODY, meeting=make_meeting(cell), reason=text, now=NOW).cancelled_reason


def _add_with_theme(cell: Organization, text: str) -> str:
    return _add_meeting(cell, theme=text, place="Nhà văn hóa").theme


def _add_with_place(cell: Organization, text: str) -> str:
    return _add_meeting(cell, theme="Chuyển đổi số", place=text).place


def _add_meeting(cell: Organization, *, theme: str, place: str) -> Meeting:
    return schedule.add_meeting(
        actor=ANYBODY,
        organization=cell,
        kind=MeetingKind.THEMATIC,
        planned_for=PLANNED_FOR,
        place=place,
        theme=theme,
        now=NOW,
    )


def _move(cell: Organization, text: str) -> str:
    meeting, later = make_meeting(cell), PLANNED_FOR + timedelta(days=1)
    schedule.move_meeting(actor=ANYBODY, meeting=meeting, planned_for=later, place="", reason=text, now=NOW)
    return meeting.departures.get().reason


def _set_routine(cell: Organization, text: str) -> str:
    routine.set_routine(
        since=Month(2026, 11), actor=ANYBODY, organization=cell, fixed_day=3, starts_at=time(19), place=text, now=NOW
    )
    return MeetingRoutine.objects.get(organization=cell).place


def _add_item(cell: Organization, text: str) -> str:
    details = agenda.ItemDetails(text, 10)
    return agenda.add_item(actor=ANYBODY, meeting=make_meeting(cell), details=details, now=NOW).title


def _add_theme(cell: Organization, text: str) -> str:
    details = themes.ThemeDetails(Month(2026, 12), text)
    return themes.add_theme(actor=ANYBODY, cell=cell, details=details, now=NOW).title


def _choose_mode(cell: Organization, text: str) -> str:
    draft = modes.ModeDraft(MeetingMode.ONLINE, text, "Đảng ủy", "Mưa lũ")
    return modes.choose_mode(actor=ANYBODY, meeting=make_meeting(cell), draft=draft, now=NOW).mode_reason


def _send_notice(cell: Organization, text: str) -> str:
    join_cell(cell, "Ma Văn Bình")
    return notice.send_notice(actor=ANYBODY, meeting=make_meeting(cell), message=text, now=NOW).message


def _decline(cell: Organization, text: str) -> str:
    member = join_cell(cell, "Ma Văn Bình")
    return notice.record_reply(
        actor=ANYBODY,
        meeting=make_meeting(cell),
        member=member.public_id,
        answer=NoticeAnswer.EXCUSED,
        reason=text,
        now=NOW,
    ).reason


def _prepare(cell: Organization, text: str) -> str:
    when = premeeting.WhenAndWhere(SOON, text)
    return premeeting.plan_premeeting(actor=ANYBODY, meeting=make_meeting(cell), when=when, now=NOW).place


def _advise(cell: Organization, text: str) -> str:
    draft, origin = advice.AdviceDraft(text), Origin("visits.visit", "1")
    return advice.give_advice(actor=ANYBODY, organization=cell, draft=draft, origin=origin, now=NOW).text


def _invite(cell: Organization, text: str) -> str:
    return guests.add_guest(actor=ANYBODY, meeting=make_meeting(cell), name=text, kind=GuestKind.GUEST, now=NOW).name


def _mark(cell: Organization, text: str) -> str:
    entry = make_open_meeting(cell).roll_call.all()[0]
    mark = roll_call.EntryMark(AttendanceState.EXCUSED, text)
    return roll_call.mark_entry(actor=ANYBODY, entry=entry.public_id, mark=mark, now=NOW).reason


def _fill_sheet(cell: Organization, text: str) -> str:
    meeting = make_open_meeting(cell)
    entry = meeting.roll_call.all()[0]
    marks = {entry.public_id: roll_call.EntryMark(AttendanceState.EXCUSED, text)}
    roll_call.save_roll_call(actor=ANYBODY, meeting=meeting, marks=marks, now=NOW)
    entry.refresh_from_db()
    return entry.reason


def _note_fees(cell: Organization, text: str) -> str:
    meeting = make_open_meeting(cell)
    room.set_fee_note(actor=ANYBODY, meeting=meeting, fee_note=text, now=NOW)
    meeting.refresh_from_db()
    return meeting.fee_note


def _note(cell: Organization, text: str) -> str:
    item = make_open_meeting(cell).agenda.get()
    return room.save_note(actor=ANYBODY, item=item, note=text, version=item.note_version, now=NOW).note


def _conclude(cell: Organization, text: str) -> str:
    return outcome.write_conclusion(actor=ANYBODY, meeting=make_open_meeting(cell), text=text, now=NOW).conclusion


def _praise(cell: Organization, text: str) -> str:
    meeting = make_open_meeting(cell)
    draft = outcome.RemarkDraft(meeting.roll_call.all()[0].member, RemarkKind.PRAISE, text)
    return outcome.add_remark(actor=ANYBODY, meeting=meeting, draft=draft, now=NOW).text


def _vote(cell: Organization, text: str) -> str:
    return votes.record_vote(
        actor=ANYBODY, meeting=make_open_meeting(cell), subject=text, ballot=VoteCount(3, 0, 0), now=NOW
    ).subject


def _keep_opinion(cell: Organization, text: str) -> str:
    meeting = make_open_meeting(cell)
    member = meeting.roll_call.all()[0].member
    return votes.reserve_opinion(actor=ANYBODY, meeting=meeting, member=member, text=text, now=NOW).text


def _start_ballot(cell: Organization, text: str) -> str:
    meeting = make_open_meeting(cell)
    first, second = [entry.public_id for entry in meeting.roll_call.all()[:2]]
    draft = ballots.BallotDraft(text, 3, first, second)
    return ballots.start_ballot(actor=ANYBODY, meeting=meeting, draft=draft, now=NOW).subject


def _give_duty(cell: Organization, text: str) -> str:
    details = duties.DutyDetails(text, join_cell(cell, "Ma Văn Bình"))
    return duties.give_duty(actor=ANYBODY, organization=cell, details=details, now=NOW).title


def _petition(cell: Organization, text: str) -> str:
    details = petitions.PetitionDetails(text)
    return petitions.note_petition(actor=ANYBODY, organization=cell, details=details, raised_on=TODAY, now=NOW).text


def _start_term(cell: Organization, text: str) -> str:
    return changes.start_term(actor=ANYBODY, organization=cell, name=text, on=TODAY, now=NOW).name


def _decide(cell: Organization, text: str) -> str:
    member = join_cell(cell, "Ma Văn Bình")
    memberships.change_standing(
        actor=ANYBODY, member=member, standing=Standing.EXEMPT, on=TODAY, decision=text, now=NOW
    )
    return member.memberships.get(valid_to=None).decision


def _assign(cell: Organization, text: str) -> str:
    official = make_user()
    hold_office(official, parent_of(cell))
    return assignments.assign(
        actor=ANYBODY, official=official, organization=cell, valid_from=TODAY, reason=text, now=NOW
    ).reason


def _note_absence(cell: Organization, text: str) -> str:
    draft = plans.AbsenceDraft(make_official(cell).public_id, TODAY, TODAY, text)
    return plans.note_absence(actor=ANYBODY, organization=parent_of(cell), draft=draft, now=NOW).reason


WRITES: tuple[Callable[[Organization, str], str], ...] = (
    _cancel,
    _add_with_theme,
    _add_with_place,
    _move,
    _set_routine,
    _add_item,
    _add_theme,
    _choose_mode,
    _send_notice,
    _decline,
    _prepare,
    _advise,
    _invite,
    _mark,
    _fill_sheet,
    _note_fees,
    _note,
    _conclude,
    _praise,
    _vote,
    _keep_opinion,
    _start_ballot,
    _give_duty,
    _petition,
    _start_term,
    _decide,
    _assign,
    _note_absence,
)
each_write = pytest.mark.parametrize("write", WRITES, ids=lambda write: write.__name__.strip("_"))


@each_write
@pytest.mark.parametrize(
    ("text", "error"),
    [("TUYỆT MẬT", StampFound), ("Việc\u202e của chi bộ", UnfitCharacter), ("Việc\u0007 của chi bộ", UnfitCharacter)],
    ids=["stamp", "right-to-left", "control"],
)
def test_services_refuse_what_deceives(
    write: Callable[[Organization, str], str], text: str, error: type[DomainError]
) -> None:
    """The refusal names the field, so that it stands beside it on a page."""
    with pytest.raises(error) as refused:
        write(make_cell(), text)
    assert refused.value.field


@each_write
def test_services_store_composed(write: Callable[[Organization, str], str]) -> None:
    assert write(make_cell(), unicodedata.normalize("NFD", "Việc của chi bộ\u200b")) == "Việc của chi bộ"
