"""What makes a decision doubtful after it was taken is owed a second look by the level that decides, and nothing goes on before it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.classification import services
from nennep.classification.choices import ListedKind, RatingLevel, RatingState, Side, SubjectKind
from nennep.classification.models import LevelKept, ListedCase, Rating, RatingComplaint, Verdict
from nennep.classification.queries.overtaken import find_overtaken, list_overtaken
from nennep.classification.queries.pages import get_campaign_page, get_rated_unit_page, list_tellable
from nennep.classification.queries.rating_pages import RatingPage, get_rating_page
from nennep.classification.rules.steps import LookAgainFirst, NothingSinceDecision, ReratingOwed
from nennep.classification.services import Conclusion, DecisionPaper, Said
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.typed import ReasonMissing
from tests.classification.acts import decided
from tests.classification.conftest import NOW, RatedVillage
from tests.factories.accounts import grant_role, make_user
from tests.factories.classification import make_rating, settle
from tests.factories.core import TODAY
from tests.factories.members import make_member
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db
LATER, LATEST = NOW + timedelta(minutes=1), NOW + timedelta(minutes=2)
GOOD, LOWEST = RatingLevel.GOOD, RatingLevel.UNSATISFACTORY


def complain(village: RatedVillage, rating: Rating, at: datetime = LATER, *, upheld: bool = True) -> RatingComplaint:
    made = services.complain(actor=village.officer, rating=rating, text="Xem lại", received_on=TODAY, now=at)
    return services.settle_complaint(actor=village.officer, complaint=made, upheld=upheld, answer="Đã xem", now=at)


def conclude(village: RatedVillage, rating: Rating, at: datetime = LATER, number: str = "9-KL/UBKT") -> ListedCase:
    conclusion = Conclusion(ListedKind.BREACH, number, TODAY)
    return services.record_case(actor=village.officer, rating=rating, conclusion=conclusion, now=at)


def announce(village: RatedVillage) -> Rating:
    return services.announce(actor=village.officer, rating=village.rating(village.plain), on=TODAY, now=LATEST)


def file(village: RatedVillage) -> Rating:
    return services.file_rating(actor=village.officer, rating=village.rating(village.plain), now=LATEST)


def announce_all(village: RatedVillage) -> int:
    rating = village.rating(village.plain)
    return services.announce_many(actor=village.officer, ratings=[rating], on=TODAY, now=LATEST)


def keep(village: RatedVillage, reason: str = "Đã xét, giữ mức", at: datetime = LATEST) -> LevelKept:
    rating = village.rating(village.plain)
    return services.keep_level(actor=village.officer, rating=rating, reason=reason, now=at)


def anew(village: RatedVillage) -> Rating:
    said, paper = Said(LOWEST, reason="Xét lại"), DecisionPaper("51-QĐ/ĐU", NOW.date())
    rating = village.rating(village.plain)
    return services.rate_anew(actor=village.officer, rating=rating, said=said, paper=paper, now=LATEST)


CAUSES: dict[str, tuple[Callable[[RatedVillage, Rating], object], type[DomainError]]] = {
    "a complaint found right": (complain, ReratingOwed),
    "a case recorded since": (conclude, LookAgainFirst),
}


@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.parametrize("way_out", [keep, anew])
def test_nothing_goes_on_before_the_second_look(
    village: RatedVillage, cause: str, way_out: Callable[[RatedVillage], object]
) -> None:
    decided(village)
    make, refusal = CAUSES[cause]
    make(village, village.rating(village.plain))
    for act in (announce, announce_all):
        with pytest.raises(refusal, match="Lò Văn Bình"):
            act(village)
    assert village.rating(village.plain).announced_on is None
    Rating.objects.filter(pk=village.rating(village.plain).pk).update(state=RatingState.ANNOUNCED, announced_on=TODAY)
    with pytest.raises(refusal):
        file(village)
    way_out(village)
    if village.rating(village.plain).state == RatingState.DECIDED:
        announce(village)
    assert file(village).state == RatingState.FILED


@pytest.mark.parametrize(
    ("at", "level", "owed"),
    [
        (NOW, GOOD, False),  # weighed at the decision, or known to it
        (NOW + timedelta(microseconds=1), GOOD, True),
        (LATER, LOWEST, False),  # no level is lower
    ],
)
def test_a_case_is_looked_at_when_it_came_after_the_decision(
    village: RatedVillage, at: datetime, level: RatingLevel, *, owed: bool
) -> None:
    decided(village)
    Verdict.objects.filter(rating=village.rating(village.plain), side=Side.DECIDED).update(level=level)
    conclude(village, village.rating(village.plain), at)
    assert (find_overtaken(village.rating(village.plain)) is not None) is owed
    services.drop_case(
        actor=village.officer, rating=village.rating(village.plain), case=ListedCase.objects.get(), now=LATEST
    )
    assert find_overtaken(village.rating(village.plain)) is None


def test_what_was_weighed_before_the_decision_is_owed_nothing(village: RatedVillage) -> None:
    """A complaint about the proposal, found right: the decision that follows has it before it."""
    decided(village)
    services.take_back(actor=village.officer, rating=village.rating(village.plain), reason="Có khiếu nại", now=NOW)
    complain(village, village.rating(village.plain), NOW - timedelta(minutes=1))
    village.decide(village.rating(village.plain), RatingLevel.SATISFACTORY, "Khiếu nại đúng")
    assert find_overtaken(village.rating(village.plain)) is None
    assert announce(village).state == RatingState.ANNOUNCED


@pytest.mark.parametrize(("on", "owed"), [(NOW.date(), False), (NOW.date() + timedelta(days=1), True)])
def test_of_an_answer_without_its_moment_the_day_speaks(village: RatedVillage, on: date, *, owed: bool) -> None:
    """Answered before the moment was kept (migration 0013)."""
    decided(village)
    complain(village, village.rating(village.plain))
    RatingComplaint.objects.update(settled_at=None, settled_on=on)
    assert (find_overtaken(village.rating(village.plain)) is not None) is owed


def test_a_complaint_found_wrong_owes_nothing(village: RatedVillage) -> None:
    decided(village)
    complain(village, village.rating(village.plain), upheld=False)
    assert find_overtaken(village.rating(village.plain)) is None
    with pytest.raises(NothingSinceDecision):
        keep(village)


def test_a_level_is_kept_with_a_reason_until_the_next_thing_comes(village: RatedVillage) -> None:
    decided(village)
    conclude(village, village.rating(village.plain))
    with pytest.raises(ReasonMissing):
        keep(village, " ")
    kept = keep(village)
    assert (kept.reason, kept.by_name, kept.at) == ("Đã xét, giữ mức", "Cán bộ xã", LATEST)
    assert find_overtaken(village.rating(village.plain)) is None
    conclude(village, village.rating(village.plain), LATEST + timedelta(minutes=1), "10-KL/UBKT")
    found = find_overtaken(village.rating(village.plain))
    assert found is not None
    assert (found.cases, found.words) == (1, "có văn bản kết luận ghi sau khi quyết định")


def test_it_is_kept_in_a_closed_round_too(village: RatedVillage) -> None:
    decided(village)
    Rating.objects.exclude(organization=village.commune).exclude(not_rated__gt="").update(state=RatingState.DECIDED)
    services.close_campaign(actor=village.officer, campaign=village.campaign, now=NOW)
    conclude(village, village.rating(village.plain))
    assert keep(village).rating == village.rating(village.plain)


def page_of(village: RatedVillage, actor: Actor) -> RatingPage:
    rating = village.rating(village.plain)
    return get_rating_page(actor=actor, public_id=rating.public_id, today=TODAY)


def test_pages_name_it_and_who_owes_it(village: RatedVillage) -> None:
    decided(village)
    complain(village, village.rating(village.plain))
    conclude(village, village.rating(village.plain))
    words = "khiếu nại được kết luận là đúng; có văn bản kết luận ghi sau khi quyết định"
    found = get_campaign_page(actor=village.officer, public_id=village.campaign.public_id, today=TODAY)
    assert [(one.rating.subject, one.words) for one in found.overtaken] == [("Lò Văn Bình", words)]
    assert {unit.name: unit.overtaken for unit in found.units}["Chi bộ thôn Nặm Chá"] == 1
    read = partial(
        get_rated_unit_page, campaign_id=village.campaign.public_id, unit_id=village.cell.public_id, today=TODAY
    )
    mine = read(actor=village.secretary)
    assert (len(mine.overtaken), mine.decider, mine.may_decide) == (1, village.commune, False)
    above = read(actor=village.officer)
    assert (len(above.overtaken), above.tellable) == (1, 1)  # the group alone
    assert [one.kind for one in list_tellable(campaign=village.campaign, organization=village.cell)] == ["leadership"]
    page = page_of(village, village.officer)
    assert (page.may_announce, page.may_tell, page.may_record_case) == (True, False, True)
    assert page_of(village, village.secretary).overtaken is None
    keep(village)
    assert [one.reason for one in page_of(village, village.officer).kept] == ["Đã xét, giữ mức"]
    assert page_of(village, village.subject).kept == ()  # a document they do not know of may stand behind it


@pytest.mark.parametrize(
    ("kind", "level", "owed"),
    [
        (ListedKind.BREACH, RatingLevel.EXCELLENT, True),
        (ListedKind.BREACH, GOOD, False),  # it bars the highest level alone
        (ListedKind.DECLINE, RatingLevel.EXCELLENT, False),  # a conclusion, no discipline
    ],
)
def test_discipline_of_who_leads_doubts_the_highest_level_of_group_and_cell(
    village: RatedVillage, kind: ListedKind, level: RatingLevel, *, owed: bool
) -> None:
    for rating in (village.rating(), village.rating(kind=SubjectKind.LEADERSHIP)):
        settle(rating, level)
        Verdict.objects.filter(rating=rating).update(at=NOW)
    conclusion = Conclusion(kind, "9-KL/UBKT", TODAY)
    services.record_case(actor=village.officer, rating=village.rating(village.head), conclusion=conclusion, now=LATER)
    found = {one.rating.kind for one in list_overtaken(village.campaign)}
    assert found == ({"cell", "leadership"} if owed else set())


def test_a_case_dropped_after_it_decided_leaves_a_level_without_ground(village: RatedVillage) -> None:
    """Recorded by mistake, of somebody else: the lowest level rested on it alone."""
    village.reviewed()
    village.decided_group()
    case = conclude(village, village.rating(village.plain), NOW)
    village.propose(village.rating(village.plain), LOWEST)
    village.decide(village.rating(village.plain), LOWEST)
    assert find_overtaken(village.rating(village.plain)) is None
    services.drop_case(actor=village.officer, rating=village.rating(village.plain), case=case, now=LATER)
    found = find_overtaken(village.rating(village.plain))
    assert found is not None
    assert (found.unfounded, found.words) == (True, "trường hợp làm căn cứ xếp loại đã bỏ vì ghi nhầm")
    with pytest.raises(LookAgainFirst, match="đã bỏ vì ghi nhầm"):
        announce(village)
    keep(village, "Điểm cũng dưới mức")
    assert announce(village).state == RatingState.ANNOUNCED


@pytest.mark.parametrize("people", [1, 4])
def test_looking_costs_the_same_for_any_number(
    village: RatedVillage, people: int, django_assert_num_queries: Any
) -> None:
    cell = make_unit("Chi bộ thôn Bản Mới", parent=village.commune)
    for number in range(people):
        rating = settle(make_rating(village.campaign, cell, make_member(f"Người {number}", cell=cell)), GOOD)
        Verdict.objects.filter(rating=rating).update(at=NOW)
        conclude(village, rating)
        complain(village, rating)
    with django_assert_num_queries(5):
        assert len(list_overtaken(village.campaign)) == people


def test_the_buttons_lead_there(village: RatedVillage, settings: Any) -> None:
    settings.NENNEP_CLOCK = LATEST
    decided(village)
    rating = village.rating(village.plain)
    complain(village, rating)
    user = make_user("Cán bộ xã")
    grant_role(user, Role.COMMUNE_OFFICER, village.commune, subtree=True)
    officer = Client()
    officer.force_login(user)
    where = reverse("classification:keep_level", args=[rating.public_id])
    shown = officer.get(reverse("classification:show_rating", args=[rating.public_id])).content.decode()
    assert (where in shown, reverse("classification:announce", args=[rating.public_id]) in shown) == (True, False)
    empty = officer.post(where, {"reason": ""})
    assert (empty.status_code, "Hãy ghi lý do." in empty.content.decode()) == (422, True)
    assert officer.post(where, {"reason": "Trả lời nhầm"}).status_code == 302
    shown = officer.get(reverse("classification:show_rating", args=[rating.public_id])).content.decode()
    assert (where in shown, "giữ mức:" in shown, "Trả lời nhầm" in shown) == (False, True, True)
