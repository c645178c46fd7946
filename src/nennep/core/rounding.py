"""How a number loses its digits: half up, as people reckon; nothing else in the program rounds what is shown or kept."""

from decimal import ROUND_HALF_UP, Decimal


def round_half_up(value: float | Decimal, places: int = 1) -> Decimal:
    """`81.25` is 81.3, `0.5` without places is 1. A float counts as the decimal number that it prints."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
