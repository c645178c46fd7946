"""What is kept after the decision: notice, filing, the way back, complaints, a new rating, cases."""

from decimal import Decimal

import pytest

from nennep.classification import services
from nennep.classification.choices import (
    ListedKind,
    RatingLevel,
    Side,
)
from nennep.classification.models import (
    ListedCase,
    Rating,
    RatingComplaint,
    StepUndone,
    Verdict,
)
from nennep.classification.rules import Tally
from nennep.classification.services import Conclusion, DecisionPaper, Said
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from tests.classification.conftest import NOW, RatedVillage
from tests.classification.steps import (
    read_row,
    ready,
    write_anew,
    write_comment,
    write_complaint,
)
from tests.factories.core import TODAY
from tests.factories.members import make_post
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db
EXCELLENT, GOOD, SATISFACTORY, UNSATISFACTORY = RatingLevel


def test_notice_and_filing_keep_their_days_and_hand_back_the_rating(village: RatedVillage) -> None:
    rating = ready(village, to="decided")
    told = services.announce(actor=village.officer, rating=rating, on=TODAY, now=NOW)
    assert (told, told.state) == (rating, "announced")
    filed = services.file_rating(actor=village.officer, rating=rating, now=NOW)
    found = village.rating(village.plain)
    assert (filed, found.state, found.announced_on, found.filed_on) == (rating, "filed", TODAY, NOW.date())


@pytest.mark.parametrize(
    ("to", "who", "state", "left", "sides"),
    [
        ("proposed", "secretary", "proposed", "reviewed", ["self"]),
        ("decided", "officer", "decided", "proposed", ["self", "proposed"]),
    ],
)
def test_what_is_taken_back_is_kept_whole_and_takes_only_its_own_side_away(
    village: RatedVillage, to: str, who: str, state: str, left: str, sides: list[str]
) -> None:
    rating = ready(village, to=to)
    said = Verdict.objects.filter(rating=rating).order_by("-pk")[0]
    actor: Actor = getattr(village, who)
    done = services.take_back(actor=actor, rating=rating, reason=" Ghi  nhầm ", now=NOW)
    assert (done, done.state) == (rating, left)
    assert read_row(StepUndone.objects.all()) == {
        "rating_id": rating.pk,
        "state": state,
        "reason": "Ghi nhầm",
        "by_name": actor.name,
        "at": NOW,
        "common": Decimal(25),
        "results": Decimal(55),
        "items": {},
        "level": "good",
        "said_reason": "",
        "facts": said.facts,
        "said_by_name": actor.name,
        "unit_name": said.unit_name,
        "said_at": NOW,
        "document_number": "45-QĐ/ĐU" if to == "decided" else "",
        "document_on": NOW.date() if to == "decided" else None,
        "votes": {},
        "done_on": None,
    }
    assert [one.side for one in Verdict.objects.filter(rating=rating)] == sides


def test_the_way_back_finds_the_comment_the_ballots_and_the_appraisal(village: RatedVillage) -> None:
    write_comment(village, village.rating(village.plain))
    rating = ready(village, to="reviewed")
    services.count_ballots(actor=village.secretary, rating=rating, tally=Tally(0, 3, 0, 0, 3, 4), now=NOW)
    village.propose(rating)
    services.appraise(actor=village.officer, rating=rating, said=Said(GOOD), now=NOW)
    village.decide(rating)
    back = []
    for who in (village.officer, village.officer, village.secretary, village.secretary, village.secretary):
        services.take_back(actor=who, rating=village.rating(village.plain), reason="Nhầm", now=NOW)
        back.append(village.rating(village.plain).state)
    assert back == ["appraised", "proposed", "voted", "reviewed", "commented"]


def test_a_complaint_and_its_answer_are_kept_whole(village: RatedVillage) -> None:
    rating = ready(village, to="decided")
    complaint = services.complain_of_own(actor=village.subject, rating=rating, text="Điểm chưa đúng", now=NOW)
    kept = {
        "rating_id": rating.pk,
        "received_on": NOW.date(),
        "text": "Điểm chưa đúng",
        "by_name": "Lò Văn Bình",
        "settled_on": None,
        "settled_at": None,
        "upheld": None,
        "answer": "",
        "settled_by_name": "",
    }
    assert read_row(RatingComplaint.objects.all()) == kept
    with pytest.raises(DomainError) as refused:
        write_anew(village, rating)
    assert refused.value.code == "rating_complaint_open"
    settled = services.settle_complaint(
        actor=village.officer, complaint=complaint, upheld=True, answer="Xét lại", now=NOW
    )
    answered = {
        "settled_on": NOW.date(),
        "settled_at": NOW,
        "upheld": True,
        "answer": "Xét lại",
        "settled_by_name": "Cán bộ xã",
    }
    assert (settled, read_row(RatingComplaint.objects.all())) == (complaint, {**kept, **answered})
    write_complaint(village, rating, "Một lần nữa")
    assert RatingComplaint.objects.count() == 2


def test_a_rerating_is_kept_whole_and_the_member_s_place_with_it(village: RatedVillage) -> None:
    rating = ready(village, to="decided")
    other = make_unit("Chi bộ thôn Bản Mới", parent=village.commune)
    Rating.objects.filter(pk=rating.pk).update(former_unit=other, temporary_unit=village.commune, is_head=True)
    old = read_row(Rating.objects.filter(pk=rating.pk))
    facts = Verdict.objects.get(rating=rating, side=Side.DECIDED).facts
    said = Said(SATISFACTORY, Decimal(20), None, {"1": Decimal(20)}, "Xét  lại đơn")
    new = services.rate_anew(
        actor=village.officer, rating=rating, said=said, paper=DecisionPaper("51-QĐ/ĐU", NOW.date()), now=NOW
    )
    expected = {
        **old,
        "state": "decided",
        "replaces_id": rating.pk,
        "rerating_number": "51-QĐ/ĐU",
        "rerating_on": NOW.date(),
    }
    assert read_row(Rating.objects.filter(pk=new.pk)) == expected
    assert read_row(Rating.objects.filter(pk=rating.pk)) == {**old, "state": "replaced"}
    assert read_row(Verdict.objects.filter(rating=new)) == {
        "rating_id": new.pk,
        "side": "decided",
        "common": Decimal(20),
        "results": Decimal(55),
        "items": {"1": "20"},
        "level": "satisfactory",
        "reason": "Xét lại đơn",
        "facts": facts,
        "by_name": "Cán bộ xã",
        "unit_name": "Đảng bộ xã Bắc Sơn",
        "at": NOW,
        "document_number": "51-QĐ/ĐU",
        "document_on": NOW.date(),
    }


def test_a_case_is_kept_whole(village: RatedVillage) -> None:
    rating, there = village.rating(village.plain), make_unit("Chi bộ thôn Bản Mới", parent=village.commune)
    for member in (village.plain, village.head):
        make_post(member, there, valid_to=TODAY)
    conclusion = Conclusion(ListedKind.DECLINE, " 9-KL/UBKT ", TODAY, "Ghi  chú", there, village.province)
    case = services.record_case(actor=village.officer, rating=rating, conclusion=conclusion, now=NOW)
    assert read_row(ListedCase.objects.filter(pk=case.pk)) == {
        "member_id": village.plain.pk,
        "breach_unit_id": there.pk,
        "deciding_unit_id": village.province.pk,
        "year": 2026,
        "kind": "decline",
        "document_number": "9-KL/UBKT",
        "document_on": TODAY,
        "note": "Ghi chú",
        "by_name": "Cán bộ xã",
        "recorded_at": NOW,
    }
    assert services.record_case(actor=village.officer, rating=rating, conclusion=conclusion, now=NOW) == case
    other = services.record_case(
        actor=village.officer, rating=village.rating(village.head), conclusion=conclusion, now=NOW
    )
    assert other != case
    services.drop_case(actor=village.officer, rating=rating, case=case, now=NOW)
    assert list(ListedCase.objects.all()) == [other]
