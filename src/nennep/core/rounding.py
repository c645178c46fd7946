"""How a number loses its digits: half up, as people reckon; nothing else in the program rounds what is shown or kept."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


def round_half_up(value: float | Decimal | Fraction, places: int = 1) -> Decimal:
    """`81.25` is 81.3, `0.5` without places is 1. A float counts as the decimal number that it prints, a fraction exactly."""
    exact = Decimal(value.numerator) / value.denominator if isinstance(value, Fraction) else Decimal(str(value))
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
