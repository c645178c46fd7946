"""Two who act on one rating at once, on PostgreSQL: the second waits, looks again and is told."""

from collections.abc import Callable

import pytest

from nennep.classification import services
from nennep.classification.choices import RatingLevel, RatingState, Side, SubjectKind
from nennep.classification.models import Rating, Verdict
from nennep.classification.services import DecisionPaper, Said
from tests.classification.conftest import NOW, PAPER, RatedVillage, make_village
from tests.waiting import do_both

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
GOOD, SATISFACTORY = RatingLevel.GOOD, RatingLevel.SATISFACTORY


def proposed() -> tuple[RatedVillage, Rating]:
    village = make_village()
    village.reviewed()
    group = village.rating(kind=SubjectKind.LEADERSHIP)
    village.propose(group)
    return village, group


def decide_many(village: RatedVillage, rating: Rating) -> object:
    return services.decide_as_proposed(actor=village.officer, ratings=[rating], paper=PAPER, now=NOW)


def decide_one(village: RatedVillage, rating: Rating) -> object:
    return village.decide(rating, SATISFACTORY, "Còn thiếu")


def take_back(village: RatedVillage, rating: Rating) -> object:
    return services.take_back(actor=village.secretary, rating=rating, reason="Ghi nhầm", now=NOW)


def complain(village: RatedVillage, rating: Rating) -> object:
    return services.complain(actor=village.secretary, rating=rating, text="Chưa đúng", received_on=NOW.date(), now=NOW)


@pytest.mark.parametrize(
    ("second", "code"),
    [(decide_one, "rating_step_taken"), (decide_many, "rating_step_taken"), (take_back, "not_allowed")],
)
def test_what_comes_second_to_a_decision_is_refused(
    second: Callable[[RatedVillage, Rating], object], code: str
) -> None:
    village, group = proposed()
    assert do_both(lambda: village.decide(group), lambda: second(village, group)) == (code, True)
    assert [one.level for one in Verdict.objects.filter(rating=group, side=Side.DECIDED)] == [GOOD]


def cancel(village: RatedVillage) -> object:
    return services.cancel_campaign(actor=village.officer, campaign=village.campaign, reason="Mở nhầm", now=NOW)


def test_a_round_is_not_cancelled_behind_a_decision() -> None:
    village, group = proposed()
    assert do_both(lambda: village.decide(group), lambda: cancel(village)) == ("rating_campaign_decided", True)
    assert village.rating(kind=SubjectKind.LEADERSHIP).state == RatingState.DECIDED


def test_nothing_is_decided_behind_a_cancellation() -> None:
    village, group = proposed()
    assert do_both(lambda: cancel(village), lambda: village.decide(group)) == ("rating_campaign_cancelled", True)
    assert not Verdict.objects.filter(rating=group, side=Side.DECIDED).exists()


def test_a_complaint_that_comes_first_keeps_the_decision_out() -> None:
    village, group = proposed()
    outcome = do_both(lambda: complain(village, group), lambda: village.decide(group))
    assert outcome == ("rating_complaint_open", True)


def test_of_two_who_rate_anew_the_second_is_told() -> None:
    village, group = proposed()
    village.decide(group)

    def anew(number: str) -> Rating:
        said = Said(SATISFACTORY, reason="Xét lại")
        paper = DecisionPaper(number, NOW.date())
        return services.rate_anew(actor=village.officer, rating=group, said=said, paper=paper, now=NOW)

    assert do_both(lambda: anew("1-QĐ/ĐU"), lambda: anew("2-QĐ/ĐU")) == ("rating_step_taken", True)
    assert [one.rerating_number for one in Rating.objects.filter(replaces=group)] == ["1-QĐ/ĐU"]


def test_a_list_that_is_renewed_waits_for_the_review_and_leaves_it_alone() -> None:
    village = make_village()
    village.write(
        *Rating.objects.filter(campaign=village.campaign, organization=village.cell).exclude(state="not_rated")
    )
    review = village.review

    def hold() -> None:
        services.hold_review(actor=village.secretary, review=review, held_on=NOW.date(), now=NOW)

    def renew() -> None:
        services.renew_subjects(actor=village.officer, campaign=village.campaign, now=NOW)

    assert do_both(hold, renew) == ("", True)
    assert village.rating(village.plain).state == RatingState.REVIEWED
