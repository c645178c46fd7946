"""A round from its opening to the review: who is listed, what is written, who may not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from nennep.classification import services
from nennep.classification.choices import (
    CommentSource,
    FormSection,
    RatingLevel,
    RatingState,
    Side,
    SubjectKind,
)
from nennep.classification.models import Campaign, Rating, RatingText, UnitReview, Verdict
from nennep.classification.queries.pages import list_units_to_open
from nennep.classification.queries.rating_pages import get_rating_page
from nennep.classification.rules import RatingPointsOutOfRange
from nennep.classification.rules.figures import (
    AnswersImpossible,
    FiguresImpossible,
    FiguresMoved,
    OverridingNeedsReason,
)
from nennep.classification.rules.steps import (
    NotToBeRated,
    OthersFirst,
    StepTaken,
)
from nennep.classification.services import Opening, OutsideComment, ReviewPaper, Said
from nennep.core.access import Actor, Grant
from nennep.core.errors import DomainError, NotAllowed, NotFound
from nennep.core.permissions import Permission
from nennep.duties.choices import DutyState
from nennep.duties.models import Duty
from nennep.members.choices import Ending
from nennep.members.models import Membership
from tests.classification.conftest import NOW, REVIEW_DAY, RatedVillage
from tests.classification.test_queries_facts import make_duty
from tests.factories.core import TODAY
from tests.factories.members import make_member, make_membership
from tests.factories.organizations import make_unit
from tests.factories.policies import make_pack

pytestmark = pytest.mark.django_db
EXCELLENT, GOOD, SATISFACTORY, UNSATISFACTORY = RatingLevel


# ── opening ───────────────────────────────────────────────────────────────────


def test_a_round_lists_members_by_the_cutoff_day_groups_cells_and_the_base_organisation(village: RatedVillage) -> None:
    rows = Rating.objects.order_by("pk").values_list("kind", "organization__name", "member__full_name", "form", "state")
    assert list(rows) == [
        ("member", "Chi bộ thôn Nặm Chá", "Lò Văn Bình", "2C", "opened"),
        ("member", "Chi bộ thôn Nặm Chá", "Lò Thị Mẩy", "2C", "opened"),
        ("member", "Chi bộ thôn Nặm Chá", "Giàng A Páo", "2A", "opened"),
        ("member", "Chi bộ thôn Nặm Chá", "Vừ A Sính", "2C", "not_rated"),
        ("leadership", "Chi bộ thôn Nặm Chá", None, "01", "opened"),
        ("cell", "Chi bộ thôn Nặm Chá", None, "01", "opened"),
        ("leadership", "Đảng bộ xã Bắc Sơn", None, "01", "opened"),
        ("base", "Đảng bộ xã Bắc Sơn", None, "01", "opened"),
    ]
    assert village.rating(village.head).is_head
    assert village.rating(village.exempt).get_not_rated_display() == "Được miễn công tác và sinh hoạt"
    assert UnitReview.objects.count() == 2


@pytest.mark.parametrize(
    ("who", "opening", "error"),
    [
        ("officer", Opening(2026, date(2026, 12, 31)), services.CampaignTaken),
        ("officer", Opening(2027, date(2026, 12, 31)), services.CutoffUnfit),
        ("secretary", Opening(2027, date(2027, 12, 31)), NotAllowed),
        ("outsider", Opening(2027, date(2027, 12, 31)), NotAllowed),
    ],
)
def test_a_round_that_is_not_opened(
    village: RatedVillage, who: str, opening: Opening, error: type[DomainError]
) -> None:
    with pytest.raises(error):
        services.open_campaign(actor=getattr(village, who), organization=village.commune, opening=opening, now=NOW)
    assert Campaign.objects.count() == 1


def test_neither_a_province_nor_a_village_cell_opens_a_round(village: RatedVillage) -> None:
    with pytest.raises(services.NotARatingUnit):
        services.open_campaign(
            actor=village.board, organization=village.province, opening=Opening(2027, date(2027, 12, 31)), now=NOW
        )


def test_a_round_keeps_the_rules_of_its_opening(village: RatedVillage) -> None:
    make_pack({"rating.exceed_pct": 50}, organization=village.commune, valid_from=date(2026, 12, 1), code="moi")
    assert Campaign.objects.get().rules.exceed_pct == 30


def test_who_moved_since_is_rated_in_the_unit_of_the_day_and_the_former_one_is_named(village: RatedVillage) -> None:
    other = make_unit("Chi bộ thôn Bản Mới", parent=village.commune)
    Membership.objects.filter(member=village.plain).update(valid_to=date(2026, 10, 5), ending=Ending.MOVED)
    make_membership(village.plain, other, valid_from=date(2026, 10, 5))
    newcomer = make_member("Sùng A Chu", cell=other)
    found = services.renew_subjects(actor=village.officer, campaign=village.campaign, now=NOW)
    moved = village.rating(village.plain)
    assert (moved.organization, moved.former_unit) == (other, village.cell)
    assert village.rating(newcomer).state == RatingState.OPENED
    assert found == (3, 1)  # the newcomer and two new cells; who moved
    assert services.renew_subjects(actor=village.officer, campaign=village.campaign, now=NOW) == (0, 0)


def test_whoever_was_reviewed_stays_where_they_were_reviewed(village: RatedVillage) -> None:
    village.reviewed()
    other = make_unit("Chi bộ thôn Bản Mới", parent=village.commune)
    Membership.objects.filter(member=village.plain).update(valid_to=date(2026, 12, 13), ending=Ending.MOVED)
    make_membership(village.plain, other, valid_from=date(2026, 12, 13))
    services.renew_subjects(actor=village.officer, campaign=village.campaign, now=NOW)
    assert village.rating(village.plain).organization == village.cell


def test_only_who_runs_the_round_renews_its_list(village: RatedVillage) -> None:
    with pytest.raises(NotAllowed):
        services.renew_subjects(actor=village.secretary, campaign=village.campaign, now=NOW)


def test_a_round_is_not_for_a_grant_that_ends_at_the_unit(village: RatedVillage) -> None:
    """It is about the cells below: such a person is offered no round to open either."""
    narrow = Actor(
        None, "Cán bộ hẹp", frozenset({Grant(Permission.RATINGS_DECIDE, village.commune.path, subtree=False)})
    )
    with pytest.raises(NotAllowed):
        services.renew_subjects(actor=narrow, campaign=village.campaign, now=NOW)
    with pytest.raises(NotAllowed):
        services.open_campaign(
            actor=narrow, organization=village.commune, opening=Opening(2027, date(2027, 12, 31)), now=NOW
        )
    assert list_units_to_open(actor=narrow, today=TODAY) == ()
    assert list_units_to_open(actor=village.officer, today=TODAY) == (village.commune,)


# ── what is written before the review ─────────────────────────────────────────


def test_a_member_writes_the_own_form_and_nobody_elses(village: RatedVillage) -> None:
    paper = ReviewPaper({FormSection.FAULTS: "Còn nể nang"}, Decimal(26), Decimal("60.5"), level=GOOD)
    services.write_own_paper(actor=village.subject, rating=village.rating(village.plain), paper=paper, now=NOW)
    rating = village.rating(village.plain)
    said = Verdict.objects.get(rating=rating, side=Side.SELF)
    assert (rating.state, said.common, said.results, said.level) == ("drafting", Decimal(26), Decimal("60.5"), "good")
    assert RatingText.objects.get(rating=rating).text == "Còn nể nang"
    with pytest.raises(NotFound):
        services.write_own_paper(actor=village.subject, rating=village.rating(village.head), paper=paper, now=NOW)


@pytest.mark.parametrize("who", ["officer", "board", "subject", "outsider"])
def test_the_cell_alone_writes_for_others(village: RatedVillage, who: str) -> None:
    with pytest.raises(NotAllowed):
        services.write_paper(
            actor=getattr(village, who), rating=village.rating(village.head), paper=ReviewPaper(), now=NOW
        )


@pytest.mark.parametrize("points", [(Decimal(31), Decimal(70)), (Decimal(30), Decimal("70.5"))])
def test_points_over_the_maximum_are_refused(village: RatedVillage, points: tuple[Decimal, Decimal]) -> None:
    with pytest.raises(RatingPointsOutOfRange):
        services.write_paper(
            actor=village.secretary, rating=village.rating(village.head), paper=ReviewPaper({}, *points), now=NOW
        )
    assert not Verdict.objects.exists()


def test_an_exempt_member_is_not_rated(village: RatedVillage) -> None:
    with pytest.raises(NotToBeRated):
        services.write_paper(
            actor=village.secretary, rating=village.rating(village.exempt), paper=ReviewPaper(), now=NOW
        )


def test_a_figure_that_is_not_the_records_needs_a_reason_and_both_stand_side_by_side(
    village: RatedVillage,
) -> None:
    """Two tasks of the year, one done: more than that is said with the reason; what is as the records have it is no answer."""
    rating = village.rating(village.plain)
    assert rating.member is not None
    make_duty(village, DutyState.DONE, date(2026, 3, 1), date(2026, 3, 1))
    make_duty(village, DutyState.ONGOING, date(2026, 4, 1))
    with pytest.raises(OverridingNeedsReason) as refused:
        services.answer_facts(actor=village.secretary, rating=rating, answers={"total": 2, "done": 2}, now=NOW)
    assert (refused.value.field, village.rating(village.plain).answers) == ("reason", {})
    with pytest.raises(AnswersImpossible) as refused_part:
        services.answer_facts(actor=village.secretary, rating=rating, answers={"late": 2}, reason="Sót", now=NOW)
    assert refused_part.value.field == "late"
    services.answer_facts(
        actor=village.secretary,
        rating=rating,
        answers={"total": 2, "done": 2},
        reason="Việc thứ hai xong, chưa ghi",
        now=NOW,
    )
    found = village.rating(village.plain)
    assert (found.answers, found.answers_reason) == ({"done": 2}, "Việc thứ hai xong, chưa ghi")
    page = get_rating_page(actor=village.secretary, public_id=found.public_id, today=NOW.date())
    assert [(one.label, one.said, one.recorded) for one in page.added] == [("Đã hoàn thành", 2, 1)]
    services.answer_facts(actor=village.secretary, rating=rating, answers={"done": None}, now=NOW)
    found = village.rating(village.plain)
    assert (found.answers, found.answers_reason) == ({}, "")


def answered(village: RatedVillage, **answers: int) -> tuple[Rating, Duty]:
    """One task of the year done, one going on; what the cell gave beside that; reviewed, and the group decided."""
    make_duty(village, DutyState.DONE, date(2026, 3, 1), date(2026, 3, 1))
    make_duty(village, DutyState.ONGOING, date(2026, 4, 1))
    going_on = Duty.objects.get(state=DutyState.ONGOING)
    village.reviewed()
    village.decided_group()
    rating = village.rating(village.plain)
    given: dict[str, int | None] = {"total": None, "done": None, "late": None, "exceeded": None}
    services.answer_facts(
        actor=village.secretary, rating=rating, answers=given | answers, reason="Sổ chưa ghi đủ", now=NOW
    )
    return village.rating(village.plain), going_on


def test_what_was_given_beside_records_that_moved_is_asked_anew_at_the_proposal(village: RatedVillage) -> None:
    """Of two tasks one is done, the cell says three of three; then one is dropped: which figure moved is named."""
    rating, going_on = answered(village, total=3, done=3)
    assert rating.answers_beside == {"total": 2, "done": 1, "late": 0, "exceeded": 0}
    Duty.objects.filter(pk=going_on.pk).update(state=DutyState.DROPPED, settled_on=date(2026, 12, 1))
    page = get_rating_page(actor=village.secretary, public_id=rating.public_id, today=NOW.date())
    assert [(one.label, one.moved and one.moved.words) for one in page.added][:2] == [
        ("Nhiệm vụ được giao trong kỳ", "“Nhiệm vụ được giao trong kỳ” từ 2 thành 1"),
        ("Đã hoàn thành", None),
    ]
    with pytest.raises(FiguresMoved) as refused:
        village.propose(rating)
    assert str(refused.value) == (
        f"Sổ sách của {village.plain} đã đổi từ khi bổ sung số liệu: “Nhiệm vụ được giao trong kỳ” từ 2 thành 1. "
        "Hãy xem và ghi lại số liệu bổ sung rồi mới đề nghị."
    )
    again = {"total": 3, "done": 3}
    services.answer_facts(actor=village.secretary, rating=rating, answers=again, reason="Xem lại", now=NOW)
    assert village.propose(rating, SATISFACTORY, "Xem lại").state == RatingState.PROPOSED


def test_records_that_come_to_know_of_tasks_are_named_too(village: RatedVillage) -> None:
    village.reviewed()
    village.decided_group()
    make_duty(village, DutyState.DONE, date(2026, 3, 1), date(2026, 3, 1))
    with pytest.raises(FiguresMoved, match="“Nhiệm vụ được giao trong kỳ” từ chưa có thành 1; “Đã hoàn thành” từ chưa"):
        village.propose(village.rating(village.plain))


def test_records_that_reach_what_was_given_need_no_new_word(village: RatedVillage) -> None:
    rating, going_on = answered(village, done=2)
    Duty.objects.filter(pk=going_on.pk).update(state=DutyState.DONE, settled_on=date(2026, 4, 1))
    assert village.propose(rating).state == RatingState.PROPOSED


@pytest.mark.parametrize("step", ["proposal", "appraisal", "decision"])
def test_no_side_says_what_the_records_make_impossible(village: RatedVillage, step: str) -> None:
    """Two done of two; one task is dropped then, and nobody has done two of one."""
    rating, going_on = answered(village, done=2)
    if step != "proposal":
        village.propose(rating)
    Duty.objects.filter(pk=going_on.pk).update(state=DutyState.DROPPED, settled_on=date(2026, 12, 1))
    Rating.objects.filter(pk=rating.pk).update(answers_beside=None)  # of before that was kept
    acts: dict[str, Callable[[], object]] = {
        "proposal": lambda: village.propose(rating),
        "appraisal": lambda: services.appraise(actor=village.officer, rating=rating, said=Said(GOOD), now=NOW),
        "decision": lambda: village.decide(rating),
    }
    with pytest.raises(FiguresImpossible, match=r"“Đã hoàn thành” \(2\) không thể nhiều hơn .* \(1\)"):
        acts[step]()


def test_answers_that_cannot_be_are_refused(village: RatedVillage) -> None:
    rating = village.rating(village.plain)
    with pytest.raises(AnswersImpossible):
        services.answer_facts(actor=village.secretary, rating=rating, answers={"total": 5, "done": 6}, now=NOW)
    with pytest.raises(services.AnswerUnknown):
        services.answer_facts(actor=village.secretary, rating=rating, answers={"colour": 5}, now=NOW)
    services.answer_facts(actor=village.secretary, rating=rating, answers={"total": 5, "done": 5}, now=NOW)
    services.answer_facts(actor=village.secretary, rating=rating, answers={"done": None}, now=NOW)
    assert village.rating(village.plain).answers == {"total": 5}


def test_a_comment_of_the_place_of_residence_is_put_down(village: RatedVillage) -> None:
    village.write(village.rating(village.plain))
    said = OutsideComment(CommentSource.RESIDENCE, "Chi ủy thôn Khuổi Nọi", TODAY, "Gương mẫu ở nơi cư trú")
    services.add_comment(actor=village.secretary, rating=village.rating(village.plain), said=said, now=NOW)
    assert village.rating(village.plain).state == RatingState.COMMENTED
    with pytest.raises(NotAllowed):
        services.add_comment(actor=village.officer, rating=village.rating(village.plain), said=said, now=NOW)
    for wrong in (replace(said, text=" "), replace(said, from_name="")):
        with pytest.raises(DomainError):
            services.add_comment(actor=village.secretary, rating=village.rating(village.plain), said=wrong, now=NOW)


# ── the review ────────────────────────────────────────────────────────────────


def test_the_group_is_reviewed_before_its_members(village: RatedVillage) -> None:
    village.write(village.rating(village.plain))
    with pytest.raises(OthersFirst) as refused:
        services.hold_review(actor=village.secretary, review=village.review, held_on=REVIEW_DAY, now=NOW)
    assert refused.value.details["names"] == "Cấp ủy Chi bộ thôn Nặm Chá"
    village.write(village.rating(kind=SubjectKind.LEADERSHIP))
    found = services.hold_review(actor=village.secretary, review=village.review, held_on=REVIEW_DAY, now=NOW)
    assert found == (2, 3)
    assert village.rating(village.plain).reviewed_on == REVIEW_DAY


def test_a_review_of_tomorrow_was_not_held_and_its_day_is_set_by_the_cell(village: RatedVillage) -> None:
    with pytest.raises(services.ReviewTooEarly):
        services.hold_review(
            actor=village.secretary, review=village.review, held_on=NOW.date() + timedelta(days=1), now=NOW
        )
    services.set_review(
        actor=village.secretary, review=village.review, meeting_on=REVIEW_DAY, drafts_sent_on=None, now=NOW
    )
    assert village.review.meeting_on == REVIEW_DAY
    with pytest.raises(NotAllowed):
        services.set_review(
            actor=village.outsider, review=village.review, meeting_on=None, drafts_sent_on=None, now=NOW
        )


def test_after_the_review_the_form_stands(village: RatedVillage) -> None:
    village.reviewed()
    with pytest.raises(StepTaken):
        village.write(village.rating(village.plain))


# ── the review meeting ────────────────────────────────────────────────────────


@pytest.mark.parametrize(("sent", "needs_note"), [(date(2026, 12, 8), False), (date(2026, 12, 9), True)])
def test_forms_that_went_out_late_need_a_note(village: RatedVillage, sent: date, *, needs_note: bool) -> None:
    """Review on Friday 11/12/2026: by Tuesday 8/12 (three working days)."""
    village.write(village.rating(kind=SubjectKind.LEADERSHIP))
    services.set_review(
        actor=village.secretary, review=village.review, meeting_on=REVIEW_DAY, drafts_sent_on=sent, now=NOW
    )
    if needs_note:
        with pytest.raises(services.ReviewNeedsNote) as refused:
            services.hold_review(actor=village.secretary, review=village.review, held_on=REVIEW_DAY, now=NOW)
        assert "chậm nhất 08/12/2026" in str(refused.value)
    services.hold_review(
        actor=village.secretary,
        review=village.review,
        held_on=REVIEW_DAY,
        note="Lũ, mất điện" if needs_note else "",
        now=NOW,
    )
    assert village.review.held_note == ("Lũ, mất điện" if needs_note else "")


def test_a_committee_that_met_shorter_than_the_rules_ask_says_why(village: RatedVillage) -> None:
    rows = UnitReview.objects.select_related("campaign__organization", "organization")
    review = rows.get(campaign=village.campaign, organization=village.commune)
    village.write_base()
    with pytest.raises(services.ReviewNeedsNote) as refused:
        services.hold_review(actor=village.officer, review=review, held_on=REVIEW_DAY, days=0, now=NOW)
    assert "ít nhất 1 ngày" in str(refused.value)
    services.hold_review(actor=village.officer, review=review, held_on=REVIEW_DAY, days=1, now=NOW)
    cell = village.review
    village.write(village.rating(kind=SubjectKind.LEADERSHIP))
    services.hold_review(actor=village.secretary, review=cell, held_on=REVIEW_DAY, days=0, now=NOW)
