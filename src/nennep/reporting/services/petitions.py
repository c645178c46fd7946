"""Papers of petitions are kept as they go out: with their step, and a quarter's report when the unit issues it."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import Target, record
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.frozen import hash_content, write_content
from nennep.core.periods import Span
from nennep.core.permissions import Permission
from nennep.core.typed import ReasonMissing, require_line
from nennep.meetings.choices import REASON_LIMIT
from nennep.organizations.models import Organization
from nennep.organizations.queries import lock_heir
from nennep.petitions.choices import STEP_PAPERS, StepKind
from nennep.petitions.models import Petition
from nennep.petitions.queries import voice_of
from nennep.petitions.services import TARGET_KIND
from nennep.reporting.choices import Form, Verb
from nennep.reporting.models import IssuedPetitionReport, IssuedStepPaper
from nennep.reporting.queries.papers.petition_reports import PetitionReportPaper, build_petition_report, require_quarter
from nennep.reporting.queries.papers.petitions import build_step_paper, list_unissued


class ReportUnchanged(DomainError):
    code = "petition_report_unchanged"
    message = _("Số liệu vẫn như bản đã chốt, nên không cần bản mới.")


def keep_step_papers(*, actor: Actor, petition_id: int) -> int:
    """Keep the papers that went out with the steps of a petition, each once. How many are new."""
    actor.require_program()
    requests = list_unissued(petition_id)
    for request in requests:
        content = write_content(build_step_paper(request))
        kind = STEP_PAPERS[StepKind(request.step.kind)]
        IssuedStepPaper.objects.create(
            step=request.step, kind=kind, issued_at=request.step.at, content=content, sha256=hash_content(content)
        )
    return len(requests)


def issue_petition_report(
    *, actor: Actor, organization: Organization, span: Span, reason: str = "", now: datetime
) -> IssuedPetitionReport:
    """Keep what the board says of the quarter now as the unit's report; a later version says why it was needed.

    Raises ReasonMissing, ReportUnchanged, NotFound for what is no quarter, NotAllowed.
    """
    actor.require(Permission.PETITIONS_SETTLE, organization.path)
    require_quarter(span, localdate(now))
    with transaction.atomic():
        unit = lock_heir(organization)
        newest = IssuedPetitionReport.objects.filter(organization=unit, span=str(span)).order_by("-number").first()
        words = require_line(reason, ReasonMissing, limit=REASON_LIMIT, field="reason") if newest else ""
        paper = build_petition_report(actor=actor, unit=unit, span=span, today=localdate(now))
        if newest and _says_the_same(newest, paper):
            raise ReportUnchanged
        content = write_content(paper)
        row = IssuedPetitionReport.objects.create(
            organization=unit,
            span=str(span),
            number=newest.number + 1 if newest else 1,
            reason=words,
            content=content,
            sha256=hash_content(content),
            issued_at=now,
        )
        details = {"paper": f"kien-nghi-{span}", "number": row.number}
        record(Verb.PETITION_REPORT_ISSUED, actor=actor, target=_target(unit), now=now, details=details)
    return row


def _says_the_same(newest: IssuedPetitionReport, paper: PetitionReportPaper) -> bool:
    """Its figures; on which day they were read is another matter."""
    names = ("lines", "fields", "units", "bodies")
    content = write_content(paper)
    return all(newest.content.get(name) == content[name] for name in names)


def _target(unit: Organization) -> Target:
    return Target("organizations.organization", str(unit.public_id), unit.name, unit.path)


def note_petition_report_taken(
    *, actor: Actor, organization: Organization, span: Span, form: Form, now: datetime
) -> None:
    """Somebody took the report of petitions of a quarter. Raises NotAllowed."""
    actor.require(Permission.PETITIONS_READ, organization.path)
    details = {"paper": f"kien-nghi-{span}", "form": form.value}
    record(Verb.TABLE_TAKEN, actor=actor, target=_target(organization), now=now, details=details)


def note_step_paper_taken(*, actor: Actor, petition: Petition, paper: str, form: Form, now: datetime) -> None:
    """Somebody who reads the course of a petition took one of its papers."""
    target = Target(TARGET_KIND, str(petition.public_id), unit_path=petition.organization.path)
    details = {"paper": paper, "form": form.value}
    record(Verb.PETITION_PAPER_TAKEN, actor=voice_of(actor, petition), target=target, now=now, details=details)
