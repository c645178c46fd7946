"""The glossary's words "in code" are the code's words, and nobody writes English that only a dictionary would (docs/glossary.md)."""

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from tests.architecture.source import PACKAGE, PROJECT, expect_none, parse, source_files

GLOSSARY = PROJECT / "docs" / "glossary.md"
NOTHING_YET = "–"
Words = tuple[str, ...]
# Words given up for one of the glossary, and the names that go on saying them, each with its reason.
GIVEN_UP = {
    "task": (
        "duty",
        {
            "tasks": "the committee's own words on who does what, a column of its notes",
            "POLITICAL_TASK": "the political work of the unit, a topic of the agenda",
            "TASKS": "a setting of Django",
        },
    ),
}


def split_words(name: str) -> Words:
    """`RuleBook`, `rule_book` and `RULE_BOOK` alike are (`rule`, `book`)."""
    return tuple(word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name))


def read_terms(text: str) -> Iterator[str]:
    """What stands in the columns "in code": one term, or several between slashes or commas."""
    column = None
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|"):
            column = None
        elif column is None:
            column = cells.index("in code")
        elif not cells[column].startswith("---"):
            yield from re.split(r" / |, ", cells[column])


def _names_in(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg


@cache
def list_plain_names() -> frozenset[str]:
    """Every name of a module, class, function, field, parameter or variable of the program."""
    modules = {part for path in source_files() for part in path.relative_to(PACKAGE).with_suffix("").parts}
    return frozenset(modules | {name for path in source_files() for name in _names_in(parse(path))})


@cache
def list_names() -> frozenset[Words]:
    """The same as their words."""
    return frozenset(split_words(name) for name in list_plain_names())


@cache
def list_members() -> frozenset[str]:
    """`MeetingKind.REGULAR`: what is assigned in the body of a class."""
    classes = (node for path in source_files() for node in ast.walk(parse(path)) if isinstance(node, ast.ClassDef))
    return frozenset(
        f"{found.name}.{target.id}"
        for found in classes
        for line in found.body
        if isinstance(line, ast.Assign)
        for target in line.targets
        if isinstance(target, ast.Name)
    )


def holds(name: Words, term: Words) -> bool:
    """Whether the words of the term follow each other in the name."""
    return any(name[start : start + len(term)] == term for start in range(len(name) - len(term) + 1))


def occurs(term: str) -> bool:
    if "." in term:
        return term in list_members()
    return any(holds(name, split_words(term)) for name in list_names())


def test_words_in_code_occur_in_the_code() -> None:
    terms = [term for term in read_terms(GLOSSARY.read_text("utf-8")) if term != NOTHING_YET]
    assert len(terms) > 100
    expect_none(f"docs/glossary.md: no name in the code holds {term!r}" for term in terms if not occurs(term))


@pytest.mark.parametrize("word", GIVEN_UP)
def test_words_given_up_name_nothing(word: str) -> None:
    instead, allowed = GIVEN_UP[word]
    saying = {name for name in list_plain_names() if {word, f"{word}s"} & set(split_words(name))}
    expect_none(f"{name}: say {instead}" for name in sorted(saying - allowed.keys()))
    assert sorted(allowed.keys() - saying) == []


def test_no_word_stands_twice() -> None:
    terms = [term for term in read_terms(GLOSSARY.read_text("utf-8")) if term != NOTHING_YET]
    expect_none(sorted({f"docs/glossary.md: {term!r} stands twice" for term in terms if terms.count(term) > 1}))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("rule_book", ("rule", "book"), id="snake"),
        pytest.param("RuleBook", ("rule", "book"), id="camel"),
        pytest.param("AD_HOC", ("ad", "hoc"), id="constant"),
        pytest.param("HTMLPage", ("html", "page"), id="capitals"),
        pytest.param("_month12", ("month", "12"), id="number"),
    ],
)
def test_names_are_split_at_their_words(name: str, words: Words) -> None:
    assert split_words(name) == words


def test_a_term_needs_its_words_whole_in_order_and_together() -> None:
    name = split_words("find_cell_committee_member")
    assert holds(name, ("cell", "committee"))
    assert not holds(name, ("committee", "cell"))
    assert not holds(name, ("cell", "member"))
    assert not holds(name, ("commit",))


def test_columns_are_read_by_their_heading() -> None:
    text = "| word | in code |\n|---|---|\n| a | b / c |\n\n| in code | word |\n|---|---|\n| d, e | f |\n| – | g |\n"
    assert list(read_terms(text)) == ["b", "c", "d", "e", "–"]
