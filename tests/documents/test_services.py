"""Taking files in, replacing and removing them, taking numbers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection, transaction

from nennep.audit.models import AuditEvent
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotAllowed
from nennep.core.permissions import Permission
from nennep.documents import services
from nennep.documents.choices import PaperType
from nennep.documents.models import Document, DocumentVersion, NumberSequence, Receipt
from nennep.documents.services import DocumentDetails
from nennep.organizations.models import Organization, Term
from tests.factories.cells import make_cell
from tests.factories.core import NOW, make_actor
from tests.factories.documents import PDF, make_document, make_docx, make_pdf, make_upload


def writer(cell: Organization) -> Actor:
    return make_actor(Permission.DOCUMENTS_READ, Permission.DOCUMENTS_WRITE, path=cell.path)


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
        ("a.pdf", make_pdf("TUYỆT MẬT", "Báo cáo tình hình"), "file_marked_secret"),
    ],
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
def test_versions_count_up_and_a_removed_paper_rests() -> None:
    cell = make_cell()
    actor = writer(cell)
    document = make_document(cell, actor)
    assert services.replace_document(actor=actor, document=document, upload=make_upload(), now=NOW).number == 2
    services.remove_document(actor=actor, document=document, now=NOW)
    with pytest.raises(services.DocumentRemoved):
        services.replace_document(actor=actor, document=document, upload=make_upload(), now=NOW)
    assert list(DocumentVersion.objects.values_list("number", flat=True)) == [1, 2]
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
    with pytest.raises(NotAllowed):
        services.take_number(actor=reader, organization=cell, paper_type=PaperType.RESOLUTION, term=None, now=NOW)
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
