"""A duplicate record's meetings and tasks become the kept record's."""

from datetime import date, timedelta

import pytest

from nennep.core.access import Actor
from nennep.meetings.models import NoticeReply, Premeeting, ThemePlan
from nennep.members.services import merge_members
from nennep.room.models import ReservedOpinion, RollCallEntry, SecretBallot, TellerCount
from tests.conftest import Committing
from tests.factories.cells import join_cell, make_cell
from tests.factories.core import NOW
from tests.factories.duties import make_duty
from tests.factories.meetings import PLANNED_FOR, make_meeting

pytestmark = pytest.mark.django_db


def test_roll_calls_answers_and_tasks_follow(committing: Committing) -> None:
    cell = make_cell()
    keep, drop = join_cell(cell, "Giàng A Páo"), join_cell(cell, "Giàng A Páo")
    both, alone = make_meeting(cell), make_meeting(cell, planned_for=PLANNED_FOR + timedelta(days=30))
    for meeting, member in ((both, keep), (both, drop), (alone, drop)):
        RollCallEntry.objects.create(meeting=meeting, member=member, standing="official", counted=True, votes=True)
    NoticeReply.objects.create(meeting=alone, member=drop, answer="coming", at=NOW)
    duty = make_duty(cell, drop, helpers=[keep])
    helped = make_duty(cell, join_cell(cell, "Ma Đình Phúc"), helpers=[keep, drop])
    theme = ThemePlan.objects.create(organization=cell, month=date(2026, 12, 1), title="Nước sạch", author=drop)
    premeeting = Premeeting.objects.create(meeting=both, held_at=NOW)
    premeeting.present.set([keep, drop])
    with committing():
        merge_members(actor=Actor.system(), keep=keep, drop=drop, now=NOW)
    entries = RollCallEntry.objects.order_by("meeting__planned_for", "pk").values_list("meeting_id", "member_id")
    assert list(entries) == [(both.pk, keep.pk), (both.pk, drop.pk), (alone.pk, keep.pk)]
    assert NoticeReply.objects.get().member == keep
    theme.refresh_from_db()
    assert (theme.author, premeeting.present.get()) == (keep, keep)
    duty.refresh_from_db()
    assert (duty.assignee, *duty.helpers.all()) == (keep,)
    assert list(helped.helpers.all()) == [keep]


def test_opinions_and_counts_follow(committing: Committing) -> None:
    cell = make_cell()
    keep, drop, other = join_cell(cell, "Giàng A Páo"), join_cell(cell, "Giàng A Páo"), join_cell(cell, "Ma Đình Phúc")
    meeting = make_meeting(cell)
    ReservedOpinion.objects.create(meeting=meeting, member=drop, text="Chưa nên", at=NOW)
    for first, second in ((drop, other), (other, drop), (keep, drop)):
        ballot = SecretBallot.objects.create(
            meeting=meeting, subject="Việc", issued=3, first_teller=first, second_teller=second, started_at=NOW
        )
        TellerCount.objects.create(ballot=ballot, teller=drop, in_favour=3, entered_at=NOW)
    with committing():
        merge_members(actor=Actor.system(), keep=keep, drop=drop, now=NOW)
    assert ReservedOpinion.objects.get().member == keep
    tellers = SecretBallot.objects.order_by("pk").values_list("first_teller", "second_teller")
    assert list(tellers) == [(keep.pk, other.pk), (other.pk, keep.pk), (keep.pk, drop.pk)]
    assert list(TellerCount.objects.order_by("pk").values_list("teller", flat=True)) == [keep.pk, keep.pk, drop.pk]
