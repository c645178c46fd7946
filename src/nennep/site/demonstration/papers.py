"""Papers that go with meetings: the month's bulletin and the report, as Word files that open."""

import io
import zipfile
from collections.abc import Iterable
from xml.sax.saxutils import escape

from django.core.files.base import ContentFile

from nennep.core.access import Actor
from nennep.core.origins import Origin
from nennep.documents.choices import PaperType
from nennep.documents.services import DocumentDetails, add_document
from nennep.meetings.models import Meeting
from nennep.site.demonstration.members import NAM_CHA
from nennep.site.demonstration.tree import LANG_CAN_CODE
from nennep.site.demonstration.words import WORDS

ORIGIN = "meetings.meeting"
TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
SHEET = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1701" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>'
)


def attach_papers(meetings: Iterable[Meeting]) -> dict[int, int]:
    """For Nặm Chá each month's papers up to the next meeting, for the other cells of Lăng Can those of the last one held.

    Returns how many, by the id of the meeting.
    """
    attached: dict[int, int] = {}
    cells: dict[int, list[Meeting]] = {}
    for meeting in meetings:
        if meeting.prepared_at and meeting.organization.code.startswith(f"{LANG_CAN_CODE}-"):
            cells.setdefault(meeting.organization_id, []).append(meeting)
    for own in cells.values():
        if own[0].organization.name == NAM_CHA:
            for meeting in own:
                _attach(meeting, "Báo cáo kết quả thực hiện nghị quyết tháng trước", WORDS["papers"]["report"])
                _attach_bulletin(meeting)
                attached[meeting.pk] = 2
        else:
            _attach_bulletin(own[-1])
            attached[own[-1].pk] = 1
    return attached


def _attach_bulletin(meeting: Meeting) -> None:
    title = f"Bản tin sinh hoạt chi bộ tháng {meeting.month:%m/%Y}"
    _attach(meeting, title, WORDS["papers"]["bulletin"], PaperType.BULLETIN)


def _attach(meeting: Meeting, title: str, text: list[str], paper_type: PaperType = PaperType.REPORT) -> None:
    """Put there by the secretary a little before the call went out."""
    secretary = meeting.chair.full_name if meeting.chair else ""
    add_document(
        actor=Actor.system(secretary),
        organization=meeting.organization,
        details=DocumentDetails(title=title, paper_type=paper_type),
        upload=ContentFile(make_word_file([title, *text]), name=f"{title.replace('/', '-')}.docx"),
        now=meeting.prepared_at or meeting.planned_for,
        origin=Origin(ORIGIN, str(meeting.public_id)),
    )


def make_word_file(paragraphs: Iterable[str]) -> bytes:
    """The smallest .docx that Word and LibreOffice open: plain paragraphs on A4."""
    body = "".join(f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>" for text in paragraphs)
    document = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body>{body}{SHEET}</w:body></w:document>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (
            ("[Content_Types].xml", TYPES),
            ("_rels/.rels", RELATIONS),
            ("word/document.xml", document),
        ):
            archive.writestr(zipfile.ZipInfo(name, date_time=(2026, 1, 1, 0, 0, 0)), content)
    return file.getvalue()
