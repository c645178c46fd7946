"""Opinions of a report: the same row from saving to saving, and files that wait with it until the report is sent."""

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document as WordDocument

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.core.text import fold
from nennep.core.typed import TextTooLong
from nennep.documents.models import Enclosure
from nennep.documents.services import SuffixNotTaken
from nennep.organizations.models import OrganizationPeriod
from nennep.organizations.services import merge_organization
from nennep.petitions.choices import FILES_LIMIT, PetitionField, PetitionState, Word
from nennep.petitions.models import Petition
from nennep.petitions.queries import list_file_names
from nennep.petitions.services import PetitionDetails, TooManyFiles, attach_file, note_petition
from nennep.visits.choices import OpinionOutcome, VisitState
from nennep.visits.models import Visit, VisitOpinion, VisitReport
from nennep.visits.queries.doors import get_opinion
from nennep.visits.services import opinions, reports
from nennep.visits.services.opinions import OpinionDraft, OpinionSettled
from nennep.visits.services.reports import FilesStayBehind, ReportDraft
from tests.factories.cells import join_cell
from tests.factories.core import NOW, TODAY
from tests.factories.documents import make_upload
from tests.factories.trails import list_trail
from tests.factories.visits import make_visit
from tests.visits.conftest import Commune

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 5)


@pytest.fixture
def visit(commune: Commune) -> Visit:
    return make_visit(commune.hung, commune.cell, on=DAY, state=VisitState.ATTENDED)


def save(commune: Commune, visit: Visit, *drafts: OpinionDraft, **facts: Any) -> list[VisitOpinion]:
    draft = ReportDraft(conduct="Tốt.", opinions=drafts, **facts)
    report = reports.save_report(actor=commune.actor(commune.hung), visit=visit, draft=draft, now=NOW)
    return list(report.opinions.order_by("position", "pk"))


def attach(commune: Commune, opinion: VisitOpinion, name: str = "cầu.pdf", **changes: Any) -> Enclosure:
    given: dict[str, Any] = {"actor": commune.actor(commune.hung), "upload": make_upload(name=name), "now": NOW}
    return opinions.attach_to_opinion(opinion=opinion, **(given | changes))


def submit(commune: Commune, visit: Visit) -> VisitReport:
    return reports.submit_report(actor=commune.actor(commune.hung), visit=visit, now=NOW)


def note(commune: Commune, text: str, **details: Any) -> Petition:
    given = PetitionDetails(text, **details)
    return note_petition(actor=Actor.system(), organization=commune.cell, details=given, raised_on=DAY, now=NOW)


def test_an_opinion_keeps_its_row_and_what_is_gone_goes(commune: Commune, visit: Visit) -> None:
    bridge, lamp = save(commune, visit, OpinionDraft("Cầu hỏng"), OpinionDraft("Đèn tắt"))
    written = OpinionDraft("Cầu Nà Khà hỏng", public_id=bridge.public_id, place="Nà Khà", field=PetitionField.ROADS)
    water, again = save(commune, visit, OpinionDraft("Nước"), written)
    assert (again.pk, again.text, again.position) == (bridge.pk, "Cầu Nà Khà hỏng", 2)
    assert (again.place, again.field, water.field) == ("Nà Khà", PetitionField.ROADS, PetitionField.OTHER)
    assert not VisitOpinion.objects.filter(pk=lamp.pk).exists()


def test_a_page_of_before_the_first_saving_finds_its_rows_by_their_words(commune: Commune, visit: Visit) -> None:
    noted = note(commune, "Cầu hỏng")
    own, same = save(commune, visit, OpinionDraft("Cầu hỏng"), OpinionDraft("Cầu hỏng", petition=noted))
    drafts = (OpinionDraft("Cầu hỏng", petition=noted), OpinionDraft("Cầu hỏng"), OpinionDraft("Cầu hỏng"))
    found = save(commune, visit, *drafts)
    assert [one.pk for one in found[:2]] == [same.pk, own.pk]
    assert found[2].pk not in {own.pk, same.pk}


def test_an_id_that_is_not_of_this_report_makes_a_row_of_its_own(commune: Commune, visit: Visit) -> None:
    other = make_visit(commune.hung, commune.other, on=date(2026, 11, 6), state=VisitState.ATTENDED)
    (foreign,) = save(commune, other, OpinionDraft("Cầu hỏng"))
    (own,) = save(commune, visit, OpinionDraft("Đèn tắt", public_id=foreign.public_id))
    foreign.refresh_from_db()
    assert (own.public_id == foreign.public_id, foreign.text) == (False, "Cầu hỏng")


def test_files_go_with_the_petition_when_the_report_is_sent(commune: Commune, visit: Visit) -> None:
    drafts = (
        OpinionDraft("Đèn tắt", outcome=OpinionOutcome.SETTLED_ON_SPOT),
        OpinionDraft(
            "Cầu hỏng",
            outcome=OpinionOutcome.PASSED_ON,
            passed_to=commune.unit,
            field=PetitionField.ROADS,
            place="Nà Khà",
        ),
        OpinionDraft("Nên họp sớm hơn", outcome=OpinionOutcome.OPINION),
    )
    for number, opinion in enumerate(save(commune, visit, *drafts)):
        attach(commune, opinion, f"{number}.pdf")
    saved = save(commune, visit, *drafts)
    attach(commune, saved[1], "nữa.pdf")
    opinions.remove_from_opinion(actor=commune.actor(commune.hung), opinion=saved[1], number=1, now=NOW)
    submit(commune, visit)
    found = Petition.objects.order_by("pk")
    assert [(one.text, one.state, one.field, one.place, list_file_names(one, until=NOW)) for one in found] == [
        ("Đèn tắt", PetitionState.SOLVED, PetitionField.OTHER, "", ["0.pdf"]),
        ("Cầu hỏng", PetitionState.OPEN, PetitionField.ROADS, "Nà Khà", ["nữa.pdf"]),
        ("Nên họp sớm hơn", PetitionState.OPINION, PetitionField.OTHER, "", ["2.pdf"]),
    ]
    kept = Enclosure.objects.filter(removed_at=None)
    assert {(one.added_by_id, one.number, one.origin_kind) for one in kept} == {
        (commune.hung.pk, 1, "petitions.petition")
    }
    assert [one for one in list_trail("petitions") if "file" in one[0]] == [
        ("petitions.file_attached", {"number": 1})
    ] * 3
    assert [verb for verb, _details in list_trail("visits") if "file" in verb] == [
        *["visits.file_attached"] * 4,
        "visits.file_removed",
    ]


def test_only_its_writer_reaches_a_draft_and_nobody_once_it_is_sent(commune: Commune, visit: Visit) -> None:
    (opinion,) = save(commune, visit, OpinionDraft("Cầu hỏng"))
    attach(commune, opinion)
    others = (commune.actor(commune.mai), commune.officer, commune.secretary)
    for actor in others:
        refuse_all(actor, opinion, visit)
    found = get_opinion(actor=commune.actor(commune.hung), visit_id=visit.public_id, public_id=opinion.public_id)
    assert found.pk == opinion.pk
    submit(commune, visit)
    for actor in (*others, commune.actor(commune.hung)):
        refuse_all(actor, opinion, visit)


def refuse_all(actor: Actor, opinion: VisitOpinion, visit: Visit) -> None:
    with pytest.raises(NotFound):
        opinions.attach_to_opinion(actor=actor, opinion=opinion, upload=make_upload(), now=NOW)
    with pytest.raises(NotFound):
        opinions.remove_from_opinion(actor=actor, opinion=opinion, number=1, now=NOW)
    with pytest.raises(NotFound):
        get_opinion(actor=actor, visit_id=visit.public_id, public_id=opinion.public_id)


def test_an_opinion_taken_out_takes_its_files_out_but_not_while_one_types(commune: Commune, visit: Visit) -> None:
    (opinion,) = save(commune, visit, OpinionDraft("Cầu hỏng"))
    kept = attach(commune, opinion)
    emptied = frozenset({opinion.public_id})
    assert [one.pk for one in save(commune, visit, emptied=emptied)] == [opinion.pk]
    kept.refresh_from_db()
    assert kept.removed_at is None
    assert save(commune, visit) == []
    kept = type(kept).objects.get(pk=kept.pk)
    assert (kept.removed_at, Path(kept.file.path).exists()) == (NOW, True)


def test_of_one_spoken_for_the_file_keeps_no_name(commune: Commune, visit: Visit) -> None:
    asker = join_cell(commune.cell, "Giàng Thị Xuyến")
    hidden, other = note(commune, "Cầu hỏng", raised_by=asker, is_hidden=True), note(commune, "Đèn")
    (opinion,) = save(commune, visit, OpinionDraft("Cầu hỏng", petition=hidden))
    word, target = WordDocument(), BytesIO()
    word.core_properties.author = asker.full_name
    word.save(target)
    kept = attach(commune, opinion, upload=make_upload(target.getvalue(), f"{asker.full_name}.docx"))
    assert (kept.file_name, WordDocument(kept.file.path).core_properties.author) == ("", "")
    # No other petition is given to a row that has files, and its own is not taken away.
    save(commune, visit, OpinionDraft("Cầu hỏng", petition=other, public_id=opinion.public_id))
    submit(commune, visit)
    assert [list_file_names(one, until=NOW) for one in (hidden, other)] == [["Tệp kèm 1.docx"], []]


@pytest.mark.parametrize("there", [0, 3])
def test_no_more_than_ten_with_those_of_the_petition(commune: Commune, visit: Visit, there: int) -> None:
    noted = note(commune, "Cầu hỏng")
    for number in range(there):
        attach_file(actor=commune.secretary, petition=noted, upload=make_upload(name=f"{number}.pdf"), now=NOW)
    (opinion,) = save(commune, visit, OpinionDraft("Cầu hỏng", petition=noted))
    for number in range(there, FILES_LIMIT):
        attach(commune, opinion, f"{number}.pdf")
    with pytest.raises(TooManyFiles):
        attach(commune, opinion)
    submit(commune, visit)
    assert list_file_names(noted, until=NOW) == [f"{number}.pdf" for number in range(FILES_LIMIT)]


def test_what_came_between_is_said_when_sending_and_nothing_is_sent(commune: Commune, visit: Visit) -> None:
    full, settled = note(commune, "Cầu hỏng"), note(commune, "Đèn tắt")
    rows = save(commune, visit, OpinionDraft("Cầu hỏng", petition=full), OpinionDraft("Đèn tắt", petition=settled))
    for row in rows:
        attach(commune, row)
    for number in range(FILES_LIMIT):
        attach_file(actor=commune.secretary, petition=full, upload=make_upload(name=f"{number}.pdf"), now=NOW)
    said = refuse(commune, visit)
    assert said.startswith("Chưa gửi được tệp kèm của ý kiến “Cầu hỏng”: Kiến nghị này đã có 10 tệp kèm.")
    opinions.remove_from_opinion(actor=commune.actor(commune.hung), opinion=rows[0], number=1, now=NOW)
    facts = {"answer": "Xong", "answered_on": DAY, "word": Word.SATISFIED, "settled_on": DAY}
    Petition.objects.filter(pk=settled.pk).update(state=PetitionState.SOLVED, **facts)
    assert refuse(commune, visit).startswith(
        "Chưa gửi được tệp kèm của ý kiến “Đèn tắt”: Kiến nghị này đã khép lại (Chi bộ thôn Nặm Chá: ghi nhận, 09/11/2026)."
    )
    with pytest.raises(OpinionSettled):
        attach(commune, VisitOpinion.objects.get(pk=rows[1].pk))
    opinions.remove_from_opinion(actor=commune.actor(commune.hung), opinion=rows[1], number=1, now=NOW)
    assert submit(commune, visit).submitted_at == NOW


def refuse(commune: Commune, visit: Visit) -> str:
    with pytest.raises(FilesStayBehind) as refusal:
        submit(commune, visit)
    assert not VisitReport.objects.filter(submitted_at__isnull=False).exists()
    return str(refusal.value)


def test_a_file_that_is_refused_leaves_nothing(commune: Commune, visit: Visit) -> None:
    (opinion,) = save(commune, visit, OpinionDraft("Cầu hỏng"))
    with pytest.raises(SuffixNotTaken):
        attach(commune, opinion, "a.exe")
    assert Enclosure.objects.count() == 0


def test_a_place_that_is_too_long_is_refused_beside_the_opinions(commune: Commune, visit: Visit) -> None:
    (kept,) = save(commune, visit, OpinionDraft("Cầu hỏng", place="x" * 120))
    assert kept.place == "x" * 120
    with pytest.raises(TextTooLong) as refusal:
        save(commune, visit, OpinionDraft("Cầu hỏng", place="x" * 121))
    assert refusal.value.field == "opinions"


def test_what_was_heard_in_a_cell_that_is_merged_goes_on_with_its_successor(commune: Commune, visit: Visit) -> None:
    """Settled on the spot, passed on, with a file: the official acts there as in the cell that was visited."""
    drafts = (
        OpinionDraft("Đèn tắt", outcome=OpinionOutcome.SETTLED_ON_SPOT),
        OpinionDraft("Cầu hỏng", outcome=OpinionOutcome.PASSED_ON, passed_to=commune.unit),
    )
    for opinion in save(commune, visit, *drafts):
        attach(commune, opinion, f"{fold(opinion.text)}.pdf")
    cell = commune.cell
    OrganizationPeriod.objects.create(
        organization=cell, name=cell.name, kind=cell.kind, parent=commune.unit, valid_from=cell.opened_on
    )
    merge_organization(
        actor=Actor.system(), organization=commune.cell, successor=commune.other, on=TODAY, reason="Sáp nhập", now=NOW
    )
    submit(commune, Visit.objects.get(pk=visit.pk))
    found = [(one.organization, one.state, list_file_names(one, until=NOW)) for one in Petition.objects.order_by("pk")]
    assert found == [
        (commune.other, PetitionState.SOLVED, ["den tat.pdf"]),
        (commune.other, PetitionState.OPEN, ["cau hong.pdf"]),
    ]
