"""What goes on after a round is closed: complaint, answer, re-rating, notice, filing; and what a complaint holds back."""

from collections.abc import Callable
from datetime import datetime

import pytest

from nennep.classification import services
from nennep.classification.choices import RatingLevel, RatingState, SubjectKind
from nennep.classification.models import Campaign, Rating, RatingComplaint
from nennep.classification.queries.pages import get_campaign_page, list_tellable
from nennep.classification.queries.rating_pages import get_rating_page
from nennep.classification.rules import BallotBaseTooLarge, MoreBallotsThanPresent, Tally, VotedOtherwise
from nennep.classification.rules.steps import CampaignIsClosed, ComplaintBeforeFiling, ComplaintIsOpen, StepStands
from nennep.classification.services import Said
from nennep.meetings.choices import MeetingState
from nennep.members.choices import Standing
from nennep.members.models import Membership
from nennep.room.choices import AttendanceState
from nennep.room.models import RollCallEntry
from tests.classification.conftest import NOW, RatedVillage
from tests.classification.steps import ready, write_anew, write_complaint
from tests.factories.core import TODAY, VIETNAM
from tests.factories.meetings import make_entry, make_meeting

pytestmark = pytest.mark.django_db
GOOD, SATISFACTORY = RatingLevel.GOOD, RatingLevel.SATISFACTORY


def close(village: RatedVillage) -> None:
    """Everything else below is decided."""
    left = Rating.objects.filter(campaign=village.campaign, not_rated="").exclude(member=village.plain)
    left.exclude(organization=village.commune).update(state=RatingState.DECIDED)
    services.close_campaign(actor=village.officer, campaign=village.campaign, now=NOW)


def told(village: RatedVillage) -> Rating:
    rating = ready(village, to="decided")
    services.announce(actor=village.officer, rating=rating, on=TODAY, now=NOW)
    close(village)
    return village.rating(village.plain)


def may(village: RatedVillage, rating: Rating) -> tuple[bool, bool, bool, bool]:
    page = get_rating_page(actor=village.officer, public_id=rating.public_id, today=NOW.date())
    return page.goes_on, page.may_announce, page.may_file, page.may_take_back


def test_the_whole_chain_goes_on_in_a_closed_round_and_comes_back(village: RatedVillage) -> None:
    rating = told(village)
    complaint = services.complain_of_own(actor=village.subject, rating=rating, text="Chưa đúng", now=NOW)
    services.settle_complaint(actor=village.officer, complaint=complaint, upheld=True, answer="Đúng", now=NOW)
    write_anew(village, rating)
    anew = village.rating(village.plain)
    assert may(village, anew) == (True, True, False, False)
    with pytest.raises(StepStands):
        services.take_back(actor=village.officer, rating=anew, reason="Nhầm", now=NOW)
    services.announce(actor=village.officer, rating=anew, on=TODAY, now=NOW)
    assert may(village, village.rating(village.plain)) == (True, False, True, False)
    services.file_rating(actor=village.officer, rating=anew, now=NOW)
    assert may(village, village.rating(village.plain)) == (True, False, False, True)
    services.take_back(actor=village.officer, rating=anew, reason="Thiếu giấy", now=NOW)
    services.file_rating(actor=village.officer, rating=anew, now=NOW)
    found = village.rating(village.plain)
    assert (found.state, found.announced_on, found.filed_on) == ("filed", TODAY, NOW.date())


def test_a_first_rating_does_nothing_more_in_a_closed_round(village: RatedVillage) -> None:
    rating = told(village)
    assert may(village, rating)[0] is False
    acts: list[Callable[[], Rating]] = [
        lambda: services.file_rating(actor=village.officer, rating=rating, now=NOW),
        lambda: services.announce(actor=village.officer, rating=village.rating(village.head), on=TODAY, now=NOW),
        lambda: services.take_back(actor=village.officer, rating=rating, reason="Nhầm", now=NOW),
    ]
    for act in acts:
        with pytest.raises(CampaignIsClosed):
            act()


def test_what_was_closed_without_being_told_is_said_on_the_page_of_the_round(village: RatedVillage) -> None:
    """Nobody learns it any more unless the round is opened again: the page says how many, and what to do."""
    told(village)  # all others are decided alone
    page = get_campaign_page(actor=village.officer, public_id=village.campaign.public_id, today=NOW.date())
    below = Rating.objects.filter(campaign=village.campaign, state=RatingState.DECIDED)
    assert page.untold == below.exclude(organization=village.commune).count() > 0
    services.reopen_campaign(actor=village.officer, campaign=village.campaign, now=NOW)
    left = list_tellable(campaign=Campaign.objects.get(), organization=village.cell)
    services.announce_many(actor=village.officer, ratings=left, on=TODAY, now=NOW)
    page = get_campaign_page(actor=village.officer, public_id=village.campaign.public_id, today=NOW.date())
    assert page.untold == below.exclude(organization__in=(village.commune, village.cell)).count()


def test_a_dossier_is_filed_once_its_complaint_is_answered(village: RatedVillage) -> None:
    rating = ready(village, to="decided")
    services.announce(actor=village.officer, rating=rating, on=TODAY, now=NOW)
    write_complaint(village, rating, "Xem lại")
    with pytest.raises(ComplaintBeforeFiling):
        services.file_rating(actor=village.officer, rating=rating, now=NOW)
    assert (village.rating(village.plain).state, may(village, rating)[2]) == ("announced", False)
    complaint = RatingComplaint.objects.get(rating=rating)
    services.settle_complaint(actor=village.officer, complaint=complaint, upheld=False, answer="Đã xem", now=NOW)
    services.file_rating(actor=village.officer, rating=rating, now=NOW)
    assert village.rating(village.plain).state == "filed"


def test_a_complaint_about_the_result_that_was_told_is_read_and_answered_beside_the_re_rating(
    village: RatedVillage,
) -> None:
    """Until the notice whoever was rated complains of the old row; whoever decides works on the new one."""
    old = told(village)
    write_anew(village, old)
    anew = village.rating(village.plain)
    complaint = services.complain_of_own(actor=village.subject, rating=old, text="Chưa đúng", now=NOW)
    page = get_rating_page(actor=village.officer, public_id=anew.public_id, today=NOW.date())
    assert ([one.text for one in page.complaints], page.may_rate_anew) == (["Chưa đúng"], False)
    services.announce(actor=village.officer, rating=anew, on=TODAY, now=NOW)
    with pytest.raises(ComplaintBeforeFiling):
        services.file_rating(actor=village.officer, rating=anew, now=NOW)
    with pytest.raises(ComplaintIsOpen):
        write_anew(village, anew, number="52-QĐ/ĐU")
    with pytest.raises(services.ComplaintAlreadyOpen):
        services.complain_of_own(actor=village.subject, rating=anew, text="Vẫn chưa đúng", now=NOW)
    services.settle_complaint(actor=village.officer, complaint=complaint, upheld=False, answer="Đã xem", now=NOW)
    services.file_rating(actor=village.officer, rating=anew, now=NOW)
    assert village.rating(village.plain).state == "filed"


@pytest.mark.parametrize("is_told", [True, False])
def test_the_page_of_a_first_result_says_that_its_notice_waits_for_reopening(
    village: RatedVillage, *, is_told: bool
) -> None:
    rating = ready(village, to="decided")
    if is_told:
        services.announce(actor=village.officer, rating=rating, on=TODAY, now=NOW)
    page = get_rating_page(actor=village.officer, public_id=rating.public_id, today=NOW.date())
    assert page.waits_for_reopening is False
    close(village)
    page = get_rating_page(actor=village.officer, public_id=rating.public_id, today=NOW.date())
    assert page.waits_for_reopening is not is_told


# ── ballots ───────────────────────────────────────────────────────────────────


def count(village: RatedVillage, tally: Tally) -> Rating:
    return services.count_ballots(actor=village.secretary, rating=village.rating(village.plain), tally=tally, now=NOW)


def test_no_more_are_called_than_the_cell_has_with_a_vote_on_the_day_of_its_review(village: RatedVillage) -> None:
    """Three official ones, and the exempt one who votes when there."""
    ready(village, to="reviewed")
    with pytest.raises(BallotBaseTooLarge, match="Ngày 11/12/2026 chi bộ có 4 đảng viên"):
        count(village, Tally(0, 3, 0, 0, 3, 5))
    assert village.rating(village.plain).state == "reviewed"
    assert count(village, Tally(0, 3, 0, 0, 4, 4)).state == "voted"


def test_who_has_no_vote_is_not_called(village: RatedVillage) -> None:
    Membership.objects.filter(member=village.deputy).update(standing=Standing.PROBATIONARY)
    ready(village, to="reviewed")
    with pytest.raises(BallotBaseTooLarge, match="chi bộ có 3 đảng viên"):
        count(village, Tally(0, 3, 0, 0, 3, 4))


def test_no_more_vote_than_the_roll_call_of_that_day_has_there(village: RatedVillage) -> None:
    """The deputy was away; the exempt one is counted because there; nobody without a vote is."""
    opened = datetime(2026, 12, 11, 8, 0, tzinfo=VIETNAM)
    meeting = make_meeting(village.cell, state=MeetingState.HELD, opened_at=opened, closed_at=opened)
    for member in (village.head, village.plain):
        make_entry(meeting, member)
    make_entry(meeting, village.deputy, AttendanceState.EXCUSED)
    make_entry(meeting, village.exempt, counted=False)
    RollCallEntry.objects.filter(member=village.exempt).update(standing=Standing.EXEMPT)
    ready(village, to="reviewed")
    with pytest.raises(MoreBallotsThanPresent, match="có mặt 3 đảng viên được biểu quyết, không thể có 4 người"):
        count(village, Tally(0, 3, 0, 0, 4, 4))
    assert count(village, Tally(0, 3, 0, 0, 3, 4)).state == "voted"


@pytest.mark.parametrize(
    ("votes", "level", "reason", "is_refused"),
    [
        (Tally(0, 3, 0, 0, 3, 4), GOOD, "", False),
        (Tally(0, 0, 3, 0, 3, 4), GOOD, "", True),
        (Tally(0, 0, 3, 0, 3, 4), GOOD, " ", True),
        (Tally(0, 0, 3, 0, 3, 4), GOOD, "Có thành tích sau hội nghị", False),
        (Tally(0, 1, 2, 0, 3, 4), GOOD, "", False),  # 2 of 4 is not more than half: nothing passed
    ],
)
def test_another_level_than_the_one_that_passed_is_proposed_with_a_reason(
    village: RatedVillage, votes: Tally, level: RatingLevel, reason: str, *, is_refused: bool
) -> None:
    ready(village, to="reviewed")
    count(village, votes)
    said = Said(level, reason=reason)
    rating = village.rating(village.plain)
    if is_refused:
        with pytest.raises(VotedOtherwise):
            services.propose(actor=village.secretary, rating=rating, said=said, now=NOW)
        assert village.rating(village.plain).state == "voted"
        return
    assert services.propose(actor=village.secretary, rating=rating, said=said, now=NOW).state == "proposed"


def test_a_vote_taken_back_binds_nobody(village: RatedVillage) -> None:
    ready(village, to="reviewed")
    rating = count(village, Tally(0, 0, 3, 0, 3, 4))
    services.take_back(actor=village.secretary, rating=rating, reason="Đếm lại", now=NOW)
    assert services.propose(actor=village.secretary, rating=rating, said=Said(GOOD), now=NOW).state == "proposed"


def test_a_vote_on_the_committee_of_the_commune_is_not_held_to_a_cell(village: RatedVillage) -> None:
    group = Rating.objects.select_related("campaign__organization", "organization", "member").get(
        campaign=village.campaign, organization=village.commune, kind=SubjectKind.LEADERSHIP
    )
    Rating.objects.filter(pk=group.pk).update(state=RatingState.REVIEWED)
    done = services.count_ballots(actor=village.officer, rating=group, tally=Tally(0, 9, 0, 0, 9, 15), now=NOW)
    assert done.state == "voted"
