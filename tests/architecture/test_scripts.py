"""Scripts and pages meet by ids, attributes and classes that nobody else checks: a page would go on without its comfort."""

import re
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE

SCRIPTS = sorted(path for path in PACKAGE.rglob("*.js") if "vendor" not in path.parts)
PAGES = sorted(PACKAGE.glob("*/templates/**/*.html"))
# Attributes of pages that a library reads.
OF_LIBRARIES = {"data-allauth-onload": "allauth's script of passkeys", "data-bs-theme": "Tabler's style sheet"}
# Attributes that scripts write for themselves.
OF_SCRIPTS = {"data-nn-kept": "live.js: a part that was not replaced while somebody typed"}

each_script = pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)


@cache
def _script(path: Path) -> str:
    """Without comments: what stands there is no use."""
    return re.sub(r"/\*.*?\*/|^\s*//.*?$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


@cache
def _pages() -> str:
    """Templates, and what Python writes into pages (attributes of widgets, displays)."""
    python = [path for path in PACKAGE.rglob("*.py") if {"forms", "templatetags"} & {*path.parts, path.stem}]
    return "\n".join(path.read_text(encoding="utf-8") for path in chain(PAGES, python))


@cache
def _styles() -> str:
    sheets = [path for path in PACKAGE.rglob("*.css") if "vendor" not in path.parts]
    return "\n".join(path.read_text(encoding="utf-8") for path in sheets)


def _attributes(text: str) -> set[str]:
    """`data-nn-push` for itself and for `dataset.nnPush`."""
    named = set(re.findall(r"\bdata-[a-z]+(?:-[a-z]+)*", text))
    return named | {
        "data-" + re.sub("[A-Z]", lambda big: f"-{big[0].lower()}", name)
        for name in re.findall(r"\bdataset\.(\w+)", text)
    }


@each_script
def test_ids_in_scripts_stand_in_pages(path: Path) -> None:
    script = _script(path)
    ids = set(re.findall(r"getElementById\(\"([\w-]+)\"\)", script)) | set(re.findall(r"[\"' ]#([a-z][\w-]*)", script))
    assert sorted(name for name in ids if f'id="{name}"' not in _pages() and not _is_field(name)) == []


def _is_field(name: str) -> bool:
    """Django's own id of a field of some form."""
    return (
        name.startswith("id_") and re.search(rf"^    {name.removeprefix('id_')} = ", _pages(), re.MULTILINE) is not None
    )


@each_script
def test_names_of_fields_in_scripts_stand_in_pages(path: Path) -> None:
    names = re.findall(r"\.elements\.(\w+)", _script(path))
    assert sorted(name for name in names if f'name="{name}"' not in _pages()) == []


@each_script
def test_attributes_in_scripts_stand_in_pages(path: Path) -> None:
    assert sorted(_attributes(_script(path)) - _attributes(_pages()) - OF_SCRIPTS.keys()) == []


@each_script
def test_classes_in_scripts_have_a_style_or_a_place(path: Path) -> None:
    names = set(re.findall(r"(?<![\w-])nn-[a-z-]+", re.sub(r"data-nn-[a-z-]+", "", _script(path))))
    known = set(re.findall(r"\bnn-[a-z-]+", _styles() + re.sub(r"data-nn-[a-z-]+", "", _pages())))
    stores = {"nn-draft", "nn-others", "nn-place"}  # keys of what the browser keeps
    assert sorted(names - known - stores) == []


def test_attributes_in_pages_are_used() -> None:
    used = set().union(*(_attributes(_script(path)) for path in SCRIPTS)) | _attributes(_styles())
    assert sorted(_attributes(_pages()) - used - OF_LIBRARIES.keys()) == []


def test_attributes_of_scripts_and_libraries_are_needed() -> None:
    assert sorted(OF_LIBRARIES.keys() - _attributes(_pages())) == []
    scripts = set().union(*(_attributes(_script(path)) for path in SCRIPTS))
    assert sorted(OF_SCRIPTS.keys() - (scripts - _attributes(_pages()))) == []
