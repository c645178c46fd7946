"""Is a page usable by everybody? axe-core (WCAG 2.2 A and AA, best practices) and no sideways scrolling.

In a journey: `assert_usable(page)` for the page as it stands, or `assert_usable_everywhere(page, but=...)` which looks
at it on small and large screens, light and dark, with normal and enlarged text, and leaves it as it was. What a page
says is the same in each theme and size of text, so there only what depends on its look is asked again.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page

_AXE = (Path(__file__).parents[1] / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_OF_THE_LOOK = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]
_RUN = """([only, but]) => axe.run(document, {
  runOnly: only, resultTypes: ["violations"],
  rules: Object.fromEntries(but.map((rule) => [rule, {enabled: false}])),
})"""
_CHANGE_SIZE = """(size) => {
  const old = document.documentElement.dataset.nnSize;
  document.documentElement.dataset.nnSize = size;
  return old;
}"""
# Width, text size (A = 1, A++ = 3), theme, every rule? 320 px is the narrowest that WCAG asks for.
VIEWS: list[tuple[int, str, Literal["light", "dark"], bool]] = [
    (320, "1", "light", True),
    (360, "3", "dark", False),
    (360, "2", "light", False),
    (1280, "1", "dark", True),
    (1280, "3", "light", False),
]


def find_faults(page: Page, *, but: Collection[str] = (), every_rule: bool = True) -> list[str]:
    """What axe finds in the page, one line for each element: rule, selector, what to do. `but` names rules to leave out."""
    only = {"type": "tag", "values": _TAGS} if every_rule else {"type": "rule", "values": _OF_THE_LOOK}
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_AXE)
    found: dict[str, Any] = page.evaluate(_RUN, [only, list(but)])
    return [
        f"{violation['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def assert_usable(page: Page, *, but: Collection[str] = ()) -> None:
    """No fault that axe knows, and nothing wider than the screen."""
    assert find_faults(page, but=but) == []
    assert page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0


def assert_usable_everywhere(page: Page, *, but: Collection[str] = ()) -> None:
    """`assert_usable` for each of VIEWS; then the page looks as before."""
    for width, size, theme, every_rule in VIEWS:
        with _seen(page, width, size, theme):
            faults = find_faults(page, but=but, every_rule=every_rule)
            wider = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        assert (width, size, theme, faults, max(wider, 0)) == (width, size, theme, [], 0)


@contextmanager
def _seen(page: Page, width: int, size: str, theme: Literal["light", "dark"]) -> Iterator[None]:
    before = page.viewport_size
    old_size = page.evaluate(_CHANGE_SIZE, size)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    yield
    page.evaluate(_CHANGE_SIZE, old_size)
    page.emulate_media(color_scheme="null", reduced_motion="null")
    if before:
        page.set_viewport_size(before)
