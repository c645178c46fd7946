"""Listed cases: what a competent body concluded in a document, and that leads to the lowest level (366-QĐ/TW, Article 11)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import Target, record
from nennep.classification.choices import NUMBER_LIMIT, REASON_LIMIT, CampaignState, ListedKind, Verb
from nennep.classification.models import ListedCase, Rating
from nennep.classification.queries.doors import lock_rating, require_decider
from nennep.classification.rules.days import EARLIEST, require_day
from nennep.classification.rules.steps import require_kept
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.typed import require_line, take_lines
from nennep.organizations.models import Organization


class CaseNeedsDocument(DomainError):
    code = "rating_case_needs_document"
    message = _("Trường hợp này chỉ ghi khi có văn bản kết luận: hãy ghi số văn bản.")
    field = "document_number"


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What was concluded, by which document, where it was done (None: where the rating is) and by whom it was concluded."""

    kind: ListedKind
    document_number: str
    document_on: date
    note: str = ""
    breach_unit: Organization | None = None
    deciding_unit: Organization | None = None


def record_case(*, actor: Actor, rating: Rating, conclusion: Conclusion, now: datetime) -> ListedCase:
    """Record it of whoever is rated; a breach done elsewhere counts there. The very same case is recorded once.

    Raises CaseNeedsDocument, DayOutside for a document of tomorrow, CampaignIsCancelled, TextTooLong, NotFound, NotAllowed.
    """
    require_decider(actor, rating.organization)
    with transaction.atomic():
        locked = lock_rating(rating)  # a form sent twice waits for itself
        require_kept(CampaignState(locked.campaign.state))
        number = require_line(
            conclusion.document_number, CaseNeedsDocument, limit=NUMBER_LIMIT, field="document_number"
        )
        require_day(conclusion.document_on, first=EARLIEST, last=localdate(now), field="document_on")
        known = ListedCase.objects.filter(
            member=rating.member,
            breach_unit=conclusion.breach_unit or rating.organization,
            year=rating.campaign.year,
            kind=conclusion.kind,
            document_number=number,
            document_on=conclusion.document_on,
        ).first()
        if known is not None:
            return known
        case = ListedCase.objects.create(
            member=rating.member,
            breach_unit=conclusion.breach_unit or rating.organization,
            deciding_unit=conclusion.deciding_unit,
            year=rating.campaign.year,
            kind=conclusion.kind,
            document_number=number,
            document_on=conclusion.document_on,
            note=take_lines(conclusion.note, limit=REASON_LIMIT, field="note"),
            by_name=actor.name,
            recorded_at=now,
        )
        record(Verb.CASE_RECORDED, actor=actor, target=_target(case, rating), now=now)
    return case


def drop_case(*, actor: Actor, rating: Rating, case: ListedCase, now: datetime) -> None:
    """It was recorded by mistake. What was decided on it stays until it is rated anew; the trail keeps its document. Raises NotAllowed."""
    require_decider(actor, rating.organization)
    with transaction.atomic():
        target = _target(case, rating)
        ListedCase.objects.filter(pk=case.pk).delete()
        details = {"kind": case.kind, "number": case.document_number, "on": case.document_on.isoformat()}
        record(Verb.CASE_DROPPED, actor=actor, target=target, now=now, details=details)


def _target(case: ListedCase, rating: Rating) -> Target:
    return Target("classification.listedcase", str(case.public_id), "", rating.organization.path)
