"""Points: 30 common and 70 of results, lines of a sheet, tasks by weight (rules.md §4.3, addendum a.4)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from nennep.classification.choices import COMMON_MAX, RESULTS_MAX
from nennep.core.errors import DomainError
from nennep.core.wording import say_decimal
from nennep.policies.rules import PointItem, RatingSheets


class RatingPointsOutOfRange(DomainError):
    code = "rating_points_out_of_range"
    message = _("%(title)s: điểm phải từ 0 đến %(maximum)s.")


class WeightsNotFull(DomainError):
    code = "rating_weights_not_full"
    message = _("Trọng số các nhiệm vụ cộng được %(sum)s, phải đúng %(maximum)s.")


def require_points(common: Decimal | None, results: Decimal | None) -> None:
    """Raises RatingPointsOutOfRange, beside the field that is wrong."""
    parts = (("common", _("Tiêu chí chung"), common, COMMON_MAX), ("results", _("Kết quả"), results, RESULTS_MAX))
    for field, title, points, maximum in parts:
        if points is not None and not 0 <= points <= maximum:
            raise RatingPointsOutOfRange(field=field, title=title, maximum=maximum)


def require_items(items: Mapping[str, Decimal], lines: Sequence[PointItem]) -> None:
    """Raises RatingPointsOutOfRange for a line above its maximum."""
    for line in lines:
        points = items.get(line.code)
        if points is not None and not 0 <= points <= line.maximum:
            raise RatingPointsOutOfRange(field=line.code, title=line.title, maximum=line.maximum)


def require_sheet_items(items: Mapping[str, Decimal], sheets: RatingSheets | None, form: str) -> None:
    """`require_items` by the sheet of the form; where there is none, no line has a maximum."""
    sheet = sheets.for_form(form) if sheets else None
    if sheet:
        require_items(items, (*sheet.common, *sheet.results))


def keep_items(said: Mapping[str, Decimal], former: Mapping[str, str]) -> dict[str, str]:
    """Points line by line as they are kept: what was said now, over what stood there before."""
    return {**former, **{code: str(points) for code, points in said.items()}}


def share_weights(count: int, *, maximum: int = RESULTS_MAX) -> list[Decimal]:
    """Weights for so many tasks, alike to the hundredth; the last takes what is left, so that they come to exactly `maximum`."""
    if count == 0:
        return []
    each = Decimal(maximum * 100 // count) / 100
    return [each] * (count - 1) + [maximum - each * (count - 1)]


def weigh_duties(duties: Sequence[tuple[Fraction, Fraction]], *, maximum: int = RESULTS_MAX) -> Fraction:
    """Points of tasks as (weight, share done): exact, rounded by whoever shows them. Raises WeightsNotFull."""
    weights = sum((weight for weight, _share in duties), Fraction(0))
    if weights != maximum:
        said = say_decimal(Decimal(weights.numerator) / weights.denominator, 0 if weights.denominator == 1 else 2)
        raise WeightsNotFull(sum=said, maximum=maximum)
    return sum((weight * share for weight, share in duties), Fraction(0))
