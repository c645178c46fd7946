"""The pages through one cell's round, and who is shown words about a person."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from nennep.accounts.choices import Role
from nennep.accounts.models import User
from nennep.audit.models import Reading
from nennep.classification import services
from nennep.classification.choices import ListedKind, RatingLevel, RatingState, SubjectKind
from nennep.classification.models import Campaign, Rating, UnitReview, Verdict
from nennep.classification.rules import keep_rules
from nennep.core.frozen import hash_content, write_content
from nennep.policies.queries import rules_for
from tests.classification.conftest import NOW, RatedVillage
from tests.factories.accounts import grant_role, make_user
from tests.factories.classification import make_rating
from tests.factories.members import make_member
from tests.factories.policies import make_pack

pytestmark = pytest.mark.django_db


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def secretary(village: RatedVillage) -> Client:
    user = make_user("Giàng A Páo")
    grant_role(user, Role.SECRETARY, village.cell)
    return client_of(user)


@pytest.fixture
def officer(village: RatedVillage) -> Client:
    user = make_user("Cán bộ xã")
    grant_role(user, Role.COMMUNE_OFFICER, village.commune, subtree=True)
    return client_of(user)


def address(name: str, rating: Rating, *more: Any) -> str:
    return reverse(f"classification:{name}", args=[rating.public_id, *more])


def unit_address(name: str, village: RatedVillage) -> str:
    return reverse(f"classification:{name}", args=[village.campaign.public_id, village.cell.public_id])


def test_opening_is_shown_with_numbers_and_names_before_it_is_done(village: RatedVillage, officer: Client) -> None:
    where = reverse("classification:open_campaign", args=[village.commune.public_id])
    typed = {"year": "2027", "quarter": "", "cutoff_on": "31/12/2027"}
    shown = officer.post(where, typed)
    assert "Vừ A Sính" in shown.content.decode()
    assert not Campaign.objects.filter(year=2027).exists()
    done = officer.post(where, {**typed, "da_xem": shown.context["seal"]})
    assert done.status_code == 302
    assert Campaign.objects.get(year=2027).ratings.count() == 9  # the sister cell too


def test_a_round_says_that_other_rules_hold_by_now(village: RatedVillage, officer: Client) -> None:
    where = reverse("classification:show_campaign", args=[village.campaign.public_id])
    assert "Quy định xếp loại đã đổi" not in officer.get(where).content.decode()
    make_pack({"rating.exceed_pct": 50}, organization=village.commune, valid_from=date(2026, 1, 1), code="moi")
    assert "Quy định xếp loại đã đổi" in officer.get(where).content.decode()


def test_the_unit_says_by_when_the_forms_go_out(village: RatedVillage, secretary: Client) -> None:
    secretary.post(unit_address("set_review", village), {"meeting_on": "11/12/2026", "drafts_sent_on": ""})
    page = secretary.get(unit_address("show_unit", village)).content.decode()
    assert "bản kiểm điểm gửi người dự chậm nhất ngày 08/12/2026" in page


def test_every_round_of_the_list_opens(village: RatedVillage, secretary: Client, officer: Client) -> None:
    """A secretary is led to their cell, not to the whole round, which is not theirs to see."""
    whole = reverse("classification:show_campaign", args=[village.campaign.public_id])
    for client, expected in ((secretary, unit_address("show_unit", village)), (officer, whole)):
        page = html.fromstring(client.get(reverse("classification:start")).content.decode())
        (link,) = page.xpath("//section[@aria-labelledby='rounds']//a/@href")
        assert (link, client.get(link).status_code) == (expected, 200)


def test_a_member_writes_the_own_form_and_sees_nobody_elses(village: RatedVillage) -> None:
    client = client_of(village.user)
    mine = village.rating(village.plain)
    typed = {"form": "2C", "merits": "Hiến đất", "common": "26,5", "results": "60", "level": "good"}
    assert client.post(address("write_paper", mine), typed).status_code == 302
    page = client.get(address("show_rating", mine)).content.decode()
    assert ("Hiến đất" in page, "26,5 + 60 = 86,5" in page) == (True, True)
    assert client.get(address("show_rating", village.rating(village.head))).status_code == 404
    assert "Lò Văn Bình" not in client.get(reverse("classification:start")).content.decode().split("<main")[1][:200]
    assert not Reading.objects.exists()


@pytest.mark.parametrize(("role", "reads"), [(Role.SECRETARY, True), (Role.OFFICIAL, False)])
def test_words_about_a_person_are_for_the_cell_and_logged(village: RatedVillage, role: Role, *, reads: bool) -> None:
    village.write(village.rating(village.plain))
    user = make_user("Người đọc")
    grant_role(user, role, village.cell)
    page = client_of(user).get(address("show_rating", village.rating(village.plain)))
    assert ("Đã làm tốt" in page.content.decode(), Reading.objects.count()) == (reads, int(reads))


def test_points_over_the_maximum_stay_typed_beside_the_refusal(village: RatedVillage, secretary: Client) -> None:
    typed = {"form": "2C", "merits": "Hiến đất", "common": "31", "results": "60", "level": ""}
    answer = secretary.post(address("write_paper", village.rating(village.plain)), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert ("Điểm phải từ 0 đến 30" in page, "Hiến đất" in page) == (True, True)


def test_a_cell_goes_from_the_review_to_the_decision_complaint_and_re_rating(
    village: RatedVillage, secretary: Client, officer: Client
) -> None:
    village.write(*Rating.objects.filter(organization=village.cell).exclude(state="not_rated"))
    secretary.post(unit_address("hold_review", village), {"held_on": "09/11/2026", "note": "Họp sớm"})
    ratings = [village.rating(kind=SubjectKind.LEADERSHIP)]
    ratings += [village.rating(one) for one in (village.plain, village.deputy, village.head)] + [village.rating()]
    for rating in ratings:
        answer = secretary.post(address("propose", rating), {"common": "25", "results": "55", "level": "good"})
        assert answer.status_code == 302
    where = unit_address("decide_unit", village)
    typed = {"number": "45-QĐ/ĐU", "on": "09/12/2026"}
    assert secretary.post(where, typed).status_code == 403
    shown = officer.post(where, typed)
    assert "Lò Văn Bình" in shown.content.decode()
    assert officer.post(where, {**typed, "da_xem": shown.context["seal"]}).status_code == 302
    assert {village.rating(one).state for one in (village.plain, village.head)} == {RatingState.DECIDED}
    mine = village.rating(village.plain)
    officer.post(address("announce", mine))
    member = client_of(village.user)
    assert member.post(address("complain", mine), {"text": "Chưa tính việc làm đường"}).status_code == 302
    complaint = mine.complaints.get()
    answer = officer.post(address("settle_complaint", mine, complaint.public_id), {"upheld": "yes", "answer": "Đúng"})
    assert answer.status_code == 302
    again = {
        "level": "excellent",
        "common": "30",
        "results": "65",
        "reason": "Xét lại",
        "number": "",
        "on": "10/12/2026",
    }
    assert officer.post(address("rate_anew", mine), again).status_code == 422
    assert officer.post(address("rate_anew", mine), {**again, "number": "51-QĐ/ĐU"}).status_code == 302
    anew = village.rating(village.plain)
    assert member.get(address("show_rating", anew)).status_code == 404  # until it is announced the told one stands
    page = member.get(address("show_rating", mine)).content.decode()
    assert ("51-QĐ/ĐU" in page, "Đã thông báo" in page) == (False, True)
    officer.post(address("announce", anew))
    page = member.get(address("show_rating", anew)).content.decode()
    assert "Xếp loại lại theo quyết định 51-QĐ/ĐU" in page


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_of_a_unit_costs_the_same_for_any_number(
    village: RatedVillage, people: int, django_assert_num_queries: Any
) -> None:
    from nennep.classification.queries.pages import get_rated_unit_page  # noqa: PLC0415

    for number in range(people):
        make_rating(village.campaign, village.cell, make_member(f"Người {number}", cell=village.cell))
    with django_assert_num_queries(9):
        get_rated_unit_page(
            actor=village.secretary,
            campaign_id=village.campaign.public_id,
            unit_id=village.cell.public_id,
            today=NOW.date(),
        )


def test_the_cap_is_shown_by_every_way_to_reckon(village: RatedVillage, secretary: Client) -> None:
    village.reviewed()
    village.propose(village.rating(kind=SubjectKind.LEADERSHIP))
    village.propose(village.rating(village.plain), RatingLevel.EXCELLENT, "Cứu dân trong lũ")
    page = secretary.get(unit_address("show_unit", village)).content.decode()
    assert "cần ghi lý do" in page
    review = UnitReview.objects.select_related("campaign__organization", "organization").get(organization=village.cell)
    services.note_cap(actor=village.officer, review=review, note="Đột xuất", outstanding=False, now=NOW)
    page = secretary.get(unit_address("show_unit", village)).content.decode()
    assert ("Đột xuất" in page, "cần ghi lý do" in page) == (True, False)


SHEET = {
    "code": "mau",
    "title": "Mẫu thử",
    "forms": ["2A", "2B", "2C"],
    "common": [{"code": "1", "title": "Tư tưởng 100%", "max": 20}, {"code": "2", "title": "Kỷ luật", "max": 10}],
    "results": [{"code": "3", "title": "Nhiệm vụ", "max": 70}],
}


def test_points_are_given_line_by_line_where_the_round_has_a_sheet(village: RatedVillage, secretary: Client) -> None:
    """The sums follow from the lines; a line above its maximum is refused beside it; the proposal opens with the lines."""
    make_pack({"rating.sheet": [SHEET]}, organization=village.commune, valid_from=date(2026, 1, 1), code="mau")
    rules = keep_rules(rules_for(organization=village.commune, on=NOW.date()))
    content = write_content(rules)
    Campaign.objects.update(content=content, sha256=hash_content(content))
    mine = village.rating(village.plain)
    typed = {"form": "2C", "item_1": "21", "item_2": "9,5", "item_3": "60", "level": "good"}
    refused = secretary.post(address("write_paper", mine), typed)
    assert (refused.status_code, "Điểm phải từ 0 đến 20" in refused.content.decode()) == (422, True)
    assert "Tư tưởng 100% (tối đa 20)" in refused.content.decode()
    assert secretary.post(address("write_paper", mine), {**typed, "item_1": "15"}).status_code == 302
    said = Verdict.objects.get(rating=mine)
    assert (said.common, said.results) == (Decimal("24.5"), Decimal(60))
    assert said.items == {"1": "15", "2": "9.5", "3": "60"}
    village.write(village.rating(kind=SubjectKind.LEADERSHIP))
    services.hold_review(actor=village.secretary, review=village.review, held_on=NOW.date(), now=NOW)
    village.propose(village.rating(kind=SubjectKind.LEADERSHIP))
    assert 'value="9,5"' in secretary.get(address("propose", mine)).content.decode()


def test_discipline_is_asked_of_a_collective_of_which_no_case_is_recorded(
    village: RatedVillage, secretary: Client
) -> None:
    """Of a member the question has no sense; where a document says it, nobody is asked to repeat it."""

    def asks(rating: Rating) -> bool:
        return 'name="disciplined"' in secretary.get(address("answer_facts", rating)).content.decode()

    group = village.rating(kind=SubjectKind.LEADERSHIP)
    assert [asks(one) for one in (village.rating(village.plain), group, village.rating())] == [False, True, True]
    conclusion = services.Conclusion(ListedKind.BREACH, "9-KL/UBKT", NOW.date())
    services.record_case(actor=village.officer, rating=village.rating(village.head), conclusion=conclusion, now=NOW)
    assert [asks(one) for one in (group, village.rating())] == [False, False]
    saved = secretary.post(address("answer_facts", group), {"total": "3", "done": "3"})
    assert saved.status_code == 302
