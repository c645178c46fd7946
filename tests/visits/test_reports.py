"""The report of a visit, its petitions, and comments to the cell."""

from datetime import date, timedelta
from typing import Any

import pytest

from nennep.core.access import Actor
from nennep.core.errors import Conflict, DomainError, NotFound
from nennep.core.origins import Origin
from nennep.core.typed import StampFound, TextTooLong
from nennep.meetings.models import Advice
from nennep.meetings.services.advice import TooMuchAdvice
from nennep.petitions.choices import PetitionState, Word
from nennep.petitions.models import Petition
from nennep.petitions.services import PetitionDetails, note_petition
from nennep.visits.choices import OpinionOutcome, SpeakerKind, VisitState
from nennep.visits.models import CommentBankEntry, Visit, VisitReport, VisitSupplement
from nennep.visits.queries.facts import find_report_due
from nennep.visits.queries.lists import list_own_visits
from nennep.visits.services import advising, reports
from nennep.visits.services.advising import Comment
from nennep.visits.services.reports import OpinionDraft, ReportDraft
from nennep.visits.services.supplements import ReportNotSent, SupplementEmpty, supplement_report
from tests.factories.core import NOW, TODAY
from tests.factories.trails import list_trail
from tests.factories.visits import make_visit
from tests.visits.conftest import Commune

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 5)
DRAFT = ReportDraft(conduct="Đúng trình tự, bí thư điều hành chắc.", discussed="Mương Nà Khà.", score=88)


@pytest.fixture
def visit(commune: Commune) -> Visit:
    return make_visit(commune.hung, commune.cell, on=DAY, state=VisitState.ATTENDED)


def save(commune: Commune, visit: Visit, draft: ReportDraft = DRAFT, **changes: Any) -> VisitReport:
    given: dict[str, Any] = {"actor": commune.actor(commune.hung), "visit": visit, "draft": draft, "now": NOW}
    return reports.save_report(**(given | changes))


def submit(commune: Commune, visit: Visit) -> VisitReport:
    return reports.submit_report(actor=commune.actor(commune.hung), visit=visit, now=NOW)


def test_a_report_is_saved_as_one_goes_and_sent_once(commune: Commune, visit: Visit) -> None:
    first = save(commune, visit)
    again = save(commune, visit, ReportDraft(conduct="Đúng trình tự.", score=90), version=first.version)
    assert (again.conduct, again.score, again.version, again.submitted_at) == ("Đúng trình tự.", 90, 3, None)
    assert submit(commune, visit).submitted_at == NOW
    assert submit(commune, visit).submitted_at == NOW
    with pytest.raises(reports.ReportSubmitted):
        save(commune, visit)


def test_an_older_version_does_not_overwrite(commune: Commune, visit: Visit) -> None:
    first = save(commune, visit)
    save(commune, visit)
    with pytest.raises(Conflict):
        save(commune, visit, version=first.version)


def test_a_report_for_a_visit_of_someone_else_is_not_found(commune: Commune, visit: Visit) -> None:
    for actor in (commune.actor(commune.mai), commune.officer, commune.secretary):
        with pytest.raises(NotFound):
            save(commune, visit, actor=actor)
        with pytest.raises(NotFound):
            reports.submit_report(actor=actor, visit=visit, now=NOW)
    assert VisitReport.objects.count() == 0


def test_a_report_begins_on_the_day_and_is_sent_once_attended(commune: Commune) -> None:
    coming = make_visit(commune.hung, commune.cell, on=TODAY + timedelta(days=4))
    with pytest.raises(reports.VisitNotBegun):
        save(commune, coming)
    today = make_visit(commune.hung, commune.other, on=TODAY)
    save(commune, today)
    with pytest.raises(reports.VisitNotAttended):
        submit(commune, today)
    missed = make_visit(commune.hung, commune.cell, on=date(2026, 10, 5), state=VisitState.MISSED)
    with pytest.raises(reports.VisitNotAttended):
        save(commune, missed)


def test_an_empty_report_is_not_sent(commune: Commune, visit: Visit) -> None:
    with pytest.raises(reports.ReportIncomplete):
        submit(commune, visit)
    save(commune, visit, ReportDraft(discussed="Mương."))
    with pytest.raises(reports.ReportIncomplete):
        submit(commune, visit)


@pytest.mark.parametrize(
    ("draft", "refusal"),
    [
        (ReportDraft(score=101), reports.ScoreOutOfRange),
        (ReportDraft(score=-1), reports.ScoreOutOfRange),
        (ReportDraft(group_scores={"c1": 100.5}), reports.ScoreOutOfRange),
        (ReportDraft(score_reason="x" * 4001), TextTooLong),
        (ReportDraft(opinions=[OpinionDraft("x", passed_to_name="x" * 201)]), TextTooLong),
        (ReportDraft(comments=[Comment("x" * 501)]), TextTooLong),
        (ReportDraft(comments=[Comment("x", "x" * 4001)]), TextTooLong),
        (ReportDraft(settled="TỐI MẬT"), StampFound),
        (ReportDraft(opinions=[OpinionDraft("Công văn. TUYỆT MẬT")]), StampFound),
        (ReportDraft(comments=[Comment("Góp ý", "Mẫu. TỐI MẬT")]), StampFound),
        (ReportDraft(group_scores={"c1": -100.5}), reports.ScoreOutOfRange),
        (ReportDraft(conduct="x" * 4001), TextTooLong),
        (ReportDraft(opinions=[OpinionDraft("x" * 1001)]), TextTooLong),
        (ReportDraft(opinions=[OpinionDraft("x")] * 51), reports.TooManyOpinions),
    ],
)
def test_a_draft_out_of_bounds_is_refused(
    commune: Commune, visit: Visit, draft: ReportDraft, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        save(commune, visit, draft)
    assert VisitReport.objects.count() == 0


@pytest.mark.parametrize("score", [0, 100])
def test_a_draft_within_its_bounds_is_kept_as_it_was_written(commune: Commune, visit: Visit, score: int) -> None:
    long, opinion = "x" * 4000, OpinionDraft("x" * 1000, passed_to_name="x" * 200, speaker=SpeakerKind.RESIDENT)
    comments = [Comment("x" * 500, long, "c6"), Comment("  "), Comment("Hai"), Comment("Ba", keep=False)]
    sections: dict[str, Any] = dict.fromkeys(reports.SECTIONS, long)
    draft = ReportDraft(
        **sections,
        score=score,
        group_scores={"c1": 0, "c2": 100},
        opinions=[opinion] * 50,
        comments=comments,
    )
    report = save(commune, visit, draft)
    report.refresh_from_db()
    assert {name: getattr(report, name) for name in reports.SECTIONS} == dict.fromkeys(reports.SECTIONS, long)
    assert (report.score, report.group_scores, report.started_at, report.saved_at, report.version) == (
        score,
        {"c1": 0, "c2": 100},
        NOW,
        NOW,
        2,
    )
    assert report.comments == [
        {"text": "x" * 500, "example": long, "topic": "c6", "keep": True},
        {"text": "Hai", "example": "", "topic": "", "keep": True},
        {"text": "Ba", "example": "", "topic": "", "keep": False},
    ]
    kept = report.opinions.order_by("position")
    assert [row.position for row in kept] == list(range(1, 51))
    assert {(row.text, row.passed_to_name, row.speaker, row.outcome) for row in kept} == {
        ("x" * 1000, "x" * 200, SpeakerKind.RESIDENT, OpinionOutcome.NOTED)
    }
    later = NOW + timedelta(hours=1)
    again = save(commune, visit, ReportDraft(), now=later)
    again.refresh_from_db()
    assert (again.saved_at, again.started_at, again.version, again.opinions.count()) == (later, NOW, 3, 0)


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (ReportDraft(settled="x" * 4001), "settled"),
        (ReportDraft(opinions=[OpinionDraft("x" * 1001)]), "opinions"),
        (ReportDraft(opinions=[OpinionDraft("x", passed_to_name="x" * 201)]), "opinions"),
        (ReportDraft(opinions=[OpinionDraft("x")] * 51), "opinions"),
        (ReportDraft(comments=[Comment("x" * 501)]), "comments"),
        (ReportDraft(comments=[Comment("x", "x" * 4001)]), "comments"),
        (ReportDraft(comments=[Comment(str(number)) for number in range(4)]), "comments"),
    ],
    ids=["section", "opinion", "name", "opinions", "comment", "example", "comments"],
)
def test_a_refusal_of_a_draft_names_its_part(commune: Commune, visit: Visit, draft: ReportDraft, field: str) -> None:
    with pytest.raises(DomainError) as refusal:
        save(commune, visit, draft)
    assert refusal.value.field == field
    if isinstance(refusal.value, reports.TooManyOpinions | reports.TooManyComments):
        assert str(refusal.value).startswith(("Mỗi báo cáo ghi nhiều nhất 50", "Mỗi lần dự góp ý nhiều nhất 3"))


def test_each_step_of_a_report_is_in_the_trail(commune: Commune, visit: Visit) -> None:
    save(commune, visit)
    with pytest.raises(reports.ReportSavedElsewhere) as refusal:
        save(commune, visit, version=1)
    assert refusal.value.details["version"] == 2
    save(commune, visit, version=2)
    later = NOW + timedelta(hours=1)
    report = reports.submit_report(actor=commune.actor(commune.hung), visit=visit, now=later)
    report.refresh_from_db()
    assert (report.submitted_at, report.saved_at) == (later, later)
    supplement(commune.actor(commune.hung), visit)
    assert list_trail("visits") == [
        ("visits.report_started", {}),
        ("visits.report_submitted", {}),
        ("visits.report_supplemented", {}),
    ]


def test_each_opinion_becomes_a_petition_when_sent(commune: Commune, visit: Visit) -> None:
    opinions = [
        OpinionDraft("Sửa đèn đường.", outcome=OpinionOutcome.SETTLED_ON_SPOT),
        OpinionDraft("Cầu treo Nà Mèn.", outcome=OpinionOutcome.PASSED_ON, passed_to=commune.unit),
        OpinionDraft("Nước sạch.", outcome=OpinionOutcome.NOTED),
        OpinionDraft("  "),
    ]
    save(commune, visit, ReportDraft(conduct="Tốt.", settled="Xã lắp trong tuần.", opinions=opinions))
    assert Petition.objects.count() == 0
    report = submit(commune, visit)
    found = [
        (item.petition.text, item.petition.state, item.petition.holder, item.petition.raised_on)
        for item in report.opinions.order_by("position")
        if item.petition
    ]
    assert found == [
        ("Sửa đèn đường.", PetitionState.SOLVED, commune.cell, DAY),
        ("Cầu treo Nà Mèn.", PetitionState.OPEN, commune.unit, DAY),
        ("Nước sạch.", PetitionState.OPEN, commune.cell, DAY),
    ]


def test_an_opinion_passed_on_to_nobody_is_asked_about(commune: Commune, visit: Visit) -> None:
    save(commune, visit, ReportDraft(conduct="Tốt.", opinions=[OpinionDraft("Cầu.", outcome=OpinionOutcome.PASSED_ON)]))
    with pytest.raises(reports.PassedToMissing):
        submit(commune, visit)
    assert Petition.objects.count() == 0


def test_a_petition_says_who_asked_as_a_kind_and_where_it_went_outside(commune: Commune, visit: Visit) -> None:
    opinions = [
        OpinionDraft(
            "Cầu.", speaker=SpeakerKind.RESIDENT, outcome=OpinionOutcome.PASSED_ON, passed_to_name="Ban quản lý dự án"
        ),
        OpinionDraft(
            "Đường.", outcome=OpinionOutcome.PASSED_ON, passed_to=commune.unit, passed_to_name="Ban quản lý dự án"
        ),
        OpinionDraft("Đèn.", outcome=OpinionOutcome.SETTLED_ON_SPOT),
    ]
    save(commune, visit, ReportDraft(conduct="Tốt.", opinions=opinions))
    submit(commune, visit)
    origin = Origin("visits.visit", str(visit.public_id))
    found = Petition.objects.order_by("pk").values_list("text", "raised_by_name", "holder__name", "answer")
    assert list(found) == [
        ("Cầu. (Ban quản lý dự án)", "Người dân", commune.cell.name, ""),
        ("Đường.", "Đảng viên", commune.unit.name, ""),
        ("Đèn.", "Đảng viên", commune.cell.name, "Giải quyết tại chỗ"),
    ]
    assert {Origin(one.origin_kind, one.origin_id) for one in Petition.objects.all()} == {origin}


def test_a_petition_that_is_settled_or_there_already_is_left_alone(commune: Commune, visit: Visit) -> None:
    settled, there = note(commune, "Xi măng"), note(commune, "Đường")
    said = {"answer": "Đã cấp", "answered_on": DAY, "word": Word.SATISFIED}
    Petition.objects.filter(pk=settled.pk).update(state=PetitionState.SOLVED, settled_on=DAY, **said)
    Petition.objects.filter(pk=there.pk).update(holder=commune.unit)
    opinions = [
        OpinionDraft("Xi măng", outcome=OpinionOutcome.SETTLED_ON_SPOT, petition=settled),
        OpinionDraft("Đường", outcome=OpinionOutcome.PASSED_ON, passed_to=commune.unit, petition=there),
    ]
    save(commune, visit, ReportDraft(conduct="Tốt.", opinions=opinions))
    submit(commune, visit)
    settled.refresh_from_db()
    assert (settled.answer, there.steps.filter(kind="passed_on").count()) == ("Đã cấp", 0)


def test_the_refusal_says_which_opinion_goes_nowhere(commune: Commune, visit: Visit) -> None:
    opinion = OpinionDraft(f"Cầu {'x' * 60}", outcome=OpinionOutcome.PASSED_ON)
    save(commune, visit, ReportDraft(conduct="Tốt.", opinions=[opinion]))
    with pytest.raises(reports.PassedToMissing) as refusal:
        submit(commune, visit)
    assert str(refusal.value) == f"Hãy ghi ý kiến “Cầu {'x' * 56}” được chuyển đến đâu."


def test_the_report_is_due_five_working_days_after(commune: Commune, visit: Visit) -> None:
    assert find_report_due(cell=commune.cell, attended_on=DAY) == date(2026, 11, 12)
    line = list_own_visits(actor=commune.actor(commune.hung), today=TODAY)[0]
    assert (line.report_due_on, line.report_started, line.submitted_on) == (date(2026, 11, 12), False, None)


# ── comments (G13) ────────────────────────────────────────────────────────────


def advise(commune: Commune, visit: Visit, text: str, **changes: Any) -> Advice:
    comment = advising.Comment(text, example="Chi bộ Làng Chùa giao việc có số đo.")
    given: dict[str, Any] = {"actor": commune.actor(commune.hung), "visit": visit, "comment": comment, "now": NOW}
    return advising.advise(**(given | changes))


def test_a_comment_reaches_the_cell_and_the_bank_grows(commune: Commune, visit: Visit) -> None:
    advice = advise(commune, visit, "Nên giao việc có số đo.")
    assert (advice.organization, Origin(advice.origin_kind, advice.origin_id)) == (
        commune.cell,
        Origin("visits.visit", str(visit.public_id)),
    )
    other = make_visit(commune.mai, commune.cell, on=date(2026, 10, 5), state=VisitState.ATTENDED)
    advise(commune, other, "Nên giao việc có số đo.", actor=commune.actor(commune.mai))
    entry = CommentBankEntry.objects.get()
    assert (entry.text, entry.uses, entry.organization) == ("Nên giao việc có số đo.", 2, commune.unit)


def test_the_official_takes_back_what_was_said_to_the_cell(commune: Commune, visit: Visit) -> None:
    advice = advise(commune, visit, "Nên giao việc có số đo.", comment=advising.Comment("Ghi số đo.", "Mương", "c6"))
    assert (advice.text, advice.example, advice.topic, advice.given_by) == ("Ghi số đo.", "Mương", "c6", commune.hung)
    entry = CommentBankEntry.objects.get()
    assert (entry.text, entry.example, entry.topic, entry.created_at) == ("Ghi số đo.", "Mương", "c6", NOW)
    with pytest.raises(NotFound):
        advising.take_back(actor=commune.actor(commune.mai), visit=visit, advice_id=advice.public_id, now=NOW)
    advising.take_back(actor=commune.actor(commune.hung), visit=visit, advice_id=advice.public_id, now=NOW)
    assert Advice.objects.count() == 0


def test_at_most_three_comments_a_visit(commune: Commune, visit: Visit) -> None:
    for number in range(3):
        advise(commune, visit, f"Điều {number}")
    with pytest.raises(TooMuchAdvice):
        advise(commune, visit, "Điều 4")
    assert (Advice.objects.count(), CommentBankEntry.objects.count()) == (3, 3)


def test_nobody_comments_on_the_visit_of_someone_else(commune: Commune, visit: Visit) -> None:
    with pytest.raises(NotFound):
        advise(commune, visit, "Nên giao việc có số đo.", actor=commune.officer)


def test_comments_go_to_the_cell_when_the_report_is_sent(commune: Commune, visit: Visit) -> None:
    comments = [Comment("Ghi rõ số đo.", "Mương 300 m", "c6"), Comment("  "), Comment("Ai nói trước?", keep=False)]
    save(commune, visit, ReportDraft(conduct="Tốt.", comments=comments))
    assert Advice.objects.count() == 0
    submit(commune, visit)
    submit(commune, visit)
    assert list(Advice.objects.values_list("text", "example", "topic", "given_by_id")) == [
        ("Ghi rõ số đo.", "Mương 300 m", "c6", commune.hung.pk),
        ("Ai nói trước?", "", "", commune.hung.pk),
    ]
    assert list(CommentBankEntry.objects.values_list("text", flat=True)) == ["Ghi rõ số đo."]


def test_a_fourth_comment_is_refused(commune: Commune, visit: Visit) -> None:
    with pytest.raises(reports.TooManyComments):
        save(commune, visit, ReportDraft(comments=[Comment(f"Góp ý {number}") for number in range(4)]))


def test_what_the_cell_noted_goes_on_and_is_not_noted_twice(commune: Commune, visit: Visit) -> None:
    noted = [note(commune, text) for text in ("Xi măng", "Đèn đường", "Nước")]
    outcomes = [OpinionOutcome.PASSED_ON, OpinionOutcome.SETTLED_ON_SPOT, OpinionOutcome.NOTED]
    opinions = [
        OpinionDraft(petition.text, outcome=outcome, passed_to=commune.unit, petition=petition)
        for petition, outcome in zip(noted, outcomes, strict=True)
    ]
    save(commune, visit, ReportDraft(conduct="Tốt.", settled="Xã lắp trong tuần.", opinions=opinions))
    submit(commune, visit)
    assert list(Petition.objects.order_by("pk").values_list("text", "holder__name", "state", "answer")) == [
        ("Xi măng", commune.unit.name, PetitionState.OPEN, ""),
        ("Đèn đường", commune.cell.name, PetitionState.SOLVED, "Xã lắp trong tuần."),
        ("Nước", commune.cell.name, PetitionState.OPEN, ""),
    ]


def note(commune: Commune, text: str) -> Petition:
    return note_petition(
        actor=Actor.system(), organization=commune.cell, details=PetitionDetails(text), raised_on=DAY, now=NOW
    )


def test_a_sent_report_is_supplemented_by_its_writer_only(commune: Commune, visit: Visit) -> None:
    save(commune, visit)
    with pytest.raises(ReportNotSent):
        supplement(commune.actor(commune.hung), visit)
    submit(commune, visit)
    supplement(commune.actor(commune.hung), visit)
    for actor in (commune.actor(commune.mai), commune.officer):
        with pytest.raises(NotFound):
            supplement(actor, visit)
    for text, refusal in (("  ", SupplementEmpty), ("a" * 4001, TextTooLong)):
        with pytest.raises(refusal):
            supplement(commune.actor(commune.hung), visit, text)
    assert list(VisitSupplement.objects.values_list("text", "at", "by_name")) == [
        ("Xã đã cấp đủ.", NOW, "Lương Quốc Hưng")
    ]


def supplement(actor: Actor, visit: Visit, text: str = "Xã đã cấp đủ.") -> VisitSupplement:
    return supplement_report(actor=actor, visit=visit, text=text, now=NOW)
