"""Papers as they were issued: the newest version, an older one, which there are, and whether they are still what was written."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from nennep.core.errors import NotFound
from nennep.core.findings import Finding
from nennep.core.frozen import ContentChanged, ContentUnreadable
from nennep.meetings.models import Meeting
from nennep.records.models import MinutesVersion
from nennep.records.rules.corrections import compare_places
from nennep.reporting.models import IssuedPaper, IssuedPetitionReport, IssuedStepPaper
from nennep.reporting.queries.papers.kinds import PaperKind, PaperRequest
from nennep.reporting.renderers.word import Paper
from nennep.reporting.rules.revisions import say_changes


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version of a paper that was issued; `changes` against the version before it, in words."""

    number: int
    issued_at: datetime
    reason: str
    changes: tuple[str, ...]
    is_intact: bool


def find_kept(request: PaperRequest, kind: PaperKind) -> Paper | None:
    """The paper as it was issued last; None where it was not, or where this reader gets what the records say now."""
    if kind.keeping is None:
        return None
    newest = find_newest(request.meeting, kind)
    return pick_paper(request, kind, newest) if newest and kind.keeping.holds(request) else None


def pick_paper(request: PaperRequest, kind: PaperKind, row: IssuedPaper) -> Paper | None:
    """What the row keeps for this reader; None when nothing of it is theirs."""
    if kind.keeping is None or not kind.keeping.opens(request):
        return None
    picked: Paper | None = kind.keeping.pick(read_paper(kind, row), request)
    return picked


def find_newest(meeting: Meeting, kind: PaperKind) -> IssuedPaper | None:
    """The version in use; None where the paper was never issued. One query."""
    return IssuedPaper.objects.filter(meeting=meeting, kind=kind.address).order_by("-number").first()


def find_version(meeting: Meeting, kind: PaperKind, number: int) -> IssuedPaper | None:
    """One version of a paper; None where there is none of that number. One query."""
    return IssuedPaper.objects.filter(meeting=meeting, kind=kind.address, number=number).first()


def read_paper(kind: PaperKind, row: IssuedPaper) -> Paper:
    """The paper that the row keeps: the very values that were printed when it was issued.

    Raises NotFound for a kind that is never kept, ContentChanged and ContentUnreadable for what is not what was kept.
    """
    if kind.keeping is None:
        raise NotFound
    name = _("%(paper)s, bản %(number)s") % {"paper": kind.label, "number": row.number}
    paper: Paper = row.read(kind.keeping.content, name=name)
    return paper


def list_versions(meeting: Meeting, kinds: Iterable[PaperKind]) -> Mapping[str, tuple[VersionLine, ...]]:
    """All versions of the papers of a meeting, by the address of the paper, the newest first. One query.

    One that is not what was kept any more stands in the list without a word of its content.
    """
    known = {kind.address: kind for kind in kinds}
    lines: dict[str, tuple[VersionLine, ...]] = {}
    before: IssuedPaper | None = None
    for row in IssuedPaper.objects.filter(meeting=meeting, kind__in=known).order_by("kind", "number"):
        same = before if before and before.kind == row.kind else None
        lines[row.kind] = (_make_line(known[row.kind], row, same), *lines.get(row.kind, ()))
        before = row
    return lines


def _make_line(kind: PaperKind, row: IssuedPaper, before: IssuedPaper | None) -> VersionLine:
    try:
        paper = read_paper(kind, row)
    except (ContentChanged, ContentUnreadable):
        return VersionLine(row.number, row.issued_at, row.reason, (), is_intact=False)
    changes = _list_changes(kind, paper, before) if before else ()
    return VersionLine(row.number, row.issued_at, row.reason, changes, is_intact=True)


def _list_changes(kind: PaperKind, paper: Any, before: IssuedPaper) -> tuple[str, ...]:
    """What it prints that it changed; of one that prints nothing of it, what it does."""
    try:
        former: Any = read_paper(kind, before)
    except (ContentChanged, ContentUnreadable):
        former = None
    if former is None or len(paper.revisions) > len(former.revisions):
        return tuple(paper.revisions[-1].changes) if paper.revisions else ()
    return compare_versions(kind, former, paper)


def compare_versions(kind: PaperKind, before: Any, after: Any) -> tuple[str, ...]:
    """What the later one says differently, in words."""
    return say_changes(compare_places(kind.keeping.places(before), kind.keeping.places(after))) if kind.keeping else ()


def list_broken() -> Iterator[Finding]:
    """Frozen papers whose content no longer has the checksum it was written with: changed past the program."""
    for version in MinutesVersion.objects.select_related("meeting__organization").order_by("pk").iterator(500):
        if not version.is_intact:
            yield _name_broken(version.meeting, "bien-ban", version.number)
    for row in IssuedPaper.objects.select_related("meeting__organization").order_by("pk").iterator(500):
        if not row.is_intact:
            yield _name_broken(row.meeting, row.kind, row.number)
    yield from _list_broken_petitions()


def _list_broken_petitions() -> Iterator[Finding]:
    for paper in IssuedStepPaper.objects.select_related("step__unit").order_by("pk").iterator(500):
        if not paper.is_intact:
            yield Finding(
                f"{paper.step.unit.name}, {paper.issued_at:%d/%m/%Y}, {paper.kind}: sai mã kiểm", 1, mended=False
            )
    for report in IssuedPetitionReport.objects.select_related("organization").order_by("pk").iterator(500):
        if not report.is_intact:
            what = f"{report.organization.name}, kien-nghi-{report.span}, bản {report.number}: sai mã kiểm"
            yield Finding(what, 1, mended=False)


def _name_broken(meeting: Meeting, kind: str, number: int) -> Finding:
    what = f"{meeting.organization.name}, {meeting.held_on:%d/%m/%Y}, {kind}, bản {number}: sai mã kiểm"
    return Finding(what, 1, mended=False)
