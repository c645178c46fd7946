"""The committee's own meeting: who prepares, when, what is written, how it ends."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.meetings.forms.premeeting import PremeetingForm
from nennep.meetings.models import Meeting, Premeeting, RuleDeparture
from nennep.meetings.queries.premeeting import get_premeeting_paper, list_preparers
from nennep.meetings.rules.premeeting import Body, NoCommittee, fingerprint
from nennep.meetings.services import premeeting as services
from nennep.meetings.services.premeeting import WhenAndWhere
from nennep.members.choices import PostKind
from nennep.notifications.models import Notification
from nennep.policies.choices import PolicyKey
from nennep.policies.services import LocalPack, LocalRule, add_local_version
from tests.factories.accounts import grant_role
from tests.factories.cells import join_cell
from tests.factories.core import NOW
from tests.factories.duties import make_duty
from tests.factories.meetings import at
from tests.factories.members import make_post
from tests.factories.village import Village

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
EARLIER = NOW - timedelta(hours=12)


def address(name: str, meeting: Meeting) -> str:
    return reverse(f"meetings:{name}", args=[meeting.public_id])


def ask_three_days(village: Village) -> None:
    rule = LocalRule(PolicyKey.COMMITTEE_DAYS_BEFORE, 3)
    pack = LocalPack("08-QĐ/TU", "Quy định về sinh hoạt", date(2026, 11, 1), [rule])
    add_local_version(actor=Actor.system(), organization=village.cell, pack=pack, now=NOW)


@pytest.fixture
def planned(village: Village) -> Premeeting:
    """Held yesterday evening, four days before the meeting; the secretary was there."""
    when = WhenAndWhere(EARLIER, "Nhà văn hóa")
    premeeting = services.plan_premeeting(actor=village.actor, meeting=village.meeting, when=when, now=NOW)
    premeeting.present.add(village.secretary_member)
    return premeeting


def test_a_small_cell_is_prepared_by_secretary_and_deputy(village: Village) -> None:
    make_post(village.member, village.cell, PostKind.DEPUTY_SECRETARY)
    make_post(village.plain, village.cell, PostKind.COMMITTEE_MEMBER)
    preparers = list_preparers(village.meeting, None)
    assert (preparers.body, preparers.missing, preparers.officials) == (Body.LEADERS, NoCommittee.FEW_MEMBERS, 3)
    assert [person.name for person in preparers.people] == ["Ma Công Lập", "Lý Thị Mỷ"]


def test_nine_official_members_have_a_committee(village: Village) -> None:
    for number in range(6):
        join_cell(village.cell, f"Quan Văn {number}")
    assert list_preparers(village.meeting, None).missing == NoCommittee.NO_POSTS
    make_post(village.plain, village.cell, PostKind.COMMITTEE_MEMBER)
    preparers = list_preparers(village.meeting, None)
    assert (preparers.body, [person.post for person in preparers.people]) == (
        Body.COMMITTEE,
        [PostKind.SECRETARY, PostKind.COMMITTEE_MEMBER],
    )


def test_the_programme_is_filled_and_the_committee_is_told(village: Village) -> None:
    make_post(village.member, village.cell, PostKind.DEPUTY_SECRETARY)
    grant_role(village.member_user, Role.COMMITTEE_MEMBER, village.cell)
    make_duty(village.cell, village.plain, title="Làm 300 m mương")
    when = WhenAndWhere(at(date(2026, 11, 10)), "Nhà bí thư")
    for _twice in range(2):
        services.plan_premeeting(actor=village.actor, meeting=village.meeting, when=when, now=NOW)
    premeeting = Premeeting.objects.get()
    assert "Làm 300 m mương (Ma Văn Bằng)" in premeeting.last_month
    assert "Nhiệm vụ tháng 11, 90 phút" in premeeting.cell_meeting
    assert list(Notification.objects.values_list("user", "body")) == [(village.member_user.pk, "Nhà bí thư")]


def test_the_committee_meets_before_the_cell(village: Village) -> None:
    when = WhenAndWhere(village.meeting.planned_for)
    with pytest.raises(services.PremeetingTooLate):
        services.plan_premeeting(actor=village.actor, meeting=village.meeting, when=when, now=NOW)


def test_where_a_policy_asks_for_days_a_person_may_go_on_with_a_reason(village: Village, sign_in: SignIn) -> None:
    ask_three_days(village)
    client = sign_in(village.secretary)
    typed = {"day": "11/11/2026", "starts_at": "20:00", "place": "Nhà bí thư", "reason": ""}
    refused = client.post(address("plan_premeeting", village.meeting), typed)
    assert (refused.status_code, "chậm nhất ngày 10/11/2026" in refused.content.decode()) == (422, True)
    assert "Nhà bí thư" in refused.content.decode()
    client.post(address("plan_premeeting", village.meeting), typed | {"reason": "Phó bí thư đi công tác"})
    assert RuleDeparture.objects.get().reason == "Phó bí thư đi công tác"
    text = client.get(address("show_premeeting", village.meeting)).content.decode()
    assert ("08-QĐ/TU" in text, "Phó bí thư đi công tác" in text) == (True, True)
    client.post(address("plan_premeeting", village.meeting), typed | {"day": "10/11/2026"})
    assert RuleDeparture.objects.count() == 0


def test_a_committee_that_has_not_met_in_time_is_late(village: Village, sign_in: SignIn) -> None:
    ask_three_days(village)
    client = sign_in(village.secretary)
    page = address("show_agenda", village.meeting)
    assert "Quá hạn họp" not in client.get(page).content.decode()
    Meeting.objects.filter(pk=village.meeting.pk).update(planned_for=at(date(2026, 11, 11)))
    text = client.get(page).content.decode()
    assert ("Quá hạn họp" in text, "Họp chậm nhất 08/11/2026" in text) == (True, True)


def test_without_a_policy_nobody_is_asked_for_a_reason(village: Village, sign_in: SignIn) -> None:
    client = sign_in(village.secretary)
    assert 'name="reason"' not in client.get(address("plan_premeeting", village.meeting)).content.decode()
    typed = {"day": "13/11/2026", "starts_at": "07:00", "place": ""}
    assert client.post(address("plan_premeeting", village.meeting), typed).status_code == 302


def test_two_writers_of_two_headings_both_keep_their_words(village: Village, planned: Premeeting) -> None:
    known = PremeetingForm.of(planned).known
    texts = {name: getattr(planned, name) for name in services.TEXT_FIELDS}
    for mine in ({"discussion": "Cần thêm xi măng."}, {"tasks": "Ma Văn Bằng: xong mương trước 30/11."}):
        services.save_texts(actor=village.actor, meeting=village.meeting, texts={**texts, **mine}, known=known, now=NOW)
    planned.refresh_from_db()
    assert (planned.discussion, planned.tasks, planned.version) == (
        "Cần thêm xi măng.",
        "Ma Văn Bằng: xong mương trước 30/11.",
        2,
    )


def test_two_writers_of_one_heading_see_both_texts(village: Village, planned: Premeeting, sign_in: SignIn) -> None:
    client = sign_in(village.secretary)
    known = {f"known-{name}": value for name, value in PremeetingForm.of(planned).known.items()}
    texts = {name: getattr(planned, name) for name in services.TEXT_FIELDS}
    page = address("save_premeeting", village.meeting)
    assert client.post(page, {**texts, **known, "conclusion": "Bản <một>"}).status_code == 302
    second = {**texts, **known, "conclusion": "Bản hai", "tasks": "Việc mới"}
    answer = client.post(page, second)
    text = answer.content.decode()
    assert (answer.status_code, "Bản &lt;một&gt;" in text, "Bản hai" in text, "Việc mới" in text) == (
        409,
        True,
        True,
        True,
    )
    assert "Bản &lt;một&gt;\nBản hai</textarea>" in text  # saved as it stands, nothing is dropped
    planned.refresh_from_db()
    assert (planned.conclusion, planned.tasks) == ("Bản <một>", "")
    client.post(page, second | {"known-conclusion": fingerprint("Bản <một>"), "conclusion": "Bản một và hai"})
    planned.refresh_from_db()
    assert (planned.conclusion, planned.tasks) == ("Bản một và hai", "Việc mới")


def test_presence_is_tapped(village: Village, planned: Premeeting, sign_in: SignIn) -> None:
    client = sign_in(village.secretary)
    page = address("mark_preparer", village.meeting)
    member = str(village.secretary_member.public_id)
    client.post(page, {"absent": member})
    assert planned.present.count() == 0
    answer = client.post(page, {"present": member}, headers={"HX-Request": "true"})
    assert ("Có mặt 1/1" in answer.content.decode(), planned.present.get()) == (True, village.secretary_member)
    assert client.post(page, {"present": str(village.plain.public_id)}).status_code == 404
    assert client.post(page, {"present": "x"}).status_code == 404


def test_concluding_agrees_the_programme_in_one_tap(village: Village, planned: Premeeting, sign_in: SignIn) -> None:
    client = sign_in(village.secretary)
    for _twice in range(2):
        client.post(address("conclude_premeeting", village.meeting), {"agree": "1"})
    village.meeting.refresh_from_db()
    planned.refresh_from_db()
    assert (village.meeting.prepared_at, planned.concluded_at, planned.version) == (NOW, NOW, 1)
    text = client.get(address("show_premeeting", village.meeting)).content.decode()
    assert ("Đã họp lúc" in text, "Mở lại để sửa" in text, "<textarea" in text) == (True, True, False)
    client.post(address("reopen_premeeting", village.meeting))
    planned.refresh_from_db()
    assert planned.concluded_at is None


def typed_on(premeeting: Premeeting, **words: str) -> dict[str, str]:
    """What the browser sends with any button of the page: every field that belongs to its one form."""
    form = PremeetingForm.of(premeeting)
    texts = {name: getattr(premeeting, name) for name in services.TEXT_FIELDS}
    return texts | dict(form.known_fields) | words


def test_every_button_of_the_page_carries_what_is_typed(village: Village, planned: Premeeting, sign_in: SignIn) -> None:
    text = sign_in(village.secretary).get(address("show_premeeting", village.meeting)).content.decode()
    main = text[text.index("<main") : text.index("</main>")]
    assert main.count("<form") == 1
    buttons = [button.split(">")[0] for button in main.split("<button")[1:]]
    outside = [button for button in buttons if "formaction" in button]
    assert (len(outside), all('form="bien-ban"' in button for button in outside)) == (3, True)


@pytest.mark.parametrize(
    ("tap", "also"), [("mark_preparer", {"absent": "secretary"}), ("conclude_premeeting", {"agree": "1"})]
)
def test_no_tap_loses_the_words(
    village: Village, planned: Premeeting, sign_in: SignIn, tap: str, also: dict[str, str]
) -> None:
    also = {
        name: str(village.secretary_member.public_id) if value == "secretary" else value for name, value in also.items()
    }
    sent = typed_on(planned, conclusion="Tập trung làm mương.") | also
    for _twice in range(2):
        assert sign_in(village.secretary).post(address(tap, village.meeting), sent).status_code == 302
    planned.refresh_from_db()
    assert (planned.conclusion, planned.version) == ("Tập trung làm mương.", 1 if tap == "mark_preparer" else 2)


def test_a_refused_end_keeps_the_words_and_the_reason(village: Village, planned: Premeeting, sign_in: SignIn) -> None:
    ask_three_days(village)
    Meeting.objects.filter(pk=village.meeting.pk).update(planned_for=at(date(2026, 11, 10)))
    planned.present.clear()
    sent = typed_on(planned, conclusion="Tập trung làm mương.", reason="Dời sớm vì bão")
    answer = sign_in(village.secretary).post(address("conclude_premeeting", village.meeting), sent)
    text = answer.content.decode()
    assert (answer.status_code, 'value="Dời sớm vì bão"' in text, "Chưa ghi ai có mặt" in text) == (422, True, True)
    planned.refresh_from_db()
    assert (planned.conclusion, planned.concluded_at) == ("Tập trung làm mương.", None)


def test_two_texts_are_settled_before_the_end(village: Village, planned: Premeeting, sign_in: SignIn) -> None:
    sent = typed_on(planned, conclusion="Bản hai")
    Premeeting.objects.update(conclusion="Bản một")
    answer = sign_in(village.secretary).post(address("conclude_premeeting", village.meeting), sent)
    planned.refresh_from_db()
    assert (answer.status_code, "Bản hai" in answer.content.decode()) == (409, True)
    assert (planned.conclusion, planned.concluded_at) == ("Bản một", None)


def test_who_may_not_prepare_saves_no_words_by_a_tap(village: Village, planned: Premeeting, sign_in: SignIn) -> None:
    sent = typed_on(planned, conclusion="Không được ghi")
    for tap in ("mark_preparer", "conclude_premeeting"):
        assert sign_in(village.member_user).post(address(tap, village.meeting), sent).status_code == 403
    planned.refresh_from_db()
    assert planned.conclusion == ""


def test_what_nobody_attended_is_not_concluded(village: Village, planned: Premeeting) -> None:
    planned.present.clear()
    with pytest.raises(services.NobodyPresent):
        services.conclude_premeeting(actor=village.actor, meeting=village.meeting, agree=False, now=NOW)


def test_what_is_still_to_come_is_not_concluded(village: Village, planned: Premeeting) -> None:
    with pytest.raises(services.PremeetingNotBegun):
        services.conclude_premeeting(
            actor=village.actor, meeting=village.meeting, agree=False, now=EARLIER - timedelta(minutes=1)
        )


def test_moving_the_meeting_nearer_asks_for_a_reason_at_the_end(village: Village, planned: Premeeting) -> None:
    ask_three_days(village)
    Meeting.objects.filter(pk=village.meeting.pk).update(planned_for=at(date(2026, 11, 10)))
    with pytest.raises(services.LeadTimeShort):
        services.conclude_premeeting(actor=village.actor, meeting=village.meeting, agree=False, now=NOW)
    services.conclude_premeeting(
        actor=village.actor, meeting=village.meeting, agree=False, reason="Dời sớm vì bão", now=NOW
    )
    assert RuleDeparture.objects.get().rule_key == "chiuy.days_before_min"


def test_what_is_concluded_is_not_written_on(village: Village, planned: Premeeting) -> None:
    services.conclude_premeeting(actor=village.actor, meeting=village.meeting, agree=False, now=NOW)
    with pytest.raises(services.PremeetingConcluded):
        services.save_texts(actor=village.actor, meeting=village.meeting, texts={"tasks": "x"}, known={}, now=NOW)
    with pytest.raises(services.PremeetingConcluded):
        services.mark_preparer(
            actor=village.actor, meeting=village.meeting, member=village.plain.public_id, present=True, now=NOW
        )


def test_nobody_concludes_for_the_committee(village: Village, planned: Premeeting) -> None:
    with pytest.raises(NotAllowed):
        services.conclude_premeeting(actor=Actor.visitor(), meeting=village.meeting, agree=False, now=NOW)


def test_the_paper_has_everything(village: Village, planned: Premeeting) -> None:
    planned.conclusion = "Tập trung làm mương."
    planned.save()
    paper = get_premeeting_paper(village.meeting)
    assert paper is not None
    assert (paper.cell, paper.upper, str(paper.month), paper.chair, paper.conclusion) == (
        "Chi bộ thôn Nặm Chá",
        "Đảng bộ xã Lăng Can",
        "2026-11",
        "Ma Công Lập",
        "Tập trung làm mương.",
    )
    assert [person.name for person in paper.preparers.present] == ["Ma Công Lập"]
    Premeeting.objects.all().delete()
    assert get_premeeting_paper(village.meeting) is None


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_for_any_number_of_tasks(
    village: Village, planned: Premeeting, sign_in: SignIn, django_assert_num_queries: Any, rows: int
) -> None:
    for number in range(rows):
        make_duty(village.cell, village.plain, title=f"Việc {number}")
    client = sign_in(village.secretary)
    with django_assert_num_queries(20):
        assert client.get(address("show_premeeting", village.meeting)).status_code == 200
