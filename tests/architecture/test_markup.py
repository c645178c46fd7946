"""Templates: they compile, and nothing in them needs a looser Content-Security-Policy."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

from tests.architecture.source import PACKAGE

TEMPLATES = sorted(PACKAGE.glob("*/templates/**/*.*"))
FORBIDDEN = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style[\s>]", re.IGNORECASE),
    "a script in the page": re.compile(r"<script(?![^>]*\ssrc=)[^>]*>", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "a file from elsewhere": re.compile(r"""(?:src|<link[^>]*href)\s*=\s*["']?(?:https?:)?//""", re.IGNORECASE),
    "an htmx expression that is evaluated": re.compile(r"""hx-(?:on|vals\s*=\s*["']?js:)""", re.IGNORECASE),
}
# Data for a script of ours is no script: json_script writes it, and browsers never run it.
DATA_SCRIPT = re.compile(r"<script[^>]*application/json[^>]*>", re.IGNORECASE)


def _name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_template_compiles(path: Path) -> None:
    folder = next(parent for parent in path.parents if parent.name == "templates")
    get_template(path.relative_to(folder).as_posix())


@pytest.mark.parametrize("path", [path for path in TEMPLATES if path.suffix == ".html"], ids=_name)
def test_template_stays_within_the_policy(path: Path) -> None:
    text = DATA_SCRIPT.sub(
        "", re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    )
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []
