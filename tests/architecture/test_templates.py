"""Templates name only what exists: icons, classes, the token of a form. (They compile and keep to the policy: test_markup.)"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import nennep

SOURCE = Path(nennep.__file__).parent
TEMPLATES = sorted(SOURCE.glob("*/templates/**/*.html"))
WIDTH = 140  # djlint's max_line_length only guides its formatter
STYLES = (SOURCE / "core/static/core/nennep.css").read_text(encoding="utf-8")
VALUES = 3  # that one thing is compared with in a chain: a state machine
QUESTIONS = 5  # in one chain
SPRITE = (SOURCE / "core/templates/core/icons.html").read_text(encoding="utf-8")


def find(pattern: str, *, but: str = "(?!)", among: str = "*") -> list[str]:
    """`file: match` for each match of `pattern` in the templates that does not also match `but`."""
    return [
        f"{path.relative_to(SOURCE)}: {match[0]}"
        for path in TEMPLATES
        if path.match(among)
        for match in re.finditer(pattern, path.read_text(encoding="utf-8"))
        if not re.search(but, match[0])
    ]


def test_no_line_is_too_long_to_review() -> None:
    """A tag of Django cannot be broken: give it a variable, a property of what is shown, or {% blocktranslate trimmed %}."""
    assert [
        f"{path.relative_to(SOURCE)}:{number} {len(line)} characters"
        for path in sorted(SOURCE.glob("*/templates/**/*.*"))
        if path.suffix in {".html", ".txt", ".js"}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > WIDTH
    ] == []


def test_what_is_typed_in_several_lines_is_kept_on_the_device() -> None:
    """Fields of forms by the tag `field`; what was kept already, is shown to be copied, or goes along hidden, is no draft."""
    assert find(r"<textarea[^>]*>", but=r"data-nn-draft|hidden|readonly|id=\"kept-") == []


def test_a_version_comes_from_the_server_and_not_from_the_browsers_memory() -> None:
    """A script renews it; a browser that goes back would put the older one there, and the save were a false conflict."""
    kept = r"<input[^>]*(?:data-nn-version|type=\"hidden\" name=\"(?:version|seen)\w*\")[^>]*>"
    assert find(kept, but='autocomplete="off"') == []
    assert len(find(kept)) >= 5


def test_nothing_is_told_apart_by_its_name() -> None:
    """Two units or persons may share a name: templates compare ids, or ask a property."""
    compared = r"{% (?:el)?if [^%]*?"
    names = r"[\w.]*(?:\.|_|\b)(?:name|holder|full_name|label)\b"
    assert find(rf"{compared}{names} (?:==|!=)|{compared}(?:==|!=) {names}") == []


def find_chains(text: str) -> list[str]:
    """Conditions of each `if … elif …` that asks one thing for a third value, or asks a fifth question."""
    found, opened = [], list[list[str]]()
    for tag, condition in re.findall(r"{% (if|elif|endif)\b ?([^%]*?) ?%}", text):
        if tag == "if":
            opened.append([condition])
        elif tag == "elif":
            opened[-1].append(condition)
        else:
            chain = opened.pop()
            asked = Counter(re.findall(r"([\w.]+) == ", " ".join(chain)))
            if len(chain) >= QUESTIONS or max(asked.values(), default=0) >= VALUES:
                found.append(" | ".join(chain))
    return found


def test_states_are_said_by_the_code_that_knows_them() -> None:
    """A chain about one thing belongs on its enum or on what the page is given (`label`, `chip`, `words`, `template`)."""
    texts = ((path.relative_to(SOURCE), path.read_text(encoding="utf-8")) for path in TEMPLATES)
    assert [f"{path}: {chain}" for path, text in texts for chain in find_chains(text)] == []


def test_a_chain_is_found_by_its_third_value_or_fifth_question() -> None:
    two, third = '{% if a.b == "x" %}{% elif a.b == "y" %}', '{% elif a.b == "z" %}'
    assert find_chains(f"{two}{{% else %}}{{% endif %}}") == []
    assert find_chains(f"{two}{{% endif %}}{two}{{% endif %}}") == []
    assert find_chains(f"{two}{third}{{% endif %}}") == ['a.b == "x" | a.b == "y" | a.b == "z"']
    assert find_chains("{% if q %}{% if a == 1 %}{% endif %}{% elif a == 2 or a == 3 or a == 4 %}{% endif %}") != []
    assert find_chains("{% if a %}{% elif b %}{% elif c %}{% elif d %}{% endif %}") == []
    assert find_chains("{% if a %}{% elif b %}{% elif c %}{% elif d %}{% elif e %}{% endif %}") == ["a | b | c | d | e"]


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


def test_style_sheet_has_no_dead_class() -> None:
    """What no page, script or tag names any more goes."""
    code = [path for kind in ("*.html", "*.js", "*.py") for path in SOURCE.rglob(kind) if "vendor" not in path.parts]
    named = {name for path in code for name in re.findall(r"(?<![\w-])nn-[a-z0-9-]+", path.read_text(encoding="utf-8"))}
    assert sorted(set(re.findall(r"\.(nn-[a-z0-9-]+)", STYLES)) - named) == []


def test_what_opens_or_is_ticked_in_the_room_has_an_id() -> None:
    """live.js finds it again by its id when a part is replaced."""
    assert (
        find(r"<details\b[^>]*>|<input\b[^>]*type=\"checkbox\"[^>]*>", but=r"\bid=", among="room/*/room/_*.html") == []
    )


def names_in(pattern: str, folder: Path) -> Iterator[tuple[str, str]]:
    for path in TEMPLATES:
        for match in re.finditer(pattern, path.read_text(encoding="utf-8")):
            yield str(path.relative_to(folder)), next(filter(None, match.groups()), "")
