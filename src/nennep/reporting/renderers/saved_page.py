"""A page to keep on the device: one file with its styles inside, no scripts, nothing fetched, opened without a network."""

from functools import cache
from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_STYLES = Path(__file__).parents[1] / "static/reporting/saved-page.css"


def save_page(*, title: str, body: SafeString, language: str) -> str:
    """The whole document around `body`, which is escaped already."""
    return format_html(
        '<!doctype html>\n<html lang="{}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex">\n<title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n{}</body>\n</html>\n',
        language,
        title,
        _read_styles(),
        body,
    )


@cache
def _read_styles() -> SafeString:
    return mark_safe(_STYLES.read_text(encoding="utf-8"))  # noqa: S308  our own file
