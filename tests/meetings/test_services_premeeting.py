"""The committee prepares: rows, trail, who may."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from nennep.core.errors import DomainError, NotAllowed
from nennep.meetings.models import Premeeting
from nennep.meetings.rules.premeeting import fingerprint
from nennep.meetings.services import premeeting
from nennep.meetings.services.premeeting import WhenAndWhere
from tests.factories.accounts import actor_of
from tests.factories.core import NOW
from tests.factories.trails import list_notices, list_trail
from tests.factories.village import Village

pytestmark = pytest.mark.django_db


HELD_AT = NOW - timedelta(hours=1)


@pytest.fixture
def planned(village: Village) -> Premeeting:
    when = WhenAndWhere(HELD_AT, " Nhà  văn hóa ")
    return premeeting.plan_premeeting(actor=village.actor, meeting=village.meeting, when=when, now=NOW)


def test_each_step_of_the_committee_is_in_the_trail(village: Village, planned: Premeeting) -> None:
    write: dict[str, Any] = {"actor": village.actor, "meeting": village.meeting, "now": NOW}
    premeeting.plan_premeeting(when=WhenAndWhere(HELD_AT, "Nhà văn hóa"), **write)  # the same once more
    later = HELD_AT + timedelta(minutes=5)
    premeeting.plan_premeeting(when=WhenAndWhere(later, "Trụ sở"), **write)
    planned.refresh_from_db()
    assert (planned.held_at, planned.place) == (later, "Trụ sở")
    mark: dict[str, Any] = {"member": village.secretary_member.public_id, **write}
    premeeting.mark_preparer(present=True, **mark)
    premeeting.mark_preparer(present=False, **mark)
    premeeting.mark_preparer(present=True, **mark)
    version = Premeeting.objects.get().version
    premeeting.conclude_premeeting(agree=False, **write)
    premeeting.conclude_premeeting(agree=False, **write)
    done = Premeeting.objects.get()
    assert (done.concluded_at, done.version, list(done.present.all())) == (
        NOW,
        version + 1,
        [village.secretary_member],
    )
    premeeting.reopen_premeeting(**write)
    assert Premeeting.objects.get().concluded_at is None
    saved = [details for verb, details in list_trail("meetings") if verb == "meetings.premeeting_saved"]
    assert [{"held_at", "place"} == set(details) for details in saved[:2]] == [True, True]
    assert saved[-5:] == [
        {"member": "Ma Công Lập", "present": True},
        {"member": "Ma Công Lập", "present": False},
        {"member": "Ma Công Lập", "present": True},
        {"concluded": True, "version": version + 1},
        {"reopened": True},
    ]


def test_texts_of_the_committee_grow_by_versions_and_have_limits(village: Village, planned: Premeeting) -> None:
    write: dict[str, Any] = {"actor": village.actor, "meeting": village.meeting, "now": NOW}
    known = {"inspection": fingerprint(planned.inspection)}
    version = planned.version
    for _twice in range(2):
        premeeting.save_texts(texts={"inspection": " Kiểm tra mương "}, known=known, **write)
    planned.refresh_from_db()
    assert (planned.inspection, planned.version) == ("Kiểm tra mương", version + 1)
    saved = ("meetings.premeeting_saved", {"parts": ["inspection"], "version": version + 1})
    assert list_trail("meetings")[-1] == saved
    for text, field in (("x" * 30_000, "inspection"), ("x" * 1000, "absent_note")):
        with pytest.raises(DomainError) as refusal:
            premeeting.save_texts(texts={field: text}, known=known, **write)
        assert refusal.value.field == field


def test_the_committee_meets_before_the_hour_of_the_meeting(village: Village) -> None:
    write: dict[str, Any] = {"actor": village.actor, "meeting": village.meeting, "now": NOW}
    hour = village.meeting.planned_for
    with pytest.raises(premeeting.PremeetingTooLate):
        premeeting.plan_premeeting(when=WhenAndWhere(hour, ""), **write)
    made = premeeting.plan_premeeting(when=WhenAndWhere(hour - timedelta(minutes=1), ""), **write)
    assert made.held_at == hour - timedelta(minutes=1)
    assert list_notices() == []  # nobody else of those who prepare has an account
    premeeting.mark_preparer(present=True, member=village.secretary_member.public_id, **write)
    with pytest.raises(premeeting.PremeetingNotBegun):
        premeeting.conclude_premeeting(agree=False, **write)


def test_only_who_prepares_the_meeting_writes_for_the_committee(village: Village, planned: Premeeting) -> None:
    write: dict[str, Any] = {"actor": actor_of(village.member_user), "meeting": village.meeting, "now": NOW}
    calls: list[Callable[[], object]] = [
        lambda: premeeting.plan_premeeting(when=WhenAndWhere(NOW, ""), **write),
        lambda: premeeting.save_texts(texts={}, known={}, **write),
        lambda: premeeting.mark_preparer(member=UUID(int=7), present=True, **write),
        lambda: premeeting.conclude_premeeting(agree=True, **write),
        lambda: premeeting.reopen_premeeting(**write),
    ]
    for refused in calls:
        with pytest.raises(NotAllowed):
            refused()
