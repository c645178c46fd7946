"""Templates name only what exists: icons, classes, the token of a form. (They compile and keep to the policy: test_markup.)"""

import re
from collections.abc import Iterator
from pathlib import Path

import nennep

SOURCE = Path(nennep.__file__).parent
TEMPLATES = sorted(SOURCE.glob("*/templates/**/*.html"))
STYLES = (SOURCE / "core/static/core/nennep.css").read_text(encoding="utf-8")
SPRITE = (SOURCE / "core/templates/core/icons.html").read_text(encoding="utf-8")


def find(pattern: str, *, but: str = "(?!)") -> list[str]:
    """`file: match` for each match of `pattern` in the templates that does not also match `but`."""
    return [
        f"{path.relative_to(SOURCE)}: {match[0]}"
        for path in TEMPLATES
        for match in re.finditer(pattern, path.read_text(encoding="utf-8"))
        if not re.search(but, match[0])
    ]


def test_posting_forms_carry_the_token() -> None:
    assert find(r"(?s)<form\b[^>]*method=\"post\".*?</form>", but=r"csrf_token|csrfmiddlewaretoken|hx-headers") == []


def test_no_stray_brace() -> None:
    """Outside of tags, variables and data there is no brace in any page."""
    tag = re.compile(
        r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<script[^>]*json.*?</script>|(?:content|hx-[a-z]+)='\{.*?\}'", re.DOTALL
    )
    assert [str(path) for path in TEMPLATES if re.search("[{}]", tag.sub("", path.read_text(encoding="utf-8")))] == []


def test_years_have_no_thousands() -> None:
    """A bare number is printed as 2.026; a year wants |stringformat:"d"."""
    assert find(r"\{\{[^}|]*\.year\s*\}\}|\b\w*=[\w.]*\byear(?=[\s%])") == []


def test_icons_are_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="i-([\w-]+)"', SPRITE))
    used = {name for _, name in names_in(r'{% icon "([\w-]+)"|{% chip [^%]*"([\w-]+)" %}|#i-([\w-]+)"', SOURCE)}
    assert used - drawn - {"done", "due", "late", "later"} == set()


def test_classes_are_in_the_style_sheet() -> None:
    """A misspelt nn- class would silently look like nothing."""
    known = set(re.findall(r"\.(nn-[a-z0-9-]+)", STYLES))
    used = {
        (file, name) for file, value in names_in(r'class="([^"]*)"', SOURCE) for name in re.findall(r"nn-[\w-]+", value)
    }
    assert sorted((file, name) for file, name in used if name not in known) == []


def names_in(pattern: str, folder: Path) -> Iterator[tuple[str, str]]:
    for path in TEMPLATES:
        for match in re.finditer(pattern, path.read_text(encoding="utf-8")):
            yield str(path.relative_to(folder)), next(filter(None, match.groups()), "")
