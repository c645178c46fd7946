"""Until the result is told, whoever is rated reads what they and their cell said and no more; every door of theirs is tried."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nennep.accounts.choices import Role
from nennep.classification import services
from nennep.classification.choices import ListedKind, RatingLevel, RatingState, SubjectKind
from nennep.classification.models import Campaign, Rating
from nennep.classification.queries.facts import _read_former_levels, _read_quarters
from nennep.classification.queries.pages import get_campaign_page, list_own_ratings
from nennep.classification.queries.rating_pages import get_rating_page
from nennep.classification.queries.told import say_state
from nennep.classification.rules import Tally
from nennep.classification.rules.steps import StepTaken, StepTooEarly
from nennep.core.errors import NotFound
from nennep.reporting.queries.papers.ratings import ANEW, REVIEW, find_rating_paper
from tests.classification.conftest import NOW, PAPER, RatedVillage
from tests.classification.steps import ready, write_anew, write_case
from tests.factories.accounts import grant_role, make_user
from tests.factories.core import TODAY

pytestmark = pytest.mark.django_db
LOWER = RatingLevel.SATISFACTORY
WORDS = "Cấp trên đang xét, quyết định"


def appraised(village: RatedVillage) -> Rating:
    rating = ready(village, to="proposed")
    said = services.Said(LOWER, reason="Chậm sổ sách")
    services.appraise(actor=village.officer, rating=rating, said=said, now=NOW)
    return village.rating(village.plain)


def decided(village: RatedVillage) -> Rating:
    village.decide(appraised(village), LOWER)
    return village.rating(village.plain)


def taken_back(village: RatedVillage) -> Rating:
    services.take_back(actor=village.officer, rating=decided(village), reason="Nhầm số", now=NOW)
    return village.rating(village.plain)


UNTOLD = [appraised, decided, taken_back]


@pytest.mark.parametrize("stage", UNTOLD)
def test_an_own_page_says_no_more_than_the_cell_did(
    village: RatedVillage, stage: Callable[[RatedVillage], Rating]
) -> None:
    rating = stage(village)
    page = get_rating_page(actor=village.subject, public_id=rating.public_id, today=NOW.date())
    assert [one.side for one in page.verdicts] == ["Tự đánh giá", "Đề nghị"]
    assert (page.state_words, page.chip, page.undone, page.is_untold) == (WORDS, "due", (), True)
    assert page.judgement.band == RatingLevel.GOOD  # by the points that the cell gave
    (row,) = list_own_ratings(actor=village.subject)
    assert (row.level, row.side, row.state_words) == ("Hoàn thành tốt nhiệm vụ", "Đề nghị", WORDS)


@pytest.mark.parametrize("stage", UNTOLD)
def test_no_address_of_a_member_has_the_words_of_what_was_decided(
    village: RatedVillage, stage: Callable[[RatedVillage], Rating]
) -> None:
    rating = stage(village)
    client = Client()
    client.force_login(village.user)
    grant_role(village.user, Role.MEMBER, village.cell)
    addresses = [
        reverse("home"),
        reverse("classification:start"),
        reverse("classification:show_rating", args=[rating.public_id]),
        reverse("classification:complain", args=[rating.public_id]),
        reverse("classification:show_history", args=[village.cell.public_id]),
    ]
    pages = {where: client.get(where, follow=True).content.decode() for where in addresses}
    left = {where: [word for word in SECRETS if word in page] for where, page in pages.items()}
    assert left == {where: [] for where in addresses}


SECRETS = ("45-QĐ/ĐU", "Chậm sổ sách", "Nhầm số", "Đã quyết định", "Đã thẩm định", "Thẩm định:", "Quyết định:")


@pytest.mark.parametrize("stage", UNTOLD)
def test_the_own_form_is_printed_without_the_decision(
    village: RatedVillage, stage: Callable[[RatedVillage], Rating]
) -> None:
    rating = stage(village)
    paper: Any = find_rating_paper(actor=village.subject, rating=rating, kind=REVIEW, today=NOW.date())
    assert (paper.proposed.level, paper.decided.level, paper.decided.document) == ("Hoàn thành tốt nhiệm vụ", "", "")
    whole: Any = find_rating_paper(actor=village.officer, rating=rating, kind=REVIEW, today=NOW.date())
    assert whole.decided.level == ("Hoàn thành nhiệm vụ" if stage is decided else "")


@pytest.mark.parametrize("state", list(RatingState))
def test_from_the_proposal_to_the_notice_there_is_one_word(state: RatingState) -> None:
    hidden = {RatingState.PROPOSED, RatingState.APPRAISED, RatingState.DECIDED}
    told = {RatingState.ANNOUNCED, RatingState.FILED}  # never untold; what an old row may be
    expected = WORDS if state in hidden | told else str(state.label)
    assert say_state(state, is_untold=True)[0] == expected
    assert say_state(state, is_untold=False) == (str(state.label), state.chip)


def test_once_told_everything_stands_there(village: RatedVillage) -> None:
    rating = decided(village)
    services.announce(actor=village.officer, rating=rating, on=TODAY, now=NOW)
    page = get_rating_page(actor=village.subject, public_id=rating.public_id, today=NOW.date())
    assert [one.side for one in page.verdicts] == ["Tự đánh giá", "Đề nghị", "Thẩm định", "Quyết định"]
    assert (page.state_words, page.is_untold) == ("Đã thông báo", False)
    paper: Any = find_rating_paper(
        actor=village.subject, rating=village.rating(village.plain), kind=REVIEW, today=NOW.date()
    )
    assert paper.decided.document == "45-QĐ/ĐU ngày 14/12/2026"


def test_a_re_rating_is_unknown_to_the_member_until_it_is_told(village: RatedVillage) -> None:
    old = decided(village)
    services.announce(actor=village.officer, rating=old, on=TODAY, now=NOW)
    write_anew(village, village.rating(village.plain))
    anew, old = village.rating(village.plain), Rating.objects.get(pk=old.pk)
    page = get_rating_page(actor=village.subject, public_id=old.public_id, today=NOW.date())
    assert (page.state_words, page.replaced_by, page.may_complain) == ("Đã thông báo", None, True)
    (row,) = list_own_ratings(actor=village.subject)
    assert (row.public_id, row.level, row.side, row.state_words) == (old.public_id, *TOLD_LOWER)
    with pytest.raises(NotFound):
        get_rating_page(actor=village.subject, public_id=anew.public_id, today=NOW.date())
    with pytest.raises(NotFound):
        services.complain_of_own(actor=village.subject, rating=anew, text="Xem lại", now=NOW)
    with pytest.raises(NotFound):
        find_rating_paper(actor=village.subject, rating=anew, kind=ANEW, today=NOW.date())
    services.announce(actor=village.officer, rating=anew, on=TODAY, now=NOW)
    anew = village.rating(village.plain)
    page = get_rating_page(actor=village.subject, public_id=old.public_id, today=NOW.date())
    assert (page.state_words, page.replaced_by) == ("Đã xếp loại lại", anew.public_id)
    (row,) = list_own_ratings(actor=village.subject)
    assert (row.public_id, row.level, row.state_words) == (anew.public_id, "Hoàn thành tốt nhiệm vụ", "Đã thông báo")
    paper: Any = find_rating_paper(actor=village.subject, rating=anew, kind=ANEW, today=NOW.date())
    assert paper.new.document == "51-QĐ/ĐU ngày 14/12/2026"


def test_before_the_notice_of_a_listed_case_only_its_document_is_read(village: RatedVillage) -> None:
    rating = ready(village, to="proposed")
    write_case(village, rating, note="Đề nghị xếp mức thấp nhất")
    seen = [
        get_rating_page(actor=actor, public_id=rating.public_id, today=NOW.date())
        for actor in (village.subject, village.officer)
    ]
    assert [[(one.document_number, one.note) for one in page.cases] for page in seen] == [
        [("9-KL/UBKT", "")],
        [("9-KL/UBKT", "Đề nghị xếp mức thấp nhất")],
    ]
    assert [page.judgement.proposal for page in seen] == [RatingLevel.GOOD, RatingLevel.UNSATISFACTORY]
    assert (seen[0].judgement.causes, len(seen[1].judgement.causes)) == ((), 1)


def test_a_case_that_leads_to_a_re_rating_is_no_word_on_the_told_page_before_its_notice(village: RatedVillage) -> None:
    old = decided(village)
    services.announce(actor=village.officer, rating=old, on=TODAY, now=NOW)
    write_case(village, old, note="Đề nghị xếp mức thấp nhất")
    write_anew(village, village.rating(village.plain))
    page = get_rating_page(actor=village.subject, public_id=old.public_id, today=NOW.date())
    assert ([one.note for one in page.cases], page.judgement.causes) == ([""], ())


TOLD_LOWER = ("Hoàn thành nhiệm vụ", "Quyết định", "Đã thông báo")


def told_and_anew(village: RatedVillage) -> tuple[Rating, Rating]:
    old = decided(village)
    services.announce(actor=village.officer, rating=old, on=TODAY, now=NOW)
    write_anew(village, village.rating(village.plain))
    return Rating.objects.get(pk=old.pk), village.rating(village.plain)


def test_a_case_recorded_after_the_notice_is_no_word_on_the_told_page(village: RatedVillage) -> None:
    """Between the notice and the re-rating: its document alone; what was known at the decision stays as it was told."""
    rating = ready(village, to="reviewed")
    write_case(village, rating, number="1-KL/UBKT", note="Đã biết khi quyết định")
    village.propose(rating, RatingLevel.UNSATISFACTORY)
    village.decide(village.rating(village.plain), RatingLevel.UNSATISFACTORY)
    told = village.rating(village.plain)
    services.announce(actor=village.officer, rating=told, on=NOW.date(), now=NOW)
    later = NOW + timedelta(hours=1)
    conclusion = services.Conclusion(ListedKind.DECLINE, "9-KL/UBKT", NOW.date(), "Đề nghị xếp loại lại")
    services.record_case(actor=village.officer, rating=told, conclusion=conclusion, now=later)
    pages = [
        get_rating_page(actor=actor, public_id=told.public_id, today=NOW.date())
        for actor in (village.subject, village.officer)
    ]
    seen = [[(one.document_number, one.note) for one in page.cases] for page in pages]
    known = ("1-KL/UBKT", "Đã biết khi quyết định")
    assert seen == [[known, ("9-KL/UBKT", "")], [known, ("9-KL/UBKT", "Đề nghị xếp loại lại")]]


def test_a_case_recorded_after_the_notice_leads_to_nothing_the_member_reads(village: RatedVillage) -> None:
    told = ready(village, to="decided")
    services.announce(actor=village.officer, rating=told, on=NOW.date(), now=NOW)
    conclusion = services.Conclusion(ListedKind.DECLINE, "9-KL/UBKT", NOW.date(), "Đề nghị xếp loại lại")
    services.record_case(actor=village.officer, rating=told, conclusion=conclusion, now=NOW + timedelta(hours=1))
    own = get_rating_page(actor=village.subject, public_id=told.public_id, today=NOW.date())
    office = get_rating_page(actor=village.officer, public_id=told.public_id, today=NOW.date())
    assert (own.judgement.causes, own.facts.listed, office.facts.listed) == ((), False, True)


def test_of_what_they_were_told_the_member_may_complain_until_the_new_result_is_told(village: RatedVillage) -> None:
    old, anew = told_and_anew(village)
    services.complain_of_own(actor=village.subject, rating=old, text="Xem lại", now=NOW)
    page = get_campaign_page(actor=village.officer, public_id=village.campaign.public_id, today=NOW.date())
    assert page.complaints == 1
    services.announce(actor=village.officer, rating=anew, on=TODAY, now=NOW)
    with pytest.raises(StepTaken):
        services.complain_of_own(actor=village.subject, rating=old, text="Xem lại nữa", now=NOW)


def test_whoever_knows_of_the_re_rating_complains_of_that_one_alone(village: RatedVillage) -> None:
    old, _anew = told_and_anew(village)
    with pytest.raises(StepTaken):
        services.complain(actor=village.officer, rating=old, text="Xem lại", received_on=TODAY, now=NOW)


def test_a_re_rating_that_nobody_was_told_of_is_passed_over(village: RatedVillage) -> None:
    old, middle = told_and_anew(village)
    write_anew(village, middle, number="52-QĐ/ĐU")
    last = village.rating(village.plain)
    (row,) = list_own_ratings(actor=village.subject)
    assert row.public_id == old.public_id
    services.announce(actor=village.officer, rating=last, on=TODAY, now=NOW)
    (row,) = list_own_ratings(actor=village.subject)
    assert row.public_id == last.public_id
    page = get_rating_page(actor=village.subject, public_id=old.public_id, today=NOW.date())
    assert page.replaced_by == last.public_id


def test_forms_carry_the_told_level_until_the_new_one_is_told(village: RatedVillage) -> None:
    _old, anew = told_and_anew(village)
    following = Campaign.objects.get(pk=village.campaign.pk)
    following.year += 1
    key = (SubjectKind.MEMBER.value, village.plain.pk)
    assert _read_former_levels(following, [village.plain.pk], []) == {key: LOWER}
    services.announce(actor=village.officer, rating=anew, on=TODAY, now=NOW)
    assert _read_former_levels(following, [village.plain.pk], []) == {key: RatingLevel.GOOD}


def test_a_quarter_s_told_level_stands_on_the_year_s_form_until_the_new_one_is_told(village: RatedVillage) -> None:
    _old, anew = told_and_anew(village)
    year = Campaign.objects.get(pk=village.campaign.pk)
    Campaign.objects.filter(pk=year.pk).update(quarter=3)
    key = (SubjectKind.MEMBER.value, village.plain.pk)
    assert _read_quarters(year, [village.plain.pk], []) == {key: ["Quý 3: Hoàn thành nhiệm vụ"]}
    services.announce(actor=village.officer, rating=anew, on=TODAY, now=NOW)
    assert _read_quarters(year, [village.plain.pk], []) == {key: ["Quý 3: Hoàn thành tốt nhiệm vụ"]}


def test_who_reads_the_cell_for_an_office_reads_the_own_one_too(village: RatedVillage) -> None:
    """A secretary gets the decision for the cell: it is in the list of the unit that they run."""
    rating = decided(village)
    grant_role(village.user, Role.SECRETARY, village.cell)
    client = Client()
    client.force_login(village.user)
    page = client.get(reverse("classification:show_rating", args=[rating.public_id])).content.decode()
    assert "45-QĐ/ĐU" in page


def test_a_whole_unit_is_told_at_once_with_names_shown_first(village: RatedVillage) -> None:
    decided(village)
    user = make_user("Cán bộ xã")
    grant_role(user, Role.COMMUNE_OFFICER, village.commune, subtree=True)
    client = Client()
    client.force_login(user)
    unit = [village.campaign.public_id, village.cell.public_id]
    assert "2 mục đã quyết định, chưa thông báo" in client.get(unit_page := reverse(SHOW, args=unit)).content.decode()
    where = reverse("classification:announce_unit", args=unit)
    shown = client.get(where)
    assert ("Lò Văn Bình" in shown.content.decode(), village.rating(village.plain).state) == (True, "decided")
    assert client.post(where, {"da_xem": shown.context["seal"]}).status_code == 302
    told = [village.rating(village.plain), village.rating(kind=SubjectKind.LEADERSHIP)]
    assert [(one.state, one.announced_on is not None) for one in told] == [("announced", True)] * 2
    assert "chưa thông báo" not in client.get(unit_page).content.decode()


SHOW = "classification:show_unit"


def test_of_many_all_are_told_or_none(village: RatedVillage) -> None:
    ratings = [decided(village), village.rating(village.deputy)]
    with pytest.raises(StepTooEarly):
        services.announce_many(actor=village.officer, ratings=ratings, on=TODAY, now=NOW)
    assert village.rating(village.plain).announced_on is None
    assert services.announce_many(actor=village.officer, ratings=[], on=TODAY, now=NOW) == 0


# ── what was taken back ───────────────────────────────────────────────────────


def test_every_step_taken_back_is_read_on_the_page_with_all_it_had_said(village: RatedVillage) -> None:
    rating = ready(village, to="reviewed")
    services.count_ballots(actor=village.secretary, rating=rating, tally=Tally(1, 2, 0, 0, 3, 4), now=NOW)
    village.propose(rating)
    services.appraise(actor=village.officer, rating=rating, said=services.Said(RatingLevel.GOOD), now=NOW)
    village.decide(rating)
    reasons = ("Nhầm số", "Thẩm định lại", "Đề nghị lại", "Đếm lại", "Họp lại")
    for actor, why in zip((*[village.officer] * 2, *[village.secretary] * 3), reasons, strict=True):
        services.take_back(actor=actor, rating=village.rating(village.plain), reason=why, now=NOW)
    page = get_rating_page(actor=village.officer, public_id=rating.public_id, today=NOW.date())
    found = [(one.step, one.level, one.points, one.document, one.votes, one.said_on, one.why) for one in page.undone]
    good, points = "Hoàn thành tốt nhiệm vụ", "25 + 55 = 80"
    votes = "Hoàn thành xuất sắc nhiệm vụ: 1; Hoàn thành tốt nhiệm vụ: 2; bỏ phiếu 3/4"
    today = NOW.date()
    assert found == [
        ("Đã kiểm điểm tại hội nghị", "", "", "", "", rating.reviewed_on, "Họp lại"),
        ("Đã bỏ phiếu", "", "", "", votes, None, "Đếm lại"),
        ("Đã đề nghị lên cấp trên", good, points, "", "", today, "Đề nghị lại"),
        ("Đã thẩm định", good, points, "", "", today, "Thẩm định lại"),
        ("Đã quyết định", good, points, "45-QĐ/ĐU", "", today, "Nhầm số"),
    ]
    assert [one.said_by for one in page.undone[2:]] == [
        "Bí thư, Chi bộ thôn Nặm Chá",
        "Cán bộ xã, Đảng bộ xã Bắc Sơn",
        "Cán bộ xã, Đảng bộ xã Bắc Sơn",
    ]
    assert [one.side for one in page.verdicts] == ["Tự đánh giá"]


def test_reasons_of_a_step_taken_back_are_for_those_who_read_words(village: RatedVillage) -> None:
    rating = taken_back(village)
    reader = make_user("Người theo dõi")
    grant_role(reader, Role.OFFICIAL, village.commune, subtree=True)
    client = Client()
    client.force_login(reader)
    page = client.get(reverse("classification:show_rating", args=[rating.public_id])).content.decode()
    assert ("45-QĐ/ĐU" in page, "Nhầm số" in page) == (True, False)


def test_the_standing_decision_alone_is_on_the_papers(village: RatedVillage) -> None:
    rating = taken_back(village)
    paper = services.DecisionPaper("46-QĐ/ĐU", PAPER.on)
    said = services.Said(LOWER)
    services.decide(actor=village.officer, rating=rating, said=said, paper=paper, now=NOW)
    services.announce(actor=village.officer, rating=rating, on=TODAY, now=NOW)
    found: Any = find_rating_paper(
        actor=village.officer, rating=village.rating(village.plain), kind=REVIEW, today=NOW.date()
    )
    assert found.decided.document == "46-QĐ/ĐU ngày 14/12/2026"


def test_a_filing_taken_back_has_no_day_any_more(village: RatedVillage) -> None:
    rating = ready(village, to="decided")
    services.announce(actor=village.officer, rating=rating, on=TODAY, now=NOW)
    services.file_rating(actor=village.officer, rating=rating, now=NOW)
    services.take_back(actor=village.officer, rating=rating, reason="Thiếu giấy tờ", now=NOW)
    found = village.rating(village.plain)
    assert (found.state, found.filed_on, found.undone.get().done_on) == ("announced", None, NOW.date())


# ── whose words they are ──────────────────────────────────────────────────────


def test_the_own_side_is_the_member_s_whoever_writes_it_down(village: RatedVillage) -> None:
    village.write(village.rating(village.plain), village.rating(kind=SubjectKind.LEADERSHIP))
    rating = village.rating(village.plain)
    page = get_rating_page(actor=village.officer, public_id=rating.public_id, today=NOW.date())
    assert [one.by_name for one in page.verdicts] == ["Lò Văn Bình (Bí thư ghi hộ)"]
    services.write_own_paper(actor=village.subject, rating=rating, paper=services.ReviewPaper(), now=NOW)
    page = get_rating_page(actor=village.officer, public_id=rating.public_id, today=NOW.date())
    assert [one.by_name for one in page.verdicts] == ["Lò Văn Bình"]
    group = village.rating(kind=SubjectKind.LEADERSHIP)
    page = get_rating_page(actor=village.officer, public_id=group.public_id, today=NOW.date())
    assert [one.by_name for one in page.verdicts] == ["Bí thư"]


def test_nobody_signs_for_the_cell_about_themselves(village: RatedVillage) -> None:
    """Of the secretary the deputy does; without one whoever chaired, by hand (rules.md §4.7)."""
    signed = []
    for member in (village.plain, village.head):
        paper: Any = find_rating_paper(
            actor=village.officer, rating=village.rating(member), kind=REVIEW, today=NOW.date()
        )
        signed.append((paper.signature.on_behalf, paper.signature.post, paper.signature.name))
    assert signed == [("T/M CHI BỘ", "BÍ THƯ", "Giàng A Páo"), ("T/M CHI BỘ", "NGƯỜI CHỦ TRÌ HỘI NGHỊ", "")]


def test_who_is_exempt_has_no_gap_and_no_conditions(village: RatedVillage) -> None:
    user = make_user("Cán bộ xã")
    grant_role(user, Role.COMMUNE_OFFICER, village.commune, subtree=True)
    client = Client()
    client.force_login(user)
    where = reverse("classification:show_rating", args=[village.rating(village.exempt).public_id])
    page = client.get(where).content.decode()
    assert ("Khoảng trống" in page, "Điều kiện của các mức" in page) == (False, False)
    assert "Được miễn công tác và sinh hoạt" in page
