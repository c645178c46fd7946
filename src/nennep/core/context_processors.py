"""What every page needs to look as its reader chose."""

from datetime import date

from django.http import HttpRequest

from nennep.core import clock
from nennep.core.appearance import SIZE_COOKIE, SIZES, THEME_COOKIE, THEMES


def appearance(request: HttpRequest) -> dict[str, str | date]:
    """`text_size` 1, 2 or 3 (A, A+, A++) and `theme` light, dark or empty (as the device has it), from cookies; `today`."""
    size = request.COOKIES.get(SIZE_COOKIE, "1")
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return {
        "text_size": size if size in SIZES else "1",
        "theme": theme if theme in THEMES else "",
        "today": clock.today(),
    }
