"""Reminding, the cap, and the end of a round: counted in this round and this unit alone."""

from datetime import date

import pytest

from nennep.accounts.choices import Role
from nennep.classification import services
from nennep.classification.choices import (
    RatingLevel,
    Side,
    SubjectKind,
)
from nennep.classification.models import (
    Rating,
    UnitReview,
    Verdict,
)
from nennep.notifications.models import Notification
from tests.classification.conftest import NOW, REVIEW_DAY, RatedVillage
from tests.classification.steps import (
    base_review,
    ready,
)
from tests.factories.accounts import grant_role, make_user
from tests.factories.classification import make_campaign, make_rating
from tests.factories.members import make_member
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db
EXCELLENT, GOOD, SATISFACTORY, UNSATISFACTORY = RatingLevel


# ── reminding, the cap, closing ───────────────────────────────────────────────


def test_only_what_this_round_still_asks_of_this_cell_is_reminded_of(village: RatedVillage) -> None:
    grant_role(make_user("Giàng A Páo"), Role.SECRETARY, village.cell)
    other = make_unit("Chi bộ thôn Bản Mới", parent=village.commune)
    make_rating(make_campaign(village.commune, quarter=1), village.cell, village.plain)
    make_rating(village.campaign, other, make_member("Sùng A Chu", cell=other))
    Rating.objects.filter(campaign=village.campaign, organization=village.cell, not_rated="").update(state="proposed")
    with pytest.raises(services.NothingOwedToRemindOf):
        services.remind_unit(actor=village.officer, review=village.review, now=NOW)
    assert village.review.reminded_on is None
    Rating.objects.filter(campaign=village.campaign, member=village.plain).update(state="voted")
    assert services.remind_unit(actor=village.officer, review=village.review, now=NOW) == 1
    told = Notification.objects.get()
    assert (told.title, told.kind) == ("Xếp loại năm 2026: còn 1 mục chưa đề nghị", "classification.reminded")
    assert told.url == f"/xep-loai/dot/{village.campaign.public_id}/{village.cell.public_id}/"
    assert village.review.reminded_on == NOW.date()


def test_a_round_is_closed_over_what_the_level_above_decides(village: RatedVillage) -> None:
    Rating.objects.filter(organization=village.cell, not_rated="").update(state="decided")
    Rating.objects.filter(organization=village.cell, member=village.plain).update(state="appraised")
    with pytest.raises(services.StillOwed) as refused:
        services.close_campaign(actor=village.officer, campaign=village.campaign, now=NOW)
    assert refused.value.details == {"count": 1}
    Rating.objects.filter(organization=village.cell, member=village.plain).update(state="decided")
    services.close_campaign(actor=village.officer, campaign=village.campaign, now=NOW)


def test_an_excellent_collective_and_excellent_members_of_another_cell_fill_no_cap(village: RatedVillage) -> None:
    village.reviewed()
    group = village.rating(kind=SubjectKind.LEADERSHIP)
    village.propose(group, EXCELLENT, "Dẫn đầu xã")
    village.decide(group, EXCELLENT)
    other = make_unit("Chi bộ thôn Bản Mới", parent=village.commune)
    UnitReview.objects.create(campaign=village.campaign, organization=other)
    make_rating(village.campaign, other, make_member("Sùng A Chu", cell=other), state="proposed")
    village.propose(village.rating(village.plain))
    village.decide(village.rating(village.plain))
    assert village.rating(village.plain).state == "decided"


def test_a_note_is_asked_for_by_the_unit_whose_cap_is_passed(village: RatedVillage) -> None:
    rating = ready(village, to="reviewed")
    village.propose(rating, EXCELLENT, "Cứu dân trong lũ")
    with pytest.raises(services.CapNeedsNote) as refused:
        village.decide(rating, EXCELLENT)
    assert refused.value.details == {"unit": "Chi bộ thôn Nặm Chá", "excellent": 1, "allowed": 0}
    assert str(refused.value) == (
        "Chi bộ thôn Nặm Chá có 1 đảng viên hoàn thành xuất sắc, tỷ lệ cho phép nhiều nhất 0. "
        "Hãy ghi chú lý do, cho đủ số đó, ở trang xếp loại của đơn vị rồi mới quyết định."
    )
    assert not Verdict.objects.filter(rating=rating, side=Side.DECIDED).exists()


def test_late_forms_and_a_short_meeting_are_two_reasons_for_a_note(village: RatedVillage) -> None:
    review = base_review(village)
    said = []
    for sent, days in ((date(2026, 12, 9), 1), (date(2026, 12, 8), 0)):
        services.set_review(actor=village.officer, review=review, meeting_on=REVIEW_DAY, drafts_sent_on=sent, now=NOW)
        with pytest.raises(services.ReviewNeedsNote) as refused:
            services.hold_review(actor=village.officer, review=review, held_on=REVIEW_DAY, days=days, now=NOW)
        said.append((str(refused.value), refused.value.field))
    assert said == [
        ("Bản kiểm điểm phải gửi trước hội nghị, chậm nhất 08/12/2026. Hãy ghi lý do.", "note"),
        ("Hội nghị kiểm điểm phải họp ít nhất 1 ngày. Hãy ghi lý do.", "note"),
    ]
