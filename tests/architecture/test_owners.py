"""One owner per derived fact: what a member of an enumeration is stands on it, numbers of documents stand in packs (ADR 0023)."""

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from nennep.policies.importers.pack_files import read_packs
from nennep.policies.rules import RuleBook
from tests.architecture.source import CONTEXTS, PACKAGE, expect_none, parse, source_files
from tools import collect_messages

EXCEPTIONS: dict[str, dict[str, str]] = tomllib.loads(
    (Path(__file__).parent / "owners.toml").read_text(encoding="utf-8")
)
# Enumerations that every context asks about: no group of their members is spelled outside `choices`, not even once.
ASKED_ABOUT = {"MeetingKind", "MeetingState", "AttendanceState", "Standing"}


# ── groups of members ─────────────────────────────────────────────────────────


@cache
def _enumerations() -> dict[tuple[str, str], dict[str, str]]:
    """Members with their values by module and name, of the enumerations that `choices` define."""
    found = {}
    for path in source_files("", "choices"):
        for node in parse(path).body:
            if isinstance(node, ast.ClassDef) and any("Choices" in ast.unparse(base) for base in node.bases):
                found[_module_of(path), node.name] = dict(_members(node))
    return found


def _members(enumeration: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for line in enumeration.body:
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
            value = line.value.elts[0] if isinstance(line.value, ast.Tuple) else line.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield line.targets[0].id, value.value


def _module_of(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)


def _imported(tree: ast.Module) -> dict[str, tuple[str, str]]:
    """What a file calls each enumeration: the name there, the module and name where it is defined."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names = {alias.asname or alias.name: (str(node.module), alias.name) for node in imports for alias in node.names}
    return {name: place for name, place in names.items() if place in _enumerations()}


def _groups(path: Path) -> Iterator[tuple[int, str, frozenset[str]]]:
    """Line, enumeration and members of every collection, and of every chain of comparisons, of two members or more."""
    names = _imported(parse(path))
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            parts = node.elts
        elif isinstance(node, ast.BoolOp):
            parts = [side for one in node.values if isinstance(one, ast.Compare) for side in one.comparators]
        else:
            continue
        named = [_member(part, names) for part in parts]
        by_enumeration = defaultdict(set)
        for place in named:
            if place is not None:
                by_enumeration[place[0]].add(place[1])
        if None not in named or isinstance(node, ast.BoolOp):
            yield from ((node.lineno, *group) for group in _parts_of(by_enumeration, names))


def _parts_of(
    by_enumeration: Mapping[str, set[str]], names: Mapping[str, tuple[str, str]]
) -> Iterator[tuple[str, frozenset[str]]]:
    """Two members or more, and not all of them: that is an order, which is a page's own."""
    sizes = {place[1]: len(_enumerations()[place]) for place in names.values()}
    yield from ((name, frozenset(one)) for name, one in by_enumeration.items() if 1 < len(one) < sizes[name])


def _member(node: ast.expr, names: dict[str, tuple[str, str]]) -> tuple[str, str] | None:
    """`Standing.OFFICIAL` and `Standing.OFFICIAL.value`, as enumeration and member."""
    if isinstance(node, ast.Attribute) and node.attr == "value":
        node = node.value
    if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in names):
        return None
    place = names[node.value.id]
    return (place[1], node.attr) if node.attr in _enumerations()[place] else None


def _files_beside_choices() -> list[Path]:
    choices = set(source_files("", "choices"))
    return [path for path in source_files() if path not in choices]


@cache
def _spelled() -> list[tuple[str, str, frozenset[str]]]:
    """Where outside `choices` a group is spelled that is no reviewed exception: place, enumeration, members."""
    return [
        (f"{path.relative_to(PACKAGE).as_posix()}:{line} {name} {sorted(members)}", name, members)
        for path in _files_beside_choices()
        for line, name, members in _groups(path)
        if f"{path.relative_to(PACKAGE).as_posix()} {name} {' '.join(sorted(members))}" not in EXCEPTIONS["groups"]
    ]


def test_what_a_member_is_stands_on_its_enumeration() -> None:
    """`state.is_there`, and `AttendanceState.there()` for querysets, instead of a second list of the same members."""
    expect_none(where for where, name, _members in _spelled() if name in ASKED_ABOUT)


def test_no_group_of_members_is_spelled_twice() -> None:
    """Once may be a list of a page; the second time it is a fact about these members, and belongs to them."""
    places = defaultdict(list)
    for where, name, members in _spelled():
        places[name, members].append(where)
    known = {
        (name, members) for path in source_files("", "choices") for _line, name, members in _groups_in_choices(path)
    }
    expect_none(
        where
        for group, found in sorted(places.items(), key=lambda one: one[1])
        for where in found
        if len(found) > 1 or group in known
    )


def _groups_in_choices(path: Path) -> Iterator[tuple[int, str, frozenset[str]]]:
    """The same in the file that defines them, where they need no import."""
    own = {name: (module, name) for module, name in _enumerations() if module == _module_of(path)}
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            named = [_member(part, own) for part in node.elts]
            if len(named) > 1 and None not in named and len({one[0] for one in named if one}) == 1:
                yield node.lineno, next(one[0] for one in named if one), frozenset(one[1] for one in named if one)


def test_values_of_members_are_not_spelled_as_words() -> None:
    """`{"exempt", "elsewhere"}` is a list of standings too."""
    values = {
        (name, value)
        for (_module, name), members in _enumerations().items()
        if name in ASKED_ABOUT
        for value in members.values()
    }
    wrong = []
    for path in _files_beside_choices():
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.Tuple | ast.List | ast.Set) and len(node.elts) > 1:
                words = [one.value if isinstance(one, ast.Constant) else None for one in node.elts]
                place = f"{path.relative_to(PACKAGE).as_posix()} {' '.join(map(str, words))}"
                if any(all((name, word) in values for word in words) for name in ASKED_ABOUT):
                    wrong += [f"{place}:{node.lineno}"] if place not in EXCEPTIONS["words"] else []
    expect_none(wrong)


# ── numbers of documents ──────────────────────────────────────────────────────

_NUMBERED = r"\d+-(?:HD|QĐi?|KH|CT|NQ|KL|CV|QC)\b"
DOCUMENT = re.compile(
    rf"{_NUMBERED}|\b(?:HD|QĐ) ?\d+|Điều lệ|Statute|(?:Chỉ thị|Hướng dẫn|Quy định|Kế hoạch) \d|An Phú|rules\.md §"
)
# Quarters, halves, thirds and signs are no rules; from here on a number is one that somebody decided.
FIRST_DECIDED = 4


def _decided(node: ast.AST) -> Iterator[float]:
    """Numbers that say how much, how long or from when on; not places in a list, not days of the calendar."""
    if isinstance(node, ast.Subscript):
        yield from _decided(node.value)
    elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in {"date", "replace", "_"}:
        return
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, int | float) and not isinstance(node.value, bool):
            yield from ([node.value] if node.value >= FIRST_DECIDED and node.value != 100 else [])
    else:
        for child in ast.iter_child_nodes(node):
            yield from _decided(child)


def _files() -> list[Path]:
    """The demonstration tells what happened in an invented commune: its numbers rule nothing."""
    return [path for path in source_files() if "demonstration" not in path.parts]


def _where(path: Path, name: str) -> str:
    return f"{path.relative_to(PACKAGE).as_posix()} {name}"


def _comment_of(node: ast.stmt, lines: list[str]) -> str:
    """What is said of an assignment: on its lines, and on the lines of comment above."""
    first = node.lineno - 1
    while first > 0 and lines[first - 1].lstrip().startswith("#"):
        first -= 1
    said = lines[first : node.end_lineno or node.lineno]
    return " ".join(line.partition("#")[2] for line in said)


def test_no_constant_is_the_number_of_a_document() -> None:
    """It changes with documents, provinces or years: a key of a policy pack (docs/how-to/add-a-rule.md)."""
    wrong = []
    for path in _files():
        lines = path.read_text(encoding="utf-8").splitlines()
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                target = ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target)
                fractions = any(isinstance(one, ast.Name) and one.id == "Fraction" for one in ast.walk(node.value))
                said = DOCUMENT.search(_comment_of(node, lines))
                if (
                    said
                    and (fractions or any(_decided(node.value)))
                    and _where(path, target) not in EXCEPTIONS["numbers"]
                ):
                    wrong.append(f"{_where(path, target)}:{node.lineno} ({said.group()})")
    expect_none(wrong)


def test_no_function_that_cites_a_document_spells_its_numbers() -> None:
    wrong = [
        f"{_where(path, node.name)}:{node.lineno} ({said.group()}) {numbers}"
        for path in _files()
        for node in ast.walk(parse(path))
        if isinstance(node, ast.FunctionDef)
        if (said := DOCUMENT.search(ast.get_docstring(node) or ""))
        if (numbers := [number for line in node.body[1:] for number in _decided(line)])
        if _where(path, node.name) not in EXCEPTIONS["numbers"]
    ]
    expect_none(wrong)


def test_what_a_rule_book_holds_has_no_default_elsewhere() -> None:
    """A field or an argument with the name of a rule gets its value from the book of the unit and the day."""
    rules = set(RuleBook.__dataclass_fields__)
    expect_none(
        f"{_where(path, name)}:{line}"
        for path in _files()
        for node in ast.walk(parse(path))
        for line, name, default in _defaults(node)
        if name in rules and any(map(_is_number, ast.walk(default)))
    )


def _defaults(node: ast.AST) -> Iterator[tuple[int, str, ast.expr]]:
    """Line, name and default of a field, or of each argument of a function."""
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
        yield node.lineno, node.target.id, node.value
    elif isinstance(node, ast.FunctionDef):
        positional = zip(reversed(node.args.args), reversed(node.args.defaults), strict=False)
        named = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        yield from (
            (node.lineno, argument.arg, default) for argument, default in (*positional, *named) if default is not None
        )


def _is_number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in {int, float}


@pytest.mark.parametrize("context", [name for name in CONTEXTS if (PACKAGE / name / "locale").exists()])
def test_no_sentence_says_the_number_of_a_document_beside_its_name(context: str) -> None:
    """A unit with a rule of its own would read another number: the sentence gets both from the rule and its source."""
    name_and_date = re.compile(rf"{_NUMBERED}\S*|\d{{1,2}}/\d{{1,2}}/\d{{4}}|%\(\w+\)s")
    wrong = [
        message.text
        for message in collect_messages.messages_of_context(PACKAGE / context)
        if DOCUMENT.search(message.text) and re.search(r"\d", name_and_date.sub("", message.text))
        if message.text not in EXCEPTIONS["sentences"]
    ]
    expect_none(sorted(wrong))


def test_exceptions_are_still_needed() -> None:
    """An exception whose file or name has gone is taken out."""
    gone = [
        place
        for place in (*EXCEPTIONS["groups"], *EXCEPTIONS["words"], *EXCEPTIONS["numbers"])
        if not (PACKAGE / place.split(" ", maxsplit=1)[0]).exists()
        or place.split(" ")[1] not in (PACKAGE / place.split(" ", maxsplit=1)[0]).read_text(encoding="utf-8")
    ]
    expect_none(gone)


def _rule_numbers() -> set[str]:
    """Every number that a delivered pack gives for a rule, as far as somebody decided it."""
    values = [rule.value for pack in read_packs() for rule in pack.rules if not rule.key.startswith("agenda.template")]
    return {
        f"{number:g}" for value in values for number in _numbers_in(value) if number >= FIRST_DECIDED and number != 100
    }


def _numbers_in(value: object) -> Iterator[float]:
    if isinstance(value, dict | list):
        yield from (
            number for part in (value.values() if isinstance(value, dict) else value) for number in _numbers_in(part)
        )
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield value


_SHARE = re.compile(r"quá nửa|quá bán|một nửa|phần ba|phần tư")
_LIMIT = re.compile(
    rf"\b(?:từ|dưới|ít nhất|đủ|trên|quá|hơn) (?:{'|'.join(sorted(_rule_numbers()))})\b(?!\.\d| (?:mb|ký tự)\b)"
)


@pytest.mark.parametrize("context", [name for name in CONTEXTS if (PACKAGE / name / "locale").exists()])
def test_no_sentence_spells_a_limit_that_a_rule_gives(context: str) -> None:
    """A unit whose own rule differs would be told the wrong thing: `cần ít nhất hai phần ba`, `Tốt, từ 90 điểm`.

    A share is said by `policies.rules.say_threshold` alone. A limit of our own comes from its constant, or is an exception.
    """
    expect_none(
        message.text
        for message in sorted(collect_messages.messages_of_context(PACKAGE / context), key=lambda one: one.text)
        if (context != "policies" and _SHARE.search(message.text.casefold())) or _LIMIT.search(message.text.casefold())
        if message.text not in EXCEPTIONS["sentences"]
    )


def test_no_paper_spells_a_limit_that_a_rule_gives() -> None:
    papers = sorted((PACKAGE.parent.parent / "tools" / "papers").glob("*.txt"))
    assert papers
    expect_none(
        f"{path.name}: {line}"
        for path in papers
        for line in path.read_text(encoding="utf-8").splitlines()
        if _SHARE.search(line.casefold()) or _LIMIT.search(line.casefold())
    )
