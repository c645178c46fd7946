"""What each side says of a rating: kept whole, within its points, over what was said before."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from nennep.classification import services
from nennep.classification.choices import (
    RatedForm,
    RatingLevel,
    RatingState,
    Side,
)
from nennep.classification.models import (
    Campaign,
    RatingBallot,
    Verdict,
)
from nennep.classification.rules import RatingPointsOutOfRange, Tally
from nennep.classification.services import ReviewPaper, Said
from nennep.core.errors import DomainError
from nennep.core.frozen import hash_content, write_content
from nennep.policies.rules.ratings import RatingSheets
from tests.classification.conftest import NOW, PAPER, RatedVillage
from tests.classification.steps import (
    read_row,
    ready,
)
from tests.classification.test_rules import rules_of

pytestmark = pytest.mark.django_db
EXCELLENT, GOOD, SATISFACTORY, UNSATISFACTORY = RatingLevel


def test_a_count_of_ballots_is_kept_whole(village: RatedVillage) -> None:
    rating = ready(village, to="reviewed")
    counted = services.count_ballots(actor=village.secretary, rating=rating, tally=Tally(1, 2, 0, 0, 3, 4), now=NOW)
    assert (counted, counted.state) == (rating, RatingState.VOTED)
    assert read_row(RatingBallot.objects.filter(rating=rating)) == {
        "rating_id": rating.pk,
        "excellent": 1,
        "good": 2,
        "satisfactory": 0,
        "unsatisfactory": 0,
        "voters": 3,
        "base": 4,
    }
    services.take_back(actor=village.secretary, rating=rating, reason="Đếm nhầm", now=NOW)
    assert (RatingBallot.objects.count(), village.rating(village.plain).state) == (0, "reviewed")


def test_what_each_side_says_is_kept_whole(village: RatedVillage) -> None:
    rating = ready(village, to="reviewed")
    lines = {"1": Decimal(24), "2": Decimal(56)}
    said = Said(GOOD, Decimal(24), Decimal(56), lines, "  Ý  kiến ")
    done = services.propose(actor=village.secretary, rating=rating, said=said, now=NOW)
    assert (done, done.state) == (rating, "proposed")
    mine = Verdict.objects.filter(rating=rating)
    kept = {
        "rating_id": rating.pk,
        "common": Decimal(24),
        "results": Decimal(56),
        "items": {"1": "24", "2": "56"},
        "level": "good",
        "at": NOW,
        "document_number": "",
        "document_on": None,
    }
    cell = {"by_name": "Bí thư", "unit_name": "Chi bộ thôn Nặm Chá"}
    commune = {"by_name": "Cán bộ xã", "unit_name": "Đảng bộ xã Bắc Sơn"}
    row = read_row(mine.filter(side="proposed"), facts=1)
    assert row == {**kept, **cell, "side": "proposed", "reason": "Ý kiến"}
    done = services.appraise(actor=village.officer, rating=rating, said=Said(GOOD), now=NOW)
    assert (done, done.state, village.rating(village.plain).state) == (rating, "appraised", "appraised")
    assert read_row(mine.filter(side="appraised"), facts=1) == {**kept, **commune, "side": "appraised", "reason": ""}
    said = Said(GOOD, items={"2": Decimal(55)})
    done = services.decide(actor=village.officer, rating=rating, said=said, paper=PAPER, now=NOW)
    row = read_row(mine.filter(side="decided"), facts=1)
    decided = {"side": "decided", "reason": "", "items": {"2": "55"}}
    paper = {"document_number": "45-QĐ/ĐU", "document_on": date(2026, 12, 14)}
    assert (done, row) == (rating, {**kept, **commune, **decided, **paper})
    for one in mine.exclude(side="self"):
        assert set(one.facts) == {"evidence", "judgement", "year"}
        assert (one.facts["evidence"]["total"], one.facts["judgement"]["band"]) == (10, "good")
        assert one.facts["year"]["duties"] == {"total": 0, "done": 0, "late": 0, "exceeded": 0}


@pytest.mark.parametrize(
    ("said", "items"),
    [
        (Said(GOOD), {"1": "25", "2": "55"}),
        (Said(GOOD, common=Decimal(0)), {}),
        (Said(GOOD, results=Decimal(0), reason="x"), {}),
        (Said(GOOD, items={"1": Decimal(24)}), {"1": "24"}),
    ],
)
def test_lines_of_before_stand_only_where_no_points_are_given(
    village: RatedVillage, said: Said, items: dict[str, str]
) -> None:
    rating = ready(village, to="reviewed")
    lines = {"1": Decimal(25), "2": Decimal(55)}
    before = Said(GOOD, Decimal(25), Decimal(55), lines)
    services.propose(actor=village.secretary, rating=rating, said=before, now=NOW)
    services.decide(actor=village.officer, rating=rating, said=said, paper=PAPER, now=NOW)
    decided = Verdict.objects.get(rating=rating, side=Side.DECIDED)
    assert decided.items == items
    assert decided.common == (Decimal(25) if said.common is None else said.common)
    assert decided.results == (Decimal(55) if said.results is None else said.results)
    assert said.has_points is (said != Said(GOOD))


def test_deciding_as_proposed_takes_level_points_lines_and_reason_of_the_last_side(village: RatedVillage) -> None:
    rating = ready(village, to="reviewed")
    village.propose(rating, SATISFACTORY, "Còn nợ sổ")
    said = Said(GOOD, Decimal(26), Decimal(54), {"1": Decimal(26)}, "Đã bổ sung sổ")
    services.appraise(actor=village.officer, rating=rating, said=said, now=NOW)
    services.decide_as_proposed(actor=village.officer, ratings=[village.rating(village.plain)], paper=PAPER, now=NOW)
    decided = Verdict.objects.get(rating=rating, side=Side.DECIDED)
    assert (decided.level, decided.common, decided.results, decided.items, decided.reason) == (
        "good",
        Decimal(26),
        Decimal(54),
        {"1": "26"},
        "Đã bổ sung sổ",
    )


def test_a_decision_answers_to_the_side_before_and_a_proposal_to_the_facts(village: RatedVillage) -> None:
    rating = ready(village, to="reviewed")
    village.propose(rating, SATISFACTORY, "Còn nợ sổ")
    village.decide(rating, SATISFACTORY)  # the reason of the proposal stands
    assert village.rating(village.plain).state == "decided"
    other = village.rating(village.deputy)
    village.propose(other)
    with pytest.raises(DomainError) as refused:
        village.decide(other, SATISFACTORY)
    assert refused.value.code == "rating_differing_needs_reason"


def test_points_out_of_range_are_refused_by_every_side(village: RatedVillage) -> None:
    content = write_content(rules_of("mau-cham-diem-2026"))
    Campaign.objects.filter(pk=village.campaign.pk).update(content=content, sha256=hash_content(content))
    rating = village.rating(village.plain)
    sheets = rating.campaign.rules.sheets
    assert sheets is not None
    sheet = sheets.for_form(rating.form)
    assert sheet is not None
    line = sheet.common[0]
    wrong: list[dict[str, Any]] = [
        {"common": Decimal("30.01"), "results": Decimal(70)},
        {"common": Decimal(30), "results": Decimal("70.01")},
        {"items": {line.code: line.maximum + Decimal("0.01")}},
    ]
    said = [Said(GOOD, reason="Vì sao", **points) for points in wrong]
    for points in wrong:
        with pytest.raises(RatingPointsOutOfRange):
            services.write_paper(actor=village.secretary, rating=rating, paper=ReviewPaper(**points), now=NOW)
    rating = ready(village, to="reviewed")
    for one in said:
        with pytest.raises(RatingPointsOutOfRange):
            services.propose(actor=village.secretary, rating=rating, said=one, now=NOW)
    village.propose(rating, GOOD, "Vì sao")
    for one in said:
        with pytest.raises(RatingPointsOutOfRange):
            services.appraise(actor=village.officer, rating=rating, said=one, now=NOW)
        with pytest.raises(RatingPointsOutOfRange):
            services.decide(actor=village.officer, rating=rating, said=one, paper=PAPER, now=NOW)
    village.decide(rating, GOOD, "Vì sao")
    for one in said:
        with pytest.raises(RatingPointsOutOfRange):
            services.rate_anew(actor=village.officer, rating=rating, said=one, paper=PAPER, now=NOW)


def test_points_are_asked_for_by_the_form_that_is_chosen_with_them(village: RatedVillage) -> None:
    """On a line of 2B alone: the form that the member was on has no such line, and no maximum."""
    rating, rules = village.rating(village.plain), rules_of("mau-cham-diem-2026")
    assert rules.sheets is not None
    assert rating.form == RatedForm.OUTSIDE
    of_staff = [replace(sheet, forms=("2B",)) for sheet in rules.sheets.sheets if "2B" in sheet.forms]
    content = write_content(replace(rules, sheets=RatingSheets(tuple(of_staff))))
    Campaign.objects.filter(pk=village.campaign.pk).update(content=content, sha256=hash_content(content))
    line = of_staff[0].common[0]
    for form in (RatedForm.STAFF, None):
        paper = ReviewPaper(items={line.code: Decimal(line.maximum) + 1}, form=form)
        rating = village.rating(village.plain)
        if form is None:
            services.write_paper(actor=village.secretary, rating=rating, paper=paper, now=NOW)
            continue
        with pytest.raises(RatingPointsOutOfRange):
            services.write_paper(actor=village.secretary, rating=rating, paper=paper, now=NOW)
