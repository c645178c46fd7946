"""The users' guides of docs/guide as pages of the program: the same text and pictures, nothing written twice."""

import re
from itertools import pairwise
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from nennep.core.errors import NotFound

FOLDER = Path(settings.PROJECT_DIR) / "docs" / "guide"
START = "README"
_GUIDE_LINK = re.compile(r'href="([a-z-]+)\.md"')
_PICTURE = re.compile(r'src="images/([a-z0-9-]+)\.png"')
_OUTSIDE_LINK = re.compile(r'<a href="\.\./[^"]*">(.*?)</a>')
_PUNCTUATION = re.compile(r"[^\w\s-]")


def render_guide(name: str) -> SafeString:
    """The guide as HTML, its links and pictures at our addresses. Raises NotFound."""
    from markdown_it import MarkdownIt

    renderer = MarkdownIt("commonmark", {"html": True}).enable("table")
    tokens = renderer.parse(_find(f"{name}.md").read_text(encoding="utf-8"))
    for token, following in pairwise(tokens):
        if token.type == "heading_open":
            token.attrSet("id", name_anchor(following.content))
        elif token.type == "table_open":
            token.attrSet("class", "nn-table")
    html: str = renderer.renderer.render(tokens, renderer.options, {})
    html = _OUTSIDE_LINK.sub(r"\1", html)
    html = _GUIDE_LINK.sub(lambda found: f'href="{reverse("guide", args=[found[1]])}"', html)
    html = _PICTURE.sub(lambda found: f'src="{reverse("guide_picture", args=[found[1]])}"', html)
    return mark_safe(html)  # noqa: S308  our own text, part of the program


def name_anchor(heading: str) -> str:
    """The anchor that GitHub gives the heading, so that links inside a guide lead there in both places."""
    return _PUNCTUATION.sub("", heading.lower()).strip().replace(" ", "-")


def find_picture(name: str) -> Path:
    """The file of a picture. Raises NotFound."""
    return _find(f"images/{name}.png")


def _find(place: str) -> Path:
    """An installation without its documents has no guides."""
    path = FOLDER / place
    if not path.is_file():
        raise NotFound
    return path
