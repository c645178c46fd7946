"""A note about the cap carries as many as it names, and nobody is asked for one before it is needed (rules.md §4.5)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from nennep.accounts.choices import Role
from nennep.classification import services
from nennep.classification.choices import CapGroup, RatingLevel, Side
from nennep.classification.models import Rating, Verdict
from nennep.classification.queries.caps import read_group_caps
from nennep.classification.services import DecisionPaper, Said
from tests.classification.conftest import NOW, PAPER, RatedVillage
from tests.classification.test_cap_groups import add_cell, note, propose_all, propose_excellent
from tests.factories.accounts import grant_role, make_user
from tests.factories.classification import make_verdict

pytestmark = pytest.mark.django_db
EXCELLENT, GOOD = RatingLevel.EXCELLENT, RatingLevel.GOOD


def test_a_note_for_so_many_carries_the_last_of_them_though_they_leave_the_base(village: RatedVillage) -> None:
    """A note for 8 where 3 were allowed of 15 good: the eighth left 14, and its own note with them."""
    for number in range(20):
        add_cell(village, number)
    ratings = propose_all(village, CapGroup.CELLS, [EXCELLENT] * 7 + [GOOD] * 15)
    said: dict[str, Any] = {"actor": village.officer, "campaign": village.campaign, "group": CapGroup.CELLS, "now": NOW}
    services.note_group_cap(note="Vượt mọi chỉ tiêu", outstanding=False, excellent=8, **said)
    assert services.decide_as_proposed(actor=village.officer, ratings=ratings[:7], paper=PAPER, now=NOW) == 7
    village.decide(ratings[7], EXCELLENT, "Cứu dân trong lũ")
    (cap,) = read_group_caps(village.campaign, [CapGroup.CELLS])
    assert (cap.check.good, cap.check.excellent, cap.check.allowed, cap.is_owed) == (14, 8, 2, False)
    with pytest.raises(services.GroupCapNeedsNote, match="có 9 mục hoàn thành xuất sắc"):
        village.decide(ratings[8], EXCELLENT, "Thêm một")


def test_the_first_excellent_one_needs_no_note_while_others_have_no_level(village: RatedVillage) -> None:
    """Of 6 cells one is proposed: 5 may still turn out good, and one of these may be excellent."""
    for number in range(4):
        add_cell(village, number)
    first, *others = propose_all(village, CapGroup.CELLS, [EXCELLENT] + [GOOD] * 5)
    Verdict.objects.filter(rating__in=others).delete()
    assert services.decide_as_proposed(actor=village.officer, ratings=[first], paper=PAPER, now=NOW) == 1
    (cap,) = read_group_caps(village.campaign, [CapGroup.CELLS])
    assert (cap.check.over, cap.check.unsaid, cap.check.most, cap.is_owed) == (1, 5, 1, False)
    assert cap.words == "Đang vượt, còn mục chưa có mức"


def test_one_more_than_may_ever_be_needs_a_note_at_once(village: RatedVillage) -> None:
    for number in range(4):
        add_cell(village, number)
    first, _second, *others = propose_all(village, CapGroup.CELLS, [EXCELLENT] * 2 + [GOOD] * 4)
    Verdict.objects.filter(rating__in=others).delete()
    with pytest.raises(services.GroupCapNeedsNote, match="có 2 mục hoàn thành xuất sắc, tỷ lệ cho phép nhiều nhất 0"):
        services.decide_as_proposed(actor=village.officer, ratings=[first], paper=PAPER, now=NOW)


def test_the_last_decision_of_a_group_asks_for_the_note_that_was_not_needed_before(village: RatedVillage) -> None:
    for number in range(4):
        add_cell(village, number)
    first, *others = propose_all(village, CapGroup.CELLS, [EXCELLENT] + [GOOD] * 5)
    Verdict.objects.filter(rating__in=others).delete()
    services.decide_as_proposed(actor=village.officer, ratings=[first], paper=PAPER, now=NOW)
    for one in others:
        make_verdict(one, Side.PROPOSED, RatingLevel.SATISFACTORY, reason="Vì sao")
    decide: dict[str, Any] = {"actor": village.officer, "paper": PAPER, "now": NOW}
    assert services.decide_as_proposed(ratings=others[:4], **decide) == 4  # nobody better among them, one is left
    with pytest.raises(services.GroupCapNeedsNote, match="có 1 mục hoàn thành xuất sắc, tỷ lệ cho phép nhiều nhất 0"):
        services.decide_as_proposed(ratings=others[4:], **decide)
    said: dict[str, Any] = {"actor": village.officer, "campaign": village.campaign, "group": CapGroup.CELLS, "now": NOW}
    services.note_group_cap(note="Đột xuất", outstanding=False, **said)
    assert services.decide_as_proposed(ratings=others[4:], **decide) == 1


def test_the_same_of_the_members_of_one_cell(village: RatedVillage) -> None:
    first, second = propose_excellent(village, 2)
    Verdict.objects.filter(rating=second).update(level=RatingLevel.SATISFACTORY)
    decide: dict[str, Any] = {"actor": village.officer, "paper": PAPER, "now": NOW}
    note(village)
    assert services.decide_as_proposed(ratings=[first], **decide) == 1
    note(village, words="")
    with pytest.raises(services.CapNeedsNote, match="có 1 đảng viên hoàn thành xuất sắc, tỷ lệ cho phép nhiều nhất 0"):
        services.decide_as_proposed(ratings=[second], **decide)
    note(village)
    assert services.decide_as_proposed(ratings=[second], **decide) == 1


def rate_anew(village: RatedVillage, rating: Rating, level: RatingLevel, at: datetime) -> Rating:
    said, paper = Said(level, reason="Khiếu nại đúng"), DecisionPaper("51-QĐ/ĐU", NOW.date())
    return services.rate_anew(actor=village.officer, rating=rating, said=said, paper=paper, now=at)


def test_the_reason_of_a_re_rating_stands_for_the_note(village: RatedVillage) -> None:
    """No page asks for a note about whoever was rated anew; one more who was not needs it."""
    for number in range(4):
        add_cell(village, number)
    first, second, *others = propose_all(village, CapGroup.CELLS, [GOOD] * 6)
    decide: dict[str, Any] = {"actor": village.officer, "paper": PAPER, "now": NOW}
    services.decide_as_proposed(ratings=[first, *others], **decide)
    rate_anew(village, first, EXCELLENT, NOW + timedelta(minutes=1))
    rate_anew(village, others[0], EXCELLENT, NOW + timedelta(minutes=1))
    (cap,) = read_group_caps(village.campaign, [CapGroup.CELLS])
    assert (cap.check.over, cap.check.anew, cap.is_owed, cap.words) == (2, 2, False, "Vượt")
    with pytest.raises(services.GroupCapNeedsNote, match="có 3 mục hoàn thành xuất sắc"):
        village.decide(second, EXCELLENT, "Cứu dân trong lũ")


def test_a_note_of_after_the_re_rating_has_it_among_those_it_names(village: RatedVillage) -> None:
    for number in range(4):
        add_cell(village, number)
    first, second, third, *others = propose_all(village, CapGroup.CELLS, [GOOD] * 6)
    decide: dict[str, Any] = {"actor": village.officer, "paper": PAPER, "now": NOW}
    services.decide_as_proposed(ratings=[first, *others], **decide)
    anew = rate_anew(village, first, EXCELLENT, NOW)
    said: dict[str, Any] = {"actor": village.officer, "campaign": village.campaign, "group": CapGroup.CELLS}
    later = NOW + timedelta(minutes=1)
    services.note_group_cap(note="Đột xuất", outstanding=False, excellent=2, now=later, **said)
    village.decide(second, EXCELLENT, "Cứu dân trong lũ")
    rate_anew(
        village, anew, EXCELLENT, later + timedelta(minutes=1)
    )  # it was excellent before: no place is free by that
    with pytest.raises(services.GroupCapNeedsNote, match="có 3 mục hoàn thành xuất sắc"):
        village.decide(third, EXCELLENT, "Thêm một")


def test_the_page_of_a_note_says_how_many_there_are_and_may_be(village: RatedVillage) -> None:
    for number in range(4):
        add_cell(village, number)
    propose_all(village, CapGroup.CELLS, [EXCELLENT] + [GOOD] * 5)
    user = make_user("Cán bộ xã")
    grant_role(user, Role.COMMUNE_OFFICER, village.commune, subtree=True)
    client = Client()
    client.force_login(user)
    address = reverse("classification:note_group_cap", args=[village.campaign.public_id, "cells"])
    shown = html.fromstring(client.get(address).content).text_content()
    words = " ".join(shown.split())
    assert "Xuất sắc 1, tốt 5, trong 6 mục của nhóm." in words
    assert "Được nhiều nhất 1 (20%, số hoàn thành tốt nhiệm vụ)." in words
