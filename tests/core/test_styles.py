"""What the style sheet promises about its colours."""

import re
from pathlib import Path

import pytest

import nennep.core

STYLES = (Path(nennep.core.__file__).parent / "static/core/nennep.css").read_text(encoding="utf-8")
TOKEN = re.compile(r"--nn-([a-z0-9-]+): (#[0-9a-f]{3,6});")
LIGHT, DARK_BY_SYSTEM, DARK_BY_CHOICE = [
    dict(TOKEN.findall(block)) for block in re.findall(r"\{([^{}]*--nn-paper:[^{}]*--nn-poor-bg:[^{}]*)\}", STYLES)
]
# Foreground, background, and what WCAG 2.2 asks of the pair (4.5 text, 3.0 the outline of a control).
PAIRS = [
    ("ink", "paper", 4.5), ("ink", "sunk", 4.5), ("ink-2", "paper", 4.5), ("ink-2", "sunk", 4.5), ("ink-2", "sunk-2", 4.5),
    ("ink-3", "paper", 4.5), ("ink-3", "sunk", 4.5), ("red-text", "paper", 4.5), ("red-text", "sunk", 4.5),
    ("on-red", "red", 4.5), ("on-red", "red-press", 4.5), ("ok", "ok-bg", 4.5), ("due", "due-bg", 4.5), ("due", "paper", 4.5),
    ("late", "late-bg", 4.5), ("good", "good-bg", 4.5), ("fair", "fair-bg", 4.5), ("average", "average-bg", 4.5),
    ("poor", "poor-bg", 4.5), ("edge", "paper", 3.0), ("edge", "sunk", 3.0), ("red", "sunk", 3.0), ("gold", "paper", 3.0),
]  # fmt: skip


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dim = sorted([luminance(one), luminance(other)], reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_dark_by_choice_is_dark_by_system() -> None:
    assert DARK_BY_CHOICE == DARK_BY_SYSTEM
    assert set(LIGHT) == set(DARK_BY_CHOICE)


@pytest.mark.parametrize("colours", [LIGHT, DARK_BY_CHOICE], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_contrast(colours: dict[str, str], front: str, back: str, least: float) -> None:
    assert contrast(colours[front], colours[back]) >= least


def test_colours_need_no_new_browser() -> None:
    """Old phones know neither light-dark() nor oklch() nor color-mix(); all our colours are plain."""
    assert re.findall(r"light-dark\(|oklch\(|color-mix\(", re.sub(r"/\*.*?\*/", "", STYLES, flags=re.DOTALL)) == []


@pytest.mark.parametrize("sheet", ["core/static/core/nennep.css", "reporting/static/reporting/saved-page.css"])
def test_a_long_name_leaves_room_for_its_value(sheet: str) -> None:
    """At 360 pixels `auto` left a level of a rating 50 pixels, one word to a line; now it has 130."""
    styles = (Path(nennep.core.__file__).parents[1] / sheet).read_text(encoding="utf-8")
    found = re.findall(r"\.nn-facts \{[^}]*grid-template-columns: ([^;]+);", styles)
    assert found == ["fit-content(55%) 1fr"]
