"""A round opened by mistake: cancelled and restored; its day moved; its figures and its refusals by one condition."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.classification import services
from nennep.classification.choices import CampaignState, RatingState, SubjectKind
from nennep.classification.models import Campaign, Rating, RatingText
from nennep.classification.queries.figures import count_levels
from nennep.classification.queries.pages import get_campaign_page, list_own_ratings
from nennep.classification.services import Opening
from nennep.classification.services.foreseeing import foresee_cancelling, foresee_closing, foresee_cutoff
from nennep.core.typed import ReasonMissing
from nennep.members.models import Member
from tests.classification.conftest import NOW, RatedVillage
from tests.factories.accounts import grant_role, make_user
from tests.factories.classification import make_campaign, make_rating
from tests.factories.members import make_member
from tests.factories.organizations import make_unit
from tests.previews import confirm

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(village: RatedVillage) -> Client:
    user = make_user("Cán bộ xã")
    grant_role(user, Role.COMMUNE_OFFICER, village.commune, subtree=True)
    client = Client()
    client.force_login(user)
    return client


def cancel(village: RatedVillage, reason: str = "Mở nhầm quý") -> Campaign:
    return services.cancel_campaign(actor=village.officer, campaign=village.campaign, reason=reason, now=NOW)


def open_again(village: RatedVillage) -> Campaign:
    opening = Opening(2026, date(2026, 12, 11))
    return services.open_campaign(actor=village.officer, organization=village.commune, opening=opening, now=NOW)


# ── cancelled ─────────────────────────────────────────────────────────────────


def test_a_cancelled_round_bars_no_other_one_and_keeps_what_was_written(village: RatedVillage) -> None:
    village.write(village.rating(village.plain))
    cancel(village, " Mở  nhầm ")
    found = Campaign.objects.get(pk=village.campaign.pk)
    assert (found.state, found.cancelled_on, found.cancelled_by_name, found.cancel_reason) == (
        "cancelled",
        NOW.date(),
        "Cán bộ xã",
        "Mở nhầm",
    )
    right = open_again(village)
    assert Rating.objects.get(campaign=right, member=village.plain).state == "opened"
    assert RatingText.objects.filter(rating__campaign=found).count() == 1


def test_nothing_of_a_cancelled_round_counts(village: RatedVillage) -> None:
    count: Any = {
        "actor": village.officer,
        "organization": village.commune,
        "year": 2026,
        "kind": SubjectKind.MEMBER,
    }
    assert (count_levels(**count).total, len(list_own_ratings(actor=village.subject))) == (4, 1)
    cancel(village)
    assert (count_levels(**count).total, list_own_ratings(actor=village.subject)) == (0, ())
    open_again(village)
    assert (count_levels(**count).total, len(list_own_ratings(actor=village.subject))) == (4, 1)


def test_who_was_reviewed_in_a_cancelled_round_is_rated_in_the_right_one(village: RatedVillage) -> None:
    village.reviewed()
    cancel(village)
    assert Rating.objects.get(campaign=open_again(village), member=village.plain).not_rated == ""


def test_who_was_left_out_elsewhere_for_a_cancelled_round_is_rated_there(village: RatedVillage) -> None:
    """A round of the unit above lists the cell too: whoever was reviewed in the commune's is not rated twice."""
    village.reviewed()
    upper = make_campaign(village.province)
    left = make_rating(upper, village.cell, village.plain, state=RatingState.NOT_RATED, not_rated="elsewhere")
    cancel(village)
    left.refresh_from_db()
    assert left.not_rated != "elsewhere"


def test_a_restored_round_goes_on_with_today_s_list_unless_the_right_one_was_opened(village: RatedVillage) -> None:
    village.write(village.rating(village.plain))
    cancel(village)
    newcomer = make_member("Sùng A Chu", cell=village.cell)
    right = open_again(village)
    with pytest.raises(services.CampaignTaken):
        services.restore_campaign(actor=village.officer, campaign=village.campaign, now=NOW)
    services.cancel_campaign(actor=village.officer, campaign=right, reason="Nhầm nữa", now=NOW)
    services.restore_campaign(actor=village.officer, campaign=village.campaign, now=NOW)
    assert village.rating(village.plain).state == "drafting"
    assert village.rating(newcomer).state == "opened"
    again = services.restore_campaign(actor=village.officer, campaign=village.campaign, now=NOW)
    assert again.state == CampaignState.OPEN


@pytest.mark.parametrize("state", list(RatingState))
def test_a_round_is_cancelled_until_something_is_decided(village: RatedVillage, state: RatingState) -> None:
    not_rated = {"not_rated": "new"} if state == RatingState.NOT_RATED else {}
    Rating.objects.filter(pk=village.rating(village.plain).pk).update(state=state, **not_rated)
    if not state.is_decided:
        assert cancel(village).state == "cancelled"
        return
    with pytest.raises(services.CampaignDecided, match="Đợt đã có 1 mục được quyết định"):
        cancel(village)
    assert Campaign.objects.get().state == "open"


def test_a_cancellation_has_a_reason(village: RatedVillage) -> None:
    with pytest.raises(ReasonMissing):
        cancel(village, "  ")


def test_what_would_rest_is_shown_in_numbers_before_it_is_done(village: RatedVillage) -> None:
    village.write(village.rating(village.plain), village.rating(kind=SubjectKind.LEADERSHIP))
    services.hold_review(actor=village.secretary, review=village.review, held_on=NOW.date(), now=NOW)
    village.write(village.rating(village.deputy))
    shown = foresee_cancelling(actor=village.officer, campaign=village.campaign, act=lambda: cancel(village))
    assert [(one.label, one.count) for one in shown.effects] == [
        ("Mục trong danh sách", 8),
        ("Đã viết bản kiểm điểm", 3),
        ("Đã kiểm điểm tại hội nghị", 2),
    ]
    assert Campaign.objects.get().state == "open"


def test_the_page_cancels_shows_why_and_restores(village: RatedVillage, officer: Client) -> None:
    where = reverse("classification:cancel_campaign", args=[village.campaign.public_id])
    assert officer.post(where, {"reason": ""}).status_code == 422
    shown = officer.post(where, {"reason": "Mở nhầm năm"})
    assert "Mục trong danh sách" in shown.content.decode()
    assert Campaign.objects.get().state == "open"
    assert officer.post(where, {"reason": "Mở nhầm năm", "da_xem": shown.context["seal"]}).status_code == 302
    page = reverse("classification:show_campaign", args=[village.campaign.public_id])
    said = officer.get(page).content.decode()
    assert [word in said for word in ("Mở nhầm năm", "Khôi phục đợt", "Cập nhật danh sách")] == [True, True, False]
    officer.post(reverse("classification:restore_campaign", args=[village.campaign.public_id]))
    assert Campaign.objects.get().state == "open"


# ── the day of the list ───────────────────────────────────────────────────────


def move(village: RatedVillage, day: date) -> tuple[int, int]:
    return services.move_cutoff(actor=village.officer, campaign=village.campaign, cutoff_on=day, now=NOW)


def add_new(village: RatedVillage) -> Rating:
    """Admitted on 20 June: six months end on 20 December (addendum a.8 no. 5)."""
    member = make_member("Sùng A Chu", cell=village.cell)
    Member.objects.filter(pk=member.pk).update(admitted_on=date(2026, 6, 20))
    services.renew_subjects(actor=village.officer, campaign=village.campaign, now=NOW)
    return village.rating(member)


def test_an_earlier_day_leaves_out_who_is_new_by_then_and_a_later_one_takes_them_in(village: RatedVillage) -> None:
    member = add_new(village).member
    assert member is not None
    assert move(village, date(2026, 12, 11)) == (0, 1)
    assert village.rating(member).not_rated == "new"
    assert move(village, date(2026, 12, 20)) == (0, 1)
    assert (village.rating(member).not_rated, village.rating(member).state) == ("", "opened")
    found = Campaign.objects.get()
    assert (found.cutoff_on, found.last_day) == (date(2026, 12, 20), date(2026, 12, 31))


def test_who_falls_out_is_named_before_it_is_done(village: RatedVillage) -> None:
    add_new(village)
    day = date(2026, 12, 11)
    shown = foresee_cutoff(
        actor=village.officer, campaign=village.campaign, cutoff_on=day, act=lambda: move(village, day)
    )
    assert [(one.label, one.names) for one in shown.effects] == [("Ra khỏi diện xếp loại", ("Sùng A Chu",))]
    assert Campaign.objects.get().cutoff_on == date(2026, 12, 31)


def test_a_day_that_would_move_somebody_reviewed_is_refused_by_name(village: RatedVillage) -> None:
    rating = add_new(village)
    village.write(village.rating(kind=SubjectKind.LEADERSHIP), rating)
    services.hold_review(actor=village.secretary, review=village.review, held_on=date(2026, 12, 11), now=NOW)
    with pytest.raises(services.CutoffDepends, match="Sùng A Chu") as refused:
        move(village, date(2026, 12, 11))
    assert refused.value.details["count"] == 1
    assert Campaign.objects.get().cutoff_on == date(2026, 12, 31)
    assert move(village, date(2026, 12, 30)) == (0, 0)


@pytest.mark.parametrize(
    ("day", "fits"),
    [
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
        (date(2027, 1, 31), True),
        (date(2027, 2, 1), False),
    ],
)
def test_the_day_lies_in_the_period_or_a_month_after(village: RatedVillage, day: date, *, fits: bool) -> None:
    if fits:
        move(village, day)
        assert Campaign.objects.get().cutoff_on == day
        return
    with pytest.raises(services.CutoffUnfit, match="từ 01/01/2026 đến 31/01/2027"):
        move(village, day)


def test_a_quarter_names_its_period_and_no_day_of_the_year_s_calendar(village: RatedVillage, officer: Client) -> None:
    opening = Opening(2026, quarter=3)
    third = services.open_campaign(actor=village.officer, organization=village.commune, opening=opening, now=NOW)
    page = officer.get(reverse("classification:show_campaign", args=[third.public_id])).content.decode()
    assert [word in page for word in ("01/07/2026 – 30/09/2026", "Chi bộ xong", "10/12/2026")] == [True, False, False]
    unit = reverse("classification:show_unit", args=[third.public_id, village.cell.public_id])
    assert "Xong trước hoặc trong ngày" not in officer.get(unit).content.decode()


# ── one condition for figure and rows ─────────────────────────────────────────


def test_the_page_and_the_closing_count_the_same_and_name_the_unit_s_own_apart(village: RatedVillage) -> None:
    other = make_unit("Chi bộ thôn Bản Mới", parent=village.commune)
    make_member("Sùng A Chu", cell=other)
    services.renew_subjects(actor=village.officer, campaign=village.campaign, now=NOW)
    page = get_campaign_page(actor=village.officer, public_id=village.campaign.public_id, today=NOW.date())
    with pytest.raises(services.StillOwed) as refused:
        services.close_campaign(actor=village.officer, campaign=village.campaign, now=NOW)
    rows = [unit.with_cell + unit.waiting for unit in page.units if unit.name != village.commune.name]
    assert refused.value.details["count"] == page.left == sum(rows)
    assert page.own_left == 2  # the committee and the base organisation, which the province decides


# ── closing ───────────────────────────────────────────────────────────────────


def test_closing_shows_what_it_leaves_open_before_it_is_done(village: RatedVillage, officer: Client) -> None:
    below = Rating.objects.filter(campaign=village.campaign, not_rated="").exclude(organization=village.commune)
    below.update(state=RatingState.DECIDED)
    told = village.rating(village.plain)
    Rating.objects.filter(pk=told.pk).update(state=RatingState.ANNOUNCED, announced_on=NOW.date())
    services.complain(actor=village.officer, rating=told, text="Xem lại", received_on=NOW.date(), now=NOW)
    where = reverse("classification:close_campaign", args=[village.campaign.public_id])
    foreseen = foresee_closing(
        actor=village.officer,
        campaign=village.campaign,
        act=lambda: services.close_campaign(actor=village.officer, campaign=village.campaign, now=NOW),
    )
    assert [(effect.label, effect.count) for effect in foreseen.effects] == [
        ("Đã quyết định, chưa thông báo: người được xếp loại chưa xem được", below.count() - 1),
        ("Đã thông báo, chưa lưu hồ sơ", 1),
        ("Khiếu nại chưa trả lời", 1),
        ("Của chính đơn vị, cấp trên chưa quyết định", 2),
    ]
    shown = officer.post(where)
    assert (shown.status_code, Campaign.objects.get().state) == (200, CampaignState.OPEN)
    assert "Khiếu nại chưa trả lời" in shown.content.decode()
    confirm(officer, where, {})
    assert Campaign.objects.get().state == CampaignState.CLOSED


def test_closing_with_nothing_left_says_so(village: RatedVillage) -> None:
    Rating.objects.filter(campaign=village.campaign, not_rated="").update(state=RatingState.FILED)
    foreseen = foresee_closing(
        actor=village.officer,
        campaign=village.campaign,
        act=lambda: services.close_campaign(actor=village.officer, campaign=village.campaign, now=NOW),
    )
    assert [(effect.label, effect.count) for effect in foreseen.effects] == [("Việc còn lại", 0)]
    assert village.campaign.is_open


def test_closing_with_something_undecided_is_refused_before_anything_is_shown(
    village: RatedVillage, officer: Client
) -> None:
    shown = officer.post(reverse("classification:close_campaign", args=[village.campaign.public_id]))
    assert (shown.status_code, "mục chưa quyết định, chưa kết thúc đợt được" in shown.content.decode()) == (422, True)
