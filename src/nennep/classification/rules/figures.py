"""Figures that people add to a rating: what cannot be is refused, what differs from the records says why (366-QĐ/TW, Article 11)."""

from collections.abc import Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class MovedFigure:
    """A figure of the records that moved since people gave theirs; None where the records had, or have, nothing."""

    figure: RatingFigure
    before: int | None
    now: int | None

    @property
    def words(self) -> str:
        """`“Đã hoàn thành” từ 7 thành 9`."""
        said = {"figure": self.figure.label, "before": _say(self.before), "now": _say(self.now)}
        return str(_("“%(figure)s” từ %(before)s thành %(now)s") % said)


def _say(count: int | None) -> str:
    return str(_("chưa có")) if count is None else str(count)


class FiguresMoved(DomainError):
    code = "rating_figures_moved"
    message = _(
        "Sổ sách của %(subject)s đã đổi từ khi bổ sung số liệu: %(moves)s. "
        "Hãy xem và ghi lại số liệu bổ sung rồi mới đề nghị."
    )


class FiguresImpossible(DomainError):
    code = "rating_figures_impossible"
    message = _(
        "Số liệu bổ sung của %(subject)s nay không đúng với sổ sách: %(why)s "
        "Hãy ghi lại số liệu bổ sung; đã đề nghị thì lùi bước đề nghị trước."
    )


def list_moved(before: Mapping[str, int] | None, now: Mapping[str, int]) -> tuple[MovedFigure, ...]:
    """The records' figures that are others than when people gave theirs; none where nobody kept what they were (None)."""
    if before is None:
        return ()
    found = (MovedFigure(one, before.get(one), now.get(one)) for one in RatingFigure.recorded())
    return tuple(one for one in found if one.before != one.now)


def list_stale(
    answers: Mapping[str, object], before: Mapping[str, int] | None, now: Mapping[str, int]
) -> tuple[MovedFigure, ...]:
    """Those of them beside which people gave another one: it was said of records that are no longer so."""
    return tuple(one for one in list_moved(before, now) if one.figure in answers and answers[one.figure] != one.now)


def list_overridden(answers: Mapping[str, object], recorded: Mapping[str, int]) -> tuple[RatingFigure, ...]:
    """The figures that people gave otherwise than the records have them (`recorded`, empty where they know of no task)."""
    return tuple(
        one for one in RatingFigure.recorded() if one in answers and one in recorded and answers[one] != recorded[one]
    )
