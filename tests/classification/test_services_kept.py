"""What the steps of a rating keep in its rows, and two borders of its rules."""

from datetime import date
from typing import Any

import pytest

from nennep.classification import services
from nennep.classification.choices import RatingLevel, RatingState, SubjectKind
from nennep.classification.models import RatingComplaint, Verdict
from nennep.classification.rules.calendar import is_too_short
from nennep.classification.rules.steps import StepTaken
from nennep.classification.services import DecisionPaper, ReviewPaper, Said
from nennep.core.errors import NotAllowed
from nennep.members.models import Post
from tests.classification.conftest import NOW, RatedVillage
from tests.factories.core import TODAY

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("is_cell", "days", "is_short"),
    [(False, 0, True), (False, -1, True), (True, 0, False), (False, None, False)],
)
def test_a_committee_reviews_for_as_long_as_the_rules_ask(
    village: RatedVillage, *, is_cell: bool, days: int | None, is_short: bool
) -> None:
    rules = village.campaign.rules
    asked = None if days is None else rules.meeting_days - 1 + days
    assert is_too_short(is_cell=is_cell, days=asked, rules=rules) is is_short
    assert not is_too_short(is_cell=False, days=rules.meeting_days, rules=rules)


def test_who_became_head_meanwhile_is_on_the_form_of_a_head(village: RatedVillage) -> None:
    before, of_head = village.rating(village.plain), village.rating(village.head).form
    Post.objects.filter(member=village.head).update(member=village.plain)
    services.renew_subjects(actor=village.officer, campaign=village.campaign, now=NOW)
    now = village.rating(village.plain)
    assert (before.is_head, now.is_head) == (False, True)
    assert (now.form, village.rating(village.head).form) == (of_head, before.form)


def test_writing_hands_back_what_was_written(village: RatedVillage) -> None:
    rating = village.rating(village.plain)
    written = services.write_paper(actor=village.secretary, rating=rating, paper=ReviewPaper(), now=NOW)
    assert (written, written.state) == (rating, RatingState.DRAFTING)


@pytest.mark.parametrize("who", ["officer", "outsider", "subject"])
def test_facts_are_answered_by_the_cell_alone(village: RatedVillage, who: str) -> None:
    rating = village.rating(village.plain)
    with pytest.raises(NotAllowed):
        services.answer_facts(actor=getattr(village, who), rating=rating, answers={"total": 5}, now=NOW)
    assert village.rating(village.plain).answers == {}


def decided(village: RatedVillage) -> Any:
    village.reviewed()
    group = village.rating(kind=SubjectKind.LEADERSHIP)
    village.propose(group)
    village.decide(group)
    return village.rating(kind=SubjectKind.LEADERSHIP)


def test_the_day_of_the_notice_is_kept(village: RatedVillage) -> None:
    group = decided(village)
    services.announce(actor=village.officer, rating=group, on=TODAY, now=NOW)
    assert village.rating(kind=SubjectKind.LEADERSHIP).announced_on == TODAY


def test_the_words_of_a_complaint_and_the_reason_of_a_rerating_are_kept(village: RatedVillage) -> None:
    group = decided(village)
    complaint = services.complain(
        actor=village.secretary, rating=group, text="Điểm chưa đúng", received_on=TODAY, now=NOW
    )
    assert list(RatingComplaint.objects.values_list("text", "received_on")) == [("Điểm chưa đúng", TODAY)]
    services.settle_complaint(actor=village.officer, complaint=complaint, upheld=True, answer="Xét lại", now=NOW)
    paper = DecisionPaper("51-QĐ/ĐU", date(2026, 12, 20))
    said = Said(RatingLevel.SATISFACTORY, reason="Xét lại đơn")
    new = services.rate_anew(actor=village.officer, rating=group, said=said, paper=paper, now=NOW)
    assert list(Verdict.objects.filter(rating=new).values_list("level", "reason")) == [("satisfactory", "Xét lại đơn")]
    with pytest.raises(StepTaken, match="lại"):
        services.rate_anew(actor=village.officer, rating=group, said=said, paper=paper, now=NOW)


def test_a_note_of_another_cell_is_no_note_for_this_one(village: RatedVillage) -> None:
    village.reviewed()
    village.decided_group()
    rating = village.rating(village.plain)
    village.propose(rating, RatingLevel.EXCELLENT, "Cứu dân trong lũ")
    others = type(village.review).objects.exclude(pk=village.review.pk)
    services.note_cap(actor=village.officer, review=village.review, note="Đột xuất", outstanding=False, now=NOW)
    assert others.filter(cap_note="").exists()
    village.decide(rating, RatingLevel.EXCELLENT)
    assert village.rating(village.plain).state == RatingState.DECIDED
