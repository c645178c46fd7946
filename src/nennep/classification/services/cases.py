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
from nennep.classification.queries.subjects import list_breach_units
from nennep.classification.rules import find_case_days
from nennep.classification.rules.steps import require_kept
from nennep.core.access import Actor
from nennep.core.errors import DomainError
from nennep.core.typed import require_line, take_lines
from nennep.core.wording import say_date
from nennep.organizations.models import Organization


class CaseNeedsDocument(DomainError):
    code = "rating_case_needs_document"
    message = _("Trường hợp này chỉ ghi khi có văn bản kết luận: hãy ghi số văn bản.")
    field = "document_number"


class CaseOutsidePeriod(DomainError):
    code = "rating_case_outside_period"
    message = _(
        "Ngày văn bản phải từ %(first)s đến %(last)s: vi phạm được kết luận, xử lý trong kỳ nào thì tính vào kỳ ấy. "
        "Văn bản của kỳ khác ghi ở đợt của kỳ ấy."
    )
    field = "document_on"


class BreachElsewhere(DomainError):
    code = "rating_breach_elsewhere"
    message = _("Nơi vi phạm phải là nơi người này sinh hoạt trong kỳ.")
    field = "breach_unit"


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

    A document counts in the period in which it was made, whenever the breach was (HD 43; addendum a.1), of a year also until the
    dossiers are sent up (`rules.find_case_days`). Raises CaseNeedsDocument, CaseOutsidePeriod, BreachElsewhere for a unit to which
    the member did not belong in the period, CampaignIsCancelled, TextTooLong, NotFound, NotAllowed.
    """
    require_decider(actor, rating.organization)
    with transaction.atomic():
        locked = lock_rating(rating)  # a form sent twice waits for itself
        require_kept(CampaignState(locked.campaign.state))
        number = require_line(
            conclusion.document_number, CaseNeedsDocument, limit=NUMBER_LIMIT, field="document_number"
        )
        _require_day(locked, conclusion.document_on, localdate(now))
        breach_unit = conclusion.breach_unit or rating.organization
        if breach_unit not in list_breach_units(locked):
            raise BreachElsewhere
        known = ListedCase.objects.filter(
            member=rating.member,
            breach_unit=breach_unit,
            year=rating.campaign.year,
            kind=conclusion.kind,
            document_number=number,
            document_on=conclusion.document_on,
        ).first()
        if known is not None:
            return known
        case = ListedCase.objects.create(
            member=rating.member,
            breach_unit=breach_unit,
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


def _require_day(rating: Rating, on: date, today: date) -> None:
    campaign = rating.campaign
    first, last = find_case_days(campaign.rules, campaign.year, campaign.quarter)
    if not first <= on <= min(last, today):
        raise CaseOutsidePeriod(first=say_date(first), last=say_date(min(last, today)))


def _target(case: ListedCase, rating: Rating) -> Target:
    return Target("classification.listedcase", str(case.public_id), "", rating.organization.path)
