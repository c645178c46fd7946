"""What the services of a round take and keep: texts to their last letter, whole rows, and the words of each refusal."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from nennep.accounts.choices import Role
from nennep.audit.models import AuditEvent
from nennep.classification import services
from nennep.classification.choices import (
    NAME_LIMIT,
    NUMBER_LIMIT,
    REASON_LIMIT,
    TEXT_LIMIT,
    CommentSource,
    FormSection,
    ListedKind,
    RatedForm,
    RatingLevel,
    RatingState,
    Side,
    SubjectKind,
)
from nennep.classification.models import (
    Campaign,
    ListedCase,
    Rating,
    RatingBallot,
    RatingComment,
    RatingComplaint,
    RatingText,
    StepUndone,
    UnitReview,
    Verdict,
)
from nennep.classification.rules import RatingPointsOutOfRange, Tally
from nennep.classification.services import Conclusion, DecisionPaper, Opening, OutsideComment, ReviewPaper, Said
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.frozen import hash_content, write_content
from nennep.core.typed import TextTooLong
from nennep.notifications.models import Notification
from nennep.policies.rules.ratings import RatingSheets
from tests.classification.conftest import NOW, PAPER, REVIEW_DAY, RatedVillage
from tests.classification.test_rules import rules_of
from tests.factories.accounts import grant_role, make_user
from tests.factories.classification import make_campaign, make_rating
from tests.factories.core import TODAY
from tests.factories.members import make_member
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db
EXCELLENT, GOOD, SATISFACTORY, UNSATISFACTORY = RatingLevel
Write = Callable[[RatedVillage, Rating, str], object]


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


# ── the last letter ───────────────────────────────────────────────────────────


def write_case(village: RatedVillage, rating: Rating, number: str = "9-KL/UBKT", note: str = "") -> object:
    conclusion = Conclusion(ListedKind.BREACH, number, TODAY, note)
    return services.record_case(actor=village.officer, rating=rating, conclusion=conclusion, now=NOW)


def write_comment(village: RatedVillage, rating: Rating, name: str = "Thôn", text: str = "Tốt") -> object:
    said = OutsideComment(CommentSource.RESIDENCE, name, TODAY, text)
    return services.add_comment(actor=village.secretary, rating=rating, said=said, now=NOW)


def write_anew(village: RatedVillage, rating: Rating, number: str = "51-QĐ/ĐU", reason: str = "Xét lại") -> object:
    paper, said = DecisionPaper(number, TODAY), Said(GOOD, reason=reason)
    return services.rate_anew(actor=village.officer, rating=rating, said=said, paper=paper, now=NOW)


def write_decision(village: RatedVillage, rating: Rating, number: str) -> object:
    paper = DecisionPaper(number, TODAY)
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
    return services.note_cap(actor=village.officer, review=village.review, note=text, outstanding=False, now=NOW)


def base_review(village: RatedVillage) -> UnitReview:
    village.write_base()
    rows = UnitReview.objects.select_related("campaign__organization", "organization")
    return rows.get(campaign=village.campaign, organization=village.commune)


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
            "Ngày chốt danh sách phải nằm trong năm 2027 hoặc tháng 1 năm sau.",
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


# ── whole rows ────────────────────────────────────────────────────────────────


def read_row(rows: Any, **left_out: Any) -> dict[str, Any]:
    """The one row, without its keys and what the test says."""
    (row,) = rows.values()
    return {name: value for name, value in row.items() if name not in {"id", "public_id", *left_out}}


def test_a_round_is_kept_whole(village: RatedVillage) -> None:
    opening = Opening(2027, date(2027, 3, 31), quarter=1)
    new = services.open_campaign(actor=village.officer, organization=village.commune, opening=opening, now=NOW)
    row = read_row(Campaign.objects.filter(pk=new.pk), content=1, sha256=1)
    assert row == {
        "organization_id": village.commune.pk,
        "year": 2027,
        "quarter": 1,
        "cutoff_on": date(2027, 3, 31),
        "state": "open",
        "opened_on": NOW.date(),
        "opened_by_name": "Cán bộ xã",
        "closed_on": None,
    }
    assert (new.sha256, Campaign.objects.get(pk=new.pk).rules) == (hash_content(new.content), village.campaign.rules)
    for again in (opening, Opening(2026, date(2026, 12, 31))):
        with pytest.raises(services.CampaignTaken):
            services.open_campaign(actor=village.officer, organization=village.commune, opening=again, now=NOW)
    other = Opening(2027, date(2027, 6, 30), quarter=2)
    services.open_campaign(actor=village.officer, organization=village.commune, opening=other, now=NOW)


def test_closing_and_opening_again_keep_their_day(village: RatedVillage) -> None:
    Rating.objects.filter(not_rated="").update(state="decided")
    closed = services.close_campaign(actor=village.officer, campaign=village.campaign, now=NOW)
    found = Campaign.objects.get()
    assert (closed, found.state, found.closed_on) == (found, "closed", NOW.date())
    opened = services.reopen_campaign(actor=village.officer, campaign=village.campaign, now=NOW)
    found = Campaign.objects.get()
    assert (opened, found.state, found.closed_on) == (found, "open", None)


def test_whoever_is_listed_later_is_listed_whole_in_a_unit_that_has_its_review(village: RatedVillage) -> None:
    other = make_unit("Chi bộ thôn Bản Mới", parent=village.commune)
    newcomer = make_member("Sùng A Chu", cell=other)
    services.renew_subjects(actor=village.officer, campaign=village.campaign, now=NOW)
    assert UnitReview.objects.filter(campaign=village.campaign, organization=other).count() == 1
    assert read_row(Rating.objects.filter(member=newcomer)) == {
        "campaign_id": village.campaign.pk,
        "kind": "member",
        "organization_id": other.pk,
        "member_id": newcomer.pk,
        "form": "2C",
        "is_head": False,
        "former_unit_id": None,
        "temporary_unit_id": None,
        "state": "opened",
        "not_rated": "",
        "answers": {},
        "reviewed_on": None,
        "announced_on": None,
        "filed_on": None,
        "replaces_id": None,
        "rerating_number": "",
        "rerating_on": None,
    }


def test_a_list_that_is_renewed_counts_who_left_among_what_changed(village: RatedVillage) -> None:
    village.plain.memberships.update(valid_to=TODAY, ending="moved")
    found = services.renew_subjects(actor=village.officer, campaign=village.campaign, now=NOW)
    assert found == (1, 1)  # the cell of somebody else; somebody who left
    assert AuditEvent.objects.order_by("-pk")[0].details == {"added": 1, "changed": 1}


def test_a_form_is_kept_whole_and_written_over(village: RatedVillage) -> None:
    rating = village.rating(village.plain)
    sections = {FormSection.MERITS: "Tốt", FormSection.FAULTS: "Nể nang"}
    lines = {"1": Decimal("20.5"), "2": Decimal(4)}
    paper = ReviewPaper(sections, Decimal("24.5"), Decimal(60), lines, EXCELLENT, RatedForm.STAFF)
    services.write_paper(actor=village.secretary, rating=rating, paper=paper, now=NOW)
    assert read_row(Verdict.objects.all()) == {
        "rating_id": rating.pk,
        "side": "self",
        "common": Decimal("24.5"),
        "results": Decimal(60),
        "items": {"1": "20.5", "2": "4"},
        "level": "excellent",
        "reason": "",
        "facts": {},
        "by_name": "Bí thư",
        "unit_name": "Chi bộ thôn Nặm Chá",
        "at": NOW,
        "document_number": "",
        "document_on": None,
    }
    assert (village.rating(village.plain).state, village.rating(village.plain).form) == ("drafting", "2B")
    services.write_own_paper(
        actor=village.subject, rating=rating, paper=ReviewPaper({FormSection.FAULTS: "Không"}), now=NOW
    )
    again = Verdict.objects.get()
    assert (again.by_name, again.level, again.common, again.items) == ("Lò Văn Bình", "", None, {})
    assert village.rating(village.plain).form == "2B"
    texts = {one.section: one.text for one in RatingText.objects.filter(rating=rating)}
    assert texts == {"merits": "Tốt", "faults": "Không"}


def test_a_form_written_after_a_comment_stays_a_step_ahead(village: RatedVillage) -> None:
    rating = village.rating(village.plain)
    write_comment(village, rating)
    assert village.rating(village.plain).state == "opened"  # a comment alone is no form
    for state in ("drafting", "commented", "commented"):
        services.write_paper(actor=village.secretary, rating=rating, paper=ReviewPaper(), now=NOW)
        write_comment(village, rating) if state == "commented" else None
        assert village.rating(village.plain).state == state


def test_a_comment_is_kept_whole(village: RatedVillage) -> None:
    rating = village.rating(village.plain)
    write_comment(village, rating, "Chi ủy thôn Khuổi Nọi", "Gương mẫu")
    assert read_row(RatingComment.objects.all()) == {
        "rating_id": rating.pk,
        "source": "residence",
        "from_name": "Chi ủy thôn Khuổi Nọi",
        "given_on": TODAY,
        "text": "Gương mẫu",
        "by_name": "Bí thư",
    }


def test_answers_are_of_their_kind_over_those_of_before(village: RatedVillage) -> None:
    rating = village.rating(village.plain)
    for answers in ({"total": 5, "disciplined": 1, "unit_total": 9}, {"unit_total": None, "done": 4, "faults": True}):
        services.answer_facts(actor=village.secretary, rating=rating, answers=answers, now=NOW)
    found = village.rating(village.plain).answers
    assert found == {"total": 5, "disciplined": True, "done": 4, "faults": 1}
    assert found["disciplined"] is True
    assert type(found["faults"]) is int


def test_a_review_is_kept_whole(village: RatedVillage) -> None:
    village.write(village.rating(kind=SubjectKind.LEADERSHIP), village.rating(village.plain))
    sent = date(2026, 12, 7)
    set_now = services.set_review(
        actor=village.secretary, review=village.review, meeting_on=REVIEW_DAY, drafts_sent_on=sent, now=NOW
    )
    held = services.hold_review(
        actor=village.secretary, review=village.review, held_on=REVIEW_DAY, days=2, note="Cả ngày", now=NOW
    )
    noted = services.note_cap(actor=village.officer, review=village.review, note="Đột xuất", outstanding=True, now=NOW)
    mine = UnitReview.objects.filter(organization=village.cell)
    assert (set_now, held, noted) == (mine.get(), (2, 3), mine.get())
    assert read_row(mine) == {
        "campaign_id": village.campaign.pk,
        "organization_id": village.cell.pk,
        "meeting_on": REVIEW_DAY,
        "drafts_sent_on": sent,
        "held_on": REVIEW_DAY,
        "days": 2,
        "held_note": "Cả ngày",
        "outstanding": True,
        "cap_note": "Đột xuất",
        "reminded_on": None,
    }
    days = {one.member_id: one.reviewed_on for one in Rating.objects.filter(kind="member", state="reviewed")}
    assert days == {village.plain.pk: REVIEW_DAY}


def test_a_count_of_ballots_is_kept_whole(village: RatedVillage) -> None:
    rating = ready(village, to="reviewed")
    counted = services.count_ballots(actor=village.secretary, rating=rating, tally=Tally(1, 2, 3, 4, 11, 13), now=NOW)
    assert (counted, counted.state) == (rating, RatingState.VOTED)
    assert read_row(RatingBallot.objects.filter(rating=rating)) == {
        "rating_id": rating.pk,
        "excellent": 1,
        "good": 2,
        "satisfactory": 3,
        "unsatisfactory": 4,
        "voters": 11,
        "base": 13,
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
    actor: Actor = getattr(village, who)
    done = services.take_back(actor=actor, rating=rating, reason=" Ghi  nhầm ", now=NOW)
    assert (done, done.state) == (rating, left)
    assert read_row(StepUndone.objects.all()) == {
        "rating_id": rating.pk,
        "state": state,
        "reason": "Ghi nhầm",
        "by_name": actor.name,
        "at": NOW,
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
    answered = {"settled_on": NOW.date(), "upheld": True, "answer": "Xét lại", "settled_by_name": "Cán bộ xã"}
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
        actor=village.officer, rating=rating, said=said, paper=DecisionPaper("51-QĐ/ĐU", TODAY), now=NOW
    )
    expected = {
        **old,
        "state": "decided",
        "replaces_id": rating.pk,
        "rerating_number": "51-QĐ/ĐU",
        "rerating_on": TODAY,
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
        "document_on": TODAY,
    }


def test_a_case_is_kept_whole(village: RatedVillage) -> None:
    rating, there = village.rating(village.plain), make_unit("Chi bộ thôn Bản Mới", parent=village.commune)
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
    }
    assert services.record_case(actor=village.officer, rating=rating, conclusion=conclusion, now=NOW) == case
    other = services.record_case(
        actor=village.officer, rating=village.rating(village.head), conclusion=conclusion, now=NOW
    )
    assert other != case
    services.drop_case(actor=village.officer, rating=rating, case=case, now=NOW)
    assert list(ListedCase.objects.all()) == [other]


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
        "Hãy ghi chú lý do ở trang xếp loại của đơn vị rồi mới quyết định."
    )
    assert not Verdict.objects.filter(rating=rating, side=Side.DECIDED).exists()


def test_late_forms_and_a_short_meeting_are_two_reasons_for_a_note(village: RatedVillage) -> None:
    review = base_review(village)
    services.set_review(
        actor=village.officer, review=review, meeting_on=REVIEW_DAY, drafts_sent_on=date(2026, 12, 9), now=NOW
    )
    said = []
    for days in (None, 0):
        with pytest.raises(services.ReviewNeedsNote) as refused:
            services.hold_review(actor=village.officer, review=review, held_on=REVIEW_DAY, days=days, now=NOW)
        said.append((str(refused.value), refused.value.field))
    assert said == [
        ("Bản kiểm điểm phải gửi trước hội nghị, chậm nhất 08/12/2026. Hãy ghi lý do.", "note"),
        ("Hội nghị kiểm điểm phải họp ít nhất 1 ngày. Hãy ghi lý do.", "note"),
    ]
