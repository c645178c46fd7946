"""How many bytes a page costs its reader, compressed as the server sends it (interface.md, rule 8)."""

import gzip
import re

import brotli
from django.contrib.staticfiles import finders

FIRST_VISIT_LIMIT = 150 * 1024
LATER_PAGE_LIMIT = 25 * 1024
# Every page sets its body in 400 and its headlines in 700, each in two parts (Latin, Vietnamese).
_FONTS = [
    f"vendor/fonts/be-vietnam-pro-{part}-{weight}-normal.woff2"
    for part in ("latin", "vietnamese")
    for weight in (400, 700)
]
_DESK_FONTS = [f"vendor/fonts/be-vietnam-pro-{part}-500-normal.woff2" for part in ("latin", "vietnamese")]


def page_bytes(html: str) -> int:
    """The page alone: what each later visit costs, because the rest is kept by the browser for a year."""
    return len(gzip.compress(html.encode(), compresslevel=6))


def first_visit_bytes(html: str) -> int:
    """The page with every style sheet, script, icon and font it loads."""
    linked = set(re.findall(r'(?:href|src)="/static/([^"?]+)"', html))
    fonts = set(_FONTS + (_DESK_FONTS if "nn-desk" in html else []))
    return page_bytes(html) + sum(_file_bytes(name) for name in linked | fonts)


def _file_bytes(name: str) -> int:
    path = finders.find(name)
    assert isinstance(path, str), f"{name} is not there"
    with open(path, "rb") as file:  # noqa: PTH123  finders hands over a string
        content = file.read()
    return len(content) if name.endswith(".woff2") else len(brotli.compress(content))
