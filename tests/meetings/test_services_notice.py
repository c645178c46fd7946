"""Calling the members and their answers: rows, trail, who may."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.models import User
from nennep.audit.models import AuditEvent
from nennep.core.errors import DomainError, NotAllowed
from nennep.meetings.choices import NoticeAnswer
from nennep.meetings.models import Meeting, Notice, NoticeReply
from nennep.meetings.services import notice
from nennep.notifications.models import Notification
from tests.factories.accounts import actor_of
from tests.factories.core import NOW
from tests.factories.trails import list_trail
from tests.factories.village import Village

pytestmark = pytest.mark.django_db


def test_a_notice_is_kept_with_how_many_it_went_to(village: Village) -> None:
    send: dict[str, Any] = {"actor": village.actor, "meeting": village.meeting}
    made = notice.send_notice(message=" Mang sổ ", now=NOW, **send)
    made.refresh_from_db()
    assert (made.message, made.sent_at, made.sent_by_id, made.recipients) == (
        "Mang sổ",
        NOW,
        village.secretary.pk,
        list_trail("meetings")[0][1]["recipients"],
    )
    assert list_trail("meetings") == [("meetings.announced", {"recipients": made.recipients, "printed": made.printed})]
    called = Meeting.objects.get()
    assert (called.announced_at, called.prepared_at) == (NOW, NOW)
    assert notice.send_notice(message="Mang sổ", now=NOW + timedelta(seconds=59), **send) == made
    later = NOW + timedelta(minutes=1)
    assert notice.send_notice(message="Mang sổ", now=later, **send) != made
    assert notice.send_notice(message="Khác", now=later, **send) != made
    called.refresh_from_db()
    assert (called.announced_at, called.prepared_at, Notice.objects.count()) == (NOW, NOW, 3)


def test_the_last_answer_counts_and_says_who_wrote_it_down(village: Village) -> None:
    reply: dict[str, Any] = {"meeting": village.meeting, "now": NOW}
    own = actor_of(village.member_user)
    notice.record_reply(actor=own, member=None, answer=NoticeAnswer.EXCUSED, reason=" Ốm  nặng ", **reply)
    kept = NoticeReply.objects.get()
    assert (kept.member, kept.answer, kept.reason, kept.at, kept.recorded_by_name) == (
        village.member,
        NoticeAnswer.EXCUSED,
        "Ốm nặng",
        NOW,
        "",
    )
    notice.record_reply(actor=village.actor, member=village.member.public_id, answer=NoticeAnswer.COMING, **reply)
    kept.refresh_from_db()
    assert (kept.answer, kept.reason, kept.recorded_by_name) == (NoticeAnswer.COMING, "", "Ma Công Lập")
    answers = AuditEvent.objects.filter(verb="meetings.answered").order_by("pk")
    assert list(answers.values_list("details__answer", "on_behalf_of")) == [
        ("excused", ""),
        ("coming", f"members.member/{village.member.public_id}"),
    ]


def test_a_reply_that_cannot_be_is_refused(village: Village) -> None:
    reply: dict[str, Any] = {"actor": village.actor, "meeting": village.meeting, "now": NOW}
    member = village.member.public_id
    with pytest.raises(notice.ExcuseNeedsReason):
        notice.record_reply(member=member, answer=NoticeAnswer.EXCUSED, reason="  ", **reply)
    with pytest.raises(DomainError) as refusal:
        notice.record_reply(member=member, answer=NoticeAnswer.EXCUSED, reason="x" * 1000, **reply)
    assert refusal.value.field == "reason"
    with pytest.raises(notice.NotInvited):
        notice.record_reply(member=UUID(int=7), answer=NoticeAnswer.COMING, **reply)
    with pytest.raises(NotAllowed):  # for somebody else only those preparing the meeting answer
        notice.record_reply(
            **(reply | {"actor": actor_of(village.member_user)}),
            member=village.plain.public_id,
            answer=NoticeAnswer.COMING,
        )
    with pytest.raises(DomainError) as refusal:
        notice.send_notice(message="x" * 10_000, **reply)
    assert refusal.value.field == "message"


def test_nobody_answers_for_a_meeting_that_is_not_held_any_more(village: Village) -> None:
    """A member is not told to take the cancelling back: it is not theirs."""
    Meeting.objects.filter(pk=village.meeting.pk).update(state="cancelled", cancelled_reason="Lũ")
    with pytest.raises(notice.NoReplyNeeded):
        notice.record_reply(
            actor=actor_of(village.member_user),
            meeting=village.meeting,
            member=None,
            answer=NoticeAnswer.COMING,
            now=NOW,
        )


def test_only_who_prepares_the_meeting_calls_its_members(village: Village) -> None:
    with pytest.raises(NotAllowed):
        notice.send_notice(actor=actor_of(village.member_user), meeting=village.meeting, now=NOW)
    with pytest.raises(NotAllowed):
        notice.record_reply(
            actor=actor_of(village.outsider), meeting=village.meeting, member=None, answer=NoticeAnswer.COMING, now=NOW
        )


@pytest.mark.parametrize(
    ("mode", "offered"), [("in_person", False), ("by_group", False), ("online", True), ("hybrid", True)]
)
def test_only_a_meeting_that_may_be_followed_from_elsewhere_asks_for_it(
    client: Client, village: Village, mode: str, offered: bool
) -> None:
    Meeting.objects.update(mode=mode)
    client.force_login(village.member_user)
    page = client.get(reverse("meetings:reply", args=[village.meeting.public_id])).content.decode()
    assert ("Sẽ dự" in page, "Dự trực tuyến" in page) == (True, offered)


def test_nobody_answers_that_they_follow_a_meeting_in_person_from_elsewhere(village: Village) -> None:
    with pytest.raises(notice.NotFollowed):
        notice.record_reply(
            actor=village.actor,
            meeting=village.meeting,
            member=village.member.public_id,
            answer=NoticeAnswer.ONLINE,
            now=NOW,
        )
    assert NoticeReply.objects.count() == 0


def test_a_notice_that_somebody_else_sent_meanwhile_is_not_replaced_unseen(village: Village) -> None:
    send: dict[str, Any] = {"actor": village.actor, "meeting": village.meeting}
    first = notice.send_notice(message="Mang sổ", seen="", now=NOW, **send)
    later = NOW + timedelta(hours=1)
    with pytest.raises(notice.SentMeanwhile):
        notice.send_notice(message="", seen="", now=later, **send)
    assert notice.send_notice(message="Mang sổ, bút", seen=str(first.public_id), now=later, **send) != first
    titles = Notification.objects.filter(user=village.member_user).order_by("pk").values_list("title", flat=True)
    assert ["gửi lại vì có thay đổi" in title for title in titles] == [False, True]


def test_the_message_goes_with_the_call_everywhere(village: Village, sign_in: Callable[[User], Client]) -> None:
    notice.send_notice(actor=village.actor, meeting=village.meeting, message="Mang sổ tay", now=NOW)
    client, page = sign_in(village.secretary), reverse("meetings:show_notice", args=[village.meeting.public_id])
    shown = client.get(page)
    assert shown.context["form"]["message"].value() == "Mang sổ tay"
    assert "Mang sổ tay" in shown.context["page"].group_text
    stale = client.post(
        reverse("meetings:send_notice", args=[village.meeting.public_id]), {"message": "Họp sớm", "seen": ""}
    )
    assert (stale.status_code, "Họp sớm" in stale.content.decode(), Notice.objects.count()) == (422, True, 1)
