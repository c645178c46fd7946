"""What the acts before and at the review keep: whole rows."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from nennep.audit.models import AuditEvent
from nennep.classification import services
from nennep.classification.choices import (
    FormSection,
    RatedForm,
    RatingLevel,
    SubjectKind,
)
from nennep.classification.models import (
    Campaign,
    Rating,
    RatingComment,
    RatingText,
    UnitReview,
    Verdict,
)
from nennep.classification.services import Opening, ReviewPaper
from nennep.core.frozen import hash_content
from tests.classification.conftest import NOW, REVIEW_DAY, RatedVillage
from tests.classification.steps import (
    read_row,
    write_comment,
)
from tests.factories.core import TODAY
from tests.factories.members import make_member
from tests.factories.organizations import make_unit

pytestmark = pytest.mark.django_db
EXCELLENT, GOOD, SATISFACTORY, UNSATISFACTORY = RatingLevel


# ── whole rows ────────────────────────────────────────────────────────────────


def test_a_round_is_kept_whole(village: RatedVillage) -> None:
    opening = Opening(2027, date(2027, 3, 31), quarter=1)
    new = services.open_campaign(actor=village.officer, organization=village.commune, opening=opening, now=NOW)
    row = read_row(Campaign.objects.filter(pk=new.pk), content=1, sha256=1)
    assert row == {
        "organization_id": village.commune.pk,
        "year": 2027,
        "quarter": 1,
        "cutoff_on": date(2027, 3, 31),
        "last_day": date(2027, 3, 31),
        "state": "open",
        "opened_on": NOW.date(),
        "opened_by_name": "Cán bộ xã",
        "closed_on": None,
        "cancelled_on": None,
        "cancelled_by_name": "",
        "cancel_reason": "",
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
        "answers_reason": "",
        "answers_beside": None,
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
    said: dict[str, Any] = {"note": "Đột xuất", "outstanding": True, "excellent": 2}
    noted = services.note_cap(actor=village.officer, review=village.review, now=NOW, **said)
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
        "noted_for": 2,
        "noted_allowed": 0,
        "noted_counted": 0,
        "noted_base": "good_only",
        "noted_by": village.officer.name,
        "noted_at": NOW,
        "former_notes": [],
        "reminded_on": None,
        "told_days": [],
    }
    days = {one.member_id: one.reviewed_on for one in Rating.objects.filter(kind="member", state="reviewed")}
    assert days == {village.plain.pk: REVIEW_DAY}
