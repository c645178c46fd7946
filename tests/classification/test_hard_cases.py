"""What happens to an open round when units and records change under it: nothing hangs, nothing decided changes in place."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from nennep.classification import services
from nennep.classification.choices import NotRatedReason, RatingLevel, RatingState, Side, SubjectKind
from nennep.classification.models import Campaign, Rating, Verdict
from nennep.classification.queries.doors import may_propose
from nennep.classification.queries.facts import read_facts
from nennep.classification.queries.figures import count_levels
from nennep.classification.rules.steps import CampaignIsClosed, NotToBeRated
from nennep.classification.services import DecisionPaper, Opening, ReviewPaper, Said
from nennep.core.access import Actor
from nennep.core.errors import NotAllowed
from nennep.members.choices import Ending
from nennep.members.models import Member, Membership
from nennep.members.services import merge_members
from nennep.organizations.choices import UnitKind
from nennep.organizations.models import Organization
from nennep.organizations.services import (
    UnitDetails,
    close_organization,
    merge_organization,
    move_organization,
    split_organization,
)
from tests.classification.conftest import NOW, PAPER, RatedVillage
from tests.factories.core import VIETNAM
from tests.factories.members import make_member, make_membership
from tests.factories.organizations import make_unit
from tests.factories.policies import make_pack

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
SYSTEM = Actor.system()
GOOD, EXCELLENT = RatingLevel.GOOD, RatingLevel.EXCELLENT


def merge(village: RatedVillage, heir: Organization) -> None:
    merge_organization(
        actor=SYSTEM, organization=village.cell, successor=heir, on=TODAY, reason="Sáp nhập thôn", now=NOW
    )


def move_member(member: Member, to: Organization, on: date) -> None:
    Membership.objects.filter(member=member, valid_to=None).update(valid_to=on, ending=Ending.MOVED)
    make_membership(member, to, valid_from=on)


def reasons(village: RatedVillage) -> dict[str, str]:
    rows = Rating.objects.filter(campaign=village.campaign, state=RatingState.NOT_RATED)
    return {str(one.subject): one.not_rated for one in rows.select_related("member", "organization")}


# ── units ─────────────────────────────────────────────────────────────────────


def test_a_merged_cell_hands_its_people_to_the_successor_and_leaves_nothing_to_wait_for(village: RatedVillage) -> None:
    heir = make_unit("Chi bộ thôn Bản Mới", parent=village.commune)
    merge(village, heir)
    assert {village.rating(one).organization for one in (village.head, village.deputy, village.plain)} == {heir}
    assert reasons(village) == {
        "Vừ A Sính": NotRatedReason.EXEMPT,
        "Chi bộ thôn Nặm Chá": NotRatedReason.ENDED,
        "Cấp ủy Chi bộ thôn Nặm Chá": NotRatedReason.ENDED,
    }
    assert Rating.objects.get(campaign=village.campaign, organization=heir, kind=SubjectKind.CELL).state == "opened"
    with pytest.raises(NotToBeRated) as refused:
        services.write_paper(actor=village.officer, rating=village.rating(), paper=ReviewPaper(), now=NOW)
    assert str(refused.value) == "Không xếp loại trong đợt này: Đơn vị hoặc cấp ủy không còn trong đợt này."
    assert services.renew_subjects(actor=village.officer, campaign=village.campaign, now=NOW) == (0, 0)


def test_what_a_merged_cell_reviewed_the_level_above_brings_to_its_end(village: RatedVillage) -> None:
    village.reviewed()
    village.decided_group()
    before = list(Verdict.objects.order_by("pk").values())
    merge(village, make_unit("Chi bộ thôn Bản Mới", parent=village.commune))
    mine = village.rating(village.plain)
    assert (mine.organization, mine.state) == (village.cell, RatingState.REVIEWED)
    with pytest.raises(NotAllowed):
        village.propose(mine)
    services.propose(actor=village.officer, rating=mine, said=Said(GOOD), now=NOW)
    village.decide(village.rating(village.plain))
    assert village.rating(village.plain).state == RatingState.DECIDED
    assert list(Verdict.objects.order_by("pk").values())[: len(before)] == before


def test_nobody_but_who_decides_writes_for_a_cell_that_has_ended(village: RatedVillage) -> None:
    merge(village, make_unit("Chi bộ thôn Bản Mới", parent=village.commune))
    village.cell.refresh_from_db()
    allowed = [may_propose(who, village.cell) for who in (village.officer, village.board, village.secretary)]
    assert allowed == [True, True, False]


def test_a_closed_cell_leaves_nothing_to_wait_for(village: RatedVillage) -> None:
    elsewhere = make_unit("Chi bộ thôn Bản Mới", parent=village.commune)
    for one in Member.objects.all():
        move_member(one, elsewhere, TODAY)
    close_organization(actor=SYSTEM, organization=village.cell, on=TODAY, reason="Giải thể thôn", now=NOW)
    left = Rating.objects.filter(campaign=village.campaign, organization=village.cell)
    assert {(one.kind, one.not_rated) for one in left} == {
        (SubjectKind.CELL, NotRatedReason.ENDED),
        (SubjectKind.LEADERSHIP, NotRatedReason.ENDED),
    }
    assert village.rating(village.plain).organization == elsewhere


def test_a_part_of_a_split_cell_is_rated_too(village: RatedVillage) -> None:
    part = UnitDetails("CB99", "Chi bộ thôn Nặm Chá Trên", UnitKind.CELL, "village")
    (new,) = split_organization(
        actor=SYSTEM, organization=village.cell, parts=[part], on=TODAY, reason="Tách thôn", now=NOW
    )
    assert Rating.objects.get(campaign=village.campaign, organization=new).kind == SubjectKind.CELL
    move_member(village.plain, new, TODAY)
    assert services.renew_subjects(actor=village.officer, campaign=village.campaign, now=NOW) == (0, 1)
    assert (village.rating(village.plain).organization, village.rating(village.plain).former_unit) == (
        new,
        village.cell,
    )


def test_a_cell_that_moves_to_another_commune_is_rated_there(village: RatedVillage) -> None:
    other = make_unit("Đảng bộ xã Chiềng Hặc", kind=UnitKind.BASE, parent=village.province)
    theirs = services.open_campaign(
        actor=village.board, organization=other, opening=Opening(2026, date(2026, 12, 31)), now=NOW
    )
    move_organization(
        actor=SYSTEM, organization=village.cell, parent=other, on=TODAY, reason="Điều chỉnh địa giới", now=NOW
    )
    assert reasons(village)["Lò Văn Bình"] == NotRatedReason.GONE
    assert reasons(village)["Chi bộ thôn Nặm Chá"] == NotRatedReason.ENDED
    there = Rating.objects.get(campaign=theirs, member=village.plain)
    assert (there.organization, there.state) == (village.cell, RatingState.OPENED)


def test_whoever_was_reviewed_in_one_round_is_not_rated_in_another(village: RatedVillage) -> None:
    village.reviewed()
    other = make_unit("Đảng bộ xã Chiềng Hặc", kind=UnitKind.BASE, parent=village.province)
    cell = make_unit("Chi bộ thôn Làng Chùa", parent=other)
    move_member(village.plain, cell, TODAY)
    theirs = services.open_campaign(
        actor=village.board, organization=other, opening=Opening(2026, date(2026, 12, 31)), now=NOW
    )
    assert Rating.objects.get(campaign=theirs, member=village.plain).not_rated == NotRatedReason.ELSEWHERE
    counted = count_levels(actor=village.board, organization=village.province, year=2026, kind=SubjectKind.MEMBER)
    assert (counted.total, counted.undecided) == (4, 3)


# ── members ───────────────────────────────────────────────────────────────────


def test_who_moved_in_october_is_rated_where_the_cutoff_finds_them_and_comes_back_with_them(
    village: RatedVillage,
) -> None:
    away = make_unit("Chi bộ thôn Làng Chùa", parent=make_unit("Đảng bộ xã khác", kind=UnitKind.BASE))
    move_member(village.plain, away, date(2026, 10, 5))
    services.renew_subjects(actor=village.officer, campaign=village.campaign, now=NOW)
    assert village.rating(village.plain).not_rated == NotRatedReason.GONE
    move_member(village.plain, village.cell, TODAY)
    services.renew_subjects(actor=village.officer, campaign=village.campaign, now=NOW)
    back = village.rating(village.plain)
    assert (back.state, back.not_rated, back.former_unit) == (RatingState.OPENED, "", away)


def make_double(village: RatedVillage) -> Member:
    """A second record of Lò Văn Bình, listed in the round as well."""
    double = make_member("Lò Văn Bình", cell=village.cell)
    services.renew_subjects(actor=village.officer, campaign=village.campaign, now=NOW)
    return double


def test_of_two_records_in_one_round_the_further_rating_goes_on(village: RatedVillage) -> None:
    double = make_double(village)
    village.write(village.rating(double))
    written, other = village.rating(double), village.rating(village.plain)
    merge_members(actor=SYSTEM, keep=village.plain, drop=double, now=NOW)
    assert village.rating(village.plain) == written
    other.refresh_from_db()
    assert (other.member, other.state, other.not_rated) == (double, RatingState.NOT_RATED, NotRatedReason.DOUBLE)


def test_the_rating_of_the_record_that_stays_goes_on_where_it_is_further(village: RatedVillage) -> None:
    double = make_double(village)
    village.write(village.rating(village.plain))
    mine, theirs = village.rating(village.plain), village.rating(double)
    merge_members(actor=SYSTEM, keep=village.plain, drop=double, now=NOW)
    theirs.refresh_from_db()
    assert village.rating(village.plain) == mine
    assert (theirs.member, theirs.not_rated) == (double, NotRatedReason.DOUBLE)


def test_a_rating_goes_along_with_its_record_with_the_one_that_it_replaced(village: RatedVillage) -> None:
    other = make_unit("Chi bộ thôn Bản Mới", parent=village.commune)
    village.reviewed()
    village.decided_group()
    village.propose(village.rating(village.plain))
    village.decide(village.rating(village.plain))
    old = village.rating(village.plain)
    paper = DecisionPaper("51-QĐ/ĐU", TODAY)
    new = services.rate_anew(
        actor=village.officer, rating=old, said=Said(EXCELLENT, reason="Xét lại đơn"), paper=paper, now=NOW
    )
    kept = make_member("Lò Văn Bình", cell=other)
    merge_members(actor=SYSTEM, keep=kept, drop=village.plain, now=NOW)
    assert {one.member for one in Rating.objects.filter(pk__in=[old.pk, new.pk])} == {kept}


def test_what_was_decided_twice_stays_as_it_was_written_down(village: RatedVillage) -> None:
    double = make_double(village)
    village.reviewed()
    village.decided_group()
    for one in (village.plain, double):
        village.propose(village.rating(one))
        village.decide(village.rating(one))
    before = list(Rating.objects.order_by("pk").values())
    merge_members(actor=SYSTEM, keep=village.plain, drop=double, now=NOW)
    assert list(Rating.objects.order_by("pk").values()) == before


def test_a_closed_round_changes_by_no_merger(village: RatedVillage) -> None:
    double = make_double(village)
    Campaign.objects.update(state="closed", closed_on=TODAY)
    before = list(Rating.objects.order_by("pk").values())
    merge_members(actor=SYSTEM, keep=village.plain, drop=double, now=NOW)
    merge(village, make_unit("Chi bộ thôn Bản Mới", parent=village.commune))
    assert list(Rating.objects.order_by("pk").values()) == before
    with pytest.raises(CampaignIsClosed):
        services.renew_subjects(actor=village.officer, campaign=village.campaign, now=NOW)


# ── time and rules ────────────────────────────────────────────────────────────


def test_a_round_of_2026_is_decided_in_january_by_the_year_it_is_about(village: RatedVillage) -> None:
    later = datetime(2027, 1, 12, 8, 0, tzinfo=VIETNAM)
    village.reviewed()
    village.decided_group()
    mine = village.rating(village.plain)
    village.propose(mine)
    new = make_unit("Chi bộ thôn Bản Mới", parent=village.commune)
    services.renew_subjects(actor=village.officer, campaign=village.campaign, now=NOW)
    move_member(village.plain, new, date(2027, 1, 4))
    assert services.renew_subjects(actor=village.officer, campaign=village.campaign, now=later) == (0, 0)
    paper = DecisionPaper("3-QĐ/ĐU", date(2027, 1, 12))
    services.decide(actor=village.officer, rating=mine, said=Said(GOOD), paper=paper, now=later)
    decided = Verdict.objects.get(rating=mine, side=Side.DECIDED)
    assert (decided.document_on, village.rating(village.plain).organization) == (date(2027, 1, 12), village.cell)
    ratings = [village.rating(village.plain)]
    facts = [read_facts(campaign=village.campaign, ratings=ratings, today=day) for day in (TODAY, later.date())]
    assert facts[0] == facts[1]
    assert (
        count_levels(actor=village.officer, organization=village.commune, year=2026, kind=SubjectKind.MEMBER).levels[
            GOOD
        ]
        == 1
    )


def test_rules_that_change_in_the_middle_judge_no_open_round(village: RatedVillage) -> None:
    village.reviewed()
    village.decided_group()
    mine = village.rating(village.plain)
    village.propose(mine)
    make_pack({"rating.good_points": 95}, organization=village.commune, valid_from=date(2026, 12, 1), code="moi")
    village.decide(mine)  # 80 points are still good: no reason is asked for
    kept = Verdict.objects.get(rating=mine, side=Side.DECIDED)
    assert (kept.level, kept.common, kept.results) == (GOOD, Decimal(25), Decimal(55))
    village.campaign.refresh_from_db()
    before = village.campaign.content
    services.renew_subjects(actor=village.officer, campaign=village.campaign, now=NOW)
    assert Campaign.objects.get().content == before


def test_a_new_rating_keeps_the_lines_of_the_old_one_or_has_its_own(village: RatedVillage) -> None:
    village.reviewed()
    village.decided_group()
    mine = village.rating(village.plain)
    lines = {"1": Decimal("24.5"), "3": Decimal(55)}
    services.propose(
        actor=village.secretary, rating=mine, said=Said(GOOD, Decimal("24.5"), Decimal(55), lines), now=NOW
    )
    services.decide_as_proposed(actor=village.officer, ratings=[mine], paper=PAPER, now=NOW)
    kept = {"1": "24.5", "3": "55"}
    assert Verdict.objects.get(rating=mine, side=Side.DECIDED).items == kept
    first = services.rate_anew(
        actor=village.officer, rating=mine, said=Said(EXCELLENT, reason="Xét lại"), paper=PAPER, now=NOW
    )
    said = Said(GOOD, Decimal(20), Decimal(60), {"1": Decimal(20), "3": Decimal(60)}, reason="Xét lại lần hai")
    second = services.rate_anew(actor=village.officer, rating=first, said=said, paper=PAPER, now=NOW)
    found = Verdict.objects.filter(side=Side.DECIDED, rating__in=[mine, first, second]).order_by("pk")
    assert [one.items for one in found] == [kept, kept, {"1": "20", "3": "60"}]
    assert [(one.common, one.results) for one in found][-1] == (Decimal(20), Decimal(60))
