"""The papers of a meeting: one entry for each (`PaperKind`), which says how it is built, named, described and printed."""

from uuid import UUID

from django.urls import reverse
from django.utils import translation

from nennep.core.access import Actor
from nennep.core.errors import NotFound
from nennep.meetings.models import Meeting
from nennep.records.queries.issued import IssuedVersion
from nennep.reporting.choices import Form
from nennep.reporting.queries.papers.committee import COMMITTEE_CONCLUSION as COMMITTEE_CONCLUSION
from nennep.reporting.queries.papers.committee import COMMITTEE_PROGRAMME as COMMITTEE_PROGRAMME
from nennep.reporting.queries.papers.issued import VersionLine, find_kept, find_version, list_versions, pick_paper
from nennep.reporting.queries.papers.kinds import PaperKind as PaperKind
from nennep.reporting.queries.papers.kinds import PaperRequest, is_taken_back
from nennep.reporting.queries.papers.minutes import MINUTES as MINUTES
from nennep.reporting.queries.papers.pack import PACK as PACK
from nennep.reporting.queries.papers.presence import PRESENCE as PRESENCE
from nennep.reporting.queries.papers.programme import PROGRAMME as PROGRAMME
from nennep.reporting.queries.papers.report import REPORT as REPORT
from nennep.reporting.queries.papers.resolution import RESOLUTION as RESOLUTION
from nennep.reporting.queries.papers.score import SCORE as SCORE
from nennep.reporting.queries.papers.sheets import ATTENDANCE as ATTENDANCE
from nennep.reporting.queries.papers.sheets import NOTICE as NOTICE
from nennep.reporting.renderers.word import Paper
from nennep.reporting.rules.papers import make_file_name

# In the order in which pages and the zip of a meeting name them.
BEFORE = (COMMITTEE_PROGRAMME, COMMITTEE_CONCLUSION, PROGRAMME, NOTICE, PACK, ATTENDANCE)
AFTER = (MINUTES, RESOLUTION, PRESENCE, SCORE, REPORT)
BUNDLED = (*AFTER, PROGRAMME)
PAPERS = (*BEFORE, *AFTER)


def get_kind(address: str) -> PaperKind:
    """Raises NotFound."""
    kind = next((kind for kind in PAPERS if kind.address == address), None)
    if kind is None:
        raise NotFound
    return kind


def find_paper(*, actor: Actor, meeting: Meeting, kind: PaperKind, member: str = "") -> Paper:
    """The paper of that kind of a meeting that has passed its own door (`get_meeting`). Raises NotFound.

    `member` (a public id) only means something to a notice and a pack. Papers are Vietnamese, whatever language their
    reader has chosen for the pages.
    """
    request = PaperRequest(actor, meeting, _read_id(member) if member else None)
    with translation.override("vi"):
        now = kind.build(request)  # the door of the paper
        return find_kept(request, kind) or now


def find_paper_version(*, actor: Actor, meeting: Meeting, kind: PaperKind, number: int) -> Paper:
    """One version of a paper as it was issued, of a meeting that has passed its own door. Raises NotFound."""
    row = find_version(meeting, kind, number)
    if row is None:
        raise NotFound
    request = PaperRequest(actor, meeting)
    with translation.override("vi"):
        kind.build(request)  # the door of the paper
        picked = pick_paper(request, kind, row)
    if picked is None:
        raise NotFound
    return picked


def list_issued_versions(meeting: Meeting) -> tuple[IssuedVersion, ...]:
    """Every version of every paper of a meeting that went out, the newest of each first. One query."""
    versions = list_versions(meeting, PAPERS)
    stands = [kind for kind in PAPERS if not is_taken_back(kind, meeting)]
    return tuple(_name_version(meeting, kind, line) for kind in stands for line in versions.get(kind.address, ()))


def _name_version(meeting: Meeting, kind: PaperKind, line: VersionLine) -> IssuedVersion:
    where = [meeting.public_id, kind.address, line.number]
    return IssuedVersion(
        address=kind.address,
        label=str(kind.label),
        number=line.number,
        issued_at=line.issued_at,
        reason=line.reason,
        changes=line.changes,
        word=reverse("reporting:paper_version", args=where),
        pdf=reverse("reporting:paper_version_pdf", args=where),
        is_intact=line.is_intact,
    )


def _read_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def name_file(
    meeting: Meeting, kind: PaperKind, paper: Paper, form: Form = Form.WORD, *, version: int | None = None
) -> str:
    """`Nghị quyết 05-NQ-CB, tháng 11-2026, Chi bộ thôn Nặm Chá.docx`; with `version`, `… bản 2, tháng …`."""
    symbol = "" if "....." in paper.letterhead.symbol else paper.letterhead.symbol.removeprefix("Số ")
    month = f"tháng {meeting.month:%m-%Y}"
    with translation.override("vi"):
        names = [
            f"{kind.label} {symbol}",
            f"bản {version}" if version else "",
            month,
            paper.letterhead.issuer,
            kind.name_addressee(paper),
        ]
        return make_file_name(names, f".{form}")
