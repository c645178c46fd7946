"""A post prepared in December for January: given on its day, in the name of whoever planned it, or told why not."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.core.permissions import Permission
from nennep.members import queries, services
from nennep.members.choices import Ending, PostKind
from nennep.members.models import Member, PlannedPost, Post
from nennep.members.services.planned_posts import PostPlanned, PostPlannedTooFar
from nennep.members.services.posts import CannotHoldPost
from nennep.notifications.models import Notification
from nennep.organizations.choices import ChangeState, UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.services import merge_organization
from tests.factories.accounts import actor_of, grant_role, make_user
from tests.factories.core import NOW, TODAY
from tests.factories.members import make_member, make_post

pytestmark = pytest.mark.django_db
JANUARY = date(2027, 1, 1)
NEW_YEAR = NOW + (JANUARY - TODAY)


@pytest.fixture
def heir_user() -> User:
    return make_user("Lò Văn Én")


@pytest.fixture
def heir(cell: Organization, heir_user: User) -> Member:
    return make_member("Lò Văn Én", cell=cell, user=heir_user)


@pytest.fixture
def head(cell: Organization) -> Member:
    member = make_member("Ma Công Lập", cell=cell)
    make_post(member, cell)
    return member


def plan(actor: Actor, cell: Organization, member: Member, kind: PostKind = PostKind.SECRETARY) -> PlannedPost:
    return services.plan_post(actor=actor, member=member, organization=cell, kind=kind, on=JANUARY, now=NOW)


def carry_out(days: int = 0) -> list[PlannedPost]:
    return services.carry_out_planned_posts(actor=Actor.system(), now=NEW_YEAR + timedelta(days=days))


def secretary_of(cell: Organization, day: date) -> str:
    holder = queries.secretary_on(cell.pk, day)
    return holder.full_name if holder else ""


def test_nothing_changes_before_the_day_and_the_post_and_its_role_begin_on_it(
    officer: Actor, cell: Organization, head: Member, heir: Member, heir_user: User
) -> None:
    plan(officer, cell, heir)
    assert carry_out(days=-1) == []
    assert (secretary_of(cell, TODAY), head.posts.get().valid_to) == ("Ma Công Lập", None)
    carry_out(days=3)
    days = (JANUARY - timedelta(days=1), JANUARY)
    assert [secretary_of(cell, day) for day in days] == ["Ma Công Lập", "Lò Văn Én"]
    assert actor_of(heir_user, today=JANUARY).may(Permission.MINUTES_APPROVE, cell.path)
    assert PlannedPost.objects.get().state == ChangeState.DONE
    assert carry_out(days=4) == []
    assert Post.objects.filter(member=heir).count() == 1


def test_a_successor_planned_by_the_secretary_is_asked_for_on_the_day_and_the_cell_is_run_meanwhile(
    officer: Actor, cell: Organization, head: Member, heir: Member, heir_user: User
) -> None:
    user = make_user("Ma Công Lập")
    grant_role(user, Role.SECRETARY, cell)
    Member.objects.filter(pk=head.pk).update(user=user)
    plan(actor_of(user), cell, heir)
    assert not Notification.objects.exists()
    carry_out()
    assert secretary_of(cell, JANUARY) == "Lò Văn Én"
    may = [actor_of(one, today=JANUARY).may(Permission.MINUTES_APPROVE, cell.path) for one in (user, heir_user)]
    assert may == [True, False]
    asked = Notification.objects.filter(kind="members.secretary_role")
    assert list(asked.values_list("user_id", flat=True)) == [officer.user_id]


def test_what_would_not_hold_is_refused_when_it_is_planned(
    officer: Actor, cell: Organization, other: Organization, heir: Member
) -> None:
    stranger = make_member("Nông Văn Xa", cell=other)
    with pytest.raises(CannotHoldPost):
        plan(officer, cell, stranger)
    plan(officer, cell, heir)
    with pytest.raises(PostPlanned):
        plan(officer, cell, heir)
    assert (PlannedPost.objects.count(), Post.objects.count()) == (1, 0)


def test_one_plan_for_a_person_and_post_one_secretary_for_a_day_and_none_for_years_ahead(
    officer: Actor, cell: Organization, heir: Member
) -> None:
    planned = plan(officer, cell, heir)
    rival = make_member("Hoàng Thị Sen", cell=cell)
    asked: dict[str, Any] = {"actor": officer, "organization": cell, "kind": PostKind.SECRETARY, "now": NOW}
    for member, day in ((heir, JANUARY + timedelta(days=31)), (rival, JANUARY)):
        with pytest.raises(PostPlanned):
            services.plan_post(member=member, on=day, **asked)
    with pytest.raises(PostPlannedTooFar):
        services.plan_post(member=rival, on=TODAY + timedelta(days=367), **asked)
    services.cancel_planned_post(actor=officer, planned=planned, now=NOW)
    assert services.plan_post(member=rival, on=JANUARY, **asked).on == JANUARY


def test_what_is_no_longer_true_is_told_once_and_tried_again(officer: Actor, cell: Organization, heir: Member) -> None:
    plan(officer, cell, heir)
    services.leave(actor=officer, member=heir, ending=Ending.MOVED_OUT, on=TODAY, decision="", now=NOW)
    assert (carry_out(), carry_out(days=1)) == ([], [])
    assert PlannedPost.objects.get().problem == str(CannotHoldPost())
    assert list(Notification.objects.filter(kind="members.post_failed").values_list("user_id", flat=True)) == [
        officer.user_id
    ]


def test_after_a_merger_its_planner_is_told(
    officer: Actor, cell: Organization, other: Organization, heir: Member
) -> None:
    plan(officer, cell, heir)
    merge_organization(actor=officer, organization=cell, successor=other, on=TODAY, reason="NQ 01", now=NOW)
    assert (carry_out(), Post.objects.count()) == ([], 0)
    assert PlannedPost.objects.get().problem != ""


def test_a_planner_who_lost_the_right_gives_nothing(cell: Organization, commune: Organization, heir: Member) -> None:
    user = make_user("Vũ Thị Nguyệt")
    grant = grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    plan(actor_of(user), cell, heir)
    grant.valid_to = TODAY + timedelta(days=1)
    grant.save()
    assert (carry_out(), Post.objects.count()) == ([], 0)
    assert "không còn quyền" in PlannedPost.objects.get().problem


def test_it_is_cancelled_once_by_who_may(officer: Actor, cell: Organization, other: Organization, heir: Member) -> None:
    planned = plan(officer, cell, heir, PostKind.DEPUTY_SECRETARY)
    user = make_user("Nông Văn Xa")
    grant_role(user, Role.SECRETARY, other)
    with pytest.raises(NotAllowed):
        services.cancel_planned_post(actor=actor_of(user), planned=planned, now=NOW)
    for _tap in range(2):
        assert services.cancel_planned_post(actor=officer, planned=planned, now=NOW).state == ChangeState.CANCELLED
    assert (carry_out(), Post.objects.count()) == ([], 0)


def test_merged_records_keep_what_is_planned(officer: Actor, cell: Organization, heir: Member) -> None:
    plan(officer, cell, heir)
    kept = make_member("Lò Văn Ẻn", cell=cell)
    services.merge_members(actor=officer, keep=kept, drop=heir, now=NOW)
    assert [planned.member_id for planned in carry_out()] == [kept.pk]


@pytest.mark.usefixtures("fixed_clock")
def test_a_later_day_on_the_form_is_planned_and_shown_in_the_list(
    cell: Organization, commune: Organization, heir: Member
) -> None:
    user = make_user("Vũ Thị Nguyệt")
    grant_role(user, Role.COMMUNE_OFFICER, commune, subtree=True)
    client = Client()
    client.force_login(user)
    give = reverse("members:give_post", args=[heir.public_id])
    answer = client.post(give, {"kind": "deputy_secretary", "on": "01/01/2027"}, follow=True)
    said = "Đã ghi: giao chức vụ từ ngày 01/01/2027, đến ngày ấy chương trình tự giao."
    assert [str(message) for message in answer.context["messages"]] == [said]
    shown = client.get(reverse("members:list", args=[cell.public_id])).content.decode()
    assert "Lò Văn Én: Phó bí thư từ 01/01/2027" in shown
    cancel = reverse("members:cancel_planned_post", args=[PlannedPost.objects.get().public_id])
    assert [client.post(cancel).status_code for _tap in range(2)] == [302, 302]
    assert PlannedPost.objects.get().state == ChangeState.CANCELLED
    assert commune.kind == UnitKind.BASE
