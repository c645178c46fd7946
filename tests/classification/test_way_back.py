"""The way back goes upper before lower: what others rest on is not taken back under them (HD 43, §3; ADR 0031)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from nennep.classification import services
from nennep.classification.choices import RatingLevel, RatingState, Side, SubjectKind
from nennep.classification.models import Rating, StepUndone, Verdict
from nennep.classification.queries.rating_pages import RatingPage, get_rating_page
from nennep.classification.rules.steps import OthersFirst, StepStands
from nennep.classification.services import DecisionPaper, Said
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed
from tests.classification.conftest import NOW, PAPER, RatedVillage
from tests.factories.core import TODAY

pytestmark = pytest.mark.django_db
PROPOSED_ON_IT = "Không lùi được bước này: {} đã đề nghị lên cấp trên dựa vào mục này; lùi đề nghị ấy trước."
DECIDED_ON_IT = (
    "Không lùi được bước này: {} đã được quyết định dựa vào mục này; "
    "lùi quyết định ấy trước, đã thông báo thì phải xếp loại lại."
)


def all_proposed(village: RatedVillage) -> None:
    village.reviewed()
    village.propose(village.rating(kind=SubjectKind.LEADERSHIP))
    for member in (village.plain, village.deputy, village.head):
        village.propose(village.rating(member))
    village.propose(village.rating())


def all_decided(village: RatedVillage) -> None:
    all_proposed(village)
    rows = Rating.objects.filter(state=RatingState.PROPOSED).select_related("campaign__organization", "organization")
    services.decide_as_proposed(actor=village.officer, ratings=list(rows), paper=PAPER, now=NOW)


def back(village: RatedVillage, rating: Rating) -> str:
    """What is refused; empty where it was taken back."""
    actor = village.officer if RatingState(rating.state).is_decided else village.secretary
    try:
        services.take_back(actor=actor, rating=rating, reason="Ghi nhầm", now=NOW)
    except StepStands as refused:
        return str(refused)
    return ""


def test_a_proposal_stands_while_the_proposal_of_its_cell_lies_with_the_commune(village: RatedVillage) -> None:
    all_proposed(village)
    refused = PROPOSED_ON_IT.format("Chi bộ thôn Nặm Chá")
    assert back(village, village.rating(village.plain)) == refused
    assert back(village, village.rating(village.head)) == refused
    assert StepUndone.objects.count() == 0
    assert back(village, village.rating()) == ""
    assert [back(village, village.rating(one)) for one in (village.plain, village.head)] == ["", ""]
    assert back(village, village.rating(kind=SubjectKind.LEADERSHIP)) == ""


def test_a_group_is_not_taken_back_before_its_head(village: RatedVillage) -> None:
    village.reviewed()
    village.propose(village.rating(kind=SubjectKind.LEADERSHIP))
    village.propose(village.rating(village.head))
    assert back(village, village.rating(kind=SubjectKind.LEADERSHIP)) == PROPOSED_ON_IT.format("Giàng A Páo")


@pytest.mark.parametrize("told", [False, True])
def test_a_decision_stands_while_the_cell_is_decided_by_it(village: RatedVillage, told: bool) -> None:
    all_decided(village)
    if told:
        services.announce(actor=village.officer, rating=village.rating(), on=TODAY, now=NOW)
        services.file_rating(actor=village.officer, rating=village.rating(), now=NOW)
    assert back(village, village.rating(village.plain)) == DECIDED_ON_IT.format("Chi bộ thôn Nặm Chá")
    on_group = DECIDED_ON_IT.format("Giàng A Páo, Chi bộ thôn Nặm Chá")
    assert back(village, village.rating(kind=SubjectKind.LEADERSHIP)) == on_group
    assert village.rating(village.plain).state == RatingState.DECIDED


def test_a_decision_about_a_cell_stands_while_its_commune_is_decided(village: RatedVillage) -> None:
    all_decided(village)
    Rating.objects.filter(organization=village.commune, kind=SubjectKind.BASE).update(state=RatingState.DECIDED)
    assert back(village, village.rating()) == DECIDED_ON_IT.format("Đảng bộ xã Bắc Sơn")
    Rating.objects.filter(organization=village.commune).update(state=RatingState.PROPOSED)
    assert back(village, village.rating()) == ""
    assert back(village, village.rating(village.plain)) == ""


def test_nothing_is_told_filed_or_decided_anew_on_what_is_not_decided_any_more(village: RatedVillage) -> None:
    all_decided(village)
    Rating.objects.filter(pk=village.rating(village.plain).pk).update(state=RatingState.PROPOSED)  # as it was possible
    cell = village.rating()
    names = "Còn 1 mục phải xong trước: Lò Văn Bình."
    for act in (
        lambda: services.announce(actor=village.officer, rating=cell, on=TODAY, now=NOW),
        lambda: services.announce_many(actor=village.officer, ratings=[cell], on=TODAY, now=NOW),
        lambda: services.rate_anew(
            actor=village.officer, rating=cell, said=Said(RatingLevel.GOOD, reason="Xét lại"), paper=PAPER, now=NOW
        ),
    ):
        with pytest.raises(OthersFirst) as refused:
            act()
        assert str(refused.value) == names
    assert (village.rating().state, village.rating().announced_on) == (RatingState.DECIDED, None)
    Rating.objects.filter(pk=cell.pk).update(state=RatingState.ANNOUNCED)
    with pytest.raises(OthersFirst):
        services.file_rating(actor=village.officer, rating=cell, now=NOW)
    assert village.rating().filed_on is None


def page_of(village: RatedVillage, rating: Rating) -> RatingPage:
    return get_rating_page(actor=village.officer, public_id=rating.public_id, today=TODAY)


def test_a_decision_says_what_was_rated_anew_under_it(village: RatedVillage) -> None:
    all_decided(village)
    later = NOW + timedelta(days=1)
    said, paper = Said(RatingLevel.SATISFACTORY, reason="Khiếu nại đúng"), DecisionPaper("51-QĐ/ĐU", later.date())
    assert page_of(village, village.rating()).overtaken is None
    services.rate_anew(actor=village.officer, rating=village.rating(village.plain), said=said, paper=paper, now=later)
    overtaken = page_of(village, village.rating()).overtaken
    assert overtaken is not None
    assert (overtaken.anew, overtaken.is_waited_for) == (("Lò Văn Bình",), False)
    assert page_of(village, village.rating(village.plain)).decided_by_former == ("Chi bộ thôn Nặm Chá",)
    Verdict.objects.filter(rating=village.rating(), side=Side.DECIDED).update(at=later)  # decided at that very moment
    assert page_of(village, village.rating()).overtaken is None
    assert page_of(village, village.rating(village.plain)).decided_by_former == ()


# ── the button ────────────────────────────────────────────────────────────────


def head_decided(village: RatedVillage) -> None:
    all_proposed(village)
    rows = Rating.objects.filter(organization=village.cell, kind=SubjectKind.LEADERSHIP)
    services.decide_as_proposed(
        actor=village.officer,
        ratings=list(rows.select_related("campaign__organization", "organization")),
        paper=PAPER,
        now=NOW,
    )
    village.decide(village.rating(village.head))


def told_and_filed(village: RatedVillage) -> None:
    all_decided(village)
    for kind in (village.rating(), village.rating(kind=SubjectKind.LEADERSHIP)):
        services.announce(actor=village.officer, rating=kind, on=TODAY, now=NOW)
    services.file_rating(actor=village.officer, rating=village.rating(), now=NOW)


def appraised(village: RatedVillage) -> None:
    all_proposed(village)
    services.appraise(actor=village.officer, rating=village.rating(), said=Said(RatingLevel.GOOD), now=NOW)


def anew(village: RatedVillage) -> None:
    all_decided(village)
    said, paper = Said(RatingLevel.SATISFACTORY, reason="Xét lại"), DecisionPaper("51-QĐ/ĐU", NOW.date())
    services.rate_anew(actor=village.officer, rating=village.rating(village.plain), said=said, paper=paper, now=NOW)


def closed(village: RatedVillage) -> None:
    anew(village)
    services.announce(actor=village.officer, rating=village.rating(village.plain), on=TODAY, now=NOW)
    Rating.objects.exclude(organization=village.commune).filter(not_rated="").exclude(
        state=RatingState.REPLACED
    ).exclude(state=RatingState.ANNOUNCED).update(state=RatingState.DECIDED)
    services.close_campaign(actor=village.officer, campaign=village.campaign, now=NOW)


STAGES = [
    lambda _village: None,
    lambda village: village.write(village.rating(village.plain)),
    lambda village: village.reviewed(),
    all_proposed,
    appraised,
    head_decided,
    all_decided,
    told_and_filed,
    anew,
    closed,
]


@pytest.mark.parametrize("stage", STAGES)
def test_the_button_is_shown_exactly_where_it_is_accepted(
    village: RatedVillage, stage: Callable[[RatedVillage], object]
) -> None:
    """For everybody who opens the page, of every rating of the cell."""
    stage(village)
    shown, accepted = {}, {}
    for rating in Rating.objects.filter(campaign=village.campaign, organization=village.cell):
        for name in ("secretary", "officer", "board"):
            actor = getattr(village, name)
            page = get_rating_page(actor=actor, public_id=rating.public_id, today=TODAY)
            shown[rating.pk, name] = page.goes_on and page.may_take_back
            accepted[rating.pk, name] = is_accepted(actor, rating)
    assert shown == accepted


def is_accepted(actor: Actor, rating: Rating) -> bool:
    """Tried, and nothing of it stays."""
    with transaction.atomic():
        try:
            services.take_back(actor=actor, rating=rating, reason="Thử", now=NOW)
        except (DomainError, NotAllowed):
            return False
        transaction.set_rollback(True)
    return True


def test_the_page_says_what_goes_back_first(village: RatedVillage) -> None:
    all_proposed(village)
    page = get_rating_page(actor=village.secretary, public_id=village.rating(village.plain).public_id, today=TODAY)
    assert (page.may_take_back, page.resting) == (False, ("Chi bộ thôn Nặm Chá",))
    above = get_rating_page(actor=village.officer, public_id=village.rating(village.plain).public_id, today=TODAY)
    assert (above.may_take_back, above.resting) == (False, ())  # a proposal is the cell's to take back
