"""No step of a round names a day before its period or before the step it follows."""

from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.classification import services
from nennep.classification.choices import CommentSource, ListedKind, RatingLevel, SubjectKind
from nennep.classification.models import Campaign, Rating, UnitReview
from nennep.classification.queries.pages import get_campaign_page, get_rated_unit_page
from nennep.classification.queries.subjects import list_breach_units
from nennep.classification.rules.days import AHEAD, EARLIEST, LATEST_AFTER, DayOutside
from nennep.classification.services import BreachElsewhere, CaseOutsidePeriod, DecisionPaper, Opening, Said
from nennep.members.choices import PostKind
from tests.classification.conftest import NOW, OPENED, PAPER, REVIEW_DAY, RatedVillage
from tests.classification.steps import base_review
from tests.factories.accounts import grant_role, make_user
from tests.factories.core import VIETNAM
from tests.factories.members import make_membership, make_post
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY, FIRST, CUTOFF = NOW.date(), date(2026, 1, 1), date(2026, 12, 31)

BASE_DUE, CLOSING = date(2026, 12, 20), date(2026, 12, 30)  # 43-HD/BTCTW, section 4
UNSAID = (
    "Chưa ghi ngày gửi bản kiểm điểm ở mục “Ngày hội nghị” (phải gửi chậm nhất 08/12/2026). "
    "Hãy ghi, hoặc nêu lý do không ghi."
)


@pytest.fixture(autouse=True)
def december(settings: Any) -> None:
    settings.NENNEP_CLOCK = NOW


def outcome(*, fits: bool) -> AbstractContextManager[Any]:
    return nullcontext() if fits else pytest.raises(DayOutside)


@pytest.mark.parametrize(
    ("meeting_on", "sent_on", "fits"),
    [
        (FIRST, FIRST, True),
        (FIRST - DAY, None, False),
        (CUTOFF + LATEST_AFTER, REVIEW_DAY, True),
        (CUTOFF + LATEST_AFTER + DAY, None, False),
        (REVIEW_DAY, REVIEW_DAY, True),
        (REVIEW_DAY, REVIEW_DAY + DAY, False),
        (REVIEW_DAY, FIRST - DAY, False),
        (None, REVIEW_DAY, True),
        (None, None, True),
    ],
)
def test_a_review_is_planned_in_its_round_and_the_forms_go_out_before(
    village: RatedVillage, meeting_on: date | None, sent_on: date | None, *, fits: bool
) -> None:
    with outcome(fits=fits):
        services.set_review(
            actor=village.secretary, review=village.review, meeting_on=meeting_on, drafts_sent_on=sent_on, now=NOW
        )


@pytest.mark.parametrize(("held_on", "fits"), [(FIRST, True), (FIRST - DAY, False), (date(2025, 1, 1), False)])
def test_a_review_was_not_held_before_what_it_looks_back_on(
    village: RatedVillage, held_on: date, *, fits: bool
) -> None:
    village.write(village.rating(kind=SubjectKind.LEADERSHIP))
    with outcome(fits=fits):
        services.hold_review(actor=village.secretary, review=village.review, held_on=held_on, note="Họp sớm", now=NOW)
    assert Rating.objects.filter(reviewed_on=date(2025, 1, 1)).count() == 0


@pytest.mark.parametrize(
    ("on", "fits"),
    [(REVIEW_DAY, True), (REVIEW_DAY - DAY, False), (TODAY + AHEAD, True), (TODAY + AHEAD + DAY, False)],
)
def test_a_decision_is_not_older_than_its_review_nor_far_ahead(village: RatedVillage, on: date, *, fits: bool) -> None:
    village.reviewed()
    village.decided_group()
    village.propose(village.rating(village.plain))
    with outcome(fits=fits):
        services.decide(
            actor=village.officer,
            rating=village.rating(village.plain),
            said=Said(RatingLevel.GOOD),
            paper=DecisionPaper("45-QĐ/ĐU", on),
            now=NOW,
        )


def test_a_decision_is_taken_anew_after_it_was_taken(village: RatedVillage) -> None:
    village.reviewed()
    village.decided_group()
    village.propose(village.rating(village.plain))
    village.decide(village.rating(village.plain))
    said = Said(RatingLevel.SATISFACTORY, reason="Tính lại")
    rating = village.rating(village.plain)
    for on, fits in ((PAPER.on - DAY, False), (PAPER.on, True)):
        with outcome(fits=fits):
            services.rate_anew(
                actor=village.officer, rating=rating, said=said, paper=DecisionPaper("46-QĐ/ĐU", on), now=NOW
            )
    assert Campaign.objects.count() == 1


@pytest.mark.parametrize(
    ("on", "fits"),
    [(EARLIEST, True), (EARLIEST - DAY, False), (NOW.date(), True), (NOW.date() + DAY, False)],
)
def test_a_comment_about_somebody_is_of_no_day_to_come_and_of_none_long_gone(
    village: RatedVillage, on: date, *, fits: bool
) -> None:
    rating = village.rating(village.plain)
    comment = services.OutsideComment(CommentSource.RESIDENCE, "Thôn", on, "Tốt")
    with outcome(fits=fits):
        services.add_comment(actor=village.secretary, rating=rating, said=comment, now=NOW)
    assert rating.comments.count() == int(fits)


@pytest.mark.parametrize(
    ("quarter", "now", "on", "first_last"),
    [
        (None, NOW, date(2026, 1, 1), ""),
        (None, NOW, date(2025, 12, 31), "01/01/2026 đến 14/12/2026"),
        (None, NOW, date(2001, 1, 1), "01/01/2026 đến 14/12/2026"),
        (None, NOW, NOW.date(), ""),
        (None, NOW, NOW.date() + DAY, "01/01/2026 đến 14/12/2026"),
        (None, NOW.replace(year=2027, month=3), date(2027, 1, 31), ""),  # dossiers go up before 01/02
        (None, NOW.replace(year=2027, month=3), date(2027, 2, 1), "01/01/2026 đến 31/01/2027"),
        (3, NOW, date(2026, 7, 1), ""),
        (3, NOW, date(2026, 6, 30), "01/07/2026 đến 30/09/2026"),
        (3, NOW, date(2026, 9, 30), ""),
        (3, NOW, date(2026, 10, 1), "01/07/2026 đến 30/09/2026"),
    ],
)
def test_a_listed_case_is_of_a_document_of_the_period(
    village: RatedVillage, quarter: int | None, now: datetime, on: date, first_last: str
) -> None:
    """What was concluded in a year counts in it (addendum a.1): a document of 2001 lowers nobody in 2026."""
    if quarter:
        opening = Opening(2026, quarter=quarter)
        services.open_campaign(actor=village.officer, organization=village.commune, opening=opening, now=NOW)
    rating = Rating.objects.get(member=village.plain, campaign__quarter=quarter)
    conclusion = services.Conclusion(ListedKind.BREACH, "9-KL/UBKT", on)
    with pytest.raises(CaseOutsidePeriod, match=first_last) if first_last else nullcontext():
        services.record_case(actor=village.officer, rating=rating, conclusion=conclusion, now=now)
    assert village.plain.listed_cases.count() == int(not first_last)


def test_where_a_breach_was_done_is_asked_of_whoever_was_elsewhere_in_the_period(village: RatedVillage) -> None:
    """It counts there, though it was punished here (addendum a.1); of who sat in one cell nothing is asked."""
    old, gone = make_unit("Chi bộ cũ", parent=village.commune), make_unit("Chi bộ xưa", parent=village.commune)
    make_membership(village.plain, old, valid_from=date(2025, 1, 1), valid_to=date(2026, 1, 2))
    make_membership(
        village.plain, gone, valid_from=date(2025, 1, 1), valid_to=date(2026, 1, 1)
    )  # until the year before
    make_post(village.head, village.commune, PostKind.COMMITTEE_MEMBER)
    units = {
        member.full_name: [unit.name for unit in list_breach_units(village.rating(member))]
        for member in (village.plain, village.head, village.deputy)
    }
    assert units == {
        "Lò Văn Bình": ["Chi bộ thôn Nặm Chá", "Chi bộ cũ"],
        "Giàng A Páo": ["Chi bộ thôn Nặm Chá", "Đảng bộ xã Bắc Sơn"],
        "Lò Thị Mẩy": ["Chi bộ thôn Nặm Chá"],
    }
    conclusion = services.Conclusion(ListedKind.BREACH, "9-KL/UBKT", TODAY, breach_unit=gone)
    with pytest.raises(BreachElsewhere):
        services.record_case(
            actor=village.officer, rating=village.rating(village.plain), conclusion=conclusion, now=NOW
        )
    assert list_breach_units(village.rating()) == [village.cell]


@pytest.mark.parametrize(
    ("held_on", "sent_on", "words"),
    [
        (OPENED.date(), date(2026, 11, 26), ""),
        (OPENED.date() - DAY, date(2026, 11, 20), "Hội nghị họp trước ngày mở đợt (01/12/2026). Hãy ghi lý do."),
        (
            REVIEW_DAY,
            None,
            UNSAID,
        ),
        (REVIEW_DAY, date(2026, 12, 8), ""),
    ],
)
def test_what_nobody_wrote_down_of_a_review_or_wrote_too_early_has_a_reason(
    village: RatedVillage, held_on: date, sent_on: date | None, words: str
) -> None:
    village.write(village.rating(kind=SubjectKind.LEADERSHIP))
    services.set_review(
        actor=village.secretary, review=village.review, meeting_on=held_on, drafts_sent_on=sent_on, now=NOW
    )
    if words:
        with pytest.raises(services.ReviewNeedsNote) as refused:
            services.hold_review(actor=village.secretary, review=village.review, held_on=held_on, now=NOW)
        assert (str(refused.value), refused.value.field, village.review.held_on) == (words, "note", None)
    note = "Họp sớm" if words else ""
    services.hold_review(actor=village.secretary, review=village.review, held_on=held_on, note=note, now=NOW)
    assert (village.review.held_on, village.review.held_note) == (held_on, note)


def test_a_committee_says_how_long_it_met_or_why_not(village: RatedVillage) -> None:
    review = base_review(village)
    with pytest.raises(services.ReviewNotSaid) as refused:
        services.hold_review(actor=village.officer, review=review, held_on=REVIEW_DAY, now=NOW)
    words = "Chưa ghi số ngày họp (ít nhất 1). Hãy ghi, hoặc nêu lý do không ghi."
    assert (str(refused.value), refused.value.field) == (words, "days")
    services.hold_review(actor=village.officer, review=review, held_on=REVIEW_DAY, note="Sổ bị ướt", now=NOW)
    assert UnitReview.objects.get(pk=review.pk).days is None


def test_late_ones_are_reviewed_on_their_day_and_the_first_meeting_keeps_its_own(village: RatedVillage) -> None:
    group, late = village.rating(kind=SubjectKind.LEADERSHIP), village.rating(village.plain)

    def hold(held_on: date, days: int) -> None:
        services.hold_review(actor=village.secretary, review=village.review, held_on=held_on, days=days, now=NOW)

    village.write(group)
    hold(REVIEW_DAY, 1)
    village.write(late)
    hold(TODAY, 2)
    assert (village.review.held_on, village.review.days) == (REVIEW_DAY, 1)
    assert (village.rating(kind=SubjectKind.LEADERSHIP).reviewed_on, village.rating(village.plain).reviewed_on) == (
        REVIEW_DAY,
        TODAY,
    )
    for rating in (late, group):
        services.take_back(actor=village.secretary, rating=rating, reason="Ghi nhầm ngày", now=NOW)
    hold(TODAY - DAY, 2)
    assert (village.review.held_on, village.review.days) == (TODAY - DAY, 2)


@pytest.mark.parametrize(
    ("today", "late"),
    [
        (date(2026, 12, 10), set()),
        (date(2026, 12, 11), {"cell_due"}),
        (BASE_DUE, {"cell_due"}),
        (BASE_DUE + DAY, {"cell_due", "base_due"}),
        (CLOSING, {"cell_due", "base_due", "province_due"}),
        (CLOSING + DAY, {"cell_due", "base_due", "province_due", "closing"}),
    ],
)
def test_a_day_of_the_round_that_passed_is_late_while_something_is_owed(
    village: RatedVillage, today: date, late: set[str]
) -> None:
    page = get_campaign_page(actor=village.officer, public_id=village.campaign.public_id, today=today)
    assert page.late == late
    where = {"campaign_id": village.campaign.public_id, "unit_id": village.cell.public_id}
    assert get_rated_unit_page(actor=village.secretary, today=today, **where).is_late == bool(late)
    below = Rating.objects.filter(campaign=village.campaign).exclude(organization=village.commune)
    below.exclude(state="not_rated").update(state="proposed")
    page = get_campaign_page(actor=village.officer, public_id=village.campaign.public_id, today=today)
    assert page.late == late - {"cell_due"}
    assert not get_rated_unit_page(actor=village.secretary, today=today, **where).is_late
    Rating.objects.filter(campaign=village.campaign).exclude(state="not_rated").update(state="decided")
    page = get_campaign_page(actor=village.officer, public_id=village.campaign.public_id, today=today)
    assert page.late == set()


def test_pages_name_what_is_overdue_and_nothing_to_do_where_all_is_proposed(
    village: RatedVillage, settings: Any
) -> None:
    settings.NENNEP_CLOCK = datetime(2027, 1, 20, 8, tzinfo=VIETNAM)
    client, user = Client(), make_user("Cán bộ xã")
    grant_role(user, Role.COMMUNE_OFFICER, village.commune, subtree=True)
    client.force_login(user)
    shown = client.get(reverse("classification:show_campaign", args=[village.campaign.public_id])).content.decode()
    assert "Quá hạn 41 ngày" in shown
    secretary = make_user("Bí thư")
    grant_role(secretary, Role.SECRETARY, village.cell)
    client.force_login(secretary)
    keys = [village.campaign.public_id, village.cell.public_id]
    where = reverse("classification:show_unit", args=keys)
    assert "Quá hạn 41 ngày" in client.get(where).content.decode()
    Rating.objects.filter(campaign=village.campaign).exclude(state="not_rated").update(state="decided")
    shown = client.get(where).content.decode()
    assert ("Quá hạn" in shown, "Đề nghị mức xếp loại: tập thể trước" in shown) == (False, False)
    refused = client.post(reverse("classification:hold_review", args=keys), {"held_on": "32/13/2026"})
    assert (refused.status_code, "32/13/2026" in refused.content.decode()) == (422, True)
