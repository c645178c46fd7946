"""Figures that people add to a rating: what cannot be is refused, what differs from the records says why (366-QĐ/TW, Article 11)."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from nennep.classification.choices import RatingFigure
from nennep.classification.rules.levels import Evidence
from nennep.core.errors import DomainError

_PARTS = (
    (RatingFigure.DONE, RatingFigure.TOTAL),
    (RatingFigure.LATE, RatingFigure.DONE),
    (RatingFigure.EXCEEDED, RatingFigure.DONE),
    (RatingFigure.MENDED, RatingFigure.FAULTS),
    (RatingFigure.UNIT_DONE, RatingFigure.UNIT_TOTAL),
)


class AnswersImpossible(DomainError):
    code = "rating_answers_impossible"
    message = _("“%(part)s” (%(count)s) không thể nhiều hơn “%(whole)s” (%(most)s).")


class WholeMissing(DomainError):
    code = "rating_whole_missing"
    message = _("Ghi “%(part)s” thì phải ghi cả “%(whole)s”.")


class OverridingNeedsReason(DomainError):
    code = "rating_overriding_needs_reason"
    message = _("Số đã ghi khác sổ sách: hãy ghi vì sao. Người đọc thấy cả hai số và lý do này.")
    field = "reason"


def require_possible(evidence: Evidence, *, typed: Mapping[str, object] | None = None) -> None:
    """A part is never more than its whole: tasks done of those given, late or exceeded of those done, faults mended of those found.

    Beside what was `typed`, the part before the whole. Raises AnswersImpossible, WholeMissing.
    """
    said = typed or {}
    for part, whole in _PARTS:
        count, most = getattr(evidence, part), getattr(evidence, whole)
        field = next((one.value for one in (part, whole) if one in said), "")
        if count and most is None and part in said:
            raise WholeMissing(field=whole.value, part=part.label, whole=whole.label)
        if count is not None and most is not None and count > most:
            raise AnswersImpossible(field=field, part=part.label, count=count, whole=whole.label, most=most)


def list_overridden(answers: Mapping[str, object], recorded: Mapping[str, int]) -> tuple[RatingFigure, ...]:
    """The figures that people gave otherwise than the records have them (`recorded`, empty where they know of no task)."""
    return tuple(
        one for one in RatingFigure.recorded() if one in answers and one in recorded and answers[one] != recorded[one]
    )
