"""The upper committee scores line by line, with a word where it differs; reports of before become the official's side."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from nennep.accounts.choices import Role
from nennep.assessments import queries, services
from nennep.assessments.choices import NOTE_LIMIT, Grade, ScoreSide
from nennep.assessments.models import ScoreItem, SideScore
from nennep.assessments.services import sides
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed
from nennep.core.permissions import Permission
from nennep.meetings.models import Meeting
from nennep.policies.rules import ScoreLevels
from nennep.room.queries.outcome import rules_of
from nennep.visits.models import VisitReport
from tests.assessments.test_sides import LATER, agree, confirm, points_of, report
from tests.factories.accounts import grant_role, make_user
from tests.factories.cells import make_cell
from tests.factories.core import NOW, make_actor
from tests.factories.meetings import make_held_meeting, make_secretary

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


@pytest.fixture
def meeting() -> Meeting:
    return make_held_meeting(make_cell())


def sign_in(client: Client, meeting: Meeting, role: Role = Role.COMMUNE_OFFICER) -> Client:
    user = make_user(role.value)
    grant_role(user, role, meeting.organization)
    client.force_login(user)
    return client


def address(meeting: Meeting) -> str:
    return reverse("assessments:confirm_lines", args=[meeting.public_id])


def fields_of(client: Client, meeting: Meeting) -> dict[str, str]:
    """What a browser would send of the page as it stands."""
    return read_fields(client.get(address(meeting)).content.decode())


def read_fields(page: str) -> dict[str, str]:
    (form,) = [one for one in html.fromstring(page).forms if one.xpath(".//*[@name='reason']")]
    return {name: str(value or "") for name, value in form.form_values() if name != "csrfmiddlewaretoken"}


def test_what_is_left_alone_is_confirmed_as_the_cell_scored(client: Client, meeting: Meeting) -> None:
    total = agree(meeting)
    sign_in(client, meeting)
    assert client.post(address(meeting), fields_of(client, meeting)).status_code == 302
    score = SideScore.objects.get()
    own = dict(ScoreItem.objects.values_list("code", "points"))
    assert (score.total, score.reason, dict(score.lines.values_list("code", "points"))) == (total, "", own)


def test_a_line_that_differs_says_why_beside_it(client: Client, meeting: Meeting) -> None:
    total = agree(meeting)
    sign_in(client, meeting)
    sent = fields_of(client, meeting) | {"points_c6": "20"}
    refused = client.post(address(meeting), sent)
    assert (refused.status_code, SideScore.objects.exists()) == (422, False)
    assert read_fields(refused.content.decode())["points_c6"] == "20"
    done = client.post(address(meeting), sent | {"note_c6": "Hai việc chưa xong"})
    score = SideScore.objects.get()
    line = score.lines.get(code="c6")
    given = ScoreItem.objects.get(code="c6").points or Decimal(0)
    assert (done.status_code, score.total, line.note) == (302, total - given + 20, "Hai việc chưa xong")
    shown = client.get(reverse("assessments:show_sheet", args=[meeting.public_id])).content.decode()
    assert "Hai việc chưa xong" in shown


def test_up_and_down_alike_is_a_difference_too(meeting: Meeting) -> None:
    """The sum is the cell's, two lines are not: without a word nothing is written."""
    total = agree(meeting, {"c1": "4"})
    own = {item.code: services.Decision(item.points) for item in ScoreItem.objects.all()}
    lines = own | {"c1": services.Decision(Decimal(5)), "c6": services.Decision((own["c6"].points or Decimal(0)) - 1)}
    who = make_actor(Permission.SCORES_CONFIRM, path=meeting.organization.path)
    draft = services.CommuneDraft(lines=lines, seen_cell=total)
    with pytest.raises(services.DifferenceNeedsReason):
        services.confirm_score(actor=who, meeting=meeting, draft=draft, now=NOW)
    assert not SideScore.objects.exists()


def test_whoever_comes_second_is_told_and_goes_on_with_what_they_typed(client: Client, meeting: Meeting) -> None:
    total = agree(meeting)
    sign_in(client, meeting)
    sent = fields_of(client, meeting) | {"points_c6": "20", "note_c6": "Chưa xong"}
    confirm(meeting, "61", reason="Chưa đủ bước", seen_cell=total)
    told = client.post(address(meeting), sent)
    assert (told.status_code, SideScore.objects.count()) == (422, 1)
    assert "vừa chốt 61" in told.content.decode()
    again = read_fields(told.content.decode())
    assert again["points_c6"] == "20"
    assert client.post(address(meeting), again | {"reason": "Xem lại từng mục"}).status_code == 302
    assert list(SideScore.objects.order_by("number").values_list("number", "reason")) == [
        (1, "Chưa đủ bước"),
        (2, "Xem lại từng mục"),
    ]


@pytest.mark.parametrize("points", ["", "99", "-1", "x"])
def test_points_outside_the_line_are_refused_beside_it(client: Client, meeting: Meeting, points: str) -> None:
    agree(meeting)
    sign_in(client, meeting)
    refused = client.post(address(meeting), fields_of(client, meeting) | {"points_c6": points, "note_c6": "Sai"})
    assert (refused.status_code, SideScore.objects.exists()) == (422, False)
    assert html.fromstring(refused.content.decode()).xpath("//*[@id='id_points_c6_error']")


def test_a_cell_does_not_confirm_itself_line_by_line(client: Client, meeting: Meeting) -> None:
    agree(meeting)
    sign_in(client, meeting, Role.SECRETARY)
    assert [client.get(address(meeting)).status_code, client.post(address(meeting)).status_code] == [403, 403]


def test_a_report_of_before_there_were_sides_becomes_the_official_s_score_once(meeting: Meeting) -> None:
    agree(meeting)
    assert report(meeting, **points_of(meeting)) is not None
    before = dict(SideScore.objects.values_list("side", "total"))
    SideScore.objects.all().delete()
    system = Actor.system()
    (found,) = services.reconcile_reports(actor=system, now=LATER)
    assert (found.count, found.mended) == (1, True)
    assert dict(SideScore.objects.values_list("side", "total")) == before
    taken = SideScore.objects.get(side=ScoreSide.OFFICIAL)
    assert taken.by_name == str(VisitReport.objects.get().visit.official)
    assert taken.given_at == (VisitReport.objects.get().submitted_at or LATER)
    assert services.reconcile_reports(actor=system, now=LATER) == []


def test_a_report_without_whole_points_stays_what_it_is(meeting: Meeting) -> None:
    points = points_of(meeting)
    points.popitem()
    report(meeting, **points)
    VisitReport.objects.update(submitted_at=NOW)
    assert services.reconcile_reports(actor=Actor.system(), now=LATER) == []
    assert queries.read_sides([meeting.pk]) == {}


def test_nobody_but_the_program_takes_reports() -> None:
    with pytest.raises(NotAllowed):
        services.reconcile_reports(actor=make_actor(*Permission, user_id=7), now=NOW)


def test_the_fields_keep_to_the_lines(client: Client, meeting: Meeting) -> None:
    agree(meeting)
    sent: dict[str, Any] = fields_of(sign_in(client, meeting), meeting)
    codes = {code.replace(".", "_") for code in ScoreItem.objects.values_list("code", flat=True)}
    assert {name.removeprefix("points_") for name in sent if name.startswith("points_")} == codes


def test_a_line_without_points_is_asked_for_and_counted(meeting: Meeting) -> None:
    total = agree(meeting)
    lines = {item.code: services.Decision(item.points) for item in ScoreItem.objects.all()}
    lines["c1"] = services.Decision(None)
    del lines["c6"]
    who = make_actor(Permission.SCORES_CONFIRM, path=meeting.organization.path)
    with pytest.raises(services.ItemsNotScored) as refused:
        services.confirm_score(
            actor=who, meeting=meeting, draft=services.CommuneDraft(lines=lines, seen_cell=total), now=NOW
        )
    assert refused.value.details == {"count": 2}


@pytest.mark.parametrize("again", [False, True])
def test_a_reason_is_as_long_as_a_note_and_refused_beside_its_field(meeting: Meeting, *, again: bool) -> None:
    total = agree(meeting)
    seen: dict[str, Any] = {"seen": int(again)}
    if again:
        confirm(meeting, "61", reason="Chưa đủ bước", seen_cell=total)
    with pytest.raises(DomainError) as long:
        confirm(meeting, "60", reason="x" * (NOTE_LIMIT + 1), seen_cell=total, **seen)
    with pytest.raises(DomainError) as missing:
        confirm(meeting, "60", reason=" ", seen_cell=total, **seen)
    assert (long.value.field, missing.value.field) == ("reason", "reason")
    assert confirm(meeting, "60", reason="x" * NOTE_LIMIT, seen_cell=total, **seen).reason == "x" * NOTE_LIMIT


@pytest.mark.parametrize(("good", "grade"), [(90, Grade.FAIR), (80, Grade.GOOD)])
def test_a_sheet_with_levels_of_its_own_grades_by_them(meeting: Meeting, good: int, grade: Grade) -> None:
    template = queries.template_of(meeting, rules_of(meeting), None)
    own = replace(template, levels=ScoreLevels(good=good, fair=60, average=40))
    assert sides._grade_of(meeting, own, Decimal(80)) == grade


def test_what_is_done_at_the_end_is_followed_and_nothing_else(meeting: Meeting) -> None:
    """The roll call is read anew by whoever asks for it, not when the minutes are approved."""
    services.start_sheet(actor=make_secretary(meeting.organization), meeting=meeting, now=NOW)
    ScoreItem.objects.update(fact="Như lúc bắt đầu chấm")
    services.follow_ending(actor=Actor.system(), meeting=meeting, now=NOW)
    template = queries.template_of(meeting, rules_of(meeting), None)
    ending = {line.code for line in template.items if queries.ENDING & set(line.evidence)}
    followed = set(ScoreItem.objects.exclude(fact="Như lúc bắt đầu chấm").values_list("code", flat=True))
    assert (followed, len(ending) > 0) == (ending, True)
