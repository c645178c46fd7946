"""Conditions that a round's own sheet has besides 366: a file names a fact, a level, and what is asked for at least."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from nennep.classification.choices import Gap, RatingLevel
from nennep.classification.models import Campaign
from nennep.classification.queries.rating_pages import get_rating_page
from nennep.classification.rules import Evidence, Judgement, KeptRules, judge
from nennep.classification.rules.levels import LocalStand
from nennep.core.frozen import hash_content, read_content, write_content
from nennep.policies.choices import PolicyKey
from nennep.policies.rules import read_value
from tests.classification.conftest import NOW, RatedVillage
from tests.classification.test_rules import FULL, RULES

MEETINGS = {"code": "d1", "title": "Điểm sinh hoạt từ 80", "level": "good", "fact": "meetings_score", "at_least": 80}
VISITS = {"code": "d2", "title": "Dự đủ số buổi", "level": "excellent", "fact": "visits_share", "at_least": 100}
EXCELLENT, GOOD, SATISFACTORY, _UNSATISFACTORY = RatingLevel


def sheet(*conditions: dict[str, Any]) -> list[dict[str, Any]]:
    lines = {"common": [{"code": "c", "title": "C", "max": 30}], "results": [{"code": "n", "title": "N", "max": 70}]}
    return [{"code": "x", "title": "Mẫu", "forms": ["2A", "01"], **lines, "conditions": list(conditions)}]


def rules_with(*conditions: dict[str, Any]) -> KeptRules:
    """As the round keeps them and reads them again."""
    kept = replace(RULES, sheets=read_value(PolicyKey.RATING_SHEET, sheet(*conditions)))
    return read_content(KeptRules, write_content(kept))


def judge_by(*conditions: dict[str, Any], form: str = "2A", points: int = 92, **facts: Any) -> Judgement:
    return judge(Decimal(points), replace(FULL, **facts), rules_with(*conditions), form=form)


@pytest.mark.parametrize(
    ("score", "holds", "met", "gap"),
    [
        ("80", True, EXCELLENT, None),
        ("79.9", False, SATISFACTORY, Gap.NOT_MET),
        ("100", True, EXCELLENT, None),
        (None, None, SATISFACTORY, Gap.NOT_MET),  # nobody scored a meeting: a person decides, with a reason
    ],
)
def test_a_score_of_meetings_is_asked_for(score: str | None, holds: bool | None, met: RatingLevel, gap: Gap) -> None:
    found = judge_by(MEETINGS, meetings_score=Decimal(score) if score else None)
    assert found.local == (LocalStand("Điểm sinh hoạt từ 80", GOOD, holds),)
    assert (found.band, found.met, found.proposal, found.gap) == (EXCELLENT, met, met, gap)


@pytest.mark.parametrize(
    ("owed", "done", "met"),
    [(12, 12, EXCELLENT), (12, 11, GOOD), (12, 13, EXCELLENT), (0, 0, EXCELLENT), (None, 0, EXCELLENT)],
)
def test_visits_that_are_owed_are_asked_for(owed: int | None, done: int, met: RatingLevel) -> None:
    found = judge_by(VISITS, visits_owed=owed, visits_done=done)
    assert (found.met, found.proposal) == (met, met)


def test_the_good_level_asks_nothing_of_what_the_highest_asks() -> None:
    found = judge_by(VISITS, points=85, visits_owed=4, visits_done=0)
    assert (found.met, found.proposal, found.gap) == (GOOD, GOOD, None)


def test_a_local_condition_alone_never_gives_the_lowest_level() -> None:
    found = judge_by(MEETINGS, VISITS, points=60, meetings_score=Decimal(0), visits_owed=9)
    assert (found.proposal, found.causes) == (SATISFACTORY, ())


def test_only_the_forms_of_the_sheet_are_asked() -> None:
    assert judge_by(MEETINGS, form="2C").local == ()
    assert judge(Decimal(92), Evidence(10, 10), RULES, form="2A").local == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"level": "satisfactory"},
        {"level": "unsatisfactory"},
        {"fact": "attendance"},
        {"at_least": 0},
        {"at_least": 101},
        {"at_least": True},
        {"at_most": 5},
    ],
)
def test_a_condition_that_cannot_be_read_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_value(PolicyKey.RATING_SHEET, sheet(MEETINGS | wrong))
    with pytest.raises(ValueError, match="a condition twice"):
        read_value(PolicyKey.RATING_SHEET, sheet(MEETINGS, MEETINGS))


@pytest.mark.django_db
def test_the_page_shows_how_each_stands(village: RatedVillage) -> None:
    content = write_content(rules_with(MEETINGS, VISITS))
    Campaign.objects.update(content=content, sha256=hash_content(content))
    rating = village.rating(village.head)
    page = get_rating_page(actor=village.officer, public_id=rating.public_id, today=NOW.date())
    assert rating.form == "2A"
    assert page.conditions[-2:] == (
        ("Điểm sinh hoạt từ 80 (Hoàn thành tốt nhiệm vụ)", "due", "Chưa có số liệu"),
        ("Dự đủ số buổi (Hoàn thành xuất sắc nhiệm vụ)", "done", "Đạt"),
    )
