"""Where in a file the thing stands that is wrong with a sheet: its line and column, found by code and name."""

import re
from dataclasses import replace
from itertools import islice

from nennep.policies.rules import SheetProblem

_QUOTED = re.compile(
    r"(?:mốc|điểm) (?P<number>(?:[<>]=?|[≤≥])? ?-?[\d./]+)"
)  # of the words that ValueReader says in Vietnamese
_NAMED = re.compile(r"“(?P<name>[a-z_]+)”")


def find_places(text: str, problems: tuple[SheetProblem, ...]) -> tuple[SheetProblem, ...]:
    """The problems with their places in the text that was parsed; one whose place nobody finds stays without."""
    return tuple(_locate(text, problem) for problem in problems)


def _locate(text: str, problem: SheetProblem) -> SheetProblem:
    place = _find(text, problem)
    if place is None:
        return problem
    before = text[:place]
    return replace(problem, line=before.count("\n") + 1, column=place - (before.rfind("\n") + 1) + 1)


def _find(text: str, problem: SheetProblem) -> int | None:
    """The name that the problem is about, behind the code where it stands; else the code itself."""
    code, _space, name = problem.where.partition(" ")
    found = _find_code(text, code, problem.nth)
    if found is None:
        return _find_name(text, code, 0, len(text)) or _find_key(text, problem.where)
    start, end = found
    named = _NAMED.search(problem.words)
    for one in filter(None, (name, named["name"] if named else "")):
        place = _find_name(text, one, start, end)
        if place is not None:
            return place
    return _find_number(text, problem, start, end) or start


def _find_number(text: str, problem: SheetProblem, start: int, end: int) -> int | None:
    """A limit or points that the problem quotes as they were written."""
    quoted = _QUOTED.match(problem.words)
    found = (
        re.compile(rf"(?<![\w.]){re.escape(quoted['number'])}(?![\w.])").search(text, start, end) if quoted else None
    )
    return found.start() if found else None


def _find_code(text: str, code: str, nth: int) -> tuple[int, int] | None:
    """From where a code is written for the nth time to where the next one is; a document names its own code before its rules."""
    rules = text.find("[[rules]]")
    pattern = re.compile(rf"(?<![\w.])code\s*=\s*([\"']){re.escape(code)}\1")
    found = next(islice(pattern.finditer(text, max(0, rules)), nth - 1, None), None) if code else None
    if found is None:
        return None
    following = re.compile(r"(?<![\w.])code\s*=").search(text, found.end())
    return found.start(), following.start() if following else len(text)


def _find_key(text: str, key: str) -> int | None:
    """Of a rule of the document, `key = "score.levels"`."""
    found = re.search(rf"key\s*=\s*[\"']{re.escape(key)}[\"']", text) if key else None
    return found.start() if found else None


def _find_name(text: str, name: str, start: int, end: int) -> int | None:
    """`name = …` or a table of that name."""
    if not name:
        return None
    word = re.escape(name)
    found = re.compile(rf"(?<![\w.]){word}\s*=|^\s*\[+[\w.]*?\b{word}\]", re.MULTILINE).search(text, start, end)
    return found.start() + len(found.group()) - len(found.group().lstrip()) if found else None
