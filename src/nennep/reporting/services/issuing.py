"""Papers are kept as they go out; what is corrected later makes a new version that says what it changed."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.timezone import localdate

from nennep.core.access import Actor
from nennep.core.findings import Finding
from nennep.core.frozen import hash_content, write_content
from nennep.meetings.models import Meeting
from nennep.reporting.models import IssuedPaper
from nennep.reporting.queries.papers import AFTER
from nennep.reporting.queries.papers.issued import compare_versions, find_newest, list_broken, read_paper
from nennep.reporting.queries.papers.kinds import PaperKind, PaperRequest
from nennep.reporting.queries.papers.overview import list_final
from nennep.reporting.renderers.papers import Revision
from nennep.reporting.services.receivers import tell_receivers


def issue_papers(
    *, actor: Actor, meeting: Meeting, kinds: Iterable[PaperKind], reason: str = "", anew: bool = False, now: datetime
) -> list[IssuedPaper]:
    """Keep these papers as the records say them now, inside the transaction in which they went out. Returns what is new.

    What is not finished is left out; what was issued before and says the same is not kept twice. `anew`: what was kept before
    never went out, and there is nothing to say of what changed since.
    """
    actor.require_program()
    with translation.override("vi"):
        final = list_final(meeting)
        kept = [
            _keep(meeting, kind, kind.build(PaperRequest(actor, meeting)), anew=anew, reason=reason, now=now)
            for kind in kinds
            if kind in final and kind.keeping
        ]
    return [row for row in kept if row]


def issue_first(*, actor: Actor, meeting: Meeting, kind: PaperKind, now: datetime) -> list[IssuedPaper]:
    """Keep a paper that was never kept, as it stands; one that was stays as it is."""
    actor.require_program()
    known = find_newest(meeting, kind) is not None
    return [] if known else issue_papers(actor=actor, meeting=meeting, kinds=(kind,), now=now)


def keep_unfiled(
    *, actor: Actor, meeting: Meeting, kind: PaperKind, reason: str = "", now: datetime
) -> list[IssuedPaper]:
    """The next version of a paper that is kept before it is filed; nothing once it is, and of one that was never kept.

    It prints nothing of what it changed, for nobody has the version before; pages say it beside each version.
    """
    actor.require_program()
    if meeting.filed_at is not None or find_newest(meeting, kind) is None:
        return []
    return issue_papers(actor=actor, meeting=meeting, kinds=(kind,), reason=reason, anew=True, now=now)


def issue_missing(*, actor: Actor, meeting: Meeting) -> list[IssuedPaper]:
    """Keep what went out before papers were kept, as it stands, so that a correction has something to say what it changed.

    Inside the transaction of the correction, before it writes.
    """
    actor.require_program()
    if meeting.filed_at is None:
        return []
    missing = [kind for kind in AFTER if find_newest(meeting, kind) is None]
    return issue_papers(actor=actor, meeting=meeting, kinds=missing, now=meeting.filed_at)


def renew_papers(*, actor: Actor, meeting: Meeting, reason: str, now: datetime) -> list[IssuedPaper]:
    """A new version of each issued paper of a held meeting that says something else since a correction. Returns them.

    Those above who got the papers are told which. Whatever was not corrected stays as it went out, also where the records
    have moved on since.
    """
    actor.require_program()
    kept: list[IssuedPaper | None] = []
    with translation.override("vi"):
        for kind in AFTER:
            newest = find_newest(meeting, kind)
            if newest and kind.keeping and kind.keeping.holds(PaperRequest(actor, meeting)):
                paper = kind.keeping.renew(read_paper(kind, newest), meeting)
                kept.append(_keep(meeting, kind, paper, reason=reason, now=now))
    renewed = [row for row in kept if row]
    if meeting.filed_at:
        tell_receivers(actor=actor, meeting=meeting, papers=renewed, now=now)
    return renewed


def _keep(
    meeting: Meeting, kind: PaperKind, paper: Any, *, reason: str, anew: bool = False, now: datetime
) -> IssuedPaper | None:
    """As the next version, with what it changes; None when it says what the newest says."""
    newest = find_newest(meeting, kind)
    if newest:
        before = read_paper(kind, newest)
        changes = compare_versions(kind, before, paper)
        if not changes and not (anew and _prints_differently(before, paper)):
            return None
        if not anew:
            paper = _revise(before, paper, Revision(0, localdate(now), reason, changes))
    content = write_content(paper)
    return IssuedPaper.objects.create(
        meeting=meeting,
        kind=kind.address,
        number=newest.number + 1 if newest else 1,
        content=content,
        sha256=hash_content(content),
        reason=reason if newest else "",
        issued_at=now,
    )


def _prints_differently(before: Any, after: Any) -> bool:
    """Also where no words moved: who gets it, who signs."""
    return bool(replace(before, revisions=()) != replace(after, revisions=()))


def _revise(before: Any, after: Any, revision: Revision) -> Any:
    """The later version with everything that was corrected so far, the last one numbered."""
    number = len(before.revisions) + 1
    return replace(after, revisions=(*before.revisions, replace(revision, number=number)))


def reconcile_papers(*, actor: Actor, now: datetime) -> list[Finding]:  # noqa: ARG001  on whose behalf, when
    """Compare every frozen paper with its checksum; what was changed past the program is named, for people to see to."""
    actor.require_program()
    return list(list_broken())
