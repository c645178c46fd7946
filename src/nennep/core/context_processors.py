"""What every page needs to look as its reader chose."""

from django.http import HttpRequest

SIZES = {"1", "2", "3"}
THEMES = {"light", "dark"}


def appearance(request: HttpRequest) -> dict[str, str]:
    """`text_size` 1, 2 or 3 (A, A+, A++) and `theme` light, dark or empty (as the device has it), from cookies."""
    size = request.COOKIES.get("nn-size", "1")
    theme = request.COOKIES.get("nn-theme", "")
    return {"text_size": size if size in SIZES else "1", "theme": theme if theme in THEMES else ""}
