"""How far a rating of the village is brought, what is typed about it, and its rows as they are stored."""

from typing import Any

from nennep.classification import services
from nennep.classification.choices import (
    CommentSource,
    ListedKind,
    RatingLevel,
    SubjectKind,
)
from nennep.classification.models import (
    Rating,
    RatingComplaint,
    UnitReview,
)
from nennep.classification.services import Conclusion, DecisionPaper, OutsideComment, Said
from tests.classification.conftest import NOW, REVIEW_DAY, RatedVillage
from tests.factories.core import TODAY

GOOD = RatingLevel.GOOD


def ready(village: RatedVillage, *, to: str) -> Rating:
    """The plain member's rating at that step, the deputy's reviewed."""
    rating = village.rating(village.plain)
    if to == "opened":
        return rating
    village.write(village.rating(kind=SubjectKind.LEADERSHIP), rating, village.rating(village.deputy))
    services.hold_review(actor=village.secretary, review=village.review, held_on=REVIEW_DAY, now=NOW)
    village.decided_group()
    if to in {"proposed", "decided"}:
        village.propose(rating)
    if to == "decided":
        village.decide(rating)
    return village.rating(village.plain)


def write_case(village: RatedVillage, rating: Rating, number: str = "9-KL/UBKT", note: str = "") -> object:
    conclusion = Conclusion(ListedKind.BREACH, number, TODAY, note)
    return services.record_case(actor=village.officer, rating=rating, conclusion=conclusion, now=NOW)


def write_comment(village: RatedVillage, rating: Rating, name: str = "Thôn", text: str = "Tốt") -> object:
    said = OutsideComment(CommentSource.RESIDENCE, name, TODAY, text)
    return services.add_comment(actor=village.secretary, rating=rating, said=said, now=NOW)


def write_anew(village: RatedVillage, rating: Rating, number: str = "51-QĐ/ĐU", reason: str = "Xét lại") -> object:
    paper, said = DecisionPaper(number, NOW.date()), Said(GOOD, reason=reason)
    return services.rate_anew(actor=village.officer, rating=rating, said=said, paper=paper, now=NOW)


def write_decision(village: RatedVillage, rating: Rating, number: str) -> object:
    paper = DecisionPaper(number, NOW.date())
    return services.decide(actor=village.officer, rating=rating, said=Said(GOOD), paper=paper, now=NOW)


def write_complaint(village: RatedVillage, rating: Rating, text: str) -> object:
    return services.complain(actor=village.secretary, rating=rating, text=text, received_on=TODAY, now=NOW)


def write_answer(village: RatedVillage, rating: Rating, text: str) -> object:
    complaint = RatingComplaint.objects.filter(rating=rating).first() or services.complain(
        actor=village.secretary, rating=rating, text="Xem lại", received_on=TODAY, now=NOW
    )
    return services.settle_complaint(actor=village.officer, complaint=complaint, upheld=False, answer=text, now=NOW)


def write_held_note(village: RatedVillage, _rating: Rating, text: str) -> object:
    return services.hold_review(
        actor=village.officer, review=base_review(village), held_on=REVIEW_DAY, note=text, now=NOW
    )


def write_cap_note(village: RatedVillage, _rating: Rating, text: str) -> object:
    return services.note_cap(
        actor=village.officer, review=village.review, note=text, outstanding=False, excellent=1, now=NOW
    )


def base_review(village: RatedVillage) -> UnitReview:
    village.write_base()
    rows = UnitReview.objects.select_related("campaign__organization", "organization")
    return rows.get(campaign=village.campaign, organization=village.commune)


def read_row(rows: Any, **left_out: Any) -> dict[str, Any]:
    """The one row, without its keys and what the test says."""
    (row,) = rows.values()
    return {name: value for name, value in row.items() if name not in {"id", "public_id", *left_out}}
