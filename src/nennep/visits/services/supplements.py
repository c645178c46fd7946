"""What is added to a report after it was sent: dated, never in place of what was sent."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from nennep.audit.services import record
from nennep.core.access import Actor
from nennep.core.errors import DomainError, NotFound
from nennep.core.typed import take_lines
from nennep.visits.choices import TEXT_LIMIT, Verb
from nennep.visits.models import Visit, VisitSupplement
from nennep.visits.queries.doors import lock_report, lock_visit, target_of


class SupplementEmpty(DomainError):
    code = "visit_supplement_empty"
    message = _("Hãy ghi điều cần bổ sung.")
    field = "text"


class ReportNotSent(DomainError):
    code = "visit_report_not_sent"
    message = _("Báo cáo chưa gửi, cứ sửa ngay trong báo cáo.")


def supplement_report(*, actor: Actor, visit: Visit, text: str, now: datetime) -> VisitSupplement:
    """The writer of a submitted report adds to it. Raises SupplementEmpty, TextTooLong, ReportNotSent, StampFound, NotFound."""
    words = take_lines(text, limit=TEXT_LIMIT, field="text")
    if not words:
        raise SupplementEmpty
    with transaction.atomic():
        locked = lock_visit(visit)
        if locked.official_id != actor.user_id:
            raise NotFound
        report = lock_report(locked)
        if report is None or report.submitted_at is None:
            raise ReportNotSent
        added = VisitSupplement.objects.create(report=report, text=words, at=now, by_name=actor.name)
        record(Verb.REPORT_SUPPLEMENTED, actor=actor, target=target_of(locked), now=now)
    return added
