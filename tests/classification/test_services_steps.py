"""From the ballots to the re-rating: the order of the steps, who may not, the way back, what is refused."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from nennep.audit.models import AuditEvent
from nennep.classification import services
from nennep.classification.choices import (
    ListedKind,
    RatingLevel,
    RatingState,
    Side,
    SubjectKind,
)
from nennep.classification.models import ListedCase, Rating, StepUndone, Verdict
from nennep.classification.queries.pages import list_decidable
from nennep.classification.rules import Tally
from nennep.classification.rules.ballots import TallyImpossible
from nennep.classification.rules.steps import (
    CampaignIsClosed,
    ComplaintIsOpen,
    DifferingNeedsReason,
    OthersFirst,
    StepStands,
    StepTaken,
    StepTooEarly,
)
from nennep.classification.services import Conclusion, DecisionPaper, Said
from nennep.core.errors import NotAllowed, NotFound
from nennep.core.typed import ReasonMissing
from nennep.organizations.choices import UnitKind
from tests.classification.conftest import NOW, PAPER, RatedVillage
from tests.factories.classification import make_rating, make_verdict
from tests.factories.core import TODAY
from tests.factories.members import make_member

pytestmark = pytest.mark.django_db
EXCELLENT, GOOD, SATISFACTORY, UNSATISFACTORY = RatingLevel


# ── ballots, proposal, decision ───────────────────────────────────────────────


def test_a_vote_is_counted_once_after_the_review(village: RatedVillage) -> None:
    rating, tally = village.rating(village.plain), Tally(0, 2, 1, 0, 3, 3)
    with pytest.raises(StepTooEarly):
        services.count_ballots(actor=village.secretary, rating=rating, tally=tally, now=NOW)
    village.reviewed()
    with pytest.raises(TallyImpossible):
        services.count_ballots(actor=village.secretary, rating=rating, tally=replace(tally, voters=2), now=NOW)
    services.count_ballots(actor=village.secretary, rating=rating, tally=tally, now=NOW)
    assert village.rating(village.plain).state == RatingState.VOTED
    with pytest.raises(StepTaken):
        services.count_ballots(actor=village.secretary, rating=rating, tally=tally, now=NOW)


def test_proposals_go_in_their_order_group_members_cell(village: RatedVillage) -> None:
    village.reviewed()
    with pytest.raises(OthersFirst):
        village.propose(village.rating(village.plain))
    village.propose(village.rating(kind=SubjectKind.LEADERSHIP))
    with pytest.raises(OthersFirst) as refused:
        village.propose(village.rating())
    assert refused.value.details["count"] == 3
    for member in (village.plain, village.deputy, village.head):
        village.propose(village.rating(member))
    village.propose(village.rating())
    assert village.rating().state == RatingState.PROPOSED


def test_a_level_other_than_the_computed_one_needs_a_reason_and_keeps_the_facts(village: RatedVillage) -> None:
    village.reviewed()
    village.propose(village.rating(kind=SubjectKind.LEADERSHIP))
    rating = village.rating(village.plain)
    with pytest.raises(DifferingNeedsReason):
        village.propose(rating, EXCELLENT)
    village.propose(rating, EXCELLENT, "Cứu dân trong lũ")
    said = Verdict.objects.get(rating=rating, side=Side.PROPOSED)
    assert (said.reason, said.level, said.unit_name) == ("Cứu dân trong lũ", "excellent", "Chi bộ thôn Nặm Chá")
    assert said.facts["evidence"]["total"] == 10
    assert said.facts["judgement"]["proposal"] == "good"


@pytest.mark.parametrize("who", ["secretary", "subject", "outsider"])
def test_a_cell_never_decides_about_itself(village: RatedVillage, who: str) -> None:
    village.reviewed()
    group = village.rating(kind=SubjectKind.LEADERSHIP)
    village.propose(group)
    with pytest.raises(NotAllowed):
        services.decide(actor=getattr(village, who), rating=group, said=Said(GOOD), paper=PAPER, now=NOW)
    assert not Verdict.objects.filter(side=Side.DECIDED).exists()


def test_the_commune_does_not_decide_about_itself_but_the_province(village: RatedVillage) -> None:
    base = Rating.objects.select_related("campaign__organization", "organization", "member").get(kind=SubjectKind.BASE)
    with pytest.raises(NotAllowed):
        services.decide(actor=village.officer, rating=base, said=Said(GOOD), paper=PAPER, now=NOW)
    with pytest.raises(StepTooEarly):
        services.decide(actor=village.board, rating=base, said=Said(GOOD), paper=PAPER, now=NOW)


def test_no_decision_before_the_proposal_and_none_without_a_number(village: RatedVillage) -> None:
    village.reviewed()
    group = village.rating(kind=SubjectKind.LEADERSHIP)
    with pytest.raises(StepTooEarly):
        village.decide(group)
    village.propose(group)
    with pytest.raises(services.DecisionNeedsNumber):
        services.decide(actor=village.officer, rating=group, said=Said(GOOD), paper=DecisionPaper(" ", TODAY), now=NOW)


def test_of_two_who_decide_at_once_the_second_is_told(village: RatedVillage) -> None:
    village.reviewed()
    group = village.rating(kind=SubjectKind.LEADERSHIP)
    village.propose(group)
    village.decide(group, GOOD)
    with pytest.raises(StepTaken):
        village.decide(group, SATISFACTORY, "Còn thiếu")
    said = Verdict.objects.get(rating=group, side=Side.DECIDED)
    assert (said.level, said.document_number, said.unit_name) == ("good", "45-QĐ/ĐU", "Đảng bộ xã Bắc Sơn")


def test_the_group_is_decided_before_its_head_and_members_before_their_cell(village: RatedVillage) -> None:
    village.reviewed()
    village.propose(village.rating(kind=SubjectKind.LEADERSHIP))
    for member in (village.plain, village.deputy, village.head):
        village.propose(village.rating(member))
    village.propose(village.rating())
    village.decide(village.rating(village.plain))
    with pytest.raises(OthersFirst):
        village.decide(village.rating(village.head))
    with pytest.raises(OthersFirst):
        village.decide(village.rating())


def test_many_are_decided_by_one_document_or_none(village: RatedVillage) -> None:
    village.reviewed()
    village.propose(village.rating(kind=SubjectKind.LEADERSHIP))
    for member in (village.plain, village.deputy, village.head):
        village.propose(village.rating(member))
    every = list(Rating.objects.filter(state="proposed").select_related("campaign__organization", "organization"))
    late = village.rating()
    with pytest.raises(StepTooEarly):
        services.decide_as_proposed(actor=village.officer, ratings=[*every, late], paper=PAPER, now=NOW)
    assert not Rating.objects.filter(state="decided").exists()
    village.propose(late)
    count = services.decide_as_proposed(actor=village.officer, ratings=[*every, late], paper=PAPER, now=NOW)
    assert (count, Rating.objects.filter(state="decided").count()) == (5, 5)


def test_an_appraisal_stands_between_and_may_differ_with_a_reason(village: RatedVillage) -> None:
    village.reviewed()
    group = village.rating(kind=SubjectKind.LEADERSHIP)
    village.propose(group)
    with pytest.raises(DifferingNeedsReason):
        services.appraise(actor=village.officer, rating=group, said=Said(SATISFACTORY), now=NOW)
    services.appraise(actor=village.officer, rating=group, said=Said(SATISFACTORY, reason="Chậm sổ sách"), now=NOW)
    village.decide(group, SATISFACTORY)
    assert [one.level for one in Verdict.objects.filter(rating=group)] == [
        "good",
        "good",
        "satisfactory",
        "satisfactory",
    ]


# ── the way back ──────────────────────────────────────────────────────────────


def take_back(village: RatedVillage, rating: Rating, *, actor: Any = None, reason: str = "Ghi nhầm") -> Rating:
    return services.take_back(actor=actor or village.secretary, rating=rating, reason=reason, now=NOW)


def test_a_step_is_taken_back_with_a_reason_until_the_next_level_acts(village: RatedVillage) -> None:
    village.reviewed()
    group = village.rating(kind=SubjectKind.LEADERSHIP)
    village.propose(group)
    with pytest.raises(ReasonMissing):
        take_back(village, group, reason=" ")
    take_back(village, group)
    assert (village.rating(kind=SubjectKind.LEADERSHIP).state, group.verdicts.count()) == ("reviewed", 1)
    assert StepUndone.objects.get().state == RatingState.PROPOSED
    village.propose(group)
    village.decide(group)
    with pytest.raises(NotAllowed):
        take_back(village, village.rating(kind=SubjectKind.LEADERSHIP))
    take_back(village, village.rating(kind=SubjectKind.LEADERSHIP), actor=village.officer)
    village.decide(group)
    services.announce(actor=village.officer, rating=group, on=TODAY, now=NOW)
    with pytest.raises(StepStands):
        take_back(village, village.rating(kind=SubjectKind.LEADERSHIP), actor=village.officer)
    services.file_rating(actor=village.officer, rating=group, now=NOW)
    assert take_back(village, village.rating(kind=SubjectKind.LEADERSHIP), actor=village.officer).state == "announced"


# ── complaint and re-rating ───────────────────────────────────────────────────


def test_nothing_is_decided_while_a_complaint_is_open(village: RatedVillage) -> None:
    village.reviewed()
    village.decided_group()
    rating = village.rating(village.plain)
    village.propose(rating)
    complaint = services.complain_of_own(actor=village.subject, rating=rating, text="Điểm chưa đúng", now=NOW)
    with pytest.raises(services.ComplaintAlreadyOpen):
        services.complain_of_own(actor=village.subject, rating=rating, text="Thêm", now=NOW)
    with pytest.raises(ComplaintIsOpen):
        village.decide(rating)
    with pytest.raises(NotAllowed):
        services.settle_complaint(actor=village.secretary, complaint=complaint, upheld=False, answer="Đúng", now=NOW)
    services.settle_complaint(actor=village.officer, complaint=complaint, upheld=False, answer="Đúng rồi", now=NOW)
    with pytest.raises(services.ComplaintSettled):
        services.settle_complaint(actor=village.officer, complaint=complaint, upheld=True, answer="Khác", now=NOW)
    village.decide(rating)
    with pytest.raises(NotFound):
        services.complain_of_own(actor=village.subject, rating=village.rating(village.head), text="Hộ", now=NOW)


def test_a_rerating_takes_a_decision_and_leaves_the_old_values_as_they_were(village: RatedVillage) -> None:
    village.reviewed()
    village.decided_group()
    rating = village.rating(village.plain)
    village.propose(rating)
    again = DecisionPaper("51-QĐ/ĐU", date(2026, 12, 20))
    with pytest.raises(services.NotDecidedYet):
        services.rate_anew(actor=village.officer, rating=rating, said=Said(GOOD, reason="x"), paper=again, now=NOW)
    village.decide(rating)
    before = list(Verdict.objects.filter(rating=rating).values())
    for wrong in (DecisionPaper("", TODAY), again):
        with pytest.raises((services.ReratingNeedsDecision, ReasonMissing)):
            services.rate_anew(actor=village.officer, rating=rating, said=Said(EXCELLENT), paper=wrong, now=NOW)
    with pytest.raises(NotAllowed):
        services.rate_anew(actor=village.secretary, rating=rating, said=Said(EXCELLENT), paper=again, now=NOW)
    new = services.rate_anew(
        actor=village.officer, rating=rating, said=Said(EXCELLENT, reason="Xét lại đơn"), paper=again, now=NOW
    )
    rating.refresh_from_db()
    assert (rating.state, new.state, new.replaces, new.rerating_number) == ("replaced", "decided", rating, "51-QĐ/ĐU")
    assert list(Verdict.objects.filter(rating=rating).values()) == before
    assert [one.level for one in new.verdicts.all()] == ["excellent"]
    with pytest.raises(StepTaken):
        services.rate_anew(actor=village.officer, rating=rating, said=Said(GOOD, reason="x"), paper=again, now=NOW)
    with pytest.raises(StepStands):
        take_back(village, new, actor=village.officer)


# ── listed cases, cap, end of the round ───────────────────────────────────────


def test_a_listed_case_needs_its_document_and_makes_the_lowest_level_the_proposal(village: RatedVillage) -> None:
    village.reviewed()
    village.decided_group()
    rating = village.rating(village.plain)
    said = Conclusion(ListedKind.BREACH, "", TODAY)
    with pytest.raises(services.CaseNeedsDocument):
        services.record_case(actor=village.officer, rating=rating, conclusion=said, now=NOW)
    with pytest.raises(NotAllowed):
        services.record_case(
            actor=village.secretary, rating=rating, conclusion=replace(said, document_number="9-KL/UBKT"), now=NOW
        )
    case = services.record_case(
        actor=village.officer, rating=rating, conclusion=replace(said, document_number="9-KL/UBKT"), now=NOW
    )
    assert (case.member, case.breach_unit) == (village.plain, village.cell)
    with pytest.raises(DifferingNeedsReason):
        village.propose(rating)
    village.propose(rating, UNSATISFACTORY)
    services.drop_case(actor=village.officer, rating=rating, case=case, now=NOW)
    assert not ListedCase.objects.exists()


def test_more_than_the_cap_is_noted_by_who_runs_the_round(village: RatedVillage) -> None:
    services.note_cap(
        actor=village.officer, review=village.review, note="Thành tích đột xuất", outstanding=True, excellent=1, now=NOW
    )
    assert (village.review.cap_note, village.review.outstanding) == ("Thành tích đột xuất", True)
    with pytest.raises(NotAllowed):
        services.note_cap(actor=village.secretary, review=village.review, note="", outstanding=False, now=NOW)


def test_one_more_excellent_than_the_cap_is_decided_only_with_a_note(village: RatedVillage) -> None:
    """A group of one or two has no place for anybody excellent by the chosen way: the note says why."""
    village.reviewed()
    village.decided_group()
    rating = village.rating(village.plain)
    village.propose(rating, EXCELLENT, "Cứu dân trong lũ")
    with pytest.raises(services.CapNeedsNote) as refused:
        village.decide(rating, EXCELLENT)
    assert "1 đảng viên hoàn thành xuất sắc, tỷ lệ cho phép nhiều nhất 0" in str(refused.value)
    assert village.rating(village.plain).state == RatingState.PROPOSED
    with pytest.raises(services.CapNeedsNote):
        services.decide_as_proposed(actor=village.officer, ratings=[rating], paper=PAPER, now=NOW)
    services.note_cap(actor=village.officer, review=village.review, note="Đột xuất", outstanding=False, now=NOW)
    village.decide(rating, EXCELLENT)
    assert village.rating(village.plain).state == RatingState.DECIDED


@pytest.mark.parametrize("people", [1, 3])
def test_deciding_many_costs_the_same_for_any_number(
    village: RatedVillage, people: int, django_assert_num_queries: Any
) -> None:
    """But for one line in the trail each."""
    for number in range(people):
        make_verdict(make_proposed(village, number), Side.PROPOSED)
    waiting = list_decidable(campaign=village.campaign, organization=village.cell)
    with django_assert_num_queries(21 + people):
        services.decide_as_proposed(actor=village.officer, ratings=waiting, paper=PAPER, now=NOW)


def make_proposed(village: RatedVillage, number: int) -> Rating:
    member = make_member(f"Người {number}", cell=village.cell)
    answers = {"total": 10, "done": 10, "late": 0, "exceeded": 0, "faults": 0}
    return make_rating(village.campaign, village.cell, member, state=RatingState.PROPOSED, answers=answers)


def test_a_round_is_closed_when_all_below_is_decided_and_then_nothing_changes(village: RatedVillage) -> None:
    with pytest.raises(services.StillOwed):
        services.close_campaign(actor=village.officer, campaign=village.campaign, now=NOW)
    village.reviewed()
    village.decided_group()
    for member in (village.plain, village.deputy, village.head):
        village.propose(village.rating(member))
        village.decide(village.rating(member))
    village.propose(village.rating())
    village.decide(village.rating())
    services.close_campaign(actor=village.officer, campaign=village.campaign, now=NOW)
    with pytest.raises(CampaignIsClosed):
        services.announce(actor=village.officer, rating=village.rating(), on=TODAY, now=NOW)
    services.reopen_campaign(actor=village.officer, campaign=village.campaign, now=NOW)
    services.announce(actor=village.officer, rating=village.rating(), on=TODAY, now=NOW)
    with pytest.raises(NotAllowed):
        services.close_campaign(actor=village.secretary, campaign=village.campaign, now=NOW)


def test_the_trail_keeps_levels_and_no_words(village: RatedVillage) -> None:
    village.reviewed()
    village.propose(village.rating(kind=SubjectKind.LEADERSHIP))
    village.propose(village.rating(village.plain), EXCELLENT, "Cứu dân trong lũ")
    said = " ".join(f"{one.target_label} {one.details}" for one in AuditEvent.objects.all())
    assert "excellent" in said
    assert [word for word in ("Cứu", "Bình", "Đã làm tốt") if word in said] == []


def test_a_unit_of_the_province_kind_is_no_round(village: RatedVillage) -> None:
    assert UnitKind.PROVINCE not in UnitKind.rating()
