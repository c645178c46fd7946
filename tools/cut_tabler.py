"""Cut Tabler down to the rules that our pages use.

    python tools/cut_tabler.py TABLER_MIN_CSS OUTPUT

TABLER_MIN_CSS is dist/css/tabler.min.css of the npm package @tabler/core (`npm pack @tabler/core`). Kept are: the reset
of plain elements, the classes in KEPT_CLASSES, and of the custom properties only those that a kept rule or
nennep.css reads. The whole file is 635 KB and is not in the repository; afterwards write the hash of the result into
src/nennep/core/static/vendor/manifest.toml.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

LAYER = Path(__file__).resolve().parents[1] / "src/nennep/core/static/core/nennep.css"
KEPT_CLASSES = frozenset(
    {
        "btn",
        "btn-primary",
        "disabled",
        "form-check-input",
        "form-control",
        "form-label",
        "form-select",
        "visually-hidden",
    }
    | {f"{side}-{step}" for side in ("mt", "mb", "pt") for step in range(6)}
    | {"d-block", "fw-normal", "text-start"}
)
KEPT_ATTRIBUTES = frozenset(
    {"data-bs-theme", "disabled", "hidden", "href", "list", "multiple", "readonly", "size", "title", "type"}
)
UNUSED_ELEMENTS = re.compile(
    r"(?<![\w.#-])(?:audio|canvas|dialog|iframe|img|kbd|mark|model-viewer|output|pre|samp|video|::selection)\b"
)
VENDOR_STATE = re.compile(r":host|\.theme-|::-ms-|\[data-vc|\[data-bs-sidebar")


@dataclass(frozen=True)
class Rule:
    """One statement of a style sheet: `body` holds declarations, or rules when `prelude` begins with @media."""

    prelude: str
    body: str


def parse_rules(css: str) -> Iterator[Rule]:
    """The statements on the top level of `css`, strings and nested braces respected; @charset and the like skipped."""
    start, depth, opened, quote = 0, 0, 0, ""
    for place, letter in enumerate(css):
        if quote:
            quote = "" if letter == quote and css[place - 1] != "\\" else quote
        elif letter in "\"'":
            quote = letter
        elif letter == "{":
            opened, depth = (place if depth == 0 else opened), depth + 1
        elif letter == "}":
            depth -= 1
            if depth == 0:
                yield Rule(css[start:opened].strip(), css[opened + 1 : place])
                start = place + 1
        elif letter == ";" and depth == 0:
            start = place + 1


def split_outside(text: str, mark: str) -> list[str]:
    """Split at `mark` where it stands outside brackets and strings."""
    parts, depth, quote, start = [], 0, "", 0
    for place, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "([":
            depth += 1
        elif letter in ")]":
            depth -= 1
        elif letter == mark and depth == 0:
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]


def keeps_selector(selector: str) -> bool:
    """True when everything the selector names is something our pages have."""
    classes = re.findall(r"\.([A-Za-z_][\w-]*)", selector)
    attributes = re.findall(r"\[([\w-]+)", selector)
    if VENDOR_STATE.search(selector) or UNUSED_ELEMENTS.search(selector):
        return False
    return all(name in KEPT_CLASSES for name in classes) and all(name in KEPT_ATTRIBUTES for name in attributes)


def keep_rules(rules: Iterable[Rule]) -> Iterator[Rule]:
    """The rules with the kept selectors only; media queries are entered, animations and fonts dropped."""
    for rule in rules:
        if rule.prelude.startswith("@media"):
            inner = "".join(f"{kept.prelude}{{{kept.body}}}" for kept in keep_rules(parse_rules(rule.body)))
            if inner:
                yield Rule(rule.prelude, inner)
        elif not rule.prelude.startswith("@"):
            selectors = [item for item in split_outside(rule.prelude, ",") if keeps_selector(item)]
            if selectors:
                yield Rule(",".join(selectors), rule.body)


def read_properties(css: str) -> set[str]:
    """Custom properties that some value reads."""
    return set(re.findall(r"var\(\s*(--[\w-]+)", css))


def needed_properties(rules: list[Rule], layer: str) -> set[str]:
    """Custom properties read by a plain declaration or by the layer, and those that these are made of."""
    made_of: dict[str, set[str]] = {}
    needed = read_properties(layer)
    for declaration in (item for rule in rules for item in declarations(rule)):
        name, _, value = declaration.partition(":")
        if name.startswith("--"):
            made_of.setdefault(name, set()).update(read_properties(value))
        else:
            needed |= read_properties(declaration)
    while more := {part for name in needed for part in made_of.get(name, set())} - needed:
        needed |= more
    return needed


def declarations(rule: Rule) -> list[str]:
    if not rule.prelude.startswith("@media"):
        return [item for item in split_outside(rule.body, ";") if item.strip()]
    return [item for inner in parse_rules(rule.body) for item in declarations(inner)]


def drop_properties(rule: Rule, needed: set[str]) -> Rule:
    """The rule without the custom properties that nothing reads; the body may come out empty."""
    if rule.prelude.startswith("@media"):
        inner = [drop_properties(item, needed) for item in parse_rules(rule.body)]
        return Rule(rule.prelude, "".join(f"{item.prelude}{{{item.body}}}" for item in inner if item.body))
    kept = [item for item in declarations(rule) if not item.startswith("--") or item.partition(":")[0] in needed]
    return Rule(rule.prelude, ";".join(kept))


def cut(css: str, layer: str) -> str:
    """`css` without everything our pages do not use, one rule a line. The licence comment on top stays."""
    licence = re.search(r"/\*!.*?\*/", css, re.DOTALL)
    bare = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    rules = list(keep_rules(parse_rules(bare)))
    needed = needed_properties(rules, layer)
    kept = (drop_properties(rule, needed) for rule in rules)
    lines = [f"{rule.prelude}{{{rule.body}}}" for rule in kept if rule.body]
    head = [licence[0]] if licence else []
    return "\n".join(
        ['@charset "UTF-8";', *head, "/* Cut by tools/cut_tabler.py: only the rules our pages use. */", *lines, ""]
    )


def main() -> None:
    source, target = (Path(argument) for argument in sys.argv[1:3])
    target.write_text(cut(source.read_text(encoding="utf-8"), LAYER.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"{target}: {target.stat().st_size} of {source.stat().st_size} bytes")


if __name__ == "__main__":
    main()
