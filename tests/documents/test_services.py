"""Taking files in, replacing and removing them, taking numbers."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models.signals import pre_save

from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed
from nennep.core.origins import Origin
from nennep.core.permissions import Permission
from nennep.core.typed import TextTooLong
from nennep.documents import services
from nennep.documents.choices import PaperType
from nennep.documents.models import Document, DocumentVersion, NumberSequence, Receipt
from nennep.documents.services import DocumentDetails
from nennep.organizations.models import Organization, Term
from tests.factories.accounts import make_user
from tests.factories.cells import make_cell
from tests.factories.core import NOW, make_actor
from tests.factories.documents import PDF, make_document, make_docx, make_pdf, make_upload


def writer(cell: Organization) -> Actor:
    rights = (Permission.DOCUMENTS_READ, Permission.DOCUMENTS_WRITE, Permission.MEETINGS_HOLD)
    return make_actor(*rights, path=cell.path)


@pytest.mark.django_db
def test_add_document_keeps_file_name_size_and_hash() -> None:
    cell = make_cell()
    upload = make_upload(name="C:\\Máy tính\\Bản tin tháng 11.pdf")
    services.add_document(
        actor=writer(cell), organization=cell, details=DocumentDetails("  Bản tin   tháng 11 "), upload=upload, now=NOW
    )
    version = DocumentVersion.objects.select_related("document").get()
    assert (version.document.title, version.file_name, version.size) == (
        "Bản tin tháng 11",
        "Bản tin tháng 11.pdf",
        len(PDF),
    )
    assert version.file.name == f"documents/2026/11/{version.public_id}.pdf"
    with version.file.open() as stored:
        assert stored.read() == PDF
    assert [event.verb for event in AuditEvent.objects.all()] == ["documents.added"]


@pytest.mark.django_db
def test_a_paper_keeps_what_is_said_of_it_and_who_brought_it() -> None:
    cell, user = make_cell(), make_user()
    actor = make_actor(Permission.DOCUMENTS_WRITE, path=cell.path, user_id=user.pk)
    details = DocumentDetails(
        "Nghị quyết", PaperType.RESOLUTION, " 05-NQ/TW ", " Trung  ương ", date(2026, 10, 1), date(2026, 11, 2)
    )
    origin = Origin("meetings.meeting", "7")
    services.add_document(actor=actor, organization=cell, details=details, upload=make_upload(), now=NOW, origin=origin)
    kept = Document.objects.get()
    assert (kept.organization, kept.paper_type, kept.number, kept.issued_by) == (cell, "NQ", "05-NQ/TW", "Trung ương")
    assert (kept.issued_on, kept.received_on) == (date(2026, 10, 1), date(2026, 11, 2))
    assert (kept.origin_kind, kept.origin_id) == ("meetings.meeting", "7")
    assert (kept.created_at, kept.created_by) == (NOW, user)
    version = kept.versions.get()
    assert (version.number, version.uploaded_at, version.uploaded_by) == (1, NOW, user)
    assert version.sha256 == hashlib.sha256(PDF).hexdigest()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("details", "field"),
    [
        (DocumentDetails("Báo cáo", number="1" * 61), "number"),
        (DocumentDetails("Báo cáo", issued_by="x" * 301), "issued_by"),
        (DocumentDetails("x" * 301), "title"),
    ],
    ids=["number", "issuer", "title"],
)
def test_texts_of_a_paper_are_not_too_long(details: DocumentDetails, field: str) -> None:
    cell = make_cell()
    with pytest.raises(TextTooLong) as refused:
        services.add_document(actor=writer(cell), organization=cell, details=details, upload=make_upload(), now=NOW)
    assert refused.value.field == field


@pytest.mark.django_db
def test_a_file_may_be_as_large_as_the_limit(settings: Any) -> None:
    cell = make_cell()
    settings.NENNEP_UPLOAD_LIMIT = len(PDF)
    make_document(cell, writer(cell))
    settings.NENNEP_UPLOAD_LIMIT = len(PDF) - 1
    with pytest.raises(services.FileTooLarge):
        make_document(cell, writer(cell))
    settings.NENNEP_UPLOAD_LIMIT = 1023 * 1024 * 1024
    huge = make_upload()
    huge.size = settings.NENNEP_UPLOAD_LIMIT + 1  # refused before it is read
    with pytest.raises(services.FileTooLarge, match="lớn hơn 1023 MB"):
        services.add_document(
            actor=writer(cell), organization=cell, details=DocumentDetails("Báo cáo"), upload=huge, now=NOW
        )
    settings.NENNEP_UPLOAD_LIMIT = 20 * 1024 * 1024
    with pytest.raises(services.FileTooLarge, match="lớn hơn 20 MB"):
        services.add_document(
            actor=writer(cell),
            organization=cell,
            details=DocumentDetails("Báo cáo"),
            upload=make_upload(b"%PDF-" + b"0" * (20 * 1024 * 1024)),
            now=NOW,
        )


@pytest.mark.django_db
def test_a_long_name_of_a_file_keeps_its_end() -> None:
    cell = make_cell()
    services.add_document(
        actor=writer(cell),
        organization=cell,
        details=DocumentDetails("Báo cáo"),
        upload=make_upload(name=f"a{'b' * 296}.pdf"),
        now=NOW,
    )
    assert DocumentVersion.objects.get().file_name == f"{'b' * 296}.pdf"


@pytest.mark.django_db
def test_the_trail_says_what_was_done_with_a_paper() -> None:
    cell = make_cell()
    actor = writer(cell)
    document = make_document(cell, actor)
    services.replace_document(actor=actor, document=document, upload=make_upload(), now=NOW)
    services.remove_document(actor=actor, document=document, now=NOW)
    document.refresh_from_db()
    assert document.removed_at == NOW
    with pytest.raises(services.DocumentRemoved):
        services.remove_document(actor=actor, document=document, now=NOW)
    services.restore_document(actor=actor, document=document, now=NOW)
    document.refresh_from_db()
    assert document.removed_at is None
    services.take_number(actor=actor, organization=cell, paper_type=PaperType.REPORT, term=None, now=NOW)
    events = AuditEvent.objects.order_by("pk").values_list("verb", "details", "unit_path", "target_label")
    assert list(events) == [
        ("documents.added", {}, cell.path, ""),
        ("documents.replaced", {"version": 2}, cell.path, ""),
        ("documents.removed", {}, cell.path, ""),
        ("documents.restored", {}, cell.path, ""),
        ("documents.numbered", {"type": "BC", "number": 1}, cell.path, str(cell)),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "place"),
    [("BC MẬT.pdf", PDF, "trong tên tệp"), ("a.txt", b"MAT\n", "trong nội dung")],
    ids=["name", "content"],
)
def test_a_marking_is_refused_with_its_place(name: str, content: bytes, place: str) -> None:
    cell = make_cell()
    with pytest.raises(services.MarkedSecret) as refused:
        services.add_document(
            actor=writer(cell),
            organization=cell,
            details=DocumentDetails("Báo cáo"),
            upload=make_upload(content, name),
            now=NOW,
        )
    assert {name: str(value) for name, value in refused.value.details.items()} == {"marking": "MẬT", "place": place}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"%PDF-" + b"0" * (20 * 1024 * 1024), "file_too_large"),
        ("a.pdf", b"", "file_empty"),
        ("a.exe", b"MZ", "file_suffix"),
        ("a.pdf", b"MZ", "file_content"),
        ("a.docx", make_docx("Một")[:100], "file_broken"),
        ("Báo cáo MẬT.pdf", PDF, "file_marked_secret"),
        ("a.docx", make_docx("TỐI MẬT", "Báo cáo"), "file_marked_secret"),
        ("a.txt", "TUYET MAT\nBáo cáo".encode(), "file_marked_secret"),
    ],
    ids=["large", "empty", "suffix", "content", "broken", "name", "docx", "txt"],
)
def test_a_bad_file_leaves_nothing_behind(name: str, content: bytes, code: str) -> None:
    cell = make_cell()
    with pytest.raises(services.FileRefused) as refusal:
        services.add_document(
            actor=writer(cell),
            organization=cell,
            details=DocumentDetails("Báo cáo"),
            upload=make_upload(content, name),
            now=NOW,
        )
    assert refusal.value.code == code
    assert Document.objects.count() == 0


@pytest.mark.django_db
def test_a_pdf_with_a_stamp_is_refused() -> None:
    cell = make_cell()
    with pytest.raises(services.MarkedSecret):
        services.add_document(
            actor=writer(cell),
            organization=cell,
            details=DocumentDetails("Báo cáo"),
            upload=make_upload(make_pdf("TUYỆT MẬT", "Báo cáo tình hình"), "a.pdf"),
            now=NOW,
        )
    assert Document.objects.count() == 0


@pytest.mark.django_db
def test_a_pdf_that_only_speaks_of_secrets_is_taken() -> None:
    cell = make_cell()
    services.add_document(
        actor=writer(cell),
        organization=cell,
        details=DocumentDetails("Quy chế"),
        upload=make_upload(make_pdf("QUY CHẾ BẢO MẬT", "Mật độ dân cư; bí mật nhà nước."), "quy-che.pdf"),
        now=NOW,
    )
    assert Document.objects.count() == 1


@pytest.mark.django_db
def test_a_marked_title_is_refused_with_its_place() -> None:
    cell = make_cell()
    with pytest.raises(services.MarkedSecret) as refusal:
        make_document(cell, writer(cell), "Công văn tối mật")
    assert str(refusal.value) == "Tài liệu mang dấu “TỐI MẬT” (trong tên tài liệu). Không đưa tài liệu mật lên đây."


@pytest.mark.django_db
@pytest.mark.parametrize(("title", "code"), [(" ", "document_title_missing"), ("x" * 301, "text_too_long")])
def test_a_title_is_needed(title: str, code: str) -> None:
    cell = make_cell()
    with pytest.raises(DomainError) as refusal:
        make_document(cell, writer(cell), title)
    assert refusal.value.code == code


@pytest.mark.django_db
def test_a_file_whose_row_cannot_be_written_is_taken_away(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    cell = make_cell()

    def break_off(**_facts: object) -> None:
        raise OSError("disk full")

    pre_save.connect(break_off, sender=DocumentVersion)
    try:
        with pytest.raises(OSError, match="disk full"):
            make_document(cell, writer(cell))
    finally:
        pre_save.disconnect(break_off, sender=DocumentVersion)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    make_document(cell, writer(cell))
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


@pytest.mark.django_db
def test_versions_count_up_and_a_removed_paper_rests() -> None:
    cell = make_cell()
    actor = writer(cell)
    document = make_document(cell, actor)
    other = make_document(cell, actor, "Tài liệu khác")
    assert services.replace_document(actor=actor, document=document, upload=make_upload(), now=NOW).number == 2
    services.remove_document(actor=actor, document=document, now=NOW)
    with pytest.raises(services.DocumentRemoved):
        services.replace_document(actor=actor, document=document, upload=make_upload(), now=NOW)
    assert list(document.versions.values_list("number", flat=True)) == [1, 2]
    assert list(other.versions.values_list("number", flat=True)) == [1]
    for _turn in range(2):
        services.restore_document(actor=actor, document=document, now=NOW)
    assert services.replace_document(actor=actor, document=document, upload=make_upload(), now=NOW).number == 3
    assert list(AuditEvent.objects.values_list("verb", flat=True)).count("documents.restored") == 1


@pytest.mark.django_db
def test_readers_may_not_write() -> None:
    cell = make_cell()
    document = make_document(cell, writer(cell))
    reader = make_actor(Permission.DOCUMENTS_READ, path=cell.path)
    with pytest.raises(NotAllowed):
        make_document(cell, reader)
    with pytest.raises(NotAllowed):
        services.replace_document(actor=reader, document=document, upload=make_upload(), now=NOW)
    with pytest.raises(NotAllowed):
        services.remove_document(actor=reader, document=document, now=NOW)
    services.remove_document(actor=writer(cell), document=document, now=NOW)
    with pytest.raises(NotAllowed):
        services.restore_document(actor=reader, document=document, now=NOW)
    with pytest.raises(NotAllowed):
        services.take_number(actor=reader, organization=cell, paper_type=PaperType.RESOLUTION, term=None, now=NOW)
    for permission, other in (
        (Permission.MEETINGS_HOLD, PaperType.REPORT),
        (Permission.DOCUMENTS_WRITE, PaperType.RESOLUTION),
    ):
        with pytest.raises(NotAllowed):
            services.take_number(
                actor=make_actor(permission, path=cell.path), organization=cell, paper_type=other, term=None, now=NOW
            )
    services.note_opening(actor=reader, document=document, now=NOW)
    assert Receipt.objects.count() == 0  # nobody is signed in behind this actor


@pytest.mark.django_db
def test_numbers_run_per_type_and_term() -> None:
    cell = make_cell()
    term = Term.objects.create(organization=cell, name="2025–2027", valid_from=date(2025, 6, 1))

    def take(paper_type: PaperType, of: Term | None) -> int:
        return services.take_number(actor=writer(cell), organization=cell, paper_type=paper_type, term=of, now=NOW)

    wanted: list[tuple[PaperType, Term | None]] = [
        (PaperType.RESOLUTION, term),
        (PaperType.RESOLUTION, term),
        (PaperType.REPORT, term),
        (PaperType.RESOLUTION, None),
        (PaperType.RESOLUTION, None),
    ]
    assert [take(*each) for each in wanted] == [1, 2, 1, 1, 2]


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_when_many_take_them_at_once() -> None:
    cell = make_cell()
    actor = writer(cell)

    def take(turn: int) -> int:
        """Every third writer gives its number back."""
        try:
            with transaction.atomic():
                number = services.take_number(
                    actor=actor, organization=cell, paper_type=PaperType.RESOLUTION, term=None, now=NOW
                )
                transaction.set_rollback(turn % 3 == 0)
            return 0 if turn % 3 == 0 else number
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(take, range(24)))
    assert sorted(filter(None, taken)) == list(range(1, 17))
    assert NumberSequence.objects.get().last == 16
