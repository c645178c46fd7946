"""What each step of a round leaves: its line of the trail, whose name, and who else may not do it."""

from datetime import date
from typing import Any

import pytest

from nennep.accounts.choices import Role
from nennep.audit.models import AuditEvent
from nennep.classification import services
from nennep.classification.choices import CommentSource, ListedKind, RatingLevel, SubjectKind
from nennep.classification.models import ListedCase, RatingComment, RatingComplaint
from nennep.classification.rules.steps import CampaignIsClosed, StepTooEarly
from nennep.classification.services import Conclusion, Opening, OutsideComment, Said
from nennep.core.errors import NotAllowed
from nennep.organizations.models import Organization
from tests.classification.conftest import NOW, RatedVillage
from tests.factories.accounts import grant_role, make_user
from tests.factories.core import TODAY
from tests.factories.members import make_member, make_post
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db


def trail_since(number: int) -> list[tuple[str, dict[str, Any]]]:
    return list(AuditEvent.objects.order_by("pk").values_list("verb", "details")[number:])


def test_every_step_of_a_round_is_one_line_of_the_trail(village: RatedVillage) -> None:
    grant_role(make_user("Giàng A Páo"), Role.SECRETARY, village.cell)
    begun = AuditEvent.objects.count()
    make_member("Sùng A Chu", cell=village.cell)
    services.renew_subjects(actor=village.officer, campaign=village.campaign, now=NOW)
    services.remind_unit(actor=village.officer, review=village.review, now=NOW)
    village.reviewed()
    written = len(trail_since(begun))
    group = village.rating(kind=SubjectKind.LEADERSHIP)
    village.propose(group)
    services.appraise(actor=village.officer, rating=group, said=Said(RatingLevel.GOOD), now=NOW)
    village.decide(group)
    complaint = services.complain(actor=village.secretary, rating=group, text="Xem lại", received_on=TODAY, now=NOW)
    services.settle_complaint(actor=village.officer, complaint=complaint, upheld=False, answer="Đã xem", now=NOW)
    decided = village.rating(kind=SubjectKind.LEADERSHIP)
    services.take_back(actor=village.officer, rating=decided, reason="Nhầm số", now=NOW)
    assert trail_since(begun)[:2] == [
        ("classification.renewed", {"added": 2, "changed": 0}),  # the newcomer, and the cell of somebody else
        ("classification.reminded", {"told": 1}),
    ]
    assert trail_since(begun)[written:] == [
        ("classification.proposed", {"level": "good"}),
        ("classification.appraised", {"level": "good"}),
        ("classification.decided", {"level": "good"}),
        ("classification.complained", {}),
        ("classification.complaint_settled", {"upheld": False}),
        (
            "classification.taken_back",
            {
                "from": "decided",
                "level": "good",
                "number": "45-QĐ/ĐU",
                "common": "25.00",
                "results": "55.00",
                "on": "2026-12-14",
            },
        ),
    ]


@pytest.mark.parametrize(
    ("cutoff", "fits"),
    [
        (date(2026, 12, 31), False),
        (date(2027, 1, 1), True),
        (date(2028, 1, 31), True),
        (date(2028, 2, 1), False),
    ],
)
def test_the_cutoff_lies_in_the_year_or_the_january_after(village: RatedVillage, cutoff: date, *, fits: bool) -> None:
    opening = Opening(2027, cutoff)
    if fits:
        services.open_campaign(actor=village.officer, organization=village.commune, opening=opening, now=NOW)
        return
    with pytest.raises(services.CutoffUnfit, match="2027"):
        services.open_campaign(actor=village.officer, organization=village.commune, opening=opening, now=NOW)


@pytest.mark.parametrize("who", ["secretary", "outsider", "subject"])
def test_a_round_is_opened_again_by_nobody_else(village: RatedVillage, who: str) -> None:
    with pytest.raises(NotAllowed):
        services.reopen_campaign(actor=getattr(village, who), campaign=village.campaign, now=NOW)


def test_a_complaint_is_put_down_by_the_cell_or_by_who_decides(village: RatedVillage) -> None:
    rating = village.rating(village.plain)
    for actor in (village.secretary, village.officer):
        services.complain(actor=actor, rating=rating, text="Xem lại", received_on=TODAY, now=NOW)
        assert RatingComplaint.objects.get().by_name == actor.name
        RatingComplaint.objects.all().delete()
    for other in (village.outsider, village.subject):
        with pytest.raises(NotAllowed):
            services.complain(actor=other, rating=rating, text="Xem lại", received_on=TODAY, now=NOW)


def test_a_comment_says_who_put_it_down(village: RatedVillage) -> None:
    said = OutsideComment(CommentSource.RESIDENCE, "Chi ủy thôn Khuổi Nọi", TODAY, "Gương mẫu")
    services.add_comment(actor=village.secretary, rating=village.rating(village.plain), said=said, now=NOW)
    assert list(RatingComment.objects.values_list("by_name", "from_name", "text")) == [
        ("Bí thư", "Chi ủy thôn Khuổi Nọi", "Gương mẫu")
    ]


def test_a_closed_round_takes_no_answers(village: RatedVillage) -> None:
    village.campaign.state = "closed"
    village.campaign.save()
    with pytest.raises(CampaignIsClosed):
        services.answer_facts(
            actor=village.secretary, rating=village.rating(village.plain), answers={"total": 5}, now=NOW
        )


@pytest.mark.parametrize(
    ("changed", "cases"),
    [
        ({}, 1),
        ({"kind": ListedKind.DISUNITY}, 2),
        ({"document_number": "8-QĐ/UBKT"}, 2),
        ({"document_on": date(2026, 6, 2)}, 2),
        ({"breach_unit": "other"}, 2),
        ({"note": "ghi thêm"}, 1),
    ],
    ids=["the same", "kind", "number", "day", "unit", "note"],
)
def test_the_very_same_case_is_recorded_once(village: RatedVillage, changed: dict[str, Any], cases: int) -> None:
    case: dict[str, Any] = {"kind": ListedKind.BREACH, "document_number": "7-QĐ/UBKT", "document_on": date(2026, 6, 1)}
    other = make_unit("Chi bộ thôn Bản Mới", parent=village.commune)
    changed = changed | ({"breach_unit": other} if "breach_unit" in changed else {})
    rating = village.rating(village.plain)
    make_post(village.plain, other, valid_to=date(2026, 3, 1))
    for conclusion in (Conclusion(**case), Conclusion(**case | changed)):
        services.record_case(actor=village.officer, rating=rating, conclusion=conclusion, now=NOW)
    assert ListedCase.objects.count() == cases
    first, last = ListedCase.objects.order_by("pk")[0], ListedCase.objects.order_by("-pk")[0]
    expected: tuple[str, int, Organization] = ("breach", 2026, village.cell)
    assert (first.kind, first.year, first.breach_unit) == expected
    assert (last.kind, last.document_number, last.breach_unit) == (
        changed.get("kind", ListedKind.BREACH),
        changed.get("document_number", "7-QĐ/UBKT"),
        changed.get("breach_unit", village.cell),
    )


def test_a_case_of_another_year_is_another(village: RatedVillage) -> None:
    rating = village.rating(village.plain)
    case = Conclusion(ListedKind.BREACH, "7-QĐ/UBKT", date(2026, 6, 1))
    services.record_case(actor=village.officer, rating=rating, conclusion=case, now=NOW)
    ListedCase.objects.update(year=2025)
    services.record_case(actor=village.officer, rating=rating, conclusion=case, now=NOW)
    assert sorted(ListedCase.objects.values_list("year", flat=True)) == [2025, 2026]


def test_what_is_not_at_its_step_is_not_appraised(village: RatedVillage) -> None:
    village.reviewed()
    with pytest.raises(StepTooEarly):
        services.appraise(
            actor=village.officer,
            rating=village.rating(kind=SubjectKind.LEADERSHIP),
            said=Said(RatingLevel.GOOD),
            now=NOW,
        )
