"""What the services of a round take and keep: texts to their last letter, whole rows, and the words of each refusal."""

from collections.abc import Callable
from datetime import date

import pytest

from nennep.classification import services
from nennep.classification.choices import (
    NAME_LIMIT,
    NUMBER_LIMIT,
    REASON_LIMIT,
    TEXT_LIMIT,
    RatingLevel,
    SubjectKind,
)
from nennep.classification.models import (
    Campaign,
    ListedCase,
    Rating,
    RatingComment,
    RatingComplaint,
    StepUndone,
    Verdict,
)
from nennep.classification.services import Opening
from nennep.core.errors import DomainError
from nennep.core.typed import TextTooLong
from tests.classification.conftest import NOW, RatedVillage
from tests.classification.steps import (
    ready,
    write_anew,
    write_answer,
    write_cap_note,
    write_case,
    write_comment,
    write_complaint,
    write_decision,
    write_held_note,
)

pytestmark = pytest.mark.django_db
EXCELLENT, GOOD, SATISFACTORY, UNSATISFACTORY = RatingLevel
Write = Callable[[RatedVillage, Rating, str], object]


# ── the last letter ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("to", "write", "limit", "field"),
    [
        ("opened", write_case, NUMBER_LIMIT, "document_number"),
        ("opened", lambda v, r, text: write_case(v, r, note=text), REASON_LIMIT, "note"),
        ("opened", write_comment, NAME_LIMIT, "from_name"),
        ("opened", lambda v, r, text: write_comment(v, r, text=text), TEXT_LIMIT, "text"),
        ("opened", write_held_note, REASON_LIMIT, "note"),
        ("opened", write_cap_note, REASON_LIMIT, "note"),
        ("reviewed", lambda v, r, text: v.propose(r, GOOD, text), REASON_LIMIT, "reason"),
        ("proposed", write_decision, NUMBER_LIMIT, "number"),
        ("proposed", write_complaint, TEXT_LIMIT, "text"),
        ("proposed", write_answer, TEXT_LIMIT, "answer"),
        ("decided", write_anew, NUMBER_LIMIT, "number"),
        ("decided", lambda v, r, text: write_anew(v, r, reason=text), REASON_LIMIT, "reason"),
        (
            "proposed",
            lambda v, r, text: services.take_back(actor=v.secretary, rating=r, reason=text, now=NOW),
            REASON_LIMIT,
            "reason",
        ),
    ],
)
def test_a_text_is_taken_to_its_last_letter_and_one_more_is_refused_beside_its_field(
    village: RatedVillage, to: str, write: Write, limit: int, field: str
) -> None:
    rating = ready(village, to=to)
    with pytest.raises(TextTooLong) as refused:
        write(village, rating, "a" * (limit + 1))
    assert (refused.value.field, refused.value.details) == (field, {"limit": limit})
    assert village.rating(village.plain).state == rating.state
    write(village, rating, "a" * limit)


@pytest.mark.parametrize(
    ("to", "write", "words", "field"),
    [
        (
            "opened",
            lambda v, r: write_case(v, r, " "),
            "Trường hợp này chỉ ghi khi có văn bản kết luận: hãy ghi số văn bản.",
            "document_number",
        ),
        ("opened", lambda v, r: write_comment(v, r, " "), "Hãy ghi nơi nhận xét.", "from_name"),
        ("opened", lambda v, r: write_comment(v, r, text=" \n"), "Hãy ghi nhận xét.", "text"),
        ("proposed", lambda v, r: write_decision(v, r, " "), "Hãy ghi số và ngày của văn bản quyết định.", "number"),
        ("proposed", lambda v, r: write_complaint(v, r, " \n"), "Hãy ghi nội dung.", "text"),
        ("proposed", lambda v, r: write_answer(v, r, " \n"), "Hãy ghi nội dung.", "answer"),
        (
            "proposed",
            write_anew,
            "Chưa có quyết định xếp loại nên chưa xếp loại lại được.",
            "",
        ),
        ("decided", lambda v, r: write_anew(v, r, ""), "Xếp loại lại phải có số và ngày của quyết định.", "number"),
        ("decided", lambda v, r: write_anew(v, r, reason=" "), "Hãy ghi lý do.", "reason"),
        (
            "proposed",
            lambda v, r: services.take_back(actor=v.secretary, rating=r, reason=" ", now=NOW),
            "Hãy ghi lý do.",
            "reason",
        ),
        (
            "opened",
            lambda v, _: services.close_campaign(actor=v.officer, campaign=v.campaign, now=NOW),
            "Còn 5 mục chưa quyết định, chưa kết thúc đợt được.",
            "",
        ),
        (
            "opened",
            lambda v, _: services.open_campaign(
                actor=v.officer, organization=v.commune, opening=Opening(2027, date(2026, 12, 31)), now=NOW
            ),
            "Ngày chốt danh sách phải từ 01/01/2027 đến 31/01/2028.",
            "cutoff_on",
        ),
        (
            "opened",
            lambda v, _: services.hold_review(actor=v.secretary, review=v.review, held_on=date(2026, 12, 15), now=NOW),
            "Ngày hội nghị chưa đến. Hãy ghi sau khi họp.",
            "held_on",
        ),
        (
            "opened",
            lambda v, r: services.answer_facts(actor=v.secretary, rating=r, answers={"late": -1}, now=NOW),
            "Không có số liệu nào tên như vậy.",
            "",
        ),
    ],
)
def test_a_service_refuses_in_its_own_words_beside_the_field_and_writes_nothing(
    village: RatedVillage, to: str, write: Callable[[RatedVillage, Rating], object], words: str, field: str
) -> None:
    rating = ready(village, to=to)
    if field == "answer":  # it needs the complaint that it answers
        write_complaint(village, rating, "Xem lại")
    before = count_rows()
    with pytest.raises(DomainError) as refused:
        write(village, rating)
    assert (str(refused.value), refused.value.field) == (words, field)
    assert (count_rows(), village.rating(village.plain).state) == (before, rating.state)


def count_rows() -> list[int]:
    kinds = (Campaign, ListedCase, Rating, RatingComment, RatingComplaint, StepUndone, Verdict)
    return [kind.objects.count() for kind in kinds]


def test_a_review_of_today_was_held_and_nothing_answered_is_no_number_below_nothing(village: RatedVillage) -> None:
    written = village.rating(kind=SubjectKind.LEADERSHIP)
    village.write(written)
    services.hold_review(actor=village.secretary, review=village.review, held_on=NOW.date(), now=NOW)
    services.answer_facts(
        actor=village.secretary, rating=village.rating(village.plain), answers={"late": 0, "total": 0}, now=NOW
    )
    assert village.rating(village.plain).answers == {"late": 0, "total": 0}


def test_a_complaint_about_what_was_rated_anew_or_is_not_rated_is_too_late(village: RatedVillage) -> None:
    rating = ready(village, to="decided")
    write_anew(village, rating)
    for one, words in (
        (rating, "Bước này đã làm rồi (Đã xếp loại lại). Hãy xem lại trang."),
        (village.rating(village.exempt), "Bước này đã làm rồi (Không xếp loại). Hãy xem lại trang."),
    ):
        with pytest.raises(DomainError) as refused:
            write_complaint(village, one, "Xem lại")
        assert str(refused.value) == words
    write_complaint(village, village.rating(village.head), "Mới kiểm điểm")
    with pytest.raises(DomainError) as refused:
        write_anew(village, rating)
    assert str(refused.value) == "Bước này đã làm rồi (Đã xếp loại lại). Hãy xem lại trang."


def test_what_was_decided_anew_is_no_step_to_take_back(village: RatedVillage) -> None:
    write_anew(village, ready(village, to="decided"))
    with pytest.raises(DomainError) as refused:
        services.take_back(actor=village.officer, rating=village.rating(village.plain), reason="Nhầm", now=NOW)
    assert str(refused.value) == "Không lùi được bước này: đã quyết định xếp loại lại."
